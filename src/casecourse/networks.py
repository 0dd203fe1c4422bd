"""Networks: boxes, the lines between them, what a drawn line is worth, and what does not fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, TypeAlias

from pydantic import Field

from casecourse.grading import Flaw, Frozen, Lines
from casecourse.texts import t

Edge: TypeAlias = tuple[str, str, str]  # from, to, label ("" where lines have none)
Path: TypeAlias = tuple[str | int, ...]
SORTS = ("given", "edges", "allow", "wrong")


class Box(Frozen):
    """A node; with `fill` the student says what stands in it."""

    text: str = Field(min_length=1, description="节点：名称")
    fill: str = Field(default="", description="框里该填什么；写了就由学员来选")
    why: str = Field(default="", description="填错时的反馈")


class Wire(Frozen):
    """A line from one node to one or several."""

    origin: str = Field(alias="from", min_length=1, description="从哪个节点")
    to: Annotated[Lines, Field(min_length=1)] = Field(description="到哪个节点；可以写几个")
    label: str = Field(default="", description="哪一种线；labels 里的一种，不写就都算")
    why: str = Field(default="", description="画错时的反馈；必须画的线，公布以后看得到")


def expanded(wires: Iterable[Wire]) -> list[tuple[Edge, str]]:
    """Every single line with its reason."""
    return [((w.origin, to, w.label), w.why) for w in wires for to in w.to]


def meets(drawn: Edge, key: Edge, *, directed: bool) -> bool:
    """True when a drawn line is the one that the key means; a key without a label takes any."""
    same = drawn[:2] == key[:2] or (not directed and drawn[:2] == (key[1], key[0]))
    return same and key[2] in ("", drawn[2])


def sorted_out(
    drawn: Sequence[Edge], required: Sequence[Edge], tolerated: Sequence[Edge], *, directed: bool
) -> tuple[dict[Edge, Edge], list[Edge], list[Edge]]:
    """(required line → the drawn one that meets it, drawn lines that count neither way, other drawn lines)."""
    left = list(drawn)
    hits: dict[Edge, Edge] = {}
    for key in required:
        found = next((one for one in left if meets(one, key, directed=directed)), None)
        if found is not None:
            hits[key] = found
            left.remove(found)
    neither = [one for one in left if any(meets(one, key, directed=directed) for key in tolerated)]
    return hits, neither, [one for one in left if one not in neither]


# ---- what does not fit together ----------------------------------------------------------------------------------------


def unknown(path: Path, name: str, what: str, names: Iterable[str]) -> Flaw:
    """A name that nothing bears."""
    known = list(names)
    near = get_close_matches(name, known, 1, 0.5)
    help_ = t("是不是 '{near}'？", near=near[0]) if near else t("可用：{names}", names="、".join(known))
    return Flaw(path, "unknown-reference", t("没有叫“{ref}”的{what}", ref=name[:40], what=what), help_)


def faults(
    wires: Mapping[str, Sequence[Wire]],
    ends: tuple[Sequence[str], Sequence[str]],
    labels: Sequence[str],
    *,
    directed: bool,
) -> Iterator[Flaw]:
    """Lines between unknown nodes, of unknown sorts, from a node to itself, or written twice."""
    seen: list[tuple[Edge, Path]] = []
    for sort in SORTS:
        for n, wire in enumerate(wires[sort]):
            yield from _ends(sort, n, wire, ends)
            if wire.label and wire.label not in labels:
                yield unknown((sort, n, "label"), wire.label, t("线"), labels or ("labels",))
            for k, to in enumerate(wire.to):
                edge, path = (wire.origin, to, wire.label), (sort, n, "to", k)
                twin = next((p for e, p in seen if meets(edge, e, directed=directed) or meets(e, edge, directed=directed)), None)  # fmt: skip
                if twin is not None:
                    message = t("“{a} — {b}”写了两次", a=wire.origin[:30], b=to[:30])
                    yield Flaw(path, "wrong-value", message, t("一条线只写在一处"), also=twin)
                seen.append((edge, path))


def _ends(sort: str, n: int, wire: Wire, ends: tuple[Sequence[str], Sequence[str]]) -> Iterator[Flaw]:
    if wire.origin not in ends[0]:
        yield unknown((sort, n, "from"), wire.origin, t("节点"), ends[0])
    for k, to in enumerate(wire.to):
        if to not in ends[1]:
            yield unknown((sort, n, "to", k), to, t("节点"), ends[1])
        elif to == wire.origin:
            message = t("“{name}”连到了自己", name=to[:40])
            yield Flaw((sort, n, "to", k), "wrong-value", message, t("换一个节点"))
