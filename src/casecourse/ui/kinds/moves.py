"""Moves inside a question that is worked through step by step: a tap goes on, back, or to the start; nothing is sent.

What has been done so far stands as plain JSON under `w-{key}`; the frame keeps it as a draft after every move. What a
move back took away stays under `w-{key}-undone` until another way is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from casecourse.grading import JSON
from casecourse.texts import t


def held(key: str) -> Any:
    """What has been done so far; None at the start."""
    return st.session_state.get(f"w-{key}")


def put(key: str, value: JSON) -> None:
    """Hold this; what was undone is forgotten where it is no continuation of it."""
    st.session_state[f"w-{key}"] = value
    if not _begins(value, undone(key)):
        st.session_state.pop(f"w-{key}-undone", None)


def undone(key: str) -> Any:
    """What a move back took away."""
    return st.session_state.get(f"w-{key}-undone")


def undo(key: str, value: JSON) -> None:
    """Go back to `value`; where one was before can be had again."""
    before = held(key)
    if undone(key) is None:
        st.session_state[f"w-{key}-undone"] = before
    st.session_state[f"w-{key}"] = value


def _redo(key: str) -> None:
    st.session_state[f"w-{key}"] = st.session_state.pop(f"w-{key}-undone", held(key))


def _begins(value: JSON, whole: JSON) -> bool:
    """True where `whole` continues `value`."""
    if isinstance(value, dict) and isinstance(whole, dict):
        return all(_begins(part, whole.get(name, [])) for name, part in value.items())
    return isinstance(value, list) and isinstance(whole, list) and whole[: len(value)] == value


def move(
    label: str, *, key: str, does: Callable[..., None], args: tuple[Any, ...] = (), locked: bool = False, icon: str = ""
) -> None:
    """A step forward: as wide as the column, so that a finger finds it."""
    st.button(
        label,
        key=f"move-{key}",
        on_click=does,
        args=args,
        disabled=locked,
        icon=icon or None,
        width="stretch",
        wrap=True,
    )


def foot(key: str, *, back: JSON, start: JSON, locked: bool) -> None:
    """后退一步, 重新开始, 回到刚才: each where it leads anywhere."""
    now = held(key)
    again = undone(key)
    if not now and not again:
        return
    with st.container(key=f"moves-{key}", horizontal=True, gap="small"):
        quiet(t("后退一步"), f"{key}-back", undo, (key, back), locked or not now, ":material/undo:")
        quiet(t("重新开始"), f"{key}-start", undo, (key, start), locked or not now, ":material/first_page:")
        if again and again != now:
            quiet(t("回到刚才"), f"{key}-redo", _redo, (key,), locked, ":material/redo:")


def quiet(
    label: str, key: str, does: Callable[..., None], args: tuple[Any, ...], locked: bool, icon: str | None = None
) -> None:
    """A move that is not the next step."""
    st.button(label, key=f"move-{key}", on_click=does, args=args, disabled=locked, icon=icon, type="tertiary")
