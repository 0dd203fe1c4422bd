"""Answers are facts: added once, numbered, never changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from casecourse.store import Conflict, Spent, Store, answers, drafts, people, progress
from casecourse.store.rows import AnswerRow, NewAnswer, PersonRow
from casecourse.store.tables import as_json

from .conftest import Clock

Make = Callable[..., NewAnswer]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def test_an_answer_comes_back_as_it_was_given(store: Store, wang: PersonRow, clock: Clock, new: Make) -> None:
    """The stored row repeats the answer, with its class, its number and the time."""
    given_answer = new("a1", wang)
    row = answers.add_answer(store, given_answer)
    for field in (
        "id",
        "person_id",
        "case_id",
        "exercise",
        "kind",
        "fingerprint",
        "raw",
        "share",
        "score",
        "points",
        "matched",
    ):
        assert getattr(row, field) == getattr(given_answer, field)
    assert (row.class_id, row.attempt, row.at) == (wang.class_id, 1, clock.now)
    assert answers.answers_of(store, wang.id) == [row]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=json_values)
def test_any_json_survives(store: Store, wang: PersonRow, new: Make, raw: object) -> None:
    """Whatever JSON a browser sends is stored and read back equal: control characters and broken surrogates too."""
    row = answers.add_answer(store, new(f"x{answers.count(store)}", wang, raw=raw))
    read = answers.latest(store, wang.id, "haidian", "loop")
    assert read == row
    assert as_json(row.raw) == as_json(raw)


def test_not_a_number_is_refused(store: Store, wang: PersonRow, new: Make) -> None:
    """NaN is not JSON: it raises and stores nothing."""
    with pytest.raises(Exception, match="JSON compliant"):
        answers.add_answer(store, new("a1", wang, raw=[float("nan")]))
    assert answers.count(store) == 0


def test_unscored_answers_have_no_score(store: Store, wang: PersonRow, new: Make) -> None:
    """Where nothing is scored, nothing is stored: None is not zero."""
    row = answers.add_answer(store, new("a1", wang, share=None, score=None, points=None, matched=()))
    assert (row.share, row.score, row.points) == (None, None, None)
    assert answers.answers_of(store, wang.id) == [row]


def test_a_retry_is_the_same_answer(store: Store, wang: PersonRow, clock: Clock, new: Make) -> None:
    """The same id with the same content returns the stored row and adds nothing, also after later answers and a new key."""
    first = answers.add_answer(store, new("a1", wang))
    answers.add_answer(store, new("a2", wang))
    progress.reveal(store, wang.id, "haidian", "loop")
    clock.move(minutes=5)
    assert answers.add_answer(store, new("a1", wang, fingerprint="fedcba9876543210", share=None), limit=1) == first
    assert answers.count(store) == 2


@pytest.mark.parametrize("change", [{"raw": ["乙"]}, {"exercise": "other"}, {"case_id": "jiaxing"}])
def test_an_id_is_used_for_one_content(store: Store, wang: PersonRow, new: Make, change: dict[str, object]) -> None:
    """A known id with other content is a conflict, and the stored answer stays."""
    first = answers.add_answer(store, new("a1", wang))
    with pytest.raises(Conflict):
        answers.add_answer(store, new("a1", wang, **change))
    assert answers.answers_of(store, wang.id) == [first]


def test_an_id_belongs_to_one_person(store: Store, wang: PersonRow, li: PersonRow, new: Make) -> None:
    """Sending somebody else's id reads nothing and writes nothing."""
    answers.add_answer(store, new("a1", wang))
    with pytest.raises(Conflict):
        answers.add_answer(store, new("a1", li))
    assert answers.answers_of(store, li.id) == []


def test_true_is_not_one(store: Store, wang: PersonRow, new: Make) -> None:
    """Contents are compared as JSON: true and 1 differ, the order of keys does not."""
    answers.add_answer(store, new("a1", wang, raw={"a": 1, "b": 2}))
    answers.add_answer(store, new("a1", wang, raw={"b": 2, "a": 1}))
    with pytest.raises(Conflict):
        answers.add_answer(store, new("a1", wang, raw={"a": True, "b": 2}))


def test_attempts_count_per_person_and_exercise(store: Store, wang: PersonRow, li: PersonRow, new: Make) -> None:
    """Attempts count from 1 for each person and exercise apart."""
    made = [
        answers.add_answer(store, new("a1", wang)),
        answers.add_answer(store, new("a2", wang)),
        answers.add_answer(store, new("a3", li)),
        answers.add_answer(store, new("a4", wang, exercise="staff")),
        answers.add_answer(store, new("a5", wang, case_id="jiaxing")),
    ]
    assert [row.attempt for row in made] == [1, 2, 1, 1, 1]
    assert answers.attempts(store, wang.id, "haidian", "loop") == 2
    assert answers.attempts(store, li.id, "haidian", "staff") == 0


def test_the_limit_is_kept_inside_the_transaction(store: Store, wang: PersonRow, new: Make) -> None:
    """An answer beyond the limit is refused and says how many there were."""
    answers.add_answer(store, new("a1", wang), limit=1)
    with pytest.raises(Spent) as spent:
        answers.add_answer(store, new("a2", wang), limit=1)
    assert (spent.value.attempts, spent.value.revealed) == (1, False)
    assert answers.attempts(store, wang.id, "haidian", "loop") == 1


