"""The control of `kill`: our server, but it works on a copy of the store and saves that once a second."""

from __future__ import annotations

import os
import runpy
import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from casecourse import store as stores
from tests.faults.serving import ROOT


def save(work: Path, real: Path) -> None:
    """Bring what stands in `work` to `real`, whole."""
    temporary = real.with_suffix(".new")
    with closing(sqlite3.connect(work)) as source, closing(sqlite3.connect(temporary)) as target:
        source.backup(target)
    os.replace(temporary, real)  # noqa: PTH105  one word for what it does


def main() -> None:
    """Serve as app.py does, from a store that promises too early."""
    honest = stores.open

    def open_copy(url: str, **given: Any) -> stores.Store:
        real = Path(url.removeprefix("sqlite:///"))
        work = real.with_name("work.db")
        for end in ("", "-wal", "-shm"):
            work.with_name(work.name + end).unlink(missing_ok=True)
        save(real, work)

        def keep_saving() -> None:
            while True:
                time.sleep(1)
                save(work, real)

        opened = honest(f"sqlite:///{work}", **given)
        threading.Thread(target=keep_saving, daemon=True).start()
        return opened

    stores.open = open_copy
    sys.argv[0] = str(ROOT / "app.py")
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
