"""Joining a class, for whoever comes here first."""

from __future__ import annotations

import streamlit as st

from casecourse.texts import t
from casecourse.ui import entrance, session

with st.container(key="page-read"):
    st.title(session.course().title or t("案例课件"), anchor=False)
    entrance.join_form()
