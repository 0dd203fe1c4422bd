"""投影: a unit on the stage; before anything is on it, which class and which unit."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import staging, teaching
from casecourse.store.rows import ClassRow
from casecourse.texts import t
from casecourse.ui import projection, session


def page() -> None:
    """The screen."""
    who, store, course = session.who(), session.store(), session.course()
    rooms = {c.id: c for c in teaching.classes(who, store)}
    asked = session.asked_for("room")
    room = rooms.get(int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    if room is not None and staging.scene(who, store, course, room.id).unit is not None:
        projection.stage(room.id)
        return
    with st.container(key="page-read"):
        st.title(t("投影"), anchor=False)
        choose(rooms)


def choose(rooms: dict[int, ClassRow]) -> None:
    """Which class, which unit; then the stage."""
    units = {f"{c.id}/{u.id}": (c, u) for c, u in session.course().units()}
    if not units:
        st.markdown(f"**{t('还没有单元')}**")
        return
    wanted = f"{session.asked_for('case')}/{session.asked_for('unit')}"
    room = st.selectbox(
        t("哪个班"), list(rooms), format_func=lambda i: rooms[i].name, key="stage-room", filter_mode=None
    )
    unit = st.selectbox(
        t("哪一节"), list(units), index=list(units).index(wanted) if wanted in units else 0, key="stage-unit",
        format_func=lambda k: f"{units[k][0].title}　{units[k][1].title}", filter_mode=None,
    )  # fmt: skip
    st.caption(t("投影后按 ? 看各个按键；手机或另一个窗口打开“遥控”，看备注、答案与票数。"))
    if st.button(t("开始投影"), type="primary", key="stage-start") and room and unit:
        case, found = units[unit]
        staging.show(session.who(), session.store(), session.course(), room, case.id, found.id)
        st.switch_page("screens/project.py", query_params={"room": str(room)})


page()
