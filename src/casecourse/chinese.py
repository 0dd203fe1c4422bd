"""Reading what people type: short texts compared without their dress, and numbers, ranges and dates out of digits and numerals."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category, normalize

if TYPE_CHECKING:
    from opencc import OpenCC

# ---- short texts --------------------------------------------------------------------------------------------------

_DASHES = re.compile("[‐‑‒–—―−~〜]+")  # whatever the keyboard offers between the ends of a range
_MEANS_SOMETHING = "%‰"
_JOINS_DIGITS = "+-./:"


def squeezed(text: str) -> str:
    """`text` for comparison: NFKC, lower case, simplified, without white space, control characters and punctuation.

    ％ (as %) and ‰ stay; `+ - . / :` stay between two digits, so that 1.5 is not 15 and 2008—2014 (any dash) not
    20082014, while 3,074 is 3074. A text of nothing else keeps its marks: `+` and `-` remain two different answers.
    """
    folded = "".join(c for c in _folded(text) if category(c)[0] not in "ZC")
    return _letters(folded) or folded


def matches(pattern: str, text: str) -> bool:
    """Whether `text` is what `pattern` describes, both squeezed; `…` in the pattern stands for any characters or none.

    Without `…` two ways to write the same number, range or date match as well: 3074 万 and 0.3074 亿, 3–5 and 三到五,
    2008-07 and 二〇〇八年七月.
    """
    if "…" not in pattern:
        return squeezed(pattern) == squeezed(text) or _same(pattern, text)
    first, *middle, last = (_letters(_folded(piece)) for piece in pattern.split("…"))
    whole = squeezed(text)
    if not whole.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = whole.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return whole.endswith(last) and len(whole) - len(last) >= at


def _folded(text: str) -> str:
    return simplified(normalize("NFKC", normalize("NFKC", text).lower()))


# What GB 2312, the code of simplified Chinese, holds although it is also written in traditional texts.
_IN_BOTH = frozenset("乾菸薹拚捱摺吒後徵夥榘於袷麴醣麽")


def simplified(text: str) -> str:
    """`text` with its traditional characters in simplified ones, each by itself: both sides of a comparison change alike."""
    return "".join(_simplified(c) for c in text) if any(map(_traditional, text)) else text


@lru_cache(maxsize=8192)
def _traditional(character: str) -> bool:
    """True for a Chinese character that GB 2312 does not hold: only such a one is looked up."""
    if not "\u3400" <= character <= "\U0003ffff":
        return False
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return character in _IN_BOTH


@lru_cache(maxsize=8192)
def _simplified(character: str) -> str:
    if not _traditional(character):
        return character
    found: str = _converter().convert(character)
    return found if len(found) == 1 else character


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    from opencc import OpenCC  # loaded when somebody writes traditional characters, and not before

    return OpenCC("t2s")


def _letters(folded: str) -> str:
    """What is left of a folded text without spaces and marks, save those that mean something."""
    text = _DASHES.sub("-", "".join(c for c in folded if category(c)[0] not in "ZC"))
    kept = [c for i, c in enumerate(text) if category(c)[0] not in "PS" or c in _MEANS_SOMETHING or _joins(text, i)]
    return "".join(kept)


def _joins(text: str, i: int) -> bool:
    return text[i] in _JOINS_DIGITS and text[i - 1 : i].isdigit() and text[i + 1 : i + 2].isdigit()


# ---- one number ---------------------------------------------------------------------------------------------------

LONGEST = 100  # characters of a typed number with its unit


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as typed: 3,074 万元 has value 3074, scale 10000, unit 元.

    `value` is the number before its 万, 亿, 万亿, ％, ‰ or 个百分点, whose worth is `scale`; a number in several
    sections counts in the largest: 一万二千 is 1.2 × 10000. `unit` is what follows (％, ‰ and 个百分点 are units
    themselves), "" where nothing does. `decimals` counts the digits of `value` after the point, as typed. `about` says
    that it was typed as approximate: 多 (more than), 近 (nearly), 约 or "".
    """

    value: Decimal
    scale: Decimal
    unit: str
    decimals: int
    about: str = field(default="", compare=False)


