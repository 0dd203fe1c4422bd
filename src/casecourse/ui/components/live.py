"""live: the line that follows a class: who has voted, the time that is left; the page runs again when its stage changed."""

from __future__ import annotations

import streamlit as st

from casecourse.texts import t
from casecourse.ui.components.files import source

_line = st.components.v2.component(
    "casecourse.live",
    html=(
        '<div class="line"><span class="join"></span><span class="timer" role="timer"></span>'
        '<span class="count"></span><span class="lost" role="status" hidden></span></div>'
    ),
    css=source("live.css"),
    js=source("live.js"),
)


def live(
    room: int,
    rev: int,
    *,
    key: str,
    code: str = "",
    address: str = "",
    timer: str = "",
    left: float = 0,
    n: int = -1,
    size: int = 0,
    spread: bool = True,
) -> None:
    """Follow class `room`, whose stage is drawn as of `rev`.

    `code` is shown to join by, at `address`; `timer` names a clock that has `left` seconds to run; `n` of `size` have voted, where the
    screen may say so. `spread`: this is one of many screens, which ask for their pages one after the other.
    """
    words = {"join": t("加入课堂"), "voted": t("已投")}
    data = {
        "room": room,
        "rev": rev,
        "code": code,
        "address": address,
        "timer": timer,
        "left": left,
        "n": n,
        "size": size,
    }
    _line(key=f"live-{key}", data=data | {"spread": spread, "words": words}, width="stretch")
