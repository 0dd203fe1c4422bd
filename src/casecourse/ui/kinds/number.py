"""How a number looks: a field with its unit and 源文未载 beside it, then the figure with its mark."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, UNKNOWN, Tally, Verdict
from casecourse.kinds.number import Number
from casecourse.texts import t
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.kinds import marks


def ask(ex: Number, *, key: str, big: bool, locked: bool) -> JSON | None:
    """A field for the figure; a tick says that the source does not tell."""
    del big
    with st.container(key=f"asked-{key}", gap="small"):
        unknown = bool(st.session_state.get(f"w-{key}-unknown"))
        label = t("你的答案（{unit}）", unit=ex.unit) if ex.unit else t("你的答案")
        digits = t("保留 {n} 位小数", n=ex.decimals) if ex.decimals else ""
        text = answer_box(
            label, key=f"w-{key}", disabled=locked or unknown, placeholder=digits, max_chars=60, width=340
        )
        st.checkbox(UNKNOWN, key=f"w-{key}-unknown", disabled=locked)
    if unknown:
        return UNKNOWN
    return text.strip() or None


def restore(ex: Number, raw: JSON, *, key: str) -> dict[str, Any]:
    """The typed figure, or the tick."""
    del ex
    if raw == UNKNOWN:
        return {f"w-{key}-unknown": True}
    return {f"w-{key}": raw} if isinstance(raw, str) else {}


def review(ex: Number, answer: str, verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """What was answered; after release the key below it."""
    note = verdict.notes[0] if verdict and verdict.notes else None
    state: marks.State = note.state if note else "rest"
    marks.row(f"{key}-0", state, ex.written(answer), ex.scope.fill(note.why) if note else "", marks.yours(state))
    if reveal and ex.keyed and state != "right":
        marks.row(f"{key}-1", "right", ex.shown_key(), "", f":green-badge[{t('正确答案')}]")


def show(ex: Number, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How many gave each figure, and the middle."""
    del big
    if "median" in tally.extra:
        st.caption(
            t(
                "中位数 {m}，中间一半在 {a} 与 {b} 之间",
                m=tally.extra["median"],
                a=tally.extra["q1"],
                b=tally.extra["q3"],
            )
        )
    marks.bars(ex, tally, key)
    if reveal:
        for why, n in tally.extra.get("mistakes", {}).items():
            st.caption(t("{n} 人：{why}", n=n, why=ex.scope.fill(why)))
