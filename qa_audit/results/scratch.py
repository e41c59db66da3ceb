"""Folders that are not kept: what a run works in, and clearing away."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qa_audit.errors import ResultsError
from qa_audit.stopping import unbroken

STAGING = ".staging"
_SCRATCH, _LOCK, _GONE = ".qa-audit-reading-", ".lock", ".gone"


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Yield an empty folder in `parent` for what is not to be kept, 0700; what killed runs left there is removed.

    It lies beside the results because a cluster's workers see that place. ResultsError where none can be made.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=parent, prefix=_SCRATCH, suffix=_LOCK)
    except OSError as error:
        raise ResultsError(f"{parent}: 不能写:{error.strerror}(换一个 --out)") from error
    with os.fdopen(descriptor, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = Path(name.removesuffix(_LOCK))
        folder.mkdir(mode=0o700)
        try:
            sweep(parent)
            yield folder
        finally:
            discard(folder)
            Path(name).unlink(missing_ok=True)


def sweep(parent: Path) -> None:
    """Remove what killed runs left in a folder of results: their scratch, and results that were never published.

    Whoever still works holds the lock beside it.
    """
    for left in sorted(parent.glob(f"{_SCRATCH}*")):
        if not left.name.endswith(_LOCK):
            _remove(left, left.with_name(left.name.removesuffix(_GONE) + _LOCK), own=True)
    for left in sorted((*parent.glob(f".*{STAGING}"), *parent.glob(f".*{STAGING}{_GONE}"))):
        lock = left.with_name(left.name.removesuffix(_GONE).removesuffix(STAGING) + _LOCK)
        if lock.is_file() and not left.is_symlink():  # without it, it is somebody else's
            _remove(left, lock)


def _remove(left: Path, lock: Path, *, own: bool = False) -> None:
    with suppress(OSError), lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        clear(left)
        if own:
            lock.unlink()


def clear(path: Path) -> None:
    """Remove what an earlier run left beside the results; a link without what it leads to."""
    if path.is_symlink():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)


def discard(path: Path) -> None:
    """Remove a folder that workers may still be writing into: first its place, so that nothing is added, then it."""
    gone = path.with_name(path.name + _GONE)
    with unbroken():
        clear(gone)
        with suppress(FileNotFoundError):
            path.rename(gone)
            clear(gone)
