"""One request to an ASGI application, without a server and without a client library."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope


@dataclass
class Answer:
    """What came back; `messages` are the ASGI messages as sent."""

    messages: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The status code."""
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> Headers:
        """The headers."""
        return Headers(raw=self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(m.get("body", b"") for m in self.messages[1:])

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")


def scope(kind: str, path: str, headers: Mapping[str, str], **more: Any) -> Scope:
    """An ASGI scope for `path` at localhost:8501, as uvicorn would make it."""
    given = {"host": "localhost:8501", **{name.lower(): value for name, value in headers.items()}}
    path, _, query = path.partition("?")
    return {
        "type": kind, "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 8501), "client": ("127.0.0.1", 50000),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()], **more,
    }  # fmt: skip


def ask(
    app: ASGIApp,
    path: str = "/",
    headers: Mapping[str, str] | None = None,
    *,
    method: str = "GET",
    body: bytes = b"",
    **more: Any,
) -> Answer:
    """Send one HTTP request and return the answer."""
    answer = Answer()
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()  # the browser stays and says nothing more
        return waiting.pop()

    async def send(message: Message) -> None:
        answer.messages.append(message)

    run(app, scope("http", path, headers or {}, method=method, **more), receive, send)
    return answer


def connect(app: ASGIApp, path: str, headers: Mapping[str, str]) -> list[str]:
    """Offer a WebSocket and return the types of the messages that answered."""
    sent: list[str] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    run(app, scope("websocket", path, headers, subprotocols=[]), receive, send)
    return sent


def run(app: ASGIApp, *arguments: Any) -> None:
    """Call an application until it returns."""

    async def call() -> None:
        await app(*arguments)

    # A thread of its own: a browser test keeps an event loop in the main one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, call()).result()
