"""A seminar in real browsers: the stage by its keys, a round with two votes, phones that follow, and what none of them is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from casecourse.access import Who
from casecourse.grading import ExerciseBase
from casecourse.loading import Content
from casecourse.store import rounds as kept
from casecourse.store import stages
from tests.browser.cable import Cable
from tests.browser.conftest import Server
from tests.browser.hall import PROJECTOR, SHOWN, Hall, booth, counted, drawn, hall, key, press, says, vote
from tests.browser.person import WAIT, Person
from tests.conftest import WHOLE

pytestmark = pytest.mark.browser
CASE, UNIT, ASKED = "haidian", "staffing", "double-year"
SMALL = {"viewport": {"width": 1024, "height": 768}}


@pytest.fixture
def room(school: Server, browser: Browser, content: Content) -> Iterator[Hall]:
    """A class of its own."""
    with hall(school, browser, content.course) as found:
        yield found


# ---- the stage ---------------------------------------------------------------------------------------------------------

CHROME = "[data-testid=stHeader], [data-testid=stSidebar], [data-testid=stToolbar], [data-testid=stStatusWidget]"


def test_a_presenter_needs_two_keys(room: Hall) -> None:
    """Three presses at once turn three steps; back, blank, the code, the keys and the clock; a reload shows the same; nothing of the interface is seen."""
    room.show(CASE, UNIT)
    stage = room.projector()
    key(stage, "ArrowRight", "Space", "PageDown")
    expect(stage.page.locator(".st-key-stage-top")).to_contain_text("4 / ", timeout=WAIT)
    key(stage, "PageUp")
    expect(stage.page.locator(".st-key-stage-top")).to_contain_text("3 / ", timeout=WAIT)
    assert room.scene().row.step == 2
    assert stage.page.locator(CHROME).filter(visible=True).count() == 0
    shown = stage.page.locator(".st-key-stage-fit").inner_text()
    key(stage, "b")
    expect(stage.page.locator(".st-key-stage-fit p")).to_have_count(0, timeout=WAIT)
    key(stage, ".", "j")
    expect(stage.page.get_by_role("img", name="扫码加入课堂")).to_be_visible(timeout=WAIT)
    says(stage, room.room.code)
    key(stage, "?")
    says(stage, "宣布投票")
    key(stage, "Escape", "t")
    stage.page.wait_for_function(f"() => /[0-9]:[0-9]{{2}}/.test(({SHOWN})())", timeout=WAIT)
    stage.page.reload()
    room.stands(stage)
    assert stage.page.locator(".st-key-stage-fit").inner_text() == shown


def test_the_keys_take_a_question_through_a_round(room: Hall) -> None:
    """R shows the key and hides it; V announces, opens, locks, discusses, opens; R reveals; V puts away."""
    room.ask(CASE, ASKED)
    why = room.exercise(CASE, ASKED).scope.fill(room.exercise(CASE, ASKED).explain)
    stage = room.projector()
    top, page = stage.page.locator(".st-key-stage-top"), stage.page.locator(".st-key-stage-fit")
    key(stage, "r")
    expect(page).to_contain_text(why[:12], timeout=WAIT)
    key(stage, "r")
    expect(page).not_to_contain_text(why[:12], timeout=WAIT)
    for name, said in (("v", "即将投票"), ("v", "投票中"), ("v", "已锁定"), ("v", "讨论"), ("v", "第 2 次投票")):
        key(stage, name)
        expect(top).to_contain_text(said, timeout=WAIT)
    key(stage, "r", "v", "r")  # nothing is revealed while a vote is open
    expect(top).to_contain_text("已揭晓", timeout=WAIT)
    expect(page).to_contain_text(why[:12], timeout=WAIT)
    key(stage, "v")
    expect(top).not_to_contain_text("已揭晓", timeout=WAIT)
    expect(top).to_contain_text(" / ", timeout=WAIT)
    assert kept.current(room.store, room.room.id) is None


# What stands on the stage and should not: bars to scroll by, type too small, a line or a row that is cut, something off the screen.
FAULTS = Path(__file__).with_name("stage_faults.js").read_text("utf-8")
# units with every block, and the longest of each kind of step
SAMPLE = (
    ("haidian", "staffing", (0, 3, 21)),
    ("haidian", "loop", (7, 18)),
    ("jiaxing", "people", (9, 19)),
    ("shanghai", "entrust", (3,)),
    ("cross", "matrix", (3,)),
)


def sampled(room: Hall) -> Iterator[tuple[str, str, int]]:
    """The steps that are looked at: some, or with `make whole` every one of every unit."""
    if not WHOLE:
        yield from ((case, unit, n) for case, unit, places in SAMPLE for n in places)
        return
    for case, unit in room.course.units():
        room.show(case.id, unit.id)
        yield from ((case.id, unit.id, n) for n in range(len(room.scene().steps)))


@pytest.mark.parametrize("size", [PROJECTOR, SMALL], ids=["1920x1080", "1024x768"])
def test_no_step_scrolls_and_no_part_cuts_a_line(room: Hall, size: dict[str, dict[str, int]]) -> None:
    """Every part of every step fits: nothing scrolls, is cut or hangs out, and no type is smaller than a last row can read."""
    stage: Person | None = None
    found: dict[str, list[str]] = {}
    for case, unit, n in sampled(room):
        room.show(case, unit, n)
        stage = stage or room.projector(**size)
        part = 0
        while True:
            room.stands(stage)
            stage.settle()
            drawn(stage)
            said = stage.page.evaluate(FAULTS)
            if said["faults"]:
                found[f"{case}/{unit} {n}.{part}"] = said["faults"]
            part += 1
            if part >= said["parts"]:
                break
            stages.put(room.store, room.room.id, part=part)
    assert found == {}


def test_the_look_for_faults_finds_them(room: Hall) -> None:
    """A page that is made to scroll, to cut, and to write small is found out: the test above can fail."""
    room.show(CASE, UNIT, 1)
    stage = room.projector()
    assert stage.page.evaluate(FAULTS)["faults"] == []
    for style, fault in (
        (".st-key-stage-body { overflow: auto !important } .st-key-stage-fit { height: 3000px }", "scrolls"),
        (".st-key-stage-fit { transform: translateY(60vh) }", "cut"),
        (".stApp .st-key-stage .st-key-stage-fit p { font-size: 12px !important }", "small"),
        (".st-key-stage-fit { transform: translateX(60vw) }", "wide"),
    ):
        added = stage.page.add_style_tag(content=style)
        assert any(said.startswith(fault) for said in stage.page.evaluate(FAULTS)["faults"]), fault
        added.evaluate("node => node.remove()")
    assert stage.page.evaluate(FAULTS)["faults"] == []


# ---- a round -----------------------------------------------------------------------------------------------------------


def others(room: Hall, n: int) -> list[Who]:
    """The rest of the class."""
    return [room.student(f"同学{i}")[1] for i in range(n)]


def test_a_round_with_two_votes_from_the_remote_to_the_reveal(room: Hall) -> None:
    """The remote drives, the phone votes, is asked why when it votes otherwise, and keeps what it typed while others vote and the stage moves; the projector counts and then shows it all."""
    room.ask(CASE, ASKED)
    asked = room.exercise(CASE, ASKED)
    options = [o.text for o in asked.options_shown()]
    stage, remote, phone = room.projector(), room.remote(), room.phone("王芳")
    rest = others(room, 5)
    press(remote, "宣布投票")
    says(phone, "还没有开投", "匿名投票")
    press(remote, "开投")
    phone.fill(booth(phone), asked, [options[0]])
    vote(phone)
    for who in rest:
        room.cast(who, [options[0]])
    counted(stage, 6)
    press(remote, "锁定")
    says(phone, "已经锁定")
    says(remote, "先讲，再投")  # the hint
    press(remote, "讨论")
    says(phone, "讨论：")
    press(remote, "再投一次")
    says(phone, f"你上一次投的是：{asked.scope.fill(options[0])}")
    phone.fill(booth(phone), asked, [options[0]])
    because = phone.page.get_by_label("写一句为什么")
    expect(because).to_have_count(0)
    phone.fill(booth(phone), asked, [options[-1]])
    because.click()
    because.press_sequentially("听了邻座", delay=20)
    for who in rest:
        room.cast(who, [options[-1]], "源文没有写")
    press(remote, "黑屏")  # the stage moves while she types
    remote.settle()
    phone.page.wait_for_timeout(1200)
    expect(because).to_be_focused()
    because.press_sequentially("的话", delay=20)
    press(remote, "恢复")
    vote(phone)
    press(phone, "改投")
    expect(because).to_have_value("听了邻座的话", timeout=WAIT)
    vote(phone)
    press(remote, "锁定")
    says(phone, "已经锁定")
    press(remote, "揭晓")
    says(phone, "你第一次投的是")
    says(stage, "首投 6 人　再投 6 人　两次都投 6 人，其中 6 人改了", "听了邻座的话", "归一化增益")
    press(remote, "结束")
    expect(stage.page.locator(".st-key-stage-top")).to_contain_text(" / ", timeout=WAIT)
    rows = kept.ballots_of(room.store, kept.rounds_of(room.store, room.room.id)[-1].id)
    assert len(rows) == 13
    assert {r.why for r in rows if r.vote == 1} == {""}
    assert sorted(r.why for r in rows if r.vote == 2) == sorted(["源文没有写"] * 5 + ["听了邻座的话"] * 2)


def test_a_phone_follows_or_reads_on_its_own(room: Hall) -> None:
    """It goes where the stage goes, or stays where its reader went; there the strip calls it to the vote."""
    room.show(CASE, UNIT)
    remote, phone = room.remote(), room.phone("李强")
    unit = room.scene().unit
    assert unit is not None
    says(phone, unit.title)
    for person in (remote, phone):
        room_ = person.page.locator(".st-key-head-seminar h1").bounding_box()
        assert room_ is not None
        assert room_["y"] < 70, "the page's own name takes the room of the question"
    press(remote, "下一步")
    expect(phone.page.get_by_role("heading", level=1, name=unit.title)).to_have_count(0, timeout=WAIT)
    press(phone, "自己看这一节")
    expect(phone.page).to_have_url(f"{phone.url}/unit?case={CASE}&unit={UNIT}", timeout=WAIT)
    phone.settle()
    press(remote, "下一步")
    remote.settle()
    assert "/unit?" in phone.page.url
    room.ask(CASE, ASKED)
    says(remote, "宣布投票")
    press(remote, "宣布投票")
    press(phone, "去投票")
    says(phone, "还没有开投")


def test_a_remote_changes_class_and_follows_the_other(server: Server, browser: Browser, content: Content) -> None:
    """The line of its old class says nothing to it any more; the new one's arrives."""
    with hall(server, browser, content.course) as room, hall(server, browser, content.course) as other:
        room.show(CASE, UNIT)
        other.show(CASE, "loop")
        remote = room.remote()
        title = other.scene().unit
        assert title is not None
        remote.settle()
        box = remote.page.get_by_role("combobox", name="哪个班")
        box.focus()
        box.press("ArrowDown")
        option = remote.page.get_by_role("option", name=other.room.name)
        expect(option).to_be_visible(timeout=WAIT)
        option.tap()
        says(remote, f"{title.title}　1 / ")
        other.show(CASE, "loop", 2)
        says(remote, f"{title.title}　3 / ")


