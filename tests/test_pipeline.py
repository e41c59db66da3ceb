"""The same night gives the same bytes, however it is read and by however many workers."""

import hashlib
import json
import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qa_audit.engines import early
from qa_audit.formats.mapping import load_mapping
from qa_audit.ingest import IngestOptions, slicing
from qa_audit.pipeline import Options, ingest_only, report_only, run, score_only
from qa_audit.slices import cutting
from tests.accept import SAMPLES

FILES = sorted(path for path in (SAMPLES / "table").iterdir() if path.suffix in (".csv", ".xlsx", ".jsonl"))


def audit(out: Path, paths: list[Path], jobs: int = 1) -> dict[str, str]:
    run([str(path) for path in paths], Options(IngestOptions(), out=out, jobs=jobs))
    return fingerprint(out)


def fingerprint(out: Path) -> dict[str, str]:
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return audit(tmp_path_factory.mktemp("once") / "out", FILES)


def test_two_workers_many_slices_and_another_order_of_files_change_no_byte(
    tmp_path: Path, once: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(early, "WORTH_IT", 0)
    monkeypatch.setattr(cutting, "MESSAGES_PER_SLICE", 60)
    monkeypatch.setattr(slicing, "MESSAGES_PER_SLICE", 60)
    assert audit(tmp_path / "out", FILES[::-1], jobs=2) == once


def test_a_night_split_into_more_files_gives_the_same_results(tmp_path: Path, once: dict[str, str]) -> None:
    halves = tmp_path / "halves"
    halves.mkdir()
    (first,) = (path for path in FILES if path.name.endswith("_a.csv"))
    rest = [path for path in FILES if path != first]
    lines = first.read_bytes().decode("utf-8-sig").split("\r\n")
    cut = next(i for i, line in enumerate(lines) if i > 60 and line.startswith("H1201-007"))
    for name, part in (("1.csv", lines[:cut]), ("2.csv", [lines[0], *lines[cut:]])):
        (halves / name).write_bytes("\r\n".join(part).encode("utf-8-sig"))
    made = audit(tmp_path / "out", [halves / "1.csv", halves / "2.csv", *rest])
    for table in ("segments.parquet", "findings.parquet", "agents.parquet", "private/rounds.parquet"):
        assert made[table] == once[table], table


def test_step_by_step_is_the_same_as_run(tmp_path: Path, once: dict[str, str]) -> None:
    out, options = tmp_path / "out", Options(IngestOptions(), out=tmp_path / "out")
    ingest_only([str(path) for path in FILES], options)
    assert not (out / "index.html").exists()
    score_only(out, options)
    shutil.rmtree(out / "agents")
    report_only(out)
    assert fingerprint(out) == once


def test_no_times_at_all(tmp_path: Path) -> None:
    log = tmp_path / "no_times.csv"
    log.write_text(
        "会话ID,角色,客服,内容\n1,客户,甲,在吗\n1,客服,甲,您好,\n1,客户,甲,谢谢\n2,客户,乙,有货吗\n2,客服,乙,自己看\n".replace(
            "您好,", "您好"
        ),
        "utf-8",
    )
    out, manifest = run([str(log)], Options(IngestOptions(), out=tmp_path / "out"))
    assert (manifest["night"], manifest["counts"]["sessions"], manifest["counts"]["messages"]) == (None, 2, 5)
    assert "no_time" in {notice["code"] for notice in manifest["notices"]}
    assert "没有时间" in (out / "index.html").read_text("utf-8")


def test_work_files_are_gone_and_private_is_private(tmp_path: Path, once: dict[str, str]) -> None:
    assert not [name for name in once if "work" in name or name.endswith(".arrow")]
    audit(tmp_path / "out", FILES[:1])
    assert (tmp_path / "out" / "private").stat().st_mode & 0o077 == 0


def test_fractional_seconds_and_first_responses_to_the_microsecond(tmp_path: Path) -> None:
    log = tmp_path / "two.jsonl"
    rows = [
        ("a", "2018-09-30 15:57:00", "用户", "有没有套装"), ("a", "2018-09-30 15:57:14", "客服", "您想要哪种呢"),
        ("b", "2018-10-11 11:35:07.999996", "用户", "还有别的款吗"), ("b", "2018-10-11 11:35:34.000002", "客服", "要什么材质的呢"),
    ]  # fmt: skip
    lines = (json.dumps(dict(zip(("sid", "time", "sender_type", "send_content"), row, strict=True))) for row in rows)
    log.write_text("\n".join(lines), "utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text("columns: {session_id: sid, sent_at: time, role: sender_type, text: send_content}\n", "utf-8")
    out, manifest = run([str(log)], Options(IngestOptions(mapping=load_mapping(mapping)), out=tmp_path / "out"))
    segments = pq.read_table(out / "segments.parquet").to_pylist()
    assert {row["session_id"]: row["first_response_seconds"] for row in segments} == {"a": 14.0, "b": 26.000006}
    assert manifest["nights"] == ["2018-09-30", "2018-10-11"]
    assert {row["session_id"]: str(row["night"]) for row in segments} == {"a": "2018-09-30", "b": "2018-10-11"}


def test_rows_in_another_order_and_in_other_files_change_nothing(tmp_path: Path) -> None:
    draw = random.Random(7)
    header, rows = "会话ID,发送时间,角色,客服,买家,内容", []
    for session in range(30):
        at = 36_000 + session * 400
        for turn in range(6):
            role, text = (("客户", "有货吗"), ("客服", "您好有的"))[turn % 2] if turn else ("客户", "在吗")
            rows.append(
                f"S{session},2026-12-01 {at // 3600:02}:{at // 60 % 60:02}:{at % 60:02},{role},甲{session % 3},乙{session},{text}{turn}"
            )
            at += draw.randrange(1, 50)
    made = []
    for number, parts in enumerate((1, 1, 3)):
        draw.shuffle(rows)
        folder = tmp_path / str(number)
        folder.mkdir()
        for part in range(parts):
            (folder / f"{part}.csv").write_text("\n".join([header, *rows[part::parts]]) + "\n", "utf-8")
        made.append(audit(tmp_path / f"out{number}", [folder]))
    for table in ("segments.parquet", "findings.parquet", "agents.parquet", "private/rounds.parquet"):
        assert made[0][table] == made[1][table] == made[2][table], table
