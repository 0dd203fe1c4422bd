"""A backup on a disk that fails: it is there, whole and read back, or it is refused and nothing half made bears its name."""

from __future__ import annotations

from pathlib import Path

from casecourse.store import Damaged, Store, StoreDown, backup
from casecourse.store.errors import Unfit
from tests.faults import shim
from tests.faults.outcome import Outcome
from tests.faults.sweep import ENDLESS, NAME, WAYS, Bench, Way, reason, within


def sweep(folder: Path) -> Outcome:
    """Let the n-th operation of a backup fail, for every n and in every way."""
    outcome, bench = Outcome(), Bench(folder / "store")
    for way in WAYS:
        for n in range(1, ENDLESS):
            store = bench.lay()
            try:
                more = _attempt(store, folder, way, n, outcome)
            except Exception as error:  # every other exception is a finding
                shim.disarm()
                outcome.wrong.append(f"备份，{way.name}，第 {n} 次：{error!r}"[:300])
                more = True
            finally:
                store.close()
            if not more:
                break
    return outcome


def _attempt(store: Store, folder: Path, way: Way, n: int, outcome: Outcome) -> bool:
    file, target, where = folder / "store" / NAME, folder / "store" / "kept" / "one.db", f"备份，{way.name}，第 {n} 次"
    target.parent.mkdir()
    before = within(store)
    shim.arm(n, way.kinds, way.number, stays=way.stays, torn=way.torn)
    try:
        backup.make(file, target)
        acknowledged = True
    except (StoreDown, Damaged) as refused:
        acknowledged = False
        outcome.count(f"拒绝备份：{reason(refused, way)}")
    finally:
        fired = shim.disarm()
    outcome.lost += acknowledged and not _whole(target, before)
    if target.exists() and not _whole(target, before):
        outcome.wrong.append(f"有了名字，却不完整：{where}")
    if within(store) != before:
        outcome.wrong.append(f"备份改动了数据：{where}")
    if not _whole(backup.make(file, target.with_name("two.db")).file, before):
        outcome.wrong.append(f"故障过去以后再备份，不对：{where}")
    outcome.acknowledged += acknowledged
    outcome.tried += fired > 0
    return fired > 0


def _whole(file: Path, before: dict[str, list[str]]) -> bool:
    try:
        rows = backup.verify(file).rows
    except Unfit:
        return False
    return rows == {table: len(found) for table, found in before.items()}
