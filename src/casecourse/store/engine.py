"""The handle of an open store: reading in a snapshot, writing in a transaction that is durable when the call returns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from casecourse.store.dialects import meaning, place
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


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. `clock` gives aware times; `writer` is None where every write has a connection of its own."""

    engine: Engine
    clock: Clock
    writer: Writer | None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the store. Raises StoreDown, Damaged."""
        with plainly(self.engine), self.engine.connect() as connection, connection.begin():
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction and return its result after COMMIT; what it raises undoes it and is raised here.

        Raises StoreDown: then nothing was stored that anybody was told of.
        """
        if self.writer is not None:
            return self.writer.do(work)
        with plainly(self.engine), self.engine.begin() as connection:
            return work(connection)

    def close(self) -> None:
        """Finish what is being written and let go of the file. Afterwards every write raises StoreDown."""
        if self.writer is not None:
            self.writer.close()
        self.engine.dispose()
