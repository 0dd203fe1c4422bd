"""choice 选择: pick one or several options; without a key it is a poll."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Frozen,
    Line,
    Manual,
    Note,
    Offered,
    Sample,
    Switch,
    Tally,
    Unreadable,
    Verdict,
    line_as,
    shape,
)
from casecourse.texts import t


class Option(Frozen):
    """One option: `right:` or `wrong:` holds its text; a poll's option is a plain line."""

    right: str = Field(default="", description="对的选项：文字")
    wrong: str = Field(default="", description="错的选项：文字")
    text: str = Field(default="", description="没有对错的选项：文字")
    id: str = Field(default="", pattern=r"^([a-z][a-z0-9-]*)?$", description="选项的 id；措辞可能改动时先写好")
    why: str = Field(default="", description="选了它的反馈：点明误解")
    credit: Decimal | None = Field(default=None, ge=-1, le=1, description="权重；不写则对 1、错 0（多选错 −1）")
    was: str = Field(default="", description="原来的文字：改措辞后仍认得旧答案")

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        if sum(map(bool, (self.right, self.wrong, self.text))) != 1:
            raise PydanticCustomError("option_text", "one of right, wrong, text")
        return self

    @property
    def label(self) -> str:
        """Its text as written."""
        return self.right or self.wrong or self.text

    @property
    def name(self) -> str:
        """What an answer calls it."""
        return self.id or self.label


