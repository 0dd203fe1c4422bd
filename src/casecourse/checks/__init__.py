"""Rules across files: each family is a module with one function from content to diagnostics; this is their list."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casecourse.checks import (
    course,
    craft,
    evidence,
    explore,
    facts,
    flaws,
    ids,
    keys,
    mechanisms,
    minutes,
    note,
    passages,
    prose,
    references,
    seminars,
    typed,
)
from casecourse.checks.allow import without_allowed
from casecourse.diagnostics import Diagnostic, in_order
from casecourse.loading import Content

FAMILIES: tuple[Callable[[Content], Iterable[Diagnostic]], ...] = (
    ids.check,
    references.check,
    facts.check,
    explore.check,
    evidence.check,
    keys.check,
    flaws.check,
    passages.check,
    minutes.check,
    prose.check,
    mechanisms.check,
    course.check,
    seminars.check,
    note.check,
    craft.check,
    typed.check,
)


def check(content: Content) -> list[Diagnostic]:
    """Everything that is wrong: what loading found and what the rules find, in the order of files and places.

    A warning that its author silenced at its line, with a reason, is not among them.
    """
    found = [*content.diagnostics, *(d for family in FAMILIES for d in family(content))]
    return in_order(without_allowed(content, found))
