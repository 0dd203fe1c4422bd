"""A walk through everything that authors wrote: each text with its case, the path of fields to it, and its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from casecourse.diagnostics import Span
from casecourse.loading import Address, Content

Path = tuple[str | int, ...]


def written(content: Content) -> Iterator[tuple[str, Path, str, Span]]:
    """(case, path, text, place) of every text of cases, facts, units, exercises and notes."""
    for address, place in content.places.items():
        for path, text in texts(_model(content, address), ()):
            yield address[1], path, text, place.value(*path)


def _model(content: Content, address: Address) -> Any:
    case = content.course.case(address[1]) if len(address) > 1 else None
    if case is None:
        return None
    if address[0] == "unit":
        return case.unit(address[2])
    if address[0] == "exercise":
        return case.exercises.get(address[2])
    if address[0] == "note":
        return content.course.notes.get(address[1])
    return case.model_copy(update={"facts": {}}) if address[0] == "case" else case.facts.get(address[2])


def texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text of a model with the path at which its author wrote it."""
    if isinstance(value, str):
        yield path, value
    elif hasattr(value, "model_fields_set"):
        fields = type(value).model_fields
        for name in fields:
            if name in value.model_fields_set:
                yield from texts(getattr(value, name), (*path, fields[name].alias or name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, (*path, name))
    elif isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from texts(item, (*path, n))
