"""Diagrams: a chain of steps as steps that wrap, a graph drawn by Graphviz; both can be read aloud."""

from __future__ import annotations

import re

import streamlit as st

from casecourse.model import CaseFacts
from casecourse.model.blocks import Diagram
from casecourse.texts import t
from casecourse.ui.blocks.prose import heading, label

STOPS = tuple("，、；。：？！）”,;")
PIECES = re.compile(r"[\w.%-]+(?<=[A-Za-z0-9])|.", re.ASCII | re.DOTALL)


def draw(block: Diagram, scope: CaseFacts, key: str, terms: dict[str, str]) -> None:
    """The diagram with its heading and note."""
    del terms
    with st.container(key=f"figure-{key}", gap="small"):
        heading(block.diagram, "")
        if block.steps:
            with st.container(key=f"chain-{key}", horizontal=True):
                for n, step in enumerate(block.steps, 1):
                    with st.container(gap=None, width="content"):
                        st.caption(str(n))
                        st.markdown(scope.fill(step))
        else:
            alt = "；".join(f"{e.origin} → {e.to}{'：' + e.label if e.label else ''}" for e in block.edges)
            with st.container(key=f"network-{key}"):
                st.graphviz_chart(
                    dot(block), width="content", alt=t("{title}：{edges}", title=block.diagram, edges=alt)
                )
        if block.note:
            st.caption(scope.fill(block.note))
        label(block.assumed, block.external)


def quoted(text: str) -> str:
    """A DOT string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def wrapped(text: str, width: int = 10) -> str:
    """`text` in lines that fit a phone: broken after punctuation where there is some, words of Latin letters kept whole."""
    lines = [""]
    for piece in PIECES.findall(text):
        stop = lines[-1][-1:] in STOPS
        if lines[-1] and piece not in STOPS and (len(lines[-1]) >= width or (stop and len(lines[-1]) > width // 2)):
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return "\n".join(line.rstrip() for line in lines)


def beside(text: str) -> str:
    """The words of a line as a DOT string: they begin beside it, with room for letters that Graphviz thinks half as wide."""
    rows = [quoted(f"\u00a0{x}" + "\u00a0" * len(x))[1:-1] for x in wrapped(text).split("\n") if x]
    return '"' + "".join(rf"{row}\l" for row in rows) + '"'


def dot(block: Diagram) -> str:
    """The graph in DOT, without colours of its own: the theme's grey reads on both papers."""
    style = 'fontname="Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"'
    lines = [
        "digraph {",
        f'rankdir=TB; bgcolor="transparent"; node [shape=box, style=rounded, color="#8C8474", fontcolor="#8C8474", {style}];',
        f'edge [color="#8C8474", fontcolor="#8C8474", fontsize=11, {style}];',
    ]
    lines += [f"{quoted(e.origin)} -> {quoted(e.to)} [label={beside(e.label)}];" for e in block.edges]
    return "\n".join([*lines, "}"])
