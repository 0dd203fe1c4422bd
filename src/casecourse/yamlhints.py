"""What YAML does to Chinese text: where a file is not read as meant, how to say so, and how to read on past it."""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from casecourse.diagnostics import Diagnostic, Span
from casecourse.texts import t

Where = tuple[int, int, int, int]  # line, column, end line, end column in the sheet; from 0, end exclusive
Edit = tuple[int, int, int, str]  # line, column, end column, new text

WIDE = "\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000"  # spaces that YAML takes for letters
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_LINES = 200  # of one text that are looked at; who has more repairs these first
BRACKETS = {"(": ")", "（": "）", "“": "”", "「": "」", "《": "》", "【": "】"}
_PRIVATE = (*range(0xF0000, 0xFFF80, 128), *range(0x100000, 0x10FF80, 128))
_BRACES = re.compile(r"\{\{[^{}\n\"'\\]*\}\}")
_START = re.compile(r"(?<![^\s\[{,:-])(?!%(?:YAML|TAG) )[%@`*]")
_ID = re.compile(r"[a-z][a-z0-9-]*(?::[a-z][a-z0-9-]*)?")
_LOST = re.compile(r"( +)#[a-z][^\s,\]}]*")
_COMMENT = re.compile(r"(?<![^\s\[{,])([a-z][a-z0-9:-]*)( +)(?=#[a-z])")

