"""order: how an order is judged by neighbours, dealt, read, counted and shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.grading import JSON, ExerciseBase, Unreadable, grade
from casecourse.kinds.order import Order
from tests.writing import codes, course, exercise

SEVEN = """
    kind: order
    prompt: 排好七个环节。
    points: 6
    steps: [一, 二, 三, 四, 五, 六, 七]
    assumed: 自拟
    """
STRAYS = """
    kind: order
    prompt: 排好，混进来的留在外面。
    steps: [{text: 一, why: 一在最前。}, {text: 二, why: 二接着一。}, 三]
    spare: [杂, 乱]
    assumed: 自拟
    """
TIES = "kind: order\nprompt: 排好。\nsteps: [一, [二, 三], 四]\nassumed: 自拟"
FREE = "kind: order\nprompt: 排个名次。\nitems: [甲, 乙, 丙]\nassumed: 自拟"


def order(folder: Path, text: str) -> Order:
    """The exercise as an Order."""
    found = exercise(folder, text)
    assert isinstance(found, Order)
    return found


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


@pytest.mark.parametrize(
    ("answer", "pairs"),
    [
        ("一二三四五六七", 6),
        ("七一二三四五六", 5),
        ("一三二四五六七", 3),
        ("七六五四三二一", 0),
        ("一二三", 2),
        ("四", 0),
    ],
)
def test_neighbours_count_and_not_places(tmp_path: Path, answer: str, pairs: int) -> None:
    """One slip costs the pairs that it breaks: the last put first still leaves five of six."""
    verdict = grade(order(tmp_path, SEVEN), list(answer))[1]
    assert verdict.share == Decimal(pairs) / 6
    assert verdict.score == pairs


@pytest.mark.parametrize(
    ("answer", "earned"),
    [("一二三", "1"), ("一二三杂", "2/3"), ("一杂二三", "1/3"), ("一二三杂乱", "2/4"), ("一二", "1/2"), ("杂乱", "0")],
)
def test_what_should_stay_outside_costs_pairs(tmp_path: Path, answer: str, earned: str) -> None:
    """An extra that was placed breaks pairs and lengthens what the right ones are divided by."""
    top, _, bottom = earned.partition("/")
    assert share(order(tmp_path, STRAYS), list(answer)) == Decimal(top) / Decimal(bottom or 1)


@pytest.mark.parametrize(
    ("answer", "right"), [("一二三四", 3), ("一三二四", 3), ("二一三四", 2), ("一四二三", 1), ("一二四", 2)]
)
def test_ties_may_stand_either_way(tmp_path: Path, answer: str, right: int) -> None:
    """Entries of a tie may follow each other in any order, and the next tie may follow each of them."""
    assert share(order(tmp_path, TIES), list(answer)) == Decimal(right) / 3


def test_a_ranking_has_no_score(tmp_path: Path) -> None:
    """Items have no right order: no share, no score, no remarks, and the mean places are the result."""
    found = order(tmp_path, FREE)
    verdict = grade(found, ["乙", "甲", "丙"])[1]
    assert (verdict.share, verdict.score, verdict.notes) == (None, None, ())
    counted = found.tally([["乙", "甲", "丙"], ["乙", "丙", "甲"], ["甲", "乙", "丙"]])
    assert counted.extra["mean"] == {"甲": 2.0, "乙": 1.3333, "丙": 2.6667}


def test_remarks_speak_of_each_card_after_the_one_before(tmp_path: Path) -> None:
    """The first is only the first; a card that does not follow the one before is wrong and brings its reason."""
    notes = grade(order(tmp_path, STRAYS), ["二", "一", "杂"])[1].notes
    assert [(n.about, n.state, n.why) for n in notes] == [
        ("二", "info", ""),
        ("一", "wrong", "一在最前。"),
        ("杂", "wrong", ""),
    ]


def test_the_start_is_everybodys_and_never_right(tmp_path: Path) -> None:
    """The cards are dealt in the same order before and after release, and never in a right one, also where two must swap."""
    for n, text in enumerate((SEVEN, STRAYS, TIES, FREE, "kind: order\nprompt: 排。\nsteps: [甲, 乙]\nassumed: 自拟")):
        found = order(tmp_path / str(n), text)
        again, public = order(tmp_path / f"{n}a", text), found.public()
        assert found.start == again.start == public.start == tuple(s.name for s in public.items)
        assert sorted(found.start) == sorted(found.cards)
        steps = [name for name in found.start if name not in found.spare]
        assert steps != [s.name for s in found.ordered]
        assert not found.keyed or share(found, steps) != 1


def test_public_is_the_same_whatever_the_order(tmp_path: Path) -> None:
    """Two exercises that differ only in which cards belong and in which order look alike before release."""
    other = STRAYS.replace("三]", "杂]").replace("[杂, 乱]", "[乱, 三]")
    first, second = order(tmp_path / "1", STRAYS).public(), order(tmp_path / "2", other).public()
    assert first.model_dump(exclude={"items"}) == second.model_dump(exclude={"items"})
    assert {s.text for s in first.items} == {s.text for s in second.items}
    assert not first.spare
    assert first.leaves
    assert not order(tmp_path / "3", SEVEN).public().leaves


def test_answers_name_cards_by_id_by_text_or_by_their_earlier_text(tmp_path: Path) -> None:
    """An id stands for its card, an earlier text is recognised, facts are filled in only where it is shown."""
    text = "kind: order\nprompt: 排。\nsteps: ['{{forces}}', {text: 乙, id: b}, {text: 丙, was: 旧丙}]\nassumed: 自拟"
    found = order(tmp_path, text)
    assert found.read(["{{forces}}", "b", "旧丙"]) == ["{{forces}}", "b", "丙"]
    assert found.written(["{{forces}}", "b", "丙"]) == "2139\u00a0人 → 乙 → 丙"
    with pytest.raises(Unreadable, match="没有这张卡片：乙"):
        found.read(["乙"])


@pytest.mark.parametrize("raw", [[], None, "一二", {"一": 1}, ["一", "一"], ["没有"], [1], [["一"]]])
def test_what_is_no_order(tmp_path: Path, raw: JSON) -> None:
    """Nothing, a card twice, unknown cards and other shapes are unreadable."""
    with pytest.raises(Unreadable):
        order(tmp_path, SEVEN).read(raw)


def test_tally_counts_places_and_who_stood_before_whom(tmp_path: Path) -> None:
    """Card by place with a column for left out, how often one stood before another, and the mean place."""
    found = order(tmp_path, STRAYS)
    counted = found.tally([["一", "二", "三"], ["二", "一"]])
    assert counted.n == 2
    assert counted.slots["一"] == {"1": 1, "2": 1, "3": 0, "4": 0, "5": 0, "out": 0}
    assert counted.slots["三"]["out"] == 1
    assert counted.slots["杂"]["out"] == 2
    assert counted.extra["before"]["一"] == {"二": 1, "三": 2, "杂": 2, "乱": 2}
    assert counted.extra["before"]["杂"] == {"一": 0, "二": 0, "三": 0, "乱": 0}
    assert counted.extra["mean"] == {"一": 1.5, "二": 1.5, "三": 3.0}
    assert found.positions(["二", "一"]) == {"一": "2", "二": "1", "三": "out", "杂": "out", "乱": "out"}


def test_paper_gives_the_cards_as_they_are_dealt(tmp_path: Path) -> None:
    """A sheet has the cards, extras among them, in the order of the screen."""
    found = order(tmp_path, STRAYS)
    assert [line.text for line in found.paper()[1:]] == [f"（　）{name}" for name in found.start]


def test_cards_to_leave_out_can_stand_in_an_elective_exercise(tmp_path: Path) -> None:
    """`spare` holds cards that stay outside, `extra: true` makes it elective; each survives what is stored."""
    elective = order(tmp_path / "1", SEVEN.replace("points: 6", "extra: true"))
    strays = order(tmp_path / "2", STRAYS)
    both = order(tmp_path / "3", STRAYS.replace("spare:", "extra: true\n    spare:"))
    assert (elective.extra, elective.spare, elective.leaves) == (True, (), False)
    assert (both.extra, both.spare, both.leaves) == (True, ("杂", "乱"), True)
    assert (strays.extra, strays.spare, strays.leaves) == (False, ("杂", "乱"), True)
    for found in (elective, strays, both):
        assert Order.model_validate(found.snapshot()).model_dump() == found.model_dump()


def test_the_fingerprint_follows_cards_and_order(tmp_path: Path) -> None:
    """Another order or another extra is another question; a reason is not."""
    first = order(tmp_path / "1", STRAYS).fingerprint()
    assert order(tmp_path / "2", STRAYS.replace("二接着一。", "改过的理由")).fingerprint() == first
    assert order(tmp_path / "3", STRAYS.replace("杂, 乱", "杂, 散")).fingerprint() != first
    assert (
        order(tmp_path / "4", SEVEN.replace("一, 二", "二, 一")).fingerprint()
        != order(tmp_path / "5", SEVEN).fingerprint()
    )


def test_a_broken_key_is_not_tried(tmp_path: Path) -> None:
    """A step that stands twice is told once, at its place, and not again as a key that fails."""
    text = "q:\n  kind: order\n  prompt: 排。\n  steps: [甲, 乙, 甲]\n  assumed: 自拟\n  explain: 略\n"
    assert codes(course(tmp_path, bank_yaml=text)) == ["wrong-value"]
