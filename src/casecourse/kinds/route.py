"""route 派单: a stream of events, each sent to a level and to desks under rules; time and cost follow."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field

from casecourse import dispatch
from casecourse.dispatch import Board, Figure, Incident, Level, LevelRule, Place, Trip, one_line
from casecourse.formula import Formula, FormulaError, parse, plain
from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Line,
    Lines,
    Manual,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    line_as,
    shape,
)
from casecourse.texts import t

Sent = dict[str, list[str]]  # event → one name for each place, in the order of the places


class Route(ExerciseBase):
    """Send each of a stream of events where it belongs; too low is passed up, too high costs."""

    kind: Literal["route"] = Field(description="题型")
    levels: tuple[Annotated[Level, line_as("text")], ...] = Field(
        default=(), max_length=9, description="层级，由低到高；派低了逐级上交，时间和成本照加"
    )
    desks: Mapping[str, Lines] = Field(default_factory=dict, max_length=6, description="分派：栏名下写可派的去处")
    unit: str = Field(default="", description="时间的单位")
    rules: Mapping[dispatch.Id, LevelRule] = Field(default_factory=dict, description="派单时看得到的规则")
    events: tuple[Annotated[Incident, line_as("text")], ...] = Field(
        min_length=1, max_length=60, description="一件一件来的事"
    )
    outputs: tuple[Figure, ...] = Field(default=(), max_length=12, description="最后的统计：名称与公式")

    WORDING = ExerciseBase.WORDING | {"outputs"}
    MINUTES = 5
    COMPARED = True
    MANUAL = Manual(
        title="派单",
        does="一件件事接踵而来，对照规则，决定交给哪一层、派到哪一栏的哪一处。用来练分级处置和分派，体会派低、派高各有什么代价。"
        "可以只有层级，只有分派栏，也可以两样都有。",
        scored="一件事的得分是各个去处的平均：与 `to` 相同 1，在 `also` 里 0.5，别的 0。份额是有 `to` 的各件事的平均；都不写 `to` 就不计分。"
        "派低了逐级上交，路上每一层的时间和成本都算；派高了照那一层算。"
        "`outputs` 的公式可以用 `events`（件数）、`right`（全派对的件数）、`bottom`（派到最低层的件数）、`up`（上交的次数）、`over`（派得过高的件数）、"
        "`time`、`best`（最短用时）、`cost` 和事实。"
        "全部派完、提交以后看到每件对不对和合计；该派到哪里、怎样上交的，答案公布以后才看得到。",
        answer="事件名到去处的列表：一个层级，和每个分派栏里的一项，次序不论。事件名是它的 `id`，没有 `id` 就是它的文字。每件都要派。",
        counted="每件事各个去处有几人，各项统计在全班的分布。",
    )

    # ---- where things go -------------------------------------------------------------------------------------------
    @property
    def places(self) -> tuple[Place, ...]:
        """What is decided for every event: the level, then each desk."""
        level = (Place("", tuple(x.text for x in self.levels)),) if self.levels else ()
        return (*level, *(Place(title, tuple(names)) for title, names in self.desks.items()))

    @property
    def board(self) -> Board:
        """The levels with their time and cost. Raises FormulaError, KeyError."""
        return dispatch.board(self.levels, lambda text: parse(text).value(self.scope.number))

    @property
    def keyed(self) -> bool:
        """True when some event has a key."""
        return any(e.to for e in self.events)

    def event(self, name: str) -> Incident | None:
        """The event that an answer calls `name`, also by its earlier text."""
        return next((e for e in self.events if e.name == name), None) or next(
            (e for e in self.events if e.was and e.was == name), None
        )

    def arranged(self, names: Iterable[object]) -> list[str | None] | None:
        """One name for each place, None where it is missing; None as a whole where a name is strange or too many."""
        found: list[str | None] = [None] * len(self.places)
        for name in names:
            place = next((n for n, p in enumerate(self.places) if name in p.names), None)
            if place is None or found[place] is not None:
                return None
            found[place] = str(name)
        return found

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Sent:
        """Event → names, one for each place; every event must have been sent."""
        answer: Sent = {}
        for name, names in shape(raw, t("一份派单"), of=dict).items():
            event = self.event(name)
            if event is None:
                raise Unreadable(t("没有这件事：{name}", name=str(name)[:60]))
            sent = self.arranged([shape(x, t("去处"), of=str) for x in shape(names, t("一列去处"), of=list)])
            if sent is None:
                raise Unreadable(t("“{name}”的去处现在没有了，或派了两次。", name=one_line(event.text)[:60]))
            if event.name in answer:
                raise Unreadable(t("同一件事派了两次：{name}", name=one_line(event.text)[:60]))
            answer[event.name] = [x for x in sent if x is not None]
        left = [e for e in self.events if len(answer.get(e.name, [])) < len(self.places)]
        if left:
            raise Unreadable(t("还有 {n} 件没有派。", n=len(left)))
        return {e.name: answer[e.name] for e in self.events}

    def grade(self, answer: Sent) -> Verdict:
        """Per event the mean over its places, 1 right and half for also; the mean over events with a key.

        Notes: each event with its comment, then the figures that the run came to.
        """
        shares: list[Decimal] = []
        matched, notes = list[str](), list[Note]()
        for event in self.events:
            share = dispatch.share(event, answer[event.name])
            if share is None:
                notes.append(Note(event.text, "info", event.why))
                continue
            shares.append(share)
            state: Literal["right", "part", "wrong"] = "right" if share == 1 else "part" if share > 0 else "wrong"
            matched += [event.name] if share == 1 else []
            notes.append(Note(event.text, state, event.why if share < 1 else ""))
        figures = [Note(f"{label}\u3000{text}", "info") for label, text in self.figures(answer)]
        return self.verdict(sum(shares, Decimal(0)) / len(shares) if shares else None, matched, [*notes, *figures])

    def trips(self, answer: Sent) -> dict[str, Trip]:
        """Event → how it travelled through the levels: passed up, or sent too high. Empty where there are no levels."""
        if not self.levels:
            return {}
        board = self.board
        return {e.name: board.trip(answer[e.name][0], self.level_of(e)) for e in self.events}

    def ways(self, answer: Sent) -> dict[str, str]:
        """How each event travelled, where it did: passed up level by level, or sent too high."""
        try:
            trips = self.trips(answer)
        except (FormulaError, KeyError):
            return {}
        found = {}
        for name, trip in trips.items():
            took = f"（{plain(trip.time)}\u00a0{self.unit}）" if any(x.time for x in self.levels) else ""
            if trip.up:
                found[name] = t("派低了，逐级上交：{levels}{took}。", levels=" → ".join(trip.passed), took=took)
            elif trip.over:
                found[name] = t("派高了，照那一层的办法办{took}。", took=took)
        return found

    def level_of(self, event: Incident) -> str | None:
        """The level at which an event is settled, by its key."""
        names = [x.text for x in self.levels]
        return next((name for name in event.to if name in names), None)

    def numbers(self, answer: Sent) -> dict[str, Decimal]:
        """What formulas of outputs may name."""
        right = sum(dispatch.share(e, answer[e.name]) == 1 for e in self.events)
        counted = {"events": Decimal(len(self.events)), "right": Decimal(right)}
        return counted | dispatch.totals(self.trips(answer).values()) if self.levels else counted

    def figures(self, answer: Sent) -> list[tuple[str, str]]:
        """(label, figure with its unit) of a run: how many right, what the levels took, and the author's outputs."""
        try:
            numbers = self.numbers(answer)
            own = [(f.label, f.shown(self._output(f, numbers))) for f in self.outputs]
        except (FormulaError, KeyError):
            return []  # said by the check, at the formula
        found = [(t("派对"), t("{n} / {of} 件", n=plain(numbers["right"]), of=len(self.events)))] if self.keyed else []
        if self.levels and self.keyed:
            found.append((t("逐级上交"), t("{n} 次", n=plain(numbers["up"]))))
            found.append((t("派得过高"), t("{n} 件", n=plain(numbers["over"]))))
        if any(x.time for x in self.levels):
            best = t("（最短 {n}）", n=plain(numbers["best"])) if self.keyed else ""
            found.append((t("用时"), f"{plain(numbers['time'])}\u00a0{self.unit}{best}"))
        if any(x.cost for x in self.levels):
            found.append((t("成本"), plain(numbers["cost"])))
        return [*found, *own]

    def _output(self, figure: Figure, numbers: Mapping[str, Decimal]) -> Decimal:
        return figure.value(lambda name: numbers[name] if name in numbers else self.scope.number(name))

    def slot(self, event: Incident, place: Place) -> str:
        """Where a decision is counted: the event, with the place where there are several."""
        return f"{event.name} · {place.title or t('层级')}" if len(self.places) > 1 else event.name

    def tally(self, answers: Iterable[Sent]) -> Tally:
        """Event (and place) × name → how many; `figures` holds of every output the values, in order of size."""
        rows = list(answers)
        slots: dict[str, dict[str, int]] = {}
        for event in self.events:
            for n, place in enumerate(self.places):
                counts = Counter(row[event.name][n] for row in rows)
                slots[self.slot(event, place)] = {name: counts[name] for name in place.names if counts[name]}
        return Tally(len(rows), slots, {"figures": self._spread(rows)})

    def _spread(self, rows: list[Sent]) -> dict[str, JSON]:
        """Label → least, quartiles and most over the class, as they are shown, and every value for a figure of them."""
        wanted = [*self.outputs, *self._totals()]
        values: dict[str, list[Decimal]] = {f.label: [] for f in wanted}
        for row in rows:
            try:
                numbers = self.numbers(row)
                for figure in wanted:
                    values[figure.label].append(self._output(figure, numbers))
            except (FormulaError, KeyError):
                continue
        return {f.label: _quartiles(f, sorted(values[f.label])) for f in wanted if values[f.label]}

    def _totals(self) -> Iterator[Figure]:
        own = {f.label for f in self.outputs}
        if any(x.time for x in self.levels) and t("用时") not in own:
            yield Figure(label=t("用时"), formula="time", unit=self.unit)
        if any(x.cost for x in self.levels) and t("成本") not in own:
            yield Figure(label=t("成本"), formula="cost")

    def positions(self, answer: Sent) -> dict[str, str]:
        """Every event, and place, is a slot."""
        return {
            self.slot(event, place): answer[event.name][n]
            for event in self.events
            for n, place in enumerate(self.places)
        }

    def samples(self) -> Iterator[Sample]:
        """All by the key, one of them wrong, all wrong, and things that are no dispatch."""
        first = {e.name: [p.names[0] for p in self.places] for e in self.events}
        right = {e.name: [self._by_key(e, p) for p in self.places] for e in self.events}
        wrong = {e.name: [self._beside_key(e, p) for p in self.places] for e in self.events}
        if not self.keyed:
            yield Sample(first, "unscored")
        else:
            yield Sample(right, "right")
            if all(dispatch.share(e, wrong[e.name]) in (0, None) for e in self.events):
                yield Sample(wrong, "wrong")
            keyed = [e.name for e in self.events if e.to]
            if len(keyed) > 1:
                yield Sample({**right, keyed[0]: wrong[keyed[0]]}, "part")
        name, names = next(iter(first.items()))
        odd: list[JSON] = [{}, None, [], "派", {name: names[0]}, {name: []}, {name: [*names, names[0]]}]
        odd += [{**first, "没有的事": names}, {**first, name: ["没有的去处", *names[1:]]}, {**first, name: [names]}]
        if len(self.events) > 1:
            odd.append({name: names})
        yield from (Sample(x, "unreadable") for x in odd)

    def _by_key(self, event: Incident, place: Place) -> str:
        return next((name for name in event.to if name in place.names), place.names[0])

    def _beside_key(self, event: Incident, place: Place) -> str:
        return next((name for name in place.names if name not in (*event.to, *event.also)), place.names[0])

    def public(self) -> Self:
        """Levels, desks, rules and events without key and comments; the statistics come with the verdict."""
        bare = tuple(Incident(text=e.text, id=e.id, was=e.was) for e in self.events)
        return self.stripped(events=bare, outputs=())

    def paper(self) -> list[Line]:
        """Prompt, what each level takes, the rules, and a line per event for where it goes."""
        lines = [Line("prompt", self.prompt)]
        lines += [Line("cell", f"{n}. {self.scope.fill(x)}") for n, x in enumerate(self.heads(), 1)]
        lines += [Line("cell", f"{title}：{'、'.join(names)}") for title, names in self.desks.items()]
        lines += [Line("cell", f"{self.scope.fill(one_line(r.text))} → {r.to}") for r in self.rules.values()]
        for event in self.events:
            lines.append(Line("option", self.scope.fill(one_line(event.text))))
            lines += [Line("blank", place.title or t("层级")) for place in self.places]
        return lines

    def heads(self) -> list[str]:
        """Each level with its time and cost as a line."""
        try:
            steps = self.board.steps
        except (FormulaError, KeyError):
            return [x.text for x in self.levels]
        found = []
        for level, step in zip(self.levels, steps, strict=True):
            parts = [f"{plain(step.time)}\u00a0{self.unit}"] if level.time else []
            parts += [t("成本 {n}", n=plain(step.cost))] if level.cost else []
            found.append(level.text + (f"（{'，'.join(parts)}）" if parts else ""))
        return found

    def written(self, answer: Sent) -> str:
        """Event by event where it went."""
        texts = {e.name: one_line(e.text) for e in self.events}
        return self.scope.fill("；".join(f"{texts[name]} → {'、'.join(sent)}" for name, sent in answer.items()))

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """What the levels take: the figures belong to what is asked."""
        for n, level in enumerate(self.levels):
            if level.time:
                yield ("levels", n, "time"), parse(level.time), ""
            if level.cost:
                yield ("levels", n, "cost"), parse(level.cost), ""

    def key_words(self) -> Iterator[str]:
        """Where the events belong."""
        yield from dict.fromkeys(name for e in self.events for name in e.to)

    def flaws(self) -> Iterator[Flaw]:
        """Names, keys, rules and outputs that do not fit together."""
        known = {"events", "right", *(dispatch.TOTALS if self.levels else ())}
        yield from dispatch.faults(self.levels, self.places, self.rules, self.events)
        yield from dispatch.output_faults(self.outputs, known, self.scope.number)


def _quartiles(figure: Figure, values: list[Decimal]) -> JSON:
    cuts = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    five = (values[0], *cuts, values[-1])
    named = dict(zip(("least", "q1", "median", "q3", "most"), map(figure.shown, five), strict=True))
    return {**named, "values": [str(v) for v in values]}


__all__ = ["Place", "Route", "one_line"]
