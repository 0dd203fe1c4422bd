"""Answering: answers that are only added, how a person stands with a question, and what may be shown after each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from casecourse.access import READ_OWN, READ_UNPUBLISHED, SEE_CLASS, WRITE_ANSWER, WRITE_CLOSED, Who, allowed, require
from casecourse.actions import citing
from casecourse.actions.counting import counts_of
from casecourse.actions.sittings import closed, closing, feedback, refused
from casecourse.grading import JSON, ExerciseBase, Passage, Tally, Unreadable, Verdict, grade
from casecourse.model import Course, full_id
from casecourse.store import Store, answers, drafts, progress, rounds, settings
from casecourse.store.rows import AnswerRow, DraftRow, NewAnswer


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands with one exercise, and what she may see of it.

    `exercise` is the whole exercise once the key is released, else its public form. `verdict` is None where nothing
    was answered or where the verdict is held back. `over` means that no further attempt counts. `draft` is what stands
    in the widgets, `fields` what is typed into each field. `passages` can be cited beside the answer where the exercise
    asks for it; `cites` are those that the last answer cites. `veiled`: the class is voting on it, so nothing of it shows.
    """

    exercise: ExerciseBase
    last: AnswerRow | None
    answer: Any
    verdict: Verdict | None
    attempts: int
    left: int | None
    over: bool
    released: bool
    closed: bool
    draft: DraftRow | None = None
    fields: Mapping[str, DraftRow] = field(default_factory=dict)
    passages: tuple[Passage, ...] = ()
    cites: tuple[str, ...] = ()
    scored: bool = True
    preview: bool = False
    veiled: bool = False


@dataclass(frozen=True, slots=True)
class Mine:
    """Everything of one person in one case, read at once so that a page asks the store twice and not fifty times."""

    answers: dict[str, list[AnswerRow]]
    drafts: dict[str, DraftRow]
    revealed: frozenset[str]
    closed: frozenset[str]
    veiled: frozenset[str] = frozenset()

    def fields(self, prompt: str) -> dict[str, DraftRow]:
        """Field → its draft, of one prompt."""
        start = f"{prompt}/"
        return {name.removeprefix(start): row for name, row in self.drafts.items() if name.startswith(start)}


def mine(who: Who, store: Store, case: str) -> Mine:
    """What a person has in a case. Empty for an instructor's preview. Raises Forbidden."""
    if who.person is None:
        require(who, READ_UNPUBLISHED)
        return Mine({}, {}, frozenset(), frozenset())
    require(who, READ_OWN, owner=who.person)
    found: dict[str, list[AnswerRow]] = {}
    for row in answers.answers_of(store, who.person, case):
        found.setdefault(row.exercise, []).append(row)
    kept = {d.prompt: d for d in drafts.drafts_of(store, who.person, case)}
    return Mine(
        found,
        kept,
        progress.revealed(store, who.person, case),
        closed(store, who.class_id, case),
        veiled(store, who.class_id, case),
    )


def close(who: Who, store: Store, class_id: int, case: str, exercise: str, shut: bool) -> None:
    """Close an exercise for a class and release its key, or open it again. Raises Forbidden."""
    require(who, SEE_CLASS)
    now = set(closed(store, class_id, case))
    now = now | {exercise} if shut else now - {exercise}
    settings.put_setting(store, closing(class_id, case), sorted(now))


def veiled(store: Store, class_id: int | None, case: str) -> frozenset[str]:
    """The exercises of a case on which a class is voting: until the reveal nobody answers them apart, or sees of them."""
    here = rounds.current(store, class_id) if class_id is not None else None
    return frozenset({here.exercise} if here and here.case_id == case and here.phase != "revealed" else ())


def standing(course: Course, case: str, ref: str, have: Mine) -> Standing:
    """How a person stands with the exercise that `ref` names. Raises KeyError where there is none."""
    owner, name = full_id(case, ref)
    exercise = course.exercise(owner, name)
    if exercise is None:
        raise KeyError(ref)
    exercise = exercise.model_copy(update={"feedback": feedback(course, owner, name, exercise.feedback)})
    rows = have.answers.get(name, [])
    if name in have.veiled:
        seen = exercise.public()
        return Standing(seen, None, None, None, len(rows), None, True, False, False, scored=exercise.keyed, veiled=True)
    asked_to_see, shut = name in have.revealed, name in have.closed
    last, answer, verdict = _judged(exercise, rows)
    spent = exercise.attempts is not None and len(rows) >= exercise.attempts
    over = shut or asked_to_see or (bool(rows) and spent) or any(_right(exercise, r) for r in rows[-1:])
    if exercise.feedback != "now" and not (shut or asked_to_see or spent):
        over = False  # whoever is not told that she is right may go on
    if not exercise.keyed:
        over = shut or spent
    released = shut or (exercise.feedback != "closed" and (over if exercise.keyed else bool(rows)))
    told = released or exercise.feedback == "now"
    left = None if exercise.attempts is None else max(0, exercise.attempts - len(rows))
    return Standing(
        exercise if released else exercise.public(),
        last,
        answer,
        verdict if told else None,
        len(rows),
        left,
        over,
        released,
        shut,
        have.drafts.get(name),
        have.fields(name),
        citing.offered(course, owner, name, exercise),
        last.cites if last else (),
        exercise.keyed,
    )


