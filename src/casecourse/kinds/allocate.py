"""allocate 分配: share a sum over items under declared rules; there is no key, the class's shares are the result."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casecourse.agreement import five
from casecourse.blanks import FormulaText, MaybeFormula
from casecourse.formula import Formula, FormulaError, parse, plain, rounded, scale
from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Frozen,
    Line,
    Manual,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    line_as,
    shape,
    typed,
)
from casecourse.reckoning import Id, Number, Output, among, amount, in_unit, same_labels, unknown, with_unit
from casecourse.texts import t

Answer = dict[str, Any]  # {"items": id → amount as typed, "why": the reason}
Amounts = Mapping[str, Decimal]
TOTAL = "total"
BOUNDS = ("min", "max", "start", "actual")
TRIES = 400  # ways of sharing that are tried until all needs hold


class Share(Frozen):
    """Something that gets a part of the sum."""

    text: str = Field(min_length=1, description="得到份额的一项：名称")
    min: MaybeFormula = Field(default="", description="至少多少：数或公式；不写是 0")
    max: MaybeFormula = Field(default="", description="至多多少：数或公式；不写是全部")
    start: MaybeFormula = Field(default="", description="开始时放多少：数或公式；不写是 min")
    actual: MaybeFormula = Field(default="", description="实际是多少：数或公式；提交以后才显示")


class ShareRule(Frozen):
    """A condition that must hold before sending, or a comment where one holds."""

    need: MaybeFormula = Field(default="", description="提交前必须成立的条件：公式，各项用 id，总数用 total")
    when: MaybeFormula = Field(default="", description="成立时说一句话的条件：公式")
    say: str = Field(min_length=1, description="说的话")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.need) == bool(self.when):
            raise PydanticCustomError("need_or_when", "need or when")
        return self


class Allocate(ExerciseBase):
    """Share a sum over items; rules hold it together."""

    kind: Literal["allocate"] = Field(description="题型")
    total: FormulaText = Field(description="要分的总数：公式")
    unit: str = Field(default="", description="总数和各项的单位；公式里按单位换算")
    decimals: int | None = Field(default=None, ge=0, le=4, description="分到几位小数；不写就照总数")
    items: Mapping[Id, Annotated[Share, line_as("text")]] = Field(
        min_length=2, max_length=12, description="各项：id 下写名称，或小块"
    )
    rules: tuple[ShareRule, ...] = Field(default=(), max_length=20, description="规则：need 必须成立，when 成立就说")
    outputs: tuple[Output, ...] = Field(default=(), max_length=8, description="随之变化的结果：名称与公式")
    ask: str = Field(default="", description="请学员写的理由：一个问题")

    MINUTES = 5
    WORDING = ExerciseBase.WORDING | {"outputs", "ask"}
    MANUAL = Manual(
        title="分配",
        does="把一笔钱、一批人分给几项：总数不变，剩多少一直看得见，结果随手变化。用来体会取舍；没有标准答案，要写理由。",
        scored="不计分。各项相加要等于总数，每项不低于 `min`、不高于 `max`，每条 `need` 都成立，才交得上。"
        "`when` 成立就当场说一句。`actual` 是实际的分法，提交以后才显示，和全班的中位数并排。"
        "公式里各项写 id，总数写 `total`，也可以用事实；带 万、亿、％ 的单位会换算，所以和事实比较不用管单位。"
        "只写一个数的 `min`、`max`、`start`、`actual` 就按 `unit` 计。",
        answer="`items`：每项 id → 所写的数（文字）；`why`：理由，可以不写。加起来不等于总数，或有 `need` 不成立，就不是答案。",
        counted="每项的中位数、四分位数，旁边是实际；每份分法连着它的理由。",
    )

    # ---- figures -------------------------------------------------------------------------------------------------
    @property
    def keyed(self) -> bool:
        """Never: the class's shares are the result."""
        return False

    @property
    def digits(self) -> int:
        """Decimals of the amounts: declared, else those that the total shows."""
        if self.decimals is not None:
            return self.decimals
        single = parse(self.total).single
        return min(4, self.scope.digits(single)) if single else 0

    @property
    def whole(self) -> Decimal:
        """The sum, in its unit, as it is shown. Raises FormulaError, KeyError."""
        return rounded(parse(self.total).value(self.scope.number) / scale(self.unit), self.digits)

    def figure(self, name: str, field: str) -> Decimal | None:
        """A bound, the start or the real amount of an item; None where it is not written. Raises FormulaError, KeyError."""
        text = getattr(self.items[name], field)
        return rounded(in_unit(text, self.unit, self._number({})), self.digits) if text else None

    def low(self, name: str) -> Decimal:
        """The least an item may get."""
        return self.figure(name, "min") or Decimal(0)

    def high(self, name: str) -> Decimal:
        """The most an item may get."""
        most = self.figure(name, "max")
        return self.whole if most is None else min(most, self.whole)

    def start(self, name: str) -> Decimal:
        """With what an item begins."""
        found = self.figure(name, "start")
        return self.low(name) if found is None else found

    def _number(self, amounts: Amounts) -> Number:
        own = {name: amounts.get(name, Decimal(0)) * scale(self.unit) for name in self.items} if amounts else {}
        return lambda name: self._whole() if name == TOTAL else among(own, self.scope.number)(name)

    def _whole(self) -> Decimal:
        return self.whole * scale(self.unit)

    def _holds(self, text: str, amounts: Amounts) -> bool:
        try:
            return bool(parse(text).value(self._number(amounts)))
        except FormulaError:
            return False  # a share of nothing

    def unmet(self, amounts: Amounts) -> list[ShareRule]:
        """The needs that do not hold."""
        return [r for r in self.rules if r.need and not self._holds(r.need, amounts)]

    def remarks(self, amounts: Amounts) -> list[str]:
        """What there is to say of these amounts."""
        return [r.say for r in self.rules if r.when and self._holds(r.when, amounts)]

    def outcomes(self, amounts: Amounts) -> list[tuple[Output, Decimal | None]]:
        """What the outputs come to; None where they have no value."""
        found: list[tuple[Output, Decimal | None]] = []
        for output in self.outputs:
            try:
                found.append((output, output.value(self._number(amounts))))
            except FormulaError:
                found.append((output, None))
        return found

    def shown(self, value: Decimal) -> str:
        """An amount with its unit."""
        return with_unit(plain(value, self.digits), self.unit)

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Answer:
        """Item → amount, all of them, adding up to the sum and meeting every need; and the reason where one was given."""
        given = shape(raw, t("一份分配"), of=dict)
        if set(given) - {"items", "why"}:
            raise Unreadable(t("答案的形状不对：这里应当是{name}。", name=t("一份分配")))
        said = shape(given.get("items"), t("一份分配"), of=dict)
        for name in said:
            if name not in self.items:
                raise Unreadable(t("没有这一项：{name}", name=str(name)[:60]))
        left = [name for name in self.items if name not in said]
        if left:
            raise Unreadable(t("还有 {n} 项没有分。", n=len(left)))
        amounts = {name: self._amount(name, said[name]) for name in self.items}
        self._adds_up(amounts)
        answer: Answer = {"items": {name: plain(value) for name, value in amounts.items()}}
        why = typed(given.get("why", ""))
        return answer | ({"why": why} if why else {})

    def _amount(self, name: str, raw: JSON) -> Decimal:
        text = self.scope.fill(self.items[name].text)
        value = amount(raw, self.digits, text)
        if value < self.low(name):
            raise Unreadable(t("“{name}”至少要 {n}。", name=text, n=self.shown(self.low(name))))
        if value > self.high(name):
            raise Unreadable(t("“{name}”至多 {n}。", name=text, n=self.shown(self.high(name))))
        return value

    def _adds_up(self, amounts: Amounts) -> None:
        left = self.whole - sum(amounts.values())
        if left > 0:
            raise Unreadable(t("还剩 {n} 没有分。", n=self.shown(left)))
        if left < 0:
            raise Unreadable(t("多分了 {n}。", n=self.shown(-left)))
        for rule in self.unmet(amounts):
            raise Unreadable(t("还不能交：{say}", say=self.scope.fill(rule.say)))

    def grade(self, answer: Answer) -> Verdict:
        """Nothing is scored; what there is to say comes as notes."""
        said = self.remarks(amounts_of(answer))
        return self.verdict(None, (), [Note(t("点评"), "info", say) for say in said])

    def tally(self, answers: Iterable[Answer]) -> Tally:
        """Item → amount → count; of every item the spread and the real amount; every way of sharing with its reason."""
        rows = list(answers)
        slots: dict[str, dict[str, int]] = {}
        spread: dict[str, JSON] = {}
        for name in self.items:
            values = sorted(Decimal(row["items"][name]) for row in rows)
            slots[name] = dict(Counter(map(plain, values)))
            if values:
                cuts = {k: plain(v, self.digits) for k, v in five(values).items()}
                spread[name] = {**cuts, "values": [str(v) for v in values]}
        actual = {n: str(v) for n in self.items if (v := self.figure(n, "actual")) is not None}
        why = [[self._line(row), row["why"]] for row in rows if row.get("why")]
        return Tally(len(rows), slots, {"spread": spread, "actual": actual, "why": why})

    def positions(self, answer: Answer) -> dict[str, str]:
        """Each item is a slot."""
        return dict(answer["items"])

    def samples(self) -> Iterator[Sample]:
        """A way of sharing that holds, with and without a reason, and what is none."""
        held = next((a for a in self.ways() if not self.unmet(a)), None)
        if held is not None:
            items = {name: plain(value) for name, value in held.items()}
            if self.ask:
                yield Sample({"items": items, "why": "先保没有别人管的。"}, "unscored")
            yield Sample({"items": items}, "unscored")
            first = next(iter(items))
            odd: list[JSON] = [{first: items[first]}, {**items, "nobody": "1"}, {**items, first: "很多"}]
            odd += [{**items, first: "-1"}, {**items, first: plain(held[first] + 1)}, {**items, first: 3}]
            yield from (Sample({"items": x}, "unreadable") for x in odd)
            yield Sample({"items": items, "why": 3}, "unreadable")
            yield Sample({"items": items, "reason": ""}, "unreadable")
        nothing: list[JSON] = [{}, None, [], "分", {"items": {}}, {"items": []}]
        yield from (Sample(x, "unreadable") for x in nothing)

    def ways(self) -> Iterator[dict[str, Decimal]]:
        """Ways of sharing the whole within the bounds: the real one, the starting one, everything to one, then by chance."""
        for field in ("actual", "start"):
            said = {name: self.figure(name, field) for name in self.items}
            whole = {name: value for name, value in said.items() if value is not None}
            if len(whole) == len(said) and sum(whole.values()) == self.whole:
                yield whole
        chance = random.Random(self.prompt)  # noqa: S311  tries, not a secret
        names = list(self.items)
        for n in range(len(names) + TRIES):
            weights = [1.0 if n == len(names) else chance.random() ** 2 for _ in names]
            weights = [float(k == n) for k in range(len(names))] if n < len(names) else weights
            if found := self._poured(weights):
                yield found

    def _poured(self, weights: list[float]) -> dict[str, Decimal] | None:
        """The least for everyone, and what is left by weight, as far as each can take it; None where it cannot be."""
        found = {name: self.low(name) for name in self.items}
        for weight, name in zip(weights, self.items, strict=True):
            share = rounded((self.whole - sum(self.low(n) for n in self.items)) * Decimal(weight / sum(weights)), self.digits)  # fmt: skip
            found[name] = min(self.high(name), found[name] + max(share, Decimal(0)))
        for name in self.items:
            left = self.whole - sum(found.values())
            found[name] = max(self.low(name), min(self.high(name), found[name] + left))
        return found if sum(found.values()) == self.whole else None

    def public(self) -> Self:
        """The items without what is real."""
        return self.stripped(items={n: s.model_copy(update={"actual": ""}) for n, s in self.items.items()})

    def paper(self) -> list[Line]:
        """Prompt, the sum, what must hold, a line for every item, and the reason."""
        lines = [Line("prompt", self.prompt), Line("cell", t("总数 {n}", n=self.shown(self.whole)))]
        lines += [Line("cell", self.scope.fill(rule.say)) for rule in self.rules if rule.need]
        lines += [
            Line("blank", f"{self.scope.fill(share.text)}{self._room(name)}") for name, share in self.items.items()
        ]
        return [*lines, *([Line("blank", self.scope.fill(self.ask))] if self.ask else [])]

    def _room(self, name: str) -> str:
        """The bounds of an item in brackets, where it has its own."""
        said = [t("至少 {n}", n=self.shown(self.low(name)))] if self.items[name].min else []
        said += [t("至多 {n}", n=self.shown(self.high(name)))] if self.items[name].max else []
        return t("（{bounds}）", bounds="，".join(said)) if said else ""

    def written(self, answer: Answer) -> str:
        """Item by item, then the reason."""
        why = " ".join(answer.get("why", "").split())
        return self._line(answer) + (t("；理由：{why}", why=why) if why else "")

    def _line(self, answer: Answer) -> str:
        texts = {name: " ".join(self.scope.fill(share.text).split()) for name, share in self.items.items()}
        return "、".join(f"{texts[name]} {value}" for name, value in answer["items"].items())

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """The sum, the bounds and the real amounts, as far as they are made of facts alone."""
        yield ("total",), parse(self.total), self.unit
        for name, share in self.items.items():
            for field in BOUNDS:
                text = getattr(share, field)
                if text and TOTAL not in parse(text).names:
                    yield ("items", name, field), parse(text), self.unit

    def flaws(self) -> Iterator[Flaw]:
        """Names that are nobody's, bounds that leave no room, needs that no way of sharing meets."""
        found = [*self._names(), *self._texts(), *same_labels(self.outputs)]
        yield from found
        bounds = [] if found else list(self._bounds())
        yield from bounds
        if not found and not bounds and not any(not self.unmet(way) for way in self.ways()):
            n = next(n for n, rule in enumerate(self.rules) if rule.need)
            message = t("没有找到一种分法能满足全部 need")
            yield Flaw(("rules", n, "need"), "impossible-need", message, t("放宽一条，或改 min、max"))

    def _names(self) -> Iterator[Flaw]:
        known = [*self.items, TOTAL]
        for n, rule in enumerate(self.rules):
            field = "need" if rule.need else "when"
            yield from unknown(("rules", n, field), rule.need or rule.when, known, self.scope.number)
        for n, output in enumerate(self.outputs):
            yield from unknown(("outputs", n, "formula"), output.formula, known, self.scope.number)
        for name, share in self.items.items():
            if name == TOTAL:
                message = t("“{name}”是总数的名字，不能作一项的 id", name=name)
                yield Flaw(("items", name), "bad-id", message, t("换一个 id"), at_key=True)
            for field in BOUNDS:
                text = getattr(share, field)
                if text and TOTAL in parse(text).names:
                    yield from unknown(("items", name, field), text, [TOTAL], self.scope.number)

    def _texts(self) -> Iterator[Flaw]:
        seen: dict[str, str] = {}
        for name, share in self.items.items():
            if share.text in seen:
                message = t("两项同名：“{word}”", word=share.text[:40])
                yield Flaw(("items", name), "wrong-value", message, t("改写其中一个"), also=("items", seen[share.text]))
            seen.setdefault(share.text, name)

    def _bounds(self) -> Iterator[Flaw]:
        for name in self.items:
            low, high = self.low(name), self.high(name)
            if low > high:
                yield Flaw(("items", name, "min"), "wrong-value", t("min 比 max 大"), t("对调这两个数"))
            elif not low <= self.start(name) <= high:
                message = t("开始的值 {value} 不在 min 与 max 之间", value=self.shown(self.start(name)))
                yield Flaw(("items", name, "start"), "wrong-value", message, t("改 start，或放宽 min、max"))
        least, most = (sum(map(bound, self.items)) for bound in (self.low, self.high))
        if least > self.whole:
            message = t("各项的 min 加起来是 {n}，比总数还多", n=self.shown(Decimal(least)))
            yield Flaw(("items",), "wrong-value", message, t("减小 min，或加大 total"), at_key=True)
        elif most < self.whole:
            message = t("各项的 max 加起来是 {n}，总数分不完", n=self.shown(Decimal(most)))
            yield Flaw(("items",), "wrong-value", message, t("加大 max，或减小 total"), at_key=True)


def amounts_of(answer: Answer) -> dict[str, Decimal]:
    """Item → amount, as numbers."""
    return {name: Decimal(text) for name, text in answer["items"].items()}
