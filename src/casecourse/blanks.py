"""A gap to be filled: how a typed figure or word is judged against its key; shared by every kind that asks for typing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from casecourse import chinese, formula
from casecourse.formula import Formula, FormulaError
from casecourse.grading import FREE, UNKNOWN, Frozen, Lines, Mistake, Note, Scope
from casecourse.texts import t


def _formula(text: str) -> str:
    try:
        formula.parse(text)
    except FormulaError as e:
        raise PydanticCustomError("formula", "formula", {"fault": e.code, "column": e.column, "word": e.word}) from None
    return text


def _tolerance(text: str) -> str:
    figure = chinese.figure(text) if text else None
    if text and (figure is None or figure.value < 0 or figure.unit not in ("", "％", "%")):
        raise PydanticCustomError("tolerance", "tolerance")
    return text


FormulaText = Annotated[str, AfterValidator(_formula)]
MaybeFormula = Annotated[str, AfterValidator(lambda s: _formula(s) if s else s)]
KeyText = Annotated[str, AfterValidator(lambda s: s if s in ("", UNKNOWN) else _formula(s))]
ToleranceText = Annotated[str, AfterValidator(_tolerance)]


PERCENT = ("％", "%", "‰")
POINTS = "个百分点"
MEASURE = 2  # characters of a measure word that is not the one asked for; more is a sentence, not a unit


@dataclass(frozen=True, slots=True)
class Hit:
    """How a typed answer stands: the share it earns, what it matched, and the reason to show."""

    share: Decimal
    matched: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """How a figure is asked for: its unit, the decimals it is wanted in, and how far off it may be."""

    unit: str = ""
    decimals: int | None = None
    tolerance: str = ""

    def key(self, text: str, scope: Scope) -> Decimal:
        """The key's value in the unit asked for."""
        return formula.parse(text).value(scope.number) / formula.scale(self.unit)

    def wanted(self, text: str, scope: Scope) -> int | None:
        """Decimals in force: as declared, else those that a single fact shows as key."""
        single = formula.parse(text).single
        return self.decimals if self.decimals is not None else scope.digits(single) if single else None

    def slack(self, text: str, scope: Scope) -> Decimal:
        """How far an answer may lie from the key and still be right, in the unit asked for."""
        if self.tolerance:
            figure = chinese.figure(self.tolerance)
            assert figure is not None  # noqa: S101  the model has checked it
            share = figure.unit in ("％", "%")
            return abs(self.key(text, scope)) * figure.value * figure.scale if share else figure.value * figure.scale
        digits = self.wanted(text, scope)
        return Decimal(5).scaleb(-digits - 1) if digits is not None else Decimal(0)

    def fits(self, typed: Decimal, text: str, scope: Scope) -> bool:
        """True when `typed` (in the unit asked for) is the value of the formula `text`, within the slack."""
        key, slack = self.key(text, scope), self.slack(text, scope)
        # An integer answer to a key without decimals must be exact; rounding asks for closeness only.
        return abs(typed - key) <= slack

    def shown(self, text: str, scope: Scope) -> str:
        """The key as it is shown: rounded to the decimals in force, with its unit."""
        number = formula.plain(self.key(text, scope), self.wanted(text, scope))
        gap = "" if self.unit in PERCENT else "\u00a0"
        return f"{number}{gap}{self.unit}" if self.unit else number


Fault = Literal["", "unreadable", "range", "unit"]


def in_unit(typed: str, unit: str) -> tuple[Decimal | None, Fault]:
    """Read a typed figure into the unit asked for: (value, fault).

    The value is None where no single figure can be read (`unreadable`, `range`) or where its unit cannot stand for the
    one asked for (`unit`). A bare figure is taken to be in the unit asked for, and so is one with another word for
    counting the same; 万, 亿, ％ and a unit written out convert, and nothing else does.
    """
    figure = chinese.figure(typed)
    base = unit.lstrip("万亿")
    if figure is None:
        return None, "range" if chinese.span(typed) else "unreadable"
    fitting = chinese.same_unit(base, figure.unit) if base else figure.unit not in (*PERCENT, POINTS)
    if len(figure.unit) > MEASURE and not fitting and figure.unit != POINTS:
        return None, "unreadable"
    asked = formula.scale(unit)
    percent, points = figure.unit in PERCENT, figure.unit == POINTS
    if (percent and unit not in PERCENT) or points != (unit == POINTS and bool(figure.unit)):
        return None, "unit"
    if figure.unit and not percent and not points and not fitting:
        return None, "unit"
    if percent or points or figure.scale != 1:
        return figure.value * figure.scale / asked, ""
    if asked != 1 and base and figure.unit == base:  # the unit is written out without its 万: convert
        return figure.value / asked, ""
    return figure.value, ""


def remark(fault: Fault, unit: str) -> str:
    """The sentence for a figure that could not be taken."""
    return {
        "unit": t("单位不同：这里要的是{unit}。", unit=unit or t("不带百分号的数")),
        "range": t("写了一个范围：请只写一个数。"),
        "unreadable": t("没有读出一个数：请只写一个数，可以带单位，例如 3074 万元。"),
        "": "",
    }[fault]


