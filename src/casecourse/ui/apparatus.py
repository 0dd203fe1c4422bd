"""The apparatus at the end of a unit: every figure of the page with its origin, and the terms; what hover shows, readable."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from casecourse.formula import FormulaError
from casecourse.model import Case, Course, Shown, Unit
from casecourse.model.facts import shown_in
from casecourse.texts import t
from casecourse.ui.blocks.prose import ANCHORS, origin_word
from casecourse.ui.evidence import owned


def draw(course: Course, case: Case, unit: Unit) -> None:
    """One list per origin, then the terms."""
    scope = course.facts.of(case.id)
    shown: dict[str, Shown] = {}
    for block in unit.blocks:
        for ref in shown_in(block):
            try:
                found = scope.shown(ref)
                shown.setdefault(ref, replace(found, label=owned(course, case.id, ref, found.label)))
            except (KeyError, FormulaError):
                continue
    with st.container(key="apparatus", gap="xsmall"):
        st.header(t("本节数字的来处"), anchor=False)
        for origin, anchor in ANCHORS.items():
            rows = [s for s in shown.values() if s.origin == origin]
            if rows:
                with st.container(gap=None):
                    st.subheader(origin_word(origin), anchor=anchor)
                    st.markdown("\n".join(f"- {line(s)}" for s in rows))
        if unit.concepts:
            with st.container(gap=None):
                st.subheader(t("术语"), anchor="terms")
                st.markdown("\n".join(f"- **{term}**　{meaning}" for term, meaning in unit.concepts.items()))
        for source in case.sources.values():
            parts = [
                t("来源：{title}", title=source.title),
                source.published,
                completeness(source.completeness),
                quality(source.quality),
            ]
            st.caption("　".join(p for p in parts if p))


def line(shown: Shown) -> str:
    """A figure with its label, its place or reason, its time and its doubt."""
    parts = [
        shown.text,
        shown.label,
        shown.note,
        shown.as_of,
        t("存疑：{why}", why=shown.doubtful) if shown.doubtful else "",
    ]
    return "　".join(p for p in parts if p)


def completeness(word: str) -> str:
    """How much of a source there is."""
    return {"whole": "", "truncated": t("有截断"), "front-matter": t("只有题名、摘要与目录")}[word]


def quality(word: str) -> str:
    """How well a source can be read."""
    return t("文字识别有损") if word == "ocr-damaged" else ""
