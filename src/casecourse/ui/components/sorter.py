"""sorter: cards in lanes, moved by mouse, finger or keyboard, and beside it plain lists that give the same answer.

The answer lives in `st.session_state["w-…"]` as lane → cards, whichever of the two is on the screen.
"""

from __future__ import annotations

import uuid
from typing import Any

import streamlit as st

from casecourse.texts import t
from casecourse.ui.components import sorter_list
from casecourse.ui.components.files import source
from casecourse.ui.components.sorter_board import Board, Lanes, fitting

__all__ = ["Board", "Lanes", "sorter"]
_board = st.components.v2.component(
    "casecourse.sorter",
    html=source("sorter.html"),
    css=source("sorter.css"),
    js=source("sorter.js"),
)


def sorter(board: Board, *, key: str, big: bool = False, locked: bool = False, note: str = "") -> Lanes | None:
    """Draw the board and return lane → cards, None where nothing was moved yet. `st.session_state[key]` is its value."""
    value = fitting(board, st.session_state.get(key))
    if _listed(key, note, locked=locked):
        value = sorter_list.draw(board, value, key=key, locked=locked)
    else:
        value = _moved(board, value, key=key, big=big, locked=locked)
    if value is not None:
        st.session_state[key] = value
    return value


def _listed(key: str, note: str, *, locked: bool) -> bool:
    """True when plain lists are shown: where no browser can run the board, and where somebody prefers them."""
    switch = f"{key}-plain"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(note, width="content")
        if st.context.timezone is None:
            return True  # a browser always says in which timezone it is
        prefers = bool(st.session_state.get("_sorter-plain"))  # a default, so that a switch in the browser outlives us
        help_ = t("不拖动，用普通的列表作答；答案是同一份，可以随时换回来")
        return st.toggle(
            t("用列表作答"), value=prefers, key=switch, help=help_, on_change=_prefer, args=(switch,), disabled=locked
        )


def _prefer(switch: str) -> None:
    """Whoever asked for lists once gets them in the next question too."""
    st.session_state["_sorter-plain"] = bool(st.session_state.get(switch))


def _moved(board: Board, value: Lanes | None, *, key: str, big: bool, locked: bool) -> Lanes | None:
    """The board itself. Its state is the browser's until somebody else changed the value: then a new epoch begins."""
    memory = f"_sorter-{key}"
    known: Any = st.session_state.get(memory)
    fresh = not isinstance(known, dict)
    epoch = uuid.uuid4().hex[:12] if fresh or known["value"] != value else known["epoch"]
    result = _board(
        key=f"{key}-board",
        data={"epoch": epoch, "fresh": fresh, "value": value, **_drawn(board), "big": big, "locked": locked},
        on_lanes_change=_nothing,
    )
    said = result.lanes
    # a session that begins anew takes over what a screen from before still shows: it was never sent otherwise
    if isinstance(said, dict) and (said.get("epoch") == epoch or fresh) and not locked:
        value = fitting(board, said.get("value")) or value
    st.session_state[memory] = {"epoch": epoch, "value": value}
    return value


def _nothing() -> None:
    """The value is read where the board is drawn; without a callback Streamlit keeps no state for it."""


def _drawn(board: Board) -> dict[str, Any]:
    """The board as its JavaScript knows it."""
    return {
        "label": board.label,
        "cards": [list(x) for x in board.cards.items()],
        "lanes": [list(x) for x in board.lanes.items()],
        "tray": board.tray,
        "ordered": board.by == "place",
        "reused": board.reused,
        "single": board.single,
        "leaves": board.leaves,
        "start": {lane: list(cards) for lane, cards in board.start.items()},
        "words": _words(),
    }


def _words() -> dict[str, str]:
    """What the board shows and says; its JavaScript puts names and numbers in, so here each place stands for itself."""
    return {
        "help": t("拖动卡片；或者点一下卡片，再点要放的地方。键盘：Tab 选卡片，Alt 加方向键移动，回车拿起。"),
        "untouched": t("卡片是打乱的。移动过一张，这个次序才算你的作答。"),
        "picked": t("拿起“{card}”。再选要放的地方，按 Esc 放回。", card="{card}"),
        "kept": t("“{card}”放回原处。", card="{card}"),
        "placed": t("“{card}”在第 {n} 位，共 {m} 位。", card="{card}", n="{n}", m="{m}"),
        "laid": t("“{card}”放进“{lane}”。", card="{card}", lane="{lane}"),
        "out": t("“{card}”拿到“{lane}”。", card="{card}", lane="{lane}"),
        "edge": t("已经到头，不能再移。"),
        "here": t("放到这里"),
        "last": t("放到最后"),
        "back": t("拿出来"),
        "used": t("已用 {n} 次", n="{n}"),
        "empty": t("还没有卡片"),
    }
