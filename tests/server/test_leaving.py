"""Where a page's requests are led while its reader goes to another page."""

from __future__ import annotations

import pytest
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from casecourse.server.leaving import Leaving, Way
from tests.server.asgi import run, scope


def asks(page: str, fragment: str = "") -> bytes:
    """A browser that stands on `page` asks for a run."""
    message = BackMsg()
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = fragment
    message.rerun_script.query_string = "case=haidian"
    return message.SerializeToString()


def begins(page: str) -> bytes:
    """The server says that a run of `page` begins."""
    message = ForwardMsg()
    message.new_session.page_script_hash = page
    return message.SerializeToString()


def settles(page: str) -> bytes:
    """The server says which page it has found."""
    message = ForwardMsg()
    message.navigation.page_script_hash = page
    return message.SerializeToString()


def page_of(payload: bytes) -> str:
    """The page that a request names."""
    return BackMsg.FromString(payload).rerun_script.page_script_hash


@pytest.fixture
def way() -> Way:
    """Somebody on the page `unit`."""
    found = Way()
    found.asked(asks(""))
    found.told(begins("unit"))
    found.told(settles("unit"))
    return found


def test_a_part_of_the_page_asks_as_it_is(way: Way) -> None:
    """Where nobody is leaving not a byte is changed."""
    assert way.asked(asks("unit", "f")) == asks("unit", "f")
    assert way.asked(asks("unit")) == asks("unit")


def test_a_part_of_the_page_that_is_left_asks_for_the_next(way: Way) -> None:
    """From the moment that another page is asked for until the browser stands on it, and nothing else is changed."""
    assert way.asked(asks("live")) == asks("live")
    assert way.asked(asks("unit", "f")) == asks("live", "f")
    way.told(begins("live"))
    way.told(settles("live"))
    assert way.asked(asks("unit", "f")) == asks("live", "f")
    assert way.asked(asks("live", "g")) == asks("live", "g")


def test_a_run_of_the_old_page_that_still_begins_is_no_arrival(way: Way) -> None:
    """A run that was waiting begins on the old page: she is still on her way."""
    way.asked(asks("live"))
    way.told(begins("unit"))
    assert page_of(way.asked(asks("unit", "f"))) == "live"


def test_the_server_may_choose_the_page(way: Way) -> None:
    """It switches the page, or does not know the one that was asked for: where it stands counts."""
    way.told(begins("live"))
    assert page_of(way.asked(asks("unit", "f"))) == "live"
    way.asked(asks("nowhere"))
    way.told(begins("nowhere"))
    way.told(settles("library"))
    assert page_of(way.asked(asks("library", "f"))) == "library"


def through(path: str, heard: list[Message], said: list[bytes]) -> tuple[list[Message], list[Message]]:
    """What reaches the application, and what reaches the browser."""
    inside: list[Message] = []
    outside: list[Message] = []

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        for payload in said:
            await send({"type": "websocket.send", "bytes": payload})
        inside.extend([await receive() for _ in heard])

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        outside.append(message)

    waiting = list(heard)
    run(Leaving(app), scope("websocket", path, {}), receive, send)
    return inside, outside


def test_what_cannot_be_read_passes() -> None:
    """Other connections, text, rubbish and large messages go through untouched."""
    stale: Message = {"type": "websocket.receive", "bytes": asks("unit", "f")}
    rubbish: Message = {"type": "websocket.receive", "bytes": b"\xff\xff"}
    text: Message = {"type": "websocket.receive", "text": "{}"}
    said = [begins("live"), b"\xff\xff", b"\x22" + b"x" * 100_000]
    inside, outside = through("/_stcore/stream", [rubbish, text, stale], said)
    assert inside[:2] == [rubbish, text]
    assert page_of(inside[2]["bytes"]) == "live"
    assert [m["bytes"] for m in outside] == said
    inside, _ = through("/casecourse/live", [stale], [begins("live")])
    assert inside == [stale]
