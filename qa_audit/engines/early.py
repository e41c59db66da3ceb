"""Starting workers before there is anything to do: they import what they need while this process does.

with early(logs, jobs) as run:      # None where it is not worth it: a small night is done alone
    from qa_audit import pipeline
"""

import glob
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qa_audit.engines.local import workers
from qa_audit.engines.tasks import Run

WORTH_IT = 4_000_000
"""Bytes of exports from which on workers are worth the time that it takes to start them."""
_PACKED, _RATIO = (".zip", ".gz", ".xlsx", ".parquet"), 6  # how much smaller than text these are


@contextmanager
def early(paths: Sequence[str], jobs: int) -> Iterator[Run | None]:
    """Yield what runs steps in so many workers, or None where the files and folders are small or there is one job."""
    if jobs <= 1 or not _large(paths):
        yield None
        return
    with workers(jobs) as run:
        yield run


def _large(paths: Sequence[str]) -> bool:
    """Say whether files, folders and globs hold enough; whoever reads them says what is wrong with them."""
    size = 0
    for path, bytes_ in sizes(paths):
        size += bytes_ * (_RATIO if path.suffix.lower() in _PACKED else 1)
        if size >= WORTH_IT:
            return True
    return False


def sizes(paths: Sequence[str]) -> Iterator[tuple[Path, int]]:
    """Yield the files in files, folders and globs, with their bytes; what cannot be found is left out."""
    for given in paths:
        try:
            found = [given] if Path(given).exists() else glob.glob(given, recursive=True)  # noqa: PTH207 absolute too
        except (OSError, ValueError):
            continue
        for path in (each for name in found for each in _files(name)):
            with suppress(OSError):
                yield path, path.stat().st_size


def _files(name: str) -> Iterator[Path]:
    if not Path(name).is_dir():
        yield Path(name)
        return
    for folder, subfolders, names in os.walk(name):
        subfolders[:] = [each for each in subfolders if not each.startswith(".")]
        yield from (Path(folder, each) for each in names if not each.startswith("."))
