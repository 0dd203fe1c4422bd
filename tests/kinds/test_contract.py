"""The contract that every kind of exercise keeps, tried on the shipped course and on tests/content/good."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from casecourse.checks import check
from casecourse.diagnostics import errors
from casecourse.grading import FREE, JSON, UNKNOWN, ExerciseBase, Line, Sample, Tally, Unreadable, Verdict, grade
from casecourse.kinds import KINDS, TITLES
from casecourse.loading import Content
from casecourse.ui.kinds import TWINS
from tests.writing import CONTENT, course

Named = list[tuple[str, ExerciseBase]]
each_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def exercises(content: Content, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Named]:
    """Kind → its exercises with their names, of the shipped course and of tests/content/good."""
    named: dict[str, Named] = {kind: [] for kind in KINDS}
    good = [course(tmp_path_factory.mktemp(f.stem), bank_yaml=f.read_text("utf-8")) for f in _banks("good")]
    for loaded in (content, *good):
        for case in loaded.course.cases:
            for name, found in case.exercises.items():
                named[found.kind].append((f"{case.id}:{name}", found))
    return named


def _banks(folder: str) -> list[Any]:
    return sorted((CONTENT / folder).glob("*.yaml"))


# ---- every kind is complete ----------------------------------------------------------------------------------------


@each_kind
def test_a_kind_is_complete(kind: str, exercises: dict[str, Named]) -> None:
    """A kind has a manual with its name for people, a twin, a good and a bad example, and its class answers to its name."""
    missing = [
        what
        for what, there in {
            f"ui/kinds/__init__.py TWINS[{kind!r}]": kind in TWINS,
            f"tests/content/good/{kind}.yaml": (CONTENT / "good" / f"{kind}.yaml").is_file(),
            f"tests/content/bad/{kind}.yaml": (CONTENT / "bad" / f"{kind}.yaml").is_file(),
            f"an exercise of kind {kind}": bool(exercises[kind]),
            f"kind: Literal[{kind!r}]": get_args(KINDS[kind].model_fields["kind"].annotation) == (kind,),
            f"a docstring of {kind}": bool(KINDS[kind].__doc__),
            f"MANUAL of {kind}": "MANUAL" in vars(KINDS[kind]) and all(astuple(KINDS[kind].MANUAL)),
        }.items()
        if not there
    ]
    assert missing == []


def test_registries_name_the_same_kinds() -> None:
    """The registry of kinds, their titles and the registry of twins hold the same names."""
    assert set(KINDS) == set(TITLES) == set(TWINS)


@each_kind
def test_good_examples_have_no_error(kind: str, tmp_path: Any) -> None:
    """A good example holds exercises of its kind and nothing is wrong with it."""
    loaded = course(tmp_path, bank_yaml=(CONTENT / "good" / f"{kind}.yaml").read_text("utf-8"))
    assert loaded.diagnostics == []
    assert {e.kind for e in loaded.course.cases[0].exercises.values()} == {kind}


def test_good_examples_have_no_finding(tmp_path: Any) -> None:
    """The good examples are without errors for the whole check, too."""
    for bank in _banks("good"):
        assert errors(check(course(tmp_path / bank.stem, bank_yaml=bank.read_text("utf-8")))) == [], bank.name


# ---- samples ---------------------------------------------------------------------------------------------------------


def _outcome(found: ExerciseBase, raw: JSON) -> str:
    try:
        _, verdict = grade(found, raw)
    except Unreadable as e:
        return "unreadable" if str(e) else "silent"
    if verdict.share is None or verdict.score is None:
        return "unscored" if verdict.share is None and verdict.score is None else "half scored"
    return "right" if verdict.share == 1 else "wrong" if verdict.share == 0 else "part"


@each_kind
def test_samples_come_out_as_they_say(kind: str, exercises: dict[str, Named]) -> None:
    """right earns the share 1, part something in between, wrong 0, unscored None, and unreadable is Unreadable."""
    wrong = [
        (name, sample, outcome)
        for name, found in exercises[kind]
        for sample in found.samples()
        if (outcome := _outcome(found, sample.raw)) != sample.expects
    ]
    assert wrong == []


@each_kind
def test_samples_try_the_key_and_what_is_no_answer(kind: str, exercises: dict[str, Named]) -> None:
    """Every keyed exercise offers a right sample, every keyless one an unscored, all an unreadable one."""
    lacking = []
    offered_by_any: set[str] = set()
    for name, found in exercises[kind]:
        offered = {s.expects for s in found.samples()}
        offered_by_any |= offered
        needed = {"unreadable", "right" if found.keyed else "unscored"}
        lacking += [(name, needed - offered)] if needed - offered else []
    assert lacking == []
    if any(found.keyed for _, found in exercises[kind]):
        assert {"right", "part", "wrong"} <= offered_by_any


def _readable(found: ExerciseBase) -> Iterator[tuple[Sample, Any, Verdict]]:
    for sample in found.samples():
        if sample.expects != "unreadable":
            yield (sample, *grade(found, sample.raw))


@each_kind
def test_an_answer_can_be_shown_counted_and_stored(kind: str, exercises: dict[str, Named]) -> None:
    """An answer reads the same again from the store, is written as one line, has its place in the tally and on paper."""
    for name, found in exercises[kind]:
        answers = []
        for _, answer, verdict in _readable(found):
            answers.append(answer)
            stored = json.loads(json.dumps(answer, ensure_ascii=False))
            assert found.read(stored) == answer, name
            assert found.grade(found.read(stored)) == found.grade(answer), name
            line = found.written(answer)
            assert line, name
            assert "\n" not in line, name
            assert all(isinstance(x, str) for pair in found.positions(answer).items() for x in pair), name
            assert verdict.points == found.points, name
            assert all(isinstance(n.why, str) and n.about for n in verdict.notes), name
        counted = found.tally(answers)
        assert isinstance(counted, Tally)
        assert counted.n == len(answers), name
        json.dumps([dict(counted.slots), dict(counted.extra)])
        sheet = found.paper()
        assert sheet[0] == Line("prompt", found.prompt), name
        assert len(sheet) > 1, name


@each_kind
def test_an_empty_class_is_counted(kind: str, exercises: dict[str, Named]) -> None:
    """The tally of no answers counts nobody."""
    for name, found in exercises[kind]:
        counted = found.tally([])
        assert counted.n == 0, name
        assert sum(n for labels in counted.slots.values() for n in labels.values()) == 0, name


@each_kind
def test_tallies_count_every_position(kind: str, exercises: dict[str, Named]) -> None:
    """The slots of the tally hold at least the slots that positions name."""
    for name, found in exercises[kind]:
        for _, answer, _ in _readable(found):
            assert set(found.positions(answer)) <= set(found.tally([answer]).slots), name


# ---- what a student's browser may get ----------------------------------------------------------------------------------

SECRET = frozenset(
    [
        "right",
        "wrong",
        "why",
        "explain",
        "evidence",
        "mistakes",
        "expect",
        "answer",
        "credit",
        "tolerance",
        "rubric",
        "assumed",
        "external",
        "question",
    ]
)


def _strings(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    """(the model field it stands in, text) of every text inside a model: its fields, tuples and the keys of mappings."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _strings(getattr(value, name), name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield "key", key
            yield from _strings(item, field)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item, field)


