"""Ids: each stands once in its scope, and facts and gaps share one."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Content
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """Objectives and facts/gaps are unique in the case, blocks in the unit; every case folder is in the course."""
    yield from _cases(content)
    for case in content.course.cases:
        place = content.places["case", case.id]
        for name in case.gaps:
            if name in case.facts:
                message = t("“{name}”既是空缺又是事实", name=name)
                yield Diagnostic(
                    place.key("gaps", name), "duplicate-id", message, t("改其中一个 id"), (place.key("facts", name),)
                )
        objectives: dict[str, Span] = {}
        for unit in case.units:
            home = content.places["unit", case.id, unit.id]
            for name in unit.objectives:
                span = home.key("objectives", name)
                if name in objectives:
                    message = t("目标 id '{name}' 在这个案例里出现了两次", name=name)
                    yield Diagnostic(span, "duplicate-id", message, t("改其中一个"), (objectives[name],))
                objectives.setdefault(name, span)
            blocks: dict[str, Span] = {}
            for n, block in enumerate(unit.blocks):
                if block.id and block.id in blocks:
                    message = t("块 id '{name}' 在这个单元里出现了两次", name=block.id)
                    span = home.value("blocks", n, "id")
                    yield Diagnostic(span, "duplicate-id", message, t("改其中一个"), (blocks[block.id],))
                elif block.id:
                    blocks[block.id] = home.value("blocks", n, "id")


def _cases(content: Content) -> Iterator[Diagnostic]:
    course = content.places.get(("course",))
    if course is None:
        return
    listed = {c.id for c in content.course.cases} | {a[1] for a in content.broken if a[0] == "case"}
    for folder in sorted((content.root / "cases").glob("*/case.yaml")):
        name = folder.parent.name
        if name not in listed:
            message = t("案例 '{name}' 没有列进 course.yaml，学员看不到它", name=name)
            yield Diagnostic(course.key("cases"), "unused-case", message, t("在 cases 下加一行 - {name}", name=name))
