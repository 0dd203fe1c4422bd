"""我的: personal code, progress per unit and objective, every answer, and all of it to take away."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from casecourse.actions import joining, studying
from casecourse.actions.studying import Entry
from casecourse.formula import plain
from casecourse.texts import t
from casecourse.ui import session
from casecourse.ui.exercise import clock


def code() -> None:
    """Name and personal code."""
    person = joining.myself(session.who(), session.store())
    with st.container(key="code-mine", gap="xsmall"):
        st.markdown(t("{name}　个人码 **{code}**", name=person.shown, code=person.code))
        st.caption(t("换一台设备时，用姓名、班级码和个人码就能找回这里的一切。不要告诉别人。"))


def entry(found: Entry, key: str) -> None:
    """One question with its answers, the last one first."""
    with st.container(key=f"entry-{key}", gap="xsmall"):
        st.markdown(f"**{found.prompt}**")
        st.text(found.text)
        score = (
            t("{score} / {points} 分", score=plain(found.score), points=plain(found.points or Decimal(0)))
            if found.score is not None
            else ""
        )
        parts = [score, t("第 {n} 次作答", n=found.attempts), t("已提交 {time}", time=clock(found.at))]
        st.caption("　".join(p for p in parts if p))
        if found.graded:
            st.text(found.graded)


def page() -> None:
    """The screen."""
    who, store, course = session.who(), session.store(), session.course()
    with st.container(key="page-read"):
        st.title(t("我的"), anchor=False)
        code()
        sections = studying.my_page(who, store, course)
        if not sections:
            st.markdown(f"**{t('还没有作答')}**")
            st.caption(t("到案例库打开一节，答过的题会出现在这里。"))
        for section in sections:
            with st.container(key=f"section-{section.case.id}-{section.unit.id}", gap="small"):
                st.header(f"{section.case.title}　{section.unit.title}", anchor=False)
                done = section.done
                words = t("核心练习 {a} / {b}", a=done.answered, b=done.total)
                if done.points:
                    words += "　" + t("{score} / {points} 分", score=plain(done.earned), points=plain(done.points))
                st.progress(done.answered / max(1, done.total), text=f":small[:gray[{words}]]")
                st.markdown("\n".join(f"- {text}　:small[:gray[{a} / {b}]]" for _, text, a, b in section.objectives))
                for n, found in enumerate(section.entries):
                    entry(found, f"{section.case.id}-{section.unit.id}-{n}")
        with st.container(key="section-out", gap="small"):
            st.header(t("带走"), anchor=False)
            with st.container(horizontal=True):
                st.link_button(t("下载我的作答（Markdown）"), "/download/mine.md", icon=":material/download:")
                if st.button(t("在这台设备上退出"), key="leave", type="tertiary"):
                    session.forget()
                    st.rerun()


page()
