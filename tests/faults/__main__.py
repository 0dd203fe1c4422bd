"""`make faults`: every harness in turn, then a table of what was reached, what was lost, and what was not reached."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from tests.browser.conftest import CHROMIUM
from tests.faults import ledger
from tests.faults.harnesses import HARNESSES, Harness, found_out, workplace
from tests.faults.outcome import Budget, Outcome
from tests.faults.shim import CAN


@dataclass(frozen=True)
class Line:
    """One harness in the table. `now` is None where it could not run here."""

    harness: Harness
    now: Outcome | None
    total: Outcome
    control: bool

    @property
    def good(self) -> bool:
        """True where nothing was lost and the control was found out; figures that were not reached are no failure."""
        return self.now is not None and self.now.clean and self.total.clean and self.control

    @property
    def short(self) -> int:
        """How much is missing to the goal."""
        return max(0, self.harness.goal - self.total.tried)


NEVER = ("恢复超过 10 秒", "被拒绝的写入")  # figures that should be nought, and are no loss where they are not


def say(words: str) -> None:
    """Print with the time."""
    print(time.strftime("%H:%M:%S"), words, flush=True)  # noqa: T201  this is a command


def turn(harness: Harness, seconds: float, seed: str, disk: Path, short: bool) -> Line:
    """The control, then the harness, for as long as its share of the time lasts."""
    total = ledger.read().get(harness.name, Outcome())
    if harness.shim and not CAN:
        say(f"{harness.title}：这台机器上没有 gcc（或不是 Linux），没有做")
        return Line(harness, None, total, control=False)
    if harness.browser and CHROMIUM is None:
        say(f"{harness.title}：这台机器上没有 chromium，没有做")
        return Line(harness, None, total, control=False)
    with workplace(harness, disk) as folder:
        say(f"{harness.title}：对照（{harness.flaw}）")
        control = found_out(harness.control(folder / "control", Budget(*harness.short_control), seed))
        say(f"{harness.title}：{'查出了对照' if control else '没有查出对照！'}；开始，最多 {seconds:.0f} 秒")
        budget = Budget(*harness.short) if short else Budget(seconds, harness.goal)
        try:
            now = harness.run(folder / "run", budget, seed)
        except Exception as error:  # a harness that breaks must not hide what the others find
            now = Outcome(wrong=[repr(error)[:500]])
    say(f"{harness.title}：{now.tried} {harness.unit}，丢失 {now.lost}，重复 {now.doubled}，不对 {len(now.wrong)}")
    for wrong in now.wrong[:10]:
        say(f"  {wrong}")
    return Line(harness, now, ledger.add(harness.name, now), control)


def wide(text: str, columns: int) -> str:
    """Text filled up to a width, in which a Chinese character counts two."""
    return text + " " * (columns - sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text))


def table(lines: list[Line]) -> str:
    """The figures as a Markdown table."""
    rows = [["检验", "本次", "累计 / 目标", "确认过", "丢失", "重复", "不对", "对照"], ["---"] * 8]
    for line in lines:
        now, total = line.now or Outcome(), line.total
        rows.append([
            line.harness.title, f"{now.tried} {line.harness.unit}", f"{total.tried} / {line.harness.goal}",
            str(total.acknowledged or "—"), str(total.lost), str(total.doubled), str(len(total.wrong)),
            f"{line.harness.flaw}：{'查出' if line.control else '没有查出' if line.now else '没有做'}",
        ])  # fmt: skip
    widths = [max(len(wide(row[n], 0).encode("gbk", "replace")) for row in rows) for n in range(8)]
    return "\n".join(
        "| " + " | ".join(wide(cell, w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows
    )


def report(lines: list[Line], minutes: float) -> str:
    """The table, the figures behind it, and what is missing."""
    said = [table(lines), ""]
    for line in lines:
        figures = "，".join(f"{name} {value:g}" for name, value in sorted(line.total.figures.items()))
        said.append(f"{line.harness.title}：{figures or '没有数字'}")
    late = [f"{name} {n:g} 次" for line in lines for name in NEVER if (n := line.total.figures.get(name, 0))]
    missing = late + [f"{line.harness.title}还差 {line.short} {line.harness.unit}" for line in lines if line.short]
    said += ["", f"没有达到：{'；'.join(missing)}。次数在多次运行之间累计。" if missing else "目标都达到了。"]
    bad = [line.harness.title for line in lines if not line.good]
    said += [
        f"有问题：{'、'.join(bad)}" if bad else f"没有丢失，没有重复，每个对照都查出来了（用时 {minutes:.1f} 分钟）。"
    ]
    return "\n".join(said)


def main() -> int:
    """Run the harnesses; 1 where anything was lost, doubled or wrong, or where a control was not found out."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="一共多少分钟")
    parser.add_argument("--only", nargs="*", choices=[h.name for h in HARNESSES], help="只做这几个")
    parser.add_argument("--short", action="store_true", help="每个只做几次，和 make test 里一样")
    parser.add_argument("--seed", default=os.urandom(4).hex(), help="重做某一次时用")
    asked = parser.parse_args()
    chosen = [h for h in HARNESSES if not asked.only or h.name in asked.only]
    began, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="casecourse-faults-"))
    say(f"种子 {asked.seed}，文件夹 {folder}")
    lines = []
    for n, harness in enumerate(chosen):
        left = asked.minutes * 60 - (time.monotonic() - began)
        share = harness.share / sum(h.share for h in chosen[n:])  # what one leaves over, the next may use
        lines.append(turn(harness, max(1.0, left * share - 30), asked.seed, folder / harness.name, asked.short))
    print(report(lines, (time.monotonic() - began) / 60))  # noqa: T201  this is a command
    good = all(line.good for line in lines)
    if good:
        shutil.rmtree(folder)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
