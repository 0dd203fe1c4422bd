"""Reading bytes of YAML: plain data in which every scalar is text, true places, and no input that does harm."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casecourse.diagnostics import CODES
from casecourse.yamlsource import MAX_BYTES, Loaded, read
from casecourse.yamlsource import Path as Place

BAD = sorted((Path(__file__).parent / "content" / "bad" / "yaml").glob("*.yaml"))
EXPECTED = re.compile(r"^# error: (\d+):(\d+) \[([a-z-]+)\]$", re.MULTILINE)

GOOD = """title: 闭环：三循环与七环节
minutes: 45
objectives:
  route: {apply: 为一件事选定处置层级}
concepts:
  微循环: 事情在社区（村）网格之内处置完毕。
blocks:
  - prose: |
      共 {{forces}} 人，“九必访”：
      　　第一段。
    id: levels
  - metrics: [forces, per-grid]
  - table: 三层循环对照
    columns: [对应层级, {text: 典型事项, assumed: 教师举例}]
    rows: {微循环: ["社区, 网格", '巡查: 劝导']}
  - discuss: 留哪一级？
    expect: [成本, 时间]   # 备注
"""


def loaded(text: str) -> Loaded:
    return read("f.yaml", text.encode())


def found(result: Loaded) -> list[tuple[int, int, str]]:
    return sorted((d.span.line, d.span.column, d.code) for d in result.diagnostics)


# ---- what a scalar is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["no", "1:30", "0123", "1.10", "8.0", "2020-03-09", "null", "~", "true", "1_000", ".5"]
)
def test_scalar_is_text(text: str) -> None:
    """What the author typed is what is read, whatever YAML would make of it."""
    assert loaded(f"a: {text}\n").data == {"a": text}


@pytest.mark.parametrize("text", ["", "# 只有注释\n", "---\n", "\ufeff"])
def test_nothing_is_empty_text(text: str) -> None:
    """A file without content is an empty text and no error."""
    result = loaded(text)
    assert (result.data, result.diagnostics) == ("", ())


def test_empty_value_is_empty_text() -> None:
    """A field with nothing behind its colon holds the empty text."""
    assert loaded("a:\nb: {c: , d: 1}\n").data == {"a": "", "b": {"c": "", "d": "1"}}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    """Any kind of line end gives the same data and the same places, with or without a byte order mark."""
    result = read("f.yaml", b"\xef\xbb\xbf" + f"a: 甲{end}b: [丙, {{丁: 戊}}]{end}".encode())
    assert result.data == {"a": "甲", "b": ["丙", {"丁": "戊"}]}
    span = result.map.value(("b", 1, "丁"))
    assert (span.line, span.column, span.end_column) == (2, 12, 13)


# ---- places --------------------------------------------------------------------------------------------------------


def test_places_fall_back_to_the_nearest_ancestor() -> None:
    """A path that does not exist has the place of the nearest one above it that does."""
    result = loaded("a:\n  - 甲\n  - b: 乙\n")
    inner = result.map.value(("a", 1, "b"))
    assert (inner.file, inner.line, inner.column, inner.end_column) == ("f.yaml", 3, 8, 9)
    assert result.map.value(("a", 1, "b", "c", 3)) == inner
    assert result.map.key(("a", 1, "b")).column == 5
    assert result.map.key(("a", 0)) == result.map.value(("a", 0))
    assert result.map.key(("a", 1, "b", "c")) == result.map.key(("a", 1, "b"))
    assert result.map.value(("x",)).line == 1


def test_places_stay_true_after_repairs() -> None:
    """On a line that was repaired to read on, columns are those of the author's text."""
    result = loaded("a: 1\ntitle：“海淀”\nfact: {label：甲, unit: 元}\n")
    assert result.data == {"a": "1", "title": "“海淀”", "fact": {"label": "甲", "unit": "元"}}
    assert (result.map.value(("title",)).column, result.map.value(("title",)).end_column) == (7, 11)
    assert result.map.key(("fact", "unit")).column == 17


