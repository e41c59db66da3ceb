"""XLSX, JSONL and Parquet: cells as a person would export them, and files that are broken or hostile."""

import datetime as dt
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.errors import ExportError
from qa_audit.formats import FORMATS, choose, detect
from qa_audit.formats.mapping import parse_mapping
from qa_audit.formats.sheet import Sheet, Source

HEAD = ["会话ID", "发送时间", "发送方", "内容"]


def workbook(*sheets: list[list[Any]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for rows in sheets:
        page = book.add_worksheet()
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                if cell is not None:
                    page.write(i, j, cell)
    book.close()
    return out.getvalue()


def read(name: str, data: bytes, mapping: str = "{}") -> list[Sheet]:
    return FORMATS[name].read(Source(f"a.{name}", data, parse_mapping(mapping)))


def cells(sheet: Sheet) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in sheet.columns), strict=True))


def test_xlsx_cells_become_text() -> None:
    rows = [
        HEAD,
        [12345, dt.datetime(2026, 12, 1, 10, 0, 4), "客服", 3.5],
        ["s2", dt.datetime(2026, 12, 1, 10, 0, 4, 250000), "客服", True],
    ]
    sheet = read("xlsx", workbook(rows))[0]
    assert cells(sheet) == [
        ("12345", "2026-12-01 10:00:04", "客服", "3.5"),
        ("s2", "2026-12-01 10:00:04.250", "客服", "TRUE"),
    ]
    assert sheet.rows.tolist() == [2, 3]


def test_xlsx_every_second_of_a_day_survives_the_float() -> None:
    start = dt.datetime(2026, 12, 1)
    times = [start + dt.timedelta(seconds=s) for s in range(0, 86400, 37)]
    sheet = read("xlsx", workbook([HEAD, *[["s", time, "客服", "x"] for time in times]]))[0]
    assert sheet.columns[1].to_pylist() == [str(time) for time in times]


def test_xlsx_title_and_empty_rows_above_the_header() -> None:
    sheet = read(
        "xlsx", workbook([[], ["聊天记录导出"], [], HEAD, ["s", "t", "客服", "x"], [], ["s", "t", "客服", "y"]])
    )[0]
    assert sheet.header == tuple(HEAD)
    assert sheet.rows.tolist() == [5, 7]
    assert [notice.code for notice in sheet.notices] == ["skipped_rows"]


def test_xlsx_long_numbers_in_an_id_column_are_said_to_be_damaged() -> None:
    sheet = read(
        "xlsx", workbook([HEAD, [1234567890123456789, "t", "客服", 1234567890123456789], [7, "t", "客服", "x"]])
    )[0]
    assert [(n.code, "会话ID" in n.text, " 1 个" in n.text) for n in sheet.notices] == [("damaged_ids", True, True)]


def test_xlsx_sheets_with_a_known_header_are_read_and_the_others_named() -> None:
    sheets = read(
        "xlsx",
        workbook([HEAD, ["a", "t", "客服", "x"]], [["汇总", "数"], ["全部", 2]], [HEAD, ["b", "t", "客服", "y"]]),
    )
    assert [sheet.source_file for sheet in sheets] == ["a.xlsx#Sheet1", "a.xlsx#Sheet3"]
    assert [n.code for n in sheets[0].notices] == ["skipped_sheet"]
    assert "Sheet2" in sheets[0].notices[0].text


def test_hidden_sheets_are_counted_not_read_and_not_named() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, hide in (("聊天", None), ("晚风小可爱", "hide"), ("小鹿", "very_hidden")):
        page = book.add_worksheet(name)
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, [name, "t", "客服", "x"])
        if hide:
            getattr(page, hide)()
    book.close()
    (sheet,) = read("xlsx", out.getvalue())
    (notice,) = sheet.notices
    assert (notice.code, notice.text) == (
        "skipped_sheet", "a.xlsx: 有 2 张隐藏的表没有读。若里面有聊天记录,请在 Excel 里取消隐藏再保存",
    )  # fmt: skip


@pytest.mark.parametrize("data", [b"PK\x03\x04" + b"\x00" * 50, b"", workbook([]), workbook([HEAD])[:2000]])
def test_xlsx_broken(data: bytes) -> None:
    with pytest.raises(ExportError, match=r"a\.xlsx"):
        read("xlsx", data)


def test_jsonl_keeps_digits_and_mixed_types() -> None:
    lines = ['{"session_id": 1234567890123456789, "text": "a", "from": {"role": "buyer", "deep": {"x": 1.50}}}',
             "", '{"session_id": "s", "text": 5, "extra": [1, "二"], "flag": true, "none": null}']  # fmt: skip
    sheet = read("jsonl", "\n".join(lines).encode())[0]
    assert sheet.header == ("session_id", "text", "from.role", "from.deep.x", "extra", "flag", "none")
    assert cells(sheet) == [
        ("1234567890123456789", "a", "buyer", "1.50", None, None, None),
        ("s", "5", None, None, '["1", "二"]', "true", None),
    ]
    assert sheet.rows.tolist() == [1, 3]


