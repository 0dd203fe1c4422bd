"""mark: whoever follows a link to a question of a unit finds it in view, with the focus on it."""

from __future__ import annotations

import streamlit as st

from casecourse.ui.components.files import source

_mark = st.components.v2.component("casecourse.mark", js=source("mark.js"))


def mark(place: str) -> None:
    """Bring the container with the key `place` into view, once a visit."""
    _mark(key="mark", data={"at": place})
