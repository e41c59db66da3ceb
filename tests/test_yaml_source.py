"""YAML is read as a QA lead means it, and every mistake names its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.errors import RubricError
from qa_audit.yaml_source import open_text, parse_yaml, read_yaml

LAUGHS = "b0: &b0 [1, 1]\n" + "".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9)}]\n" for i in range(1, 9))
"""A small file that aliases blow up to 86 million values."""


def test_scalars_follow_yaml_1_2() -> None:
    tree = parse_yaml("a: 9:30\nb: no\nc: 010\nd: [1, 2.5, ~, true, x, '5', 2026-12-01]\n", "x").tree
    assert tree == {"a": "9:30", "b": "no", "c": 10, "d": [1, 2.5, None, True, "x", "5", "2026-12-01"]}


def test_every_part_knows_its_place() -> None:
    source = parse_yaml("a:\n  - b: 1\n    c: [x, y]\n", "f.yaml")
    assert source.at(("a", 0, "c", 1)) == "f.yaml:3:12"
    assert source.at(("a", 0, "missing")) == "f.yaml:2:5"


@pytest.mark.parametrize(
    ("text", "place", "code"),
    [
        ("a: 1\na: 2", "f:2:1", "E107"),
        ("a:\n  b: 1\n  b: 1", "f:3:3", "E107"),
        ("a: [1", "f:2:1", "E104"),
        ("a: !!python/object:os.system x", "f:1:4", "E109"),
        ("a: !!int x", "f:1:4", "E109"),
        ("a: !!float x", "f:1:4", "E109"),
        ("a: !!set {x}", "f:1:4", "E109"),
        ("a: !mine [x]", "f:1:4", "E109"),
        ("? [1]\n: 2", "f:1:3", "E108"),
        ('a: "\\q"', "f:1:5", "E104"),
        ("\x00", "f:1:1", "E104"),
        ("- " * 50_000, "f:1:81", "E105"),
        ("a: " + "[" * 3000, "f:1:43", "E105"),
        ("a: &a [*a]", "f:", "E105"),
        (LAUGHS, "f:", "E106"),
        ("[" + "1," * 250_000 + "]", "f:1:", "E106"),
    ],
)
def test_mistakes_name_their_place(text: str, place: str, code: str) -> None:
    with pytest.raises(RubricError) as caught:
        parse_yaml(text, "f")
    assert str(caught.value).startswith(place)
    assert [mistake.code for mistake in caught.value.mistakes] == [code]


def test_an_open_file_keeps_what_can_be_used() -> None:
    source = open_text("a: 1\na: 2\nb: [x, !!int y]", "f")
    assert source.tree == {"a": 1, "b": ["x", "y"]}
    assert [str(mistake.place) for mistake in source.mistakes] == ["f:2:1", "f:3:8"]
    assert open_text("[", "f").tree is None


def test_the_place_of_what_is_written_without_a_list_is_its_own() -> None:
    source = parse_yaml("when: {says: {words: 好}}", "f")
    assert source.at(("when", 0, "says", "words", 0)) == source.at(("when", "says", "words")) == "f:1:15"
    assert source.at(("when", 0, "says", "says", "role")) == "f:1:8"


def test_all_repeated_keys_are_told_at_once() -> None:
    with pytest.raises(RubricError) as caught:
        parse_yaml("a: 1\na: 2\nb: {c: 1, c: 2}", "f")
    assert len(str(caught.value).splitlines()) == 2


def test_files_that_are_not_utf8_or_too_large(tmp_path) -> None:
    bad = tmp_path / "gbk.yaml"
    bad.write_bytes("rubric: a\ntitle: 标准".encode("gb18030"))
    with pytest.raises(RubricError, match=r":2:1: E103 不是 UTF-8"):
        read_yaml(bad)
    big = tmp_path / "big.yaml"
    big.write_bytes(b"#" * 5_000_000)
    with pytest.raises(RubricError, match="E102"):
        read_yaml(big)
    with pytest.raises(RubricError, match="E101"):
        read_yaml(tmp_path / "none.yaml")


@given(st.text(alphabet="ab:-[]{}&*!|>'\"\n #,?~0.", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_yaml(text, "f")
    except RubricError as error:
        assert all(line.startswith("f:") for line in str(error).splitlines())