KEYS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff"), max_size=12
)
TEXTS = st.one_of(
    KEYS,
    st.sampled_from(["{{a}}", "[[b]] c", "*x*", "% 3", "a: b: c", "甲：乙", "\n\t二", "loop #p1", "<<", "\\", '"']),
)
DATA = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(KEYS, inner, min_size=1, max_size=4),
    max_leaves=12,
)


def literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def written(data: object, depth: int = 0) -> str:
    """Write data as YAML in block style, every text in double quotes."""
    pad = "\n" + "  " * depth
    if isinstance(data, dict):
        return "".join(f"{pad}{literal(k)}: {written(v, depth + 1)}" for k, v in data.items())
    if isinstance(data, list):
        return "".join(f"{pad}- {written(v, depth + 1)}" for v in data)
    return literal(str(data))


def leaves(data: object, path: Place = ()) -> list[tuple[Place, str]]:
    if isinstance(data, dict):
        return [leaf for k, v in data.items() for leaf in leaves(v, (*path, k))]
    if isinstance(data, list):
        return [leaf for n, v in enumerate(data) for leaf in leaves(v, (*path, n))]
    return [(path, str(data))]


@settings(max_examples=150, deadline=None)
@given(DATA)
def test_round_trip(data: object) -> None:
    """Data written with quotes, in block or one-line style, is read as it was, each text in its place."""
    assert loaded(json.dumps(data, ensure_ascii=False)).data == data
    text = written(data).lstrip("\n") + "\n"
    result = loaded(text)
    assert (result.data, result.diagnostics) == (data, ())
    lines = text.split("\n")
    for path, value in leaves(data):
        span = result.map.value(path)
        assert span.line == span.end_line
        assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == literal(value)


# ---- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", BAD, ids=lambda p: p.stem)
def test_bad_file(file: Path) -> None:
    """A file that YAML misreads is refused exactly where, and as what, its own comments say."""
    text = file.read_text(encoding="utf-8")
    expected = sorted((int(line), int(column), code) for line, column, code in EXPECTED.findall(text))
    assert expected, "a bad file says what is wrong with it"
    result = loaded(text)
    assert found(result) == expected
    assert all(d.message and d.help for d in result.diagnostics)


def test_pure_parser_agrees() -> None:
    """Without libyaml the same files are refused at the same places."""
    script = (
        "import sys, json; sys.modules['yaml._yaml'] = None\n"
        "import yaml; assert not yaml.__with_libyaml__\n"
        "from pathlib import Path; from casecourse.yamlsource import read\n"
        "rows = {f: sorted((d.span.line, d.span.column, d.code) for d in read(f, Path(f).read_bytes()).diagnostics)"
        " for f in sys.argv[1:]}\n"
        "print(json.dumps(rows))"
    )
    files = [str(f) for f in BAD]
    out = subprocess.run([sys.executable, "-c", script, *files], capture_output=True, text=True, check=True).stdout
    pure = {f: [tuple(row) for row in rows] for f, rows in json.loads(out).items()}
    assert pure == {f: found(read(f, Path(f).read_bytes())) for f in files}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: [出壳 {{h}}, 乙]\nb: {{h}} 起", {"a": ["出壳 {{h}}", "乙"], "b": "{{h}} 起"}),
        ("a: [[g]] 办\nb: [[g]]", {"a": "[[g]] 办", "b": [["g"]]}),
        ("why: 原因: 太慢\nb: 1", {"why": "原因: 太慢", "b": "1"}),
        ("a:\n  -甲\n  -乙", {"a": ["甲", "乙"]}),
        ("a:\n　　- 甲\n　　- 乙", {"a": ["甲", "乙"]}),
        ("a: {l: 甲, 乙, v: 1}", {"a": {"l": "甲, 乙", "v": "1"}}),
        ("a: loop #p1", {"a": "loop#p1"}),
        ("a: *双重*\nb: %", {"a": "*双重*", "b": "%"}),
        ('a: "九必访"要求\nb: 1', {"a": '"九必访"要求', "b": "1"}),
        ("a: 1\nb: 2\na: 3", {"a": "1", "b": "2"}),
        ("a: 1\n<<: {b: 2}\nc: 3", {"a": "1", "c": "3"}),
    ],
)
def test_the_rest_is_read(text: str, data: object) -> None:
    """What is written wrongly but can be understood is an error, and everything is still read."""
    result = loaded(text)
    assert result.diagnostics
    assert result.data == data


