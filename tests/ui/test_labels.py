"""The name of a cell: read by ear on a laptop, shown to the eye on a phone."""

from __future__ import annotations

import re
from pathlib import Path

from casecourse.ui.components import answer_box
from casecourse.ui.look import CSS


def test_a_phone_shows_the_name_of_every_typed_cell() -> None:
    """Below the phone's width, the look answers every question that the box's hidden label asks of the page."""
    box = Path(answer_box.__file__).with_suffix(".css").read_text(encoding="utf-8")
    hidden = next(line for line in box.splitlines() if line.startswith(".label.hidden"))
    asked = set(re.findall(r"var\((--label-[a-z]+),", hidden))
    phone = CSS.read_text(encoding="utf-8").split("@media (max-width", 1)[1]
    cells = re.search(r'\[class\*="st-key-fill-"\] \{ (--label[^}]*)\}', phone)
    assert cells is not None
    assert asked
    assert set(re.findall(r"(--label-[a-z]+):", cells[1])) == asked
