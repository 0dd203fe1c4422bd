"""Inside the shim: let the n-th operation on the disk fail, for every n, under everything that writes."""

from __future__ import annotations

import errno
import json
import random
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from casecourse import store as stores
from casecourse.store import Damaged, Store, StoreDown
from casecourse.store.errors import Stale
from casecourse.store.tables import metadata
from tests.faults import shim, writers
from tests.faults.outcome import Outcome
from tests.faults.shim import Kind
from tests.faults.sites import Site, clock, prepare, sites

NAME: Final = "store.db"
ENDLESS: Final = 400  # operations of one call; no call of ours has so many
Shape = dict[str, list[str]]


@dataclass(frozen=True)
class Way:
    """One way in which a disk fails."""

    name: str
    kinds: Kind
    number: int
    stays: bool
    torn: bool = False


ANY = Kind.WRITE | Kind.SYNC | Kind.OPEN | Kind.NAMES
WAYS: Final = (
    Way("盘满", Kind.WRITE, errno.ENOSPC, stays=True, torn=True),
    Way("盘满一下", Kind.WRITE, errno.ENOSPC, stays=False, torn=True),
    Way("同步出错", Kind.SYNC, errno.EIO, stays=False),
    Way("写坏", ANY, errno.EIO, stays=True),
    Way("读坏一下", Kind.READ, errno.EIO, stays=False),
    Way("变成只读", Kind.WRITE | Kind.OPEN | Kind.NAMES, errno.EROFS, stays=True),
    Way("文件太多", Kind.OPEN, errno.EMFILE, stays=True),
)


Fetch = Callable[[str], Iterable[tuple[Any, ...]]]


def shape(fetch: Fetch, masked: frozenset[str] = frozenset()) -> Shape:
    """Everything in a store, table by table, without the columns that chance fills."""
    found = {}
    for table in metadata.sorted_tables:
        columns = [c.name for c in table.columns if f"{table.name}.{c.name}" not in masked]
        rows = fetch(f"SELECT {', '.join(columns)} FROM {table.name}") if columns else ()  # noqa: S608  our own names
        found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found


def within(store: Store, masked: frozenset[str] = frozenset()) -> Shape:
    """What the open store itself reads."""
    with store.read() as connection:
        return shape(lambda query: [tuple(row) for row in connection.exec_driver_sql(query)], masked)


