"""京东咚咚 JSON: messages, and what sessions and evaluations say of them, joined by sid only."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from qa_audit.errors import ExportError
from qa_audit.ingest import ingest
from tests.formats.canonical import quarantined, read_export, table

MESSAGE = {
    "waiter": "店-小棠", "customer": "jd_1", "xidBuyer": "x1", "waiterSend": 0, "createdTime": 1796090404250, "content": "在吗",
    "msgType": 1, "imgUrl": "", "contentType": "", "sid": "1790000000000000001", "uuid": "u1", "revokeFlag": 0, "skuId": 0,
}  # fmt: skip
SESSION = {
    "sid": "1790000000000000001",
    "waiter": "店-小棠",
    "skuId": 100,
    "orderId": "31",
    "closeReason": 1,
    "replyTime": 1,
}
EVALUATION = {
    "sid": "1790000000000000001",
    "waiter": "店-小棠",
    "degree": 75,
    "evaluation": "还行",
    "evaluationTime": 1796090504000,
}


def data(*records: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "data": list(records)}


def test_a_message(tmp_path: Path) -> None:
    found = read_export(tmp_path, data(MESSAGE))
    columns = ("session_id", "message_id", "sent_at", "role", "agent_id", "customer_id", "kind", "withdrawn", "sku_id")
    at = datetime(2026, 12, 1, 2, 0, 4, 250_000, tzinfo=UTC)
    assert table(found, *columns) == [
        ("1790000000000000001", "u1", at, "customer", "店-小棠", "jd_1", "text", False, None)
    ]


@pytest.mark.parametrize(("change", "expected"), [
    ({"waiterSend": 1}, ("agent", "none", "text", False)),
    ({"waiterSend": 1, "msgAssistFlag": 1}, ("agent", "assisted", "text", False)),
    ({"waiterSend": 0, "msgAssistFlag": 1}, ("customer", "none", "text", False)),
    ({"revokeFlag": 1}, ("customer", "none", "recall", True)),
    ({"content": "", "imgUrl": "https://img.example.invalid/1.jpg"}, ("customer", "none", "image", False)),
    ({"contentType": "图片"}, ("customer", "none", "image", False)),
    ({"msgType": 77}, ("customer", "none", "text", False)),
    ({"msgType": 77, "content": ""}, ("customer", "none", "other", False)),
    ({"waiterSend": True}, ("agent", "none", "text", False)),
])  # fmt: skip
def test_variants(tmp_path: Path, change: dict[str, Any], expected: tuple[Any, ...]) -> None:
    found = read_export(tmp_path, data(MESSAGE | change))
    assert table(found, "role", "automation", "kind", "withdrawn") == [expected]


def test_a_withdrawn_text_is_kept(tmp_path: Path) -> None:
    assert table(read_export(tmp_path, data(MESSAGE | {"revokeFlag": 1})), "text") == [("在吗",)]


def test_the_mapping_explains_numbers_of_types(tmp_path: Path) -> None:
    found = read_export(tmp_path, data(MESSAGE | {"msgType": 2}), mapping="kinds: {card: ['2']}")
    assert table(found, "kind") == [("card",)]


def test_an_unknown_sender_is_quarantined(tmp_path: Path) -> None:
    found = read_export(tmp_path, data(MESSAGE, MESSAGE | {"waiterSend": 2}, MESSAGE | {"waiterSend": None}))
    assert quarantined(found) == [(2, "unknown_role"), (3, "missing_role")]


def test_the_old_log_without_sessions_is_cut_by_customer(tmp_path: Path) -> None:
    old = {name: value for name, value in MESSAGE.items() if name not in ("sid", "uuid")}
    found = read_export(tmp_path, data(old, old | {"createdTime": 1796099404250}))
    assert found.sessions == 2


def run(tmp_path: Path, **files: Any) -> Any:
    folder = tmp_path / "jd"
    folder.mkdir()
    for name, records in files.items():
        read_export_file(folder / f"{name}.json", data(*records))
    return ingest([str(folder)])


def read_export_file(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), "utf-8")


def test_sessions_and_evaluations_are_joined_by_sid(tmp_path: Path) -> None:
    found = run(tmp_path, messages=[MESSAGE], sessions=[SESSION], evaluations=[EVALUATION])
    assert found.read == 1
    assert table(found, "sku_id", "order_id") == [("100", "31")]
    (rating,) = found.ratings.drop_columns(["source_file"]).to_pylist()
    assert rating == {
        "session_id": "1790000000000000001", "agent_id": "店-小棠", "rating": "75", "comment": "还行",
        "rated_at": datetime(2026, 12, 1, 2, 1, 44, tzinfo=UTC),
    }  # fmt: skip
    assert found.notices == ()


def test_what_fits_no_session_is_not_used(tmp_path: Path) -> None:
    found = run(tmp_path, messages=[MESSAGE], evaluations=[EVALUATION | {"sid": "2"}, EVALUATION | {"sid": None}])
    assert found.ratings.num_rows == 0
    assert [(notice.code, notice.text[:2]) for notice in found.notices] == [("unmatched_facts", "2 ")]


def test_two_sessions_of_one_id_take_no_rating(tmp_path: Path) -> None:
    csv = "shop,session_id,time,role,text\n甲,1790000000000000001,2026-12-01 10:00:04,客服,您好\n乙,1790000000000000001,2026-12-01 10:00:04,客服,您好\n"
    (tmp_path / "shops.csv").write_text(csv, "utf-8")
    read_export_file(tmp_path / "evaluations.json", data(EVALUATION))
    found = ingest([str(tmp_path)])
    assert found.ratings.num_rows == 0
    assert "unmatched_facts" in {notice.code for notice in found.notices}


def test_goods_of_a_session_do_not_overrule_a_message_and_must_agree(tmp_path: Path) -> None:
    own, other = MESSAGE | {"skuId": 7}, MESSAGE | {"uuid": "u2"}
    found = run(tmp_path, messages=[own, other], sessions=[SESSION, SESSION | {"orderId": "32"}])
    assert sorted(table(found, "sku_id", "order_id")) == [("100", None), ("7", None)]


def test_the_same_evaluation_twice_is_one(tmp_path: Path) -> None:
    found = run(tmp_path, messages=[MESSAGE], one=[EVALUATION], two=[EVALUATION, EVALUATION | {"degree": 25}])
    assert sorted(found.ratings["rating"].to_pylist()) == ["25", "75"]


def test_evaluations_alone_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="没有消息"):
        run(tmp_path, evaluations=[EVALUATION])
