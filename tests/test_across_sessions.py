"""A whole run over what needs more than one session: inferred auto-replies, load, roster, returning customers."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from qa_audit.errors import MappingError
from qa_audit.ingest import IngestOptions
from qa_audit.pipeline import Options, ingest_only, run, score_only
from qa_audit.shipped import standard_rubric

HEADER = "会话ID,客户ID,店铺,发送时间,角色,客服账号,消息内容\n"
GREETING = "您的咨询已经排到我这里啦"


def log(folder: Path, *, sessions: int = 3, delay: int = 1) -> Path:
    """Write sessions five minutes apart: a greeting after `delay` seconds, an answer after 20."""
    lines = []
    for i in range(sessions):
        at = f"2026-12-01 15:{5 * i:02}"
        lines += [f"s{i},c,云栖,{at}:00,客户,甲号,这款有货吗{i}"]
        lines += [
            f"s{i},c,云栖,{at}:{delay:02},客服,甲号,{GREETING}",
            f"s{i},c,云栖,{at}:20,客服,甲号,有的 {i}号仓发货",
        ]
    path = folder / "log.csv"
    path.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    return path


def roster(folder: Path) -> Path:
    path = folder / "花名册.csv"
    path.write_text(
        "子账号,花名,班组,班次\n甲号,小棠,甲组,08:00-15:04\n甲号,阿梨,乙组,15:04-15:08\n乙号,夜猫,丙组,\n", "utf-8"
    )
    return path


def audit(folder: Path, source: Path, **options: Any) -> tuple[Path, dict[str, Any]]:
    return run([str(source)], Options(IngestOptions(), out=folder / "out", **options))


def notices(manifest: dict[str, Any]) -> dict[str, str]:
    return {each["code"]: each["text"] for each in manifest["notices"]}


def column(out: Path, name: str, table: str = "segments.parquet") -> list[Any]:
    return pq.read_table(out / table)[name].to_pylist()


def test_an_auto_reply_in_three_sessions_stops_no_clock(tmp_path: Path) -> None:
    out, manifest = audit(tmp_path, log(tmp_path))
    assert column(out, "first_response_seconds") == [20.0] * 3
    assert column(out, "first_reply_any_seconds") == [1.0] * 3
    assert column(out, "automation", "private/messages.parquet") == ["none", "inferred", "none"] * 3
    assert manifest["counts"]["inferred"] == 3
    assert notices(manifest)["inferred_bots"].startswith("3 条客服消息没有标明、但像自动回复(1 个账号、1 句不同的话)")


@pytest.mark.parametrize("options", [{"sessions": 2}, {"delay": 2}], ids=["two-sessions", "two-seconds"])
def test_what_a_person_may_have_typed_is_believed(tmp_path: Path, options: dict[str, int]) -> None:
    out, manifest = audit(tmp_path, log(tmp_path, **options))
    assert set(column(out, "first_response_seconds")) == {float(options.get("delay", 1))}
    assert manifest["counts"]["inferred"] == 0
    assert "inferred_bots" not in notices(manifest)


def test_scoring_again_infers_the_same_once(tmp_path: Path) -> None:
    source, folder = log(tmp_path), tmp_path / "out"
    options = Options(IngestOptions(), out=folder, roster=roster(tmp_path))
    _, whole = run([str(source)], options)
    assert score_only(folder, options)[1] == whole
    ingest_only([str(source)], options)
    assert score_only(folder, options)[1] == whole
    without = score_only(folder, Options(IngestOptions(), out=folder))[1]
    assert set(notices(whole)) - set(notices(without)) == {"unknown_accounts"}
    assert without["roster"] is None


def test_a_roster_names_people_who_share_an_account_by_shift(tmp_path: Path) -> None:
    out, manifest = audit(tmp_path, log(tmp_path), roster=roster(tmp_path))
    assert column(out, "agent_name") == ["小棠", "阿梨", None]
    assert column(out, "team") == ["甲组", "乙组", None]
    assert column(out, "agent_name", "agents.parquet") == ["小棠、阿梨"]
    assert column(out, "team", "agents.parquet") == ["乙组、甲组"]
    assert notices(manifest)["unknown_accounts"].endswith("有 1 段会话不在任何人的班次或有效期内:甲号")
    assert manifest["roster"]["people"] == 3


def test_without_a_roster_nobody_has_a_name(tmp_path: Path) -> None:
    out, _ = audit(tmp_path, log(tmp_path))
    assert column(out, "agent_name") == column(out, "team") == [None] * 3


def test_a_roster_that_is_wrong_stops_the_run_before_it_reads(tmp_path: Path) -> None:
    wrong = tmp_path / "花名册.csv"
    wrong.write_text("子账号,班次\n甲号,25:00-26:00\n", "utf-8")
    with pytest.raises(MappingError, match=r"花名册\.csv:2: 班次"):
        audit(tmp_path, log(tmp_path), roster=wrong)
    arguments = ["run", str(log(tmp_path)), "--roster", str(wrong), "--out", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-m", "qa_audit", *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "花名册.csv:2: 班次" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_load_beside_the_speed(tmp_path: Path) -> None:
    source = tmp_path / "log.csv"
    rows = ["a,x,云栖,2026-12-01 10:00:00,客户,甲号,问", "a,x,云栖,2026-12-01 10:09:00,客服,甲号,答"]
    rows += ["b,y,云栖,2026-12-01 10:05:00,客户,甲号,问", "b,y,云栖,2026-12-01 10:06:00,客服,甲号,答"]
    source.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    out, _ = audit(tmp_path, source)
    found = dict(zip(column(out, "session_id"), column(out, "open_sessions_max"), strict=True))
    assert found == {"a": 0, "b": 1}


def test_a_clock_may_say_that_a_return_continues_the_session(tmp_path: Path) -> None:
    rubric = tmp_path / "rubric.yaml"
    text = standard_rubric().read_text("utf-8")
    (tmp_path / "returns.yaml").write_text("name: returns\nextends: house\nsame_session_minutes: 10\n", "utf-8")
    assert "\nclock: house\n" in text
    rubric.write_text(text.replace("\nclock: house\n", "\nclock: returns.yaml\n"), "utf-8")
    out, manifest = audit(tmp_path, log(tmp_path), rubric=rubric)
    assert manifest["counts"]["sessions"] == 1
    assert notices(manifest)["continued_sessions"].startswith("2 个会话是客户在 10 分钟内又来")
    assert column(out, "rounds") == [3]
    assert column(out, "position", "private/messages.parquet") == list(range(9))
    again = score_only(out, Options(IngestOptions(), rubric, out))[1]
    assert again == manifest