_ITEM = r" *(?:- +)*"
_WIDE_LEAD = re.compile(rf"( *)([{WIDE}][ {WIDE}]*)(?=\S)")
_WIDE_STRUCTURE = re.compile(rf"( *)([{WIDE}][ {WIDE}]*)(?=-[ {WIDE}]|-[^\s\d-]|[A-Za-z_][\w-]*[:：])")
_WIDE_AFTER = re.compile(rf"({_ITEM}(?:-|[^\s:：\"'#-][^\s:：\"'#]{{0,40}}:))([{WIDE}]+)")
_TIGHT_DASH = re.compile(rf"({_ITEM})(-)(?=[^\s\d-])")
_ANY_DASH = re.compile(r"( *)(-)(?=[^\d-])")
_FIELD_COLON = re.compile(rf"({_ITEM}[a-z][a-z0-9_-]*)(：[ {WIDE}]*)")
_TEXT_COLON = re.compile(rf"({_ITEM}[^\s：:\"'#-][^：:\"'#]{{0,40}})(：[ {WIDE}]*)")
_TIGHT_COLON = re.compile(rf"({_ITEM}[A-Za-z_][\w-]*)(:)(?=\S)")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, and the edits after which the rest of the file can be read.

    The diagnostic is None where the guilty text is only named by reading again.
    """

    diagnostic: Diagnostic | None
    edits: tuple[Edit, ...] = ()


class Sheet:
    """A file's text while it is read: repaired where it must be, every column still known.

    A character that YAML would misread is cloaked as a private-use character, which is a letter to it.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        used = set(text) if max(text, default="") >= "\U000f0000" else set()
        base = next((b for b in _PRIVATE if used.isdisjoint(map(chr, range(b, b + 128)))), _PRIVATE[-1])
        self._cloaks = {ord(c): base + ord(c) for c in "{}[],:#%@`*&!|>?\"'\\"}
        self._signs = {cloak: sign for sign, cloak in self._cloaks.items()}
        self._cloaked = re.compile(f"[{chr(base)}-{chr(base + 127)}]")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _BRACES.sub(lambda m: self.cloak(m[0]), text)
        signs = {sign: self.cloak(sign) for sign in "%@`*"}
        text = _START.sub(lambda m: signs[m[0]], text)
        self.lines = text.split("\n")
        self.columns: dict[int, array[int]] = {}
        self.openers = (self.cloak("{{"), self.cloak("[["))
        self.starts = frozenset(self.cloak("%@`*"))
        odd = self.cloak("{[%@`*")
        self.suspect = re.compile(f"^[-{WIDE}]|[?：{odd}]|:[{WIDE}]")
        lines = enumerate(self.lines) if " #" in text else ()
        self.comments = frozenset(n for n, line in lines if " #" in line and _COMMENT.search(line))

    def cloak(self, text: str) -> str:
        """Return `text` of the same length, without the characters that mean something to YAML."""
        return text.translate(self._cloaks)

    def plain(self, text: str) -> str:
        """Return `text` as the author typed it."""
        return text.translate(self._signs) if self._cloaked.search(text) else text

    def line(self, number: int) -> str:
        """Return line `number`, from 0, as it stands in the sheet; nothing beyond the end."""
        return self.lines[number] if number < len(self.lines) else ""

    def between(self, where: Where) -> str:
        """Return the stretch `where` of the sheet, its lines joined with line feeds."""
        line, column, end_line, end_column = where
        if line == end_line:
            return self.line(line)[column:end_column]
        inner = self.lines[line + 1 : end_line]
        return "\n".join([self.line(line)[column:], *inner, self.line(end_line)[:end_column]])

    def edit(self, edits: Iterable[Edit]) -> None:
        """Replace stretches of lines; of two that overlap only the later one counts."""
        by_line: defaultdict[int, list[Edit]] = defaultdict(list)
        for edit in sorted(set(edits), reverse=True):
            on_line = by_line[edit[0]]
            if not on_line or edit[2] <= on_line[-1][1]:
                on_line.append(edit)
        for line, on_line in by_line.items():
            self._edit_line(line, on_line[::-1])

    def _edit_line(self, line: int, edits: list[Edit]) -> None:
        """Replace stretches of one line, from left to right, in one go: a line may be the whole file."""
        text, columns = self.lines[line], self.columns.get(line)
        if columns is None and any(len(new) != end - start for _, start, end, new in edits):
            columns = array("I", range(len(text) + 1))
        pieces: list[str] = []
        kept = array("I")
        at = 0
        for _, start, end, new in edits:
            pieces += text[at:start], new
            if columns is not None:
                kept += columns[at:start]
                kept.extend(columns[min(start + i, end)] for i in range(len(new)))
            at = end
        self.lines[line] = "".join(pieces) + text[at:]
        if columns is not None:
            self.columns[line] = kept + columns[at:]

    def column(self, line: int, column: int) -> int:
        """Return the author's column, from 0, of a column in the sheet."""
        columns = self.columns.get(line)
        return columns[min(column, len(columns) - 1)] if columns else column

    def span(self, where: Where) -> Span:
        """Return the place of `where` in the author's file, never beyond its end."""
        line, column, end_line, end_column = where
        if line > 0 and (line >= len(self.lines) or (line == len(self.lines) - 1 and not self.lines[line])):
            line = len(self.lines) - 1
            while line > 0 and not self.lines[line].strip():
                line -= 1
            column = len(self.lines[line])
        column = min(column, len(self.lines[line]))
        if (end_line, end_column) < (line, column) or end_line >= len(self.lines):
            end_line, end_column = line, column
        return Span(
            self.file, line + 1, self.column(line, column) + 1, end_line + 1, self.column(end_line, end_column) + 1
        )

    def finding(self, where: Where, code: str, message: str, cure: str = "", edits: Iterable[Edit] = ()) -> Finding:
        """Return the finding that `where` is guilty of `code`."""
        return Finding(Diagnostic(self.span(where), code, message, cure), tuple(edits))


def quoted(text: str) -> str:
    """Return `text` as an author would write it in quotes, cut where it is long."""
    text = " ".join(text[:200].split())
    text = text if len(text) <= 40 else text[:39] + "…"
    return "'" + text.replace("'", "''") + "'" if '"' in text or "\\" in text else f'"{text}"'


def name_of(char: str) -> str:
    """Return the name of a character that cannot be seen."""
    names = {"\u3000": t("全角空格"), "\u00a0": t("不间断空格"), "\t": t("制表符 Tab"), "\ufeff": t("零宽空格")}
    return f"{names.get(char, t('看不见的字符'))}（U+{ord(char):04X}）"


def _spaces(text: str) -> str:
    widths = {"\u3000": 2, "\u200b": 0, "\u200c": 0, "\u200d": 0, "\u2060": 0}
    return "".join(" " * widths.get(c, 1) for c in text)


# ------------------------------------------------------------------ what was read, but not as meant


