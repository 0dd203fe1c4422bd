"""The words the product speaks: Chinese message ids, looked up in the catalogue of the language in force."""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "casecourse"
_language: ContextVar[str] = ContextVar("casecourse_language", default="zh")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE, languages=[language], fallback=True)


def use(language: str) -> None:
    """Speak `language` (`zh` or `en`) from here on in this thread or task."""
    _language.set(language)


def t(msgid: str, /, **values: object) -> str:
    """Return `msgid` in the language in force, its `{names}` filled with `values`.

    Message ids are Chinese and are complete sentences or labels; a missing translation shows the Chinese.
    Braces are only special when values are given.
    """
    text = _catalogue(_language.get()).gettext(msgid)
    return text.format(**values) if values else text
