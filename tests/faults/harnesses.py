"""The harnesses: what each has to reach over its runs, its share of the time, and how much of it every test run does."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults import contention, disk, flips, kill, powercut, screen
from tests.faults.outcome import Budget, Outcome

Run = Callable[[Path, Budget, str], Outcome]


@dataclass(frozen=True)
class Harness:
    """One way of breaking things, and the naive choice that the same harness must find out.

    `short` and `short_control` are (seconds, turns) of every test run. `shim` says that a C compiler is needed, `memory`
    that the disk is only told of, so that a folder in memory serves as well and does not wait for anybody's disk.
    `browser` says that Chromium is needed; tests/browser does its short version.
    """

    name: str
    title: str
    unit: str
    goal: int
    share: float
    run: Run
    control: Run
    flaw: str
    short: tuple[float, int]
    short_control: tuple[float, int]
    shim: bool = False
    memory: bool = True
    browser: bool = False


HARNESSES: Final = (
    Harness(
        "powercut", "断电重放", "次断电", 1000, 0.12, powercut.run, powercut.control, "synchronous=NORMAL",
        (60, 60), (60, 40), shim=True,
    ),
    Harness(
        "disk", "盘满与读写错误", "次故障", 2500, 0.15, disk.run, disk.control, "先清空再写；拒绝了不说",
        (60, 21), (40, 1), shim=True,
    ),
    Harness(
        "contention", "十六个进程同写", "轮", 10, 0.05, contention.run, contention.control, "普通的 BEGIN",
        (60, 1), (60, 1), memory=False,
    ),
    Harness(
        "flips", "字节翻转", "次翻转", 3000, 0.06, flips.run, flips.control, "只打开，不检查",
        (60, 90), (30, 36),
    ),
    Harness(
        "kill", "二十人作答时 kill -9", "次", 200, 0.35, kill.run, kill.control, "先说已提交，每秒存一次",
        (90, 3), (120, 20), memory=False,
    ),
    Harness(
        "words", "页面说的话", "次察看", 10_000, 0.12, screen.words, screen.lying, "总说已存",
        (60, 200), (60, 200), memory=False, browser=True,
    ),
    Harness(
        "cuts", "断网 2、10、60、150 秒", "次断网", 4, 0.15, screen.cuts, screen.cuts_control, "总说已存",
        (60, 1), (60, 200), memory=False, browser=True,
    ),
)  # fmt: skip


MEMORY: Final = Path("/dev/shm")  # noqa: S108  a folder of our own is made in it
ROOM: Final = 2**30  # bytes that must be free there


@contextmanager
def workplace(harness: Harness, disk: Path) -> Iterator[Path]:
    """A folder for a harness: in memory where that serves as well and there is room, else below `disk`."""
    if not (harness.memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM):
        disk.mkdir(parents=True, exist_ok=True)
        yield disk
        return
    with tempfile.TemporaryDirectory(prefix="casecourse-faults-", dir=MEMORY) as folder:
        yield Path(folder)


def found_out(control: Outcome) -> bool:
    """True where a harness has found its control losing something, or turning away more than now and then."""
    often = control.figures.get("被拒绝的写入", 0) > contention.MANY * control.acknowledged
    return bool(control.lost or control.doubled or often) and not control.clean
