"""save state: the true sentence beside an answer: not kept, on its way, kept at what time, or not to be kept."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from casecourse.texts import t
from casecourse.ui.components.files import source

# of the widgets that are no typed fields, as the last page run left them
Kept = Literal["rest", "kept", "failed", "differ", "closed"]

_line = st.components.v2.component(
    "casecourse.save_state",
    html='<span role="status">\n</span>',
    css=source("save_state.css"),
    js=source("save_state.js"),
)


def save_state(
    place: str, state: Kept, at: str, *, key: str, rest: str = "", kept: str = "", keep: bool = True
) -> None:
    """Draw the state of the question at `place` (`case/prompt`); `rest` stands there while there is nothing to keep, `kept`
    (with `{time}`) once it is kept, where that is more than a draft.

    `keep` is False where nothing is kept at all.
    """
    words = {
        "rest": rest,
        "typed": t("未保存"),
        "saving": t("保存中"),
        "kept": kept or t("已存草稿 {time}", time="{time}"),
        "failed": t("未能保存，请保持页面打开"),
        "differ": t("有两份不同的草稿，请选一份"),
        "refused": t("未能保存：{why}", why="{why}"),
        "closed": t("这道题已经收了，草稿不再保存"),
    }
    mounted = f"save-{key}"
    seen = st.session_state.get(mounted, {}).get("n", 0)
    data = {"place": place, "state": state, "at": at, "keep": keep, "words": words, "seen": seen}
    _line(key=mounted, data=data, width="stretch")