@each_kind
def test_public_has_no_field_of_the_key(kind: str, exercises: dict[str, Named]) -> None:
    """In what goes out before release every field that holds key, reasons or explanations is empty."""
    told = [
        (name, field, text)
        for name, found in exercises[kind]
        for field, text in _strings(found.public())
        if text and field in SECRET
    ]
    assert told == []


@each_kind
def test_public_tells_no_secret_under_another_name(kind: str, exercises: dict[str, Named]) -> None:
    """No reason, explanation or expectation occurs in any public text, and no word of the key where nothing is offered."""
    told = []
    for name, found in exercises[kind]:
        secrets = {
            x
            for f, x in _strings(found)
            if f in ("why", "explain", "expect", "answer", "assumed", "question") and len(x) > 1
        }
        on_offer = {x for f, x in _strings(found) if f in ("prompt", "hint", "options", "key", "text")}
        on_offer |= {line.text for line in found.paper()} | {UNKNOWN}
        secrets |= {found.scope.fill(w) for w in found.key_words() if not any(w in x for x in on_offer)}
        public = [x for _, x in _strings(found.public())] + _dumped(found.public().model_dump(mode="json"))
        told += [(name, s, x) for s in secrets for x in public if s in x and x not in on_offer and not _given(found, x)]
    assert told == []


def _dumped(value: JSON) -> list[str]:
    if isinstance(value, dict):
        return [x for k, v in value.items() for x in (k, *_dumped(v))]
    if isinstance(value, list):
        return [x for v in value for x in _dumped(v)]
    return [value] if isinstance(value, str) else []


def _given(found: ExerciseBase, text: str) -> bool:
    """True for the text of a table's cell that is shown and not asked."""
    given_columns = [n for n, c in enumerate(getattr(found, "columns", ())) if c.given]
    rows = getattr(found.public(), "rows", {}).values()
    return text != FREE and any(text in row[n].accept for row in rows for n in given_columns)


