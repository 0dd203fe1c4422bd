"""What every kind of exercise shares: its common fields, the verdict, the tally, the samples, and how a score is reckoned."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, PrivateAttr, Strict
from pydantic_core import CoreSchema, core_schema

from casecourse.formula import Formula
from casecourse.scope import Passage as Passage
from casecourse.scope import Scope as Scope
from casecourse.texts import t

# What travels between browser, store and kinds. `object` inside: a kind's `read` is what gives it a shape.
JSON: TypeAlias = Any

UNKNOWN = "源文未载"  # reserved answer: the source does not say
FREE = "自填"  # reserved cell: filled freely, never scored
LEVELS = ("remember", "understand", "apply", "analyse", "evaluate", "create")
Level = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
LONGEST = 20_000  # characters of one typed answer; more is refused, never cut


class Unreadable(ValueError):  # noqa: N818  the field's own word: not an answer is not a wrong answer
    """What arrived is not an answer to this exercise; the message says why, in the reader's language."""

    def __init__(self, why: str) -> None:
        super().__init__(why.encode(errors="replace").decode())  # it may quote half a character, which cannot be sent


@dataclass(frozen=True, slots=True)
class Flaw:
    """A rule that the fields of one exercise break between them: where, and the words for it.

    `word` narrows the place to the `nth` time that it stands in the text at `path`; `also` is a second guilty path.
    """

    path: tuple[str | int, ...]
    code: str
    message: str
    help: str = ""
    word: str = ""
    nth: int = 0
    also: tuple[str | int, ...] = ()
    at_key: bool = False  # the name is guilty, not what stands under it


@dataclass(frozen=True, slots=True)
class Named:
    """A reference that stands inside an exercise, besides its `evidence`: where, what, and of which sort it must be."""

    path: tuple[str | int, ...]
    ref: str
    sort: Literal["evidence", "passage", "unit"] = "evidence"
    key: bool = False  # part of the key: what it names counts as evidence


@dataclass(frozen=True, slots=True)
class Note:
    """One remark on what the person answered: about which entry, how it stands, and the author's reason.

    Notes speak only of what was answered, so they may be shown before the key is released.
    """

    about: str
    state: Literal["right", "part", "wrong", "info"]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer earned. `share` lies in [0, 1] and is None where nothing is scored; `matched` names what was hit."""

    share: Decimal | None
    score: Decimal | None
    points: Decimal
    matched: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def right(self) -> bool:
        """True when the full score was earned."""
        return self.share is not None and self.share >= 1

    @property
    def wrong(self) -> bool:
        """True when it was scored and earned nothing."""
        return self.share is not None and self.share <= 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What a class answered: `slots` maps a slot (a cell, a gap, or "") to label → how many; `n` counts answers."""

    n: int
    slots: Mapping[str, Mapping[str, int]]
    extra: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """A test answer made by the exercise itself: what would arrive, and what must come of it."""

    raw: JSON
    expects: Literal["right", "part", "wrong", "unscored", "unreadable"]
    path: tuple[str | int, ...] = ()  # the entry of the exercise that it tries out


@dataclass(frozen=True, slots=True)
class Offered:
    """An option as its author wrote it: the path to its text in the exercise, its words, and how it stands."""

    path: tuple[str | int, ...]
    text: str
    right: bool | None = None  # None where nothing is right or wrong
    why: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line on paper: its role and its words."""

    role: Literal["prompt", "option", "blank", "cell"]
    text: str


@dataclass(frozen=True, slots=True)
class Manual:
    """What an author reads about a kind, in Chinese, beside the code that does it; docs/kinds.md is made of it."""

    title: str  # what a kind is called
    does: str  # what the student does, and what the kind is good for
    scored: str  # how the share is reckoned; several sentences, Markdown
    answer: str  # what an answer is, as JSON
    counted: str  # what a class sees of its answers


def one_or_several(value: object) -> object:
    """A single line is a list of one; an empty one is an empty list."""
    if isinstance(value, str):
        return [value] if value.strip() else []
    return value


def yes_or_no(value: object) -> object:
    """Only `true` and `false` are truth values; `No` and `on` are texts that somebody typed."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class LineAs:
    """Marks an entry that may be written as one line; editors and the manual learn it from here, too."""

    field: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        block = handler(source)
        either = core_schema.union_schema([core_schema.str_schema(), block])
        return core_schema.no_info_before_validator_function(self._block, block, json_schema_input_schema=either)

    def _block(self, value: object) -> object:
        return {self.field: value} if isinstance(value, str) else value


def line_as(field: str) -> LineAs:
    """An entry that is written as one line becomes a block whose `field` is that line."""
    return LineAs(field)


