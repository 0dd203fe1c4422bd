"""Bytes of YAML → plain data in which every scalar is text, with the place of everything and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from casecourse.diagnostics import Diagnostic, Span
from casecourse.texts import t
from casecourse.yamlevents import Reading
from casecourse.yamlhints import FORBIDDEN, Finding, Sheet, Where
from casecourse.yamlstops import explain

Path = tuple[str | int, ...]

MAX_BYTES = 2 * 1024 * 1024
MAX_NODES = 100_000  # over all passes; a lesson of 50 KB has 3,000
MAX_CHARACTERS = 3 * MAX_BYTES  # read over all passes: a small file is read again after each repair, a huge one hardly
MAX_PASSES = 40
MAX_FINDINGS = 200

_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")


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
        _keep(found, (finding for finding in findings if finding.edits))
        edits = [edit for finding in findings for edit in finding.edits]
        room = nodes + reading.nodes <= MAX_NODES and (turn + 1) * len(text) <= MAX_CHARACTERS
        if not edits or not room or len(found) >= MAX_FINDINGS or turn == MAX_PASSES:
            break
        sheet.edit(edits)
    _keep(found, findings)  # what a repair made disappear was its follow-up
    data = reading.data if reading.whole else None
    if reading.whole and data is None:
        data = ""  # a file without content, as YAML's `---` alone
    places = SourceMap(file, MappingProxyType(reading.values), MappingProxyType(reading.keys), sheet)
    return Loaded(data, places, text, tuple(found.values()))


def _keep(found: dict[tuple[Span, str], Diagnostic], findings: Iterable[Finding]) -> None:
    for finding in findings:
        if finding.diagnostic and len(found) < MAX_FINDINGS:
            found.setdefault((finding.diagnostic.span, finding.diagnostic.code), finding.diagnostic)


# ---- bytes → text ------------------------------------------------------------------------------------------------------


def _decoded(file: str, raw: bytes) -> tuple[str, tuple[Diagnostic, ...]]:
    if len(raw) > MAX_BYTES:
        message = t("文件有 {size} MB，最多 2 MB", size=round(len(raw) / 1024 / 1024, 1))
        return "", (Diagnostic(Span(file), "too-large", message, t("把它拆成几个文件")),)
    if wide := _wide_encoding(raw):
        message = t("这个文件是 UTF-16 编码，不是 UTF-8")
        text = raw.decode(wide, "replace").removeprefix("\ufeff")
        return text, (Diagnostic(Span(file, 1, 1, 1, 2), "encoding", message, t("在编辑器里另存为 UTF-8")),)
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as e:
        return _undecodable(file, raw, e.start)
    marks = [_forbidden(file, text, m) for _, m in zip(range(20), FORBIDDEN.finditer(text), strict=False)]
    return text, tuple(marks)


def _wide_encoding(raw: bytes) -> str | None:
    """Recognise UTF-16 by its mark, or by ASCII characters that have a zero byte always on the same side."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if raw[0] == 0xFF else "utf-16-be"
    even, odd = raw[:4096:2], raw[1:4096:2]
    for name, low, high in (("utf-16-le", even, odd), ("utf-16-be", odd, even)):
        if 0 not in low and high.count(0) >= max(4, len(high) // 20):
            return name
    return None


def _undecodable(file: str, raw: bytes, offset: int) -> tuple[str, tuple[Diagnostic, ...]]:
    span = _after(file, raw[:offset].decode("utf-8"))
    text, gbk = raw.decode("utf-8", "replace"), raw.decode("gb18030", "replace")
    if raw[offset] == 0xED and raw[offset + 1 : offset + 2] >= b"\xa0":
        code = int.from_bytes((raw[offset : offset + 3] + b"\x80")[:3])
        code = 0xD000 | (code >> 8 & 0x3F) << 6 | code & 0x3F
        message = t("这里有一个看不见的字符 U+{code:04X}，不能出现在内容里", code=code)
        return text, (Diagnostic(span, "character", message, t("删去它")),)
    # GBK holds hardly any valid UTF-8 ideograph; UTF-8 with a spoilt byte is full of them, and may pass for GBK.
    if "\ufffd" not in gbk and len(_IDEOGRAPH.findall(text)) < text.count("\ufffd"):
        text, message = gbk, t("这个文件是 GBK 编码，不是 UTF-8")
    else:
        message = t("这里的字节不是 UTF-8 文字")
    return text, (Diagnostic(span, "encoding", message, t("在编辑器里另存为 UTF-8")),)


def _forbidden(file: str, text: str, found: re.Match[str]) -> Diagnostic:
    span = _after(file, text[: found.start()])
    message = t("这里有一个看不见的字符 U+{code:04X}，不能出现在内容里", code=ord(found[0]))
    return Diagnostic(span, "character", message, t("删去它"))


def _after(file: str, head: str) -> Span:
    """The character behind `head`, a file's beginning, whatever ends its lines."""
    head = head.replace("\r\n", "\n").replace("\r", "\n")
    line, column = head.count("\n") + 1, len(head) - head.rfind("\n")
    return Span(file, line, column, line, column + 1)
