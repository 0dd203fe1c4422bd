"""前后测: a student's papers, without a word on right or wrong before release; for the instructor, the running of both."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import testing
from casecourse.actions.testing import Paper
from casecourse.texts import t
from casecourse.ui import session, testroom
from casecourse.ui.exercise import exercise


def paper(found: Paper) -> None:
    """One test: where it stands, how much is left, and its questions while it is open or once it is released."""
    with st.container(key=f"section-{found.when}", gap="small"):
        st.header(testroom.name(found.when), anchor=False)
        if found.state == "waiting":
            st.caption(t("{n} 题，老师还没有开", n=len(found.refs)))
            return
        if found.state == "shut":
            st.caption(
                t("已经收卷，你答了 {a} / {b} 题；老师公布以后，在这里看答案", a=len(found.answered), b=len(found.refs))
            )
            return
        standing(found)
        for number, ref in enumerate(found.refs, 1):
            exercise("", ref, number, whole=True)


def standing(found: Paper) -> None:
    """How many are answered and how many remain; after release, what it came to."""
    a, b = len(found.answered), len(found.refs)
    with st.container(key=f"paper-{found.when}", gap="xsmall"):
        if found.share is not None:
            st.markdown(t("答了 {a} / {b} 题，得分率 **{share}％**", a=a, b=b, share=testroom.percent(found.share)))
        elif found.state == "open":
            left = [str(n) for n, ref in enumerate(found.refs, 1) if ref not in found.answered]
            words = t("还剩 {n} 题：{list}", n=len(left), list="、".join(left)) if left else t("都答了，收卷以前可以改")
            st.progress(a / b, text=t("答了 {a} / {b} 题　{words}", a=a, b=b, words=words))
            st.caption(
                t(
                    "交了不显示对错；收卷以前可以再答，以最后一次为准。不知道就留空，不必猜；“源文未载”只在材料没有写的时候选。"
                )
            )
        else:
            st.caption(t("你没有答这份测验"))


def page() -> None:
    """The screen."""
    who, store, course = session.who(), session.store(), session.course()
    with st.container(key="page-read"):
        st.title(t("前后测"), anchor=False)
        if who.role == "instructor":
            testroom.run()
            return
        for found in testing.papers(who, store, course):
            paper(found)


page()
