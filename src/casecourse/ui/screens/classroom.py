"""班级, for the instructor: who is in it, how far they are, what they answered to each question, and the CSV."""

from __future__ import annotations

import streamlit as st

from casecourse.actions import answering, teaching
from casecourse.actions.exporting import local, written
from casecourse.actions.teaching import ItemReading
from casecourse.kinds import TITLES
from casecourse.model import Case, Unit
from casecourse.store.rows import ClassRow
from casecourse.texts import t
from casecourse.ui import evidence, notes, passages, session, trouble
from casecourse.ui.kinds import TWINS


def page() -> None:
    """The screen."""
    who, store = session.who(), session.store()
    rooms = {c.id: c for c in teaching.classes(who, store)}
    with st.container(key="page-wide"):
        st.title(t("班级"), anchor=False)
        with st.container(key="filters", horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                t("哪个班"), list(rooms), format_func=lambda i: rooms[i].name, key="room", width=280, filter_mode=None
            )
            with st.popover(t("新建班级")):
                new_class()
        room = rooms[chosen] if chosen in rooms else next(iter(rooms.values()))
        doorplate(room)
        notes.doors()
        progress(room)
        items(room)


def new_class() -> None:
    """A class with a join code of its own."""
    with st.form("new-class", border=False, clear_on_submit=True):
        name = st.text_input(t("班级名称"), max_chars=60)
        if st.form_submit_button(t("建班"), type="primary"):
            try:
                teaching.add_class(session.who(), session.store(), name or "")
            except ValueError:
                st.markdown(f":orange[{t('请写一个名称。')}]")
                return
            st.rerun()


def doorplate(room: ClassRow) -> None:
    """The join code, and the way out to a spreadsheet."""
    with st.container(key="code-room", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(t("班级码 **{code}**", code=room.code), width="content")
        st.link_button(t("下载全班作答（CSV）"), f"/download/class.csv?class={room.id}", icon=":material/download:")


def progress(room: ClassRow) -> None:
    """One line per person."""
    table = teaching.progress(session.who(), session.store(), session.course(), room.id)
    with st.container(key="section-progress", gap="small"):
        st.header(t("进度　{n} 人", n=len(table)), anchor=False)
        if table.empty:
            st.markdown(f"**{t('还没有人加入')}**")
            st.caption(t("把班级码写在黑板上，或让学员打开链接后输入。"))
            return
        st.caption(t("每格是答过的核心练习 / 共有的核心练习"))
        with st.container(key="texttable-progress"):
            named = table.copy()
            for column in named.columns:
                named[column] = [f":small[{column}] {v}" for v in named[column]]
            st.table(named, border="horizontal", alt=t("每个学员在每个案例答过几道核心练习"))


def items(room: ClassRow) -> None:
    """Question by question of one unit."""
    units: dict[str, tuple[Case, Unit]] = {f"{c.id}/{u.id}": (c, u) for c, u in session.course().units()}
    with st.container(key="section-items", gap="small"):
        st.header(t("逐题"), anchor=False)
        if not units:
            st.markdown(f"**{t('还没有单元')}**")
            return
        chosen = st.selectbox(
            t("哪一节"), list(units), key="unit-of", filter_mode=None,
            format_func=lambda k: f"{units[k][0].title}　{units[k][1].title}",
        )  # fmt: skip
        case, unit = units[chosen or next(iter(units))]
        for number, ref in enumerate(unit.exercise_refs, 1):
            item(room, case, ref, number)
        for n, prompt in enumerate(unit.discussions):
            contributions(room, case, f"{unit.id}#{prompt.id}", prompt.discuss, n)


@trouble.fragment
def item(room: ClassRow, case: Case, ref: str, number: int) -> None:
    """One question: its readings, the class's answers, the key when asked for."""
    who, store, course = session.who(), session.store(), session.course()
    owner, _, name = ref.rpartition(":")
    owner = owner or case.id
    found = teaching.reading(who, store, course, room.id, owner, name)
    if found is None:
        return
    key = f"{room.id}-{owner}-{name}"
    with st.container(key=f"entry-{key}", gap="xsmall"):
        st.caption(f"{t('练习 {n}', n=number)}　{t(TITLES[found.exercise.kind])}　{readings(found)}")
        st.markdown(f"**{found.exercise.scope.fill(found.exercise.prompt)}**")
        if not found.people:
            st.caption(t("还没有人作答"))
        with st.container(horizontal=True):
            full = st.toggle(t("看作答与答案"), key=f"open-{key}")
            shut = st.toggle(t("收题并公布答案"), found.closed, key=f"shut-{key}")
        if shut != found.closed:
            answering.close(who, store, room.id, owner, name, shut)
        if full:
            details(room, found, owner, key)


def readings(found: ItemReading) -> str:
    """How many answered, how many were right at once."""
    parts = [t("{n} 人作答", n=found.people)]
    if found.first_right is not None and found.people:
        parts.append(t("首次全对 {n} 人", n=found.first_right))
    return "　".join(parts)


def details(room: ClassRow, found: ItemReading, owner: str, key: str) -> None:
    """The tally, who wrote what, the explanation and the evidence."""
    if found.people:
        TWINS[found.exercise.kind].show(found.exercise, found.tally, big=False, reveal=True, key=f"tally-{key}")
        passages.show(found.passages, found.tally, key=f"tally-{key}")
        names = {p.id: p.shown for p in teaching.roster(session.who(), session.store(), room.id)}
        with st.expander(t("每个人的作答"), type="compact"):
            for row in found.rows[-200:]:
                st.text(f"{names.get(row.person_id, '')}　{local(row.at)}　{written(session.course(), row)}")
    if found.exercise.explain:
        st.markdown(found.exercise.scope.fill(found.exercise.explain))
    evidence.draw(session.course(), owner, found.exercise, key)


def contributions(room: ClassRow, case: Case, prompt: str, question: str, number: int) -> None:
    """What was handed in to a discussion."""
    rows = teaching.contributions(session.who(), session.store(), room.id, case.id, prompt)
    with st.container(key=f"entry-{room.id}-{case.id}-d{number}", gap="xsmall"):
        st.caption(t("讨论　{n} 人交了", n=len(rows)))
        st.markdown(f"**{session.course().facts.of(case.id).fill(question)}**")
        for row in rows:
            st.text(str(row.raw.get("text", "")))


page()
