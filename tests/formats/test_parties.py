"""Senders that are accounts: the mapping lists the agents, and every other sender is a customer."""

import pytest

from qa_audit.errors import MappingError
from qa_audit.formats.csv import read_csv
from qa_audit.formats.mapping import parse_mapping
from qa_audit.formats.sheet import Source
from qa_audit.formats.table import interpret
from qa_audit.schema import ROLES

OTHERS = 'roles: {agent: [小棠, 青禾], customer: ["*"]}\n'


def read(text: str, mapping: str) -> tuple[list[tuple[str, str | None, str | None]], list[str]]:
    """Return (role, agent, customer) of each message and the reasons of the rows in quarantine."""
    said = parse_mapping(mapping)
    (sheet,) = read_csv(Source("a.csv", text.encode(), said))
    rows = interpret(sheet, said, "UTC")
    names = [ROLES[code] for code in rows.role.tolist()]
    found = zip(names, rows.agent.strings().to_pylist(), rows.customer.strings().to_pylist(), strict=True)
    return list(found), [problem.reason for problem in rows.problems]


def table(header: str, *rows: str) -> str:
    return "\n".join((header, *(f"{row},2026-12-01 10:00:{i:02}" for i, row in enumerate(rows)))) + "\n"


def test_the_receiver_of_a_customer_is_the_agent() -> None:
    text = table("sender,to,text,sent_at", "晚风,小棠,在吗", "小棠,晚风,在的", "青石,青禾,发货没", "青禾,青石,发了")
    found, problems = read(text, "columns: {customer_id: to}\n" + OTHERS)
    assert found == [
        ("customer", "小棠", "晚风"),
        ("agent", "小棠", "晚风"),
        ("customer", "青禾", "青石"),
        ("agent", "青禾", "青石"),
    ]
    assert problems == []


def test_between_strangers_and_between_agents_nothing_is_guessed() -> None:
    text = table("sender,to,text,sent_at", "晚风,小棠,在吗", "若水,晚风,在的", "晚风,若水,好", "小棠,青禾,帮看下")
    found, problems = read(text, "columns: {customer_id: to}\n" + OTHERS)
    assert found == [("customer", "小棠", "晚风")]
    assert problems == ["unknown_role"] * 3


def test_several_strangers_in_one_session_are_not_guessed() -> None:
    text = table("session_id,sender,text,sent_at", "S1,晚风,在吗", "S1,小棠,在的", "S2,青石,在吗", "S2,若水,在的")
    found, problems = read(text, OTHERS)
    assert found == [("customer", None, "晚风"), ("agent", "小棠", None)]
    assert problems == ["unknown_role"] * 2


def test_known_words_and_account_columns_count_first() -> None:
    text = table(
        "session_id,sender,agent_id,text,sent_at", "S1,晚风,若水,在吗", "S1,若水,若水,在的", "S1,机器人,若水,稍等"
    )
    found, _ = read(text, OTHERS)
    assert [role for role, *_ in found] == ["customer", "agent", "bot"]


def test_without_the_word_others_stay_unknown() -> None:
    text = table("session_id,sender,text,sent_at", "S1,小棠,在的", "S1,小棠,亲", "S1,晚风,在吗")
    assert read(text, "roles: {agent: [小棠]}\n")[1] == ["unknown_role"]


@pytest.mark.parametrize("header", ["session_id,role,text,sent_at", "session_id,role,sender,text,sent_at"])
def test_a_role_column_knows_no_others(header: str) -> None:
    account = ",x" if "sender" in header else ""
    text = table(header, f"S1,小棠{account},在的", f"S1,晚风{account},在吗")
    assert read(text, OTHERS)[1] == ["unknown_role"]


def test_roles_written_for_some_rows_leave_the_others_to_the_sender() -> None:
    """As it is where a person mended a row of quarantine."""
    text = table(
        "session_id,role,sender,text,sent_at", "S1,,晚风,在吗", "S1,,小棠,在", "S2,,青石,在吗", "S2,客服,若水,在"
    )
    found, problems = read(text, OTHERS)
    assert [role for role, *_ in found] == ["customer", "agent", "customer", "agent"]
    assert problems == []


def test_only_customers_can_be_others() -> None:
    with pytest.raises(MappingError, match=r"mapping:1: .*只能写在 customer"):
        parse_mapping('roles: {agent: ["*"]}\n')
