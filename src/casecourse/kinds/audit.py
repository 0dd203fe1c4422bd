"""audit 核数: check a figure of the source by computing it, and judge what the difference means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field

from casecourse import formula
from casecourse.blanks import Hit, MaybeFormula, Measure, ToleranceText, in_unit, judge_figure, remark
from casecourse.chinese import squeezed
from casecourse.formula import Formula
from casecourse.grading import (
    JSON,
    UNKNOWN,
    ExerciseBase,
    Flaw,
    Line,
    Manual,
    Mistake,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    one_or_several,
    shape,
    typed,
)
from casecourse.intervals import Interval, Relation, enclosure, relation
from casecourse.texts import t

Judgement: TypeAlias = Literal["consistent", "rounding", "scope", "conflict", "unknowable"]
JUDGEMENTS: tuple[Judgement, ...] = ("consistent", "rounding", "scope", "conflict", "unknowable")
# How far apart two figures must lie at least for a judgement, and how far apart a relation puts them.
CLAIMS: Mapping[Judgement, int] = {"consistent": 0, "rounding": 1, "scope": 2, "conflict": 2}
GAPS: Mapping[Relation, int] = {"equal": 0, "meet": 1, "apart": 2, "missing": 0}
HALF = Decimal("0.5")


def judgement_word(judgement: str) -> str:
    """A judgement as people read it."""
    return {
        "consistent": t("自洽"),
        "rounding": t("舍入可解释"),
        "scope": t("口径不同"),
        "conflict": t("矛盾"),
        "unknowable": t("无法核"),
    }[judgement]


def relation_word(found: Relation) -> str:
    """A relation in a sentence."""
    return {
        "equal": t("相等：舍入到源文所印的位数，就是源文的数"),
        "meet": t("区间相交：不相等，但舍入可能造成这样的差别"),
        "apart": t("不等：两个区间没有相交，舍入解释不了"),
        "missing": t("缺数：源文没有给出可比的数"),
    }[found]


@dataclass(frozen=True, slots=True)
class Input:
    """A fact that was computed with: its name, how it is printed, what it may stand for, and where it stands."""

    label: str
    text: str
    span: str
    note: str


@dataclass(frozen=True, slots=True)
class Working:
    """The calculation step by step: the facts, the formula with their figures, its value, the stated figure, how they lie.

    `stated` is a fact as it is printed, or what a formula of facts comes to. Where a figure is exact its span is "".
    """

    inputs: tuple[Input, ...]
    filled: str
    value: str
    span: str
    stated: Input | None
    found: Relation


class Audit(ExerciseBase):
    """Check a figure of the source, and judge the difference."""

    kind: Literal["audit"] = Field(description="题型")
    compute: MaybeFormula = Field(default="", description="要核的算式；无法核时可以不写")
    stated: MaybeFormula = Field(default="", description="源文的数：事实或公式；无法核时可以不写")
    unit: str = Field(default="", description="单位")
    decimals: int | None = Field(default=None, ge=0, le=8, description="算出的数保留几位小数")
    tolerance: ToleranceText = Field(default="", description="允许的误差：以该单位计的数，或 2％")
    judged: Judgement = Field(
        alias="verdict",
        description="判断：consistent 自洽、rounding 舍入可解释、scope 口径不同、conflict 矛盾、unknowable 无法核",
    )
    also: Annotated[
        tuple[Judgement, ...], BeforeValidator(one_or_several, json_schema_input_type=Judgement | list[Judgement])
    ] = Field(default=(), description="也说得通的判断，得一半")
    why: Mapping[Judgement, str] = Field(default_factory=dict, description="各个判断的反馈：判断: 理由")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="预料中的错算：答案写公式")
    question: str = Field(min_length=1, description="该向作者追问什么（答后显示）")

    WORDING = ExerciseBase.WORDING | {"question"}
    MINUTES = 3
    MANUAL = Manual(
        title="核数",
        does="核源文的一个数：先照算式算出来（数），再判它和源文的数差在哪里（判），还可以写一句要向作者追问的话。",
        scored="数占一半，按数值题的办法判；判占一半，合 `verdict` 得满，合 `also` 得半。`verdict: unknowable` 时只算判。追问保存，不计分。"
        "两个数的关系由程序按舍入区间算出，写在答后的解说里：相等（舍入到源文所印的位数就是它）、区间相交、不等、缺数。"
        "判断比关系轻，检查时报错；比关系重又没有把较轻的写进 `also`，检查时提醒。怎样由所印的位数得出区间，见 authoring.md。",
        answer='`{"value": "8.18", "verdict": "conflict", "question": "…"}`；`value` 也可以是 `"源文未载"`，`question` 可以不写。',
        counted="各判断几人，各数几人；追问的话留给讨论。",
    )

    # ---- what the numbers say ----------------------------------------------------------------------------------------
    @property
    def measure(self) -> Measure:
        """Unit, decimals and tolerance together."""
        return Measure(self.unit, self.decimals, self.tolerance)

    @property
    def computed(self) -> bool:
        """True when the value counts: where the figures cannot be checked the judgement stands alone."""
        return bool(self.compute) and self.judged != "unknowable"

    def bounds(self, text: str) -> Interval:
        """What a formula's value may be, in the unit asked for, given what its facts may stand for."""
        return enclosure(formula.parse(text), self.scope.interval).over(formula.scale(self.unit))

    def relation(self) -> Relation:
        """How the computed value stands to the stated figure, by their rounding intervals."""
        if not (self.compute and self.stated):
            return "missing"
        value, figure = (self.measure.key(x, self.scope) for x in (self.compute, self.stated))
        return relation(value, figure, self.bounds(self.compute), self.bounds(self.stated), self._quantum())

    def _quantum(self) -> Decimal | None:
        """What one of the last digit of the stated figure is worth, in the unit asked for: as printed, else as declared."""
        single = formula.parse(self.stated).single
        if single:
            found = self.scope.quantum(single)
            return found / formula.scale(self.unit) if found else None
        return None if self.decimals is None else Decimal(1).scaleb(-self.decimals)

    def facts_told(self) -> tuple[str, ...]:
        """The facts of the calculation, which is shown step by step."""
        return tuple(self.key_facts()) if self.compute else ()

    def working(self) -> Working | None:
        """The calculation for a reader; None where there is nothing to compute."""
        if not self.compute:
            return None
        names = formula.parse(self.compute).names
        if self.stated and not formula.parse(self.stated).single:
            names = tuple(dict.fromkeys((*names, *formula.parse(self.stated).names)))
        return Working(
            tuple(self._input(n) for n in names),
            self.scope.filled(self.compute),
            self._in_unit(self.compute),
            _span(self.bounds(self.compute), self._digits()),
            self._stated() if self.stated else None,
            self.relation(),
        )

    def _input(self, name: str) -> Input:
        found, unit = self.scope.interval(name), self.scope.unit(name)
        span = (
            _span(found.over(formula.scale(unit)), self.scope.digits(name) + 1) if isinstance(found, Interval) else ""
        )
        return Input(self.scope.label(name), self.scope.text(name), span, self.scope.note(name))

    def _stated(self) -> Input:
        single = formula.parse(self.stated).single
        if single:
            return self._input(single)
        spelt = self.scope.filled(self.stated) if formula.parse(self.stated).names else ""
        return Input("", self._in_unit(self.stated), _span(self.bounds(self.stated), self._digits()), spelt)

    def _digits(self) -> int:
        single = formula.parse(self.stated).single if self.stated else None
        return max(self.decimals or 0, self.scope.digits(single) if single else 0) + 1

    def _in_unit(self, text: str) -> str:
        number = formula.plain(self.measure.key(text, self.scope), self.decimals)
        return f"{number}{'' if self.unit in ('％', '%', '‰', '') else chr(0xA0)}{self.unit}"

    # ---- the contract ------------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> dict[str, str]:
        """Value, verdict and question; the question may be empty."""
        body = shape(raw, t("一份核算"), of=dict)
        if set(body) - {"value", "verdict", "question"}:
            raise Unreadable(t("这不是这道题的答案。"))
        answer = {name: typed(body.get(name, "")) for name in ("value", "verdict", "question")}
        if not answer["value"]:
            raise Unreadable(t("先填算出来的数；算不出来，就选“{word}”。", word=UNKNOWN))
        if squeezed(answer["value"]) == squeezed(UNKNOWN):
            answer["value"] = UNKNOWN
        elif (fault := in_unit(answer["value"], self.unit)[1]) in ("unreadable", "range"):
            raise Unreadable(remark(fault, self.unit))
        if answer["verdict"] not in JUDGEMENTS:
            raise Unreadable(t("还没有判断。"))
        return answer

    def grade(self, answer: dict[str, str]) -> Verdict:
        """Half for the value, half for the judgement; where nothing can be checked the judgement alone. The question is kept."""
        said = answer["verdict"]
        earned = self._earned(said)
        notes = [Note(judgement_word(said), _state(earned), self.why.get(said, ""))]  # type: ignore[call-overload]
        matched = [said] if earned else []
        if not self.computed:
            return self.verdict(earned, matched, [Note(answer["value"], "info"), *notes])
        hit = self._hit(answer["value"])
        return self.verdict(
            (hit.share + earned) / 2, matched, [Note(answer["value"], _state(hit.share), hit.why), *notes]
        )

    def _earned(self, said: str) -> Decimal:
        return Decimal(1) if said == self.judged else HALF if said in self.also else Decimal(0)

    def _hit(self, value: str) -> Hit:
        return judge_figure(value, self.compute, self.measure, self.mistakes, self.scope)

    def tally(self, answers: Iterable[dict[str, str]]) -> Tally:
        """Judgements and values with their counts; the questions, for the wall."""
        rows = list(answers)
        judged = Counter(a["verdict"] for a in rows)
        values = Counter(self._counted(a["value"]) for a in rows)
        slots = {"verdict": {str(j): judged[j] for j in JUDGEMENTS if judged[j]}, "value": dict(values.most_common())}
        return Tally(len(rows), slots, {"questions": [a["question"] for a in rows if a["question"]]})

    def _counted(self, value: str) -> str:
        found = in_unit(value, self.unit)[0] if value != UNKNOWN else None
        return value if found is None else formula.plain(found)

    def positions(self, answer: dict[str, str]) -> dict[str, str]:
        """The judgement and the value."""
        return {"verdict": answer["verdict"], "value": self._counted(answer["value"])}

    def samples(self) -> Iterator[Sample]:
        """The key, half of it, the other judgements, the expected miscalculations, and things that are no answer."""
        key = self._typed(self.compute) if self.computed else UNKNOWN
        yield Sample({"value": key, "verdict": self.judged, "question": t("两处是同一时点吗？")}, "right")
        others = [j for j in JUDGEMENTS if not self._earned(j)]
        for said in self.also:
            yield Sample({"value": key, "verdict": said}, "part")
        for said in others:
            yield Sample({"value": key, "verdict": said}, "part" if self.computed else "wrong")
        if self.computed:
            yield Sample({"value": UNKNOWN, "verdict": self.judged}, "part")
            for n, slip in enumerate(self.mistakes):
                value = slip.answer if slip.answer == UNKNOWN else self._typed(slip.answer)
                yield Sample({"value": value, "verdict": self.judged}, "part", ("mistakes", n, "answer"))
            if others and self._hit(UNKNOWN).share == 0:
                yield Sample({"value": UNKNOWN, "verdict": others[0]}, "wrong")
        broken: list[JSON] = [{}, "12", None, [], {"value": key}, {"verdict": "conflict"}]
        yield from (Sample(x, "unreadable") for x in broken)
        yield Sample({"value": "很多", "verdict": "conflict"}, "unreadable")
        yield Sample({"value": key, "verdict": "right"}, "unreadable")

    def _typed(self, text: str) -> str:
        digits = self.measure.wanted(text, self.scope)
        return formula.plain(
            self.measure.key(text, self.scope), digits if digits is not None or not self.tolerance else 2
        )

    def public(self) -> Self:
        """Unit and decimals; neither what is computed nor how it is judged."""
        empty = {"compute": "", "stated": "", "tolerance": "", "also": (), "why": {}, "mistakes": (), "question": ""}
        return self.stripped(judged="unknowable", **empty)

    def paper(self) -> list[Line]:
        """Prompt, a line for the value, the judgements, a line for the question."""
        judgements = (Line("option", judgement_word(j)) for j in JUDGEMENTS)
        return [Line("prompt", self.prompt), Line("blank", self.unit), *judgements, Line("blank", "")]

    def written(self, answer: dict[str, str]) -> str:
        """Value, judgement and question in one line."""
        value = answer["value"]
        value = value if value == UNKNOWN or not self.unit or self.unit in value else f"{value} {self.unit}"
        asked = " ".join(answer["question"].split())
        return "；".join(x for x in (value, judgement_word(answer["verdict"]), asked) if x)

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """The calculation, the stated figure, and the expected miscalculations."""
        for name in ("compute", "stated"):
            if text := getattr(self, name):
                yield (name,), formula.parse(text), self.unit
        for n, slip in enumerate(self.mistakes):
            if slip.answer != UNKNOWN:
                yield ("mistakes", n, "answer"), formula.parse(slip.answer), self.unit

    def reckoned(self) -> Iterator[str]:
        """What the computed and the stated figure may stand for, and how they lie."""
        if found := self.working():
            figures = [(t("算出"), found.value, found.span)]
            figures += [(t("源文"), found.stated.text, found.stated.span)] if found.stated else []
            yield "；".join(" ".join(part for part in figure if part) for figure in figures)
            yield relation_word(found.found)

    def key_words(self) -> Iterator[str]:
        """源文未载 where nothing can be checked; computed keys have their facts as evidence."""
        if self.judged == "unknowable":
            yield UNKNOWN

    # ---- what cannot be ------------------------------------------------------------------------------------------------
    def flaws(self) -> Iterator[Flaw]:
        """A calculation without a figure, a judgement named twice, one that the numbers forbid or do not ask for."""
        for name in ("compute", "stated"):
            if self.judged != "unknowable" and not getattr(self, name):
                message = t("缺少字段 '{name}'", name=name)
                yield Flaw((), "missing-field", message, t("只有 verdict: unknowable 可以不写"), at_key=True)
        for n, said in enumerate(self.also):
            if said == self.judged or said in self.also[:n]:
                yield Flaw(("also", n), "wrong-value", t("“{word}”写了两次", word=said), t("also 只写另外的判断"))
        if not (self.compute and self.stated):
            return
        gap = GAPS[found := self.relation()]
        help_ = t("算出 {value}（{a}），源文 {stated}（{b}）：{word}。", **self._facts(), word=relation_word(found))
        said_all = [(("verdict",), self.judged), *((("also", n), j) for n, j in enumerate(self.also))]
        for path, said in said_all:
            if said != "unknowable" and CLAIMS[said] < gap:
                message = t("数不支持“{word}”这个判断", word=judgement_word(said))
                yield Flaw(path, "impossible-verdict", message, help_)
        claims = [CLAIMS[j] for _, j in said_all if j != "unknowable"]
        if claims and min(claims) > gap:
            message = t("判为“{word}”，数的差别却没有那么大", word=judgement_word(self.judged))
            more = t("若源文另有说明，在 why 里写清楚；否则把较轻的判断写进 also。")
            yield Flaw(("verdict",), "strong-verdict", message, help_ + more)

    def _facts(self) -> dict[str, str]:
        found = self.working()
        assert found is not None and found.stated is not None  # noqa: PT018, S101  there is something to compare
        exact = t("没有舍入")
        return {
            "value": found.value,
            "a": found.span or exact,
            "stated": found.stated.text,
            "b": found.stated.span or exact,
        }


def _state(share: Decimal) -> Literal["right", "part", "wrong"]:
    return "right" if share == 1 else "part" if share > 0 else "wrong"


def _span(found: Interval, decimals: int) -> str:
    """What a figure may stand for, its ends rounded outward; "" where it is exact."""
    if found.unknown:
        return t("区间定不下来")
    if found.exact:
        return ""
    low, high = found.ends(decimals)
    return t("在 {low} 与 {high} 之间", low=low, high=high)
