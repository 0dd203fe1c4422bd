"""The registry of twins: how each kind of exercise looks. A twin asks, restores, reviews and shows; it owns no button and no store."""

from __future__ import annotations

from types import ModuleType

from casecourse.ui.kinds import (
    allocate,
    audit,
    choice,
    cite,
    classify,
    cloze,
    graph,
    match,
    number,
    open,  # noqa: A004  a kind is named in the field's own word
    order,
    route,
    scale,
    scenario,
    scorecard,
    table,
    text,
)

TWINS: dict[str, ModuleType] = {
    "choice": choice,
    "number": number,
    "text": text,
    "match": match,
    "classify": classify,
    "order": order,
    "cloze": cloze,
    "table": table,
    "audit": audit,
    "cite": cite,
    "scenario": scenario,
    "route": route,
    "allocate": allocate,
    "scorecard": scorecard,
    "scale": scale,
    "graph": graph,
    "open": open,
}
