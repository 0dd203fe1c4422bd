"""What is wrong with a story: entries that do not fit together, and what a walk through every state and value finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeAlias

from casecourse.formula import FormulaError, parse, plain
from casecourse.grading import Flaw
from casecourse.stories import Remark, Spot, Story, one_line
from casecourse.texts import t
from casecourse.walks import Walk

Path: TypeAlias = tuple[str | int, ...]
Rules: TypeAlias = tuple[Remark, ...]
TRIED = 10_000  # values with which all conditions together are tried, so that no story takes long


def faults(story: Story, rules: Rules, walk: Callable[[], Walk[Spot, str]]) -> Iterator[Flaw]:
    """The flaws of single entries; where there are none, those that only a walk finds."""
    found = [*_variables(story), *_states(story), *_choices(story), *_formulas(story, rules)]
    yield from found
    if not found:
        yield from _walked(story, rules, walk())


def _nearest(name: str, names: Iterable[str]) -> str:
    near = get_close_matches(name, list(names), 1, 0.6)
    return t("是不是 '{near}'？", near=near[0]) if near else ""


def _unknown(path: Path, name: str, what: str, names: Iterable[str], *, at_key: bool = False) -> Flaw:
    message = t("没有叫“{ref}”的{what}", ref=name, what=what)
    return Flaw(path, "unknown-reference", message, _nearest(name, names), at_key=at_key)


# ---- entries ---------------------------------------------------------------------------------------------------------


def _variables(story: Story) -> Iterator[Flaw]:
    for name, v in story.vars.items():
        if v.min is not None and v.max is not None and v.min > v.max:
            yield Flaw(("vars", name, "min"), "wrong-value", t("min 比 max 大"), t("对调这两个数"))
        elif v.clamped(v.start) != v.start:
            message = t("开始的值 {value} 不在 min 与 max 之间", value=plain(v.start))
            yield Flaw(("vars", name, "start"), "wrong-value", message, t("改 start，或放宽 min、max"))


def _states(story: Story) -> Iterator[Flaw]:
    credited = [s.credit for s in story.ends.values() if s.credit is not None]
    for name, scene in story.states.items():
        if scene.choices and scene.credit is not None:
            message = t("“{name}”有选择，不是结局，不能写 credit", name=name)
            yield Flaw(("states", name, "credit"), "wrong-value", message, t("去掉 credit，或去掉 choices"))
        elif not scene.choices and scene.credit is None and credited:
            message = t("结局“{name}”没有写 credit，别的结局写了", name=name)
            yield Flaw(("states", name), "missing-field", message, t("不值分就写 credit: 0"), at_key=True)
    if not story.ends:
        help_ = t("结局只写 text 和 credit，不写 choices")
        yield Flaw(("states",), "no-end", t("没有一个状态是结局"), help_, at_key=True)
    elif credited and max(credited) != 1:
        best = next(name for name, s in story.ends.items() if s.credit == max(credited))
        message = t("最好的结局只值 {credit}，应当值 1", credit=plain(max(credited)))
        yield Flaw(("states", best, "credit"), "best-end", message, t("最好的结局写 credit: 1"))
    if not story.states[story.start.state].choices:
        yield Flaw(
            ("states", story.start.state),
            "wrong-value",
            t("第一个状态没有选择"),
            t("开始的状态写在最前面"),
            at_key=True,
        )


def _choices(story: Story) -> Iterator[Flaw]:
    seen: dict[tuple[str, str], int] = {}
    for state, n, turn in story.turns():
        path: Path = ("states", state, "choices", n)
        if turn.to not in story.states:
            yield _unknown((*path, "to"), turn.to, t("状态"), story.states)
        for name in turn.change:
            if name not in story.vars:
                yield _unknown((*path, "change", name), name, t("变量"), story.vars, at_key=True)
        if (state, turn.name) in seen:
            also = ("states", state, "choices", seen[state, turn.name])
            message = t("两个选择一样：“{word}”", word=one_line(turn.name)[:40])
            yield Flaw(path, "wrong-value", message, t("改写其中一个"), also=also)
        seen.setdefault((state, turn.name), n)


def _formulas(story: Story, rules: Rules) -> Iterator[Flaw]:
    texts: list[tuple[Path, str]] = [
        (("states", state, "choices", n, "if"), turn.if_) for state, n, turn in story.turns() if turn.if_
    ]
    texts += [(("rules", n, "when"), rule.when) for n, rule in enumerate(rules)]
    for path, text in texts:
        for name in parse(text).names:
            if name not in story.vars and not _is_fact(story, name):
                yield _unknown(path, name, t("变量或事实"), story.vars)


def _is_fact(story: Story, name: str) -> bool:
    try:
        story.fact(name)
    except FormulaError:
        return True  # it exists, and what is wrong with it is said where it stands
    except KeyError:
        return False
    return True


# ---- the walk --------------------------------------------------------------------------------------------------------


def _walked(story: Story, rules: Rules, walk: Walk[Spot, str]) -> Iterator[Flaw]:
    yield from _uncomputed(story, rules, walk)
    stuck: dict[str, Spot] = {}
    for spot in walk.moves:
        if story.states[spot.state].choices and not walk.moves[spot]:
            stuck.setdefault(spot.state, spot)
    for state, spot in stuck.items():
        message = t("走到“{name}”{when}时没有一个选择可选", name=state, when=_with(story, spot))
        help_ = t("放宽一个 if，或加一个总是可选的选择。走法：{way}", way=_way(walk, spot))
        yield Flaw(("states", state), "dead-end", message, help_, at_key=True)
    if not walk.whole:
        message = t("状态与变量的组合太多，走了 {n} 种还没有走完", n=f"{len(walk.came):,}")
        help_ = t("给变量写 min 和 max，或减少来回的走法；没有走到的部分没有检查")
        yield Flaw(("states",), "too-many-states", message, help_, at_key=True)
        return
    yield from _unreached(story, walk)
    yield from _endless(story, walk, set(stuck))
    yield from _idle(story, rules, walk)


def _with(story: Story, spot: Spot) -> str:
    values = "，".join(f"{v.label} {plain(n)}" for v, n in zip(story.vars.values(), spot.values, strict=True))
    return f"（{values}）" if values else ""


def _way(walk: Walk[Spot, str], spot: Spot) -> str:
    steps = [one_line(name)[:16] for name in walk.path(spot)]
    return " → ".join(steps[:6] + (["…"] if len(steps) > 6 else [])) or t("一开始")


def _distinct(story: Story, text: str, spots: Iterable[Spot], most: int) -> list[Spot]:
    """Of these spots those that differ for a formula, at most so many."""
    found: dict[tuple[Decimal, ...], Spot] = {}
    for spot in spots:
        found.setdefault(story.seen_by(text, spot.values), spot)
        if len(found) >= most:
            break
    return list(found.values())


def _uncomputed(story: Story, rules: Rules, walk: Walk[Spot, str]) -> Iterator[Flaw]:
    """Conditions that cannot be computed somewhere, each once."""
    spots: dict[str, list[Spot]] = {}
    for spot in walk.moves:
        spots.setdefault(spot.state, []).append(spot)
    ends = [spot for state in story.ends for spot in spots.get(state, ())]
    asked: list[tuple[Path, str, list[Spot]]] = [
        (("states", state, "choices", n, "if"), turn.if_, spots.get(state, []))
        for state, n, turn in story.turns()
        if turn.if_
    ]
    asked += [(("rules", n, "when"), rule.when, ends) for n, rule in enumerate(rules)]
    asked = [one for one in asked if _may_fail(story, one[1])]
    for path, text, there in asked:
        tried = _distinct(story, text, there, TRIED // len(asked))
        failed = next((spot for spot in tried if not _computes(story, text, spot.values)), None)
        if failed is not None:
            message = t("走到“{name}”{when}时，这个条件算不出来", name=failed.state, when=_with(story, failed))
            yield Flaw(path, "bad-formula", message, t("检查分母、乘方，和用到的事实是不是数"))


def _may_fail(story: Story, text: str) -> bool:
    """True for a condition that divides, or uses more than variables."""
    return any(sign in text for sign in "/^") or not set(parse(text).names) <= set(story.vars)


def _computes(story: Story, text: str, values: tuple[Decimal, ...]) -> bool:
    try:
        story.value(text, values)
    except (FormulaError, KeyError):
        return False
    return True


def _unreached(story: Story, walk: Walk[Spot, str]) -> Iterator[Flaw]:
    reached = {spot.state for spot in walk.came}
    for state in story.states:
        if state not in reached:
            message = t("怎样走都到不了“{name}”", name=state)
            yield Flaw(("states", state), "unreachable-state", message, t("让一个选择 to 它，或放宽 if"), at_key=True)


def _endless(story: Story, walk: Walk[Spot, str], stuck: set[str]) -> Iterator[Flaw]:
    """States from which, with some values, no end can be reached any more; a dead end is told already."""
    ending = walk.reaching([spot for spot in walk.came if spot.state in story.ends])
    stopping = walk.reaching([spot for spot in walk.came if spot.state in stuck])
    told: set[str] = set()
    for spot in walk.came:
        if spot not in ending and spot not in stopping and spot.state not in told:
            told.add(spot.state)
            message = t("从“{name}”{when}再也走不到任何结局", name=spot.state, when=_with(story, spot))
            help_ = t("加一个通往结局的选择。走法：{way}", way=_way(walk, spot))
            yield Flaw(("states", spot.state), "no-end", message, help_, at_key=True)


def _idle(story: Story, rules: Rules, walk: Walk[Spot, str]) -> Iterator[Flaw]:
    """Choices that are never open, and comments that are never made."""
    taken = {(spot.state, name) for spot, moves in walk.moves.items() for name, _ in moves}
    reached = {spot.state for spot in walk.came}
    for state, n, turn in story.turns():
        if state in reached and (state, turn.name) not in taken:
            message = t("怎样走，这个选择都不会打开")
            yield Flaw(("states", state, "choices", n, "if"), "closed-choice", message, t("放宽 if，或删去它"))
    ends = [spot for spot in walk.came if spot.state in story.ends]
    for n, rule in enumerate(rules):
        most = TRIED // len(rules)
        tried = _distinct(story, rule.when, ends, most)
        if 0 < len(tried) < most and not any(story.holds(rule.when, spot.values) for spot in tried):
            message = t("怎样走，这条点评都不会出现")
            yield Flaw(("rules", n, "when"), "unused-rule", message, t("改条件，或删去它"))
