"""One reading of a sheet: YAML's events → plain data in which every scalar is text, with places and what was misread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from casecourse.diagnostics import Diagnostic
from casecourse.texts import t
from casecourse.yamlhints import (
    FORBIDDEN,
    Finding,
    Sheet,
    Where,
    comma,
    comment,
    in_plain,
    open_bracket,
    quoted,
    without_value,
)
from casecourse.yamlstops import Stop

Path = tuple[str | int, ...]

MAX_DEPTH = 32
MAX_HINTS = 200  # found in one reading; who has more repairs these first
# Without libyaml the pure parser gives the same answers, some fifty times slower.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class _Frame:
    """A mapping or a list while it is being filled. `lost` ones are read but belong nowhere."""

    container: dict[str, object] | list[object]
    path: Path
    flow: bool
    lost: bool = False
    key: str | None = None
    key_where: Where = (0, 0, 0, 0)
    key_plain: bool = False
    skip: bool = False  # the value of a key that is not kept
    name: bool = False  # it stands where a field's name should
    before: tuple[Where, str] | None = None  # the unquoted text just before, in a one-line bracket


@dataclass
class Reading:
    """Reads once; afterwards `data`, `values`, `keys` and `findings` say what was there, `whole` whether to its end."""

    sheet: Sheet
    room: int  # nodes that may still be read
    data: object | None = None
    whole: bool = False
    nodes: int = 0
    values: dict[Path, Where] = field(default_factory=dict)
    keys: dict[Path, Where] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    documents: int = 0
    last: Where | None = None
    end: tuple[int, int] = (0, 0)

    def run(self) -> Stop | None:
        """Read to the end; returns where the parser gave up, or None."""
        try:
            for event in yaml.parse("\n".join(self.sheet.lines), _LOADER):
                if not self._take(event):
                    return None
        except yaml.MarkedYAMLError as e:
            return self._stop(e)
        except (yaml.YAMLError, ValueError, OverflowError):  # the pure parser's number errors carry no marks
            self._say((*self.end, *self.end), "yaml-syntax", t("这里不合 YAML 的写法，读不下去"))
            return None
        self.whole = True
        return None

    def _stop(self, error: yaml.MarkedYAMLError) -> Stop:
        at = error.problem_mark or error.context_mark
        line, column = (at.line, at.column) if at else (0, 0)
        start = (error.context_mark.line, error.context_mark.column) if error.context_mark else (line, column)
        return Stop(self.sheet, error.problem or "", error.context or "", line, column, start, self.last)

    # ---- events ----------------------------------------------------------------------------------------------------

    def _take(self, event: yaml.Event) -> bool:
        """Take in one event; False where reading has to end."""
        if isinstance(event, yaml.DocumentStartEvent):
            return self._document(event)
        if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            return True
        where = self._where(event)
        self.end = where[2:]
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(where)
            return True
        self.nodes += 1
        if self.nodes > self.room:
            self._say(where, "too-large", t("内容太多，读不完"), t("把它拆成几个文件"))
            return False
        if isinstance(event, yaml.AliasEvent):
            cure = t("加引号：{quoted}", quoted=quoted(f"*{event.anchor}"))
            self._say(where, "yaml-alias", t("不能用 YAML 的别名（*）"), cure)
            self._scalar(where, f"*{event.anchor}", plain=False)
            return True
        self._marks(event, where)
        if isinstance(event, yaml.ScalarEvent):
            self._scalar(where, self._visible(event, where), plain=not event.style)
            return True
        return self._open(event, where) if isinstance(event, yaml.CollectionStartEvent) else True

    @staticmethod
    def _where(event: yaml.Event) -> Where:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:
            return 0, 0, 0, 0
        return start.line, start.column, end.line, end.column

    def _say(self, where: Where, code: str, message: str, cure: str = "") -> None:
        self.findings.append(self.sheet.finding(where, code, message, cure))

    def _document(self, event: yaml.DocumentStartEvent) -> bool:
        self.documents += 1
        line = self._where(event)[0]
        if self.documents > 1:
            message = t("一个文件只能有一份内容：“---”之后又开始了一份")
            self._say((line, 0, line, 3), "yaml-documents", message, t("删去“---”，或分成两个文件"))
            self.whole = True  # the first document was read to its end
            return False
        return True

    def _marks(self, event: yaml.NodeEvent, where: Where) -> None:
        """Tags and anchors are refused; what they stand before is read as if they were not there."""
        line, column, _, _ = where
        if len(self.findings) >= MAX_HINTS:
            return
        if event.anchor:
            cure = t("文字以 & 开头就加引号")
            self._say((line, column, line, column + 1), "yaml-alias", t("不能用 YAML 的锚点（&）"), cure)
        if getattr(event, "tag", None):
            cure = t("删去它；文字以 ! 开头就加引号")
            self._say((line, column, line, column + 1), "yaml-tag", t("不能用 YAML 的标签（!）"), cure)

    def _visible(self, event: yaml.ScalarEvent, where: Where) -> str:
        """The scalar's text, without the characters that no text may hold but double quotes can spell out."""
        hidden = FORBIDDEN.search(event.value) if event.style == '"' else None
        if not hidden:
            return str(event.value)
        message = t("这里有一个看不见的字符 U+{code:04X}，不能出现在内容里", code=ord(hidden[0]))
        self._say(where, "character", message, t("删去它"))
        return FORBIDDEN.sub("\ufffd", event.value)

    # ---- collections -------------------------------------------------------------------------------------------------

    def _open(self, event: yaml.CollectionStartEvent, where: Where) -> bool:
        if len(self.frames) >= MAX_DEPTH:
            message = t("一层套一层，超过了 {n} 层", n=MAX_DEPTH)
            self._say((*where[:2], where[0], where[1] + 1), "too-deep", message, t("写得平一些"))
            return False
        mapping = isinstance(event, yaml.MappingStartEvent)
        container: dict[str, object] | list[object] = {} if mapping else []
        top = self.frames[-1] if self.frames else None
        if top and isinstance(top.container, dict) and top.key is None:
            message = t("字段名只能是一个词，不能是列表或小块")
            self._say((*where[:2], where[0], where[1] + 1), "yaml-syntax", message, t("检查括号和冒号"))
            self.frames.append(_Frame(container, (), bool(event.flow_style), lost=True, name=True))
            return True
        path, lost = self._place(container, where)
        self.frames.append(_Frame(container, path, bool(event.flow_style), lost))
        return True

    def _close(self, where: Where) -> None:
        frame = self.frames.pop()
        if frame.flow:
            start = self.values.get(frame.path, where)
            self.last = (start[0], start[1], where[2], where[3])
        if not frame.lost and frame.path in self.values:
            start = self.values[frame.path]
            self.values[frame.path] = (start[0], start[1], where[2], where[3])
        if frame.name:
            self.frames[-1].key, self.frames[-1].skip = "", True  # the value that follows belongs nowhere

    def _place(self, value: object, where: Where) -> tuple[Path, bool]:
        """Put a value where it belongs; returns its path and whether it belongs nowhere."""
        if not self.frames:
            self.data = value
            self.values[()] = where
            return (), False
        top = self.frames[-1]
        if isinstance(top.container, list):
            path = (*top.path, len(top.container))
            top.container.append(value)
        else:
            key, skip = top.key or "", top.skip
            top.key, top.skip = None, False
            path = (*top.path, key)
            if skip or top.lost:
                return path, True
            top.container[key] = value
            self.keys[path] = top.key_where
        if top.lost:
            return path, True
        self.values[path] = where
        return path, False

    # ---- scalars -----------------------------------------------------------------------------------------------------

    def _scalar(self, where: Where, value: str, *, plain: bool) -> None:
        top = self.frames[-1] if self.frames else None
        is_key = top is not None and isinstance(top.container, dict) and top.key is None
        flow = top is not None and top.flow
        if plain and value:
            self._suspect(where, value, flow=flow, key=is_key)
        if not plain:
            self.last = where
        text = self.sheet.plain(value)
        if is_key and top is not None:
            self._key(top, where, text, plain=plain)
            return
        if top is not None and flow:
            self._in_brackets(top, where, value, plain=plain)
        self._place(text, where)

    def _suspect(self, where: Where, value: str, *, flow: bool, key: bool) -> None:
        if len(self.findings) >= MAX_HINTS:
            return
        if where[0] != where[2] or self.sheet.suspect.search(value):
            self.findings += in_plain(self.sheet, where, value, flow=flow, key=key)
        if not key and where[2] in self.sheet.comments and (lost := comment(self.sheet, where, value)):
            self.findings.append(lost)

    def _key(self, top: _Frame, where: Where, text: str, *, plain: bool) -> None:
        top.key, top.key_where, top.key_plain, top.skip = text, where, plain, False
        if text == "<<" and plain:
            self._say(where, "yaml-alias", t("不能用 YAML 的合并键（<<）"), t("把要写的字段写全"))
            top.skip = True
        elif isinstance(top.container, dict) and text in top.container:
            top.skip = True
            if len(self.findings) >= MAX_HINTS:
                return
            first = self.keys.get((*top.path, text))
            also = (self.sheet.span(first),) if first else ()
            message = t("字段“{name}”写了两次", name=text[:40])
            cure = t("只留一个；两条不同的内容用两个名字")
            self.findings.append(Finding(Diagnostic(self.sheet.span(where), "duplicate-key", message, cure, also)))

    def _in_brackets(self, top: _Frame, where: Where, value: str, *, plain: bool) -> None:
        """Look for a comma that cut a sentence: a piece without a colon, or a bracket that closes in the next piece."""
        found: Finding | None = None
        if len(self.findings) >= MAX_HINTS:
            return
        if isinstance(top.container, dict):
            gap = (top.key_where[2], top.key_where[3], where[0], where[1])
            if not value and plain and top.key_plain and ":" not in self.sheet.between(gap):
                before = top.before[0] if top.before else None
                found = without_value(self.sheet, top.key_where, top.key or "", before)
        elif top.before and plain and (close := open_bracket(top.before[1])) and close in value:
            found = comma(self.sheet, top.before[0], where, cut=value)
        if found:
            self.findings.append(found)
        top.before = (where, value) if plain and value else None


__all__ = ["MAX_DEPTH", "Reading"]