def test_seeing_the_key_ends_the_attempts(store: Store, wang: PersonRow, li: PersonRow, new: Make) -> None:
    """Whoever asked for the key answers no more there; others and other exercises go on."""
    progress.reveal(store, wang.id, "haidian", "loop")
    with pytest.raises(Spent) as spent:
        answers.add_answer(store, new("a1", wang))
    assert spent.value.revealed
    answers.add_answer(store, new("a2", li))
    answers.add_answer(store, new("a3", wang, exercise="staff"))
    assert answers.count(store) == 2


def test_an_unknown_person_cannot_answer(store: Store, wang: PersonRow, new: Make) -> None:
    """An answer of nobody is refused."""
    with pytest.raises(LookupError):
        answers.add_answer(store, replace(new("a1", wang), person_id="nobody"))
    assert answers.count(store) == 0


def test_a_clock_that_steps_back_does_not_reorder(store: Store, wang: PersonRow, clock: Clock, new: Make) -> None:
    """The latest answer is the last one given, whatever the clock said."""
    answers.add_answer(store, new("a1", wang, raw=["早"]))
    clock.move(hours=-1)
    last = answers.add_answer(store, new("a2", wang, raw=["晚"]))
    rows = answers.answers_of(store, wang.id)
    assert max(rows, key=lambda row: row.at).id == "a1"  # what ordering by time would have called the latest
    assert [row.id for row in rows] == ["a1", "a2"]
    assert answers.latest(store, wang.id, "haidian", "loop") == last


def test_the_draft_goes_with_its_answer(store: Store, wang: PersonRow, new: Make) -> None:
    """An answer removes the draft of its exercise and no other."""
    drafts.put_draft(store, wang.id, "haidian", "loop", "半句")
    kept = drafts.put_draft(store, wang.id, "haidian", "u1#0", "另一处")
    answers.add_answer(store, new("a1", wang))
    assert drafts.drafts_of(store, wang.id, "haidian") == [kept]


def test_a_refused_answer_leaves_the_draft(store: Store, wang: PersonRow, new: Make) -> None:
    """What was typed is still there when the answer was not taken."""
    answers.add_answer(store, new("a1", wang))
    draft = drafts.put_draft(store, wang.id, "haidian", "loop", "半句")
    with pytest.raises(Spent):
        answers.add_answer(store, new("a2", wang), limit=1)
    assert drafts.drafts_of(store, wang.id, "haidian") == [draft]


def test_what_was_asked_is_kept_once_per_fingerprint(store: Store, wang: PersonRow, clock: Clock, new: Make) -> None:
    """The first answer under a fingerprint keeps the exercise as it stood; a later one does not change it."""
    start = clock.now
    answers.add_answer(store, new("a1", wang))
    clock.move(hours=-1)
    answers.add_answer(store, new("a2", wang, snapshot={"prompt": "改了措辞"}))
    answers.add_answer(store, new("a3", wang, kind="order", fingerprint="fedcba9876543210"))
    first, second = answers.asked_as(store, "haidian", "loop")
    assert (first.snapshot, first.first_seen, first.kind) == ({"prompt": "哪一项？"}, start, "choice")
    assert second.kind == "order"
    assert answers.asked_kinds(store) == {("haidian", "loop"): {"choice", "order"}}


def test_answers_are_found_by_class_case_and_exercise(store: Store, wang: PersonRow, li: PersonRow, new: Make) -> None:
    """Each question sees its own answers, in the order in which they came."""
    other = people.join(store, people.add_class(store, "二班").id, "赵敏")
    for answer_id, person, change in (
        ("a1", li, {}),
        ("a2", wang, {"exercise": "staff"}),
        ("a3", wang, {"case_id": "jiaxing"}),
        ("a4", other, {}),
        ("a5", wang, {}),
    ):
        answers.add_answer(store, new(answer_id, person, **change))

    def ids(rows: list[AnswerRow]) -> list[str]:
        return [row.id for row in rows]

    assert ids(answers.answers_to(store, wang.class_id, "haidian", "loop")) == ["a1", "a5"]
    assert ids(answers.class_answers(store, wang.class_id)) == ["a1", "a2", "a3", "a5"]
    assert ids(answers.class_answers(store, wang.class_id, "haidian")) == ["a1", "a2", "a5"]
    assert ids(answers.answers_of(store, wang.id, "jiaxing")) == ["a3"]
    assert (answers.count(store), answers.count(store, other.class_id)) == (5, 1)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE answers SET score = '3'",
        "DELETE FROM answers",
        "UPDATE asked SET snapshot = '{}'",
        "DELETE FROM asked",
    ],
)
def test_answers_cannot_be_changed(store: Store, wang: PersonRow, new: Make, sql: str) -> None:
    """The database itself refuses to change or remove an answer or what was asked."""
    row = answers.add_answer(store, new("a1", wang))
    with pytest.raises(IntegrityError, match="only added"):
        store.write(lambda connection: connection.exec_driver_sql(sql))
    assert answers.answers_of(store, wang.id) == [row]
