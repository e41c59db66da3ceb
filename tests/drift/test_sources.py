"""Files of one exporter are one source, whatever the date in their name."""

import pytest

from qa_audit.drift.sources import MOST_NAMES, source_keys, source_name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("导出/chat_2026-12-01.csv", "chat_#.csv"),
        ("/data/chat_20261201.csv", "chat_#.csv"),
        ("chat_2026.12.01_2.csv", "chat_#.csv"),
        ("2026年12月1日 聊天.xlsx", "# 聊天.xlsx"),
        ("聊天记录 (3).xlsx", "聊天记录.xlsx"),
        ("聊天记录(1).xlsx", "聊天记录.xlsx"),
        ("聊天记录（2）.xlsx", "聊天记录.xlsx"),
        ("聊天记录 - 副本.xlsx", "聊天记录.xlsx"),
        ("昨天.xlsx", "昨天.xlsx"),
        ("下载/pack_1201.zip!/甲店/1201_a.csv", "pack_#.zip!/甲店/#_a.csv"),
        ("chat.csv.gz!/chat.csv", "chat.csv.gz!/chat.csv"),
        ("没有后缀", "没有后缀"),
    ],
)
def test_names_without_dates(file: str, name: str) -> None:
    assert source_name(file) == name


def test_a_name_neither_steers_a_terminal_nor_grows() -> None:
    name = source_name("导出/\x1b[31m" + "长" * 500 + "\u202e.csv")
    assert name.isprintable()
    assert len(name) <= 60


def test_a_file_per_customer_is_one_source() -> None:
    few = source_keys((f"{chr(97 + i)}.txt", "qianniu-txt") for i in range(20))
    many = source_keys((f"客户{'甲' * i}.txt", "qianniu-txt") for i in range(1, MOST_NAMES + 2))
    assert len(set(few.values())) == 20
    assert set(many.values()) == {("qianniu-txt", "*.txt")}
