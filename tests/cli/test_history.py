"""`--history` on the command line: exit codes, what is said where, and the command to go on with."""

import shlex
from pathlib import Path

import pytest

from qa_audit.formats.mapping import load_mapping
from tests.cli.conftest import Qa
from tests.drift.exports import HEADER, export


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "导 出"
    for day in (1, 2):
        export(folder / f"chat_2026-12-0{day}.csv", day)
    export(folder / "chat_2026-12-09.csv", 9, HEADER.replace("发送时间", "记录时刻"))
    export(folder / "chat_2026-12-10.csv", 10, HEADER + ",渠道", more=",app")
    return folder


def test_a_quiet_night_a_refused_one_and_a_loud_one(qa: Qa, logs: Path, tmp_path: Path) -> None:
    assert qa("run", logs / "chat_2026-12-01.csv", "--history", "reports").returncode == 0
    quiet = qa("ingest", logs / "chat_2026-12-02.csv", "--history", "reports")
    assert (quiet.returncode, quiet.stderr) == (0, "")

    refused = qa("run", logs / "chat_2026-12-09.csv", "--history", "reports", "--gap", "20", "--out", "reports/好的")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "chat_2026-12-09.csv: 少了“发送时间”这一列" in refused.stderr
    assert "没有发布,上一次的结果没有动" in refused.stderr
    assert "quarantine.csv" not in refused.stderr
    command = refused.stderr.rstrip().splitlines()[-1]
    words = shlex.split(command)
    assert words[:2] == ["qa-audit", "run"]
    assert Path("reports/好的.not-published/mapping.yaml") == Path(words[-1])
    assert load_mapping(tmp_path / words[-1]).columns["sent_at"] == "记录时刻"
    again = qa(*words[1:])
    assert (again.returncode, (tmp_path / "reports/好的/index.html").is_file()) == (0, True)
    assert "改名成“记录时刻”" in again.stderr

    loud = qa("ingest", logs / "chat_2026-12-10.csv", "--history", "reports")
    assert loud.returncode == 0
    assert "注意:" in loud.stderr
    assert "多了没见过的列 渠道" in loud.stderr
    assert "渠道" not in loud.stdout


def test_a_history_that_is_not_there_is_said_and_stops_nothing(qa: Qa, logs: Path) -> None:
    done = qa("ingest", logs / "chat_2026-12-01.csv", "--history", "nosuch", "--history", logs)
    assert done.returncode == 0
    assert "nosuch(没有这个文件夹)" in done.stdout
