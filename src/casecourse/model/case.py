"""A case as the author writes it: where it comes from, what it does not say, its facts and its mechanisms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from casecourse.grading import ExerciseBase, Frozen, Lines
from casecourse.model.unit import Unit

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Text = Annotated[str, StringConstraints(min_length=1)]
Origin = Literal["at", "formula", "assumed", "external"]
ORIGINS: tuple[Origin, ...] = ("at", "formula", "assumed", "external")


class Source(Frozen):
    """A document that the case rests on."""

    title: Text = Field(description="来源题名")
    published: str = Field(
        default="", pattern=r"^(\d{4}(-\d{2}){0,2})?$", description="发布日期：年、年-月 或 年-月-日"
    )
    completeness: Literal["whole", "truncated", "front-matter"] = Field(
        default="whole", description="完整程度：whole 全文、truncated 有截断、front-matter 只有题名摘要目录"
    )
    quality: Literal["clean", "ocr-damaged"] = Field(
        default="clean", description="文字质量：clean 清楚、ocr-damaged 识别有损"
    )

    @property
    def short(self) -> str:
        """The title up to its first break, for places that name one of several sources."""
        return re.split(r"：|——|（", self.title, maxsplit=1)[0]


class Fact(Frozen):
    """A number, date or name that text, figures and keys use; it lives here once, with its place in the source."""

    label: Text = Field(description="名称")
    value: Lines = Field(default=(), description="值，按源文的位数写；列举写成一列")
    unit: str = Field(default="", description="单位；以 万、亿 开头或为 ％、个百分点 时参与换算")
    at: str = Field(default="", description="源文位置；来源不止一份时先写来源 id")
    formula: str = Field(default="", description="由别的事实算出的公式；写了它就不写 value")
    assumed: str = Field(default="", description="教学设定及理由")
    external: str = Field(default="", description="外部知识及出处")
    as_of: str = Field(default="", description="时点")
    approx: Literal["", "约", "多", "余", "近"] = Field(default="", description="约数")
    decimals: int | None = Field(default=None, ge=0, le=8, description="显示几位小数")
    margin: Decimal | None = Field(default=None, ge=0, description="误差半宽；不写则按末位推")
    doubtful: str = Field(default="", description="存疑的理由；存疑的事实不能作答案")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        written = [o for o in ORIGINS if getattr(self, o)]
        if len(written) != 1:
            raise PydanticCustomError("origin", "origin", {"n": len(written)})
        if bool(self.value) == bool(self.formula):
            raise PydanticCustomError("value_or_formula", "value or formula")
        return self

    @property
    def origin(self) -> Origin:
        """Which of the four words this fact's origin is written in."""
        return next(o for o in ORIGINS if getattr(self, o))

    @property
    def listed(self) -> bool:
        """True when the value is a list of names."""
        return len(self.value) > 1


Group = Literal["structure", "authority", "resources", "process", "service", "review", "figures", "reading"]


class Mechanism(Frozen):
    """A governance system of the case and where it can be tried out."""

    name: Text = Field(description="机制名称")
    group: Group | None = Field(
        default=None,
        description="归类：structure 结构、authority 权责、resources 人与钱、process 流程、service 服务、"
        "review 考评、figures 口径、reading 证据",
    )
    purpose: Text = Field(description="它要解决什么")
    parts: Lines = Field(default=(), description="组成部分")
    evidence: Annotated[Lines, Field(min_length=1)] = Field(description="依据")
    tries: Lines = Field(default=(), alias="try", description="可以动手的题或块")


class Case(Frozen):
    """One case: its head as written in case.yaml, with its units and exercises once loading has put them together."""

    title: Text = Field(description="标题")
    abstract: Text = Field(description="摘要")
    place: str = Field(default="", description="地点")
    period: str = Field(default="", description="时段")
    keywords: Lines = Field(default=(), description="关键词")
    sources: Mapping[Id, Source] = Field(default_factory=dict, description="来源")
    gaps: Mapping[Id, Text] = Field(default_factory=dict, description="源文没有说的，一条一行")
    facts: Mapping[Id, Fact] = Field(default_factory=dict, description="事实：数字、日期、名称，各写一次")
    mechanisms: Mapping[Id, Mechanism] = Field(default_factory=dict, description="治理机制")

    _id: str = PrivateAttr(default="")
    _units: tuple[Unit, ...] = PrivateAttr(default=())
    _exercises: Mapping[str, ExerciseBase] = PrivateAttr(default_factory=dict)

    def assembled(self, name: str, units: tuple[Unit, ...], exercises: Mapping[str, ExerciseBase]) -> Case:
        """Return this case with its id (the folder's name), its units in order and its exercises by id."""
        copy = self.model_copy()
        copy._id, copy._units, copy._exercises = name, units, exercises
        return copy

    @property
    def id(self) -> str:
        """The folder's name."""
        return self._id

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units in the order of their file names."""
        return self._units

    @property
    def exercises(self) -> Mapping[str, ExerciseBase]:
        """Exercises by id."""
        return self._exercises

    @property
    def short(self) -> str:
        """The title up to its colon, for columns."""
        return self.title.partition("：")[0]

    @property
    def minutes(self) -> int:
        """Minutes of all units."""
        return sum(u.minutes for u in self._units)

    def unit(self, name: str) -> Unit | None:
        """The unit of that id, or None."""
        return next((u for u in self._units if u.id == name), None)
