"""Networks drawn by Graphviz: boxes with what stands in them, lines whose standing is told by their stroke and a sign."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from casecourse.ui.blocks.diagram import quoted, wrapped

FONT = 'fontname="Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"'
GREY = "#8C8474"  # reads on both papers
MOST = 4  # boxes side by side on a phone; more of them stand one below the other
Stroke = Literal["plain", "given", "right", "wrong", "missed"]
STROKES: dict[Stroke, tuple[str, str]] = {  # attributes, sign
    "plain": ("penwidth=1.6", ""),
    "given": ("penwidth=1.2", ""),
    "right": ("penwidth=2.6", "✓"),
    "wrong": ("penwidth=1.6, style=dashed", "✗"),
    "missed": ("penwidth=1.6, style=dotted", "＋"),
}


@dataclass(frozen=True)
class Link:
    """A line with its words and how it is drawn."""

    origin: str
    to: str
    label: str = ""
    stroke: Stroke = "plain"


def way(nodes: Mapping[str, str], links: Sequence[Link]) -> str:
    """Downwards; sideways where too many boxes would stand side by side: those of a fan, or those that no line leads to.

    Only the lines that stood at first count, so that the picture keeps its way while one draws.
    """
    given = [x for x in links if x.stroke == "given"]
    fans = Counter([("from", x.origin) for x in given] + [("to", x.to) for x in given])
    first = len(nodes.keys() - {x.to for x in given})
    return "LR" if max(first, *fans.values(), 0) > MOST else "TB"


def dot(nodes: Mapping[str, str], links: Sequence[Link], *, directed: bool) -> str:
    """The graph in DOT; `nodes` is name → what the box says."""
    lines = [
        "digraph {",
        f'rankdir={way(nodes, links)}; bgcolor="transparent"; nodesep=0.35; ranksep=0.45; edge [color="{GREY}", fontcolor="{GREY}", fontsize=11, {FONT}];',
        f'node [shape=box, style=rounded, color="{GREY}", fontcolor="{GREY}", fontsize=13, margin="0.14,0.07", {FONT}];',
    ]
    lines += [f"{quoted(name)} [label={quoted(text)}];" for name, text in nodes.items()]
    for link in links:
        attributes, sign = STROKES[link.stroke]
        label = "".join(f"\u00a0{x}" for x in (wrapped(link.label), sign) if x)  # it stands beside its line, not on it
        heads = "" if directed else ", dir=none"
        lines.append(f"{quoted(link.origin)} -> {quoted(link.to)} [label={quoted(label)}, {attributes}{heads}];")
    return "\n".join([*lines, "}"])


def draw(nodes: Mapping[str, str], links: Sequence[Link], *, directed: bool, alt: str, key: str) -> None:
    """The graph, as wide as it needs to be, never wider than the page."""
    with st.container(key=f"network-{key}"):
        st.graphviz_chart(dot(nodes, links, directed=directed), width="content", alt=alt)
