"""sorter as plain lists: one field for each card or each lane, in the same words and with the same answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from casecourse.texts import t
from casecourse.ui.components.sorter_board import Board, Lanes, fitting

OUT = ""  # the field's value where a card lies in no lane


def draw(board: Board, value: Lanes | None, *, key: str, locked: bool) -> Lanes | None:
    """Draw one field each and return lane → cards, None where nothing was chosen yet."""
    fields = {name: f"{key}-list-{n}" for n, name in enumerate(_asked(board))}
    fresh = f"_list-{key}" not in st.session_state
    value = _edited(board, value, key, fields)
    stands = {name: _shown(board, value, name) for name in fields}
    if not fresh:  # all at once, before anything is drawn: the next choice may cut this run short
        for name, field in fields.items():
            st.session_state[field] = stands[name]
    with st.container(key=f"list-{key}", gap="small"):
        if board.by == "place":
            st.caption(t("选一张卡片的位次，其余的依次让开。"))
        chosen = {
            name: _field(board, _asked(board)[name], field, locked, stands[name] if fresh else None)
            for name, field in fields.items()
        }
        if fresh and not locked and any(_same(x) != _same(stands[name]) for name, x in chosen.items()):
            value = _gathered(board, chosen)  # a screen from before: what stands in its fields was never sent otherwise
        if board.by == "place":
            placed = " → ".join(board.cards[c] for c in _lanes(board, value)[_first(board)])
            st.caption(
                t("现在的次序：{order}", order=placed)
                if value
                else t("卡片是打乱的。移动过一张，这个次序才算你的作答。")
            )
    if fresh:
        st.session_state[f"_list-{key}"] = {"value": value, "before": {}}
    return value


def _asked(board: Board) -> Mapping[str, str]:
    return board.lanes if board.by == "lane" else board.cards


def _first(board: Board) -> str:
    return next(iter(board.lanes))


def _lanes(board: Board, value: Lanes | None) -> Lanes:
    """What lies where, also before anybody moved a card."""
    stands = value if value is not None else fitting(board, {lane: list(cards) for lane, cards in board.start.items()})
    return {lane: list((stands or {}).get(lane, [])) for lane in board.lanes}


def _edited(board: Board, value: Lanes | None, key: str, fields: Mapping[str, str]) -> Lanes | None:
    """The value after what somebody has just chosen in a field, unless the value itself came from elsewhere.

    All fields are compared with what they showed, before one of them changes what the others will show.
    """
    memory: Any = st.session_state.get(f"_list-{key}")
    if not isinstance(memory, dict):
        return value
    if memory["value"] == value:
        shown = {name: _shown(board, value, name) for name in fields}
        chosen = {name: st.session_state[field] for name, field in fields.items() if field in st.session_state}
        edits = {name: x for name, x in chosen.items() if _same(x) != _same(shown[name])}
        edits = _meant(edits, memory["before"])
        if not edits:
            return value
        for name, x in edits.items():
            value = _changed(board, value, name, x)
        memory = {"value": value, "before": shown}
        st.session_state[key] = value
    st.session_state[f"_list-{key}"] = memory | {"value": value}
    return value


def _meant(edits: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The edits without echoes: a choice that comes before the browser has drawn the last one brings old values along.

    One old value alone is somebody who takes a step back.
    """
    told = {name: x for name, x in edits.items() if name not in before or _same(x) != _same(before[name])}
    return told or (edits if len(edits) == 1 else {})


def _gathered(board: Board, chosen: Mapping[str, Any]) -> Lanes | None:
    """The lanes that all fields together say."""
    if board.by == "place":
        placed = sorted((name for name, x in chosen.items() if isinstance(x, int)), key=lambda name: chosen[name])
        return fitting(board, {_first(board): placed})
    lists = {name: x if isinstance(x, list) else [x] for name, x in chosen.items()}
    if board.by == "lane":
        return fitting(board, lists)
    return fitting(board, {lane: [name for name, x in lists.items() if lane in x] for lane in board.lanes})


def _same(chosen: Any) -> Any:
    return sorted(chosen) if isinstance(chosen, list) else chosen


def _shown(board: Board, value: Lanes | None, name: str) -> Any:
    """What stands in the field of a card or lane."""
    lanes = _lanes(board, value)
    if board.by == "place":
        placed = lanes[_first(board)]
        return placed.index(name) + 1 if name in placed else OUT
    found = lanes[name] if board.by == "lane" else [lane for lane, cards in lanes.items() if name in cards]
    if board.several:
        return found
    return found[0] if found else OUT if board.by == "card" else None


def _changed(board: Board, value: Lanes | None, name: str, chosen: Any) -> Lanes:
    """The lanes after `chosen` was put into the field of a card or lane."""
    lanes = _lanes(board, value)
    if board.by == "place":
        # the card goes to the place chosen, the others close up and make room
        rest = [c for c in lanes[_first(board)] if c != name]
        if isinstance(chosen, int):
            rest.insert(chosen - 1, name)
        return {_first(board): rest}
    found = chosen if isinstance(chosen, list) else [chosen] if chosen else []
    if board.by == "lane":
        return lanes | {name: [x for x in board.cards if x in found]}
    for lane, cards in lanes.items():
        if (lane in found) != (name in cards):
            lanes[lane] = [*cards, name] if lane in found else [c for c in cards if c != name]
    return lanes


def _named(words: Mapping[str, str], otherwise: str = "") -> Callable[[str], str]:
    return lambda name: words.get(name, otherwise)


def _field(board: Board, words: str, field: str, locked: bool, stands: Any) -> Any:
    """The field of one card or lane; `stands` is its default where the session does not know it yet."""
    look: Any = {"key": field, "disabled": locked}
    lanes, cards = _named(board.lanes, board.tray), _named(board.cards)
    if board.by == "card" and board.several:
        return st.pills(
            words, list(board.lanes), selection_mode="multi", default=stands or None, format_func=lanes, **look
        )
    if board.by == "card":
        buckets = [*board.lanes, OUT]
        return st.radio(words, buckets, index=_index(buckets, stands), horizontal=True, format_func=lanes, **look)
    names = list(board.cards)
    if board.by == "lane" and board.several:
        return st.multiselect(
            words, names, default=stands or None, format_func=cards, placeholder=t("选一项或几项"), **look
        )
    if board.by == "lane":
        look |= {"placeholder": t("选一项"), "filter_mode": None}
        return st.selectbox(words, names, index=_index(names, stands), format_func=cards, **look)
    places = [*range(1, len(names) + 1), *([OUT] if board.leaves else [])]
    look |= {"format_func": lambda n: _ordinal(n, board.tray), "filter_mode": None}
    return st.selectbox(words, places, index=_index(places, stands) or 0, **look)


def _index(options: list[Any], stands: Any) -> int | None:
    return options.index(stands) if stands in options else None


def _ordinal(place: int | str, tray: str) -> str:
    return t("第 {n} 位", n=place) if place else tray
