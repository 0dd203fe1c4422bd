"""A page that is being left: what one of its parts still sends does not lead its reader back, or to a blank page."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

STREAM: Final = "/_stcore/stream"
LARGEST: Final = 65_536  # bytes: what says which page is drawn is far smaller, and figures need not be read


class Way:
    """Where the reader of one connection is, and where she is going, by the marks that Streamlit gives to pages."""

    def __init__(self) -> None:
        self.shown = ""
        self.wanted = ""

    def asked(self, payload: bytes) -> bytes:
        """Read what the browser asks for; return it as it shall be asked.

        A fragment names the page that the browser stood on. Once she is on her way to another page, Streamlit would
        begin the fragment's run as one of the page that was left, and the browser would empty the new one. The run is
        asked for on the page where she is: the fragment is not there any more, and nothing is drawn.
        """
        message = BackMsg.FromString(payload)
        if message.WhichOneof("type") != "rerun_script":
            return payload
        asked = message.rerun_script
        if not asked.fragment_id:
            self.wanted = asked.page_script_hash
            return payload
        here = self.wanted or self.shown
        if not here or not asked.page_script_hash or asked.page_script_hash == here:
            return payload
        asked.page_script_hash = here
        return bytes(message.SerializeToString())

    def told(self, payload: bytes) -> None:
        """Read what the browser is told: the page whose run begins, or the one that the server has settled on."""
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.shown = message.new_session.page_script_hash or self.shown
            self.wanted = "" if self.wanted == self.shown else self.wanted
        elif kind == "navigation":
            self.shown, self.wanted = message.navigation.page_script_hash, ""


class Leaving:
    """ASGI middleware over the connection of a page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection; what cannot be read passes as it is."""
        if scope["type"] != "websocket" or not scope["path"].endswith(STREAM):
            await self.app(scope, receive, send)
            return
        way = Way()

        async def hear() -> Message:
            message = await receive()
            if payload := message.get("bytes"):
                with suppress(DecodeError):
                    return {**message, "bytes": way.asked(payload)}
            return message

        async def tell(message: Message) -> None:
            payload = message.get("bytes") or b""
            if 0 < len(payload) <= LARGEST:
                with suppress(DecodeError):
                    way.told(payload)
            await send(message)

        await self.app(scope, hear, tell)
