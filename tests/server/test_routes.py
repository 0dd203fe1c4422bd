"""The routes beside the pages, with a real store and the shipped course."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from casecourse.access import ANONYMOUS, Who
from casecourse.actions import joining, operating
from casecourse.server import start
from casecourse.server.routes import ROUTES
from tests.server.asgi import Answer, ask

ROOT = Path(__file__).parents[2]
OLD = "o" * 43
SAME = {"Origin": "http://localhost:8501", "Content-Type": "application/json"}


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ASGIApp]:
    """Our routes behind our middleware, over a course that starts now."""
    monkeypatch.setenv("CASECOURSE_DATA", str(tmp_path))
    monkeypatch.setenv("CASECOURSE_CONTENT", str(ROOT))
    monkeypatch.delenv("CASECOURSE_STORE", raising=False)
    yield Starlette(routes=ROUTES, middleware=start.middleware())
    operating.store().close()


@pytest.fixture
def student(app: ASGIApp) -> Who:
    """A student whose browser holds OLD."""
    code, _ = operating.first_start()
    return joining.join(ANONYMOUS, operating.store(), "李雷", code, OLD, "test")


def claim(app: ASGIApp, nonce: object, token: str = OLD, headers: dict[str, str] = SAME) -> Answer:
    """Ask for a new cookie."""
    cookie = {"Cookie": f"cc_sid={token}"}
    return ask(app, "/session/claim", {**headers, **cookie}, method="POST", body=json.dumps({"nonce": nonce}).encode())


def got(app: ASGIApp, path: str, token: str) -> Answer:
    """Ask for a file."""
    return ask(app, path, {"Cookie": f"cc_sid={token}"})


def test_join_address(app: ASGIApp) -> None:
    """A join address leads to the first page with the code in a short-lived cookie and not in the address."""
    answer = ask(app, "/j/ABC234")
    assert answer.status == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["set-cookie"] == "cc_join=ABC234; Path=/; HttpOnly; SameSite=Lax; Max-Age=600"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("code", ["a%3Bb", "汉字", "x" * 33, "a b"])
def test_no_code(app: ASGIApp, code: str) -> None:
    """What cannot be a join code is not kept."""
    answer = ask(app, f"/j/{unquote(code)}")
    assert answer.status == 404
    assert "cc_join" not in answer.headers.get("set-cookie", "")


def test_claim_changes_the_cookie(app: ASGIApp, student: Who) -> None:
    """A nonce changes the browser's token once: the new one stands for the person, the old one for nobody."""
    store = operating.store()
    nonce = joining.nonce(store, student, OLD)
    answer = claim(app, nonce)
    assert answer.status == 204
    new = answer.headers["set-cookie"].removeprefix("cc_sid=").partition(";")[0]
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert joining.who(store, new).person == student.person
    assert joining.who(store, OLD).role == "anonymous"
    assert claim(app, nonce, new).status == 403


def test_page_keeps_the_claimed_token(app: ASGIApp, student: Who) -> None:
    """The token that a claim gives is one that the next page leaves in place."""
    new = claim(app, joining.nonce(operating.store(), student, OLD)).headers["set-cookie"].partition(";")[0]
    assert "set-cookie" not in ask(app, "/j/汉", {"Cookie": new}).headers


@pytest.mark.parametrize("nonce", ["guessed", "", None, 7, ["x"], "x" * 5000])
def test_wrong_nonce(app: ASGIApp, student: Who, nonce: object) -> None:
    """A guessed, empty, mistyped or huge nonce changes nothing."""
    assert claim(app, nonce).status == 403
    assert joining.who(operating.store(), OLD).person == student.person


def test_claim_from_elsewhere(app: ASGIApp, student: Who) -> None:
    """Another site's page, a form, no page at all and another browser cannot use a nonce, nor use it up."""
    nonce = joining.nonce(operating.store(), student, OLD)
    assert claim(app, nonce, headers={**SAME, "Origin": "http://evil.example"}).status == 403
    assert claim(app, nonce, headers={**SAME, "Content-Type": "text/plain"}).status == 403
    assert claim(app, nonce, headers={"Content-Type": "application/json"}).status == 403
    assert ask(app, "/session/claim", SAME, method="POST", body=json.dumps({"nonce": nonce}).encode()).status == 403
    assert claim(app, nonce).status == 204


def test_claim_is_a_post(app: ASGIApp) -> None:
    """A link cannot change a cookie."""
    assert ask(app, "/session/claim").status == 405


def test_leaving(app: ASGIApp, student: Who) -> None:
    """A browser that leaves stands for nobody; another site's page or a link cannot make it leave."""
    cookie = {"Cookie": f"cc_sid={OLD}"}
    assert ask(app, "/session/leave", {**cookie, "Origin": "http://evil.example"}, method="POST").status == 403
    assert ask(app, "/session/leave", cookie, method="POST").status == 403
    assert ask(app, "/session/leave", cookie).status == 405
    assert joining.who(operating.store(), OLD).person == student.person
    assert ask(app, "/session/leave", {**cookie, **SAME}, method="POST").status == 204
    assert joining.who(operating.store(), OLD).role == "anonymous"


def test_own_answers(app: ASGIApp, student: Who) -> None:
    """A person gets her own answers under a Chinese name, and no cache keeps them."""
    answer = got(app, "/download/mine.md", OLD)
    assert answer.status == 200
    assert "李雷" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="mine.md"; ')
    assert unquote(disposition).endswith("filename*=UTF-8''我的作答-李雷.md")


def test_class_answers_are_the_instructors(app: ASGIApp, student: Who) -> None:
    """A student, a stranger and a made-up token get a Chinese page instead of the class's answers."""
    for token in (OLD, "s" * 43, "bad"):
        answer = got(app, "/download/class.csv", token)
        assert answer.status == 403
        assert "不能查看" in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert got(app, "/download/mine.md", "s" * 43).status == 403


def test_instructor_gets_the_class(app: ASGIApp) -> None:
    """The instructor gets the class she names; a class that is not there is not found."""
    _, passcode = operating.first_start()
    store = operating.store()
    joining.sign_in(ANONYMOUS, store, "教师", passcode or "", OLD, "test")
    answer = got(app, f"/download/class.csv?class={operating.classes(store)[0].id}", OLD)
    assert answer.status == 200
    assert "姓名" in next(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert got(app, "/download/class.csv?class=999", OLD).status == 404


def test_no_other_download(app: ASGIApp, student: Who) -> None:
    """Nothing but the two files can be asked for."""
    assert got(app, "/download/casecourse.db", OLD).status == 404


def test_not_ready(app: ASGIApp) -> None:
    """Where no page can be served, health says so and stays a health answer."""
    answer = ask(app, "/health")
    assert answer.status == 503
    assert json.loads(answer.text)["ok"] is False


def test_while_the_store_is_away(app: ASGIApp, student: Who, tmp_path: Path) -> None:
    """With the store out of reach each route says "later" instead of failing, and afterwards works as if nothing had been."""
    nonce = joining.nonce(operating.store(), student, OLD)
    file = tmp_path / "casecourse.db"
    file.rename(tmp_path / "away")
    answer = got(app, "/download/mine.md", OLD)
    assert answer.status == 503
    assert "稍后再试" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert claim(app, nonce).status == 503
    assert ask(app, "/session/leave", {**SAME, "Cookie": f"cc_sid={OLD}"}, method="POST").status == 503
    assert not file.exists()
    (tmp_path / "away").rename(file)
    assert got(app, "/download/mine.md", OLD).status == 200
    assert claim(app, nonce).status == 204
