"""Reading what people type: when two short texts are the same, and which number a typed figure is."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casecourse.chinese import Figure, date, figure, matches, same_unit, simplified, span, squeezed
from casecourse.formula import plain

# ---- short texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("“三社”互动！", "三社互动"),
        ("  核查 结案\u3000", "核查结案"),
        ("ＡＢｃ", "abc"),
        ("《意见》（试行）", "意见试行"),
        ("核\u200b查", "核查"),
        ("25％", "25%"),
        ("6.9‰", "6.9‰"),
        ("3,074", "3074"),
        ("3，074 万元", "3074万元"),
        ("1.5", "1.5"),
        ("a.b", "ab"),
        ("24/7", "24/7"),
        ("2008—2014 年", "2008-2014年"),
        ("2008～2014年", "2008-2014年"),
        ("12：30", "12:30"),
        ("C++", "c"),
        ("", ""),
        ("……", "......"),
        ("＋", "+"),
    ],
)
def test_a_short_text_is_squeezed_to_what_it_says(text: str, kept: str) -> None:
    """Dress goes: width, case, spaces, punctuation; what tells two answers apart stays."""
    assert squeezed(text) == kept


def test_signs_alone_are_different_answers() -> None:
    """Where a sign is the whole answer it is compared, not dropped."""
    assert squeezed("+") != squeezed("-")


@given(st.text(st.sampled_from("三社互动ＡbC12０，。“”！ \u3000％.-—~+/：…()&\n"), max_size=30))
def test_squeezing_twice_changes_nothing(text: str) -> None:
    """A squeezed text is its own squeezed form."""
    assert squeezed(squeezed(text)) == squeezed(text)


@given(
    st.text(st.sampled_from("三社互动甲乙丙"), min_size=1),
    st.lists(st.sampled_from(" 、，！“”\u3000\t（）"), max_size=8),
)
def test_punctuation_between_words_makes_no_difference(text: str, marks: list[str]) -> None:
    """Spaces and punctuation may stand anywhere in a text without making it another."""
    dressed = "".join(mark + text[i : i + 1] for i, mark in enumerate(marks)) + text[len(marks) :]
    assert squeezed(dressed) == squeezed(text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("核查结案", "核查、结案。", True),
        ("核查结案", "核查", False),
        ("…双重…", "实行双重管理", True),
        ("…双重…", "双重", True),
        ("…双重…", "双层", False),
        ("…派出所", "公安派出所。", True),
        ("…派出所", "派出所长", False),
        ("派出所…", "派出所长", True),
        ("派出所…", "公安派出所", False),
        ("…公共…市场…", "公共服务与市场服务", True),
        ("…公共…市场…", "市场服务与公共服务", False),
        ("甲…甲", "甲", False),
        ("甲…甲", "甲甲", True),
        ("甲……乙", "甲 和 乙", True),
        ("…、…", "公安", True),
        ("…", "", True),
        ("", "公安", False),
        ("-", "+", False),
    ],
)
def test_an_ellipsis_stands_for_any_characters(pattern: str, text: str, expected: bool) -> None:
    """`…` matches any characters or none, the pieces in order and without sharing characters."""
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("垂直管理", "垂直管理"),
        ("垂直管理与双重管理", "垂直管理與雙重管理"),
        ("網格員", "网格员"),
        ("…街道…", "三個街道辦事處"),
        ("三万两千", "三萬兩千"),
        ("网格之后", "網格之後"),
        ("源文未载", "源文未載"),
    ],
)
def test_traditional_characters_are_simplified_ones(pattern: str, text: str) -> None:
    """Whoever writes traditional characters writes the same words."""
    assert matches(pattern, text)


def test_a_word_of_other_characters_is_another_word() -> None:
    """Simplifying brings no two different words together."""
    assert not matches("条块", "條條")
    assert not matches("人员", "人緣")


def test_what_gb2312_holds_is_simplified_already_but_for_a_named_few() -> None:
    """Only characters that the code of simplified Chinese lacks are looked up; the exceptions are all there are."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                character = bytes([row, cell]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            assert simplified(character) == convert(character)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("3074 万元", "三千零七十四万元", True),
        ("3074 万元", "0.3074 亿元", True),
        ("3074 万元", "30,740,000 元", True),
        ("3074 万元", "3074 元", False),
        ("3074 万元", "3074 万人", False),
        ("25％", "百分之二十五", True),
        ("25％", "25", False),
        ("25％", "25 个百分点", False),
        ("两年", "2 年", True),
        ("两年", "二年", True),
        ("5", "五个", True),
        ("5", "5％", False),
        ("145 万人", "约 145 万人", True),
        ("200 多家", "200 余家", True),
        ("200 多家", "200 家", False),
        ("200 多家", "近 200 家", False),
        ("3–5 个", "三到五个", True),
        ("3–5 个", "3 至 5 個", True),
        ("3–5 个", "3～5", True),
        ("3–5 个", "3–6 个", False),
        ("3–5 个", "4 个", False),
        ("3–5 万人", "3 万至 5 万人", True),
        ("2008-07", "2008 年 7 月", True),
        ("2008-07", "2008.7", True),
        ("2008-07", "二〇〇八年七月", True),
        ("2008-07", "2008-08", False),
        ("2008-07", "2008", False),
        ("2013 年", "2013", True),
        ("2014-02-09", "2014年2月9日", True),
    ],
)
def test_numbers_ranges_and_dates_match_however_they_are_written(pattern: str, text: str, expected: bool) -> None:
    """Numerals, 万 and 亿, the dash of a range and the order of a date are dress; unit, 多 and 近 are not."""
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2008", (2008,)),
        ("２００８年", (2008,)),
        ("二〇〇八年七月", (2008, 7)),
        ("2008/7", (2008, 7)),
        ("2008年07月份", (2008, 7)),
        ("二零一四年十二月三十一日", (2014, 12, 31)),
        ("2014.2.9", (2014, 2, 9)),
        ("2008-13", None),
        ("2008年7", (2008, 7)),
        ("20087", None),
        ("208年", None),
        ("七月", None),
        ("2008年成立", None),
        ("2011–2020", None),
        ("2008-7-32", None),
    ],
)
def test_dates_are_read(text: str, read: tuple[int, ...] | None) -> None:
    """Years, months and days in digits or numerals, with strokes, points or words; nothing else."""
    assert date(text) == read


