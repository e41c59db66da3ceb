"""What keeps a night from being published: too many rows in quarantine, an export that is no longer what it was.

A refused night leaves the last good results alone; what was found goes beside them, into `OUT.not-published/`.
"""

import shutil
from pathlib import Path
from typing import Any

from qa_audit.errors import ResultsError
from qa_audit.ingest import Ingested
from qa_audit.results import read_manifest


def too_many_quarantined(read: Ingested, most: float | None) -> list[dict[str, Any]]:
    """Return the reason why a night is refused when more than the share `most` (0–1) of its rows is in quarantine."""
    share = read.quarantine.num_rows / max(1, read.read)
    if most is None or share <= most:
        return []
    text = (
        f"隔离了 {read.quarantine.num_rows} 行,占读入 {read.read} 行的 {share:.2%},超过 --max-quarantine {most:.2%};"
        "请打开 quarantine.csv 看原因,改好后用 qa-audit ingest --mended 收回"
    )
    return [{"code": "max_quarantine", "text": text, "file": None}]


def unreadable_files(read: Ingested) -> list[dict[str, Any]]:
    """Return why a night is degraded: the files that could not be read at all."""
    return [{"code": "unreadable_file", "text": each.message, "file": each.path} for each in read.failed]


def forget_refused(out: Path) -> None:
    """Remove what an earlier refusal of the same night left beside the results: a later export has been published.

    A mapping file in it stays, with all that is there: it may be the one that the night was read with.
    """
    folder = refused_folder(out)
    try:
        refused = read_manifest(folder).get("status") == "not_published"
    except (ResultsError, OSError):
        return
    if refused and not any(folder.glob("mapping*.yaml")):
        shutil.rmtree(folder, ignore_errors=True)


def refused_folder(out: Path) -> Path:
    """Return where a refused night's findings go: beside the results, never in their place."""
    return out.with_name(f"{out.name}.not-published")
