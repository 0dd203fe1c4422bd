"""The blocks of a unit: a flat mapping whose first field names the block and holds its main content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from casecourse.blanks import FormulaText, MaybeFormula
from casecourse.grading import Frozen, Lines, Switch, line_as
from casecourse.reckoning import Id, Output

HANDS_ON = ("discuss", "explore")  # blocks with which a reader can do something
BLOCK_ID = r"^([a-z][a-z0-9-]*)?$"


class Block(Frozen):
    """What every block may carry."""

    NAME: ClassVar[str] = ""

    id: str = Field(default="", pattern=BLOCK_ID, description="块的 id；有 id 的块可以被引用")
    evidence: Lines = Field(default=(), description="依据")
    rests: Lines = Field(default=(), description="这一段没有写出、却以之为据的事实")
    assumed: str = Field(default="", description="教学设定及理由")
    external: str = Field(default="", description="外部知识及出处")
    extra: Switch = Field(default=False, description="选读：不计入单元的分钟")


class Prose(Block):
    """A passage to read; Markdown without raw HTML and images; `{{fact}}` shows a fact with unit and origin."""

    NAME: ClassVar[str] = "prose"
    prose: str = Field(min_length=1, description="正文（Markdown，不含 HTML 与图片）；{{事实}} 显示数值、单位与来历")


class Metrics(Block):
    """A row of figures."""

    NAME: ClassVar[str] = "metrics"
    metrics: Annotated[Lines, Field(min_length=1, max_length=8)] = Field(description="指标卡：事实 id")
    title: str = Field(default="", description="标题")


class Flow(Frozen):
    """One flow of a sankey."""

    origin: str = Field(alias="from", min_length=1, description="从哪里")
    to: str = Field(min_length=1, description="到哪里")
    value: str = Field(min_length=1, description="流量（公式）")


class Chart(Block):
    """A figure made from facts alone."""

    NAME: ClassVar[str] = "chart"
    chart: Literal["bar", "pie", "line", "slope", "stacked", "treemap", "sankey"] = Field(description="图的种类")
    title: str = Field(min_length=1, description="标题：这张图要说的一句话")
    facts: Lines = Field(default=(), description="事实或公式，一项一个数")
    labels: Lines = Field(default=(), description="横轴的名称，与 series 同用")
    series: Mapping[str, Lines] = Field(default_factory=dict, description="系列名下写公式，每个名称一个")
    flows: tuple[Flow, ...] = Field(default=(), description="流向（sankey）")
    unit: str = Field(default="", description="单位；不写则取事实的单位")
    decimals: int | None = Field(default=None, ge=0, le=8, description="显示几位小数")
    note: str = Field(default="", description="图注")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if sum((bool(self.facts), bool(self.series), bool(self.flows))) != 1:
            raise PydanticCustomError("chart_body", "facts, series or flows")
        if self.series and any(len(v) != len(self.labels) for v in self.series.values()):
            raise PydanticCustomError("chart_labels", "one formula per label")
        return self

    def formulas(self) -> tuple[str, ...]:
        """Every formula of the figure."""
        return (*self.facts, *(f for row in self.series.values() for f in row), *(f.value for f in self.flows))


class Column(Frozen):
    """A column of a table to read."""

    text: str = Field(min_length=1, description="栏名")
    assumed: str = Field(default="", description="这一栏是教学设定：理由")
    external: str = Field(default="", description="这一栏是外部知识：出处")
    unit: str = Field(default="", description="单位")
    decimals: int | None = Field(default=None, ge=0, le=8, description="显示几位小数")


class Table(Block):
    """A comparison table to read; a cell is text, `=formula` or 源文未载."""

    NAME: ClassVar[str] = "table"
    table: str = Field(min_length=1, description="表题")
    columns: tuple[Annotated[Column, line_as("text")], ...] = Field(min_length=1, description="各栏")
    rows: Mapping[str, Lines] = Field(min_length=1, description="行名下写各格：文字、=公式 或 源文未载")
    note: str = Field(default="", description="表注")


class Edge(Frozen):
    """An arrow of a diagram."""

    origin: str = Field(alias="from", min_length=1, description="从哪里")
    to: str = Field(min_length=1, description="到哪里")
    label: str = Field(default="", description="箭头上的字")


class Diagram(Block):
    """A chain of steps, or nodes and arrows."""

    NAME: ClassVar[str] = "diagram"
    diagram: str = Field(min_length=1, description="图题")
    steps: Lines = Field(default=(), description="一条链上的各步")
    edges: tuple[Edge, ...] = Field(default=(), description="箭头：from、to、label")
    note: str = Field(default="", description="图注")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if bool(self.steps) == bool(self.edges):
            raise PydanticCustomError("diagram_body", "steps or edges")
        return self


class Event(Frozen):
    """An entry of a timeline: a fact, or a time and what happened."""

    fact: str = Field(default="", description="事实 id")
    when: str = Field(default="", description="时间")
    text: str = Field(default="", description="发生了什么")

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if bool(self.fact) == bool(self.when and self.text):
            raise PydanticCustomError("event_body", "a fact, or when and text")
        return self


class Timeline(Block):
    """Events in the order of time."""

    NAME: ClassVar[str] = "timeline"
    timeline: str = Field(min_length=1, description="时间线的标题")
    events: tuple[Annotated[Event, line_as("fact")], ...] = Field(min_length=1, description="事实 id，或 when 与 text")


class Lever(Frozen):
    """Something to set: a figure between two ends, or one of several options."""

    label: str = Field(min_length=1, description="要设定的东西：名称")
    start: str = Field(default="", description="开始的值：数或公式；有 options 时写选项的名称，不写就是第一个")
    min: MaybeFormula = Field(default="", description="最小值：数或公式")
    max: MaybeFormula = Field(default="", description="最大值：数或公式")
    step: Decimal | None = Field(default=None, gt=0, max_digits=12, description="一格多少；不写按范围定")
    unit: str = Field(default="", description="单位；万、亿、％ 会换算")
    by: Literal["slider", "number"] = Field(default="slider", description="slider 滑块，number 填数")
    options: Mapping[str, FormulaText] = Field(
        default_factory=dict, max_length=12, description="几选一：名称下写它的值（数或公式）；写了它就不写 min、max"
    )

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if self.options and (self.min or self.max or self.step):
            raise PydanticCustomError("lever_both", "options or ends")
        if not self.options and not (self.start and self.min and self.max):
            raise PydanticCustomError("lever_ends", "start, min and max")
        return self

    def formulas(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """(path below the lever, formula) of everything that is computed."""
        if self.options:
            yield from ((("options", name), text) for name, text in self.options.items())
        else:
            yield from ((("start",), self.start), (("min",), self.min), (("max",), self.max))


class Explore(Block):
    """Levers and the figures that follow from them."""

    NAME: ClassVar[str] = "explore"
    MINUTES: ClassVar[int] = 2
    explore: str = Field(min_length=1, description="推演的题目：一句话或一个问题")
    inputs: Mapping[Id, Lever] = Field(min_length=1, max_length=8, description="可以设定的：id 下写名称与范围")
    outputs: tuple[Output, ...] = Field(min_length=1, max_length=12, description="随之变化的结果：名称与公式")
    along: str = Field(default="", description="沿哪一个设定画线：写它的 id")
    note: str = Field(default="", description="说明")

    def formulas(self) -> Iterator[str]:
        """Every formula of the block."""
        yield from (text for lever in self.inputs.values() for _, text in lever.formulas())
        yield from (output.formula for output in self.outputs)


class Discuss(Block):
    """A question for the class's wall; not scored."""

    NAME: ClassVar[str] = "discuss"
    discuss: str = Field(min_length=1, description="讨论的问题")
    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="讨论题的 id")
    expect: Lines = Field(default=(), description="好回答里有什么（只有教师能看）")
    minutes: int = Field(default=5, ge=1, le=240, description="课堂上用几分钟")


