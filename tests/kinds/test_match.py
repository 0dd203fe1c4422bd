"""match: how pairs are judged, read, counted and shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.grading import JSON, ExerciseBase, Note, Unreadable, grade
from casecourse.kinds.match import Match, letter
from tests.writing import exercise

ONE = """
    kind: match
    prompt: 每个名称配哪个数？
    points: 3
    pairs:
      - {left: 力量, right: '{{forces}}'}
      - {left: 部门, right: '{{forces-dept}}', why: 只是一部分。}
      - {left: 网格, right: 三百六十九, was: 三六九}
      - {left: 队伍, right: '{{forces}}'}
    spare: [八百]
    assumed: 自拟
    """
MANY = """
    kind: match
    prompt: 每级对应哪些环节？
    pairs:
      - {left: 社区, right: 采集}
      - {left: 社区, right: 反馈}
      - {left: 街镇, right: 派遣}
    spare: 公示
    assumed: 自拟
    """


def match(folder: Path, text: str) -> Match:
    """The exercise as a Match."""
    found = exercise(folder, text)
    assert isinstance(found, Match)
    return found


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ({"力量": ["{{forces}}"], "部门": ["{{forces-dept}}"], "网格": ["三百六十九"], "队伍": ["{{forces}}"]}, 4),
        ({"力量": ["{{forces}}"], "队伍": ["{{forces}}"]}, 2),
        ({"部门": ["八百"], "网格": ["三百六十九"]}, 1),
        ({"部门": ["{{forces}}"]}, 0),
    ],
)
def test_the_mean_over_the_lefts(tmp_path: Path, answer: JSON, right: int) -> None:
    """Each left counts the same, one without an answer is 0, and a right may be laid to several."""
    assert share(match(tmp_path, ONE), answer) == Decimal(right) / 4


@pytest.mark.parametrize(
    ("laid", "earned"),
    [
        (["采集", "反馈"], "1"),
        (["采集"], "1/2"),
        (["采集", "派遣"], "1/3"),
        (["采集", "反馈", "公示"], "2/3"),
        (["公示"], "0"),
    ],
)
def test_a_left_with_two_rights(tmp_path: Path, laid: list[str], earned: str) -> None:
    """Hits are divided by the rights that belong to it and the wrong ones chosen."""
    top, _, bottom = earned.partition("/")
    assert share(match(tmp_path, MANY), {"社区": laid}) == Decimal(top) / Decimal(bottom or 1) / 2


def test_a_left_written_twice_lets_all_take_several(tmp_path: Path) -> None:
    """Whether a left may take several rights follows from the pairs, also in the public copy."""
    one, many = match(tmp_path / "1", ONE), match(tmp_path / "2", MANY)
    assert [x.several for x in (one, one.public(), many, many.public())] == [False, False, True, True]
    with pytest.raises(Unreadable, match="只能配一项"):
        one.read({"力量": ["八百", "{{forces}}"]})
    assert set(many.read({"街镇": ["派遣", "公示"]})["街镇"]) == {"派遣", "公示"}


def test_remarks_speak_of_the_lefts_that_were_answered(tmp_path: Path) -> None:
    """A wrong left brings its reason, a right one none, an empty one is not mentioned."""
    verdict = grade(match(tmp_path, ONE), {"力量": ["{{forces}}"], "部门": ["八百"], "网格": []})[1]
    assert verdict.notes == (Note("力量", "right"), Note("部门", "wrong", "只是一部分。"))
    assert verdict.matched == ("力量",)


def test_earlier_texts_are_recognised(tmp_path: Path) -> None:
    """`was` stands for the earlier text of a left or of a right."""
    found = match(tmp_path / "1", ONE)
    assert found.read({"网格": ["三六九"]}) == {"网格": ["三百六十九"]}
    left = match(tmp_path / "2", ONE.replace("was: 三六九", "was: 三级网格"))
    assert left.read({"三级网格": ["八百"]}) == {"网格": ["八百"]}
    assert found.written({"力量": ["{{forces}}"], "网格": ["三百六十九"]}) == "力量—2139\u00a0人；网格—三百六十九"


@pytest.mark.parametrize(
    "raw",
    [
        {},
        [],
        None,
        {"力量": []},
        {"力量": "八百"},
        {"没有": ["八百"]},
        {"力量": ["没有"]},
        {"力量": [8]},
        {"力量": ["八百", "八百"]},
        {"网格": ["三六九", "三百六十九"]},
    ],
)
def test_what_is_no_pairing(tmp_path: Path, raw: JSON) -> None:
    """Nothing laid, unknown entries, the same twice and other shapes are unreadable."""
    with pytest.raises(Unreadable):
        match(tmp_path, ONE).read(raw)


def test_tally_counts_left_by_right(tmp_path: Path) -> None:
    """Every left has a count for every right, extras among them."""
    counted = match(tmp_path, MANY).tally([{"社区": ["采集", "反馈"]}, {"社区": ["采集"], "街镇": ["公示"]}])
    assert counted.n == 2
    assert counted.slots["社区"] == {"采集": 2, "反馈": 1, "派遣": 0, "公示": 0}
    assert counted.slots["街镇"] == {"采集": 0, "反馈": 0, "派遣": 0, "公示": 1}


def test_public_is_the_same_whatever_belongs_together(tmp_path: Path) -> None:
    """Two exercises that differ only in what belongs to what, and in which right belongs nowhere, look alike."""
    other = ONE.replace("right: 三百六十九", "right: 八百").replace("[八百]", "[三百六十九]")
    first, second = match(tmp_path / "1", ONE).public(), match(tmp_path / "2", other).public()
    assert first.model_dump() == second.model_dump()
    assert first.rights == match(tmp_path / "3", ONE).rights
    assert all(p.right == "" for p in first.pairs)


def test_paper_letters_the_rights(tmp_path: Path) -> None:
    """A sheet has room for a letter before each left; beyond Z follow AA and AB."""
    lines = [line.text for line in match(tmp_path, MANY).paper()]
    assert lines[1:3] == ["（　）社区", "（　）街镇"]
    assert [line[0] for line in lines[3:]] == ["A", "B", "C", "D"]
    assert [letter(n) for n in (0, 25, 26, 27)] == ["A", "Z", "AA", "AB"]


def test_rights_that_belong_nowhere_can_stand_in_an_elective_exercise(tmp_path: Path) -> None:
    """`spare` holds what belongs nowhere, `extra: true` makes it elective, and both survive what is stored."""
    lines = match(tmp_path / "1", MANY)
    both = match(tmp_path / "2", MANY.replace("spare: 公示", "spare: 公示\n    extra: true"))
    assert (lines.extra, lines.spare) == (False, ("公示",))
    assert (both.extra, both.spare) == (True, ("公示",))
    assert both.fingerprint() == lines.fingerprint()
    for found in (lines, both):
        assert Match.model_validate(found.snapshot()).model_dump() == found.model_dump()
