"""The run folder: built beside its place, published whole or not at all, one writer at a time.

with publishing(out) as stage:      # a fresh folder next to `out`
    ...write into stage...
    stage.finish(run)               # run.json last, then the folder takes its place
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa_audit.citing import shared
from qa_audit.errors import LockedError, ResultsError
from qa_audit.results.parquet import TableWriter, read_table, row_groups, write_table
from qa_audit.results.scratch import STAGING, clear, discard, scratch, sweep

__all__ = [
    "MANIFEST",
    "PRIVATE",
    "Stage",
    "TableWriter",
    "publishing",
    "read_manifest",
    "read_table",
    "reserved",
    "row_groups",
    "scratch",
    "strangers",
    "write_json",
    "write_table",
]
from qa_audit.stopping import Stopped, unbroken

MANIFEST = "run.json"
PRIVATE = "private"
_OURS = re.compile(
    r"run\.json|index\.html|summary\.(?:json|txt)|(?:segments|findings|agents|checks)\.parquet"
    r"|(?:agents|sessions)/[a-z0-9-]+\.html"
    r"|private/(?:(?:messages|sessions|rounds|ratings|features|quarantine)\.parquet|quarantine\.csv"
    r"|incomplete_sessions\.json|mended-[0-9]+\.[a-z]+)"
)
_PROPOSALS = re.compile(r"mapping(?:-[0-9]+)?\.yaml(?:\.old)?")
_OF_THE_SYSTEM = re.compile(r"\.DS_Store|Thumbs\.db|desktop\.ini|\._.*|~\$.*|\.~lock\..*#", re.IGNORECASE | re.DOTALL)
_REFUSED = ".not-published"
_SHOWN = 3


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
        write_json(self.path / MANIFEST, shared(run))
        self.finished = True


@contextmanager
def publishing(out: Path, copied: Collection[str] = ()) -> Iterator[Stage]:
    """Yield a stage for `out` and publish it on leaving, if finished; otherwise `out` stays as it was.

    Where `out` is a link, the folder it leads to is replaced. Files that are `copied` into the new results may lie in
    the old ones. LockedError when another run writes the same folder; ResultsError when `out` holds anything else that
    qa-audit did not write.
    """
    with reserved(out) as place:
        staging, old = (place.with_name(f".{place.name}{end}") for end in (STAGING, ".replaced"))
        _recover(place, old)
        _refuse_strangers(place, out, copied)
        clear(staging)
        staging.mkdir(mode=0o700)  # nobody else looks in while it is being made, nor at what a killed run leaves
        (staging / PRIVATE).mkdir(mode=0o700)
        stage = Stage(staging, out)
        try:
            yield stage
            if stage.finished:
                _publish(staging, place, old)
        finally:
            discard(staging)


@contextmanager
def reserved(out: Path) -> Iterator[Path]:
    """Hold the place of some results, for as long as it takes to make them; yield where it really is.

    LockedError when another run holds it, ResultsError when nothing can be written there. `publishing` within does not
    ask again.
    """
    place = Path(os.path.realpath(out))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(f"{place.parent}: 建不了文件夹:{error.strerror}(换一个 --out)") from error
    with _lock(place.with_name(f".{place.name}.lock"), out):
        sweep(place.parent)
        yield place


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


_held: set[Path] = set()


@contextmanager
def _lock(path: Path, out: Path) -> Iterator[None]:
    if path in _held:
        yield
        return
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ResultsError(f"{path.parent}: 不能写:{error.strerror}(换一个 --out)") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(f"{out}: 另一个 qa-audit 正在写这个文件夹(等它结束,或换一个 --out)") from error
        _held.add(path)
        yield
    finally:
        _held.discard(path)
        os.close(descriptor)


def _refuse_strangers(place: Path, out: Path, copied: Collection[str]) -> None:
    """Never replace what a person made: only an empty folder, or one with our manifest and nothing but our files."""
    if not place.exists() and not place.is_symlink():
        return
    if not place.is_dir():
        raise ResultsError(f"{out}: 已经有一个同名文件(换一个 --out)")
    try:
        empty = not any(place.iterdir())
    except OSError as error:
        raise ResultsError(f"{out}: 读不了这个文件夹:{error.strerror}(检查权限,或换一个 --out)") from error
    if empty:
        return
    if not _is_run(place):
        raise ResultsError(f"{out}: 里面有别的东西、没有 qa-audit 写的 {MANIFEST},不敢覆盖(换一个空的 --out)")
    if found := strangers(place, copied):
        some = "、".join(found[:_SHOWN]) + (" 等" if len(found) > _SHOWN else "")
        raise ResultsError(
            f"{out}: 里面有 {len(found)} 个不是 qa-audit 写的文件,不敢覆盖:{some}(移到别处,或换一个 --out)"
        )


def _is_run(folder: Path) -> bool:
    try:
        run = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    versions = run.get("versions") if isinstance(run, dict) else None
    return isinstance(versions, dict) and "qa_audit" in versions


def strangers(folder: Path, copied: Collection[str] = ()) -> list[str]:
    """Return what in a run folder is neither written by us nor by the system, nor `copied`: files, links, and folders
    that cannot be looked into, by sorted relative names fit for a terminal."""
    found: list[str] = []
    known = {os.path.realpath(path) for path in copied}

    def unreadable(error: OSError) -> None:
        found.append(Path(error.filename).relative_to(folder).as_posix())

    for where, folders, names in os.walk(folder, onerror=unreadable):
        for path in (Path(where, name) for name in (*folders, *names)):
            name = path.relative_to(folder).as_posix()
            ours = _OURS.fullmatch(name) or (folder.name.endswith(_REFUSED) and _PROPOSALS.fullmatch(name))
            if path.is_symlink() or not (path.is_dir() or ours or _OF_THE_SYSTEM.fullmatch(path.name)):
                found += [] if os.path.realpath(path) in known else [name]
    return sorted("".join(char if char.isprintable() else "?" for char in name) for name in found)


def _recover(out: Path, old: Path) -> None:
    """Bring back the last results if a run was killed between the two renames of a swap."""
    if old.is_dir() and not out.exists():
        old.rename(out)
    clear(old)


def _publish(staging: Path, out: Path, old: Path) -> None:
    """Let the folder take its place, whoever asks to stop meanwhile."""
    try:
        with unbroken():
            _swap(staging, out, old)
    except Stopped as stopped:
        stopped.published = True
        raise


def _swap(staging: Path, out: Path, old: Path) -> None:
    # Tables and manifest reach the disk before the folder takes its place; pages can be rendered from them again.
    for path in sorted((*staging.glob("*.parquet"), *staging.glob(f"{PRIVATE}/*"), staging / MANIFEST)):
        _sync(path)
    staging.chmod(0o777 & ~_umask())
    _sync(staging)
    if out.exists():
        out.rename(old)
    staging.rename(out)
    _sync(out.parent)
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
