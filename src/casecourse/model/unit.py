"""A unit: one page of a case, with its objectives, terms and blocks in reading order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, PrivateAttr, StringConstraints

from casecourse.grading import LEVELS, Frozen, Level
from casecourse.model.blocks import AnyBlock, Block, Discuss, ExerciseBlock

Objective = Annotated[dict[Level, str], Field(min_length=1, max_length=1)]
READING = 400  # characters a minute, for the unit's budget


class Unit(Frozen):
    """One page of a case, in the order in which its author thought."""

    title: Annotated[str, StringConstraints(min_length=1)] = Field(description="单元标题")
    minutes: int = Field(ge=1, le=600, description="核心内容所需的分钟")
    objectives: Mapping[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")], Objective] = Field(
        min_length=1, description="目标：id 下写 层次: 文字"
    )
    concepts: Mapping[str, str] = Field(default_factory=dict, description="术语与释义")
    blocks: tuple[AnyBlock, ...] = Field(description="内容块，按阅读次序")

    _id: str = PrivateAttr(default="")
    _number: int = PrivateAttr(default=0)

    def named(self, name: str, number: int) -> Unit:
        """Return this unit with its id (the file's name) and its number in front of it."""
        copy = self.model_copy()
        copy._id, copy._number = name, number
        return copy

    @property
    def id(self) -> str:
        """The file's name without its number."""
        return self._id

    @property
    def number(self) -> int:
        """The number that the file's name begins with; 0 where it has none."""
        return self._number

    @property
    def exercise_refs(self) -> tuple[str, ...]:
        """The exercises placed in this unit, as written, in order."""
        return tuple(b.exercise for b in self.blocks if isinstance(b, ExerciseBlock))

    def block(self, name: str) -> Block | None:
        """The block of that id, or None."""
        return next((b for b in self.blocks if b.id == name), None)

    def objective(self, name: str) -> tuple[Level, str] | None:
        """Level and text of an objective, or None."""
        found = self.objectives.get(name)
        return next(iter(found.items())) if found else None

    @property
    def discussions(self) -> tuple[Discuss, ...]:
        """The discussion prompts, in order."""
        return tuple(b for b in self.blocks if isinstance(b, Discuss))


def characters(text: str) -> int:
    """How many characters a reader reads: figures and words of other scripts count as one each, marks of Markdown not."""
    text = re.sub(r"\{\{[^}]*\}\}", "数", text)
    return len(re.findall(r"[\u3400-\u9fff]|[A-Za-z0-9]+", text))


__all__ = ["LEVELS", "READING", "Unit", "characters"]
