"""The command line: exit codes, where talk and data go, what a user sees when it goes wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa_audit.results import publishing
from tests.accept import SAMPLES
from tests.cli.conftest import Qa

GOOD = "会话ID,发送时间,角色,客服,买家,内容\n1,2026-12-01 10:00:00,客户,甲,乙,在吗\n1,2026-12-01 10:00:05,客服,甲,乙,您好\n"


def process(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as users do."""
    command = [sys.executable, "-m", "qa_audit", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "good.csv"
    path.write_text(GOOD, "utf-8")
    return path


RUN = """
import sys
from qa_audit.cli import outcome
code = outcome()
print([name for name in ("jieba", "snownlp") if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


def test_run_prints_the_summary_and_imports_neither_jieba_nor_snownlp(log: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN, "run", log], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert "读到 2 行 = 消息 2 + 隔离 0 + 重复 0" in done.stdout
    assert (tmp_path / "reports" / "2026-12-01" / "index.html").is_file()


def test_a_gate_that_fails_is_exit_1(qa: Qa, log: Path, tmp_path: Path) -> None:
    assert qa("run", log, "--out", tmp_path / "o", "--fail-under", 5).returncode == 0
    done = qa("run", log, "--out", tmp_path / "o", "--rubric", tmp_path / "none.yaml", "--fail-under", 5)
    assert done.returncode == 2
    bad = tmp_path / "r.yaml"
    bad.write_text(
        "rubric: r\ngroups:\n- {id: g, title: g, checks: [{id: a, title: a, points: 50, says: {words: [再见]}}]}\n",
        "utf-8",
    )
    done = qa("run", log, "--out", tmp_path / "o", "--rubric", bad, "--fail-under", 60)
    assert (done.returncode, "50.00 < 60" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run"], "LOG"),
        (["run", "nosuch.csv"], "nosuch.csv"),
        (["run", "{log}", "--nosuch"], "--nosuch"),
        (["run", "{log}", "--tz", "Mars/Base"], "Mars/Base"),
        (["run", "{log}", "--mapping", "nosuch.yaml"], "nosuch.yaml"),
        (["run", "{log}", "--format", "nosuch"], "nosuch"),
        (["run", "{log}", "--encoding", "nosuch"], "nosuch"),
        (["run", "{junk}"], "junk.csv"),
        (["run", "{empty}"], "empty.csv"),
        (["run", "{log}", "--rubric", "{rubric}"], "rubric.yaml:1:1"),
        (["run", "{log}", "--out", "{folder}"], "不敢覆盖"),
        (["measures", "nosuch"], "nosuch"),
        (["score", "{folder}"], "run.json"),
        (["report", "{folder}"], "run.json"),
    ],
)
def test_what_a_user_can_mend_is_exit_2_with_no_traceback(
    qa: Qa, log: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    (tmp_path / "junk.csv").write_text("a,b\n1,2\n", "utf-8")
    (tmp_path / "empty.csv").write_text("", "utf-8")
    (tmp_path / "rubric.yaml").write_text("foo: 1\n", "utf-8")
    names = {name: tmp_path / f"{name}.csv" for name in ("junk", "empty")} | {
        "log": log,
        "rubric": tmp_path / "rubric.yaml",
        "folder": tmp_path,
    }
    done = qa(*(argument.format(**names) for argument in arguments))
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_help_is_quick_because_it_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv = ['qa-audit', '--help']\nfrom qa_audit.__main__ import main\ntry: main()\nexcept SystemExit: pass\nprint([m for m in ('pandas', 'pyarrow', 'jieba', 'snownlp', 'numpy', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_second_run_on_the_same_folder_is_75_before_it_reads_anything(tmp_path: Path) -> None:
    with publishing(tmp_path / "o"):
        found = process("run", tmp_path / "nothing.csv", "--out", tmp_path / "o")
    assert found.returncode == 75
    assert "另一个 qa-audit" in found.stderr


def test_lists(qa: Qa, tmp_path: Path) -> None:
    assert "first_response_seconds" in qa("measures").stdout
    assert "csv" in qa("formats", "list").stdout


def test_results_do_not_depend_on_locale_hash_seed_or_clock_zone(qa: Qa, tmp_path: Path) -> None:
    log = SAMPLES / "table/2026-12-01_云栖家纺_a.csv"
    qa("run", log, "--out", tmp_path / "here")
    elsewhere = os.environ | {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    command = [sys.executable, "-m", "qa_audit", "run", str(log), "--out", str(tmp_path / "there")]
    subprocess.run(command, env=elsewhere, check=True, capture_output=True)
    here, there = (
        {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
        for out in (tmp_path / "here", tmp_path / "there")
    )
    assert here == there
