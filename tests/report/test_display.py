"""Numbers, hostile text, file names and wide columns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from qa_audit.report.display import clock_time, number, one_line, pad, percent, seconds, slugs, visible, width
from qa_audit.report.fragments import escaped


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (2.5, "2.5"), (100.0, "100"), (0.0, "0"), (-0.001, "0"), (None, "—"), (float("nan"), "—")],
)
def test_number(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (6.0, "6 秒"),
        (6.004, "6.004 秒"),
        (5.999996, "5.999996 秒"),
        (30.0, "30 秒"),
        (30.000002, "30.000002 秒"),
        (75.0, "75 秒"),
        (60.4, "60.4 秒"),
        (125.0, "2 分 05 秒"),
        (3780.0, "1 小时 03 分"),
    ],
)
def test_seconds_never_round_across_a_limit(value: float | None, text: str) -> None:
    assert seconds(value) == text


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "—"), (0, 9, "0%"), (9, 9, "100%"), (1, 10_000, "<0.1%"), (9_999, 10_000, "99.9%"), (2, 3, "66.7%")],
)
def test_percent_says_none_and_all_only_when_it_is(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


def test_a_message_without_time_is_named_by_its_place() -> None:
    assert clock_time("", "none", 4) == "第 5 条"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a‹U+202E›b"),
        ("\x1b[31m", "‹U+001B›[31m"),
        ("加\u200b微信", "加‹U+200B›微信"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("一\n二\t三\r", "一\n二\t三"),
        ("<b>&", "<b>&"),
    ],
)
def test_hidden_characters_are_named(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_visible_text_holds_no_control_and_one_line_no_break(text: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", visible(text))
    assert "\n" not in one_line(text)


@given(st.lists(st.one_of(st.none(), st.text()), unique=True))
def test_slugs_are_distinct_safe_file_names(values: list[str | None]) -> None:
    found = slugs(values, "agent")
    assert len(set(found.values())) == len(values)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,48}", name) for name in found.values())
    assert found == slugs(reversed(values), "agent")


@pytest.mark.parametrize("name", ["../../x", "<script>alert(1)</script>", "con", "a/b\\c", "长" * 500, "", "A", "a"])
def test_slugs_of_hostile_names(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{9,41}", slugs([name], "agent")[name])


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9FFF), max_size=40), st.integers(2, 30))
def test_pad_fills_exactly(text: str, columns: int) -> None:
    assert width(pad(one_line(text), columns)) == columns


@pytest.mark.parametrize("text", ["", "在吗", "a & b", "<b>'x'</b>", '"&amp;"', "&lt;", "\x00'\"<>&"])
def test_escaped_is_what_markupsafe_says(text: str) -> None:
    assert escaped(text) == str(escape(text))
