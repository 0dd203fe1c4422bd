"""Gain: what a class knew before the course and after it, in all and by objective, of those alone who sat both tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from casecourse.model import WHEN, Course, full_id
from casecourse.store.rows import AnswerRow

FEW = 10  # people; the mean of fewer says more about who came than about what was learnt


@dataclass(frozen=True, slots=True)
class Gain:
    """The means of a class before and after, for the questions of one objective ("" for all) and the people who sat both.

    `gain` is the normalised gain of the means, (after - before) / (1 - before): the part of what was still to be learnt
    that was learnt. Source: Hake 1998, American Journal of Physics 66(1), 64-74. None: too few people, or nothing to gain.
    """

    objective: str
    questions: tuple[int, int]
    people: int
    before: Decimal | None = None
    after: Decimal | None = None
    gain: Decimal | None = None

    @property
    def few(self) -> bool:
        """True where the means are not told because so few sat both."""
        return self.people < FEW


def gains(course: Course, rows: Iterable[AnswerRow]) -> list[Gain]:
    """All questions first, then objective by objective in the order of the questions.

    A person has sat a test when she answered at least half of its questions; her last answer to each counts, a question
    without an answer counts 0.
    """
    last: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        last.setdefault(row.person_id, {})[f"{row.case_id}:{row.exercise}"] = row.share or Decimal(0)
    both = [a for a in last.values() if all(_sat(a, course.tests.of(when)) for when in WHEN)]
    groups: dict[str, tuple[list[str], list[str]]] = {"": ([], [])}
    for side, when in enumerate(WHEN):
        for ref in course.tests.of(when):
            exercise = course.exercise(*full_id("", ref))
            for objective in ("", *(exercise.serves if exercise else ())):
                groups.setdefault(objective, ([], []))[side].append(ref)
    return [_gain(objective, *refs, both) for objective, refs in groups.items()]


def _sat(answers: Mapping[str, Decimal], refs: Sequence[str]) -> bool:
    return bool(refs) and 2 * sum(ref in answers for ref in refs) >= len(refs)


def _gain(objective: str, before: list[str], after: list[str], both: list[dict[str, Decimal]]) -> Gain:
    questions = (len(before), len(after))
    if len(both) < FEW or not before or not after:
        return Gain(objective, questions, len(both))
    pre, post = _mean(before, both), _mean(after, both)
    gain = (post - pre) / (1 - pre) if pre < 1 else None
    return Gain(objective, questions, len(both), pre, post, gain)


def _mean(refs: list[str], people: list[dict[str, Decimal]]) -> Decimal:
    total = sum((p.get(ref, Decimal(0)) for p in people for ref in refs), Decimal(0))
    return total / (len(refs) * len(people))