def figure(text: str) -> Figure | None:
    """Read a typed number, or return None: for a text, nothing, a range, a bound, a fraction, several numbers, 1e3.

    An approximate number (约 145, 200 多家, ≈21.7) is read as the number that it names. What follows the number is
    taken for its unit as it stands; whether it is one of those expected is for the asker to say.
    """
    if len(text) > LONGEST:
        return None
    text = simplified(text)
    body = _bare(text)
    if body is None:
        return None
    with localcontext(_EXACT):
        found = _percentage(body) or _counted(body)
    return replace(found, about=_about(text)) if found else None


def _about(text: str) -> str:
    """Which word says that the number in `text`, which is one, is approximate."""
    if re.search("[多余]", text):
        return "多"
    return "近" if "近" in text else "约" if re.search("约|大概|≈|左右|上下|^\\W*[~～]", text) else ""


_ONE = Decimal(1)
_EXACT = Context(prec=3 * LONGEST)
_WIDE = {ord("　"): " ", **{0xFF01 + i: chr(0x21 + i) for i in range(94)}}
_OLD = str.maketrans("〇零兩两壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億負點", "零零二二一二二三三四五六六七八九十百千万亿负点")
_MINUS = str.maketrans("−–﹣", "---")
_ABOUT = re.compile(r"^(?:大约为?|约[为是]?|大概|将近|接近|近|≈|~|=) ?")
_TAIL = re.compile(r" ?(?:左右|上下)?[ 。.!;,、]*$")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+)(?![0-9])")
_LOOSE = re.compile(r"(?<=[0十百千万亿])[多余](?![0-9])")  # 200 多家, 20 余万


def _bare(text: str) -> str | None:
    """The number and its unit in half-width characters without spaces, sign first; None where digits are strewn."""
    seen = "".join(c for c in text if category(c) != "Cf")
    body = " ".join(seen.translate(_WIDE).split()).translate(_MINUS)
    body = _TAIL.sub("", _ABOUT.sub("", body)).translate(_OLD)
    body = re.sub(r"(?<=[0-9])。(?=[0-9])", ".", body)  # the point that a Chinese keyboard gives
    sign = re.match(r"[-+负正] ?", body)
    rest = body[sign.end() :] if sign else body
    grouped = _GROUPED.match(rest)
    if grouped:
        rest = re.sub("[, ]", "", grouped[0]) + rest[grouped.end() :]
    if re.search(r"[0-9.] [0-9.]", rest):
        return None
    rest = _LOOSE.sub("", rest.replace(" ", ""), count=1)
    return ("-" if sign and sign[0][0] in "-负" else "") + rest


_PERCENT = re.compile(r"(?P<number>.+?)(?P<unit>[%‰]|个?百分点)")
_PER_HUNDRED = re.compile(r"(?P<sign>-?)(?P<part>[百千])分之(?P<minus>[-负]?)(?P<number>.+)")
_PARTS = {"%": ("％", "0.01"), "百": ("％", "0.01"), "‰": ("‰", "0.001"), "千": ("‰", "0.001")}
_POINTS = ("个百分点", "0.01")


def _percentage(body: str) -> Figure | None:
    """25％, 百分之二十五, 25 个百分点."""
    if match := _PER_HUNDRED.fullmatch(body):
        number = "一百" if match["number"] == "百" else match["number"]
        minus, mark = bool(match["sign"]) != bool(match["minus"]), match["part"]
    elif match := _PERCENT.fullmatch(body):
        number, minus, mark = match["number"].removeprefix("-"), body.startswith("-"), match["unit"]
    else:
        return None
    amount = _amount(number)
    if amount is None or amount[1]:
        return None
    unit, worth = _PARTS.get(mark, _POINTS)
    return _figure(-amount[0] if minus else amount[0], Decimal(worth), unit)


_NUMERALS = "零一二三四五六七八九十百千万亿"
_RUN = re.compile(rf"(?P<minus>-?)(?P<number>[0-9.{_NUMERALS}]+(?:点[{_NUMERALS}]+)?)(?P<unit>.*)")
_METRIC = re.compile(r"(?P<number>[0-9.]+)(?P<kilo>千)")  # 5 千米 has the unit 千米, 3 千人 has not
_WORD = rf"(?:[^\W\d_几²³{_NUMERALS}]|[℃㎡㎥㎞㎏]){{1,12}}[²³]?"
_UNIT = re.compile(rf"(?:千?{_WORD}(?:/[百千万亿]?{_WORD})?)?")
_RAISED = str.maketrans("²³", "  ")
_SPEECH = re.compile(
    r"以[上下内外]|[至到多余不没也都是的了有无和与或及]"
)  # a bound (1000 元以上) or a sentence (一个也没有)


