"""How a judgement looks: three words to pick from, then the one picked with its mark."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.truth import WORDS, Truth
from casecourse.texts import t
from casecourse.ui.kinds import marks


def ask(ex: Truth, *, key: str, big: bool, locked: bool) -> JSON | None:
    """Three radio buttons."""
    del ex, big
    picked: str | None = st.radio(
        t("你的判断"), WORDS, index=None, key=f"w-{key}", disabled=locked, horizontal=True, label_visibility="collapsed"
    )
    return picked


def restore(ex: Truth, raw: JSON, *, key: str) -> dict[str, Any]:
    """The stored word, where it is one."""
    del ex
    return {f"w-{key}": raw} if isinstance(raw, str) and raw in WORDS else {}


def review(ex: Truth, answer: str, verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """The word with its mark; after release what is true."""
    note = verdict.notes[0] if verdict and verdict.notes else None
    state: marks.State = note.state if note else "rest"
    why = [
        note.why if note else "",
        t("正确答案：{key}", key=ex.truth) if reveal and ex.truth and state != "right" else "",
    ]
    marks.row(key, state, answer, "　".join(w for w in why if w), marks.yours(state))


def show(ex: Truth, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How many said which."""
    del big, reveal
    marks.bars(ex, tally, key)
