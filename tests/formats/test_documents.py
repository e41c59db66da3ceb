"""The shared JSON reader: every wrapping, every break, depth, digits and half emojis."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.errors import ExportError
from qa_audit.formats import plain_lines
from qa_audit.formats.cells import string_column, text_of
from qa_audit.formats.documents import DEEPEST, Broken, Item, open_document
from qa_audit.formats.jsonl import read_jsonl
from qa_audit.formats.sheet import Source
from qa_audit.formats.torn import tear
from qa_audit.formats.unfolding import unfold
from qa_audit.ingest import IngestOptions, ingest

A, B = {"sid": "1", "text": "在吗"}, {"sid": "2", "text": "在的"}


def items(data: str | bytes, *names: str) -> list[Item]:
    raw = data if isinstance(data, bytes) else data.encode()
    return list(unfold(open_document(Source("a.json", raw)).items, names))


def whole(found: list[Item]) -> list[dict[str, Any]]:
    return [item.value for item in found if not isinstance(item, Broken)]


def broken(found: list[Item]) -> list[Broken]:
    return [item for item in found if isinstance(item, Broken)]


@pytest.mark.parametrize(
    ("data", "places"),
    [
        (json.dumps(A), ["第 1 行"]),
        (json.dumps(A, indent=1), ["$"]),
        (json.dumps([A, B]), ["$[0]", "$[1]"]),
        (json.dumps([A, B], indent=2, ensure_ascii=False), ["$[0]", "$[1]"]),
        (f"[{json.dumps(A)},\n{json.dumps(B)},\n]", ["$[0]", "$[1]"]),
        (f"{json.dumps(A)}\n\n{json.dumps(B)}\r\n", ["第 1 行", "第 3 行"]),
        (json.dumps(A, indent=1) + json.dumps(B, indent=1), ["$", "$(2)"]),
        (json.dumps([A]) + json.dumps([B]), ["$[0]", "$(2)[0]"]),
        ("[]", []),
        ("\ufeff" + json.dumps([A]), ["$[0]"]),
    ],
)
def test_wrappings(data: str, places: list[str]) -> None:
    found = items(data)
    assert [item.place for item in found] == places
    assert whole(found) == [A, B][: len(places)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    assert whole(items(json.dumps([A, B], ensure_ascii=False, indent=1).encode(encoding))) == [A, B]


def test_numbers_keep_their_digits() -> None:
    found = whole(items('[{"id": 1234567890123456789, "x": 1.50, "y": 1e400, "z": NaN, "n": ' + "9" * 9999 + "}]"))
    assert found == [{"id": "1234567890123456789", "x": "1.50", "y": "1e400", "z": "NaN", "n": "9" * 9999}]


def test_control_characters_in_texts_do_no_harm() -> None:
    assert whole(items(b'[{"text": "a\nb\tc\x00d\x1b[31m"}]')) == [{"text": "a\nb\tc\x00d\x1b[31m"}]


@pytest.mark.parametrize("cut", range(1, len(json.dumps([A, B]))))
def test_an_array_cut_anywhere_gives_what_is_before_and_one_rest(cut: int) -> None:
    text = json.dumps([A, B])
    found = items(text[:cut])
    ends = [len(json.dumps([A])) - 1, len(text) - 1]
    kept = [A, B][: sum(end <= cut for end in ends)]
    assert whole(found) == kept
    (rest,) = broken(found)
    assert text[:cut].endswith(rest.raw)
    assert ("$[" in rest.place) and rest.detail
    covered = ends[len(kept) - 1] if kept else 1
    assert text[covered:cut].strip(" ,") == rest.raw.strip(" ,[")


@pytest.mark.parametrize("cut", range(12, 130))
def test_a_document_cut_anywhere_gives_the_messages_before(cut: int) -> None:
    text = json.dumps({"id": "c1", "history": [A, B], "visitor": {"id": "v"}, "more": [1, {"x": 2}], "end": 1})
    found = items(text[:cut], "history")
    first = len('{"id": "c1", "history": [') + len(json.dumps(A))
    kept = [A, B][: (cut >= first) + (cut >= first + 2 + len(json.dumps(B)))]
    if cut < len(text):
        assert whole(found) == kept
        assert len(broken(found)) == 1
        assert text[:cut].endswith(broken(found)[0].raw)
        assert all(item.outer["id"] == "c1" for item in found if not isinstance(item, Broken))


def test_what_is_whole_of_a_torn_object_is_known() -> None:
    found = broken(items('[{"sid": "7", "n": 12, "from": {"uid": "u", "ro'))
    assert [(each.value, each.raw) for each in found] == [
        ({"sid": "7", "n": "12", "from": {"uid": "u"}}, '{"sid": "7", "n": 12, "from": {"uid": "u", "ro')
    ]
    assert tear('{"n": 12', 0) == {}  # the number may go on
    assert tear('{"a": 1,, "b": 2}', 0) == {"a": "1"}
    assert tear("12", 0) is None


@pytest.mark.parametrize("garbage", ["x", '{"a" 1}', "]", "}", "\ufdd3", "\x00"])
def test_garbage_in_the_middle_ends_a_document_but_only_its_own_line(garbage: str) -> None:
    found = items(f"[{json.dumps(A)}, {garbage}, {json.dumps(B)}]")
    assert whole(found) == [A] and len(broken(found)) == 1
    found = items(f"{json.dumps(A)}\n{garbage}\n{json.dumps(B)}")
    assert whole(found) == [A, B] and [each.line for each in broken(found)] == [2]


@pytest.mark.parametrize("value", ["1", "null", '"x"', "true", "[1]", "[[{}]]"])
def test_what_is_no_object_is_broken(value: str) -> None:
    for found in (
        items(f"[{json.dumps(A)}, {value}, {json.dumps(B)}]"),
        items(f'{{"code": 0,\n"data": [{json.dumps(A)}, {value}, {json.dumps(B)}]}}', "data"),
    ):
        assert whole(found) == [A, B]
        assert [(each.detail, each.raw.replace('"', "")) for each in broken(found)] == [
            ("不是一个对象", value.replace('"', ""))
        ]


@pytest.mark.parametrize("depth", [DEEPEST + 1, 500, 2_000, 10_000, 200_000])
@pytest.mark.parametrize("around", ["%s", "[%s]", '{"data": [%s]}', '[{"text": "x"}, {"deep": %s}]'])
@pytest.mark.parametrize(
    ("opening", "inner", "closing"), [("[", "", "]"), ('{"a":', "1", "}"), ("[", "", ""), ('{"a":', "", "")]
)
def test_nesting_is_bounded(depth: int, around: str, opening: str, inner: str, closing: str) -> None:
    assert broken(items(around % (opening * depth + inner + closing * depth), "data"))


@pytest.mark.parametrize("name", ["auto", "jsonl", "jd-dongdong", "zendesk-chat", "wecom"])
def test_nesting_ten_thousand_deep_is_a_clear_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"data": ' + '{"a":' * 10_000 + "1" + "}" * 10_001, "utf-8")
    with pytest.raises(ExportError) as error:
        ingest([str(path)], IngestOptions(format=name))
    assert "嵌套太深" in str(error.value)


def test_nesting_within_the_bound_is_read() -> None:
    deep: Any = "x"
    for _ in range(DEEPEST - 2):
        deep = [deep]
    assert broken(items(json.dumps([{"a": deep}]))) == []


def test_the_fields_around_come_along() -> None:
    found = items(
        json.dumps({"code": 0, "data": {"total": 2, "list": [{"sid": "s", "msgs": [A, B]}, {"sid": "t"}]}}),
        "data",
        "list",
        "msgs",
    )
    assert [(item.value, item.outer) for item in found] == [
        (A, {"code": "0", "total": "2", "sid": "s"}),
        (B, {"code": "0", "total": "2", "sid": "s"}),
        ({"sid": "t"}, {"code": "0", "total": "2"}),
    ]
    assert [item.place for item in found] == [
        "$.data.list[0].msgs[0]",
        "$.data.list[0].msgs[1]",
        "$.data.list[1]",
    ] or found[0].line == 1


def test_a_single_object_stands_for_a_list() -> None:
    assert whole(items(json.dumps([{"msgs": {"msg": A}}]), "msgs", "msg")) == [A]


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf  \n"])
def test_empty(data: bytes) -> None:
    with pytest.raises(ExportError, match="空的"):
        items(data)


def test_half_an_emoji_is_replaced_and_counted() -> None:
    column, replaced = string_column(["a", "\ud83d", None, True, ["\udc00"], "\U0001f600"])
    assert column.to_pylist() == ["a", "\ufffd", None, "true", '["\ufffd"]', "\U0001f600"]
    assert replaced == 2
    assert text_of({"a": [None, False, "1.50"]}) == '{"a": [null, false, "1.50"]}'


def test_too_many_kinds_of_fields_are_refused() -> None:
    data = json.dumps([{f"k{i}": "x"} for i in range(3_000)]).encode()
    with pytest.raises(ExportError, match="字段"):
        read_jsonl(Source("a.json", data))


values = (
    st.none()
    | st.booleans()
    | st.text(max_size=4)
    | st.integers(-(2**70), 2**70)
    | st.sampled_from(["[图片]", "\ud83d", "2026-12-01"])
)
ids = st.integers(-(10**18), 10**18)
plain = st.fixed_dictionaries(
    {"s": st.text(max_size=5), "n": ids}, optional={"b": st.booleans() | st.none(), "t": st.just("2026-12-01 10:00:04")}
)


@given(
    st.lists(plain, min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 89), values), max_size=1),
    st.booleans(),
    st.booleans(),
)
def test_plain_lines_come_out_as_any_others(
    some: list[dict[str, Any]], odd: list[tuple[int, Any]], ascii_only: bool, carriage: bool
) -> None:
    rows = [dict(some[i % len(some)], i=i) for i in range(90)]
    for at, value in odd:
        rows[at]["s"] = value
    lines = [json.dumps(row, ensure_ascii=ascii_only) for row in rows]
    data = ("\r\n" if carriage else "\n").join(lines).encode("utf-8", "replace")
    slow = read_jsonl(Source("a.jsonl", data))[0]
    fast = _forced(data)
    if fast is not None:
        assert set(fast[0]) == set(slow.header)
        assert fast[2].tolist() == slow.rows.tolist()
        for name, column in zip(fast[0], fast[1], strict=True):
            assert column.to_pylist() == slow.columns[slow.header.index(name)].to_pylist()


def _forced(data: bytes) -> Any:
    """Read lines by columns, be the file ever so small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_lines, "_LEAST_BYTES", 0)
        return plain_lines.read_plain_lines(data)


@pytest.mark.parametrize(
    "line",
    [
        '{"s": "x"} {"s": "y"}', '{"s": "x"', '[1]', '{"s": {"a": 1}}', '{"s": 1.5}', '{"n": 1e3}', '{"n": -0}', '{"n": 007}',
        '{"s": "\\ud800"}', '{"n": 99999999999999999999}', '{"s": "a\tb"}', '{"s": "x", "s": "y"}', "", "  ",
        '{"s": ["}\n{"]}', '{"s": NaN}',
    ],
)  # fmt: skip
def test_lines_that_are_not_plain_are_left_to_the_other_reader(line: str) -> None:
    good = '{"s": "好", "n": 1}\n' * 300
    assert _forced((good + line + "\n" + good).encode()) is None
    assert _forced(good.encode()) is not None
