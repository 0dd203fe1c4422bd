"""Silencing: a warning is taken away where its author allows it, at its line or in the comment above, with a reason.

`# 允许: code 理由` or `# allow[code]: reason`. Errors cannot be silenced; an allow without a reason, and one that silences
nothing, are warnings themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
    for number, line in enumerate(lines, 1):
        for match in COMMENT.finditer(line):
            span = Span(places.file, number, match.start() + 1, number, match.start() + 1 + len(match[0].rstrip()))
            if not _inside(span, places, lines):
                own = not line[: match.start()].strip()
                code, reason = match[1] or match[2], match[3].strip()
                yield Allow(span, code, reason, _below(lines, number) if own else number)


def _below(lines: list[str], number: int) -> int:
    """The line for which a comment on a line of its own speaks: the first below that is no comment."""
    while number < len(lines) and lines[number].lstrip().startswith("#"):
        number += 1
    return number + 1


def _inside(at: Span, places: SourceMap, lines: list[str]) -> bool:
    """True when a place lies inside a text."""
    parents = {path[:-1] for path in places.values if path}
    here = (at.line, at.column)
    for path in places.values:
        if path in parents:
            continue
        span = places.value(path)
        start, end = (span.line, span.column), (span.end_line, span.end_column)
        if start <= here < end:
            opening = lines[span.line - 1][span.column - 1 : span.column]
            if not (opening in ("|", ">") and at.line == span.line):  # behind `|` a comment is one
                return True
    return False
