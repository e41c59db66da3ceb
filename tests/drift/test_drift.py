"""From exports to what a person sees: refused, told, or nothing at all."""

import json
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from qa_audit.errors import ExportError, MappingError
from qa_audit.formats.mapping import load_mapping, parse_mapping
from qa_audit.ingest import IngestOptions
from qa_audit.pipeline import Options, run
from tests.drift.exports import HEADER, drifts, export, lost, nights, read


def tonight(tmp_path: Path, header: str = HEADER, day: int = 9, **say: object) -> list[str]:
    return [export(tmp_path / "导出" / f"chat_2026-12-{day:02}.csv", day, header, **say)]  # type: ignore[arg-type]


def test_nothing_is_said_when_all_is_well(tmp_path: Path) -> None:
    nights(tmp_path, 5)
    manifest = read(tmp_path, tonight(tmp_path), "09")
    assert (manifest["status"], manifest["notices"], manifest["reasons"]) == ("ok", [], [])
    assert manifest["history"] == {"nights": [f"2026-12-{day:02}" for day in (5, 4, 3, 2, 1)]}
    assert [source["name"] for source in manifest["sources"]] == ["chat_#.csv"]


def test_the_first_night_says_that_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    manifest = read(tmp_path, tonight(tmp_path), "09")
    assert [notice["code"] for notice in manifest["notices"]] == ["no_history"]


@pytest.mark.parametrize(
    ("name", "instead", "column"),
    [
        ("发送时间", "记录时刻", "sent_at"), ("客服账号", "接线员", "agent_id"), ("内容", "正文", "text"),
        ("角色", "收发", "role"), ("会话ID", "流水", "session_id"),
    ],
)  # fmt: skip
def test_a_renamed_column_is_refused_and_a_mapping_proposed(
    tmp_path: Path, name: str, instead: str, column: str
) -> None:
    nights(tmp_path, 1)
    paths = tonight(tmp_path, HEADER.replace(name, instead))
    manifest = read(tmp_path, paths, "09")
    (text,) = lost(manifest)
    assert manifest["status"] == "not_published"
    assert f"chat_2026-12-09.csv: 少了“{name}”这一列" in text
    assert "前 1 夜有它" in text
    assert instead in text
    folder = tmp_path / "reports" / "09.not-published"
    assert json.loads((folder / "run.json").read_text("utf-8")) == manifest
    assert not (tmp_path / "reports" / "09").exists()
    assert str(folder / "mapping.yaml") in text
    assert instead in (folder / "mapping.yaml").read_text("utf-8")
    again = read(tmp_path, paths, "09", mapping=parse_mapping(f"columns: {{{column}: {instead}}}"))
    assert again["status"] == "ok"
    assert f"从“{name}”改名成“{instead}”,认得" in drifts(again)[0]


def test_the_proposed_mapping_publishes_the_night(tmp_path: Path) -> None:
    nights(tmp_path, 2)
    paths = tonight(tmp_path, HEADER.replace("发送时间", "记录时刻"))
    read(tmp_path, paths, "09")
    proposed = tmp_path / "reports" / "09.not-published" / "mapping.yaml"
    manifest = read(tmp_path, paths, "09", mapping=load_mapping(proposed))
    assert (manifest["status"], manifest["nights"]) == ("ok", ["2026-12-09"])
    assert proposed.is_file()  # it may be in use every night from now on


