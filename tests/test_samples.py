"""The sample logs: counts that must come out, scores and findings as committed, the whole run once."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qa_audit.ingest import IngestOptions
from qa_audit.pipeline import Options, run
from tests.accept import EXPECTED, SAMPLES, expected_of


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("samples") / "out"
    run([str(SAMPLES / "table")], Options(IngestOptions(), out=target))
    return target


def test_scores_and_findings_are_those_accepted(out: Path) -> None:
    assert expected_of(out) == EXPECTED.read_text("utf-8"), "make accept rewrites the expected results; read the diff"


def test_every_row_is_accounted_for(out: Path) -> None:
    manifest = json.loads((out / "run.json").read_text("utf-8"))
    counts = {
        key: manifest["counts"][key]
        for key in ("read", "messages", "quarantined", "duplicates", "sessions", "segments", "agents")
    }
    assert counts == {
        "read": 517,
        "messages": 511,
        "quarantined": 5,
        "duplicates": 1,
        "sessions": 56,
        "segments": 60,
        "agents": 5,
    }
    assert manifest["quarantine_reasons"] == {
        "bad_time": 1,
        "empty_text": 1,
        "missing_time": 1,
        "unknown_role": 1,
        "wrong_columns": 1,
    }
    assert (manifest["status"], manifest["night"]) == ("ok", "2026-12-01")
    assert pq.read_table(out / "private" / "messages.parquet").num_rows == 511


@pytest.mark.parametrize(
    ("session", "seconds"),
    [("H1201-001", 4), ("H1201-006", 70), ("H1201-110", 28), ("D1201-003", 78), ("D1201-001", 5), ("H1201-102", 15), ("H1201-103", 31880), ("W1201-013", 29), ("W1201-009", None), ("D1201-002", None)],
)  # fmt: skip
def test_first_responses(out: Path, session: str, seconds: float | None) -> None:
    rows = pq.read_table(
        out / "segments.parquet", filters=[("session_id", "=", session), ("segment_no", "=", 1)]
    ).to_pylist()
    assert rows[0]["first_response_seconds"] == seconds


@pytest.mark.parametrize(
    "session", ["H1201-001", "W1201-001", "W1201-003", "W1201-009", "D1201-004", "W1201-008", "H1201-014"]
)
def test_traps_for_naive_matching_are_not_hit(out: Path, session: str) -> None:
    rows = pq.read_table(
        out / "findings.parquet", filters=[("session_id", "=", session), ("group", "=", "forbidden")]
    ).to_pylist()
    assert rows
    assert [row["check"] for row in rows if row["outcome"] == "fail"] == []


@pytest.mark.parametrize(("session", "check"), [("W1201-007", "insult"), ("W1201-011", "off-platform")])
def test_red_lines_are_found_and_pending(out: Path, session: str, check: str) -> None:
    rows = pq.read_table(
        out / "findings.parquet", filters=[("session_id", "=", session), ("check", "=", check)]
    ).to_pylist()
    assert [row["outcome"] for row in rows] == ["fail"]
    assert pq.read_table(out / "segments.parquet", filters=[("session_id", "=", session)])["red_lines"].to_pylist() == [
        1
    ]


def test_evidence_points_at_characters_of_the_exported_text(out: Path) -> None:
    messages = {
        (row["session_id"], row["position"]): row["text"]
        for row in pq.read_table(out / "private" / "messages.parquet").to_pylist()
    }
    quoted = set()
    for finding in pq.read_table(out / "findings.parquet").to_pylist():
        for place in finding["evidence"]:
            text = messages[finding["session_id"], place["position"]]
            if place["start"] is not None:
                assert 0 <= place["start"] < place["end"] <= len(text)
                quoted.add((finding["check"], text[place["start"] : place["end"]]))
    assert ("impatience", "不是跟您說過了嗎") in quoted or ("rhetorical", "不是跟您說過了嗎") in quoted


def test_nothing_outside_private_shows_a_phone_number(out: Path) -> None:
    for path in out.rglob("*.html"):
        assert "13800001" not in path.read_text("utf-8")
