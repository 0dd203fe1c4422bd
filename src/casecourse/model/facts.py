"""Facts at work: their values in formulas, and how each is shown with its unit and its origin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext

from casecourse import formula, intervals
from casecourse.formula import FormulaError, Scalar
from casecourse.grading import Passage
from casecourse.intervals import Interval, Known
from casecourse.model.blocks import Block, Chart, Explore, Metrics, Prose, Table, Timeline
from casecourse.model.case import ORIGINS, Case, Fact, Origin
from casecourse.model.passages import passages

MENTION = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
NBSP = "\u00a0"
DATED = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-(\d{2}))?")
SAID = {  # the functions of a formula as a reader says them
    "sum": "合计", "count": "项数", "min": "最小", "max": "最大", "round": "四舍五入", "floor": "向下取整", "ceil": "向上取整",
}  # fmt: skip
WEAKEST: tuple[Origin, ...] = ("assumed", "external", "formula", "at")  # a derived fact inherits the first that occurs


@dataclass(frozen=True)
class Facts:
    """The facts of a course, by (case, id)."""

    cases: Mapping[str, Case]

    def of(self, case: str) -> CaseFacts:
        """The facts as they are named in `case`."""
        return CaseFacts(self, case)

    def find(self, case: str, ref: str) -> Fact | None:
        """The fact that `ref` names in `case`, or None."""
        owner, colon, name = ref.partition(":")
        found = self.cases.get(owner if colon else case)
        return found.facts.get(name if colon else ref) if found else None


@dataclass(frozen=True)
class Shown:
    """A fact as a reader sees it."""

    ref: str
    text: str  # value with unit, number and unit joined by a no-break space
    label: str
    origin: Origin
    note: str  # place, formula in words, or reason
    as_of: str
    doubtful: str


@dataclass(frozen=True)
class CaseFacts:
    """The facts as they are named inside one case; what a kind gets as its scope."""

    facts: Facts
    case: str

    def fact(self, ref: str) -> Fact:
        """The fact. Raises KeyError where there is none."""
        found = self.facts.find(self.case, ref)
        if found is None:
            raise KeyError(ref)
        return found

    def inside(self, ref: str) -> CaseFacts:
        """The scope in which the formula of `ref` is written."""
        owner, colon, _ = ref.partition(":")
        return CaseFacts(self.facts, owner) if colon else self

    def number(self, name: str, _above: tuple[str, ...] = ()) -> Scalar:
        """The fact's value times the scale of its unit, or its list of names.

        Raises KeyError for an unknown fact, FormulaError for a circle or a formula that fails.
        """
        fact = self.fact(name)
        home = self.inside(name)
        if fact.formula:
            full = f"{home.case}:{name.partition(':')[2] or name}"
            if full in _above:
                raise FormulaError("circle", 1, name)
            return formula.parse(fact.formula).value(lambda n: home.number(n, (*_above, full)))
        if fact.listed:
            return fact.value
        figure = intervals.amount(fact.value[0])
        if figure is None:
            return fact.value  # one name is a list of one: it can be counted
        with localcontext(prec=70):
            return figure * formula.scale(fact.unit)

    def interval(self, name: str) -> Known:
        """What the fact may stand for, by its printed digits or its margin, in plain numbers; or its list of names.

        Raises KeyError for an unknown fact, FormulaError for a circle or a formula that fails.
        """
        fact = self.fact(name)
        value = self.number(name)
        if isinstance(value, tuple):
            return value
        scale = formula.scale(fact.unit)
        if not fact.formula:
            found = intervals.printed(fact.value[0], scale, fact.approx, fact.margin)
            return found or fact.value
        if fact.margin is not None:
            with localcontext(prec=70):
                return Interval(value - fact.margin * scale, value + fact.margin * scale)
        return intervals.enclosure(formula.parse(fact.formula), self.inside(name).interval)

    def quantum(self, name: str) -> Decimal | None:
        """What one of the last shown digit is worth in plain numbers; None for what is approximate or has a margin."""
        fact = self.fact(name)
        fraction = bool(fact.value) and "/" in fact.value[0]
        if fraction or fact.margin is not None or self.approx(name):
            return None
        return Decimal(1).scaleb(-self.digits(name)) * formula.scale(fact.unit)

    def unit(self, name: str) -> str:
        """The unit as written."""
        return self.fact(name).unit

    def digits(self, name: str) -> int:
        """Decimals that the fact shows: declared, else printed, else none."""
        fact = self.fact(name)
        if fact.decimals is not None:
            return fact.decimals
        printed = "" if fact.formula or not fact.value else fact.value[0].partition(".")[2]
        return len(printed)

    def value(self, name: str) -> str:
        """The value without its unit, as shown."""
        fact = self.fact(name)
        if not fact.formula:
            return "、".join(fact.value)
        found = self.number(name)
        if isinstance(found, tuple):
            return "、".join(found)
        return formula.plain(found / formula.scale(fact.unit), fact.decimals)

    def text(self, name: str) -> str:
        """Value and unit, with the word that says it is approximate."""
        fact = self.fact(name)
        value, unit = dated(self.value(name)), fact.unit
        approx = self.approx(name)
        if approx in ("约", "近"):
            value, approx = f"{approx}{NBSP}{value}", ""
        gap = "" if unit in ("％", "%", "‰") else NBSP
        return f"{value}{NBSP if approx else ''}{approx}{gap if not approx else ''}{unit}" if unit or approx else value

    def approx(self, name: str) -> str:
        """The fact's own word for approximate; a derived fact inherits 约 from any that it uses."""
        fact = self.fact(name)
        if fact.approx or not fact.formula:
            return fact.approx
        home = self.inside(name)
        return "约" if any(home.approx(n) for n in formula.parse(fact.formula).names) else ""

    def label(self, name: str) -> str:
        """What it is called."""
        return self.fact(name).label

    def filled(self, text: str) -> str:
        """A formula with the figures as shown for its names, and the signs that a reader knows."""
        return worded(text, {n: self.text(n) for n in formula.parse(text).names})

    def origin(self, name: str) -> Origin:
        """Where it comes from; a derived fact inherits the weakest origin of what it uses."""
        fact = self.fact(name)
        if not fact.formula:
            return fact.origin
        home = self.inside(name)
        used = {"formula", *(home.origin(n) for n in formula.parse(fact.formula).names)}
        return next(o for o in WEAKEST if o in used)

    def note(self, name: str) -> str:
        """Where it stands, how it was computed, or why it was assumed."""
        fact = self.fact(name)
        if not fact.formula:
            return self._place(name, fact.at) or fact.assumed or fact.external
        home = self.inside(name)
        names = formula.parse(fact.formula).names
        return worded(fact.formula, {n: home.fact(n).label for n in names})

    def _place(self, name: str, at: str) -> str:
        """The place as readers know it: where a case has several sources, the title for the id that stands first."""
        first, space, rest = at.partition(" ")
        owner = self.facts.cases.get(self.inside(name).case)
        source = owner.sources.get(first) if owner and space else None
        return f"{source.short}　{rest.strip()}" if source else at

    def shown(self, name: str) -> Shown:
        """Everything a reader sees of a fact. Raises KeyError, FormulaError."""
        fact = self.fact(name)
        return Shown(name, self.text(name), fact.label, self.origin(name), self.note(name), fact.as_of, fact.doubtful)

    def fill(self, text: str) -> str:
        """`{{fact}}` replaced by value and unit; one that cannot be shown stays as written."""
        return self.mentions(text, lambda shown: shown.text)

    def passages(self, units: Iterable[str]) -> tuple[Passage, ...]:
        """Every passage of these units that can be cited; `case:unit` is another case's, an unknown unit has none."""
        found = []
        for name in units:
            owner, colon, unit_id = name.partition(":")
            case = self.facts.cases.get(owner if colon else self.case)
            if unit := case.unit(unit_id if colon else name) if case else None:
                found += list(passages(unit, name, CaseFacts(self.facts, owner if colon else self.case)))
        return tuple(found)

    def mentions(self, text: str, show: Callable[[Shown], str]) -> str:
        """`{{fact}}` replaced by what `show` makes of it."""

        def one(match: re.Match[str]) -> str:
            try:
                return show(self.shown(match.group(1)))
            except (KeyError, FormulaError):
                return match.group(0)

        return MENTION.sub(one, text)

    def computed(self, text: str, unit: str = "", decimals: int | None = None) -> tuple[Decimal, str]:
        """A formula's value in `unit` and how it is shown. A single fact keeps its own unit and digits.

        Raises KeyError, FormulaError.
        """
        parsed = formula.parse(text)
        if parsed.single and not unit:
            fact = self.fact(parsed.single)
            found = self.number(parsed.single)
            if isinstance(found, tuple):
                raise FormulaError("needs-number", 1, parsed.single)
            return found / formula.scale(fact.unit), self.text(parsed.single)
        value = parsed.value(self.number) / formula.scale(unit)
        if decimals is None and parsed.single:
            decimals = self.digits(parsed.single)
        shown = formula.plain(value, decimals)
        gap = "" if unit in ("％", "%", "‰", "") else NBSP
        return value, f"{shown}{gap}{unit}"


