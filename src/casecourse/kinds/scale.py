"""scale 定位: place things on one axis or on two, between two ends; within an accepted span where there is one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from math import dist
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casecourse.agreement import five
from casecourse.formula import plain, rounded
from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Frozen,
    Line,
    Lines,
    Manual,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    line_as,
    shape,
    typed,
)
from casecourse.texts import t

Answer = dict[str, Any]  # {"place": item → [x, y], "why": the reason}
Place = tuple[int, ...]
FULL = 100
WHOLE = re.compile(r"[0-9]{1,3}")
Edge = Annotated[int, Field(ge=0, le=FULL)]
Span = Annotated[tuple[Edge, ...], Field(max_length=2)]
Ends = Annotated[Lines, Field(min_length=2, max_length=2)]


class Placed(Frozen):
    """Something to place; where a span is written, it is right within it."""

    text: str = Field(min_length=1, description="要定位的一项：名称")
    id: str = Field(default="", pattern=r"^([a-z][a-z0-9-]*)?$", description="它的 id；措辞可能改动时先写好")
    x: Span = Field(default=(), description="横轴上可接受的范围 [低, 高]，0 到 100；不写就没有对错")
    y: Span = Field(default=(), description="纵轴上可接受的范围 [低, 高]")
    why: str = Field(default="", description="放到范围外时的反馈")
    was: str = Field(default="", description="原来的文字：改措辞后仍认得旧答案")

    @model_validator(mode="after")
    def _whole_spans(self) -> Self:
        for axis in ("x", "y"):
            span = getattr(self, axis)
            if span and (len(span) != 2 or span[0] >= span[1]):
                raise PydanticCustomError("span", "low below high", {"at": (axis,)})
        return self

    @property
    def name(self) -> str:
        """What an answer calls it."""
        return self.id or self.text


class Scale(ExerciseBase):
    """Place things on axes."""

    kind: Literal["scale"] = Field(description="题型")
    x: Ends = Field(description="横轴的两端：[左端, 右端]，0 到 100")
    y: Annotated[Lines, Field(max_length=2)] = Field(default=(), description="纵轴的两端：[下端, 上端]；不写就只有横轴")
    items: tuple[Annotated[Placed, line_as("text")], ...] = Field(
        min_length=1, max_length=12, description="要定位的各项：一行名称，或写 text 与 x、y 的范围"
    )
    ask: str = Field(default="", description="请学员写的理由：一个问题")

    COMPARED = True
    MINUTES = 3
    WORDING = ExerciseBase.WORDING | {"ask"}
    MANUAL = Manual(
        title="定位",
        does="把几样东西放到一条轴上（或两条轴张成的平面里），看自己放在哪里，再看全班放在哪里。用来谈类型、谱系和程度。",
        scored="写了范围的才有对错：份额 = 落在范围里的位置数 ÷ 写了范围的位置数，横轴和纵轴各算一个。"
        "一个范围也没有就不计分，全班的分布就是结果。每一项都要放，动过才算放了。",
        answer="`place`：名称 → 位置的列表，0 到 100 的整数写成文字，先横后纵；`why`：理由，可以不写。名称是它的 `id`，没有 `id` 就是它的文字。",
        counted="每一项在各条轴上的中位数与四分位数；各项平均位置之间的距离；每份定位连着它的理由。",
    )

    # ---- axes ------------------------------------------------------------------------------------------------------
    @property
    def axes(self) -> tuple[str, ...]:
        """The names of the axes."""
        return ("x", "y") if self.y else ("x",)

    @property
    def keyed(self) -> bool:
        """True when some span is written."""
        return any(span for item in self.items for span in self._spans(item))

    def _spans(self, item: Placed) -> tuple[tuple[int, ...], ...]:
        return tuple(getattr(item, axis) for axis in self.axes)

    def item(self, name: str) -> Placed | None:
        """What an answer calls `name`, also by its earlier text."""
        return next((i for i in self.items if i.name == name), None) or next(
            (i for i in self.items if i.was and i.was == name), None
        )

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Answer:
        """Item → its place on every axis, all of them; and the reason where one was given."""
        given = shape(raw, t("一组位置"), of=dict)
        if set(given) - {"place", "why"}:
            raise Unreadable(t("答案的形状不对：这里应当是{name}。", name=t("一组位置")))
        places: dict[str, list[str]] = {}
        for name, said in shape(given.get("place"), t("一组位置"), of=dict).items():
            item = self.item(shape(name, t("文字"), of=str))
            if item is None:
                raise Unreadable(t("没有这一项：{name}", name=str(name)[:60]))
            if item.name in places:
                raise Unreadable(t("同一项放了两次：{name}", name=item.text[:60]))
            at = [self._at(x, item) for x in shape(said, t("一列位置"), of=list)]
            if "" in at:
                continue  # it is not yet placed on every axis
            if len(at) != len(self.axes):
                raise Unreadable(t("“{name}”要在每条轴上各有一个位置。", name=item.text[:60]))
            places[item.name] = at
        left = len({i.name for i in self.items} - set(places))
        if left:
            raise Unreadable(t("还有 {n} 项没有放。", n=left))
        answer: Answer = {"place": {i.name: places[i.name] for i in self.items}}
        why = typed(given.get("why", ""))
        return answer | ({"why": why} if why else {})

    def _at(self, raw: JSON, item: Placed) -> str:
        text = str(shape(raw, t("写成文字的数"), of=str))
        if not text:
            return ""
        if not WHOLE.fullmatch(text) or int(text) > FULL:
            raise Unreadable(t("“{name}”的位置要是 0 到 100 的整数。", name=item.text[:60]))
        return str(int(text))

    def places(self, answer: Answer) -> dict[str, Place]:
        """Item → place, as numbers."""
        return {name: tuple(map(int, at)) for name, at in answer["place"].items()}

    def hits(self, item: Placed, at: Sequence[int]) -> list[bool]:
        """For every axis with a span whether the place lies in it."""
        return [span[0] <= n <= span[1] for span, n in zip(self._spans(item), at, strict=True) if span]

    def grade(self, answer: Answer) -> Verdict:
        """Places within their span ÷ spans given. Notes: every item with a span."""
        if not self.keyed:
            return self.verdict(None)
        places = self.places(answer)
        judged = {i.name: self.hits(i, places[i.name]) for i in self.items}
        notes = []
        for item in self.items:
            if found := judged[item.name]:
                state: Literal["right", "part", "wrong"] = "right" if all(found) else "part" if any(found) else "wrong"
                notes.append(Note(item.text, state, "" if all(found) else item.why))
        every = [hit for found in judged.values() for hit in found]
        matched = [name for name, found in judged.items() if found and all(found)]
        return self.verdict(Decimal(sum(every)) / len(every), matched, notes)

    def slot(self, item: Placed, axis: str) -> str:
        """Where a place is counted: the item, with the axis where there are two."""
        return f"{item.name} · {self._between(axis)}" if len(self.axes) > 1 else item.name

    def _between(self, axis: str) -> str:
        left, right = getattr(self, axis)
        return f"{left}—{right}"

    def tally(self, answers: Iterable[Answer]) -> Tally:
        """Item (and axis) → fifth of the axis → count; all places and their spread, how far items lie apart, and reasons."""
        rows = list(answers)
        placed = [self.places(row) for row in rows]
        slots: dict[str, dict[str, int]] = {}
        spread: dict[str, JSON] = {}
        for item in self.items:
            for n, axis in enumerate(self.axes):
                values = [place[item.name][n] for place in placed]
                counts = Counter(map(fifth, values))
                slots[self.slot(item, axis)] = {label: counts[label] for label in FIFTHS if counts[label]}
                if values:
                    found = five([Decimal(v) for v in values])
                    cuts = {k: plain(rounded(v, 1)) for k, v in found.items()}
                    spread[self.slot(item, axis)] = {**cuts, "values": [str(v) for v in values]}
        why = [[self._line(row), row["why"]] for row in rows if row.get("why")]
        return Tally(len(rows), slots, {"spread": spread, "apart": self._apart(placed), "why": why})

    def _apart(self, placed: Sequence[Mapping[str, Place]]) -> list[JSON]:
        """[item, item, distance between their mean places in hundredths of an axis], the farthest first."""
        means = {
            i.name: [sum(place[i.name][n] for place in placed) / len(placed) for n in range(len(self.axes))]
            for i in self.items
            if placed
        }
        pairs: list[JSON] = [[a, b, round(dist(means[a], means[b]), 1)] for a, b in combinations(means, 2)]
        return sorted(pairs, key=lambda pair: -pair[2])

    def positions(self, answer: Answer) -> dict[str, str]:
        """Each item, and axis, is a slot; its label is the fifth of the axis."""
        places = self.places(answer)
        return {
            self.slot(item, axis): fifth(places[item.name][n])
            for item in self.items
            for n, axis in enumerate(self.axes)
        }

    def samples(self) -> Iterator[Sample]:
        """All within their spans, one outside, all outside, and what is no placing."""
        right = {i.name: [str(sum(span) // 2 if span else 50) for span in self._spans(i)] for i in self.items}
        wrong = {i.name: [self._outside(span) for span in self._spans(i)] for i in self.items}
        why = {"why": "看它要等多久。"} if self.ask else {}
        yield Sample({"place": right, **why}, "right" if self.keyed else "unscored")
        if self.keyed:
            spans = [(i, span) for i in self.items for span in self._spans(i) if span]
            if all(span != (0, FULL) for _, span in spans):
                yield Sample({"place": wrong}, "wrong")
                if len(spans) > 1:
                    name = spans[0][0].name
                    n = next(n for n, span in enumerate(self._spans(spans[0][0])) if span)
                    moved = [wrong[name][k] if k == n else at for k, at in enumerate(right[name])]
                    yield Sample({"place": {**right, name: moved}}, "part")
        first = self.items[0].name
        odd: list[JSON] = [{first: "50"}, {first: []}, {**right, "没有的": right[first]}]
        odd += [{**right, first: [x] * len(self.axes)} for x in (50, "101", "-1", "4.5", "中间")]
        odd += [{**right, first: [*right[first], "50"]}]
        yield from (Sample({"place": x}, "unreadable") for x in odd)
        nothing: list[JSON] = [
            {},
            None,
            [],
            "放",
            {"place": []},
            {"place": right, "why": 3},
            {"place": right, "or": ""},
        ]
        yield from (Sample(x, "unreadable") for x in nothing)

    def _outside(self, span: tuple[int, ...]) -> str:
        return "50" if not span else str(span[0] - 1 if span[0] > 0 else min(FULL, span[1] + 1))

    def public(self) -> Self:
        """The items without spans and reasons."""
        return self.stripped(items=tuple(Placed(text=i.text, id=i.id, was=i.was) for i in self.items))

    def paper(self) -> list[Line]:
        """Prompt, a line for every axis and every item, and the reason."""
        fill = self.scope.fill
        axes = [Line("cell", fill(t("{left} 0 ———— 100 {right}", left=a, right=b))) for a, b in self._ends()]
        items = [Line("blank", fill(i.text)) for i in self.items]
        return [Line("prompt", self.prompt), *axes, *items, *([Line("blank", fill(self.ask))] if self.ask else [])]

    def _ends(self) -> list[tuple[str, str]]:
        return [(getattr(self, axis)[0], getattr(self, axis)[1]) for axis in self.axes]

    def written(self, answer: Answer) -> str:
        """Item by item its place, then the reason."""
        why = " ".join(answer.get("why", "").split())
        return self._line(answer) + (t("；理由：{why}", why=why) if why else "")

    def _line(self, answer: Answer) -> str:
        texts = {i.name: " ".join(self.scope.fill(i.text).split()) for i in self.items}
        return "、".join(f"{texts[name]} {'/'.join(at)}" for name, at in answer["place"].items())

    def key_words(self) -> Iterator[str]:
        """What has a span: what is cited must speak of it."""
        yield from (i.text for i in self.items if any(self._spans(i)))

    def flaws(self) -> Iterator[Flaw]:
        """One end of an axis missing, an item twice, a span on an axis that is not there, or over all of it."""
        if len(self.y) == 1:
            yield Flaw(("y",), "wrong-value", t("轴要写两端"), t("写成 [下端, 上端]"))
            return
        names = [i.name for i in self.items]
        for n, item in enumerate(self.items):
            if item.name in names[:n]:
                message = t("两项一样：“{word}”", word=item.name[:40])
                help_ = t("改写其中一个，或各写一个 id")
                yield Flaw(("items", n), "wrong-value", message, help_, also=("items", names.index(item.name)))
            if item.y and not self.y:
                yield Flaw(("items", n, "y"), "wrong-value", t("没有纵轴，不能写 y"), t("写 y: [下端, 上端]，或删去"))
            for axis in self.axes:
                if getattr(item, axis) == (0, FULL):
                    message = t("整条轴都算对，等于没有范围")
                    yield Flaw(("items", n, axis), "wrong-value", message, t("写窄一些，或删去"))


FIFTHS = ("0—20", "21—40", "41—60", "61—80", "81—100")


def fifth(at: int) -> str:
    """The fifth of the axis in which a place lies."""
    return FIFTHS[max(0, min(4, (at - 1) // 20))]
