"""A proposed mapping: what is sure a careful person would accept, the rest is said to be unsure, and the file loads."""

import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.heading import both
from qa_audit.formats.mapping import Mapping, parse_mapping
from qa_audit.formats.proposing import Guess, Proposal, begins, mapping_file, propose, two_rows

ASKS = ("这件还有货吗", "什么时候发货呀", "可以便宜一点吗", "颜色和图片一样吗", "能开发票吗", "尺码偏大还是偏小")
ANSWERS = ("您好,请问有什么可以帮您", "请稍等,为您核实一下", "抱歉让您久等了", "亲,有货的,今天就能发出", "感谢您的支持")
AGENTS = ("小棠", "青禾", "阿远")

Cell = Callable[[int, int, bool], str]
"""(session, row, by the agent) → the cell."""


def cells(*columns: Cell, sessions: int = 10) -> list[list[str]]:
    """Return the rows of sessions of twelve messages that take turns, the customer first."""
    return [[cell(s, 12 * s + i, i % 2 == 1) for cell in columns] for s in range(sessions) for i in range(12)]


def sid(s: int, _: int, __: bool) -> str:
    return f"K{s:04}x"


def mid(_: int, row: int, __: bool) -> str:
    return f"m{row:06}"


def at(_: int, row: int, __: bool) -> str:
    return f"2026-12-01 {10 + row // 60:02}:{row % 60:02}:{row * 7 % 60:02}"


def started(s: int, _: int, __: bool) -> str:
    return f"2026-12-01 09:{s:02}:00"


def said(_: int, row: int, by_agent: bool) -> str:
    return (ANSWERS if by_agent else ASKS)[row % 5] + f"{row}"


def buyer(s: int, _: int, __: bool) -> str:
    return f"买家{s}号"


def agent(s: int, _: int, __: bool) -> str:
    return AGENTS[s % 3]


def sender(s: int, _: int, by_agent: bool) -> str:
    return AGENTS[s % 3] if by_agent else f"买家{s}号"


def constant(value: str) -> Cell:
    return lambda _, __, ___: value


def either(of_agent: str, of_customer: str) -> Cell:
    return lambda _, __, by_agent: of_agent if by_agent else of_customer


def of(header: str, *columns: Cell, mapping: Mapping | None = None) -> Proposal:
    return propose(header.split(), cells(*columns), mapping or Mapping())


def shown(proposal: Proposal) -> str:
    """Say what was found: `column=name`, with ? where it is unsure."""
    return " ".join(
        f"{name}={proposal.title(guess.index)}{'' if guess.sure else '?'}"
        for name, guess in sorted(proposal.columns.items(), key=lambda each: each[1].index)
    )


