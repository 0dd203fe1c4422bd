"""number 数值: compute or read a number, in a unit; without a key it is an estimate poll."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field

from casecourse import formula
from casecourse.blanks import KeyText, Measure, ToleranceText, in_unit, judge_figure, remark
from casecourse.chinese import squeezed
from casecourse.formula import Formula
from casecourse.grading import (
    JSON,
    UNKNOWN,
    ExerciseBase,
    Line,
    Manual,
    Mistake,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    typed,
)
from casecourse.texts import t


class Number(ExerciseBase):
    """Compute or read a number."""

    kind: Literal["number"] = Field(description="题型")
    answer: KeyText = Field(default="", description="答案：公式，或 源文未载；不写就是估数投票")
    unit: str = Field(default="", description="单位")
    decimals: int | None = Field(default=None, ge=0, le=8, description="保留几位小数")
    tolerance: ToleranceText = Field(default="", description="允许的误差：以该单位计的数，或 2％")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="预料中的错误：答案写公式")

    MINUTES = 2
    MANUAL = Manual(
        title="数值",
        does="算出或读出一个数，连同单位写下来；源文没有给的，答“源文未载”。",
        scored="与答案的差不超过允许的误差就得满分。误差依次取：`tolerance`；没有它，取 `decimals` 末位的一半；"
        "两样都没有，答案又只是一个事实，取这个事实所写位数的末位的一半；都没有就要正好相等。"
        "不对的时候，第一条合得上的 `mistakes` 给出它的 `credit` 和理由，否则 0。"
        "写的数可以带 万、亿、％、量词，可以是全角数字或汉字数字，会先换算到所问的单位。不写 `answer` 是估数，不计分。",
        answer='所写的文字，连单位一起；或 `"源文未载"`。',
        counted="每个数有几人写，由小到大；中位数和四分位数；预料中的错误各几人；答“源文未载”的另数。",
    )

    @property
    def keyed(self) -> bool:
        """True when there is an answer."""
        return bool(self.answer)

    @property
    def measure(self) -> Measure:
        """Unit, decimals and tolerance together."""
        return Measure(self.unit, self.decimals, self.tolerance)

    def read(self, raw: JSON) -> str:
        """The typed figure as typed, or 源文未载."""
        text = typed(raw)
        if not text:
            raise Unreadable(t("还没有填。"))
        if squeezed(text) == squeezed(UNKNOWN):
            return UNKNOWN
        if (fault := in_unit(text, self.unit)[1]) in ("unreadable", "range"):
            raise Unreadable(remark(fault, self.unit))
        return text

    def grade(self, answer: str) -> Verdict:
        """1 when within the tolerance, else the credit of the first expected mistake that fits, else 0."""
        if not self.keyed:
            return self.verdict(None)
        hit = judge_figure(answer, self.answer, self.measure, self.mistakes, self.scope)
        state: Literal["right", "part", "wrong"] = "right" if hit.share == 1 else "part" if hit.share > 0 else "wrong"
        return self.verdict(hit.share, [hit.matched] if hit.matched else [], [Note(answer, state, hit.why)])

    def tally(self, answers: Iterable[str]) -> Tally:
        """Value in the asked unit → count, in order of size; 源文未载 apart; median and quartiles."""
        rows = list(answers)
        values = sorted(v for v in (in_unit(a, self.unit)[0] for a in rows if a != UNKNOWN) if v is not None)
        counts = Counter(formula.plain(v, None) for v in values)
        unknown = rows.count(UNKNOWN)
        slots = {"": {**counts, **({UNKNOWN: unknown} if unknown else {})}}
        slips = Counter(self._slip(a) for a in rows)
        found = {why: n for why, n in slips.most_common() if why}
        extra: dict[str, JSON] = {"mistakes": found} if found else {}
        if values:
            cuts = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
            extra |= dict(zip(("q1", "median", "q3"), (formula.plain(Decimal(c), None) for c in cuts), strict=True))
        return Tally(len(rows), slots, extra)

    def _slip(self, answer: str) -> str:
        """The reason of the expected mistake that an answer is, or ""."""
        if not self.mistakes:
            return ""
        hit = judge_figure(answer, self.answer, self.measure, self.mistakes, self.scope)
        return hit.why if hit.matched in {m.answer for m in self.mistakes} and hit.share < 1 else ""

    def positions(self, answer: str) -> dict[str, str]:
        """The value given."""
        return {"": answer}

    def samples(self) -> Iterator[Sample]:
        """The key, the expected mistakes, 源文未载, and things that are no number."""
        if not self.keyed:
            yield Sample("12", "unscored")
            yield Sample(UNKNOWN, "unscored")
        elif self.answer == UNKNOWN:
            yield Sample(UNKNOWN, "right")
        else:
            yield Sample(self._typed(self.answer), "right")
            for n, slip in enumerate(self.mistakes):
                if slip.answer != UNKNOWN:
                    expected: Literal["part", "wrong"] = "part" if slip.credit else "wrong"
                    yield Sample(self._typed(slip.answer), expected, ("mistakes", n, "answer"))
            if not any(m.answer == UNKNOWN for m in self.mistakes):
                yield Sample(UNKNOWN, "wrong")
        yield from (Sample(x, "unreadable") for x in ("", "很多", None, 12, ["12"], {"value": "12"}, "1 到 2"))

    def _typed(self, text: str) -> str:
        measure = self.measure
        exact = measure.wanted(text, self.scope)
        digits = exact if exact is not None else None if not self.tolerance else 2
        return formula.plain(measure.key(text, self.scope), digits)

    def public(self) -> Self:
        """What is asked for, without the answer; unit and decimals stay."""
        digits = (
            self.measure.wanted(self.answer, self.scope) if self.keyed and self.answer != UNKNOWN else self.decimals
        )
        return self.stripped(
            answer="", mistakes=(), tolerance="", decimals=digits if self.decimals is not None else None
        )

    def paper(self) -> list[Line]:
        """Prompt and a line with the unit."""
        return [Line("prompt", self.prompt), Line("blank", self.unit)]

    def written(self, answer: str) -> str:
        """The figure with the unit asked for, where none was typed."""
        return answer if answer == UNKNOWN or not self.unit or self.unit in answer else f"{answer} {self.unit}"

    def shown_key(self) -> str:
        """The key as it is shown after release."""
        return self.answer if self.answer in ("", UNKNOWN) else self.measure.shown(self.answer, self.scope)

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """The answer and the expected mistakes."""
        if self.answer not in ("", UNKNOWN):
            yield ("answer",), formula.parse(self.answer), self.unit
        for n, slip in enumerate(self.mistakes):
            if slip.answer != UNKNOWN:
                yield ("mistakes", n, "answer"), formula.parse(slip.answer), self.unit

    def key_words(self) -> Iterator[str]:
        """The key as shown; a computed key needs no words in the evidence because its facts are the evidence."""
        if self.answer == UNKNOWN:
            yield UNKNOWN
