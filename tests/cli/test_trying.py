"""casecourse try, as a lecturer reads it at a terminal: every kind, the words of the verdict, the reckoning, stdin."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from casecourse.cli import main
from casecourse.grading import Unreadable, grade
from casecourse.kinds import KINDS
from casecourse.loading import load
from tests.conftest import ROOT
from tests.kindbook import GALLERY
from tests.writing import BANK, course

BANKS = sorted((ROOT / "tests/content/good").glob("*.yaml"))


def run(*words: str | Path, given: str | bytes | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, [str(w) for w in words], input=given)


def reads(name: str, answer: Any, path: Path) -> list[str]:
    """The lines that a person reads."""
    found = run("try", name, "--answer", json.dumps(answer, ensure_ascii=False), "--path", path, "--format", "text")
    assert (found.exit_code, found.stderr) == (0, "")
    return found.stdout.replace("\u00a0", " ").splitlines()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A course with one number and one poll."""
    bank = """\
    per-head:
      kind: number
      prompt: 平均每格几人？
      points: 3
      answer: forces / grids
      unit: 人
      decimals: 1
      mistakes: [{answer: forces-dept / grids, why: 只算了部门下沉的人。, credit: 0.5}]
      explain: 相除。
    poll: {kind: choice, prompt: 选？, options: [甲, 乙], assumed: 自拟}
    """
    course(tmp_path, bank_yaml=bank)
    return tmp_path


def test_a_verdict_is_read_as_words(small: Path) -> None:
    """Question, answer with its unit, score of points and share, each remark with its reason, and the key's reckoning."""
    content = load(small)
    scope = content.course.facts.of("demo")
    slip = scope.number("forces-dept") / scope.number("grids")  # type: ignore[operator]  two plain numbers
    lines = reads("demo:per-head", f"{slip:.1f}", small)
    assert lines[0] == "demo:per-head　数值　3 分"
    assert lines[1] == f"答案　{slip:.1f} 人"
    assert lines[2] == "判分　部分对：1.5 / 3 分（份额 0.5）"
    assert lines[3] == f"  ◐ {slip:.1f}：只算了部门下沉的人。"
    right = scope.number("forces") / scope.number("grids")  # type: ignore[operator]  two plain numbers
    assert lines[4].startswith("算式　forces / grids = ")
    assert lines[4].endswith("人")
    assert f"{right:.3f}"[:-1] in lines[4]
    assert len(lines) == 5


def test_what_is_no_answer_is_read_with_its_reason(small: Path) -> None:
    """Not an answer is not a wrong answer: the sentence says what is missing, and nothing is scored."""
    assert reads("per-head", "很多", small)[1].startswith("读不出　没有读出一个数")
    assert reads("poll", ["丙"], small) == ["demo:poll　选择　1 分", "读不出　没有这个选项：丙"]


def test_a_poll_has_no_score(small: Path) -> None:
    """Without a key the verdict says so."""
    assert reads("poll", ["甲"], small)[2:] == ["判分　不计分"]


@pytest.mark.parametrize("given", ['["甲"]', '\ufeff["甲"]\n'])
def test_an_answer_comes_from_standard_input(small: Path, given: str) -> None:
    """`--answer -` reads it from a pipe, with or without a byte order mark."""
    found = run("try", "poll", "--answer", "-", "--path", small, given=given.encode())
    assert (found.exit_code, json.loads(found.stdout)["max"]) == (0, 1.0)


@pytest.mark.parametrize("given", [b"", b"\xff\xfe", "甲".encode(), b"[" * 100_000])
def test_what_is_not_json_is_trouble_from_standard_input_too(small: Path, given: bytes) -> None:
    """Whatever comes through the pipe, the command ends with a sentence and status 2."""
    found = run("try", "poll", "--answer", "-", "--path", small, given=given)
    assert (found.exit_code, found.stdout) == (2, "")
    assert "--answer" in found.stderr


def test_in_a_pipe_it_is_json(small: Path) -> None:
    """Without --format a program gets JSON, the same as with --format json."""
    words = ("try", "poll", "--answer", '["甲"]', "--path", small)
    assert run(*words).stdout == run(*words, "--format", "json").stdout
    assert json.loads(run(*words).stdout)["score"] is None


@pytest.mark.parametrize("bank", BANKS, ids=lambda f: f.stem)
def test_every_sample_of_every_kind_is_told(bank: Path, tmp_path: Path) -> None:
    """For every kind's own samples the words agree with the verdict, carry every reason, and nothing is left out."""
    content = course(tmp_path, bank_yaml=bank.read_text("utf-8"))
    assert bank.stem in KINDS
    for name, exercise in content.course.cases[0].exercises.items():
        for sample in exercise.samples():
            try:
                said = json.dumps(sample.raw, ensure_ascii=False)
                said.encode()
            except (UnicodeEncodeError, TypeError):
                continue  # such an answer cannot be typed at a terminal
            lines = reads(f"demo:{name}", sample.raw, tmp_path)
            if sample.expects == "unreadable":
                with pytest.raises(Unreadable) as refusal:
                    grade(exercise, sample.raw)
                assert lines[1:] == [f"读不出　{refusal.value}".replace("\u00a0", " ")]
                continue
            words = {"right": "答对了", "part": "部分对", "wrong": "还不对", "unscored": "不计分"}
            assert lines[2].startswith(f"判分　{words[sample.expects]}")
            notes = grade(exercise, sample.raw)[1].notes
            reasons = [exercise.scope.fill(n.why).replace("\u00a0", " ") for n in notes if n.why]
            assert all(any(r in line for line in lines[3:]) for r in reasons)


def test_the_gallery_can_be_tried_without_opening_the_app() -> None:
    """The example of the manual: a figure, its share, and how the key comes about."""
    lines = reads("per-grid", "21.7", GALLERY)
    assert lines[2] == "判分　答对了：1 / 1 分（份额 1）"
    assert lines[-1].startswith("算式　forces / grids-3 = 13922 人 ÷ 643 个 = 21.65")
    assert Decimal("21.65") < Decimal(lines[-1].split(" = ")[-1].split()[0]) < Decimal("21.66")


def test_an_audit_tells_how_its_figures_lie() -> None:
    """A kind with more to say than its formulas says it: the intervals of both figures and how they lie."""
    lines = reads("growth", {"value": "8.18", "verdict": "conflict"}, GALLERY)
    assert lines[-4].startswith(
        "算式　compute　(staff-2013 / staff-2007) ^ (1 / (year-to - year-from)) - 1 = (20.03 万人 ÷ "
    )
    assert lines[-3] == "算式　stated　staff-growth = 8.0％"
    assert re.fullmatch(r"算式　算出 8\.18％ 在 .+ 与 .+ 之间；源文 8\.0％ 在 .+ 与 .+ 之间", lines[-2])
    assert lines[-1].startswith("算式　不等")


def test_the_key_of_a_broken_bank_is_not_computed(small: Path) -> None:
    """A formula that fails points to check, in words and in JSON alike."""
    text = (small / BANK).read_text("utf-8").replace("forces / grids\n", "forces / (grids - grids)\n")
    (small / BANK).write_text(text, encoding="utf-8")
    for form in ("text", "json"):
        found = run("try", "demo:per-head", "--answer", '"1"', "--path", small, "--format", form)
        assert (found.exit_code, found.stdout) == (2, "")
        assert "casecourse check" in found.stderr
