"""Amounts that add up: a field for each, the sum and what is left always in sight, and the rest given to one by a tap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import streamlit as st

from casecourse.formula import plain, rounded
from casecourse.grading import JSON
from casecourse.reckoning import AMOUNT
from casecourse.texts import t
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.kinds import moves


@dataclass(frozen=True)
class Amount:
    """What gets a part: its name in the answer, its words, its bounds, and with what it begins."""

    name: str
    label: str
    low: Decimal
    high: Decimal
    start: Decimal


@dataclass(frozen=True)
class Sum:
    """What is shared: how much, to how many decimals, by which step, and how an amount is written."""

    whole: Decimal
    digits: int
    step: Decimal
    shown: Callable[[Decimal], str]

    def typed(self, value: Decimal) -> float | int:
        """A value as the field holds it."""
        return float(value) if self.digits else int(value)


def fields(rows: Sequence[Amount], total: Sum, *, key: str, locked: bool) -> dict[str, Decimal]:
    """Name → amount of every field that holds a number; above them how much is given and how much is left."""
    held = {row.name: _held(row, total, f"w-{key}-{n}") for n, row in enumerate(rows)}
    left = total.whole - sum((v for v in held.values() if v is not None), Decimal(0))
    with st.container(key=f"amounts-{key}"):
        above = st.container(key=f"left-{key}", horizontal=True, gap="medium", vertical_alignment="center")
        with st.container(key=f"shares-{key}", gap="small"):
            found = {row.name: _field(row, total, f"w-{key}-{n}", left, locked) for n, row in enumerate(rows)}
        given = {name: value for name, value in found.items() if value is not None}
        with above:
            _left(total, sum(given.values(), Decimal(0)))
    return given


def _held(row: Amount, total: Sum, widget: str) -> Decimal | None:
    """What the field holds before it is drawn."""
    value = st.session_state.setdefault(widget, total.typed(row.start))
    return None if value is None else Decimal(str(value))


def _field(row: Amount, total: Sum, widget: str, left: Decimal, locked: bool) -> Decimal | None:
    shape = f"%.{total.digits}f" if total.digits else "%d"
    low, high, step = (total.typed(x) for x in (row.low, row.high, total.step))
    kept: Any = None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", wrap=False):
        kept = st.number_input(row.label, low, high, step=step, format=shape, key=widget, disabled=locked)
        now = None if kept is None else Decimal(str(kept))
        rest = min(row.high, max(row.low, (now or Decimal(0)) + left))
        label = t("补到 {n}", n=total.shown(rest)) if left > 0 else t("减到 {n}", n=total.shown(rest))
        with st.container(key=f"rest-{widget}", width=132):
            if left and rest != (now or Decimal(0)):
                moves.quiet(label, f"{widget}-rest", _put, (widget, total.typed(rest)), locked)
            else:  # it keeps its place, so that nothing moves when the sum is met
                st.caption(_share(now, total))
    return now


def _share(value: Decimal | None, total: Sum) -> str:
    if value is None or not total.whole or total.whole == 100:
        return "\u00a0"
    return t("占 {n}％", n=plain(rounded(100 * value / total.whole, 1)))


def _put(widget: str, value: float) -> None:
    st.session_state[widget] = value


def _left(total: Sum, given: Decimal) -> None:
    left = total.whole - given
    whole, done = total.shown(total.whole), total.shown(given)
    st.markdown(f":small[:gray[{t('总数')}]] **{whole}**", width="content")
    st.markdown(f":small[:gray[{t('已分')}]] **{done}**", width="content")
    if left > 0:
        st.markdown(f":small[:gray[{t('还剩')}]] **{total.shown(left)}**", width="content")
    elif left < 0:
        st.markdown(f":orange[:material/error: {t('多分了')} **{total.shown(-left)}**]", width="content")
    else:
        st.markdown(f":green[:material/check: {t('正好分完')}]", width="content")


def reason(ask: str, *, key: str, locked: bool) -> str:
    """The field for the reason, where one is asked for."""
    if not ask:
        return ""
    return answer_box(ask, key=f"w-{key}-why", field="why", lines=3, max_chars=800, disabled=locked).strip()


def restored(rows: Sequence[Amount], total: Sum, said: JSON, why: JSON, *, key: str) -> dict[str, Any]:
    """Widget values for stored amounts and a reason; an amount that no longer fits its field is left out."""
    values: dict[str, Any] = {}
    for n, row in enumerate(rows):
        text = said.get(row.name) if isinstance(said, Mapping) else None
        if isinstance(text, str) and AMOUNT.fullmatch(text) and row.low <= Decimal(text) <= row.high:
            values[f"w-{key}-{n}"] = total.typed(Decimal(text))
    return values | ({f"w-{key}-why": why} if isinstance(why, str) and why else {})


def step(whole: Decimal) -> Decimal:
    """1, 2 or 5 times a power of ten, so that the whole is about fifty steps."""
    least = max(whole, Decimal("0.001")) / 60
    ten = Decimal(10) ** least.adjusted()
    return next(ten * n for n in (1, 2, 5, 10) if ten * n >= least)


def reasons(said: JSON, *, key: str, big: bool) -> None:
    """Everybody's reason beside the numbers that it is for, folded away; never on a projector."""
    rows = [row for row in said or [] if isinstance(row, list) and len(row) == 2]
    if rows and not big:
        with st.expander(t("看理由（{n} 条）", n=len(rows)), type="compact"), st.container(key=f"reasons-{key}"):
            for numbers, why in rows[-50:]:
                with st.container(gap=None):
                    st.text(why)
                    st.caption(numbers)
