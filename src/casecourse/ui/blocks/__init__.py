"""The blocks of a unit, drawn: the registry from a block's name to what draws it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casecourse.model import CaseFacts
from casecourse.ui.blocks import chart, diagram, explore, metrics, prose, table, timeline

# discuss and exercise are drawn by the unit's screen, because they know the person
DRAW: dict[str, Callable[[Any, CaseFacts, str, dict[str, str]], None]] = {
    "prose": prose.draw,
    "metrics": metrics.draw,
    "chart": chart.draw,
    "table": table.draw,
    "diagram": diagram.draw,
    "timeline": timeline.draw,
    "explore": explore.draw,
}