def judge_figure(typed: str, key: str, measure: Measure, mistakes: tuple[Mistake, ...], scope: Scope) -> Hit:
    """Judge a typed figure, or 源文未载, against a key formula or 源文未载; the reason says what was near, or too much."""
    said_unknown = chinese.squeezed(typed) == chinese.squeezed(UNKNOWN)
    if said_unknown or key == UNKNOWN:
        return _judge_unknown(typed, said_unknown, key, measure, mistakes, scope)
    value, fault = in_unit(typed, measure.unit)
    if value is None:
        figure = chinese.figure(typed)
        if fault == "unit" and figure and measure.fits(figure.value, key, scope):
            return Hit(Decimal(0), "", _other_unit(measure.unit))
        return Hit(Decimal(0), "", remark(fault, measure.unit))
    if measure.fits(value, key, scope):
        return Hit(Decimal(1), measure.shown(key, scope), _too_careful(typed, key, scope))
    for slip in mistakes:
        if slip.answer != UNKNOWN and measure.fits(value, slip.answer, scope):
            return Hit(slip.credit, slip.answer, slip.why)
    return Hit(Decimal(0), "", _near(typed, value, key, measure, scope))


def _judge_unknown(
    typed: str, said_unknown: bool, key: str, measure: Measure, mistakes: tuple[Mistake, ...], scope: Scope
) -> Hit:
    """源文未载 as key, as answer, or as both."""
    if said_unknown and key == UNKNOWN:
        return Hit(Decimal(1), UNKNOWN)
    if said_unknown:
        slip = next((m for m in mistakes if m.answer == UNKNOWN), None)
        if slip is None:
            return Hit(Decimal(0), "", t("这个数材料里写明了，或者算得出来。"))
    else:
        value, _ = in_unit(typed, measure.unit)
        figures = [m for m in mistakes if m.answer != UNKNOWN]
        slip = next((m for m in figures if value is not None and measure.fits(value, m.answer, scope)), None)
    return Hit(slip.credit, slip.answer, slip.why) if slip else Hit(Decimal(0))


def _other_unit(unit: str) -> str:
    return t("数值对，单位不同：这里要的是{unit}。", unit=unit or t("不带百分号的数"))


def _too_careful(typed: str, key: str, scope: Scope) -> str:
    """What to say of 约 before a figure that the source gives without it."""
    figure, single = chinese.figure(typed), formula.parse(key).single
    if figure and figure.about and single and scope.quantum(single) is not None:
        return t("数对了，只是多了一个“{word}”：源文写的是准数。", word=figure.about)
    return ""


FACTORS = (10, 100, 1000, 10_000, 100_000_000)  # what a slip of the point, of ％, 万 or 亿 comes to


def _near(typed: str, value: Decimal, key: str, measure: Measure, scope: Scope) -> str:
    """What is right about a wrong figure: its digits, its size but for the sign, all but its last digit."""
    figure = chinese.figure(typed)
    right, slack, digits = measure.key(key, scope), measure.slack(key, scope), measure.wanted(key, scope)
    if abs(right) <= 2 * slack or figure is None:
        return ""
    if figure.value != value and measure.fits(figure.value, key, scope):
        return _other_unit(measure.unit)
    if measure.fits(-value, key, scope):
        return t("大小对，正负号反了。")
    for n in FACTORS:
        if measure.fits(value * n, key, scope) or measure.fits(value / n, key, scope):
            return t("数字对，差了 {n} 倍：看看小数点、百分号、万和亿。", n=n)
    if digits is None or measure.tolerance:
        return ""
    if figure.decimals < digits and formula.rounded(right, figure.decimals) == value:
        return t("位数不够：要保留 {n} 位小数。", n=digits)
    last = Decimal(1).scaleb(-digits)
    return t("差在末位：看看怎样舍入。") if digits and abs(value - right) <= last + slack else ""


def aliases(line: str) -> tuple[str, ...]:
    """The aliases of one accepted answer, which ` | ` parts."""
    return tuple(a.strip() for a in line.split(" | ") if a.strip())


def hits(line: str, typed: str) -> bool:
    """True when `typed` is one of the aliases of `line`."""
    return any(chinese.matches(a, typed) for a in aliases(line))


def shown_word(line: str) -> str:
    """How an accepted line is shown: its first alias."""
    return aliases(line)[0] if aliases(line) else line


def judge_word(typed: str, accept: tuple[str, ...], mistakes: tuple[Mistake, ...], scope: Scope) -> Hit:
    """Judge a typed word against accepted lines."""
    for line in accept:
        if hits(scope.fill(line), typed):
            return Hit(Decimal(1), line)
    for slip in mistakes:
        if hits(scope.fill(slip.answer), typed):
            return Hit(slip.credit, slip.answer, slip.why)
    return Hit(Decimal(0))


