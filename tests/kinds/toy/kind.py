"""truth 判断: is a statement right, wrong, or not to be told? Without a key it is a poll."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field

from casecourse.grading import JSON, ExerciseBase, Line, Manual, Note, Sample, Tally, Unreadable, Verdict, shape
from casecourse.texts import t

YES, NO, UNSURE = "对", "错", "说不准"
WORDS = (YES, NO, UNSURE)


class Truth(ExerciseBase):
    """Judge a statement."""

    kind: Literal["truth"] = Field(description="题型")
    truth: Literal["", "对", "错"] = Field(default="", description="这句话对还是错；不写就是投票")
    why: str = Field(default="", description="判错了的反馈")

    MINUTES = 1
    MANUAL = Manual(
        title="判断",
        does="判断一句话对不对。",
        scored="判对得 1，说不准得一半，判错得 0。",
        answer="`“对”`、`“错”` 或 `“说不准”`。",
        counted="三种判断各有几人。",
    )

    @property
    def keyed(self) -> bool:
        """True when the author says which it is."""
        return bool(self.truth)

    def read(self, raw: JSON) -> str:
        """One of the three words."""
        word = shape(raw, t("一个词"), of=str)
        if word not in WORDS:
            raise Unreadable(t("只能答 对、错 或 说不准。"))
        return str(word)

    def grade(self, answer: str) -> Verdict:
        """Right 1, unsure a half, wrong 0."""
        if not self.keyed:
            return self.verdict(None)
        if answer == self.truth:
            return self.verdict(Decimal(1), [answer], [Note(answer, "right")])
        unsure = answer == UNSURE
        share = Decimal("0.5") if unsure else Decimal(0)
        return self.verdict(share, [], [Note(answer, "part" if unsure else "wrong", "" if unsure else self.why)])

    def tally(self, answers: Iterable[str]) -> Tally:
        """Word → count."""
        counts = Counter(answers)
        return Tally(counts.total(), {"": {w: counts[w] for w in WORDS}})

    def positions(self, answer: str) -> dict[str, str]:
        """The word."""
        return {"": answer}

    def samples(self) -> Iterator[Sample]:
        """Each word, and things that are none."""
        for word in WORDS:
            right = "right" if word == self.truth else "part" if word == UNSURE else "wrong"
            yield Sample(word, right if self.keyed else "unscored")
        yield from (Sample(x, "unreadable") for x in ("", "也许", None, 1, [YES], {"a": YES}))

    def public(self) -> Self:
        """Without what is true and why."""
        return self.stripped(truth="", why="")

    def paper(self) -> list[Line]:
        """Prompt and three boxes."""
        return [Line("prompt", self.prompt), *(Line("option", w) for w in WORDS)]

    def written(self, answer: str) -> str:
        """The word."""
        return answer
