"""Mapping files: what they may say, and that every mistake names file, line and remedy."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.errors import MappingError
from qa_audit.formats.mapping import load_mapping, parse_mapping

FULL = """\
format: csv
encoding: gb18030
delimiter: tab
quoting: none
header: [sid, uid, who, body]
columns: {session_id: 1, customer_id: uid, role: who, text: body, agent_id: null}
roles: {customer: [0, 买], agent: [1], auto: 自动, bot: [no]}
kinds: {image: [2]}
time: {format: "%Y%m%d %H%M%S", zone: UTC}
"""


def test_reads_everything_as_text() -> None:
    found = parse_mapping(FULL)
    assert (found.format, found.encoding, found.delimiter, found.quoting) == ("csv", "gb18030", "\t", "none")
    assert found.header == ("sid", "uid", "who", "body")
    assert found.columns == {"session_id": 1, "customer_id": "uid", "role": "who", "text": "body", "agent_id": None}
    assert found.roles == {"0": "customer", "买": "customer", "1": "agent", "自动": "auto", "no": "bot"}
    assert found.kinds == {"2": "image"}
    assert (found.time_format, found.time_zone) == ("%Y%m%d %H%M%S", "UTC")


@pytest.mark.parametrize(
    ("source", "line", "says"),
    [
        ("", 1, "空的"),
        ("colums: {}\n", 1, "columns"),
        ("format: csv\nquoting: all\n", 2, "minimal"),
        ("format: word\n", 1, "xlsx"),
        ("delimiter: '#'\n", 1, "tab"),
        ("encoding: klingon\n", 1, "gb18030"),
        ("columns:\n  sesion_id: x\n", 2, "session_id"),
        ("columns:\n  text: [a, b]\n", 2, "一个值"),
        ("columns: {session_id: 0}\n", 1, "从 1"),
        ("columns: abc\n", 1, "键: 值"),
        ("- a\n", 1, "键: 值"),
        ("roles:\n  agent: ['1']\n  customer: ['1']\n", 3, "只能是一个"),
        ("roles: {waiter: ['1']}\n", 1, "customer"),
        ("roles: {agent: [null]}\n", 1, "一个值"),
        ("format: csv\nformat: csv\n", 2, "两次"),
        ("header: []\n", 1, "列表"),
        ("header: yes\n", 1, "列表"),
        ("time: {zone: Mars/Base}\n", 1, "Asia/Shanghai"),
        ("time: {zone: ../../etc/passwd}\n", 1, "Asia/Shanghai"),
        ("time: {format: YYYY}\n", 1, "%Y"),
        ("format: {a: b\n", 2, "YAML"),
        ("? [a]\n: b\n", 1, "键"),
    ],
)
def test_mistakes(source: str, line: int, says: str) -> None:
    with pytest.raises(MappingError) as error:
        parse_mapping(source, "m.yaml")
    assert str(error.value).startswith(f"m.yaml:{line}: ")
    assert says in str(error.value)


def test_all_mistakes_at_once() -> None:
    with pytest.raises(MappingError) as error:
        parse_mapping("format: word\nfoo: 1\ncolumns: {bar: x}\n", "m.yaml")
    assert [line.split(": ")[0] for line in str(error.value).splitlines()] == ["m.yaml:1", "m.yaml:2", "m.yaml:3"]


@pytest.mark.parametrize("source", ["[" * 5000, "a: &x [*x]", "\x00", "a: !!python/object:os.system x", "{[]: 1}"])
def test_hostile_yaml_is_a_mapping_error(source: str) -> None:
    with pytest.raises(MappingError):
        parse_mapping(source)


@given(st.text(max_size=80))
def test_any_text_is_a_mapping_or_an_error(source: str) -> None:
    try:
        found = parse_mapping(source, "m.yaml")
    except MappingError as error:
        found = None
        message = str(error)
    assert found is not None or message.startswith("m.yaml")


def test_a_mapping_file_may_be_gbk_and_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "映射.yaml"
    path.write_bytes("roles: {agent: [客服小二]}\n".encode("gbk"))
    assert load_mapping(path).roles == {"客服小二": "agent"}
    with pytest.raises(MappingError, match="没有\\.yaml"):
        load_mapping(tmp_path / "没有.yaml")
