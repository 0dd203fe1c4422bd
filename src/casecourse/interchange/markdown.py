"""Markdown for one's own answers: what was asked, what was answered, how it was judged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from casecourse.texts import t


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its answers, the latest last; each answer is (time, text, score or "")."""

    prompt: str
    answers: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A unit with its entries."""

    title: str
    entries: tuple[Entry, ...]


def escaped(text: str) -> str:
    """Typed text that Markdown shows as it was typed."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", text)


def document(title: str, lead: str, sections: Iterable[Section]) -> bytes:
    """The whole as a UTF-8 Markdown file."""
    lines = [f"# {title}", "", lead, ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for entry in section.entries:
            lines += [f"### {entry.prompt}", ""]
            for when, text, score in entry.answers:
                quoted = "\n".join(f"> {escaped(line)}" for line in text.splitlines() or [""])
                lines += [f"{when}　{score}".rstrip("　"), "", quoted, ""]
    if len(lines) == 4:
        lines.append(t("还没有作答。"))
    return "\n".join(lines).rstrip().encode() + b"\n"
