"""`qa-audit formats`: what can be read, what a file is taken for, a mapping file for a table that nobody knows."""

import gzip
import os
import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from qa_audit.formats import FORMATS
from qa_audit.formats.mapping import load_mapping
from qa_audit.ingest import first_look
from qa_audit.report.display import width
from tests.cli.conftest import Qa

GOOD = """会话ID,发送时间,角色,客服,买家,消息内容
s1,2026-12-01 10:00:04,客户,,王小明9,我的电话13800138000
s1,2026-12-01 10:00:09,客服,小棠,王小明9,您好
s1,2026-12-01 25:00:00,客户,,王小明9,在吗
s1,2026-12-01 10:00:30,质检,,王小明9,抽查
"""
UNKNOWN = "流水号\t记录时刻\t收发\t正文\n" + "".join(
    f"K{i // 10:03}\t2026-12-01 10:{i:02}:{i * 7 % 60:02}\t{'收发'[i % 2]}\t{'您好,为您核实' if i % 2 else '什么时候发货呀'}{i}\n"
    for i in range(50)
)


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_list_is_aligned_and_says_what_folders_and_archives_do(qa: Qa) -> None:
    done = qa("formats", "list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in lines] == list(FORMATS)
    assert len({width(line[: line.index(" .")]) for line in lines}) == 1
    assert "文件夹:" in done.stdout
    assert ".zip .gz" in done.stdout


def test_sniff_says_what_why_and_shows_the_first_messages(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "夜.csv", GOOD, "gb18030")
    done = qa("formats", "sniff", "夜.csv")
    assert (done.returncode, done.stderr) == (0, "")
    for said in (
        "格式      csv(CSV / TSV 文本表);确定,后缀是 .csv,开头不像别的格式,认得 6 个列名",
        "编码      gb18030:不是 UTF-8,按 GB18030(含 GBK)解得开",
        "分隔符    逗号",
        "表头      第 1 行",
        "列        会话ID   → session_id 会话编号",
        "行数      读入 4 = 消息 2 + 隔离 2 + 重复 0",
        "隔离      bad_time 1 行(第 4 行):看不懂这个时间(值是 '2026-12-01 25:00:00')。怎么办:写成 2026-12-01 10:00:04",
        "隔离      unknown_role 1 行(第 5 行):不认识这个角色(值是 '质检')。怎么办:在映射文件的 roles 里写明",
        "    s1    2026-12-01 10:00:04  秒    客户  王**  文本  我的电话138****8000",
        "    s1    2026-12-01 10:00:09  秒    客服  小棠  文本  您好",
        "下一步:qa-audit run 夜.csv",
    ):
        assert said in done.stdout
    assert "13800138000" not in done.stdout
    assert "王小明" not in done.stdout
    assert not any((tmp_path / name).exists() for name in ("reports", "private"))


def test_sniff_honours_what_is_written(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a b.txt", UNKNOWN, "gbk")
    write(
        tmp_path,
        "m.yaml",
        "columns: {session_id: 流水号, sent_at: 记录时刻, role: 收发, text: 正文}\nroles: {agent: [发], customer: [收]}\n",
    )
    done = qa(
        "formats", "sniff", "a b.txt", "--mapping", "m.yaml", "--encoding", "gbk", "--format", "tsv", "--tz", "UTC"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "您写明的" in done.stdout
    assert "按写明的 gbk 读" in done.stdout
    assert "分隔符    制表符" in done.stdout
    assert "读入 50 = 消息 50" in done.stdout
    assert "下一步:qa-audit run 'a b.txt' --format tsv --mapping m.yaml --encoding gbk" in done.stdout


def test_sniff_of_a_table_that_nobody_knows(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a.tsv", UNKNOWN)
    done = qa("formats", "sniff", "a.tsv")
    assert done.returncode == 2
    assert "没用的列  流水号、记录时刻、收发、正文" in done.stdout
    assert done.stderr.startswith("a.tsv: 找不到需要的列")
    assert done.stderr.endswith("可以先试 qa-audit formats map a.tsv\n")
    assert "下一步" not in done.stdout


def test_run_says_the_same_of_a_table_that_nobody_knows(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a.tsv", UNKNOWN)
    done = qa("run", "a.tsv", "--out", "out")
    assert done.returncode == 2
    assert done.stderr.endswith("可以先试 qa-audit formats map a.tsv\n")


def test_sniff_of_several_candidates_names_them_with_their_reasons(qa: Qa, tmp_path: Path) -> None:
    both = '[{"waiterSend": 1, "waiter": "w", "customer": "c", "sid": "s", "createdTime": 1764554404000, "content": "您好",'
    write(
        tmp_path,
        "a.json",
        both + ' "templateId": 101, "loginNick": "n", "buyerNick": "b", "messageId": "1.PNM", "time": "1"}]',
    )
    done = qa("formats", "sniff", "a.json")
    assert done.returncode == 2
    assert "--format" in done.stderr
    named = done.stderr.split("(")[1].split(")")[0].split("、")
    assert len(named) > 1
    assert all(f"也像      {name}:" in done.stdout for name in named)


def test_sniff_takes_folders_and_archives_and_reads_the_rest(qa: Qa, tmp_path: Path) -> None:
    (tmp_path / "导出").mkdir()
    write(tmp_path / "导出", "a.csv", GOOD)
    write(tmp_path / "导出", "b.csv", "甲,乙\n1,2\n")
    write(tmp_path / "导出", "c.doc", "x")
    with zipfile.ZipFile(tmp_path / "导出" / "z.zip", "w") as archive:
        archive.writestr("里/d.csv", GOOD.replace("s1", "s2"))
    (tmp_path / "导出" / "e.csv.gz").write_bytes(gzip.compress(GOOD.encode()))
    done = qa("formats", "sniff", "导出")
    assert done.returncode == 2
    heads = [line.split("(")[0] for line in done.stdout.splitlines() if line and line[0] != " "]
    assert heads == ["导出/a.csv", "导出/b.csv", "导出/e.csv.gz!/e.csv", "导出/z.zip!/里/d.csv"]
    assert done.stdout.count("读入 4 = 消息 2 + 隔离 2 + 重复 0") == 3
    assert "没有读 1 个不认识的文件:导出/c.doc" in done.stderr
    assert "导出/b.csv: 找不到需要的列" in done.stderr


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("a.csv", b"", "a.csv: 文件是空的。请重新导出"),
        ("a.csv", b"\0" * 100, "a.csv: 文件里全是空字节"),
        ("a.csv", bytes(range(128, 256)) * 40 + b"\n", "a.csv: 既不是 UTF-8 也不是 GB18030 的文本"),
        ("a.pdf", b"%PDF-1.7", "a.pdf: 这是PDF 文件"),
        ("a.xlsx", b"PK\x03\x04 broken", "a.xlsx: 打不开这个工作簿"),
        ("a.zip", b"PK\x03\x04 broken", "a.zip: 打不开这个压缩包"),
        ("a.csv", "会话ID,\x1b[31m时间,角色,\u202e内容\x07\ns,2026-12-01 10:00:00,客户,\x1b[2J在吗\n".encode(), "a.csv: 找不到需要的列"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["sniff", "map"])
def test_what_cannot_be_read(qa: Qa, tmp_path: Path, command: str, name: str, data: bytes, error: str) -> None:
    (tmp_path / name).write_bytes(data)
    done = qa("formats", command, name)
    hostile = "\x1b" in data.decode("utf-8", "ignore")
    assert done.returncode == (0 if command == "map" and hostile else 2)
    assert error in done.stderr or done.returncode == 0
    assert all(line.isprintable() for line in (done.stdout + done.stderr).splitlines())


def test_texts_cannot_steer_the_terminal_and_are_cut_to_its_width(
    qa: Qa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    write(tmp_path, "a.csv", "会话ID,角色,内容\n" + f"s\x1b[1m,客户,\x1b[2J\u202e在吗{'很长' * 200}\n" * 12)
    done = qa("formats", "sniff", "a.csv")
    assert done.returncode == 0
    assert "‹U+001B›" in done.stdout
    table = done.stdout.split("前 10 条")[1].split("\n\n")[0].splitlines()[1:]
    assert len(table) == 11
    assert max(map(width, table)) <= 80
    assert all(line.isprintable() for line in done.stdout.splitlines())


def test_a_wide_table(qa: Qa, tmp_path: Path) -> None:
    rows = ",".join("1" for _ in range(3_000)) + "\n"
    write(tmp_path, "a.csv", ",".join(f"列{i}" for i in range(3_000)) + "\n" + rows * 3)
    done = qa("formats", "sniff", "a.csv")
    assert done.returncode == 2
    assert "等 3000 列" in done.stdout
    assert len(done.stdout) < 2_000


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_of_a_huge_text_only_the_start_is_read(
    qa: Qa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(first_look, "START", 2_001)
    text = "会话ID,发送时间,角色,消息内容\n" + "".join(
        f's{i},2026-12-01 10:00:04,客户,"第{i}句\n在吗"\n' for i in range(500)
    )
    write(tmp_path, "a.csv", text, encoding)
    done = qa("formats", "sniff", "a.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert "很大,只看了开头的一段" in done.stdout
    read = int(done.stdout.split("读入 ")[1].split(" ")[0])
    assert 0 < read < 100
    assert f"消息 {read} + 隔离 0" in done.stdout


def test_of_a_huge_json_array_the_cut_is_no_broken_row(qa: Qa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_look, "START", 5_000)
    one = '{"session_id": "s%d", "role": "客户", "text": "在吗"}'
    write(tmp_path, "a.json", "[" + ",".join(one % i for i in range(1_000)) + "]")
    done = qa("formats", "sniff", "a.json")
    assert done.returncode == 0
    assert "+ 隔离 0" in done.stdout


def test_map_proposes_and_sniff_then_reads(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a.tsv", UNKNOWN)
    done = qa("formats", "map", "a.tsv", "--out", "mapping.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "a.tsv:确定 4 列,不确定 0 列" in done.stdout
    assert "不确定 roles 的 收:像 customer," in done.stdout
    assert done.stdout.endswith("再 qa-audit formats sniff a.tsv --mapping mapping.yaml\n")
    path = tmp_path / "mapping.yaml"
    mapping = load_mapping(path)
    assert (mapping.format, mapping.delimiter) == ("csv", "\t")
    assert dict(mapping.columns) == {"session_id": "流水号", "sent_at": "记录时刻", "role": "收发", "text": "正文"}
    assert qa("formats", "sniff", "a.tsv", "--mapping", "mapping.yaml").returncode == 2  # nothing is guessed of roles
    agreed = [
        line.removeprefix("# ") if line.startswith(("#   ", "# roles")) else line
        for line in path.read_text().splitlines()
    ]
    path.write_text("\n".join(agreed), "utf-8")
    done = qa("formats", "sniff", "a.tsv", "--mapping", "mapping.yaml")
    assert (done.returncode, "读入 50 = 消息 50" in done.stdout) == (0, True)
    assert "客户  —     文本  什么时候发货呀0" in done.stdout


def test_map_prints_the_file_and_talks_on_stderr(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a.tsv", UNKNOWN)
    first, again = qa("formats", "map", "a.tsv"), qa("formats", "map", "a.tsv")
    assert first == again
    (tmp_path / "m.yaml").write_text(first.stdout, "utf-8")
    assert load_mapping(tmp_path / "m.yaml").columns["text"] == "正文"
    assert "--mapping mapping.yaml" in first.stderr
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["a.tsv", "m.yaml"]


def test_map_overwrites_only_by_force(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a.tsv", UNKNOWN)
    write(tmp_path, "m.yaml", "old")
    done = qa("formats", "map", "a.tsv", "--out", "m.yaml")
    assert (done.returncode, (tmp_path / "m.yaml").read_text()) == (2, "old")
    assert "--force" in done.stderr
    assert qa("formats", "map", "a.tsv", "--out", "m.yaml", "--force").returncode == 0
    assert load_mapping(tmp_path / "m.yaml").columns
    done = qa("formats", "map", "a.tsv", "--out", "没有/m.yaml")
    assert (done.returncode, "没有/m.yaml: 写不了" in done.stderr) == (2, True)


def test_map_of_a_table_without_header_and_with_stray_quotes(qa: Qa, tmp_path: Path) -> None:
    text = UNKNOWN.split("\n", 1)[1].replace("您好", '"您好').replace("在吗", '在"吗')
    write(tmp_path, "a.txt", text)
    assert "这一行像数据,不像列名:多半没有表头" in qa("formats", "sniff", "a.txt").stdout
    done = qa("formats", "map", "a.txt", "--out", "m.yaml")
    assert done.returncode == 0
    mapping = load_mapping(tmp_path / "m.yaml")
    assert (mapping.header, mapping.quoting, mapping.columns["text"]) == ((), "none", 4)


def test_map_skips_titles_above_the_header(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "聊天记录导出,,,\n" + UNKNOWN.replace("您好,", "您好").replace("\t", ","))
    done = qa("formats", "map", "a.csv", "--out", "m.yaml")
    assert done.returncode == 0
    assert load_mapping(tmp_path / "m.yaml").columns["text"] == "正文"
    assert "→ text" in qa("formats", "sniff", "a.csv", "--mapping", "m.yaml").stdout


def test_map_takes_the_fullest_sheet_of_a_workbook(qa: Qa, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    book.add_worksheet("说明").write(0, 0, "由系统导出")
    sheet = book.add_worksheet("记录")
    for number, line in enumerate(UNKNOWN.splitlines()):
        sheet.write_row(number + 2, 0, line.split("\t"))
    book.close()
    done = qa("formats", "map", "a.xlsx", "--out", "m.yaml")
    assert (done.returncode, "看的是行数最多的 a.xlsx#记录" in done.stdout) == (0, True)
    done = qa("formats", "sniff", "a.xlsx", "--mapping", "m.yaml")
    assert "表头      第 3 行" in done.stdout
    assert "列        正文     → text 消息原文" in done.stdout


def test_map_of_an_export_that_needs_none(qa: Qa, tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "".join(GOOD.splitlines(keepends=True)[:3]))
    done = qa("formats", "map", "a.csv")
    assert (done.returncode, "不用映射文件也读得懂" in done.stderr) == (0, True)
    write(tmp_path, "b.json", '{"response":"push","message":{"msg_id":"1","type":0,"content":"在吗","from":{"role":"user","uid":"1"},"to":{"role":"mall_cs","mall_id":"2"},"ts":"1764554404"}}')  # fmt: skip
    done = qa("formats", "map", "b.json")
    assert (done.returncode, "列由格式决定" in done.stderr) == (2, True)


def test_map_takes_one_file_also_out_of_an_archive(qa: Qa, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.tsv", UNKNOWN)
        archive.writestr("b.csv", GOOD)
    done = qa("formats", "map", "z.zip")
    assert (done.returncode, "每次只看一个文件。请写明是哪一个:z.zip!/a.tsv、z.zip!/b.csv" in done.stderr) == (2, True)
    assert "text: 正文" in qa("formats", "map", "z.zip!/a.tsv").stdout
    assert qa("formats", "map", "z.zip!/c.tsv").returncode == 2
    assert qa("formats", "map", os.fspath(tmp_path / "没有.csv")).returncode == 2


def test_map_of_two_header_rows_names_the_columns_as_reading_joins_them(qa: Qa, tmp_path: Path) -> None:
    lines = ["会话,,消息,", "流水,谁,时刻,讲的话"]
    for s in range(8):
        said = ("还有货吗", "您好请稍等", "什么时候发货呀", "今天就能发出的亲")
        lines += [f"K{s}x,{'客接'[i % 2]}线,2026-12-01 10:{s:02}:{i:02},{said[i]}{s}" for i in range(4)]
    write(tmp_path, "a.csv", "\n".join(lines) + "\n")
    assert qa("formats", "map", "a.csv", "--out", "m.yaml").returncode == 0
    proposed = re.sub(r"(?m)^# (roles:|  )", r"\1", (tmp_path / "m.yaml").read_text("utf-8"))
    assert all(name in proposed for name in ("session_id: 会话流水", "sent_at: 消息时刻", "text: 消息讲的话"))
    assert "[客线]" in proposed
    assert "谁]" not in proposed
    write(tmp_path, "m.yaml", proposed)
    assert "消息 32 + 隔离 0" in qa("formats", "sniff", "a.csv", "--mapping", "m.yaml").stdout
