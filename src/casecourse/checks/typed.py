"""Typed figures: a figure that the case's facts hold is shown by `{{fact}}`, with its unit and origin, and not typed again.

A figure typed twice is corrected once. Only what can hardly be chance is told: the digits as the fact prints them with
the fact's own unit behind, from three digits or with decimals; years, round numbers and small counts are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def check(content: Content) -> Iterator[Diagnostic]:
    """typed-figure."""
    figures = {case.id: _figures(content.course.facts.of(case.id), case.facts) for case in content.course.cases}
    for case_id, path, text, span in written(content):
        if not _prose(path) or not re.search(r"\d", text) or text.startswith("="):
            continue
        told = normalize("NFKC", MENTION.sub("", text))
        for pattern, shown, name in figures.get(case_id, ()):
            if pattern.search(told):
                message = t("“{figure}”是事实 '{name}' 的数，这里又写了一遍", figure=shown, name=name)
                yield Diagnostic(span, "typed-figure", message, t("写成 {mention}", mention=f"{{{{{name}}}}}"))


def _prose(path: Path) -> bool:
    return not any(part in NOT_PROSE for part in path)


def _figures(scope: CaseFacts, names: object) -> list[tuple[re.Pattern[str], str, str]]:
    """(pattern, as shown, fact) of every figure that is worth looking for; of two equal ones, the first."""
    found: dict[str, tuple[re.Pattern[str], str, str]] = {}
    for name in names if isinstance(names, dict) else ():
        try:
            value, unit = scope.value(name), scope.unit(name)
        except (KeyError, FormulaError):
            continue  # it is reported where it stands
        if unit and unit not in YEARS and _rare(value):
            digits = re.escape(value.replace(",", ""))
            after = re.escape(normalize("NFKC", unit))
            pattern = re.compile(rf"(?<![\d.,]){digits}[\s多余]*{after}")
            found.setdefault(pattern.pattern, (pattern, f"{value} {unit}", name))
    return list(found.values())


def _rare(value: str) -> bool:
    """True for figures that nobody types by chance: three digits or decimals, and not a round number."""
    digits = value.replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", digits):
        return False
    bare = digits.strip("-").replace(".", "")
    return len(bare.strip("0")) >= 2 and (len(bare) >= 3 or "." in digits)
