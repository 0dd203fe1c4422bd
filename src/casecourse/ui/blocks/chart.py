"""Charts: one statement each, made from facts; the figure, its alternative text, its source line and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from casecourse import formula
from casecourse.formula import FormulaError
from casecourse.model import CaseFacts
from casecourse.model.blocks import Chart
from casecourse.model.facts import worded
from casecourse.texts import t
from casecourse.ui.blocks.prose import heading, label, origin_word
from casecourse.ui.look import figures


@dataclass(frozen=True)
class Data:
    """A figure's numbers: series → (value, as shown) per label."""

    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[tuple[float, str], ...]], ...]
    unit: str


def data(block: Chart, scope: CaseFacts) -> Data:
    """Compute a figure's numbers. Raises KeyError, FormulaError."""
    unit = block.unit or next((scope.unit(n) for f in block.formulas() for n in formula.parse(f).names), "")
    if block.facts:
        values = tuple(_value(f, scope, block) for f in block.facts)
        return Data(tuple(name(f, scope) for f in block.facts), (("", values),), unit)
    if block.flows:
        labels = tuple(f"{f.origin} → {f.to}" for f in block.flows)
        return Data(labels, (("", tuple(_value(f.value, scope, block) for f in block.flows)),), unit)
    series = tuple((s, tuple(_value(f, scope, block) for f in row)) for s, row in block.series.items())
    return Data(block.labels, series, unit)


def _value(text: str, scope: CaseFacts, block: Chart) -> tuple[float, str]:
    number, shown = scope.computed(text, block.unit, block.decimals)
    return float(number), shown


def name(text: str, scope: CaseFacts) -> str:
    """The label of a fact, or a formula in words."""
    parsed = formula.parse(text)
    if parsed.single:
        return scope.fact(parsed.single).label
    return worded(text, {n: scope.fact(n).label for n in parsed.names})


def draw(block: Chart, scope: CaseFacts, key: str, terms: dict[str, str]) -> None:
    """The figure between its statement and its source line, and the same numbers as a table."""
    del terms
    try:
        found = data(block, scope)
    except (KeyError, FormulaError):
        return  # the check names it; a page without the figure can still be taught
    with st.container(key=f"figure-{key}", gap="xsmall"):
        heading(block.title, t("单位：{unit}", unit=found.unit) if found.unit else "")
        flows = tuple((f.origin, f.to) for f in block.flows)
        figure = figures.draw(block.chart, found.labels, found.series, flows, figures.size_here())
        st.plotly_chart(figure, config=figures.CONFIG, key=f"plot-{key}", alt=alternative(block.title, found))
        with st.container(key=f"source-{key}"):
            st.caption(sources(block, scope))
        with st.expander(t("看数字"), type="compact"):
            st.table(numbers(found), border="horizontal", alt=t("图中的数字：{title}", title=block.title))
        label(block.assumed, block.external)


def alternative(title: str, found: Data) -> str:
    """The figure in words, for whoever does not see it."""
    rows = [
        f"{s} " * bool(s) + "，".join(f"{n} {v[1]}" for n, v in zip(found.labels, vs, strict=True))
        for s, vs in found.series
    ]
    return f"{title}：" + "；".join(rows)


def numbers(found: Data) -> pd.DataFrame:
    """The figure's numbers as a table."""
    columns = {s or t("数值"): [v[1] for v in values] for s, values in found.series}
    return pd.DataFrame(columns, index=pd.Index(list(found.labels), name=""))


def _computed(text: str, scope: CaseFacts) -> bool:
    """Whether a figure's number is computed, here or where its fact is written."""
    single = formula.parse(text).single
    return not single or scope.shown(single).origin == "formula"


def sources(block: Chart, scope: CaseFacts) -> str:
    """Where the figure's numbers come from, with their times; the author's note first."""
    notes: dict[str, None] = {}
    times: dict[str, None] = {}
    many = sum(_computed(text, scope) for text in block.formulas()) > 2  # in words they say less than their one word
    for text in block.formulas():
        parsed = formula.parse(text)
        if not parsed.single:
            notes[origin_word("formula") + (f"　{name(text, scope)}" if not many else "")] = None
        for ref in parsed.names:
            shown = scope.shown(ref)
            told = shown.origin != "formula" or not many
            notes[origin_word(shown.origin) + (f"　{shown.note}" if told else "")] = None
            if shown.as_of:
                times[shown.as_of] = None
    parts = [scope.fill(block.note), "；".join(notes), "；".join(times)]
    return "　".join(p for p in parts if p)
