"""What reaches a student's browser: no key, reason or explanation before release, no request to anywhere else, and a page that everybody can use."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from casecourse.grading import ExerciseBase
from casecourse.loading import Content
from casecourse.model import Case
from tests.browser.conftest import ROOT, Server
from tests.browser.person import WAIT, Person, frames, member

pytestmark = pytest.mark.browser
UNITS = [("jiaxing", "scorecard"), ("xuanwu", "sources"), ("shanghai", "money"), ("haidian", "staffing")]
CASES = sorted(folder.name for folder in (ROOT / "cases").iterdir() if folder.is_dir())
HEAD = 16  # bytes by which a sentence is looked for


def untold(value: object, field: str = "") -> Iterator[str]:
    """Reasons, explanations and expectations of an exercise: sentences that stand nowhere else."""
    if isinstance(value, str) and field in ("why", "explain", "expect", "question") and len(value) > 7:
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from untold(item, field if field == "why" else name)  # reasons may stand under what they speak of
    elif isinstance(value, list):
        for item in value:
            yield from untold(item, field)


def behind(case: Case) -> dict[str, str]:
    """Sentence → the exercise of the case behind whose answers it stands."""
    return {
        exercise.scope.fill(sentence): name
        for name, exercise in case.exercises.items()
        for sentence in untold(exercise.model_dump(mode="json"))
    }


def told(sentences: dict[str, str], sent: bytes) -> dict[str, str]:
    """Those of the sentences that stand in what was sent, all looked for in one reading."""
    heads = {sentence.encode()[:HEAD]: None for sentence in sentences}
    seen = {head for n in {*map(len, heads)} for at in range(len(sent)) if (head := sent[at : at + n]) in heads}
    return {s: name for s, name in sentences.items() if (raw := s.encode())[:HEAD] in seen and raw in sent}


def read(line: ClientConnection, screen: str, **query: str) -> bytes:
    """Everything that the server sends for a page."""
    message = BackMsg()
    message.rerun_script.page_name, message.rerun_script.query_string = screen, urlencode(query)
    line.send(message.SerializeToString())
    sent: list[bytes] = []
    while True:
        sent.append(line.recv(WAIT / 1000, decode=False))
        said = ForwardMsg.FromString(sent[-1])
        if said.WhichOneof("type") == "script_finished" and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return b"".join(sent)


@pytest.fixture
def line(school: Server) -> Iterator[ClientConnection]:
    """What a student's browser is connected by."""
    token = member(school, "王芳")
    here = f"127.0.0.1:{school.port}"
    with connect(
        f"ws://{here}/_stcore/stream", additional_headers={"Cookie": f"cc_sid={token}"}, origin=f"http://{here}",  # type: ignore[arg-type]
        subprotocols=["streamlit"], max_size=None, compression=None, proxy=None, open_timeout=WAIT / 1000,  # type: ignore[list-item]
    ) as opened:  # fmt: skip
        yield opened


@pytest.mark.parametrize("name", CASES)
def test_no_key_is_sent_to_a_student_before_release(line: ClientConnection, content: Content, name: str) -> None:
    """On every unit, none of the sentences behind the answers of any case is in what the server sends, and nowhere one of a teaching note."""
    hidden: dict[str, str] = {}
    for other in content.course.cases:
        hidden |= behind(other)
    notes = content.course.notes
    for note in notes.values():
        hidden |= dict.fromkeys(
            (*note.essentials, *note.analysis, *(s.do for s in note.segments()), note.after), "note"
        )
    hidden.pop("", None)
    case = content.course.case(name)
    assert case is not None
    for unit in case.units:
        sent = read(line, "unit", case=name, unit=unit.id)
        # the control: what a student may read is found by the same search
        first = case.exercises[unit.exercise_refs[0]]
        prompt = first.scope.fill(first.prompt)[:6]
        assert told({prompt: "prompt"}, sent) == {prompt: "prompt"}
        assert told(hidden, sent) == {}, unit.id
    assert told(hidden, read(line, "note", case=name)) == {}, "the address of the page that only instructors have"


def test_a_page_asks_nothing_of_anybody_else(page: Page, school: Server, content: Content) -> None:
    """In a browser, too, no key is in what arrives; nothing goes off the machine, and no page fails."""
    heard = frames(page)
    elsewhere: list[str] = []
    failed: list[str] = []
    page.on(
        "request",
        lambda r: elsewhere.append(r.url) if not r.url.startswith((school.url, "data:", "blob:", "ws")) else None,
    )
    page.on("pageerror", lambda e: failed.append(str(e)))
    person = Person(page, school.url)
    person.enrol("王芳", school)
    for name, unit in UNITS:
        person.open(f"/unit?case={name}&unit={unit}")
        case = content.course.case(name)
        assert case is not None
        found = case.unit(unit)
        assert found is not None
        first: ExerciseBase = case.exercises[found.exercise_refs[0]]
        assert first.scope.fill(first.prompt)[:6].encode() in b"".join(heard)
        assert told(behind(case), b"".join(heard)) == {}
    assert elsewhere == []
    assert failed == []


def test_pages_can_be_used_by_everybody(page: Page, school: Server) -> None:
    """No serious violation of WCAG on library, unit, one's own page and the instructor's door, by axe."""
    person = Person(page, school.url)
    person.enrol("王芳", school)
    for path in ("/", f"/unit?case={UNITS[3][0]}&unit={UNITS[3][1]}", "/me", "/teacher"):
        person.open(path)
        found = Axe().run(page).response["violations"]
        serious = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]
        assert serious == [], path
