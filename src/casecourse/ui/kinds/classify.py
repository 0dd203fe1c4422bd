"""How sorting into buckets looks: cards to lay into lanes and reasons to write, then each card with its mark."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.classify import Card, Classify
from casecourse.texts import t
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.components.sorter import Board, sorter
from casecourse.ui.kinds import marks


def _board(ex: Classify) -> Board:
    return Board(
        label=t("归类：每张卡片放进一类"),
        cards={c.name: ex.scope.fill(c.text) for c in ex.dealt()},
        lanes={b: ex.scope.fill(b) for b in ex.buckets},
        tray=t("全部卡片") if ex.several else t("待归类"),
        several=ex.several,
    )


def ask(ex: Classify, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The board, and a field for the reason of each disputed card."""
    with st.container(key=f"sort-{key}", gap="small"):
        note = t("一张卡片可以放进几类") if ex.several else t("一张卡片放进一类")
        lanes = sorter(_board(ex), key=f"w-{key}", big=big, locked=locked, note=note) or {}
        reasons: dict[str, str] = {}
        for n, card in enumerate(ex.cards):
            if card.ambiguous:
                st.caption(ex.scope.fill(card.ambiguous))
                label = t("“{name}”为什么这样放", name=ex.scope.fill(card.text))
                text = answer_box(
                    label,
                    key=f"w-{key}-why-{n}",
                    field=f"why/{card.name[:150]}",
                    lines=2,
                    max_chars=400,
                    disabled=locked,
                )
                reasons |= {card.name: text.strip()} if text.strip() else {}
    laid = {c.name: [b for b in ex.buckets if c.name in lanes.get(b, [])] for c in ex.cards}
    answer: dict[str, Any] = {"in": {name: buckets for name, buckets in laid.items() if buckets}}
    if not answer["in"] and not reasons:
        return None
    return answer | ({"why": reasons} if reasons else {})


def restore(ex: Classify, raw: JSON, *, key: str) -> dict[str, Any]:
    """The lanes and the reasons; a card or bucket that no longer exists is left out."""
    given = raw if isinstance(raw, dict) else {}
    laid, reasons = (x if isinstance(x := given.get(part), dict) else {} for part in ("in", "why"))
    lanes: dict[str, list[str]] = {b: [] for b in ex.buckets}
    for name, buckets in laid.items():
        card = ex.card(name) if isinstance(name, str) else None
        for bucket in buckets if card and isinstance(buckets, list) else []:
            if card and isinstance(bucket, str) and bucket in lanes:
                lanes[bucket].append(card.name)
    values: dict[str, Any] = {f"w-{key}": lanes} if any(lanes.values()) else {}
    for name, text in reasons.items():
        card = ex.card(name) if isinstance(name, str) else None
        if card and card.ambiguous and isinstance(text, str):
            values[f"w-{key}-why-{ex.cards.index(card)}"] = text
    return values


def review(ex: Classify, answer: dict[str, dict[str, Any]], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Each card with the bucket where it was laid and its mark; after release the right one."""
    notes = {n.about: n for n in verdict.notes} if verdict else {}
    for n, card in enumerate(ex.dealt()):
        laid = answer["in"].get(card.name, [])
        note = notes.get(card.text) if laid else None
        state: marks.State = note.state if note else "rest"
        badge = marks.yours(state) if laid else f":gray-badge[{t('没有归类')}]"
        why = [ex.scope.fill(note.why) if note else "", *_after(ex, card, state, reveal=reveal)]
        if reason := answer.get("why", {}).get(card.name):
            why.append(t("你的理由：{why}", why=reason))
        text = " → ".join([ex.scope.fill(card.text), *(["、".join(map(ex.scope.fill, laid))] if laid else [])])
        marks.row(f"{key}-{n}", state, text, "　".join(w for w in why if w), badge)


def _after(ex: Classify, card: Card, state: marks.State, *, reveal: bool) -> list[str]:
    """What is said once the key is out: the buckets of a card that lies elsewhere, and the author's reason."""
    if not reveal or not card.into:
        return []
    if card.ambiguous:
        return [t("教师放在：{key}", key="、".join(map(ex.scope.fill, card.into))), ex.scope.fill(card.why)]
    said = []
    if state != "right":
        said.append(t("正确：{key}", key="、".join(ex.scope.fill(b) for b in card.into)))
        said += [t("也说得通：{key}", key="、".join(ex.scope.fill(b) for b in card.also))] if card.also else []
    if state not in ("wrong", "part"):
        said.append(ex.scope.fill(card.why))
    return said


def show(ex: Classify, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """Card by bucket, and the card on which the class is least of one mind."""
    cards = {c.name: c for c in ex.cards}
    split = {name: n for name, n in tally.extra.get("disagreement", {}).items() if name in cards}
    rows = {
        ex.scope.fill(cards[name].text): [
            marks.count(n, counts, key=reveal and bucket in cards[name].into) for bucket, n in counts.items()
        ]
        for name, counts in tally.slots.items()
        if name in cards
    }
    note = ""
    if split and (most := max(split, key=lambda name: split[name])) and split[most] > 0:
        name = ex.scope.fill(cards[most].text)
        note = t("分歧最大：“{name}”（分歧度 {n}，0 为一致，1 为各类均分）", name=name, n=f"{split[most]:.2f}")
    heads = [ex.scope.fill(b) for b in dict.fromkeys(ex.buckets)]
    marks.grid(key, heads, rows, t("卡片归入各类的人数"), big=big, note=note)
