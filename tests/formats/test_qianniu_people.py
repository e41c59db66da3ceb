"""千牛 text: who is staff, to whom a reply goes where several customers speak, titles, and hand-overs."""

from pathlib import Path

import pytest

from qa_audit.errors import ExportError
from qa_audit.ingest import ingest
from tests.formats.canonical import canonical, quarantined, table
from tests.formats.test_qianniu_txt import ASK, REPLY, codes, read


def test_a_hand_over_between_accounts(tmp_path: Path) -> None:
    move = "店:小棠 --> 店:青禾 2026-12-1 10:00:09\n原因:【离线留言自动分配】\n亲,我是青禾\n已读\n"
    found = read(tmp_path, ASK + REPLY + move)
    assert table(found, "role", "kind", "agent_id", "customer_id", "text")[2:] == [
        ("system", "transfer", None, "晚风", "店:小棠 --> 店:青禾\n原因:【离线留言自动分配】"),
        ("agent", "text", "店:小棠", "晚风", "亲,我是青禾"),
    ]


@pytest.mark.parametrize(("head", "body"), [
    ("店:小棠 --> 店:青禾", "原因：【离线留言自动分配】"), ("服务助手 --> 店:青禾", "由 服务助手 转交给 店:青禾"),
    ("店:小棠", "由 服务助手 转交给 店:青禾\n原因：【离线留言自动分配】"), ("服务助手", "由 服务助手 转交给 店:青禾"),
])  # fmt: skip
def test_a_hand_over_is_said_by_nobody(tmp_path: Path, head: str, body: str) -> None:
    reply = "店:青禾 2026-12-1 10:01:00\n今晚就发\n"
    found = read(tmp_path, f"{ASK}{head} 2026-12-1 10:00:05\n{body}\n{reply}")
    assert table(found, "role", "kind", "agent_id", "customer_id")[1:] == [
        ("system", "transfer", None, "晚风"), ("agent", "text", "店:青禾", "晚风"),
    ]  # fmt: skip
    assert (found.quarantine.num_rows, codes(found)) == (0, [])


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


OTHER = "小鹿2026-12-1 10:02:00\n发货吗\n店:小棠2026-12-1 10:02:09\n发\n"


@pytest.mark.parametrize(
    "title", ["与小鹿的聊天记录\n", "聊天对象：小鹿\n", "聊天对象:小鹿\n----------\n", "----------\n买家:小鹿\n"]
)
def test_a_title_directly_below_a_text(tmp_path: Path, title: str) -> None:
    found = read(tmp_path, f"聊天对象:晚风\n{ASK}{REPLY}{title}{OTHER}")
    assert table(found, "customer_id", "text") == [
        ("晚风", "在吗"),
        ("晚风", "在的"),
        ("小鹿", "发货吗"),
        ("小鹿", "发"),
    ]
    assert (found.quarantine.num_rows, codes(found)) == (0, ["skipped_rows"])


@pytest.mark.parametrize("line", ["客户:晚风", "客户:小红", "聊天对象:小鹿"])
def test_a_line_like_a_title_in_a_text(tmp_path: Path, line: str) -> None:
    """Nobody speaks next whom it names, or who spoke already."""
    found = read(tmp_path, f"{ASK}{REPLY.replace('在的', '在的' + chr(10) + line)}晚风2026-12-1 10:01:00\n好\n")
    assert table(found, "customer_id", "text") == [("晚风", "在吗"), ("晚风", f"在的\n{line}"), ("晚风", "好")]


def test_somebody_else_under_a_title(tmp_path: Path) -> None:
    """From there on nobody knows to whom a reply goes that does not say it."""
    addressed = "店:小棠 --> 小鹿 2026-12-1 10:03:00\n发了\n"
    found = read(tmp_path, f"聊天对象:晚风\n{ASK}{REPLY}{OTHER}{addressed}")
    assert table(found, "customer_id") == [("晚风",), ("晚风",), ("小鹿",), ("小鹿",)]
    assert quarantined(found) == [(9, "missing_session")]
    assert codes(found) == ["skipped_rows", "mixed_customers"]
    assert "(头一句在第 2、7 行),1 条客服消息" in found.notices[1].text
    assert len(found.gaps) == 2


def test_full_width_marks(tmp_path: Path) -> None:
    found = read(tmp_path, f"晚风（2026-12-01 10:00:00）\n在吗\n{REPLY}店：小棠 2026-12-01 10:01:00\n在呢\n")
    assert table(found, "role", "agent_id", "customer_id", "shop")[1:] == [("agent", "店:小棠", "晚风", "店")] * 2
    found = read(tmp_path, f"{ASK}店：小棠 2026-12-01 10:01:00\n在呢\n")
    assert table(found, "role", "agent_id", "customer_id", "shop")[1:] == [("agent", "店:小棠", "晚风", "店")]
    found = read(tmp_path, f"{ASK}{REPLY}发货时间：今天 2026-12-01 10:00:30\n对吧\n{ASK.replace('00:00', '01:00')}")
    assert table(found, "role", "shop")[1] == ("customer", "店")


def test_a_title_that_a_customer_wrote_is_not_believed(tmp_path: Path) -> None:
    found = read(tmp_path, f"晚风2026-12-1 10:00:00\n在吗\n\n客户:别人\n{REPLY}晚风2026-12-1 10:01:00\n好\n")
    assert quarantined(found) == [(5, "missing_session")]
    assert found.messages["customer_id"].to_pylist() == ["晚风", "晚风"]


def test_only_staff_speaks(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"a\.json: 看不出客户是谁"):
        read(tmp_path, REPLY)


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
