"""Bytes → text: every encoding an export comes in, and damage that must cost one row only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.errors import ExportError
from qa_audit.formats.encoding import DAMAGED, decode

LINES = "会话ID,时间,内容\n" + "s1,2026-12-01 10:00:04,您好,在的\n" * 20


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (LINES.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + LINES.encode(), "utf-8"),
        (LINES.encode("gbk"), "gb18030"),
        (LINES.encode("utf-16"), "utf-16-le"),
        (LINES.encode("utf-16-le"), "utf-16-le"),
        (LINES.encode("utf-16-be"), "utf-16-be"),
        (b"\x84\x31\x95\x33" + LINES.encode("gb18030"), "gb18030"),
        (b"a,b\n" * 50_000 + "晚,安\n".encode("gbk"), "gb18030"),
    ],
)
def test_detects(data: bytes, name: str) -> None:
    found = decode(data)
    assert (found.name, found.damaged) == (name, False)
    assert not found.data.startswith(b"\xef\xbb\xbf")
    assert found.data.decode().endswith(("您好,在的\n", "晚,安\n"))


def test_one_gbk_line_in_a_utf8_file_damages_that_line_only() -> None:
    found = decode(LINES.encode() + "坏行\n".encode("gbk") + LINES.encode())
    lines = found.data.decode().split("\n")
    assert found.name == "utf-8"
    assert [DAMAGED in line for line in lines].count(True) == 1


@pytest.mark.parametrize("override", ["big5", "BIG5", "utf-16-le"])
def test_override_wins(override: str) -> None:
    assert decode("訊息".encode(override), override).data.decode() == "訊息"


@pytest.mark.parametrize("override", ["klingon", "base64", "rot13", "zip", "", "utf\x00"])
def test_a_codec_that_is_none_is_an_error(override: str) -> None:
    with pytest.raises(ExportError, match="编码"):
        decode(b"abc", override)


def test_bytes_that_are_no_text_are_an_error() -> None:
    with pytest.raises(ExportError, match="--encoding"):
        decode(bytes(range(128, 256)) * 8 + b"\n\xff\xff\n\xfe\xff")


@given(st.binary(max_size=400))
def test_any_bytes_give_utf8_or_an_error(data: bytes) -> None:
    try:
        found = decode(data)
    except ExportError:
        return
    found.data.decode("utf-8")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\ufeff"), max_size=200))
def test_utf8_comes_back_unchanged(text: str) -> None:
    data = text.encode()
    if data.count(0) == 0:
        assert decode(data).data == data


@pytest.mark.parametrize(
    "end",
    [b"", b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\U0010ffff".encode(), b"\xe4\xbd", b"\x00"],
)
def test_large_files_are_utf8_by_the_same_rules(end: bytes) -> None:
    large = "好,在的\n".encode() * 9_000 + end
    found = decode(large)
    assert (found.name, found.damaged) == ("utf-8", "\ufffd" in large.decode("utf-8", "replace"))
