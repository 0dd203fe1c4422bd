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
        findings: list[Finding] = list(reading.findings)
        if stop and not any(finding.edits for finding in findings):  # else a repair that waits may be the cause
            findings.append(explain(stop))
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
