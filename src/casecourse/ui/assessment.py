"""Below one's own argument: how it is graded, by the instructor once that is released and by oneself at once."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from casecourse.actions import assessing
from casecourse.actions.answering import Standing
from casecourse.actions.assessing import Own
from casecourse.store.rows import GradeRow
from casecourse.texts import t
from casecourse.ui import levels, session
from casecourse.ui.components.save_state import save_state


def draw(owner: str, name: str, key: str, now: Standing) -> None:
    """What is released, one's own grade, the rubric; nothing where nobody grades."""
    found = assessing.own_grade(session.who(), session.store(), session.course(), owner, name, now)
    if found is None:
        return
    with st.container(key=f"assess-{key}", gap="medium"):
        for n, mark in enumerate(found.marks):
            with st.container(key=f"mark-{key}-{n}", gap="xsmall"):
                older = t("评的是你先前交的一份") if mark.older else ""
                st.markdown(f"**{t('教师评分')}　{levels.score(mark.grade)}**　:small[:gray[{older}]]")
                levels.shown(found.rubric, mark.grade, key=f"{key}-{n}")
        if found.by_instructor and not found.marks and not now.preview:
            st.caption(t("教师评过、公布以后，分数和评语会出现在这里。"))
        if found.by_herself and now.last is not None:
            by_oneself(f"{owner}/{name}", now.last.id, found, key)
        else:
            levels.whole(found.rubric, key=key)


def by_oneself(place: str, answer: str, found: Own, key: str) -> None:
    """One control per row; each choice is stored at once."""
    mine = f"{key}-{answer}"

    def write(chosen: Mapping[str, str], client_id: str) -> GradeRow:
        return assessing.self_grade(session.who(), session.store(), session.course(), answer, chosen, client_id)

    with st.container(key=f"self-{key}", gap="small"):
        st.markdown(f"**{t('自己评一评')}**　:small[:gray[{t('对照量规，每个准则选一档；选了就保存')}]]")
        chosen = levels.ask(found.rubric, found.mine, key=mine)
        state, stored = levels.save(chosen, found.mine, write, key=mine)
        left = levels.missing(found.rubric, stored)
        if stored is not None and not left:
            st.markdown(t("自评 **{score}**", score=levels.score(stored)))
        elif stored is not None:
            st.caption(t("还有 {n} 个准则没有选", n=left))
        with st.container(horizontal=True, vertical_alignment="center"):
            if state == "failed":
                st.button(t("再存一次"), key=f"resave-{key}")
            at = assessing.told_at(session.store(), stored)
            save_state(f"{place}/self", state, at, key=f"self-{key}", kept=t("自评已保存 {time}", time="{time}"))
