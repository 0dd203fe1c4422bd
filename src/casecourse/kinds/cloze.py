"""cloze 文中填空: fill the gaps of a running text with words, figures, a dropdown's choice or 源文未载."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field

from casecourse.blanks import Blank, Gap, Measure, blank_of, offered, shown_word
from casecourse.formula import Formula
from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Line,
    Lines,
    Manual,
    Named,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    shape,
    typed,
)
from casecourse.texts import t

GAP = re.compile(r"\[\[[ \t]*([^\[\]\n]*?)[ \t]*\]\]")
OPENED = re.compile(rf"{GAP.pattern}|\[\[")
AROUND = 8  # characters of the text on either side that tell one gap from another
HOLE = "＿＿"
BREAK = re.compile(r"(?<=[^\x00-\x7f])\n|\n(?=[^\x00-\x7f])")  # beside Chinese, the end of a line is no space
SENTENCE = re.compile(r"[。！？]|\n[ \t]*\n")

GapId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
Blanks = Annotated[Blank, BeforeValidator(blank_of, json_schema_input_type=str | Blank)]


class Cloze(ExerciseBase):
    """Fill the gaps of a running text."""

    kind: Literal["cloze"] = Field(description="题型")
    text: str = Field(min_length=1, description="课文；空写成 [[id]]，写在一行里或放在开头时加引号")
    gaps: Mapping[GapId, Blanks] = Field(min_length=1, description="各空：id 下写答案，=公式 或小块")
    options: Lines = Field(default=(), description="各空共用的下拉选项")

    MINUTES = 3
    MANUAL = Manual(
        title="文中填空",
        does="把一段课文里的空填上：打字，或从下拉里选；每个空都可以答“源文未载”。适合看一句话里几处互相牵连的内容。",
        scored="每个空各判：文字按填空的办法，`=公式` 按数值的办法，下拉按所选的那一项；合得上的 `mistakes` 给出它的 `credit`。"
        "份额 = 有答案的各空的平均，空着的算 0。写“自填”的空不计分；全是“自填”就没有分数。",
        answer="空的 id 下写所填的文字；空着的不写。",
        counted="每个空填了什么、各有几人。",
    )

    # ---- gaps ------------------------------------------------------------------------------------------------------
    def pieces(self) -> Iterator[tuple[Literal["text", "gap"], str]]:
        """The text in reading order, cut at its gaps: words as written, or the id of a gap."""
        end = 0
        for match in GAP.finditer(self.text):
            if match.start() > end:
                yield "text", self.text[end : match.start()]
            yield "gap", match[1]
            end = match.end()
        if end < len(self.text):
            yield "text", self.text[end:]

    def order(self) -> list[str]:
        """The gaps as a reader meets them, each once; those that the text does not hold come last."""
        return [name for name in dict.fromkeys([*GAP.findall(self.text), *self.gaps]) if name in self.gaps]

    def gap(self, name: str) -> Gap:
        """A gap with the dropdown and the measure in force there; 源文未载 is always among what is offered."""
        blank = self.gaps[name]
        choices = offered(blank.options if blank.options is not None else self.options)
        return Gap(blank, choices, Measure(blank.unit, blank.decimals, blank.tolerance))

    def around(self, name: str) -> str:
        """The words around a gap, other gaps left out: what tells it apart without seeing the page."""
        place = next((m for m in GAP.finditer(self.text) if m[1] == name), None)
        if place is None:
            return name
        before = SENTENCE.split(self.scope.fill(self.text[: place.start()]))[-1]
        after = SENTENCE.split(self.scope.fill(self.text[place.end() :]))[0]
        return f"{_last(_flat(before))}{HOLE}{_flat(after)[:AROUND]}"

    @property
    def keyed(self) -> bool:
        """True when some gap has a key."""
        return any(not b.free for b in self.gaps.values())

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> dict[str, str]:
        """Gap → what stands there, in reading order; empty gaps are left out."""
        answer: dict[str, str] = {}
        for name, value in shape(raw, t("各空的答案"), of=dict).items():
            if name not in self.gaps:
                raise Unreadable(t("没有这个空：{name}", name=str(name)[:60]))
            if text := typed(value):
                choices = self.gap(name).choices
                if choices and text not in choices:
                    raise Unreadable(t("没有这个选项：{name}", name=text[:60]))
                answer[name] = text
        if not answer:
            raise Unreadable(t("还没有填。"))
        return {name: answer[name] for name in self.order() if name in answer}

    def grade(self, answer: dict[str, str]) -> Verdict:
        """The mean over the gaps that have a key; an empty gap is 0."""
        shares: list[Decimal] = []
        notes: list[Note] = []
        for name in self.order():
            gap, text = self.gap(name), answer.get(name, "")
            if gap.blank.free:
                continue
            share, note = gap.note(name, text, self.scope) if text else (Decimal(0), None)
            shares.append(share)
            notes += [note] if note else []
        matched = [n.about for n in notes if n.state == "right"]
        return self.verdict(sum(shares, Decimal(0)) / len(shares) if shares else None, matched, notes)

    def tally(self, answers: Iterable[dict[str, str]]) -> Tally:
        """Gap → answer → count; figures and words that read the same count together."""
        rows = list(answers)
        slots = {name: self.gap(name).counted(a.get(name, "") for a in rows) for name in self.order()}
        return Tally(len(rows), slots)

    def positions(self, answer: dict[str, str]) -> dict[str, str]:
        """Every filled gap is a slot."""
        return dict(answer)

    def samples(self) -> Iterator[Sample]:
        """All gaps, the first alone, all wrong, and things that fill no gap."""
        order = self.order()
        scored = [name for name in order if not self.gaps[name].free]
        right = {name: self.gap(name).filled(self.scope) for name in order}
        if not scored:
            yield Sample(right, "unscored")
        else:
            yield Sample(right, "right")
            if len(scored) > 1:
                yield Sample({scored[0]: right[scored[0]]}, "part")
            wrong = {name: missed for name in scored if (missed := self.gap(name).missed(self.scope))}
            if wrong:
                yield Sample(wrong, "wrong")
        first = order[0]
        odd: list[JSON] = [{}, [], None, "词", {"no-such-gap": "1"}, {first: 3}, {first: ["词"]}, {first: " "}]
        yield from (Sample(x, "unreadable") for x in odd)

    def public(self) -> Self:
        """The text with its gaps, their dropdowns, units and decimals."""
        return self.stripped(gaps={name: self.gap(name).bare() for name in self.gaps})

    def paper(self) -> list[Line]:
        """Prompt and text, the gaps numbered, then the shared choices."""
        numbers = {name: n for n, name in enumerate(self.order(), 1)}
        text = "".join(x if what == "text" else f"（{numbers.get(x, x)}）{HOLE}{HOLE}" for what, x in self.pieces())
        return [Line("prompt", self.prompt), Line("cell", text), *(Line("option", o) for o in offered(self.options))]

    def written(self, answer: dict[str, str]) -> str:
        """Gap by gap, each with the words around it."""
        said = "；".join(f"{self.around(name).replace(HOLE, f'【{text}】')}" for name, text in answer.items())
        return " ".join(said.split())

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """The formulas of gaps and of their expected mistakes."""
        for name, blank in self.gaps.items():
            for path, found in blank.formulas():
                yield ("gaps", name, *path), found, blank.unit

    def key_words(self) -> Iterator[str]:
        """The accepted words."""
        for blank in self.gaps.values():
            if not blank.free:
                yield from (shown_word(a) for a in blank.accept)

    def named(self) -> Iterator[Named]:
        """The evidence of single gaps."""
        for name, blank in self.gaps.items():
            yield from (Named(("gaps", name, "evidence", n), ref) for n, ref in enumerate(blank.evidence))

    def flaws(self) -> Iterator[Flaw]:
        """A gap in the text that is not closed, has no entry or stands there twice; an entry without a gap."""
        seen: dict[str, int] = {}
        for match in OPENED.finditer(self.text):
            name, word = match[1], match[0]
            nth = self.text.count(word, 0, match.start())
            if name is None:
                yield Flaw(("text",), "wrong-value", t("“[[”没有合上"), t("写成 [[id]]"), word, nth)
                continue
            if name not in self.gaps:
                help_ = t("在 gaps 下写 {name}: 答案", name=name) if name else t("写成 [[id]]，再在 gaps 下写它的答案")
                yield Flaw(("text",), "unknown-gap", t("空“{name}”没有答案", name=name), help_, word, nth)
            elif name in seen:
                message = t("空“{name}”在课文里出现了两次", name=name)
                yield Flaw(("text",), "duplicate-id", message, t("给第二处另起一个 id"), word, nth)
            seen[name] = nth
        for name in self.gaps:
            if name not in seen:
                message = t("课文里没有 [[{name}]]", name=name)
                yield Flaw(
                    ("gaps", name),
                    "unused-gap",
                    message,
                    t("把 [[{name}]] 放进 text，或删去这一条", name=name),
                    at_key=True,
                )


def _flat(text: str) -> str:
    """A stretch of text in one line, without its gaps and the marks of Markdown."""
    joined = BREAK.sub("", GAP.sub("…", text).replace("**", ""))
    return re.sub(r"\s+", " ", joined).strip()


def _last(text: str) -> str:
    """The last characters of a stretch; a figure or a word of Latin letters is not cut."""
    start = max(0, len(text) - AROUND)
    while start > 0 and text[start - 1 : start + 1].isascii() and text[start - 1 : start + 1].isalnum():
        start -= 1
    return ("…" if start else "") + text[start:]
