"""The parts of a teaching note that are read: its purpose, its questions with their evidence, theory; and the doors to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from casecourse.actions import teaching
from casecourse.grading import UNKNOWN
from casecourse.model import Case, Course, TeachingNote, full_id
from casecourse.texts import t
from casecourse.ui import evidence, session
from casecourse.ui.blocks.passage import place
from casecourse.ui.blocks.prose import set_right


def door(case: Case, label: str = "") -> None:
    """The way to a case's note, for whoever may read one; nothing for anybody else."""
    if teaching.has_note(session.who(), session.course(), case.id):
        words, query = label or t("案例使用说明书"), {"case": case.id}
        st.page_link("screens/note.py", label=words, icon=":material/co_present:", query_params=query)


def doors() -> None:
    """The ways to all of them."""
    course = session.course()
    found = [c for c in course.cases if teaching.has_note(session.who(), course, c.id)]
    if found:
        with st.container(key="section-notes", gap="small"):
            st.header(t("案例使用说明书"), anchor=False)
            with st.container(key="notedoors", horizontal=True):
                for case in found:
                    door(case, case.title)


def filled(course: Course, case: Case, text: str) -> str:
    """A text of the note as it is read, its facts filled in."""
    return set_right(course.facts.of(case.id).fill(text))


def listed(course: Course, case: Case, entries: Iterable[str], bullet: str = "1.") -> str:
    """Entries as a list."""
    return "\n".join(f"{bullet} {filled(course, case, entry)}" for entry in entries)


def opening(case: Case, note: TeachingNote) -> None:
    """For whom and what for, and the way to the parts that are looked for in class."""
    course = session.course()
    with st.container(key="prose-note", gap="xsmall"):
        st.markdown(filled(course, case, note.purpose))
        st.caption(t("适用对象　{names}", names="、".join(note.audience)))
    with st.container(key="notecontents", gap="xsmall"):
        parts = {
            "note-questions": t("启发思考题"),
            "note-analysis": t("分析思路"),
            "note-plan": t("课堂计划"),
            "note-board": t("板书") if note.board else "",
        }
        st.markdown("　".join(f"[{word}](#{anchor})" for anchor, word in parts.items() if word))
        st.caption(t("可以直接打印：展开的依据一并印出。"))


def questions(course: Course, case: Case, note: TeachingNote) -> None:
    """The questions that open the case up, each with the objectives it serves and what it rests on."""
    with st.container(key="section-note-questions", gap="medium"):
        st.header(t("启发思考题"), anchor="note-questions")
        for number, (name, question) in enumerate(note.questions.items(), 1):
            with st.container(key=f"notequestion-{name}", gap="xsmall"):
                st.markdown(f"**{number}　{filled(course, case, question.text)}**")
                if goals := [words for ref in question.serves if (words := objective(course, case, ref))]:
                    st.caption(t("服务的目标"))
                    st.markdown("\n".join(f"- {words}" for words in goals))
                rests(course, case, question.cites, f"note-{name}")


def objective(course: Course, case: Case, ref: str) -> str:
    """What one can do after a unit, with the unit that teaches it; "" for an objective that is not there."""
    owner, name = full_id(case.id, ref)
    home = course.case(owner)
    found = next(((u, goal[1]) for u in home.units if (goal := u.objective(name))), None) if home else None
    return f"{found[1]}　:small[:gray[{found[0].title}]]" if found else ""


def rests(course: Course, case: Case, refs: Sequence[str], key: str) -> None:
    """Evidence: named in sight, quoted when it is opened."""
    names = called(course, case, refs)
    if not names:
        return
    with st.expander(t("依据　{names}", names="；".join(names)), type="compact"):
        evidence.passages(course, case.id, [ref for ref in refs if "#" in ref], key)
        for ref in refs:
            if "#" not in ref and (line := evidence.fact_line(course, case.id, ref)):
                st.markdown(f"- {set_right(line)}")


def called(course: Course, case: Case, refs: Sequence[str]) -> list[str]:
    """What evidence is called in a line: a unit with its passages, a fact's label, what the source does not say."""
    units: dict[str, list[str]] = {}
    facts: list[str] = []
    for ref in refs:
        if "#" not in ref:
            label, _, gap = evidence.fact_line(course, case.id, ref).partition("　")
            facts.append(f"{label}　{gap}" if label == UNKNOWN else label)
        elif passage := evidence.cited(course, case.id, ref):
            units.setdefault(passage.unit, []).append(place(passage))
    told = [f"{unit}，{'、'.join(places)}" for unit, places in units.items()]
    return told + [fact for fact in facts if fact]


def thinking(course: Course, case: Case, note: TeachingNote) -> None:
    """The way through the case, the theories and what they are used for, what must have been said in the end."""
    with st.container(key="section-note-analysis", gap="small"):
        st.header(t("分析思路"), anchor="note-analysis")
        st.markdown(listed(course, case, note.analysis))
    with st.container(key="section-note-theory", gap="medium"):
        st.header(t("理论依据"), anchor=False)
        for n, (name, theory) in enumerate(note.theory.items()):
            with st.container(gap="xsmall"):
                badge = f"　:yellow-badge[{t('外部')}]" if theory.external else ""
                st.markdown(f"**{name}**{badge}　{filled(course, case, theory.use)}")
                if theory.external:
                    st.caption(t("外部：{reason}", reason=filled(course, case, theory.external)))
                rests(course, case, theory.evidence, f"note-theory-{n}")
    with st.container(key="section-note-essentials", gap="small"):
        st.header(t("关键要点"), anchor=False)
        st.markdown(listed(course, case, note.essentials))
