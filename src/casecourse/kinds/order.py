"""order 排序: put steps in order and leave out what does not belong; without a key it is a ranking."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Frozen,
    Line,
    Lines,
    Manual,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    line_as,
    shape,
)
from casecourse.spare import Elective
from casecourse.texts import t

OUT = "out"  # where a card stands that was left out


class Step(Frozen):
    """One step, or one item of a ranking."""

    text: str = Field(min_length=1, description="这一步的文字")
    id: str = Field(default="", pattern=r"^([a-z][a-z0-9-]*)?$", description="这一步的 id；措辞可能改动时先写好")
    why: str = Field(default="", description="排错时的反馈：点明误解")
    was: str = Field(default="", description="原来的文字：改措辞后仍认得旧答案")

    @property
    def name(self) -> str:
        """What an answer calls it."""
        return self.id or self.text


def _tied(value: object) -> object:
    """An entry that is a list is a tie; any other stands alone."""
    return value if isinstance(value, list | tuple) else [value]


AStep = Annotated[Step, line_as("text")]
Tie = Annotated[
    tuple[AStep, ...],
    Field(min_length=1),
    BeforeValidator(_tied, json_schema_input_type=str | Step | list[str | Step]),
]


class Order(ExerciseBase):
    """Put in order, or rank."""

    kind: Literal["order"] = Field(description="题型")
    steps: tuple[Tie, ...] = Field(default=(), max_length=40, description="按正确次序写的各步；并列的几步写成一列")
    items: tuple[AStep, ...] = Field(default=(), max_length=40, description="没有标准次序的各项：自由排名，不计分")
    spare: Lines = Field(default=(), description="混进来、应当留在外面的卡片")
    extra: Elective = Field(default=False, description="选做：不计入单元的分钟")

    MANUAL = Manual(
        title="排序",
        does="把打乱的卡片排出先后，混进来的留在外面；写 `items` 时是自由排名。动过一张才算作答。",
        scored="按相邻的对计分：后一张在前一张的下一步，或与它并列，这一对就对。"
        "份额 = 对的对数 ÷（步数 − 1 与排进来的张数 − 1 中大的那个）。混进来的卡片排进来，既断开一对，又加大除数。"
        "自由排名不计分。",
        answer="卡片名的列表，从先到后，不写的就是留在外面。卡片名是它的 `id`，没有就是它的文字。",
        counted="每张卡片排在各位的人数、平均位次，以及每一张排在另一张前面的次数。",
    )

    _start: tuple[str, ...] = PrivateAttr(default=())  # on the public copy: the order in which the cards are dealt
    _leaves: bool = PrivateAttr(default=False)  # on the public copy: may cards be left out

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.steps) == bool(self.items):
            raise PydanticCustomError("steps_or_items", "steps or items")
        return self

    # ---- the cards ---------------------------------------------------------------------------------------------------
    @property
    def keyed(self) -> bool:
        """True when there is a right order."""
        return bool(self.steps)

    @property
    def leaves(self) -> bool:
        """True when cards may be left out."""
        return self._leaves or bool(self.spare)

    @property
    def ordered(self) -> list[Step]:
        """The steps in the right order, ties side by side; the items of a ranking as they were written."""
        return [step for tie in self.steps for step in tie] or list(self.items)

    @property
    def cards(self) -> dict[str, Step]:
        """Every card by the name that answers use, in the author's order."""
        found = {s.name: s for s in self.ordered}
        return found | {x: Step(text=x) for x in self.spare if x not in found}

    @property
    def start(self) -> tuple[str, ...]:
        """The order in which the cards are dealt: everybody's, and never a right one."""
        if self._start:
            return self._start
        names = sorted(self.cards)
        for turn in range(20):
            random.Random(f"{self.prompt}{turn}").shuffle(names)  # noqa: S311  an order, not a secret
            left = [n for n in names if n not in self.spare]
            if left != [s.name for s in self.ordered] and not (self.keyed and self._share(left) == 1):
                return tuple(names)
        return tuple(reversed([*self.spare, *(s.name for s in self.ordered)]))

    def _rank(self) -> dict[str, int]:
        return {step.name: n for n, tie in enumerate(self.steps) for step in tie}

    def _called(self, name: str) -> str:
        """The card that an answer calls `name`, also by its earlier text."""
        cards = self.cards
        if name in cards:
            return name
        found = next((s.name for s in cards.values() if s.was and s.was == name), None)
        if found is None:
            raise Unreadable(t("没有这张卡片：{name}", name=name[:60]))
        return found

    # ---- the contract ------------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> list[str]:
        """The cards that were placed, in their order; what is not named was left out."""
        placed = [self._called(shape(x, t("文字"), of=str)) for x in shape(raw, t("一列卡片"), of=list)]
        if not placed:
            raise Unreadable(t("还没有排。"))
        if len(set(placed)) < len(placed):
            raise Unreadable(t("同一张卡片放了两次。"))
        return placed

    def follows(self, before: str, after: str) -> bool:
        """True when `after` stands in the tie of `before` or in the next one."""
        rank = self._rank()
        return before in rank and after in rank and rank[after] - rank[before] in (0, 1)

    def _share(self, placed: list[str]) -> Decimal:
        right = sum(self.follows(a, b) for a, b in pairwise(placed))
        return Decimal(right) / max(len(self.ordered) - 1, len(placed) - 1, 1)

    def grade(self, answer: list[str]) -> Verdict:
        """Neighbouring pairs that are right ÷ the greater of what the key has and what was placed."""
        if not self.keyed:
            return self.verdict(None)
        cards, spare = self.cards, set(self.spare)
        notes = []
        for n, name in enumerate(answer):
            state: Literal["right", "wrong", "info"] = "wrong"
            if name not in spare:
                state = "info" if n == 0 else "right" if self.follows(answer[n - 1], name) else "wrong"
            notes.append(Note(cards[name].text, state, cards[name].why if state == "wrong" else ""))
        matched = [f"{a}→{b}" for a, b in pairwise(answer) if self.follows(a, b)]
        return self.verdict(self._share(answer), matched, notes)

    def tally(self, answers: Iterable[list[str]]) -> Tally:
        """Card → place → count; how often a stood before b; the mean place of each card among those who placed it."""
        rows = list(answers)
        names = list(self.cards)
        places = {name: Counter(_place(row, name) for row in rows) for name in names}
        slots = {name: {str(n + 1): places[name][str(n + 1)] for n in range(len(names))} for name in names}
        for name in names:
            slots[name][OUT] = places[name][OUT]
        before = {a: {b: sum(_before(row, a, b) for row in rows) for b in names if b != a} for a in names}
        ranks = {name: [row.index(name) + 1 for row in rows if name in row] for name in names}
        means = {name: round(sum(found) / len(found), 4) for name, found in ranks.items() if found}
        return Tally(len(rows), slots, {"before": before, "mean": means})

    def positions(self, answer: list[str]) -> dict[str, str]:
        """Each card is a slot: its place, or that it was left out."""
        return {name: _place(answer, name) for name in self.cards}

    def samples(self) -> Iterator[Sample]:
        """The key, an order partly right, one quite wrong, and things that are no order."""
        names = [s.name for s in self.ordered]
        if not self.keyed:
            yield Sample(names, "unscored")
        else:
            yield Sample(names, "right")
            swapped = [*names[:-2], names[-1], names[-2]]
            tries = [list(reversed(names)), names[1:] + names[:1], swapped, [*names, *self.spare], names[:2]]
            yield from (Sample(x, "wrong") for x in [*tries, names[:1]] if self._share(x) == 0)
            yield from (Sample(x, "part") for x in tries if 0 < self._share(x) < 1)
        odd: list[JSON] = [[], {}, None, "次序", ["没有的卡"], [names[0], names[0]], [1], [names]]
        yield from (Sample(x, "unreadable") for x in odd)

    def public(self) -> Self:
        """The cards in the order in which they are dealt, without saying which of them belong."""
        cards = self.cards
        bare = tuple(Step(text=cards[n].text, id=cards[n].id, was=cards[n].was) for n in self.start)
        copy = self.stripped(steps=(), items=bare, spare=())
        copy._start, copy._leaves = self.start, self.leaves
        return copy

    def paper(self) -> list[Line]:
        """Prompt and the cards as they are dealt, with room for a number."""
        cards = self.cards
        lines = [Line("blank", t("（　）{text}", text=self.scope.fill(cards[n].text))) for n in self.start]
        return [Line("prompt", self.prompt), *lines]

    def written(self, answer: list[str]) -> str:
        """The texts in their order."""
        cards = self.cards
        return self.scope.fill(" → ".join(cards[n].text if n in cards else n for n in answer))

    def key_words(self) -> Iterator[str]:
        """The steps."""
        yield from (s.text for tie in self.steps for s in tie)

    # ---- what is wrong -----------------------------------------------------------------------------------------------
    def flaws(self) -> Iterator[Flaw]:
        """A step twice, an extra that is a step or stands twice, nothing to order, extras of a ranking."""
        seen: dict[str, tuple[str | int, ...]] = {}
        for path, step in self._written():
            if step.name in seen:
                message = t("“{word}”写了两次", word=step.name[:40])
                yield Flaw(path, "wrong-value", message, t("改写其中一张，或各写一个 id"), also=seen[step.name])
            seen.setdefault(step.name, path)
        for n, word in enumerate(self.spare):
            if word in seen:
                message = t("“{word}”是次序里的一步，不能又算混进来的", word=word[:40])
                yield Flaw(("spare", n), "wrong-value", message, t("从 spare 里删去，或改写"), also=seen[word])
            elif word in self.spare[:n]:
                yield Flaw(("spare", n), "wrong-value", t("“{word}”写了两次", word=word[:40]), t("删去一个"))
        if self.items and self.spare:
            message = t("排名题没有该留在外面的卡片")
            yield Flaw(("spare",), "wrong-value", message, t("把它们并进 items，或改写成有次序的 steps"))
        if len(self.steps) < 2 and len(self.items) < 2:
            field = "steps" if self.steps else "items"
            message = t("全部并列，没有先后可排") if len(self.ordered) > 1 else t("只有一项，没有先后可排")
            yield Flaw((field,), "wrong-value", message, t("至少写两步；并列的几步才写成一列"))

    def _written(self) -> Iterator[tuple[tuple[str | int, ...], Step]]:
        """Every step or item with the path under which it was written."""
        yield from ((("items", n), item) for n, item in enumerate(self.items))
        for n, tie in enumerate(self.steps):
            yield from ((("steps", n) if len(tie) == 1 else ("steps", n, k), step) for k, step in enumerate(tie))


def _place(row: list[str], name: str) -> str:
    return str(row.index(name) + 1) if name in row else OUT


def _before(row: list[str], a: str, b: str) -> bool:
    """True when a was placed and b stands after it or was left out."""
    return a in row and (b not in row or row.index(a) < row.index(b))