class Blank(Frozen):
    """A gap of a text or a cell of a table: words to accept, or a formula, or a dropdown."""

    accept: Lines = Field(default=(), description="接受的答案，一行一个；“ | ”隔开同一答案的几种写法")
    answer: KeyText = Field(default="", description="答案：公式")
    options: Lines | None = Field(default=None, description="下拉选项；写 [] 关掉共用的下拉")
    unit: str = Field(default="", description="单位")
    decimals: int | None = Field(default=None, ge=0, le=8, description="保留几位小数")
    tolerance: ToleranceText = Field(default="", description="允许的误差：数，或 2％")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="预料中的错误答案")
    why: str = Field(default="", description="反馈")
    evidence: Lines = Field(default=(), description="这一格自己的依据")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if bool(self.accept) == bool(self.answer):
            raise PydanticCustomError("blank_key", "accept or answer")
        return self

    @property
    def free(self) -> bool:
        """True for a gap that is filled freely and never scored."""
        return self.accept == (FREE,)

    def judge(self, typed: str, measure: Measure, scope: Scope) -> Hit:
        """Judge what was typed or chosen here."""
        if self.answer:
            return judge_figure(typed, self.answer, measure, self.mistakes, scope)
        return judge_word(typed, self.accept, self.mistakes, scope)

    def key(self, measure: Measure, scope: Scope) -> str:
        """The key as it is shown."""
        if self.answer and self.answer != UNKNOWN:
            return measure.shown(self.answer, scope)
        return scope.fill(" / ".join(shown_word(a) for a in self.accept)) if self.accept else UNKNOWN

    def formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula]]:
        """(path, formula) of the key and of mistakes that are formulas."""
        if self.answer and self.answer != UNKNOWN:
            yield ("answer",), formula.parse(self.answer)
            for n, slip in enumerate(self.mistakes):
                if slip.answer != UNKNOWN:
                    yield ("mistakes", n, "answer"), formula.parse(slip.answer)


@dataclass(frozen=True, slots=True)
class Gap:
    """A blank where it stands: with the dropdown and the measure in force there."""

    blank: Blank
    choices: tuple[str, ...] = ()
    measure: Measure = Measure()

    def hit(self, text: str, scope: Scope) -> Hit:
        """Judge an answer; only a choice of ours has its facts filled in, never what somebody typed."""
        return self.blank.judge(scope.fill(text) if self.choices else text, self.measure, scope)

    def note(self, about: str, text: str, scope: Scope) -> tuple[Decimal, Note]:
        """The share that an answer earns, and the remark on it."""
        hit = self.hit(text, scope)
        state: Literal["right", "part", "wrong"] = "right" if hit.share == 1 else "part" if hit.share > 0 else "wrong"
        return hit.share, Note(about, state, hit.why or (self.blank.why if state != "right" else ""))

    def key(self, scope: Scope) -> str:
        """The key as it is shown."""
        return self.blank.key(self.measure, scope)

    def counted(self, texts: Iterable[str]) -> dict[str, int]:
        """Answer → how many, most frequent first; figures and words that read the same count together."""
        first: dict[str, str] = {}
        counts = Counter(first.setdefault(self._same(text), text) for text in texts if text)
        return dict(counts.most_common())

    def _same(self, text: str) -> str:
        value, _ = in_unit(text, self.measure.unit)
        return formula.plain(value) if value is not None else chinese.squeezed(text) or text

    def filled(self, scope: Scope) -> str:
        """An answer that earns everything, made from the key."""
        if self.blank.free:
            return (self.choices or (t("自己的话"),))[0]
        if self.blank.answer and self.blank.answer != UNKNOWN:
            measure, answer = self.measure, self.blank.answer
            return formula.plain(measure.key(answer, scope), measure.wanted(answer, scope))
        fitting = next((c for c in self.choices if self.hit(c, scope).share == 1), None)
        return fitting or shown_word(scope.fill((self.blank.accept or (UNKNOWN,))[0])).replace("…", "某")

    def missed(self, scope: Scope) -> str:
        """An answer that earns nothing; "" where every one that could be given earns something."""
        candidates = (*self.choices, UNKNOWN, *(() if self.choices else ("不在其中的话",)))
        return next((c for c in candidates if self.hit(c, scope).share == 0), "")

    def bare(self) -> Blank:
        """What may be known of it before release: dropdown, unit and decimals."""
        blank = self.blank
        return Blank(accept=(FREE,), options=blank.options, unit=blank.unit, decimals=blank.decimals)


def offered(choices: tuple[str, ...]) -> tuple[str, ...]:
    """A dropdown with 源文未载 among its choices; none stays none."""
    return (*choices, *(() if UNKNOWN in choices else (UNKNOWN,))) if choices else ()


def blank_of(value: object) -> object:
    """A line becomes a gap: `=formula` is computed, anything else is accepted words."""
    if isinstance(value, str):
        return {"answer": value[1:].strip()} if value.startswith("=") else {"accept": value}
    return value
