"""page: a new page begins at its top, and its parts know which screen they stand on."""

from __future__ import annotations

from typing import Any

import streamlit as st

from casecourse.texts import t
from casecourse.ui.components.files import source

_page = st.components.v2.component("casecourse.page", js=source("hold.js") + source("page.js"))
_screen = st.components.v2.component("casecourse.screen", js=source("screen.js"))


def page(name: str) -> None:
    """Begin at the top when `name` is another page than before."""
    words = {
        "newer": t("另一台设备 {time} 写的是：", time="{time}"),
        "empty": t("（空白）"),
        "theirs": t("用那一份"),
        "mine": t("保留这里的"),
    }
    _page(key="page", data={"page": name, "words": words})


@st.fragment
def screen(name: str, session: str, id: str, seen: int) -> None:  # noqa: A002  the screen's own word
    """Tell the page which screen it is; `told` returns what the tab says it was before."""
    st.session_state["_screen-told"] = _screen(
        key=f"screen-{name}", data={"page": name, "session": session, "id": id, "seen": seen}
    ).get("screen")


def told(name: str) -> tuple[str, int] | None:
    """The screen that this tab already was, as (id, revision seen), None for a page that was opened just now."""
    said: Any = st.session_state.get("_screen-told")
    if not isinstance(said, dict) or said.get("page") != name:
        return None
    found, seen = said.get("id"), said.get("seen")
    return (found, int(seen)) if isinstance(found, str) and isinstance(seen, (int, float)) else None
