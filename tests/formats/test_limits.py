"""Files that would not fit the memory are refused in one line that says what to do; large honest ones are read."""

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from qa_audit.errors import ExportError
from qa_audit.formats import limits, parquet
from qa_audit.ingest import files, ingest

HEADER = ("会话ID", "角色", "消息内容")
ROW = ("s", "客户", "在吗")


def workbook(path: Path, far: tuple[int, int, str] | None = None, rows: int = 1, styled: bool = False) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        for number, row in enumerate([HEADER, *[ROW] * rows]):
            page.write_row(number, 0, row)
        if far:
            page.write(*far)
        if styled:
            page.write_blank(1_048_575, 16_383, None, book.add_format({"bg_color": "red"}))
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.zip"])
def test_a_line_that_never_ends(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (limits, files):
        monkeypatch.setattr(module, "MOST_LINE", 1 << 20)
    data = b"\xe4\xbc\x9a,b\n1,2\n" + b"x" * (3 << 20)
    if name == "a.zip":
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("b.csv", data)
        data = out.getvalue()
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ExportError, match=r"[ab]\.(csv|json): 第 3 行超过 1 MB.*JSONL"):
        ingest([str(tmp_path / name)])


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_many_lines_are_no_long_line(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_LINE", 1 << 20)
    limits.refuse_long_lines(io.BytesIO((("x" * 500_000 + end) * 8).encode()), "a.csv")


@pytest.mark.parametrize("columns", [20_001, 140_000])
def test_a_header_without_end(columns: int, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join([*HEADER, *map(str, range(columns))]) + "\n" + ",".join(ROW), "utf-8")
    with pytest.raises(ExportError, match=r"a\.csv: 表头有 20,000 列以上"):
        ingest([str(tmp_path / "a.csv")])


def test_a_cell_far_away_would_take_a_terabyte(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"a\.xlsx: 工作表的范围有 17,179,869,184 格.*空白区域"):
        ingest([str(workbook(tmp_path / "a.xlsx", (1_048_575, 16_383, "x")))])


@pytest.mark.parametrize("far", [None, (9_000, 30, "x"), (5, 2_000, "x")])
def test_what_fits_is_read(far: tuple[int, int, str] | None, tmp_path: Path) -> None:
    found = ingest([str(workbook(tmp_path / "a.xlsx", far, rows=4, styled=far is None))])
    assert found.messages.num_rows == 4


def test_one_long_text_quoted_by_every_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet()
        for number, row in enumerate([HEADER, *[("s", "客户", "长" * 30_000)] * 200]):
            page.write_row(number, 0, row)
    assert ingest([str(tmp_path / "a.xlsx")]).messages.num_rows == 200
    monkeypatch.setattr(limits, "MOST_SHARED", 10_000_000)
    with pytest.raises(ExportError, match=r"a\.xlsx: 同一段长文字"):
        ingest([str(tmp_path / "a.xlsx")])


def test_a_workbook_that_unpacks_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_UNPACKED", 100_000)
    with pytest.raises(ExportError, match=r"a\.xlsx: 工作簿解开后超过"):
        ingest([str(workbook(tmp_path / "a.xlsx", rows=5_000))])


def test_a_part_that_packs_like_a_bomb(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx") as book,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for name in book.namelist():
            bomb.writestr(name, book.read(name).replace(b"<sheetData>", b"<sheetData>" + b" " * (12 << 20)))
    with pytest.raises(ExportError, match=r"b\.xlsx: 里面的 xl/worksheets/sheet1\.xml 解开后大得不正常"):
        ingest([str(tmp_path / "b.xlsx")])


def test_many_sheets_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        for _ in range(40):
            page = book.add_worksheet()
            for number, row in enumerate([HEADER, ROW]):
                page.write_row(number, 0, row)
    monkeypatch.setattr(limits, "MOST_CELLS", 250)
    assert ingest([str(tmp_path / "a.xlsx")]).read == 40
    monkeypatch.setattr(limits, "MOST_CELLS", 239)
    with pytest.raises(ExportError, match=r"工作表的范围有 240 格"):
        ingest([str(tmp_path / "a.xlsx")])


def test_two_sheets_of_one_name(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        for name in ("x1", "x2"):
            book.add_worksheet(name).write_row(0, 0, HEADER)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as again:
        for name in book.namelist():
            again.writestr(name, book.read(name).replace(b'name="x2"', b'name="x1"'))
    with pytest.raises(ExportError, match=r"b\.xlsx: 有两张表都叫“x1”"):
        ingest([str(tmp_path / "b.xlsx")])


@pytest.mark.parametrize("part", ["content.xml", "word/document.xml", "xl/workbook.bin"])
def test_other_documents_are_named(part: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr(part, "x")
    with pytest.raises(ExportError, match=r"a\.xlsx: 这不是 xlsx 工作簿.*另存为"):
        ingest([str(tmp_path / "a.xlsx")])


def test_a_small_parquet_that_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = pa.array([0] * 10_000, pa.int32())
    said = {
        name: pa.DictionaryArray.from_arrays(codes, [value])
        for name, value in zip(HEADER, ("s", "客户", "长" * 999), strict=True)
    }
    pq.write_table(pa.table(said), tmp_path / "a.parquet")
    assert ingest([str(tmp_path / "a.parquet")]).messages.num_rows == 10_000
    monkeypatch.setattr(parquet, "MOST_TEXT", 1_000_000)
    with pytest.raises(ExportError, match=r"a\.parquet: 展开后超过"):
        ingest([str(tmp_path / "a.parquet")])


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (b"<c r='XFD1048576'", "xl/worksheets/sheet1.xml"),
        (b'<c  r = "XFD1048576"', "xl/worksheets/sheet1.xml"),
        (b'<c r="xfd1048576"', "xl/worksheets/sheet1.xml"),
        (b'<c t="str" r="XFD1048576"', "xl/worksheets/sheet1.xml"),
        (b'<c a="/>" r="XFD1048576"', "xl/worksheets/sheet1.xml"),
        (b'<c\nr="ZZZZ10485760"', "xl/worksheets/sheet1.xml"),
        (b'<c r="XFD1048576"', "xl/worksheets/sheet1.dat"),
        (b'<c r="XFD1048576"', "xl/worksheets/sharedStrings.xml"),
    ],
)
def test_a_cell_far_away_in_disguise(cell: bytes, part: str, tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx")
    names = (b"worksheets/sheet1.xml", part.removeprefix("xl/").encode())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as again:
        for name in book.namelist():
            data = book.read(name).replace(*names).replace(b'<c r="A2"', cell)
            again.writestr(part if name.endswith("sheet1.xml") else name, data)
    with pytest.raises(ExportError, match=r"b\.xlsx: (工作表的范围有|里面的 XML 不完整)"):
        ingest([str(tmp_path / "b.xlsx")])


@pytest.mark.parametrize("written", [(b't="s"', b"t='s'"), (b"<v>", b"<v> ")])
def test_one_long_text_quoted_in_disguise(
    written: tuple[bytes, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_SHARED", 2_000_000)
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        page = book.add_worksheet()
        for number, row in enumerate([HEADER, *[("s", "客户", "长" * 10_000)] * 200]):
            page.write_row(number, 0, row)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as again:
        for name in book.namelist():
            again.writestr(name, book.read(name).replace(*written))
    with pytest.raises(ExportError, match=r"b\.xlsx: 同一段长文字"):
        ingest([str(tmp_path / "b.xlsx")])


def test_a_parquet_without_dictionaries_in_its_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {name: [value] * 9_000 for name, value in zip(HEADER, ("s", "客户", "长" * 999), strict=True)}
    pq.write_table(pa.table(said), tmp_path / "a.parquet", store_schema=False)
    monkeypatch.setattr(parquet, "MOST_TEXT", 1_000_000)
    with pytest.raises(ExportError, match=r"a\.parquet: 展开后超过"):
        ingest([str(tmp_path / "a.parquet")])
