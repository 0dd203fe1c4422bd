"""Words that people read: facts they mention exist, and no raw HTML or image from elsewhere stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casecourse.checks.refs import resolve, unknown
from casecourse.checks.walk import written
from casecourse.diagnostics import Diagnostic, Span
from casecourse.loading import Content
from casecourse.model.facts import MENTION
from casecourse.texts import t

HTML = re.compile(r"<(?:/?[A-Za-z][^>\n]*|!--)")
IMAGE = re.compile(r"!\[[^\]\n]*\]\s*[(\[]")


def check(content: Content) -> Iterator[Diagnostic]:
    """unknown-reference in `{{…}}`, raw-html, remote-image."""
    for case, _, text, span in written(content):
        yield from _text(content, case, text, span)


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
