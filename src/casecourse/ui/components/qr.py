"""qr: an address as a code that phones read; drawn here, nothing is asked of anybody."""

from __future__ import annotations

import io
from functools import cache

import segno
import streamlit as st


def qr(address: str, *, key: str, alt: str) -> None:
    """Draw `address` as a QR code, black on white in both modes: phones read no other."""
    with st.container(key=f"qr-{key}", width="content"):
        st.image(_svg(address), alt=alt)


@cache
def _svg(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=8, border=3, dark="#000", light="#fff", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()