def _judged(exercise: ExerciseBase, rows: list[AnswerRow]) -> tuple[AnswerRow | None, Any, Verdict | None]:
    """The last answer, read and judged by the exercise as it is now; one that it cannot read any more stays unjudged."""
    if not rows:
        return None, None, None
    try:
        answer, verdict = grade(exercise, rows[-1].raw)
    except Unreadable:
        return rows[-1], None, None
    return rows[-1], answer, verdict


def _right(exercise: ExerciseBase, row: AnswerRow) -> bool:
    return exercise.keyed and row.share is not None and row.share >= 1


def submit(
    who: Who, store: Store, course: Course, case: str, ref: str, raw: JSON, client_id: str, cites: Iterable[str] = ()
) -> AnswerRow:
    """Store an answer; it is durable on return. The same `client_id` never makes two. `cites` are passages beside it.

    Raises Unreadable, Forbidden (also for an exercise that is closed or being voted on, and for a test that is not open),
    Spent, Conflict, StoreDown, KeyError.
    """
    require(who, WRITE_ANSWER, owner=who.person)
    owner, name = full_id(case, ref)
    exercise = course.exercise(owner, name)
    if exercise is None:
        raise KeyError(ref)
    if refused(store, course, who.class_id, owner, name) or name in veiled(store, who.class_id, owner):
        require(who, WRITE_CLOSED, owner=who.person)
    _, verdict = grade(exercise, raw)
    new = NewAnswer(
        id=client_id,
        person_id=who.person or "",
        case_id=owner,
        exercise=name,
        kind=exercise.kind,
        fingerprint=exercise.fingerprint(),
        raw=raw,
        snapshot=exercise.snapshot(),
        share=verdict.share,
        score=verdict.score,
        points=verdict.points if verdict.share is not None else None,
        matched=verdict.matched,
        cites=citing.cited(citing.offered(course, owner, name, exercise), cites),
        counts=counts_of(exercise, raw),
    )
    return answers.add_answer(store, new, limit=exercise.attempts)


def try_out(who: Who, course: Course, case: str, ref: str, raw: JSON, cites: Iterable[str] = ()) -> Standing:
    """An instructor's preview of an answer: judged, shown with the key, never stored. Raises Forbidden, Unreadable."""
    require(who, READ_UNPUBLISHED)
    exercise = course.exercise(case, ref)
    if exercise is None:
        raise KeyError(ref)
    answer, verdict = grade(exercise, raw)
    passages = citing.offered(course, case, ref, exercise)
    judged = Standing(exercise, None, answer, verdict, 1, None, True, True, False, scored=exercise.keyed, preview=True)
    return replace(judged, passages=passages, cites=citing.cited(passages, cites))


def show_key(who: Who, store: Store, course: Course, case: str, ref: str) -> None:
    """A person asks to see the key, after an attempt; that ends her attempts. Raises Forbidden."""
    require(who, WRITE_ANSWER, owner=who.person)
    owner, name = full_id(case, ref)
    exercise = course.exercise(owner, name)
    if exercise is None or not exercise.keyed or feedback(course, owner, name, exercise.feedback) == "closed":
        require(who, READ_UNPUBLISHED)
    if name in veiled(store, who.class_id, owner):
        require(who, READ_UNPUBLISHED)
    if answers.attempts(store, who.person or "", owner, name):
        progress.reveal(store, who.person or "", owner, name)


def class_tally(who: Who, store: Store, course: Course, case: str, ref: str) -> tuple[ExerciseBase, Tally] | None:
    """What a class answered, each person once with the last answer; for those who answered, and for instructors.

    Only of exercises without a key, where the distribution is the result, and of those that are COMPARED once their key
    is released to her. None before one's own answer.
    """
    owner, name = full_id(case, ref)
    exercise = course.exercise(owner, name)
    if exercise is None or who.class_id is None or (exercise.keyed and not exercise.COMPARED):
        return None
    if not allowed(who, SEE_CLASS):
        if not answers.attempts(store, who.person or "", owner, name) or name in veiled(store, who.class_id, owner):
            return None
        if exercise.keyed and not standing(course, owner, name, mine(who, store, owner)).released:
            return None
    rows = answers.answers_to(store, who.class_id, owner, name)
    return exercise if exercise.keyed else exercise.public(), tallied(exercise, rows)


def tallied(exercise: ExerciseBase, rows: Iterable[AnswerRow]) -> Tally:
    """Count the last answer of everybody; what the exercise cannot read any more is left out.

    Where passages are asked for beside it, `extra["cites"]` says how many cite each.
    """
    last = {row.person_id: row for row in rows}
    found = []
    for row in last.values():
        try:
            found.append(exercise.read(row.raw))
        except Unreadable:
            continue
    tally = exercise.tally(found)
    return replace(tally, extra={**tally.extra, "cites": citing.counted(last.values())}) if exercise.cite else tally


# ---- discussions: kept under `unit#block`, never scored ------------------------------------------------------------


def say(who: Who, store: Store, case: str, prompt: str, text: str, client_id: str) -> AnswerRow:
    """Hand in a contribution to a discussion. Raises Unreadable, Forbidden, StoreDown."""
    from casecourse.grading import typed
    from casecourse.texts import t

    require(who, WRITE_ANSWER, owner=who.person)
    body = typed(text)
    if not body:
        raise Unreadable(t("还没有写。"))
    raw = {"text": body}
    snapshot: dict[str, JSON] = {}
    new = NewAnswer(client_id, who.person or "", case, prompt, "discuss", "discuss", raw, snapshot)
    return answers.add_answer(store, new)
