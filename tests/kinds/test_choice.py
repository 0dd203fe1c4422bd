"""choice: how picks are weighed, read, counted and shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.grading import JSON, ExerciseBase, Note, Unreadable, grade
from casecourse.kinds.choice import Choice
from tests.writing import codes, course, exercise

ONE = """
    kind: choice
    prompt: 办不了的事交给谁？
    points: 4
    options:
      - {right: 小循环, why: 对，上一级。}
      - {wrong: 大循环, why: 跳了一级。, credit: 0.5}
      - {wrong: 微循环, why: 正是办不了的那一级。}
    assumed: 自拟
    """
MANY = """
    kind: choice
    prompt: 哪些属于七个环节？
    options:
      - right: 信息采集
      - right: 核查结案
      - right: 考核评价
      - {wrong: 张榜公布, why: 名单里没有。}
      - {wrong: 回头看, credit: 0}
    assumed: 自拟
    """


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


@pytest.mark.parametrize(("answer", "earned"), [("小循环", "1"), ("大循环", "0.5"), ("微循环", "0")])
def test_one_pick_earns_its_weight(tmp_path: Path, answer: str, earned: str) -> None:
    """Of one pick the right option earns 1, a wrong one 0, or the credit that its author gave it."""
    verdict = grade(exercise(tmp_path, ONE), [answer])[1]
    assert verdict.share == Decimal(earned)
    assert verdict.score == Decimal(earned) * 4


def test_a_negative_credit_earns_nothing_and_takes_nothing(tmp_path: Path) -> None:
    """The share never falls below 0."""
    found = exercise(tmp_path, ONE.replace("credit: 0.5", "credit: -1"))
    assert share(found, ["大循环"]) == 0


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        (["信息采集", "核查结案", "考核评价"], Decimal(1)),
        (["信息采集", "核查结案"], Decimal(2) / 3),
        (["信息采集", "核查结案", "张榜公布"], Decimal(1) / 3),
        (["信息采集", "张榜公布"], Decimal(0)),
        (["张榜公布"], Decimal(0)),
        (["信息采集", "核查结案", "考核评价", "张榜公布"], Decimal(2) / 3),
        (["信息采集", "回头看"], Decimal(1) / 3),
    ],
)
def test_each_wrong_pick_takes_one_right_pick_away(tmp_path: Path, answer: list[str], earned: Decimal) -> None:
    """Of several picks the share is the sum of the weights over that of the right ones; wrong counts −1, credit replaces it."""
    found = exercise(tmp_path, MANY)
    assert share(found, answer) == earned


def test_picking_everything_does_not_pay(tmp_path: Path) -> None:
    """All five options of three right, one wrong and one harmless earn what the wrong one leaves."""
    found = exercise(tmp_path, MANY.replace(", credit: 0}", "}"))
    assert share(found, ["信息采集", "核查结案", "考核评价", "张榜公布", "回头看"]) == Decimal(1) / 3


def test_credit_is_never_more_than_everything(tmp_path: Path) -> None:
    """A bonus for a wrong option cannot lift the share above 1."""
    found = exercise(tmp_path, MANY.replace("credit: 0}", "credit: 1}"))
    assert share(found, ["信息采集", "核查结案", "考核评价", "回头看"]) == 1


def test_two_right_options_make_it_many(tmp_path: Path) -> None:
    """Whether several may be picked follows from the key; a poll says it itself."""
    one, many = exercise(tmp_path / "1", ONE), exercise(tmp_path / "2", MANY)
    poll = "kind: choice\nprompt: 选哪个？\noptions: [甲, 乙]\nassumed: 自拟"
    assert isinstance(one, Choice)
    assert isinstance(many, Choice)
    assert not one.many
    assert many.many
    assert grade(exercise(tmp_path / "3", f"{poll}\npick: many"), ["甲", "乙"])[1].share is None
    with pytest.raises(Unreadable, match="只能选一个"):
        grade(exercise(tmp_path / "4", poll), ["甲", "乙"])


def test_a_poll_has_no_score(tmp_path: Path) -> None:
    """Options that are plain lines yield neither share nor score nor remarks."""
    found = exercise(tmp_path, "kind: choice\nprompt: 选哪个？\noptions: [甲, 乙]\nassumed: 自拟")
    verdict = grade(found, ["甲"])[1]
    assert (verdict.share, verdict.score, verdict.notes) == (None, None, ())
    assert not verdict.right
    assert not verdict.wrong


def test_remarks_speak_only_of_what_was_picked(tmp_path: Path) -> None:
    """Feedback names the picks with the author's reason, and says nothing of the other options."""
    verdict = grade(exercise(tmp_path, ONE), ["大循环"])[1]
    assert verdict.notes == (Note("大循环", "part", "跳了一级。"),)
    assert verdict.matched == ()


