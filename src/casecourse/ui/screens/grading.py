"""评阅, for the instructor: arguments one after another without names, a level per row, a comment, and the release."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from casecourse import rubrics
from casecourse.actions import assessing, teaching
from casecourse.actions.assessing import Desk, Sheet
from casecourse.store.errors import StoreDown
from casecourse.store.rows import GradeRow
from casecourse.texts import t
from casecourse.ui import levels, session, trouble
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.components.save_state import save_state
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
    st.header(set_right(found.exercise.scope.fill(found.exercise.prompt)), anchor=False)
    if not found.sheets:
        st.markdown(f"**{t('还没有人作答')}**")
        return
    above = st.container()  # the counts, which the sheet below may still change
    sheet_in_hand(found, key)
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


def sheet_in_hand(found: Desk, key: str) -> None:
    """One text, its grade, and the ways to the others."""
    ids = [s.answer for s in found.sheets]
    first = next((s.answer for s in found.sheets if not s.graded), ids[0])
    at = session.kept(f"hand-{key}")
    if at not in ids:
        session.keep(f"hand-{key}", at := first)
    n = ids.index(at)
    sheet = found.sheets[n]
    with st.container(key=f"sheet-{key}", gap="small"):
        whose = sheet.name or t("不显示姓名")
        st.caption(f"{t('第 {n} 份，共 {m} 份', n=n + 1, m=len(ids))}　{whose}")
        with st.container(key=f"paper-{key}"):
            st.text(sheet.text)
        expected(found, key)
        graded(found, sheet, key)
        ways(found, n, key)


def expected(found: Desk, key: str) -> None:
    """What a good answer contains, where its author said so."""
    if lines := getattr(found.exercise, "expect", ()):
        with st.expander(t("好回答里有什么"), type="compact"), st.container(key=f"expect-{key}"):
            st.markdown("\n".join(f"- {set_right(found.exercise.scope.fill(e))}" for e in lines))


def graded(found: Desk, sheet: Sheet, key: str) -> None:
    """A control per row and a comment; each choice is stored at once, the comment when its field is left."""
    mine = f"grade-{sheet.answer}"
    heard = st.session_state.setdefault(f"w-{mine}-comment", sheet.grade.comment if sheet.grade else "")
    chosen = levels.ask(found.rubric, sheet.grade, key=mine)
    comment = answer_box(t("评语（公布后学员看得到）"), key=f"w-{mine}-comment", lines=3, max_chars=2000)
    if comment != heard:
        levels.touch(mine)

    def write(picked: Mapping[str, str], client_id: str) -> GradeRow:
        who, store, course = session.who(), session.store(), session.course()
        return assessing.grade(who, store, course, sheet.answer, picked, comment, client_id)

    state, stored = levels.save(chosen, sheet.grade, write, key=mine)
    left = levels.missing(found.rubric, stored)
    with st.container(key=f"state-{key}", horizontal=True, vertical_alignment="center"):
        said = t("还有 {n} 个准则没有选", n=left) if left or stored is None else f"**{levels.score(stored)}**"
        st.markdown(said, width="content")
        at = assessing.told_at(session.store(), stored)
        save_state(
            f"grade/{sheet.answer}", state, at, key=f"{key}-{sheet.answer}", kept=t("已保存 {time}", time="{time}")
        )


def ways(found: Desk, n: int, key: str) -> None:
    """To the one before, the next, and the next that waits."""
    ids = [s.answer for s in found.sheets]
    waiting = [s.answer for s in [*found.sheets[n + 1 :], *found.sheets[:n]] if not s.graded]
    with st.container(key=f"ways-{key}", horizontal=True):
        st.button(t("上一份"), key=f"before-{key}", on_click=_take, args=(key, ids[n - 1]), disabled=n == 0)
        st.button(
            t("下一份"), key=f"next-{key}", on_click=_take, args=(key, ids[(n + 1) % len(ids)]),
            disabled=n + 1 == len(ids),
        )  # fmt: skip
        goal = waiting[0] if waiting else ids[n]
        st.button(
            t("下一份待评的"), key=f"wait-{key}", type="primary", on_click=_take, args=(key, goal), disabled=not waiting
        )


def _take(key: str, answer: str) -> None:
    session.keep(f"hand-{key}", answer)


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
