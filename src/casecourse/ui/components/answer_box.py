"""answer box: the one field for every text that a person types; it keeps its own draft while she types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from casecourse.ui.components.files import source


class Typed(str):
    """A text that stands in a typed field: such fields keep their drafts themselves."""

    __slots__ = ()

    def strip(self, chars: str | None = None, /) -> Typed:
        """The same without what surrounds it."""
        return Typed(super().strip(chars))


@dataclass
class Prompt:
    """The question whose fields are being drawn.

    `owner` marks this browser's own copies and is "" where nothing is kept; `stored` is field → (text, revision, time)
    as the store has it; `restoring` says that the stored texts go into the fields now. `epoch` changes when the fields
    are filled anew. `typed` and `keys` collect what the fields hold and their widgets' keys.
    """

    case: str
    prompt: str
    owner: str
    stored: Mapping[str, tuple[str, int, str]]
    restoring: bool
    epoch: str
    keys: list[str] = field(default_factory=list)


NOWHERE = Prompt("", "", "", {}, False, "")
_here: ContextVar[Prompt] = ContextVar("prompt", default=NOWHERE)

_box = st.components.v2.component(
    "casecourse.answer_box",
    html=(
        '<label><span class="label"></span>\n<span class="field"></span></label><span class="count"></span>'
        '<div class="newer" role="alert"></div>'
    ),
    css=source("answer_box.css"),
    js=source("answer_box.js"),
)


@contextmanager
def fields_of(prompt: Prompt) -> Iterator[Prompt]:
    """Fields drawn inside belong to this question."""
    token = _here.set(prompt)
    try:
        yield prompt
    finally:
        _here.reset(token)


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
    pauses: bool = False,
) -> Typed:
    """Draw a field and return what stands in it, "" where nothing does.

    `key` is the widget's key, and `st.session_state[key]` is its text. `field` tells the boxes of one question apart
    and stays the same when the content around it changes. `lines` above 1 makes it grow with the text. `width` is in
    pixels; None takes the room there is. `pauses`: where no draft is kept, Python hears of the text at each pause in
    typing too, not only when the field is left.
    """
    here = _here.get()
    text, rev, at = here.stored.get(field, ("", 0, ""))
    if key in st.session_state and not (here.restoring and field in here.stored):
        text = st.session_state[key] or ""
    data = {"case": here.case, "prompt": here.prompt, "field": field, "owner": here.owner, "keep": bool(here.owner)}
    data |= {"value": text, "rev": rev, "at": at, "epoch": here.epoch}
    data |= {"label": label, "hidden": hide_label, "placeholder": placeholder, "lines": lines, "most": max_chars or 0}
    told = _box(key=f"box-{key}", data=data | {"disabled": disabled, "pauses": pauses}, width=width or "stretch").get(
        "said"
    )
    text = _heard(key, told, text)
    st.session_state[key] = text
    here.keys.append(key)
    return Typed(text)


def _heard(key: str, told: Any, text: str) -> str:
    """What the browser said last, unless the field was filled anew since: each saying has a number that grows."""
    said, n = (told.get("text"), told.get("n")) if isinstance(told, dict) else (None, None)
    if not isinstance(said, str) or not isinstance(n, (int, float)) or n <= st.session_state.get(f"{key}:n", 0):
        return text
    st.session_state[f"{key}:n"] = n
    return said
