"""Comparison tables: real tables; on a phone each row becomes a card whose cells carry their column's name."""

from __future__ import annotations

import re

import pandas as pd
import streamlit as st

from casecourse.formula import FormulaError
from casecourse.grading import UNKNOWN
from casecourse.model import CaseFacts
from casecourse.model.blocks import Column, Table
from casecourse.texts import t
from casecourse.ui.blocks.prose import heading, label, set_right

FIGURE = re.compile(r"^[-−+约近≈\s]*[\d.,]+[\s\u00a0]*\S{0,6}$")
TOTAL = ("合计", "总计", "总数", "共计")


def draw(block: Table, scope: CaseFacts, key: str, terms: dict[str, str]) -> None:
    """A table with its heading, what is assumed in it, and its note."""
    del terms
    rows = {
        row: [cell(c, col, scope) for c, col in zip(cells, block.columns, strict=False)]
        for row, cells in block.rows.items()
    }
    drawn_as = form(rows)
    with st.container(key=f"{drawn_as}-{key}", gap="xsmall"):
        heading(block.table, _basis(block))
        heads = [f"{c.text}（{c.unit}）" if c.unit else c.text for c in block.columns]
        st.table(frame(rows, heads, named=drawn_as == "texttable"), border="horizontal", alt=block.table)
        if block.note:
            st.caption(scope.fill(block.note))
        label(block.assumed, block.external)


def form(rows: dict[str, list[str]]) -> str:
    """How a table is drawn: as words, as figures, or as figures whose last row sums them up."""
    if not all(FIGURE.match(c) or c == UNKNOWN for cells in rows.values() for c in cells):
        return "texttable"
    return "numtable-total" if next(reversed(rows), "").startswith(TOTAL) else "numtable"


def frame(rows: dict[str, list[str]], heads: list[str], *, named: bool) -> pd.DataFrame:
    """The table's data; `named` puts each column's name small into its cells, for the cards of a phone."""
    body = [[f":small[{h}] {c}" if named else c for h, c in zip(heads, cells, strict=False)] for cells in rows.values()]
    return pd.DataFrame(body, index=pd.Index(list(rows), name=""), columns=heads)


def cell(text: str, column: Column, scope: CaseFacts) -> str:
    """What a cell shows: a formula's value in the column's unit, else its words."""
    if not text.startswith("="):
        return set_right(scope.fill(text))
    try:
        shown = scope.computed(text[1:].strip(), column.unit, column.decimals)[1]
    except (KeyError, FormulaError):
        return "—"
    # the unit of a whole column stands in its head
    return shown.removesuffix(column.unit).strip() if column.unit else shown


def _basis(block: Table) -> str:
    assumed = [c.text for c in block.columns if c.assumed]
    external = [c.text for c in block.columns if c.external]
    said = [t("“{names}”为教学设定", names="”“".join(assumed))] if assumed else []
    said += [t("“{names}”为外部知识", names="”“".join(external))] if external else []
    return "；".join(said)