def test_cure_names_the_character() -> None:
    """The message shows the author's own words and what to write instead."""
    braces, alias, percent = loaded("a: [出壳 {{h}}]\nb: *双重*\nc: %\n").diagnostics
    assert '"出壳 {{h}}"' in braces.help
    assert "…" in alias.help
    assert "％" in percent.help


def test_duplicate_key_names_both_places() -> None:
    """The second of two equal keys is refused and points at the first."""
    (d,) = loaded("a: 1\nb: 2\na: 3\n").diagnostics
    assert (d.span.line, d.also[0].line) == (3, 1)


# ---- bytes ---------------------------------------------------------------------------------------------------------

CHINESE = "title: 海淀\nplace: 北京市海淀区，城管与公安\n"


@pytest.mark.parametrize(
    ("raw", "code", "place", "word"),
    [
        (CHINESE.encode("gbk"), "encoding", (1, 8), "GBK"),
        (CHINESE.encode("utf-16"), "encoding", (1, 1), "UTF-16"),
        (CHINESE.encode("utf-16-le"), "encoding", (1, 1), "UTF-16"),
        (CHINESE.encode("utf-16-be"), "encoding", (1, 1), "UTF-16"),
        (CHINESE.encode() + b"\xb0\xa1\n", "encoding", (3, 1), "UTF-8"),
        (b"a: 1\nb: \xed\xa0\xbd", "character", (2, 4), "U+D83D"),
        (b"a: \x00", "character", (1, 4), "U+0000"),
        (b"a: 1\rb: \xb0", "encoding", (2, 4), "UTF-8"),
        (b"a: 1\rb: \x07", "character", (2, 4), "U+0007"),
        ("甲: 1\n乙: 二\x0b三".encode(), "character", (2, 5), "U+000B"),
        (b"a: 1\n" * (MAX_BYTES // 5 + 1), "too-large", (1, 1), "2"),
    ],
)
def test_bytes_that_are_no_text(raw: bytes, code: str, place: tuple[int, int], word: str) -> None:
    """Bytes that are not UTF-8 text are named, with line and column, and give no data."""
    result = read("f.yaml", raw)
    (d,) = result.diagnostics
    assert (d.code, d.span.line, d.span.column) == (code, *place)
    assert word in d.message
    assert result.data is None


# ---- no input does harm --------------------------------------------------------------------------------------------

NOISE = [
    "\t",
    "　",
    "\u00a0",
    ":",
    "：",
    ": ",
    ",",
    "，",
    "{{x}}",
    "[[x]]",
    "{",
    "}",
    "[",
    "]",
    "- ",
    "-",
    "#",
    " #p1",
    "*",
    "&a ",
    "!t ",
]
NOISE += [
    "%",
    "@",
    "`",
    '"',
    "'",
    "?",
    "? ",
    "|",
    ">",
    "\\",
    "---\n",
    "\n",
    "\n  ",
    "<<: ",
    "\x00",
    "\ud800",
    "\U000f0000",
    "😀",
    "\u2028",
]


def spoilt(seed: int) -> bytes:
    """Good YAML with a few places deleted, doubled or strewn with noise, always the same for a seed."""
    rng = random.Random(seed)  # noqa: S311 - repeatable on purpose
    text = GOOD
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(text) + 1)
        length = rng.choice([0, 0, 1, 3, 20])
        text = text[:at] + rng.choice([*NOISE, text[at : at + length], ""]) + text[at + length * rng.randint(0, 1) :]
    raw = text.encode("utf-8", "surrogatepass")
    at = rng.randrange(len(raw))
    return raw[:at] + rng.randbytes(2) + raw[at:] if seed % 10 == 0 else raw


def test_good_text_is_good() -> None:
    """The text that is spoilt below reads clean: what is found there comes from the spoiling."""
    assert loaded(GOOD).diagnostics == ()


@pytest.mark.parametrize("tens", range(30))
def test_spoilt_text_is_refused_in_place(tens: int) -> None:
    """However good YAML is spoilt, reading never raises, and says inside the file what keeps it from the data."""
    for seed in range(tens * 10, tens * 10 + 10):
        result = read("f.yaml", spoilt(seed))
        lines = re.split("\r\n|\n|\r", result.text)
        assert result.data is not None or result.diagnostics
        for d in result.diagnostics:
            assert d.code in CODES
            assert 1 <= d.span.line <= len(lines)
            assert 1 <= d.span.column <= len(lines[d.span.line - 1]) + 1
            assert (d.span.line, d.span.column) <= (d.span.end_line, d.span.end_column)


SHAPES = [
    "[",
    "{",
    "- ",
    "? ",
    "a: ",
    "[[a]]b",
    "{{a}}",
    "title：x\n",
    "　- a\n",
    "\tb: 1\n",
    "a: loop #p1\n",
    'a: "b"c\n',
    "\n",
    " *",
]


@pytest.mark.parametrize("size", [25_000, MAX_BYTES])
def test_no_shape_exhausts(size: int) -> None:
    """A file of one thing over and over, up to the largest allowed, costs at most 4 seconds and 300 MB, and no crash."""
    script = (
        "import sys, json, time; from casecourse.yamlsource import read\n"
        "size, rows = int(sys.argv[1]), {}\n"
        "for shape in json.loads(sys.argv[2]):\n"
        "    raw = (shape.encode() * (size // len(shape.encode()) + 1))[:size]\n"
        "    raw = raw.decode('utf-8', 'ignore').encode()\n"
        "    began = time.process_time(); read('f', raw); rows[shape] = time.process_time() - began\n"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(json.dumps([rows, int(peak.split()[1]) / 1024]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(size), json.dumps(SHAPES)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    seconds, megabytes = json.loads(done.stdout)
    assert {shape: s for shape, s in seconds.items() if s > 4} == {}
    assert megabytes < 300


def test_a_lesson_is_quick() -> None:
    """A file of 50 KB, the size of a long lesson, is read in well under half a second of computing."""
    one = "  - kind: choice\n    prompt: 题目\n    options: [甲, 乙, 丙, 丁]\n    answer: 1\n"
    raw = ("items:\n" + one * (50_000 // len(one.encode()))).encode()
    began = time.process_time()
    assert read("f.yaml", raw).diagnostics == ()
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("shape", ["- *a\n", "- {{a}} b\n", "a: b\n", "- &x a\n", "a: %\n"])
def test_many_faults_stay_cheap(shape: str) -> None:
    """A huge file with a fault on every line names the first of them, and costs no more than a good one."""
    raw = shape.encode() * (MAX_BYTES // len(shape))
    began = time.process_time()
    result = read("f.yaml", raw)
    assert 0 < len(result.diagnostics) <= 200
    assert time.process_time() - began < 4


@pytest.mark.parametrize("text", ['a: "\\0"', 'a: "\\x07"', 'a: "\\e"'])
def test_hidden_character_in_quotes(text: str) -> None:
    """Double quotes cannot smuggle in a character that no text may hold."""
    result = loaded(text)
    assert found(result) == [(1, 4, "character")]
    assert result.data == {"a": "\ufffd"}


def test_dash_swallowed_by_the_line_above() -> None:
    """A list item that was read on as the text above it is named."""
    assert found(loaded("why: 甲\n  - 乙\n  -丙\n")) == [(2, 3, "yaml-dash"), (3, 3, "yaml-dash")]


def test_pure_parser_survives_impossible_escapes() -> None:
    """Without libyaml, a number too big for a character is refused and does not raise."""
    script = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from casecourse.yamlsource import read\n"
        "print([d.code for d in read('f', b'a: \"\\\\UFFFFFFFF\"').diagnostics])"
    )
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "['yaml-syntax']"
