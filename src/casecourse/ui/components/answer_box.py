"""answer box: the one field for every text that a person types, short or long, alone or among others."""

from __future__ import annotations

from typing import Any

import streamlit as st


def answer_box(
    label: str,
    *,
    key: str,
    field: str = "text",
    lines: int = 1,
    max_chars: int | None = None,
    disabled: bool = False,
    placeholder: str = "",
    hide_label: bool = False,
    width: int | None = None,
) -> str:
    """Draw a field and return what stands in it, "" where nothing does.

    `key` is the widget's key, and `st.session_state[key]` is its text. `field` tells the boxes of one question apart
    and stays the same when the content around it changes. `lines` above 1 makes it grow with the text. `width` is in
    pixels; None takes the room there is.
    """
    del field
    look: Any = {"disabled": disabled, "placeholder": placeholder, "max_chars": max_chars, "width": width or "stretch"}
    look["label_visibility"] = "collapsed" if hide_label else "visible"
    if lines > 1:
        return st.text_area(label, key=key, height=28 * lines + 20, **look) or ""
    return st.text_input(label, key=key, autocomplete="off", **look) or ""
