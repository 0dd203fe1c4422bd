"""cite 找依据: pick the passages that answer a question, or that support and contradict a claim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Frozen,
    Line,
    Lines,
    Manual,
    Named,
    Note,
    Passage,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    shape,
)
from casecourse.texts import t

Heading = Literal["right", "supports", "contradicts"]
ONE: tuple[Heading, ...] = ("right",)
TWO: tuple[Heading, ...] = ("supports", "contradicts")


class Miscited(Frozen):
    """A passage that is likely to be picked wrongly, and what is behind it."""

    at: str = Field(min_length=1, description="容易错选的段落：单元#段落")
    why: str = Field(min_length=1, description="为什么不是：点明误解")


class Cite(ExerciseBase):
    """Pick the passages that answer, or that support and contradict a claim."""

    kind: Literal["cite"] = Field(description="题型")
    right: Lines = Field(default=(), description="该找的段落：单元#段落")
    supports: Lines = Field(default=(), description="支持的段落；与 contradicts 同用，不与 right 同用")
    contradicts: Lines = Field(default=(), description="反对的段落")
    units: Lines = Field(default=(), description="从哪些单元里找；不写则是所引段落所在的单元")
    mistakes: tuple[Miscited, ...] = Field(default=(), description="容易错选的段落，各写 at 与 why")

    WORDING = ExerciseBase.WORDING | {"mistakes"}  # they earn nothing: reasons alone
    MINUTES = 3
    MANUAL = Manual(
        title="找依据",
        does="从单元里有 id 的正文、图、表中挑出作答的段落；或者把段落分成支持与反对一个主张的。讨论和练习不能选。",
        scored="份额 = 选对的 ÷（答案的段数 + 选错的段数），所以全选并不合算。放错了栏的段落算选错；`mistakes` 只写理由，不给分。"
        "写 `supports` 或 `contradicts` 时两栏都给学员看，哪怕有一栏该空着。",
        answer="`right` 下列出段落；分两栏的写在 `supports` 与 `contradicts` 下。段落写 `单元#段落`。",
        counted="每一段放在哪一栏、各有几人。",
    )

    _headings: tuple[Heading, ...] = PrivateAttr(default=())  # of a public copy, which has no key to tell

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.right) == bool(self.supports or self.contradicts):
            raise PydanticCustomError("cite_key", "right, or supports and contradicts")
        return self

    # ---- what is offered, what is asked ------------------------------------------------------------------------------
    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings under which passages are picked: one, or for and against, even where one of them stays empty."""
        return self._headings or (ONE if self.right else TWO)

    @property
    def key(self) -> dict[str, Heading]:
        """The key: passage → heading."""
        return {ref: heading for heading in self.headings for ref in getattr(self, heading)}

    def offers(self) -> tuple[str, ...]:
        """The units that it names, else those in which the passages of key and mistakes stand."""
        refs = [*self.right, *self.supports, *self.contradicts, *(m.at for m in self.mistakes)]
        return self.units or tuple(dict.fromkeys(r.partition("#")[0] for r in refs))

    def passages(self) -> tuple[Passage, ...]:
        """Everything that can be picked, in reading order."""
        return self.scope.passages(self.offers())

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> dict[str, list[str]]:
        """Heading → passages in reading order; a passage stands under one heading only."""
        offered = [p.ref for p in self.passages()]
        chosen: dict[str, str] = {}
        for heading, refs in shape(raw, t("段落"), of=dict).items():
            if heading not in self.headings:
                raise Unreadable(t("没有这一栏：{name}", name=str(heading)[:60]))
            for ref in (shape(x, t("段落"), of=str) for x in shape(refs, t("一列段落"), of=list)):
                if ref not in offered:
                    raise Unreadable(t("没有这一段：{name}", name=ref[:60]))
                if ref in chosen:
                    raise Unreadable(t("同一段选了两次。"))
                chosen[ref] = heading
        if not chosen:
            raise Unreadable(t("还没有选。"))
        found = {h: [ref for ref in offered if chosen.get(ref) == h] for h in self.headings}
        return {heading: refs for heading, refs in found.items() if refs}

    def grade(self, answer: dict[str, list[str]]) -> Verdict:
        """hits ÷ (keys + wrong picks); a passage under the wrong heading is a wrong pick."""
        key, why = self.key, {m.at: m.why for m in self.mistakes}
        notes = []
        for heading, refs in answer.items():
            for ref in refs:
                hit = key.get(ref) == heading
                notes.append(Note(ref, "right" if hit else "wrong", "" if hit else why.get(ref, "")))
        matched = [n.about for n in notes if n.state == "right"]
        wrong = len(notes) - len(matched)
        return self.verdict(Decimal(len(matched)) / (len(key) + wrong), matched, notes)

    def tally(self, answers: Iterable[dict[str, list[str]]]) -> Tally:
        """Passage → heading → how many put it there."""
        rows = list(answers)
        slots = {p.ref: Counter(h for a in rows for h, refs in a.items() if p.ref in refs) for p in self.passages()}
        return Tally(len(rows), {ref: dict(counts) for ref, counts in slots.items()})

    def positions(self, answer: dict[str, list[str]]) -> dict[str, str]:
        """Every picked passage is a slot, its heading the label."""
        return {ref: heading for heading, refs in answer.items() for ref in refs}

    def samples(self) -> Iterator[Sample]:
        """The key, half of it or the key with one too many, what is no key, and things that are no passages."""
        offered = [p.ref for p in self.passages()]
        key = {h: [ref for ref in offered if self.key.get(ref) == h] for h in self.headings}
        keys = [(h, ref) for h, refs in key.items() for ref in refs]
        others = [ref for ref in offered if ref not in self.key]
        first = self.headings[0]
        if len(keys) == len(self.key):  # else the check names what cannot be picked
            yield Sample(key, "right")
            if len(keys) > 1:
                yield Sample({keys[0][0]: [keys[0][1]]}, "part")
            if others:
                yield Sample({**key, first: [*key[first], others[0]]}, "part")
        if others:
            yield Sample({first: [others[0]]}, "wrong")
        for heading, ref in keys if len(self.headings) > 1 else []:
            yield Sample({TWO[1 - TWO.index(heading)]: [ref]}, "wrong")
        one = (offered or ["first#p1"])[0]
        odd: list[JSON] = [{}, [], None, one, {first: []}, {first: one}, {first: ["no#such"]}, {first: [one, one]}]
        odd += [{"no-heading": [one]}, {first: [3]}, *([{h: [one] for h in TWO}] if len(self.headings) > 1 else [])]
        yield from (Sample(x, "unreadable") for x in odd)

    def public(self) -> Self:
        """What is offered and under which headings; not which passages are right."""
        copy = self.stripped(right=(), supports=(), contradicts=(), mistakes=(), units=self.offers())
        copy._headings = self.headings
        return copy

    def paper(self) -> list[Line]:
        """Prompt and the first words of each passage."""
        return [Line("prompt", self.prompt), *(Line("option", _first(p)) for p in self.passages())]

    def written(self, answer: dict[str, list[str]]) -> str:
        """The passages with their first words, under their headings."""
        first = {p.ref: _first(p) for p in self.passages()}
        parts = {h: "、".join(f"{ref}（{first[ref]}）" for ref in refs) for h, refs in answer.items()}
        if self.headings == ONE:
            return " ".join(parts["right"].split())
        named = {"supports": t("支持"), "contradicts": t("反对")}
        return " ".join("；".join(f"{named[h]}：{text}" for h, text in parts.items()).split())

    def named(self) -> Iterator[Named]:
        """The passages of the key and of mistakes, and the units offered."""
        for heading in (*ONE, *TWO):
            yield from (Named((heading, n), ref, "passage", True) for n, ref in enumerate(getattr(self, heading)))
        yield from (Named(("mistakes", n, "at"), m.at, "passage") for n, m in enumerate(self.mistakes))
        yield from (Named(("units", n), name, "unit") for n, name in enumerate(self.units))

    def flaws(self) -> Iterator[Flaw]:
        """A passage that stands twice in the key, a mistake that is right, and a citation asked for twice."""
        if self.cite:
            message = t("这种题本来就是找段落，不用再写 cite")
            yield Flaw(("cite",), "wrong-value", message, t("删去 cite: required"))
        seen: dict[str, tuple[str | int, ...]] = {}
        for one in self.named():
            if one.key and one.ref in seen:
                message = t("段落“{ref}”在答案里出现了两次", ref=one.ref)
                yield Flaw(one.path, "wrong-value", message, t("一段只放在一处"), also=seen[one.ref])
            elif one.key:
                seen[one.ref] = one.path
        for n, slip in enumerate(self.mistakes):
            if slip.at in self.right:
                message = t("段落“{ref}”既是答案又是错选", ref=slip.at)
                yield Flaw(("mistakes", n, "at"), "mistake-is-key", message, t("删去其中一处"), also=seen[slip.at])


def _first(passage: Passage) -> str:
    """The first words of a passage, for one line."""
    words = " ".join((passage.title or passage.text).split())
    return words if len(words) <= 24 else words[:23] + "…"
