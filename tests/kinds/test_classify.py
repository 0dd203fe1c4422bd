"""classify: how cards in buckets are judged, read, counted and shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecourse.agreement import evenness as disagreement
from casecourse.grading import JSON, ExerciseBase, Note, Unreadable, grade
from casecourse.kinds.classify import Classify
from tests.writing import exercise

ONE = """
    kind: classify
    prompt: 四股力量各属于哪一边？
    points: 4
    buckets: [条, 块, 辅助]
    cards:
      - {text: 委办局, in: 条}
      - {text: 街镇科室, in: 块, why: 科室是街镇自己的机构。}
      - {text: 协管力量, id: aux, in: 辅助, also: 块, was: 协管员}
      - {text: 社区整合, in: 块, ambiguous: 写一句你为什么这样放。}
      - 志愿者
    assumed: 自拟
    """
MANY = """
    kind: classify
    prompt: 动的是哪一侧？
    buckets: [政府, 社会, 市场]
    cards:
      - {text: 托管, in: [政府, 社会]}
      - {text: 归并, in: 政府, also: 社会}
    assumed: 自拟
    """
FREE = "kind: classify\nprompt: 交给谁？\nbuckets: [甲, 乙]\ncards: [送餐, 陪伴]\nassumed: 自拟"


def classify(folder: Path, text: str) -> Classify:
    """The exercise as a Classify."""
    found = exercise(folder, text)
    assert isinstance(found, Classify)
    return found


def share(found: ExerciseBase, laid: dict[str, list[str]]) -> Decimal | None:
    """The share that cards in buckets earn."""
    return grade(found, {"in": laid})[1].share


@pytest.mark.parametrize(
    ("laid", "earned"),
    [
        ({"委办局": ["条"], "街镇科室": ["块"], "aux": ["辅助"]}, Decimal(1)),
        ({"委办局": ["条"], "街镇科室": ["块"], "aux": ["块"]}, Decimal("2.5") / 3),
        ({"委办局": ["条"]}, Decimal(1) / 3),
        ({"委办局": ["块"], "aux": ["条"]}, Decimal(0)),
        ({"社区整合": ["条"], "志愿者": ["条"]}, Decimal(0)),
    ],
)
def test_the_mean_over_scored_cards(tmp_path: Path, laid: dict[str, list[str]], earned: Decimal) -> None:
    """A card earns 1 in its bucket, ½ in one that also makes sense; in the tray 0; disputed and keyless ones do not count."""
    assert share(classify(tmp_path, ONE), laid) == earned


@pytest.mark.parametrize(
    ("buckets", "earned"),
    [
        (["政府", "社会"], "1"),
        (["政府"], "1/2"),
        (["政府", "市场"], "1/3"),
        (["政府", "社会", "市场"], "2/3"),
        (["市场"], "0"),
    ],
)
def test_a_card_of_two_buckets(tmp_path: Path, buckets: list[str], earned: str) -> None:
    """Hits are divided by the buckets that it belongs to and the wrong ones chosen."""
    top, _, bottom = earned.partition("/")
    assert share(classify(tmp_path, MANY), {"托管": buckets}) == Decimal(top) / Decimal(bottom or 1) / 2


def test_half_a_hit_beside_a_whole_one_is_never_more_than_one(tmp_path: Path) -> None:
    """A card in its own bucket and in one that also makes sense earns 1."""
    found = classify(tmp_path, MANY)
    assert found.share(found.cards[1], ["政府", "社会"]) == 1
    assert found.share(found.cards[1], ["社会"]) == Decimal("0.5")


def test_one_card_of_two_buckets_lets_all_take_several(tmp_path: Path) -> None:
    """Whether a card may lie in several buckets follows from the key, also in the public copy."""
    one, many = classify(tmp_path / "1", ONE), classify(tmp_path / "2", MANY)
    assert [x.several for x in (one, one.public(), many, many.public())] == [False, False, True, True]
    assert many.read({"in": {"归并": ["社会", "政府"]}}) == {"in": {"归并": ["政府", "社会"]}}
    with pytest.raises(Unreadable, match="只能放进一类"):
        one.read({"in": {"委办局": ["条", "块"]}})


def test_without_a_key_nothing_is_scored(tmp_path: Path) -> None:
    """Cards that are plain lines are a poll."""
    verdict = grade(classify(tmp_path, FREE), {"in": {"送餐": ["甲"]}})[1]
    assert (verdict.share, verdict.score, verdict.notes) == (None, None, ())


def test_only_disputed_cards_are_no_key(tmp_path: Path) -> None:
    """Where every keyed card is disputed nothing is scored."""
    text = "kind: classify\nprompt: 归。\nbuckets: [甲, 乙]\ncards: [{text: 一, in: 甲, ambiguous: 说说看}, 二]\nassumed: 自拟"
    found = classify(tmp_path, text)
    assert not found.keyed
    assert share(found, {"一": ["甲"]}) is None


def test_remarks_speak_of_the_cards_that_were_laid(tmp_path: Path) -> None:
    """A wrong card brings its reason, a right one none, a disputed one is not judged, an unlaid one is not mentioned."""
    answer = {"in": {"委办局": ["条"], "街镇科室": ["条"], "社区整合": ["条"]}, "why": {"社区整合": "人没有动"}}
    verdict = grade(classify(tmp_path, ONE), answer)[1]
    assert verdict.notes == (
        Note("委办局", "right"),
        Note("街镇科室", "wrong", "科室是街镇自己的机构。"),
        Note("社区整合", "info"),
    )
    assert verdict.matched == ("委办局",)


def test_answers_name_cards_by_id_text_or_earlier_text(tmp_path: Path) -> None:
    """The earlier text leads to the id; reasons are kept for cards that ask for one, empty ones are not."""
    found = classify(tmp_path, ONE)
    assert found.read({"in": {"协管员": ["块"], "委办局": []}, "why": {"社区整合": " "}}) == {"in": {"aux": ["块"]}}
    answer = found.read({"in": {"社区整合": ["块"]}, "why": {"社区整合": "名册\n动了"}})
    assert found.written(answer) == "社区整合：块；理由（社区整合）：名册 动了"


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [],
        None,
        {"in": []},
        {"in": {}},
        {"in": {"委办局": []}},
        {"in": {"没有": ["条"]}},
        {"in": {"委办局": ["没有"]}},
        {"in": {"委办局": "条"}},
        {"in": {"委办局": ["条", "条"]}},
        {"in": {"协管员": ["块"], "aux": ["条"]}},
        {"in": {"委办局": ["条"]}, "why": {"委办局": "不问"}},
        {"in": {"委办局": ["条"]}, "why": []},
        {"in": {"委办局": ["条"]}, "note": ""},
    ],
)
def test_what_is_no_sorting(tmp_path: Path, raw: JSON) -> None:
    """Nothing laid, unknown cards and buckets, a card twice, reasons not asked for and other shapes are unreadable."""
    with pytest.raises(Unreadable):
        classify(tmp_path, ONE).read(raw)


def test_tally_counts_buckets_reasons_and_disagreement(tmp_path: Path) -> None:
    """Card by bucket with zeros, the reasons given, and how evenly the class spread each card."""
    found = classify(tmp_path, ONE)
    answers = [
        {"in": {"委办局": ["条"], "社区整合": ["块"]}, "why": {"社区整合": "甲说"}},
        {"in": {"委办局": ["条"], "社区整合": ["条"]}},
        {"in": {"委办局": ["条"]}},
    ]
    counted = found.tally(answers)
    assert counted.n == 3
    assert counted.slots["委办局"] == {"条": 3, "块": 0, "辅助": 0}
    assert counted.slots["社区整合"] == {"条": 1, "块": 1, "辅助": 0}
    assert counted.extra["why"] == {"社区整合": ["甲说"]}
    assert counted.extra["disagreement"]["委办局"] == 0
    assert counted.extra["disagreement"]["社区整合"] == 0.6309  # two of three buckets: ln 2 / ln 3
    assert found.positions(found.read(answers[0])) == {"委办局": "条", "社区整合": "块"}


@given(st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_disagreement_lies_between_one_voice_and_an_even_split(counts: list[int]) -> None:
    """0 where one bucket took all, 1 where all took as many, in between otherwise, whatever the buckets are called."""
    found = disagreement({str(n): c for n, c in enumerate(counts)})
    assert 0 <= found <= 1.0000001
    assert (found == 0) == (sum(c > 0 for c in counts) < 2)
    if len(set(counts)) == 1 and counts[0]:
        assert found == pytest.approx(1)
    assert found == pytest.approx(disagreement({str(n): c for n, c in enumerate(sorted(counts))}))


def test_public_is_the_same_wherever_the_cards_belong(tmp_path: Path) -> None:
    """Two exercises that differ only in their key look alike before release; the words beside a disputed card stay."""
    other = ONE.replace("in: 条", "in: 辅助").replace(", also: 块", "").replace("in: 块, why", "in: 条, why")
    first, second = classify(tmp_path / "1", ONE).public(), classify(tmp_path / "2", other).public()
    assert first.model_dump() == second.model_dump()
    assert first.cards[3].ambiguous == "写一句你为什么这样放。"


def test_cards_are_dealt_alike_before_and_after_release(tmp_path: Path) -> None:
    """The order of the cards is everybody's and does not follow the key."""
    found = classify(tmp_path, ONE)
    assert [c.name for c in found.dealt()] == [c.name for c in found.public().dealt()]
    assert sorted(c.name for c in found.dealt()) == sorted(c.name for c in found.cards)
    assert [line.role for line in found.paper()] == ["prompt", *["option"] * 3, *["blank"] * 5]
