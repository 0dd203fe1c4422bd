"""text 填空: type one or several short answers; without a key it is a word poll."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from casecourse.blanks import hits, shown_word
from casecourse.chinese import figure, squeezed
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
        title="填空",
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
            raise PydanticCustomError("count_accept", "count", {"n": len(self.accept), "at": ("count",)})
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
        lines = [self.scope.fill(a) for a in self.accept]
        fitting = [[n for n, line in enumerate(lines) if hits(line, word)] for word in answer]
        taken = matching(fitting)
        notes: list[Note] = []
        credit = Decimal(0)
        for n, word in enumerate(answer):
            if n in taken:
                notes.append(Note(word, "right", read_as(lines[taken[n]], word)))
            elif fitting[n]:
                notes.append(Note(word, "info", t("和另一个写的是同一个。")))
            else:
                slip = next((m for m in self.mistakes if hits(self.scope.fill(m.answer), word)), None)
                credit = max(credit, slip.credit) if slip and self.count == 1 else credit
                notes.append(Note(word, "part" if slip and slip.credit else "wrong", slip.why if slip else ""))
        share = Decimal(min(len(taken), self.count)) / self.count
        return self.verdict(max(share, credit), [self.accept[taken[n]] for n in sorted(taken)], notes)

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
            for n, slip in enumerate(self.mistakes):
                word = shown_word(self.scope.fill(slip.answer)).replace("…", "某")
                yield Sample([word], "part" if slip.credit and self.count == 1 else "wrong", ("mistakes", n, "answer"))
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


def matching(fitting: list[list[int]]) -> dict[int, int]:
    """Give each word a line of its own, to as many words as possible: word → line, by places.

    `fitting` says which lines each word fits. Augmenting paths (H. W. Kuhn, *The Hungarian method*, 1955): a word whose
    lines are taken asks their holders to move on to another, so the order of typing does not matter.
    """
    holder: dict[int, int] = {}

    def seated(word: int, asked: set[int]) -> bool:
        for line in fitting[word]:
            if line not in asked:
                asked.add(line)
                if line not in holder or seated(holder[line], asked):
                    holder[line] = word
                    return True
        return False

    for word in range(len(fitting)):
        seated(word, set())
    return {word: line for line, word in holder.items()}


def read_as(line: str, word: str) -> str:
    """How a word was understood, where it was written otherwise than the line; and an 约 that the line does not have."""
    shown = shown_word(line)
    if squeezed(shown) == squeezed(word):
        return ""
    typed, wanted = figure(word), figure(shown)
    if typed and wanted and typed.about and not wanted.about:
        return t("读作“{word}”，只是多了一个“{about}”。", word=shown, about=typed.about)
    return t("读作“{word}”。", word=shown)
