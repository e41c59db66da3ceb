"""Valid JSON exports mutated by records and fields: never a traceback, and every record is accounted for.

QA_AUDIT_FUZZ_EXAMPLES=20000 makes a long run of it.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.canonical import path_of
from tests.formats.mutating import outcome as reading

EXAMPLES = int(os.environ.get("QA_AUDIT_FUZZ_EXAMPLES", "40"))
LONG = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def sample(path: str) -> Any:
    text = path_of(path).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()] if path.endswith(".jsonl") else json.loads(text)


# format: (flat records that are a row each, the key they lie under in a document)
RECORDS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "taobao-json": (
        [
            {**entry, "from_id": "cntaobao店:小棠", "to_id": "cntaobao客"}
            for entry in sample("taobao-json/2026-12-01_聊天记录_小棠.json")["wangwang_eservice_chatlog_get_response"][
                "msgs"
            ]["msg"]
        ],
        "msg",
    ),
    "jd-dongdong": (sample("jd-dongdong/chat_logs.json")["data"], "data"),
    "pinduoduo": ([push["message"] for push in sample("pinduoduo/2026-12-01_补导.json")], "data"),
    "wecom": (sample("wecom/archive.jsonl"), "data"),
    "weixin-kf": (sample("weixin-kf/getmsglist.json")["recordlist"], "recordlist"),
    "chatwoot": (sample("chatwoot/conversation_31.json")["payload"], "payload"),
    "jsonl": (sample("json/messages.json"), "data"),
}
JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, "", " ", "x", [], {}, [1], [{}], {"a": {"b": []}}, "\x00", "\ud800", "\u202e<script>",
    "9" * 400, 10**18 + 1, -2208988800, 32472144000000, "1900-01-01 00:00:00", "2999-01-01 00:00:00", "../../x", "\ufdd0", "\ufdd2",
]  # fmt: skip


def outcome(data: bytes, name: str, folder: Path) -> int | None:
    """Return how many records were read, None when the whole file was refused."""
    path = folder / "a.json"
    path.write_bytes(data)
    found = reading(path, name)
    return None if found is None else found.read


def wrapped(records: list[Any], key: str, wrapping: str) -> bytes:
    if wrapping == "lines":
        return b"".join(json.dumps(record).encode() + b"\n" for record in records)
    if wrapping == "after one another":
        return b" ".join(json.dumps(record, indent=1).encode() for record in records)
    return json.dumps(records if wrapping == "array" else {"code": 0, key: records}, ensure_ascii=False).encode(
        "utf-8", "replace"
    )


wrappings = st.sampled_from(["lines", "array", "document", "after one another"])


@LONG
@given(st.sampled_from(sorted(RECORDS)), wrappings, st.data())
def test_fields(tmp_path_factory: pytest.TempPathFactory, name: str, wrapping: str, data: st.DataObject) -> None:
    known, key = RECORDS[name]
    records = [dict(record) for record in data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=8))]
    records.append(dict(known[0]))
    for record in records[:-1]:
        for field in data.draw(st.lists(st.sampled_from(sorted(record)), max_size=3)):
            junk = data.draw(st.sampled_from([*JUNK, "gone"]))
            if junk == "gone":
                record.pop(field, None)
            else:
                record[field] = junk
    read = outcome(wrapped(records, key, wrapping), name, tmp_path_factory.getbasetemp())
    assert read == len(records)


@LONG
@given(st.sampled_from(sorted(RECORDS)), wrappings, st.data())
def test_records(tmp_path_factory: pytest.TempPathFactory, name: str, wrapping: str, data: st.DataObject) -> None:
    known, key = RECORDS[name]
    no_objects = st.sampled_from([1, None, "x", True, 1.5])
    records: list[Any] = data.draw(st.lists(st.sampled_from(known) | no_objects, max_size=12))
    records.append(known[0])
    read = outcome(wrapped(records, key, wrapping), name, tmp_path_factory.getbasetemp())
    assert read == len(records)


@LONG
@given(st.sampled_from(sorted(RECORDS)), st.sampled_from(["array", "document"]), st.floats(0, 1), st.integers(1, 9))
def test_cut_in_the_middle(
    tmp_path_factory: pytest.TempPathFactory, name: str, wrapping: str, share: float, count: int
) -> None:
    known, key = RECORDS[name]
    records = [known[i % len(known)] for i in range(count)]
    parts = [json.dumps(record).encode() for record in records]
    head = b"[" if wrapping == "array" else b'{"%s": [' % key.encode()
    ends = [len(head) + sum(map(len, parts[: i + 1])) + 2 * i for i in range(count)]
    whole = head + b", ".join(parts) + (b"]" if wrapping == "array" else b"]}")
    cut = len(head) + int(share * (len(whole) - len(head) - 1))
    read = outcome(whole[:cut], name, tmp_path_factory.getbasetemp())
    assert read in (None, sum(end <= cut for end in ends) + 1)
