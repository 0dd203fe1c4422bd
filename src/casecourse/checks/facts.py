"""Facts and formulas: every formula can be computed from facts that exist, and what is shown is exact or says its decimals."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse import formula
from casecourse.checks.refs import resolve, unknown
from casecourse.diagnostics import Diagnostic, Span
from casecourse.faults import formula_words
from casecourse.formula import FormulaError
from casecourse.loading import Content
from casecourse.model import CaseFacts
from casecourse.model.blocks import Chart, Table
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """Formulas of facts, figures, tables and keys."""
    for case in content.course.cases:
        scope = content.course.facts.of(case.id)
        for name, fact in case.facts.items():
            place = content.places["fact", case.id, name]
            if fact.formula:
                yield from _formula(content, scope, fact.formula, place.value("formula"), fact.unit, fact.decimals)
        for unit in case.units:
            home = content.places["unit", case.id, unit.id]
            for n, block in enumerate(unit.blocks):
                if isinstance(block, Chart):
                    for text in dict.fromkeys(block.formulas()):
                        yield from _formula(
                            content, scope, text, home.value("blocks", n), block.unit, block.decimals or 1
                        )
                elif isinstance(block, Table):
                    yield from _cells(content, scope, block, home.key("blocks", n), home.value("blocks", n))
        for name, exercise in case.exercises.items():
            place = content.places["exercise", case.id, name]
            for path, parsed, unit_asked in exercise.key_formulas():
                yield from _formula(content, scope, parsed.text, place.value(*path), unit_asked, 8)
                if "mistakes" not in path:
                    yield from _doubtful(content, case.id, parsed.names, place.value(*path))


def _cells(content: Content, scope: CaseFacts, block: Table, key: Span, span: Span) -> Iterator[Diagnostic]:
    for row, cells in block.rows.items():
        if len(cells) != len(block.columns):
            message = t("“{row}”有 {n} 格，应有 {wanted} 格", row=row, n=len(cells), wanted=len(block.columns))
            yield Diagnostic(key, "wrong-value", message, t("一栏一格；句子里的逗号用全角 ，"))
            continue
        for cell, column in zip(cells, block.columns, strict=True):
            if cell.startswith("="):
                yield from _formula(content, scope, cell[1:].strip(), span, column.unit, column.decimals or 1)


def _formula(
    content: Content, scope: CaseFacts, text: str, span: Span, unit: str, decimals: int | None
) -> Iterator[Diagnostic]:
    try:
        parsed = formula.parse(text)
    except FormulaError as e:
        yield Diagnostic(span, "bad-formula", *formula_words(e.code, e.column, e.word))
        return
    missing = [n for n in parsed.names if (found := resolve(content, scope.case, n)) is None or found.sort != "fact"]
    for name in missing:
        found = resolve(content, scope.case, name)
        if found is None or found.sort != "broken":
            yield unknown(content, scope.case, name, span, ("fact",))
    if missing:
        return
    try:
        value = parsed.value(scope.number) / formula.scale(unit)
    except KeyError:
        return  # a fact below names something that is missing; that is said there
    except FormulaError as e:
        code = "formula-circle" if e.code == "circle" else "bad-formula"
        yield Diagnostic(span, code, *formula_words(e.code, e.column, e.word))
        return
    if decimals is None and value != value.to_integral_value() and parsed.single is None:
        message = t("“{text}”算出来不是整数，要写 decimals", text=text)
        yield Diagnostic(span, "missing-field", message, t("例如 decimals: 1"))


def _doubtful(content: Content, case: str, names: tuple[str, ...], span: Span) -> Iterator[Diagnostic]:
    for name in names:
        fact = content.course.facts.find(case, name)
        if fact and fact.doubtful:
            message = t("事实“{name}”存疑，不能作答案：{reason}", name=name, reason=fact.doubtful)
            yield Diagnostic(span, "doubtful-key", message, t("换一个可靠的事实，或把它放进题干讨论"))
