"""Shift: what two votes of the same people say, against values reckoned by hand, and what a first vote suggests."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecourse.analytics import shift
from casecourse.analytics.shift import Ballot
from casecourse.grading import ExerciseBase, grade
from tests.writing import exercise

KEYED = "kind: choice\nprompt: 哪一级？\noptions: [{right: 甲}, {wrong: 乙, why: 不是。, credit: 0.5}, {wrong: 丙, why: 不是。}]\nevidence: steps\nexplain: 是甲。"
POLL = "kind: choice\nprompt: 你选哪个？\noptions: [甲, 乙, 丙]\nassumed: 请表态"
MANY = "kind: choice\nprompt: 哪几级？\npick: many\noptions: [甲, 乙, 丙]\nassumed: 请表态"
ORDER = "kind: order\nprompt: 排一排。\nsteps: [甲, 乙, 丙]\nevidence: steps\nexplain: 依次。"

SORTING = "kind: classify\nprompt: 分一分。\nbuckets: [一, 二]\ncards:\n  - {text: 甲, in: 一, why: 是一。, ambiguous: 两类都说得通}\n  - {text: 乙, in: 二, why: 是二。}\nevidence: steps\nexplain: 各归各类。"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ExerciseBase]:
    """One question with a key, a poll, a poll with several picks, one with several places."""
    asked = {"keyed": KEYED, "poll": POLL, "many": MANY, "order": ORDER}
    return {name: exercise(tmp_path_factory.mktemp(name), text) for name, text in asked.items()}


def cast(asked: ExerciseBase, said: str, start: int = 0) -> list[Ballot]:
    """Ballots of voters numbered from `start`: 甲乙丙 is one each; a dash is somebody who did not vote."""
    found = []
    for n, word in enumerate(said, start):
        if word != "-":
            answer, verdict = grade(asked, [word])
            found.append(Ballot(f"v{n}", 1, answer, verdict.share))
    return found


# ---- gain --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    [
        (0.4, 0.7, 0.5),  # (0.7 − 0.4) ÷ 0.6
        (0.0, 1.0, 1.0),
        (0.5, 0.5, 0.0),
        (0.25, 0.1, -0.2),  # −0.15 ÷ 0.75
        (0.44, 0.7088, 0.48),  # 48 per cent, Hake's mean of interactive courses, of 56 points that could be won
        (1.0, 1.0, None),
        (1.0, 0.5, None),
    ],
)
def test_the_gain_is_what_was_won_of_what_could_be(before: float, after: float, gain: float | None) -> None:
    """Hake's quotient, by hand; where all was right before there is none."""
    found = shift.gain(before, after)
    assert found is None if gain is None else found == pytest.approx(gain)


def test_the_gain_is_that_of_the_people_in_both_votes(made: dict[str, ExerciseBase]) -> None:
    """Five before, five after, four of them the same: 甲乙丙丙 (0.375) to 甲甲甲丙 (0.75), gain 0.6."""
    found = shift.between(made["keyed"], cast(made["keyed"], "甲乙丙丙甲-"), cast(made["keyed"], "甲甲甲丙-丙"))
    assert (found.n, found.changed) == (4, 2)
    assert (found.before, found.after) == (0.375, 0.75)
    assert found.gain == pytest.approx(0.6)


def test_without_a_key_there_is_a_shift_and_no_gain(made: dict[str, ExerciseBase]) -> None:
    """Half the sum of the differences: 甲3乙1丙0 to 甲1乙1丙2 moves half of the class."""
    found = shift.between(made["poll"], cast(made["poll"], "甲甲甲乙"), cast(made["poll"], "甲丙丙乙"))
    assert (found.before, found.after, found.gain) == (None, None, None)
    assert found.moved == {"": 0.5}
    assert found.flows == {"": {("甲", "甲"): 1, ("甲", "丙"): 2, ("乙", "乙"): 1}}
    assert found.changed == 2


def test_people_may_change_places_and_leave_the_distribution_as_it_was(made: dict[str, ExerciseBase]) -> None:
    """Two who swap have changed, and the distribution has not moved: the two figures say different things."""
    found = shift.between(made["poll"], cast(made["poll"], "甲乙"), cast(made["poll"], "乙甲"))
    assert (found.changed, found.moved) == (2, {"": 0.0})


def test_where_an_answer_has_no_places_it_has_only_changed_or_not(made: dict[str, ExerciseBase]) -> None:
    """Several picks make no flow."""
    many = made["many"]
    first = [Ballot("v0", 1, many.read(["甲"]), None), Ballot("v1", 1, many.read(["甲", "乙"]), None)]
    last = [Ballot("v0", 2, many.read(["乙"]), None), Ballot("v1", 2, many.read(["乙", "甲"]), None)]
    found = shift.between(many, first, last)
    assert (found.n, found.changed, found.flows, found.moved) == (2, 1, {}, {})


