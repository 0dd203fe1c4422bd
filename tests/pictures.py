"""`make pictures`: every screen in every role at phone, laptop and projector width, with a class of demo answers."""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from casecourse import store as stores
from casecourse.access import Who
from casecourse.actions import answering, citing, joining, rounds, sittings, staging
from casecourse.loading import load
from casecourse.model import WHEN
from casecourse.store import Store, people
from casecourse.ui.kinds import TWINS
from tests.browser.conftest import CHROMIUM, ROOT, Server
from tests.browser.hall import drawn
from tests.browser.person import WAIT, Person

WIDTHS = {390: 844, 1280: 800, 1920: 1080}
NAMES = ("周敏", "李昊", "陈思远", "赵雨晴", "孙立", "吴桐", "郑可", "何静")


def demo(store: Store) -> Who:
    """A small class that answered the whole course, some wrong, some twice; returns its most diligent student."""
    course = load(ROOT).course
    dice = random.Random(7)  # noqa: S311  the same pictures every time
    room = people.list_classes(store)[0]
    found = [joining.as_student(people.join(store, room.id, name)) for name in NAMES]
    for when in WHEN:
        sittings.move(Who("instructor", instructor="pictures"), store, course, room.id, when, "open")
    for p, who in enumerate(found):
        for case in course.cases:
            for name, exercise in case.exercises.items():
                if p and dice.random() < 0.08 * p:
                    continue
                cites = [passage.ref for passage in citing.offered(course, case.id, name, exercise)][:1]
                samples = [s for s in exercise.samples() if s.expects not in ("unreadable",)]
                right = [s for s in samples if s.expects in ("right", "unscored")]
                for n, sample in enumerate(
                    [dice.choice(samples), right[0]] if dice.random() < 0.5 else [dice.choice(samples)]
                ):
                    if exercise.kind == "choice" and not exercise.keyed:
                        raw = [dice.choice([s.name for s in exercise.options])]  # type: ignore[attr-defined]
                    else:
                        raw = sample.raw
                    answering.submit(who, store, course, case.id, name, raw, f"{p}-{case.id}-{name}-{n}", cites)
    return found[0]


def whole(page: Page, file: Path, width: int) -> None:
    """A picture of the whole page: the window grows to what is in it."""
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.wait_for_timeout(700)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(WIDTHS[width], min(height + 60, 15000))})
    page.wait_for_timeout(900)
    page.screenshot(path=file)
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})


def tour(browser: Browser, server: Server, who: tuple[str, str, str], folder: Path) -> None:
    """Every screen that each role can reach."""
    name, code, own = who
    anonymous = Person(browser.new_page(locale="zh-CN"), server.url)
    shots(
        anonymous,
        folder,
        "anonymous",
        ["/", "/join", "/teacher", "/unit?case=haidian&unit=staffing", "/unit?case=x&unit=y"],
    )
    fresh = Person(browser.new_context(locale="zh-CN").new_page(), server.url)
    fresh.open("/unit?case=jiaxing&unit=scorecard")
    fresh.join("新同学", code)
    shots(fresh, folder, "newcomer", ["/unit?case=jiaxing&unit=scorecard", "/me"])
    student = Person(browser.new_context(locale="zh-CN").new_page(), server.url)
    student.open("/join")
    student.press(student.page.get_by_role("tab", name="换了设备"))
    student.page.get_by_label("姓名或学号").last.fill(name)
    student.page.get_by_label("班级码").last.fill(code)
    student.page.get_by_label("个人码").last.fill(own)
    student.press(student.page.get_by_role("button", name="找回我的作答"))
    expect(student.page.get_by_role("link", name="我的").first).to_be_visible(timeout=WAIT)
    units = ["jiaxing&unit=scorecard", "xuanwu&unit=sources", "shanghai&unit=money", "haidian&unit=staffing"]
    shots(student, folder, "student", ["/", *(f"/unit?case={u}" for u in units), "/mechanisms", "/me"])
    teacher = Person(browser.new_context(locale="zh-CN").new_page(), server.url)
    teacher.sign_in(server.printed("教师口令"))
    shots(teacher, folder, "instructor", ["/", "/teacher", "/class", "/mechanisms", "/unit?case=haidian&unit=staffing"])


def shots(person: Person, folder: Path, role: str, paths: list[str]) -> None:
    """Each address at each width, in the day's colours; the library at night too."""
    for path in paths:
        person.open(path)
        person.settle()
        word = (
            "".join(c if c.isalnum() else "-" for c in path.strip("/").replace("?case=", "-").replace("&unit=", "-"))
            or "library"
        )
        for width in WIDTHS:
            whole(person.page, folder / f"{role}-{word}-{width}.png", width)
        if path == "/" or path.endswith("staffing"):
            person.page.emulate_media(color_scheme="dark")
            person.page.reload()
            person.settle()
            whole(person.page, folder / f"{role}-{word}-390-dark.png", 390)
            person.page.emulate_media(color_scheme="light")