@given(st.dates())
def test_a_printed_date_reads_back(day: datetime.date) -> None:
    """However a day of these centuries is printed, it is that day."""
    if not 1000 <= day.year <= 2999:
        return
    for form in ("%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y/%m/%d"):
        assert date(day.strftime(form)) == (day.year, day.month, day.day)
    assert date(f"{day.year}年{numeral(day.month).replace('一十', '十')}月") == (day.year, day.month)


@given(st.integers(1, 999), st.integers(1, 999), st.sampled_from(["个", "万元", "％", "元/月", ""]))
def test_a_printed_range_reads_back(low: int, more: int, unit: str) -> None:
    """Its ends with their unit, whichever dash or word stands between."""
    high = low + more
    for between in ("–", "-", "～", "到", "至", " — "):
        found = span(f"{low}{between}{high} {unit}")
        assert found is not None
        wanted = figure(f"{high} {unit}")
        assert found[1] == wanted
        assert (found[0].value, found[0].unit, found[0].scale) == (low, found[1].unit, found[1].scale)
    assert span(f"{numeral(low)}到{numeral(high)}{unit}") == found


@pytest.mark.parametrize("text", ["3", "5–3", "三四个", "到", "3–", "–5", "-3", "a–b", "3 人–5 户", "3/5", ""])
def test_what_is_no_range_is_not_read(text: str) -> None:
    """One number, ends in the wrong order or of two units, and words."""
    assert span(text) is None


@pytest.mark.parametrize(
    ("asked", "typed", "same"),
    [
        ("人", "名", True),
        ("家", "个", True),
        ("个", "項", True),
        ("万元", "元", True),
        ("人/格", "人", True),
        ("名志愿者", "名", True),
        ("％", "%", False),
        ("人", "户", False),
        ("人", "人次", False),
        ("米", "千米", False),
        ("个百分点", "个", False),
        ("％", "", False),
        ("分钟", "小时", False),
    ],
)
def test_another_word_for_counting_is_the_same_unit(asked: str, typed: str, same: bool) -> None:
    """Measure words of one sort stand for each other; rates and real units for themselves alone."""
    assert same_unit(asked, typed) is same


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("约 145", "约"),
        ("145 左右", "约"),
        ("200 多家", "多"),
        ("20余万", "多"),
        ("近 200", "近"),
        ("接近200", "近"),
        ("200", ""),
    ],
)
def test_the_word_for_about_is_kept(text: str, about: str) -> None:
    """A number knows whether it was typed as about, more than or nearly."""
    found = figure(text)
    assert found is not None
    assert found.about == about


