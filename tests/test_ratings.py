"""Which segment a rating belongs to, and that it follows its session."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qa_audit.ingest import IngestOptions
from qa_audit.pipeline import Options, run, score_only
from qa_audit.ratings import followed, rated, several_ratings
from qa_audit.schema import RATINGS

SEGMENTS = [("s", None), ("s", "甲"), ("s", "乙"), ("s", "甲"), ("s", None), ("t", None), ("u", "甲")]


def segments() -> pa.Table:
    columns = {"session_id": [s for s, _ in SEGMENTS], "agent_id": [a for _, a in SEGMENTS]}
    return pa.table({**columns, "rating": pa.nulls(len(SEGMENTS), pa.string())})


def ratings(*said: tuple[str, str | None, str | None]) -> pa.Table:
    rows = [{"session_id": s, "agent_id": a, "rating": r, "source_file": "f"} for s, a, r in said]
    return pa.Table.from_pylist(rows, schema=RATINGS)


@pytest.mark.parametrize(
    ("said", "where", "notice"),
    [
        ([], {}, 0),
        ([("s", "乙", "好")], {2: "好"}, 0),
        ([("s", "甲", "好")], {3: "好"}, 0),
        ([("s", None, "好")], {3: "好"}, 0),
        ([("s", "丙", "好")], {3: "好"}, 0),
        ([("s", "甲", "好"), ("s", None, "好")], {3: "好"}, 0),
        ([("s", "甲", "好"), ("s", None, "差")], {}, 1),
        ([("s", "甲", "好"), ("s", "乙", "差")], {3: "好", 2: "差"}, 0),
        ([("s", "甲", None)], {}, 0),
        ([("t", None, "好")], {}, 0),
        ([("u", "甲", "好"), ("s", "乙", "差"), ("x", None, "差")], {6: "好", 2: "差"}, 0),
    ],
)
def test_the_segment_that_a_rating_is_about(
    said: list[tuple[str, str | None, str | None]], where: dict[int, str], notice: int
) -> None:
    found, several = rated(segments(), ratings(*said))
    assert {i: value for i, value in enumerate(found["rating"].to_pylist()) if value is not None} == where
    assert [each.code for each in several_ratings(several)] == ["several_ratings"] * notice


def test_ratings_follow_sessions_that_were_joined() -> None:
    found = followed(ratings(("t", None, "好"), ("u", None, "差")), {"t": "s"})
    assert found["session_id"].to_pylist() == ["s", "u"]
    assert found.schema == RATINGS


def chat(name: str, at: int, rating: str | None) -> dict[str, object]:
    time = f"2026-12-01T02:{at:02}:"
    history = [
        {"type": "chat.msg", "name": "Visitor", "timestamp": f"{time}00Z", "msg": "在吗", "sender_type": "Visitor"},
        {"type": "chat.msg", "name": "小棠", "timestamp": f"{time}55Z", "msg": "不知道,自己看", "sender_type": "Agent"},
    ]
    return {
        "id": name, "type": "chat", "visitor": {"id": name, "name": name}, "agent_names": ["小棠"], "agent_ids": ["a1"],
        "rating": rating, "comment": "不错" if rating else None, "timestamp": f"{time}00Z", "history": history,
    }  # fmt: skip


def test_a_rating_from_the_export_to_the_pages_and_again_when_scored_again(tmp_path: Path) -> None:
    log = tmp_path / "chats.json"
    chats = [chat("c1", 1, "good"), chat("c2", 5, None), chat("c3", 9, "<b>bad</b>")]
    log.write_text(json.dumps({"chats": chats}, ensure_ascii=False), "utf-8")
    out, _ = run([str(log)], Options(IngestOptions(), out=tmp_path / "out"))
    pages = sorted(path.read_text("utf-8") for path in [*out.glob("sessions/*.html"), *out.glob("agents/*.html")])

    def read() -> tuple[dict[int, str | None], list[str | None]]:
        rows = pq.read_table(out / "segments.parquet").to_pylist()
        kept = pq.read_table(out / "private" / "ratings.parquet")["rating"].to_pylist()
        return {row["started_at"].minute: row["rating"] for row in rows}, kept

    assert read() == ({1: "good", 5: None, 9: "<b>bad</b>"}, ["good", "<b>bad</b>"])
    assert any("客户评价：<b><bdi>good</bdi></b>" in page for page in pages)
    assert any("&lt;b&gt;bad&lt;/b&gt;" in page for page in pages)
    assert not any("<b>bad" in page for page in pages)
    score_only(out, Options(IngestOptions()))
    assert read() == ({1: "good", 5: None, 9: "<b>bad</b>"}, ["good", "<b>bad</b>"])