@pytest.mark.parametrize(
    ("header", "columns", "found"),
    [
        ("会话ID 时间 角色 内容", (sid, at, either("客服", "买家"), said), "session_id=会话ID sent_at=时间 role=角色 text=内容"),
        ("流水号 记录时刻 收发 正文", (sid, at, either("发", "收"), said), "session_id=流水号 sent_at=记录时刻 role=收发 text=正文"),
        ("咨询单号 进线时间 消息发送时间 消息发送者 消息正文", (sid, started, at, sender, said),
         "session_id=咨询单号 sent_at=消息发送时间 sender=消息发送者 text=消息正文"),
        ("服务单号 接待人员 访客昵称 发言方 发言时间 发言内容", (sid, agent, buyer, either("坐席", "访客"), at, said),
         "session_id=服务单号 agent_id=接待人员 customer_id=访客昵称 role=发言方 sent_at=发言时间 text=发言内容"),
        ("sesion_id sendtime sender_typ contents", (sid, at, either("staff", "buyer"), said),
         "session_id=sesion_id sent_at=sendtime role=sender_typ text=contents"),
        ("conversationId msgTimestamp isFromCustomer MessageBody", (sid, at, either("0", "1"), said),
         "session_id=conversationId sent_at=msgTimestamp role=isFromCustomer text=MessageBody"),
        ("a b c d", (sid, at, either("X", "Y"), said), "session_id=a? sent_at=b? role=c? text=d"),
        ("问题 回复 客户电话", (said, said, constant("13800138000")), "text=问题?"),
        ("csId content", (lambda s, _, __: str(s), said), "session_id=csId? text=content"),
        ("会话ID 用户 内容", (sid, sender, said), "session_id=会话ID customer_id=用户? text=内容"),
        ("会话ID 时间 时间 内容", (sid, started, at, said), "session_id=会话ID sent_at=时间? text=内容"),
        ("会话ID 时间 内容", (sid, constant("上午"), said), "session_id=会话ID sent_at=时间? text=内容"),
        ("会话ID 创建时间 内容", (sid, constant("2026-12-01 10:00:00"), said), "session_id=会话ID sent_at=创建时间? text=内容"),
        ("开始时间 结束时间 下单时间", (at, at, at), ""),
        ("单号 from 内容", (sid, either("a", "b"), said), "session_id=单号? role=from? text=内容"),
        ("单号 from 内容", (sid, either("客服", "买家"), said), "session_id=单号? sender=from text=内容"),
        ("会话标签 客户等级 内容", (constant("退款"), either("金", "银"), said), "text=内容"),
    ],
)  # fmt: skip
def test_columns(header: str, columns: tuple[Cell, ...], found: str) -> None:
    assert shown(of(header, *columns)) == found


def test_what_is_missing() -> None:
    assert of("店铺 金额", constant("甲"), constant("3.5")).missing == ("text", "role", "session_id")
    assert of("会话ID 角色 内容", sid, either("客服", "买家"), said).missing == ()
    assert of("客户 发送方 内容", buyer, sender, said).missing == ()
    assert of("会话ID 发送方 内容", sid, sender, said).missing == ("role",)


@pytest.mark.parametrize(
    ("name", "values", "meant"),
    [
        ("方向", ("B", "A"), {"A": "customer", "B": "agent"}),
        ("IsSender", ("1", "0"), {"0": "customer", "1": "agent"}),
        ("inbound", ("False", "True"), {"False": "agent", "True": "customer"}),
        ("角色", ("客服", "旺客"), {"旺客": "customer"}),
        ("角色", ("客服", "买家"), {}),
    ],
)
def test_values_of_roles_are_never_sure(name: str, values: tuple[str, str], meant: dict[str, str]) -> None:
    found = of(f"会话ID {name} 内容", sid, either(*values), said).roles
    assert {value: guess.name for value, guess in found.items()} == meant
    assert not any(guess.sure for guess in found.values())
    assert all(guess.why for guess in found.values())


def test_values_of_which_nothing_can_be_said() -> None:
    rows = [[f"s{i // 6}", f"r{i * 7 % 5}", f"这是第{i}句话呀"] for i in range(120)]
    found = propose(["会话ID", "角色", "内容"], rows, Mapping())
    assert {guess.name for guess in found.roles.values()} == {""}
    assert parse_mapping(mapping_file(found)).roles == {}


@pytest.mark.parametrize(
    ("cell", "layout", "sure"),
    [
        ("{d:02}/12/2026 10:00:{s:02}", "%d/%m/%Y %H:%M:%S", True),
        ("Tue Dec {d:02} 10:00:{s:02} +0000 2026", "%a %b %d %H:%M:%S %z %Y", True),
        ("{d:02}-Dec-2026 10:00:{s:02}", "%d-%b-%Y %H:%M:%S", True),
        ("202612{d:02}1000{s:02}", "%Y%m%d%H%M%S", True),
        ("05/06/2026 10:00:{s:02}", "%d/%m/%Y %H:%M:%S", False),
        ("2026-12-{d:02} 10:00:{s:02}", None, True),
        ("第{d}楼", None, True),
    ],
)
def test_a_time_format_of_its_own(cell: str, layout: str | None, sure: bool) -> None:
    rows = [["s1", cell.format(d=i % 28 + 1, s=i % 60), f"这是第{i}句话呀"] for i in range(50)]
    found = propose(["会话ID", "消息时间", "内容"], rows, Mapping()).time_format
    assert (found and found.name) == layout
    if found:
        assert found.sure == sure


