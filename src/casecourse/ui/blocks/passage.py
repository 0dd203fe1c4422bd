"""A passage beside a question: its place, its first lines, and the whole of it on demand."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from casecourse.grading import Passage
from casecourse.texts import t
from casecourse.ui.blocks.prose import JOINER, set_right

SHORT = 64  # characters that fit three lines on a phone
MARKS = re.compile(r"[*`\[\]$\\]|^#+ |\]\([^)]*\)", re.MULTILINE)


def single(title: str) -> str:
    """A title that will stand in quotation marks: its own become single ones."""
    return title.translate(str.maketrans("“”", "‘’"))


def place(passage: Passage) -> str:
    """Where it stands in its unit: the title of a figure or table, else its number."""
    return passage.title or t("第 {n} 段", n=passage.number)


def excerpt(passage: Passage, length: int = SHORT) -> str:
    """Its first words in one piece, without marks of Markdown."""
    text = set_right(passage.text) if passage.prose else passage.text.replace("\n", "；")
    words = re.sub(r"\s+", " ", MARKS.sub("", text).replace(JOINER, "")).strip()
    return words if len(words) <= length else f"{words[: length - 1].rstrip('，、；。')}…"


def line(passage: Passage) -> str:
    """Place and first words, as a label."""
    return "　".join(x for x in (place(passage), excerpt(passage)) if x)


def cut(passage: Passage) -> bool:
    """True when the label does not say everything."""
    return excerpt(passage).endswith("…")


def whole(passage: Passage, key: str) -> None:
    """The whole passage, folded away."""
    if cut(passage):
        with st.expander(t("看全文"), type="compact"), st.container(key=f"passage-{key}", gap=None):
            quotation(passage)


def quotation(passage: Passage) -> None:
    """What it says: prose as it reads, a figure or a table line by line."""
    text = set_right(passage.text) if passage.prose else passage.text.replace("\n", "  \n")
    st.markdown("\n".join(f"> {row}" for row in text.splitlines()))


def rows(passages: Sequence[Passage], key: str, pick: Callable[[Passage], None]) -> None:
    """One row per passage, in which `pick` draws what is asked about it; units are named where there are several."""
    unit = ""
    several = len({p.unit for p in passages}) > 1
    for n, passage in enumerate(passages):
        if several and passage.unit != unit:
            unit = passage.unit
            st.caption(t("“{unit}”一节", unit=single(unit)))
        with st.container(key=f"citerow-{key}-{n}", gap="xsmall"):
            pick(passage)
            whole(passage, f"{key}-{n}")


def tick(passage: Passage, key: str, locked: bool) -> bool:
    """A box to tick, as wide as the page."""
    return st.checkbox(line(passage), key=key, disabled=locked, width="stretch")
