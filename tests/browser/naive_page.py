"""The control of every test of saving: a page that saves in `on_change` and says so, as one would first write it."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

FILE = Path(os.environ["NAIVE_FILE"])


def save() -> None:
    """Keep what was typed."""
    FILE.write_text(st.session_state["text"], encoding="utf-8")


st.text_area("你的看法", FILE.read_text(encoding="utf-8") if FILE.exists() else "", key="text", on_change=save)
st.caption("已存草稿" if st.session_state["text"] else "写下的内容会自动存草稿")
