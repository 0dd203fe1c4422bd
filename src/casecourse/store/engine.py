"""The handle of an open store: reading in a snapshot, writing in a transaction that is durable when the call returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from casecourse.store.dialects import meaning, place
from casecourse.store.errors import Damaged, Garbled, StoreDown
from casecourse.store.locks import Hold
from casecourse.store.presence import Guard
from casecourse.store.writer import T, Writer

Clock = Callable[[], datetime]


def utc() -> datetime:
    """The time of the machine's clock."""
    return datetime.now(UTC)


@contextmanager
def plainly(engine: Engine) -> Iterator[None]:
    """Raise StoreDown or Damaged in place of the driver's errors that mean them."""
    try:
        yield
    except DBAPIError as error:
        said = meaning(error, place(engine))
        if said is None:
            raise
        raise said from error
    except Garbled as error:
        raise Damaged(place(engine), (str(error),)) from error


GONE: Final = (
    "io",
    "unreachable",
    "damaged",
)  # what a connection saw once it goes on seeing, also when all is well again


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. `clock` gives aware times; `writer` is None where every write has a connection of its own.

    `guard` raises StoreDown while the store's file is not where it was; `hold` says to others that it is in use.
    """

    engine: Engine
    clock: Clock
    writer: Writer | None
    guard: Guard | None = None
    hold: Hold | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the store. Raises StoreDown, Damaged."""
        try:
            if self.guard is not None:
                self.guard()
            with plainly(self.engine), self.engine.connect() as connection, connection.begin():
                yield connection
        except StoreDown as down:
            if down.reason in GONE:
                self.engine.dispose()
            raise

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its result after COMMIT; what it raises undoes it and is raised here.

        Raises StoreDown: then nothing was stored that anybody was told of.
        """
        if self.writer is not None:
            with plainly(self.engine):
                return self.writer.do(work)
        with plainly(self.engine), self.engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Finish what is being written and let go of the file. Afterwards every write raises StoreDown."""
        if self.writer is not None:
            self.writer.close()
        self.engine.dispose()
        if self.hold is not None:
            self.hold.release()