def test_every_place_of_an_answer_has_flows_of_its_own(made: dict[str, ExerciseBase]) -> None:
    """Of an order, every slot tells who stood where before and after."""
    order = made["order"]
    one, two = order.read(["甲", "丙", "乙"]), order.read(["甲", "乙", "丙"])
    found = shift.between(order, [Ballot("v", 1, one, None)], [Ballot("v", 2, two, None)])
    before, after = order.positions(one), order.positions(two)
    assert len(before) > 1
    assert found.flows == {slot: {(before[slot], after[slot]): 1} for slot in before}


def test_a_reason_beside_an_answer_changes_no_mind(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where a kind has places they decide: the same sorting with another reason is the same vote, another sorting is not."""
    asked = exercise(tmp_path_factory.mktemp("sorting"), SORTING)
    same = [asked.read({"in": {"甲": ["一"]}, "why": {"甲": why}}) for why in ("先说的", "后说的")]
    assert not shift.changed(asked, *same)
    assert shift.changed(asked, same[0], asked.read({"in": {"甲": ["二"]}, "why": {"甲": "先说的"}}))
    found = shift.between(asked, [Ballot("v", 1, same[0], None)], [Ballot("v", 2, same[1], None)])
    assert found.changed == 0


def test_nobody_in_both_votes_says_nothing(made: dict[str, ExerciseBase]) -> None:
    """No mean, no gain, no flow, and no division by nothing."""
    for name in ("keyed", "poll"):
        found = shift.between(made[name], cast(made[name], "甲-"), cast(made[name], "-甲"))
        assert (found.n, found.before, found.after, found.gain, found.flows, found.moved) == (
            0, None, None, None, {}, {},
        )  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("甲乙丙-"), st.sampled_from("甲乙丙-")), max_size=40))
def test_flows_account_for_everybody_in_both_votes(made: dict[str, ExerciseBase], votes: list[tuple[str, str]]) -> None:
    """They add up to the people in both; those along the diagonal are the ones who did not change; moved is at most the changed."""
    poll = made["poll"]
    first, last = (cast(poll, "".join(v[n] for v in votes)) for n in (0, 1))
    found = shift.between(poll, first, last)
    flows = found.flows.get("", {})
    assert sum(flows.values()) == found.n == sum("-" not in v for v in votes)
    assert found.n - sum(n for (a, b), n in flows.items() if a == b) == found.changed
    assert 0 <= found.moved.get("", 0) * found.n <= found.changed + 1e-9


def test_a_mean_leaves_out_what_is_not_scored() -> None:
    """And is nothing where there is nothing."""
    assert shift.mean([Decimal("0.5"), None, Decimal(1)]) == 0.75
    assert shift.mean([None]) is None
    assert shift.mean([]) is None


# ---- the hint ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "hint"), [(0, "explain"), (29, "explain"), (30, "discuss"), (70, "discuss"), (71, "on"), (100, "on")]
)
def test_the_hint_turns_at_thirty_and_seventy_per_cent(made: dict[str, ExerciseBase], right: int, hint: str) -> None:
    """Of a hundred: 29 right, explain; 30 to 70, let them discuss; 71, go on. Part of the points is not right."""
    said = "甲" * right + "乙" * (100 - right)
    assert shift.hint(made["keyed"], cast(made["keyed"], said)) == hint


@pytest.mark.parametrize(("together", "hint"), [(34, "discuss"), (79, "discuss"), (80, "on"), (100, "on")])
def test_without_a_key_agreement_decides(made: dict[str, ExerciseBase], together: int, hint: str) -> None:
    """Eighty of a hundred in one place are agreement enough."""
    rest = 100 - together
    said = "甲" * together + "乙" * (rest // 2) + "丙" * (rest - rest // 2)
    assert shift.hint(made["poll"], cast(made["poll"], said)) == hint


def test_where_answers_have_no_places_they_are_discussed(made: dict[str, ExerciseBase]) -> None:
    """Nobody can say that several picks agree."""
    ballots = [Ballot(f"v{n}", 1, made["many"].read(["甲"]), None) for n in range(9)]
    assert shift.hint(made["many"], ballots) == "discuss"


@pytest.mark.parametrize("name", ["keyed", "poll"])
def test_of_fewer_than_five_nothing_is_said(made: dict[str, ExerciseBase], name: str) -> None:
    """Four agreeing ballots are too few, five are enough."""
    assert shift.hint(made[name], cast(made[name], "甲" * 4)) == "few"
    assert shift.hint(made[name], []) == "few"
    assert shift.hint(made[name], cast(made[name], "甲" * 5)) == "on"
