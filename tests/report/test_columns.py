"""Arrow columns as arrays, lists and times, beside what pyarrow and zoneinfo say themselves."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_audit.errors import ResultsError
from qa_audit.report.columns import counted, listed, read, wall_clock
from tests.report.synthetic_run import build

TEXTS = st.lists(st.none() | st.sampled_from(("", "a", "客服", "b")), max_size=12)


@settings(max_examples=40)
@given(TEXTS, st.booleans(), st.integers(0, 13))
def test_listed_is_to_pylist(values: list[str | None], encoded: bool, start: int) -> None:
    column = pa.chunked_array([values[:5], values[5:]], pa.string())
    column = (column.dictionary_encode() if encoded else column).slice(start)
    assert listed(column) == values[start:]


@pytest.mark.parametrize("kind", [pa.int32(), pa.float64(), pa.bool_()])
@pytest.mark.parametrize("values", [[], [1, 0, 1], [None, 1], [None]])
def test_numbers_are_listed_as_pyarrow_does(values: list[Any], kind: Any) -> None:
    column = pa.chunked_array([pa.array([v if v is None else kind.to_pandas_dtype()(v) for v in values], kind)])
    assert listed(column) == column.to_pylist()


@settings(max_examples=40)
@given(TEXTS, st.data())
def test_counted_is_a_counter_of_rows(left: list[str | None], data: st.DataObject) -> None:
    right = data.draw(st.lists(st.none() | st.sampled_from(("x", "y")), min_size=len(left), max_size=len(left)))
    assert counted(pa.array(left, pa.string()), pa.array(right, pa.string())) == Counter(zip(left, right, strict=True))


@settings(max_examples=40)
@given(
    st.lists(st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)), max_size=6),
    st.sampled_from(("Asia/Shanghai", "UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe")),
)
def test_wall_clock_agrees_with_zoneinfo(moments: list[datetime | None], name: str) -> None:
    utc = [m if m is None else m.replace(tzinfo=UTC) for m in moments]
    column = pa.chunked_array([pa.array(utc, pa.timestamp("us", tz="UTC"))])
    expected = ["" if m is None else f"{m.astimezone(ZoneInfo(name)):%Y-%m-%dT%H:%M:%S}" for m in utc]
    assert wall_clock(column, ZoneInfo(name)) == expected


def test_a_table_without_a_needed_column_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1]}), tmp_path / "t.parquet")
    assert read(tmp_path / "t.parquet", ["a"], ["c"]).column_names == ["a"]
    with pytest.raises(ResultsError, match=r"t\.parquet: 没有这些列:b"):
        read(tmp_path / "t.parquet", ["a", "b"])


def test_rendering_does_not_import_pandas(tmp_path: Path) -> None:
    build(tmp_path / "out", sessions=3)  # the index needs no session: columns of no rows
    code = (
        "import sys; from pathlib import Path; from qa_audit.report import render;"
        "before = {'jinja2', 'qa_audit.texts.entities'} & set(sys.modules);"
        "render(Path(sys.argv[1]), {}); sys.exit('pandas' in sys.modules or bool(before))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path / "out")], check=False).returncode == 0
