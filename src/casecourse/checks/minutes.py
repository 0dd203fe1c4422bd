"""Minutes: what a unit or a segment of a lesson asks for must fit into the minutes that it declares."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from casecourse.diagnostics import Diagnostic
from casecourse.loading import Content
from casecourse.model import Case, Unit, full_id
from casecourse.model.blocks import Discuss, ExerciseBlock, Explore, Prose, Table
from casecourse.model.note import Segment
from casecourse.model.unit import READING, characters
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """Core reading, exercises and prompts against the unit's minutes; the same against each planned segment's."""
    for case in content.course.cases:
        for unit in case.units:
            reading, exercises, prompts = budget(content, case, unit)
            needed = reading + exercises + prompts
            if needed > unit.minutes:
                message = t(
                    "核心内容约需 {needed} 分钟（阅读 {reading}、练习 {exercises}、讨论 {prompts}），多于 {minutes}",
                    needed=needed, reading=reading, exercises=exercises, prompts=prompts, minutes=unit.minutes,
                )  # fmt: skip
                help_ = t("把选做的标 extra: true，或加大 minutes")
                yield Diagnostic(content.places["unit", case.id, unit.id].value("minutes"), "minutes", message, help_)
        yield from _plan(content, case)


def _plan(content: Content, case: Case) -> Iterator[Diagnostic]:
    note = content.course.notes.get(case.id)
    for lesson, segments in note.plan.items() if note else ():
        for n, segment in enumerate(segments):
            needed = asked(content, case, segment)
            if needed > segment.minutes:
                message = t("这一段约需 {needed} 分钟，多于 {minutes}", needed=needed, minutes=segment.minutes)
                span = content.places["note", case.id].value("plan", lesson, n, "minutes")
                yield Diagnostic(span, "minutes", message, t("加大 minutes，或把题留到课前课后"))


def asked(content: Content, case: Case, segment: Segment) -> int:
    """Minutes of what a segment names: its exercises (by kind), its prompts, and in a reading segment its units' text."""
    exercises = (content.course.exercise(case.id, ref) for ref in segment.exercise)
    total = sum(e.MINUTES for e in exercises if e)
    for ref in segment.discuss:
        owner, name = full_id(case.id, ref)
        unit_name, _, block_name = name.partition("#")
        home = content.course.case(owner)
        unit = home.unit(unit_name) if home else None
        block = unit.block(block_name) if unit else None
        total += block.minutes if isinstance(block, Discuss) else 0
    for ref in segment.unit if segment.mode == "read" else ():
        owner, name = full_id(case.id, ref)
        home = content.course.case(owner)
        unit = home.unit(name) if home else None
        total += budget(content, home, unit)[0] if home and unit else 0
    return total


def budget(content: Content, case: Case, unit: Unit) -> tuple[int, int, int]:
    """Minutes of reading (400 characters a minute), of exercises (by kind) with what is to explore, and of prompts in the unit's core."""
    letters = exercises = prompts = 0
    for block in unit.blocks:
        if block.extra:
            continue
        if isinstance(block, Prose):
            letters += characters(block.prose)
        elif isinstance(block, Table):
            letters += characters("".join(c for row in block.rows.values() for c in row))
        elif isinstance(block, Discuss):
            prompts += block.minutes
        elif isinstance(block, Explore):
            exercises += block.MINUTES
        elif isinstance(block, ExerciseBlock):
            exercise = content.course.exercise(case.id, block.exercise)
            if exercise and not exercise.extra:
                exercises += exercise.MINUTES
    return int((Decimal(letters) / READING).to_integral_value(ROUND_CEILING)), exercises, prompts