@each_kind
def test_public_can_be_shown(kind: str, exercises: dict[str, Named]) -> None:
    """The public copy is of the same kind, keeps prompt and points, and reads the answers that the full one reads."""
    for name, found in exercises[kind]:
        public = found.public()
        assert (public.kind, public.prompt, public.points) == (found.kind, found.prompt, found.points), name
        for _, answer, _ in _readable(found):
            assert public.read(json.loads(json.dumps(answer))) == answer, name


@each_kind
def test_making_the_public_copy_leaves_the_exercise_alone(kind: str, exercises: dict[str, Named]) -> None:
    """After `public` was called the exercise still grades as before."""
    for name, found in exercises[kind]:
        before = found.model_dump()
        found.public()
        assert found.model_dump() == before, name


# ---- whatever arrives ----------------------------------------------------------------------------------------------------


def _answered(found: ExerciseBase, raw: JSON) -> tuple[Any, Verdict] | str:
    """Answer and verdict, or the sentence of what was refused."""
    try:
        return grade(found, raw)
    except Unreadable as e:
        return str(e)


@dataclass(frozen=True)
class Word:
    """A text that some sample answer of the exercise holds, by number."""

    number: int


ODD = ["", "\ud800", "\u0000", "9" * 90, "１２％", "…", "text", "1e999", "-0", "零", UNKNOWN]
WORDS = st.builds(Word, st.integers(0, 19))
LEAVES = st.one_of(
    WORDS, st.sampled_from(ODD), st.text(max_size=6), st.none(), st.booleans(), st.integers(), st.floats()
)
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.sampled_from(ODD), inner, max_size=3),
    max_leaves=6,
)


def _worded(raw: Any, words: list[str]) -> JSON:
    """`raw` with words of the exercise for their numbers."""
    if isinstance(raw, Word):
        return words[raw.number % len(words)]
    if isinstance(raw, list):
        return [_worded(x, words) for x in raw]
    return {_worded(k, words): _worded(v, words) for k, v in raw.items()} if isinstance(raw, dict) else raw


@each_kind
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(which=st.integers(0, 99), shape=ANY_JSON)
def test_any_json_is_a_verdict_or_unreadable(kind: str, exercises: dict[str, Named], which: int, shape: Any) -> None:
    """Whatever JSON arrives, an exercise answers with a verdict that can be shown or with a sentence, and nothing else."""
    name, found = exercises[kind][which % len(exercises[kind])]
    raw = _worded(shape, sorted({x for s in found.samples() for x in _dumped(s.raw)}))
    answered = _answered(found, raw)
    if isinstance(answered, str):
        assert answered.encode(), name
        return
    answer, verdict = answered
    assert verdict.share is None or 0 <= verdict.share <= 1, name
    assert (verdict.share is None) == (verdict.score is None), name
    assert (verdict.share is None) != found.keyed, name
    assert found.written(answer).encode(), name
    assert found.tally([answer]).n == 1, name
    assert found.read(json.loads(json.dumps(answer))) == answer, name


@each_kind
def test_a_bottomless_answer_is_unreadable(kind: str, exercises: dict[str, Named]) -> None:
    """Lists in lists without end are refused, not followed."""
    deep: JSON = []
    for _ in range(5000):
        deep = [deep]
    for _, found in exercises[kind]:
        with pytest.raises(Unreadable):
            grade(found, deep)


@each_kind
def test_half_a_character_is_refused_with_a_sentence_that_can_be_sent(kind: str, exercises: dict[str, Named]) -> None:
    """A lone surrogate, which no file and no socket can carry, is refused in words that can be carried."""
    for name, found in exercises[kind]:
        for sample in found.samples():
            for raw in _spoilt(sample.raw):
                answered = _answered(found, raw)
                said = answered if isinstance(answered, str) else json.dumps(answered[0], ensure_ascii=False)
                assert said.encode(), name


def _spoilt(raw: JSON) -> Iterator[JSON]:
    """`raw` with one of its texts or names spoilt by half a character."""
    if isinstance(raw, str):
        yield raw + "\ud800"
    elif isinstance(raw, list):
        for n, item in enumerate(raw):
            yield from ([*raw[:n], spoilt, *raw[n + 1 :]] for spoilt in _spoilt(item))
    elif isinstance(raw, dict):
        for key, item in raw.items():
            yield from ({**raw, key: spoilt} for spoilt in _spoilt(item))
            yield {**raw, f"{key}\ud800": item}
