"""Uses: which facts of the course its units, exercises and mechanisms really show, compute with or cite."""

from __future__ import annotations

from collections.abc import Iterator

from casecourse.checks.evidence import names_in
from casecourse.checks.refs import resolve
from casecourse.formula import FormulaError, parse
from casecourse.loading import Content
from casecourse.model.facts import MENTION


def facts_used(content: Content) -> set[tuple[str, str]]:
    """(case, fact) of every fact in use; a derived fact in use uses the facts of its formula."""
    used: set[tuple[str, str]] = set()
    todo = list(_named(content))
    while todo:
        case, ref = todo.pop()
        target = resolve(content, case, ref)
        if target is None or target.sort != "fact" or target.case is None or (target.case.id, target.name) in used:
            continue
        used.add((target.case.id, target.name))
        fact = target.case.facts[target.name]
        if fact.formula:
            try:
                todo += [(target.case.id, n) for n in parse(fact.formula).names]
            except FormulaError:
                continue
    return used


def _named(content: Content) -> Iterator[tuple[str, str]]:
    for case in content.course.cases:
        for mechanism in case.mechanisms.values():
            yield from ((case.id, ref) for ref in mechanism.evidence)
        for unit in case.units:
            for block in unit.blocks:
                yield from ((case.id, ref) for ref in names_in(block))
                yield from ((case.id, ref) for ref in MENTION.findall(block.model_dump_json()))
        for exercise in case.exercises.values():
            yield from ((case.id, ref) for ref in exercise.evidence)
            yield from ((case.id, one.ref) for one in exercise.named())
            yield from ((case.id, n) for _, parsed, _ in exercise.key_formulas() for n in parsed.names)
            yield from ((case.id, ref) for ref in MENTION.findall(exercise.model_dump_json()))
