"""案例使用说明书, for instructors: what a case is for, the questions and their evidence, and the plan that a class follows."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import teaching
from casecourse.texts import t
from casecourse.ui import lessons, notes, session
from casecourse.ui.components.page import page as begin
from casecourse.ui.look import NOTE


def page() -> None:
    """The screen; an address that names no note says so."""
    course, name = session.course(), session.asked_for("case")
    case, note = course.case(name), teaching.note(session.who(), course, name)
    st.html(NOTE)
    with st.container(key="page-read"):
        if case is None or note is None:
            st.title(t("没有这份说明书"), anchor=False)
            st.markdown(t("案例使用说明书写在案例文件夹的 note.yaml 里。"))
            st.page_link("screens/library.py", label=t("回到案例库"), icon=":material/menu_book:")
            return
        with st.container(key="crumbs"):
            st.caption(t("案例使用说明书　只有教师看得到"))
        st.title(case.title, anchor=False)
        notes.opening(case, note)
        notes.questions(course, case, note)
        notes.thinking(course, case, note)
        lessons.plan(course, case, note)
        lessons.board(course, case, note)
        lessons.around(course, case, note)
    begin(f"note/{case.id}")


page()