@pytest.mark.parametrize(
    "line", ["[1]", "{", "null", "5", '{"a": 1} x', "[" * 100_000, '{"a":' * 100_000, "NaN", "\x00"]
)
def test_jsonl_bad_lines_go_aside(line: str) -> None:
    sheet = read("jsonl", f'{{"text": "前"}}\n{line}\n{{"text": "后"}}'.encode())[0]
    assert [(p.row, p.reason, p.raw) for p in sheet.problems] == [(2, "bad_json", line)]
    assert cells(sheet) == [("前",), ("后",)]


def test_jsonl_half_an_emoji_is_replaced_and_said() -> None:
    sheet = read("jsonl", b'{"text": "\\ud83d\\ude00 \\ud83d"}')[0]
    assert cells(sheet) == [("\U0001f600 \ufffd",)]
    assert [n.code for n in sheet.notices] == ["damaged_text"]


def test_jsonl_damaged_line() -> None:
    sheet = read("jsonl", b'{"text": "\xe5\xa5\xbd"}\n{"text": "\xff\xfe"}\n')[0]
    assert [(p.row, p.reason) for p in sheet.problems] == [(2, "bad_encoding")]


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=3), st.none() | st.text(max_size=5) | st.integers() | st.lists(st.text(max_size=2))
        ),
        max_size=5,
    )
)
def test_jsonl_any_objects(objects: list[dict[str, Any]]) -> None:
    data = "\n".join(json.dumps(o) for o in [*objects, {"k": "x"}]).encode()
    sheet = read("jsonl", data)[0]
    assert sheet.problems == ()


def parquet(table: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_parquet_columns_of_many_types() -> None:
    moment = dt.datetime(2026, 12, 1, 2, 0, 4, tzinfo=dt.UTC)
    table = pa.table({
        "session_id": pa.array([1234567890123456789, None], pa.int64()),
        "sent_at": pa.array([moment, None], pa.timestamp("ms", "UTC")),
        "customer_id": pa.array([12345.0, float("nan")], pa.float64()),
        "role": pa.array(["客服", None]).dictionary_encode(),
        "text": pa.array([b"\xe5\xa5\xbd", b"ok"], pa.binary()),
        "more": pa.array([{"a": 1}, None]),
        "day": pa.array([dt.date(2026, 12, 1), None]),
    })  # fmt: skip
    sheet = read("parquet", parquet(table))[0]
    values = [column.cast(pa.string()).to_pylist() for column in sheet.columns]
    assert [value[0] for value in values] == [
        "1234567890123456789",
        "2026-12-01 02:00:04.000Z",
        "12345",
        "客服",
        "好",
        "{'a': 1}",
        "2026-12-01",
    ]
    assert [value[1] for value in values] == [None, None, None, None, "ok", None, None]


def test_parquet_undecodable_bytes_go_aside() -> None:
    sheet = read("parquet", parquet(pa.table({"text": pa.array([b"\xff", b"ok"], pa.binary())})))[0]
    assert [(p.row, p.reason) for p in sheet.problems] == [(1, "bad_encoding")]


@pytest.mark.parametrize("data", [b"PAR1xxxxPAR1", b"PAR1", parquet(pa.table({"a": pa.array([], pa.string())}))])
def test_parquet_broken_or_empty(data: bytes) -> None:
    with pytest.raises(ExportError, match=r"a\.parquet"):
        read("parquet", data)


@pytest.mark.parametrize(
    ("data", "path", "name"),
    [
        (b"a,b\n", "a.csv", "csv"), (b"a\tb\n", "a.xls", "csv"), (b"a,b\n", "a", "csv"),
        (b'{"a": 1}', "a.txt", "jsonl"),
        (b'\xef\xbb\xbf {"a": 1}', "a.log", "jsonl"), (b"[]", "a.JSONL", "jsonl"), (b"{a},b\n", "a.csv", "csv"),
        (workbook([HEAD]), "a.csv", "xlsx"), (b"PAR1", "a", "parquet"), (b"a,b\n", "a.xlsx", "csv"),
    ],
)  # fmt: skip
def test_detects(data: bytes, path: str, name: str) -> None:
    assert detect(data, path).name == name


@pytest.mark.parametrize("data", [b"\x1f\x8b\x08", b"%PDF-1.4", b"<html><TABLE>", b"7z\xbc\xaf"])
def test_files_that_are_no_table(data: bytes) -> None:
    with pytest.raises(ExportError, match=r"重新导出|另存为"):
        detect(data, "a.csv")


def test_format_by_name() -> None:
    assert choose("tsv", b"", "a").name == "csv"
    assert choose("table", b"PAR1", "a").name == "parquet"
    with pytest.raises(ExportError, match=r"word.*xlsx"):
        choose("word", b"", "a")


def test_every_registered_format_is_named_like_its_key() -> None:
    assert all(name == known.name and known.suffixes for name, known in FORMATS.items())
