"""References at work: what a written reference names, and the sentence when it names nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Content
from casecourse.model import Case, full_id
from casecourse.model.blocks import Block
from casecourse.texts import t

Sort = Literal["fact", "gap", "block", "exercise", "broken"]
EVIDENCE: tuple[Sort, ...] = ("fact", "gap", "block")


@dataclass(frozen=True)
class Target:
    """What a reference names; `broken` exists but could not be read, and stays silent."""

    sort: Sort
    case: Case | None = None
    name: str = ""
    block: Block | None = None


def resolve(content: Content, case: str, ref: str) -> Target | None:
    """What `ref`, written in `case`, names: a fact, a gap, a block `unit#block`, or an exercise. None: nothing."""
    owner, name = full_id(case, ref)
    found = content.course.case(owner)
    if found is None:
        return Target("broken") if ("case", owner) in content.broken else None
    unit_name, hash_, block_name = name.partition("#")
    if hash_:
        if ("unit", owner, unit_name) in content.broken or ("block", owner, unit_name, block_name) in content.broken:
            return Target("broken")
        unit = found.unit(unit_name)
        block = unit.block(block_name) if unit and block_name else None
        return Target("block", found, name, block) if block else None
    if name in found.facts:
        return Target("fact", found, name)
    if name in found.gaps:
        return Target("gap", found, name)
    if name in found.exercises:
        return Target("exercise", found, name)
    if any((sort, owner, name) in content.broken for sort in ("fact", "gap", "exercise")):
        return Target("broken")
    return None


def names_of(content: Content, case: str, sorts: Iterable[Sort]) -> list[str]:
    """Everything in `case` that a reference of these sorts could name, for 'did you mean'."""
    found = content.course.case(case)
    if found is None:
        return []
    names: dict[Sort, Iterable[str]] = {
        "fact": found.facts,
        "gap": found.gaps,
        "exercise": found.exercises,
        "block": [f"{u.id}#{b.id}" for u in found.units for b in u.blocks if b.id],
    }
    return [n for s in sorts for n in names.get(s, ())]


def unknown(content: Content, case: str, ref: str, span: Span, sorts: Iterable[Sort]) -> Diagnostic:
    """The sentence for a reference that names nothing."""
    sorts = tuple(sorts)
    owner, name = full_id(case, ref)
    names = names_of(content, owner, sorts)
    near = get_close_matches(name, names, 1, 0.6)
    prefix = f"{owner}:" if owner != case else ""
    words = {"fact": t("事实"), "gap": t("空缺"), "exercise": t("题"), "block": t("段落")}
    what = t("或").join(words[s] for s in sorts if s in words)
    message = t("没有叫“{ref}”的{what}", ref=ref, what=what)
    return Diagnostic(span, "unknown-reference", message, t("是不是 '{near}'？", near=prefix + near[0]) if near else "")


def asked(content: Content, case: str, ref: str) -> bool:
    """True when `ref` names an exercise, also one that could not be read, or may name one in a bank that could not."""
    owner, name = full_id(case, ref)
    if "#" in name:
        return False
    broken = {("exercise", owner, name), ("bank", owner), ("case", owner)} & content.broken
    return content.course.exercise(case, ref) is not None or bool(broken)


def named(content: Content, case: str, ref: str, span: Span, sorts: Iterable[Sort]) -> Iterator[Diagnostic]:
    """What is wrong with `ref`: it names nothing, or something of another sort."""
    sorts = tuple(sorts)
    if "exercise" in sorts and asked(content, case, ref):
        return  # a fact may have the same id; where a question can stand, the question is meant
    target = resolve(content, case, ref)
    if target is None:
        yield unknown(content, case, ref, span, sorts)
    elif target.sort != "broken" and target.sort not in sorts:
        words = {"fact": t("事实"), "gap": t("空缺"), "exercise": t("题"), "block": t("段落")}
        wanted = t("或").join(words[s] for s in sorts)
        yield Diagnostic(
            span,
            "wrong-reference",
            t("“{ref}”是{what}，这里要{wanted}", ref=ref, what=words[target.sort], wanted=wanted),
        )


def served(content: Content, case: Case, objective: str, span: Span) -> Iterator[Diagnostic]:
    """An objective that is served exists in the case."""
    known = [o for u in case.units for o in u.objectives]
    if objective in known or ("objective", case.id, objective) in content.broken:
        return
    if any(a[0] == "unit" and a[1] == case.id for a in content.broken):
        return  # it may stand in the unit that could not be read
    near = get_close_matches(objective, known, 1)
    help_ = t("是不是 '{near}'？", near=near[0]) if near else t("目标写在单元的 objectives 里")
    message = t("没有叫“{ref}”的{what}", ref=objective, what=t("目标"))
    yield Diagnostic(span, "unknown-reference", message, help_)
