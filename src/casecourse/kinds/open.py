"""open 论述: write an argument; graded by the instructor or by oneself against a rubric, never by the app."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from typing import Literal, Self

from pydantic import Field

from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Line,
    Lines,
    Manual,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    shape,
    typed,
)
from casecourse.texts import t


class Open(ExerciseBase):
    """Write an argument."""

    kind: Literal["open"] = Field(description="题型")
    rubric: str = Field(default="", description="量规：course.yaml 里 rubrics 的 id")
    graded: Literal["instructor", "self", "both"] | None = Field(
        default=None, description="谁对照量规评：instructor 教师（不写就是）、self 学员自己、both 两者"
    )
    expect: Lines = Field(default=(), description="好回答里有什么（交后显示）")
    limit: int | None = Field(default=None, ge=1, le=20_000, description="最多几个字")

    WORDING = ExerciseBase.WORDING | {"expect", "graded"}
    MINUTES = 8
    MANUAL = Manual(
        title="论述",
        does="写一段论证。",
        scored="程序不判分：对照 `rubric` 的量规，一个准则选一档，由 `graded` 说的人评：教师（`instructor`，不写就是）、"
        "学员自己（`self`）或两者（`both`）。份额 = 各准则所选档分之和 ÷（准则数 × 最高档分），乘以 `points`；"
        "最低一档要记 0 分，就在量规的 `levels` 里写 0。教师评时看不到姓名，公布以后学员才看到分数和评语；自评当场归自己。"
        "量规和 `expect` 交后才显示。没有 `rubric` 就不评分。",
        answer='`{"text": …}`，不能空，不能超过 `limit` 个字。',
        counted="有几人写、写了多长；教师在“评阅”里看到每个准则各档有几份。",
    )

    @property
    def keyed(self) -> bool:
        """Never: there is no score before somebody graded it."""
        return False

    @property
    def graders(self) -> tuple[str, ...]:
        """Who grades against the rubric; nobody where there is none."""
        if not self.rubric:
            return ()
        return ("instructor", "self") if self.graded == "both" else (self.graded or "instructor",)

    def flaws(self) -> Iterator[Flaw]:
        """Somebody is to grade, and there is nothing to grade by."""
        if self.graded and not self.rubric:
            help_ = t("写 rubric: 量规的 id；不评分就删去 graded")
            yield Flaw(("graded",), "missing-field", t("写了谁来评，没有写对照什么评"), help_, at_key=True)

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
