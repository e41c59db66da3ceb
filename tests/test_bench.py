"""What `make bench` measures with: nights and rubrics that are always the same, steps, memory, tables."""

import csv
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from qa_audit.authoring.linting import lint
from qa_audit.rubric.load import load_rubric
from tests.benchmarks.bench import edited_rubric, gains
from tests.benchmarks.facts import facts
from tests.benchmarks.floor import floor
from tests.benchmarks.generate import TEXTS, generate
from tests.benchmarks.hundred_checks import lexicons, write_rubric
from tests.benchmarks.process_tree import RunFailedError, Step, memory, steps, tree, weigh
from tests.benchmarks.tabulate import compared, told


@pytest.mark.parametrize(("name", "low", "high"), [("repeats", 0.55, 0.66), ("distinct", 0.0, 0.0)])
def test_the_dial_says_how_many_texts_are_repeated(tmp_path: Path, name: str, low: float, high: float) -> None:
    path, again = tmp_path / "a.csv", tmp_path / "b.csv"
    count = generate(path, 20_000, TEXTS[name])
    assert 20_000 <= count < 20_030
    assert floor(path)[0] == count
    assert low <= 1 - floor(path)[1] / count <= high
    generate(again, 20_000, TEXTS[name])
    assert sha256(path.read_bytes()).digest() == sha256(again.read_bytes()).digest()


def test_sessions_have_about_sixteen_messages(tmp_path: Path) -> None:
    count = generate(tmp_path / "a.csv", 5_000)
    with (tmp_path / "a.csv").open(encoding="utf-8") as source:
        sessions = {row["会话ID"] for row in csv.DictReader(source)}
    assert 14 <= count / len(sessions) <= 24


def test_the_rubric_of_a_hundred_checks_is_valid_and_always_the_same(tmp_path: Path) -> None:
    path = write_rubric(tmp_path / "a")
    assert not [each for each in lint(path).mistakes if each.level == "error"]
    rubric = load_rubric(path)
    assert len(rubric.model.checks) == 100
    phrases = [phrase for one in lexicons() for phrase in one]
    assert len(set(phrases)) == len(phrases) == 3_000
    assert path.read_bytes() == write_rubric(tmp_path / "b").read_bytes()


def test_the_edited_rubric_differs_in_a_phrase_and_in_points(tmp_path: Path) -> None:
    edited, standard = load_rubric(edited_rubric(tmp_path / "edited")), load_rubric()
    assert edited.model != standard.model
    assert {each.words for each in edited.lexicons} != {each.words for each in standard.lexicons}


def test_steps_are_read_from_the_log() -> None:
    log = "读入:1,000,021 条,2.3 秒,每秒 434,792 条\n注意:没有时间\n评分\uff1a12 段\uff0c0.0 秒\n"
    assert steps(log) == (Step("读入", 1_000_021, 2.3), Step("评分", 12, 0.0))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
def test_a_run_is_weighed_with_its_children(tmp_path: Path) -> None:
    child = "import time; kept = bytearray(40_000_000); time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    found = weigh([sys.executable, "-c", parent], os.environ, tmp_path / "log.txt")
    assert found.peak_mb is not None
    assert found.peak_mb > 40
    assert found.cpu_seconds > 0
    assert found.seconds > 0.4
    assert os.getpid() in tree(os.getpid())
    assert memory(os.getpid()) > 1_000_000
    assert memory(2**30) == 0


def test_a_run_that_fails_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunFailedError, match="ended with 3:\nsorry"):
        weigh([sys.executable, "-c", "import sys; print('sorry', file=sys.stderr); sys.exit(3)"], {}, tmp_path / "log")


def result(**lines: tuple[float, float | None]) -> dict[str, Any]:
    """Return a result with lines of (seconds, peak MB)."""
    made = [
        {"name": name, "messages": 1_000, "seconds": took, "cpu_seconds": 1.0, "peak_mb": peak, "steps": []}
        for name, (took, peak) in lines.items()
    ]
    return {"facts": {"cores": len(lines)}, "lines": made, "notes": ["注"]}


def test_two_results_side_by_side_mark_what_moved() -> None:
    shown = compared(
        result(甲=(2.0, 100), 乙=(1.0, None), 丁=(1, 1)), result(甲=(1.0, 105), 乙=(1.05, None), 丙=(1, 1))
    )
    lines = [line.split() for line in shown.splitlines()]
    assert lines[1] == ["甲", "2.00", "1.00", "0.50", "↓", "100.00", "105.00", "1.05"]
    assert lines[2] == ["乙", "1.00", "1.05", "1.05"]
    assert lines[3:] == [["只在", "A:丁"], ["只在", "B:丙"]]


def test_the_table_has_rates_and_notes() -> None:
    lines = [line.split() for line in told(result(甲=(2.0, 100))).splitlines()]
    assert lines[1] == ["甲", "2.00", "500", "1.00", "100"]
    assert lines[-1] == ["注"]


def test_gains_are_told_step_by_step() -> None:
    one = {"name": "a 1 进程 冷缓存", "seconds": 10.0, "steps": [{"name": "读入", "seconds": 4.0}]}
    two = {
        "name": "a 2 进程 冷缓存",
        "seconds": 6.0,
        "steps": [{"name": "读入", "seconds": 2.0}, {"name": "新", "seconds": 1.0}],
    }
    assert list(gains([one, two])) == ["a 2 进程 冷缓存:比 1 进程快 整体 1.67 倍 · 读入 2.00"]


def test_facts_name_no_machine() -> None:
    assert facts()["cores"] == os.cpu_count()
    assert not [value for value in facts().values() if "/" in str(value) or os.uname().nodename == str(value)]
