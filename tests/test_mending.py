"""Quarantined rows that a person mended: read again, they are what a clean export gives."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from qa_audit.errors import MendingError
from qa_audit.formats.mapping import parse_mapping
from qa_audit.formats.reasons import REASONS
from qa_audit.ingest import Ingested, IngestOptions, ingest
from qa_audit.ingest.quarantine_file import ORDER, write_quarantine

Row = dict[str, str]

COLUMNS = {
    "session_id": "会话ID", "sent_at": "发送时间", "role": "角色", "agent_id": "客服账号", "customer_id": "客户ID",
    "kind": "消息类型", "text": "内容", "order_id": "订单号",
}  # fmt: skip
TEXTS = [
    "在吗",
    "好的👍",
    "=1+1",
    "'=1",
    "0012",
    "1/2",
    "-5",
    "两\n行",
    '说"好"',
    "a,b",
    "1.50",
    "'真的",
    "@小棠",
    "10:05",
]


def rows(count: int) -> list[Row]:
    return [
        {
            "session_id": f"00{i % 3}", "sent_at": f"2026-12-01 10:{i:02}:{7 * i % 60:02}", "role": ("买家", "客服")[i % 2],
            "agent_id": "小棠", "customer_id": f"0{i % 3}", "kind": "文本", "text": TEXTS[i % len(TEXTS)],
            "order_id": f"179609040400012345{i % 10}",
        }
        for i in range(count)
    ]  # fmt: skip


def line(row: Row) -> str:
    sink = io.StringIO()
    csv.writer(sink, lineterminator="\n").writerow(row.values())
    return sink.getvalue()


def stray(row: Row) -> str:
    return line({**row, "text": "~"}).replace("~", '"' + re.sub(r'["\n,]', "", row["text"]))


BREAKAGES: dict[str, Callable[[Row], bytes]] = {
    "bad_time": lambda row: line({**row, "sent_at": "昨天"}).encode(),
    "missing_time": lambda row: line({**row, "sent_at": ""}).encode(),
    "time_out_of_range": lambda row: line({**row, "sent_at": "1960-01-01 10:00:00"}).encode(),
    "missing_role": lambda row: line({**row, "role": ""}).encode(),
    "unknown_role": lambda row: line({**row, "role": "店长"}).encode(),
    "missing_session": lambda row: line({**row, "session_id": ""}).encode(),
    "empty_text": lambda row: line({**row, "text": "\u200b"}).encode(),
    "wrong_columns": lambda row: line(row).replace(",文本,", ",文本,多,").encode(),
    "unbalanced_quote": lambda row: stray(row).encode(),
    "bad_encoding": lambda row: line({**row, "text": "~"}).encode().replace(b"~", b"\xff\xfe"),
}


def export(path: Path, made: list[Row], broken: dict[int, str]) -> str:
    head = ",".join(COLUMNS.values()) + "\n"
    body = [BREAKAGES[broken[i]](row) if i in broken else line(row).encode() for i, row in enumerate(made)]
    path.write_bytes(head.encode() + b"".join(body))
    return str(path)


def quarantine(found: Ingested, path: Path) -> list[Row]:
    """Write quarantine.csv and return its rows as a spreadsheet shows them."""
    write_quarantine(found.quarantine, found.aside, path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def as_excel(cell: str) -> str:
    """What Excel makes of a cell that it opened from CSV and saves as CSV."""
    time = re.fullmatch(r"(\d{4})-0?(\d+)-0?(\d+) 0?(\d+):(\d\d):(\d\d)", cell)
    if time:
        return f"{time[1]}/{time[2]}/{time[3]} {time[4]}:{time[5]}"
    return str(int(cell)) if cell.isdigit() and len(cell) < 12 else cell


def save(path: Path, table: list[Row], typed: set[tuple[int, str]], how: str) -> str:
    out = [{k: v if (i, k) in typed else as_excel(v) for k, v in row.items()} for i, row in enumerate(table)]
    if how == "xlsx":
        book = xlsxwriter.Workbook(str(path.with_suffix(".xlsx")), {"strings_to_formulas": False})
        page = book.add_worksheet("q")
        page.write_row(0, 0, ORDER)
        for i, row in enumerate(table):
            for c, (column, cell) in enumerate(row.items()):
                write = page.write_number if cell.isdigit() and (i, column) not in typed else page.write_string
                write(i + 1, c, cell if write == page.write_string else int(cell))
        book.close()
        return str(path.with_suffix(".xlsx"))
    encoding, delimiter = {"gbk": ("gbk", ","), "bom": ("utf-8-sig", ","), "unicode": ("utf-16", "\t")}[how]
    sink = io.StringIO()
    writer = csv.DictWriter(sink, ORDER, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(out)
    path.write_bytes((sink.getvalue() + delimiter * 5 + "\r\n").encode(encoding, "replace"))
    return str(path)


def mend(table: list[Row], made: list[Row]) -> set[tuple[int, str]]:
    """Type what the clean export says into the cells that are wrong; return which cells."""
    typed = set()
    for i, row in enumerate(table):
        for column in COLUMNS:
            right = made[int(row["source_row"]) - 2][column]
            if row[column] not in (right, "'" + right):
                row[column] = right
                typed.add((i, column))
        if not any(each == i for each, _ in typed):
            row["reason"] = ""  # everything is right as shown
    return typed


def again(logs: list[str], *mended: str, **options: Any) -> Ingested:
    return ingest(logs, IngestOptions(mended=mended, **options))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    broken=st.dictionaries(st.integers(0, 13), st.sampled_from(sorted(BREAKAGES)), min_size=1, max_size=9),
    how=st.sampled_from(["bom", "gbk", "xlsx", "unicode"]),
    turned=st.booleans(),
)
def test_a_mended_export_is_a_clean_export(tmp_path: Path, broken: dict[int, str], how: str, turned: bool) -> None:
    made = rows(14)
    # after a quote left open nobody can tell where a row begins that is broken too, or has several lines
    after = [i for i in range(len(made)) if broken.get(i - 1) == "unbalanced_quote"]
    assume(not any(i in broken or "\n" in made[i]["text"] for i in after))
    clean = ingest([export(tmp_path / "a.csv", made, {})])
    log = export(tmp_path / "a.csv", made, broken)
    found = ingest([log])
    assert dict(
        zip(found.quarantine["source_row"].to_pylist(), found.quarantine["reason"].to_pylist(), strict=True)
    ) == {i + 2: reason for i, reason in broken.items()}
    table = quarantine(found, tmp_path / "quarantine.csv")
    typed = mend(table, made)
    if turned:
        table, typed = table[::-1], {(len(table) - 1 - i, column) for i, column in typed}
    if any("👍" in table[i][column] for i, column in typed) and how == "gbk":
        how = "bom"
    fixed = again([log], save(tmp_path / "mended.csv", table, typed, how))
    assert fixed.messages.equals(clean.messages)
    assert (fixed.read, fixed.quarantine.num_rows, fixed.gaps) == (clean.read, 0, ())
    assert fixed.mended is not None
    assert (fixed.mended.rows, fixed.mended.still, fixed.mended.unchanged) == (len(broken), 0, 0)


@pytest.mark.parametrize("how", ["bom", "gbk", "xlsx", "unicode"])
def test_rows_without_a_change_stay_whatever_a_spreadsheet_does(tmp_path: Path, how: str) -> None:
    log = export(tmp_path / "a.csv", rows(14), dict(enumerate([*BREAKAGES, "unknown_role", "bad_time"])))
    found = ingest([log])
    table = quarantine(found, tmp_path / "quarantine.csv")
    same = again([log], save(tmp_path / "m.csv", table, set(), how))
    assert same.mended is not None
    assert (same.mended.rows, same.mended.still, same.mended.unchanged) == (0, 0, 12)
    assert same.quarantine.equals(found.quarantine)
    assert same.messages.equals(found.messages)


def test_quarantine_csv_says_what_is_wrong_and_what_to_do(tmp_path: Path) -> None:
    log = export(tmp_path / "a.csv", rows(9), {3: "unknown_role", 5: "unbalanced_quote"})
    table = quarantine(ingest([log]), tmp_path / "quarantine.csv")
    assert tuple(table[0]) == ORDER
    assert [(row["source_row"], row["reason"], row["role"], row["session_id"]) for row in table] == [
        ("5", "unknown_role", "店长", "'000"), ("7", "unbalanced_quote", "客服", "'002")]  # fmt: skip
    assert "店长" in table[0]["说明"]
    assert REASONS["unknown_role"][1] in table[0]["说明"]


JSONL = [{"session_id": "s", "time": f"2026-12-01 10:00:{i:02}", "role": "买家", "text": f"第{i}句"} for i in range(4)]


def test_a_broken_json_line_is_mended(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    lines = [json.dumps(each, ensure_ascii=False) for each in JSONL]
    log.write_text("\n".join(lines), "utf-8")
    clean = ingest([str(log)])
    log.write_text("\n".join([*lines[:2], lines[2][:-9], lines[3]]), "utf-8")
    table = quarantine(ingest([str(log)]), tmp_path / "q.csv")
    assert table[0]["session_id"] == "s"
    table[0]["text"], table[0]["role"] = "第2句", "客户"
    assert again([str(log)], save(tmp_path / "m.csv", table, {(0, "text")}, "bom")).messages.equals(clean.messages)


def test_a_row_that_took_in_another_is_not_one_message(tmp_path: Path) -> None:
    log = export(tmp_path / "a.csv", rows(6), {1: "unbalanced_quote", 2: "bad_time"})
    found = ingest([log])
    assert (found.read, found.quarantine.num_rows) == (5, 1)
    table = quarantine(found, tmp_path / "q.csv")
    table[0]["reason"] = ""
    with pytest.raises(MendingError, match="不止一条"):
        again([log], save(tmp_path / "m.csv", table, set(), "bom"))


def test_the_rest_of_a_document_is_not_one_message(tmp_path: Path) -> None:
    log = tmp_path / "a.json"
    log.write_text(json.dumps(JSONL, ensure_ascii=False)[:-30], "utf-8")
    table = quarantine(ingest([str(log)]), tmp_path / "q.csv")
    untouched = save(tmp_path / "m.csv", table, set(), "bom")
    assert again([str(log)], untouched).quarantine.num_rows == 1
    table[0]["text"] = "第3句"
    with pytest.raises(MendingError, match="重新导出"):
        again([str(log)], save(tmp_path / "m.csv", table, set(), "bom"))


MAPPED = 'columns: {session_id: 号, sent_at: 刻, role: 向, text: 话}\nroles: {customer: ["0"], agent: ["1"]}\n'


@pytest.mark.parametrize(
    ("time", "good", "layout"),
    [
        ("02/12/2026 10:00:04", "2026-12-02 10:00:04", 'time: {format: "%d/%m/%Y %H:%M:%S"}'),
        ("1796176804", "2026-12-02 10:00:04", ""),
        ("1796176804000", "2026-12-02 10:00:04.000000", ""),
        ("02.12.2026 02:00", "2026-12-02 10:00 +08:00", 'time: {format: "%d.%m.%Y %H:%M", zone: UTC}'),
    ],
)
def test_typed_cells_may_be_plain_and_untouched_ones_keep_the_exports_meaning(
    tmp_path: Path, time: str, good: str, layout: str
) -> None:
    mapping = parse_mapping(MAPPED + layout)
    log = tmp_path / "a.csv"
    log.write_text(f"号,刻,向,话\ns,{time},0,a\ns,{time},1,b\ns,{time},1,c\n", "utf-8")
    clean = ingest([str(log)], IngestOptions(mapping=mapping))
    log.write_text(f"号,刻,向,话\ns,{time},0,a\ns,乱,1,b\ns,{time},9,c\n", "utf-8")
    table = quarantine(ingest([str(log)], IngestOptions(mapping=mapping)), tmp_path / "q.csv")
    table[0]["sent_at"], table[1]["role"] = good, "客服"
    fixed = again([str(log)], save(tmp_path / "m.csv", table, {(0, "sent_at")}, "bom"), mapping=mapping)
    columns = [name for name in clean.messages.column_names if name != "time_resolution"]
    assert fixed.messages.select(columns).equals(clean.messages.select(columns))


@pytest.mark.parametrize("time", ["-99999999999", "9999999999999999999", "1960-01-01 10:00:00", "2999-01-01 00:00:00"])
def test_typed_times_out_of_range_stay_in_quarantine(tmp_path: Path, time: str) -> None:
    mapping = parse_mapping(MAPPED + 'time: {format: "%d/%m/%Y %H:%M:%S"}')
    log = tmp_path / "a.csv"
    log.write_text("号,刻,向,话\ns,02/12/2026 10:00:04,0,a\ns,乱,1,b\n", "utf-8")
    table = quarantine(ingest([str(log)], IngestOptions(mapping=mapping)), tmp_path / "q.csv")
    table[0]["sent_at"] = time
    found = again([str(log)], save(tmp_path / "m.csv", table, {(0, "sent_at")}, "bom"), mapping=mapping)
    assert found.quarantine["reason"].to_pylist() == ["bad_time"]


def test_date_and_clock_in_two_columns_take_a_whole_time(tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    text = "会话ID,日期,时间,角色,内容\ns,2026-12-01,10:00:00,客户,a\ns,2026-12-01,10:00:05,客服,b\n"
    log.write_text(text, "utf-8")
    clean = ingest([str(log)])
    log.write_text(text.replace("10:00:05", "?"), "utf-8")
    table = quarantine(ingest([str(log)]), tmp_path / "q.csv")
    table[0]["sent_at"] = "2026/12/1 10:00:05"
    assert again([str(log)], save(tmp_path / "m.csv", table, set(), "bom")).messages.equals(clean.messages)


@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai"])
def test_times_that_a_file_holds_as_such(tmp_path: Path, zone: str | None) -> None:
    import datetime as dt

    import pyarrow as pa
    import pyarrow.parquet as pq

    at = [
        dt.datetime(2026, 12, 1, 2 if zone else 10, 0, second, tzinfo=dt.UTC if zone else None) for second in (0, 5, 9)
    ]
    made = {"会话ID": ["s"] * 3, "角色": ["客户", "客服", "客户"], "内容": ["a", "b", "c"]}
    log = tmp_path / "a.parquet"
    found = []
    for times in (at, [at[0], None, at[2]]):
        pq.write_table(pa.table({**made, "时间": pa.array(times, pa.timestamp("ms", tz=zone))}), log)
        found.append(ingest([str(log)]))
    table = quarantine(found[1], tmp_path / "q.csv")
    table[0]["sent_at"] = "2026-12-01 10:00:05"
    fixed = again([str(log)], save(tmp_path / "m.csv", table, {(0, "sent_at")}, "bom"))
    assert fixed.messages.equals(found[0].messages)


def test_a_row_longer_than_a_cell_is_known_again(tmp_path: Path) -> None:
    long = {**rows(1)[0], "text": "在 " * 30_000}
    log = export(tmp_path / "a.csv", [*rows(2), long], {})
    clean = ingest([log])
    log = export(tmp_path / "a.csv", [*rows(2), long], {2: "unknown_role"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    assert max(map(len, table[0].values())) < 32_767
    table[0]["role"] = "买家"
    assert again([log], save(tmp_path / "m.csv", table, set(), "bom")).messages.equals(clean.messages)


def test_a_role_can_be_typed_where_only_senders_are_exported(tmp_path: Path) -> None:
    log = tmp_path / "a.csv"
    text = "会话ID,发送方,客服账号,客户ID,内容\ns,c1,小棠,c1,a\ns,小棠,小棠,c1,b\ns,{},小棠,c1,c\n"
    log.write_text(text.format("小棠"), "utf-8")
    clean = ingest([str(log)])
    log.write_text(text.format("别人"), "utf-8")
    table = quarantine(ingest([str(log)]), tmp_path / "q.csv")
    table[0]["role"] = "客服"
    assert again([str(log)], save(tmp_path / "m.csv", table, set(), "bom")).messages.equals(clean.messages)


def test_a_row_that_is_still_wrong_stays_with_its_new_reason_and_what_was_typed(tmp_path: Path) -> None:
    log = export(tmp_path / "a.csv", rows(9), {3: "unknown_role", 5: "wrong_columns"})
    found = ingest([log])
    table = quarantine(found, tmp_path / "q.csv")
    table[0].update(role="客服", sent_at="没有")
    table[1]["text"] = "a,b"
    first = save(tmp_path / "m.csv", table, set(), "bom")
    left = again([log], first)
    assert left.quarantine["reason"].to_pylist() == ["bad_time"]
    assert left.quarantine["raw"][0].as_py() == found.quarantine["raw"][0].as_py()
    assert left.mended is not None
    assert (left.mended.rows, left.mended.still) == (1, 1)
    table = quarantine(left, tmp_path / "q2.csv")
    assert (table[0]["role"], table[0]["sent_at"]) == ("客服", "没有")
    table[0]["sent_at"] = "2026-12-01 10:03:21"
    both = again([log], first, save(tmp_path / "m2.csv", table, {(0, "sent_at")}, "bom"))
    assert both.quarantine.num_rows == 0


def test_a_typed_time_that_lost_its_seconds_is_said(tmp_path: Path) -> None:
    log = export(tmp_path / "a.csv", rows(9), {3: "bad_time"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    table[0]["sent_at"] = "2026/12/1 10:03"
    found = again([log], save(tmp_path / "m.csv", table, set(), "bom"))
    assert {"mended_rows", "mended_minutes"} <= {notice.code for notice in found.notices}


@pytest.mark.parametrize("how", ["bom", "xlsx"])
def test_an_id_copied_from_a_neighbouring_cell_loses_its_apostrophe(tmp_path: Path, how: str) -> None:
    made = rows(9)
    clean = ingest([export(tmp_path / "a.csv", made, {})])
    log = export(tmp_path / "a.csv", made, {3: "missing_session"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    table[0]["session_id"] = "'000"
    fixed = again([log], save(tmp_path / "m.csv", table, {(0, "session_id")}, how))
    assert fixed.messages.equals(clean.messages)
    assert "mended_ids" not in {notice.code for notice in fixed.notices}


@pytest.mark.parametrize(
    ("typed", "said"), [("0", True), ("00", True), ("'0", True), ("9", False), ("000", False), ("'000", False)]
)
def test_an_id_that_lost_its_zeros_is_said(tmp_path: Path, typed: str, said: bool) -> None:
    made = [{**row, "session_id": f"00{i % 3}"} for i, row in enumerate(rows(9))]
    log = export(tmp_path / "a.csv", made, {3: "missing_session"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    table[0]["session_id"] = typed
    found = again([log], save(tmp_path / "m.csv", table, {(0, "session_id")}, "bom"))
    texts = [notice.text for notice in found.notices if notice.code == "mended_ids"]
    assert len(texts) == said
    assert all("m.csv 第 2 行的 session_id" in text for text in texts)


def test_files_of_one_name_members_of_archives_and_sheets(tmp_path: Path) -> None:
    import zipfile

    made, broken = rows(4), {2: "unknown_role"}
    (tmp_path / "甲").mkdir()
    (tmp_path / "乙").mkdir()
    logs = [export(tmp_path / folder / "a.csv", made, broken) for folder in ("甲", "乙")]
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.write(logs[0], "里/b.csv")
    book = xlsxwriter.Workbook(str(tmp_path / "x.xlsx"))
    for name in ("表1", "表2"):
        page = book.add_worksheet(name)
        page.write_row(0, 0, list(COLUMNS.values()))
        for r, row in enumerate(made, 1):
            page.write_row(
                r, 0, list({**row, "role": "店长" if r == 3 else row["role"], "text": f"{name}{r}"}.values())
            )
    book.close()
    logs += [str(tmp_path / "z.zip"), str(tmp_path / "x.xlsx")]
    table = quarantine(ingest(logs), tmp_path / "q.csv")
    assert len({row["source_file"] for row in table}) == 5
    for row in table:
        row["role"] = "买家"
    fixed = again(logs, save(tmp_path / "m.csv", table, set(), "bom"))
    assert (fixed.quarantine.num_rows, fixed.mended and fixed.mended.rows) == (0, 5)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"source_row": "3"}, "没有被隔离"),
        ({"source_row": "x"}, "看不出是哪一行"),
        ({"source_row": ""}, "看不出是哪一行"),
        ({"source_file": "别处/b.csv"}, "路径"),
        ({"raw": "另一行"}, "导出换过"),
        ({"role": "客服", "shop": "甲店"}, "没有用作 shop"),
    ],
)
def test_a_row_that_fits_nothing_is_refused_by_its_place(tmp_path: Path, change: Row, says: str) -> None:
    log = export(tmp_path / "a.csv", rows(9), {3: "unknown_role"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    table[0].update(change)
    with pytest.raises(MendingError, match=says) as error:
        again([log], save(tmp_path / "m.csv", table, {(0, "source_row")}, "bom"))
    assert str(error.value).startswith(f"{tmp_path}/m.csv 第 2 行: ")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "空"),
        (b"a,b\n1,2\n", "表头里没有 source_file"),
        (b"source_file,source_row,role,role\n", "有两列"),
        (b'source_file,source_row,raw\n"a,2\n', "第 2 行: 读不出"),
        (b"source_file,source_row,raw\na,2,x,3\n", "多出几格"),
        (b"source_file,source_row,role\na.csv,5,x\n", "表头里没有 raw"),
        (b"PK\x03\x04xx", "打不开这个工作簿"),
        (b"source_file,source_row\n" + "好,1\n".encode() * 9 + b"\xff,2\n", "第 11 行: 有解不开的字节"),
        (b"\x00\xff\x00\xff\xfe" * 9, "不是文本"),
    ],
)
def test_a_mended_file_that_cannot_be_read(tmp_path: Path, content: bytes, says: str) -> None:
    log = export(tmp_path / "a.csv", rows(9), {3: "unknown_role"})
    (tmp_path / "m.csv").write_bytes(content)
    with pytest.raises(MendingError, match=says):
        again([log], str(tmp_path / "m.csv"))
    with pytest.raises(MendingError, match="打不开"):
        again([log], str(tmp_path / "none.csv"))


@pytest.mark.parametrize("value", ["", "小棠"])
def test_a_formula_without_its_value_is_refused_by_its_cell(tmp_path: Path, value: str) -> None:
    """Nobody worked it out: it would read as an emptied cell, and the account would be gone."""
    made = rows(9)
    clean = ingest([export(tmp_path / "a.csv", made, {})])
    log = export(tmp_path / "a.csv", made, {3: "unknown_role"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    table[0]["role"] = "客服"
    file = str(tmp_path / "m.xlsx")
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False})
    page = book.add_worksheet()
    page.write_row(0, 0, list(table[0]))
    page.write_row(1, 0, list(table[0].values()))
    column = list(table[0]).index("agent_id")
    page.write_formula(1, column, '="小"&"棠"', None, value)
    book.add_worksheet("备注").write_formula(0, 0, "=1+1", None, "")
    book.close()
    if value:
        assert again([log], file).messages.equals(clean.messages)
    else:
        with pytest.raises(MendingError, match=rf"m\.xlsx 的 {chr(ord('A') + column)}2 格: 是公式"):
            again([log], file)


def test_a_changed_export_is_not_overwritten_with_an_old_row(tmp_path: Path) -> None:
    log = export(tmp_path / "a.csv", rows(9), {3: "unknown_role"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    table[0]["role"] = "客服"
    export(tmp_path / "a.csv", [{**row, "text": "另一句"} for row in rows(9)], {3: "unknown_role"})
    without = {key: cell for key, cell in table[0].items() if key != "raw"}
    (tmp_path / "m.csv").write_text(f"{','.join(without)}\n{line(without)}", "utf-8")
    with pytest.raises(MendingError, match="没有 raw"):
        again([log], str(tmp_path / "m.csv"))
    with pytest.raises(MendingError, match="导出换过"):
        again([log], save(tmp_path / "m.csv", [{**row, "raw": ""} for row in table], set(), "bom"))


def test_two_mends_of_one_row_that_differ(tmp_path: Path) -> None:
    log = export(tmp_path / "a.csv", rows(9), {3: "unknown_role"})
    table = quarantine(ingest([log]), tmp_path / "q.csv")
    one, other = {**table[0], "role": "客服"}, {**table[0], "role": "买家"}
    with pytest.raises(MendingError, match="改了两次"):
        again([log], save(tmp_path / "m.csv", [one, other], set(), "bom"))
    twice = again([log], save(tmp_path / "m.csv", [one, table[0], one], set(), "bom"))
    assert twice.mended is not None
    assert twice.mended.rows == 1
    later = again(
        [log], save(tmp_path / "m1.csv", [one], set(), "bom"), save(tmp_path / "m2.csv", [other], set(), "bom")
    )
    row = [each for each in later.messages.to_pylist() if each["source_row"] == 5]
    assert row[0]["role"] == "customer"