def test_a_mapping_is_taken_at_its_word_as_far_as_the_table_goes() -> None:
    mapping = parse_mapping(
        "columns: {session_id: 流水号, text: 没有这列, shop: null}\nroles: {agent: [发], customer: [收]}"
    )
    found = of("流水号 收发 正文 店铺", sid, either("发", "收"), said, constant("甲"), mapping=mapping)
    assert found.columns["session_id"] == Guess(0, "流水号", True, "映射文件里写明")
    assert found.columns["text"].name == "正文"
    assert "shop" not in found.columns
    assert found.roles == {}


@pytest.mark.parametrize(
    ("header", "rows", "place"),
    [
        (["流水号", "正文"], [["K1", "在吗"], ["K1", "在的"]], 0),
        (["K1", "2026-12-01 10:00:00", "在吗"], [["K2", "2026-12-01 10:00:09", "在的"]], None),
        (["K1", "客服", "在吗"], [["K2", "客服", "在的"]], None),
        (["会话ID", "内容"], [["会话ID", "内容"]], 0),
        (["0", "1", "2"], [["K1", "0", "在吗"]], 0),
        (["聊天记录导出", "", ""], [["流水号", "收发", "正文"], ["K1", "发", "在吗"]], 1),
        (["聊天记录导出", "", ""], [["共 2 条", "", ""], ["流水号", "收发", "正文"], ["K1", "发", "在吗"]], 2),
        ([], [], None),
    ],
)
def test_where_a_table_begins(header: list[str], rows: list[list[str]], place: int | None) -> None:
    assert begins(header, rows) == place


def test_the_mapping_file_uses_what_is_sure_and_comments_on_the_rest() -> None:
    proposal = of("a 发言时间 收发 正文", sid, at, either("1", "0"), lambda s, r, a: said(s, r, a) + "电话13800138000")
    text = mapping_file(
        proposal.opened_with(format="csv", delimiter="tab"), lambda value: value.replace("13800138000", "138****8000")
    )
    mapping = parse_mapping(text)
    assert (mapping.format, mapping.delimiter) == ("csv", "\t")
    assert dict(mapping.columns) == {"sent_at": "发言时间", "role": "收发", "text": "正文"}
    assert dict(mapping.roles) == {}
    assert "# 不确定: a:内容是编号,连着几行相同。例:K0000x、K0001x\n#   session_id: a\n" in text
    assert "13800138000" not in text
    agreed = "\n".join(
        line.removeprefix("# ") if line.startswith(("#   ", "# roles")) else line for line in text.splitlines()
    )
    mapping = parse_mapping(agreed)
    assert mapping.columns["session_id"] == "a"
    assert dict(mapping.roles) == {"0": "customer", "1": "agent"}


def test_samples_only_where_they_are_masked_and_accounts_starred() -> None:
    proposal = of("a 用户 内容", sid, sender, said)
    assert "例:" not in mapping_file(proposal)
    assert "买**" in mapping_file(proposal, str)
    assert "买家0号" not in mapping_file(proposal, str)


def test_names_that_cannot_be_named_are_numbered() -> None:
    header = ["会话 ID", "会话ID", "2026", "null", "正文"]
    found = propose(header, cells(sid, sid, at, either("收", "发"), said), Mapping())
    mapping = parse_mapping(mapping_file(found))
    assert (mapping.columns["session_id"] if found.columns["session_id"].sure else 1) == 1
    assert mapping.columns["text"] == "正文"


