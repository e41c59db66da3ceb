"""Folders that are not kept: what a run works in, and clearing away."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qa_audit.errors import ResultsError
from qa_audit.stopping import unbroken

_SCRATCH = ".qa-audit-reading-"


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Yield an empty folder in `parent` for what is not to be kept, 0700; those that killed runs left are removed.

    It lies beside the results because a cluster's workers see that place. ResultsError where none can be made.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=_SCRATCH))
    except OSError as error:
        raise ResultsError(f"{parent}: 不能写:{error.strerror}(换一个 --out)") from error
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        try:
            _sweep(parent)
            yield folder
        finally:
            discard(folder)


def _sweep(parent: Path) -> None:
    """Remove the scratch folders that nobody holds any more."""
    for left in parent.glob(f"{_SCRATCH}*/.lock"):
        with suppress(OSError), left.open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left.parent, ignore_errors=True)


def clear(path: Path) -> None:
    """Remove what an earlier run left beside the results; a link without what it leads to."""
    if path.is_symlink():
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)


def discard(path: Path) -> None:
    """Remove a folder that workers may still be writing into: first its place, so that nothing is added, then it."""
    gone = path.with_name(f"{path.name}.gone")
    with unbroken():
        clear(gone)
        with suppress(FileNotFoundError):
            path.rename(gone)
            clear(gone)
