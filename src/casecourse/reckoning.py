"""Reckoning: figures that a formula makes of names of one's own, amounts that add up, and what is unknown in a formula."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Annotated, TypeAlias

from pydantic import Field, StringConstraints

from casecourse.blanks import FormulaText
from casecourse.formula import FormulaError, Scalar, parse, plain, rounded, scale
from casecourse.grading import JSON, Flaw, Frozen, Unreadable, shape
from casecourse.texts import t

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
Path: TypeAlias = tuple[str | int, ...]
Number: TypeAlias = Callable[[str], Scalar]
AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,8})?")
PERCENT = ("％", "%", "‰", "")


class Output(Frozen):
    """A figure that follows from what somebody sets."""

    label: str = Field(min_length=1, description="结果的名称")
    formula: FormulaText = Field(description="公式：可用自己的各项和事实")
    unit: str = Field(default="", description="单位；万、亿、％ 会换算")
    decimals: int | None = Field(default=None, ge=0, le=8, description="显示几位小数；不写至多两位")

    def value(self, number: Number) -> Decimal:
        """The figure in its unit. Raises FormulaError, KeyError."""
        return parse(self.formula).value(number) / scale(self.unit)

    def digits(self, value: Decimal) -> str:
        """The figure without its unit."""
        return plain(value, self.decimals) if self.decimals is not None else plain(rounded(value, 2))

    def shown(self, value: Decimal) -> str:
        """The figure as it is read."""
        return with_unit(self.digits(value), self.unit)


def with_unit(text: str, unit: str) -> str:
    """A figure with its unit behind."""
    return f"{text}{'' if unit in PERCENT else chr(0xA0)}{unit}"


def among(own: Mapping[str, Decimal], fact: Number) -> Number:
    """Names of one's own first, then facts."""
    return lambda name: own[name] if name in own else fact(name)


def in_unit(text: str, unit: str, number: Number) -> Decimal:
    """What a formula comes to in `unit`; a figure without any name stands in that unit already.

    Raises FormulaError, KeyError.
    """
    parsed = parse(text)
    return parsed.value(number) / (scale(unit) if parsed.names else 1)


def unknown(path: Path, text: str, known: Iterable[str], fact: Number) -> Iterator[Flaw]:
    """The names in a formula that are neither one's own nor facts."""
    names = list(known)
    for name in parse(text).names:
        if name in names or _is_fact(name, fact):
            continue
        near = get_close_matches(name, names, 1, 0.5)
        help_ = t("是不是 '{near}'？", near=near[0]) if near else t("可用：{names}", names="、".join(names))
        message = t("没有叫“{ref}”的{what}", ref=name, what=t("数或事实"))
        yield Flaw(path, "unknown-reference", message, help_, word=name)


def _is_fact(name: str, fact: Number) -> bool:
    try:
        fact(name)
    except FormulaError:
        return True  # it exists, and what is wrong with it is said where it stands
    except KeyError:
        return False
    return True


def same_labels(outputs: Iterable[Output]) -> Iterator[Flaw]:
    """Two figures under one name."""
    labels: dict[str, int] = {}
    for n, output in enumerate(outputs):
        if output.label in labels:
            also = ("outputs", labels[output.label], "label")
            message = t("两项结果同名：“{word}”", word=output.label)
            yield Flaw(("outputs", n, "label"), "wrong-value", message, t("改写其中一个"), also=also)
        labels.setdefault(output.label, n)


def amount(raw: JSON, decimals: int, name: str) -> Decimal:
    """A typed amount with at most so many decimals. Raises Unreadable."""
    text = shape(raw, t("写成文字的数"), of=str).strip()
    if not AMOUNT.fullmatch(text):
        raise Unreadable(t("“{name}”没有读出一个数。", name=name[:60]))
    value = Decimal(text)
    if value != rounded(value, decimals):
        raise Unreadable(t("“{name}”至多写 {n} 位小数。", name=name[:60], n=decimals))
    return value
