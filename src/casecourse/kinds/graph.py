"""graph 连图: draw the lines between nodes, fill the boxes of a chart, or tick a grid of left and right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Line,
    Lines,
    Manual,
    Note,
    Sample,
    Switch,
    Tally,
    Unreadable,
    Verdict,
    line_as,
    shape,
)
from casecourse.networks import Box, Edge, Wire, expanded, faults, meets, sorted_out
from casecourse.spare import Elective
from casecourse.texts import t

Answer = dict[str, Any]  # {"edges": [[from, to], …], "fills": node → what stands in it}
MOST = 400  # lines of one answer


class Graph(ExerciseBase):
    """Draw lines between nodes, fill boxes, or tick a grid."""

    model_config = ConfigDict(populate_by_name=False)  # `across` is a name here, not in a file

    kind: Literal["graph"] = Field(description="题型")
    nodes: tuple[Annotated[Box, line_as("text")], ...] = Field(
        default=(), max_length=24, description="节点：一行名称；框里由学员来填的写 text 与 fill，填错时的反馈写 why"
    )
    left: Lines = Field(default=(), max_length=12, description="勾选表的行；与 right 同用，就不写 nodes")
    across: Lines = Field(default=(), max_length=12, alias="right", description="勾选表的列")
    given: tuple[Wire, ...] = Field(default=(), max_length=60, description="已经画好的线：from、to、label")
    edges: tuple[Wire, ...] = Field(default=(), max_length=60, description="要画的线；都不写、也没有 fill 就不计分")
    allow: tuple[Wire, ...] = Field(default=(), max_length=60, description="画了不算错、不画也不扣分的线")
    wrong: tuple[Wire, ...] = Field(default=(), max_length=60, description="预料中的错线，写 why")
    labels: Lines = Field(default=(), max_length=8, description="线有几种；写了就每条线选一种")
    directed: Switch = Field(default=True, description="线有没有方向")
    spare: Lines = Field(default=(), description="混进来的填法：哪个框都不该填")
    extra: Elective = Field(default=False, description="选做：不计入单元的分钟")

    COMPARED = True
    MINUTES = 4
    MANUAL = Manual(
        title="连图",
        does="在节点之间连线（因果、流程、谁管谁），给组织图填空，或者在行与列之间打勾（机构 × 地点）。"
        "不用拖：选起点、终点、哪一种线，一条一条加，图随之画出来；画错的可以去掉。",
        scored="份额 =（画对的必要的线 + 填对的框）÷（必要的线 + 要填的框 + 多画的线）。`given` 和 `allow` 的线两头都不算。"
        "写了 `labels` 的线，种类也要对；答案里没有写 `label` 的，哪一种都对。`directed: false` 不看方向。"
        "没有 `edges` 也没有 `fill` 就不计分，全班怎样连就是结果。",
        answer="`edges`：线的列表，每条是 [起点, 终点]，有种类再写第三项；`fills`：节点 → 填的文字。没有的一样可以不写。",
        counted="每条线有几人画，每个框填了什么。",
    )

    _asked: tuple[str, ...] | None = PrivateAttr(default=None)  # on the public copy: the boxes to fill
    _drawn: bool | None = PrivateAttr(default=None)  # on the public copy: are lines asked for

    @model_validator(mode="after")
    def _one_body(self) -> Self:
        if bool(self.nodes) == bool(self.left or self.across) or bool(self.left) != bool(self.across):
            raise PydanticCustomError("graph_body", "nodes, or left and right")
        return self

    # ---- what there is ---------------------------------------------------------------------------------------------
    @property
    def keyed(self) -> bool:
        """True when lines are required or boxes have their fill."""
        return bool(self.edges) or any(box.fill for box in self.nodes)

    @property
    def grid(self) -> bool:
        """True where rows and columns are ticked."""
        return bool(self.left)

    @property
    def boxes(self) -> tuple[str, ...]:
        """The nodes whose content is asked for."""
        return self._asked if self._asked is not None else tuple(box.text for box in self.nodes if box.fill)

    @property
    def draws(self) -> bool:
        """True where lines are asked for: always but where only boxes are to be filled."""
        return self._drawn if self._drawn is not None else bool(self.edges) or not self.boxes

    @property
    def ends(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Where a line may begin and where it may end."""
        names = tuple(box.text for box in self.nodes)
        return (self.left, self.across) if self.grid else (names, names)

    @property
    def fills(self) -> list[str]:
        """Everything that may stand in a box, each once, in an order that says nothing and is everybody's."""
        names = sorted({*(box.fill for box in self.nodes if box.fill), *self.spare})
        random.Random(self.prompt).shuffle(names)  # noqa: S311  an order, not a secret
        return names

    def fill(self, name: str) -> str:
        """What belongs into a box."""
        return next((box.fill for box in self.nodes if box.text == name), "")

    def key(self, sort: Literal["given", "edges", "allow", "wrong"]) -> list[tuple[Edge, str]]:
        """The single lines of a sort, with their reasons."""
        return expanded(getattr(self, sort))

    def same(self, one: Edge, other: Edge) -> bool:
        """True where `one` is the line that `other` means."""
        return meets(one, other, directed=self.directed or self.grid)

    def told(self, edge: Edge) -> str:
        """A line in words."""
        arrow = "→" if self.directed and not self.grid else "—"
        return f"{edge[0]} {arrow} {edge[1]}" + (f"（{edge[2]}）" if edge[2] else "")

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Answer:
        """The lines in the order in which they were drawn, and what was filled in."""
        given = shape(raw, t("一张图"), of=dict)
        if set(given) - {"edges", "fills"}:
            raise Unreadable(t("答案的形状不对：这里应当是{name}。", name=t("一张图")))
        drawn: list[Edge] = []
        for one in shape(given.get("edges", []), t("一列线"), of=list):
            edge = self._edge(one)
            if any(edge[2] == other[2] and self.same(edge, other) for other in drawn):
                raise Unreadable(t("同一条线画了两次：{edge}", edge=self.told(edge)[:80]))
            drawn.append(edge)
        if drawn and not self.draws:
            raise Unreadable(t("这张图的线已经画好，只要填框。"))
        if len(drawn) > MOST:
            raise Unreadable(t("线太多了：最多 {n} 条。", n=MOST))
        said = shape(given.get("fills", {}), t("填好的框"), of=dict)
        filled = {name: self._filled(name, text) for name, text in said.items()}
        if not drawn and not any(filled.values()):
            raise Unreadable(t("图上还什么也没有。"))
        answer: Answer = {"edges": [list(edge if edge[2] else edge[:2]) for edge in drawn]} if drawn else {}
        fills = {name: filled[name] for name in self.boxes if filled.get(name)}
        return answer | ({"fills": fills} if fills else {})

    def _edge(self, raw: JSON) -> Edge:
        names = [shape(x, t("文字"), of=str) for x in shape(raw, t("一条线"), of=list)]
        if len(names) not in (2, 3):
            raise Unreadable(t("答案的形状不对：这里应当是{name}。", name=t("一条线")))
        for name, known in zip(names[:2], self.ends, strict=True):
            if name not in known:
                raise Unreadable(t("没有这个节点：{name}", name=name[:60]))
        if names[0] == names[1]:
            raise Unreadable(t("一个节点不能连到自己：{name}", name=names[0][:60]))
        label = names[2] if len(names) == 3 else ""
        if self.labels and not label:
            raise Unreadable(t("这条线还没有选种类：{edge}", edge=self.told((names[0], names[1], ""))[:80]))
        if label and label not in self.labels:
            raise Unreadable(t("没有这种线：{name}", name=label[:60]))
        return names[0], names[1], label

    def _filled(self, name: object, raw: JSON) -> str:
        if shape(name, t("文字"), of=str) not in self.boxes:
            raise Unreadable(t("没有要填的框：{name}", name=str(name)[:60]))
        text = str(shape(raw, t("文字"), of=str))
        if text and text not in self.fills:
            raise Unreadable(t("没有这种填法：{name}", name=text[:60]))
        return text

    def drawn(self, answer: Answer) -> list[Edge]:
        """The lines of an answer."""
        return [(e[0], e[1], e[2] if len(e) > 2 else "") for e in answer.get("edges", [])]

    def judged(self, answer: Answer) -> tuple[dict[Edge, Edge], list[Edge], list[Edge]]:
        """(required line → the drawn one that meets it, drawn lines that count neither way, other drawn lines)."""
        required = [edge for edge, _ in self.key("edges")]
        tolerated = [edge for edge, _ in (*self.key("allow"), *self.key("given"))]
        return sorted_out(self.drawn(answer), required, tolerated, directed=self.directed or self.grid)

    def grade(self, answer: Answer) -> Verdict:
        """(required lines drawn + boxes filled right) ÷ (required + boxes + other lines). Notes: each line, each box."""
        if not self.keyed:
            return self.verdict(None)
        hits, neither, others = self.judged(answer)
        notes = [self._note(edge, hits, neither) for edge in self.drawn(answer)]
        fills = answer.get("fills", {})
        right = [name for name in self.boxes if fills.get(name) == self.fill(name)]
        wrong = {box.text: box.why for box in self.nodes if box.text not in right}
        notes += [
            Note(f"{name}：{text}", "wrong" if name in wrong else "right", wrong.get(name, ""))
            for name, text in fills.items()
        ]
        whole = len(self.key("edges")) + len(self.boxes) + len(others)
        share = Decimal(len(hits) + len(right)) / whole
        return self.verdict(share, [*(self.told(edge) for edge in hits), *right], notes)

    def _note(self, edge: Edge, hits: dict[Edge, Edge], neither: list[Edge]) -> Note:
        if edge in hits.values():
            return Note(self.told(edge), "right")
        if edge in neither:
            return Note(self.told(edge), "info")
        why = next((why for key, why in self.key("wrong") if self.same(edge, key)), "")
        return Note(self.told(edge), "wrong", why)

    def tally(self, answers: Iterable[Answer]) -> Tally:
        """Slot "" counts the lines, each box's slot what stands in it."""
        rows = list(answers)
        slots: dict[str, dict[str, int]] = {}
        if self.draws:
            lines = Counter(self.told(self._counted(edge)) for row in rows for edge in self.drawn(row))
            slots[""] = dict(lines.most_common())
        for name in self.boxes:
            found = Counter(text for row in rows if (text := row.get("fills", {}).get(name)))
            slots[name] = dict(found.most_common())
        return Tally(len(rows), slots)

    def _counted(self, edge: Edge) -> Edge:
        """Lines without direction are counted from whichever node stands first."""
        if self.directed or self.grid:
            return edge
        names = self.ends[0]
        a, b = sorted(edge[:2], key=names.index)
        return a, b, edge[2]

    def positions(self, answer: Answer) -> dict[str, str]:
        """All lines together, and each box."""
        lines = {"": "；".join(self.told(self._counted(e)) for e in self.drawn(answer))} if self.draws else {}
        return {**lines, **answer.get("fills", {})}

    def samples(self) -> Iterator[Sample]:
        """Everything right, one thing missing or one too many, all wrong, and what is no drawing."""
        yield from self._tried()
        a, b = self.ends[0][0], self.ends[1][-1]
        odd: list[JSON] = [{}, None, [], "图", {"edges": []}, {"edges": {}}, {"edges": [[a]]}, {"lines": [[a, b]]}]
        odd += [
            {"edges": [[a, "没有的节点"]]},
            {"edges": [[a, b, "没有的线"]]},
            {"fills": {"没有的框": "甲"}},
            {"fills": []},
        ]
        odd += [] if self.grid else [{"edges": [[a, a]]}]
        yield from (Sample(x, "unreadable") for x in odd)

    def _tried(self) -> Iterator[Sample]:
        required = [edge for edge, _ in self.key("edges")]
        stray = self._stray()
        lines = [self._written(edge) for edge in required]
        fills = {name: self.fill(name) for name in self.boxes}
        if not self.keyed:
            if stray:
                yield Sample({"edges": [self._written(stray)]}, "unscored")
        else:
            yield Sample(_picture(lines, fills), "right")
            if len(lines) + len(fills) > 1:
                some = dict(list(fills.items())[:-1]) if fills else {}
                yield Sample(_picture(lines if fills else lines[:-1], some), "part")
            elif stray and self.draws:
                yield Sample(_picture([*lines, self._written(stray)], fills), "part")
            others = {name: next((x for x in self.fills if x != text), "") for name, text in fills.items()}
            if stray and self.draws:
                yield Sample({"edges": [self._written(stray)]}, "wrong")
            elif not self.draws and all(others.values()):
                yield Sample({"fills": others}, "wrong")

    def _stray(self) -> Edge | None:
        """A line that is neither required nor tolerated."""
        known = [edge for sort in ("given", "edges", "allow") for edge, _ in self.key(sort)]
        label = self.labels[0] if self.labels else ""
        for a, b in product(*self.ends):
            if a != b and not any(self.same((a, b, label), key) or self.same(key, (a, b, label)) for key in known):
                return a, b, label
        return None

    def _written(self, edge: Edge) -> list[str]:
        label = edge[2] or (self.labels[0] if self.labels else "")
        return [edge[0], edge[1], label] if label else [edge[0], edge[1]]

    def public(self) -> Self:
        """Nodes, given lines and all fills, without saying which lines are wanted and what belongs where."""
        bare = tuple(Box(text=box.text) for box in self.nodes)
        copy = self.stripped(
            nodes=bare, edges=(), allow=(), wrong=(), given=_silent(self.given), spare=tuple(self.fills)
        )
        copy._asked, copy._drawn = self.boxes, self.draws
        return copy

    def paper(self) -> list[Line]:
        """Prompt, the nodes or the grid, given lines, sorts of lines, and what may stand in the boxes."""
        fill = self.scope.fill
        lines = [Line("prompt", self.prompt)]
        if self.grid:
            lines.append(Line("cell", t("列：{names}", names="、".join(map(fill, self.across)))))
            lines += [Line("blank", fill(name)) for name in self.left]
        lines += [Line("blank" if box.text in self.boxes else "cell", fill(box.text)) for box in self.nodes]
        lines += [Line("cell", t("已有：{edge}", edge=fill(self.told(edge)))) for edge, _ in self.key("given")]
        if self.labels:
            lines.append(Line("cell", t("线有几种：{names}", names="、".join(map(fill, self.labels)))))
        lines += [Line("option", fill(text)) for text in self.fills]
        own = t("我连的线（从 → 到）") if self.directed else t("我连的线（一头 — 另一头）")
        return [*lines, *([Line("blank", own)] if self.draws and not self.grid else [])]

    def written(self, answer: Answer) -> str:
        """Line by line, then box by box."""
        lines = [self.told(edge) for edge in self.drawn(answer)]
        fills = [f"{name}：{text}" for name, text in answer.get("fills", {}).items()]
        return " ".join(self.scope.fill("；".join([*lines, *fills])).split())

    def key_words(self) -> Iterator[str]:
        """What belongs into boxes, and where lines lead."""
        yield from (box.fill for box in self.nodes if box.fill)
        yield from dict.fromkeys(edge[1] for edge, _ in self.key("edges"))

    def flaws(self) -> Iterator[Flaw]:
        """Names that stand twice, lines that do not fit, boxes with nothing to choose from."""
        for field, names in (("nodes", self.ends[0]), ("left", self.left), ("right", self.across), ("labels", self.labels)):  # fmt: skip
            if field == "nodes" and self.grid:
                continue
            for n, name in enumerate(names):
                if name in names[:n]:
                    message = t("“{word}”写了两次", word=name[:40])
                    yield Flaw((field, n), "wrong-value", message, t("改写其中一个"), also=(field, names.index(name)))
        if self.grid and self.labels:
            yield Flaw(("labels",), "wrong-value", t("勾选表没有几种线"), t("删去 labels，或改写成 nodes"), at_key=True)
        wires = {"given": self.given, "edges": self.edges, "allow": self.allow, "wrong": self.wrong}
        yield from faults(wires, self.ends, self.labels, directed=self.directed or self.grid)
        for n, box in enumerate(self.nodes):
            if box.why and not box.fill:
                yield Flaw(
                    ("nodes", n, "why"),
                    "wrong-value",
                    t("这个框不要学员来填，反馈没有机会出现"),
                    t("删去 why，或写上 fill"),
                )
        if self.boxes and len(self.fills) < 2:
            n = next(n for n, box in enumerate(self.nodes) if box.fill)
            message = t("只有一种填法，没有可选的")
            yield Flaw(("nodes", n, "fill"), "wrong-value", message, t("再写一个要填的框，或在 spare 里写几个混进来的"))


def _picture(lines: list[list[str]], fills: dict[str, str]) -> Answer:
    return {**({"edges": lines} if lines else {}), **({"fills": fills} if fills else {})}


def _silent(wires: tuple[Wire, ...]) -> tuple[Wire, ...]:
    return tuple(wire.model_copy(update={"why": ""}) for wire in wires)


__all__ = ["Edge", "Graph"]
