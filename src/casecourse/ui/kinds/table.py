"""How a table to fill looks: a grid of fields and dropdowns, on a phone one card per row; then cells with their marks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
import streamlit as st

from casecourse.grading import JSON, UNKNOWN, Tally, Verdict
from casecourse.kinds.table import AskedColumn, FilledTable
from casecourse.texts import t
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.kinds import marks


def _head(ex: FilledTable, column: AskedColumn) -> str:
    """The column's name with its unit; cells of several units each say their own where they are named."""
    units = {b.unit for cells in ex.rows.values() for c, b in zip(ex.columns, cells, strict=True) if c is column}
    units.discard("")
    return _with_unit(column, column.unit or (units.pop() if len(units) == 1 else ""))


def _with_unit(column: AskedColumn, unit: str) -> str:
    return f"{column.text}（{unit}）" if unit else column.text


def _widths(ex: FilledTable) -> list[int]:
    """Shares of the row's names and of each column: as many characters as stand or are typed in it, within reason."""

    def within(least: int, texts: Iterable[str], most: int) -> int:
        return max(least, min(most, max((len(ex.scope.fill(text)) for text in texts), default=0)))

    found = [within(5, ex.rows, 8)]
    for n, column in enumerate(ex.columns):
        cells = [cells[n] for cells in ex.rows.values()]
        choices = [choice for blank in cells for choice in ex.choices(column, blank)]
        if column.given:
            found.append(within(5, (" / ".join(blank.accept) for blank in cells), 10))
        else:
            found.append(within(8, choices, 11) + 3 if choices else 6)  # × and the arrow stand in the field, too
    return found


def ask(ex: FilledTable, *, key: str, big: bool, locked: bool) -> JSON | None:
    """One field or dropdown per asked cell; 源文未载 can be typed or chosen in each."""
    del big
    answer: dict[str, dict[str, str]] = {}
    widths = _widths(ex)
    with st.container(key=f"fill-{key}", gap=None):
        with st.container(key=f"fillhead-{key}"):
            heads = ["", *(_head(ex, c) for c in ex.columns)]
            for place, text in zip(st.columns(widths, gap="xsmall", wrap=False), heads, strict=True):
                place.caption(text or "\u00a0")
        for r, (row, cells) in enumerate(ex.rows.items()):
            places = st.columns(widths, gap="xsmall", vertical_alignment="center", wrap=False)
            places[0].markdown(ex.scope.fill(row))
            for c, (column, blank) in enumerate(zip(ex.columns, cells, strict=True)):
                with places[c + 1]:
                    if column.given:
                        st.markdown(f":small[{column.text}] {ex.scope.fill(' / '.join(blank.accept))}")
                    elif value := _field(ex, row, column, f"w-{key}-{r}-{c}", locked):
                        answer.setdefault(row, {})[column.text] = value
    st.caption(t("材料没有写的格子，填“{word}”。", word=UNKNOWN))
    return answer or None


def _field(ex: FilledTable, row: str, column: AskedColumn, key: str, locked: bool) -> str:
    blank = ex.rows[row][ex.columns.index(column)]
    name = _with_unit(column, blank.unit) if blank.unit else _head(ex, column)
    label = t("{row}：{column}", row=ex.scope.fill(row), column=name)
    if choices := ex.choices(column, blank):
        picked = st.selectbox(
            label, choices, index=None, key=key, placeholder=t("选一项"), disabled=locked, label_visibility="collapsed",
            format_func=ex.scope.fill, filter_mode=None,
        )  # fmt: skip
        return picked or ""
    field = f"{row} · {column.text}"
    return answer_box(label, key=key, field=field, disabled=locked, max_chars=200, hide_label=True).strip()


def restore(ex: FilledTable, raw: JSON, *, key: str) -> dict[str, Any]:
    """The cells' values; a row, column or choice that no longer exists is left out."""
    values: dict[str, Any] = {}
    columns = {c.text for c in ex.columns}
    rows = {ex.now(name, ex.rows): cells for name, cells in raw.items()} if isinstance(raw, dict) else {}
    for r, (row, cells) in enumerate(ex.rows.items()):
        stored = rows.get(row)
        given = {ex.now(name, columns): v for name, v in stored.items()} if isinstance(stored, dict) else {}
        for c, (column, blank) in enumerate(zip(ex.columns, cells, strict=True)):
            text = given.get(column.text)
            choices = ex.choices(column, blank)
            if isinstance(text, str) and text and not column.given and (not choices or text in choices):
                values[f"w-{key}-{r}-{c}"] = text
    return values


def review(
    ex: FilledTable, answer: dict[str, dict[str, str]], verdict: Verdict | None, *, reveal: bool, key: str
) -> None:
    """Each filled cell with its mark; after release the keys of those that were wrong or empty."""
    notes = {n.about: n for n in verdict.notes} if verdict else {}
    for n, (row, column, blank) in enumerate(ex.asked()):
        text = answer.get(row, {}).get(column.text, "")
        note = notes.get(f"{row} · {column.text}")
        state: marks.State = note.state if note else "rest"
        where = f"{ex.scope.fill(row)}　{column.text}"
        badges = [marks.yours(state)] if text else [f":gray-badge[{t('没有填')}]"]
        why = [ex.scope.fill(note.why) if note else ""]
        if reveal and not blank.free and state != "right":
            why.append(t("正确答案：{key}", key=ex.cell_key(column, blank)))
        marks.row(f"{key}-{n}", state, f"{where}：{text or '—'}", "　".join(w for w in why if w), *badges)


def show(ex: FilledTable, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """The class's table: what it agrees on in its cell, and below, cell by cell, the versions on which it splits."""
    del reveal
    heads = [c.text for c in ex.columns if not c.given]
    lines = {
        ex.scope.fill(row): [
            f":small[{column.text}] {_merged(ex, tally, f'{row} · {column.text}', bool(ex.choices(column, blank)))}"
            for column, blank in zip(ex.columns, cells, strict=True)
            if not column.given
        ]
        for row, cells in ex.rows.items()
    }
    with st.container(key=f"texttable-class-{marks.sized(key, big=big)}"):
        frame = pd.DataFrame(list(lines.values()), index=pd.Index(list(lines), name=""), columns=heads)
        st.table(frame, border="horizontal", alt=t("全班合成的表：每格是说得最多的一种"))
    split = tally.extra["split"]
    if not split:
        st.caption(t("填了的格全班都一致"))
        return
    st.caption(t("{n} 格有分歧，各种说法并排如下", n=len(split)))
    for n, slot in enumerate(split):
        with st.container(key=f"versions-{marks.sized(key, big=big)}-{n}", horizontal=True, gap="small"):
            st.caption(ex.scope.fill(slot), width="content")
            for label, people in list(tally.slots[slot].items())[:6]:
                st.text(t("{label}　{n} 人", label=ex.scope.fill(label), n=people), width="content")


def _merged(ex: FilledTable, tally: Tally, slot: str, chosen: bool) -> str:
    """A cell of the class's table. What people typed stays below, as plain text: here it would be read as markup."""
    counts = tally.slots[slot]
    if not counts:
        return "—"
    if slot in tally.extra["split"]:
        return f":orange[:material/call_split:] {t('{n} 种说法', n=len(counts))}"
    most = max(counts.values())
    label = tally.extra["merged"][slot]
    if not chosen:
        return f":green[:material/check:] {t('一致，{n} 人', n=most)}"
    return f":green[:material/check:] {ex.scope.fill(label)} :gray[{most} / {sum(counts.values())}]"
