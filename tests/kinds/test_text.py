"""text: how typed words are compared, counted and shown."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecourse.grading import JSON, ExerciseBase, Note, Unreadable, grade
from casecourse.kinds.text import matching
from tests.writing import codes, course, exercise


def words(folder: Path, fields: str) -> ExerciseBase:
    """A text exercise with `fields`, on the demo's facts."""
    return exercise(folder, f"kind: text\nprompt: 叫什么？\nassumed: 自拟\n{fields}")


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


@pytest.mark.parametrize(
    "typed", ["核查结案", "结案", "核 查 结 案", "“核查结案”", "核查结案。", "　核查结案　", "核查、结案", ["结案"]]
)
def test_aliases_are_one_answer_and_dress_does_not_count(tmp_path: Path, typed: JSON) -> None:
    """` | ` parts aliases; spaces, punctuation and quotation marks are not compared."""
    assert share(words(tmp_path, "accept: 核查结案 | 结案"), typed) == 1


@pytest.mark.parametrize("typed", ["核查", "案结", "核查结案了", "核查结案 | 结案"])
def test_other_words_are_other_words(tmp_path: Path, typed: str) -> None:
    """A part, another order or more than the answer is not the answer."""
    assert share(words(tmp_path, "accept: 核查结案 | 结案"), typed) == 0


@pytest.mark.parametrize(("typed", "right"), [("ABC", 1), ("ａｂｃ", 1), ("abc", 1), ("ab", 0)])
def test_width_and_case_do_not_count(tmp_path: Path, typed: str, right: int) -> None:
    """Full width and capitals are folded."""
    assert share(words(tmp_path, "accept: Abc"), typed) == right


@pytest.mark.parametrize(
    ("typed", "right"),
    [("社区网格", 1), ("社区（村）网格", 1), ("社区村的那个网格", 1), ("网格社区", 0), ("社区网格员", 0), ("社区", 0)],
)
def test_an_ellipsis_stands_for_any_characters(tmp_path: Path, typed: str, right: int) -> None:
    """社区…网格 begins with one, ends with the other, whatever stands between."""
    assert share(words(tmp_path, "accept: 社区…网格"), typed) == right


def test_several_accepted_lines_are_alternatives_where_one_is_asked_for(tmp_path: Path) -> None:
    """Any of the lines earns everything, and the line that matched is known."""
    verdict = grade(words(tmp_path, "accept: [微循环, 小循环 | 第二级]"), "第二级")[1]
    assert verdict.share == 1
    assert verdict.matched == ("小循环 | 第二级",)
    assert verdict.notes == (Note("第二级", "right", "读作“小循环”。"),)


THREE = "accept: [信息采集 | 采集, 案卷建立, 任务派遣, 任务处理]\ncount: 3"


@pytest.mark.parametrize(
    ("typed", "earned"),
    [
        (["信息采集", "案卷建立", "任务处理"], Decimal(1)),
        (["信息采集", "案卷建立"], Decimal(2) / 3),
        (["信息采集", "采集", "案卷建立"], Decimal(2) / 3),
        (["信息采集", "信息采集", "信息采集"], Decimal(1) / 3),
        (["信息采集", "", "没有的"], Decimal(1) / 3),
        (["没有的"], Decimal(0)),
        ("信息采集", Decimal(1) / 3),
    ],
)
def test_different_lines_count_once_each(tmp_path: Path, typed: JSON, earned: Decimal) -> None:
    """The share is the number of different accepted lines hit over the number asked for; a duplicate earns nothing more."""
    assert share(words(tmp_path, THREE), typed) == earned


def test_a_duplicate_is_told(tmp_path: Path) -> None:
    """Two aliases of one line are remarked on as the same."""
    notes = grade(words(tmp_path, THREE), ["信息采集", "采集"])[1].notes
    assert [n.state for n in notes] == ["right", "info"]
    assert notes[1].why == "和另一个写的是同一个。"


WIDE = "accept: [社区…, 社区网格, 街道]\ncount: 3"


@pytest.mark.parametrize("typed", list(itertools.permutations(["社区网格", "社区工作站", "街道"])))
def test_the_order_of_typing_does_not_matter(tmp_path: Path, typed: tuple[str, ...]) -> None:
    """A word that fits two lines leaves the wider one to the word that fits no other."""
    verdict = grade(words(tmp_path, WIDE), list(typed))[1]
    assert verdict.share == 1
    assert set(verdict.matched) == {"社区…", "社区网格", "街道"}


@given(st.lists(st.lists(st.integers(0, 5), max_size=4, unique=True), max_size=6))
def test_as_many_words_as_possible_get_a_line(fitting: list[list[int]]) -> None:
    """Every word holds a line that it fits, no line is held twice, and no other way seats more words."""
    found = matching(fitting)
    assert all(line in fitting[word] for word, line in found.items())
    assert len(set(found.values())) == len(found)
    most = max(
        len([line for line in lines if line is not None])
        for lines in itertools.product(*([None, *fits] for fits in fitting))
        if len(set(used := [line for line in lines if line is not None])) == len(used)
    )
    assert len(found) == most


