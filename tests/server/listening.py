"""Our routes behind our middleware on a real port, in a thread of this process, and a browser that only listens."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from casecourse.server import start
from casecourse.server.routes import ROUTES


@dataclass
class Served:
    """Where it listens, and the loop that it runs in."""

    port: int
    loop: asyncio.AbstractEventLoop

    def call(self, work: Any) -> Any:
        """Run a coroutine where the server runs."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(10)

    def listen(self, class_id: int, token: str | None, origin: str = "") -> ClientConnection | None:
        """Listen to a class as the browser with this cookie; None where the server refuses."""
        headers = {"Cookie": f"cc_sid={token}"} if token else {}
        here = f"127.0.0.1:{self.port}"
        try:
            return connect(
                f"ws://{here}/live/{class_id}", additional_headers=headers, origin=origin or f"http://{here}",  # type: ignore[arg-type]
                open_timeout=20, close_timeout=2, proxy=None,
            ).__enter__()  # fmt: skip
        except InvalidStatus as refused:
            if refused.response.status_code != 403:
                raise
            return None


@contextmanager
def serving() -> Generator[Served]:
    """Serve until the block ends."""
    found: list[asyncio.AbstractEventLoop] = []

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        del app
        found.append(asyncio.get_running_loop())
        yield

    app = Starlette(routes=ROUTES, middleware=start.middleware(), lifespan=lifespan)
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    try:
        yield Served(server.servers[0].sockets[0].getsockname()[1], found[0])
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


def hear(socket: ClientConnection, seconds: float = 10) -> dict[str, Any] | None:
    """The next thing that a listener is told; None where it is told nothing for so long."""
    try:
        said = json.loads(socket.recv(seconds))
    except TimeoutError:
        return None
    assert isinstance(said, dict)
    return said


def heard_until(socket: ClientConnection, **wanted: Any) -> list[dict[str, Any]]:
    """Everything that a listener is told until it is told this; fails where that does not come."""
    said: list[dict[str, Any]] = []
    while not said or any(said[-1].get(name) != value for name, value in wanted.items()):
        told = hear(socket)
        assert told is not None, (wanted, said)
        said.append(told)
    return said
