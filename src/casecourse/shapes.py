"""Plain data → frozen models: what a model refuses becomes a placed sentence, and the smallest broken piece is left out."""

from __future__ import annotations

import types
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from casecourse.diagnostics import Diagnostic
from casecourse.faults import worded
from casecourse.model.blocks import BLOCKS, named_by
from casecourse.texts import t
from casecourse.yamlsource import SourceMap

M = TypeVar("M", bound=BaseModel)
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Shaped:
    """What became of a piece of data: the model or None, what was wrong, and the paths of the pieces left out."""

    model: Any
    diagnostics: tuple[Diagnostic, ...]
    left_out: tuple[Path, ...] = ()


def shaped(model: type[M], data: object, places: SourceMap, base: Path = (), pieces: Iterable[str] = ()) -> Shaped:
    """Validate `data` against `model`. Of the fields named in `pieces`, guilty entries are left out one by one.

    `plan.*` leaves out entries of the entries of `plan`, one level deeper. Unknown fields are reported and dropped; anything else that is wrong costs the whole.
    """
    found: dict[Diagnostic, None] = {}
    left_out: list[Path] = []
    said: list[Path] = []  # guilty places of earlier passes
    depths = {p.removesuffix(".*"): 3 if p.endswith(".*") else 2 for p in pieces}
    for _ in range(3):  # a later pass may meet what an earlier fault hid
        try:
            return Shaped(model.model_validate(data), tuple(found), tuple(left_out))
        except ValidationError as e:
            guilty: set[Path] = set()
            dropped: set[Path] = set()
            fatal = False
            errors = [(error, _path(error, data)) for error in e.errors(include_url=False)]
            for error, path in errors:
                if error["type"] == "too_short" and any(
                    len(p) > len(path) and p[: len(path)] == path for _, p in errors
                ):
                    continue  # an entry that could not be read was not counted; that is said at the entry
                if any(path == gone[: len(path)] for gone in said):
                    fatal = True  # what is left of a broken piece says nothing new
                    continue
                found[_diagnostic(error, path, model, data, places, base)] = None
                if error["type"] == "extra_forbidden":
                    dropped.add(path)
                elif len(path) >= 2 and path[0] in depths:
                    guilty.add(path[: depths[str(path[0])]])
                else:
                    fatal = True
            if fatal:
                return Shaped(None, tuple(found), tuple(left_out))
            left_out += sorted(guilty, key=str)
            said += guilty | dropped
            data = _without(data, guilty | dropped)
    return Shaped(None, tuple(found), tuple(left_out))


def _path(error: ErrorDetails, data: object) -> Path:
    """Pydantic's location without what it inserts: union tags and `[key]`; a missing field keeps its name.

    A rule of ours between fields says in its context `at` which of them is guilty.
    """
    loc = [p for p in error["loc"] if p != "[key]"] + [*(error.get("ctx") or {}).get("at", ())]
    if loc[:1] == ["blocks"] and len(loc) > 2 and loc[2] in BLOCKS:
        del loc[2]
    path: list[str | int] = []
    node = data
    for n, part in enumerate(loc):
        if (isinstance(node, dict) and part in node) or (
            isinstance(node, list) and isinstance(part, int) and part < len(node)
        ):
            path.append(part)
            node = node[part]
        elif error["type"] == "missing" and n == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _without(data: object, guilty: set[Path]) -> object:
    heads = {p[0] for p in guilty}
    if isinstance(data, dict):
        return {
            k: _without(v, {p[1:] for p in guilty if p[0] == k and len(p) > 1}) if k in heads else v
            for k, v in data.items()
            if (k,) not in guilty
        }
    if isinstance(data, list):
        return [
            _without(v, {p[1:] for p in guilty if p[0] == n and len(p) > 1}) if n in heads else v
            for n, v in enumerate(data)
            if (n,) not in guilty
        ]
    return data


# ---- words ---------------------------------------------------------------------------------------------------------


def fields_of(model: type[BaseModel]) -> list[str]:
    """The field names as an author writes them."""
    return list(dict.fromkeys(f.alias or n for n, f in model.model_fields.items()))


def _model_at(kind: Any, path: Path, data: object) -> type[BaseModel] | None:
    """The model that stands at `path` below `kind`."""
    kind = _bare(kind, data)
    if not path and get_origin(kind) is tuple and isinstance(data, dict):
        return _model_at(get_args(kind)[0], path, data)  # one entry where several may stand
    if not path:
        return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    head, rest = path[0], path[1:]
    below = data[head] if isinstance(data, dict | list) and _has(data, head) else None  # type: ignore[index]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        inner = next((f.annotation for n, f in kind.model_fields.items() if head in (n, f.alias)), None)
        return _model_at(inner, rest, below) if inner is not None else None
    args = get_args(kind)
    return _model_at(args[0] if isinstance(head, int) else args[-1], rest, below) if args else None


def _has(data: dict[Any, Any] | list[Any], head: str | int) -> bool:
    return head in data if isinstance(data, dict) else isinstance(head, int) and head < len(data)


def _bare(kind: Any, data: object) -> Any:
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, types.UnionType):
        options = [_bare(a, data) for a in get_args(kind) if a is not type(None)]
        block = BLOCKS.get(named_by(data) or "")
        return block if block in options else options[0]
    return kind


def _diagnostic(
    error: ErrorDetails, path: Path, model: type[BaseModel], data: object, places: SourceMap, base: Path
) -> Diagnostic:
    kind = error["type"]
    full = (*base, *path)
    if kind == "extra_forbidden":
        return unknown_field(str(path[-1]), _model_at(model, path[:-1], data) or model, places, full)
    if kind == "missing":
        name = str(path[-1])
        owner = _model_at(model, path[:-1], data)
        field = next((f for n, f in owner.model_fields.items() if name in (n, f.alias)), None) if owner else None
        help_ = t("{name}：{meaning}", name=name, meaning=t(field.description)) if field and field.description else ""
        return Diagnostic(places.key(full[:-1]), "missing-field", t("缺少字段 '{name}'", name=name), help_)
    at = places.value(full)
    code, message, help_ = worded(kind, error.get("ctx") or {}, error.get("input"), str(path[-1]) if path else "")
    return Diagnostic(at, code, message, help_)


def unknown_field(name: str, model: type[BaseModel], places: SourceMap, path: Path) -> Diagnostic:
    """A field that the model does not have, with the nearest one that it has."""
    names = fields_of(model)
    near = get_close_matches(name, names, 1, 0.6)
    known = t("可用字段：{names}", names="、".join(names))
    help_ = t("是不是 '{near}'？{known}", near=near[0], known=known) if near else known
    return Diagnostic(places.key(path), "unknown-field", t("没有字段 '{name}'", name=name), help_)