def in_plain(sheet: Sheet, where: Where, value: str, *, flow: bool, key: bool) -> Iterator[Finding]:
    """Find what an unquoted text shows of a misreading; `flow` inside one-line brackets, `key` before a colon."""
    line, column, _, _ = where
    text = sheet.plain(value)
    cure = t("加引号：{quoted}", quoted=quoted(text))
    opener = next((o for o in sheet.openers if (o in value if flow else value.startswith(o))), None)
    if opener:
        at = max(sheet.line(line).find(opener, column), column)
        yield sheet.finding(
            (line, at, line, at + 2),
            "yaml-braces",
            t("“{sign}”在这里要加引号：一行的列表里和文字的开头，YAML 把它当成括号", sign=sheet.plain(opener)),
            cure,
        )
    elif value[0] in sheet.starts:
        yield _start(sheet, line, column, text)
    if flow and "?" in value:
        at = max(sheet.line(line).find("?", column), column)
        yield sheet.finding(
            (line, at, line, at + 1),
            "yaml-syntax",
            t("一行的列表里，半角问号“?”会截断文字"),
            t("用全角问号 ？，或加引号：{quoted}", quoted=quoted(text)),
        )
    wide = re.match(f"[{WIDE}]+", value) if key else None
    if wide:
        yield _wide(sheet, line, column, column + wide.end())
    elif not flow:
        yield from _in_lines(sheet, where)


def _start(sheet: Sheet, line: int, column: int, text: str) -> Finding:
    sign = text[0]
    place = (line, column, line, column + 1)
    if sign == "*" and not text.startswith("**"):
        message = t("文字不能以“*”开头：YAML 把它当成别名")
        return sheet.finding(
            place, "yaml-alias", message, t("用 … 代表任意字，或加引号：{quoted}", quoted=quoted(text))
        )
    cure = (
        t("写 ％，或加引号：{quoted}", quoted=quoted(text))
        if sign == "%"
        else t("加引号：{quoted}", quoted=quoted(text))
    )
    return sheet.finding(place, "yaml-start", t("文字不能以“{sign}”开头", sign="**" if sign == "*" else sign), cure)


def _in_lines(sheet: Sheet, where: Where) -> Iterator[Finding]:
    line, column, end_line, _ = where
    first = line_start(sheet, line) if not sheet.line(line)[:column].strip(" -") else None
    if first:
        yield first
    for number in range(line + 1, min(end_line, line + _LINES) + 1):
        text = sheet.line(number)
        dash = _ANY_DASH.match(text)
        if first and (hint := line_start(sheet, number)):
            yield hint
        elif dash:
            message = t("这一行的“-”接在上一行文字后面，没有成为新的一项")
            yield sheet.finding(
                (number, dash.start(2), number, dash.end(2)),
                "yaml-dash",
                message,
                t("同一列表各项的“- ”要上下对齐，“-”后面空一格"),
            )


def line_start(sheet: Sheet, line: int, *, stopped: bool = False) -> Finding | None:
    """Find what the beginning of a line shows of a misreading; more is suspect where the parser has `stopped` there."""
    text = sheet.line(line)
    if m := (_WIDE_LEAD if stopped else _WIDE_STRUCTURE).match(text):
        return _wide(sheet, line, m.start(2), m.end(2), run=stopped)
    if m := _WIDE_AFTER.match(text):
        message = t("“{sign}”后面是{name}，不是普通空格", sign=m[1].strip()[-1], name=name_of(m[2][0]))
        return sheet.finding(
            (line, m.start(2), line, m.end(2)),
            "yaml-space",
            message,
            t("换成半角空格"),
            [(line, m.start(2), m.end(2), " ")],
        )
    if m := _TIGHT_DASH.match(text):
        return sheet.finding(
            (line, m.start(2), line, m.end(2)),
            "yaml-dash",
            t("“-”后面缺一个空格"),
            t("写成“- {rest}”", rest=sheet.plain(text[m.end() :])[:20]),
            [(line, m.end(), m.end(), " ")],
        )
    if m := (_TEXT_COLON if stopped else _FIELD_COLON).match(text):
        key = m[1].lstrip(" -")
        edit = (line, m.start(2), m.end(2), ": ")
        return sheet.finding(
            (line, m.start(2), line, m.start(2) + 1),
            "yaml-colon",
            t("“{key}”后面是全角冒号“：”", key=sheet.plain(key)),
            t("字段名后面用半角冒号加空格：“{key}: ”；要写成文字就加引号", key=sheet.plain(key)),
            [edit],
        )
    if stopped and (m := _TIGHT_COLON.match(text)):
        return tight_colon(sheet, line, m.start(2), m[1].lstrip(" -"))
    return None


