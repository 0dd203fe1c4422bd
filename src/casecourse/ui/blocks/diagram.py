"""Diagrams: a chain of steps as steps that wrap, a graph drawn by Graphviz; both can be read aloud."""

from __future__ import annotations

import streamlit as st

from casecourse.model import CaseFacts
from casecourse.model.blocks import Diagram
from casecourse.texts import t
from casecourse.ui.blocks.prose import heading, label


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
            st.graphviz_chart(dot(block), width="content", alt=t("{title}：{edges}", title=block.diagram, edges=alt))
        if block.note:
            st.caption(scope.fill(block.note))
        label(block.assumed, block.external)


def quoted(text: str) -> str:
    """A DOT string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def dot(block: Diagram) -> str:
    """The graph in DOT, without colours of its own: the theme's grey reads on both papers."""
    style = 'fontname="Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"'
    lines = [
        "digraph {",
        f'rankdir=TB; bgcolor="transparent"; node [shape=box, style=rounded, color="#8C8474", fontcolor="#8C8474", {style}];',
        f'edge [color="#8C8474", fontcolor="#8C8474", fontsize=11, {style}];',
    ]
    lines += [f"{quoted(e.origin)} -> {quoted(e.to)} [label={quoted(e.label)}];" for e in block.edges]
    return "\n".join([*lines, "}"])
