"""The parts of a teaching note that are taught from: lessons minute by minute, the board, what comes before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import streamlit as st

from casecourse.actions import mechanisms
from casecourse.actions.mechanisms import Trial
from casecourse.kinds import TITLES
from casecourse.model import Case, Course, TeachingNote, full_id
from casecourse.model.note import Segment
from casecourse.texts import t
from casecourse.ui.notes import filled, listed

Places = Mapping[tuple[str, str], Trial]


def modes() -> dict[str, str]:
    """How a class works, in a word."""
    return {
        "read": t("阅读"),
        "individual": t("各自做"),
        "pairs": t("两人"),
        "groups": t("小组"),
        "plenary": t("全班"),
        "vote": t("投票"),
    }


def plan(course: Course, case: Case, note: TeachingNote) -> None:
    """Every lesson with its minutes, its steps and the ways to what they use."""
    places: dict[tuple[str, str], Trial] = {}
    for key, trial in mechanisms.places(course.cases, course):
        places.setdefault(key, trial)
    with st.container(key="section-note-plan", gap="large"):
        st.header(t("课堂计划"), anchor="note-plan")
        for n, (lesson, segments) in enumerate(note.plan.items()):
            with st.container(key=f"notelesson-{n}", gap=None):
                with st.container(key=f"notehead-{n}", gap=None):
                    st.subheader(lesson, anchor=False)
                    whole = sum(s.minutes for s in segments)
                    st.caption(t("{minutes} 分钟　{n} 步", minutes=whole, n=len(segments)))
                start = 0
                for k, segment in enumerate(segments):
                    step(course, case, note, segment, start, places, f"{n}-{k}")
                    start += segment.minutes


def step(
    course: Course, case: Case, note: TeachingNote, segment: Segment, start: int, places: Places, key: str
) -> None:
    """One stretch of a lesson: from when to when, how, what, and the ways to what it uses."""
    end = start + segment.minutes
    with st.container(key=f"notestep-{key}", gap=None):
        running = f"{start}\u2060–\u2060{end}"
        words = t("{minutes} 分钟　{mode}", minutes=segment.minutes, mode=modes()[segment.mode])
        st.markdown(f"**{running}**　:small[:gray[{words}]]")
        with st.container(gap="xsmall"):
            st.markdown(filled(course, case, segment.do))
            numbers = [n for n, name in enumerate(note.questions, 1) if name in segment.question]
            if numbers:
                st.caption(t("启发思考题 {numbers}", numbers="、".join(map(str, numbers))))
            ways = list(used(course, case, segment, places))
            if ways:
                with st.container(key=f"noteways-{key}", gap=None):
                    for label, query in ways:
                        st.page_link("screens/unit.py", label=label, query_params=query)
            if lines := list(hoped(course, case, segment)):
                with st.expander(t("好回答里有什么"), type="compact"):
                    st.markdown("\n".join(f"- {line}" for line in lines))


def used(course: Course, case: Case, segment: Segment, places: Places) -> Iterator[tuple[str, dict[str, str]]]:
    """What a step uses, as label and address: units, questions with kind and number, discussions."""
    for ref in segment.unit:
        owner, name = full_id(case.id, ref)
        home = course.case(owner)
        if home and (unit := home.unit(name)):
            yield t("读　{title}", title=unit.title), {"case": owner, "unit": name}
    for ref in (*segment.exercise, *segment.discuss):
        trial = places.get(full_id(case.id, ref))
        if trial:
            home = course.case(trial.case)
            unit = home.unit(trial.unit) if home else None
            kind = t("第 {n} 题　{kind}", n=trial.number, kind=t(TITLES[trial.kind])) if trial.number else t("讨论")
            yield f"{unit.title if unit else ''}　{kind}", {"case": trial.case, "unit": trial.unit, "at": trial.at}


def hoped(course: Course, case: Case, segment: Segment) -> Iterator[str]:
    """What good answers hold in the discussions that a step uses."""
    for owner, name in (full_id(case.id, ref) for ref in segment.discuss):
        where, _, mark = name.partition("#")
        home = course.case(owner)
        unit = home.unit(where) if home else None
        if home and unit:
            yield from (filled(course, home, line) for d in unit.discussions if d.id == mark for line in d.expect)


def board(course: Course, case: Case, note: TeachingNote) -> None:
    """The board's columns with the entries that are expected."""
    if not note.board:
        return
    with st.container(key="section-note-board", gap="small"):
        st.header(t("板书"), anchor="note-board")
        st.caption(t("每一栏预期出现的内容"))
        with st.container(key="noteboard", gap=None):
            for n, (column, entries) in enumerate(note.board.items()):
                with st.container(key=f"notecolumn-{n}", gap="xsmall"):
                    st.markdown(f"**{column}**")
                    st.markdown(listed(course, case, entries, "-"))


def around(course: Course, case: Case, note: TeachingNote) -> None:
    """What is set before class, and after."""
    for key, title, text in (("before", t("课前"), note.before), ("after", t("课后"), note.after)):
        if text:
            with st.container(key=f"section-note-{key}", gap="small"):
                st.header(title, anchor=False)
                st.markdown(filled(course, case, text))
