"""What a sentence quotes of a file is for the terminal; in what is shared an ellipsis stands for it."""

import pytest

from qa_audit.citing import cited, plain, shared
from qa_audit.errors import ExportError

A, B = cited("甲"), cited("乙")


@pytest.mark.parametrize(
    ("text", "told", "published"),
    [
        ("没有引用", "没有引用", "没有引用"),
        (f"值是 {A}。请改", "值是 甲。请改", "值是 「…」。请改"),
        (f"列是:时间、{A}、{B}", "列是:时间、甲、乙", "列是:时间、「…」(2 个)"),
        (f"“{A}”;“{B}”", "“甲”;“乙”", "“「…」”;“「…」”"),
        (cited(f"里{A}外"), "里甲外", "「…」"),
        (cited(""), "", "「…」"),
        (f"截断 {A[:2]}", "截断 甲", "截断 「…」"),
        (f"\ufdd0名\ufdd1.csv: {A}", "名.csv: 甲", "「…」.csv: 「…」"),
        (f"\ufdd0名.csv: {A}", "名.csv: 甲", "「…」(2 个)"),
        (f"\ufdd1名.csv: {A}", "名.csv: 甲", "名.csv: 「…」"),
    ],
)
def test_a_citation(text: str, told: str, published: str) -> None:
    assert (plain(text), shared(text)) == (told, published)


def test_everything_in_a_manifest() -> None:
    manifest = {"notices": [{"text": A, "file": None}], "n": 3, "x": (B, 0.5), A: True}
    assert shared(manifest) == {
        "notices": [{"text": "「…」", "file": None}],
        "n": 3,
        "x": ["「…」", 0.5],
        "「…」": True,
    }


def test_an_error_is_told_plainly_and_keeps_its_marks() -> None:
    error = ExportError(f"a.csv: 列是 {A}")
    assert (str(error), shared(error.told)) == ("a.csv: 列是 甲", "a.csv: 列是 「…」")
