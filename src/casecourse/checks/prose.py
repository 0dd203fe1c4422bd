"""Words that people read: facts they mention exist, and no raw HTML or image from elsewhere stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from casecourse.checks.refs import resolve, unknown
from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Address, Content
from casecourse.model.facts import MENTION
from casecourse.texts import t

HTML = re.compile(r"<(?:/?[A-Za-z][^>\n]*|!--)")
IMAGE = re.compile(r"!\[[^\]\n]*\]\s*[(\[]")


def check(content: Content) -> Iterator[Diagnostic]:
    """unknown-reference in `{{…}}`, raw-html, remote-image."""
    for address, place in content.places.items():
        model = _model(content, address)
        for path, text in _texts(model, ()):
            yield from _text(content, address[1], text, place.value(*path))


def _model(content: Content, address: Address) -> Any:
    case = content.course.case(address[1]) if len(address) > 1 else None
    if case is None:
        return None
    if address[0] == "unit":
        return case.unit(address[2])
    if address[0] == "exercise":
        return case.exercises.get(address[2])
    return case.model_copy(update={"facts": {}}) if address[0] == "case" else case.facts.get(address[2])


def _texts(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every text of a model with the path at which its author wrote it."""
    if isinstance(value, str):
        yield path, value
    elif hasattr(value, "model_fields_set"):
        fields = type(value).model_fields
        for name in fields:
            if name in value.model_fields_set:
                yield from _texts(getattr(value, name), (*path, fields[name].alias or name))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, (*path, name))
    elif isinstance(value, tuple):
        for n, item in enumerate(value):
            yield from _texts(item, (*path, n))


def _text(content: Content, case: str, text: str, span: Span) -> Iterator[Diagnostic]:
    for name in dict.fromkeys(MENTION.findall(text)):
        found = resolve(content, case, name)
        if found is None or found.sort not in ("fact", "broken"):
            yield unknown(content, case, name, span, ("fact",))
    if match := HTML.search(text):
        message = t("正文里不能写 HTML：{word}", word=match.group(0)[:30])
        yield Diagnostic(span, "raw-html", message, t("用 Markdown；小于号写成 ＜"))
    if IMAGE.search(text):
        yield Diagnostic(span, "remote-image", t("正文里不能放图片"), t("数据用 chart 块，流程用 diagram 块"))
