"""Staging: what a class's projector shows and who moves it; the projector, the remote and the phones only read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from casecourse.access import READ_UNIT, TEACH, Who, require
from casecourse.actions import joining
from casecourse.grading import ExerciseBase
from casecourse.model import Case, Course, Unit, full_id
from casecourse.model.blocks import ExerciseBlock
from casecourse.model.steps import Step, steps
from casecourse.store import Damaged, Store, StoreDown, people, rounds, stages
from casecourse.store.rows import ClassRow, Cover, Pulse, RoundRow, StageRow

Way = Literal["next", "back"]
LONGEST_TIMER = 180  # minutes


@dataclass(frozen=True, slots=True)
class Scene:
    """What is on the stage of a class: the step and what comes next, the round in hand. `unit` None: nothing yet."""

    row: StageRow
    case: Case | None
    unit: Unit | None
    steps: tuple[Step, ...]
    round: RoundRow | None

    @property
    def here(self) -> Step | None:
        """The step that is shown; the last one where the unit has become shorter."""
        return self.steps[min(self.row.step, len(self.steps) - 1)] if self.steps else None

    @property
    def on(self) -> tuple[Case, Unit, Step] | None:
        """Case, unit and step on the stage; None where nothing is."""
        here = self.here
        return (self.case, self.unit, here) if self.case and self.unit and here else None

    @property
    def next(self) -> Step | None:
        """The step after it."""
        return self.steps[self.row.step + 1] if self.row.step + 1 < len(self.steps) else None

    def asks(self, step: Step | None) -> tuple[str, str] | None:
        """(case, exercise) that a step asks, None for other steps."""
        if self.case is None or step is None or not isinstance(step.block, ExerciseBlock):
            return None
        return full_id(self.case.id, step.block.exercise)


def scene(who: Who, store: Store, course: Course, class_id: int) -> Scene:
    """The stage of a class, for its people and for instructors. Raises Forbidden."""
    if who.person is None or who.class_id != class_id:
        require(who, TEACH)
    require(who, READ_UNIT)
    row = stages.stage(store, class_id)
    here = rounds.a_round(store, row.round_id) if row.round_id is not None else None
    case = course.case(row.case_id)
    unit = case.unit(row.unit) if case else None
    return Scene(row, case, unit, steps(unit) if unit else (), here)


def question(course: Course, scene: Scene) -> tuple[str, str, ExerciseBase] | None:
    """The exercise that is before the class, (case, name, exercise): the round's, else the step's; whole, with its key."""
    asked = (scene.round.case_id, scene.round.exercise) if scene.round else scene.asks(scene.here)
    found = course.exercise(*asked) if asked else None
    return (*asked, found) if asked and found else None


def show(who: Who, store: Store, course: Course, class_id: int, case: str, unit: str, step: int = 0) -> StageRow:
    """Put a unit on the stage, at one of its steps. Raises Forbidden, KeyError where there is no such unit."""
    require(who, TEACH)
    found = course.case(case)
    if found is None or found.unit(unit) is None:
        raise KeyError(f"{case}/{unit}")
    return stages.put(store, class_id, case_id=case, unit=unit, step=step, part=0, parts=1, cover="", revealed=False)


def turn(who: Who, store: Store, course: Course, class_id: int, way: Way, *, seen: int | None = None) -> StageRow:
    """Go to the next part or step, or back, and take away what covers it; at either end nothing moves.

    While a round is before the class only its parts are turned: the unit waits at the step where it was. `seen` is the revision that stood before whoever turned: turning twice by accident turns once. Raises Forbidden.
    """
    require(who, TEACH)
    now = scene(who, store, course, class_id)
    row, last = now.row, len(now.steps) - 1
    step, part = min(row.step, max(last, 0)), row.part
    if way == "next":
        step, part = (step, part + 1) if part + 1 < row.parts else (step + 1, 0)
    else:
        step, part = (step, part - 1) if part else (step - 1, 0)
    if not 0 <= step <= last or (now.round is not None and step != min(row.step, max(last, 0))):
        return stages.put(store, class_id, seen=seen, cover="") if row.cover else row
    if step == row.step:
        return stages.put(store, class_id, seen=seen, part=part, cover="")
    return stages.put(store, class_id, seen=seen, step=step, part=part, parts=1, cover="", revealed=False)


def cover(who: Who, store: Store, class_id: int, what: Cover) -> StageRow:
    """Cover the stage, with nothing, the way to join, or the keys; what covers it already is taken away. Raises Forbidden."""
    require(who, TEACH)
    row = stages.stage(store, class_id)
    return stages.put(store, class_id, cover="" if row.cover == what else what)


def reveal(who: Who, store: Store, class_id: int) -> StageRow:
    """Show the key of the step's exercise on the stage, or hide it again. Raises Forbidden."""
    require(who, TEACH)
    return stages.put(store, class_id, revealed=not stages.stage(store, class_id).revealed)


def time(who: Who, store: Store, class_id: int, minutes: float) -> StageRow:
    """Set the timer, 0 takes it away. Raises Forbidden."""
    require(who, TEACH)
    until = store.clock() + timedelta(minutes=min(minutes, LONGEST_TIMER)) if minutes > 0 else None
    return stages.put(store, class_id, timer=until)


def fitted(who: Who, store: Store, class_id: int, rev: int, parts: int) -> None:
    """The projector says in how many parts it shows the step, so that every other screen turns as it does. Raises Forbidden."""
    require(who, TEACH)
    stages.note_parts(store, class_id, rev, max(1, min(parts, 99)))


def size(who: Who, store: Store, class_id: int) -> int:
    """How many people the class has: "31 / 46". Raises Forbidden."""
    require(who, TEACH)
    return len(people.people_of(store, class_id))


def room(who: Who, store: Store, class_id: int) -> ClassRow | None:
    """The class of that number, with the code that it is joined by. Raises Forbidden."""
    require(who, TEACH)
    return next((c for c in people.list_classes(store) if c.id == class_id), None)


# ---- what screens are told at once -------------------------------------------------------------------------------------


def listener(store: Store, token: str | None, class_id: int) -> Who | None:
    """Whom a browser that wants to listen to a class stands for; None where it may not."""
    who = joining.who(store, token)
    if who.role == "instructor" or (who.person is not None and who.class_id == class_id):
        return who
    return None


def told(who: Who, pulse: Pulse) -> dict[str, int | str]:
    """What a listener is told: counts only to instructors' screens, and never what was answered."""
    said: dict[str, int | str] = {"rev": pulse.rev, "phase": pulse.phase}
    return said | {"n": pulse.n} if who.role == "instructor" else said


def pulses(store: Store, class_ids: frozenset[int]) -> dict[int, Pulse] | None:
    """Class → its pulse; None while the store cannot be read."""
    try:
        return stages.pulses(store, class_ids)
    except (StoreDown, Damaged):
        return None