class Choice(ExerciseBase):
    """Pick one or several options."""

    kind: Literal["choice"] = Field(description="题型")
    options: tuple[Annotated[Option, line_as("text")], ...] = Field(
        min_length=2, max_length=40, description="选项；有答案的题每项写 right 或 wrong，投票题只写一行"
    )
    pick: Literal["one", "many"] | None = Field(default=None, description="单选 one 或多选 many；有答案时由答案推出")
    shuffle: Switch = Field(default=True, description="是否打乱次序")

    WORDING = ExerciseBase.WORDING | {"shuffle"}
    MINUTES = 1
    MANUAL = Manual(
        title="选择",
        does="从列出的选项里选一个，或选几个。用来辨认说法、揭出误解，也可以用来投票。",
        scored="每个选项有一个权重：对的 1；错的单选 0、多选 −1；写了 `credit` 就用它。"
        "单选的份额是所选那一项的权重，低于 0 算 0。"
        "多选的份额 = 所选各项的权重之和 ÷ 所有对的选项的权重之和，限在 0 与 1 之间：漏选少得，乱选倒扣。"
        "有两个或更多 `right` 就是多选，`pick` 可以另行指明。选项都只写一行时没有对错，就是投票，不计分。",
        answer="选项名的列表，单选也写成列表。选项名是它的 `id`，没有 `id` 就是它的文字。",
        counted="每个选项有几人选；多选还有各种组合各有几人。",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if len({bool(o.text) for o in self.options}) > 1:
            polled = bool(self.options[0].text)
            n = next(n for n, o in enumerate(self.options) if bool(o.text) != polled)
            raise PydanticCustomError("options_mixed", "all keyed or none", {"at": ("options", n)})
        if self.keyed and not any(o.right for o in self.options):
            raise PydanticCustomError("no_right", "no right", {"at": ("options",)})
        names = [o.name for o in self.options]
        if len(set(names)) < len(names):
            n = next(n for n, name in enumerate(names) if name in names[:n])
            raise PydanticCustomError("options_twice", "twice", {"word": names[n], "at": ("options", n)})
        return self

    @property
    def keyed(self) -> bool:
        """True when options are marked right or wrong."""
        return not any(o.text for o in self.options)

    @property
    def many(self) -> bool:
        """True when several may be picked."""
        return (self.pick == "many") if self.pick else sum(bool(o.right) for o in self.options) > 1

    def option(self, name: str) -> Option | None:
        """The option that an answer calls `name`, also by its earlier text."""
        return next((o for o in self.options if o.name == name), None) or next(
            (o for o in self.options if o.was and o.was == name), None
        )

    def weight(self, option: Option) -> Decimal:
        """What choosing it counts: right 1, wrong 0, or −1 where several may be picked; `credit` replaces it."""
        if option.credit is not None:
            return option.credit
        return Decimal(1) if option.right else Decimal(-1 if self.many else 0)

    def read(self, raw: JSON) -> list[str]:
        """A list of option names, each once, in the author's order."""
        chosen = [shape(x, t("选项"), of=str) for x in shape(raw, t("一列选项"), of=list)]
        if not chosen:
            raise Unreadable(t("还没有选。"))
        options = []
        for name in chosen:
            if (option := self.option(name)) is None:
                raise Unreadable(t("没有这个选项：{name}", name=name[:60]))
            options.append(option)
        if len({o.name for o in options}) < len(options):
            raise Unreadable(t("同一个选项选了两次。"))
        if len(options) > 1 and not self.many:
            raise Unreadable(t("这道题只能选一个。"))
        return [o.name for o in self.options if o in options]

    def grade(self, answer: list[str]) -> Verdict:
        """One: max(0, w). Many: max(0, Σ w(chosen) ÷ Σ w(right)), at most 1."""
        if not self.keyed:
            return self.verdict(None)
        chosen = [o for o in self.options if o.name in answer]
        total = sum((self.weight(o) for o in chosen), Decimal(0))
        if self.many:
            total /= sum((self.weight(o) for o in self.options if o.right), Decimal(0)) or Decimal(1)
        notes = [Note(o.label, self._state(o), o.why) for o in chosen]
        return self.verdict(total, [o.name for o in chosen if o.right], notes)

    def _state(self, option: Option) -> Literal["right", "part", "wrong"]:
        if option.right:
            return "right"
        return "part" if option.credit and option.credit > 0 else "wrong"

    def tally(self, answers: Iterable[list[str]]) -> Tally:
        """Option → count; for several picks also the sets chosen."""
        rows = list(answers)
        counts = Counter(name for row in rows for name in row)
        slots = {"": {o.name: counts[o.name] for o in self.options}}
        sets = Counter(json_key(row) for row in rows) if self.many else Counter()
        return Tally(len(rows), slots, {"sets": dict(sets)} if self.many else {})

    def positions(self, answer: list[str]) -> dict[str, str]:
        """One slot where one is picked."""
        return {"": answer[0]} if answer and not self.many else {}

    def samples(self) -> Iterator[Sample]:
        """The key, each wrong option alone, and things that are no answer."""
        names = [o.name for o in self.options]
        if not self.keyed:
            yield Sample([names[0]], "unscored")
        else:
            right = [o.name for o in self.options if o.right]
            yield Sample(right if self.many else right[:1], "right")
            for o in self.options:
                if o.wrong:
                    yield Sample([o.name], "part" if o.credit and o.credit > 0 else "wrong")
            if self.many and len(right) > 1:
                yield Sample(right[:1], "part")
        yield from (Sample(x, "unreadable") for x in ([], ["\u0000?"], "", None, {"a": 1}, [[names[0]]]))
        if not self.many:
            yield Sample(names, "unreadable")

    def public(self) -> Self:
        """Options as plain texts under the names that answers use; how many may be picked stays known."""
        bare = tuple(Option(text=o.label, id=o.id, was=o.was) for o in self.options)
        return self.stripped(options=bare, pick="many" if self.many else "one")

    def paper(self) -> list[Line]:
        """Prompt and options."""
        return [Line("prompt", self.prompt), *(Line("option", self.scope.fill(o.label)) for o in self.options)]

    def written(self, answer: list[str]) -> str:
        """The chosen texts."""
        found = [(o.label if (o := self.option(name)) else name) for name in answer]
        return "；".join(self.scope.fill(x) for x in found)

    def options_shown(self) -> list[Offered]:
        """Every option under the field that holds its text."""
        fields = ("right" if o.right else "wrong" if o.wrong else "text" for o in self.options)
        return [
            Offered(("options", n, field), o.label, bool(o.right) if self.keyed else None, o.why)
            for n, (field, o) in enumerate(zip(fields, self.options, strict=True))
        ]

    def flaws(self) -> Iterator[Flaw]:
        """A wrong option that is worth as much as a right one."""
        least = min((self.weight(o) for o in self.options if o.right), default=Decimal(1))
        for n, option in enumerate(self.options):
            if option.wrong and option.credit and option.credit >= least:
                message = t("错的选项“{word}”与对的得分一样", word=option.label[:20])
                yield Flaw(("options", n, "credit"), "mistake-is-key", message, t("把 credit 改小，或把它写成 right"))

    def key_words(self) -> Iterator[str]:
        """The texts of the right options."""
        yield from (o.label for o in self.options if o.right)


def json_key(names: list[str]) -> str:
    """A set of picks as one label."""
    return "；".join(names)
