"""While the store cannot be used: a part of a page that is drawn by itself says so, instead of an error nobody understands."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from casecourse.store.errors import StoreDown
from casecourse.texts import t

P = ParamSpec("P")


def fragment(draw: Callable[P, None]) -> Callable[P, None]:
    """A fragment that says when the store cannot be used now; the page around it, which sees to itself, stays."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except StoreDown:
            said = t("存放作答的地方现在写不进或读不出。请保持页面打开，稍后再试。")
            st.markdown(f":orange[:material/error: {said}]")

    return st.fragment(drawn)
