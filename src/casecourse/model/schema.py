"""JSON Schemas for editors, made from the model: completion, hover help and red underlines while an author types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Union

from pydantic import Field, RootModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from casecourse.kinds import KINDS
from casecourse.model.case import Case, Id
from casecourse.model.course import CourseFile
from casecourse.model.note import TeachingNote
from casecourse.model.unit import Unit

DRAFT = "http://json-schema.org/draft-07/schema#"


class Draft07(GenerateJsonSchema):
    """Draft-07 is what editors read everywhere."""

    schema_dialect = DRAFT


def schemas() -> dict[str, dict[str, Any]]:
    """File name → schema, for the five files that an author writes."""
    kinds: Any = Union[tuple(KINDS.values())]  # noqa: UP007  made from the registry at run time
    exercise: Any = Annotated[kinds, Field(discriminator="kind")]
    bank: Any = RootModel[dict[Id, exercise]]
    files: dict[str, Any] = {"course": CourseFile, "case": Case, "unit": Unit, "note": TeachingNote, "exercises": bank}
    return {
        f"{name}.schema.json": _schema(
            model, f"casecourse {name}.yaml" if name != "exercises" else "casecourse exercise bank"
        )
        for name, model in files.items()
    }


def _schema(model: Any, title: str) -> dict[str, Any]:
    schema = TypeAdapter(model).json_schema(schema_generator=Draft07, by_alias=True)
    schema = _moved(_widened(schema))
    return {"$schema": DRAFT, **schema, "title": title}


def _widened(node: Any) -> Any:
    """Let an editor accept what the reader accepts.

    The reader takes every scalar as text and lets the model decide, an editor's YAML types 2014 as a number: where the
    model says text, numbers and truth values are right too.
    """
    if isinstance(node, list):
        return [_widened(n) for n in node]
    if not isinstance(node, dict):
        return node
    node = {
        k: _widened(v)
        for k, v in node.items()
        if k not in ("default", "discriminator") and not (k == "title" and isinstance(v, str))
    }
    if node.get("type") == "string" and "enum" not in node and "const" not in node:
        node["type"] = ["string", "number", "boolean"]
    if "patternProperties" in node:  # an id of another shape is no id
        node["additionalProperties"] = False
    for limit, items in (("minLength", "minItems"), ("maxLength", "maxItems")):
        if "anyOf" in node and limit in node:  # one or several: it is the list whose length is meant
            n = node.pop(limit)
            node["anyOf"] = [{**a, items: n} if a.get("type") == "array" else a for a in node["anyOf"]]
    return node


def _moved(schema: dict[str, Any]) -> dict[str, Any]:
    """Draft-07 keeps definitions under `definitions`."""
    text = json.dumps(schema, ensure_ascii=False).replace("#/$defs/", "#/definitions/")
    found: dict[str, Any] = json.loads(text)
    if "$defs" in found:
        found["definitions"] = found.pop("$defs")
    return found


def written() -> dict[str, str]:
    """File name → the text to commit."""
    return {n: json.dumps(s, ensure_ascii=False, indent=1, sort_keys=True) + "\n" for n, s in schemas().items()}


def write(folder: Path) -> list[Path]:
    """Write every schema below `folder`; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, text in written().items():
        (folder / name).write_text(text, encoding="utf-8")
        files.append(folder / name)
    return files
