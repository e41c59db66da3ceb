"""Session ids that name a customer are published as codes; the others stay as they are."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from qa_audit import schema
from qa_audit.authoring.transcript import transcript
from qa_audit.context.sessions import session_rows
from qa_audit.privacy.key import CustomerKey
from qa_audit.privacy.naming import named, private_sessions, published

TZ = "Asia/Shanghai"
KEY = CustomerKey(bytes(range(32)))


def sessions_of(*who: tuple[str, str | None], key: CustomerKey | None = None) -> Any:
    """Return the named sessions of (session id, customer)."""
    chats = [f"# {session} customer=c{i}\n00:00 customer: 在吗" for i, (session, _) in enumerate(who)]
    messages = transcript(*chats)
    place = messages.column_names.index("customer_id")
    messages = messages.set_column(place, "customer_id", pa.array([each for _, each in who], pa.string()))
    return named(session_rows(messages, TZ), key)


@pytest.mark.parametrize(
    ("session", "customer", "coded"),
    [
        ("tb12345_20261201", "tb12345", True),
        ("20261201-TB12345-2", "tb12345", True),
        ("tb12345", "tb12345", True),
        ("cntaobao晴天-01", "cntaobao晴天", True),
        ("ｔｂ１２３４５-01", "tb12345", True),
        ("会话晴天01", "晴天", True),
        ("ab-1024-x", "1024", True),
        ("s-10240", "1024", False),
        ("s-000111", "1", False),
        ("W1201-001", "晴天", False),
        ("1234567890123456789", "晴天", False),
        ("s-13912345678", None, True),
        ("8613912345678", "晴天", True),
        ("s-1391234567800", "晴天", False),
        ("a.b@example.com", None, True),
        ("11010519491231002X", None, True),
        ("wxid_ab12cd34ef", None, True),
        ("s-abc", None, False),
    ],
)
def test_which_session_ids_become_codes(session: str, customer: str | None, coded: bool) -> None:
    shown = sessions_of((session, customer))["shown_id"].to_pylist()
    assert shown == (["20261201-顾客0001-1"] if coded else [session])


def test_codes_of_sessions_count_within_customer_and_night() -> None:
    sessions = sessions_of(
        ("tb11111-a", "tb11111"), ("x", "tb22222"), ("tb11111-b", "tb11111"), ("tb22222-c", "tb22222")
    )
    assert sessions["shown_id"].to_pylist() == [
        "20261201-顾客0001-1",
        "x",
        "20261201-顾客0001-2",
        "20261201-顾客0002-1",
    ]


def test_a_code_never_meets_an_id_of_the_export() -> None:
    sessions = sessions_of(("tb11111-a", "tb11111"), ("20261201-顾客0001-1", "tb22222"))
    assert len(set(sessions["shown_id"].to_pylist())) == 2


def test_with_a_key_the_code_of_the_customer_stands_in_both() -> None:
    sessions = sessions_of(("tb11111-a", "tb11111"), ("x", None), key=KEY)
    code = "C-" + KEY.full_code(None, "tb11111")[:4]
    assert sessions["customer"].to_pylist() == [code, "C-" + KEY.full_code(None, "\0x")[:4]]
    assert sessions["shown_id"].to_pylist() == [f"20261201-{code}-1", "x"]


def test_what_leaves_private() -> None:
    sessions = sessions_of(("tb11111-a", "tb11111"), ("x", "tb22222"))
    ids = pa.array(["tb11111-a", "x", "tb11111-a"])
    tables = {
        "segments": pa.table({"session_id": ids, "rating": ["满意", None, "打我13912345678"]}),
        "findings": pa.table({"session_id": ids}),
        "rounds": pa.table({"session_id": ids}),
    }
    out = published(tables, sessions)
    assert out["segments"]["session_id"].to_pylist() == ["20261201-顾客0001-1", "x", "20261201-顾客0001-1"]
    assert out["segments"]["rating"].to_pylist() == ["满意", None, "打我139****5678"]
    assert out["findings"]["session_id"].to_pylist() == out["segments"]["session_id"].to_pylist()
    assert out["rounds"] is tables["rounds"]


def test_the_private_table_tells_who_everybody_was() -> None:
    table = private_sessions(sessions_of(("tb11111-a", "tb11111")))
    assert table.schema == schema.SESSIONS
    assert table.to_pylist() == [
        {
            "session_id": "tb11111-a",
            "shown_id": "20261201-顾客0001-1",
            "night": date(2026, 12, 1),
            "shop": None,
            "customer_id": "tb11111",
            "customer": "顾客0001",
        }
    ]
