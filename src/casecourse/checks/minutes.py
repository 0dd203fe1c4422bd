"""Minutes: what a unit asks for must fit into the minutes that it declares."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal

from casecourse.diagnostics import Diagnostic
from casecourse.loading import Content
from casecourse.model import Case, Unit
from casecourse.model.blocks import Discuss, ExerciseBlock, Prose, Table
from casecourse.model.unit import READING, characters
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """Core reading, exercises and prompts against the unit's minutes."""
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


def budget(content: Content, case: Case, unit: Unit) -> tuple[int, int, int]:
    """Minutes of reading (400 characters a minute), of exercises (by kind) and of prompts in the unit's core."""
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
        elif isinstance(block, ExerciseBlock):
            exercise = content.course.exercise(case.id, block.exercise)
            if exercise and not exercise.extra:
                exercises += exercise.MINUTES
    return int((Decimal(letters) / READING).to_integral_value(ROUND_CEILING)), exercises, prompts
