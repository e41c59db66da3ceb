"""What a spreadsheet does to cells is undone, and what a person did is not."""

import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.ingest.spreadsheet import LONGEST, guarded, returned, unguarded


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("007", "7"), ("1796176804000", "1.79618E+12"), ("1796176804000", "1.796176804E+12"),
        ("1796090404000123456", "1796090404000120000"), ("1796090404000123456", "1.79609E+18"), ("1.50", "1.5"),
        ("2026-12-01 10:00:04", "2026/12/1 10:00"), ("2026-12-01 10:00:04", "2026/12/1 10:00:04"),
        ("2026-12-01 10:00:04.250", "2026-12-01 10:00:04"), ("2026-12-01", "2026/12/1"), ("2026-12-01", "12/1/2026"),
        ("2026-12-01 10:00:04", "12/1/2026 10:00"), ("好的👍谢谢", "好的?谢谢"), ("好的👍谢谢", "好的??谢谢"),
        ("a\r\nb", "a\nb"), (" 在吗 ", "在吗"), ("真\x07的", "真 的"), ("true", "TRUE"), (None, ""), ("", " "),
        ("=1+1", "'=1+1"), ("=1+1", "=1+1"), ("'=1", "''=1"), ("'=1", "'=1"), ("在" * 40_000, ""),
    ],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_wrote_in_another_way_is_untouched(before: str | None, now: str) -> None:
    shown = guarded(pa.array([before]))[0].as_py() if before and len(before) > LONGEST else now
    assert returned(before, shown) is None


@pytest.mark.parametrize(
    ("before", "now", "meant"),
    [
        ("007", "8", "8"), ("2026-12-01 10:00:04", "2026/12/1 10:01", "2026/12/1 10:01"), ("昨天", "2026/12/1", "2026/12/1"),
        ("2026-12-01 10:00", "2026-12-01 10:00:04", "2026-12-01 10:00:04"), ("在吗", "在吗?", "在吗?"), ("好👍", "好?!", "好?!"),
        ("=1+1", "'=1+2", "=1+2"), ("=1+1", "=1+2", "=1+2"), (None, "'=1", "=1"), (None, "'004103", "004103"),
        ("", "'007", "007"), ("店长", "'007", "007"), (None, "'真的", "'真的"), (None, "'7", "'7"), ("", "4103", "4103"), ("在吗", "'在吗", "'在吗"), ("店长", "", ""),
        ("1796090404000123456", "1796090404000130000", "1796090404000130000"), ("ok", "OK", "OK"), ("12", "1.3E+01", "1.3E+01"),
    ],
)  # fmt: skip
def test_what_a_person_typed_counts(before: str | None, now: str, meant: str) -> None:
    assert returned(before, now) == meant


def test_an_apostrophe_typed_into_words_is_one_of_them() -> None:
    assert returned(None, "'=1", words=True) == "'=1"
    assert returned("=2", "'=1", words=True) == "=1"


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet="'=+-@\t\r0159aE./%: 中", max_size=12), max_size=30))
def test_no_cell_runs_and_every_cell_comes_back(cells: list[str]) -> None:
    written = guarded(pa.array(cells, pa.string())).to_pylist()
    assert not [cell for cell in written if re.match(r"[=+\-@\t\r]", cell)]
    assert [unguarded(cell) for cell in written] == cells
    assert [returned(cell, shown) for cell, shown in zip(cells, written, strict=True)] == [None] * len(cells)
