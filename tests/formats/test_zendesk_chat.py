"""Zendesk Chat: who wrote what, events, files, offline messages, ratings; chats cut in the middle."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.canonical import quarantined, read_export, table


def chat(*history: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "c1", "type": "chat", "visitor": {"id": "v1", "name": "访客"}, "agent_names": ["小棠"], "agent_ids": [1311],
        "history": list(history), **more,
    }  # fmt: skip


def said(nick: Any, msg: Any = "在吗", second: int = 4, **more: Any) -> dict[str, Any]:
    return {"type": "chat.msg", "timestamp": f"2026-12-01T02:00:{second:02}Z", "nick": nick, "msg": msg, **more}


@pytest.mark.parametrize(("entry", "expected"), [
    (said("visitor"), ("customer", "none", "1311", "text")),
    (said("visitor:x"), ("customer", "none", "1311", "text")),
    (said("agent:7"), ("agent", "none", "7", "text")),
    (said("agent", name="小棠"), ("agent", "none", "小棠", "text")),
    (said("agent:trigger", type="chat.triggered"), ("bot", "auto", None, "text")),
    (said(None, sender_type="Visitor"), ("customer", "none", "1311", "text")),
    (said(None, sender_type="Agent", agent_id="9"), ("agent", "none", "9", "text")),
    (said(None, name="小棠"), ("agent", "none", "小棠", "text")),
    (said(None, name="访客"), ("customer", "none", "1311", "text")),
    (said("agent:7", None, type="chat.memberjoin"), ("system", "none", None, "other")),
    (said("visitor", None, type="chat.rating", new_rating="bad"), ("system", "none", None, "other")),
    (said("visitor", None, type="chat.file", attachment={"url": "https://f.example.invalid/a", "mime_type": "image/png"}), ("customer", "none", "1311", "image")),
    (said("visitor", "https://f.example.invalid/a.JPG?x", type="chat.file"), ("customer", "none", "1311", "image")),
    (said("visitor", "https://f.example.invalid/a.pdf", type="chat.file"), ("customer", "none", "1311", "other")),
])  # fmt: skip
def test_entries(tmp_path: Path, entry: dict[str, Any], expected: tuple[Any, ...]) -> None:
    assert table(read_export(tmp_path, {"chats": [chat(entry)]}), "role", "automation", "agent_id", "kind") == [
        expected
    ]


def test_a_name_that_both_sides_bear_says_nothing(tmp_path: Path) -> None:
    both = chat(said("visitor"), said(None, name="小棠"), visitor={"id": "v", "name": "小棠"})
    assert quarantined(read_export(tmp_path, both)) == [(2, "missing_role")]


def test_ratings_are_facts(tmp_path: Path) -> None:
    chats = [
        chat(said("visitor"), rating="good", comment="快"),
        chat(said("visitor"), id="c2", rating=None, comment="慢", agent_ids=[1, 2]),
    ]
    found = read_export(tmp_path, {"chats": chats})
    assert found.ratings.select(["session_id", "agent_id", "rating", "comment"]).to_pylist() == [
        {"session_id": "c1", "agent_id": "1311", "rating": "good", "comment": "快"},
        {"session_id": "c2", "agent_id": None, "rating": None, "comment": "慢"},
    ]
    assert found.read == 2


def test_offline_messages(tmp_path: Path) -> None:
    offline = {
        "id": "o1",
        "type": "offline_msg",
        "timestamp": "2026-12-01T02:00:04Z",
        "message": "请回电",
        "visitor": {"id": "v"},
    }
    found = read_export(tmp_path, [offline, chat(said("visitor"))], "zendesk-chat")
    assert table(found, "session_id", "role", "text") == [("o1", "customer", "请回电"), ("c1", "customer", "在吗")]


def test_a_chat_without_messages_is_no_row_and_one_without_history_goes_aside(tmp_path: Path) -> None:
    bare = {"id": "c9", "type": "chat", "agent_ids": []}
    found = read_export(tmp_path, {"chats": [chat(said("visitor")), chat(id="c8"), bare]})
    assert (found.read, quarantined(found)) == (2, [(2, "bad_json")])


@pytest.mark.parametrize("cut", [-1, -20, -60, -150, -290])
def test_cut_in_the_middle(tmp_path: Path, cut: int) -> None:
    first, second = chat(said("visitor")), chat(said("agent:1", "一", 5), said("visitor", "二", 6), id="c2")
    data = json.dumps({"chats": [first, second], "count": 2})[:cut]
    found = read_export(tmp_path, data)
    assert found.quarantine.num_rows == 1
    assert found.messages.num_rows == data.count('"msg": "') - ('"}' not in data[data.rindex('"msg": "') + 8 :])
    assert data.endswith(found.quarantine["raw"][0].as_py())
    held = tuple(sorted(set(found.messages["session_id"].to_pylist())))
    assert found.gaps == (held if cut in (-1, -290) else held[1:])  # what is lost may name no chat
