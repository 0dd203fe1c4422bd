"""A real store for every test: a file of its own, and PostgreSQL too where CASECOURSE_TEST_POSTGRES names an empty database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from casecourse import store as stores
from casecourse.store import Store, people
from casecourse.store.rows import NewAnswer, PersonRow

POSTGRES = os.environ.get("CASECOURSE_TEST_POSTGRES")


class Clock:
    """A clock that stands still until it is moved, forwards or back."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / '课 件 100%.db'}"


@pytest.fixture(params=["sqlite", "postgresql"] if POSTGRES else ["sqlite"])
def url(request: pytest.FixtureRequest, file_url: str) -> str:
    if request.param == "sqlite":
        return file_url
    assert POSTGRES
    engine = create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return POSTGRES


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store as its first start leaves it: copying it is quicker than making each test's schema anew."""
    file = tmp_path_factory.mktemp("fresh") / "store.db"
    stores.open(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def store(url: str, clock: Clock, fresh: Path) -> Iterator[Store]:
    if url.startswith("sqlite"):
        shutil.copyfile(fresh, url.removeprefix("sqlite:///"))
    opened = stores.open(url, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def class_id(store: Store) -> int:
    return people.list_classes(store)[0].id


@pytest.fixture
def wang(store: Store, class_id: int) -> PersonRow:
    return people.join(store, class_id, "王芳")


@pytest.fixture
def li(store: Store, class_id: int) -> PersonRow:
    return people.join(store, class_id, "李强")


@pytest.fixture
def new() -> Callable[..., NewAnswer]:
    def make(answer_id: str, person: PersonRow, **changed: Any) -> NewAnswer:
        fields: dict[str, Any] = {
            "case_id": "haidian",
            "exercise": "loop",
            "kind": "choice",
            "fingerprint": "0123456789abcdef",
            "raw": ["甲"],
            "snapshot": {"prompt": "哪一项？"},
            "share": Decimal("0.5"),
            "score": Decimal("1.50"),
            "points": Decimal(3),
            "matched": ("甲",),
        }
        return NewAnswer(id=answer_id, person_id=person.id, **(fields | changed))

    return make
