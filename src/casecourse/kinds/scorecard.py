"""scorecard 权重: weigh the criteria, watch the ranking change, say why; there is no key, the class's weights are the result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from casecourse.agreement import evenness, five, kendall_w, ranks
from casecourse.blanks import FormulaText
from casecourse.formula import Formula, parse, plain, rounded
from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Line,
    Lines,
    Manual,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    shape,
    typed,
)
from casecourse.reckoning import amount
from casecourse.texts import t

Answer = dict[str, Any]  # {"weights": criterion → weight as typed, "why": the reason}
Weights = Mapping[str, Decimal]
FULL = Decimal(100)


class Scorecard(ExerciseBase):
    """Weigh criteria; the rows are ranked by the weighted mean of their scores."""

    kind: Literal["scorecard"] = Field(description="题型")
    criteria: Lines = Field(min_length=2, max_length=10, description="各项标准")
    scores: Mapping[str, Annotated[tuple[FormulaText, ...], Field(min_length=2)]] = Field(
        min_length=2, max_length=20, description="行名下写各项得分，一项标准一个：数，或事实的公式"
    )
    ask: str = Field(min_length=1, description="请学员写：权重改了什么，为什么")

    MINUTES = 5
    WORDING = ExerciseBase.WORDING | {"ask"}
    MANUAL = Manual(
        title="权重",
        does="给几项标准定权重，看着名次跟着变。用来体会“怎样考核，就排出怎样的名次”；没有标准答案，要写改了什么、为什么。",
        scored="不计分。权重是 0 到 100 的整数，加起来等于 100，才交得上；开始时各项一样重。"
        "每一行的总分是各项得分按权重的平均，高的在前，相等的并列。得分越高越好：越低越好的标准先换成分数。",
        answer="`weights`：标准 → 权重（文字）；`why`：理由，可以不写。",
        counted="每项权重的中位数与四分位数；每一行得第一的人数；全班排出的名次有多一致（肯德尔 W，1 为完全一致，0 为没有共识）。",
    )

    # ---- ranking -------------------------------------------------------------------------------------------------
    @property
    def keyed(self) -> bool:
        """Never: the class's weights are the result."""
        return False

    def marks(self) -> dict[str, tuple[Decimal, ...]]:
        """Row → its scores. Raises FormulaError, KeyError."""
        return {row: tuple(parse(x).value(self.scope.number) for x in found) for row, found in self.scores.items()}

    def even(self) -> dict[str, Decimal]:
        """Equal weights that add up: what does not divide goes to the first."""
        share, rest = divmod(100, len(self.criteria))
        return {name: Decimal(share + (n < rest)) for n, name in enumerate(self.criteria)}

    def totals(self, weights: Weights) -> dict[str, Decimal]:
        """Row → the mean of its scores by weight; all 0 where nothing weighs."""
        every = sum((weights.get(c, Decimal(0)) for c in self.criteria), Decimal(0))
        return {
            row: sum((weights.get(c, Decimal(0)) * s for c, s in zip(self.criteria, found, strict=True)), Decimal(0))
            / (every or 1)
            for row, found in self.marks().items()
        }

    def ranking(self, weights: Weights) -> list[tuple[int, str, Decimal]]:
        """(place, row, total), the best first; equal totals share a place."""
        totals = self.totals(weights)
        placed = [(1 + sum(other > total for other in totals.values()), row, total) for row, total in totals.items()]
        return sorted(placed, key=lambda one: one[0])

    def first(self, weights: Weights) -> str:
        """Who comes first; several where they are equal."""
        return "、".join(row for place, row, _ in self.ranking(weights) if place == 1)

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Answer:
        """Criterion → weight, all of them, adding up to 100; and the reason where one was given."""
        given = shape(raw, t("一组权重"), of=dict)
        if set(given) - {"weights", "why"}:
            raise Unreadable(t("答案的形状不对：这里应当是{name}。", name=t("一组权重")))
        said = shape(given.get("weights"), t("一组权重"), of=dict)
        for name in said:
            if name not in self.criteria:
                raise Unreadable(t("没有这一项：{name}", name=str(name)[:60]))
        left = [name for name in self.criteria if name not in said]
        if left:
            raise Unreadable(t("还有 {n} 项没有权重。", n=len(left)))
        weights = {name: amount(said[name], 0, name) for name in self.criteria}
        total = sum(weights.values())
        if total != FULL:
            raise Unreadable(t("权重加起来是 {n}，要等于 100。", n=plain(Decimal(total))))
        answer: Answer = {"weights": {name: plain(value) for name, value in weights.items()}}
        why = typed(given.get("why", ""))
        return answer | ({"why": why} if why else {})

    def grade(self, answer: Answer) -> Verdict:
        """Nothing is scored."""
        del answer
        return self.verdict(None)

    def tally(self, answers: Iterable[Answer]) -> Tally:
        """Slot "" holds who came first, each criterion's slot its weights; spreads, agreement, and reasons beside weights."""
        rows = list(answers)
        weighed = [weights_of(row) for row in rows]
        slots: dict[str, dict[str, int]] = {"": dict(Counter(self.first(w) for w in weighed).most_common())}
        spread: dict[str, JSON] = {}
        for name in self.criteria:
            values = sorted(w[name] for w in weighed)
            slots[name] = dict(Counter(map(plain, values)))
            if values:
                cuts = {k: plain(rounded(v, 1)) for k, v in five(values).items()}
                spread[name] = {**cuts, "values": [str(v) for v in values]}
        orders = [ranks(list(self.totals(w).values())) for w in weighed]
        agreed = kendall_w(orders)
        extra: dict[str, JSON] = {
            "spread": spread,
            "first": {row: sum(row in self.first(w).split("、") for w in weighed) for row in self.scores},
            "w": None if agreed is None else round(agreed, 4),
            "split": round(evenness(slots[""]), 4),
            "why": [[self._line(row), row["why"]] for row in rows if row.get("why")],
        }
        return Tally(len(rows), slots, extra)

    def positions(self, answer: Answer) -> dict[str, str]:
        """Who came first, and each weight."""
        return {"": self.first(weights_of(answer)), **answer["weights"]}

    def samples(self) -> Iterator[Sample]:
        """Equal weights, everything on one, with a reason, and what is none."""
        even = {name: plain(value) for name, value in self.even().items()}
        one = {name: "100" if n == 0 else "0" for n, name in enumerate(self.criteria)}
        yield Sample({"weights": even, "why": "哪一样都不能少。"}, "unscored")
        yield Sample({"weights": one}, "unscored")
        first = self.criteria[0]
        odd: list[JSON] = [{first: "100"}, {**one, first: "90"}, {**one, first: "100.5"}, {**one, "没有的": "0"}]
        odd += [{**one, first: x} for x in (100, "很重", "-1")]
        yield from (Sample({"weights": x}, "unreadable") for x in odd)
        nothing: list[JSON] = [
            {},
            None,
            [],
            "重",
            {"weights": []},
            {"weights": one, "why": 3},
            {"weights": one, "or": ""},
        ]
        yield from (Sample(x, "unreadable") for x in nothing)

    def public(self) -> Self:
        """All of it: there is no key."""
        return self.stripped()

    def paper(self) -> list[Line]:
        """Prompt, the scores, a line for every weight, and the reason."""
        rows = [
            Line("cell", f"{row}：" + "、".join(f"{c} {plain(s)}" for c, s in zip(self.criteria, found, strict=True)))
            for row, found in self.marks().items()
        ]
        weights = [Line("blank", t("{name}（权重）", name=name)) for name in self.criteria]
        return [Line("prompt", self.prompt), *rows, *weights, Line("blank", self.scope.fill(self.ask))]

    def written(self, answer: Answer) -> str:
        """Criterion by criterion, who came first, then the reason."""
        why = " ".join(answer.get("why", "").split())
        return self._line(answer) + (t("；理由：{why}", why=why) if why else "")

    def _line(self, answer: Answer) -> str:
        weights = "、".join(f"{name} {value}" for name, value in answer["weights"].items())
        return t("{weights}；第一：{first}", weights=weights, first=self.first(weights_of(answer)))

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """The scores: figures that belong to what is asked."""
        for row, found in self.scores.items():
            yield from ((("scores", row, n), parse(text), "") for n, text in enumerate(found))

    def flaws(self) -> Iterator[Flaw]:
        """A row with too few or too many scores, a criterion twice, scores that no weights can tell apart."""
        for n, name in enumerate(self.criteria):
            if name in self.criteria[:n]:
                first = ("criteria", self.criteria.index(name))
                message = t("两项标准同名：“{word}”", word=name[:40])
                yield Flaw(("criteria", n), "wrong-value", message, t("改写其中一个"), also=first)
        uneven = False
        for row, found in self.scores.items():
            if len(found) != len(self.criteria):
                uneven = True
                said = {"row": row, "n": len(found), "wanted": len(self.criteria)}
                message = t("“{row}”有 {n} 个得分，应有 {wanted} 个", **said)
                yield Flaw(("scores", row), "wrong-value", message, t("一项标准一个得分"), at_key=True)
        if uneven or len(set(self.criteria)) < len(self.criteria):
            return
        ends = {self.first({name: FULL}) for name in self.criteria}
        if len(ends) == 1 and len(set(self.totals(self.even()).values())) > 1:
            message = t("不论怎样定权重，第一总是“{name}”", name=ends.pop())
            yield Flaw(("scores",), "fixed-ranking", message, t("改得分，让每项标准各有所长"), at_key=True)


def weights_of(answer: Answer) -> dict[str, Decimal]:
    """Criterion → weight, as numbers."""
    return {name: Decimal(text) for name, text in answer["weights"].items()}
