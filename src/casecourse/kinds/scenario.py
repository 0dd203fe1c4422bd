"""scenario 情境: decisions one after the other, each with its consequences, until the story ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, PrivateAttr

from casecourse.formula import plain
from casecourse.grading import (
    JSON,
    ExerciseBase,
    Flaw,
    Line,
    Manual,
    Named,
    Note,
    Sample,
    Tally,
    Unreadable,
    Verdict,
    shape,
)
from casecourse.stories import Id, Remark, Run, Scene, Spot, Story, Variable, one_line
from casecourse.storyfaults import faults
from casecourse.texts import t
from casecourse.walks import Walk

SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "*": "×", "/": "÷"}
NAME_OR_SIGN = re.compile(r"[a-z][a-z0-9-]*(?::[a-z][a-z0-9-]*)?|[<>=!]=|[*/]")


class Scenario(ExerciseBase):
    """Take decisions through the states of a story; the end that is reached earns its credit."""

    kind: Literal["scenario"] = Field(description="题型")
    vars: Mapping[Id, Variable] = Field(default_factory=dict, max_length=12, description="变量")
    states: Mapping[Id, Scene] = Field(min_length=2, max_length=200, description="状态；第一个是开始")
    rules: tuple[Remark, ...] = Field(default=(), max_length=40, description="结尾的点评：条件与话")

    WORDING = ExerciseBase.WORDING | {"rules"}
    MINUTES = 6
    COMPARED = True
    MANUAL = Manual(
        title="情境",
        does="一步一步作决定：读一段情形，选一个做法，看变量怎样变、事情走到哪里，直到一个结局。"
        "用来体会次序、取舍和代价。每选一步就存一步；可以后退、重来，也可以回到刚才的位置。",
        scored="份额就是走到的结局的 `credit`；一个结局都不写 `credit` 就不计分。写就每个结局都写，最好的写 1。"
        "变量按 `change` 增减，升降到 `max`、`min` 为止。`if` 不成立的选择看得到、选不了。"
        "提交以后看到每一步的 `why` 和条件成立的点评（`rules`）；答案公布以后看到有哪些结局、全班走了哪些路。"
        "检查时会走遍每个状态和变量的每组值：走不到的状态、走不出去的状态、到不了结局的走法、打不开的选择都会指出来，"
        "超过 20,000 种组合就停下并说明。",
        answer="从头到结局的选择，一个列表。选择名是它的 `id`，没有 `id` 就是它的文字。走到一半的不是答案。",
        counted="每个状态里各个选择有几人次，每个结局有几人，走得最多的路。",
    )

    _walk: Walk[Spot, str] | None = PrivateAttr(default=None)

    # ---- the story -----------------------------------------------------------------------------------------------
    @property
    def story(self) -> Story:
        """What can happen."""
        return Story(self.vars, self.states, lambda name: self.scope.number(name))

    @property
    def keyed(self) -> bool:
        """True when some end has a credit."""
        return any(s.credit is not None for s in self.states.values())

    def walk(self) -> Walk[Spot, str]:
        """Everything that can happen; walked once. It holds names only, so a public copy may share it."""
        if self._walk is None:
            self._walk = self.story.walk()
        return self._walk

    def title(self, state: str) -> str:
        """What a state is called where answers are counted: its text on one line, with its id where two say the same."""
        text = one_line(self.states[state].text)
        same = sum(one_line(s.text) == text for s in self.states.values())
        return f"{text}（{state}）" if same > 1 else text

    # ---- the contract ----------------------------------------------------------------------------------------------
    def read(self, raw: JSON) -> list[str]:
        """The choices from the start to an end, by name."""
        names = [shape(x, t("一个选择"), of=str) for x in shape(raw, t("一列选择"), of=list)]
        if not names:
            raise Unreadable(t("还没有开始。"))
        run = self.story.follow(names)
        if run.stuck:
            raise Unreadable(run.stuck)
        if self.states[run.spots[-1].state].choices:
            raise Unreadable(t("还没有走到结局。"))
        return [turn.name for turn in run.turns]

    def grade(self, answer: list[str]) -> Verdict:
        """The credit of the end. Notes: each choice with its comment, the end, and the comments whose condition holds."""
        run = self.story.follow(answer)
        end = run.spots[-1]
        credit = (self.states[end.state].credit or Decimal(0)) if self.keyed else None
        state: Literal["right", "part", "wrong", "info"] = (
            "info" if credit is None else "right" if credit == 1 else "part" if credit > 0 else "wrong"
        )
        said = [r.say for r in self.rules if self.story.holds(r.when, end.values)]
        notes = [
            *(Note(turn.text, "info", turn.why) for turn in run.turns),
            Note(self.states[end.state].text, state),
            *(Note(t("点评"), "info", say) for say in said),
        ]
        return self.verdict(credit, [end.state], notes)

    def tally(self, answers: Iterable[list[str]]) -> Tally:
        """Slot "" holds the ends, each state's slot its choices; `paths` counts whole runs, the most frequent first."""
        titles = {name: self.title(name) for name in self.states}
        slots: dict[str, Counter[str]] = {"": Counter()}
        slots |= {titles[name]: Counter() for name, scene in self.states.items() if scene.choices}
        paths: Counter[tuple[str, ...]] = Counter()
        for answer in answers:
            run = self.story.follow(answer)
            for spot, turn in zip(run.spots, run.turns, strict=False):
                slots[titles[spot.state]][turn.name] += 1
            slots[""][titles[run.spots[-1].state]] += 1
            paths[tuple(turn.name for turn in run.turns)] += 1
        rows = [[list(names), n] for names, n in paths.most_common()]
        return Tally(sum(paths.values()), {s: dict(c.most_common()) for s, c in slots.items()}, {"paths": rows})

    def positions(self, answer: list[str]) -> dict[str, str]:
        """The end, and the last choice made in each state."""
        run = self.story.follow(answer)
        made = {self.title(spot.state): turn.name for spot, turn in zip(run.spots[:-1], run.turns, strict=True)}
        return {"": self.title(run.spots[-1].state), **made}

    def samples(self) -> Iterator[Sample]:
        """A shortest way to every end, and things that are no run."""
        walk, done = self.walk(), set[str]()
        ways: list[list[str]] = []
        for spot in walk.came:
            if spot.state in self.story.ends and spot.state not in done and spot != self.story.start:
                done.add(spot.state)
                ways.append(walk.path(spot))
                yield Sample(ways[-1], self._outcome(spot.state))
        yield from (Sample(x, "unreadable") for x in ([], None, "走", {"a": 1}, [["走"]], ["没有这样的选择"]))
        for way in ways[:1]:
            yield from (Sample(x, "unreadable") for x in (way[:-1], [*way, way[-1]]))

    def _outcome(self, state: str) -> Literal["right", "part", "wrong", "unscored"]:
        if not self.keyed:
            return "unscored"
        credit = self.states[state].credit or 0
        return "right" if credit == 1 else "part" if credit else "wrong"

    def public(self) -> Self:
        """The story without comments and credits."""
        scenes = {
            name: scene.model_copy(
                update={
                    "credit": None,
                    "choices": tuple(c.model_copy(update={"why": "", "evidence": ()}) for c in scene.choices),
                }
            )
            for name, scene in self.states.items()
        }
        return self.stripped(states=scenes, rules=())

    def paper(self) -> list[Line]:
        """A story to turn pages in: numbered states, each choice with what it changes and where to go on."""
        numbers = {name: n for n, name in enumerate(self.states, 1)}
        begin = t("开始时：{vars}", vars="，".join(f"{v.label} {plain(v.start)}" for v in self.vars.values()))
        lines = [Line("prompt", self.prompt), *([Line("cell", begin)] if self.vars else [])]
        for name, scene in self.states.items():
            text = self.scope.fill(one_line(scene.text))
            lines.append(Line("cell", f"{numbers[name]}. {text}" + ("" if scene.choices else t("（结局）"))))
            for turn in scene.choices:
                parts = [t("只有 {rule} 时可选", rule=self.worded(turn.if_))] if turn.if_ else []
                parts += [f"{self.vars[v].label} {signed(by)}" for v, by in turn.change.items() if v in self.vars]
                parts.append(t("转到 {n}", n=numbers.get(turn.to, "?")))
                lines.append(Line("option", f"{self.scope.fill(one_line(turn.text))}（{'；'.join(parts)}）"))
        return [*lines, Line("blank", t("我走过的各段"))]

    def worded(self, text: str) -> str:
        """A condition as it is read: labels for variables, figures for facts, and the signs that a reader knows."""

        def one(match: re.Match[str]) -> str:
            name = match[0]
            if name in ("and", "or"):
                return t("且") if name == "and" else t("或")
            if name in SIGNS:
                return SIGNS[name]
            return self.vars[name].label if name in self.vars else self.scope.fill("{{" + name + "}}")

        return NAME_OR_SIGN.sub(one, text)

    def standing(self, spot: Spot) -> list[tuple[str, str]]:
        """(label, value) of every variable there."""
        return [(v.label, plain(value)) for v, value in zip(self.vars.values(), spot.values, strict=True)]

    def changes(self, before: Spot, after: Spot) -> dict[str, str]:
        """Label → change, of every variable that became another."""
        return {label: signed(by) for label, by in self.story.changed(before, after).items()}

    def worth(self, scene: Scene) -> str:
        """What an end earns; "" where nothing is scored."""
        return f"{plain((scene.credit or Decimal(0)) * 100)}％" if self.keyed else ""

    def written(self, answer: list[str]) -> str:
        """The choices in their order, then the end."""
        run = self.story.follow(answer)
        steps = [*(turn.text for turn in run.turns), t("结局：{text}", text=self.states[run.spots[-1].state].text)]
        return self.scope.fill(one_line(" → ".join(steps)))

    def named(self) -> Iterator[Named]:
        """What single choices cite."""
        for state, n, turn in self.story.turns():
            yield from (Named(("states", state, "choices", n, "evidence", k), r) for k, r in enumerate(turn.evidence))

    def flaws(self) -> Iterator[Flaw]:
        """Entries that do not fit together, then what a walk through every state with every value finds."""
        yield from faults(self.story, self.rules, self.walk)


def signed(by: Decimal) -> str:
    """A change as it is read: +2, −1."""
    return f"+{plain(by)}" if by >= 0 else f"−{plain(-by)}"


__all__ = ["Run", "Scenario", "one_line"]