def test_an_edited_proposal_is_not_lost_by_another_refusal(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    paths = tonight(tmp_path, HEADER.replace("发送时间", "记录时刻"))
    read(tmp_path, paths, "09")
    proposed = tmp_path / "reports" / "09.not-published" / "mapping.yaml"
    first = proposed.read_text("utf-8")
    proposed.write_text("# 我改的\n" + first, "utf-8")
    read(tmp_path, paths, "09")
    assert proposed.read_text("utf-8") == first
    assert proposed.with_name("mapping.yaml.old").read_text("utf-8") == "# 我改的\n" + first


def test_the_last_good_night_stays_as_it_was(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    read(tmp_path, tonight(tmp_path), "09")
    before = {path: path.read_bytes() for path in (tmp_path / "reports" / "09").rglob("*") if path.is_file()}
    read(tmp_path, tonight(tmp_path, HEADER.replace("内容", "正文")), "09")
    assert {path: path.read_bytes() for path in (tmp_path / "reports" / "09").rglob("*") if path.is_file()} == before


def test_without_history_nothing_is_compared(tmp_path: Path) -> None:
    nights(tmp_path, 3)
    manifest = read(tmp_path, tonight(tmp_path, HEADER.replace("客服账号", "接线员")), "09", history=False)
    assert (manifest["status"], drifts(manifest), "history" in manifest) == ("ok", [], False)
    with pytest.raises(ExportError, match="找不到需要的列"):
        read(tmp_path, tonight(tmp_path, HEADER.replace("内容", "正文")), "09", history=False)


def test_a_night_accepted_without_history_is_the_new_usual(tmp_path: Path) -> None:
    nights(tmp_path, 3)
    renamed = HEADER.replace("客服账号", "接线员")
    assert lost(read(tmp_path, tonight(tmp_path, renamed), "09"))
    read(tmp_path, tonight(tmp_path, renamed), "09", history=False)
    manifest = read(tmp_path, tonight(tmp_path, renamed, day=10), "10")
    assert (manifest["status"], lost(manifest)) == ("ok", [])


def test_an_unreadable_export_of_another_kind_is_the_error_it_was(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    junk = tmp_path / "x.csv"
    junk.write_text("甲,乙\n1,2\n", "utf-8")
    with pytest.raises(ExportError, match="找不到需要的列"):
        read(tmp_path, [str(junk)], "09")
    with pytest.raises(ExportError, match="找不到这个文件"):
        read(tmp_path, ["nosuch.csv"], "09")


def test_a_file_among_others_that_lost_a_column_refuses_the_night(tmp_path: Path) -> None:
    for day in (1, 2):
        read(tmp_path, [export(tmp_path / f"{day}_{shop}.csv", day) for shop in "甲乙"], f"{day:02}", history=False)
    paths = [export(tmp_path / "9_甲.csv", 9), export(tmp_path / "9_乙.csv", 9, HEADER.replace("内容", "正文"))]
    manifest = read(tmp_path, paths, "09")
    assert manifest["status"] == "not_published"
    assert [reason["code"] for reason in manifest["reasons"]] == ["lost_column"]
    assert "9_乙.csv: 少了“内容”" in lost(manifest)[0]


def test_one_of_several_files_of_a_source_counts_alone(tmp_path: Path) -> None:
    for day in (1, 2):
        read(tmp_path, [export(tmp_path / f"{day}_{n}.csv", day) for n in (1, 2)], f"{day:02}", history=False)
    paths = [export(tmp_path / "9_1.csv", 9), export(tmp_path / "9_2.csv", 8, HEADER.replace("客服账号", "接线员"))]
    (text,) = lost(read(tmp_path, paths, "09"))
    assert "9_2.csv: 少了“客服账号”" in text


def test_an_empty_column_is_a_lost_one_unless_it_was_seldom_filled(tmp_path: Path) -> None:
    nights(tmp_path, 2)
    (text,) = lost(read(tmp_path, tonight(tmp_path, empty=[3]), "09"))
    assert "“客服账号”这一列全是空的" in text
    assert "请让平台把它加回来" in text
    assert not (tmp_path / "reports" / "09.not-published" / "mapping.yaml").exists()
    (text,) = lost(read(tmp_path, tonight(tmp_path, empty=[5]), "09"))  # nothing of the night can be read
    assert "“内容”这一列全是空的" in text
    for day in (3, 4, 5):  # from here on nobody writes the account: a new usual
        read(tmp_path, tonight(tmp_path, empty=[3], day=day), f"{day:02}", history=False)
    assert lost(read(tmp_path, tonight(tmp_path, empty=[3]), "09")) == []


def test_a_column_that_the_mapping_declines_is_not_lost(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    manifest = read(tmp_path, tonight(tmp_path), "09", mapping=parse_mapping("columns: {agent_id: null}"))
    assert lost(manifest) == []


@pytest.mark.parametrize(
    ("mapping", "amended"),
    [
        (
            "# 我的\ncolumns: {text: 正文, role: 收发}\nroles: {customer: [客户]}\n",
            "columns: {text: 说了啥, role: 收发}",
        ),
        ("columns:\n  text: 正文  # 原文\n  role: 收发\n", "  text: 说了啥  # 原文\n"),
        ("columns:\n    role: 收发\n", "columns:\n    text: 说了啥\n    role: 收发\n"),
    ],
)
def test_her_own_mapping_is_amended_and_not_replaced(tmp_path: Path, mapping: str, amended: str) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(mapping, "utf-8")
    name = "正文" if "正文" in mapping else "内容"
    before = HEADER.replace("角色", "收发").replace("内容", name)
    path = export(tmp_path / "导出" / "chat_2026-12-01.csv", 1, before)
    read(tmp_path, [path], "01", history=False, mapping=load_mapping(file))
    after = before.replace(name, "说了啥")
    manifest = read(tmp_path, tonight(tmp_path, after), "09", mapping=load_mapping(file))
    (text,) = lost(manifest)
    assert f"少了“{name}”这一列" in text
    proposed = (tmp_path / "reports" / "09.not-published" / "mapping.yaml").read_text("utf-8")
    assert "role: 收发" in proposed
    assert all(line in proposed for line in mapping.splitlines() if line.startswith("#"))
    assert amended in proposed
    again = read(tmp_path, tonight(tmp_path, after), "09", mapping=parse_mapping(proposed))
    assert again["status"] == "ok"


@pytest.mark.parametrize("mapping", ["", "columns:\n    role: 角色\n", "columns: {role: 角色}\n", "format: csv\n"])
def test_a_column_that_is_gone_for_good_is_declined_by_a_line_of_the_proposal(tmp_path: Path, mapping: str) -> None:
    file = tmp_path / "my.yaml"
    file.write_text(mapping, "utf-8")
    mine = load_mapping(file) if mapping else None
    nights(tmp_path, 1, header=f"{HEADER},商品ID", more=",88001")
    paths = tonight(tmp_path)
    (text,) = lost(read(tmp_path, paths, "09", mapping=mine))
    proposed = tmp_path / "reports" / "09.not-published" / "mapping.yaml"
    assert f"在 {proposed} 里启用 sku_id: null" in text
    source = proposed.read_text("utf-8")
    assert lost(read(tmp_path, paths, "09", mapping=parse_mapping(source)))
    if "{role" in source:  # columns on one line take no comment
        source = source.replace("{role", "{sku_id: null, role")
    else:
        source = re.sub(r"(?m)^# ((?:columns:$)| +sku_id: null)", r"\1", source)
    manifest = read(tmp_path, paths, "09", mapping=parse_mapping(source))
    assert (manifest["status"], lost(manifest)) == ("ok", [])


def test_a_refusal_names_nobody(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    (path,) = tonight(tmp_path, HEADER.replace("内容", "字段七").replace("客户ID", "字段13912345678"))
    text = (
        Path(path)
        .read_text("utf-8")
        .replace("您好在的呢", "加我微信wx_abc123")
        .replace("可以退换货吗", "电话13812345678")
    )
    Path(path).write_text(text, "utf-8")
    manifest = read(tmp_path, [path], "09")
    folder = tmp_path / "reports" / "09.not-published"
    shown = (folder / "run.json").read_text("utf-8") + "".join(
        each.read_text("utf-8") for each in folder.glob("*.yaml")
    )
    assert lost(manifest)
    assert not [name for name in ("13812345678", "13912345678", "wx_abc123", "买家3") if name in shown]


def test_two_lost_columns_of_one_file_have_one_mapping(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    renamed = HEADER.replace("发送时间", "记录时刻").replace("客服账号", "接线员")
    manifest = read(tmp_path, tonight(tmp_path, renamed), "09")
    assert [("“发送时间”" in text, "“客服账号”" in text) for text in lost(manifest)] == [(False, True), (True, False)]
    assert list(manifest["proposals"]) == ["mapping.yaml"]


def test_an_xlsx_whose_sheets_lost_a_column(tmp_path: Path) -> None:
    def book(day: int, header: str) -> str:
        path = tmp_path / f"{day}.xlsx"
        lines = [
            line.split(",") for line in Path(export(tmp_path / "tmp.csv", day, header)).read_text("utf-8").splitlines()
        ]
        made = xlsxwriter.Workbook(str(path))
        for name, part in (("甲", lines), ("乙", [lines[0], *lines[1:7]])):
            sheet = made.add_worksheet(name)
            for row, cells in enumerate(part):
                sheet.write_row(row, 0, cells)
        made.close()
        return str(path)

    first = read(tmp_path, [book(1, HEADER)], "01", history=False)
    assert [(source["name"], source["files"], source["sheets"]) for source in first["sources"]] == [("#.xlsx", 1, 2)]
    (text,) = lost(read(tmp_path, [book(9, HEADER.replace("发送时间", "记录时刻"))], "09"))
    assert "9.xlsx#甲(等 2 张表): 少了“发送时间”" in text


def test_a_mapping_that_never_fitted_is_the_error_it_was(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    with pytest.raises((ExportError, MappingError), match="没有的列"):
        read(tmp_path, tonight(tmp_path), "09", mapping=parse_mapping("columns: {shop: 没有的列}"))


def test_a_name_that_is_known_too_and_a_new_column_are_told(tmp_path: Path) -> None:
    nights(tmp_path, 2)
    manifest = read(tmp_path, tonight(tmp_path, HEADER.replace("会话ID", "会话编号") + ",渠道", more=",app"), "09")
    (text,) = drifts(manifest)
    assert manifest["status"] == "ok"
    assert "从“会话ID”改名成“会话编号”,认得" in text
    assert "多了没见过的列 渠道" in text


def test_a_new_column_that_is_used_says_as_what(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    (text,) = drifts(read(tmp_path, tonight(tmp_path, HEADER + ",订单号", more=",12345678"), "09"))
    assert "多了没见过的列“订单号”,用作咨询的订单编号" in text


def test_other_types_and_role_words_are_told_once_the_usual_is_known(tmp_path: Path) -> None:
    nights(tmp_path, 3)
    (path,) = tonight(tmp_path)
    text = Path(path).read_text("utf-8").replace(",客服,", ",坐席,").replace(",店:小", ",10")
    Path(path).write_text(text, "utf-8")
    (text,) = drifts(read(tmp_path, [path], "09"))
    assert "“客服账号”原来是文字,现在是数字" in text
    assert "多了没见过的发送方写法 坐席" in text


def test_a_source_that_did_not_come_is_told(tmp_path: Path) -> None:
    for day in (1, 2):
        paths = [export(tmp_path / f"{shop}店_{day}.csv", day + 10 * (shop == "乙")) for shop in "甲乙"]
        read(tmp_path, paths, f"{day:02}", history=False)
    (text,) = drifts(read(tmp_path, [export(tmp_path / "甲店_9.csv", 19)], "09"))
    assert "乙店_#.csv(csv): 前 2 夜每夜都有这个来源的文件,这一夜一个也没有" in text


def test_a_source_with_another_name_is_still_the_source(tmp_path: Path) -> None:
    nights(tmp_path, 2)
    renamed = HEADER.replace("客服账号", "接线员")
    manifest = read(tmp_path, [export(tmp_path / "聊天记录导出.csv", 9, renamed)], "09")
    assert "少了“客服账号”" in lost(manifest)[0]
    (text,) = drifts(manifest)
    assert "没见过这个文件名" in text
    assert "chat_#.csv" in text


def test_half_a_night_is_told(tmp_path: Path) -> None:
    nights(tmp_path, 8, sessions=40)
    (text,) = drifts(read(tmp_path, tonight(tmp_path, sessions=14), "09"))
    assert "和前 8 夜差得远" in text
    assert "一条消息也没有(平时占" in text


def test_fewer_files_than_ever_are_told(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        read(tmp_path, [export(tmp_path / f"{day}_{n}.csv", day + n) for n in (10, 14, 18)], f"{day:02}", history=False)
    found = drifts(read(tmp_path, [export(tmp_path / f"9_{n}.csv", 9 + n) for n in (10, 14)], "09"))
    assert "只有 2 个文件(平时每夜 3 个)" in "".join(found)


def test_members_of_archives_are_compared_and_read_again(tmp_path: Path) -> None:
    def packed(day: int, header: str) -> str:
        inner = export(tmp_path / "tmp.csv", day, header)
        with zipfile.ZipFile(tmp_path / f"包_{day}.zip", "w") as archive:
            archive.write(inner, f"12-{day:02}/chat.csv")
        return str(tmp_path / f"包_{day}.zip")

    read(tmp_path, [packed(1, HEADER)], "01", history=False)
    manifest = read(tmp_path, [packed(9, HEADER.replace("发送时间", "记录时刻"))], "09")
    assert "包_9.zip!/12-09/chat.csv: 少了“发送时间”" in lost(manifest)[0]
    assert "记录时刻" in (tmp_path / "reports" / "09.not-published" / "mapping.yaml").read_text("utf-8")


def test_a_json_export_whose_field_nobody_fills_now_and_then_is_not_refused(tmp_path: Path) -> None:
    def dumped(day: int, **more: str) -> str:
        rows = [
            {
                "会话ID": f"{day}-{i // 2}",
                "时间": f"2026-12-{day:02} 10:00:{i:02}",
                "角色": ("客户", "客服")[i % 2],
                "内容": "在吗",
            }
            | (more if i == 0 else {})
            for i in range(40)
        ]
        path = tmp_path / f"{day}.json"
        path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        return str(path)

    read(tmp_path, [dumped(1, sku_id="7")], "01", history=False)
    manifest = read(tmp_path, [dumped(2)], "02")
    assert (lost(manifest), drifts(manifest)) == ([], [])


def test_what_is_told_and_the_order_of_files_do_not_depend_on_each_other(tmp_path: Path) -> None:
    for day in (1, 2, 3):
        read(tmp_path, [export(tmp_path / f"{day}_{n}.csv", day + n) for n in (10, 14)], f"{day:02}", history=False)
    paths = [export(tmp_path / f"9_{n}.csv", 9 + n, HEADER + ",渠道", more=",a") for n in (10, 14)]
    assert read(tmp_path, paths, "09") == read(tmp_path, paths[::-1], "09")


def test_the_page_and_the_summary_show_what_is_told(tmp_path: Path) -> None:
    nights(tmp_path, 1)
    options = Options(IngestOptions(), out=tmp_path / "reports" / "09", history=(tmp_path / "reports",))
    out, _ = run(tonight(tmp_path, HEADER + ",渠道", more=",app"), options)
    assert "多了没见过的列 渠道" in (out / "index.html").read_text("utf-8")
    assert "多了没见过的列 渠道" in (out / "summary.txt").read_text("utf-8")
