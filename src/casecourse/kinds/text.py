"""text 填空: type one or several short answers; without a key it is a word poll."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casecourse.blanks import hits, shown_word
from casecourse.chinese import squeezed
from casecourse.grading import (
    JSON,
    ExerciseBase,
    Line,
    Lines,
    Manual,
    Mistake,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    shape,
    typed,
)
from casecourse.texts import t


class Text(ExerciseBase):
    """Type short answers."""

    kind: Literal["text"] = Field(description="题型")
    accept: Lines = Field(
        default=(), description="接受的答案，一行一个；“ | ”隔开同一答案的几种写法，… 代表任意字；不写就是词语投票"
    )
    count: int = Field(default=1, ge=1, le=20, description="要写几个不同的答案")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="预料中的错误答案")

    MINUTES = 1
    MANUAL = Manual(
        does="写一个短语，或按 `count` 写几个不同的。",
        scored="去掉空格和标点、不分全角半角和大小写之后比较；` | ` 隔开同一个答案的几种写法，`…` 代表任意字。"
        "份额 = 写中的不同答案数 ÷ `count`，至多 1；同一个答案写两遍只算一次；写法与答案不同的，告诉学员读作哪一个。"
        "只要写一个的时候，合得上的 `mistakes`（写法与 `accept` 相同）给出它的 `credit`；理由总会显示。不写 `accept` 是词语投票，不计分。",
        answer="文字的列表；只要一个时也可以直接写文字。",
        counted="每个词有几人写，写法不同而读作相同的合在一起。",
    )

    @model_validator(mode="after")
    def _enough(self) -> Self:
        if self.accept and len(self.accept) < self.count:
            raise PydanticCustomError("count_accept", "count", {"n": len(self.accept)})
        return self

    @property
    def keyed(self) -> bool:
        """True when there are accepted answers."""
        return bool(self.accept)

    def read(self, raw: JSON) -> list[str]:
        """The typed answers that are not empty, as typed. One may arrive as a bare text."""
        entries = [raw] if isinstance(raw, str) else shape(raw, t("一列文字"), of=list)
        if len(entries) > self.count:
            raise Unreadable(t("最多写 {n} 个。", n=self.count))
        words = [w for w in map(typed, entries) if w]
        if not words:
            raise Unreadable(t("还没有填。"))
        return words

    def grade(self, answer: list[str]) -> Verdict:
        """Different accepted lines hit ÷ count, at most 1; an expected mistake's credit counts where one is asked for."""
        if not self.keyed:
            return self.verdict(None)
        found: dict[str, str] = {}
        notes: list[Note] = []
        credit = Decimal(0)
        for word in answer:
            line = next((a for a in self.accept if hits(self.scope.fill(a), word)), None)
            if line is None:
                slip = next((m for m in self.mistakes if hits(self.scope.fill(m.answer), word)), None)
                credit = max(credit, slip.credit) if slip and self.count == 1 else credit
                notes.append(Note(word, "part" if slip and slip.credit else "wrong", slip.why if slip else ""))
            elif line in found:
                notes.append(Note(word, "info", t("和上面写的是同一个。")))
            else:
                found[line] = word
                same = squeezed(shown_word(self.scope.fill(line))) == squeezed(word)
                said = "" if same else t("读作“{word}”。", word=shown_word(self.scope.fill(line)))
                notes.append(Note(word, "right", said))
        share = Decimal(min(len(found), self.count)) / self.count
        return self.verdict(max(share, credit), list(found), notes)

    def tally(self, answers: Iterable[list[str]]) -> Tally:
        """Words that read the same count together, under the wording seen first."""
        rows = list(answers)
        first: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for word in (w for row in rows for w in row):
            counts[first.setdefault(squeezed(word) or word, word)] += 1
        return Tally(len(rows), {"": dict(counts.most_common())})

    def positions(self, answer: list[str]) -> dict[str, str]:
        """The word, where one is asked for."""
        return {"": answer[0]} if answer and self.count == 1 else {}

    def samples(self) -> Iterator[Sample]:
        """Enough accepted answers, one too few, expected mistakes, and things that are no answer."""
        if not self.keyed:
            yield Sample(["词"], "unscored")
        else:
            words = [shown_word(self.scope.fill(a)).replace("…", "某") for a in self.accept]
            yield Sample(words[: self.count], "right")
            if self.count > 1:
                yield Sample(words[:1], "part")
                yield Sample([words[0]] * self.count, "part")
            else:
                yield Sample(words[0], "right")
            for slip in self.mistakes:
                word = shown_word(self.scope.fill(slip.answer)).replace("…", "某")
                yield Sample([word], "part" if slip.credit and self.count == 1 else "wrong")
            yield Sample(["与此无关的一句话"], "wrong")
        yield from (Sample(x, "unreadable") for x in ("", [], ["", " "], None, 7, [["词"]], {"text": "词"}))
        yield Sample(["词"] * (self.count + 1), "unreadable")

    def public(self) -> Self:
        """How many are asked for, and nothing else."""
        return self.stripped(accept=(), mistakes=())

    def paper(self) -> list[Line]:
        """Prompt and as many lines as answers are asked for."""
        return [Line("prompt", self.prompt), *(Line("blank", "") for _ in range(self.count))]

    def written(self, answer: list[str]) -> str:
        """The words."""
        return "；".join(answer)

    def shown_key(self) -> str:
        """The accepted answers as they are shown after release."""
        return "、".join(shown_word(self.scope.fill(a)) for a in self.accept)

    def key_words(self) -> Iterator[str]:
        """The first alias of every accepted line."""
        yield from (shown_word(a).replace("…", "") for a in self.accept)
