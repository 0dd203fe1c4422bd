"""前后测 in a real browser: the instructor opens, a student answers, nothing of the keys is sent until they are released."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from casecourse.loading import Content
from casecourse.model import full_id
from tests.browser.conftest import Server
from tests.browser.person import WAIT, Person, frames
from tests.browser.test_secrets import untold

pytestmark = pytest.mark.browser


def press(teacher: Person, key: str) -> None:
    """A button that takes a test one step on."""
    teacher.press(teacher.page.locator(f".st-key-{key} button"))
    teacher.settle()


def test_a_test_is_opened_answered_collected_and_released(
    browser: Browser, page: Page, server: Server, content: Content
) -> None:
    """No sentence behind an answer reaches the student while the test is open or collected; all of it does afterwards."""
    teacher = Person(page, server.url)
    teacher.open("/teacher")
    page.get_by_label("口令").fill(server.printed("教师口令"))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("你好，教师")).to_be_visible(timeout=WAIT)
    teacher.settle()
    page.reload()
    teacher.open("/tests")
    press(teacher, "move-before-open")
    expect(page.get_by_text("开着，学员看不到对错")).to_be_visible(timeout=WAIT)

    context = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, device_scale_factor=2
    )
    student = Person(context.new_page(), server.url, touch=True)
    heard = frames(student.page)
    student.enrol("王芳", server)
    student.open("/tests")
    expect(student.page.get_by_text("答了 0 / 14 题")).to_be_visible(timeout=WAIT)
    refs = content.course.tests.before
    for ref in refs[:2]:
        exercise = content.course.exercise(*full_id("", ref))
        assert exercise is not None
        box = student.exercise(*full_id("", ref))
        student.fill(box, exercise, next(s.raw for s in exercise.samples() if s.expects == "right"))
        student.submit(box)
    expect(student.page.get_by_text("答了 2 / 14 题")).to_be_visible(timeout=WAIT)
    expect(student.page.get_by_text("还剩 12 题")).to_be_visible(timeout=WAIT)
    expect(student.page.get_by_text("答对了")).to_have_count(0)
    sent = b"".join(heard)
    asked = [e for ref in refs if (e := content.course.exercise(*full_id("", ref)))]
    assert asked[0].scope.fill(asked[0].prompt).encode() in sent, "the control: a prompt is found by the same search"
    for exercise in asked:
        for sentence in untold(exercise.model_dump(mode="json")):
            assert exercise.scope.fill(sentence).encode() not in sent, exercise.prompt

    press(teacher, "move-before-shut")
    student.page.reload()
    expect(student.page.get_by_text("已经收卷，你答了 2 / 14 题")).to_be_visible(timeout=WAIT)
    teacher.press(page.get_by_role("button", name="公布答案"))
    press(teacher, "move-before-released")
    expect(page.get_by_text("已公布答案，不能再开")).to_be_visible(timeout=WAIT)
    student.page.reload()
    expect(student.page.get_by_text("得分率")).to_be_visible(timeout=WAIT)
    expect(student.page.get_by_text(asked[0].explain)).to_be_visible(timeout=WAIT)
    main = student.page.locator('[data-testid="stMain"]')
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")
    context.close()
