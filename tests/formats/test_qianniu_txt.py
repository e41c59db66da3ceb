"""千牛 text: every way in which nick and time are written, who is who, and lines that only look like a header."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.errors import ExportError
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.qianniu_lines import cut, lines_of
from qa_audit.formats.qianniu_txt import read_qianniu_txt
from qa_audit.formats.sheet import Source
from qa_audit.ingest import Ingested, ingest
from tests.formats.canonical import quarantined, read_export, table

ASK = "晚风2026-12-1 10:00:00\n在吗\n"
REPLY = "店:小棠2026-12-1 10:00:05\n在的\n已读\n"


def read(folder: Path, text: str, mapping: str = "") -> Ingested:
    return read_export(folder, text, "qianniu-txt", mapping)


def codes(found: Ingested) -> list[str]:
    return [notice.code for notice in found.notices if notice.code not in ("cut_sessions", "no_time")]


@pytest.mark.parametrize("head", [
    "晚风2026-12-1 9:05:04", "晚风 2026-12-01 09:05:04", "[晚风] 2026-12-01 09:05:04", "【晚风】2026-12-01 09:05:04",
    "晚风\n2026-12-01 09:05:04", "[晚风]\n2026-12-1 9:05:04", "  晚风  2026/12/1 9:05:04 ", "晚风(2026-12-01 09:05:04)",
    "晚风 (2026-12-01 09:05:04)", "晚风\u00a02026-12-01\u00a009:05:04", "晚风 --> 店:小棠 2026-12-01 09:05:04",
    "晚风\t2026-12-01  09:05:04",
])  # fmt: skip
def test_ways_to_write_nick_and_time(tmp_path: Path, head: str) -> None:
    found = read(tmp_path, f"{head}\n在吗\n{REPLY}")
    assert table(found, "role", "agent_id", "customer_id", "shop", "text", "seen", "source_row") == [
        ("customer", None, "晚风", "店", "在吗", None, 1),
        ("agent", "店:小棠", "晚风", "店", "在的", True, 3 + head.count("\n")),
    ]
    assert [f"{each[0]:%H:%M:%S}" for each in table(found, "sent_at")] == ["01:05:04", "02:00:05"]
    assert found.quarantine.num_rows == 0
    assert not codes(found)


def test_a_nick_that_ends_in_digits_and_times_without_seconds(tmp_path: Path) -> None:
    found = read(tmp_path, f"tb12026-12-1 9:05\n在吗\n{REPLY}")
    assert table(found, "customer_id", "time_resolution") == [("tb1", "minute"), ("tb1", "second")]


@pytest.mark.parametrize(("body", "texts", "seen"), [
    ("一\n\n二\n\n已读", ["一\n\n二"], True), ("一\n未读", ["一"], False), ("一\n发送中\n", ["一"], None), ("一", ["一"], None),
    ("已读\n一", ["已读\n一"], None), ("  缩进\n\t制表\n已读", ["  缩进\n\t制表"], True), ("一\u2028二\x0b三\n已读", ["一\u2028二\x0b三"], True),
])  # fmt: skip
def test_texts_and_read_marks_of_staff(tmp_path: Path, body: str, texts: list[str], seen: bool | None) -> None:
    found = read(tmp_path, f"{ASK}店:小棠2026-12-1 10:00:05\n{body}\n\n")
    assert [(each["text"], each["seen"]) for each in found.messages.to_pylist()[1:]] == [(text, seen) for text in texts]


def test_a_customer_may_write_the_words_of_a_read_mark(tmp_path: Path) -> None:
    found = read(tmp_path, f"{REPLY}晚风2026-12-1 10:01:00\n显示\n已读\n")
    assert table(found, "text", "seen")[1] == ("显示\n已读", None)


@pytest.mark.parametrize(("body", "seen"), [("\n\n已读", True), ("已读", True), ("", None), ("\n发送中", None)])
def test_an_empty_body_is_a_message_that_could_not_be_copied(tmp_path: Path, body: str, seen: bool | None) -> None:
    """An image is: without it its sender would have been silent."""
    found = read(
        tmp_path, f"{ASK}店:小棠2026-12-1 10:00:05\n{body}\n晚风2026-12-1 10:01:00\n好\n晚风2026-12-1 10:01:01\n"
    )
    assert table(found, "role", "kind", "text", "seen")[1:] == [
        ("agent", "other", None, seen), ("customer", "text", "好", None), ("customer", "other", None, None),
    ]  # fmt: skip
    assert (found.quarantine.num_rows, found.gaps) == (0, ())


@pytest.mark.parametrize(("body", "rows"), [
    ("当前用户来自 商品详情页\n枕套\n¥ 39.00\nhttps://x.invalid/1\n在吗", [("system", "card"), ("customer", "text")]),
    ("当前用户来自 商品详情页\n枕套\n¥\n39.00\n", [("system", "card")]),
    ("当前用户来自 商品详情页\n在吗\n能便宜吗", [("system", "card"), ("customer", "text")]),
    ("当前用户来自 商品详情页", [("system", "card")]),
    ("由 服务助手 转交给 店:青禾\n原因:【离线留言自动分配】", [("system", "transfer")]),
    ("由 服务助手 转交给 店:青禾\n你好", [("system", "transfer"), ("customer", "text")]),
    ("https://item.taobao.com/item.htm?id=1", [("customer", "card")]),
    ("https://example.invalid/pay", [("customer", "text")]),
    ("枕套\n¥39\nhttps://item.taobao.com/1", [("customer", "text")]),
    ("¥39\nhttps://x.invalid/1", [("customer", "card")]), ("¥39", [("customer", "text")]),
    ("由 服务助手 转交给 店:青禾\n原因：【离线留言自动分配】\n什么时候发货", [("system", "transfer"), ("customer", "text")]),
    ("原因：【离线留言自动分配】", [("system", "transfer")]), ("原因:不想要了", [("customer", "text")]),
    ("什么时候发货\n由 服务助手 转交给 店:青禾\n原因：【自动】", [("customer", "text"), ("system", "transfer")]),
    ("当前用户来自 商品详情页\n枕套\n￥\n39.00\n在吗", [("system", "card"), ("customer", "text")]),
    ("在吗\n当前用户来自 商品详情页\n枕套\n￥ 39.00\nhttps://x.invalid/1\n急",
     [("customer", "text"), ("system", "card"), ("customer", "text")]),
    ("当前用户来自 商品详情页\n在吗\n\n能便宜吗", [("system", "card"), ("customer", "text")]),
    ("看这个\n商品推荐\n被套\n¥ 99\n毯子\n¥ 9", [("customer", "text"), ("customer", "card")]),
    ("商品推荐\n被套\n¥ 99\n要这个", [("customer", "card"), ("customer", "text")]),
    ("有没有\n商品推荐\n没看到", [("customer", "text")]), ("商品推荐", [("customer", "text")]),
    ("[图片]", [("customer", "image")]), ("晚风 撤回了一条消息", [("customer", "recall")]),
])  # fmt: skip
def test_cards_and_words_of_the_system(tmp_path: Path, body: str, rows: list[tuple[str, str]]) -> None:
    found = read(tmp_path, f"晚风2026-12-1 10:00:00\n{body}\n{REPLY}")
    assert table(found, "role", "kind") == [*rows, ("agent", "text")]
    told = "\n".join(each[0] for each in table(found, "text")[: len(rows)])
    assert told.replace("\n\n", "\n") == body.strip().replace("\n\n", "\n")


def test_a_read_mark_above_a_card_of_the_system(tmp_path: Path) -> None:
    found = read(tmp_path, ASK + REPLY + "当前用户来自 商品详情页\n枕套\n¥ 39\n")
    assert table(found, "role", "kind", "text", "seen", "source_row")[1:] == [
        ("agent", "text", "在的", True, 3), ("system", "card", "当前用户来自 商品详情页\n枕套\n¥ 39", True, 6),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["原因：快递延误了亲", "原因:快递延误", "由我帮您转交给售后哦", "由我们的小助手转交给仓库:明天发"]
)
def test_what_an_agent_says_of_a_hand_over_is_an_answer(tmp_path: Path, text: str) -> None:
    found = read(tmp_path, f"{ASK}店:小棠2026-12-1 10:00:05\n{text}\n已读\n")
    assert table(found, "role", "kind", "text")[1] == ("agent", "text", text)


def test_a_recall_without_a_time_is_kept_beside_the_messages(tmp_path: Path) -> None:
    found = read(tmp_path, f"{ASK}晚风 撤回了一条消息\n{REPLY}你撤回了一条消息\n")
    assert quarantined(found) == [(3, "no_header"), (7, "no_header")]
    assert found.quarantine["raw"].to_pylist() == ["晚风 撤回了一条消息", "你撤回了一条消息"]
    assert found.gaps == ()
    assert (
        read(tmp_path, f"{ASK}小红 撤回了一条消息\n{REPLY}").messages["text"][0].as_py() == "在吗\n小红 撤回了一条消息"
    )


def test_what_the_cut_left_over_is_not_lost(tmp_path: Path) -> None:
    found = read(tmp_path, f"\n发货了吗\n急\n{ASK}{REPLY}")
    assert quarantined(found) == [(2, "no_header")]
    assert found.quarantine["raw"].to_pylist() == ["发货了吗\n急"]
    assert len(found.gaps) == 1


@pytest.mark.parametrize("line", [
    "预计送达2026-12-03 18:00:00", "预计到货:最晚 2026-12-03 18:00:00", "付款时间\n2026-11-30 09:58:03", "发货时间:2026-12-03 18:00:00",
])  # fmt: skip
def test_a_time_in_a_text_makes_nobody_speak(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, f"{ASK}店:小棠2026-12-1 10:00:05\n亲\n{line}\n到\n已读\n晚风2026-12-1 10:01:00\n好\n")
    assert table(found, "text") == [("在吗",), (f"亲\n{line}\n到",), ("好",)]
    assert codes(found) == ([] if line.startswith("发货") else ["unsure_headers"])


def test_a_time_at_the_very_end_of_a_text(tmp_path: Path) -> None:
    found = read(tmp_path, f"{ASK}店:小棠2026-12-1 10:00:05\n预计送达2026-12-03 18:00:00\n")
    assert table(found, "text") == [("在吗",), ("预计送达2026-12-03 18:00:00",)]


def test_a_pasted_chat_loses_nothing_and_is_told(tmp_path: Path) -> None:
    pasted = "店:青禾2026-11-20 15:00:00\n保证不掉色\n晚风2026-11-20 15:01:00\n好\n"
    found = read(tmp_path, f"{REPLY}晚风2026-12-1 10:01:00\n你们说过\n{pasted}{REPLY.replace('00:05', '02:05')}")
    assert found.messages.num_rows == 5
    assert codes(found) == ["unsure_headers"]
    assert "第 6 行" in found.notices[0].text


@pytest.mark.parametrize(("time", "reason"), [
    ("2026-13-45 10:00:01", "bad_time"), ("2026-12-1 25:61:00", "bad_time"), ("1900-01-01 00:00:00", "time_out_of_range"),
    ("2999-01-01 00:00:00", "time_out_of_range"),
])  # fmt: skip
def test_impossible_times(tmp_path: Path, time: str, reason: str) -> None:
    found = read(tmp_path, f"{ASK}{REPLY}晚风 {time}\n好\n")
    assert quarantined(found) == [(6, reason)]


def test_damaged_bytes_cost_their_own_message(tmp_path: Path) -> None:
    data = (ASK + REPLY).encode() + "小".encode() + b"\xff 2026-12-1 10:00:09\n\xe5\xa5\xbd\n"
    found = read_export(tmp_path, data, "qianniu-txt")
    assert quarantined(found) == [(6, "bad_encoding")]
    assert found.messages.num_rows == 2


@pytest.mark.parametrize("text", ["", "在吗\n", "\n" * 1000, "2026-12-01 10:00:00\n" * 3, "x" * 1_000_000])
def test_no_chat_at_all(text: str) -> None:
    with pytest.raises(ExportError, match=r"a\.txt"):
        read_qianniu_txt(Source("a.txt", text.encode()))


def test_the_same_chat_copied_twice_is_one(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(ASK + REPLY, "utf-8")
    found = ingest([str(tmp_path)])
    assert (found.messages.num_rows, found.duplicates) == (2, 2)


LINES: list[Any] = [
    "晚风2026-12-1 10:00:00", "店:小棠 2026-12-1 10:00:05", "[小鹿] 2026-12-01 10:01", "小鹿", "2026-12-1 10:02:00", "店:小棠 --> 店:青禾 2026-12-1 9:00:00",
    "在吗", "", "已读", "当前用户来自 商品详情页", "¥ 3", "https://item.taobao.com/1", "晚风 撤回了一条消息", "客户:晚风", "------", "由 服务助手 转交给 店:青禾", "原因：【自动】", "商品推荐", "与小鹿的聊天记录",
]  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=25))
def test_every_line_is_somewhere(lines: list[str]) -> None:
    """Each line with something in it is of a header, of a message, of a title, or set aside, and of one only."""
    script = cut(lines_of("\n".join(lines)), Mapping())
    found = [number for number, _ in script.strays] + list(script.skipped)
    for entry in script.entries:
        found += [*range(entry.header.line, entry.header.body), *(number for number, _ in entry.lines)]
    assert len(found) == len(set(found))
    assert set(found) >= {number for number, line in enumerate(lines) if line.strip()}
    try:
        sheet = read_qianniu_txt(Source("a.txt", "\n".join([*lines, ASK, REPLY]).encode()))[0]
    except ExportError:
        return
    assert len({*sheet.rows.tolist(), *(problem.row for problem in sheet.problems)}) == len(sheet.rows) + len(
        sheet.problems
    )
