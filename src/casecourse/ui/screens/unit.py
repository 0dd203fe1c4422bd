"""A unit: one page of a case, read from top to bottom, with its questions where the author put them."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import studying
from casecourse.model import Case, Unit
from casecourse.model.blocks import Discuss, ExerciseBlock
from casecourse.texts import t
from casecourse.ui import apparatus, drafts, entrance, following, notes, session
from casecourse.ui.blocks import DRAW
from casecourse.ui.components.mark import mark
from casecourse.ui.components.page import page as begin
from casecourse.ui.discussion import discussion
from casecourse.ui.exercise import exercise
from casecourse.ui.places import place_of

LEVELS = {
    "remember": "记忆",
    "understand": "理解",
    "apply": "应用",
    "analyse": "分析",
    "evaluate": "评价",
    "create": "创造",
}


def contents(case: Case, here: Unit) -> None:
    """The case's units in the sidebar, done ones ticked."""
    done = studying.unit_progress(session.who(), session.store(), session.course(), case)
    with st.sidebar, st.container(key="toc", gap=None):
        st.caption(case.place or case.title)
        st.markdown(f"**{case.title}**")
        for n, unit in enumerate(case.units, 1):
            if st.button(
                f"{n}　{unit.title}", key=f"{'here' if unit is here else 'toc'}-{unit.id}", type="tertiary", width="stretch",
                icon=":material/check:" if done[unit.id].whole else None, icon_position="right",
            ):  # fmt: skip
                move(case, unit)


def move(case: Case, unit: Unit) -> None:
    """Go to another unit."""
    st.switch_page("screens/unit.py", query_params={"case": case.id, "unit": unit.id})


def objectives(unit: Unit) -> None:
    """What one can do after this unit, each with its level."""
    with st.container(key="objectives", gap="xsmall"):
        st.caption(t("学完这一节，你应当能够"))
        rows = [next(iter(o.items())) for o in unit.objectives.values()]
        words = {level: "\u2060".join(t(LEVELS[level])) for level in LEVELS}  # a level's name stays on one line
        st.markdown("\n".join(f"{n}. {text}　:small[:gray[{words[level]}]]" for n, (level, text) in enumerate(rows, 1)))


def blocks(case: Case, unit: Unit) -> None:
    """The blocks in order; questions are numbered through."""
    scope = session.course().facts.of(case.id)
    terms = dict(unit.concepts)
    number = 0
    for n, block in enumerate(unit.blocks):
        key = f"{case.id}-{unit.id}-{n}"
        if isinstance(block, ExerciseBlock):
            number += 1
            exercise(case.id, block.exercise, number)
        elif isinstance(block, Discuss):
            discussion(case.id, unit.id, block)
        else:
            DRAW[block.NAME](block, scope, key, terms)


def to_stage(case: Case, unit: Unit) -> None:
    """The lecturer's way from the page to the projector."""
    if session.who().role == "instructor" and st.button(
        t("投影这一节"), key="to-stage", icon=":material/present_to_all:"
    ):
        st.switch_page("screens/project.py", query_params={"case": case.id, "unit": unit.id})


def neighbours(case: Case, unit: Unit) -> None:
    """The previous and the next unit."""
    place = case.units.index(unit)
    with st.container(key="prevnext", horizontal=True, horizontal_alignment="distribute"):
        if place > 0:
            before = case.units[place - 1]
            if st.button(
                t("上一节　{title}", title=before.title), icon=":material/arrow_back:", type="tertiary", key="prev"
            ):
                move(case, before)
        if place + 1 < len(case.units):
            after = case.units[place + 1]
            if st.button(
                t("下一节　{title}", title=after.title),
                icon=":material/arrow_forward:",
                icon_position="right",
                type="tertiary",
                key="next",
            ):
                move(case, after)
        else:
            st.page_link("screens/library.py", label=t("回到案例库"), icon=":material/menu_book:")


def page() -> None:
    """The screen; whoever has not joined is asked once."""
    who, course = session.who(), session.course()
    cases = {c.id: c for c in studying.visible(who, session.store(), course)}
    case = cases.get(session.asked_for("case"))
    unit = case.unit(session.asked_for("unit")) if case else None
    if case is None or unit is None:
        with st.container(key="page-read"):
            st.title(t("没有这一节"), anchor=False)
            st.markdown(t("链接可能旧了，或者这个案例还没有开放。"))
            st.page_link("screens/library.py", label=t("回到案例库"), icon=":material/menu_book:")
        return
    with st.container(key="page-read"):
        with st.container(key="crumbs"):
            st.caption(case.title)
        st.title(unit.title, anchor=False)
        with st.container(key="meta"):
            place = case.units.index(unit) + 1
            st.caption(
                t("第 {n} 节，共 {all} 节　约 {minutes} 分钟", n=place, all=len(case.units), minutes=unit.minutes)
            )
            notes.door(case)
        if who.role == "anonymous":
            objectives(unit)
            entrance.join_form()
            return
        contents(case, unit)
        following.strip()
        to_stage(case, unit)
        entrance.welcome(f"{case.id}/{unit.id}")
        if drafts.opened(f"{case.id}/{unit.id}"):
            studying.opened(who, session.store(), case.id, unit.id)
        drafts.mine(case.id, fresh=True)
        objectives(unit)
        blocks(case, unit)
        apparatus.draw(course, case, unit)
        neighbours(case, unit)
    begin(f"{case.id}/{unit.id}")
    if at := place_of(case, unit, session.asked_for("at")):
        mark(at)


page()
