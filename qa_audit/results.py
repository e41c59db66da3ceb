"""The run folder: built beside its place, published whole or not at all, one writer at a time.

    with publishing(out) as stage:      # a fresh folder next to `out`
        ...write into stage...
        stage.finish(run)               # run.json last, then the folder takes its place

Parquet is written with fixed row groups and no clock time, so equal tables give equal bytes.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qa_audit import schema
from qa_audit.errors import LockedError, ResultsError

MANIFEST = "run.json"
PRIVATE = "private"


@dataclass
class Stage:
    """A run folder in the making; `path` is where to write, `private` is 0700."""

    path: Path
    out: Path
    finished: bool = False

    @property
    def private(self) -> Path:
        """Return the folder for what is not masked."""
        return self.path / PRIVATE

    def finish(self, run: dict[str, Any]) -> None:
        """Write the manifest; only a finished stage is published."""
        write_json(self.path / MANIFEST, run)
        self.finished = True


@contextmanager
def publishing(out: Path) -> Iterator[Stage]:
    """Yield a stage for `out` and publish it on leaving, if finished; otherwise `out` stays as it was.

    LockedError when another run writes the same folder; ResultsError when `out` holds something that is not a run.
    """
    parent = out.absolute().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(f"{parent}: 建不了文件夹:{error.strerror}(换一个 --out)") from error
    with _lock(parent / f".{out.name}.lock", out):
        staging, old = parent / f".{out.name}.staging", parent / f".{out.name}.replaced"
        _recover(out, old)
        _refuse_strangers(out)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(mode=0o700)  # nobody else looks in while it is being made, nor at what a killed run leaves
        (staging / PRIVATE).mkdir(mode=0o700)
        stage = Stage(staging, out)
        try:
            yield stage
            if stage.finished:
                _swap(staging, out, old)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def write_table(table: Any, path: Path) -> None:
    """Write one Parquet file with the project's fixed settings."""
    pq.write_table(
        table, path, row_group_size=schema.ROW_GROUP, compression="zstd", compression_level=1, write_statistics=True
    )


def read_table(path: Path, columns: list[str] | None = None) -> Any:
    """Read one table of a run folder; ResultsError when it is missing or not Parquet."""
    try:
        return pq.read_table(path, columns=columns)
    except FileNotFoundError as error:
        raise ResultsError(f"{path}: 没有这个文件(这是 qa-audit 写出的结果文件夹吗?)") from error
    except pa.ArrowInvalid as error:
        raise ResultsError(f"{path}: 读不出来:{str(error).splitlines()[0]}(重新跑一次)") from error


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return run.json of a run folder; ResultsError when there is none."""
    try:
        run: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError as error:
        raise ResultsError(f"{folder}: 里面没有 {MANIFEST},不是一次完整的质检结果") from error
    except ValueError as error:
        raise ResultsError(f"{folder / MANIFEST}: 不是合法的 JSON(重新跑一次)") from error
    return run


def write_json(path: Path, data: Any) -> None:
    """Write JSON that a person can read and a diff can follow."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


@contextmanager
def _lock(path: Path, out: Path) -> Iterator[None]:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ResultsError(f"{path.parent}: 不能写:{error.strerror}(换一个 --out)") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(f"{out}: 另一个 qa-audit 正在写这个文件夹(等它结束,或换一个 --out)") from error
        yield
    finally:
        os.close(descriptor)


def _refuse_strangers(out: Path) -> None:
    """Never replace a folder that a person filled: only an empty one, or one with our manifest."""
    if not out.exists():
        return
    if not out.is_dir():
        raise ResultsError(f"{out}: 已经有一个同名文件(换一个 --out)")
    if any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise ResultsError(f"{out}: 里面有别的东西、没有 {MANIFEST},不敢覆盖(换一个空的 --out)")


def _recover(out: Path, old: Path) -> None:
    """Bring back the last results if a run was killed between the two renames of a swap."""
    if old.is_dir() and not out.exists():
        old.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _swap(staging: Path, out: Path, old: Path) -> None:
    # Tables and manifest reach the disk before the folder takes its place; pages can be rendered from them again.
    for path in sorted((*staging.glob("*.parquet"), *staging.glob(f"{PRIVATE}/*"), staging / MANIFEST)):
        _sync(path)
    staging.chmod(0o777 & ~_umask())
    _sync(staging)
    if out.exists():
        out.rename(old)
    staging.rename(out)
    _sync(out.absolute().parent)
    shutil.rmtree(old, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
