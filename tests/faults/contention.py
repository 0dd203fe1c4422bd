"""Sixteen processes on one store, all reading before they write: nobody is turned away, nothing is lost, no attempt is missing."""

from __future__ import annotations

import json
import multiprocessing
import random
import shutil
import subprocess
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from casecourse import store as stores
from casecourse.store import Store, StoreDown, answers, dialects, people
from casecourse.store.rows import NewAnswer
from tests.faults.loader import new, said
from tests.faults.outcome import Budget, Outcome
from tests.faults.serving import environment

PROCESSES: Final = 16
TOGETHER: Final = "together"  # the exercise that all processes answer as one person
OWN: Final = "own"
PATIENCE: Final = 120.0
TURNS: Final = 25  # answers of each process to each of its two questions
# Seconds, at most, between two writes of one process: 160 a second together, five times what a class of sixty needs.
PAUSE: Final = 0.2
TRIES: Final = 3
MANY: Final = 0.01  # of the writes; on an overloaded machine one in a thousand waits longer than five seconds
BUSY: Final = "StoreDown('busy"


def write(url: str, person: str, number: int, turns: int, ready: Barrier, to: Path) -> None:
    """One process: answer two questions in turn, each attempt numbered by what is stored already; note every promise."""
    store, told, slowest = stores.open(url), [], 0.0
    refused: list[str] = []
    choice = random.Random(number)  # noqa: S311  a test's own choices
    ready.wait(PATIENCE)
    for n in range(turns):
        for exercise in (TOGETHER, f"{OWN}-{number}"):
            began = time.monotonic()
            if answer := promised(store, new(f"{exercise}-{number}-{n}", person, exercise), refused):
                told.append(answer)
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(choice.uniform(0, PAUSE))
    store.close()
    (to / f"{number}.json").write_text(json.dumps({"told": told, "refused": refused, "slowest": slowest}))


def promised(store: Store, answer: NewAnswer, refused: list[str]) -> str:
    """Send an answer until it is stored, as a person presses 提交 again; the same id never makes two. "" if it never was."""
    for _ in range(TRIES):
        try:
            return answers.add_answer(store, answer).id
        except Exception as error:  # what else than a refusal comes is a finding
            refused.append(repr(error)[:200])
    return ""


def naive(connection: Connection) -> None:
    """Begin as the driver would, without saying that a write will follow."""
    connection.exec_driver_sql("BEGIN")


def main(url: str, person: str, turns: str, to: str, begin: str) -> None:
    """Start the processes from one that has loaded everything and opened nothing."""
    if begin == "BEGIN":
        dialects._begin = naive
    fork = multiprocessing.get_context("fork")
    ready = fork.Barrier(PROCESSES)
    group = [
        fork.Process(target=write, args=(url, person, n, int(turns), ready, Path(to)), daemon=True)
        for n in range(PROCESSES)
    ]
    for each in group:
        each.start()
    for each in group:
        each.join(PATIENCE)


def run(folder: Path, budget: Budget, seed: str, begin: str = "BEGIN IMMEDIATE") -> Outcome:
    """Let sixteen processes write at once, as often as the budget allows."""
    del seed  # who comes first is chance enough
    turns = TURNS if budget.turns > 1 else TURNS // 3
    outcome = Outcome()
    while budget.left(outcome.tried) and outcome.clean:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "told").mkdir(parents=True)
        url = f"sqlite:///{folder / 'store.db'}"
        store = stores.open(url)
        person = people.join(store, 1, "王芳").id
        store.close()
        command = [
            sys.executable,
            "-m",
            "tests.faults.contention",
            url,
            person,
            str(turns),
            str(folder / "told"),
            begin,
        ]
        subprocess.run(command, env=environment(), check=True, timeout=2 * PATIENCE)
        _compare(url, person, [json.loads(f.read_text()) for f in (folder / "told").iterdir()], turns, outcome)
        outcome.tried += 1
    return outcome


def _compare(url: str, person: str, reports: list[dict[str, Any]], turns: int, outcome: Outcome) -> None:
    if len(reports) != PROCESSES:
        outcome.wrong.append(f"只有 {len(reports)} 个进程写完")
    told = {answer for report in reports for answer in report["told"]}
    refused = [error for report in reports for error in report["refused"]]
    outcome.count("被拒绝的写入", len(refused))
    outcome.wrong += [error for error in refused if BUSY not in error][:3]
    if len(refused) > MANY * 2 * PROCESSES * turns:
        outcome.wrong.append(f"被拒绝了 {len(refused)} 次：{refused[0]}")
    if len(told) != 2 * PROCESSES * turns:
        outcome.wrong.append(f"只存下了 {len(told)} 份")
    outcome.acknowledged += len(told)
    outcome.most("最长一次写入秒数", round(max((r["slowest"] for r in reports), default=0), 2))
    try:
        store = stores.open(url)
    except StoreDown as down:
        outcome.wrong.append(repr(down))
        return
    rows = answers.answers_of(store, person)
    store.close()
    stored = {row.id: row for row in rows}
    outcome.lost += len(told - {i for i, row in stored.items() if row.raw == said(i)})
    outcome.doubled += len(rows) - len(stored) + max(0, len(rows) - 2 * PROCESSES * turns)
    for exercise in (TOGETHER, *(f"{OWN}-{n}" for n in range(PROCESSES))):
        attempts = [row.attempt for row in rows if row.exercise == exercise]
        if attempts != list(range(1, len(attempts) + 1)):
            outcome.wrong.append(f"作答次数有缺或重复：{exercise}：{attempts[:40]}")


def control(folder: Path, budget: Budget, seed: str) -> Outcome:
    """The same with a plain BEGIN: most of it must be turned away."""
    return run(folder, Budget(budget.seconds, 1), seed, begin="BEGIN")


if __name__ == "__main__":
    main(*sys.argv[1:])
