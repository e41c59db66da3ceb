"""A run folder appears whole or not at all, one writer at a time, and never over somebody's files."""

import multiprocessing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qa_audit import schema
from qa_audit.errors import LockedError, ResultsError
from qa_audit.results import (
    TableWriter,
    publishing,
    read_manifest,
    read_table,
    reserved,
    row_groups,
    scratch,
    strangers,
    write_table,
)


def publish(out: Path, text: str) -> None:
    with publishing(out) as stage:
        (stage.path / "index.html").write_text(text)
        (stage.private / "messages.parquet").write_text(text)
        stage.finish({"status": "ok", "text": text, "versions": {"qa_audit": "0"}})


def test_a_run_replaces_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "2026-12-01"
    publish(out, "one")
    publish(out, "two")
    assert (read_manifest(out)["text"], (out / "index.html").read_text()) == ("two", "two")
    assert (out / "private").stat().st_mode & 0o777 == 0o700
    assert {path.name for path in out.parent.iterdir()} == {"2026-12-01", ".2026-12-01.lock"}


def test_a_run_that_fails_changes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "n"
    publish(out, "one")
    with pytest.raises(ZeroDivisionError), publishing(out) as stage:
        (stage.path / "index.html").write_text("half")
        raise ZeroDivisionError
    with publishing(out) as stage:
        (stage.path / "index.html").write_text("never finished")
    assert (out / "index.html").read_text() == "one"
    assert not (tmp_path / ".n.staging").exists()


def test_a_run_killed_between_the_renames_is_mended(tmp_path: Path) -> None:
    out = tmp_path / "n"
    publish(out, "one")
    out.rename(tmp_path / ".n.replaced")
    with publishing(out):
        pass
    assert (out / "index.html").read_text() == "one"


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(ResultsError, match="不敢覆盖"):
        publish(tmp_path, "x")
    with pytest.raises(ResultsError, match="同名文件"):
        publish(tmp_path / "thesis.doc", "x")
    assert (tmp_path / "thesis.doc").read_text() == "years of work"


@pytest.mark.parametrize("run", ["", "[1]", '{"mine": 1}', '{"versions": 1}', "[" * 100_000])
def test_a_run_json_of_somebody_else_is_none_of_ours(tmp_path: Path, run: str) -> None:
    (tmp_path / "run.json").write_text(run)
    with pytest.raises(ResultsError, match="不敢覆盖"):
        publish(tmp_path, "x")
    assert (tmp_path / "run.json").read_text() == run


@pytest.mark.parametrize("name", [
    "thesis.txt", "private/改好的.xlsx", "private/quarantine.xlsx", "sessions/我的笔记.html", "notes/a.md", "mapping.yaml", "private/index.html", ".env",
])  # fmt: skip
def test_a_file_that_a_person_put_among_the_results_is_not_lost(tmp_path: Path, name: str) -> None:
    out = tmp_path / "n"
    publish(out, "one")
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("years of work")
    with pytest.raises(ResultsError, match=f"1 个不是 qa-audit 写的文件.*{name}"):
        publish(out, "two")
    assert ((out / name).read_text(), read_manifest(out)["text"]) == ("years of work", "one")
    with publishing(out, [str(out / name)]) as stage:
        stage.finish({"versions": {"qa_audit": "0"}})
    assert not (out / name).exists()


def test_what_the_system_and_refused_nights_leave_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "n.not-published"
    publish(out, "one")
    for name in (".DS_Store", "private/.~lock.quarantine.csv#", "private/~$quarantine.xlsx", "mapping-2.yaml.old"):
        (out / name).write_text("")
    publish(out, "two")
    assert strangers(out) == []
    assert {path.name for path in out.iterdir()} == {"run.json", "index.html", "private"}


def test_a_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    link = tmp_path / "out"
    link.symlink_to("disk")
    (tmp_path / ".disk.replaced").symlink_to("nowhere")  # as an earlier version could leave it
    for text in ("one", "two", "three"):
        publish(link, text)
        assert (link.is_symlink(), (tmp_path / "disk" / "index.html").read_text()) == (True, text)
    assert {path.name for path in tmp_path.iterdir()} == {"disk", "out", ".disk.lock"}


