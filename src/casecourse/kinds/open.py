"""open 论述: write an argument; graded by the instructor or by oneself against a rubric, never by the app."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from typing import Literal, Self

from pydantic import Field

from casecourse.grading import JSON, ExerciseBase, Line, Lines, Manual, Sample, Tally, Unreadable, Verdict, shape, typed
from casecourse.texts import t


class Open(ExerciseBase):
    """Write an argument."""

    kind: Literal["open"] = Field(description="题型")
    rubric: str = Field(default="", description="量规：course.yaml 里 rubrics 的 id")
    expect: Lines = Field(default=(), description="好回答里有什么（交后显示）")
    limit: int | None = Field(default=None, ge=1, le=20_000, description="最多几个字")

    WORDING = ExerciseBase.WORDING | {"expect"}
    MINUTES = 8
    MANUAL = Manual(
        title="论述",
        does="写一段论证。",
        scored="程序不判分：对照 `rubric` 的量规，由教师或学员自己评。`expect` 交后才显示，供对照。",
        answer='`{"text": …}`，不能空，不能超过 `limit` 个字。',
        counted="有几人写、写了多长。",
    )

    @property
    def keyed(self) -> bool:
        """Never: there is no score before somebody graded it."""
        return False

    def read(self, raw: JSON) -> dict[str, str]:
        """`{"text": …}`, not empty and within the limit."""
        body = shape(raw, t("一段文字"), of=dict)
        if set(body) != {"text"}:
            raise Unreadable(t("这不是这道题的答案。"))
        text = typed(body["text"])
        if not text:
            raise Unreadable(t("还没有写。"))
        if self.limit and len(text) > self.limit:
            raise Unreadable(t("写了 {n} 个字，最多 {limit} 个字。", n=len(text), limit=self.limit))
        return {"text": text}

    def grade(self, answer: dict[str, str]) -> Verdict:
        """No score before somebody graded it."""
        del answer
        return self.verdict(None)

    def tally(self, answers: Iterable[dict[str, str]]) -> Tally:
        """How many wrote, and how long."""
        lengths = [len(a["text"]) for a in answers]
        extra = {"median_length": statistics.median(lengths), "lengths": sorted(lengths)} if lengths else {}
        return Tally(len(lengths), {"": {}}, extra)

    def samples(self) -> Iterator[Sample]:
        """A short argument, and things that are none."""
        yield Sample({"text": "先问目的，再问代价。"[: self.limit]}, "unscored")
        yield from (Sample(x, "unreadable") for x in ({"text": ""}, {"text": " "}, "只是文字", None, {"text": 3}, {}))
        if self.limit:
            yield Sample({"text": "长" * (self.limit + 1)}, "unreadable")

    def public(self) -> Self:
        """Without what a good answer contains and without the rubric."""
        return self.stripped(expect=(), rubric="")

    def paper(self) -> list[Line]:
        """Prompt and room to write."""
        return [Line("prompt", self.prompt), *(Line("blank", "") for _ in range(6))]

    def written(self, answer: dict[str, str]) -> str:
        """The text."""
        return answer["text"]
