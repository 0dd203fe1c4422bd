"""How putting in order looks: cards to move, then one's own order with its marks beside the right one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.order import OUT, Order
from casecourse.texts import t
from casecourse.ui.components.sorter import Board, sorter
from casecourse.ui.kinds import marks

LANE = "order"


def _board(ex: Order, placed: list[str] | None) -> Board:
    cards = ex.cards
    missing = placed is not None and set(cards) - set(placed)  # an answer from before a card was added
    return Board(
        label=t("排序：从上到下是从先到后"),
        cards={name: ex.scope.fill(cards[name].text) for name in ex.start},
        lanes={LANE: t("从先到后")},
        tray=t("留在外面") if ex.leaves else t("还没有排"),
        by="place",
        leaves=ex.leaves or bool(missing),
        start={LANE: ex.start},
    )


def ask(ex: Order, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The board; the order in which the cards are dealt is no answer until one was moved."""
    stands = st.session_state.get(f"w-{key}")
    placed = stands.get(LANE) if isinstance(stands, dict) else None
    with st.container(key=f"sort-{key}", gap="small"):
        note = t("不该排进来的留在外面") if ex.leaves else t("全部排好")
        board = _board(ex, placed if isinstance(placed, list) else None)
        lanes = sorter(board, key=f"w-{key}", big=big, locked=locked, note=note) or {}
    return lanes.get(LANE) or None


def restore(ex: Order, raw: JSON, *, key: str) -> dict[str, Any]:
    """The order; a card that no longer exists is left out, an earlier text is recognised."""
    cards = ex.cards
    now = {s.was: name for name, s in cards.items() if s.was}
    found = [now.get(x, x) for x in raw if isinstance(x, str)] if isinstance(raw, list) else []
    placed = [name for name in dict.fromkeys(found) if name in cards]
    return {f"w-{key}": {LANE: placed}} if placed else {}


def review(ex: Order, answer: list[str], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """One's own order, each card with how it follows the one before; after release the right order beside it."""
    if not reveal or not ex.keyed:
        _own(ex, answer, verdict, key)
        return
    own, right = st.columns(2, gap="medium")
    with own:
        st.caption(t("你的次序"))
        _own(ex, answer, verdict, key)
    with right:
        st.caption(t("正确的次序"))
        for n, tie in enumerate(ex.steps):
            for k, step in enumerate(tie):
                badges = [f":gray-badge[{t('并列')}]"] if len(tie) > 1 else []
                badges += [] if step.name in answer else [f":orange-badge[{t('你没有放')}]"]
                text = f"{n + 1}. {ex.scope.fill(step.text)}"
                marks.row(f"{key}-key-{n}-{k}", "rest", text, ex.scope.fill(step.why), *badges)


def _own(ex: Order, answer: list[str], verdict: Verdict | None, key: str) -> None:
    cards = ex.cards
    words = {"right": t("接得上"), "wrong": t("接不上"), "info": t("开头")}
    colours = {"right": "green", "wrong": "orange", "info": "gray"}
    notes = verdict.notes if verdict and len(verdict.notes) == len(answer) else ()
    if notes:
        st.caption(t("每张卡片看它和上一张接不接得上"))
    for n, name in enumerate(answer):
        note = notes[n] if notes else None
        text = ex.scope.fill(cards[name].text) if name in cards else name
        badges = [f":{colours[note.state]}-badge[{words[note.state]}]"] if note else []
        why = ex.scope.fill(note.why) if note else ""
        marks.row(f"{key}-{n}", note.state if note else "rest", f"{n + 1}. {text}", why, *badges)


def show(ex: Order, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """The mean place of each card as a bar, then how many put it where."""
    cards = {name: ex.scope.fill(card.text) for name, card in ex.cards.items()}
    means = {name: mean for name, mean in tally.extra.get("mean", {}).items() if name in cards}
    size = max(1, len(cards))
    with st.container(key=f"bars-{marks.sized(key, big=big)}", gap="xsmall"):
        for name in sorted(means, key=lambda x: means[x]):
            st.text(t("{label}　平均第 {n} 位", label=cards[name], n=f"{means[name]:.1f}"))
            st.progress(max(0.0, min(1.0, 1 - (means[name] - 1) / size)))
        if means:
            st.caption(t("条越长，排得越靠前"))
    right = {s.name: str(n + 1) for n, s in enumerate(ex.ordered)} if reveal and ex.keyed else {}
    places = [str(n + 1) for n in range(size)] + ([OUT] if ex.leaves or _left_out(tally) else [])
    rows = {
        cards[name]: [
            marks.count(counts.get(p, 0), counts, key=right.get(name, OUT if right else "") == p) for p in places
        ]
        for name, counts in tally.slots.items()
        if name in cards
    }
    marks.grid(key, [t("外") if p == OUT else p for p in places], rows, t("每张卡片排在各位的人数"), big=big)


def _left_out(tally: Tally) -> bool:
    return any(counts.get(OUT) for counts in tally.slots.values())
