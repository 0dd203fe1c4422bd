"""Teaching notes: every question serves and cites something, everything planned exists, and the minutes add up."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from casecourse.checks.refs import EVIDENCE, named, resolve, served
from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Content, Place
from casecourse.model import Case, TeachingNote, full_id
from casecourse.model.note import Segment
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """References of notes, plan-minutes, plan-vote, unused-question."""
    for case in content.course.cases:
        note = content.course.notes.get(case.id)
        if note is None:
            continue
        place = content.places["note", case.id]
        yield from _questions(content, case, note, place)
        for name, theory in note.theory.items():
            for n, ref in enumerate(theory.evidence):
                yield from named(content, case.id, ref, place.value("theory", name, "evidence", n), EVIDENCE)
        for lesson, segments in note.plan.items():
            for n, segment in enumerate(segments):
                yield from _segment(content, case, note, segment, place, ("plan", lesson, n))
        if ("plan", case.id) not in content.broken:
            yield from _sum(note, place)


def _questions(content: Content, case: Case, note: TeachingNote, place: Place) -> Iterator[Diagnostic]:
    planned = {name for segment in note.segments() for name in segment.question}
    for name, question in note.questions.items():
        for n, objective in enumerate(question.serves):
            yield from served(content, case, objective, place.value("questions", name, "serves", n))
        for n, ref in enumerate(question.cites):
            yield from named(content, case.id, ref, place.value("questions", name, "cites", n), EVIDENCE)
        if name not in planned and ("plan", case.id) not in content.broken:
            message = t("思考题 '{name}' 没有放进任何一次课", name=name)
            help_ = t("在计划的一段里写 question: {name}", name=name)
            yield Diagnostic(place.key("questions", name), "unused-question", message, help_)


def _sum(note: TeachingNote, place: Place) -> Iterator[Diagnostic]:
    lessons = {name: sum(s.minutes for s in segments) for name, segments in note.plan.items()}
    total = sum(lessons.values())
    if total != note.minutes:
        parts = "，".join(f"{name} {minutes}" for name, minutes in lessons.items())
        message = t(
            "计划各段合计 {total} 分钟，不是 {minutes}（{parts}）", total=total, minutes=note.minutes, parts=parts
        )
        help_ = t("改某一段的 minutes，或改这里")
        yield Diagnostic(place.value("minutes"), "plan-minutes", message, help_)


def _segment(
    content: Content, case: Case, note: TeachingNote, segment: Segment, place: Place, path: tuple[str | int, ...]
) -> Iterator[Diagnostic]:
    for n, ref in enumerate(segment.unit):
        yield from _planned_unit(content, case, ref, place.value(*path, "unit", n))
    for n, ref in enumerate(segment.exercise):
        yield from named(content, case.id, ref, place.value(*path, "exercise", n), ("exercise",))
    for n, ref in enumerate(segment.discuss):
        span = place.value(*path, "discuss", n)
        yield from named(content, case.id, ref, span, ("block",))
        target = resolve(content, case.id, ref)
        if target and target.block and target.block.NAME != "discuss":
            message = t("“{ref}”不是讨论题", ref=ref)
            yield Diagnostic(span, "wrong-reference", message, t("写 单元#讨论的 id"))
    for n, name in enumerate(segment.question):
        if name not in note.questions and ("question", case.id, name) not in content.broken:
            near = get_close_matches(name, note.questions, 1)
            help_ = t("是不是 '{near}'？", near=near[0]) if near else t("思考题写在 questions 里")
            message = t("没有叫“{ref}”的{what}", ref=name, what=t("思考题"))
            yield Diagnostic(place.value(*path, "question", n), "unknown-reference", message, help_)
    if segment.mode == "vote" and not segment.exercise:
        message = t("这一段要投票，却没有写投哪一道题")
        yield Diagnostic(place.value(*path, "mode"), "plan-vote", message, t("加一行 exercise: 题 id"))


def _planned_unit(content: Content, case: Case, ref: str, span: Span) -> Iterator[Diagnostic]:
    owner, name = full_id(case.id, ref)
    found = content.course.case(owner)
    if (found and found.unit(name)) or ("unit", owner, name) in content.broken or ("case", owner) in content.broken:
        return
    near = get_close_matches(name, [u.id for u in found.units] if found else [], 1)
    message = t("没有叫“{ref}”的{what}", ref=ref, what=t("单元"))
    help_ = t("是不是 '{near}'？", near=near[0]) if near else t("写文件名里数字后面的部分")
    yield Diagnostic(span, "unknown-reference", message, help_)
