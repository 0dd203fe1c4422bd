"""Bytes of YAML → plain data in which every scalar is text, with the place of everything and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from casecourse.diagnostics import Diagnostic, Span
from casecourse.texts import t
from casecourse.yamlevents import Reading
from casecourse.yamlhints import Finding, Sheet, Where
from casecourse.yamlstops import explain

Path = tuple[str | int, ...]

MAX_BYTES = 2 * 1024 * 1024
MAX_NODES = 150_000  # over all passes; a lesson of 50 KB has 3,000
MAX_CHARACTERS = 3 * MAX_BYTES  # read over all passes: a small file is read again after each repair, a huge one hardly
MAX_PASSES = 40
MAX_FINDINGS = 200

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True)
class SourceMap:
    """Where each piece of the data stands in its file. A path is the keys and list positions that lead to it."""

    file: str
    values: Mapping[Path, Where] = field(default_factory=dict, repr=False)
    keys: Mapping[Path, Where] = field(default_factory=dict, repr=False)
    sheet: Sheet | None = field(default=None, repr=False, compare=False)

    def value(self, path: Path) -> Span:
        """Return the place of the value at `path`, else of its nearest existing ancestor."""
        return self._nearest(path, self.values)

    def key(self, path: Path) -> Span:
        """Return the place of the key at `path` (of a list item: its value), else of its nearest existing ancestor."""
        return self._nearest(path, self.keys)

    def _nearest(self, path: Path, places: Mapping[Path, Where]) -> Span:
        for end in range(len(path), -1, -1):
            where = places.get(path[:end]) or self.values.get(path[:end])
            if where and self.sheet:
                return self.sheet.span(where)
        return Span(self.file)


@dataclass(frozen=True)
class Loaded:
    """What a file says: dicts, lists and texts, or None where nothing is usable; `text` is for excerpts."""

    data: object | None
    map: SourceMap
    text: str
    diagnostics: tuple[Diagnostic, ...]


def read(file: str, raw: bytes) -> Loaded:
    """Read a file's bytes. Never raises; whatever cannot be read as meant is a diagnostic with its place and its cure."""
    text, refused = _decoded(file, raw)
    if refused:
        return Loaded(None, SourceMap(file), text, refused)
    sheet = Sheet(file, text)
    found: dict[tuple[Span, str], Diagnostic] = {}
    nodes = 0
    for turn in range(1, MAX_PASSES + 1):
        reading = Reading(sheet, MAX_NODES - nodes)
        stop = reading.run()
        nodes += reading.nodes
        findings: list[Finding] = [*reading.findings, *([explain(stop)] if stop else [])]
        for finding in findings:
            if finding.diagnostic:
                found.setdefault((finding.diagnostic.span, finding.diagnostic.code), finding.diagnostic)
        edits = [edit for finding in findings for edit in finding.edits]
        again = edits and len(found) < MAX_FINDINGS and (turn + 1) * len(text) < MAX_CHARACTERS and turn < MAX_PASSES
        if not again:
            break
        sheet.edit(edits)
    data = reading.data if reading.whole else None
    places = SourceMap(file, MappingProxyType(reading.values), MappingProxyType(reading.keys), sheet)
    return Loaded(data, places, text, tuple(found.values()))


# ---- bytes → text ------------------------------------------------------------------------------------------------------


