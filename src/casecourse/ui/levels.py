"""A rubric on the page: one control per row to choose a level, what was chosen, and the whole of it to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from casecourse import rubrics
from casecourse.formula import plain
from casecourse.model.course import Rubric
from casecourse.store.errors import Conflict, StoreDown
from casecourse.store.rows import GradeRow
from casecourse.texts import t
from casecourse.ui import session
from casecourse.ui.components.save_state import Kept

Save = Callable[[Mapping[str, str], str], GradeRow]  # (levels, client id) → what is stored


def ask(rubric: Rubric, stored: GradeRow | None, *, key: str) -> dict[str, str]:
    """One control per row, each level with what it says; returns row → level of what is chosen."""
    found = {}
    for n, row in enumerate(rubric.rows):
        widget = f"w-{key}-{n}"
        kept = session.kept(f"held-{widget}") or (stored.levels.get(row) if stored else None)
        if kept in rubrics.names(rubric):
            st.session_state.setdefault(widget, kept)
        with st.container(key=f"asked-{key}-{n}", gap=None):
            level = st.radio(
                row, rubrics.names(rubric), index=None, format_func=partial(_level, rubric, row), key=widget,
                on_change=_picked, args=(key, widget), width="stretch",
            )  # fmt: skip
        if level is not None:
            found[row] = level
            if not session.kept(f"touched-{key}"):
                session.drop(f"held-{widget}")
    return found


def _level(rubric: Rubric, row: str, name: str) -> str:
    return f"**{name}**　{rubrics.said(rubric, row, name)}"


def _picked(key: str, widget: str) -> None:
    """Hold what was chosen: a run that cannot draw the control, as without a store, makes Streamlit forget it."""
    session.keep(f"held-{widget}", st.session_state[widget])
    touch(key)


def touch(key: str) -> None:
    """Something of this grade was changed here and is not stored yet."""
    session.keep(f"touched-{key}", True)


def save(levels: Mapping[str, str], stored: GradeRow | None, write: Save, *, key: str) -> tuple[Kept, GradeRow | None]:
    """Store what was changed here; returns the true state and what is stored. A failure is tried again at the next run."""
    if session.kept(f"touched-{key}"):
        for _ in range(2):
            try:
                stored = write(levels, session.client_id(key))
            except Conflict:  # the first try was stored after all, and something was chosen since
                session.used_up(key)
                continue
            except StoreDown:
                return "failed", stored
            session.used_up(key)
            session.drop(f"touched-{key}")
            break
    return ("kept" if stored else "rest"), stored


def score(grade: GradeRow) -> str:
    """How much a finished grade gives; "" for one that is not finished."""
    if grade.score is None or grade.points is None:
        return ""
    return t("{score} / {points} 分", score=plain(grade.score), points=plain(grade.points))


def missing(rubric: Rubric, grade: GradeRow | None) -> int:
    """How many rows have no level yet."""
    return sum(row not in (grade.levels if grade else {}) for row in rubric.rows)


def shown(rubric: Rubric, grade: GradeRow, *, key: str) -> None:
    """The level of each row with what it says, then the comment."""
    top = rubrics.names(rubric)[0]
    with st.container(key=f"levels-{key}", gap="xsmall"):
        for row, level in rubrics.ordered(rubric, grade.levels).items():
            said = rubrics.said(rubric, row, level)
            of = f"{level} / {top}" if said else level
            st.markdown(f"**{row}**　{of}　:small[:gray[{said}]]")
        if grade.comment:
            st.caption(t("评语"))
            st.text(grade.comment)


def whole(rubric: Rubric, *, key: str) -> None:
    """Every row with what each level says."""
    with st.expander(t("量规：每一档说什么"), type="compact"), st.container(key=f"rubric-{key}", gap="xsmall"):
        for row in rubric.rows:
            st.markdown(f"**{row}**")
            st.markdown("\n".join(f"- **{n}**　{rubrics.said(rubric, row, n)}" for n in rubrics.names(rubric)))
