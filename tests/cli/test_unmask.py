"""The key is made and kept; who holds it and private/ learns who a code is, night after night."""

import json
import os
import shutil
import stat
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qa_audit.ingest import IngestOptions
from qa_audit.pipeline import Options, run
from qa_audit.privacy.key import make_key
from tests.cli.conftest import Qa

HEADER = "会话ID,店铺,买家,客服账号,角色,发送时间,消息内容"


def night(path: Path, day: str, *customers: str) -> Path:
    """Write an export in which each customer asks something in a session that is named after him."""
    rows = [f"{who}-{day[-2:]},云栖,{who},小棠,客户,2026-{day} 10:00:{i:02d},在吗" for i, who in enumerate(customers)]
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights with one key, and the first without; the first customer comes in both."""
    folder = tmp_path_factory.mktemp("once")
    make_key(folder / "k")
    for day, out, key in (
        ("12-01", "reports/2026-12-01", True),
        ("12-02", "reports/2026-12-02", True),
        ("12-01", "plain", False),
    ):
        log = night(folder / f"{day}.csv", day, "tb111111", "tb222222" if day == "12-01" else "tb333333")
        options = Options(IngestOptions(), out=folder / out, customer_key=folder / "k" if key else None)
        run([str(log)], options)
    return folder


@pytest.fixture
def audited(once: Path, qa: Qa, tmp_path: Path) -> Path:
    """The same in a folder of the test's own, which is the current one."""
    shutil.copytree(once, tmp_path, dirs_exist_ok=True)
    return tmp_path


def code_of(out: Path, session: str) -> str:
    rows = pq.read_table(out / "private" / "sessions.parquet").to_pylist()
    return str(next(row["customer"] for row in rows if row["session_id"] == session))


def test_a_code_is_the_same_in_every_night_and_leads_back(qa: Qa, audited: Path) -> None:
    first, second = audited / "reports" / "2026-12-01", audited / "reports" / "2026-12-02"
    code = code_of(first, "tb111111-01")
    assert code == code_of(second, "tb111111-02")
    done = qa("unmask", code.lower(), "--customer-key", "k")
    assert (done.returncode, done.stderr) == (0, "")
    told = [f"2026-12-0{i}  店铺 云栖  客户 tb111111  会话 tb111111-0{i}  reports/2026-12-0{i}\n" for i in (1, 2)]
    assert done.stdout == "".join(f"{code.lower()}(当夜写作 {code})  {each}" for each in told)


def test_run_json_names_the_key_by_its_fingerprint_only(audited: Path) -> None:
    said = json.loads((audited / "reports" / "2026-12-01" / "run.json").read_text("utf-8"))["customer_key"]
    assert len(said) == 8
    assert said not in (audited / "k").read_text("utf-8")


def test_a_code_of_the_night_needs_no_key_but_the_night(qa: Qa, audited: Path) -> None:
    rows = pq.read_table(audited / "plain" / "private" / "sessions.parquet").to_pylist()
    row = next(each for each in rows if each["session_id"] == "tb222222-01")
    for code in (row["customer"], row["shown_id"]):
        done = qa("unmask", code, "--in", "plain")
        assert done.returncode == 0
        assert "客户 tb222222  会话 tb222222-01  plain\n" in done.stdout
    assert "要说是哪一夜的" in qa("unmask", "顾客0001").stderr


def test_other_keys_and_nights_without_one_are_named(qa: Qa, audited: Path) -> None:
    assert qa("config", "customer-key", "other").returncode == 0
    shutil.move(audited / "plain", audited / "reports" / "plain")
    shutil.rmtree(audited / "reports" / "2026-12-02" / "private")
    done = qa("unmask", "C-ZZZZ", "--customer-key", "other")
    assert (done.returncode, done.stdout) == (1, "")
    assert "没有查 reports/2026-12-01: 用的是另一个密钥(指纹 " in done.stderr
    assert "没有查 reports/2026-12-02: 没有 private/sessions.parquet" in done.stderr
    assert "没有查 reports/plain: 出结果时没有用密钥" in done.stderr
    assert "C-ZZZZ: 没有找到(查了 0 个结果文件夹)" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["C-8F3K"], "要有密钥才能查"),
        (["C-8F", "--customer-key", "k"], "不是客户代号"),
        (["张三", "--in", "reports/2026-12-01"], "不是代号"),
        (["C-8F3K", "--customer-key", "nope"], "先运行 qa-audit config customer-key nope"),
        (["C-8F3K", "--customer-key", "k", "--in", "nowhere"], "nowhere: 没有这个文件夹"),
        (["C-8F3K", "--customer-key", "k", "--in", "reports/2026-12-01/agents"], "里面没有结果文件夹"),
    ],
)
def test_what_cannot_be_looked_up(qa: Qa, audited: Path, arguments: list[str], told: str) -> None:
    done = qa("unmask", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_key_that_others_can_read_stops_the_run(qa: Qa, audited: Path) -> None:
    (audited / "k").chmod(0o644)
    done = qa("run", audited / "12-01.csv", "--customer-key", "k", "--out", "new")
    assert done.returncode == 2
    assert "chmod 600 k" in done.stderr
    assert not (audited / "new").exists()


def test_names_that_steer_a_terminal_are_shown_by_their_characters(qa: Qa, tmp_path: Path) -> None:
    log = night(tmp_path / "a.csv", "12-01", "tb\x1b[31m\u202ex")
    qa("run", log, "--out", "out", "--jobs", 1)
    done = qa("unmask", "顾客0001", "--in", "out")
    assert "客户 tb‹U+001B›[31m‹U+202E›x" in done.stdout


@pytest.mark.parametrize("mask", [0o000, 0o077])
def test_private_is_for_its_owner_alone_whatever_the_umask(qa: Qa, tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        qa("ingest", night(tmp_path / "a.csv", "12-01", "tb111111"), "--out", "out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out" / "private").stat().st_mode) == 0o700


def test_a_code_hangs_on_neither_the_order_nor_the_grouping_of_files(qa: Qa, audited: Path) -> None:
    qa("run", audited / "12-02.csv", audited / "12-01.csv", "--customer-key", "k", "--out", "both", "--jobs", 1)
    assert code_of(audited / "both", "tb333333-02") == code_of(audited / "reports" / "2026-12-02", "tb333333-02")
