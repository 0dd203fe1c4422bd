"""课堂, for students: follow the stage, and vote."""

from __future__ import annotations

import streamlit as st

from casecourse.texts import t
from casecourse.ui import drafts, following, session
from casecourse.ui.components.page import page as begin


def page() -> None:
    """The screen."""
    who = session.who()
    with st.container(key="page-class"):
        with st.container(key="head-seminar"):
            st.title(t("课堂"), anchor=False)
        drafts.opened("live")
        if who.class_id is not None:
            following.follow(who.class_id)
    begin("live")


page()
