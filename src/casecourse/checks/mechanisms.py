"""Mechanisms: each rests on evidence and can be tried somewhere, and no exercise is made to stand for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse.checks.refs import EVIDENCE, named, resolve
from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Content
from casecourse.model import Case, full_id
from casecourse.model.blocks import HANDS_ON
from casecourse.texts import t

SHARED = 2  # mechanisms that one exercise may let one try


def check(content: Content) -> Iterator[Diagnostic]:
    """References of mechanisms, wrong-reference, untried-mechanism, crowded-try."""
    tried: dict[tuple[str, str], list[Span]] = {}
    for case in content.course.cases:
        place = content.places["case", case.id]
        for name, mechanism in case.mechanisms.items():
            for n, ref in enumerate(mechanism.evidence):
                yield from named(content, case.id, ref, place.value("mechanisms", name, "evidence", n), EVIDENCE)
            for n, ref in enumerate(mechanism.tries):
                span = place.value("mechanisms", name, "try", n)
                yield from _tried(content, case, ref, span)
                tried.setdefault(full_id(case.id, ref), []).append(span)
            if not mechanism.tries:
                message = t("机制“{name}”没有可以动手的题或块", name=mechanism.name)
                help_ = t("在 try 里写一道题、一个讨论或一个推演块")
                yield Diagnostic(place.key("mechanisms", name), "untried-mechanism", message, help_)
    for (owner, name), spans in tried.items():
        if len(spans) > SHARED and "#" not in name:
            message = t("题 '{name}' 要让人试 {n} 个机制", name=f"{owner}:{name}", n=len(spans))
            help_ = t("一道题最多说明两个机制；给第三个另出一题")
            yield Diagnostic(spans[SHARED], "crowded-try", message, help_, tuple(spans[:SHARED]))


def _tried(content: Content, case: Case, ref: str, span: Span) -> Iterator[Diagnostic]:
    yield from named(content, case.id, ref, span, ("exercise", "block"))
    target = resolve(content, case.id, ref)
    if target and target.block and target.block.NAME not in HANDS_ON:
        message = t("“{ref}”只能读，不能动手试", ref=ref)
        yield Diagnostic(span, "wrong-reference", message, t("try 写题、讨论或推演块；正文写进 evidence"))
