"""Typed figures: a figure that the case's facts hold is shown by `{{fact}}`, with its unit and origin, and not typed again.

A figure typed twice is corrected once. Only what can hardly be chance is told: the digits as the fact prints them with
the fact's own unit behind, from three digits or with decimals; years, round numbers and small counts are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from unicodedata import normalize

from casecourse.checks.walk import Path, written
from casecourse.diagnostics import Diagnostic
from casecourse.formula import FormulaError
from casecourse.loading import Content
from casecourse.model import CaseFacts
from casecourse.model.facts import MENTION
from casecourse.texts import t

# Fields that are computed, name something, or say what a student may type; and the list of what the source does not say.
NOT_PROSE = {
    *("answer", "formula", "compute", "stated", "total", "when", "need", "if", "facts", "series", "flows", "metrics"),
    *("id", "evidence", "rests", "serves", "cites", "exercise", "at", "published", "place", "period", "unit"),
    *("accept", "was", "value", "gaps"),
}
YEARS = ("年",)
APPROX = "多余"
FIGURE = re.compile(r"(?<![\d.,])\d+(?:\.\d+)?(?![\d])")
Figures = Mapping[str, tuple[tuple[str, str, str], ...]]


def check(content: Content) -> Iterator[Diagnostic]:
    """typed-figure."""
    figures = {case.id: _figures(content.course.facts.of(case.id), case.facts) for case in content.course.cases}
    for case_id, path, text, span in written(content):
        if _prose(path) and not text.startswith("="):
            for value, unit, name in _typed(text, figures.get(case_id, {})):
                message = t("“{figure}”是事实 '{name}' 的数，这里又写了一遍", figure=f"{value} {unit}", name=name)
                yield Diagnostic(span, "typed-figure", message, t("写成 {mention}", mention=f"{{{{{name}}}}}"))


def _prose(path: Path) -> bool:
    return not any(part in NOT_PROSE for part in path)


def _typed(text: str, figures: Figures) -> Iterator[tuple[str, str, str]]:
    """(value, unit, fact) of every figure that a text holds as a fact prints it, each fact once."""
    told = normalize("NFKC", MENTION.sub("", text)) if FIGURE.search(text) else ""
    found = (
        (value, unit, name)
        for match in FIGURE.finditer(told)
        for value, unit, name in figures.get(match[0], ())
        if told.startswith(normalize("NFKC", unit), _behind(told, match.end()))
    )
    yield from dict.fromkeys(found)


def _behind(told: str, at: int) -> int:
    """Where the unit of the number that ends here would begin."""
    while at < len(told) and (told[at].isspace() or told[at] in APPROX):
        at += 1
    return at


def _figures(scope: CaseFacts, names: Iterable[str]) -> Figures:
    """Digits → (value, unit, fact) of what is worth looking for; of two facts that print the same, the first."""
    found: dict[str, dict[str, tuple[str, str, str]]] = {}
    for name in names:
        try:
            value, unit = scope.value(name), scope.unit(name)
        except (KeyError, FormulaError):
            continue  # it is reported where it stands
        if unit and unit not in YEARS and _rare(value):
            found.setdefault(value.replace(",", ""), {}).setdefault(unit, (value, unit, name))
    return {digits: tuple(units.values()) for digits, units in found.items()}


def _rare(value: str) -> bool:
    """True for figures that nobody types by chance: three digits or decimals, and not a round number."""
    digits = value.replace(",", "")
    if not re.fullmatch(r"\d+(\.\d+)?", digits):
        return False
    bare = digits.replace(".", "")
    return len(bare.strip("0")) >= 2 and (len(bare) >= 3 or "." in digits)
