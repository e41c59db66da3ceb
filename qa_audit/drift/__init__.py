"""Whether an export is still what it was on earlier nights: fingerprints kept in run.json, and their comparison.

    read = read_night(paths, options, folder, run_step, compared=True)
    manifest = with_drift(manifest, read, options, history, out, refused)   # sources, notices, a refusal

docs/drift.md says what is kept, what is compared and how far is far.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa_audit.drift.comparing import Tonight, compare
from qa_audit.drift.fingerprint import fingerprints
from qa_audit.drift.history import earlier
from qa_audit.drift.reading import looks_of, read_night
from qa_audit.errors import ExportError
from qa_audit.ingest import Ingested, IngestOptions

__all__ = ["read_night", "with_drift", "write_proposals"]


def with_drift(
    manifest: dict[str, Any],
    read: Ingested,
    options: IngestOptions,
    history: Sequence[Path],
    out: Path,
    refused: Path,
) -> dict[str, Any]:
    """Return the manifest with the sources of the night, and what comparing them with the runs under `history` says.

    out: where the night is published; refused: where it goes otherwise. A lost column makes the status not_published.
    Raise ExportError for a night of which nothing was read, unless a lost column explains it.
    """
    looks = tuple(look for source in read.inputs for look in source.looks)
    sources = fingerprints(looks, read.tables(), read.quarantine, options.tz)
    manifest = {**manifest, "sources": sources}
    if not history:
        return manifest
    night = manifest["nights"][-1] if manifest["nights"] else None
    past = earlier(history, out, night)
    failed = tuple(looks_of(read.failed, options)) if past.nights else ()
    tonight = Tonight((*looks, *failed), tuple(sources), tuple(each.path for each in read.failed), night)
    found = compare(tonight, past, options, refused)
    if not read.inputs and not found.lost:
        raise ExportError("\n".join(dict.fromkeys(each.message for each in read.failed)))
    explained = {look.file for look, _ in found.lost}
    lost = [{"code": "lost_column", "text": text, "file": look.source_file} for look, text in found.lost]
    kept = [each for each in manifest["reasons"] if not (lost and each["file"] in explained)]
    told = [{"code": each.code, "text": each.text, "file": each.file} for each in found.notices]
    return {
        **manifest,
        "status": "not_published" if lost else manifest["status"],
        "reasons": [*kept, *lost],
        "notices": [*manifest["notices"], *told],
        "history": {"nights": [each.night for each in past.nights]},
        **({"proposals": {name: remedy.text for name, remedy in found.remedies.items()}} if lost else {}),
    }


def write_proposals(folder: Path, manifest: dict[str, Any], before: Path) -> dict[str, Any]:
    """Write the mapping files that a refused night proposes; one that a person edited in `before` stays as .old, and
    those that are not proposed again stay: the night may have been read with one.

    Return the manifest as it is kept: with the names and sha256 of these files only, for they quote the export.
    """
    for path in sorted(before.glob("mapping*.yaml*")):
        if path.is_file() and path.name not in manifest.get("proposals", {}):
            (folder / path.name).write_bytes(path.read_bytes())
    for name, text in manifest.get("proposals", {}).items():
        edited = before / name
        if edited.is_file() and edited.read_text("utf-8", "replace") != text:
            (folder / f"{name}.old").write_bytes(edited.read_bytes())
        (folder / name).write_text(text, "utf-8")
    if "proposals" not in manifest:
        return manifest
    texts = sorted(manifest["proposals"].items())
    return {**manifest, "proposals": {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts}}
