"""What of a run goes to `private/` as it was read: quarantine, ratings, and a copy of what a person mended."""

import json
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from qa_audit.ingest import Ingested
from qa_audit.ingest.quarantine_file import write_quarantine
from qa_audit.results import Stage, write_json, write_table

_ALWAYS = ("quarantine.parquet", "quarantine.csv", "ratings.parquet", "incomplete_sessions.json")
_MENDED = "mended-"


def keep_read(stage: Stage, read: Ingested) -> None:
    """Write what was read beside the messages.

    The mended files are copied (mended-1.csv …): they may lie in the folder that is about to be replaced, and the next
    run over the same export needs them again.
    """
    write_table(read.quarantine, stage.private / _ALWAYS[0])
    write_quarantine(read.quarantine, read.aside, stage.private / _ALWAYS[1])
    write_table(read.ratings, stage.private / _ALWAYS[2])
    write_json(stage.private / _ALWAYS[3], list(read.gaps))  # their ids may name customers
    for number, file in enumerate(read.mended.files if read.mended else (), 1):
        suffix = PurePosixPath(file.path).suffix.lower()
        suffix = suffix if suffix in (".csv", ".txt", ".tsv", ".xlsx", ".xls") else ".csv"
        (stage.private / f"{_MENDED}{number}{suffix}").write_bytes(file.data)


def copied(read: Ingested) -> tuple[str, ...]:
    """Return the paths of the files that `keep_read` copies."""
    return tuple(file.path for file in read.mended.files) if read.mended else ()


def incomplete_sessions(stage: Stage) -> frozenset[str]:
    """Return the sessions of which rows are in quarantine."""
    return frozenset(json.loads((stage.private / _ALWAYS[3]).read_text("utf-8")))


def carry_over(folder: Path, stage: Stage, copy: Callable[[Path, Path], None]) -> None:
    """Copy the same files from a run folder that is judged again."""
    private = folder / "private"
    for path in (*(private / name for name in _ALWAYS), *sorted(private.glob(f"{_MENDED}*"))):
        copy(path, stage.private / path.name)
