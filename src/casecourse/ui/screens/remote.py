"""遥控, for the lecturer's phone or second window."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import teaching
from casecourse.texts import t
from casecourse.ui import conducting, session


def page() -> None:
    """The screen."""
    rooms = {c.id: c for c in teaching.classes(session.who(), session.store())}
    asked = session.asked_for("room")
    with st.container(key="page-class"):
        with st.container(key="head-seminar"):
            st.title(t("遥控"), anchor=False)
        room = next((i for i in rooms if str(i) == asked), next(iter(rooms)))
        if len(rooms) > 1:
            room = st.selectbox(
                t("哪个班"), list(rooms), index=list(rooms).index(room), key="remote-room",
                format_func=lambda i: rooms[i].name, filter_mode=None,
            ) or room  # fmt: skip
        conducting.remote(room)


page()
