"""The device cookie: every browser that is shown a page gets one opaque token, which only the store can give a meaning."""

from __future__ import annotations

import re
import secrets
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEVICE: Final = "cc_sid"
JOIN: Final = "cc_join"
DEVICE_SECONDS: Final = 180 * 24 * 3600
JOIN_SECONDS: Final = 600

_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,128}")
# A page answered from the browser's cache (304) could not carry a cookie.
_CONDITIONS: Final = (b"if-none-match", b"if-modified-since")


def new_token() -> str:
    """Return 32 random bytes as text that a cookie can hold."""
    return secrets.token_urlsafe(32)


def set_cookie(name: str, value: str, scope: Scope, *, seconds: int) -> str:
    """Return the Set-Cookie header that keeps `value` for `seconds`, out of reach of scripts and of other sites."""
    secure = "; Secure" if scope["scheme"] in {"https", "wss"} else ""
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}"


def device_token(request: HTTPConnection) -> str | None:
    """Return the device token a request or a connection carries, None where there is none or something else stands in its place."""
    token = request.cookies.get(DEVICE, "")
    return token if _TOKEN.fullmatch(token) else None


class DeviceCookie:
    """ASGI middleware: an HTML response to a browser without a device token brings one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or device_token(Request(scope)):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", set_cookie(DEVICE, new_token(), scope, seconds=DEVICE_SECONDS))
                    headers["cache-control"] = "no-store"
            await send(message)

        kept = [(name, value) for name, value in scope["headers"] if name not in _CONDITIONS]
        await self.app({**scope, "headers": kept}, receive, send_with_cookie)
