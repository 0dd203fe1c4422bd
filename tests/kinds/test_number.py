"""number: how a typed figure is read, compared with its key, counted and shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from casecourse.grading import JSON, ExerciseBase, Note, Unreadable, grade
from casecourse.kinds.number import Number
from tests.writing import exercise


def number(folder: Path, fields: str) -> ExerciseBase:
    """A number exercise with `fields`, on the demo's facts."""
    return exercise(folder, f"kind: number\nprompt: 多少？\nassumed: 自拟\n{fields}")


def share(found: ExerciseBase, raw: JSON) -> Decimal | None:
    """The share that an answer earns."""
    return grade(found, raw)[1].share


# ---- tolerance -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "right"),
    [("5.8", True), ("5.75", True), ("5.84", True), ("5.7967", True), ("5.7", False), ("5.85", False), ("6", False)],
)
def test_decimals_allow_half_a_unit_of_the_last(tmp_path: Path, typed: str, right: bool) -> None:
    """2139 ÷ 369 = 5.7967… with one decimal: right within 0.05 of it."""
    found = number(tmp_path, "answer: forces / grids\nunit: 人\ndecimals: 1")
    assert share(found, typed) == int(right)


@pytest.mark.parametrize(
    ("typed", "right"), [("21.2", True), ("20.8", True), ("21.62", True), ("21.63", False), ("20.77", False)]
)
def test_a_tolerance_in_percent_is_a_share_of_the_key(tmp_path: Path, typed: str, right: bool) -> None:
    """3074 万元 ÷ 145 万人 = 21.2 元; 2％ of it is 0.424."""
    found = number(tmp_path, "answer: budget / people\nunit: 元\ntolerance: 2％")
    assert share(found, typed) == int(right)


@pytest.mark.parametrize(("typed", "right"), [("3074", True), ("3079", True), ("3069", True), ("3079.1", False)])
def test_a_tolerance_without_percent_is_in_the_unit_asked_for(tmp_path: Path, typed: str, right: bool) -> None:
    """5 means 5 万元 where 万元 are asked for."""
    found = number(tmp_path, "answer: budget\nunit: 万元\ntolerance: 5")
    assert share(found, typed) == int(right)


@pytest.mark.parametrize(("typed", "right"), [("672", True), ("672.0", True), ("671.9", False), ("673", False)])
def test_without_decimals_and_tolerance_the_key_must_be_exact(tmp_path: Path, typed: str, right: bool) -> None:
    """2139 − 1467 = 672, and nothing near it."""
    found = number(tmp_path, "answer: forces - forces-dept\nunit: 人")
    assert share(found, typed) == int(right)


@pytest.mark.parametrize(("typed", "right"), [("98", True), ("98.04", True), ("98.1", False), ("97.9", False)])
def test_a_single_fact_brings_its_own_digits(tmp_path: Path, typed: str, right: bool) -> None:
    """The fact 98.0 ％ as key is right within half of its last printed digit."""
    found = number(tmp_path, "answer: rate\nunit: ％")
    assert share(found, typed) == int(right)


def test_declared_decimals_stand_before_those_of_the_fact(tmp_path: Path) -> None:
    """decimals: 0 on a key that shows one digit allows half a unit."""
    assert share(number(tmp_path, "answer: rate\nunit: ％\ndecimals: 0"), "98.4") == 1


def test_tolerance_stands_before_decimals(tmp_path: Path) -> None:
    """Where both are declared the tolerance decides, and decimals only say how the key is shown."""
    found = number(tmp_path, "answer: forces / grids\nunit: 人\ndecimals: 1\ntolerance: 0.5")
    assert isinstance(found, Number)
    assert share(found, "6.2") == 1
    assert found.shown_key() == "5.8\u00a0人"


# ---- units -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "3074", "3,074", "3 074", "3074 万", "3074万元", "30740000 元", "0.3074 亿", "0.3074亿元", "３０７４", "３，０７４万元",
        "三千零七十四", "三千零七十四万元", "约 3074 万元", "3074.0",
    ],
)  # fmt: skip
def test_many_ways_to_write_the_same_amount(tmp_path: Path, typed: str) -> None:
    """Thousands marks, 万 and 亿, the unit with or without 万, full width and Chinese numerals all are 3074 万元."""
    assert share(number(tmp_path, "answer: budget\nunit: 万元"), typed) == 1


@pytest.mark.parametrize("typed", ["30740000", "3074 元", "3.074 亿", "3074 亿元", "307.4 万"])
def test_other_amounts_are_other_amounts(tmp_path: Path, typed: str) -> None:
    """A bare figure is in the unit asked for; a unit that was typed is taken at its word."""
    assert share(number(tmp_path, "answer: budget\nunit: 万元"), typed) == 0


