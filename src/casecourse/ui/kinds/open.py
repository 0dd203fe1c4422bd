"""How an argument looks: a large field with a count, then what was written and what a good answer contains."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.open import Open
from casecourse.texts import t
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.answer_box import answer_box


def ask(ex: Open, *, key: str, big: bool, locked: bool) -> JSON | None:
    """A field to write in."""
    del big
    with st.container(key=f"asked-{key}", gap="small"):
        text = answer_box(
            t("你的论述"), key=f"w-{key}", lines=7, max_chars=ex.limit, disabled=locked, hide_label=True,
            placeholder=t("先写一句判断，再写理由与依据"),
        )  # fmt: skip
    return {"text": text} if text.strip() else None


def restore(ex: Open, raw: JSON, *, key: str) -> dict[str, Any]:
    """The text."""
    del ex
    text = raw.get("text") if isinstance(raw, dict) else None
    return {f"w-{key}": text} if isinstance(text, str) else {}


def review(ex: Open, answer: dict[str, str], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """What was written, as it was written; after that, what a good answer contains."""
    del verdict
    st.text(answer["text"])
    if reveal and ex.expect:
        with st.container(key=f"expect-{key}", gap="xsmall"):
            st.caption(t("好回答里有什么"))
            st.markdown("\n".join(f"- {set_right(ex.scope.fill(e))}" for e in ex.expect))


def show(ex: Open, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """How many wrote; texts are for the wall, not for a tally."""
    del ex, big, reveal, key
    st.caption(t("{n} 人写了，中位数 {m} 字。", n=tally.n, m=int(tally.extra.get("median_length", 0))))
