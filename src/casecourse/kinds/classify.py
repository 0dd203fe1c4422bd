"""classify 归类: sort cards into buckets; a card may lie in several, be half right elsewhere, or be open to argument."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, PrivateAttr

from casecourse.agreement import evenness
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
    typed,
)
from casecourse.texts import t

Answer = dict[str, dict[str, JSON]]  # {"in": card → buckets, "why": card → reason}
HALF = Decimal("0.5")


class Card(Frozen):
    """One card: a plain line has no key."""

    model_config = ConfigDict(populate_by_name=False)  # `into` is the field's name here, not in a file

    text: str = Field(min_length=1, description="卡片的文字")
    id: str = Field(default="", pattern=r"^([a-z][a-z0-9-]*)?$", description="卡片的 id；措辞可能改动时先写好")
    into: Lines = Field(default=(), alias="in", description="属于哪一类；可以写几类")
    also: Lines = Field(default=(), description="也说得通的类，得一半")
    ambiguous: str = Field(default="", description="有争议的说明：不计分，请学员写理由；答题时就能看到")
    why: str = Field(default="", description="放错时的反馈：点明误解")
    was: str = Field(default="", description="原来的文字：改措辞后仍认得旧答案")

    @property
    def name(self) -> str:
        """What an answer calls it."""
        return self.id or self.text

    @property
    def scored(self) -> bool:
        """True when where it lies counts."""
        return bool(self.into) and not self.ambiguous


class Classify(ExerciseBase):
    """Sort cards into buckets."""

    kind: Literal["classify"] = Field(description="题型")
    buckets: Lines = Field(min_length=2, max_length=12, description="各类的名称")
    cards: tuple[Annotated[Card, line_as("text")], ...] = Field(
        min_length=2, max_length=40, description="要归类的卡片；没有答案的写一行，有答案的写 text 与 in"
    )

    MINUTES = 3
    MANUAL = Manual(
        title="归类",
        does="把卡片放进几类。用来辨认归属；有争议的卡片可以请学员写理由，没有答案的卡片看全班怎样分。",
        scored="每张卡片的份额 =（放对的类数 + 一半 × 放进 `also` 的类数）÷（`in` 的类数 + 放错的类数），至多 1；没有放的是 0。"
        "整题取有 `in`、没有 `ambiguous` 的卡片的平均；一张这样的卡片也没有，就不计分。"
        "只要有一张卡片的 `in` 写了两类，每张卡片都可以放进几类；否则一张只能放进一类。",
        answer="`in`：卡片名 → 类名的列表；`why`：有争议的卡片名 → 写下的理由。卡片名是它的 `id`，没有就是它的文字。",
        counted="每张卡片归入各类的人数、分歧度（0 为一致，1 为各类均分），以及写下的理由。",
    )

    _many: bool | None = PrivateAttr(default=None)  # on the public copy: may a card lie in several buckets

    @property
    def keyed(self) -> bool:
        """True when some card is scored."""
        return any(c.scored for c in self.cards)

    @property
    def several(self) -> bool:
        """True when some card belongs to two buckets: then every card may take several."""
        return self._many if self._many is not None else any(len(c.into) > 1 for c in self.cards)

    def card(self, name: str) -> Card | None:
        """The card that an answer calls `name`, also by its earlier text."""
        return next((c for c in self.cards if c.name == name), None) or next(
            (c for c in self.cards if c.was and c.was == name), None
        )

    def dealt(self) -> list[Card]:
        """The cards, each once, in an order that says nothing and is everybody's."""
        cards = list({c.name: c for c in sorted(self.cards, key=lambda c: c.name)}.values())
        random.Random(self.prompt).shuffle(cards)  # noqa: S311  an order, not a secret
        return cards

    # ---- the contract ------------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Answer:
        """Card → buckets, and the reasons given for cards that ask for one; both in the author's order."""
        given = shape(raw, t("归好的卡片"), of=dict)
        if set(given) - {"in", "why"}:
            raise Unreadable(t("答案的形状不对：这里应当是{name}。", name=t("归好的卡片")))
        laid: dict[str, list[str]] = {}
        for name, buckets in shape(given.get("in"), t("归好的卡片"), of=dict).items():
            card = self._called(name)
            if card.name in laid:
                raise Unreadable(t("同一张卡片放了两次。"))
            laid[card.name] = self._buckets(card, buckets)
        reasons: dict[str, str] = {}
        for name, text in shape(given.get("why", {}), t("理由"), of=dict).items():
            card = self._called(name)
            if not card.ambiguous:
                raise Unreadable(t("“{name}”不问理由。", name=card.text[:60]))
            if reason := typed(text):
                reasons[card.name] = reason
        names = list(dict.fromkeys(c.name for c in self.cards))
        answer: Answer = {"in": {n: laid[n] for n in names if laid.get(n)}}
        if not answer["in"]:
            raise Unreadable(t("还没有归类。"))
        return answer | ({"why": {n: reasons[n] for n in names if n in reasons}} if reasons else {})

    def _called(self, name: object) -> Card:
        card = self.card(shape(name, t("文字"), of=str))
        if card is None:
            raise Unreadable(t("没有这张卡片：{name}", name=str(name)[:60]))
        return card

    def _buckets(self, card: Card, raw: JSON) -> list[str]:
        found = [shape(x, t("文字"), of=str) for x in shape(raw, t("一列类名"), of=list)]
        for bucket in found:
            if bucket not in self.buckets:
                raise Unreadable(t("没有这一类：{name}", name=bucket[:60]))
        if len(set(found)) < len(found):
            raise Unreadable(t("同一张卡片放了两次。"))
        if len(found) > 1 and not self.several:
            raise Unreadable(t("“{name}”只能放进一类。", name=card.text[:60]))
        return [b for b in dict.fromkeys(self.buckets) if b in found]

    def share(self, card: Card, laid: list[str]) -> Decimal:
        """(buckets hit + ½ also hit) ÷ (buckets it belongs to + wrong ones), at most 1."""
        hits, halves = sum(b in card.into for b in laid), sum(b in card.also and b not in card.into for b in laid)
        wrong = len(laid) - hits - halves
        return min(Decimal(1), (hits + HALF * halves) / (len(set(card.into)) + wrong))

    def grade(self, answer: Answer) -> Verdict:
        """The mean over the scored cards; one that lies nowhere is 0."""
        shares = {c.name: self.share(c, answer["in"].get(c.name, [])) for c in self.cards if c.scored}
        notes = [self._note(c, shares.get(c.name)) for c in self.cards if c.name in answer["in"]] if shares else []
        matched = [name for name, share in shares.items() if share == 1]
        return self.verdict(sum(shares.values(), Decimal(0)) / len(shares) if shares else None, matched, notes)

    def _note(self, card: Card, share: Decimal | None) -> Note:
        if share is None:
            return Note(card.text, "info")
        return Note(
            card.text, "right" if share == 1 else "part" if share > 0 else "wrong", "" if share == 1 else card.why
        )

    def tally(self, answers: Iterable[Answer]) -> Tally:
        """Card → bucket → count; how much the class disagrees on each card; the reasons that were given."""
        rows = list(answers)
        slots: dict[str, dict[str, int]] = {}
        for card in self.cards:
            counts = Counter(b for row in rows for b in row["in"].get(card.name, []))
            slots[card.name] = {b: counts[b] for b in self.buckets}
        reasons = {
            c.name: [r for row in rows if (r := row.get("why", {}).get(c.name))] for c in self.cards if c.ambiguous
        }
        split = {name: round(evenness(counts), 4) for name, counts in slots.items()}
        return Tally(len(rows), slots, {"disagreement": split, "why": reasons})

    def positions(self, answer: Answer) -> dict[str, str]:
        """Each card is a slot."""
        return {name: "；".join(buckets) for name, buckets in answer["in"].items()}

    def samples(self) -> Iterator[Sample]:
        """The key, one card of it, the halves, all wrong, and things that are no sorting."""
        first = self.cards[0].name
        key = {c.name: list(dict.fromkeys(c.into)) for c in self.cards if c.into}
        reasons = {c.name: t("自己的话") for c in self.cards if c.ambiguous}
        if not self.keyed:
            yield Sample({"in": {first: [self.buckets[0]]}}, "unscored")
        else:
            yield Sample({"in": key, "why": reasons}, "right")
            scored = [c for c in self.cards if c.scored]
            if len(scored) > 1:
                yield Sample({"in": {scored[0].name: key[scored[0].name]}}, "part")
            for card in scored:
                if card.also:
                    yield Sample({"in": {card.name: [card.also[0]]}}, "part")
            stray = {c.name: next((b for b in self.buckets if b not in (*c.into, *c.also)), "") for c in scored}
            if any(stray.values()):
                yield Sample({"in": {name: [b] for name, b in stray.items() if b}}, "wrong")
        bucket = self.buckets[0]
        odd: list[JSON] = [{}, [], None, "卡", {"in": {}}, {"in": {first: []}}, {"in": {"没有的卡": [bucket]}}]
        odd += [{"in": {first: x}} for x in (bucket, ["没有的类"], [bucket, bucket], [1])]
        odd += [{"in": {first: [bucket]}, "why": {first: 3}}, {"in": {first: [bucket]}, "or": {}}]
        yield from (Sample(x, "unreadable") for x in odd)
        if not self.several:
            yield Sample({"in": {first: list(self.buckets[:2])}}, "unreadable")

    def public(self) -> Self:
        """Cards without their buckets and reasons; what is said of a disputed card is part of the question."""
        bare = tuple(Card(text=c.text, id=c.id, was=c.was, ambiguous=c.ambiguous) for c in self.cards)
        copy = self.stripped(cards=bare)
        copy._many = self.several
        return copy

    def paper(self) -> list[Line]:
        """Prompt, the buckets, the cards with room before them."""
        buckets = [Line("option", self.scope.fill(b)) for b in self.buckets]
        cards = [Line("blank", t("（　）{text}", text=self.scope.fill(c.text))) for c in self.dealt()]
        return [Line("prompt", self.prompt), *buckets, *cards]

    def written(self, answer: Answer) -> str:
        """Card by card, then the reasons."""
        names = {c.name: c.text for c in self.cards}
        laid = [self.scope.fill(f"{names.get(n, n)}：{'、'.join(buckets)}") for n, buckets in answer["in"].items()]
        reasons = [
            t("理由（{name}）：{why}", name=self.scope.fill(names.get(n, n)), why=" ".join(why.split()))
            for n, why in answer.get("why", {}).items()
        ]
        return "；".join(laid + reasons)

    def key_words(self) -> Iterator[str]:
        """The cards whose place is known: what is cited must speak of one of them."""
        yield from (c.text for c in self.cards if c.scored)

    # ---- what is wrong -----------------------------------------------------------------------------------------------
    def flaws(self) -> Iterator[Flaw]:
        """A bucket or a card twice, a card's bucket unknown, halves without a whole, a bucket to which nothing belongs."""
        for n, bucket in enumerate(self.buckets):
            if bucket in self.buckets[:n]:
                first = ("buckets", self.buckets.index(bucket))
                yield Flaw(
                    ("buckets", n),
                    "wrong-value",
                    t("两类同名：“{word}”", word=bucket[:40]),
                    t("改写其中一个"),
                    also=first,
                )
        names = [c.name for c in self.cards]
        for n, card in enumerate(self.cards):
            if card.name in names[:n]:
                message = t("两张卡片一样：“{word}”", word=card.name[:40])
                first = ("cards", names.index(card.name))
                yield Flaw(("cards", n), "wrong-value", message, t("改写其中一张，或各写一个 id"), also=first)
            yield from self._misplaced(n, card)
        named = {b for c in self.cards for b in (*c.into, *c.also)}
        for n, bucket in enumerate(self.buckets):
            if self.keyed and bucket not in named and bucket not in self.buckets[:n]:
                message = t("没有一张卡片属于“{word}”", word=bucket[:40])
                yield Flaw(("buckets", n), "unused-bucket", message, t("若是有意放的空类，可以不改"))

    def _misplaced(self, n: int, card: Card) -> Iterator[Flaw]:
        for field, given in (("in", card.into), ("also", card.also)):
            for k, bucket in enumerate(given):
                path = ("cards", n, field, k)
                if bucket not in self.buckets:
                    near = get_close_matches(bucket, self.buckets, 1)
                    known = t("这道题的类有：{names}", names="、".join(self.buckets))
                    help_ = t("是不是 '{near}'？", near=near[0]) if near else known
                    yield Flaw(
                        path, "unknown-reference", t("没有叫“{ref}”的{what}", ref=bucket[:40], what=t("类")), help_
                    )
                elif bucket in given[:k] or (field == "also" and bucket in card.into):
                    yield Flaw(path, "wrong-value", t("“{word}”写了两次", word=bucket[:40]), t("删去一个"))
        if card.also and not card.into:
            yield Flaw(
                ("cards", n, "also"), "wrong-value", t("写了 also，还要写 in"), t("in 是得满分的类，also 得一半")
            )
