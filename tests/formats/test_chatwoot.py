"""Chatwoot: types and senders, private notes, deleted messages, attachments, answers to the survey."""

from pathlib import Path
from typing import Any

import pytest

from tests.formats.canonical import quarantined, read_export, table


def message(number: int = 1, kind: Any = 0, sender: Any = "Contact", **more: Any) -> dict[str, Any]:
    return {
        "id": number, "content": "在吗", "account_id": 1, "inbox_id": 2, "conversation_id": 31, "message_type": kind,
        "created_at": 1796090404, "private": False, "status": "sent", "content_type": "text", "content_attributes": {},
        "sender_type": sender, "sender_id": 70 if sender == "Contact" else 5, **more,
    }  # fmt: skip


@pytest.mark.parametrize(("record", "expected"), [
    (message(), ("customer", "none", None, "70", "text")),
    (message(kind="incoming"), ("customer", "none", None, "70", "text")),
    (message(kind=1, sender="User"), ("agent", "none", "5", None, "text")),
    (message(kind=1, sender=None), ("agent", "none", "5", None, "text")),
    (message(kind=1, sender="AgentBot"), ("bot", "auto", None, None, "text")),
    (message(kind=2, sender=None), ("system", "none", None, None, "other")),
    (message(kind=3, sender=None), ("bot", "auto", None, None, "text")),
    (message(kind=None, sender="User"), ("agent", "none", "5", None, "text")),
    (message(sender=None, sender_id=None) | {"sender": {"id": 70, "type": "contact"}}, ("customer", "none", None, "70", "text")),
    (message(kind=1, sender="User", private=True), ("system", "none", "5", None, "other")),
    (message(kind=1, sender="User", content_attributes={"automation_rule_id": 3}), ("agent", "auto", "5", None, "text")),
    (message(content=None, attachments=[{"file_type": "image", "data_url": "u"}]), ("customer", "none", None, "70", "image")),
    (message(content=None, attachments=[{"file_type": "audio", "data_url": "u"}]), ("customer", "none", None, "70", "other")),
    (message(content_type="cards"), ("customer", "none", None, "70", "card")),
    (message(content_type="sticker"), ("customer", "none", None, "70", "image")),
])  # fmt: skip
def test_messages(tmp_path: Path, record: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = read_export(tmp_path, {"payload": [record]}, "chatwoot")
    assert table(found, "role", "automation", "agent_id", "customer_id", "kind") == [expected]


@pytest.mark.parametrize(("kind", "sender"), [(0, "User"), (1, "Contact"), (9, "User"), ("odd", None), (None, "Ghost")])
def test_contradictions_are_not_resolved(tmp_path: Path, kind: Any, sender: Any) -> None:
    found = read_export(tmp_path, [message(), message(2, kind, sender)], "chatwoot")
    assert quarantined(found) == [(2, "unknown_role")]


def test_withdrawn_and_seen(tmp_path: Path) -> None:
    records = [message(1, 1, "User", status="read"), message(2, 1, "User", content_attributes={"deleted": True})]
    assert table(read_export(tmp_path, records), "kind", "withdrawn", "seen") == [
        ("text", None, True),
        ("recall", True, None),
    ]


def test_customer_and_assignee_of_the_conversation(tmp_path: Path) -> None:
    value = {"meta": {"contact": {"id": 70}, "assignee": {"id": 6}}, "payload": [message(), message(2, 1, "User")]}
    assert table(read_export(tmp_path, value), "customer_id", "agent_id") == [("70", "6"), ("70", "5")]


def test_conversations_with_their_messages(tmp_path: Path) -> None:
    bare = {name: value for name, value in message().items() if name != "conversation_id"}
    value = {"data": {"payload": [{"id": 31, "meta": {"sender": {"id": 70}}, "messages": [bare]}]}}
    assert table(read_export(tmp_path, value, "chatwoot"), "session_id", "customer_id") == [("31", "70")]


def test_answers_to_the_survey_are_facts(tmp_path: Path) -> None:
    answer = {"submitted_values": {"csat_survey_response": {"rating": 4, "feedback_message": "好"}}}
    found = read_export(
        tmp_path, [message(), message(2, 3, None, content_type="input_csat", content_attributes=answer)]
    )
    assert found.ratings.select(["session_id", "rating", "comment"]).to_pylist() == [
        {"session_id": "31", "rating": "4", "comment": "好"}
    ]


def test_equal_seconds_are_ordered_by_number(tmp_path: Path) -> None:
    found = read_export(tmp_path, [message(12, content="二"), message(9, content="一")])
    assert found.messages["text"].to_pylist() == ["一", "二"]


def test_conversations_of_two_accounts_stay_apart(tmp_path: Path) -> None:
    assert read_export(tmp_path, [message(), message(2, account_id=9)]).sessions == 2