def tight_colon(sheet: Sheet, line: int, column: int, key: str) -> Finding:
    """Say that the colon at `column` needs a space behind it."""
    message = t("“{key}:”的冒号后面缺一个空格", key=sheet.plain(key))
    return sheet.finding(
        (line, column, line, column + 1),
        "yaml-colon",
        message,
        t("写成“{key}: ”", key=sheet.plain(key)),
        [(line, column + 1, column + 1, " ")],
    )


def _wide(sheet: Sheet, line: int, start: int, end: int, *, run: bool = False) -> Finding:
    """Say that spaces are no spaces to YAML; with `run` for all following lines that begin so, too."""
    text = sheet.line(line)
    edits = [(line, start, end, _spaces(text[start:end]))]
    also: list[Span] = []
    while run and len(edits) < _LINES and (m := _WIDE_LEAD.match(sheet.line(line + len(edits)))):
        edits.append((line + len(edits), m.start(2), m.end(2), _spaces(m[2])))
        also.append(sheet.span((edits[-1][0], m.start(2), edits[-1][0], m.end(2))))
    message = t("这里的空白是{name}，YAML 不把它当缩进", name=name_of(text[start:end].strip(" ")[0]))
    return Finding(
        Diagnostic(sheet.span((line, start, line, end)), "yaml-space", message, t("换成半角空格"), tuple(also[:20])),
        tuple(edits),
    )


def comment(sheet: Sheet, where: Where, value: str) -> Finding | None:
    """Find a reference whose ` #part` was lost as a comment behind it."""
    line, column = where[2], where[3]
    lost = _LOST.match(sheet.line(line), column)  # from a position: slices of a huge line would add up
    if not lost or not _ID.fullmatch(value):
        return None
    part = lost[0].strip()
    message = t("“{part}”前面有空格，成了注释，没有读到", part=part)
    cure = t("# 前面不能有空格：{reference}", reference=value + part)
    return sheet.finding(
        (line, column, line, column + len(lost[0])),
        "yaml-comment",
        message,
        cure,
        [(line, column, column + len(lost[1]), "")],
    )


def comma(sheet: Sheet, before: Where, after: Where, *, cut: str) -> Finding | None:
    """Say that the comma between the texts `before` and `after` cuts a sentence; `cut` is the piece behind it."""
    for line in range(after[0], before[2] - 1, -1):
        text = sheet.line(line)
        at = text.rfind(",", before[3] if line == before[2] else 0, after[1] if line == after[0] else len(text))
        if at >= 0:
            message = t("半角逗号把一句话切成了两段，后一段是“{piece}”", piece=sheet.plain(cut)[:20])
            return sheet.finding(
                (line, at, line, at + 1),
                "yaml-comma",
                message,
                t("用全角逗号 ，，或给整段文字加引号"),
                [(line, at, at + 1, sheet.cloak(","))],
            )
    return None


def without_value(sheet: Sheet, key: Where, name: str, before: Where | None) -> Finding:
    """Explain a key without colon and value in one-line braces; `before` is the unquoted value in front of it."""
    line, column, _, end = key
    if (m := _TEXT_COLON.match(name)) and key[0] == key[2]:
        at = column + m.start(2)
        plain = sheet.plain(m[1])
        return sheet.finding(
            (line, at, line, at + 1),
            "yaml-colon",
            t("“{key}”后面是全角冒号“：”", key=plain),
            t("字段名后面用半角冒号加空格：“{key}: ”；要写成文字就加引号", key=plain),
            [(line, at, column + m.end(2), ": ")],
        )
    if (m := _TIGHT_COLON.match(name)) and key[0] == key[2]:
        return tight_colon(sheet, line, column + m.start(2), m[1])
    found = comma(sheet, before, key, cut=name) if before else None
    message = t("花括号里的“{name}”后面没有冒号和内容", name=sheet.plain(name)[:20])
    return found or sheet.finding(
        (line, column, key[2], end), "yaml-syntax", message, t("花括号里写“字段: 内容”；只列几项用方括号 [ ]")
    )


def open_bracket(text: str) -> str | None:
    """Return the closing bracket that `text` lacks, if it opens one without closing it."""
    return next((close for op, close in BRACKETS.items() if text.count(op) > text.count(close)), None)