def dated(value: str) -> str:
    """A month or a day as it is read (2008-07: 2008 年 7 月), in one piece; anything else as it is."""
    if not (found := DATED.fullmatch(value)):
        return value
    parts = (f"{int(n)}{NBSP}{sign}" for n, sign in zip(found.groups(), "年月日", strict=True) if n)
    return NBSP.join(parts)


def shown_in(block: Block) -> Iterator[str]:
    """The facts that a block shows or computes with, as written; of a formula that cannot be read, none."""
    if isinstance(block, Prose):
        yield from MENTION.findall(block.prose)
    elif isinstance(block, Metrics):
        yield from block.metrics
    elif isinstance(block, Timeline):
        for event in block.events:
            yield from [event.fact] if event.fact else MENTION.findall(f"{event.when} {event.text}")
    elif isinstance(block, Chart):
        yield from computed_with(block.formulas())
    elif isinstance(block, Explore):
        yield from (name for name in computed_with(block.formulas()) if name not in block.inputs)
        yield from MENTION.findall(block.note)
    elif isinstance(block, Table):
        cells = [c for row in block.rows.values() for c in row]
        yield from computed_with(c[1:] for c in cells if c.startswith("="))
        yield from (name for c in cells for name in MENTION.findall(c))


def computed_with(formulas: Iterable[str]) -> Iterator[str]:
    """The facts that these formulas name; one that cannot be read names none, and is reported where it stands."""
    for text in formulas:
        try:
            yield from formula.parse(text).names
        except FormulaError:
            continue


def worded(text: str, labels: Mapping[str, str]) -> str:
    """A formula with the facts' labels for their ids and the signs that a reader knows."""
    for name in sorted(labels, key=len, reverse=True):
        text = re.sub(rf"(?<![\w:-]){re.escape(name)}(?![\w:-])", labels[name].replace("\\", ""), text)
    for name, word in SAID.items():
        text = re.sub(rf"(?<![\w:-]){name}\(", f"{word}(", text)
    return text.replace(" - ", " − ").replace(" * ", " × ").replace(" / ", " ÷ ")


__all__ = ["MENTION", "ORIGINS", "CaseFacts", "Facts", "Shown", "computed_with", "shown_in", "worded"]
