"""Bytes of YAML → plain data in which every scalar is text, with the place of everything and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import yaml

from casecourse.diagnostics import Diagnostic, Span
from casecourse.texts import t
from casecourse.yamlhints import Finding, Sheet, Where, comma, comment, in_plain, open_bracket, quoted, without_value
from casecourse.yamlstops import Stop, explain

Path = tuple[str | int, ...]

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 150_000  # over all passes; a lesson of 50 KB has 3,000
MAX_CHARACTERS = 3 * MAX_BYTES  # read over all passes: a small file is read again after each repair, a huge one hardly
MAX_PASSES = 40
MAX_FINDINGS = 200

# Without libyaml the pure parser gives the same answers, some fifty times slower.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