class Bench:
    """A prepared store that is laid out anew for each try. `long` leaves a log that the next commit wants to fold in."""

    def __init__(self, folder: Path, *, long: bool = False) -> None:
        self.folder, self._kept = folder, folder.parent / f"{folder.name}-kept"
        shutil.rmtree(self._kept, ignore_errors=True)
        self._kept.mkdir(parents=True)
        store = stores.open(f"sqlite:///{self._kept / NAME}", clock=clock)
        if long:
            event.listen(store.engine, "connect", _never_fold)
            store.engine.dispose()
        prepare(store)
        for n in range(70 if long else 0):
            store.write(lambda connection, n=n: connection.exec_driver_sql(
                "INSERT OR REPLACE INTO settings VALUES ('long', ?)", (json.dumps("长" * 20_000 + str(n)),)))  # fmt: skip
        self._files = {
            e: (self._kept / (NAME + e)).read_bytes() for e in ("", "-wal") if (self._kept / (NAME + e)).exists()
        }
        store.close()

    def lay(self) -> Store:
        """Open a fresh copy."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        for end, content in self._files.items():
            (self.folder / (NAME + end)).write_bytes(content)
        return stores.open(f"sqlite:///{self.folder / NAME}", clock=clock)

    def on_disk(self, masked: frozenset[str]) -> Shape:
        """What a process would find that opened the files as they are now."""
        to = self.folder.parent / "copy"
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir()
        for end in self._files.keys() | {"", "-wal"}:
            if (left := self.folder / (NAME + end)).exists():
                shutil.copyfile(left, to / left.name)
        with closing(sqlite3.connect(to / NAME)) as connection:
            return shape(lambda query: connection.execute(query).fetchall(), masked)


def _never_fold(connection: Any, record: object) -> None:
    connection.execute("PRAGMA wal_autocheckpoint = 0")


@dataclass(frozen=True)
class Meant:
    """What a store holds before a call, after it, and after it was repeated; and the columns that chance fills."""

    masked: frozenset[str]
    states: tuple[Shape, Shape, Shape]


def meant(bench: Bench, call: Callable[[Store], Any]) -> Meant:
    """Try a call on a disk that does not fail, twice."""
    dumps = []
    for _ in range(2):
        store = bench.lay()
        call(store)
        dumps.append(_columns(store))
        store.close()
    masked = frozenset(name for name in dumps[0] if dumps[0][name] != dumps[1][name])
    store = bench.lay()
    states = [within(store, masked)]
    for _ in range(2):
        with suppress(IntegrityError, Stale):  # what can be done once is not done twice
            call(store)
        states.append(within(store, masked))
    store.close()
    return Meant(masked, (states[0], states[1], states[2]))


def _columns(store: Store) -> dict[str, list[str]]:
    every = {f"{table.name}.{c.name}": c for table in metadata.sorted_tables for c in table.columns}
    with store.read() as connection:
        return {name: sorted(str(v) for v in connection.scalars(select(c))) for name, c in every.items()}


def reason(refused: StoreDown | Damaged, way: Way) -> str:
    """Which refusal it was. What cannot be read SQLite calls damaged; a disk that cannot be written damages nothing."""
    if not isinstance(refused, Damaged):
        return refused.reason
    if way.kinds is not Kind.READ:
        raise AssertionError("说成了损坏") from refused
    return "读不出"


def attempt(bench: Bench, site: Site, way: Way, n: int, cold: bool, right: Meant, outcome: Outcome) -> bool:
    """Let the n-th operation of one call fail and look at what is left; False where the call has fewer."""
    store, where = bench.lay(), f"{site.name}，{way.name}，第 {n} 次{'，重连' if cold else ''}"
    if cold:
        store.engine.dispose()
    try:
        shim.arm(n, way.kinds, way.number, stays=way.stays, torn=way.torn)
        try:
            site.call(store)
            acknowledged = True
        except (StoreDown, Damaged) as refused:
            acknowledged = False
            outcome.count(f"拒绝：{reason(refused, way)}")
        finally:
            fired = shim.disarm()
        before, after, twice = right.states
        now, there = within(store, right.masked), bench.on_disk(right.masked)
        outcome.acknowledged += acknowledged
        outcome.lost += acknowledged and there != after
        if acknowledged and now != after:
            outcome.wrong.append(f"说存好了，读出来不对：{where}")
        if not acknowledged:
            if now not in (before, after) or there not in (before, after):
                outcome.wrong.append(f"拒绝了，却留下一半：{where}")
            outcome.count("拒绝了却已存下", there == after != before)
            with suppress(IntegrityError, Stale):
                site.call(store)
            if within(store, right.masked) not in (after, twice):
                outcome.wrong.append(f"故障过去以后再存，不对：{where}")
    except Exception as error:  # every other exception is a finding
        shim.disarm()
        outcome.wrong.append(f"{where}：{error!r}"[:300])
        return True
    finally:
        store.close()
    outcome.tried += fired > 0
    return fired > 0


def sweep(folder: Path, chosen: tuple[Site, ...], until: float, seed: str, share: float) -> Outcome:
    """Every call × every way × every n, in an order that chance decides, as far as the time goes."""
    outcome, choice = Outcome(), random.Random(seed)  # noqa: S311  a test's own choices
    benches = {False: Bench(folder / "short"), True: Bench(folder / "long", long=True)}
    turns = [(site, way, cold, False) for site in chosen for way in WAYS for cold in (False, True)]
    turns += [(site, way, False, True) for site in chosen for way in WAYS if site.name in FOLDING]
    choice.shuffle(turns)
    turns = _each_site_first(turns)
    known: dict[tuple[str, bool], Meant] = {}
    for site, way, cold, long in turns[: max(1, round(len(turns) * share))]:
        if time.monotonic() > until:
            outcome.count("没有来得及的")
            continue
        if (site.name, long) not in known:
            known[site.name, long] = meant(benches[long], site.call)
        n = 1
        while attempt(benches[long], site, way, n, cold, known[site.name, long], outcome) and n < ENDLESS:
            n += 1
        if n == ENDLESS:
            outcome.wrong.append(f"{site.name}，{way.name}：没有尽头")
        outcome.count("扫完的写入点")
    return outcome


Turn = tuple[Site, Way, bool, bool]


def _each_site_first(turns: list[Turn]) -> list[Turn]:
    """However few turns there is time for, every site has had as many as every other."""
    passes: dict[str, int] = {}
    numbered = []
    for turn in turns:
        passes[turn[0].name] = passes.get(turn[0].name, 0) + 1
        numbered.append((passes[turn[0].name], turn))
    return [turn for _, turn in sorted(numbered, key=lambda pair: pair[0])]


FOLDING: Final = frozenset({"answers.add_answer", "drafts.put_draft"})


def first_start(folder: Path, until: float, step: int) -> Outcome:
    """Let the n-th operation of a first start fail: it says so, and the next start on what is left is a first start."""
    outcome = Outcome()
    for way in WAYS:
        n = 1
        while n < ENDLESS and time.monotonic() < until:
            fresh = folder / "first"
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            shim.arm(n, way.kinds, way.number, stays=way.stays, torn=way.torn)
            try:
                stores.open(f"sqlite:///{fresh / NAME}").close()
            except (StoreDown, Damaged) as refused:
                outcome.count(f"拒绝：{reason(refused, way)}")
            except Exception as error:  # every other exception is a finding
                outcome.wrong.append(f"第一次启动，{way.name}，第 {n} 次：{error!r}"[:300])
            finally:
                fired = shim.disarm()
            _starts(f"sqlite:///{fresh / NAME}", f"{way.name}，第 {n} 次", outcome)
            outcome.tried += fired > 0
            if not fired:
                break
            n += step
    return outcome


def _starts(url: str, where: str, outcome: Outcome) -> None:
    try:
        store = stores.open(url)
        if len(within(store)["classes"]) != 1:
            outcome.wrong.append(f"再次启动，不是一个班：{where}")
        store.close()
    except Exception as error:  # every exception is a finding
        outcome.wrong.append(f"再次启动，{where}：{error!r}"[:300])


def main(what: str, folder: str, seconds: str, seed: str, share: str) -> None:
    """Run one of them and print what came out."""
    until = time.monotonic() + float(seconds)
    here = Path(folder)
    match what:
        case "calls":
            outcome = sweep(here, sites(), until, seed, float(share))
        case "start":
            outcome = first_start(here, until, max(1, round(1 / float(share))))
        case "files":
            outcome = writers.sweep(here, writers.WRITERS)
        case "backups":
            from tests.faults import backups  # it is made of what stands here

            outcome = backups.sweep(here)
        case "naive call":
            outcome = sweep(here, (Site("naive.swallow", writers.swallow),), until, seed, float(share))
        case "naive file":
            outcome = writers.sweep(here, (writers.in_place,))
        case _:
            raise SystemExit(what)
    print(json.dumps(asdict(outcome), ensure_ascii=False))  # noqa: T201  the parent reads it


if __name__ == "__main__":
    main(*sys.argv[1:])
