"""A whole seminar on 海淀 with sixty people, its time shortened: every vote is counted once, and every screen may be loaded again."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from playwright.sync_api import Browser, expect

from casecourse.access import HOST
from casecourse.actions import rounds
from casecourse.loading import Content
from casecourse.store import rounds as kept
from casecourse.store.errors import Stale
from casecourse.store.rows import BallotRow
from tests.browser.conftest import Server
from tests.browser.hall import Hall, booth, counted, hall, key, press, says, vote
from tests.browser.person import WAIT, Person
from tests.crowd import Crowd, crowd
from tests.crowd import vote as votes

pytestmark = pytest.mark.browser
CASE, UNIT, ASKED, FIGURE = "haidian", "staffing", "double-year", "per-grid"
YEAR, NONE, RIGHT, QUARTER = "每年一次，与年终考核合并", "源文未载", "每半年一次", "每季度一次"
LISTEN, TOUCH = 58, 2
FIRST = [YEAR] * 20 + [NONE] * 14 + [RIGHT] * 19 + [QUARTER] * 5
SECOND = [RIGHT] * 15 + [YEAR] * 5 + [RIGHT] * 12 + [NONE] * 2 + [RIGHT] * 19 + [NONE] * 5


def test_a_seminar_of_sixty(school: Server, browser: Browser, content: Content) -> None:
    """58 lines and two phones follow the stage through a round of two votes and another of one; every count on every screen is exact."""
    with hall(school, browser, content.course) as room:
        room.show(CASE, UNIT)
        with crowd(school.url, room.store, room.room, LISTEN) as class_:
            stage, remote = room.projector(), room.remote()
            phones = [room.phone("王芳"), room.phone("李强")]
            turned(room, class_, stage, remote)
            first(room, class_, stage, phones)
            second(room, class_, remote, phones)
            revealed(room, class_, stage, remote, phones)
            another(room, class_, stage)
            assert all(set(said) == {"rev", "phase"} for m in class_.members for _, said in m.heard)


def turned(room: Hall, class_: Crowd, stage: Person, remote: Person) -> None:
    """Keys and remote turn the same stage, and everybody hears of it; each of the two is loaded again in between."""
    key(stage, "ArrowRight", "ArrowRight")
    expect(stage.page.locator(".st-key-stage-top")).to_contain_text("3 / ", timeout=WAIT)
    stage.page.reload()
    room.stands(stage)
    says(remote, "3 / ")
    remote.page.reload()
    press(remote, "下一步")
    expect(stage.page.locator(".st-key-stage-top")).to_contain_text("4 / ", timeout=WAIT)
    class_.reload(class_.members[0])
    class_.until(lambda said: said.get("rev") == room.scene().row.rev)


def first(room: Hall, class_: Crowd, stage: Person, phones: list[Person]) -> None:
    """The first vote, opened by a key; projector and phone are loaded again while it is open; what comes late is not counted."""
    room.ask(CASE, ASKED)
    room.stands(stage)
    key(stage, "v", "v")
    class_.until(lambda said: said.get("phase") == "vote")
    asked = room.exercise(CASE, ASKED)
    ballots = [(m.who, [pick], "") for m, pick in zip(class_.members, FIRST, strict=True)]
    early = votes(room.store, room.course, room.round(), ballots[:30], within=1)
    for phone, pick in zip(phones, (YEAR, RIGHT), strict=True):
        says(phone, "正在投票")
        phone.fill(booth(phone), asked, [pick])
        vote(phone)
    stage.page.reload()
    counted(stage, 32)
    phones[0].page.reload()
    says(phones[0], "已投票")
    changed = [
        (m.who, [QUARTER], "") for m in class_.members[30:33]
    ]  # they will take something else: the last one counts
    late = votes(room.store, room.course, room.round(), changed + ballots[30:], within=1)
    assert all(isinstance(row, BallotRow) for row in (*early, *late))
    counted(stage, LISTEN + TOUCH)
    here = room.round()
    key(stage, "v")
    class_.until(lambda said: said.get("phase") == "locked")
    refused = votes(room.store, room.course, here, ballots[:10])
    assert {type(row) for row in refused} == {Stale}
    found = rounds.result(HOST, room.store, room.course, room.round(), ahead=True)
    assert found is not None
    assert tally(found, 0) == Counter(FIRST) + Counter([YEAR, RIGHT])


def tally(found: rounds.Result, vote_: int) -> dict[str, int]:
    """Option → how many, without those that nobody took."""
    return {option: n for option, n in found.tallies[vote_].slots[""].items() if n}


def second(room: Hall, class_: Crowd, remote: Person, phones: list[Person]) -> None:
    """Talk, and the second vote, from the remote; one phone changes its mind and says why, the other does not vote again."""
    for name in ("讨论", "再投一次"):
        press(remote, name)
    class_.until(lambda said: said.get("phase") == "vote")
    ballots = [(m.who, [pick], "" if a == pick else "讨论过了") for m, a, pick in zip(class_.members, FIRST, SECOND, strict=True)]  # fmt: skip
    assert all(isinstance(row, BallotRow) for row in votes(room.store, room.course, room.round(), ballots, within=2))
    says(phones[0], "你上一次投的是")
    phones[0].fill(booth(phones[0]), room.exercise(CASE, ASKED), [RIGHT])
    phones[0].page.get_by_label("写一句为什么").fill("听了邻座的话")
    vote(phones[0])
    press(remote, "锁定")
    class_.until(lambda said: said.get("phase") == "locked")


def revealed(room: Hall, class_: Crowd, stage: Person, remote: Person, phones: list[Person]) -> None:
    """Every number of the reveal, on every screen, and in the store."""
    press(remote, "揭晓")
    class_.until(lambda said: said.get("phase") == "revealed")
    moved = sum(a != b for a, b in zip(FIRST, SECOND, strict=True)) + 1
    line = f"首投 60 人　再投 59 人　两次都投 59 人，其中 {moved} 人改了"
    before, after = FIRST.count(RIGHT) / 59, (SECOND.count(RIGHT) + 1) / 59
    bars = [f"{pick} {FIRST.count(pick) + extra}，{SECOND.count(pick) + more}" for pick, extra, more in ((YEAR, 1, 0), (NONE, 0, 0), (RIGHT, 1, 1), (QUARTER, 0, 0))]  # fmt: skip
    for person in (stage, *phones):
        says(person, line, f"{before * 100:.0f}% → {after * 100:.0f}%", f"{(after - before) / (1 - before):.2f}")
        bars_drawn(person, bars)
    rows = kept.ballots_of(room.store, room.round().id)
    assert Counter(row.vote for row in rows) == {1: 60 + 3, 2: 59}
    assert len({(row.voter, row.vote) for row in rows}) == 60 + 59
    assert Counter(row.why for row in rows if row.why) == {"讨论过了": moved - 1, "听了邻座的话": 1}
    press(remote, "结束")
    class_.until(lambda said: said.get("phase") == "")


def bars_drawn(person: Person, bars: list[str]) -> None:
    """Wait until the first figure says these bars, in any order, and nothing else: figures are drawn in their own time."""
    all_of_them = "".join(f"(?=.*{re.escape(bar)}(；|$))" for bar in bars)
    figure = person.page.get_by_test_id("stPlotlyChart").filter(visible=True).first
    expect(figure).to_have_attribute(
        "aria-label", re.compile(f"^{all_of_them}.{{{len('；'.join(bars))}}}$"), timeout=WAIT
    )


def another(room: Hall, class_: Crowd, stage: Person) -> None:
    """A number is put to the vote, too; half the class votes, and that is what is said."""
    room.ask(CASE, FIGURE)
    room.begin(CASE, FIGURE)
    room.on("open")
    raws = [s.raw for s in room.exercise(CASE, FIGURE).samples() if s.expects in ("right", "wrong")]
    ballots = [(m.who, raws[n % len(raws)], "") for n, m in enumerate(class_.members[::2])]
    votes(room.store, room.course, room.round(), ballots, within=0.5)
    counted(stage, LISTEN // 2)
    room.on("lock")
    room.on("reveal")
    says(stage, f"首投 {LISTEN // 2} 人")
    class_.until(lambda said: said.get("phase") == "revealed")
