"""claim: after somebody came in, exchange the browser's cookie once for a fresh one; the old one stands for nobody."""

from __future__ import annotations

import streamlit as st

# The word is used once per page: a rerun with the same word must not post again.
_claim = st.components.v2.component(
    "casecourse.claim",
    js="""
export default function ({ data }) {
  if (!data.word || window.__casecourse_claimed === data.word) return
  window.__casecourse_claimed = data.word
  fetch("/session/claim", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ nonce: data.word }),
  }).catch(() => {})
}
""",
)


def claim(word: str) -> None:
    """Let the browser exchange its cookie with this one-time word."""
    _claim(key="claim", data={"word": word})
