"""千牛 text: every way in which nick and time are written, who is who, and lines that only look like a header."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.errors import ExportError
from qa_audit.formats import detect
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.qianniu_lines import cut, lines_of
from qa_audit.formats.qianniu_txt import read_qianniu_txt
from qa_audit.formats.sheet import Source
from qa_audit.ingest import Ingested, ingest
from tests.formats.canonical import canonical, quarantined, read_export, table

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


def test_an_empty_body_is_no_message(tmp_path: Path) -> None:
    found = read(tmp_path, f"{ASK}{REPLY}店:小棠2026-12-1 10:00:09\n已读\n晚风2026-12-1 10:01:00\n好\n")
    assert quarantined(found) == [(6, "empty_text")]


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
    ("[图片]", [("customer", "image")]), ("晚风 撤回了一条消息", [("customer", "recall")]),
])  # fmt: skip
def test_cards_and_words_of_the_system(tmp_path: Path, body: str, rows: list[tuple[str, str]]) -> None:
    found = read(tmp_path, f"晚风2026-12-1 10:00:00\n{body}\n{REPLY}")
    assert table(found, "role", "kind") == [*rows, ("agent", "text")]
    assert "\n".join(each[0] for each in table(found, "text")[: len(rows)]) == body.strip()


def test_a_hand_over_between_accounts(tmp_path: Path) -> None:
    move = "店:小棠 --> 店:青禾 2026-12-1 10:00:09\n原因:【离线留言自动分配】\n亲,我是青禾\n已读\n"
    found = read(tmp_path, ASK + REPLY + move)
    assert table(found, "role", "kind", "agent_id", "customer_id", "text")[2:] == [
        ("system", "transfer", None, "晚风", "店:小棠 --> 店:青禾\n原因:【离线留言自动分配】"),
        ("agent", "text", "店:小棠", "晚风", "亲,我是青禾"),
    ]


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


def test_the_shop_itself_is_staff(tmp_path: Path) -> None:
    found = read(tmp_path, f"{ASK}{REPLY}店2026-12-1 10:00:09\n亲,久等了\n")
    assert table(found, "role", "agent_id")[2] == ("agent", "店")


@pytest.mark.parametrize(("nick", "role"), [
    ("admin", "customer"), ("小二", "customer"), ("机器人", "bot"), ("系统", "system"), ("店: 小 美", "agent"), ("店:小美", "agent"),
    ("cntaobao店:小美", "agent"),
])  # fmt: skip
def test_what_a_nick_says_beside_a_sub_account(tmp_path: Path, nick: str, role: str) -> None:
    found = read(tmp_path, f"{ASK}{REPLY}{nick} 2026-12-1 10:00:09\n好\n{ASK.replace('00:00', '01:00')}")
    by_text = dict(zip(found.messages["text"].to_pylist(), found.messages["role"].to_pylist(), strict=True))
    assert by_text["好"] == role


def test_words_for_people_where_there_is_no_sub_account(tmp_path: Path) -> None:
    found = read(tmp_path, "[客服] 2026-12-1 10:00:00\n您好\n[买家] 2026-12-1 10:00:05\n在吗\n")
    assert table(found, "role", "agent_id", "customer_id") == [("agent", "客服", "买家"), ("customer", None, "买家")]


def test_nobody_guesses_who_is_staff(tmp_path: Path) -> None:
    text = "小棠2026-12-1 10:00:00\n您好\n晚风2026-12-1 10:00:05\n在吗\n"
    with pytest.raises(
        ExportError, match=r"a\.json: 看不出谁是客服.*第 1 行的“小\*\*”、第 3 行的“晚\*\*”.*roles: \{agent"
    ):
        read(tmp_path, text)
    found = read(tmp_path, text, "roles: {agent: [小棠]}")
    assert table(found, "role", "agent_id", "customer_id") == [("agent", "小棠", "晚风"), ("customer", None, "晚风")]


def test_several_customers_in_one_text(tmp_path: Path) -> None:
    other = "小鹿2026-12-1 10:02:00\n发货吗\n店:小棠2026-12-1 10:02:09\n发\n"
    found = read(tmp_path, ASK + REPLY + other)
    assert table(found, "customer_id") == [("晚风",), ("小鹿",)]
    assert quarantined(found) == [(3, "missing_session"), (8, "missing_session")]
    assert codes(found) == ["mixed_customers"]
    addressed = (
        (ASK + REPLY + other).replace("店:小棠", "店:小棠 --> 晚风", 1).replace("店:小棠2026", "店:小棠 -> 小鹿 2026")
    )
    assert table(read(tmp_path, addressed), "customer_id") == [("晚风",), ("晚风",), ("小鹿",), ("小鹿",)]
    titled = f"客户:晚风\n{ASK}{REPLY}\n---------\n与小鹿的聊天记录\n---------\n\n{other}"
    found = read(tmp_path, titled)
    assert table(found, "customer_id") == [("晚风",), ("晚风",), ("小鹿",), ("小鹿",)]
    assert (found.quarantine.num_rows, codes(found)) == (0, ["skipped_rows"])


def test_a_title_that_a_customer_wrote_is_not_believed(tmp_path: Path) -> None:
    found = read(tmp_path, f"晚风2026-12-1 10:00:00\n在吗\n\n客户:别人\n{REPLY}晚风2026-12-1 10:01:00\n好\n")
    assert quarantined(found) == [(5, "missing_session")]
    assert found.messages["customer_id"].to_pylist() == ["晚风", "晚风"]


def test_only_staff_speaks(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"a\.json: 看不出客户是谁"):
        read(tmp_path, REPLY)


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


@pytest.mark.parametrize("text", [ASK, f"\n\n{ASK}", f"与晚风的聊天记录\n\n{ASK}", "小棠\n2026-12-01 10:00:00\n在吗\n"])
@pytest.mark.parametrize("suffix", ["txt", "csv", "log"])
def test_recognised(text: str, suffix: str) -> None:
    assert detect(text.encode("gb18030"), f"a.{suffix}").name == "qianniu-txt"


@pytest.mark.parametrize("text", [
    "会话ID,时间\ns1,2026-12-01 10:00:00\n", "s1,客服,在吗,2026-12-01 10:00:00\n", "会话ID\t角色\t内容\t时间\ns\t客服\t在\t2026-12-01 10:00:00\n",
    "会话ID\n2026-12-01 10:00:00\ts,客服\n", '{"a": "晚风2026-12-01 10:00:00"}', "2026-12-01 10:00:00 晚风\n在吗\n",
])  # fmt: skip
def test_not_taken_for_a_chat(text: str) -> None:
    assert detect(text.encode(), "a.txt").name != "qianniu-txt"


@pytest.mark.parametrize("text", ["", "在吗\n", "\n" * 1000, "2026-12-01 10:00:00\n" * 3, "x" * 1_000_000])
def test_no_chat_at_all(text: str) -> None:
    with pytest.raises(ExportError, match=r"a\.txt"):
        read_qianniu_txt(Source("a.txt", text.encode()))


def test_chats_of_one_customer_in_several_files(tmp_path: Path) -> None:
    """A text per sub-account, or all in one; the order of files changes nothing."""
    texts = [ASK + REPLY, "晚风2026-12-1 10:05:00\n还在吗\n店:青禾2026-12-1 10:05:09\n在的\n"]
    results = []
    for name, files in {"one": ["".join(texts)], "two": texts, "turned": texts[::-1]}.items():
        (tmp_path / name).mkdir()
        for number, text in enumerate(files):
            (tmp_path / name / f"{number}.txt").write_text(text, "utf-8")
        results.append(canonical(ingest([str(tmp_path / name)])))
    assert results[0] == results[1] == results[2]
    assert len(set(table(ingest([str(tmp_path / "two")]), "session_id"))) == 1


def test_the_same_chat_copied_twice_is_one(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(ASK + REPLY, "utf-8")
    found = ingest([str(tmp_path)])
    assert (found.messages.num_rows, found.duplicates) == (2, 2)


LINES: list[Any] = [
    "晚风2026-12-1 10:00:00", "店:小棠 2026-12-1 10:00:05", "[小鹿] 2026-12-01 10:01", "小鹿", "2026-12-1 10:02:00", "店:小棠 --> 店:青禾 2026-12-1 9:00:00",
    "在吗", "", "已读", "当前用户来自 商品详情页", "¥ 3", "https://item.taobao.com/1", "晚风 撤回了一条消息", "客户:晚风", "------", "由 服务助手 转交给 店:青禾",
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
