"""Security headers, the page's language, and the device cookie."""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
import streamlit
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from casecourse.server.cookies import DeviceCookie
from casecourse.server.headers import Shield
from tests.server.asgi import ask

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
TOKEN = "t" * 43


def answering(make: Callable[[], Response]) -> ASGIApp:
    """An application with one answer."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await make()(scope, receive, send)

    return app


@pytest.fixture
def shown() -> ASGIApp:
    """Streamlit's own page behind both middlewares."""
    return Shield(DeviceCookie(answering(lambda: FileResponse(INDEX))))


def test_page_is_chinese(shown: ASGIApp) -> None:
    """Streamlit's page leaves as Chinese, otherwise unchanged, with its true length."""
    answer = ask(shown)
    assert answer.text == INDEX.read_text("utf-8").replace('<html lang="en">', '<html lang="zh-CN">')
    assert 'lang="zh-CN"' in answer.text
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_compressed_page_is_chinese() -> None:
    """A page that Streamlit compressed is rewritten too."""
    html = b'<!DOCTYPE html><html lang="en"></html>'
    squeezed = Response(gzip.compress(html), media_type="text/html", headers={"content-encoding": "gzip"})
    answer = ask(Shield(answering(lambda: squeezed)))
    assert answer.body == html.replace(b"en", b"zh-CN")
    assert "content-encoding" not in answer.headers


def test_headers_on_everything() -> None:
    """Every answer forbids guessing its type, foreign frames and telling other sites where one comes from."""
    headers = ask(Shield(answering(lambda: PlainTextResponse("x")))).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"


def test_policy_of_the_page(shown: ASGIApp) -> None:
    """A page's policy lets in its own inline scripts by digest, no other inline script, no eval, and no other host."""
    policy = ask(shown).headers["content-security-policy"]
    scripts = re.findall(r"<script>(.*?)</script>", INDEX.read_text("utf-8"), re.DOTALL)
    assert scripts
    for script in scripts:
        assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert not {"'unsafe-inline'", "'unsafe-eval'"} & set(rules["script-src"])
    assert rules["connect-src"][:3] == ["'self'", "ws://localhost:8501", "wss://localhost:8501"]
    assert rules["frame-ancestors"] == ["'self'"]
    assert not re.search(r"https?:", policy)


def test_host_writes_no_policy(shown: ASGIApp) -> None:
    """A Host header that is none puts nothing into the policy."""
    assert "evil" not in ask(shown, headers={"Host": "x; script-src evil"}).headers["content-security-policy"]


def test_head_of_a_page(shown: ASGIApp) -> None:
    """Asked for its head only, a page claims no length that it would not have."""
    answer = ask(shown, method="HEAD")
    assert answer.body == b""
    assert "content-length" not in answer.headers


def test_first_page_brings_a_cookie(shown: ASGIApp) -> None:
    """A browser without a token gets a long random one that scripts cannot read, kept by no cache."""
    first, second = ask(shown), ask(shown)
    found = re.fullmatch(
        r"cc_sid=([A-Za-z0-9_-]{43}); Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000", first.headers["set-cookie"]
    )
    assert found
    assert found[1] not in second.headers["set-cookie"]
    assert first.headers["cache-control"] == "no-store"


def test_cookie_is_secure_under_https(shown: ASGIApp) -> None:
    """Under https the cookie never travels without it."""
    assert ask(shown, scheme="https").headers["set-cookie"].endswith("; Secure")


def test_known_browser_keeps_its_cookie(shown: ASGIApp) -> None:
    """A browser that has a token keeps it; one with something else in its place gets a token."""
    assert "set-cookie" not in ask(shown, headers={"Cookie": f"cc_sid={TOKEN}"}).headers
    assert "set-cookie" in ask(shown, headers={"Cookie": "cc_sid=short"}).headers


def test_only_pages_bring_a_cookie() -> None:
    """Assets and data bring no cookie."""
    assert "set-cookie" not in ask(DeviceCookie(answering(lambda: PlainTextResponse("x")))).headers


def test_no_cached_page_for_a_stranger() -> None:
    """A browser without a token gets the page itself even where it holds a copy."""
    plain = DeviceCookie(answering(lambda: FileResponse(INDEX)))
    etag = ask(plain, headers={"Cookie": f"cc_sid={TOKEN}"}).headers["etag"]
    asked = {"If-None-Match": etag, "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}

    async def fresh(scope: Scope, receive: Receive, send: Send) -> None:
        sent = {name for name, _ in scope["headers"]} & {b"if-none-match", b"if-modified-since"}
        await Response(str(len(sent)), media_type="text/html")(scope, receive, send)

    assert ask(DeviceCookie(fresh), headers=asked).text == "0"
    assert ask(DeviceCookie(fresh), headers={**asked, "Cookie": f"cc_sid={TOKEN}"}).text == "2"
