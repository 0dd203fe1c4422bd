"""What can be wrong with content: a place, a stable code, one sentence and its cure, and how they are printed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from unicodedata import east_asian_width

from casecourse.texts import t

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A stretch of a file: lines and columns count from 1 in characters; the end column is exclusive."""

    file: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing wrong with the content. `also` names further guilty places."""

    span: Span
    code: str
    message: str
    help: str = ""
    also: tuple[Span, ...] = ()

    @property
    def severity(self) -> Severity:
        """Error where a student would be hurt or a screen breaks, warning where teaching suffers."""
        return CODES[self.code]


# Every code there is, with its severity. A code is stable: authors silence it, courses cite it.
CODES: dict[str, Severity] = {
    # bytes and YAML
    "unreadable-file": "error",
    "encoding": "error",
    "character": "error",
    "too-large": "error",
    "too-deep": "error",
    "yaml-syntax": "error",
    "yaml-braces": "error",
    "yaml-colon": "error",
    "yaml-comma": "error",
    "yaml-space": "error",
    "yaml-dash": "error",
    "yaml-start": "error",
    "yaml-comment": "error",
    "yaml-tag": "error",
    "yaml-alias": "error",
    "yaml-documents": "error",
    "duplicate-key": "error",
    # the shape of what was written
    "missing-file": "error",
    "unknown-field": "error",
    "missing-field": "error",
    "wrong-type": "error",
    "wrong-value": "error",
    "bad-id": "error",
    "unknown-kind": "error",
    "unknown-block": "error",
    "origin": "error",
    "raw-html": "error",
    "remote-image": "error",
    # across files (checks)
    "duplicate-id": "error",
    "unknown-reference": "error",
    "wrong-reference": "error",
    "bad-formula": "error",
    "formula-circle": "error",
    "doubtful-key": "error",
    "missing-evidence": "error",
    "evidence-floating": "error",
    "key-fails": "error",
    "no-right-option": "error",
    "unreachable-state": "error",
    "dead-end": "error",
    "no-end": "error",
    "best-end": "error",
    "too-many-states": "warning",
    "closed-choice": "warning",
    "unused-rule": "warning",
    "unused-level": "warning",
    "unknown-gap": "error",
    "unused-gap": "error",
    "no-passage": "error",
    "few-passages": "warning",
    "evidence-silent": "warning",
    "mistake-is-key": "error",
    "impossible-verdict": "error",
    "strong-verdict": "warning",
    "missing-explain": "warning",
    "unused-bucket": "warning",
    "unused-input": "warning",
    "impossible-need": "warning",
    "fixed-ranking": "warning",
    "minutes": "warning",
    "unused-exercise": "warning",
    "repeated-exercise": "warning",
    "unused-case": "warning",
    "untried-mechanism": "warning",
    "crowded-try": "warning",
    "test-unkeyed": "error",
    "test-in-unit": "warning",
    "test-twice": "error",
    "seminar-twice": "error",
    "seminar-missing": "warning",
    "plan-minutes": "error",
    "plan-vote": "warning",
    "unused-question": "warning",
    # the craft of writing questions
    "longest-key": "warning",
    "key-position": "warning",
    "options-equal": "warning",
    "distractor-why": "warning",
    "no-question": "warning",
    "typed-figure": "warning",
    # a warning silenced at its line
    "allow-reason": "warning",
    "allow-unused": "warning",
}


def errors(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return those of `found` that are errors."""
    return [d for d in found if d.severity == "error"]


def in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return `found` by file and place, each once."""
    return sorted(dict.fromkeys(found), key=lambda d: (d.span, d.code, d.message))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def _excerpt(span: Span, source: str) -> list[str]:
    lines = source.splitlines()
    if not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1].replace("\t", " ")
    if len(line) > 160:  # a window around the place keeps a very long line readable
        cut = max(0, span.column - 60)
        line, shift = line[cut : cut + 160], cut
    else:
        shift = 0
    start = max(0, span.column - 1 - shift)
    end = span.end_column - 1 - shift if span.end_line == span.line else len(line)
    marks = "^" * max(1, _width(line[start : max(start + 1, end)]))
    gutter = f"{span.line:>5} | "
    return [gutter + line, " " * (len(gutter) - 2) + "| " + " " * _width(line[:start]) + marks]


def as_text(found: Iterable[Diagnostic], sources: Mapping[str, str]) -> str:
    """Print diagnostics for a terminal; `sources` maps a file to its text, for the excerpt."""
    out: list[str] = []
    for d in in_order(found):
        s = d.span
        word = t("错误") if d.severity == "error" else t("提醒")
        out.append(f"{s.file}:{s.line}:{s.column}: {word}[{d.code}]: {d.message}")
        excerpt = _excerpt(s, sources.get(s.file, ""))
        if d.help and excerpt:
            excerpt[-1] += f" {d.help}"
        elif d.help:
            excerpt = [f"  {d.help}"]
        out.extend(excerpt)
        out.extend(f"  {t('另见')} {a.file}:{a.line}:{a.column}" for a in d.also)
    return "\n".join(out)


def as_json(found: Iterable[Diagnostic]) -> str:
    """Print diagnostics as a JSON list of objects, one per diagnostic."""
    rows = [
        {
            "file": d.span.file,
            "line": d.span.line,
            "column": d.span.column,
            "end_line": d.span.end_line,
            "end_column": d.span.end_column,
            "severity": d.severity,
            "code": d.code,
            "message": d.message,
            "help": d.help,
        }
        for d in in_order(found)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