def test_no_header() -> None:
    found = propose(["", "", "", ""], cells(sid, at, either("1", "0"), said), Mapping(header=()))
    mapping = parse_mapping(mapping_file(found))
    assert mapping.header == ()
    assert mapping.columns["text"] == 4
    assert set(found.columns) >= {"session_id", "sent_at", "role"}


def test_a_wide_table_is_looked_at_in_part() -> None:
    header = [*(f"c{i}" for i in range(5_000)), "消息内容"]
    found = propose(header, [["1"] * 5_000 + [f"这是第{i}句话"] for i in range(25)], Mapping())
    assert found.columns["text"].index == 5_000


def test_the_order_of_rows_within_a_session_and_the_hash_seed_change_nothing() -> None:
    rows = cells(sid, at, either("发", "收"), said)
    first = mapping_file(propose(["a", "b", "c", "d"], rows, Mapping()), str)
    random.Random(1).shuffle(rows)
    assert mapping_file(propose(["a", "b", "c", "d"], sorted(rows, key=lambda row: row[1]), Mapping()), str) == first


NASTY = st.text(st.characters(codec=None), max_size=12) | st.sampled_from(
    ["会话ID", "时间", "\x1b[2J", "\u202e", "null", "1", "2026-12-01 10:00:00", "- a: {", "#", '"', "\ud800", "客服", "正文 说的话"]
)  # fmt: skip


@given(st.lists(NASTY, max_size=6), st.lists(st.lists(NASTY | st.none(), max_size=7), max_size=12))
@settings(max_examples=25, deadline=None)
def test_whatever_stands_in_a_table_the_file_loads(header: Sequence[str], rows: list[list[str | None]]) -> None:
    for mapping in (Mapping(), Mapping(header=())):
        found = propose(header, rows, mapping)
        text = mapping_file(found, str)
        assert text.replace("\n", "").isprintable()
        assert set(parse_mapping(text).columns) <= set(COLUMNS)
        assert len({guess.index for guess in found.columns.values()}) == len(found.columns)
    begins(header, rows)


def test_a_receiver_makes_no_role() -> None:
    """Of a table of senders and receivers the proposal says that the agents have to be listed."""
    found = of("时间 说话的 对谁说 原话", at, sender, lambda s, row, by_agent: sender(s, row, not by_agent), said)
    assert shown(found) == "sent_at=时间 sender=说话的 customer_id=对谁说? text=原话"
    assert found.missing == ("role",)
    text = mapping_file(found)
    assert "列出所有客服,一个也不要漏" in text
    assert '# roles: {agent: [列出所有客服], customer: ["*"]}' in text
    parse_mapping(text)


@pytest.mark.parametrize("cell", [at, lambda s, row, by_agent: f"09:{row % 60:02}:00", sid, constant("是")])
def test_a_known_name_over_something_else_than_talk_is_unsure(cell: Cell) -> None:
    found = of("会话ID 角色 消息", sid, either("客服", "买家"), cell)
    assert not found.columns["text"].sure


def test_two_header_rows() -> None:
    upper, lower = ["会话", "", "消息", ""], ["流水", "谁", "时刻", "讲的话"]
    rows = cells(sid, either("接线", "客人"), at, said)
    assert two_rows(upper, [lower, *rows])
    assert not two_rows(upper, rows)
    assert not two_rows(["会话", "角色", "消息", "时刻"], [lower, *rows])
    assert both(upper, lower) == ("会话流水", "会话谁", "消息时刻", "消息讲的话")


def test_a_header_that_returns_is_still_the_header_and_no_role() -> None:
    title, names = ["明细", "", "", ""], ["流水号", "记录时刻", "收发", "正文"]
    rows = cells(sid, at, either("发", "收"), said)
    rows.insert(30, names)
    assert begins(title, [names, *rows]) == 1
    assert set(propose(names, rows, Mapping()).roles) == {"发", "收"}
