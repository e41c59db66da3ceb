"""Files between steps: pieces of a table are read by themselves, and nothing half written is ever seen."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from qa_audit.interim import linked, read_arrays, read_ipc, read_pieces, whole, write_arrays, write_ipc, write_pieces


def test_pieces_are_the_rows_between_their_offsets_whether_some_are_empty_or_not(tmp_path: Path) -> None:
    table = pa.table({"x": list(range(10)), "text": [f"第{i}句" for i in range(10)]})
    offsets = np.array([0, 0, 3, 3, 4, 10, 10])
    write_pieces(table, offsets, tmp_path / "pieces")
    for low in range(7):
        for high in range(low, 7):
            rows = table.slice(int(offsets[low]), int(offsets[high] - offsets[low]))
            assert read_pieces(tmp_path / "pieces", offsets, low, high).equals(rows)


def test_what_fails_while_it_is_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), whole(path) as file:
        file.write(b"new")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_tables_arrays_and_links_come_back(tmp_path: Path) -> None:
    table = pa.table({"x": [1, 2, 3]})
    write_ipc(table, tmp_path / "table")
    for _ in range(2):  # a task that is done twice
        linked(tmp_path / "table", tmp_path / "link")
    assert read_ipc(tmp_path / "link").equals(table)
    write_arrays(tmp_path / "arrays", a=np.arange(3), b=np.array([], dtype=np.uint64))
    found = read_arrays(tmp_path / "arrays")
    assert (found["a"].tolist(), found["b"].dtype) == ([0, 1, 2], np.uint64)
