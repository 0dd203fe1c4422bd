"""match 配对: lay to each entry on the left what belongs to it on the right; some rights belong nowhere."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, PrivateAttr

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
    shape,
)
from casecourse.spare import Elective
from casecourse.texts import t

Answer = dict[str, list[str]]


class Pair(Frozen):
    """One left entry and a right one that belongs to it."""

    left: str = Field(min_length=1, description="左项；同一左项可以写几行，就对应几个右项")
    right: str = Field(min_length=1, description="属于它的右项；同一右项可以出现几次，学员也就可以选几次")
    why: str = Field(default="", description="配错这一左项时的反馈")
    was: str = Field(default="", description="左项或右项原来的文字：改措辞后仍认得旧答案")


class Match(ExerciseBase):
    """Pair two columns."""

    kind: Literal["match"] = Field(description="题型")
    pairs: tuple[Pair, ...] = Field(min_length=2, max_length=40, description="配好的对：left 与 right")
    spare: Lines = Field(default=(), description="混进来的右项：不属于任何左项")
    extra: Elective = Field(default=False, description="选做：不计入单元的分钟")

    MINUTES = 3
    MANUAL = Manual(
        title="配对",
        does="给左边每一项配上右边属于它的那一项；右项可以重复使用，也可能混进用不上的。用来对应名称与数、说法与出处。",
        scored="每个左项的份额 = 配对了的右项数 ÷（属于它的右项数 + 配错的右项数）；一个左项没有配，是 0。"
        "整题取各左项的平均。同一个左项写了几行，就属于几个右项，这时每个左项都可以配几项；否则一个左项只能配一项。",
        answer="左项 → 右项的列表，都写文字。没有配的左项不写。",
        counted="每个左项配到各右项的人数。",
    )

    _many: bool | None = PrivateAttr(default=None)  # on the public copy: may a left take several rights

    # ---- the two columns ---------------------------------------------------------------------------------------------
    @property
    def lefts(self) -> list[str]:
        """The left entries, each once, in the author's order."""
        return list(dict.fromkeys(p.left for p in self.pairs))

    @property
    def rights(self) -> list[str]:
        """Everything that may be laid to a left, each once, in an order that says nothing and is everybody's."""
        names = sorted({*(p.right for p in self.pairs if p.right), *self.spare})
        random.Random(self.prompt).shuffle(names)  # noqa: S311  an order, not a secret
        return names

    @property
    def several(self) -> bool:
        """True when some left takes several rights: then each may."""
        return self._many if self._many is not None else len(self.pairs) > len(self.lefts)

    def key(self, left: str) -> list[str]:
        """The rights that belong to a left."""
        return list(dict.fromkeys(p.right for p in self.pairs if p.left == left))

    def _called(self, name: str, among: list[str], side: Literal["left", "right"]) -> str:
        """The entry that an answer calls `name`, also by its earlier text."""
        if name in among:
            return name
        found = next((getattr(p, side) for p in self.pairs if p.was and p.was == name), "")
        if not found or found not in among:
            raise Unreadable(t("没有这一项：{name}", name=name[:60]))
        return str(found)

    # ---- the contract ------------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Answer:
        """Left → the rights laid to it, in the author's order; a left without any is left out."""
        lefts, rights = self.lefts, self.rights
        given: dict[str, list[str]] = {}
        for name, laid in shape(raw, t("一组配对"), of=dict).items():
            left = self._called(shape(name, t("文字"), of=str), lefts, "left")
            found = [
                self._called(shape(x, t("文字"), of=str), rights, "right") for x in shape(laid, t("一列右项"), of=list)
            ]
            if left in given or len(set(found)) < len(found):
                raise Unreadable(t("同一项配了两次。"))
            if len(found) > 1 and not self.several:
                raise Unreadable(t("“{name}”只能配一项。", name=left[:60]))
            given[left] = found
        answer = {left: [r for r in rights if r in given[left]] for left in lefts if given.get(left)}
        if not answer:
            raise Unreadable(t("还没有配对。"))
        return answer

    def share(self, left: str, laid: list[str]) -> Decimal:
        """Hits ÷ (rights that belong to it + wrong ones chosen)."""
        key = self.key(left)
        hits = sum(r in key for r in laid)
        return Decimal(hits) / (len(key) + len(laid) - hits)

    def grade(self, answer: Answer) -> Verdict:
        """The mean over the lefts; one without an answer is 0."""
        shares = {left: self.share(left, answer.get(left, [])) for left in self.lefts}
        notes = [Note(left, self._state(shares[left]), self._why(left, shares[left])) for left in answer]
        matched = [left for left, share in shares.items() if share == 1]
        return self.verdict(sum(shares.values(), Decimal(0)) / len(shares), matched, notes)

    def _state(self, share: Decimal) -> Literal["right", "part", "wrong"]:
        return "right" if share == 1 else "part" if share > 0 else "wrong"

    def _why(self, left: str, share: Decimal) -> str:
        return "" if share == 1 else "　".join(p.why for p in self.pairs if p.left == left and p.why)

    def tally(self, answers: Iterable[Answer]) -> Tally:
        """Left → right → count."""
        rows = list(answers)
        counts = {left: Counter(r for row in rows for r in row.get(left, [])) for left in self.lefts}
        return Tally(len(rows), {left: {r: counts[left][r] for r in self.rights} for left in self.lefts})

    def positions(self, answer: Answer) -> dict[str, str]:
        """Each left is a slot."""
        return {left: "；".join(laid) for left, laid in answer.items()}

    def samples(self) -> Iterator[Sample]:
        """The key, one left of it, each left with what does not belong to it, and things that are no pairing."""
        key = {left: self.key(left) for left in self.lefts}
        first = self.lefts[0]
        yield Sample(key, "right")
        if len(key) > 1:
            yield Sample({first: key[first]}, "part")
        stray = {left: next((r for r in self.rights if r not in key[left]), "") for left in self.lefts}
        wrong = {left: [r] for left, r in stray.items() if r}
        if wrong:
            yield Sample(wrong, "wrong")
        odd: list[JSON] = [{}, [], None, "配对", {"没有的左项": key[first]}, {first: []}]
        odd += [{first: key[first][0]}, {first: ["没有的右项"]}, {first: [1]}, {first: key[first] * 2}]
        yield from (Sample(x, "unreadable") for x in odd)
        if not self.several and len(self.rights) > 1:
            yield Sample({first: self.rights}, "unreadable")

    def public(self) -> Self:
        """Both columns without saying what belongs together, or what belongs nowhere."""
        bare = tuple(
            Pair.model_construct(
                left=left, right="", why="", was=next((p.was for p in self.pairs if p.left == left), "")
            )
            for left in self.lefts
        )
        copy = self.stripped(pairs=bare, spare=tuple(self.rights))
        copy._many = self.several
        return copy

    def paper(self) -> list[Line]:
        """Prompt, the lefts with room for a letter, the rights with theirs."""
        lefts = [Line("blank", t("（　）{text}", text=self.scope.fill(left))) for left in self.lefts]
        letters = [Line("option", f"{letter(n)}　{self.scope.fill(r)}") for n, r in enumerate(self.rights)]
        return [Line("prompt", self.prompt), *lefts, *letters]

    def written(self, answer: Answer) -> str:
        """Left by left."""
        return self.scope.fill("；".join(f"{left}—{'、'.join(laid)}" for left, laid in answer.items()))

    def key_words(self) -> Iterator[str]:
        """The rights that belong somewhere."""
        yield from dict.fromkeys(p.right for p in self.pairs)

    def flaws(self) -> Iterator[Flaw]:
        """A pair twice, one left alone, an extra that belongs somewhere or stands twice."""
        seen: dict[tuple[str, str], int] = {}
        for n, pair in enumerate(self.pairs):
            if (pair.left, pair.right) in seen:
                message = t("“{left}—{right}”写了两次", left=pair.left[:30], right=pair.right[:30])
                first = ("pairs", seen[pair.left, pair.right])
                yield Flaw(("pairs", n), "wrong-value", message, t("删去一行"), also=first)
            seen.setdefault((pair.left, pair.right), n)
        if len(self.lefts) < 2:
            yield Flaw(("pairs",), "wrong-value", t("左边只有一项，没有可配的"), t("至少写两个不同的 left"))
        for n, word in enumerate(self.spare):
            home = next((k for k, p in enumerate(self.pairs) if p.right == word), None)
            if home is not None:
                message = t("“{word}”是配对里的右项，不能又算混进来的", word=word[:40])
                yield Flaw(("spare", n), "wrong-value", message, t("从 spare 里删去，或改写"), also=("pairs", home))
            elif word in self.spare[:n]:
                yield Flaw(("spare", n), "wrong-value", t("“{word}”写了两次", word=word[:40]), t("删去一个"))


def letter(n: int) -> str:
    """A, B … Z, AA …: what a right entry is called where there is no room for its words."""
    return (letter(n // 26 - 1) if n >= 26 else "") + chr(ord("A") + n % 26)
