"""The sheet in hand at the desk: one text without its name, a level per row, a comment, and the ways to the other sheets."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from casecourse.actions import assessing
from casecourse.actions.assessing import Desk, Sheet
from casecourse.store.rows import GradeRow
from casecourse.texts import t
from casecourse.ui import levels, session
from casecourse.ui.blocks.prose import set_right
from casecourse.ui.components.answer_box import answer_box
from casecourse.ui.components.save_state import save_state


def in_hand(found: Desk, key: str) -> None:
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
        earlier(found, sheet, key)
        graded(found, sheet, key)
        ways(found, n, key)


def expected(found: Desk, key: str) -> None:
    """What a good answer contains, where its author said so."""
    if lines := getattr(found.exercise, "expect", ()):
        with st.expander(t("好回答里有什么"), type="compact"), st.container(key=f"expect-{key}"):
            st.markdown("\n".join(f"- {set_right(found.exercise.scope.fill(e))}" for e in lines))


def earlier(found: Desk, sheet: Sheet, key: str) -> None:
    """One's own grade of what the same student handed in before; this answer is graded anew."""
    if sheet.before is not None:
        words = levels.score(sheet.before) or t("还没有评完")
        with st.expander(t("这位学员又答了一次；先前那份你评过：{score}", score=words), type="compact"):
            levels.shown(found.rubric, sheet.before, key=f"before-{key}")


def graded(found: Desk, sheet: Sheet, key: str) -> None:
    """A control per row and a comment; each choice is stored at once, the comment whenever its writer pauses."""
    mine = f"grade-{sheet.answer}"
    heard = st.session_state.setdefault(f"w-{mine}-comment", sheet.grade.comment if sheet.grade else "")
    chosen = levels.ask(found.rubric, sheet.grade, key=mine)
    comment = answer_box(t("评语（公布后学员看得到）"), key=f"w-{mine}-comment", lines=3, max_chars=2000, pauses=True)
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