# ---- one number -------------------------------------------------------------------------------------------------------

NUMBERS = [
    # as typed, value, scale, unit
    ("3074", "3074", "1", ""),
    ("3,074", "3074", "1", ""),
    ("3 074 万元", "3074", "1e4", "元"),
    ("3\u00a0074\u2009万元", "3074", "1e4", "元"),
    ("３０７４万", "3074", "1e4", ""),
    ("３，０７４．５", "3074.5", "1", ""),
    ("1,234,567.89", "1234567.89", "1", ""),
    ("0.3074亿", "0.3074", "1e8", ""),
    ("1.2万亿", "1.2", "1e12", ""),
    ("21.7人/格", "21.7", "1", "人/格"),
    ("21.70 人 / 格", "21.70", "1", "人/格"),
    ("12人/万人", "12", "1", "人/万人"),
    ("9 m²", "9", "1", "m²"),
    ("50名志愿者", "50", "1", "名志愿者"),
    (".5", "0.5", "1", ""),
    ("21。7", "21.7", "1", ""),
    ("25。", "25", "1", ""),
    ("\ufeff25\u200b", "25", "1", ""),
    # signs
    ("-6.9", "-6.9", "1", ""),
    ("−6.9", "-6.9", "1", ""),
    ("－6.9", "-6.9", "1", ""),
    ("- 6.9", "-6.9", "1", ""),
    ("负六点九", "-6.9", "1", ""),
    ("+5", "5", "1", ""),
    # parts of a hundred and of a thousand
    ("25%", "25", "0.01", "％"),
    ("25 ％", "25", "0.01", "％"),
    ("-6.9%", "-6.9", "0.01", "％"),
    ("百分之二十五", "25", "0.01", "％"),
    ("百分之 25.5", "25.5", "0.01", "％"),
    ("百分之百", "100", "0.01", "％"),
    ("负百分之六", "-6", "0.01", "％"),
    ("百分之负六", "-6", "0.01", "％"),
    ("25个百分点", "25", "0.01", "个百分点"),
    ("两个百分点", "2", "0.01", "个百分点"),
    ("5‰", "5", "0.001", "‰"),
    ("千分之五", "5", "0.001", "‰"),
    # about
    ("约 145", "145", "1", ""),
    ("大约145人左右", "145", "1", "人"),
    ("≈21.7", "21.7", "1", ""),
    ("近200家", "200", "1", "家"),
    ("200 多家", "200", "1", "家"),
    ("20余万人", "20", "1e4", "人"),
    ("三十多年", "30", "1", "年"),
    # numerals
    ("零", "0", "1", ""),
    ("两", "2", "1", ""),
    ("十", "10", "1", ""),
    ("十二", "12", "1", ""),
    ("二十一点七", "21.7", "1", ""),
    ("一百零二", "102", "1", ""),
    ("一百二", "120", "1", ""),
    ("一千零五十", "1050", "1", ""),
    ("一千五", "1500", "1", ""),
    ("三百五十六人", "356", "1", "人"),
    ("二〇一三年", "2013", "1", "年"),
    ("一九七八", "1978", "1", ""),
    ("三千零七十四万", "3074", "1e4", ""),
    ("零点三零七四亿元", "0.3074", "1e8", "元"),
    ("叁仟零柒拾肆萬", "3074", "1e4", ""),
    # digits and numerals together, and several sections
    ("3千", "3000", "1", ""),
    ("1.5千", "1500", "1", ""),
    ("5百万", "500", "1e4", ""),
    ("5千米", "5", "1", "千米"),
    ("3千人", "3000", "1", "人"),
    ("1万2千", "1.2", "1e4", ""),
    ("一万二", "1.2", "1e4", ""),
    ("三万零五", "3.0005", "1e4", ""),
    ("1万2345元", "1.2345", "1e4", "元"),
    ("3亿5000万", "3.5", "1e8", ""),
    ("三亿零五百万", "3.05", "1e8", ""),
    ("一万三千亿", "13000", "1e8", ""),
]


