"""What a command imports: `--help` nothing heavy, a whole run nothing that it does not use."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

LOG = "会话ID,发送时间,发送方,客服账号,买家,消息内容\nS1,2026-12-01 10:00:00,客户,小周,甲,在吗\nS1,2026-12-01 10:00:05,客服,小周,甲,您好\n"
HEAVY = ["jieba", "numpy", "pandas", "pyarrow", "pydantic", "jinja2", "re2", "rich", "snownlp", "yaml"]
UNUSED = ["dask", "jieba", "pandas", "snownlp", "xlsxwriter"]


def imported(folder: Path, *arguments: str) -> set[str]:
    """Run a command in a fresh process and return the packages that it has imported."""
    told = folder / "imported.json"
    code = (
        "import json, sys\nfrom qa_audit.cli import outcome\nstatus = outcome()\n"
        f"json.dump(sorted({{name.split('.')[0] for name in sys.modules}}), open({str(told)!r}, 'w'))\nsys.exit(status)"
    )
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=folder, check=True, capture_output=True)
    return set(json.loads(told.read_text("utf-8")))


@pytest.mark.parametrize("command", ["--help", "run --help", "rubric lint --help"])
def test_help_imports_nothing_heavy(tmp_path: Path, command: str) -> None:
    assert not imported(tmp_path, *command.split()) & set(HEAVY)


def test_a_whole_run_imports_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    (tmp_path / "night.csv").write_text(LOG, "utf-8")
    found = imported(tmp_path, "run", "night.csv", "--out", "out", "--jobs", "1")
    assert "pyarrow" in found
    assert not found & set(UNUSED)
