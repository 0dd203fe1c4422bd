"""How pairing looks: right entries to lay beside the left ones, then each left with what was laid to it and its mark."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.grading import JSON, Tally, Verdict
from casecourse.kinds.match import Match
from casecourse.texts import t
from casecourse.ui.components.sorter import Board, sorter
from casecourse.ui.kinds import marks


def _board(ex: Match) -> Board:
    return Board(
        label=t("配对：给每个左项配上右项"),
        cards={r: ex.scope.fill(r) for r in ex.rights},
        lanes={left: ex.scope.fill(left) for left in ex.lefts},
        tray=t("可选的右项（可以重复使用，也可能用不上）"),
        by="lane",
        several=ex.several,
    )


def ask(ex: Match, *, key: str, big: bool, locked: bool) -> JSON | None:
    """The board: lefts are lanes, rights are cards that can be laid to several."""
    with st.container(key=f"sort-{key}", gap="small"):
        note = t("一个左项可以配几个右项") if ex.several else t("一个左项配一个右项")
        lanes = sorter(_board(ex), key=f"w-{key}", big=big, locked=locked, note=note) or {}
    return {left: [r for r in ex.rights if r in lanes[left]] for left in ex.lefts if lanes.get(left)} or None


def restore(ex: Match, raw: JSON, *, key: str) -> dict[str, Any]:
    """What was laid to each left; an entry that no longer exists is left out, an earlier text is recognised."""
    lefts, rights = set(ex.lefts), set(ex.rights)
    now = {p.was: p for p in ex.pairs if p.was}
    lanes: dict[str, list[str]] = {}
    for name, laid in (raw if isinstance(raw, dict) else {}).items():
        left = name if name in lefts else now[name].left if name in now else ""
        names = [x for x in laid if isinstance(x, str)] if isinstance(laid, list) else []
        found = [x if x in rights else now[x].right if x in now else "" for x in names]
        if left in lefts:
            lanes[left] = [x for x in found if x in rights]
    return {f"w-{key}": lanes} if any(lanes.values()) else {}


def review(ex: Match, answer: dict[str, list[str]], verdict: Verdict | None, *, reveal: bool, key: str) -> None:
    """Each left with what was laid to it and its mark; after release what belongs to it."""
    notes = {n.about: n for n in verdict.notes} if verdict else {}
    for n, left in enumerate(ex.lefts):
        laid = answer.get(left, [])
        note = notes.get(left)
        state: marks.State = note.state if note else "rest"
        badge = marks.yours(state) if laid else f":gray-badge[{t('没有配')}]"
        why = [ex.scope.fill(note.why)] if note and note.why else []
        if reveal and state != "right":
            why.append(t("正确：{key}", key="、".join(ex.scope.fill(r) for r in ex.key(left))))
        elif reveal:
            why += [ex.scope.fill(p.why) for p in ex.pairs if p.left == left and p.why]
        text = " — ".join([ex.scope.fill(left), *(["、".join(map(ex.scope.fill, laid))] if laid else [])])
        marks.row(f"{key}-{n}", state, text, "　".join(why), badge)


def show(ex: Match, tally: Tally, *, big: bool, reveal: bool, key: str) -> None:
    """Left by right."""
    rows = {
        ex.scope.fill(left): [marks.count(n, counts, key=reveal and r in ex.key(left)) for r, n in counts.items()]
        for left, counts in tally.slots.items()
    }
    marks.grid(key, [ex.scope.fill(r) for r in ex.rights], rows, t("左项配到各右项的人数"), big=big)
