"""table 表格: fill the cells of a comparison table with words, figures, a dropdown or 源文未载."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from casecourse.agreement import settled
from casecourse.blanks import Blank, Gap, Measure, blank_of, offered, shown_word
from casecourse.formula import Formula
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
    Switch,
    Tally,
    Unreadable,
    Verdict,
    line_as,
    shape,
    typed,
)
from casecourse.texts import t


class AskedColumn(Frozen):
    """A column whose cells are filled, or shown when `given`."""

    text: str = Field(min_length=1, description="栏名")
    options: Lines | None = Field(default=None, description="这一栏的下拉选项")
    unit: str = Field(default="", description="单位")
    decimals: int | None = Field(default=None, ge=0, le=8, description="保留几位小数")
    given: Switch = Field(default=False, description="只显示，不作答")
    why: str = Field(default="", description="这一栏填错而格里没有 `why` 时的反馈")


def _cells(value: object) -> object:
    """One cell may stand without brackets; every line becomes a blank."""
    cells = [value] if isinstance(value, str | dict) else value
    return [blank_of(c) for c in cells] if isinstance(cells, list) else cells


Cells = Annotated[
    tuple[Blank, ...],
    BeforeValidator(_cells, json_schema_input_type=str | Blank | list[str | Blank]),
]


def _second(names: list[str]) -> int:
    """The place of the first name that stood before."""
    return next(n for n, name in enumerate(names) if name in names[:n])


class FilledTable(ExerciseBase):
    """Fill the cells of a comparison table."""

    kind: Literal["table"] = Field(description="题型")
    columns: tuple[Annotated[AskedColumn, line_as("text")], ...] = Field(min_length=1, description="各栏")
    rows: Mapping[str, Cells] = Field(min_length=1, description="行名下写各格，一栏一格")
    options: Lines = Field(default=(), description="全表共用的下拉选项")
    was: Mapping[str, str] = Field(default_factory=dict, description="改过名的行和栏——现在的名字: 原来的名字")

    MINUTES = 4
    MANUAL = Manual(
        title="填表",
        does="填一张对照表：文字、数、下拉选项，或“源文未载”；`given` 的栏只看不填。",
        scored="每一格各判：文字按填空的办法，`=公式` 按数值的办法，下拉按所选的那一项；合得上的 `mistakes` 给出它的 `credit`。"
        "份额 = 有答案的各格的平均，空着的格算 0。写“自填”的格不计分；全是“自填”就没有分数。",
        answer="行名下写栏名与所填的文字；空着的格不写。",
        counted="合成一张全班的表：一格里三分之二以上的人（至少两人）说法相同，就是一致；其余的格是分歧，"
        "各种说法并排，写明各有几人。",
    )

    @model_validator(mode="after")
    def _square(self) -> Self:
        names = [c.text for c in self.columns]
        if len(set(names)) < len(names):
            raise PydanticCustomError("columns_twice", "columns", {"at": ("columns", _second(names))})
        for name, cells in self.rows.items():
            if len(cells) != len(names):
                said = {"row": name, "n": len(cells), "wanted": len(names), "at": ("rows", name)}
                raise PydanticCustomError("row_cells", "cells", said)
        if not any(True for _ in self.asked()):
            raise PydanticCustomError("nothing_asked", "nothing asked", {"at": ("columns",)})
        return self

    # ---- cells -----------------------------------------------------------------------------------------------------
    def asked(self) -> Iterator[tuple[str, AskedColumn, Blank]]:
        """(row, column, blank) of every cell that the student fills."""
        for row, cells in self.rows.items():
            for column, blank in zip(self.columns, cells, strict=True):
                if not column.given:
                    yield row, column, blank

    def choices(self, column: AskedColumn, blank: Blank) -> tuple[str, ...]:
        """The dropdown in force for a cell: its own, its column's, the table's; 源文未载 is always among them."""
        own = blank.options if blank.options is not None else column.options
        return offered(own if own is not None else self.options)

    def gap(self, column: AskedColumn, blank: Blank) -> Gap:
        """A cell with the dropdown, unit, decimals and tolerance in force for it."""
        digits = blank.decimals if blank.decimals is not None else column.decimals
        measure = Measure(blank.unit or column.unit, digits, blank.tolerance)
        return Gap(blank, self.choices(column, blank), measure)

    def cell_key(self, column: AskedColumn, blank: Blank) -> str:
        """The key of a cell as it is shown, or the text of a given one."""
        return self.gap(column, blank).key(self.scope)

    @property
    def keyed(self) -> bool:
        """True when some asked cell has a key."""
        return any(not b.free for _, _, b in self.asked())

    # ---- the contract ------------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> dict[str, dict[str, str]]:
        """Row → column → what stands there; empty cells are left out."""
        columns = {c.text for c in self.columns if not c.given}
        answer: dict[str, dict[str, str]] = {}
        for said, cells in shape(raw, t("一张表"), of=dict).items():
            row = self.now(said, self.rows)
            if row not in self.rows:
                raise Unreadable(t("没有这一行：{name}", name=str(said)[:60]))
            for told, value in shape(cells, t("一行"), of=dict).items():
                if (place := self.now(told, columns)) not in columns:
                    raise Unreadable(t("没有这一栏：{name}", name=str(told)[:60]))
                if text := typed(value):
                    answer.setdefault(row, {})[place] = text
        for row, column, blank in self.asked():
            choices, given = self.choices(column, blank), answer.get(row, {}).get(column.text, "")
            if given and choices and given not in choices:
                raise Unreadable(t("没有这个选项：{name}", name=given[:60]))
        if not answer:
            raise Unreadable(t("还没有填。"))
        names = [c.text for c in self.columns]
        return {r: {c: answer[r][c] for c in names if c in answer[r]} for r in self.rows if r in answer}

    def now(self, name: str, known: Container[str]) -> str:
        """What a row or column is called now, given what it was called when it was answered."""
        return name if name in known else next((now for now, was in self.was.items() if was == name), name)

    def flaws(self) -> Iterator[Flaw]:
        """An earlier name for something that is not there."""
        names = {*self.rows, *(c.text for c in self.columns)}
        for now in self.was:
            if now not in names:
                message = t("没有叫“{word}”的行或栏", word=now)
                yield Flaw(("was", now), "wrong-value", message, t("写 现在的名字: 原来的名字"), at_key=True)

    def grade(self, answer: dict[str, dict[str, str]]) -> Verdict:
        """The mean over the asked cells that have a key; an empty cell is 0."""
        shares: list[Decimal] = []
        matched: list[str] = []
        notes: list[Note] = []
        for row, column, blank in self.asked():
            if blank.free:
                continue
            text = answer.get(row, {}).get(column.text, "")
            if not text:
                shares.append(Decimal(0))
                continue
            share, note = self.gap(column, blank).note(f"{row} · {column.text}", text, self.scope)
            if note.state != "right" and not note.why:
                note = replace(note, why=column.why)
            shares.append(share)
            matched += [note.about] if note.state == "right" else []
            notes.append(note)
        return self.verdict(sum(shares, Decimal(0)) / len(shares) if shares else None, matched, notes)

    def tally(self, answers: Iterable[dict[str, dict[str, str]]]) -> Tally:
        """Cell → answer → count; figures and words that read the same count together.

        `merged` is the class's table, the most frequent version of each cell; `split` names the cells that were filled
        and on which the class does not agree.
        """
        rows = list(answers)
        slots: dict[str, dict[str, int]] = {}
        for row, column, blank in self.asked():
            texts = (a.get(row, {}).get(column.text, "") for a in rows)
            slots[f"{row} · {column.text}"] = self.gap(column, blank).counted(texts)
        merged = {slot: next(iter(counts), "") for slot, counts in slots.items()}
        split = [slot for slot, counts in slots.items() if counts and not settled(counts)]
        return Tally(len(rows), slots, {"merged": merged, "split": split})

    def positions(self, answer: dict[str, dict[str, str]]) -> dict[str, str]:
        """Every filled cell is a slot."""
        return {f"{row} · {column}": text for row, cells in answer.items() for column, text in cells.items()}

    def samples(self) -> Iterator[Sample]:
        """The whole key, the key without a cell, all wrong, and things that are no table."""
        right = self._filled()
        if not self.keyed:
            yield Sample(right, "unscored")
        else:
            yield Sample(right, "right")
            scored = [(r, c.text) for r, c, b in self.asked() if not b.free]
            missed = [(r, c.text, self.gap(c, b).missed(self.scope)) for r, c, b in self.asked() if not b.free]
            wrong = {row: {column: text} for row, column, text in missed if text}
            if len(scored) > 1:
                row, column = scored[0]
                yield Sample({row: {column: right[row][column]}}, "part")
            if wrong:
                yield Sample(wrong, "wrong")
        row, column = next((r, c.text) for r, c, _ in self.asked())
        odd: list[JSON] = [
            {},
            [],
            None,
            "表",
            {"没有的行": {column: "1"}},
            {row: {"没有的栏": "1"}},
            {row: {column: 3}},
        ]
        yield from (Sample(x, "unreadable") for x in [*odd, {row: {column: ""}}, {row: [column]}])

    def _filled(self) -> dict[str, dict[str, str]]:
        filled: dict[str, dict[str, str]] = {}
        for row, column, blank in self.asked():
            filled.setdefault(row, {})[column.text] = self.gap(column, blank).filled(self.scope)
        return filled

    def public(self) -> Self:
        """Given cells keep their text; asked ones only their dropdown, unit and decimals; a column keeps no reason."""
        rows = {
            row: tuple(self._bare(column, blank) for column, blank in zip(self.columns, cells, strict=True))
            for row, cells in self.rows.items()
        }
        return self.stripped(rows=rows, columns=tuple(c.model_copy(update={"why": ""}) for c in self.columns))

    def _bare(self, column: AskedColumn, blank: Blank) -> Blank:
        if column.given:
            return Blank(accept=(self.cell_key(column, blank),))
        return Gap(blank).bare()

    def paper(self) -> list[Line]:
        """Prompt and the rows with their columns."""
        heads = "　".join(c.text for c in self.columns)
        return [Line("prompt", self.prompt), Line("cell", heads), *(Line("cell", row) for row in self.rows)]

    def written(self, answer: dict[str, dict[str, str]]) -> str:
        """Row by row."""
        return "；".join(f"{row}：" + "，".join(f"{c} {v}" for c, v in cells.items()) for row, cells in answer.items())

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """The formulas of cells and of their expected mistakes, given cells among them."""
        for row, cells in self.rows.items():
            for n, (column, blank) in enumerate(zip(self.columns, cells, strict=True)):
                for path, found in blank.formulas():
                    yield ("rows", row, n, *path), found, self.gap(column, blank).measure.unit

    def key_words(self) -> Iterator[str]:
        """The accepted words of asked cells."""
        for _, _, blank in self.asked():
            if not blank.free:
                yield from (shown_word(a) for a in blank.accept)
