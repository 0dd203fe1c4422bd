"""What every answer tells the browser to refuse, and the page's language: security headers and `<html lang>`."""

from __future__ import annotations

import gzip
import re
from base64 import b64encode
from hashlib import sha256
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from casecourse.server.hosts import split

_LANG: Final = re.compile(rb'<html lang="[^"]*"')
_INLINE_SCRIPT: Final = re.compile(rb"<script>(.*?)</script>", re.DOTALL)
_NOT_WHOLE: Final = frozenset({206, 304})
# They describe the file on disk, not the page sent.
_OF_THE_FILE: Final = ("etag", "last-modified", "accept-ranges")


def policy(html: bytes, host: str) -> str:
    """Return the Content-Security-Policy of a page: itself, its own inline scripts, and connections to `host` alone.

    Streamlit needs `blob:` scripts for components and workers, WebAssembly for diagrams, inline styles for everything.
    """
    sockets = [f"ws://{host}", f"wss://{host}"] if split(host) else []
    digests = [f"'sha256-{b64encode(sha256(s).digest()).decode()}'" for s in _INLINE_SCRIPT.findall(html)]
    rules = {
        "default-src": ["'self'"],
        "script-src": ["'self'", "blob:", "'wasm-unsafe-eval'", *digests],
        "style-src": ["'self'", "'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'", "data:"],
        "media-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'", *sockets, "data:", "blob:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
    return "; ".join(f"{rule} {' '.join(sources)}" for rule, sources in rules.items())


class Shield:
    """ASGI middleware: security headers on every answer; on a page also its policy and `<html lang="zh-CN">`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        start: Message | None = None
        html = b""

        async def send_shielded(message: Message) -> None:
            nonlocal start, html
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-content-type-options"] = "nosniff"
                headers["x-frame-options"] = "SAMEORIGIN"
                headers["referrer-policy"] = "same-origin"
                if headers.get("content-type", "").startswith("text/html") and message["status"] not in _NOT_WHOLE:
                    start = message  # held back until the whole page is known
                    return
            elif start is not None and message["type"] == "http.response.body":
                html += message.get("body", b"")
                if not message.get("more_body", False):
                    await _send_page(start, html, host, send, head=scope["method"] == "HEAD")
                return
            await send(message)

        await self.app(scope, receive, send_shielded)


async def _send_page(start: Message, html: bytes, host: str, send: Send, *, head: bool) -> None:
    headers = MutableHeaders(scope=start)
    if headers.get("content-encoding") == "gzip" and html:
        html = gzip.decompress(html)
        del headers["content-encoding"]
    html = _LANG.sub(b'<html lang="zh-CN"', html, count=1)
    for name in _OF_THE_FILE:
        del headers[name]
    headers["content-security-policy"] = policy(html, host)
    if head:
        del headers["content-length"]  # a page that was never read has no known length
    else:
        headers["content-length"] = str(len(html))
    await send(start)
    await send({"type": "http.response.body", "body": html})