STAGE = ("haidian", "loop", "visits")  # the unit on the stage, and a question of it that is put to the vote


def seminar(browser: Browser, server: Server, store: Store, folder: Path) -> None:
    """Every state of the stage, with the phone and the remote beside it."""
    course = load(ROOT).course
    room = people.list_classes(store)[0]
    who = Who("instructor", name="教师", instructor="pictures")
    case, unit, question = STAGE
    views = stage_views(browser, server, room.code)
    staging.show(who, store, course, room.id, case, unit)
    views["stage"].open(f"/project?room={room.id}")
    found = staging.scene(who, store, course, room.id)
    wanted = {"passage": "prose", "figure": "diagram", "table": "table", "prompt": "discuss"}
    for name, block in wanted.items():
        place = next(n for n, s in enumerate(found.steps) if s.block is not None and block == s.block.NAME)
        staging.show(who, store, course, room.id, case, unit, place)
        stage_shots(views, folder, name, ("stage",))
    for cover in ("code", "help", "blank"):
        staging.cover(who, store, room.id, cover)
        stage_shots(views, folder, cover, ("stage",))
    place = next(n for n, s in enumerate(found.steps) if found.asks(s) == (case, question))
    staging.show(who, store, course, room.id, case, unit, place)
    stage_shots(views, folder, "question", tuple(views))
    here = rounds.begin(who, store, course, room.id, case, question, named=False)
    stage_shots(views, folder, "announced", tuple(views))
    class_ = [joining.as_student(p) for p in people.people_of(store, room.id)][:8]
    for vote, picks in enumerate((FIRST, SECOND), 1):
        rounds.do(who, store, here.id, "open")
        cast(store, class_, here.id, vote, picks)
        stage_shots(views, folder, f"vote{vote}", tuple(views))
        rounds.do(who, store, here.id, "lock")
        stage_shots(views, folder, f"locked{vote}", tuple(views))
        if vote == 1:
            rounds.do(who, store, here.id, "discuss")
            stage_shots(views, folder, "discuss", tuple(views))
    rounds.do(who, store, here.id, "reveal")
    stage_shots(views, folder, "revealed", tuple(views))
    rounds.do(who, store, here.id, "end")


FIRST, SECOND = (0, 0, 1, 2, 1, 2, 3, 0), (2, 0, 2, 2, 1, 2, 2, 0)  # which option each of eight people takes


def cast(store: Store, class_: list[Who], round_id: int, vote: int, picks: tuple[int, ...]) -> None:
    """Everybody votes."""
    course = load(ROOT).course
    exercise = course.exercise(STAGE[0], STAGE[2])
    assert exercise is not None
    options = [o.text for o in exercise.options_shown()]
    for n, (who, pick) in enumerate(zip(class_, picks, strict=True)):
        why = "源文确实没有写，前三项都是猜的" if vote == 2 and n == 2 else ""
        rounds.cast(who, store, course, round_id, vote, [options[pick % len(options)]], f"pic-{vote}-{n}", why)


def stage_views(browser: Browser, server: Server, code: str) -> dict[str, Person]:
    """The projector, the lecturer's phone and a student's."""
    teacher = browser.new_context(locale="zh-CN", viewport={"width": 1920, "height": 1080})
    stage = Person(teacher.new_page(), server.url)
    stage.sign_in(server.printed("教师口令"))
    remote = Person(teacher.new_page(), server.url)
    remote.page.set_viewport_size({"width": 390, "height": 844})
    remote.open("/remote")
    phone = Person(browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page(), server.url)
    phone.open(f"/unit?case={STAGE[0]}&unit={STAGE[1]}")
    phone.join("钱小满", code)
    phone.open("/live")
    return {"stage": stage, "remote": remote, "phone": phone}


def stage_shots(views: dict[str, Person], folder: Path, state: str, which: tuple[str, ...]) -> None:
    """One picture of each view, after it has followed."""
    for name in which:
        person = views[name]
        person.page.bring_to_front()
        person.page.wait_for_timeout(1500)
        person.settle()
        drawn(person)
        person.page.screenshot(path=folder / f"seminar-{state}-{name}.png")


def main() -> None:
    """Write the pictures below ./pictures, or the folder given."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    assert set(TWINS), "a kind without a twin has no picture"
    with tempfile.TemporaryDirectory() as data, sync_playwright() as play:
        server = Server(Path(data))
        server.start()
        try:
            store = stores.open(f"sqlite:///{(Path(data) / 'casecourse.db').as_posix()}")
            best = demo(store)
            person = people.person(store, best.person or "")
            room = people.list_classes(store)[0]
            store.close()
            assert person is not None
            browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
            tour(browser, server, (person.shown, room.code, person.code), folder)
            store = stores.open(f"sqlite:///{(Path(data) / 'casecourse.db').as_posix()}")
            seminar(browser, server, store, folder)
            store.close()
            browser.close()
        finally:
            server.stop()
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures in {folder}\n")


if __name__ == "__main__":
    main()