def _decoded(file: str, raw: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    if len(raw) > MAX_BYTES:
        message = t("文件有 {size} MB，最多 2 MB", size=round(len(raw) / 1024 / 1024, 1))
        return "", (Diagnostic(Span(file), "too-large", message, t("把它拆成几个文件")),)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or raw[:64].count(0) > len(raw[:64]) // 4 > 0:
        message = t("这个文件是 UTF-16 编码，不是 UTF-8")
        return "", (Diagnostic(Span(file), "encoding", message, t("在编辑器里另存为 UTF-8")),)
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        return _undecodable(file, raw, e.start)
    marks = [_forbidden(file, text, m) for _, m in zip(range(20), _FORBIDDEN.finditer(text), strict=False)]
    return text, tuple(marks)


def _undecodable(file: str, raw: bytes, offset: int) -> tuple[str, tuple[Diagnostic, ...]]:
    line = raw.count(b"\n", 0, offset) + 1
    column = len(raw[raw.rfind(b"\n", 0, offset) + 1 : offset].decode("utf-8")) + 1
    try:
        text = raw.decode("gb18030")
        message = t("这个文件是 GBK 编码，不是 UTF-8")
    except UnicodeDecodeError:
        text = raw.decode("utf-8", "replace")
        message = t("这里的字节不是 UTF-8 文字")
    span = Span(file, line, column, line, column + 1)
    return text, (Diagnostic(span, "encoding", message, t("在编辑器里另存为 UTF-8")),)


def _forbidden(file: str, text: str, found: re.Match[str]) -> Diagnostic:
    at = found.start()
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    message = t("这里有一个看不见的字符 U+{code:04X}，不能出现在内容里", code=ord(found[0]))
    return Diagnostic(Span(file, line, column, line, column + 1), "character", message, t("删去它"))

    def refuse(self, where: Where, code: str, message: str, cure: str = "") -> None:
        """Note something wrong that needs no repair to read on."""
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(self.sheet.finding(where, code, message, cure))

    def stop(self, error: yaml.MarkedYAMLError) -> None:
        """Explain where the parser gave up, unless repairs are waiting that may be the cause."""
        self.whole = False
        if any(f.edits for f in self.findings):
            return
        mark, start = error.problem_mark, error.context_mark or error.problem_mark
        line, column = (mark.line, mark.column) if mark else self.end
        began = (start.line, start.column) if start else self.end
        stop = Stop(self.sheet, error.problem or "", error.context or "", line, column, began, self.last)
        self.findings.append(explain(stop))

    def scalar(self, event: yaml.ScalarEvent) -> None:
        """Take a text: a key, a value, an item or the whole document."""
        where, style, value = _where(event), event.style, event.value
        if style == "|" or style == ">":
            where = self._trimmed(where)
        text = self.sheet.plain(value)
        self.end, self.last = where[2:], where if style == '"' or style == "'" else None
        frame = self.stack[-1] if self.stack else None
        is_key = frame is not None and frame.key is _KEY_COMES and isinstance(frame.items, dict)
        self._refuse_marks(event, where)
        if style == '"' and _FORBIDDEN.search(text):
            self.refuse(where, "character", t("双引号里写出了看不见的控制字符"), t("删去它"))
            text = _FORBIDDEN.sub("\ufffd", text)
        if not style and value:
            self._hints(frame, where, value, key=is_key)
        if not self._counted(where):
            return
        if frame is None:
            self.data, self.values[()] = text, where
        elif is_key:
            self._name(frame, text, where, merge=not style and text == "<<")
        else:
            if not value and not style and frame.flow:
                self._valueless(frame, where)
            self._put(frame, text, where)
            if frame.flow:
                self._cut(frame, where, None if style else value)

    def alias(self, event: yaml.AliasEvent) -> None:
        """Refuse an alias, and take its text for the author's."""
        where = _where(event)
        self.refuse(where, "yaml-alias", t("不能用别名“*{name}”", name=event.anchor), t("把内容再写一遍；文字以 * 开头就加引号"))
        self.scalar(yaml.ScalarEvent(None, None, (True, False), f"*{event.anchor}", event.start_mark, event.end_mark, style="'"))

    def open(self, event: yaml.CollectionStartEvent, items: dict[str, object] | list[object]) -> None:
        """Begin a mapping or list."""
        where = _where(event)
        self._refuse_marks(event, where)
        self.last = None
        if len(self.stack) >= MAX_DEPTH:
            self.whole = False
            self.refuse(where, "too-deep", t("嵌套超过 {most} 层", most=MAX_DEPTH), t("拆成几层浅一些的结构"))
        if not self._counted(where):
            return
        frame = self.stack[-1] if self.stack else None
        kept, path = True, ()
        if frame is None:
            self.data = items
        elif frame.key is _KEY_COMES and isinstance(frame.items, dict):
            self.refuse(where, "yaml-syntax", t("字段名只能是文字，不能是列表或另一组字段"), t("文字以 [ 或 {brace} 开头就加引号", brace="{"))
            frame.key, kept = _DROP, False
            self.stack.append(_Frame(items, path, bool(event.flow_style), where[:2], kept))
            frame.key = _DROP
            return
        else:
            kept = frame.kept and frame.key is not _DROP
            path = self._put(frame, items, where)
        self.stack.append(_Frame(items, path, bool(event.flow_style), where[:2], kept))

    def close(self, event: yaml.CollectionEndEvent) -> None:
        """End a mapping or list; one without brackets ends with its last piece."""
        frame = self.stack.pop()
        if frame.flow:
            mark = event.end_mark
            self.end = max(self.end, (mark.line, mark.column))
            self.last = (*frame.start, *self.end)
        else:
            self.last = None
        if frame.kept:
            self.values[frame.path] = (*frame.start, *self.end)
