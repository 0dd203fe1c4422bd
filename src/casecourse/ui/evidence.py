"""What a key rests on: the passage, quoted, and below it each fact with value, unit and place in the source."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from casecourse.formula import FormulaError
from casecourse.grading import UNKNOWN, ExerciseBase, Passage
from casecourse.model import Course, full_id
from casecourse.texts import t
from casecourse.ui.blocks.passage import single
from casecourse.ui.blocks.prose import origin_word, set_right


def draw(course: Course, case: str, exercise: ExerciseBase, key: str, told: Collection[str] = ()) -> None:
    """Passages, then where figures and statements come from."""
    for n, ref in enumerate(exercise.evidence):
        if "#" in ref:
            passage(course, case, ref, f"{key}-{n}")
    if lines := origins(course, case, exercise, told):
        with st.container(key=f"evidence-{key}", gap="xsmall"):
            st.caption(t("依据　数字与说法的出处"))
            st.markdown("\n".join(f"- {set_right(line)}" for line in lines))


def origins(course: Course, case: str, exercise: ExerciseBase, told: Collection[str] = ()) -> list[str]:
    """Facts and gaps that were not told beside it, then what the author assumed or brought along."""
    facts = dict.fromkeys([*(ref for ref in exercise.evidence if "#" not in ref), *exercise.key_facts()])
    lines = [line for ref in facts if ref not in told and (line := fact_line(course, case, ref))]
    fill = course.facts.of(case).fill
    named = ((t("教学设定"), exercise.assumed), (t("外部"), exercise.external))
    return lines + [f":yellow-badge[{word}] {fill(reason)}" for word, reason in named if reason]


def passage(course: Course, case: str, ref: str, key: str) -> None:
    """A passage of a unit as a quotation with its place; of a figure or a table what it says, line by line."""
    found = cited(course, case, ref)
    if found is None:
        return
    text = set_right(found.text) if found.prose else found.text.replace("\n", "  \n")
    place = t("依据　“{unit}”一节", unit=single(found.unit))
    with st.container(key=f"passage-{key}", gap="xsmall"):
        st.caption(f"{place}　{found.title}" if found.title else place)
        st.markdown("\n".join(f"> {line}" for line in text.splitlines()))


def cited(course: Course, case: str, ref: str) -> Passage | None:
    """The passage that a reference names; None where nothing of a unit is named that says something."""
    passages = course.facts.of(case).passages([ref.partition("#")[0]])
    return next((p for p in passages if p.ref == ref), None)


def fact_line(course: Course, case: str, ref: str) -> str:
    """A fact as label, value with unit, origin and place; a gap as what the source does not say."""
    owner, name = full_id(case, ref)
    found = course.case(owner)
    if found and name in found.gaps:
        return t("{unknown}　{gap}", unknown=UNKNOWN, gap=found.gaps[name])
    try:
        shown = course.facts.of(case).shown(ref)
    except (KeyError, FormulaError):
        return ""
    parts = [f"{shown.label}　**{shown.text}**", f"{origin_word(shown.origin)}　{shown.note}", shown.as_of]
    return "　".join(p for p in parts if p)
