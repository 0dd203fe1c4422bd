"""One thread that writes for the whole process: it drains a queue into one transaction, a savepoint per item."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock, Thread, current_thread
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from casecourse.store.dialects import WRITES, meaning, place
from casecourse.store.errors import StoreDown
from casecourse.store.presence import Guard

T = TypeVar("T")
Work = Callable[[Connection], T]
BATCH: Final = 64  # items in one transaction: above it the first waits too long for the last

_Item = tuple[Work[Any], "Future[Any]"]


class Writer:
    """The thread and its queue. `do` returns after COMMIT, or raises what the item or the transaction raised."""

    def __init__(self, engine: Engine, guard: Guard | None = None) -> None:
        self._engine = engine
        self._guard = guard
        self._queue: SimpleQueue[_Item | None] = SimpleQueue()
        self._gate = Lock()  # nothing enters the queue after the sentinel
        self._closed = False
        self._thread = Thread(target=self._run, name="casecourse-writer", daemon=True)
        self._thread.start()

    def do(self, work: Work[T]) -> T:
        """Run `work` in the next transaction and wait until it is committed."""
        if current_thread() is self._thread:
            raise RuntimeError("a write may not wait for another write")
        future: Future[T] = Future()
        with self._gate:
            if self._closed:
                raise StoreDown("closed")
            self._queue.put((work, future))
        return future.result()

    def close(self) -> None:
        """Finish what is queued and stop."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, more = [first], True
            with contextlib.suppress(Empty):
                while len(batch) < BATCH and more:
                    item = self._queue.get_nowait()
                    more = item is not None
                    if item is not None:
                        batch.append(item)
            self._commit(batch)
            if not more:
                return

    def _commit(self, batch: list[_Item]) -> None:
        try:
            with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
                outcomes = [_attempt(connection, work) for work, _ in batch]
                if self._guard is not None:
                    self._guard()  # last before COMMIT: what goes into a deleted file is not stored
        except BaseException as error:
            failure: BaseException = error
            if isinstance(error, DBAPIError):
                failure = meaning(error, place(self._engine)) or error
            self._engine.dispose()  # a connection that saw a full disk or a lost file is not asked again
            for _, future in batch:
                future.set_exception(failure)
            return
        for (_, future), (result, raised) in zip(batch, outcomes, strict=True):
            if raised is None:
                future.set_result(result)
            else:
                future.set_exception(raised)


def _attempt(connection: Connection, work: Work[Any]) -> tuple[Any, Exception | None]:
    """Run one item in its savepoint. An error of the disk is raised: it may have undone the whole transaction."""
    savepoint = connection.begin_nested()
    try:
        result = work(connection)
    except Exception as error:
        if isinstance(error, DBAPIError) and meaning(error, "") is not None:
            raise
        savepoint.rollback()
        return None, error
    savepoint.commit()
    return result, None
