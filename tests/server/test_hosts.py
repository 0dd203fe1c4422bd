"""Names this server answers to, and pages it takes changes from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from casecourse.server.hosts import Hosts, answers_to, same_origin
from tests.server.asgi import ask, connect


async def through(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that lets everybody in."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("in")(scope, receive, send)


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LocalHost:8501", "127.0.0.1:8501", "[::1]:8501", "192.168.3.20:8501", "10.0.0.7", "172.20.1.1",
        "169.254.7.7", "[fe80::1]", "[fd00::7]:80", "teacher.local:8501", "cases.school.edu.cn", "CASES.school.edu.cn.:80",
        "[::ffff:10.1.2.3]:8501",
    ],
)  # fmt: skip
def test_answers_to_the_classroom(host: str) -> None:
    """Localhost, private and loopback addresses, *.local and the names given are answered."""
    assert answers_to(host, ["cases.school.edu.cn"])


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "localhost.evil.example", "192.168.3.20.evil.example", "8.8.8.8:8501", "school.edu.cn",
        "a@localhost", "localhost/x", "localhost:8501;x", "localhost:port", "", "local", "[::1", "xlocal", "127.1.evil",
        "[2001:4860:4860::8888]", "[::ffff:8.8.8.8]",
    ],
)  # fmt: skip
def test_answers_to_nobody_else(host: str) -> None:
    """A name or address that somebody else could point here is not answered."""
    assert not answers_to(host, ["cases.school.edu.cn"])


def test_public_address_of_its_own() -> None:
    """A public address is answered where the connection arrived at just that address."""
    assert answers_to("202.112.1.9:8501", arrived_at="202.112.1.9")
    assert answers_to("202.112.1.9:8501", arrived_at="::ffff:202.112.1.9")
    assert not answers_to("202.112.1.10:8501", arrived_at="202.112.1.9")


@settings(max_examples=60)
@given(some.text(max_size=40))
def test_any_host_is_read(host: str) -> None:
    """Whatever stands in a Host or Origin header is judged, never an error."""
    assert answers_to(host) in {True, False}
    assert same_origin(host, "localhost") in {True, False}
    assert same_origin("http://" + host, host) in {True, False}


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("http://a.local", "a.local:80", True),
        ("https://A.local", "a.local", True),
        ("http://[::1]:8501", "[::1]:8501", True),
        ("http://localhost:8502", "localhost:8501", False),
        ("http://evil.example:8501", "localhost:8501", False),
        ("http://localhost:8501.evil.example", "localhost:8501", False),
        ("null", "localhost:8501", False),
        ("file://", "localhost", False),
    ],
)
def test_same_origin(origin: str, host: str, same: bool) -> None:
    """An origin is the same where name and port are, the port of the scheme filled in."""
    assert same_origin(origin, host) is same


def test_refused_page_says_what_to_do() -> None:
    """A foreign name gets a Chinese page with the way out, and its own text harmless in it."""
    answer = ask(Hosts(through), headers={"Host": "evil.example"})
    assert answer.status == 403
    assert "请换一个地址" in answer.text
    assert "--host-name evil.example" in answer.text
    assert "<b>" not in ask(Hosts(through), headers={"Host": "<b>"}).text


def test_named_host_is_let_in() -> None:
    """A name given at the start is answered."""
    assert ask(Hosts(through, names=["cases.school"]), headers={"Host": "cases.school"}).text == "in"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_foreign_page_changes_nothing(method: str) -> None:
    """A change asked for by another site's page is refused, one by our own page or by no page is not."""
    app = Hosts(through)
    assert ask(app, method=method, headers={"Origin": "http://evil.example"}).status == 403
    assert ask(app, method=method, headers={"Origin": "null"}).status == 403
    assert ask(app, method=method, headers={"Origin": "http://localhost:8501"}).status == 200
    assert ask(app, method=method).status == 200


def test_foreign_page_may_link_here() -> None:
    """Reading is not refused for its origin: a link from elsewhere leads here."""
    assert ask(Hosts(through), headers={"Origin": "http://evil.example"}).status == 200


def test_foreign_page_gets_no_socket() -> None:
    """A WebSocket from another site's page, or for a foreign name, is closed before it opens."""
    app, path = Hosts(through), "/_stcore/stream"
    assert connect(app, path, {"Origin": "http://evil.example"}) == ["websocket.close"]
    assert connect(app, path, {"Host": "evil.example", "Origin": "http://evil.example"}) == ["websocket.close"]
    assert connect(app, path, {"Origin": "http://localhost:8501"}) == ["websocket.accept"]