def _counted(body: str) -> Figure | None:
    """A number with 万, 亿 and a unit, or without them."""
    match = _RUN.fullmatch(body)
    if match is None:
        return None
    number, unit = match["number"], match["unit"]
    metric = _METRIC.fullmatch(number)
    if metric and unit[:1] in tuple("米克瓦"):
        number, unit = metric["number"], metric["kilo"] + unit
    if (
        not _UNIT.fullmatch(unit)
        or _SPEECH.search(unit)
        or any(category(c) in ("Nl", "No") for c in unit.translate(_RAISED))
    ):
        return None
    amount = _amount(number)
    if amount is None:
        return None
    return _figure(-amount[0] if match["minus"] else amount[0], Decimal(10 ** amount[1]), unit)


def _figure(value: Decimal, scale: Decimal, unit: str) -> Figure:
    decimals = max(0, -int(value.as_tuple().exponent))
    return Figure(value.quantize(_ONE.scaleb(-decimals)) or abs(value), scale, unit, decimals)


# ---- numerals -----------------------------------------------------------------------------------------------------

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_TURN = str.maketrans("零一二三四五六七八九", "0123456789")
_LARGE = (("万亿", 12), ("亿", 8), ("万", 4))
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
_SPELT = re.compile(r"(?=.+零|.{4})[一二三四五六七八九][零一二三四五六七八九]{2,}")  # 二零一三; 三四 is a range
_DIGIT = "[一二三四五六七八九]"
_ATOM = rf"{_DIGIT}|[0-9]+(?:\.[0-9]+)?"
_SECTION = re.compile(rf"(?:({_ATOM})千)?零?(?:({_ATOM})百)?零?(?:({_ATOM})?(十))?零?({_DIGIT})?")


def _amount(text: str) -> tuple[Decimal, int] | None:
    """Value and zeros of the scale of a number in any mixture of digits and numerals: 3亿5000万 is 3.5 and 8."""
    for word, zeros in _LARGE:
        before, large, after = text.partition(word)
        if large:
            head = _amount(before) if before else None
            tail = _tail(after, zeros)
            if head is None or tail is None or (after and head[0] % 1):
                return None
            return head[0].scaleb(head[1]) + tail, zeros
    value = _spelt(text) if _SPELT.fullmatch(text) else _section(text)
    return None if value is None else (value, 0)


def _tail(text: str, zeros: int) -> Decimal | None:
    """What follows 万 or 亿, in units of that; None where it could mean two things: 1万2, 三亿五千."""
    if not text:
        return Decimal(0)
    if len(text) == 1 and _DIGITS.get(text):  # 一万二 is short for 一万二千
        return Decimal(_DIGITS[text]).scaleb(-1)
    if text.isdecimal() and len(text) != zeros:
        return None
    amount = _amount(text.removeprefix("零"))
    if amount is None:
        return None
    count = amount[0].scaleb(amount[1])
    value = count.scaleb(-zeros).normalize()
    sure = zeros == 4 or text[0] == "零" or text.isdecimal() or "万" in text or "亿" in text
    return value if sure and value < 1 and count % 1 == 0 else None


def _spelt(text: str) -> Decimal:
    return Decimal(text.translate(_TURN))


def _section(text: str) -> Decimal | None:
    """A number without 万 and 亿: 3074, 三千零七十四, 二十一点七, 3千, 一百二 (120)."""
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    whole, point, places = text.partition("点")
    if point:
        value = _section(whole)
        spelt = places.translate(_TURN)
        return value + Decimal(f"0.{spelt}") if value is not None and re.fullmatch("[0-9]+", spelt) else None
    if text == "零":
        return Decimal(0)
    match = _SECTION.fullmatch(text)
    if match is None or not text or text[0] == "零" or text[-1] == "零":
        return None
    thousands, hundreds, tens, ten, ones = match.groups()
    parts = [(thousands, 3), (hundreds, 2), (tens or (ten and "一"), 1)]
    found = [(Decimal(atom.translate(_TURN)), zeros) for atom, zeros in parts if atom]
    if any(count % 1 for count, _ in found) and (len(found) > 1 or ones):
        return None
    if any(count >= 10 for count, _ in found[1:]):
        return None
    short = found and text[-2:-1] != "零" and found[-1][1] > 1  # 一百二 is short for 一百二十
    last = Decimal(_DIGITS[ones or "零"]).scaleb(found[-1][1] - 1 if short else 0)
    return sum((count.scaleb(zeros) for count, zeros in found), last) + 0


