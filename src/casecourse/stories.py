"""Stories: states with choices between them, variables that choices change, and replaying what somebody chose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, Field, StringConstraints

from casecourse.blanks import FormulaText
from casecourse.formula import FormulaError, Scalar, parse
from casecourse.grading import Frozen, Lines
from casecourse.texts import t
from casecourse.walks import Walk, walked

LONGEST_RUN = 100  # steps; a story that goes round is left some time

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
# `+5`, `−5` and `－5` are what people type.
Step = Annotated[
    Decimal,
    BeforeValidator(lambda v: v.translate(str.maketrans("＋－−", "+--")) if isinstance(v, str) else v),
    Field(max_digits=12),
]


class Variable(Frozen):
    """A figure that the choices change."""

    label: str = Field(min_length=1, description="名称")
    start: Decimal = Field(max_digits=12, description="开始时的值")
    min: Decimal | None = Field(default=None, description="最小值；降到这里为止")
    max: Decimal | None = Field(default=None, description="最大值；升到这里为止")

    def clamped(self, value: Decimal) -> Decimal:
        """The value held between min and max."""
        value = value if self.min is None else max(self.min, value)
        return value if self.max is None else min(self.max, value)


class Turn(Frozen):
    """A choice: where it leads, when it is open, and what it changes."""

    text: str = Field(min_length=1, description="选择：文字")
    to: str = Field(description="去到哪个状态")
    id: str = Field(default="", pattern=r"^([a-z][a-z0-9-]*)?$", description="选择的 id；措辞可能改动时先写好")
    if_: FormulaText = Field(default="", alias="if", description="什么条件下可选：变量的公式")
    change: Mapping[str, Step] = Field(default_factory=dict, description="变量的增减，如 days: +1")
    why: str = Field(default="", description="提交以后看到的点评")
    evidence: Lines = Field(default=(), description="这一步自己的依据")
    was: str = Field(default="", description="原来的文字：改措辞后仍认得旧答案")

    @property
    def name(self) -> str:
        """What an answer calls it."""
        return self.id or self.text


class Scene(Frozen):
    """A state of the story: what is the case, and what can be done; an end has no choices."""

    text: str = Field(min_length=1, description="此时的情形")
    choices: tuple[Turn, ...] = Field(default=(), max_length=12, description="可作的选择；结局不写")
    credit: Decimal | None = Field(default=None, ge=0, le=1, description="结局值多少，0 到 1；都不写就不计分")


class Remark(Frozen):
    """A comment at the end, where its condition holds."""

    when: FormulaText = Field(description="什么条件下说：变量的公式")
    say: str = Field(min_length=1, description="点评")


class Spot(NamedTuple):
    """Where somebody stands: a state, and the values of the variables in their order."""

    state: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A list of choices replayed as far as it leads: the spots, the choices between them, and why it leads no further."""

    spots: tuple[Spot, ...]
    turns: tuple[Turn, ...]
    stuck: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """What can happen: variables, states, and where figures that are no variables come from."""

    vars: Mapping[str, Variable]
    states: Mapping[str, Scene]
    fact: Callable[[str], Scalar]

    @property
    def start(self) -> Spot:
        """Where everybody begins: the first state."""
        return Spot(next(iter(self.states)), tuple(v.start for v in self.vars.values()))

    @property
    def ends(self) -> dict[str, Scene]:
        """The states without choices."""
        return {name: scene for name, scene in self.states.items() if not scene.choices}

    def turns(self) -> Iterator[tuple[str, int, Turn]]:
        """(state, place, choice) of every choice."""
        for state, scene in self.states.items():
            yield from ((state, n, turn) for n, turn in enumerate(scene.choices))

    def value(self, text: str, values: tuple[Decimal, ...]) -> Decimal:
        """A formula over the variables, and facts. Raises FormulaError, KeyError."""
        known = dict(zip(self.vars, values, strict=True))
        return parse(text).value(lambda name: known[name] if name in known else self.fact(name))

    def holds(self, text: str, values: tuple[Decimal, ...]) -> bool:
        """True where a condition is met; one that cannot be computed is not."""
        try:
            return self.value(text, values) != 0
        except (FormulaError, KeyError):
            return False

    def is_open(self, turn: Turn, spot: Spot) -> bool:
        """True where a choice can be taken."""
        return turn.to in self.states and (not turn.if_ or self.holds(turn.if_, spot.values))

    def after(self, spot: Spot, turn: Turn) -> Spot:
        """Where a choice leads: its state, and the variables changed and held between their limits."""
        pairs = zip(self.vars.items(), spot.values, strict=True)
        return Spot(turn.to, tuple(v.clamped(now + turn.change.get(name, Decimal(0))) for (name, v), now in pairs))

    def changed(self, before: Spot, after: Spot) -> dict[str, Decimal]:
        """The label of every variable that became another, with its change as it was felt, limits counted in."""
        rows = zip(self.vars.values(), before.values, after.values, strict=True)
        return {v.label: now - then for v, then, now in rows if now != then}

    def seen_by(self, text: str, values: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        """The values that a formula looks at; where they are the same, so is what it comes to."""
        names = parse(text).names
        return tuple(value for name, value in zip(self.vars, values, strict=True) if name in names)

    def moves(self, spot: Spot) -> list[tuple[str, Spot]]:
        """The name of every open choice, with where it leads."""
        choices = self.states[spot.state].choices
        return [(turn.name, self.after(spot, turn)) for turn in choices if self.is_open(turn, spot)]

    def walk(self) -> Walk[Spot, str]:
        """Everything that can happen."""
        return walked(self.start, self.moves, effort=lambda spot: len(self.states[spot.state].choices))

    def follow(self, names: Iterable[object]) -> Run:
        """Replay choices by name, by an earlier text too, as far as they lead."""
        spots, turns, stuck = [self.start], list[Turn](), ""
        for n, name in enumerate(names, 1):
            choices = self.states[spots[-1].state].choices
            turn = next((c for c in choices if c.name == name), None) or next(
                (c for c in choices if c.was and c.was == name), None
            )
            if not choices:
                stuck = t("已经走到结局，后面不能再有选择。")
            elif turn is None:
                stuck = t("第 {n} 步没有这个选择：{name}", n=n, name=str(name)[:60])
            elif not self.is_open(turn, spots[-1]):
                stuck = t("第 {n} 步不能选“{name}”：条件不满足。", n=n, name=str(name)[:60])
            elif n > LONGEST_RUN:
                stuck = t("走得太久了：最多 {n} 步。", n=LONGEST_RUN)
            if stuck or turn is None:
                break
            turns.append(turn)
            spots.append(self.after(spots[-1], turn))
        return Run(tuple(spots), tuple(turns), stuck)


def one_line(text: str) -> str:
    """A text without line breaks."""
    return " ".join(text.split())
