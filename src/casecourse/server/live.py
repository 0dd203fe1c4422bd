"""Live: every screen of a class is told at once that something changed; one watcher a process, only while somebody listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from casecourse.server.cookies import device_token

BETWEEN: Final = 0.25  # seconds between two looks at the store
STALLED: Final = 5.0  # seconds a browser may take to accept a message of a few bytes
MOST: Final = 4  # connections of one browser
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class Listener:
    """A connected screen: whose it is, which class it listens to, what it was told last and of which look."""

    socket: WebSocket
    token: str
    class_id: int
    who: Any
    last: dict[str, int | str] = field(default_factory=dict)
    look: int = 0


@dataclass
class Room:
    """Everybody who listens to this process, the task that watches the store for them, and how often it was read."""

    listeners: set[Listener] = field(default_factory=set)
    watcher: asyncio.Task[None] | None = None
    looks: int = 0


_room = Room()


async def live(socket: WebSocket) -> None:
    """Listen to a class: `{rev, phase}` at once and at every change, with `n` for an instructor's screens."""
    token, class_id = device_token(socket), socket.path_params["class_id"]
    listener = await run_in_threadpool(_listener, socket, token, class_id) if token else None
    if listener is None or sum(other.token == token for other in _room.listeners) >= MOST:
        await socket.close(1008)
        return
    await socket.accept()
    _room.listeners.add(listener)
    try:
        await _tell_one(listener)
        if _room.watcher is None or _room.watcher.done():
            _room.watcher = asyncio.create_task(_watch())
        while True:
            await socket.receive_text()  # nothing is asked; this ends when the browser leaves
    except (WebSocketDisconnect, RuntimeError, OSError):
        pass
    finally:
        _room.listeners.discard(listener)


def _listener(socket: WebSocket, token: str, class_id: int) -> Listener | None:
    from casecourse.actions import StoreDown, operating, staging

    try:
        who = staging.listener(operating.store(), token, class_id)
    except StoreDown:
        return None
    return None if who is None else Listener(socket, token, class_id, who)


async def _tell_one(listener: Listener) -> None:
    await _send(listener, *await _read(frozenset({listener.class_id})))


async def _watch() -> None:
    """Look at the store while somebody listens; tell each class what changed in it."""
    from casecourse.actions import operating

    changed: Callable[[], bool] = await run_in_threadpool(operating.watch)
    while _room.listeners:
        try:
            if await run_in_threadpool(changed):
                classes = frozenset(listener.class_id for listener in _room.listeners)
                look, found = await _read(classes)
                await asyncio.gather(*(_send(listener, look, found) for listener in tuple(_room.listeners)))
        except Exception:
            _log.exception("telling the screens failed")
        await asyncio.sleep(BETWEEN)


async def _read(classes: frozenset[int]) -> tuple[int, dict[int, Any]]:
    """The pulses, and the number of this look at them: two may be under way at once, and end in any order."""
    _room.looks = look = _room.looks + 1
    return look, await run_in_threadpool(_pulses, classes)


def _pulses(classes: frozenset[int]) -> dict[int, Any]:
    from casecourse.actions import operating, staging

    return staging.pulses(operating.store(), classes) or {}


async def _send(listener: Listener, look: int, found: dict[int, Any]) -> None:
    """Tell a listener what it has not been told, unless a later look told it already; who does not take it in time is let go, and comes back by itself."""
    from casecourse.actions import staging

    pulse = found.get(listener.class_id)
    said: dict[str, int | str] = staging.told(listener.who, pulse) if pulse else {"rev": 0, "phase": ""}
    if look < listener.look or said == listener.last or (not pulse and listener.last):
        return
    listener.look, listener.last = look, said
    try:
        await asyncio.wait_for(listener.socket.send_json(said), STALLED)
    except (TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
        _room.listeners.discard(listener)
        with suppress(RuntimeError, OSError):
            await listener.socket.close(1013)


async def hang_up() -> None:
    """End every connection: the process is stopping."""
    if _room.watcher is not None:
        _room.watcher.cancel()
    for listener in tuple(_room.listeners):
        with suppress(RuntimeError, OSError):
            await listener.socket.close(1001)
    _room.listeners.clear()


LIVE: Final = WebSocketRoute("/live/{class_id:int}", live)
