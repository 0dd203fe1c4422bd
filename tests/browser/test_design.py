"""Drawing, placing and levers in a real browser: half-made work through a killed server, levers by mouse, finger and keys."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from casecourse.loading import load
from tests.browser.conftest import Server
from tests.browser.desk import answers, drafts
from tests.browser.person import WAIT, Person, pick, slide
from tests.writing import CONTENT, course

pytestmark = pytest.mark.browser
UNIT = """
title: 第一单元
minutes: 60
objectives: {see: {understand: 看懂}}
blocks:
  - prose: 海淀的三级网格有 {{grids}}。
    id: p2
  - explore: 一人管几格，够不够？
    id: span
    assumed: 兼管几格由你设定
    inputs:
      span: {label: 兼管, start: 2, min: 1, max: 12, unit: 格}
      rate: {label: 到岗, start: 50, min: 0, max: 100, step: 1, unit: ％, by: number}
      who: {label: 算谁, options: {部门: forces-dept, 全部: forces}, start: 全部}
    outputs:
      - {label: 可覆盖, formula: who * span * rate, unit: 个, decimals: 0}
    along: span
  - diagram: 怎样办
    edges:
      - {from: 网格, to: 街镇, label: 一个人办不了的事先由网格长核实再报到街镇分中心请值班的人派单}
  - exercise: flow
  - exercise: paths
"""
LAPTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a drawing, a plane and levers."""
    root = tmp_path_factory.mktemp("design")
    banks = [(CONTENT / "good" / f"{kind}.yaml").read_text("utf-8") for kind in ("graph", "scale")]
    course(root, bank_yaml="\n".join(banks), unit_yaml=UNIT)
    return root


@pytest.fixture(scope="module")
def server(serve_all: Callable[[Path], Server], folder: Path) -> Server:
    """A server with that course."""
    return serve_all(folder)


def begin(browser: Browser, server: Server, **how: Any) -> Person:
    """A person on the unit's page."""
    person = Person(browser.new_context(locale="zh-CN", **how).new_page(), server.url, touch=bool(how.get("has_touch")))
    person.enrol("王芳", server)
    person.open("/unit?case=demo&unit=first")
    return person


def line(person: Person, box: Locator, start: str, end: str) -> None:
    """Draw one line."""
    pick(person, box, "从", start)
    pick(person, box, "到", end)
    person.press(box.get_by_role("button", name="连上", exact=True))
    expect(box.get_by_text(f"{start} → {end}").first).to_be_visible(timeout=WAIT)
    person.settle()


def put(person: Person, box: Locator, n: int, at: int) -> None:
    """Move one slider by the keyboard to another place than where it stands."""
    slider = box.get_by_role("slider").nth(n)
    slider.focus()
    slide(slider, at)
    person.settle()
    expect(slider).to_have_value(str(at))


def kept(server: Server, name: str) -> Any:
    """What the store has of a draft."""
    return json.loads(drafts(server).get(name, "null"))