@pytest.mark.parametrize(("text", "value", "scale", "unit"), NUMBERS)
def test_a_typed_number_is_read(text: str, value: str, scale: str, unit: str) -> None:
    """Width, grouping, sign, numerals, 万 and 亿, parts of a hundred, about-words and the unit are all understood."""
    decimals = len(value.partition(".")[2])
    assert figure(text) == Figure(Decimal(value), Decimal(scale), unit, decimals)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "。",
            "-",
            "源文未载",
            "没有说",
            "若干",
            "几十",
            "第三",
            "万元",
            "亿",
            "百",
            "％",
            "个百分点",
            "NaN",
            "inf",
        ),
        *("1e3", "0x10", "1_000", "٣", "①", "3½", "5²", "3ⅷ"),
        *("20-30", "20~30", "20—30", "20 至 30", "二十到三十", "25%-30%", "三四个", "五六十", "三五百", "±5"),
        *("1/3", "三分之一", "3/4", "3:1", "1.2.3", "--5"),
        *("3 4", "3、4", "3人5", "2013年12月", "1,23", "12,345,67", "1, 200", "0,074"),
        *("1000元以上", "不到200", "200以内", ">5", "≥5"),
        *("1万2", "三亿五千", "1.2万5千", "万万", "一万万", "1万0.5", "1.5千3百", "3万%", "点五"),
        *("一个也没有", "两者都不是", "十二是对的"),
    ],
)
def test_what_is_not_one_number_is_not_read(text: str) -> None:
    """Texts, ranges, bounds, fractions, several numbers and what could mean two things are None."""
    assert figure(text) is None


@given(st.text(max_size=120) | st.text(st.sampled_from("0123.,，－-+约一二十百千万亿零点%分之个 多人/"), max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text raises; what is read has finite value, a known scale and a unit without digits."""
    found = figure(text)
    if found is not None:
        assert found.value.is_finite()
        assert found.scale in {Decimal(s) for s in ("1", "1e4", "1e8", "1e12", "0.01", "0.001")}
        assert not any(c in "0123456789" for c in found.unit)
        assert -found.value.as_tuple().exponent == found.decimals  # type: ignore[operator]  # finite


@given(
    st.decimals(-(10**9), 10**9, places=3),
    st.sampled_from(
        [
            ("", "1"),
            ("万", "1e4"),
            ("亿", "1e8"),
            ("万亿", "1e12"),
            ("％", "0.01"),
            ("‰", "0.001"),
            ("个百分点", "0.01"),
        ]
    ),
    st.sampled_from(["{:,}", "{}", " {} ", "约{}", "{}左右"]),
)
def test_a_formatted_number_reads_back(value: Decimal, unit: tuple[str, str], form: str) -> None:
    """What the course prints, with or without groups and a scaled unit, reads as the same value and scale."""
    number = f"{value:,}" if "," in form else plain(value)
    found = figure(form.replace(":,", "").format(number + unit[0]))
    assert found is not None
    assert (found.value, found.scale) == (value, Decimal(unit[1]))


def numeral(n: int) -> str:
    """`n` below 10⁸ in Chinese numerals, as taught in school."""
    if n >= 10_000:
        over, rest = divmod(n, 10_000)
        return numeral(over) + "万" + ("零" if 0 < rest < 1000 else "") + (numeral(rest) if rest else "")
    digits = f"{n:04}"
    words = "".join(
        ("一二三四五六七八九"[int(d) - 1] + w) if d > "0" else "零" for d, w in zip(digits, "千百十 ", strict=True)
    )
    while "零零" in words:
        words = words.replace("零零", "零")
    return words.replace(" ", "").strip("零") or "零"


@given(st.integers(0, 10**8 - 1))
def test_every_numeral_is_read(n: int) -> None:
    """A number spelt out in Chinese is the number."""
    found = figure(numeral(n))
    assert found is not None
    assert found.value * found.scale == n


@pytest.mark.parametrize("piece", ["1", "一", "万", "一万", "1,", "1 ", "- ", "十", "百分之", "…甲", " ", "ﷺ"])
@pytest.mark.parametrize(
    "reads", [figure, squeezed, date, span, simplified, lambda text: matches("…甲" * 2000 + "…乙", text)]
)
def test_a_hundred_kilobytes_of_anything_are_dealt_with_quickly(piece: str, reads: Callable[[str], object]) -> None:
    """No text makes the reader slow."""
    start = time.process_time()
    reads(piece * (100_000 // len(piece)))
    assert time.process_time() - start < 5
