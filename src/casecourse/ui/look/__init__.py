"""The look: tokens in the theme, what the theme cannot say in the style sheets, and the base of every figure."""

from __future__ import annotations

from pathlib import Path

CSS = Path(__file__).with_name("look.css")
# Sheets of one screen each, drawn with it alone. They may hide what every page has (Streamlit's head, on the stage)
# without asking each element what is inside it: a free `:has` makes the browser style the whole page anew at every click.
STAGE, NOTE = CSS.with_name("stage.css"), CSS.with_name("note.css")

# Streamlit's placeholders: the browser puts chartCategoricalColors of the theme in force in their place, so that one
# cached figure serves light and dark. A browser test reads a bar's fill in both modes.
ACCENT, CONTEXT, OCHRE, TEAL, INK, RIGHT, WRONG, PALE, MUTED, HAIR = [f"#0000{n:02d}" for n in range(1, 11)]
SANS = "Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
