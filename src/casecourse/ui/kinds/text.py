"""How short answers look: as many fields as are asked for, then each word with its mark."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, UNKNOWN, Tally, Verdict
from casecourse.kinds.text import Text
from casecourse.texts import t
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.kinds import marks


def ask(ex: Text, *, key: str, big: bool, locked: bool) -> JSON | None:
    """One field per answer; a tick says that the source does not tell."""
    del big
    unknown = bool(st.session_state.get(f"w-{key}-unknown"))
    words = []
    with st.container(key=f"asked-{key}", gap="small"):
        for n in range(ex.count):
            label = t("第 {n} 个", n=n + 1) if ex.count > 1 else t("你的答案")
            disabled = locked or unknown
            words.append(answer_box(label, key=f"w-{key}-{n}", field=str(n), disabled=disabled, max_chars=200))
        st.checkbox(UNKNOWN, key=f"w-{key}-unknown", disabled=locked)
    if unknown:
        return [UNKNOWN]
    return [w for w in (w.strip() for w in words) if w] or None


def restore(ex: Text, raw: JSON, *, key: str) -> dict[str, Any]:
    """The typed words, or the tick."""
    words = [raw] if isinstance(raw, str) else raw if isinstance(raw, list) else []
    if words == [UNKNOWN]:
        return {f"w-{key}-unknown": True}
    return {f"w-{key}-{n}": w for n, w in enumerate(words[: ex.count]) if isinstance(w, str)}


def review(ex: Text, answer: list[str], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Each word with its mark; after release the accepted answers, unless they say the same."""
    if verdict and verdict.notes:
        marks.notes(verdict.notes, key)
    else:
        for n, word in enumerate(answer):
            marks.row(f"{key}-{n}", "rest", word, "", marks.yours("rest"))
    if reveal and ex.keyed and answer != [ex.shown_key()]:
        marks.row(f"{key}-key", "right", ex.shown_key(), "", f":green-badge[{t('可以接受的答案')}]")


def show(ex: Text, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How often each word was given."""
    del big, reveal
    marks.bars(ex, tally, key)
