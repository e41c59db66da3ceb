"""CSV and TSV: sound files, stray quotes, damaged rows; every row of the file is a row or a problem."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.errors import ExportError
from qa_audit.formats import delimited
from qa_audit.formats.csv import read_csv
from qa_audit.formats.mapping import parse_mapping
from qa_audit.formats.sheet import Sheet, Source

HEAD = "会话ID,时间,角色,内容\n"


def read(text: str | bytes, mapping: str = "{}") -> Sheet:
    data = text if isinstance(text, bytes) else text.encode()
    return read_csv(Source("a.csv", data, parse_mapping(mapping)))[0]


def cells(sheet: Sheet) -> list[tuple[str, ...]]:
    return list(zip(*(column.to_pylist() for column in sheet.columns), strict=True))


def row(number: int, text: str) -> str:
    return f"s1,2026-12-01 10:00:{number:02},客服,{text}\n"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    text = (HEAD + row(1, "在吗") + row(2, "在的")).replace(",", delimiter).replace("\n", end)
    sheet = read(text)
    assert sheet.header == ("会话ID", "时间", "角色", "内容")
    assert [found[3] for found in cells(sheet)] == ["在吗", "在的"]
    assert sheet.rows.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"一行\n二行"', "一行\n二行"),
        ('"一行\r\n二行"', "一行\r\n二行"),
        ("一\r二", "一\r二"),
        ('"他说""好"""', '他说"好"'),
        ('5" 屏', '5" 屏'),
        ('"逗号,在内"', "逗号,在内"),
        ("空\x00字符", "空\x00字符"),
        ("  两边空格 ", "  两边空格 "),
        ("长" * 300_000, "长" * 300_000),
    ],
)
def test_a_cell_comes_out_as_exported(written: str, text: str) -> None:
    sheet = read(HEAD + row(1, "前") + row(2, written) + row(3, "后"))
    assert [found[3] for found in cells(sheet)] == ["前", text, "后"]
    assert sheet.problems == ()


def test_bad_rows_keep_the_numbers_of_the_others() -> None:
    sheet = read(HEAD + row(1, "好") + "s1,缺列\n" + "\n" + row(2, "多,列") + row(3, "行"))
    assert sheet.rows.tolist() == [2, 6]
    assert [(p.row, p.reason, p.detail) for p in sheet.problems] == [
        (3, "wrong_columns", "应有 4 列,实有 2 列"),
        (5, "wrong_columns", "应有 4 列,实有 5 列"),
    ]
    assert sheet.problems[0].raw == "s1,缺列"


@pytest.mark.parametrize(
    "bad",
    [
        's1,2026-12-01 10:00:01,客服,"没有收尾\n',
        's1,"2026-12-01 10:00:01,客服,没有收尾\n',
        '"s1,2026-12-01 10:00:01,客服,没有收尾\n',
    ],
)
@pytest.mark.parametrize("after", ["普通", '"有引号"', '"两\n行"'])
def test_a_stray_quote_costs_its_own_row_only(bad: str, after: str) -> None:
    sheet = read(HEAD + row(0, "前") + bad + row(2, after) + row(3, "后"))
    assert [found[3] for found in cells(sheet)] == ["前", after.strip('"'), "后"]
    assert [(p.row, p.reason) for p in sheet.problems] == [(3, "unbalanced_quote")]
    assert p_raw(sheet) == bad.rstrip("\n")


def p_raw(sheet: Sheet) -> str:
    return sheet.problems[0].raw


def test_damaged_bytes_cost_their_own_row_only() -> None:
    sheet = read((HEAD + row(1, "前")).encode() + row(2, "坏").encode("gbk") + row(3, "后").encode())
    assert [found[3] for found in cells(sheet)] == ["前", "后"]
    assert [(p.row, p.reason, p.detail) for p in sheet.problems] == [(3, "bad_encoding", "第 3 列")]


def test_title_rows_above_the_header_are_skipped_with_a_notice() -> None:
    sheet = read("聊天记录导出\n店铺,小店,,\n\n" + HEAD + row(1, "在吗"))
    assert sheet.rows.tolist() == [5]
    assert [(notice.code, "3 行" in notice.text) for notice in sheet.notices] == [("skipped_rows", True)]


def test_rows_longer_than_the_header_get_nameless_columns() -> None:
    sheet = read(HEAD + "".join(row(i, "在,") for i in range(5)) + row(6, "好,的"))
    assert sheet.header == ("会话ID", "时间", "角色", "内容", "")
    assert [row[3] for row in cells(sheet)] == ["在"] * 5
    assert [(p.row, p.reason, p.cells[3:]) for p in sheet.problems] == [(7, "wrong_columns", ("好", "的"))]


@pytest.mark.parametrize("head", [HEAD, HEAD.replace("内容", "内容,")])
def test_a_text_is_never_cut_at_a_bare_delimiter(head: str) -> None:
    sheet = read(head + row(1, "请问,能退吗") + row(2, "抱歉,不能") + row(3, "再见"))
    assert [row[3] for row in cells(sheet)] == ["再见"]
    assert [(p.row, p.reason) for p in sheet.problems] == [(2, "wrong_columns"), (3, "wrong_columns")]


def test_header_and_no_quoting_from_the_mapping() -> None:
    sheet = read('s1\t1\t"没有\ns1\t0\t收"尾"\n', "header: [sid, who, body]\nquoting: none\ndelimiter: tab")
    assert cells(sheet) == [("s1", "1", '"没有'), ("s1", "0", '收"尾"')]
    assert sheet.rows.tolist() == [1, 2]


@pytest.mark.parametrize("data", [b"", b"  \r\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error(data: bytes) -> None:
    with pytest.raises(ExportError, match="空的"):
        read(data)


def test_one_column_is_an_error() -> None:
    with pytest.raises(ExportError, match="delimiter"):
        read("内容\n在吗\n")


texts = st.text(alphabet=st.sampled_from('ab,"\n\r\t;好 \x00'), max_size=8)


@settings(max_examples=100)
@given(st.lists(st.tuples(texts, texts, texts), max_size=8))
def test_what_csv_writes_comes_back(rows: list[tuple[str, str, str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("session_id", "role", "text", "kind"), *[(*found, "x") for found in rows]])
    sheet = read(out.getvalue())
    assert cells(sheet) == [(*found, "x") for found in rows]
    assert sheet.problems == ()


@settings(max_examples=100)
@given(st.text(alphabet=st.sampled_from('ab,"\n\r\x00好'), max_size=60))
def test_any_body_is_accounted_for(body: str) -> None:
    sheet = read("session_id,role,text\n" + body)
    numbers = sorted([*sheet.rows.tolist(), *(problem.row for problem in sheet.problems)])
    assert len(set(numbers)) == len(numbers)
    kept = "".join("".join(found) for found in cells(sheet)) + "".join(problem.raw for problem in sheet.problems)
    assert sorted(c for c in kept if c in "ab好") == sorted(c for c in body if c in "ab好")


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from('ab,"\n\r好'), max_size=120), st.integers(8, 60))
def test_blocks_change_nothing(body: str, block: int) -> None:
    whole = read("session_id,role,text\n" + body)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(delimited, "_BLOCK", block)
        blocks = read("session_id,role,text\n" + body)
    assert (cells(blocks), blocks.rows.tolist(), blocks.problems) == (cells(whole), whole.rows.tolist(), whole.problems)
