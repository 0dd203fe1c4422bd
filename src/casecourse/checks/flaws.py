"""Flaws: what an exercise itself finds wrong between its own fields, each at the entry that is guilty."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse.diagnostics import Diagnostic, Span
from casecourse.formula import FormulaError
from casecourse.loading import Content


def check(content: Content) -> Iterator[Diagnostic]:
    """The rules of each kind between its fields."""
    for case in content.course.cases:
        for name, exercise in case.exercises.items():
            place = content.places["exercise", case.id, name]
            try:
                found = list(exercise.flaws())
            except (FormulaError, KeyError):
                continue  # a formula that cannot be computed is reported where it stands
            for flaw in found:
                span = place.key(*flaw.path) if flaw.at_key else place.value(*flaw.path)
                if flaw.word:
                    span = narrowed(span, content.texts.get(span.file, ""), flaw.word, flaw.nth)
                also = (place.value(*flaw.also),) if flaw.also else ()
                yield Diagnostic(span, flaw.code, flaw.message, flaw.help, also)


def narrowed(span: Span, text: str, word: str, nth: int) -> Span:
    """The place of the `nth` (from 0) `word` inside `span`; `span` where it is not found in one piece."""
    lines = text.splitlines()
    for number in range(span.line, min(span.end_line, len(lines)) + 1):
        line = lines[number - 1]
        at = line.find(word, span.column - 1 if number == span.line else 0)
        while at >= 0:
            if nth == 0:
                return Span(span.file, number, at + 1, number, at + 1 + len(word))
            nth -= 1
            at = line.find(word, at + len(word))
    return span
