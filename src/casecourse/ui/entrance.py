"""Coming in: the form that asks once for name and class code, the way back with the personal code, the instructor's."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from casecourse.access import Who
from casecourse.actions import joining
from casecourse.actions.joining import Refused
from casecourse.texts import t
from casecourse.ui import session


def _come_in(enter: Callable[[], Who]) -> bool:
    """Run a way of coming in; on success this run starts again as that person."""
    try:
        found = enter()
    except Refused as said:
        st.markdown(f":orange[:material/error: {said}]")
        return False
    session.become(found)
    if (token := session.token()) is not None:
        session.keep("claim", joining.nonce(session.store(), found, token))
    session.keep("welcome", found.role == "student")
    return True


def join_form() -> None:
    """New here, or here before."""
    with st.container(key="join", gap="small"):
        st.header(t("加入班级"), anchor=False)
        st.markdown(t("写下姓名（或学号）和班级码就可以开始。不需要注册，答案会记在你名下。"))
        first, again = st.tabs([t("第一次来"), t("换了设备")])
        with first:
            _new()
        with again:
            _back()
        if session.token() is None:
            st.caption(t("这里没有经过课件的服务器，身份只在这个页面开着时有效。"))


def _new() -> None:
    with st.form("join-new", border=False):
        name = st.text_input(t("姓名或学号"), key="join-name", max_chars=joining.NAME, autocomplete="name")
        code = st.text_input(
            t("班级码"), session.cookie(session.JOIN_COOKIE) or "", key="join-code", max_chars=12, autocomplete="off"
        )
        if st.form_submit_button(t("进入"), type="primary") and _come_in(
            lambda: joining.join(
                session.who(), session.store(), name or "", code or "", session.token(), session.source()
            )
        ):
            st.rerun()


def _back() -> None:
    with st.form("join-back", border=False):
        name = st.text_input(t("姓名或学号"), key="back-name", max_chars=joining.NAME + 4, autocomplete="name")
        code = st.text_input(
            t("班级码"), session.cookie(session.JOIN_COOKIE) or "", key="back-code", max_chars=12, autocomplete="off"
        )
        own = st.text_input(t("个人码"), key="back-own", max_chars=12, autocomplete="off")
        st.caption(t("个人码在你原来设备的“我的”页上。"))
        if st.form_submit_button(t("找回我的作答"), type="primary") and _come_in(
            lambda: joining.reopen(
                session.who(), session.store(), name or "", code or "", own or "", session.token(), session.source()
            )
        ):
            st.rerun()


def teacher_form() -> None:
    """Display name and passcode."""
    with st.form("teacher", border=False):
        name = st.text_input(t("姓名"), t("教师"), key="teacher-name", max_chars=joining.NAME, autocomplete="username")
        passcode = st.text_input(
            t("口令"), key="teacher-pass", type="password", max_chars=200, autocomplete="current-password"
        )
        if st.form_submit_button(t("登录"), type="primary") and _come_in(
            lambda: joining.sign_in(
                session.who(), session.store(), name or "", passcode or "", session.token(), session.source()
            )
        ):
            st.rerun()


def welcome(place: str) -> None:
    """After joining, as long as she stays at this place: the personal code that brings everything back elsewhere.

    It does not go while she works below it: what is below would move, and a list that is open would close.
    """
    at = session.kept("welcome")
    if at is True:
        session.keep("welcome", at := place)
    with st.container(key="code-welcome", gap="xsmall"):
        if at != place:
            session.drop("welcome")
            return
        person = joining.myself(session.who(), session.store())
        st.markdown(t("你好，{name}。你的个人码：**{code}**", name=person.shown, code=person.code))
        st.caption(t("换设备时用它找回作答。“我的”页上随时能再看到。"))
