"""千牛 text is known by its first lines, in every encoding, and no table or JSON is taken for it."""

from pathlib import Path

import pytest

from qa_audit.formats import detect, recognise
from tests.formats.canonical import read_export, table
from tests.formats.test_qianniu_txt import ASK


@pytest.mark.parametrize("text", [ASK, f"\n\n{ASK}", f"与晚风的聊天记录\n\n{ASK}", "小棠\n2026-12-01 10:00:00\n在吗\n"])
@pytest.mark.parametrize("suffix", ["txt", "csv", "log"])
def test_recognised(text: str, suffix: str) -> None:
    assert detect(text.encode("gb18030"), f"a.{suffix}").name == "qianniu-txt"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("head", ["[{}] ", "[{}]\n", "【{}】", "{}", "{}\r\n"])
def test_recognised_in_every_encoding(tmp_path: Path, head: str, encoding: str) -> None:
    heads = [f"{head.format(nick)}2026-12-01 10:00:0{at}\r\n" for at, nick in enumerate(("晚风", "店:小棠"), 1)]
    data = f"{heads[0]}在吗,亲\r\n{heads[1]}[图片]\r\n{heads[0]}要发票,急\r\n".encode(encoding)
    known, verdict = recognise(data, "a.txt")
    assert (known.name, verdict.sure) == ("qianniu-txt", True)
    found = read_export(tmp_path, data)
    assert table(found, "role", "kind") == [("customer", "text"), ("agent", "image"), ("customer", "text")]


@pytest.mark.parametrize("text", [
    "[晚风],在吗,2026-12-01 10:00:00\n", "[晚风];2026-12-01 10:00:00\n[晚风];2026-12-01 10:00:01\n",
    '["晚风", "2026-12-01 10:00:00"]', '[\n"晚风 2026-12-01 10:00:00"\n]', '[{"a":\n"晚风\n2026-12-01 10:00:00\n"}]',
    '甲,乙,"记录\n[晚风] 2026-12-01 10:00:00\n在吗"\n', '甲\t"记录\n晚风 2026-12-01 10:00:00\n在吗"\t乙\n',
])  # fmt: skip
def test_no_chat_though_it_looks_a_little_like_one(text: str) -> None:
    assert detect(text.encode(), "a.txt").name != "qianniu-txt"


@pytest.mark.parametrize("text", [
    "会话ID,时间\ns1,2026-12-01 10:00:00\n", "s1,客服,在吗,2026-12-01 10:00:00\n", "会话ID\t角色\t内容\t时间\ns\t客服\t在\t2026-12-01 10:00:00\n",
    "会话ID\n2026-12-01 10:00:00\ts,客服\n", '{"a": "晚风2026-12-01 10:00:00"}', "2026-12-01 10:00:00 晚风\n在吗\n",
])  # fmt: skip
def test_not_taken_for_a_chat(text: str) -> None:
    assert detect(text.encode(), "a.txt").name != "qianniu-txt"
