"""Counters keep step with the answers: after every sequence of them, they are what counting anew would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from casecourse.store import Conflict, Spent, Store, answers, counters, people
from casecourse.store.rows import JSON, Counts, NewAnswer, PersonRow

Make = Callable[..., NewAnswer]
LABELS = "甲乙丙"


def counts(case: str, exercise: str, raw: JSON) -> Counts:
    """What these tests' answers put into the counters: one slot, one for each letter."""
    return {"": dict(Counter(raw)), "位": {raw[:1]: 1}} if raw else {}


def send(store: Store, new: Make, person: PersonRow, id_: str, raw: str, exercise: str = "loop", **how: object) -> None:
    answers.add_answer(store, new(id_, person, raw=raw, exercise=exercise, counts=counts("", exercise, raw)), **how)  # type: ignore[arg-type]


def everything(store: Store, class_id: int) -> list[counters.Live]:
    return [counters.live(store, class_id, "haidian", e) for e in ("loop", "round")]


def by_hand(store: Store, class_id: int, exercise: str) -> counters.Live:
    """The same from the answers themselves."""
    last = {row.person_id: row.raw for row in answers.answers_to(store, class_id, "haidian", exercise)}
    slots: dict[str, dict[str, int]] = {}
    for raw in last.values():
        for slot, labels in counts("", exercise, raw).items():
            for label, n in labels.items():
                slots.setdefault(slot, {})[label] = slots.get(slot, {}).get(label, 0) + n
    return counters.Live(len(last), slots)


def test_a_second_answer_takes_the_place_of_the_first(
    store: Store, class_id: int, wang: PersonRow, li: PersonRow, new: Make
) -> None:
    """Everybody counts once, with her last answer; a retry counts nothing; what nobody chooses any more is gone."""
    send(store, new, wang, "a1", "甲乙")
    send(store, new, li, "b1", "甲")
    assert counters.live(store, class_id, "haidian", "loop") == counters.Live(
        2, {"": {"甲": 2, "乙": 1}, "位": {"甲": 2}}
    )
    send(store, new, wang, "a2", "丙")
    send(store, new, wang, "a1", "甲乙")
    assert counters.live(store, class_id, "haidian", "loop") == counters.Live(
        2, {"": {"甲": 1, "丙": 1}, "位": {"甲": 1, "丙": 1}}
    )
    assert counters.live(store, class_id + 1, "haidian", "loop") == counters.Live(0, {})


def test_a_refused_answer_counts_nothing(store: Store, class_id: int, wang: PersonRow, new: Make) -> None:
    """Where no attempt is left, or the id says something else, the counters stand."""
    send(store, new, wang, "a1", "甲")
    with pytest.raises(Spent):
        send(store, new, wang, "a2", "乙", limit=1)
    with pytest.raises(Conflict):
        send(store, new, wang, "a1", "丙")
    assert counters.live(store, class_id, "haidian", "loop").slots[""] == {"甲": 1}


steps = st.tuples(
    st.integers(0, 2), st.integers(0, 9), st.text(LABELS, max_size=3), st.sampled_from(["loop", "round"]), st.booleans()
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(steps, max_size=25))
def test_the_counters_equal_a_recount(store: Store, new: Make, script: list[tuple[int, int, str, str, bool]]) -> None:
    """After any sequence of answers, retries, conflicts and refusals, the counters are what a recount gives."""
    class_id = people.add_class(store, "另一班").id
    everybody = [people.join(store, class_id, f"学生{n}") for n in range(3)]
    for who, number, raw, exercise, limited in script:
        with suppress(Spent, Conflict):
            send(store, new, everybody[who], f"{class_id}-{who}-{number}", raw, exercise, limit=3 if limited else None)
    kept = everything(store, class_id)
    assert [live.n for live in kept] == [by_hand(store, class_id, e).n for e in ("loop", "round")]
    assert [live.slots for live in kept] == [by_hand(store, class_id, e).slots for e in ("loop", "round")]
    counters.recount(store, counts)
    assert everything(store, class_id) == kept


def test_sixteen_threads_leave_the_counters_right(store: Store, class_id: int, new: Make) -> None:
    """Racing answers, retries and failing items of a few people leave the counters as a recount makes them."""
    everybody = [people.join(store, class_id, f"学生{n}") for n in range(4)]

    def one(thread: int) -> None:
        random = Random(thread)  # noqa: S311  a script, not a secret
        for n in range(12):
            raw = "".join(random.choices(LABELS, k=random.randrange(3)))
            with suppress(Conflict, Spent, LookupError):
                if n % 4 == 3:
                    stranger = PersonRow("nobody", class_id, "", 1, "", store.clock())
                    send(store, new, stranger, f"x{thread}-{n}", raw)
                send(store, new, everybody[random.randrange(4)], f"s{random.randrange(60)}", raw)
            with suppress(ZeroDivisionError, Conflict):
                store.write(partial(failing, new(f"z{thread}-{n}", everybody[0], counts=counts("", "", "丙丙"))))

    def failing(answer: NewAnswer, connection: Connection) -> None:
        answers._add(connection, answer, None, store.clock())
        raise ZeroDivisionError

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(16)))
    kept = everything(store, class_id)
    assert kept[0] == by_hand(store, class_id, "loop")
    assert kept[0].n == 4
    counters.recount(store, counts)
    assert everything(store, class_id) == kept


def test_a_recount_beside_answers_misses_none(store: Store, class_id: int, new: Make) -> None:
    """While people answer, counting anew neither loses nor doubles an answer."""
    everybody = [people.join(store, class_id, f"学生{n}") for n in range(8)]

    def answer(n: int) -> None:
        send(store, new, everybody[n % 8], f"a{n}", LABELS[n % 3])

    with ThreadPoolExecutor(8) as pool:
        writing = [pool.submit(answer, n) for n in range(120)]
        for _ in range(5):
            counters.recount(store, counts)
        for future in writing:
            future.result()
    assert counters.live(store, class_id, "haidian", "loop") == by_hand(store, class_id, "loop")


def test_a_recount_is_done_once_for_one_content(store: Store, wang: PersonRow, new: Make) -> None:
    """Of several processes starting with the same content one counts; other content is counted again."""
    send(store, new, wang, "a1", "甲")
    assert counters.counted_by(store) == ""
    assert [counters.recount(store, counts, mark) for mark in ("一", "一", "二")] == [1, 0, 1]
    assert counters.counted_by(store) == "二"


def test_references_beside_an_answer_are_kept(store: Store, wang: PersonRow, new: Make) -> None:
    """What a person cites is stored with the answer, is empty where nothing was cited, and belongs to what a retry repeats."""
    cited = answers.add_answer(store, new("a1", wang, cites=("p-3", "事实甲")))
    plain = answers.add_answer(store, new("a2", wang))
    assert (cited.cites, plain.cites) == (("p-3", "事实甲"), ())
    assert answers.answers_of(store, wang.id) == [cited, plain]
    assert answers.add_answer(store, new("a1", wang, cites=("p-3", "事实甲"))) == cited
    with pytest.raises(Conflict):
        answers.add_answer(store, new("a1", wang, cites=("p-4",)))
