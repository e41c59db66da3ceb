"""The fingerprint counts, tells nobody's name, stays small, and does not depend on the order of files."""

import json
from pathlib import Path

import pytest

from qa_audit.drift.fingerprint import MOST_COLUMNS, fingerprints
from qa_audit.formats.mapping import parse_mapping
from qa_audit.ingest import Ingested, IngestOptions, ingest
from qa_audit.ingest.looking import look
from tests.drift.exports import HEADER, export


def of(found: Ingested) -> list[dict]:
    return fingerprints(
        [look for source in found.inputs for look in source.looks], found.tables(), found.quarantine, "Asia/Shanghai"
    )


def test_what_is_counted(tmp_path: Path) -> None:
    (source,) = of(ingest([export(tmp_path / "chat_2026-12-05.csv", 5, sessions=10)]))
    used = source.pop("used")
    assert {column: (each["columns"], each["type"], each["filled"]) for column, each in used.items()} == {
        "session_id": (["会话ID"], "text", 1.0),
        "sent_at": (["发送时间"], "time", 1.0),
        "role": (["角色"], "text", 1.0),
        "agent_id": (["客服账号"], "text", 1.0),
        "customer_id": (["客户ID"], "text", 1.0),
        "text": (["内容"], "text", 1.0),
    }
    assert source["roles"] == {"客户": {"role": "customer", "rows": 30}, "客服": {"role": "agent", "rows": 30}}
    assert {name: source[name] for name in ("format", "name", "files", "sheets", "rows", "messages", "sessions")} == {
        "format": "csv", "name": "chat_#.csv", "files": 1, "sheets": 1, "rows": 60, "messages": 60, "sessions": 10,
    }  # fmt: skip
    assert (source["agents"], source["quarantined"], source["days"]) == (3, 0, 1)
    assert source["role_share"] == {"agent": 0.5, "customer": 0.5}
    assert source["resolution_share"] == {"second": 1.0}
    assert source["hours"][10] > 0.3
    assert sum(source["hours"]) == pytest.approx(1, abs=1e-4)
    assert source["null_share"]["shop"] == 1.0


def test_nobody_is_named(tmp_path: Path) -> None:
    log = tmp_path / "记录_13812345678.csv"
    rows = ["会话ID,时间,发送方,客服账号,客户ID,内容,电话13912345678"]
    for i in range(40):
        rows += [f"S{i},2026-12-01 10:00:{i:02},旺仔小{i},甲店:小美,旺仔小{i},我叫李雷住幸福路{i}号,1381234{i:04}"]
    rows += ["S0,2026-12-01 10:10:00,韩梅梅,甲店:小美,旺仔小0,在吗,1"] * 2
    log.write_text("\n".join(rows), "utf-8")
    text = json.dumps(of(ingest([str(log)])), ensure_ascii=False)
    for name in ("旺仔", "小美", "李雷", "韩梅梅", "幸福路", "1381234", "13912345678"):
        assert name not in text, name


def test_role_words_that_nobody_knows_are_counted_only(tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    rows = [
        "会话ID,时间,角色,内容",
        *(f"{i},2026-12-01 10:00:00,{who},在吗" for i, who in enumerate(["客户", "客服", "张三丰", "买家"] * 3)),
    ]
    log.write_text("\n".join(rows), "utf-8")
    (source,) = of(ingest([str(log)]))
    assert set(source["roles"]) == {"客户", "客服", "买家"}
    assert source["other_roles"] == {"values": 1, "rows": 3}
    assert (source["quarantined"], source["quarantined_share"]) == (3, 0.25)


def test_a_sender_column_of_words_is_the_role(tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    log.write_text(
        "会话ID,时间,发送方,内容\n1,2026-12-01 10:00:00,买家,在吗\n1,2026-12-01 10:00:04,客服,您好\n", "utf-8"
    )
    (source,) = of(ingest([str(log)]))
    assert source["used"]["role"]["columns"] == ["发送方"]
    assert "sender" not in source["used"]


def test_a_very_wide_table_stays_small(tmp_path: Path) -> None:
    log = tmp_path / "wide.csv"
    names = [f"列{i}" for i in range(10_000)]
    cells = ",".join(["x"] * 10_000)
    log.write_text(f"会话ID,时间,角色,内容,{','.join(names)}\n1,2026-12-01 10:00:00,客户,在吗,{cells}\n", "utf-8")
    (source,) = of(ingest([str(log)]))
    assert (len(source["columns"]), source["column_count"]) == (MOST_COLUMNS, 10_004)
    assert len(json.dumps(source)) < 20_000


def test_files_in_another_order_and_pooled(tmp_path: Path) -> None:
    paths = [export(tmp_path / f"chat_12-{day:02}_{day}.csv", day) for day in (3, 4)]
    paths.append(export(tmp_path / "别的.csv", 5))
    assert of(ingest(paths)) == of(ingest(paths[::-1]))
    names = [(source["name"], source["files"], source["sessions"], source["days"]) for source in of(ingest(paths))]
    assert names == [("chat_#.csv", 2, 24, 2), ("别的.csv", 1, 12, 1)]


@pytest.mark.parametrize(
    ("cells", "type_", "filled"),
    [
        (["2026-12-01 10:00:00", "2026/12/1 9:05"], "time", 2),
        (["1796090404", "1796090405"], "number", 2),
        (["12", "1,200", "-3.5"], "number", 3),
        (["12", "十二"], "text", 2),
        (["", " ", "nan", "NULL"], "empty", 0),
        (["nan", "a"], "text", 1),
        (["", "a"] * 300, "text", 300),
        (["", "nan", " "] * 200, "empty", 0),
        (["nan"] * 30 + ["7"] * 300, "number", 300),
        ([], "empty", 0),
    ],
)
def test_types_of_columns(cells: list[str], type_: str, filled: int) -> None:
    import numpy as np
    import pyarrow as pa

    from qa_audit.formats.sheet import Sheet

    columns = (pa.array(cells, pa.string()), pa.array(["x"] * len(cells), pa.string()))
    sheet = Sheet("a.csv", ("时间", "内容"), columns, np.arange(len(cells)))
    used = look(sheet, parse_mapping("format: csv"), "a.csv", "csv").used["sent_at"]
    assert (used.type, used.filled) == (type_, filled)


def test_what_a_mapping_says_counts_as_far_as_the_file_has_it(tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv", 1, HEADER.replace("角色", "收发"))
    mapping = parse_mapping("columns: {role: 收发, shop: null}")
    (source,) = ingest([path], IngestOptions(mapping=mapping)).inputs
    assert source.looks[0].name("role") == "收发"
    assert source.looks[0].declined == {"shop"}
