"""微信客服 JSON: operation codes, markers of media, and the shop in the account."""

from pathlib import Path
from typing import Any

from tests.formats.canonical import quarantined, read_export, table


def record(code: Any, text: Any = "在吗", time: int = 1796090404, worker: str = "a@yunqi") -> dict[str, Any]:
    return {"openid": "o1", "opercode": code, "text": text, "time": time, "worker": worker}


def listed(*records: dict[str, Any]) -> dict[str, Any]:
    return {"recordlist": list(records), "number": len(records), "msgid": 1}


def test_codes(tmp_path: Path) -> None:
    records = [record(code) for code in (2003, "2002", 1001, 1003, 1004, 1005)]
    assert table(read_export(tmp_path, listed(*records)), "role", "kind") == [
        ("customer", "text"),
        ("agent", "text"),
        ("system", "other"),
        ("system", "transfer"),
        ("system", "other"),
        ("system", "transfer"),
    ]


def test_other_codes_are_not_guessed(tmp_path: Path) -> None:
    found = read_export(tmp_path, listed(record(2003), record(2001), record(None)))
    assert quarantined(found) == [(2, "unknown_role"), (3, "missing_role")]
    found = read_export(tmp_path, listed(record(2003), record(2001)), mapping="roles: {customer: ['2001']}")
    assert table(found, "role") == [("customer",), ("customer",)]


def test_media(tmp_path: Path) -> None:
    found = read_export(tmp_path, listed(*(record(2003, text) for text in ("[image]", "[voice]", "[video]", "image"))))
    assert table(found, "kind", "text") == [
        ("image", "[image]"),
        ("other", "[voice]"),
        ("other", "[video]"),
        ("text", "image"),
    ]


def test_a_session_goes_on_after_a_transfer(tmp_path: Path) -> None:
    found = read_export(
        tmp_path,
        listed(record(2003), record(1003, "", 1796090410, "b@yunqi"), record(2002, "您好", 1796090412, "b@yunqi")),
    )
    assert found.sessions == 1
    assert table(found, "agent_id", "shop") == [("a@yunqi", "yunqi"), ("b@yunqi", "yunqi"), ("b@yunqi", "yunqi")]


def test_pages_one_after_another(tmp_path: Path) -> None:
    assert read_export(tmp_path, [listed(record(2003)), listed(), listed(record(2002))]).read == 2
