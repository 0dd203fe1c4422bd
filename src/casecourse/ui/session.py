"""Who is in front of us and what is in the address: session state outside widget keys is touched here alone."""

from __future__ import annotations

import uuid
from typing import Any, NoReturn

import streamlit as st
from streamlit.errors import StreamlitAPIException

from casecourse.access import Who
from casecourse.actions import joining, operating
from casecourse.model import Course
from casecourse.store import Store

COOKIE = "cc_sid"
JOIN_COOKIE = "cc_join"
WHO = "who"  # an identity that lasts for the session: after coming in, without our server, and in tests


def store() -> Store:
    """The store of this process."""
    return operating.store()


def course() -> Course:
    """The course of this process."""
    return operating.course()


def cookie(name: str) -> str | None:
    """A cookie of the request, or None where there is none (or no server of ours)."""
    value = st.context.cookies.get(name)
    return value if isinstance(value, str) and value else None


def token() -> str | None:
    """The browser's cookie."""
    return cookie(COOKIE)


def address() -> str:
    """Where others reach this course: the page's own address, or another of this machine where that one is only its own."""
    scheme, _, rest = (st.context.url or "http://localhost:8501").partition("://")
    host, colon, port = rest.partition("/")[0].partition(":")
    if host in ("localhost", "127.0.0.1"):
        host = next((a for a in operating.addresses() if a != "localhost"), host)
    return f"{scheme}://{host}{colon}{port}"


def source() -> str:
    """Where a guess comes from: the address, else this browser."""
    return str(st.context.ip_address or token() or "local")


def who() -> Who:
    """Who this is: what the cookie stands for, else what this session was told."""
    if WHO in st.session_state:
        found: Who = st.session_state[WHO]
        return found
    return joining.who(store(), token())


def become(found: Who) -> None:
    """Remember for this session who somebody is: its connection still carries the cookie from before."""
    st.session_state[WHO] = found


def forget() -> None:
    """This session stands for nobody any more; the browser's own cookie is let go by the leave component."""
    st.session_state.clear()
    keep("leaving", True)


def keep(name: str, value: Any) -> None:
    """Keep something small for the session."""
    st.session_state[f"_{name}"] = value


def kept(name: str, default: Any = None) -> Any:
    """What was kept under this name."""
    return st.session_state.get(f"_{name}", default)


def drop(name: str) -> None:
    """Forget what was kept under this name."""
    st.session_state.pop(f"_{name}", None)


def client_id(name: str) -> str:
    """The id under which the next answer to `name` will be sent: the same until it is used up."""
    key = f"id-{name}"
    if not kept(key):
        keep(key, uuid.uuid4().hex)
    return str(kept(key))


def used_up(name: str) -> None:
    """The answer is stored; the next one gets another id."""
    drop(f"id-{name}")


def clear(prefix: str) -> None:
    """Empty the widgets whose keys begin with `prefix`; the numbers of what was said last (`…:n`) stay."""
    for key in [k for k in st.session_state if isinstance(k, str) and k.startswith(prefix) and not k.endswith(":n")]:
        del st.session_state[key]


def asked_for(name: str) -> str:
    """A query parameter, or ""."""
    return st.query_params.get(name, "")


def again() -> NoReturn:
    """Draw again what was just changed: the fragment alone, or the page where the whole page is running."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:
        st.rerun()
    raise AssertionError("a rerun does not return")
