"""Dispatching: levels with time and cost, events with a key, how an event travels, and what does not fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, NamedTuple

from pydantic import Field, StringConstraints

from casecourse.blanks import FormulaText
from casecourse.formula import FormulaError, Scalar, parse, plain, scale
from casecourse.grading import Flaw, Frozen, Lines
from casecourse.texts import t

TOTALS = ("bottom", "up", "over", "time", "best", "cost")
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]


class Level(Frozen):
    """A level that settles events; what that takes."""

    text: str = Field(min_length=1, description="层级：名称")
    time: FormulaText = Field(default="", description="在这一层办要多少时间：公式")
    cost: FormulaText = Field(default="", description="在这一层办的成本：公式")


class LevelRule(Frozen):
    """A rule at hand while dispatching: what leads to which level."""

    text: str = Field(min_length=1, description="规则")
    to: str = Field(description="这条规则指向的层级")


class Incident(Frozen):
    """An event; `to` names a level and one entry of every desk, in any order."""

    text: str = Field(min_length=1, description="事件：文字")
    id: str = Field(default="", pattern=r"^([a-z][a-z0-9-]*)?$", description="事件的 id；措辞可能改动时先写好")
    to: Lines = Field(default=(), description="该派到哪里：一个层级，和每个分派栏里的一项")
    also: Lines = Field(default=(), description="也说得通的去处，得一半")
    rule: str = Field(default="", description="依的是哪条规则")
    why: str = Field(default="", description="派错了看到的反馈；公布以后都看得到")
    was: str = Field(default="", description="原来的文字：改措辞后仍认得旧答案")

    @property
    def name(self) -> str:
        """What an answer calls it."""
        return self.id or self.text


class Figure(Frozen):
    """A statistic of the run."""

    label: str = Field(min_length=1, description="名称")
    formula: FormulaText = Field(description="公式，可用 events right bottom up over time best cost 和事实")
    unit: str = Field(default="", description="单位")
    decimals: int | None = Field(default=None, ge=0, le=8, description="保留几位小数")

    def value(self, number: Callable[[str], Scalar]) -> Decimal:
        """The figure in its unit. Raises FormulaError, KeyError."""
        return parse(self.formula).value(number) / scale(self.unit)

    def shown(self, value: Decimal) -> str:
        """The figure as it is read; without `decimals` two are enough."""
        text = plain(value, self.decimals) if self.decimals is not None else plain(round(value, 2))
        return f"{text}{'' if self.unit in ('％', '%', '‰', '') else chr(0xA0)}{self.unit}"


class Place(NamedTuple):
    """One decision about an event: a desk by its title, or the level under ""; and the names to choose from."""

    title: str
    names: tuple[str, ...]


class Taken(NamedTuple):
    """What settling at a level takes."""

    time: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True)
class Trip:
    """How an event went: the levels it passed, whether it was sent too high, what that took, and the least time."""

    passed: tuple[str, ...]
    over: bool
    bottom: bool
    time: Decimal
    cost: Decimal
    best: Decimal

    @property
    def up(self) -> int:
        """How often it was passed up."""
        return len(self.passed) - 1


@dataclass(frozen=True, slots=True)
class Board:
    """The levels from the lowest up, with what each takes."""

    names: tuple[str, ...]
    steps: tuple[Taken, ...]

    def trip(self, sent: str, settled: str | None) -> Trip:
        """Send an event to a level; below the one that settles it, it is passed up, and every level on the way counts."""
        first = self.names.index(sent)
        last = max(first, self.names.index(settled)) if settled else first
        way = range(first, last + 1)
        home = self.names.index(settled) if settled else first
        return Trip(
            tuple(self.names[n] for n in way),
            first > home,
            first == 0,
            sum((self.steps[n].time for n in way), Decimal(0)),
            sum((self.steps[n].cost for n in way), Decimal(0)),
            self.least(home) if settled else self.steps[first].time,
        )

    def least(self, home: int) -> Decimal:
        """The least time in which an event of that level can be settled; sending it too low never saves any."""
        return min(step.time for step in self.steps[home:])


def board(levels: Sequence[Level], compute: Callable[[str], Decimal]) -> Board:
    """The levels with their formulas computed. Raises what `compute` raises."""
    steps = [Taken(*(compute(x) if x else Decimal(0) for x in (level.time, level.cost))) for level in levels]
    return Board(tuple(level.text for level in levels), tuple(steps))


def totals(trips: Iterable[Trip]) -> dict[str, Decimal]:
    """The sums over all events, by the names of TOTALS."""
    found = list(trips)
    return {
        "bottom": Decimal(sum(x.bottom for x in found)),
        "up": Decimal(sum(x.up for x in found)),
        "over": Decimal(sum(x.over for x in found)),
        "time": sum((x.time for x in found), Decimal(0)),
        "best": sum((x.best for x in found), Decimal(0)),
        "cost": sum((x.cost for x in found), Decimal(0)),
    }


def share(event: Incident, sent: Sequence[str]) -> Decimal | None:
    """The mean over the places: 1 as the key says, half for also; None for an event without a key."""
    if not event.to:
        return None
    points = [Decimal(1) if x in event.to else Decimal("0.5") if x in event.also else Decimal(0) for x in sent]
    return sum(points, Decimal(0)) / len(points)


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())


# ---- what does not fit together ----------------------------------------------------------------------------------------


def _unknown(path: tuple[str | int, ...], name: str, what: str, names: Iterable[str]) -> Flaw:
    near = get_close_matches(name, list(names), 1, 0.5)
    help_ = t("是不是 '{near}'？", near=near[0]) if near else t("可用：{names}", names="、".join(names))
    return Flaw(path, "unknown-reference", t("没有叫“{ref}”的{what}", ref=name, what=what), help_)


def faults(
    levels: Sequence[Level], places: Sequence[Place], rules: Mapping[str, LevelRule], events: Sequence[Incident]
) -> Iterator[Flaw]:
    """Names that stand twice, keys that name nothing or not every place, rules that lead elsewhere or are idle."""
    if not places:
        help_ = t("写 levels: 由低到高的层级，或 desks: 栏名与去处")
        yield Flaw((), "missing-field", t("没有可派的去处"), help_, at_key=True)
        return
    found = list(_names(levels, places))
    yield from found
    if found:
        return  # what a key means is not to be said before the names are right
    names = {x.text for x in levels}
    for name, rule in rules.items():
        if rule.to not in names:
            yield _unknown(("rules", name, "to"), rule.to, t("层级"), [x.text for x in levels])
    seen: dict[str, int] = {}
    for n, event in enumerate(events):
        if event.name in seen:
            message = t("两件事一样：“{word}”", word=one_line(event.name)[:40])
            yield Flaw(("events", n), "wrong-value", message, t("改写其中一件"), also=("events", seen[event.name]))
        seen.setdefault(event.name, n)
        yield from _key(n, event, places)
        yield from _rule(n, event, rules, names)
    if any(e.to for e in events):
        yield from _idle(levels, rules, events)


def _names(levels: Sequence[Level], places: Sequence[Place]) -> Iterator[Flaw]:
    seen: dict[str, tuple[str | int, ...]] = {}
    for place in places:
        for n, name in enumerate(place.names):
            path: tuple[str | int, ...] = ("desks", place.title, n) if place.title else ("levels", n)
            if name in seen:
                message = t("“{word}”写了两次，答案分不清是哪一个", word=name)
                yield Flaw(path, "wrong-value", message, t("各层级和各分派栏里的名字不能重复"), also=seen[name])
            seen.setdefault(name, path)
        if len(place.names) < 2:
            at: tuple[str | int, ...] = ("desks", place.title) if place.title else ("levels",)
            yield Flaw(at, "wrong-value", t("这里的项数不对"), t("至少 {n} 项", n=2), at_key=True)
    for field in ("time", "cost"):
        some = [n for n, level in enumerate(levels) if getattr(level, field)]
        for n in sorted(set(range(len(levels))) - set(some)) if some else ():
            message = t("“{word}”没有写 {field}，别的层级写了", word=levels[n].text, field=field)
            yield Flaw(("levels", n), "missing-field", message, t("每一层都写，或都不写"))


def _key(n: int, event: Incident, places: Sequence[Place]) -> Iterator[Flaw]:
    known = [name for place in places for name in place.names]
    for field, names in (("to", event.to), ("also", event.also)):
        for k, name in enumerate(names):
            if name not in known:
                yield _unknown(("events", n, field, k), name, t("去处"), known)
            elif field == "also" and name in event.to:
                message = t("“{word}”已经在 to 里", word=name)
                yield Flaw(("events", n, "also", k), "wrong-value", message, t("also 写也说得通的别的去处"))
    if event.also and not event.to:
        yield Flaw(("events", n, "also"), "wrong-value", t("写了 also，还要写 to"), t("没有答案的事两样都不写"))
    if not event.to or any(name not in known for name in event.to):
        return
    for place in places:
        hits = [name for name in event.to if name in place.names]
        if len(hits) != 1:
            title = place.title or t("层级")
            message = t("“{title}”要写一个去处，这里有 {n} 个", title=title, n=len(hits))
            yield Flaw(("events", n, "to"), "wrong-value", message, t("可用：{names}", names="、".join(place.names)))


def _rule(n: int, event: Incident, rules: Mapping[str, LevelRule], levels: set[str]) -> Iterator[Flaw]:
    if not event.rule:
        return
    rule = rules.get(event.rule)
    if rule is None:
        yield _unknown(("events", n, "rule"), event.rule, t("规则"), rules)
    elif rule.to in levels and event.to and rule.to not in event.to:
        message = t("规则“{rule}”指向“{to}”，这件事却派到别处", rule=event.rule, to=rule.to)
        also = ("rules", event.rule, "to")
        yield Flaw(("events", n, "rule"), "wrong-value", message, t("改规则，或改这件事的 to"), also=also)


def _idle(levels: Sequence[Level], rules: Mapping[str, LevelRule], events: Sequence[Incident]) -> Iterator[Flaw]:
    used = {e.rule for e in events}
    for name in rules:
        if name not in used:
            message = t("没有一件事用到规则“{name}”", name=name)
            yield Flaw(("rules", name), "unused-rule", message, t("加一件用到它的事，或删去它"), at_key=True)
    settled = {name for e in events for name in e.to}
    for n, level in enumerate(levels):
        if level.text not in settled:
            message = t("没有一件事该派到“{name}”", name=level.text)
            yield Flaw(("levels", n), "unused-level", message, t("加一件该由它办的事，或删去它"))


def output_faults(outputs: Sequence[Figure], known: set[str], fact: Callable[[str], Scalar]) -> Iterator[Flaw]:
    """Outputs that name nothing, or that two outputs call the same."""
    labels: dict[str, int] = {}
    for n, figure in enumerate(outputs):
        if figure.label in labels:
            also = ("outputs", labels[figure.label], "label")
            message = t("两项统计同名：“{word}”", word=figure.label)
            yield Flaw(("outputs", n, "label"), "wrong-value", message, t("改写其中一个"), also=also)
        labels.setdefault(figure.label, n)
        for name in parse(figure.formula).names:
            if name not in known and not _is_fact(name, fact):
                yield _unknown(("outputs", n, "formula"), name, t("数或事实"), sorted(known))


def _is_fact(name: str, fact: Callable[[str], Scalar]) -> bool:
    try:
        fact(name)
    except FormulaError:
        return True  # it exists, and what is wrong with it is said where it stands
    except KeyError:
        return False
    return True
