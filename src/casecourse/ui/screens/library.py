"""The library: the cases as entries, where one was last, how far one is."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import mechanisms, studying, testing
from casecourse.actions.studying import CaseEntry
from casecourse.texts import t
from casecourse.ui import entrance, notes, session
from casecourse.ui.blocks.prose import set_right


def numeral(number: int) -> str:
    """A case's number in words, as far as one counts in words."""
    words = t("一 二 三 四 五 六 七 八 九 十").split()
    return words[number - 1] if number <= len(words) else str(number)


def card(entry: CaseEntry, number: int) -> None:
    """One case."""
    case = entry.case
    with st.container(key=f"card-{case.id}", height="stretch", gap="xsmall"):
        st.caption(
            "　".join(
                p
                for p in (
                    t("案例{n}", n=numeral(number)),
                    case.place,
                    case.period,
                )
                if p
            )
        )
        st.header(case.title, anchor=False)
        st.markdown(set_right(session.course().facts.of(case.id).fill(case.abstract)))
        if case.keywords:
            st.caption(t("关键词") + "　" + "　".join(case.keywords))
        st.space("stretch")
        with st.container(
            key=f"foot-{case.id}", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        ):
            with st.container(gap=None, width="stretch"):
                words = t(
                    "{done} / {units} 节　约 {minutes} 分钟",
                    done=entry.done,
                    units=len(case.units),
                    minutes=case.minutes,
                )
                st.progress(entry.share, text=f":small[:gray[{words}]]")
            label = t("开始") if not entry.begun else t("重读") if entry.done == len(case.units) else t("继续")
            if st.button(
                label,
                key=f"go-{case.id}",
                type="primary" if entry.begun and entry.done < len(case.units) else "secondary",
                disabled=not case.units,
            ):
                go(case.id, entry.unit)
        notes.door(case)


def go(case: str, unit: str) -> None:
    """Open a unit."""
    st.switch_page("screens/unit.py", query_params={"case": case, "unit": unit})


def doors() -> None:
    """Where else to go; on a phone the navigation is folded away."""
    role = session.who().role
    with st.container(key="doors", horizontal=True):
        if mechanisms.offered(session.who()):
            st.page_link("screens/mechanisms.py", label=t("机制索引"), icon=":material/account_tree:")
        if testing.offered(session.who(), session.course()):
            st.page_link("screens/tests.py", label=t("前后测"), icon=":material/fact_check:")
        if role == "student":
            st.page_link("screens/me.py", label=t("我的作答与个人码"), icon=":material/person:")
        elif role == "instructor":
            st.page_link("screens/classroom.py", label=t("班级"), icon=":material/groups:")
        else:
            st.page_link("screens/join.py", label=t("加入班级"), icon=":material/login:")
            st.page_link("screens/teacher.py", label=t("教师登录"), icon=":material/school:")


def seminars() -> None:
    """The suggested order: each meeting with its units, as far as they are open to this person."""
    order = studying.seminars(session.who(), session.store(), session.course())
    if not order:
        return
    with st.container(key="section-seminars", gap="small"):
        st.header(t("建议的次序　{n} 次课", n=len(order)), anchor=False)
        for n, (title, units) in enumerate(order, 1):
            with st.container(key=f"entry-seminar-{n}", gap=None):
                st.markdown(f"**{n}　{title}**")
                mixed = len({case.id for case, _ in units}) > 1
                for case, unit in units:
                    label = f"{case.short}　{unit.title}" if mixed else unit.title
                    st.page_link("screens/unit.py", label=label, query_params={"case": case.id, "unit": unit.id})


def page() -> None:
    """The screen."""
    course = session.course()
    entries = studying.library(session.who(), session.store(), course)
    with st.container(key="page-wide"):
        st.title(course.title or t("案例库"), anchor=False)
        if not entries:
            st.markdown(f"**{t('还没有可以读的案例')}**")
            st.caption(t("案例放在 cases/ 下，一个文件夹一个案例。老师登录后可以看到哪里写错了。"))
            return
        with st.container(key="lede"):
            st.markdown(t("{n} 个案例。先读材料，再用材料里的数字和原话回答。", n=len(entries)))
        entrance.welcome("library")
        if last := studying.last_place(session.who(), session.store(), course):
            case, unit = last
            with st.container(key="resume", horizontal=True, vertical_alignment="center"):
                with st.container(gap=None):
                    st.caption(t("上次读到"))
                    st.markdown(f"**{case.title}　{unit.title}**")
                if st.button(
                    t("接着读"), key="resume-go", type="primary", icon=":material/arrow_forward:", icon_position="right"
                ):
                    go(case.id, unit.id)
        doors()
        for first in range(0, len(entries), 2):
            for column, entry in zip(st.columns(2, gap="medium"), entries[first : first + 2], strict=False):
                with column:
                    card(entry, entries.index(entry) + 1)
        seminars()


page()
