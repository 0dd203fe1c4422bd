"""Power cuts replayed: the disk as it may be after a cut is opened with the real store, and every promise is looked for."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from casecourse import store as stores
from casecourse.store import Damaged, Newer, Store, StoreDown, answers, backup, drafts, people, settings
from casecourse.store.errors import Unfit
from tests.faults.loader import new, said
from tests.faults.outcome import Budget, Outcome
from tests.faults.shim import preloaded
from tests.faults.tape import Disk, Record, records

FULL: Final = 2
NORMAL: Final = 1
TURNS: Final = 120  # answers of each of six threads on one tape: the log begins anew several times
CUTS: Final = 100  # of one tape
START: Final = 150  # steps in which a new store comes into being
NAME: Final = "store.db"


@dataclass
class Promises:
    """What the process had been promised at one place of the tape."""

    persons: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)  # id → person
    drafts: dict[str, int] = field(default_factory=dict)  # person → n
    sitting: int | None = None
    backups: dict[str, int] = field(default_factory=dict)  # name → answers in it

    def note(self, words: str) -> None:
        """Take a mark of the tape in."""
        match words.split():
            case ["person", person]:
                self.persons.add(person)
            case ["answer", person, answer]:
                self.answers[answer] = person
            case ["draft", person, n]:
                self.drafts[person] = int(n)
            case ["backup", name, n]:
                self.backups[name] = int(n)
            case ["setting", n]:
                self.sitting = int(n)


def recorded(folder: Path, turns: int, synchronous: int) -> tuple[Path, list[Record]]:
    """Keep a store busy in a process of its own; returns its folder and everything that reached the disk."""
    shutil.rmtree(folder, ignore_errors=True)
    watched, tape = folder / "disk", folder / "tape"
    watched.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.faults.loader", f"sqlite:///{watched / NAME}", str(turns), str(synchronous)]
    subprocess.run(command, env=preloaded(watched, tape), check=True, timeout=300)
    return watched.resolve(), list(records(tape))


def run(folder: Path, budget: Budget, seed: str, synchronous: int = FULL) -> Outcome:
    """Cut the power at random places of tape after tape, as often as the budget allows."""
    outcome, tape = Outcome(), 0
    turns = TURNS if budget.turns > CUTS else TURNS // 4
    while budget.left(outcome.tried) and outcome.clean:
        watched, happened = recorded(folder / "recorded", turns, synchronous)
        choice = random.Random(f"{seed}-{tape}")  # noqa: S311  a test's own choices
        number = min(CUTS, budget.turns - outcome.tried)
        first = min(START, len(happened))  # cuts of the first start, too
        places = {choice.randint(1, first) for _ in range(number // 10)}
        places |= set(choice.sample(range(first, len(happened) + 1), number - len(places)))
        _replay(watched, happened, sorted(places), folder / "image", budget, choice, outcome)
        outcome.count("录下的写与同步", len(happened))
        tape += 1
    return outcome


def _replay(
    watched: Path,
    happened: list[Record],
    places: list[int],
    image: Path,
    budget: Budget,
    choice: random.Random,
    outcome: Outcome,
) -> None:
    disk, promised, done = Disk(watched), Promises(), 0
    for place in places:
        if not budget.left(outcome.tried):
            return
        for record in happened[done:place]:
            if record.what == "M":
                promised.note(record.path)
            else:
                disk.happen(record)
        done = place
        with empty(image):
            fate = disk.cut(image, choice)
            outcome.tried += 1
            outcome.count(f"断电：{fate}")
            _compare(image, promised, f"第 {place} 步，{fate}", outcome)
    outcome.acknowledged += len(promised.answers)


@contextmanager
def empty(folder: Path) -> Iterator[None]:
    """An empty folder for a while."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    yield
    shutil.rmtree(folder)


def _compare(image: Path, promised: Promises, where: str, outcome: Outcome) -> None:
    for name, n in promised.backups.items():
        try:
            whole = backup.verify(image / name).rows["answers"] == n
        except Unfit:
            whole = False
        outcome.lost += not whole
    for left in (image / "kept").glob("[!.]*"):  # whatever bears a name is whole, promised or not
        try:
            backup.verify(left)
        except Unfit as unfit:
            outcome.wrong.append(f"有了名字，却不完整：{where}：{unfit}")
    try:
        opened = stores.open(f"sqlite:///{image / NAME}")
    except (Damaged, Newer, StoreDown) as error:
        outcome.wrong.append(f"打不开：{where}：{error!r}")
        return
    try:
        found = _missing(opened, promised)
        outcome.lost += len(found)
        if found:
            outcome.count("丢了东西的断电")
        known = promised.persons - set(found)
        person = next(iter(known), None)  # and it takes answers again
        if person and answers.add_answer(opened, new("9-9", person, "later")).attempt != 1:
            outcome.wrong.append(f"断电后接着作答，次数不对：{where}")
    except (Damaged, StoreDown) as error:
        outcome.wrong.append(f"打开以后读写不了：{where}：{error!r}")
    finally:
        opened.close()


def _missing(opened: Store, promised: Promises) -> list[str]:
    """Every promise that the store does not keep."""
    class_id = people.list_classes(opened)[0].id
    rows = answers.class_answers(opened, class_id)
    stored = {row.id: row for row in rows}
    missing = list(promised.persons - {p.id for p in people.people_of(opened, class_id)})
    for answer, person in promised.answers.items():
        row = stored.get(answer)
        if row is None or (row.person_id, row.raw) != (person, said(answer)):
            missing.append(answer)
    for person, n in promised.drafts.items():
        draft = drafts.draft(opened, person, "faults", "note")
        if draft is None or draft.raw["n"] < n:
            missing.append(f"{person}/{n}")
    if promised.sitting is not None and (settings.setting(opened, "sitting", -1) < promised.sitting):
        missing.append("setting")
    for person in promised.persons:
        attempts = [row.attempt for row in rows if row.person_id == person]
        if attempts != list(range(1, len(attempts) + 1)):
            missing.append(f"{person}: {attempts}")
    return missing


def control(folder: Path, budget: Budget, seed: str) -> Outcome:
    """The same with synchronous=NORMAL, which promises before the disk has it: it must be found losing answers."""
    return run(folder, budget, seed, NORMAL)
