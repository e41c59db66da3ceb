"""Every JSON format under abuse: fields missing or of the wrong type, hostile texts, ids and times."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa_audit.errors import ExportError
from qa_audit.formats import records
from qa_audit.ingest import IngestOptions, ingest
from tests.formats.canonical import quarantined, read_export, table
from tests.formats.test_fuzz_json import RECORDS

JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    " ",
    [],
    {},
    [[]],
    {"a": [{"b": {}}]},
    "\x00",
    "\ud800",
    "\u202e\u200b",
    "9" * 5_000,
]
FORMATS = sorted(RECORDS)
# format: (time, text, message id, session or customer id) as paths into a record
FIELDS = {
    "taobao-json": ("time", "content", None, "to_id"),
    "jd-dongdong": ("createdTime", "content", "uuid", "sid"),
    "pinduoduo": ("ts", "content", "msg_id", None),
    "wecom": ("msgtime", None, "msgid", None),
    "weixin-kf": ("time", "text", None, "openid"),
    "chatwoot": ("created_at", "content", "id", "conversation_id"),
    "jsonl": ("timestamp", "text", None, "session_id"),
}


def said(name: str) -> dict[str, Any]:
    """Return a record of the format that is a text."""
    rows, _ = RECORDS[name]
    field = FIELDS[name][1]
    return dict(next(record for record in rows if (record.get(field) if field else record.get("text"))))


@pytest.mark.parametrize("name", FORMATS)
def test_every_field_missing_in_turn(name: str, tmp_path: Path) -> None:
    good = said(name)
    rows = [good, *({key: value for key, value in good.items() if key != gone} for gone in good)]
    found = read_export(tmp_path, rows, name)
    assert found.read == len(rows)
    assert {row for row, _ in quarantined(found)} | {row[0] for row in table(found, "source_row")} <= set(
        range(1, len(rows) + 1)
    )


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("junk", JUNK, ids=lambda value: repr(value)[:20])
def test_every_field_of_the_wrong_type_in_turn(name: str, junk: Any, tmp_path: Path) -> None:
    good = said(name)
    rows = [good, *({**good, key: junk} for key in good)]
    found = read_export(tmp_path, rows, name)
    assert found.read == len(rows) == found.messages.num_rows + found.quarantine.num_rows + found.duplicates


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "time", [-2208988800, "-2208988800000", "1900-01-01 00:00:00", 32472144000, 32472144000000, "2999-01-01 00:00:00"]
)
def test_times_of_other_centuries(name: str, time: Any, tmp_path: Path) -> None:
    good, field = said(name), FIELDS[name][0]
    found = read_export(tmp_path, [good, {**good, field: time}], name)
    assert quarantined(found) == [(2, "time_out_of_range")]


@pytest.mark.parametrize("name", [name for name in FORMATS if FIELDS[name][1]])
@pytest.mark.parametrize(
    "text", ["a\x00b", "\u202eabc", "x\x1b[31my", "行\r\n\t尾", "\U0001f600", "<script>\"'&", "长" * 100_000]
)
def test_texts_come_out_as_exported(name: str, text: str, tmp_path: Path) -> None:
    found = read_export(tmp_path, [{**said(name), FIELDS[name][1]: text}], name)
    assert table(found, "text") == [(text,)]


@pytest.mark.parametrize("name", [name for name in FORMATS if FIELDS[name][3]])
def test_ids_of_nineteen_digits(name: str, tmp_path: Path) -> None:
    column = "customer_id" if FIELDS[name][3] in ("to_id", "openid") else "session_id"
    found = read_export(tmp_path, [{**said(name), FIELDS[name][3]: 1234567890123456789}], name)
    assert table(found, column) == [("1234567890123456789",)]


@pytest.mark.parametrize("name", [name for name in FORMATS if FIELDS[name][3] and FIELDS[name][2]])
def test_damaged_ids_are_said(name: str, tmp_path: Path) -> None:
    text = json.dumps([{**said(name), FIELDS[name][3]: "@"}]).replace('"@"', "1.7900000000000000E+18")
    assert "damaged_ids" in {notice.code for notice in read_export(tmp_path, text, name).notices}


@pytest.mark.parametrize("name", [name for name in FORMATS if FIELDS[name][1]])
def test_half_an_emoji_is_replaced_and_said(name: str, tmp_path: Path) -> None:
    found = read_export(tmp_path, [{**said(name), FIELDS[name][1]: "好\ud83d"}], name)
    assert table(found, "text") == [("好\ufffd",)]
    assert "damaged_text" in {notice.code for notice in found.notices}


@pytest.mark.parametrize("name", FORMATS)
def test_bytes_that_are_no_text_cost_their_row(name: str, tmp_path: Path) -> None:
    good = json.dumps(said(name), ensure_ascii=False).encode()
    lines = b"\n".join([*[good] * 5, good.replace("在".encode(), b"\xff\xfe").replace("您".encode(), b"\xff\xfe")])
    if b"\xff" not in lines:
        lines = lines + b"\xff"
    found = read_export(tmp_path, lines, name)
    assert found.read == 6
    assert quarantined(found) in ([(6, "bad_encoding")], [(6, "bad_json")])


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "data", ["{}", "[]", "[{}]", "null", "1", '"x"', "{", "[", '{"data": []}', '{"data": null}', "\x00\x01", "[[],[]]"]
)
def test_nothing_in_it_is_a_clear_error(name: str, data: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"a\.json"):
        read_export(tmp_path, data, name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_broken_line_among_others(name: str, tmp_path: Path) -> None:
    lines = [json.dumps(said(name))] * 4
    lines[2] = lines[2][:-3]
    found = read_export(tmp_path, "\n".join(lines), name)
    assert (found.read, quarantined(found)) == (4, [(3, "bad_json")])


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_file_twice_is_all_duplicates(name: str, tmp_path: Path) -> None:
    rows, _ = RECORDS[name]
    for copy in ("a.json", "b.json"):
        (tmp_path / copy).write_text(json.dumps(rows), "utf-8")
    once = read_export(tmp_path, rows, name)
    (tmp_path / "a.json").write_text(json.dumps(rows), "utf-8")
    twice = ingest([str(tmp_path)], IngestOptions(format=name))
    assert twice.messages.drop_columns(["source_file"]).equals(once.messages.drop_columns(["source_file"]))
    assert twice.read == 2 * once.read == twice.messages.num_rows + twice.quarantine.num_rows + twice.duplicates


def test_a_file_without_any_message_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MOST_REFUSED", 100)
    with pytest.raises(ExportError, match="没有一条是消息"):
        read_export(tmp_path, "[" + "0," * 200 + "0]", "wecom")
