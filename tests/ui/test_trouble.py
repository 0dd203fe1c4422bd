"""The store goes away in the middle of a class and comes back: what the pages say, and that nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from casecourse.access import Who
from casecourse.store import Store, answers
from tests.ui.test_screens import Open, opened, student, visit, words

__all__ = ["opened", "student", "visit"]  # the screens' fixtures


@contextmanager
def away(folder: Path) -> Iterator[None]:
    """The store's file is somewhere else for a while, as when its disk is not there."""
    file = folder / "casecourse.db"
    file.rename(folder / "away")
    try:
        yield
        assert not file.exists()
    finally:
        (folder / "away").rename(file)


def answer_first(app: AppTest) -> None:
    """Choose the first option of the first question that has options, and hand it in."""
    question = app.radio[0]
    question.set_value(question.options[0])
    name = str(question.key).removeprefix("w-").partition("--")[0]
    [press] = [b for b in app.button if b.label == "提交" and b.key == f"submit-{name}"]
    press.click()
    app.run()


@pytest.mark.parametrize("screen", ["", "unit", "me"])
def test_a_page_says_so_and_comes_back(visit: Open, student: Who, tmp_path: Path, screen: str) -> None:
    """Whoever opens a page meanwhile reads one sentence and no English error; later the same page is there again."""
    app = visit(student, screen, case="haidian", unit="staffing")
    before = words(app)
    with away(tmp_path):
        app.session_state["mine-haidian"] = None  # read again, as a new visitor's page would
        app.run()
        assert not app.exception
        assert "请保持页面打开，稍后再试" in words(app)
        assert "这一页出了错" not in words(app)
    app.run()
    assert words(app) == before


def test_an_answer_meanwhile_is_told_as_not_saved(visit: Open, opened: Store, student: Who, tmp_path: Path) -> None:
    """提交 without a store says what to do; the same press later stores it, once."""
    app = visit(student, "unit", case="haidian", unit="staffing")
    with away(tmp_path):
        answer_first(app)
        assert not app.exception
        assert "已提交" not in words(app)
        assert "请保持页面打开" in words(app)
    assert answers.count(opened) == 0
    app.run()
    answer_first(app)
    assert "请保持页面打开" not in words(app)
    assert answers.count(opened) == 1
