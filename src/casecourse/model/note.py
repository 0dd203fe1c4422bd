"""A teaching note (案例使用说明书): what an instructor alone reads of a case, and the plan that a class follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from casecourse.grading import Frozen, Lines

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1)]
Filled = Annotated[Lines, Field(min_length=1)]
Mode = Literal["read", "individual", "pairs", "groups", "plenary", "vote"]


class Question(Frozen):
    """A question that opens the case up: what it serves and what it rests on."""

    text: Text = Field(description="启发思考题的文字")
    serves: Filled = Field(description="服务的目标（同一案例的目标 id）")
    cites: Lines = Field(default=(), description="依据的段落、事实或空缺")


class Theory(Frozen):
    """A theory and what it is used for; where the source does not bring it, the instructor says so."""

    use: Text = Field(description="用它解释什么")
    evidence: Lines = Field(default=(), description="源文里的依据")
    external: str = Field(default="", description="源文没有引用，由教师补充：出处")

    @model_validator(mode="after")
    def _origin(self) -> Self:
        if not self.evidence and not self.external:
            raise PydanticCustomError("theory_origin", "evidence or external")
        return self


class Segment(Frozen):
    """A stretch of a lesson: what is done, for how long and how, and what of the case it uses."""

    do: Text = Field(description="做什么")
    minutes: int = Field(ge=1, le=240, description="几分钟")
    mode: Mode = Field(
        description="形式：read 阅读、individual 各自做、pairs 两人、groups 小组、plenary 全班、vote 投票"
    )
    unit: Lines = Field(default=(), description="读哪个单元")
    exercise: Lines = Field(default=(), description="做哪些题")
    discuss: Lines = Field(default=(), description="讨论哪些题：单元#讨论")
    question: Lines = Field(default=(), description="启发思考题的 id")


class TeachingNote(Frozen):
    """cases/<case>/note.yaml. It never becomes part of anything that is made for students."""

    purpose: Text = Field(description="教学目的与用途")
    audience: Filled = Field(description="适用对象")
    questions: Mapping[Name, Question] = Field(min_length=1, description="启发思考题：id 下写 text、serves、cites")
    analysis: Filled = Field(description="分析思路，按先后")
    theory: Mapping[str, Theory] = Field(min_length=1, description="理论依据：名称下写 use，和 evidence 或 external")
    essentials: Annotated[Lines, Field(min_length=1, max_length=5)] = Field(description="关键要点，不超过五条")
    minutes: int = Field(ge=1, le=2400, description="课堂共几分钟；等于计划各段之和")
    plan: Mapping[str, tuple[Segment, ...]] = Field(min_length=1, description="课堂计划：每次课下写各段")
    board: Mapping[str, Filled] = Field(default_factory=dict, description="板书：每一栏预期出现的内容")
    before: str = Field(default="", description="课前")
    after: str = Field(default="", description="课后")

    def segments(self) -> tuple[Segment, ...]:
        """Every segment of the plan, in order."""
        return tuple(s for lesson in self.plan.values() for s in lesson)


__all__ = ["Mode", "Question", "Segment", "TeachingNote", "Theory"]
