"""The pages are the same bytes however the tables are cut into row groups and the work into parts."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from pickle import dumps, loads
from typing import Any

import pyarrow.parquet as pq
import pytest

from qa_audit.report import render
from qa_audit.report.parts import Part, divided
from qa_audit.report.reading import read_results
from tests.report.synthetic_run import build


def _pages(folder: Path) -> dict[str, str]:
    files = [p for p in folder.rglob("*") if p.suffix in (".html", ".json", ".txt")]
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _elsewhere(function: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterable[Any]:
    """Run tasks as another process would get and answer them."""
    return (loads(dumps(function(loads(dumps(task))))) for task in tasks)


@pytest.mark.parametrize(("shares", "rows"), [(1, None), (2, None), (3, None), (1, 7), (2, 50), (40, 3)])
def test_shares_and_row_groups_change_no_byte(tmp_path: Path, folder: Path, shares: int, rows: int | None) -> None:
    run = build(tmp_path / "out")
    if rows:
        for path in (tmp_path / "out").rglob("*.parquet"):
            pq.write_table(pq.read_table(path), path, row_group_size=rows)
    written = render(tmp_path / "out", run, run_step=_elsewhere, shares=shares)
    assert len(written) == len(set(written))
    assert {path.relative_to(tmp_path / "out").as_posix() for path in written} == _pages(folder).keys()
    assert _pages(tmp_path / "out") == _pages(folder)


def _parts(folder: Path, shares: int) -> Iterator[Part]:
    return divided(folder, *read_results(folder, {}, None), shares)


def test_every_page_is_one_part_s_and_a_part_gets_only_what_it_shows(folder: Path) -> None:
    index, *parts = _parts(folder, 2)
    (whole,) = list(_parts(folder, 1))[1:]
    assert len(parts) == 4
    sessions = [name for part in parts for name in part.sessions]
    assert sorted(sessions) == sorted(whole.sessions) == whole.shown.sessions
    assert sorted(sessions) == sorted(f"{name}" for name in whole.session_files)
    for part in parts:
        names = {row["agent_id"] for row in part.results.agents}
        assert set(part.results.outcomes) <= names
        assert set(part.shown.sessions) == {key[0] for name in names for key in part.results.shown.get(name, ())}
    # The index quotes the red lines and nothing else.
    assert len(index.results.agents) == len(whole.results.agents)
    assert 0 < len(index.shown.sessions) < len(whole.shown.sessions)
