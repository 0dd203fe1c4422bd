"""Flipped bytes in the files of a store: found, or nothing is missing; never a crash, a hang, or a store that is silently short."""

from __future__ import annotations

import json
import random
import select
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event

from casecourse import store as stores
from casecourse.store import Damaged, Newer, Store, StoreDown, answers, drafts, people, soundness
from tests.faults.loader import new
from tests.faults.outcome import Budget, Outcome
from tests.faults.serving import environment
from tests.faults.sweep import Shape, within

NAME: Final = "store.db"
WAL: Final = f"{NAME}-wal"
HANGS: Final = 20.0  # seconds for one opening
PAGE: Final = 4096
HEAD, FRAME = 32, 24  # of the log, and of each page in it


def fill(store: Store) -> None:
    """A small class at work."""
    for student in range(8):
        person = people.join(store, 1, f"学生{student}")
        for n in range(8):
            answers.add_answer(store, new(f"{student}-{n}", person.id))
        drafts.put_draft(store, person.id, "faults", "note", {"n": student})


def made(folder: Path) -> dict[str, dict[str, bytes]]:
    """Two stores as files: one at rest, and one whose server was killed, with its last answers in the log alone."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for name in ("静止", "被杀"):
        here = folder / name
        here.mkdir()
        store = stores.open(f"sqlite:///{here / NAME}")
        if name == "被杀":
            event.listen(store.engine, "connect", _never_fold)
            store.close()
            store = stores.open(f"sqlite:///{here / NAME}")
        fill(store)
        if name == "静止":
            store.close()
        found[name] = {f.name: f.read_bytes() for f in here.iterdir() if not f.name.endswith("-shm")}
        store.close()
    return found


def _never_fold(connection: Any, record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0")


# ---- what may happen to a file ---------------------------------------------------------------------------------------

Damage = Callable[[bytearray, random.Random], None]


def _flip(content: bytearray, at: int, choice: random.Random) -> None:
    content[at] ^= choice.randint(1, 255)


def anywhere(content: bytearray, choice: random.Random) -> None:
    """One to four bytes, wherever they stand."""
    for _ in range(choice.randint(1, 4)):
        _flip(content, choice.randrange(len(content)), choice)


def page_head(content: bytearray, choice: random.Random) -> None:
    """A byte of the part of a page that says where its rows are."""
    page = choice.randrange(len(content) // PAGE)
    _flip(content, page * PAGE + (100 if page == 0 else 0) + choice.randrange(40), choice)


def file_head(content: bytearray, choice: random.Random) -> None:
    """A byte of the first hundred."""
    _flip(content, choice.randrange(100), choice)


def sector(content: bytearray, choice: random.Random) -> None:
    """A sector that reads as zeros."""
    at = choice.randrange(len(content) // 512) * 512
    content[at : at + 512] = bytes(512)


def shorter(content: bytearray, choice: random.Random) -> None:
    """The end of the file is gone."""
    del content[choice.randrange(len(content)) :]


def log_head(content: bytearray, choice: random.Random) -> None:
    """A byte of the head of the log."""
    _flip(content, choice.randrange(HEAD), choice)


def log_frame(content: bytearray, choice: random.Random) -> None:
    """A byte of the head of one page in the log, except of the last ones: a torn end is what a power cut leaves."""
    frames = (len(content) - HEAD) // (FRAME + PAGE)
    _flip(content, HEAD + choice.randrange(frames // 2) * (FRAME + PAGE) + choice.randrange(FRAME), choice)


def log_page(content: bytearray, choice: random.Random) -> None:
    """A byte of a page in the log, except of the last ones."""
    frames = (len(content) - HEAD) // (FRAME + PAGE)
    _flip(content, HEAD + choice.randrange(frames // 2) * (FRAME + PAGE) + FRAME + choice.randrange(PAGE), choice)


DAMAGES: Final[tuple[tuple[str, str, str, Damage], ...]] = (
    ("被杀", WAL, "日志头", log_head),
    ("被杀", WAL, "日志帧头", log_frame),
    ("被杀", WAL, "日志页", log_page),
    ("静止", NAME, "数据文件任意字节", anywhere),
    ("静止", NAME, "数据文件页头", page_head),
    ("静止", NAME, "数据文件文件头", file_head),
    ("静止", NAME, "数据文件扇区清零", sector),
    ("静止", NAME, "数据文件截短", shorter),
    ("被杀", NAME, "有日志时数据文件任意字节", anywhere),
)


# ---- opening, in a process that may crash or hang --------------------------------------------------------------------


def reading(folder: Path) -> dict[str, Any]:
    """Open the store in a folder and read everything; what was found, or which refusal, at the opening or only later."""
    stage = "refused"
    try:
        store = stores.open(f"sqlite:///{folder / NAME}")
        stage = "found out"  # it is in use from here on: closing it folds its log
        try:
            found = within(store)
            answers.class_answers(store, people.list_classes(store)[0].id)
            return {"found": found}
        finally:
            store.close()
    except (Damaged, StoreDown, Newer) as error:
        return {stage: type(error).__name__, "words": str(error)[:200]}
    except Exception as error:  # every other exception is counted
        return {"raised": repr(error)[:300]}


class Opener:
    """The process that opens; a new one after each crash or hang."""

    def __init__(self, naive: str) -> None:
        self._options = (naive,) if naive else ()
        self._process: subprocess.Popen[str] | None = None

    def __call__(self, folder: Path) -> dict[str, Any]:
        """What opening the store in this folder comes to."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.flips", *self._options], env=environment(), text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], HANGS)
        line = self._process.stdout.readline() if ready else ""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        self.close()
        return {"gone": "崩溃" if ready else "停住"}

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def missing(before: Shape, found: Shape) -> int:
    """How many rows fewer there are."""
    return sum(max(0, len(rows) - len(found.get(table, []))) for table, rows in before.items())


