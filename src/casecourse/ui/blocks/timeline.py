"""Timelines: when and what, as a table that reads in order."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from casecourse.formula import FormulaError
from casecourse.model import CaseFacts
from casecourse.model.blocks import Event, Timeline
from casecourse.texts import t
from casecourse.ui.blocks.prose import heading, label


def draw(block: Timeline, scope: CaseFacts, key: str, terms: dict[str, str]) -> None:
    """One row per event, the time as row header."""
    del terms
    rows = [r for e in block.events if (r := row(e, scope))]
    with st.container(key=f"timeline-{key}", gap="xsmall"):
        title = scope.fill(block.timeline)
        heading(title, "")
        data = pd.DataFrame(
            [[what] for _, what in rows], index=pd.Index([w for w, _ in rows], name=t("时间")), columns=[t("事件")]
        )
        st.table(data, border="horizontal", alt=title)
        label(block.assumed, block.external)


def row(event: Event, scope: CaseFacts) -> tuple[str, str] | None:
    """(when, what) of an event."""
    if not event.fact:
        return scope.fill(event.when), scope.fill(event.text)
    try:
        shown = scope.shown(event.fact)
    except (KeyError, FormulaError):
        return None
    return shown.text, shown.label