# ---- what nobody is told -----------------------------------------------------------------------------------------------

SECRET = [
    pytest.param(CASE, ASKED, id="choice"),
    pytest.param(CASE, "per-grid", id="number"),
    pytest.param("", "classify", id="classify"),
]


def marks(found: ExerciseBase) -> list[bytes]:
    """Words that stand in a question's key alone, as they travel: without figures, which are set with a joiner."""
    key_ = [found.explain, *(o.why for o in found.options_shown())]
    open_ = "".join(line.text for line in found.public().paper())
    return [words.encode() for text in key_ for words in re.findall("[一-鿿]{6,}", text) if words not in open_]


@pytest.mark.parametrize(("case", "name"), SECRET)
def test_no_frame_tells_which_answer_leads(room: Hall, case: str, name: str) -> None:
    """Neither the projector nor a phone is sent key or counts before the reveal, through two votes; the remote is, and after it so are they."""
    if not case:
        case, name = next((c.id, n) for c in room.course.cases for n, e in c.exercises.items() if e.kind == name and e.keyed and marks(e))  # fmt: skip
    asked = room.exercise(case, name)
    samples = [s.raw for s in asked.samples() if s.expects in ("right", "wrong", "part")]
    room.ask(case, name)
    stage, phone, remote = room.projector(), room.phone("周敏"), room.remote()
    class_ = others(room, 7)
    top = stage.page.locator(".st-key-stage-top")
    press(remote, "宣布投票")
    expect(top).to_contain_text("即将投票", timeout=WAIT)
    for turn in (1, 2):
        room.on("open")
        says(remote, "看票数")
        if turn == 1:
            remote.press(remote.page.get_by_text("看票数（只有你看得到）"))
        for n, who in enumerate(class_):
            room.cast(who, samples[0 if n < 4 + turn else -1])
        counted(stage, 7)
        says(phone, "投票")
        room.on("lock")
        expect(top).to_contain_text("已锁定", timeout=WAIT)
        says(phone, "已经锁定")
    for person in (stage, phone):
        person.settle()
        heard = room.heard(person)
        assert len(heard) > 10_000, "nothing was read"
        assert not [m.decode() for m in marks(asked) if m in heard]
        assert not [w for w in TALLIES if w.encode() in heard]
    told = [json.loads(said) for said in live_frames(room, phone)]
    assert told
    assert all(set(said) == {"rev", "phase"} for said in told)
    assert any(m in room.heard(remote) for m in marks(asked)), "the control finds no key"
    says(remote, "第 2 次投票　7 人")
    assert "第 2 次投票　7 人".encode() in room.heard(remote), "the control finds no counts"
    room.on("reveal")
    for person in (stage, phone):
        says(person, "首投 7 人", "答案与依据")
        person.settle()
        assert any(m in room.heard(person) for m in marks(asked)), "the key is not found once it is out"


