"""What is to be explored: names exist, a start lies between its ends, nothing divides by zero at an end, and it says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from casecourse.checks.flaws import narrowed
from casecourse.checks.refs import resolve
from casecourse.diagnostics import Diagnostic, Span
from casecourse.faults import formula_words
from casecourse.formula import FormulaError, parse, plain
from casecourse.grading import Flaw
from casecourse.loading import Content, Place
from casecourse.model.blocks import Explore, Lever
from casecourse.model.facts import CaseFacts
from casecourse.model.levers import range_of, settings, values
from casecourse.reckoning import among, same_labels, unknown
from casecourse.texts import t


def check(content: Content) -> Iterator[Diagnostic]:
    """The blocks to explore of every unit."""
    for case in content.course.cases:
        scope = content.course.facts.of(case.id)
        for unit in case.units:
            home = content.places["unit", case.id, unit.id]
            for n, block in enumerate(unit.blocks):
                if isinstance(block, Explore):
                    yield from _Block(content, scope, block, home, n).faults()


@dataclass(frozen=True)
class _Block:
    """One block with its place."""

    content: Content
    scope: CaseFacts
    block: Explore
    home: Place
    n: int

    def at(self, *path: str | int) -> Span:
        """Where something of the block stands."""
        return self.home.value("blocks", self.n, *path)

    def faults(self) -> Iterator[Diagnostic]:
        """Faults of single entries; where there are none, those of values together."""
        found = [d for name, lever in self.block.inputs.items() for d in self._lever(name, lever)]
        found += [d for n in range(len(self.block.outputs)) for d in self._names(n)]
        for flaw in same_labels(self.block.outputs):
            found.append(Diagnostic(self.at(*flaw.path), flaw.code, flaw.message, flaw.help, (self.at(*flaw.also),)))
        yield from found
        yield from self._origin()
        yield from self._along()
        yield from self._idle()
        if not found:
            yield from self._ends()

    def _lever(self, name: str, lever: Lever) -> Iterator[Diagnostic]:
        before = False
        for path, text in lever.formulas():
            for fault in self._formula(text, self.at("inputs", name, *path)):
                before = True
                yield fault
        if before:
            return
        if lever.options and lever.start and lever.start not in lever.options:
            near = get_close_matches(lever.start, lever.options, 1)
            known = t("可用：{names}", names="、".join(lever.options))
            help_ = t("是不是 '{near}'？", near=near[0]) if near else known
            message = t("没有叫“{ref}”的{what}", ref=lever.start, what=t("选项"))
            yield Diagnostic(self.at("inputs", name, "start"), "unknown-reference", message, help_)
        try:
            ends = None if lever.options else range_of(lever, self.scope.number)
        except KeyError:
            return  # a fact below names something that is missing; that is said there
        if ends and ends.low >= ends.high:
            message = t("最小值 {low} 不小于最大值 {high}", low=plain(ends.low), high=plain(ends.high))
            yield Diagnostic(self.at("inputs", name, "min"), "wrong-value", message, t("对调这两个数"))
        elif ends and not ends.low <= ends.start <= ends.high:
            said = {"value": plain(ends.start), "low": plain(ends.low), "high": plain(ends.high)}
            message = t("开始的值 {value} 不在 {low} 与 {high} 之间", **said)
            yield Diagnostic(self.at("inputs", name, "start"), "wrong-value", message, t("改 start，或放宽 min、max"))

    def _formula(self, text: str, span: Span) -> Iterator[Diagnostic]:
        """A formula of facts alone that cannot be read or computed."""
        try:
            flaws = list(unknown((), text, (), self.scope.number))
            for flaw in flaws:
                yield from self._unknown(flaw, span, "")
            if not flaws:
                parse(text).value(self.scope.number)
        except KeyError:
            return  # said at the fact that names it
        except FormulaError as e:
            yield Diagnostic(span, "bad-formula", *formula_words(e.code, e.column, e.word))

    def _names(self, n: int) -> Iterator[Diagnostic]:
        for flaw in unknown(
            ("outputs", n, "formula"), self.block.outputs[n].formula, self.block.inputs, self.scope.number
        ):
            yield from self._unknown(flaw, self.at(*flaw.path), flaw.help)

    def _unknown(self, flaw: Flaw, span: Span, help_: str) -> Iterator[Diagnostic]:
        """A name that is neither set nor a fact, where it stands in its formula; not one that could only not be read."""
        found = resolve(self.content, self.scope.case, flaw.word)
        if found is None or found.sort != "broken":
            at = narrowed(span, self.content.texts.get(span.file, ""), flaw.word, flaw.nth)
            yield Diagnostic(at, flaw.code, flaw.message, help_)

    def _origin(self) -> Iterator[Diagnostic]:
        block = self.block
        if not (block.evidence or block.assumed or block.external):
            message = t("推演“{title}”没有依据", title=block.explore[:40])
            help_ = t("由读者设定的写 assumed: 哪些是设定、为什么；算法出自源文的写 evidence")
            yield Diagnostic(self.at("explore"), "missing-evidence", message, help_)

    def _along(self) -> Iterator[Diagnostic]:
        along, inputs = self.block.along, self.block.inputs
        if along and along not in inputs:
            near = get_close_matches(along, inputs, 1, 0.5)
            known = t("可用：{names}", names="、".join(inputs))
            help_ = t("是不是 '{near}'？", near=near[0]) if near else known
            message = t("没有叫“{ref}”的{what}", ref=along, what=t("设定"))
            yield Diagnostic(self.at("along"), "unknown-reference", message, help_)
        elif along and inputs[along].options:
            message = t("“{name}”是几选一，不能沿着它画线", name=along)
            yield Diagnostic(self.at("along"), "wrong-value", message, t("along 写有 min 和 max 的设定"))

    def _idle(self) -> Iterator[Diagnostic]:
        used = {name for output in self.block.outputs for name in parse(output.formula).names}
        for name, lever in self.block.inputs.items():
            if name in used:
                continue
            message = t("没有一项结果用到“{name}”，动它什么也不变", name=lever.label)
            span = self.home.key("blocks", self.n, "inputs", name)
            yield Diagnostic(span, "unused-input", message, t("在公式里写 {name}，或删去它", name=name))

    def _ends(self) -> Iterator[Diagnostic]:
        """Outputs that cannot be computed for some values at the ends; each told once, with the first such values."""
        told: set[int] = set()
        try:
            for chosen in settings(self.block, self.scope.number):
                own = among(values(self.block, chosen, self.scope.number), self.scope.number)
                for n, output in enumerate(self.block.outputs):
                    if n in told:
                        continue
                    try:
                        output.value(own)
                    except FormulaError as e:
                        told.add(n)
                        said = "，".join(f"{k} = {v if isinstance(v, str) else plain(v)}" for k, v in chosen.items())
                        message, help_ = formula_words(e.code, e.column, e.word)
                        message = t("{fault}：当 {values}", fault=message, values=said)
                        yield Diagnostic(self.at("outputs", n, "formula"), "bad-formula", message, help_)
        except KeyError:
            return  # a fact below names something that is missing; that is said there
