"""Slices hold whole sessions, in order, and nothing is lost between them."""

from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.interim import read_ipc, write_ipc
from qa_audit.slices import cutting
from qa_audit.slices.cutting import apart, cut


def night(*lengths: int) -> pa.Table:
    return transcript(
        "\n\n".join(f"# s{i:02}\n" + "\n".join(["00:00 customer: 在吗"] * n) for i, n in enumerate(lengths))
    )


@pytest.mark.parametrize("piece", [1, 3, 100])
@pytest.mark.parametrize("lengths", [(1,) * 20, (7, 1, 1, 30, 2), (50,), (4, 4, 4)])
def test_slices_laid_end_to_end_are_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lengths: tuple[int, ...], piece: int
) -> None:
    monkeypatch.setattr(cutting, "MESSAGES_PER_SLICE", 5)
    table = night(*lengths)
    pieces = [table.slice(i, piece) for i in range(0, table.num_rows, piece)]
    parts = [read_ipc(path) for path in cut(pieces, tmp_path)]
    assert pa.concat_tables(parts).equals(table)
    assert all(part["position"][0].as_py() == 0 for part in parts)
    assert all(part.num_rows >= 5 for part in parts[:-1])
    assert all(set(a["session_id"].to_pylist()).isdisjoint(b["session_id"].to_pylist()) for a, b in pairwise(parts))


def test_no_messages_are_no_slices(tmp_path: Path) -> None:
    assert cut([], tmp_path) == []
    assert cut([night(3).slice(0, 0)], tmp_path) == []


def test_slices_between_which_a_partition_was_cut_stay_together(tmp_path: Path) -> None:
    customers = ["甲", "甲", "乙", "丙", "丙", "丙"]
    paths = []
    for number, customer in enumerate(customers):
        paths.append(tmp_path / f"{number}.arrow")
        write_ipc(transcript(f"# s{number} customer={customer}\n00:00 customer: 在吗"), paths[-1])
    assert apart(paths, "Asia/Shanghai") == [tuple(paths[:2]), (paths[2],), tuple(paths[3:])]
