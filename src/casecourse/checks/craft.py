"""The craft of questions: what gives a key away without knowledge, and what leaves a learner without a reason.

The rules follow Haladyna, T. M., Downing, S. M. and Rodriguez, M. C. (2002), A Review of Multiple-Choice Item-Writing
Guidelines for Classroom Assessment, Applied Measurement in Education 15(3), 309-334: keep the length of choices about
equal (24), vary the location of the right answer (20), keep choices independent of one another (22), put the central
idea into the stem (15), and let distractors be typical errors of students (30), which are worth a reason each.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from casecourse.checks.walk import Path, texts
from casecourse.chinese import squeezed
from casecourse.diagnostics import Diagnostic, Span
from casecourse.grading import ExerciseBase, Offered
from casecourse.loading import Content, Place
from casecourse.model.unit import characters
from casecourse.texts import t

FEWEST = 4  # questions of a bank below which chance says nothing
MANY = 200  # questions beyond which chance is only bounded
CHANCE = 0.05  # a pattern that guessing would make as rarely as this is no chance
LONGER, AT_LEAST = 1.5, 8  # one key stands out: half as long again as any other, and by so many characters
# Words with which a stem asks or tells what to do; a stem without any of them leaves the reader to guess the question.
ASKS = re.compile(
    "[？?]|什么|哪|谁|几|多少|怎|如何|为何|是否|吗|何[时处人以]|"
    "[选写说填算判找排配归分连标列指给画改补挑圈勾设估猜想读看试评比核查描解画举辨定放把将请用按对照留做答]|"
    "_{2,}|（[\\s\u3000]*）"
)
HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class One:
    """A question with one right option among several: its options, which is the key, and where they stand."""

    name: str
    place: Place
    options: Sequence[Offered]
    lengths: Sequence[int]
    key: int
    shuffled: bool

    @property
    def span(self) -> Span:
        """Where the key stands."""
        return self.place.value(*self.options[self.key].path)

    @property
    def longest(self) -> bool:
        """True when no other option is as long as the key."""
        return all(n == self.key or length < self.lengths[self.key] for n, length in enumerate(self.lengths))


def check(content: Content) -> Iterator[Diagnostic]:
    """longest-key, key-position, options-equal, distractor-why, no-question."""
    banks: dict[str, list[One]] = defaultdict(list)
    for case in content.course.cases:
        for name, exercise in case.exercises.items():
            place = content.places["exercise", case.id, name]
            yield from _stem(exercise, place)
            yield from _equal(exercise, place)
            yield from _reasons(exercise, place)
            if found := _one(name, exercise, place):
                banks[place.map.file].append(found)
    for bank in banks.values():
        yield from _lengths(bank)
        yield from _positions(bank)


def _one(name: str, exercise: ExerciseBase, place: Place) -> One | None:
    options = exercise.options_shown()
    keys = [n for n, o in enumerate(options) if o.right]
    if len(keys) != 1 or len(options) < 2:
        return None
    lengths = [characters(exercise.scope.fill(o.text)) for o in options]
    return One(name, place, options, lengths, keys[0], bool(getattr(exercise, "shuffle", True)))


# ---- one question ------------------------------------------------------------------------------------------------------


def _stem(exercise: ExerciseBase, place: Place) -> Iterator[Diagnostic]:
    if exercise.options_shown() and HAN.search(exercise.prompt) and not ASKS.search(exercise.prompt):
        message = t("题干没有问什么，也没有说要做什么")
        yield Diagnostic(place.value("prompt"), "no-question", message, t("把要答的事写成一句问话"))


def _equal(exercise: ExerciseBase, place: Place) -> Iterator[Diagnostic]:
    """Options that differ in spaces, punctuation or width alone, or show facts that print the same."""
    groups: dict[Path, list[tuple[Path, str]]] = {}
    if shown := exercise.options_shown():
        groups[("options",)] = [(o.path, o.text) for o in shown]
    for path, text in texts(exercise, ()):
        if len(path) > 1 and path[-2] == "options":  # a dropdown: plain lines
            groups.setdefault(path[:-1], []).append((path, text))
    for group in groups.values():
        first: dict[str, Path] = {}
        for path, text in dict(group).items():
            word = squeezed(exercise.scope.fill(text))
            if first.setdefault(word, path) != path:
                message = t("两个选项读起来一样：“{word}”", word=exercise.scope.fill(text)[:40])
                also = (place.value(*first[word]),)
                yield Diagnostic(place.value(*path), "options-equal", message, t("改写或删去其中一个"), also)


def _reasons(exercise: ExerciseBase, place: Place) -> Iterator[Diagnostic]:
    for option in exercise.options_shown():
        if option.right is False and not option.why:
            message = t("错的选项没有写为什么错")
            help_ = t("加一句 why，点明选它的人误解了什么")
            yield Diagnostic(place.value(*option.path), "distractor-why", message, help_)


# ---- a bank ------------------------------------------------------------------------------------------------------------


def _lengths(bank: list[One]) -> Iterator[Diagnostic]:
    """One key much longer than the rest, or keys that are the longest option more often than guessing would have it."""
    for one in bank:
        rest = max(length for n, length in enumerate(one.lengths) if n != one.key)
        length = one.lengths[one.key]
        if length >= LONGER * rest and length - rest >= AT_LEAST:
            message = t("正确项有 {n} 个字，别的最多 {rest} 个，一眼就看得出", n=length, rest=rest)
            yield Diagnostic(
                one.span, "longest-key", message, t("删短它，多出来的话移到 explain；或把别的写得一样具体")
            )
    hits = [one for one in bank if one.longest]
    chance = tail([1 / len(one.options) for one in bank], len(hits))
    if len(bank) >= FEWEST and chance < CHANCE:
        message = t("题库里 {n} 道单选，{hits} 道的正确项最长", n=len(bank), hits=len(hits))
        help_ = t("不读题、只挑最长的就能得分；把几道题的选项写得一样长")
        yield Diagnostic(hits[0].span, "longest-key", message, help_, tuple(one.span for one in hits[1:]))


def _positions(bank: list[One]) -> Iterator[Diagnostic]:
    """Among questions whose options are not shuffled, keys that stand at one place more often than chance would have it."""
    fixed = [one for one in bank if not one.shuffled]
    places = max((len(one.options) for one in fixed), default=0)
    for place in range(places if len(fixed) >= FEWEST else 0):
        hits = [one for one in fixed if one.key == place]
        odds = [1 / len(one.options) if place < len(one.options) else 0.0 for one in fixed]
        if places * tail(odds, len(hits)) < CHANCE:  # any place would have been noticed
            message = t("题库里 {n} 道不打乱的单选，{hits} 道的正确项都是第 {place} 项",
                        n=len(fixed), hits=len(hits), place=place + 1)  # fmt: skip
            help_ = t("换一换正确项的位置，或去掉 shuffle: false")
            yield Diagnostic(hits[0].span, "key-position", message, help_, tuple(one.span for one in hits[1:]))


def tail(odds: Sequence[float], hits: int) -> float:
    """The chance of at least so many hits, each with odds of its own; of very many, no less than that chance (Hoeffding)."""
    if len(odds) > MANY:
        beyond = hits - sum(odds)
        return exp(-2 * beyond**2 / len(odds)) if beyond > 0 else 1.0
    chances = [1.0]  # of 0, 1, 2 … hits
    for odd in odds:
        missed = [c * (1 - odd) for c in chances] + [0.0]
        hit = [0.0] + [c * odd for c in chances]
        chances = [m + h for m, h in zip(missed, hit, strict=True)]
    return sum(chances[hits:])
