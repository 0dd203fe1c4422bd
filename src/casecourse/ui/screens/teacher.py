"""The instructor's door: signing in, what is wrong with the content, signing out."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import operating
from casecourse.texts import t
from casecourse.ui import entrance, session


def page() -> None:
    """The screen."""
    who = session.who()
    with st.container(key="page-read"):
        st.title(t("教师"), anchor=False)
        if who.role != "instructor":
            with st.container(key="lede"):
                st.markdown(t("登录后可以看班级的进度与作答，预览题目的答案与依据。"))
            entrance.teacher_form()
            st.caption(t("口令在第一次启动时印在服务器的窗口里；要换口令，在服务器上运行 casecourse instructor。"))
            return
        st.markdown(t("你好，{name}。", name=who.name))
        problems()
        if st.button(t("退出登录"), key="sign-out"):
            session.forget()
            st.rerun()


def problems() -> None:
    """What the check says of the content being taught."""
    found = operating.problems(session.who())
    with st.container(key="section-problems", gap="small"):
        st.header(t("内容检查"), anchor=False)
        if not found:
            st.markdown(f":green[:material/check: {t('没有发现问题。')}]")
            return
        st.markdown(t("{n} 处要看：有错的那一小块不会出现在学员面前，其余照常。", n=len(found)))
        for d in found[:50]:
            st.text(f"{d.span.file}:{d.span.line}:{d.span.column}  {d.message}  {d.help}")
        if len(found) > 50:
            st.caption(t("其余 {n} 处请在命令行运行 casecourse check。", n=len(found) - 50))


page()
