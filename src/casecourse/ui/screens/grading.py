"""评阅, for the instructor: arguments one after another without names, a level per row, a comment, and the release."""

from __future__ import annotations

import streamlit as st

from casecourse import rubrics
from casecourse.actions import assessing, teaching
from casecourse.actions.assessing import Desk
from casecourse.store.errors import StoreDown
from casecourse.texts import t
from casecourse.ui import session, sheet, trouble
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.kinds import marks


def page() -> None:
    """The screen."""
    who, store, course = session.who(), session.store(), session.course()
    rooms = {c.id: c.name for c in teaching.classes(who, store)}
    asked = {f"{c}/{name}": (c, name, ex) for c, name, ex in assessing.questions(who, course)}
    with st.container(key="page-read"):
        st.title(t("评阅"), anchor=False)
        if not asked:
            st.markdown(f"**{t('没有要教师评的题')}**")
            st.caption(t("论述题写上 rubric，就由教师对照量规来评。"))
            return
        titles = {case.id: case.title for case in course.cases}
        prompts = {key: f"{ex.scope.fill(ex.prompt)}　{titles[c]}" for key, (c, _, ex) in asked.items()}
        with st.container(key="filters", gap="small"):
            room = st.selectbox(t("哪个班"), list(rooms), format_func=lambda i: rooms[i], key="room", filter_mode=None)
            chosen = st.selectbox(t("哪道题"), list(asked), format_func=prompts.__getitem__, key="graded-question")
        case, name, _ = asked[chosen or next(iter(asked))]
        desk(room or next(iter(rooms)), case, name)


@trouble.fragment
def desk(room: int, case: str, name: str) -> None:
    """How far it is, the sheet in hand, what can be released, and how the grades lie."""
    found = looked(room, case, name)
    key = f"{room}-{case}-{name}"
    with st.container(key="asked-of-all"):
        st.header(set_right(found.exercise.scope.fill(found.exercise.prompt)), anchor=False)
    if not found.sheets:
        st.markdown(f"**{t('还没有人作答')}**")
        return
    above = st.container()  # the counts, which the sheet below may still change
    sheet.in_hand(found, key)
    found = looked(room, case, name)
    with above:
        counts(found)
    releasing(found, room, case, name, key)
    distribution(found, key)


def looked(room: int, case: str, name: str) -> Desk:
    """The desk as it is; while the store is away as it was, so that what is being written stays on the page."""
    kept = f"desk-{room}-{case}-{name}"
    try:
        found = assessing.desk(session.who(), session.store(), session.course(), room, case, name)
    except StoreDown:
        before = session.kept(kept)
        if not isinstance(before, Desk):
            raise
        return before
    session.keep(kept, found)
    return found


def counts(found: Desk) -> None:
    """How many wait, are graded, are released."""
    done = sum(s.released for s in found.sheets)
    said = t(
        "{n} 份　待评 {a}　已评未公布 {b}　已公布 {c}", n=len(found.sheets), a=found.waiting, b=len(found.ready), c=done
    )
    st.caption(said)


def releasing(found: Desk, room: int, case: str, name: str, key: str) -> None:
    """Let the class see the finished grades."""
    n = len(found.ready)
    with st.container(key=f"section-release-{key}", gap="small"):
        st.caption(t("公布后学员看到分数、各档和评语，不能收回；改过的要再公布一次。公布后这里才显示姓名。"))
        pressed = st.button(t("公布已评的 {n} 份", n=n), key=f"release-{key}", disabled=not n)
    if pressed:
        assessing.release(session.who(), session.store(), session.course(), room, case, name)
        session.again()


def distribution(found: Desk, key: str) -> None:
    """Of the finished grades, how many at each level of each row."""
    if found.tally.n:
        heads = [t("{level} 分", level=level) for level in rubrics.names(found.rubric)]
        rows = {row: [marks.count(n, by, key=False) for n in by.values()] for row, by in found.tally.slots.items()}
        with st.container(key=f"section-spread-{key}", gap="small"):
            marks.grid(key, heads, rows, t("各准则各档有几份（已评 {n} 份）", n=found.tally.n), big=False)


page()
