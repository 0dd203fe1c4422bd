"""References: whatever is named must exist, and be of the sort that the place asks for."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from casecourse.checks.refs import EVIDENCE, asked, named, served, unknown
from casecourse.diagnostics import Diagnostic, Span
from casecourse.grading import ExerciseBase
from casecourse.loading import Content, Place
from casecourse.model import Case, Unit, full_id
from casecourse.model.blocks import Discuss, ExerciseBlock, Metrics, Timeline
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """Evidence, objectives, exercises, facts and rubrics that are named exist; placed exercises are placed once."""
    placed: dict[tuple[str, str], Span] = {}
    for case in content.course.cases:
        for unit in case.units:
            yield from _unit(content, case, unit, placed)
        for name, exercise in case.exercises.items():
            yield from _exercise(content, case, name, exercise)
    elsewhere = set(_elsewhere(content))
    for case in content.course.cases:
        if any(a[0] in ("unit", "note", "plan") and a[1] == case.id for a in content.broken):
            continue  # it may stand in what could not be read
        for name in case.exercises:
            if (case.id, name) not in placed and (case.id, name) not in elsewhere:
                span = content.places["exercise", case.id, name].key()
                yield Diagnostic(
                    span,
                    "unused-exercise",
                    t("没有单元用到题 '{name}'", name=name),
                    t("在单元里写 - exercise: {name}", name=name),
                )


def _elsewhere(content: Content) -> Iterator[tuple[str, str]]:
    """The exercises that a test or a lesson's plan uses."""
    tests = content.course.tests
    yield from (full_id("", ref) for ref in (*tests.before, *tests.after))
    for case, note in content.course.notes.items():
        yield from (full_id(case, ref) for segment in note.segments() for ref in segment.exercise)


def _unit(content: Content, case: Case, unit: Unit, placed: dict[tuple[str, str], Span]) -> Iterator[Diagnostic]:
    place = content.places["unit", case.id, unit.id]
    for n, block in enumerate(unit.blocks):
        at = place.value("blocks", n)
        for k, ref in enumerate(block.evidence):
            yield from named(content, case.id, ref, place.value("blocks", n, "evidence", k), EVIDENCE)
        for k, ref in enumerate(block.rests):
            yield from named(content, case.id, ref, place.value("blocks", n, "rests", k), ("fact", "gap"))
        if isinstance(block, Metrics):
            for k, ref in enumerate(block.metrics):
                yield from named(content, case.id, ref, place.value("blocks", n, "metrics", k), ("fact",))
        elif isinstance(block, Timeline):
            for k, event in enumerate(block.events):
                if event.fact:
                    yield from named(content, case.id, event.fact, place.value("blocks", n, "events", k), ("fact",))
        elif isinstance(block, ExerciseBlock):
            yield from _placed(content, case.id, block.exercise, place.value("blocks", n, "exercise"), placed)
        elif isinstance(block, Discuss) and not block.discuss.rstrip().endswith(("？", "?", "。", "！", "…")):
            yield Diagnostic(at, "wrong-value", t("讨论题应当以句号或问号结束"), t("补上标点，学员才知道题问完了"))


def _placed(
    content: Content, case: str, ref: str, span: Span, placed: dict[tuple[str, str], Span]
) -> Iterator[Diagnostic]:
    key = full_id(case, ref)
    if content.course.exercise(case, ref) is None:
        if not asked(content, case, ref):
            yield unknown(content, case, ref, span, ("exercise",))
        return
    if key in placed:
        message = t("题 '{name}' 已经放在别处", name=ref)
        yield Diagnostic(span, "repeated-exercise", message, t("同一题出现两次，答案会共用"), (placed[key],))
    placed.setdefault(key, span)


def _offered_unit(content: Content, case: str, ref: str, span: Span) -> Iterator[Diagnostic]:
    owner, name = full_id(case, ref)
    found = content.course.case(owner)
    if ("unit", owner, name) in content.broken or ("case", owner) in content.broken or (found and found.unit(name)):
        return
    near = get_close_matches(name, [u.id for u in found.units] if found else [], 1)
    help_ = t("是不是 '{near}'？", near=near[0]) if near else t("单元的 id 是文件名去掉数字")
    message = t("没有叫“{ref}”的{what}", ref=ref, what=t("单元"))
    yield Diagnostic(span, "unknown-reference", message, help_)


def _exercise(content: Content, case: Case, name: str, exercise: ExerciseBase) -> Iterator[Diagnostic]:
    place: Place = content.places["exercise", case.id, name]
    for n, ref in enumerate(exercise.evidence):
        yield from named(content, case.id, ref, place.value("evidence", n), EVIDENCE)
    for one in exercise.named():
        at = place.value(*one.path)
        if one.sort == "unit":
            yield from _offered_unit(content, case.id, one.ref, at)
        else:
            yield from named(content, case.id, one.ref, at, ("block",) if one.sort == "passage" else EVIDENCE)
    for n, objective in enumerate(exercise.serves):
        yield from served(content, case, objective, place.value("serves", n))
    rubric = getattr(exercise, "rubric", "")
    if rubric and rubric not in content.course.rubrics and ("rubric", rubric) not in content.broken:
        near = get_close_matches(rubric, content.course.rubrics, 1)
        help_ = t("是不是 '{near}'？", near=near[0]) if near else t("量规写在 cases/course.yaml 的 rubrics 里")
        message = t("没有叫“{ref}”的{what}", ref=rubric, what=t("量规"))
        yield Diagnostic(place.value("rubric"), "unknown-reference", message, help_)
