"""Valid JSON exports mutated by bytes, records and fields: never a traceback, and every record is accounted for.

QA_AUDIT_FUZZ_EXAMPLES=20000 makes a long run of it.
"""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_audit.errors import ExportError
from qa_audit.formats import FORMATS
from qa_audit.ingest import IngestOptions, ingest
from tests.formats.canonical import path_of

EXAMPLES = int(os.environ.get("QA_AUDIT_FUZZ_EXAMPLES", "60"))
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
DOCUMENTS = [
    *(("zendesk-chat", "zendesk-chat/chats.json"), ("jsonl", "json/dialogues.json"), ("jd-dongdong", "jd-dongdong/sessions.json")),
    *(("jd-dongdong", "jd-dongdong/evaluations.json"), ("pinduoduo", "pinduoduo/2026-12-01_推送.jsonl")),
    *(("taobao-json", "taobao-received/2026-12-01_收到的消息.jsonl"), ("chatwoot", "chatwoot/conversation_32.jsonl")),
    *(("weixin-kf", "weixin-kf/getmsglist.json"), ("wecom", "wecom/archive.jsonl")),
]  # fmt: skip
JUNK: list[Any] = [
    None, True, False, 0, -1, 1.5, "", " ", "x", [], {}, [1], [{}], {"a": {"b": []}}, "\x00", "\ud800", "\u202e<script>",
    "9" * 400, 10**18 + 1, -2208988800, 32472144000000, "1900-01-01 00:00:00", "2999-01-01 00:00:00", "../../x", "\ufdd0", "\ufdd2",
]  # fmt: skip
PIECES = (
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\\ud83d",
    b"[" * 200,
    b'{"a":' * 90,
)


def outcome(data: bytes, name: str, folder: Path) -> int | None:
    """Return how many records were read, None when the whole file was refused; anything else is a traceback."""
    path = folder / "a.json"
    path.write_bytes(data)
    try:
        found = ingest([str(path)], IngestOptions(format=name))
    except ExportError as error:
        assert str(error).startswith(str(path))
        return None
    assert found.read == found.messages.num_rows + found.quarantine.num_rows + found.duplicates
    rows = [*found.messages["source_row"].to_pylist(), *found.quarantine["source_row"].to_pylist()]
    assert len(rows) == len(set(rows)) == found.read - found.duplicates
    return found.read


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


@LONG
@given(st.sampled_from(DOCUMENTS), st.integers(0, 2**32), st.integers(1, 6))
def test_bytes(tmp_path_factory: pytest.TempPathFactory, document: tuple[str, str], seed: int, times: int) -> None:
    name, path = document
    data, chance = bytearray(path_of(path).read_bytes()), random.Random(seed)
    for _ in range(times):
        at = chance.randrange(len(data) + 1)
        change = chance.randrange(5)
        if change == 0:
            del data[at : at + chance.randrange(1, 40)]
        elif change == 1:
            data[at:at] = chance.choice(PIECES)
        elif change == 2:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif change == 3:
            data[at:at] = data[at : at + chance.randrange(1, 400)]
        else:
            del data[at + len(data) // 2 :]
    outcome(
        bytes(data), chance.choice([name, "auto", *FORMATS]) if seed % 4 == 0 else name, tmp_path_factory.getbasetemp()
    )