def test_unknown_as_key_and_as_a_tempting_option(tmp_path: Path) -> None:
    """源文未载 is an option like any other: right where the source is silent, wrong where it speaks."""
    text = "kind: choice\nprompt: 哪九类？\noptions: [{%s: 源文未载}, {%s: 独居老人}]\nassumed: 自拟"
    assert share(exercise(tmp_path / "1", text % ("right", "wrong")), ["源文未载"]) == 1
    assert share(exercise(tmp_path / "2", text % ("wrong", "right")), ["源文未载"]) == 0


def test_answers_name_options_by_id_or_by_their_text_as_written(tmp_path: Path) -> None:
    """An answer names an option by its id, else by its text before facts are filled in; its earlier text still counts."""
    found = exercise(
        tmp_path,
        """
        kind: choice
        prompt: 多少人？
        options:
          - right: '{{forces}}'
          - {wrong: 一千人, id: thousand}
          - {wrong: 两千人, was: 二千人}
        assumed: 自拟
        """,
    )
    assert share(found, ["{{forces}}"]) == 1
    assert share(found, ["thousand"]) == 0
    assert found.read(["二千人"]) == ["两千人"]
    with pytest.raises(Unreadable, match="没有这个选项：一千人"):
        found.read(["一千人"])
    assert found.written(["{{forces}}"]) == "2139\u00a0人"
    assert [line.text for line in found.paper()][1:] == ["2139\u00a0人", "一千人", "两千人"]


@pytest.mark.parametrize("raw", [[], ["没有的"], "小循环", None, {"小循环": True}, ["小循环", "大循环"], [1], [True]])
def test_what_is_no_pick(tmp_path: Path, raw: JSON) -> None:
    """Nothing, unknown names, two picks for one and other shapes are unreadable."""
    with pytest.raises(Unreadable):
        exercise(tmp_path, ONE).read(raw)


def test_the_same_option_twice_is_unreadable(tmp_path: Path) -> None:
    """An option cannot be picked twice, which would count twice."""
    with pytest.raises(Unreadable, match="两次"):
        exercise(tmp_path, MANY).read(["信息采集", "信息采集"])


def test_picks_are_kept_in_the_authors_order(tmp_path: Path) -> None:
    """The order in which somebody clicked is no part of the answer."""
    assert exercise(tmp_path, MANY).read(["考核评价", "信息采集"]) == ["信息采集", "考核评价"]


def test_tally_counts_options_and_sets(tmp_path: Path) -> None:
    """Every option has its count, unpicked ones 0; of several picks the sets are counted, too."""
    found = exercise(tmp_path, MANY)
    counted = found.tally([["信息采集", "核查结案"], ["信息采集", "核查结案"], ["回头看"]])
    assert counted.n == 3
    assert counted.slots[""] == {"信息采集": 2, "核查结案": 2, "考核评价": 0, "张榜公布": 0, "回头看": 1}
    assert counted.extra["sets"] == {"信息采集；核查结案": 2, "回头看": 1}


def test_positions_are_known_where_one_is_picked(tmp_path: Path) -> None:
    """One pick has a place in a flow between two votes; a set has none."""
    assert exercise(tmp_path / "1", ONE).positions(["小循环"]) == {"": "小循环"}
    assert exercise(tmp_path / "2", MANY).positions(["信息采集"]) == {}


def test_public_is_the_same_whichever_option_is_right(tmp_path: Path) -> None:
    """Two exercises that differ only in their key look alike before release."""
    other = ONE.replace("right: 小循环", "wrong: 小循环").replace("wrong: 微循环", "right: 微循环")
    first, second = exercise(tmp_path / "1", ONE).public(), exercise(tmp_path / "2", other).public()
    assert first.model_dump() == second.model_dump()
    assert first.fingerprint() == second.fingerprint()


def test_public_says_how_many_may_be_picked(tmp_path: Path) -> None:
    """Before release it is known whether one or several may be picked, not how many are right."""
    assert exercise(tmp_path / "1", ONE).public().model_dump()["pick"] == "one"
    assert exercise(tmp_path / "2", MANY).public().model_dump()["pick"] == "many"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("[{wrong: 甲}, {wrong: 乙}]", "no-right-option"),
        ("[{right: 甲}, 乙]", "wrong-value"),
        ("[{right: 甲}, {wrong: 甲}]", "wrong-value"),
        ("[{right: 甲, wrong: 丙}, {wrong: 乙}]", "missing-field"),
        ("[{right: 甲}]", "wrong-value"),
        ("[{right: 甲, credit: 2}, {wrong: 乙}]", "wrong-value"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options: str, code: str) -> None:
    """No right option, a poll mixed with a key, equal options, an option that is both, one option, a credit above 1."""
    text = f"q:\n  kind: choice\n  prompt: 选哪个？\n  assumed: 自拟\n  explain: 略\n  options: {options}\n"
    assert codes(course(tmp_path, bank_yaml=text)) == [code]
