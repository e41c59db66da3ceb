"""Nights that are refused or incomplete: what stays, what is said, which exit code; and how mending brings rows back."""

import csv
import hashlib
import json
from pathlib import Path

import pytest

from qa_audit.results import strangers
from tests.cli.conftest import Qa

HEAD = "会话ID,发送时间,角色,客服账号,客户ID,内容\n"


def export(path: Path, good: int, bad: int) -> Path:
    rows = [
        f"s{i // 4},2026-12-01 10:{i // 60:02}:{i % 60:02},{('客户', '客服')[i % 2]},小棠,c{i // 4},第{i}句\n"
        for i in range(good)
    ]
    rows += [f"s{i},2026-12-01 11:00:{i % 60:02},店长,小棠,c{i},坏{i}\n" for i in range(bad)]
    path.write_text(HEAD + "".join(rows), "utf-8")
    return path


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def manifest(folder: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / "run.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    ("share", "good", "bad", "code"),
    [
        ("10%", 18, 2, 0), ("0.1", 18, 2, 0), ("9.9%", 18, 2, 1), ("0.7%", 993, 7, 0), ("0.7%", 992, 8, 1), ("0", 20, 0, 0),
        ("0%", 19, 1, 1), ("100%", 1, 9, 0), ("1", 1, 9, 0),
    ],
)  # fmt: skip
def test_the_share_of_rows_in_quarantine(qa: Qa, tmp_path: Path, share: str, good: int, bad: int, code: int) -> None:
    export(tmp_path / "a.csv", good, bad)
    assert qa("ingest", "a.csv", "--out", "out", "--max-quarantine", share).returncode == code
    assert (tmp_path / "out").exists() == (code == 0)


@pytest.mark.parametrize("share", ["-1", "101%", "1.01", "nan", "inf", "x", "%", "1%%"])
def test_a_share_that_is_none(qa: Qa, tmp_path: Path, share: str) -> None:
    done = qa("ingest", export(tmp_path / "a.csv", 4, 0), "--max-quarantine", share)
    assert done.returncode == 2
    assert "1%" in done.stderr


@pytest.mark.parametrize("command", ["run", "ingest"])
def test_a_refused_night_leaves_the_last_good_one_alone_until_the_next(qa: Qa, tmp_path: Path, command: str) -> None:
    out, refused = tmp_path / "out", tmp_path / "out.not-published"
    export(tmp_path / "a.csv", 20, 0)
    assert qa(command, "a.csv", "--out", "out", "--max-quarantine", "1%").returncode == 0
    before = files(out)
    export(tmp_path / "a.csv", 20, 2)
    done = qa(command, "a.csv", "--out", "out", "--max-quarantine", "1%")
    assert done.returncode == 1
    assert "没有发布" in done.stderr
    assert "--max-quarantine 1.00%" in done.stderr
    assert files(out) == before
    said = manifest(refused)
    assert (said["status"], said["reasons"][0]["code"]) == ("not_published", "max_quarantine")  # type: ignore[index]
    assert (refused / "private" / "quarantine.csv").is_file()
    assert not (refused / "private" / "messages.parquet").exists()
    export(tmp_path / "a.csv", 24, 0)
    assert qa(command, "a.csv", "--out", "out", "--max-quarantine", "1%").returncode == 0
    assert files(out) != before
    assert not refused.exists()


def test_what_to_do_about_a_refused_night_is_a_command_that_scores(qa: Qa, tmp_path: Path) -> None:
    export(tmp_path / "a.csv", 20, 2)
    done = qa("run", "a.csv", "--out", "out", "--max-quarantine", "1%")
    assert "照原来的命令加上 --mended" in done.stderr
    assert "qa-audit ingest" not in done.stderr
    assert "quarantine.csv" in done.stderr.splitlines()[-1]


def test_a_folder_of_that_name_that_is_not_ours_stays(qa: Qa, tmp_path: Path) -> None:
    mine = tmp_path / "out.not-published"
    mine.mkdir()
    (mine / "笔记.txt").write_text("我的", "utf-8")
    assert qa("ingest", export(tmp_path / "a.csv", 8, 0), "--out", "out").returncode == 0
    assert (mine / "笔记.txt").is_file()


