"""The suggested order: every unit of the course stands in exactly one seminar."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Content
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """unknown-reference, seminar-twice, seminar-missing; nothing where the course names no seminars."""
    place = content.places.get(("course",))
    if place is None or not content.course.seminars:
        return
    units = [f"{case.id}:{unit.id}" for case, unit in content.course.units()]
    first: dict[str, Span] = {}
    for n, seminar in enumerate(content.course.seminars):
        for k, ref in enumerate(seminar.units):
            span = place.value("seminars", n, "units", k)
            if ref in first:
                message = t("单元 '{name}' 放在了两次课里", name=ref)
                yield Diagnostic(span, "seminar-twice", message, t("留一处，另一处删掉"), (first[ref],))
                continue
            first[ref] = span
            if ref not in units and not _broken(content, ref):
                near = get_close_matches(ref, units, 1, 0.6)
                help_ = t("是不是 '{near}'？", near=near[0]) if near else t("写成 案例:单元")
                yield Diagnostic(span, "unknown-reference", t("没有叫“{ref}”的{what}", ref=ref, what=t("单元")), help_)
    for ref in units:
        if ref not in first:
            message = t("单元 '{name}' 没有放进任何一次课", name=ref)
            yield Diagnostic(place.key("seminars"), "seminar-missing", message, t("把它写进某一次课的 units"))


def _broken(content: Content, ref: str) -> bool:
    case, _, unit = ref.partition(":")
    return ("case", case) in content.broken or ("unit", case, unit) in content.broken
