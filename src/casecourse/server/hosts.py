"""Which names this server answers to, and from which pages: against rebound names and requests sent by other sites."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from casecourse.server.pages import page
from casecourse.texts import t

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_AUTHORITY: Final = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>\d{1,5}))?")


def split(host: str) -> tuple[str, int | None] | None:
    """Read a Host header into its lower-case name (an IPv6 literal without brackets) and port; None if it is none."""
    found = _AUTHORITY.fullmatch(host)
    if found is None:
        return None
    port = found["port"]
    return found["name"].strip("[]").lower().rstrip("."), int(port) if port else None


def answers_to(host: str, names: Iterable[str] = (), arrived_at: str | None = None) -> bool:
    """Say whether a request for `host` (the Host header) may be answered.

    Yes for localhost, for private, loopback and link-local addresses, for `*.local`, for each of `names`, and for the
    address the connection itself arrived at: none of these can be pointed here by somebody else's name server.
    """
    read = split(host)
    if read is None:
        return False
    name = read[0]
    if name == "localhost" or name.endswith(".local") or name in {n.lower().rstrip(".") for n in names}:
        return True
    address = _address(name)
    if address is None:
        return False
    return address.is_private or address.is_loopback or address.is_link_local or address == _address(arrived_at or "")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def same_origin(origin: str, host: str) -> bool:
    """Say whether the page at `origin` (the Origin header) came from `host` (the Host header): same name, same port."""
    try:
        from_page = urlsplit(origin)
        port = from_page.port or _DEFAULT_PORTS.get(from_page.scheme)
    except ValueError:
        return False
    ours = split(host)
    if ours is None or port is None or not from_page.hostname:
        return False
    return (from_page.hostname.rstrip("."), port) == (ours[0], ours[1] or _DEFAULT_PORTS[from_page.scheme])


class Hosts:
    """ASGI middleware: refuses a foreign Host with a page that says what to do, and a foreign Origin with 403."""

    def __init__(self, app: ASGIApp, names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = tuple(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        arrived_at = (scope.get("server") or ("",))[0]
        if len(hosts) != 1 or not answers_to(hosts[0], self.names, arrived_at):
            await _refuse(_foreign_host(hosts), scope, receive, send)
            return
        changes = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if changes and not all(same_origin(origin, hosts[0]) for origin in headers.getlist("origin")):
            await _refuse(PlainTextResponse(t("来源不符"), status_code=403), scope, receive, send)
            return
        await self.app(scope, receive, send)


def _foreign_host(hosts: list[str]) -> ASGIApp:
    return page(
        t("请换一个地址"),
        t(
            "服务器不认识“{host}”这个名字。请用老师屏幕上显示的地址打开；"
            "若要用这个名字，请老师启动时加上 --host-name {host}。",
            host=", ".join(hosts) or "?",
        ),
        status=403,
    )


async def _refuse(answer: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # the connection must be offered before it can be refused
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(scope, receive, send)