def test_a_file_that_cannot_be_read_is_named_everywhere(qa: Qa, tmp_path: Path) -> None:
    export(tmp_path / "a.csv", 20, 0)
    (tmp_path / "坏了.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    done = qa("run", "a.csv", "坏了.xlsx", "--out", "out")
    assert done.returncode == 1
    out = tmp_path / "out"
    said = manifest(out)
    assert (said["status"], said["reasons"][0]["file"]) == ("degraded", "坏了.xlsx")  # type: ignore[index]
    page, summary = ((out / name).read_text("utf-8") for name in ("index.html", "summary.txt"))
    for text in (page, summary, done.stdout):
        assert "不完整" in text
        assert "1 个文件没有读成" in text
        assert "坏了.xlsx" in text
    assert "坏了.xlsx" in done.stderr
    assert "1 个文件没有读成" in done.stderr
    assert json.loads((out / "summary.json").read_text("utf-8"))["status"] == "degraded"


def mended(path: Path, text: str) -> Path:
    """Save the quarantine with the role typed into every row."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="gbk", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "role": text} for row in rows)
    return path


def test_mending_a_refused_night_in_place_publishes_it_and_keeps_the_work(qa: Qa, tmp_path: Path) -> None:
    export(tmp_path / "a.csv", 20, 2)
    assert qa("run", "a.csv", "--out", "out", "--max-quarantine", "1%").returncode == 1
    path = mended(tmp_path / "out.not-published" / "private" / "quarantine.csv", "客服")
    data = path.read_bytes()
    done = qa("run", "a.csv", "--out", "out", "--max-quarantine", "1%", "--mended", path.relative_to(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "改好收回 2 行" in done.stdout
    out = tmp_path / "out"
    assert (out / "private" / "mended-1.csv").read_bytes() == data
    said = manifest(out)
    assert said["mended"] == {"rows": 2, "still": 0, "unchanged": 0}
    assert said["counts"]["quarantined"] == 0  # type: ignore[index]
    given = said["inputs"][-1]  # type: ignore[index]
    assert (given["format"], given["size"], given["sha256"], given["rows"]) == (
        "mended", len(data), hashlib.sha256(data).hexdigest(), 2)  # fmt: skip
    again = qa("run", "a.csv", "--out", "out", "--mended", "out/private/mended-1.csv")
    assert again.returncode == 0, again.stderr
    tables = files(out)
    export(tmp_path / "a.csv", 20, 2)
    log = (tmp_path / "a.csv").read_text("utf-8").replace("店长", "客服")
    (tmp_path / "a.csv").write_text(log, "utf-8")
    assert qa("run", "a.csv", "--out", "out").returncode == 0
    clean = files(out)
    for name in ("private/messages.parquet", "segments.parquet", "findings.parquet", "agents.parquet"):
        assert tables[name] == clean[name]


def test_a_mended_file_that_does_not_fit_changes_nothing(qa: Qa, tmp_path: Path) -> None:
    export(tmp_path / "a.csv", 20, 2)
    assert qa("ingest", "a.csv", "--out", "out").returncode == 0
    path = mended(tmp_path / "out" / "private" / "quarantine.csv", "客服")
    before = files(tmp_path / "out")
    path.write_bytes(path.read_bytes() + b"a.csv,3\r\n")
    before = files(tmp_path / "out")
    done = qa("ingest", "a.csv", "--out", "out", "--mended", path)
    assert done.returncode == 2
    assert "第 4 行: a.csv 第 3 行没有被隔离" in done.stderr
    assert files(tmp_path / "out") == before


def test_what_a_person_puts_among_the_results_is_taken_back_or_left(qa: Qa, tmp_path: Path) -> None:
    export(tmp_path / "a.csv", 20, 2)
    out = tmp_path / "out"
    assert qa("run", "a.csv", "--out", "out").returncode == 0
    assert strangers(out) == []
    own = mended(out / "private" / "quarantine.csv", "客服").rename(out / "private" / "改好的.csv")
    before = files(out)
    done = qa("run", "a.csv", "--out", "out")
    assert (done.returncode, files(out)) == (2, before)
    assert "1 个不是 qa-audit 写的文件,不敢覆盖:private/改好的.csv" in done.stderr
    assert qa("score", "out").returncode == 2
    done = qa("run", "a.csv", "--out", "out", "--mended", own)
    assert done.returncode == 0, done.stderr
    assert strangers(out) == []
    assert (out / "private" / "mended-1.csv").is_file()


def test_a_night_refused_again_keeps_the_mapping_that_it_was_read_with(qa: Qa, tmp_path: Path) -> None:
    export(tmp_path / "a.csv", 20, 2)
    command = ("ingest", "a.csv", "--out", "out", "--max-quarantine", "1%")
    assert qa(*command).returncode == 1
    mine = tmp_path / "out.not-published" / "mapping.yaml"
    mine.write_text("# 我改的\nroles: {agent: [某某]}\n", "utf-8")
    for _ in range(2):
        assert qa(*command, "--mapping", mine).returncode == 1
        assert mine.read_text("utf-8").startswith("# 我改的")


def test_scoring_again_keeps_what_was_mended(qa: Qa, tmp_path: Path) -> None:
    export(tmp_path / "a.csv", 20, 2)
    assert qa("ingest", "a.csv", "--out", "out").returncode == 0
    path = mended(tmp_path / "out" / "private" / "quarantine.csv", "客服")
    assert qa("ingest", "a.csv", "--out", "out", "--mended", path).returncode == 0
    assert qa("score", "out").returncode == 0
    assert (tmp_path / "out" / "private" / "mended-1.csv").is_file()
    assert qa("report", "out").returncode == 0
    assert (tmp_path / "out" / "private" / "mended-1.csv").is_file()
