"""The committed sample logs are what sessions.txt builds, and hold what their README promises."""

import csv
import io
import json
import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.samples.build import FILES, SOURCE, TARGET, build, parse, rows_of

SESSIONS = parse(SOURCE.read_text(encoding="utf-8"))


def committed(file: str) -> bytes:
    return (TARGET / "table" / FILES[file][0]).read_bytes()


def test_rebuilding_gives_the_committed_bytes(tmp_path: Path) -> None:
    shutil.copy(TARGET / "README.md", tmp_path)
    build(tmp_path)
    names = [f"table/{name}" for name, _, _ in FILES.values()]
    changed = [name for name in [*names, "README.md"] if (tmp_path / name).read_bytes() != (TARGET / name).read_bytes()]
    assert not changed, "sample_logs differ from sessions.txt: run `python tests/samples/build.py`"
    assert sorted(path.name for path in (TARGET / "table").iterdir() if path.suffix != ".yaml") == sorted(
        name for name, _, _ in FILES.values()
    )


def test_each_agent_holds_enough_sessions_for_a_scorecard() -> None:
    held = Counter(agent for session in SESSIONS for agent in {row.holder for row in session.rows if row.holder})
    assert len(SESSIONS) >= 48
    assert set(held) == {"小棠", "青禾", "小雨", "大鹏", "阿柚"}
    assert min(held.values()) >= 8


def test_sessions_are_distinct_and_in_order_of_time() -> None:
    assert len({session.id for session in SESSIONS}) == len(SESSIONS)
    for session in SESSIONS:
        times = [row.at for row in session.rows if not row.raw]
        assert times == sorted(times), session.id
        assert session.why, session.id
        assert {row.session for row in session.rows if not row.raw} == {session.id}


@pytest.mark.parametrize(
    ("file", "encoding", "first"),
    [("a", "utf-8-sig", "会话ID,店铺,买家"), ("b", "gb18030", "时间,会话编号,店铺名称")],
)
def test_csv_holds_every_row(file: str, encoding: str, first: str) -> None:
    text = committed(file).decode(encoding)
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert ",".join(header).startswith(first)
    assert len(rows) == len(rows_of(SESSIONS, file))
    assert sum(len(row) != len(header) for row in rows) == (file == "a")


def test_gbk_file_cannot_be_taken_for_utf8() -> None:
    with pytest.raises(UnicodeDecodeError):
        committed("b").decode("utf-8")


def test_overlap_repeats_a_message_of_the_other_file() -> None:
    (session, row), *rest = [(session, row) for session in SESSIONS for _, row in session.copies]
    lines = [json.loads(line) for line in committed("d").splitlines()]
    repeated = [line for line in lines if line["session_id"] == session.id]
    assert not rest
    assert session.file == "a"
    assert [(line["text"], line["agent_id"]) for line in repeated] == [(row.text, row.agent)]
    assert datetime.fromisoformat(repeated[0]["timestamp"]).replace(tzinfo=None) == row.at


def test_workbook_opens_with_real_dates() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(committed("c")))
    header, *rows = book.get_sheet_by_index(0).to_python()
    at, text = header.index("发送时间"), header.index("消息内容")
    assert [(row[at], row[text]) for row in rows] == [(row.at, row.text) for row in rows_of(SESSIONS, "c")]


def test_mistake_in_the_transcript_names_its_line() -> None:
    with pytest.raises(ValueError, match=r"sessions\.txt:2"):
        parse("## S1 | a | 某某 | 小棠 | 售前\n10:00:00 顾问: 在吗\n")