TALLIES = ("首投 7", "7 人", "5 人", "6 人", "2 人", "1 人", "两次都投")  # words that only a count says


# ---- lines that hang, and who cannot see -------------------------------------------------------------------------------


def test_a_phone_whose_line_hangs_is_right_after_it(room: Hall) -> None:
    """While nothing arrives the class goes on; when the line is mended the phone stands where the class is, and votes once."""
    line = Cable(room.server.port)
    try:
        room.ask(CASE, ASKED)
        asked = room.exercise(CASE, ASKED)
        phone = room.phone("吴桐", line.url)
        remote = room.remote()
        press(remote, "宣布投票")
        says(phone, "还没有开投")
        line.pull()
        for deed in ("open", "lock", "open"):
            room.on(deed)  # type: ignore[arg-type]
        phone.page.wait_for_timeout(1500)
        says(phone, "还没有开投")
        line.plug()
        says(phone, "再投一次")
        phone.fill(booth(phone), asked, [asked.options_shown()[0].text])
        vote(phone)
        assert [r.vote for r in kept.ballots_of(room.store, room.round().id)] == [2]
    finally:
        line.close()


def test_a_phone_that_comes_back_to_a_network_has_a_new_line(room: Hall) -> None:
    """Its old line is not trusted: it takes another one at once, and is told where the class is."""
    room.show(CASE, UNIT)
    phone = room.phone("郑可")
    until(phone, lambda: len(live_frames(room, phone)) == 1)
    phone.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    until(phone, lambda: len(live_frames(room, phone)) == 2)
    room.show(CASE, UNIT, 1)
    until(phone, lambda: b'"rev":2' in live_frames(room, phone)[-1])


