"""Metrics: a row of large figures with their units small beside them and their time below."""

from __future__ import annotations

import streamlit as st

from casecourse.formula import FormulaError
from casecourse.model import CaseFacts, Shown
from casecourse.model.blocks import Metrics
from casecourse.ui.blocks.prose import label, origin_word


def draw(block: Metrics, scope: CaseFacts, key: str, terms: dict[str, str]) -> None:
    """One column per fact; two by two on a phone."""
    del terms
    shown = [s for ref in block.metrics if (s := _shown(scope, ref))]
    with st.container(key=f"metrics-{key}"):
        if block.title:
            st.markdown(f"**{block.title}**")
        for column, (ref, fact) in zip(st.columns(max(1, len(shown)), gap="small"), shown, strict=False):
            with column.container(gap=None):
                unit = scope.fact(ref).unit
                number = fact.text.removesuffix(unit).strip() if unit else fact.text
                st.metric(fact.label, f"{number} :small[{unit}]" if unit else number)
                st.caption(fact.as_of or origin_word(fact.origin))
        label(block.assumed, block.external)


def _shown(scope: CaseFacts, ref: str) -> tuple[str, Shown] | None:
    try:
        return ref, scope.shown(ref)
    except (KeyError, FormulaError):
        return None
