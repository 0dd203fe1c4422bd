"""top: a new page begins at its top; Streamlit keeps the scroll position from page to page."""

from __future__ import annotations

import streamlit as st

_top = st.components.v2.component(
    "casecourse.top",
    js="""
export default function ({ data }) {
  if (window.__casecourse_page === data.page) return
  const first = window.__casecourse_page === undefined
  window.__casecourse_page = data.page
  if (!first) document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0)
}
""",
)


def top(page: str) -> None:
    """Begin at the top when `page` is another than before."""
    _top(key="top", data={"page": page})