@pytest.mark.parametrize(
    ("accept", "typed", "why"),
    [
        ("3074 万元", "0.3074 亿元", "读作“3074 万元”。"),
        ("垂直管理", "垂直管理", ""),
        ("双重管理", "雙重管理", ""),
        ("145 万人", "约 145 万人", "读作“145 万人”，只是多了一个“约”。"),
        ("2008-07", "二〇〇八年七月", "读作“2008-07”。"),
        ("三到五个", "3–5 个", "读作“三到五个”。"),
    ],
)
def test_figures_dates_and_ranges_are_words_too(tmp_path: Path, accept: str, typed: str, why: str) -> None:
    """However a number, a date or a range is written it matches, and how it was understood is told."""
    verdict = grade(words(tmp_path, f"accept: '{accept}'"), typed)[1]
    assert (verdict.share, verdict.notes[0].why) == (1, why)


def test_a_mistake_gives_its_reason_and_its_credit(tmp_path: Path) -> None:
    """An expected wrong answer earns its credit where one answer is asked for."""
    found = words(tmp_path, "accept: 核查结案\nmistakes: [{answer: 考核评价 | 考核, why: 那是第七个。, credit: 0.5}]")
    verdict = grade(found, "考核")[1]
    assert verdict.share == Decimal("0.5")
    assert verdict.notes == (Note("考核", "part", "那是第七个。"),)


def test_a_mistakes_credit_counts_only_where_one_is_asked_for(tmp_path: Path) -> None:
    """Where several are asked for, the mistake's reason is shown and its credit is not given."""
    found = words(tmp_path, "accept: [甲, 乙]\ncount: 2\nmistakes: [{answer: 丙, why: 名单里没有。, credit: 0.5}]")
    verdict = grade(found, ["甲", "丙"])[1]
    assert verdict.share == Decimal("0.5")
    assert grade(found, ["丙"])[1].share == 0
    assert verdict.notes[1].why == "名单里没有。"


def test_unknown_as_key_and_as_answer(tmp_path: Path) -> None:
    """源文未载 is right where it is accepted and wrong elsewhere."""
    assert share(words(tmp_path / "1", "accept: 源文未载"), "源文未载。") == 1
    assert share(words(tmp_path / "2", "accept: 源文未载"), "独居老人") == 0
    assert share(words(tmp_path / "3", "accept: 独居老人"), "源文未载") == 0


def test_facts_are_filled_into_what_is_accepted(tmp_path: Path) -> None:
    """`{{fact}}` in an accepted line stands for the fact's value and unit."""
    found = words(tmp_path, "accept: '{{forces}} | {{started}} 年'")
    assert share(found, "2139人") == 1
    assert share(found, "2013 年") == 1
    assert share(found, "{{forces}}") == 0


def test_a_word_poll_has_no_score(tmp_path: Path) -> None:
    """Without accepted answers words are only gathered."""
    assert grade(words(tmp_path, "hint: 随便写"), "网")[1].share is None


@pytest.mark.parametrize(
    "raw", ["", " ", [], ["", " "], None, 7, {"text": "甲"}, [["甲"]], ["甲", "乙"], ["甲", 1], "甲\u0007"]
)
def test_what_is_no_word(tmp_path: Path, raw: JSON) -> None:
    """Nothing, other shapes, more than asked for and control characters are unreadable."""
    with pytest.raises(Unreadable):
        words(tmp_path, "accept: 甲").read(raw)


def test_too_long_is_refused_not_cut(tmp_path: Path) -> None:
    """Beyond 20,000 characters an answer is refused."""
    found = words(tmp_path, "accept: 甲")
    assert found.read("长" * 20_000) == ["长" * 20_000]
    with pytest.raises(Unreadable, match="太长"):
        found.read("长" * 20_001)


def test_words_that_read_the_same_count_together(tmp_path: Path) -> None:
    """The tally shows the wording seen first, most frequent words first."""
    found = words(tmp_path, "hint: 随便写")
    counted = found.tally([["乱"], ["“网”"], ["网"], ["网。"]])
    assert list(counted.slots[""].items()) == [("“网”", 3), ("乱", 1)]


def test_public_is_the_same_whatever_is_accepted(tmp_path: Path) -> None:
    """Before release only the number of words asked for is known."""
    a = words(tmp_path / "1", "accept: [甲, 乙]\ncount: 2\nmistakes: [{answer: 丙, why: 错}]").public()
    b = words(tmp_path / "2", "accept: [丁 | 戊, 己, 庚]\ncount: 2").public()
    assert a.model_dump() == b.model_dump()
    assert a.model_dump()["count"] == 2


def test_more_asked_for_than_accepted(tmp_path: Path) -> None:
    """count may not exceed the accepted lines, else nobody could earn everything."""
    text = "q:\n  kind: text\n  prompt: 写两个。\n  accept: 甲\n  count: 2\n  assumed: 自拟\n  explain: 略\n"
    assert codes(course(tmp_path, bank_yaml=text)) == ["wrong-value"]
