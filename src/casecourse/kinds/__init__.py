"""The registry of kinds: what an exercise may be. One kind, one name, one line."""

from __future__ import annotations

from casecourse.grading import ExerciseBase
from casecourse.kinds.audit import Audit
from casecourse.kinds.choice import Choice
from casecourse.kinds.cite import Cite
from casecourse.kinds.classify import Classify
from casecourse.kinds.cloze import Cloze
from casecourse.kinds.match import Match
from casecourse.kinds.number import Number
from casecourse.kinds.open import Open
from casecourse.kinds.order import Order
from casecourse.kinds.route import Route
from casecourse.kinds.scenario import Scenario
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
    "open": Open,
}

# The names that an instructor reads; they stand in the catalogue.
TITLES = {
    "choice": "选择",
    "number": "数值",
    "text": "填空",
    "match": "配对",
    "classify": "归类",
    "order": "排序",
    "cloze": "文中填空",
    "table": "填表",
    "audit": "核数",
    "cite": "找依据",
    "scenario": "情境",
    "route": "派单",
    "open": "论述",
}

__all__ = ["KINDS", "TITLES"]
