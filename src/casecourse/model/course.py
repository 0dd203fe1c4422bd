"""The course: its cases and seminars in order, its tests before and after, and the rubrics they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final, Literal, Self, get_args

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from casecourse.grading import ExerciseBase, Frozen, Lines, Passage, line_as
from casecourse.model.case import Case, Id
from casecourse.model.facts import Facts
from casecourse.model.note import TeachingNote
from casecourse.model.unit import Unit

When = Literal["before", "after"]
WHEN: Final[tuple[When, ...]] = get_args(When)


class Listed(Frozen):
    """A case in the course, and the day from which students see it."""

    case: Id = Field(description="案例文件夹名")
    opens: str = Field(default="", pattern=r"^(\d{4}-\d{2}-\d{2})?$", description="从哪天起学员看得到")


def _falling(levels: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if levels[-1] < 0:
        raise PydanticCustomError("rubric_below", "negative")
    if any(a <= b for a, b in pairwise(levels)):
        raise PydanticCustomError("rubric_levels", "descending")
    return levels


class Rubric(Frozen):
    """Rows of criteria with one text per level."""

    levels: Annotated[tuple[Decimal, ...], Field(min_length=2), AfterValidator(_falling)] = Field(
        description="各档分值，从高到低"
    )
    rows: Mapping[str, Lines] = Field(min_length=1, description="准则下写各档文字")

    @model_validator(mode="after")
    def _square(self) -> Self:
        for name, texts in self.rows.items():
            if len(texts) != len(self.levels):
                raise PydanticCustomError(
                    "rubric_row", "row", {"row": name, "n": len(texts), "wanted": len(self.levels)}
                )
        return self


class Tests(Frozen):
    """The questions before and after the course; their keys are shown when the test is closed."""

    before: Lines = Field(default=(), description="前测：案例:题")
    after: Lines = Field(default=(), description="后测：案例:题")

    def of(self, when: When) -> Lines:
        """The questions of one of the two."""
        return self.before if when == "before" else self.after


class Seminar(Frozen):
    """A meeting of the class and the units that it takes up."""

    title: Annotated[str, StringConstraints(min_length=1)] = Field(description="这一次课的名称")
    units: Lines = Field(min_length=1, description="这一次课读的单元：案例:单元，按次序")


class CourseFile(Frozen):
    """cases/course.yaml."""

    title: Annotated[str, StringConstraints(min_length=1)] = Field(description="课程名称")
    language: Literal["zh", "en"] = Field(default="zh", description="界面语言")
    cases: tuple[Annotated[Listed, line_as("case")], ...] = Field(min_length=1, description="案例，按学员看到的次序")
    seminars: tuple[Seminar, ...] = Field(default=(), description="建议的次序：每次课一个名称和几个单元")
    tests: Tests = Field(default_factory=Tests, description="前后测：before、after 各写一列 案例:题")
    rubrics: Mapping[Id, Rubric] = Field(default_factory=dict, description="量规")


@dataclass(frozen=True)
class Course:
    """Everything that is taught, as loaded: immutable and shared by the whole process.

    `notes` holds what instructors alone may read, by case; a screen asks `actions.teaching.note` for one.
    """

    title: str
    cases: tuple[Case, ...]
    facts: Facts
    language: str = "zh"
    rubrics: Mapping[str, Rubric] = field(default_factory=dict)
    tests: Tests = field(default_factory=Tests)
    notes: Mapping[str, TeachingNote] = field(default_factory=dict, repr=False)
    opens: Mapping[str, str] = field(default_factory=dict)
    seminars: tuple[Seminar, ...] = ()
    revision: str = ""

    def case(self, name: str) -> Case | None:
        """The case of that id, or None."""
        return next((c for c in self.cases if c.id == name), None)

    def exercise(self, case: str, ref: str) -> ExerciseBase | None:
        """The exercise that `ref` names in `case`; `other:id` names another case's."""
        owner, name = full_id(case, ref)
        found = self.case(owner)
        return found.exercises.get(name) if found else None

    def citable(self, case: str, name: str) -> tuple[Passage, ...]:
        """The passages offered beside an exercise that asks for one: of the units that place it or hold its evidence."""
        placed = [
            unit.id if home.id == case else f"{home.id}:{unit.id}"
            for home, unit in self.units()
            if any(full_id(home.id, ref) == (case, name) for ref in unit.exercise_refs)
        ]
        found = self.exercise(case, name)
        evidence = [ref.partition("#")[0] for ref in found.evidence if "#" in ref] if found else []
        return self.facts.of(case).passages(dict.fromkeys([*placed, *evidence]))

    def test_of(self, case: str, name: str) -> tuple[When, ...]:
        """The tests in which an exercise stands; () for one that is no test question."""
        ref = f"{case}:{name}"
        return tuple(when for when in WHEN if ref in self.tests.of(when))

    def units(self) -> Iterator[tuple[Case, Unit]]:
        """Every unit with its case, in order."""
        for case in self.cases:
            for unit in case.units:
                yield case, unit


def full_id(case: str, ref: str) -> tuple[str, str]:
    """Split a reference written in `case` into (case, name)."""
    owner, colon, name = ref.partition(":")
    return (owner, name) if colon else (case, ref)