def until(person: Person, true: Callable[[], bool]) -> None:
    """Wait for what is seen outside the page."""
    for _ in range(WAIT // 100):
        if true():
            return
        person.page.wait_for_timeout(100)
    raise AssertionError(true)


def live_frames(room: Hall, person: Person) -> list[bytes]:
    """What its line was told."""
    return [said for said in room.frames[person.page] if said.startswith(b"{")]


@pytest.mark.parametrize("screen", ["project", "live", "remote"])
def test_the_screens_have_no_barriers(room: Hall, screen: str) -> None:
    """axe finds nothing on the stage (a step, a question, the way to join, a reveal), on a phone that votes, and on the remote with its counts."""
    room.ask(CASE, ASKED)
    person = {"project": room.projector, "live": lambda: room.phone("何静"), "remote": room.remote}[screen]()
    raws = [[o.text] for o in room.exercise(CASE, ASKED).options_shown()]
    found = {}
    found["asked"] = violations(person)
    if screen == "project":
        key(person, "j")
        says(person, room.room.code)
        found["code"] = violations(person)
        key(person, "Escape")
    room.begin(CASE, ASKED)
    room.on("open")
    says(person, {"project": "投票中", "live": "正在投票", "remote": "锁定"}[screen])
    found["vote"] = violations(person)
    class_ = others(room, 6)
    for n, who in enumerate(class_):
        room.cast(who, raws[n % 2])
    room.on("lock")
    room.on("open")
    for n, who in enumerate(class_):
        room.cast(who, raws[n % 3])
    room.on("lock")
    room.on("reveal")
    says(person, {"project": "已揭晓", "live": "你没有投票", "remote": "结束"}[screen])
    person.settle()
    found["reveal"] = violations(person)
    assert {name: said for name, said in found.items() if said} == {}


def violations(person: Person) -> list[str]:
    """What axe finds, in short."""
    person.settle()
    options = {"rules": {"scrollable-region-focusable": {"enabled": True}}}
    found = Axe().run(person.page, options=options).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]