def test_a_link_within_the_results_or_to_itself_is_told(tmp_path: Path) -> None:
    publish(tmp_path / "n", "one")
    (tmp_path / "n" / "agents").symlink_to(tmp_path)
    with pytest.raises(ResultsError, match="agents"):
        publish(tmp_path / "n", "two")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(ResultsError, match="同名文件"):
        publish(tmp_path / "loop", "two")


def _hold(out: Path, ready: object, done: object) -> None:
    with publishing(out):
        ready.set()  # type: ignore[attr-defined]
        done.wait(20)  # type: ignore[attr-defined]


def test_a_second_writer_is_turned_away(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(tmp_path / "n", ready, done))
    other.start()
    try:
        assert ready.wait(20)
        with pytest.raises(LockedError):
            publish(tmp_path / "n", "x")
    finally:
        done.set()
        other.join(20)
    publish(tmp_path / "n", "x")
    assert read_manifest(tmp_path / "n")["text"] == "x"


def test_what_is_missing_or_broken_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match=r"run\.json"):
        read_manifest(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(ResultsError, match="JSON"):
        read_manifest(tmp_path)
    with pytest.raises(ResultsError, match="没有这个文件"):
        read_table(tmp_path / "none.parquet")
    (tmp_path / "bad.parquet").write_text("PAR1")
    with pytest.raises(ResultsError, match="读不出来"):
        read_table(tmp_path / "bad.parquet")


def test_equal_tables_give_equal_bytes(tmp_path: Path) -> None:
    for name in "ab":
        write_table(pa.table({"x": list(range(1000))}), tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("pieces", [[1000], [1, 999], [100, 0, 900], [333, 333, 334], [512, 488], [1024 - 24]])
def test_a_table_written_in_pieces_is_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pieces: list[int]
) -> None:
    monkeypatch.setattr(schema, "ROW_GROUP", 256)
    texts = pa.array([f"第{i % 300}句" if i % 7 else None for i in range(1000)])
    table = pa.table({"x": list(range(1000)), "text": texts})
    write_table(table, tmp_path / "whole")
    with TableWriter(tmp_path / "pieces", table.schema) as writer:
        first = 0
        for size in pieces:
            writer.add(table.slice(first, size))
            first += size
    assert (tmp_path / "pieces").read_bytes() == (tmp_path / "whole").read_bytes()
    assert pq.ParquetFile(tmp_path / "whole").num_row_groups == 4
    assert pa.concat_tables(row_groups(tmp_path / "pieces")).equals(table)


def test_a_table_without_rows_is_a_file_too(tmp_path: Path) -> None:
    with TableWriter(tmp_path / "none", schema.FEATURES):
        pass
    assert read_table(tmp_path / "none").schema == schema.FEATURES


def test_what_killed_runs_left_is_swept_and_what_others_hold_stays(tmp_path: Path) -> None:
    place = tmp_path / "reports"
    with scratch(place) as running, publishing(place / "now"):
        for left in (".qa-audit-reading-left", ".qa-audit-reading-x.gone", ".then.staging", ".than.staging.gone"):
            (place / left / "private").mkdir(parents=True)
            (place / left / "private" / "chat").write_text("secret", "utf-8")
        for name in ("then", "than"):
            (place / f".{name}.lock").touch()
        (place / ".mine.staging").mkdir()  # no lock beside it: no folder of ours
        with scratch(place) as mine, publishing(place / "out"):
            assert mine.stat().st_mode & 0o077 == 0
            found = {path.name for path in place.iterdir() if path.is_dir()}
            assert found == {mine.name, running.name, ".out.staging", ".now.staging", ".mine.staging"}
    assert [path.name for path in place.iterdir() if path.is_dir()] == [".mine.staging"]
    assert not list(place.glob(".qa-audit*"))


def test_a_place_that_is_held_is_held_until_it_is_published(tmp_path: Path) -> None:
    with reserved(tmp_path / "out"):
        publish(tmp_path / "out", "mine")
        with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(LockedError):
            pool.apply(publish, (tmp_path / "out", "theirs"))
    publish(tmp_path / "out", "later")


@pytest.mark.parametrize("out", ["/proc/nosuch", "/dev/null/x"])
def test_a_place_where_nobody_can_write_is_told(out: str) -> None:
    with pytest.raises(ResultsError, match="--out"):
        publish(Path(out), "x")
