"""The look: tokens in the theme, what the theme cannot say in look.css, and the base of every figure."""

from __future__ import annotations

from pathlib import Path

CSS = Path(__file__).with_name("look.css")

# Streamlit's placeholders: the browser puts chartCategoricalColors of the theme in force in their place, so that one
# cached figure serves light and dark. A browser test reads a bar's fill in both modes.
ACCENT, CONTEXT, OCHRE, TEAL, INK, RIGHT, WRONG, PALE, MUTED, HAIR = [f"#0000{n:02d}" for n in range(1, 11)]
SANS = "Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
