"""Sentences of the program's own are masked, and stay of use: the file can be found, the session looked up."""

import pyarrow as pa
import pytest

from qa_audit.authoring.sniff_text import path_of
from qa_audit.ingest.first_look import FirstLook
from qa_audit.privacy.telling import cores, masked_manifest, masked_output, masked_text
from qa_audit.schema import MESSAGES

LONG = "1234567890123456789"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a.csv: 时间看不懂(值是 13800138000)", "a.csv: 时间看不懂(值是 138****8000)"),
        ("导出_20261201093000.csv: 读不出来", "导出_20261201093000.csv: 读不出来"),
        ("值是 20261201093000", "值是 **********3000"),
        ("logs/13800138000/a.csv:12: x", "logs/138****8000/a.csv:12: x"),
        ("a.zip!/内/13800138000.xlsx", "a.zip!/内/138****8000.xlsx"),
        (f"{LONG}.csv: 订单号{LONG}", f"{LONG}.csv: 订单号***************6789"),
        (f"--session {LONG}: 没有这个会话", f"--session {LONG}: 没有这个会话"),
        (f"会话 {LONG} 的", f"会话 {LONG} 的"),
        (f"值是 {LONG}", "值是 ***************6789"),
        ("/var/tmp/pytest-of-you/x/a.yaml:3:5: E101", "/var/tmp/pytest-of-you/x/a.yaml:3:5: E101"),
        ("读入 517 行 = 消息 511 + 隔离 5 + 重复 1", "读入 517 行 = 消息 511 + 隔离 5 + 重复 1"),
        ("", ""),
    ],
)
def test_sentences(text: str, masked: str) -> None:
    assert masked_text(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("晴天娃娃.csv: 坏了", "****.csv: 坏了"),
        ("logs/晴天娃娃与小棠_1.txt", "logs/****与小棠_1.txt"),
        ("logs/CNTAOBAO晴天娃娃.txt: 晴天娃娃", "logs/************.txt: 晴天娃娃"),
        ("logs/晴天.txt", "logs/晴天.txt"),
        ("logs/小铺与晴天娃娃的聊天.txt", "logs/小铺与****的聊天.txt"),
        ("logs/和晴天娃娃聊tb12345.txt", "logs/和****聊*******.txt"),
        ("logs/atb12345b.txt", "logs/atb12345b.txt"),
        ("tb12345.csv", "*******.csv"),
        ("2026.csv", "2026.csv"),
        ("聊天.xlsx#晴天娃娃: 没有发送时间", "聊天.xlsx#****: 没有发送时间"),
        ("夜/聊天.xlsx#晴天 娃娃", "夜/聊天.xlsx#*****"),
        ("聊天.xlsx#晴天 娃娃(等 2 张表): 少了", "聊天.xlsx#*****(等 2 张表): 少了"),
        ("聊天.xlsx#12月 1日: 晴天", "聊天.xlsx#12月 1日: 晴天"),
    ],
)
def test_customers_in_names_of_files(text: str, masked: str) -> None:
    assert (
        masked_text(text, cores(["晴天娃娃", "晴天 娃娃", "cntaobao晴天娃娃", "TB12345", "2026", "x", None])) == masked
    )


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("手机13800138000", "手机138****8000"),
        ('{"seconds": 0.13812345678, "n": 3}', '{"seconds": 0.13812345678, "n": 3}'),
        (f'"session_id": "{LONG}"', f'"session_id": "{LONG}"'),
        ("平均分 87.6", "平均分 87.6"),
    ],
)
def test_output(text: str, masked: str) -> None:
    assert masked_output(text) == masked


def test_every_text_of_a_manifest_is_masked_but_digests() -> None:
    digest = "a13800138000b" * 4
    manifest = {
        "notices": [{"code": "x", "text": "值是 13800138000", "file": "甲乙丙.csv"}],
        "inputs": [{"path": "logs/甲乙丙.csv", "sha256": digest, "rows": 3, "format": None}],
        "sources": {"a": {"roles": ["13800138000"]}},
        "counts": {"read": 13800138000},
    }
    assert masked_manifest(manifest, [pa.chunked_array([["甲乙丙", None], ["甲乙丙"]])]) == {
        "notices": [{"code": "x", "text": "值是 138****8000", "file": "***.csv"}],
        "inputs": [{"path": "logs/***.csv", "sha256": digest, "rows": 3, "format": None}],
        "sources": {"a": {"roles": ["138****8000"]}},
        "counts": {"read": 13800138000},
    }


def test_long_lines_take_no_long_time() -> None:
    assert len(masked_text("a.b" + "x" * 200_000 + "/")) == 200_004


def test_the_name_of_a_file_that_is_sniffed_hides_its_customer() -> None:
    first = pa.Table.from_pylist([{"customer_id": "橘子汽水加糖"}], schema=MESSAGES)
    assert path_of(FirstLook("与橘子汽水加糖的聊天.txt", 3, first=first)) == "与******的聊天.txt"
