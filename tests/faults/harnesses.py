"""The harnesses: what each has to reach over its runs, its share of the time, and how much of it every test run does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.faults import contention, disk, flips, kill, powercut
from tests.faults.outcome import Budget, Outcome

Run = Callable[[Path, Budget, str], Outcome]


@dataclass(frozen=True)
class Harness:
    """One way of breaking things, and the naive choice that the same harness must find out.

    `short` and `short_control` are (seconds, turns) of every test run. `shim` says that a C compiler is needed.
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


HARNESSES: Final = (
    Harness(
        "powercut", "断电重放", "次断电", 1000, 0.15, powercut.run, powercut.control, "synchronous=NORMAL",
        (60, 60), (40, 12), shim=True,
    ),
    Harness(
        "disk", "盘满与读写错误", "次故障", 2500, 0.2, disk.run, disk.control, "先清空再写；拒绝了不说",
        (60, 21), (40, 1), shim=True,
    ),
    Harness(
        "contention", "十六个进程同写", "轮", 10, 0.07, contention.run, contention.control, "普通的 BEGIN",
        (60, 1), (60, 1),
    ),
    Harness(
        "flips", "字节翻转", "次翻转", 3000, 0.1, flips.run, flips.control, "只打开，不检查",
        (60, 90), (30, 36),
    ),
    Harness(
        "kill", "二十人作答时 kill -9", "次", 200, 0.48, kill.run, kill.control, "先说已提交，每秒存一次",
        (90, 3), (60, 4),
    ),
)  # fmt: skip


def found_out(control: Outcome) -> bool:
    """True where a harness has found its control losing something, or turning away more than now and then."""
    often = control.figures.get("被拒绝的写入", 0) > contention.MANY * control.acknowledged
    return bool(control.lost or control.doubled or often) and not control.clean
