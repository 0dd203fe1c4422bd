"""The routes beside the pages: health, the join address, the change of cookie after sign-in, drafts, private downloads, live."""

from __future__ import annotations

import json
import re
from typing import Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.runtime import Runtime, exists

from casecourse import __version__
from casecourse.server import pages, settings
from casecourse.server.cookies import DEVICE, DEVICE_SECONDS, JOIN, JOIN_SECONDS, device_token, set_cookie
from casecourse.server.hosts import same_origin
from casecourse.server.live import LIVE

_CODE: Final = re.compile(r"[A-Za-z0-9-]{1,32}")
_CLAIM_BYTES: Final = 4096
_DRAFT_BYTES: Final = 256 * 1024  # the longest text that is kept, however it is escaped
_STATUS: Final = {
    "kept": 200,
    "stranger": 403,  # this browser stands for nobody who may write
    "unknown": 404,  # nobody asks this
    "newer": 409,  # another page wrote since
    "unreadable": 422,
    "closed": 423,
    "later": 503,
}
_NO_STORE: Final = {"Cache-Control": "no-store"}
_DOWNLOADS: Final = {"mine.md": "text/markdown; charset=utf-8", "class.csv": "text/csv; charset=utf-8"}


async def health(request: Request) -> JSONResponse:
    """Say whether pages can be served (503 if not) and whether our settings are in force, by name where they are not."""
    del request
    ok = exists() and (await Runtime.instance().is_ready_for_browser_connection)[0]
    differing = [name for name, (wanted, got) in settings.in_force().items() if wanted != got]
    answer = {"ok": ok, "version": __version__, "settings": not differing, "differing": differing}
    return JSONResponse(answer, status_code=200 if ok else 503, headers=_NO_STORE)


async def join(request: Request) -> Response:
    """Remember a join code for ten minutes and go to the first page, so that nothing stays in the address bar."""
    code = request.path_params["code"]
    if not _CODE.fullmatch(code):
        return pages.unknown()
    cookie = set_cookie(JOIN, code, request.scope, seconds=JOIN_SECONDS)
    return RedirectResponse("/", status_code=303, headers={**_NO_STORE, "Set-Cookie": cookie})


async def claim(request: Request) -> Response:
    """Exchange a nonce from the signed-in page for a new device token: 204 with its cookie, otherwise 403.

    A cookie copied before sign-in thereby stays nobody's.
    """
    old = device_token(request)
    if old is None or not _from_here(request):
        return Response(status_code=403)
    from casecourse.actions import StoreDown

    nonce = await _nonce(request)
    try:
        new = await run_in_threadpool(_claimed, nonce, old) if nonce else None
    except StoreDown:  # the browser keeps its token, which goes on standing for the person
        return Response(status_code=503, headers=_NO_STORE)
    if new is None:
        return Response(status_code=403, headers=_NO_STORE)
    cookie = set_cookie(DEVICE, new, request.scope, seconds=DEVICE_SECONDS)
    return Response(status_code=204, headers={**_NO_STORE, "Set-Cookie": cookie})


async def leave(request: Request) -> Response:
    """Let this browser stand for nobody from now on: 204, or 403 when asked from elsewhere."""
    if not _from_here(request):
        return Response(status_code=403)
    from casecourse.actions import StoreDown

    try:
        await run_in_threadpool(_left, device_token(request))
    except StoreDown:
        return Response(status_code=503, headers=_NO_STORE)
    return Response(status_code=204, headers=_NO_STORE)


def _left(token: str | None) -> None:
    from casecourse.actions import joining, operating

    joining.leave(operating.store(), token)


async def _nonce(request: Request) -> str | None:
    asked = await _sent(request, _CLAIM_BYTES)
    nonce = asked.get("nonce") if asked else None
    return nonce if isinstance(nonce, str) else None


async def _sent(request: Request, most: int) -> dict[str, Any] | None:
    """The JSON object that was sent, None for anything else and for more than `most` bytes."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _claimed(nonce: str, old_token: str) -> str | None:
    from casecourse.actions import joining, operating

    return joining.claim(operating.store(), nonce, old_token)


async def draft(request: Request) -> Response:
    """Keep what stands in a typed field, and say so only after it is kept: 200 with the time, else why not."""
    if not _from_here(request):
        return Response(status_code=403)
    sent = await _sent(request, _DRAFT_BYTES)
    if sent is None:
        return Response(status_code=400, headers=_NO_STORE)
    status, answer = await run_in_threadpool(_keep, sent, device_token(request))
    return JSONResponse(answer, status_code=status, headers=_NO_STORE)


def _keep(sent: dict[str, Any], token: str | None) -> tuple[int, dict[str, str]]:
    from casecourse.actions import drafting, operating

    outcome, answer = drafting.receive(operating.store(), operating.course(), token, sent)
    return _STATUS[outcome], answer


def _from_here(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is not None and same_origin(origin, request.headers.get("host", ""))


async def download(request: Request) -> Response:
    """Send a private file to whom the device token stands for, with nothing kept on the way; otherwise a 403 page."""
    from casecourse.actions import Forbidden, StoreDown

    what = request.path_params["what"]
    if what not in _DOWNLOADS:
        return pages.unknown()
    try:
        name, content = await run_in_threadpool(_file, what, device_token(request), dict(request.query_params))
    except Forbidden:
        return pages.forbidden()
    except LookupError:  # a class that is not there
        return pages.unknown()
    except StoreDown:
        return pages.later()
    disposition = f"attachment; filename=\"{what}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=_DOWNLOADS[what], headers={**_NO_STORE, "Content-Disposition": disposition})


def _file(what: str, token: str | None, query: dict[str, str]) -> tuple[str, bytes]:
    from casecourse.actions import exporting, joining, operating

    store, course = operating.store(), operating.course()
    who = joining.who(store, token)
    if what == "mine.md":
        return exporting.my_answers(store, course, who)
    return exporting.class_csv(store, course, who, query)


ROUTES: Final = (
    Route("/health", health),
    Route("/j/{code}", join),
    Route("/session/claim", claim, methods=["POST"]),
    Route("/session/leave", leave, methods=["POST"]),
    Route("/draft", draft, methods=["POST"]),
    Route("/download/{what}", download),
    LIVE,
)
