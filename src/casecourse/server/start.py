"""How the server comes up: the page script, the middleware, the life of the process, where it listens."""

from __future__ import annotations

import argparse
import asyncio
import io
import logging
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from streamlit import App, config

import casecourse
from casecourse.server import live, settings
from casecourse.server.banner import addresses, banner
from casecourse.server.cookies import DeviceCookie
from casecourse.server.headers import Shield
from casecourse.server.hosts import Hosts
from casecourse.server.leaving import Leaving
from casecourse.texts import t

SCRIPT: Final = Path(casecourse.__file__).resolve().parent / "ui" / "main.py"
BETWEEN: Final = 600  # seconds between two looks whether the daily backup is due
HOST_NAMES: Final = "CASECOURSE_HOST_NAMES"  # names to answer to, with commas between them


def middleware() -> list[Middleware]:
    """Return what stands before Streamlit, outermost first."""
    names = [name for name in os.environ.get(HOST_NAMES, "").split(",") if name]
    return [Middleware(Shield), Middleware(Hosts, names=names), Middleware(DeviceCookie), Middleware(Leaving)]


@asynccontextmanager
async def lifespan(app: App) -> AsyncGenerator[None]:
    """Open the store and say where the course is; the store's troubles end the start."""
    del app
    from casecourse.actions import operating

    # The requested paths hold join codes and session ids, which are not for a log.
    logging.getLogger("uvicorn.access").disabled = True
    settings.warn()
    load_arrow()
    try:
        join_code, passcode = await run_in_threadpool(operating.first_start)
    except operating.CannotStart as why:
        _say(f"{why}\n")
        os._exit(1)  # nothing is open yet, and a traceback would hide the sentence
    here = listening(sys.argv)
    data = operating.data_folder()
    names = addresses(here.host)
    operating.reached_at(names)
    _say(banner(names, here.port, join_code, passcode, scheme=here.scheme, data=data))
    housekeeping = asyncio.create_task(_look_after())
    yield
    await live.hang_up()
    housekeeping.cancel()
    with suppress(asyncio.CancelledError):
        await housekeeping


def load_arrow() -> None:
    """Load what Streamlit draws tables with, on the thread that lives as long as the process.

    Left to Streamlit it is first loaded on a page's thread, which ends with the page. The allocator that comes with it
    can then fail on the thread of a later page (SIGSEGV in `mi_thread_init`, known of pyarrow 25), and the whole server
    with it. The system's allocator, chosen unless somebody has chosen another, keeps no state of that kind.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # read once, when the library is loaded
    import pyarrow

    pyarrow.default_memory_pool()


async def _look_after() -> None:
    """What a running course does by itself: counters that fit the content, a backup every day, also after a missed one."""
    from casecourse.actions import keeping

    await run_in_threadpool(keeping.prepare)
    while True:
        await run_in_threadpool(keeping.every_day)
        await asyncio.sleep(BETWEEN)


def _say(text: str) -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal without Chinese still gets addresses and codes
    sys.stdout.write(text)
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server is reached; `host` None is every interface."""

    host: str | None
    port: int
    scheme: str


def listening(command: Sequence[str]) -> Listening:
    """Return where this process listens: what uvicorn's own command line says, otherwise what Streamlit's settings say."""
    program = Path(command[0]) if command else Path()
    if program.stem == "uvicorn" or (program.parent.name, program.name) == ("uvicorn", "__main__.py"):
        import uvicorn

        given = uvicorn.main.make_context("uvicorn", list(command[1:])).params
        return Listening(given["host"], given["port"], "https" if given["ssl_certfile"] else "http")
    secure = bool(config.get_option("server.sslCertFile"))
    return Listening(
        config.get_option("server.address"), int(config.get_option("server.port")), "https" if secure else "http"
    )


def from_command_line(arguments: Sequence[str]) -> dict[str, object]:
    """Read `--host` and `--port` of `python app.py`; Streamlit's environment variables count where they are not given.

    Ends the process with the usual message for anything else.
    """
    parser = argparse.ArgumentParser(description=t("启动课件"), allow_abbrev=False)
    parser.add_argument("--host", "--server.address", dest="server.address", help=t("监听地址，默认所有网卡"))
    parser.add_argument("--port", "--server.port", dest="server.port", type=int, help=t("端口，默认 8501"))
    environment = {"server.address": "STREAMLIT_SERVER_ADDRESS", "server.port": "STREAMLIT_SERVER_PORT"}
    parser.set_defaults(**{name: os.environ.get(variable) for name, variable in environment.items()})
    return {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
