"""Citing: the passages that an answer rests on, where an exercise asks for them; stored beside the answer, never scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from casecourse.grading import ExerciseBase, Passage, Unreadable
from casecourse.model import Course
from casecourse.store.rows import AnswerRow
from casecourse.texts import t


def offered(course: Course, case: str, name: str, exercise: ExerciseBase) -> tuple[Passage, ...]:
    """What can be cited beside an exercise; nothing where it does not ask."""
    return course.citable(case, name) if exercise.cite else ()


def cited(passages: Sequence[Passage], refs: Iterable[str]) -> tuple[str, ...]:
    """The passages that somebody cites, each once in reading order. Raises Unreadable where one is asked for and none given."""
    kept = set(refs)
    known = tuple(p.ref for p in passages if p.ref in kept)
    if strange := kept - set(known):
        raise Unreadable(t("没有这一段：{name}", name=min(strange)[:60]))
    if passages and not known:
        raise Unreadable(t("这道题要指出依据：请选至少一段。"))
    return known


def counted(rows: Iterable[AnswerRow]) -> Mapping[str, int]:
    """Passage → how many cite it in their last answer."""
    last = {row.person_id: row.cites for row in rows}
    return dict(Counter(ref for refs in last.values() for ref in refs))