class ExerciseBlock(Block):
    """The place of an exercise in the unit."""

    NAME: ClassVar[str] = "exercise"
    exercise: str = Field(min_length=1, description="题目 id；他案例的题写 案例:题")


BLOCKS: dict[str, type[Block]] = {
    b.NAME: b for b in (Prose, Metrics, Chart, Table, Diagram, Timeline, Explore, Discuss, ExerciseBlock)
}


def named_by(value: Any) -> str | None:
    """Which block a mapping is: the first of its fields that names one; None where none does."""
    if isinstance(value, Block):
        return value.NAME
    return next((k for k in value if k in BLOCKS), None) if isinstance(value, dict) else None


AnyBlock = Annotated[
    Annotated[Prose, Tag("prose")]
    | Annotated[Metrics, Tag("metrics")]
    | Annotated[Chart, Tag("chart")]
    | Annotated[Table, Tag("table")]
    | Annotated[Diagram, Tag("diagram")]
    | Annotated[Timeline, Tag("timeline")]
    | Annotated[Explore, Tag("explore")]
    | Annotated[Discuss, Tag("discuss")]
    | Annotated[ExerciseBlock, Tag("exercise")],
    Discriminator(named_by),
]

__all__ = ["BLOCKS", "AnyBlock", "Block"]
