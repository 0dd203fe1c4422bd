"""The registry of kinds: what an exercise may be. One kind, one name, one line."""

from __future__ import annotations

from casecourse.grading import ExerciseBase
from casecourse.kinds.allocate import Allocate
from casecourse.kinds.audit import Audit
from casecourse.kinds.choice import Choice
from casecourse.kinds.cite import Cite
from casecourse.kinds.classify import Classify
from casecourse.kinds.cloze import Cloze
from casecourse.kinds.graph import Graph
from casecourse.kinds.match import Match
from casecourse.kinds.number import Number
from casecourse.kinds.open import Open
from casecourse.kinds.order import Order
from casecourse.kinds.route import Route
from casecourse.kinds.scale import Scale
from casecourse.kinds.scenario import Scenario
from casecourse.kinds.scorecard import Scorecard
from casecourse.kinds.table import FilledTable
from casecourse.kinds.text import Text

KINDS: dict[str, type[ExerciseBase]] = {
    "choice": Choice,
    "number": Number,
    "text": Text,
    "match": Match,
    "classify": Classify,
    "order": Order,
    "cloze": Cloze,
    "table": FilledTable,
    "audit": Audit,
    "cite": Cite,
    "scenario": Scenario,
    "route": Route,
    "allocate": Allocate,
    "scorecard": Scorecard,
    "scale": Scale,
    "graph": Graph,
    "open": Open,
}

# The names that an instructor reads.
TITLES = {name: kind.MANUAL.title for name, kind in KINDS.items()}

__all__ = ["KINDS", "TITLES"]
