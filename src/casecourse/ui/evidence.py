"""What a key rests on: the passage, quoted, and below it each fact with value, unit and place in the source."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import streamlit as st

from casecourse.formula import FormulaError
from casecourse.grading import UNKNOWN, ExerciseBase, Passage
from casecourse.model import Course, full_id
from casecourse.texts import t
from casecourse.ui.blocks.passage import quotation, single
from casecourse.ui.blocks.prose import origin_word, set_right


def draw(course: Course, case: str, exercise: ExerciseBase, key: str, told: Collection[str] = ()) -> None:
    """Passages, then where figures and statements come from."""
    passages(course, case, [ref for ref in exercise.evidence if "#" in ref], key)
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


def passages(course: Course, case: str, refs: Iterable[str], key: str) -> None:
    """Passages as quotations, those of one unit that follow each other under one name; a figure or a table says its title, too."""
    before = ""
    for n, ref in enumerate(refs):
        found = cited(course, case, ref)
        if found is None:
            continue
        unit = ref.partition("#")[0]
        name = single(owned(course, case, ref, found.unit))
        place = "" if unit == before else t("依据　“{unit}”一节", unit=name)
        before = unit
        with st.container(key=f"passage-{key}-{n}", gap="xsmall"):
            if head := "　".join(words for words in (place, found.title) if words):
                st.caption(head)
            quotation(found)


def cited(course: Course, case: str, ref: str) -> Passage | None:
    """The passage that a reference names; None where nothing of a unit is named that says something."""
    passages = course.facts.of(case).passages([ref.partition("#")[0]])
    return next((p for p in passages if p.ref == ref), None)


def fact_line(course: Course, case: str, ref: str) -> str:
    """A fact as label, value with unit, origin and place; a gap as what the source does not say."""
    owner, name = full_id(case, ref)
    found = course.case(owner)
    if found and name in found.gaps:
        return t("{unknown}　{gap}", unknown=UNKNOWN, gap=owned(course, case, ref, found.gaps[name]))
    try:
        shown = course.facts.of(case).shown(ref)
    except (KeyError, FormulaError):
        return ""
    label = owned(course, case, ref, shown.label)
    parts = [f"{label}　**{shown.text}**", f"{origin_word(shown.origin)}　{shown.note}", shown.as_of]
    return "　".join(p for p in parts if p)


def owned(course: Course, case: str, ref: str, label: str) -> str:
    """What a fact, a gap or a unit is called; after the name of its case where that is another one and the words do not say it."""
    owner = course.case(full_id(case, ref)[0])
    if owner is None or owner.id == case or label.startswith(owner.short):
        return label
    return f"{owner.short}：{label}"
