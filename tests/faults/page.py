"""One open page as a browser keeps it: Streamlit's own protocol over a WebSocket, widgets in, elements out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

ANSWER = 30.0  # seconds to wait for one run of the page


class Gone(Exception):  # noqa: N818  what a kill looks like from the browser
    """The server went away."""


@dataclass
class Piece:
    """What one fragment drew: widgets by their key, what our components were given, and the words it shows."""

    fragment: str
    widgets: dict[str, str] = field(default_factory=dict)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def says(self, words: str) -> bool:
        """True where these words stand in it."""
        return any(words in text for text in self.shown)


class Page:
    """A page at `query`, held open by one WebSocket that carries the browser's cookie."""

    def __init__(self, port: int, token: str, name: str, query: str, states: dict[str, WidgetState]) -> None:
        """`states` is what stands in the widgets: a browser keeps it while its server is away."""
        self._port, self._address = port, f"127.0.0.1:{port}"
        self._token, self._name, self._query = token, name, query
        self._states = states
        self.pieces: dict[str, Piece] = {}

    async def __aenter__(self) -> Page:
        """Connect; raises Gone."""
        headers = {"Cookie": f"cc_sid={self._token}", "Origin": f"http://{self._address}"}
        try:
            self._socket = await websockets.connect(
                f"ws://{self._address}/_stcore/stream", subprotocols=["streamlit"],  # type: ignore[list-item]
                additional_headers=headers, max_size=None, compression=None, open_timeout=ANSWER, close_timeout=1,
                ping_interval=None,
            )  # fmt: skip
        except (OSError, websockets.WebSocketException, TimeoutError) as error:
            raise Gone from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        await self._socket.close()

    def piece(self, key: str) -> Piece | None:
        """The fragment that drew the widget with this key, as it stands now."""
        return next((p for p in self.pieces.values() if key in p.widgets), None)

    def set(self, key: str, value: str) -> None:
        """Let a widget stand at this value from the next run on."""
        name = self._name_of(key)
        self._states[name] = WidgetState(id=name, string_value=value)

    def tell(self, key: str, **state: Any) -> None:
        """Let one of our components say this from the next run on."""
        name = self._name_of(key)
        self._states[name] = WidgetState(id=name, json_value=json.dumps(state))

    def _name_of(self, key: str) -> str:
        piece = self.piece(key)
        assert piece is not None, key
        return piece.widgets[key]

    def given(self, beginning: str) -> dict[str, Any]:
        """What the component whose key begins like this was given."""
        return next((v for p in self.pieces.values() for k, v in p.given.items() if k.startswith(beginning)), {})

    async def post(self, path: str, body: Any) -> int:
        """Send something past the page, as our components do; returns the status of the reply. Raises Gone."""
        content = json.dumps(body).encode()
        head = [
            f"POST {path} HTTP/1.1", f"Host: {self._address}", f"Origin: http://{self._address}",
            f"Cookie: cc_sid={self._token}", "Content-Type: application/json", f"Content-Length: {len(content)}",
            "Connection: close",
        ]  # fmt: skip
        try:
            reading, writing = await asyncio.open_connection("127.0.0.1", self._port)
            try:
                writing.write("\r\n".join([*head, "", ""]).encode() + content)
                await writing.drain()
                reply = await asyncio.wait_for(reading.read(), ANSWER)
            finally:
                writing.close()
        except (OSError, TimeoutError) as error:
            raise Gone from error
        if b"\r\n\r\n" not in reply:
            raise Gone
        return int(reply.split()[1])

    async def run(self, pressed: str = "", piece: Piece | None = None) -> None:
        """Run the page, or one fragment of it, perhaps with a button pressed; returns when it is drawn. Raises Gone."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self._query, self._name
        if piece is not None:
            state.fragment_id = piece.fragment
        states = list(self._states.values())
        if pressed and piece is not None:
            states.append(WidgetState(id=piece.widgets[pressed], trigger_value=True))
        state.widget_states.CopyFrom(WidgetStates(widgets=states))
        try:
            await self._socket.send(message.SerializeToString())
            await asyncio.wait_for(self._drawn(), ANSWER)
        except (OSError, websockets.WebSocketException, TimeoutError) as error:
            raise Gone from error

    async def _drawn(self) -> None:
        pieces: dict[str, Piece] = {}
        while True:
            message = ForwardMsg.FromString(await self._socket.recv())  # type: ignore[arg-type]
            match message.WhichOneof("type"):
                case "new_session":
                    pieces = {}
                case "delta":
                    name = message.delta.fragment_id
                    _note(pieces.setdefault(name, Piece(name)), message.delta)
                case "script_finished":
                    if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        continue  # the run that follows draws what counts
                    whole = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                    self.pieces = pieces if whole else self.pieces | pieces
                    return


def _note(piece: Piece, delta: Any) -> None:
    if delta.WhichOneof("type") != "new_element":
        return
    element = delta.new_element
    what = getattr(element, element.WhichOneof("type"))
    fields = {f.name for f in what.DESCRIPTOR.fields}
    if "id" in fields and what.id.startswith("$$ID-"):
        key = what.id.split("-", 2)[2]
        piece.widgets[key] = what.id
        if "component_name" in fields:
            data = what.mixed.json if what.WhichOneof("data") == "mixed" else what.json
            piece.given[key] = json.loads(data or "{}")
    if "body" in fields:
        piece.shown.append(what.body)


def query(**parameters: str) -> str:
    """The part of an address behind `?`."""
    from urllib.parse import urlencode

    return urlencode(parameters)


def words(piece: Piece | None) -> Mapping[str, list[str]]:
    """For a message: what a fragment shows and which widgets it has."""
    return {} if piece is None else {"shown": piece.shown, "widgets": list(piece.widgets)}
