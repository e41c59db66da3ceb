"""Arrays made without pandas are those that pyarrow makes."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from qa_audit import arrow

LISTS = [
    ([], pa.string()),
    ([None, None], pa.int64()),
    ([None], pa.timestamp("us", tz="UTC")),
    (["甲", None, "", "b"], None),
    (("甲", "b"), pa.string()),
    (["\x00"], None),
    (["a\x00甲", "", None, "\x00\x00"], None),
    ([1, None, -3], None),
    ([1, 2], pa.int32()),
    ([1, 2], pa.float64()),
    ([0.5, None, 1], None),
    ([2**63], pa.uint64()),
    ([True, None, False], None),
    ([date(2026, 12, 1), None], None),
    ([{"a": 1}, None], None),
    ([[1], []], pa.list_(pa.int32())),
    ([b"a"], None),
]
MASKED = np.array([False, True, False, True, False, False, False, False, True])
ARRAYS = [
    np.arange(9),
    np.arange(18)[::2],
    np.arange(9, dtype=np.int32)[::-1],
    np.linspace(0, 1, 9),
    np.arange(9) % 2 == 0,
    np.arange(9, dtype="u2"),
    np.arange(9).astype("datetime64[s]"),
    np.array([b"ab"] * 9),
    np.array(["甲"] * 9, dtype=object),
]


@pytest.mark.parametrize(("values", "kind"), LISTS, ids=repr)
def test_lists_become_what_pyarrow_makes_of_them(values: Any, kind: Any) -> None:
    made = arrow.array(values, kind)
    made.validate(full=True)
    assert made.equals(pa.array(values, kind))
    assert made.type == pa.array(values, kind).type
    assert arrow.array(iter(values), kind).equals(made)


@pytest.mark.parametrize("mask", [None, MASKED, np.zeros(9, bool), np.ones(9, bool)], ids=repr)
@pytest.mark.parametrize("values", ARRAYS, ids=lambda values: str(values.dtype))
def test_numpy_arrays_become_what_pyarrow_makes_of_them(values: Any, mask: Any) -> None:
    made = arrow.array(values, mask=mask)
    made.validate(full=True)
    assert made.equals(pa.array(values, mask=mask))
    assert made.type == pa.array(values, mask=mask).type


def test_a_type_casts_and_nulls_are_not_looked_at() -> None:
    values, mask = np.array([1, 2**40]), np.array([False, True])
    assert arrow.array(values, pa.int32(), mask).to_pylist() == [1, None]
    with pytest.raises(pa.ArrowInvalid):
        arrow.array(values, pa.int32())


@pytest.mark.parametrize(
    ("value", "kind"), [("甲", None), (1, None), (True, None), (None, pa.string()), (0, pa.int8())]
)
def test_scalars(value: Any, kind: Any) -> None:
    assert arrow.scalar(value, kind).equals(pa.scalar(value, kind))


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([1, 2, 3]), [1, 2, 3]),
        (pa.array([0, 1, None, 3]).slice(1), [1, None, 3]),
        (pa.array([], pa.int64()), []),
        (pa.array([True, None, False]), [1, None, 0]),
        (pa.array([1, None], pa.timestamp("us", tz="UTC")), [1, None]),
        (pa.array([7], pa.date32()), [7]),
        (pa.chunked_array([[1.5], [], [2.5]]), [1.5, 2.5]),
        (pa.chunked_array([], pa.int32()), []),
    ],
    ids=str,
)
def test_numbers(column: Any, expected: list[float | None]) -> None:
    found = arrow.numbers(column)
    assert [None if np.isnan(each) else each for each in found.tolist()] == expected
    filled = arrow.numbers(column, -1)
    assert filled.tolist() == [-1 if each is None else each for each in expected]


def test_truths_are_false_where_unknown() -> None:
    column = pa.chunked_array([[True, None], [False, True]])
    assert arrow.truths(column).tolist() == [True, False, False, True]
    assert arrow.truths(pa.array([False, None, True]).slice(1)).tolist() == [False, True]
    assert arrow.truths(column).dtype == np.bool_


def test_an_empty_table_is_that_of_its_schema() -> None:
    schema = pa.schema(
        {"a": pa.string(), "b": pa.list_(pa.struct({"c": pa.int32()})), "d": pa.timestamp("us", tz="UTC")}
    )
    assert arrow.empty(schema).equals(schema.empty_table())
    assert arrow.empty(schema)["b"].num_chunks == schema.empty_table()["b"].num_chunks