Lines: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(one_or_several, json_schema_input_type=str | list[str])]
Switch: TypeAlias = Annotated[bool, Strict(), BeforeValidator(yes_or_no, json_schema_input_type=bool)]


class Frozen(BaseModel):
    """A piece of content: unchangeable, every field known."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


class Mistake(Frozen):
    """An expected wrong answer, what is behind it, and the share that it still earns."""

    answer: str = Field(description="预料中的错误答案（数值题写公式，填空题写文字）")
    why: str = Field(description="错在哪里：点明误解")
    credit: Decimal = Field(default=Decimal(0), ge=0, le=1, description="仍得的比例，0 到 1")


class ExerciseBase(Frozen):
    """The fields that every kind of exercise has. A kind adds its own and answers the contract below."""

    kind: str = Field(description="题型")
    prompt: str = Field(min_length=1, description="题干")
    points: Decimal = Field(default=Decimal(1), ge=0, le=100, description="分值；0 不计分")
    serves: Lines = Field(default=(), description="服务的目标（同一案例的目标 id）；认知层次由目标推出")
    level: Level | None = Field(default=None, description="认知层次；与目标不同时才写")
    hint: str = Field(default="", description="提示")
    explain: str = Field(default="", description="答后的解说")
    evidence: Lines = Field(default=(), description="依据：事实、空缺或段落；答案公式里的事实自动算作依据")
    assumed: str = Field(default="", description="教学设定：源文没有说、由教师加的东西及理由")
    external: str = Field(default="", description="外部知识及出处")
    tags: Lines = Field(default=(), description="标签")
    attempts: int | None = Field(default=None, ge=1, le=99, description="可答几次；不写则不限")
    feedback: Literal["now", "last", "closed"] = Field(
        default="now", description="何时显示答案：now 答后、last 最后一次后、closed 关闭后"
    )
    cite: Literal["", "required"] = Field(default="", description="required：答题时须指出依据的段落；不计分")
    extra: Switch = Field(default=False, description="选做：不计入单元的分钟")

    # Fields that do not change what was asked; they may be edited without making a new question.
    WORDING: ClassVar[frozenset[str]] = frozenset(
        [
            "prompt",
            "hint",
            "explain",
            "serves",
            "level",
            "tags",
            "evidence",
            "assumed",
            "external",
            "cite",
            "extra",
            "attempts",
            "feedback",
        ]
    )
    # What docs/kinds.md says of this kind; every kind writes its own.
    MANUAL: ClassVar[Manual]
    # Minutes of core work that one such exercise takes in class, for the unit's budget.
    MINUTES: ClassVar[int] = 2
    # True where a key does not end the matter: after release one's own run stands beside the class's.
    COMPARED: ClassVar[bool] = False

    _scope: Scope | None = PrivateAttr(default=None)

    # ---- binding to facts -------------------------------------------------------------------------------------
    def bound(self, scope: Scope) -> Self:
        """Return this exercise knowing the facts of its case; loading calls it once."""
        copy = self.model_copy()
        copy._scope = scope
        return copy

    @property
    def scope(self) -> Scope:
        """The facts around this exercise. Raises RuntimeError before `bound`."""
        if self._scope is None:
            raise RuntimeError("an exercise is graded only after it was bound to its case")
        return self._scope

    # ---- the contract of a kind ---------------------------------------------------------------------------------
    def read(self, raw: JSON) -> Any:
        """Turn what arrived into an answer. Raises Unreadable."""
        raise NotImplementedError

    def grade(self, answer: Any) -> Verdict:
        """Judge an answer that `read` returned."""
        raise NotImplementedError

    def tally(self, answers: Iterable[Any]) -> Tally:
        """Count what a class answered."""
        raise NotImplementedError

    def samples(self) -> Iterator[Sample]:
        """Yield test answers: right, partly right, wrong and unreadable ones, as far as the key allows them."""
        raise NotImplementedError

    def public(self) -> Self:
        """Return a copy without key, reasons and explanations: all that a student's browser may get before release."""
        raise NotImplementedError

    def positions(self, answer: Any) -> dict[str, str]:
        """Slot → label, for flows between two votes. Empty: only changed or unchanged is known."""
        del answer
        return {}

    def paper(self) -> list[Line]:
        """The exercise on a printed sheet."""
        return [Line("prompt", self.prompt), Line("blank", "")]

    def written(self, answer: Any) -> str:
        """The answer as one line of plain text, for lists and exports."""
        return json.dumps(answer, ensure_ascii=False, default=str)

    def key_formulas(self) -> Iterator[tuple[tuple[str | int, ...], Formula, str]]:
        """Yield (path in the exercise, formula, unit asked for) of every formula that stands in the key or a mistake."""
        yield from ()

    def key_facts(self) -> list[str]:
        """The facts that the key is computed from, each once; those of expected mistakes are no evidence."""
        found = (f.names for path, f, _ in self.key_formulas() if "mistakes" not in path)
        return list(dict.fromkeys(name for names in found for name in names))

    def facts_told(self) -> tuple[str, ...]:
        """The facts that the review itself shows with value and place once the key is released; not told twice."""
        return ()

    def key_words(self) -> Iterator[str]:
        """Yield the words and figures of the key, for the check that the evidence contains them."""
        yield from ()

    def options_shown(self) -> list[Offered]:
        """The options among which a whole answer is picked, in the author's order; what the rules of craft look at."""
        return []

    def named(self) -> Iterator[Named]:
        """Yield every reference that stands inside the exercise, besides its `evidence`."""
        yield from ()

    def offers(self) -> tuple[str, ...]:
        """The units whose passages are offered to pick from; empty where the kind offers none."""
        return ()

    def flaws(self) -> Iterator[Flaw]:
        """Yield the rules between its own fields that it breaks, each at the guilty entry."""
        yield from ()

    def reckoned(self) -> Iterator[str]:
        """Yield what else there is to say to its author of how the key comes about, beside the formulas."""
        yield from ()

    @property
    def keyed(self) -> bool:
        """True when there is a key, so that answers are scored."""
        return True

    @property
    def graders(self) -> tuple[str, ...]:
        """Who grades it against a rubric, "instructor" or "self"; nobody where the program judges."""
        return ()

    # ---- shared --------------------------------------------------------------------------------------------------
    def stripped(self, **fields: object) -> Self:
        """A copy with the released-only common fields emptied and `fields` replaced; what `public` builds on."""
        empty = {"explain": "", "evidence": (), "assumed": "", "external": "", "tags": ()}
        copy = self.model_copy(update={**empty, **fields})
        copy._scope = self._scope
        return copy

    def verdict(self, share: Decimal | None, matched: Iterable[str] = (), notes: Iterable[Note] = ()) -> Verdict:
        """Build a verdict from a share: score = points × share, rounded half up to 0.01."""
        if share is None:
            return Verdict(None, None, self.points, tuple(matched), tuple(notes))
        share = max(Decimal(0), min(Decimal(1), share))
        score = (self.points * share).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return Verdict(share, score, self.points, tuple(matched), tuple(notes))

    def snapshot(self) -> dict[str, JSON]:
        """The exercise as it was asked, for the store: enough to show any answer again."""
        return self.model_dump(mode="json", exclude_defaults=True, by_alias=True) | {"kind": self.kind}

    def fingerprint(self) -> str:
        """Sixteen hex digits over kind, options, key, tolerance and points; wording and reasons do not count."""
        body = _without(self.model_dump(mode="json", exclude=set(self.WORDING)), {"why", "evidence"})
        figures = [str(f.value(self.scope.number)) for _, f, _ in self.key_formulas()] if self._scope else []
        text = json.dumps([body, figures], ensure_ascii=False, sort_keys=True)
        text = self._scope.fill(text) if self._scope else text  # a corrected fact in an option is another option
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _without(value: JSON, names: set[str]) -> JSON:
    if isinstance(value, dict):
        return {k: _without(v, names) for k, v in value.items() if k not in names}
    if isinstance(value, list):
        return [_without(v, names) for v in value]
    return value


def grade(exercise: ExerciseBase, raw: JSON) -> tuple[Any, Verdict]:
    """Read and judge what arrived: returns (answer, verdict). Raises Unreadable, and nothing else, for any JSON."""
    try:
        answer = exercise.read(raw)
    except RecursionError:
        raise Unreadable(t("这不是这道题的答案。")) from None
    return answer, exercise.verdict(None) if exercise.points == 0 and not exercise.keyed else exercise.grade(answer)


def shape(raw: JSON, name: str, *, of: type) -> Any:
    """Return `raw` if it is of type `of`, else raise Unreadable naming what was expected."""
    if isinstance(raw, of) and not (of is not bool and isinstance(raw, bool)):
        return raw
    raise Unreadable(t("答案的形状不对：这里应当是{name}。", name=name))


def typed(raw: JSON) -> str:
    """Return typed text, trimmed, or raise Unreadable for anything else, for control characters and beyond LONGEST."""
    text = shape(raw, t("文字"), of=str)
    if len(text) > LONGEST:
        raise Unreadable(t("太长了：最多 {n} 个字。", n=LONGEST))
    if any((c < " " and c not in "\n\r\t") or 0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise Unreadable(t("文字里有无法保存的控制字符。"))
    return str(text).strip()
