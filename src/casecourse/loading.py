"""A folder of YAML → a course, with everything that is wrong in it; a broken piece is left out and the rest lives."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from casecourse import yamlsource
from casecourse.diagnostics import Diagnostic, Span
from casecourse.grading import ExerciseBase
from casecourse.kinds import KINDS
from casecourse.model import Case, Course, CourseFile, Facts, TeachingNote, Tests, Unit
from casecourse.shapes import Shaped, shaped
from casecourse.texts import t
from casecourse.yamlsource import SourceMap

UNIT_FILE = re.compile(r"^(?:(\d{1,3})-)?([a-z][a-z0-9-]*)\.ya?ml$")
CASE_NAME = re.compile(r"^[a-z][a-z0-9-]*$")
PIECES_OF_CASE = ("sources", "gaps", "facts", "mechanisms")
PIECES_OF_UNIT = ("blocks", "objectives", "concepts")
PIECES_OF_NOTE = ("questions", "theory", "board", "plan.*")

# ("fact", case, id) · ("exercise", case, id) · ("unit", case, id) · ("note", case) · ("bank", case) · ("case", id) · ("course",)
Address = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a thing stands: its file's positions, the path to it, and which of its list entries were left out."""

    map: SourceMap
    path: tuple[str | int, ...] = ()
    gone: Mapping[tuple[str | int, ...], tuple[int, ...]] = field(default_factory=dict)  # see `_gone`

    def key(self, *path: str | int) -> Span:
        """The span of the key at `path` below it."""
        return self.map.key((*self.path, *self._original(path)))

    def value(self, *path: str | int) -> Span:
        """The span of the value at `path` below it."""
        return self.map.value((*self.path, *self._original(path)))

    def _original(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """`path` as the author counts: an entry that was left out of a list moved those behind it forward."""
        if not self.gone:
            return path
        found: tuple[str | int, ...] = ()
        for part in path:
            ahead = bisect_right(self.gone.get(found, ()), part) if isinstance(part, int) else 0
            found = (*found, part + ahead if isinstance(part, int) else part)
        return found


def _gone(left_out: Iterable[tuple[str | int, ...]]) -> Mapping[tuple[str | int, ...], tuple[int, ...]]:
    """List → for each entry left out of it how many are left before it, in order."""
    lists: dict[tuple[str | int, ...], list[int]] = {}
    for *above, last in left_out:
        if isinstance(last, int):
            lists.setdefault(tuple(above), []).append(last)
    return {above: tuple(at - n for n, at in enumerate(sorted(places))) for above, places in lists.items()}


@dataclass
class Content:
    """A loaded folder: the course, what was wrong, the files' texts, where things stand and which are broken."""

    root: Path
    course: Course
    diagnostics: list[Diagnostic] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    maps: dict[str, SourceMap] = field(default_factory=dict)
    places: dict[Address, Place] = field(default_factory=dict)
    broken: set[Address] = field(default_factory=set)


def root_of(path: Path) -> Path | None:
    """The folder that holds `cases/`: `path` itself or the nearest above it; None where there is none."""
    path = path.resolve()
    return next((p for p in (path, *path.parents) if (p / "cases").is_dir()), None)


def load(root: Path) -> Content:
    """Read everything below `root`/cases and `root`/exercises. Never raises for what a person wrote."""
    content = Content(root, Course("", (), Facts({})))
    digest = hashlib.sha256()
    listing = _course_file(content, digest)
    names = [c.case for c in listing.cases] if listing else _case_folders(root)
    cases: list[Case] = []
    for n, name in enumerate(names):
        if not (root / "cases" / name / "case.yaml").is_file():
            content.broken.add(("case", name))
            place = content.places.get(("course",))
            at = place.value("cases", n) if place else Span(f"cases/{name}/case.yaml")
            near = get_close_matches(name, _case_folders(root), 1)
            help_ = t("是不是 '{near}'？", near=near[0]) if near else t("建一个 cases/{name}/case.yaml", name=name)
            content.diagnostics.append(Diagnostic(at, "missing-file", t("没有案例 '{name}'", name=name), help_))
        elif case := _case(content, name, digest):
            cases.append(case)
        else:
            content.broken.add(("case", name))
    facts = Facts({c.id: c for c in cases})
    bound = tuple(
        c.assembled(c.id, c.units, {k: e.bound(facts.of(c.id)) for k, e in c.exercises.items()}) for c in cases
    )
    content.course = Course(
        title=listing.title if listing else root.name,
        cases=bound,
        facts=Facts({c.id: c for c in bound}),
        language=listing.language if listing else "zh",
        rubrics=listing.rubrics if listing else {},
        tests=listing.tests if listing else Tests(),
        notes={c.id: note for c in cases if (note := _note(content, c.id, digest))},
        opens={c.case: c.opens for c in listing.cases if c.opens} if listing else {},
        seminars=listing.seminars if listing else (),
        revision=digest.hexdigest()[:16],
    )
    return content


def _case_folders(root: Path) -> list[str]:
    return sorted(p.parent.name for p in (root / "cases").glob("*/case.yaml"))


def _read(content: Content, file: Path, digest: hashlib._Hash) -> yamlsource.Loaded | None:
    name = file.relative_to(content.root).as_posix()
    try:
        raw = file.read_bytes()
    except OSError as e:
        message = t("打不开这个文件：{reason}", reason=e.strerror or "")
        content.diagnostics.append(Diagnostic(Span(name), "unreadable-file", message))
        return None
    digest.update(name.encode() + b"\0" + raw)
    loaded = yamlsource.read(name, raw)
    content.texts[name], content.maps[name] = loaded.text, loaded.map
    content.diagnostics += loaded.diagnostics
    return loaded if loaded.data is not None else None


def _mapping(content: Content, file: Path, digest: hashlib._Hash) -> tuple[Mapping[str, object], SourceMap] | None:
    loaded = _read(content, file, digest)
    if loaded is None:
        return None
    if loaded.data == "" and file.relative_to(content.root).parts[0] == "exercises":
        return {}, loaded.map  # a bank may still be empty
    if not isinstance(loaded.data, dict):
        message = t("整个文件应当是“字段: 内容”的写法")
        content.diagnostics.append(Diagnostic(loaded.map.value(()), "wrong-type", message, t("参照样例的第一行")))
        return None
    return loaded.data, loaded.map


def _course_file(content: Content, digest: hashlib._Hash) -> CourseFile | None:
    file = content.root / "cases" / "course.yaml"
    if not file.is_file():
        return None
    found = _mapping(content, file, digest)
    if not found:
        return None
    result = shaped(CourseFile, found[0], found[1], pieces=("cases", "rubrics", "seminars", "tests"))
    content.diagnostics += result.diagnostics
    content.places[("course",)] = Place(found[1], (), _gone(result.left_out))
    content.broken |= {("rubric", str(p[1])) for p in result.left_out if p[0] == "rubrics"}
    return result.model if isinstance(result.model, CourseFile) else None


def _case(content: Content, name: str, digest: hashlib._Hash) -> Case | None:
    folder = content.root / "cases" / name
    found = _mapping(content, folder / "case.yaml", digest)
    if not CASE_NAME.match(name):
        _bad_name(content, f"cases/{name}/case.yaml", name)
        return None
    result = shaped(Case, found[0], found[1], pieces=PIECES_OF_CASE) if found else Shaped(None, ())
    content.diagnostics += result.diagnostics
    if found:
        content.places[("case", name)] = Place(found[1])
    units = tuple(_units(content, name, digest))
    exercises = _exercises(content, name, digest)
    if not isinstance(result.model, Case) or not found:
        return None
    for path in result.left_out:
        if path[0] in ("facts", "gaps", "mechanisms") and len(path) > 1:
            content.broken.add((str(path[0]).rstrip("s"), name, str(path[1])))
    for fact in result.model.facts:
        content.places[("fact", name, fact)] = Place(found[1], ("facts", fact))
    return result.model.assembled(name, units, exercises)


def _bad_name(content: Content, file: str, name: str) -> None:
    content.diagnostics.append(
        Diagnostic(
            Span(file), "bad-id", t("“{name}”不能作文件名", name=name), t("用小写英文字母、数字和 -，以字母开头")
        )
    )


def _units(content: Content, case: str, digest: hashlib._Hash) -> Iterator[Unit]:
    for file in sorted((content.root / "cases" / case / "units").glob("*.y*ml")):
        match = UNIT_FILE.match(file.name)
        if not match:
            _bad_name(content, file.relative_to(content.root).as_posix(), file.name)
            continue
        number, name = int(match[1] or 0), match[2]
        found = _mapping(content, file, digest)
        result = shaped(Unit, found[0], found[1], pieces=PIECES_OF_UNIT) if found else Shaped(None, ())
        content.diagnostics += result.diagnostics
        if not found or not isinstance(result.model, Unit):
            content.broken.add(("unit", case, name))
            continue
        first = content.places.get(("unit", case, name))
        if first:
            here, there = Span(found[1].file), (Span(first.map.file),)
            message = t("单元 id '{name}' 在这个案例里出现了两次", name=name)
            content.diagnostics.append(Diagnostic(here, "duplicate-id", message, t("改文件名"), there))
            continue
        content.places[("unit", case, name)] = Place(found[1], (), _gone(result.left_out))
        content.broken |= {("block", case, name, i) for i in _lost_ids(result, found[0])}
        content.broken |= {("objective", case, str(p[1])) for p in result.left_out if p[0] == "objectives"}
        yield result.model.named(name, number)


def _lost_ids(result: Shaped, data: Mapping[str, object]) -> Iterator[str]:
    blocks = data.get("blocks")
    for path in result.left_out:
        if path[0] == "blocks" and len(path) == 2 and isinstance(blocks, list) and isinstance(path[1], int):
            block = blocks[path[1]]
            if isinstance(block, dict) and isinstance(block.get("id"), str):
                yield block["id"]


def _note(content: Content, case: str, digest: hashlib._Hash) -> TeachingNote | None:
    file = content.root / "cases" / case / "note.yaml"
    if not file.is_file():
        return None
    found = _mapping(content, file, digest)
    result = shaped(TeachingNote, found[0], found[1], pieces=PIECES_OF_NOTE) if found else Shaped(None, ())
    content.diagnostics += result.diagnostics
    if not found or not isinstance(result.model, TeachingNote):
        content.broken.add(("note", case))
        return None
    content.places[("note", case)] = Place(found[1], (), _gone(result.left_out))
    content.broken |= {("question", case, str(p[1])) for p in result.left_out if p[0] == "questions"}
    content.broken |= {("plan", case) for p in result.left_out if p[0] == "plan"}
    return result.model


def _exercises(content: Content, case: str, digest: hashlib._Hash) -> dict[str, ExerciseBase]:
    exercises: dict[str, ExerciseBase] = {}
    for file in sorted((content.root / "exercises" / case).glob("*.y*ml")):
        found = _mapping(content, file, digest)
        if found is None:
            content.broken.add(("bank", case))  # what it holds is not known
            continue
        for name, data in found[0].items():
            address = ("exercise", case, name)
            if address in content.places:
                first = content.places[address]
                content.diagnostics.append(
                    Diagnostic(
                        found[1].key((name,)),
                        "duplicate-id",
                        t("题目 id '{name}' 在这个案例里出现了两次", name=name),
                        t("改其中一个"),
                        (first.key(),),
                    )
                )
                continue
            content.places[address] = Place(found[1], (name,))
            exercise = _exercise(content, name, data, found[1])
            if exercise is None:
                content.broken.add(address)
            else:
                exercises[name] = exercise
    return exercises


def _exercise(content: Content, name: str, data: object, places: SourceMap) -> ExerciseBase | None:
    if not CASE_NAME.match(name):
        message = t("“{word}”不能作 id", word=name)
        content.diagnostics.append(
            Diagnostic(places.key((name,)), "bad-id", message, t("id 用小写英文字母、数字和 -，以字母开头"))
        )
        return None
    if not isinstance(data, dict) or "kind" not in data:
        message = t("缺少字段 '{name}'", name="kind") if isinstance(data, dict) else t("这里应当是“字段: 内容”的小块")
        code = "missing-field" if isinstance(data, dict) else "wrong-type"
        content.diagnostics.append(
            Diagnostic(places.key((name,)), code, message, t("kind 写题型：{names}", names="、".join(KINDS)))
        )
        return None
    kind = data["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        near = get_close_matches(str(kind), KINDS, 1)
        known = t("题型有：{names}", names="、".join(KINDS))
        help_ = t("是不是 '{near}'？{known}", near=near[0], known=known) if near else known
        message = t("没有题型 '{name}'", name=str(kind)[:40])
        content.diagnostics.append(Diagnostic(places.value((name, "kind")), "unknown-kind", message, help_))
        return None
    result = shaped(KINDS[kind], data, places, (name,))
    content.diagnostics += result.diagnostics
    return result.model if isinstance(result.model, ExerciseBase) else None