def run(folder: Path, budget: Budget, seed: str, naive: str = "") -> Outcome:
    """Damage copies of the two stores, one way after the other, as often as the budget allows."""
    outcome, choice, opener = Outcome(), random.Random(seed), Opener(naive)  # noqa: S311  a test's own choices
    shutil.rmtree(folder, ignore_errors=True)
    made_stores = made(folder / "made")
    trial = folder / "trial"
    try:
        whole = {name: _opened(files, trial, opener) for name, files in made_stores.items()}
        while budget.left(outcome.tried):
            name, file, how, damage = DAMAGES[outcome.tried % len(DAMAGES)]
            files = dict(made_stores[name])
            content = bytearray(files[file])
            damage(content, choice)
            files[file] = bytes(content)
            outcome.tried += 1
            _judge(files, _opened(files, trial, opener), whole[name]["found"], how, trial, outcome)
    finally:
        opener.close()
    return outcome


def _opened(files: dict[str, bytes], trial: Path, opener: Opener) -> dict[str, Any]:
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir()
    for name, content in files.items():
        (trial / name).write_bytes(content)
    return opener(trial)


def _judge(
    files: dict[str, bytes], answer: dict[str, Any], whole: Shape, how: str, trial: Path, outcome: Outcome
) -> None:
    outcome.count(f"{how}：试")
    match answer:
        case {"refused": _}:
            outcome.count(f"{how}：发现")
            changed = [
                n for n, content in files.items() if not (trial / n).exists() or (trial / n).read_bytes() != content
            ]
            # a store of a newer program is folded by closing it; nothing in it changes
            if changed and answer["refused"] != "Newer":
                outcome.wrong.append(f"拒绝了却改了文件：{how}：{changed}：{answer['words']}")
        case {"found out": _}:
            outcome.count(f"{how}：读到时发现")
        case {"found": found} if short := missing(whole, found):
            outcome.lost += short
            outcome.count(f"{how}：悄悄少了")
        case {"found": found} if Counter(str(v) for v in found.values()) != Counter(str(v) for v in whole.values()):
            outcome.count(f"{how}：内容变了没有发现")
        case {"found": _}:
            outcome.count(f"{how}：无影响")
        case {"raised": error}:
            outcome.count(f"{how}：读时报错")
            outcome.wrong.append(f"{how}：{error}")
        case _:
            outcome.wrong.append(f"{how}：{answer}")


def control(folder: Path, budget: Budget, seed: str) -> Outcome:
    """The same where a store is opened without a check: it must be found silently short."""
    return run(folder, budget, seed, "naive")


def main(*naive: str) -> None:
    """Open whatever folder is named on a line, for ever."""
    if naive:
        soundness.assert_sound = lambda *_, **__: True
    for line in sys.stdin:
        print(json.dumps(reading(Path(line.strip())), ensure_ascii=False), flush=True)  # noqa: T201  the parent reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
