"""claim and leave: after coming in the browser exchanges its cookie once; after going out it stands for nobody."""

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
    keepalive: true, // whoever goes on at once must still get the cookie that she is now known by
  }).catch(() => {})
}
""",
)

_leave = st.components.v2.component(
    "casecourse.leave",
    js="""
export default function () {
  if (window.__casecourse_left) return
  window.__casecourse_left = true
  fetch("/session/leave", { method: "POST" }).finally(() => location.replace("/"))
}
""",
)


def claim(word: str) -> None:
    """Let the browser exchange its cookie with this one-time word; the old cookie stands for nobody afterwards."""
    _claim(key="claim", data={"word": word})


def leave() -> None:
    """Let the browser's cookie stand for nobody, and begin again at the library."""
    _leave(key="leave-now")
