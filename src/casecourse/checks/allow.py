"""Silencing: a warning is taken away where its author allows it, at its line or in the comment above, with a reason.

`# 允许: code 理由` or `# allow[code]: reason`. Errors cannot be silenced; an allow without a reason, and one that silences
nothing, are warnings themselves.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from casecourse.diagnostics import CODES, Diagnostic, Span
from casecourse.loading import Content
from casecourse.texts import t
from casecourse.yamlsource import SourceMap

COMMENT = re.compile(
    r"(?:^|(?<=\s))#[ \t]*(?:允许[ \t]*[:：][ \t]*([\w-]+)|allow\[([\w-]+)\][ \t]*[:：]?)[ \t]*([^#]*)"
)
OWN = ("allow-reason", "allow-unused")  # what is said of silencing is not silenced


@dataclass(frozen=True)
class Allow:
    """A comment that allows a code on a line."""

    span: Span
    code: str
    reason: str
    line: int  # the line for which it speaks


def without_allowed(content: Content, found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """`found` without the warnings that are allowed, and with what is wrong with the allowing."""
    allows = [a for file in content.maps for a in allowed(content.texts[file], content.maps[file])]
    by_line: dict[tuple[str, int, str], list[Allow]] = {}
    for allow in allows:
        by_line.setdefault((allow.span.file, allow.line, allow.code), []).append(allow)
    used: set[Span] = set()
    for d in found:
        matching = by_line.get((d.span.file, d.span.line, d.code), []) if d.severity == "warning" else []
        used |= {allow.span for allow in matching}
        if not any(allow.reason for allow in matching):
            yield d
    for allow in allows:
        if allow.span not in used:
            yield _unused(allow)
        elif not allow.reason:
            message = t("允许 '{code}' 要写理由", code=allow.code)
            yield Diagnostic(allow.span, "allow-reason", message, t("写成 # 允许: {code} 理由", code=allow.code))


def _unused(allow: Allow) -> Diagnostic:
    message = t("这里没有 '{code}' 可以允许", code=allow.code)
    if CODES.get(allow.code) == "error":
        help_ = t("错误不能略过，只能改")
    elif allow.code not in CODES and (near := get_close_matches(allow.code, CODES, 1)):
        help_ = t("是不是 '{near}'？", near=near[0])
    else:
        help_ = t("注释写在出问题那一行的末尾，或写在它上面一行；已经改好就删去注释")
    return Diagnostic(allow.span, "allow-unused", message, help_)


def allowed(text: str, places: SourceMap) -> Iterator[Allow]:
    """Every comment of a file that allows something; the same words inside a text are no comment."""
    if "允许" not in text and "allow[" not in text:
        return
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    inside, below = _texts(places, lines), _below(lines)
    for number, line in enumerate(lines, 1):
        for match in COMMENT.finditer(line):
            if not inside(number, match.start() + 1):
                end = match.start() + 1 + len(match[0].rstrip())
                span = Span(places.file, number, match.start() + 1, number, end)
                own = not line[: match.start()].strip()
                yield Allow(span, match[1] or match[2], match[3].strip(), below[number] if own else number)


def _below(lines: list[str]) -> list[int]:
    """For each line, counted from 1, the first below it that is no comment: of which a comment there speaks."""
    found = [len(lines) + 1] * (len(lines) + 1)
    for number in range(len(lines) - 1, 0, -1):
        found[number] = found[number + 1] if lines[number].lstrip().startswith("#") else number + 1
    return found


def _texts(places: SourceMap, lines: list[str]) -> Callable[[int, int], bool]:
    """The question whether a place lies inside a text; behind the `|` that opens a text a comment is a comment."""
    parents = {path[:-1] for path in places.values if path}
    spans = sorted(places.value(path) for path in places.values if path not in parents)
    starts = [(s.line, s.column) for s in spans]

    def inside(line: int, column: int) -> bool:
        n = bisect_right(starts, (line, column)) - 1
        if n < 0 or (line, column) >= (spans[n].end_line, spans[n].end_column):
            return False
        opening = lines[spans[n].line - 1][spans[n].column - 1 : spans[n].column]
        return not (opening in ("|", ">") and line == spans[n].line)

    return inside
