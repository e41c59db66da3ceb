"""What a column at a time says of accounts is what `nickname_core` says of each."""

import random
from typing import Any

import pyarrow as pa
import pytest

from qa_audit.privacy.accounts import _holds, holding, lowered, worth_looking_for
from qa_audit.privacy.telling import cores, masked_manifest, masked_text
from qa_audit.texts.entities import nickname_core

ACCOUNTS = [
    "TB12345",
    "晴天",
    " 晴天 娃娃 ",
    "ｔｂ１２３４５",
    "cntaobao晴天",
    "Taobaotb123",
    "tmall-1",
    "İzmir",
    "Σας",
    "ß1",
    "😀晴天",
    "",
    " ",
    "a",
    "晴\u3000天",
    "tb12345\u2028",
    "\x1ftb12345",
    "ＡＢＣ",
    "𠮷野",
    "甲·乙",
]


def drawn(seed: int, count: int) -> list[str]:
    """Return short texts of the signs that fold in ways of their own."""
    draw = random.Random(seed)
    parts = [
        "tb12",
        "345",
        "晴天",
        "娃",
        "Ａ",
        "ａ",
        "A",
        "İ",
        " ",
        "\u3000",
        "cntaobao",
        "tmall",
        "-",
        "_",
        "１",
        "😀",
        ".",
    ]
    return ["".join(draw.choices(parts, k=draw.randrange(1, 5))) for _ in range(count)]


def test_plain_accounts_fold_to_their_lower_case() -> None:
    texts = ACCOUNTS + drawn(1, 500)
    plain, lower = lowered(pa.array(texts))
    told = [(text, low) for text, low, sure in zip(texts, lower.to_pylist(), plain.tolist(), strict=True) if sure]
    assert len(told) > 50
    assert [low for _, low in told] == [nickname_core(text) for text, _ in told]
    assert plain.tolist()[:2] == [True, True]


def test_null_and_empty_accounts_are_held_by_none() -> None:
    assert holding(pa.array(["a", "b", "c"]), pa.array([None, "", "c"])).tolist() == [False, False, True]
    assert holding(pa.array([], pa.string()), pa.array([], pa.string())).tolist() == []


@pytest.mark.parametrize("file", ["sheet.xlsx#{}", "logs/{}.csv", "2026-{}_客服.txt", "导出{}.xlsx"])
def test_no_account_in_a_name_of_a_file_is_overlooked(file: str) -> None:
    accounts = ACCOUNTS + drawn(2, 120)
    known = cores(accounts)
    for account in accounts:
        path = file.format(account.strip())
        assert masked_manifest({"path": path}, [pa.array(accounts[:9]), pa.array(accounts[9:])]) == {
            "path": masked_text(path, known)
        }, path


def test_only_accounts_that_may_be_there_are_looked_for() -> None:
    columns: list[Any] = [pa.chunked_array([["TB12345", "tb99999", None], ["晴天娃娃", "小明"]]), pa.array(["小明"])]
    assert worth_looking_for(columns, {"小明", "\udcff"}, ["导出tb12345.csv"]) == {"TB12345", "小明"}
    assert worth_looking_for([], {"小明"}, []) == set()


def test_ids_hold_accounts_as_they_do_one_by_one() -> None:
    ids, customers = drawn(3, 2_000), drawn(4, 2_000)
    expected = [bool(who and _holds(each, who)) for each, who in zip(ids, customers, strict=True)]
    assert holding(pa.array(ids), pa.array(customers)).tolist() == expected
    assert 20 < sum(expected) < 1_900
