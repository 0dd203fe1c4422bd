"""Where the YAML parser gives up: what the author probably wrote there, and how to read on past it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from casecourse.diagnostics import Diagnostic
from casecourse.texts import t
from casecourse.yamlhints import Edit, Finding, Sheet, Where, comment, line_start, name_of, quoted

_GAP = re.compile(r"\[\[[^\[\],\n\"'\\]*\]\]")
_WHOLE_BEFORE = re.compile(r"(?:^|[:,\[{]|(?:^|\s)-)\s*$")
_WHOLE_AFTER = re.compile(r"\s*(?:$|[,\]}#])")
_REFERENCE = re.compile(r"(?<![^\s\[{,])([a-z][a-z0-9:-]*) +#[a-z]")
_WIDE_COMMA = re.compile(r"(，)\s*[A-Za-z_][\w-]*$")
_MANY = 200  # gaps cloaked at once; a line with more of them is read again
_NEAR = 40  # how far before a gap its beginning is looked for: a line may be the whole file
_UP = 30  # how many lines above the stop may have led to it


@dataclass(frozen=True, slots=True)
class Stop:
    """Where and why the parser gave up.

    `start` is where the thing it was reading began, `last` the quoted text or one-line bracket that ended just before.
    """

    sheet: Sheet
    problem: str
    context: str
    line: int
    column: int
    start: tuple[int, int]
    last: Where | None

    @property
    def text(self) -> str:
        """The line of the stop."""
        return self.sheet.line(self.line)

    @property
    def char(self) -> str:
        """The character of the stop; nothing at the end of a line."""
        return self.text[self.column : self.column + 1]

    @property
    def opener(self) -> str:
        """The character at which the thing being read began."""
        return self.sheet.line(self.start[0])[self.start[1] : self.start[1] + 1]

    def here(self, code: str, message: str, cure: str = "", *, width: int = 1, edits: tuple[Edit, ...] = ()) -> Finding:
        """Return a finding at the stop."""
        place = (self.line, self.column, self.line, self.column + width)
        return self.sheet.finding(place, code, message, cure, edits)

    def there(self, code: str, message: str, cure: str = "", edits: tuple[Edit, ...] = ()) -> Finding:
        """Return a finding where the thing being read began."""
        line, column = self.start
        return self.sheet.finding((line, column, line, column + 1), code, message, cure, edits)

    def cloaked(self, line: int, start: int, end: int) -> Edit:
        """Return the edit after which a stretch of a line is plain text."""
        return line, start, end, self.sheet.cloak(self.sheet.line(line)[start:end])

    def rest(self, line: int, column: int) -> str:
        """Return what the author typed from `column` to the end of the line."""
        return self.sheet.plain(self.sheet.line(line)[column:])


def explain(stop: Stop) -> Finding:
    """Return what is wrong where the parser stopped."""
    found = (rule(stop) for rule in RULES)
    return next((f for f in found if f), None) or stop.here(
        "yaml-syntax", t("这里不合 YAML 的写法，读不下去"), t("检查这一行和上一行的缩进、冒号和引号")
    )


def _tab(stop: Stop) -> Finding | None:
    if stop.char != "\t":
        return None
    lines = [n for n, text in enumerate(stop.sheet.lines) if n != stop.line and text.startswith("\t") and text.strip()]
    spans = tuple(stop.sheet.span((n, 0, n, 1)) for n in lines[:20])
    place = stop.sheet.span((stop.line, stop.column, stop.line, stop.column + 1))
    message = t("这里用{name}缩进，YAML 只认空格", name=name_of("\t"))
    return Finding(Diagnostic(place, "yaml-space", message, t("换成半角空格，每级两个"), spans))


def _mark(stop: Stop) -> Finding | None:
    """Explain a `&`, `*` or `!` at the start of a text."""
    line, column = stop.start
    if stop.opener not in {"&", "*", "!"} or not re.match(
        r"while (scanning an? (alias|anchor|tag)|parsing a (node|tag))", stop.context
    ):
        return None
    code = "yaml-tag" if stop.opener == "!" else "yaml-alias"
    cure = t("加引号：{quoted}", quoted=quoted(stop.rest(line, column)))
    message = t("文字不能以“{sign}”开头：YAML 把它当成记号", sign=stop.opener)
    return stop.there(code, message, cure, (stop.cloaked(line, column, column + 1),))


def _start(stop: Stop) -> Finding | None:
    """Explain a `%`, `|` or `>` at the start of a text."""
    line, column = stop.start
    if "block scalar" not in stop.context and "directive" not in stop.context and stop.char not in {"%", "@", "`"}:
        return None
    if stop.char in {"%", "@", "`"}:
        line, column = stop.line, stop.column
    sign = stop.sheet.line(line)[column : column + 1]
    if not sign:
        return None
    cure = t("加引号：{quoted}", quoted=quoted(stop.rest(line, column)))
    place = (line, column, line, column + 1)
    message = t("文字不能以“{sign}”开头", sign=sign)
    return stop.sheet.finding(place, "yaml-start", message, cure, [stop.cloaked(line, column, column + 1)])


def _wide_comma(stop: Stop) -> Finding | None:
    m = _WIDE_COMMA.search(stop.text[: stop.column]) if stop.char == ":" and "flow" in stop.context else None
    if not m:
        return None
    place = (stop.line, m.start(1), stop.line, m.end(1))
    message = t("字段之间用了全角逗号“，”")
    return stop.sheet.finding(
        place, "yaml-comma", message, t("换成半角逗号加空格"), [(stop.line, m.start(1), m.end(1), ", ")]
    )


def _gaps(stop: Stop) -> Finding | None:
    """Cloak `[[…]]` that is not a whole value; reading again then names it."""
    text = stop.text
    edits = tuple(
        stop.cloaked(stop.line, m.start(), m.end())
        for m in islice(_GAP.finditer(text), _MANY)
        if not (_WHOLE_BEFORE.search(text[max(0, m.start() - _NEAR) : m.start()]) and _WHOLE_AFTER.match(text, m.end()))
    )
    return Finding(None, edits) if edits else None


def _question(stop: Stop) -> Finding | None:
    """Cloak nothing but the `?` that ends a text for a stricter parser; reading again names it."""
    if stop.char != "?" or "flow" not in stop.context:
        return None
    return stop.here(
        "yaml-syntax",
        t("一行的列表里，半角问号“?”会截断文字"),
        t("用全角问号 ？，或加引号"),
        edits=(stop.cloaked(stop.line, stop.column, stop.column + 1),),
    )


def _lost_comment(stop: Stop) -> Finding | None:
    """Explain a bracket left open because ` #part` made a comment of the rest of its line."""
    if "flow" not in stop.context:
        return None
    for line in range(stop.line, stop.start[0] - 1, -1):
        for m in _REFERENCE.finditer(stop.sheet.line(line)):
            if found := comment(stop.sheet, (line, m.start(1), line, m.end(1)), m[1]):
                return found
    return None


def _line_start(stop: Stop) -> Finding | None:
    """Look for a spoilt beginning on the guilty line, or above it on lines taken for one long text."""
    if "simple key" in stop.context:
        return line_start(stop.sheet, stop.start[0], stopped=True)
    if found := line_start(stop.sheet, stop.line):
        return found
    if "mapping values" in stop.problem and stop.last is None and not _second(stop):
        for line in range(stop.line - 1, max(-1, stop.line - _UP), -1):
            if found := line_start(stop.sheet, line, stopped=True):
                return found
            if re.search(r":(\s|$)", stop.sheet.line(line)):
                return None
    return None


def _after(stop: Stop) -> Finding | None:
    """Explain text behind a closing quote or bracket."""
    if not stop.last or not stop.char or stop.char in ",]}#":
        return None
    line, column, end_line, end_column = stop.last
    if end_line != stop.line or stop.text[end_column : stop.column].strip() or end_column > stop.column:
        return None
    sign = stop.sheet.line(line)[column]
    edits: tuple[Edit, ...] = ()
    if line == end_line:
        edits = (stop.cloaked(line, column, end_column),)
    if stop.char == ":":
        message = t("“{sign}”开头的键后面读不下去", sign=sign)
        return stop.sheet.finding(
            (line, column, line, column + 1), "yaml-syntax", message, t("整段文字加引号，或用全角冒号 ："), edits
        )
    if sign in "\"'":
        message = t("引号合上以后还有文字")
        cure = t("改用中文引号 “ ”，或整段再加引号：{quoted}", quoted=quoted(stop.rest(line, column)))
        return stop.here("yaml-syntax", message, cure, edits=edits)
    message = t("文字不能以“{sign}”开头：括号合上以后还有文字", sign=sign)
    cure = t("加引号：{quoted}", quoted=quoted(stop.rest(line, column)))
    return stop.sheet.finding((line, column, line, column + 1), "yaml-start", message, cure, edits)


def _second(stop: Stop) -> bool:
    return stop.char == ":" and re.search(r":\s", stop.text[: stop.column]) is not None


def _second_colon(stop: Stop) -> Finding | None:
    if "mapping values" not in stop.problem or not _second(stop):
        return None
    return stop.here(
        "yaml-syntax",
        t("一行里第二个“: ”，YAML 又把它当成字段"),
        t("用全角冒号 ： 或加引号"),
        edits=(stop.cloaked(stop.line, stop.column, stop.column + 1),),
    )


def _quotes(stop: Stop) -> Finding | None:
    """Explain what goes wrong inside quotes."""
    if "quoted scalar" not in stop.context:
        return None
    if "escape" in stop.problem or "hexdecimal" in stop.problem or "hexadecimal" in stop.problem:
        at = stop.text.rfind("\\", 0, stop.column + 1)
        if at >= 0:
            edit = stop.cloaked(stop.line, at, at + 1)
            message = t("双引号里的“\\”有特殊意思，“{sign}”读不懂", sign=stop.text[at : at + 2])
            place = (stop.line, at, stop.line, at + 2)
            return stop.sheet.finding(place, "yaml-syntax", message, t("改用单引号，或写成 \\\\"), [edit])
    return stop.there("yaml-syntax", t("这个引号没有合上"), t("在文字末尾补上同样的引号；文字里面的引号用 “ ”"))


def _brackets(stop: Stop) -> Finding | None:
    """Explain what goes wrong inside one-line brackets."""
    if "flow" not in stop.context or stop.opener not in {"[", "{"}:
        if (
            stop.char
            and stop.char in ",]}"
            and ("content" in stop.problem or "key" in stop.problem or "block end" in stop.problem)
        ):
            return stop.here(
                "yaml-syntax", t("这里多了一个“{sign}”", sign=stop.char), t("删去它；文字以它开头就加引号")
            )
        return None
    close = "]" if stop.opener == "[" else "}"
    if stop.line > stop.start[0] or not stop.char:
        message = t("这个“{sign}”没有合上", sign=stop.opener)
        return stop.there(
            "yaml-syntax", message, t("补上“{close}”；文字以“{sign}”开头就加引号", close=close, sign=stop.opener)
        )
    message = t("这里应当是逗号或“{close}”，读到的是“{sign}”", close=close, sign=stop.sheet.plain(stop.char))
    return stop.here("yaml-syntax", message, t("含有 , : [ ] {braces} 的文字要加引号", braces="{ }"))


def _indent(stop: Stop) -> Finding | None:
    """Explain lines that do not line up."""
    if "mapping values" in stop.problem:
        return stop.here(
            "yaml-syntax", t("这里不能再有“字段: 内容”"), t("检查缩进：上一行已经有内容，或者同一级的字段没有对齐")
        )
    if "sequence entries" in stop.problem:
        return stop.here("yaml-syntax", t("列表不能接在“字段: ”的同一行"), t("另起一行写“- ”，或用 [ ]"))
    if "simple key" in stop.context:
        return stop.there(
            "yaml-syntax",
            t("这一行既不是“字段: 内容”，也不是列表的一项"),
            t("接着上一行的文字要比上一行多缩进；列表的一项以“- ”开头"),
        )
    if "block mapping" in stop.context or "block collection" in stop.context or "block sequence" in stop.context:
        found = stop.here("yaml-syntax", t("这里的缩进和上面对不齐"), t("同一级的字段或“- ”要从同一列开始"))
        above = stop.sheet.span((*stop.start, *stop.start))
        return (
            Finding(
                Diagnostic(
                    found.diagnostic.span,
                    found.diagnostic.code,
                    found.diagnostic.message,
                    found.diagnostic.help,
                    (above,),
                )
            )
            if found.diagnostic
            else found
        )
    return None


RULES = (
    _tab,
    _mark,
    _start,
    _wide_comma,
    _gaps,
    _question,
    _lost_comment,
    _line_start,
    _after,
    _second_colon,
    _quotes,
    _brackets,
    _indent,
)
