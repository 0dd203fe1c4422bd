"""A small course, a store under a clock that stands still, a class and its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casecourse import store as stores
from casecourse.access import ANONYMOUS, HOST, Role, Who
from casecourse.actions import joining
from casecourse.model import Course
from casecourse.store import Store, people
from tests.writing import CONTENT
from tests.writing import course as written

CASE = "demo"
TEACHER = Who("instructor", name="教师", instructor="i")
People = Callable[..., Who]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The demo course with the questions of choice.yaml: `one` has a key with part credit, `poll` has none."""
    bank = (CONTENT / "good" / "choice.yaml").read_text("utf-8")
    return written(tmp_path_factory.mktemp("course"), bank_yaml=bank).course


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = stores.open(f"sqlite:///{(tmp_path / 'test.db').as_posix()}", clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def room(store: Store) -> int:
    return people.list_classes(store)[0].id


@pytest.fixture
def person(store: Store, room: int) -> People:
    """Make somebody new, of the class or of another one."""

    def make(name: str = "王芳", class_id: int = 0) -> Who:
        return joining.as_student(people.join(store, class_id or room, name))

    return make


@pytest.fixture
def foreign(store: Store) -> int:
    """Another class."""
    return people.add_class(store, "二班").id


def everybody(student: Who) -> dict[Role, Who]:
    """One of each role."""
    return {"anonymous": ANONYMOUS, "student": student, "instructor": TEACHER, "host": HOST}
