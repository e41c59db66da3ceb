"""What keeps a night from being published: too many rows in quarantine, an export that is no longer what it was.

A refused night leaves the last good results alone; what was found goes beside them, into `OUT.not-published/`.
"""

import hashlib
import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from qa_audit.errors import ResultsError
from qa_audit.formats.mapping import Mapping
from qa_audit.ingest import Ingested
from qa_audit.results import MANIFEST, read_manifest, strangers


def too_many_quarantined(read: Ingested, most: float | None) -> list[dict[str, Any]]:
    """Return the reason why a night is refused when more than the share `most` (0–1) of its rows is in quarantine."""
    share = read.quarantine.num_rows / max(1, read.read)
    if most is None or share <= most:
        return []
    text = (
        f"隔离了 {read.quarantine.num_rows} 行,占读入 {read.read} 行的 {share:.2%},超过 --max-quarantine {most:.2%};"
        "请打开 quarantine.csv 看原因,改好后照原来的命令加上 --mended 改好的文件,再跑一次"
    )
    return [{"code": "max_quarantine", "text": text, "file": None}]


def unreadable_files(read: Ingested) -> list[dict[str, Any]]:
    """Return why a night is degraded: the files that could not be read at all."""
    return [{"code": "unreadable_file", "text": each.message, "file": each.path} for each in read.failed]


def forget_refused(out: Path, copied: Collection[str] = (), mapping: Mapping | None = None) -> None:
    """Remove what an earlier refusal of the same night left beside the results: a later export has been published.

    A mapping file in it that the night was read with, or that a person edited, stays, and run.json, by which the folder
    is known as ours. Where a person put a file there that was not `copied` into the results, all stays.
    """
    folder = refused_folder(out)
    try:
        refused = read_manifest(folder)
        if refused.get("status") != "not_published" or strangers(folder, copied):
            return
        kept = _mappings_kept(folder, refused, mapping)
        for path in folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in kept:
                path.unlink()
        if not kept:
            folder.rmdir()
    except (ResultsError, OSError):
        return


def _mappings_kept(folder: Path, refused: dict[str, Any], mapping: Mapping | None) -> set[str]:
    """Return the names of the mapping files that are in use or edited, with that of the manifest; none: none."""
    told = refused.get("proposals")
    proposed = told if isinstance(told, dict) else {}
    used = os.path.realpath(mapping.path) if mapping and mapping.path else ""
    found = {
        path.name
        for path in folder.glob("mapping*")
        if os.path.realpath(path) == used or hashlib.sha256(path.read_bytes()).hexdigest() != proposed.get(path.name)
    }
    return found | {MANIFEST} if found else set()


def refused_folder(out: Path) -> Path:
    """Return where a refused night's findings go: beside the results, never in their place."""
    return out.with_name(f"{out.name}.not-published")
