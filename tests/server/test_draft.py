"""POST /draft: a field's text is kept before anybody says so, and every refusal has its own number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import ASGIApp

from casecourse.access import ANONYMOUS, HOST, Who
from casecourse.actions import answering, drafting, joining, operating
from casecourse.server import start
from casecourse.server.routes import ROUTES
from casecourse.store import answers, drafts
from tests.server.asgi import Answer, ask

ROOT = Path(__file__).parents[2]
TOKEN = "d" * 43
SENT = {"case": "haidian", "prompt": "per-grid", "field": "text", "text": "21.7", "screen": "a", "seen": 0}
FROM_HERE = {"Origin": "http://localhost:8501", "Content-Type": "application/json", "Cookie": f"cc_sid={TOKEN}"}


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
    """A student whose browser holds TOKEN."""
    code, _ = operating.first_start()
    return joining.join(ANONYMOUS, operating.store(), "李雷", code, TOKEN, "test")


def post(app: ASGIApp, body: Any = SENT, headers: dict[str, str] = FROM_HERE) -> Answer:
    """Send a draft."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ask(app, "/draft", headers, method="POST", body=sent)


def kept(who: Who) -> dict[str, Any]:
    """What the store has of a person in the case."""
    return {d.prompt: d.raw for d in drafts.drafts_of(operating.store(), who.person or "", "haidian")}


def test_a_text_is_kept_and_then_acknowledged(app: ASGIApp, student: Who) -> None:
    """200 with the time; the store has it, as it was typed."""
    answer = post(app, {**SENT, "text": " 二十一点七\n "})
    assert answer.status == 200
    assert set(json.loads(answer.text)) == {"at", "rev"}
    assert answer.headers["cache-control"] == "no-store"
    assert kept(student) == {"per-grid/text": " 二十一点七\n "}


def test_a_discussion_is_kept_too(app: ASGIApp, student: Who) -> None:
    """A prompt may be a discussion, named by unit and block."""
    unit = operating.course().case("haidian").unit("staffing")  # type: ignore[union-attr]
    block = unit.discussions[0].id  # type: ignore[union-attr]
    assert post(app, {**SENT, "prompt": f"staffing#{block}"}).status == 200
    assert kept(student)[f"staffing#{block}/text"] == "21.7"


def test_another_pages_newer_text_stays_and_comes_back(app: ASGIApp, student: Who) -> None:
    """409 with the other text; after the person has chosen, hers is kept."""
    post(app, {**SENT, "screen": "phone", "text": "手机"})
    answer = post(app, {**SENT, "screen": "laptop", "text": "电脑"})
    assert answer.status == 409
    assert json.loads(answer.text)["text"] == "手机"
    assert kept(student) == {"per-grid/text": "手机"}
    chosen = {name: value for name, value in SENT.items() if name != "seen"} | {"screen": "laptop", "text": "电脑"}
    assert post(app, chosen).status == 200
    assert kept(student) == {"per-grid/text": "电脑"}


def test_a_stranger_keeps_nothing(app: ASGIApp, student: Who) -> None:
    """403 without a cookie, with another cookie, for an instructor, and from another page's origin."""
    assert post(app, headers={**FROM_HERE, "Cookie": ""}).status == 403
    assert post(app, headers={**FROM_HERE, "Cookie": f"cc_sid={'x' * 43}"}).status == 403
    assert post(app, headers={**FROM_HERE, "Origin": "http://elsewhere.example"}).status == 403
    assert post(app, headers={n: v for n, v in FROM_HERE.items() if n != "Origin"}).status == 403
    operating.set_instructor(HOST, operating.store(), "教师", "word-word-word")
    joining.sign_in(ANONYMOUS, operating.store(), "教师", "word-word-word", "t" * 43, "test")
    assert post(app, headers={**FROM_HERE, "Cookie": f"cc_sid={'t' * 43}"}).status == 403
    assert kept(student) == {}


def test_what_nobody_asks_is_not_kept(app: ASGIApp, student: Who) -> None:
    """404 for unknown cases, prompts and fields, and for another case's prompt by its full name."""
    for change in (
        {"case": "nowhere"}, {"prompt": "nothing"}, {"prompt": "jiaxing:sixth"}, {"prompt": "staffing#nothing"},
        {"field": ""}, {"field": "x" * 201}, {"screen": "x" * 201}, {"text": 3}, {"prompt": None},
    ):  # fmt: skip
        assert post(app, SENT | change).status == 404, change
    assert kept(student) == {}


def test_what_cannot_be_kept_says_why(app: ASGIApp, student: Who) -> None:
    """422 with a sentence for control characters and for too much; 400 for what is no request."""
    for text in ("a\x00b", "长" * 20_001, "\ud800"):
        answer = post(app, SENT | {"text": text})
        assert answer.status == 422
        assert json.loads(answer.text)["why"]
    for body in (b"", b"[]", b"[" * 5000, b"{", b"x" * 300_000):
        assert post(app, body).status == 400
    assert kept(student) == {}


def test_a_closed_question_keeps_no_draft(app: ASGIApp, student: Who) -> None:
    """423 once the instructor has closed it; drafts of its neighbours are kept."""
    teacher = Who("instructor", name="教师", instructor="i")
    answering.close(teacher, operating.store(), student.class_id or 0, "haidian", "per-grid", True)
    assert post(app).status == 423
    assert post(app, SENT | {"prompt": "two-way"}).status == 200
    assert kept(student) == {"two-way/text": "21.7"}


def test_a_store_that_is_down_says_later(app: ASGIApp, student: Who) -> None:
    """503, and nothing is acknowledged."""
    operating.store().close()
    assert post(app).status == 503


def test_a_draft_is_gone_after_its_answer(app: ASGIApp, student: Who) -> None:
    """提交 ends the drafts of the question; typing again begins a new one."""
    store, course = operating.store(), operating.course()
    post(app)
    answering.submit(student, store, course, "haidian", "per-grid", "21", "id-1")
    assert kept(student) == {}
    assert answers.count(store) == 1
    assert post(app, SENT | {"text": "22"}).status == 200
    assert kept(student) == {"per-grid/text": "22"}


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(change=st.dictionaries(st.sampled_from(sorted(SENT)), JSONS))
def test_whatever_is_sent_gets_an_answer(app: ASGIApp, student: Who, change: dict[str, Any]) -> None:
    """Any JSON in any place is kept or refused with a number, never an error of ours."""
    assert post(app, SENT | change).status in (200, 404, 409, 422)
    screen = drafting.opened(student, operating.store())
    assert screen.seen >= 0
