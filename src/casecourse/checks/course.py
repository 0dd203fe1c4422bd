"""The course file: the questions of its tests exist, have a key, and are not given away in a unit."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse.checks.refs import asked, unknown
from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Content
from casecourse.model import full_id
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """unknown-reference, test-unkeyed, test-in-unit, test-twice, duplicate-id."""
    place = content.places.get(("course",))
    if place is None:
        return
    homes = dict(_homes(content))
    tests = content.course.tests
    told: set[tuple[str, str]] = set()
    for when, refs in (("before", tests.before), ("after", tests.after)):
        first: dict[str, Span] = {}
        for n, ref in enumerate(refs):
            span = place.value("tests", when, n)
            if ref in first:
                message = t("题 '{name}' 在这份测验里出现了两次", name=ref)
                yield Diagnostic(span, "duplicate-id", message, t("改其中一个"), (first[ref],))
                continue
            first[ref] = span
            if when == "after" and ref in tests.before and content.course.exercise(*full_id("", ref)):
                message = t("题 '{name}' 前测、后测都有，两次的作答分不开", name=ref)
                help_ = t("给后测另出一道考同一个目标的题")
                other = place.value("tests", "before", tests.before.index(ref))
                yield Diagnostic(span, "test-twice", message, help_, (other,))
            yield from _asked(content, ref, span, homes, told)


def _asked(
    content: Content, ref: str, span: Span, homes: dict[tuple[str, str], Span], told: set[tuple[str, str]]
) -> Iterator[Diagnostic]:
    owner, name = full_id("", ref)
    exercise = content.course.exercise(owner, name)
    if exercise is None:
        if not owner:
            message = t("前后测的题要写明案例：“{ref}”", ref=ref)
            yield Diagnostic(span, "unknown-reference", message, t("写成 案例:题"))
        elif not asked(content, owner, name):
            yield unknown(content, "", ref, span, ("exercise",))
        return
    if not exercise.keyed:
        message = t("题 '{name}' 没有答案，前后测比不出进步", name=ref)
        yield Diagnostic(span, "test-unkeyed", message, t("换一道有答案的题"))
    if (owner, name) in homes and (owner, name) not in told:
        told.add((owner, name))
        message = t("题 '{name}' 也放在单元里，学员做完单元就知道答案了", name=ref)
        help_ = t("给测验另出一题，或从单元里拿掉它")
        yield Diagnostic(span, "test-in-unit", message, help_, (homes[owner, name],))


def _homes(content: Content) -> Iterator[tuple[tuple[str, str], Span]]:
    """Every placed exercise with the place where a unit places it."""
    for case, unit in content.course.units():
        place = content.places["unit", case.id, unit.id]
        for n, block in enumerate(unit.blocks):
            if ref := getattr(block, "exercise", ""):
                yield full_id(case.id, ref), place.value("blocks", n, "exercise")
