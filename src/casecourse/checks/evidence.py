"""Evidence: every key rests on something cited, and what is cited ends in the source and speaks of the key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casecourse.checks.refs import Target, resolve
from casecourse.chinese import squeezed
from casecourse.diagnostics import Diagnostic
from casecourse.grading import UNKNOWN, ExerciseBase
from casecourse.loading import Content
from casecourse.model import Case
from casecourse.model.blocks import Block, Diagram, Prose, Table
from casecourse.model.facts import computed_with, shown_in
from casecourse.texts import t

SILENCE = ("源文未载", "没有写", "没有说", "没有留下", "没有保留", "查不到", "未载", "缺")


def check(content: Content) -> Iterator[Diagnostic]:
    """missing-evidence, evidence-floating, evidence-silent."""
    for case in content.course.cases:
        for name, exercise in case.exercises.items():
            place = content.places["exercise", case.id, name]
            keys = [one for one in exercise.named() if one.key]
            if not (exercise.evidence or exercise.assumed or exercise.external or exercise.key_facts() or keys):
                message = t("题 '{name}' 没有依据", name=name)
                help_ = t("写 evidence: 事实、空缺或 单元#段落；教师自拟的写 assumed: 理由")
                yield Diagnostic(place.key(), "missing-evidence", message, help_)
                continue
            cited = [(("evidence", n), ref) for n, ref in enumerate(exercise.evidence)]
            targets = [(path, ref, resolve(content, case.id, ref)) for path, ref in cited]
            keyed = [(one.path, one.ref, resolve(content, case.id, one.ref)) for one in keys]
            for path, ref, target in (*targets, *keyed):
                if target and target.block and not _grounded(content, target):
                    message = t("段落“{ref}”没有落到源文：里面没有带位置的事实", ref=ref)
                    help_ = t("在段落里写 {{事实}}，或写 rests: [事实]，或标明 assumed / external")
                    yield Diagnostic(place.value(*path), "evidence-floating", message, help_)
            found = [target for _, _, target in targets if target]
            if any(f.sort == "broken" for f in found) or exercise.assumed or exercise.external:
                continue
            if exercise.keyed and _silent(content, case, exercise, found):
                message = t("题 '{name}' 的依据里找不到答案的字词或数字", name=name)
                span = place.value("evidence") if exercise.evidence else place.key()
                yield Diagnostic(span, "evidence-silent", message, t("引用真正写着答案的事实或段落"))


def names_in(block: Block) -> Iterator[str]:
    """The facts that a block contains or names."""
    yield from block.rests
    yield from (ref for ref in block.evidence if "#" not in ref)
    yield from shown_in(block)


def _grounded(content: Content, target: Target) -> bool:
    block = target.block
    if block is None or target.case is None:
        return True
    if block.assumed or block.external:
        return True
    return any(_placed(content, target.case.id, name, ()) for name in names_in(block))


def _placed(content: Content, case: str, name: str, above: tuple[str, ...]) -> bool:
    """True when a fact, or one that it is computed from, has a place in the source; a gap is one by itself."""
    found = resolve(content, case, name)
    if found is None or found.case is None or name in above:
        return found is not None and found.sort == "broken"
    if found.sort == "gap":
        return True
    fact = content.course.facts.find(case, name)
    if fact is None:
        return False
    if not fact.formula:
        return bool(fact.at)
    return any(_placed(content, found.case.id, n, (*above, name)) for n in computed_with((fact.formula,)))


def text_of(content: Content, case: str, target: Target) -> str:
    """The words and figures of what is cited, facts filled in."""
    if target.case is None:
        return ""
    scope = content.course.facts.of(target.case.id)
    if target.sort == "gap":
        return f"{UNKNOWN}{target.case.gaps[target.name]}"
    if target.sort == "fact":
        fact = target.case.facts[target.name]
        return f"{fact.label}{scope.fill('{{' + target.name + '}}')}{fact.as_of}"
    block = target.block
    if isinstance(block, Prose):
        return scope.fill(block.prose)
    if isinstance(block, Table):
        cells = [c for row in block.rows.values() for c in row]
        return "".join([block.table, *(c.text for c in block.columns), *block.rows, *cells])
    if isinstance(block, Diagram):
        return "".join([*block.steps, *(f"{e.origin}{e.to}{e.label}" for e in block.edges)])
    names = names_in(block) if block else iter(())
    return "".join(
        scope.fill("{{" + n + "}}") + (f.label if (f := content.course.facts.find(case, n)) else "") for n in names
    )


def _silent(content: Content, case: Case, exercise: ExerciseBase, cited: list[Target]) -> bool:
    words = [content.course.facts.of(case.id).fill(w) for w in exercise.key_words()]
    if not words or not cited:
        return False
    if all(w == UNKNOWN for w in words):
        texts = "".join(text_of(content, case.id, c) for c in cited)
        return not any(s in texts for s in SILENCE)
    told = squeezed("".join(text_of(content, case.id, c) for c in cited))
    return not any(_occurs(squeezed(w), told) for w in words)


def _occurs(word: str, told: str) -> bool:
    """True when the word, one of its figures, or three of its characters in a row stand in what is told."""
    if word in told:
        return True
    figures = re.findall(r"\d+(?:\.\d+)?", word)
    if figures:
        return any(re.search(rf"(?<![\d.]){re.escape(f)}(?![\d.])", told) for f in figures)
    return any(word[i : i + 3] in told for i in range(len(word) - 2))
