"""Marks that every twin shares: right, partly right and wrong as icon, word and colour, and the bars of a class's result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd
import streamlit as st

from casecourse.grading import ExerciseBase, Note, Tally
from casecourse.texts import t

State = Literal["right", "part", "wrong", "info", "rest", "missed"]
ICONS: dict[State, str] = {
    "right": ":green[:material/check_circle:]",
    "missed": ":green[:material/check_circle:]",
    "part": ":yellow[:material/contrast:]",
    "wrong": ":orange[:material/cancel:]",
    "info": ":gray[:material/info:]",
    "rest": ":gray[:material/radio_button_unchecked:]",
}
STYLE: dict[State, str] = {
    "right": "right",
    "missed": "right",
    "part": "part",
    "wrong": "wrong",
    "info": "rest",
    "rest": "rest",
}


def row(key: str, state: State, text: str, why: str, *badges: str) -> None:
    """One entry: icon, words (typed by a person or written by the author), badges, and the reason below."""
    with st.container(key=f"opt-{STYLE[state]}-{key}", horizontal=True, gap="small", wrap=False):
        st.markdown(ICONS[state], width="content")
        with st.container(gap=None):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.text(text, width="content")
                for badge in badges:
                    st.markdown(badge, width="content")
            if why:
                st.caption(why)


def yours(state: State) -> str:
    """The badge that says: this is what you answered, and how it stands."""
    return {
        "right": f":green-badge[{t('对')}]",
        "part": f":yellow-badge[{t('部分对')}]",
        "wrong": f":orange-badge[{t('不对')}]",
        "info": f":gray-badge[{t('未计')}]",
        "rest": f":gray-badge[{t('你的回答')}]",
        "missed": f":green-badge[{t('漏了')}]",
    }[state]


def notes(found: tuple[Note, ...], key: str) -> None:
    """What was answered, entry by entry."""
    for n, note in enumerate(found):
        row(f"{key}-{n}", note.state, note.about, note.why, yours(note.state))


def bars(exercise: ExerciseBase, tally: Tally, key: str) -> None:
    """The class's result: one thin bar per label, with its count in words."""
    for s, (slot, counts) in enumerate(tally.slots.items()):
        with st.container(key=f"bars-{key}-{s}", gap="xsmall"):
            if slot:
                st.caption(slot)
            for label, n in list(counts.items())[:12]:
                text = exercise.scope.fill(label)
                st.text(t("{label}　{n} 人", label=text, n=n))
                st.progress(n / max(1, tally.n))
            if len(counts) > 12:
                st.caption(t("另有 {n} 种回答", n=len(counts) - 12))


def sized(key: str, *, big: bool) -> str:
    """The key of a result that is drawn large on a projector."""
    return f"big-{key}" if big else key


def count(n: int, among: Mapping[str, int], *, key: bool) -> str:
    """A cell with how many: the most is bold, nobody is quiet, the key's own cell carries a tick."""
    text = f"**{n}**" if n and n == max(among.values()) else str(n) if n else ":gray[0]"
    return f"{text}\u00a0:green[✓]" if key else text


def grid(key: str, heads: list[str], rows: dict[str, list[str]], alt: str, *, big: bool, note: str = "") -> None:
    """A table of counts. Heads too long for a narrow screen become letters that a line below explains."""
    long = sum(map(len, heads)) > 18
    short = [chr(ord("A") + n % 26) * (n // 26 + 1) for n in range(len(heads))] if long else heads
    with st.container(key=f"counts-{sized(key, big=big)}", gap="xsmall"):
        frame = pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name=""), columns=short)
        st.caption(alt)
        st.table(frame, border="horizontal", alt=alt)
        if long:
            st.caption("　".join(f"{a}\u00a0{head}" for a, head in zip(short, heads, strict=True)))
        if note:
            st.caption(note)