@pytest.mark.parametrize("typed", ["25", "25%", "25％", "百分之二十五", "二十五", "25.0 ％", "250‰"])
def test_percentages(tmp_path: Path, typed: str) -> None:
    """10 of 40 is 25 ％, computed without multiplying by a hundred."""
    assert share(number(tmp_path, "answer: private / all\nunit: ％"), typed) == 1


def test_a_share_is_not_a_percentage(tmp_path: Path) -> None:
    """0.25 typed where ％ are asked for is a quarter of a percent."""
    assert share(number(tmp_path, "answer: private / all\nunit: ％"), "0.25") == 0


@pytest.mark.parametrize(("typed", "right"), [("58", True), ("58 个百分点", True), ("58％", False)])
def test_percentage_points_are_no_percentages(tmp_path: Path, typed: str, right: bool) -> None:
    """A difference of two rates is asked for in 个百分点; the sign ％ says something else."""
    assert share(number(tmp_path, "answer: rate - share\nunit: 个百分点"), typed) == int(right)


def test_a_percent_sign_where_none_is_asked_is_told(tmp_path: Path) -> None:
    """The remark says that the unit is another one."""
    verdict = grade(number(tmp_path, "answer: forces\nunit: 人"), "2139％")[1]
    assert verdict.share == 0
    assert verdict.notes == (Note("2139％", "wrong", "数值对，单位不同：这里要的是人。"),)


def test_a_measure_word_is_no_fault(tmp_path: Path) -> None:
    """Somebody who types 名 for 人 means the same."""
    assert share(number(tmp_path, "answer: forces\nunit: 人"), "2139 名") == 1


@pytest.mark.parametrize("typed", ["2139 户", "2139 人次", "2139 元", "2139 万元", "0.2139 万户"])
def test_another_unit_is_no_measure_word(tmp_path: Path, typed: str) -> None:
    """Households, visits and money are not people: units convert only where that is declared."""
    verdict = grade(number(tmp_path, "answer: forces\nunit: 人"), typed)[1]
    assert verdict.share == 0
    assert "单位不同" in verdict.notes[0].why


# ---- why it is right or not ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "typed", "earned", "why"),
    [
        ("answer: budget\nunit: 万元", "3074 元", 0, "数值对，单位不同：这里要的是万元。"),
        ("answer: budget\nunit: 万元", "3074 户", 0, "数值对，单位不同：这里要的是万元。"),
        ("answer: budget\nunit: 万元", "30740000", 0, "数字对，差了 10000 倍：看看小数点、百分号、万和亿。"),
        ("answer: private / all\nunit: ％", "0.25", 0, "数字对，差了 100 倍：看看小数点、百分号、万和亿。"),
        ("answer: private / all\nunit: ％", "25 个百分点", 0, "数值对，单位不同：这里要的是％。"),
        ("answer: share - rate\nunit: 个百分点", "58", 0, "大小对，正负号反了。"),
        ("answer: forces / grids\nunit: 人\ndecimals: 1", "5.9", 0, "差在末位：看看怎样舍入。"),
        ("answer: forces / grids\nunit: 人\ndecimals: 1", "6", 0, "位数不够：要保留 1 位小数。"),
        ("answer: forces / grids\nunit: 人\ndecimals: 1", "5.5", 0, ""),
        ("answer: forces\nunit: 人", "约 2139 人", 1, "数对了，只是多了一个“约”：源文写的是准数。"),
        ("answer: forces\nunit: 人", "近 2139 人", 1, "数对了，只是多了一个“近”：源文写的是准数。"),
        ("answer: people\nunit: 万人", "约 145 万人", 1, ""),
        ("answer: forces / grids\nunit: 人\ndecimals: 1", "约 5.8", 1, ""),
        ("answer: forces\nunit: 人", "2139", 1, ""),
        ("answer: forces\nunit: 人", "7", 0, ""),
    ],
)
def test_the_reason_reaches_the_student(tmp_path: Path, fields: str, typed: str, earned: int, why: str) -> None:
    """Unit, size, sign, last digit, missing digits, and an 约 too many are told in the note of the verdict."""
    verdict = grade(number(tmp_path, fields), typed)[1]
    assert (verdict.share, verdict.notes[0].why) == (earned, why)


@pytest.mark.parametrize("typed", ["3–5", "三到五", "30 至 300 万元", "3~5 万"])
def test_a_range_is_no_figure(tmp_path: Path, typed: str) -> None:
    """Where one number is asked for, a range is refused with its own sentence."""
    with pytest.raises(Unreadable, match="范围"):
        number(tmp_path, "answer: budget\nunit: 万元").read(typed)


# ---- 源文未载 and mistakes ------------------------------------------------------------------------------------------------


def test_unknown_as_key(tmp_path: Path) -> None:
    """Where the source is silent 源文未载 earns everything and a figure nothing."""
    found = number(tmp_path, "answer: 源文未载\nunit: 户\nmistakes: [{answer: '9', why: 九是九类。, credit: 0.2}]")
    assert share(found, "源文未载") == 1
    assert share(found, "12") == 0
    verdict = grade(found, "9 户")[1]
    assert (verdict.share, verdict.notes[0].why) == (Decimal("0.2"), "九是九类。")


