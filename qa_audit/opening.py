"""A night that was read and not yet judged: where it goes, what its manifest says so far, and whether it is refused."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from qa_audit.context.sessions import sessions_of
from qa_audit.drift import with_drift, write_proposals
from qa_audit.gates import refused_folder, too_many_quarantined
from qa_audit.ingest import Ingested, IngestOptions
from qa_audit.keeping import copied, keep_read
from qa_audit.manifest import nights_part, read_part
from qa_audit.privacy.telling import masked_manifest
from qa_audit.results import publishing

_REPORTS = Path("reports")


def parent_of(out: Path | None) -> Path:
    """Return the folder in which the results will lie; out: as asked for, None for one that is named by the night."""
    return _REPORTS if out is None else Path(out).parent


def opened(
    read: Ingested,
    options: IngestOptions,
    out: Path | None,
    history: Sequence[Path] = (),
    max_quarantine: float | None = None,
) -> tuple[Path, dict[str, Any]]:
    """Return where the night goes, and what its manifest says so far: its status is `not_published` where refused."""
    found = [sessions_of(table, options.tz)["night"].unique() for table in read.tables()]
    nights = dates(pa.concat_arrays([pa.nulls(0, pa.date32()), *found]))
    out = out or _REPORTS / _folder(nights)
    manifest = {**read_part(read, options.gap_minutes), **nights_part(nights, options.tz)}
    manifest["incomplete_sessions"] = len(read.gaps)
    manifest = with_drift(manifest, read, options, history, out, refused_folder(out))
    if refused := too_many_quarantined(read, max_quarantine):
        manifest |= {"status": "not_published", "reasons": [*manifest["reasons"], *refused]}
    return out, masked_manifest(manifest, (table["customer_id"] for table in read.tables()))


def refuse(out: Path, read: Ingested, manifest: dict[str, Any]) -> tuple[Path, dict[str, Any]]:
    """Leave the last good results alone and put what a person needs to mend the export beside them."""
    folder = refused_folder(out)
    with publishing(folder, copied(read)) as stage:
        keep_read(stage, read)
        manifest = write_proposals(stage.path, manifest, folder)
        stage.finish(manifest)
    return folder, manifest


def dates(nights: Any) -> list[str]:
    """Return the distinct nights of a column, in order; null is none."""
    return sorted(date.isoformat() for date in nights.unique().drop_null().to_pylist())


def _folder(nights: list[str]) -> str:
    if not nights:
        return "undated"
    return nights[0] if len(nights) == 1 else f"{nights[0]}_{nights[-1]}"
