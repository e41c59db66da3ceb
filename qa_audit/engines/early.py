"""Starting workers before there is anything to do: they import what they need while this process does.

with early(logs, jobs) as run:      # None where it is not worth it: a small night is done alone
    from qa_audit import pipeline
"""

import glob
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    for given in paths:
        try:
            found = [given] if Path(given).exists() else glob.glob(given, recursive=True)  # noqa: PTH207 absolute too
            for name in found:
                for place in _files(name):
                    size += place.stat().st_size * (_RATIO if place.suffix.lower() in _PACKED else 1)
                    if size >= WORTH_IT:
                        return True
        except (OSError, ValueError):
            continue
    return False


def _files(name: str) -> Iterator[Path]:
    if not Path(name).is_dir():
        yield Path(name)
        return
    for folder, _, names in os.walk(name):
        for each in names:
            yield Path(folder, each)