# ---- ranges, dates, and what is the same ------------------------------------------------------------------------------


def span(text: str) -> tuple[Figure, Figure] | None:
    """Read a range (3–5 个, 三到五个, 30 至 300 元/月) as its two ends; None for anything else.

    The first end may do without 万, ％ and the unit of the second: 3–5 万人 begins at 3 万人.
    """
    if len(text) > 2 * LONGEST:
        return None
    for match in _TO.finditer(text):
        low, high = figure(text[: match.start()]), figure(text[match.end() :])
        if low is None or high is None:
            continue
        if not low.unit:
            low = replace(low, unit=high.unit, scale=high.scale if low.scale == 1 else low.scale)
        if low.unit == high.unit and low.value * low.scale < high.value * high.scale:
            return low, high
    return None


_TO = re.compile("[到至]|[‐‑‒–—―−~〜～－-]+")
_YEAR = "[12][0-9]{3}|[一二][零〇一二三四五六七八九]{3}"
_UP_TO_31 = "[0-9]{1,2}|[一二三]?十?[一二三四五六七八九]|[二三]?十"
_DATE = re.compile(
    rf"(?P<year>{_YEAR})(?:年|(?=[-./])|$)"
    rf"(?:[-./]?(?P<month>{_UP_TO_31})(?:月|(?=[-./])|$)(?:份|[-./]?(?P<day>{_UP_TO_31})[日号]?)?)?"
)


def date(text: str) -> tuple[int, ...] | None:
    """Read a year, a month or a day (2008-07, 2008.7, 2008 年 7 月, 二〇〇八年七月) as numbers; None for anything else."""
    if len(text) > LONGEST:
        return None
    body = simplified(normalize("NFKC", text))
    body = _DASHES.sub("-", "".join(c for c in body if not c.isspace())).rstrip("。.,")
    match = _DATE.fullmatch(body)
    if match is None:
        return None
    year = int(match["year"].replace("〇", "零").translate(_TURN))
    rest = [n for n in (match["month"], match["day"]) if n]
    numbers = [int(n) if n.isdecimal() else int(_section(n) or 0) for n in rest]
    inside = all(1 <= n <= most for n, most in zip(numbers, (12, 31), strict=False))
    return (year, *numbers) if inside else None


def _same(pattern: str, text: str) -> bool:
    """True when both are the same date, range or number, in the same unit and with the same sort of approximation."""
    if (mine := date(text)) is not None and mine == date(pattern):
        return True
    if (asked := span(pattern)) and (given := span(text)):
        return all(_alike(a, b) for a, b in zip(asked, given, strict=True))
    wanted, typed = figure(pattern), figure(text)
    return wanted is not None and typed is not None and _alike(wanted, typed)


def _alike(wanted: Figure, typed: Figure) -> bool:
    if {wanted.about, typed.about} - {"", "约"} and wanted.about != typed.about:
        return False
    counted = not wanted.unit and len(typed.unit) == 1 and typed.unit not in _RATES  # 5 个 for 5
    same = counted or same_unit(wanted.unit, typed.unit)
    return same and wanted.value * wanted.scale == typed.value * typed.scale


_COUNTED = ("人名位个口", "家个所间", "项个条种类件", "件个起宗次", "处个座所", "份个篇件", "级个层", "步个环")


_RATES = ("％", "‰", "个百分点")


def same_unit(asked: str, typed: str) -> bool:
    """Whether a typed unit stands for the one asked for: the same, none, its first word, or another word for counting.

    名 for 人 and 个 for 家 count the same things; 户 for 人, 人次 for 人 and 千米 for 米 do not. A rate is itself alone.
    """
    asked, typed = simplified(asked).lstrip("万亿").replace("%", "％"), simplified(typed)
    if asked in _RATES or typed in _RATES:
        return asked == typed
    return asked.startswith(typed) or (len(asked) == 1 and any(asked in g and typed in g for g in _COUNTED))