def test_unknown_as_answer_to_what_is_known(tmp_path: Path) -> None:
    """源文未载 is always offered; where the source speaks it earns nothing, or what its mistake earns."""
    found = number(tmp_path / "1", "answer: forces\nunit: 人")
    assert share(found, "源文未载") == 0
    found = number(tmp_path / "2", "answer: forces\nmistakes: [{answer: 源文未载, why: 写着。, credit: 0.1}]")
    verdict = grade(found, " 源文未载。")[1]
    assert (verdict.share, verdict.notes[0].why) == (Decimal("0.1"), "写着。")


def test_the_first_mistake_that_fits_gives_its_credit_and_its_reason(tmp_path: Path) -> None:
    """An expected mistake is a formula, compared like the key."""
    found = number(
        tmp_path,
        """answer: forces / grids
unit: 人
decimals: 1
mistakes:
  - {answer: forces-dept / grids, why: 只算了部门。, credit: 0.5}
  - {answer: '4', why: 后一条。}""",
    )
    verdict = grade(found, "4.0")[1]
    assert verdict.share == Decimal("0.5")
    assert verdict.matched == ("forces-dept / grids",)
    assert verdict.notes == (Note("4.0", "part", "只算了部门。"),)


# ---- reading, counting, showing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw", ["", "  ", "很多", "1 到 2", "10-20", "1/3", "1e3", 12, 1.5, None, True, ["12"], "12 34", "十几"]
)
def test_what_is_no_figure(tmp_path: Path, raw: JSON) -> None:
    """Nothing, words, ranges, fractions, several figures and JSON numbers are unreadable, not wrong."""
    with pytest.raises(Unreadable):
        number(tmp_path, "answer: forces\nunit: 人").read(raw)


def test_an_estimate_has_no_score(tmp_path: Path) -> None:
    """Without an answer it is a poll of estimates."""
    assert grade(number(tmp_path, "unit: 人"), "6")[1].share is None


def test_tally_sorts_values_and_finds_quartiles(tmp_path: Path) -> None:
    """Values count together in the unit asked for, in order of size; 源文未载 is counted apart."""
    found = number(tmp_path, "answer: budget\nunit: 万元")
    counted = found.tally(["3074 万元", "30740000 元", "5000", "1000", "9000", "源文未载"])
    assert counted.n == 6
    assert list(counted.slots[""].items()) == [("1000", 1), ("3074", 2), ("5000", 1), ("9000", 1), ("源文未载", 1)]
    assert counted.extra == {"q1": "3074", "median": "3074", "q3": "5000"}


def test_expected_mistakes_are_counted_by_their_reason(tmp_path: Path) -> None:
    """A class sees which of the expected mistakes were made, and how often; right answers and others are not among them."""
    fields = "answer: forces / grids\nunit: 人\ndecimals: 1\nmistakes:\n  - {answer: grids / forces, why: 除反了。}"
    found = number(tmp_path, fields)
    assert found.tally(["5.8", "0.2", "0.17", "9", "0.2 人"]).extra["mistakes"] == {"除反了。": 3}


def test_an_estimate_has_a_middle_and_no_score(tmp_path: Path) -> None:
    """Without a key figures are gathered, with median and quartiles."""
    found = number(tmp_path, "unit: 人")
    assert grade(found, "6")[1].share is None
    assert found.tally(["4", "六", "8 人", "源文未载"]).extra == {"q1": "5", "median": "6", "q3": "7"}


def test_the_written_answer_has_its_unit_once(tmp_path: Path) -> None:
    """The unit asked for is added where none was typed."""
    found = number(tmp_path, "answer: budget\nunit: 万元")
    assert found.written("3074") == "3074 万元"
    assert found.written("3074 万元") == "3074 万元"
    assert found.written("源文未载") == "源文未载"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("answer: forces\nunit: 人", "answer: grids\nunit: 人"),
        ("answer: rate\nunit: ％", "answer: share\nunit: ％"),
        ("answer: forces\nunit: 人", "answer: 源文未载\nunit: 人"),
        ("answer: forces\nunit: 人\ntolerance: 2％", "unit: 人"),
        (
            "answer: forces / grids\ndecimals: 1\nmistakes: [{answer: grids, why: 错}]",
            "answer: grids / forces\ndecimals: 1",
        ),
    ],
)
def test_public_is_the_same_whatever_the_key(tmp_path: Path, first: str, second: str) -> None:
    """Before release neither the key nor its digits, its tolerance or its mistakes can be told."""
    a, b = number(tmp_path / "1", first).public(), number(tmp_path / "2", second).public()
    assert a.model_dump() == b.model_dump()
    assert (a.model_dump()["answer"], a.keyed) == ("", False)
