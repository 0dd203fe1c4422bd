"""Passages: what is to be cited can be picked, and there is something else to pick from."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse.checks.refs import resolve
from casecourse.diagnostics import Diagnostic
from casecourse.grading import ExerciseBase
from casecourse.loading import Content
from casecourse.model import Case, full_id
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """wrong-reference, no-passage, few-passages."""
    for case in content.course.cases:
        for name, exercise in case.exercises.items():
            if exercise.offers():
                yield from _offered(content, case, name, exercise)
            elif exercise.cite:
                yield from _beside(content, case, name, exercise)


def _offered(content: Content, case: Case, name: str, exercise: ExerciseBase) -> Iterator[Diagnostic]:
    place = content.places["exercise", case.id, name]
    units = exercise.offers()
    offered = {p.ref for p in content.course.facts.of(case.id).passages(units)}
    keys = {one.ref for one in exercise.named() if one.key}
    for one in exercise.named():
        target = resolve(content, case.id, one.ref) if one.sort == "passage" else None
        if one.ref not in offered and target and target.sort == "block":
            message = t("段落“{ref}”不在可选的段落里", ref=one.ref)
            if target.block and target.block.NAME in ("discuss", "exercise"):
                help_ = t("讨论和练习不是段落；引用正文、图或表")
            else:
                help_ = t("可选的单元：{units}；把它的单元写进 units", units="、".join(units))
            yield Diagnostic(place.value(*one.path), "wrong-reference", message, help_)
    broken = {a[1:3] for a in content.broken if a[0] in ("unit", "block")}
    if not offered - keys and offered and not any(full_id(case.id, u) in broken for u in units):
        message = t("题 '{name}' 可选的段落都是答案，没有别的可选", name=name)
        help_ = t("给单元里别的段落写 id，或在 units 里多列几个单元")
        yield Diagnostic(place.key(), "few-passages", message, help_)


def _beside(content: Content, case: Case, name: str, exercise: ExerciseBase) -> Iterator[Diagnostic]:
    """Whoever must cite a passage must find one, and at best the one that the author cites."""
    if any(a[0] in ("unit", "block") and a[1] == case.id for a in content.broken):
        return  # it may stand in what could not be read
    span = content.places["exercise", case.id, name].value("cite")
    offered = {p.ref for p in content.course.citable(case.id, name)}
    if not offered:
        message = t("题 '{name}' 要学员指出段落，可单元里没有一段有 id", name=name)
        yield Diagnostic(span, "no-passage", message, t("给能作依据的段落写 id"))
    elif not offered & set(exercise.evidence):
        message = t("题 '{name}' 要学员指出段落，它的依据里却没有段落可对照", name=name)
        yield Diagnostic(span, "few-passages", message, t("在 evidence 里写上 单元#段落"))