def until(page: Page, said: Callable[[], bool]) -> None:
    """Wait for what will be so in a moment."""
    for _ in range(WAIT // 100):
        if said():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come")


def test_a_slider_that_nobody_touched_is_not_being_saved(browser: Browser, server: Server) -> None:
    """A page with sliders says nothing of saving until one of them is moved."""
    person = begin(browser, server, **LAPTOP)
    paths = person.exercise("demo", "paths")
    slider = paths.get_by_role("slider").first
    for _ in range(3):
        slider.evaluate(
            "here => here.setAttribute('aria-valuetext', here.getAttribute('aria-valuetext'))"
        )  # drawn anew
        person.page.wait_for_timeout(200)
        assert paths.get_by_text("保存中").count() == 0
    slider.focus()
    slider.press("ArrowLeft")
    expect(paths.get_by_text("保存中").or_(paths.get_by_text("已存草稿")).first).to_be_visible()


def test_a_drawing_and_a_placing_survive_a_killed_server(browser: Browser, server: Server) -> None:
    """Half drawn and half placed, server killed, work going on: after its restart all of it stands there, is finished and sent once."""
    person = begin(browser, server, **LAPTOP)
    flow, paths = person.exercise("demo", "flow"), person.exercise("demo", "paths")
    line(person, flow, "居民代表", "网格")
    put(person, paths, 0, 20)
    put(person, paths, 1, 70)
    until(person.page, lambda: kept(server, "flow") == {"edges": [["居民代表", "网格"]]})
    until(person.page, lambda: (kept(server, "paths") or {}).get("place") == {"hatch": ["20", "70"]})
    server.kill()
    slider = paths.get_by_role("slider").nth(2)
    slider.focus()
    slider.press("ArrowLeft")  # she goes on while nobody listens
    person.page.wait_for_timeout(500)
    server.start()
    expect(flow.get_by_text("居民代表 → 网格").first).to_be_visible(timeout=WAIT)
    assert kept(server, "flow") == {"edges": [["居民代表", "网格"]]}
    assert kept(server, "paths")["place"]["hatch"] == ["20", "70"]
    person.page.reload()
    person.settle()
    expect(flow.get_by_text("居民代表 → 网格").first).to_be_visible(timeout=WAIT)
    assert [paths.get_by_role("slider").nth(n).input_value() for n in (0, 1)] == ["20", "70"]
    line(person, flow, "网格", "街镇")
    line(person, flow, "街镇", "部门")
    for n, at in ((2, 49), (3, 30), (4, 90), (5, 10), (6, 40), (7, 20)):
        put(person, paths, n, at)
    for box in (flow, paths):
        person.submit(box)
        expect(box.get_by_text("答对了")).to_be_visible(timeout=WAIT)
    assert answers(server) == {"flow": 1, "paths": 1}


def test_without_reloading_the_work_goes_on_where_it_was(browser: Browser, server: Server) -> None:
    """The page finds the restarted server by itself: the next line joins the first, the next place the first places."""
    person = begin(browser, server, **LAPTOP)
    flow, paths = person.exercise("demo", "flow"), person.exercise("demo", "paths")
    line(person, flow, "居民代表", "网格")
    put(person, paths, 0, 20)
    until(person.page, lambda: kept(server, "flow") is not None)
    until(person.page, lambda: kept(server, "paths") is not None)
    server.kill()
    server.start()
    person.page.wait_for_timeout(3000)  # the page comes back in its own time
    person.settle()
    line(person, flow, "网格", "街镇")
    put(person, paths, 1, 70)
    until(person.page, lambda: kept(server, "flow") == {"edges": [["居民代表", "网格"], ["网格", "街镇"]]})
    until(person.page, lambda: (kept(server, "paths") or {}).get("place") == {"hatch": ["20", "70"]})


# ---- levers ----------------------------------------------------------------------------------------------------------


def covered(page: Page) -> int:
    """The figure that follows from the levers."""
    said = page.locator('[class*="st-key-metrics-"] [data-testid="stMetricValue"]').first.inner_text()
    return int(re.sub(r"\D", "", said))


def follows(page: Page, most: int, percent: int) -> None:
    """The figure becomes this share of the whole, half rounded up."""
    until(page, lambda: covered(page) == (most * percent * 2 + 100) // 200)


@pytest.mark.parametrize("how", [LAPTOP, PHONE], ids=["mouse", "finger"])
def test_levers_by_mouse_and_by_finger(browser: Browser, server: Server, folder: Path, how: dict[str, Any]) -> None:
    """A slider drawn, a step taken, an option chosen: the figure follows each at once, and what is set is nobody's answer."""
    facts = load(folder).course.facts.of("demo")
    forces, dept = int(facts.value("forces")), int(facts.value("forces-dept"))
    person = begin(browser, server, **how)
    page, box = person.page, person.page.locator('[class*="st-key-explore-"]').first
    box.scroll_into_view_if_needed()
    follows(page, forces * 2, 50)
    slider = box.get_by_role("slider")
    track = box.locator('[data-testid="stSlider"]')
    room = track.bounding_box()
    assert room is not None
    place = {"x": room["width"] * 0.75, "y": room["height"] * 0.72}
    if person.touch:
        track.tap(position=place, force=True)
    else:
        page.mouse.move(*centre(slider))
        page.mouse.down()
        page.mouse.move(room["x"] + place["x"], room["y"] + place["y"], steps=6)
        page.mouse.up()
    until(page, lambda: slider.input_value() != "2")
    span = int(slider.input_value())
    assert 7 <= span <= 11
    follows(page, forces * span, 50)
    more = box.get_by_test_id("stNumberInputStepUp")
    person.press(more)
    follows(page, forces * span, 51)
    person.press(box.get_by_role("radio", name="部门", exact=True))
    follows(page, dept * span, 51)
    if person.touch:
        assert min(more.bounding_box()[edge] for edge in ("width", "height")) >= 40  # type: ignore[index]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert answers(server) == {}


def centre(target: Locator) -> tuple[float, float]:
    """Where one takes hold of something."""
    box = target.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_levers_by_the_keyboard_alone(browser: Browser, server: Server, folder: Path) -> None:
    """Arrows move the slider and the option, digits the field, and the figure follows each."""
    facts = load(folder).course.facts.of("demo")
    forces, dept = int(facts.value("forces")), int(facts.value("forces-dept"))
    person = begin(browser, server, **LAPTOP)
    page, box = person.page, person.page.locator('[class*="st-key-explore-"]').first
    box.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    follows(page, forces * 3, 50)
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("80")
    page.keyboard.press("Enter")
    follows(page, forces * 3, 80)
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "radio":
            break
    page.keyboard.press("ArrowLeft")
    if page.evaluate("document.activeElement.getAttribute('aria-checked')") != "true":
        page.keyboard.press("Space")
    follows(page, dept * 3, 80)


# ---- a phone ---------------------------------------------------------------------------------------------------------

FIRST_OF_LINE = """h => {
  const found = [], walker = document.createTreeWalker(h, NodeFilter.SHOW_TEXT)
  let above = null
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (let n = 0; n < node.length; n++) {
      const range = document.createRange()
      range.setStart(node, n)
      range.setEnd(node, n + 1)
      const top = range.getBoundingClientRect().top
      if (above !== null && top > above + 4) found.push(node.data[n])
      above = top
    }
  return found
}"""


def test_on_a_phone_no_line_begins_with_a_question_mark_and_no_arrow_is_cut(
    browser: Browser, serve: Callable[..., Server], folder: Path, tmp_path: Path
) -> None:
    """However long a question without a comma is, it breaks between characters and keeps its mark; a label stays inside the page."""
    root = tmp_path / "course"
    bank = "".join(
        f"q{n}:\n  kind: choice\n  prompt: {'把事情交给谁办' * 12}{'的' * n}？\n  options: [街镇, 部门]\n  serves: see\n  assumed: 自拟\n"
        for n in range(24)
    )
    unit = UNIT.partition("  - exercise")[0] + "".join(f"  - exercise: q{n}\n" for n in range(24))
    course(root, bank_yaml=bank, unit_yaml=unit)
    person = begin(browser, serve(root), **PHONE)
    firsts = person.page.locator('[class*="st-key-exercise-"] h2').evaluate_all(f"all => all.map({FIRST_OF_LINE})")
    assert len(firsts) == 24
    assert all(len(lines) >= 3 for lines in firsts), "they are long enough to break"
    assert "？" not in {mark for lines in firsts for mark in lines}
    for text in person.page.locator('[class*="st-key-network-"] svg text').all():
        box = text.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
