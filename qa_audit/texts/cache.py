"""Sentiments of texts that were seen on earlier nights, so that a rerun weighs only new texts.

Kept per distinct text: a 128-bit hash, never the text, and the score, bit by bit as the model gave it: results are the
same with and without. One folder per version of what shapes a score; others' folders go when this one is written.

Who writes what: a task leaves the scores it had to compute as one file in a folder of its run (`keep`), named by its
content, so that a task done twice leaves it once. When the run is over the main process lays these files and the newest
generation in the cache together, puts that there under a new name in one move, and only then removes what it read
(`remember`). So any number of runs may read and write at once: at worst a text is kept twice until the next run.
A generation that would hold more than `_MOST` texts is closed, and the one before it dropped: at most 2 × `_MOST`.
Files that are damaged, foreign, or gone in the middle of a run are passed over; a folder that cannot be written only
costs the time to score again. QA_AUDIT_CACHE=off: nothing is read or written.

    cache = SentimentCache.open()                              # in the main process; tasks get it pickled
    compute(texts, wanted, lexicons, cache, scanner)           # in a task: it stands for the model
    cache.keep(work / "scores")
    cache.remember(work / "scores")                            # in the main process, at the end
"""

import re
import shutil
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from qa_audit.texts.caching import cache_dir, put, remembers_texts
from qa_audit.texts.codepoints import Joined, Mask
from qa_audit.texts.sentiment import Float32, SentimentModel, key

_MOST = 2_000_000  # texts of a generation, 20 bytes each
_MAGIC = b"qa-audit scores\n"
_HEAD = len(_MAGIC) + 16  # then how many rows, and a checksum of them: uint64 each
_FILE = re.compile(r"(\d{6})-[0-9a-f]{16}\.scores")


class Rows(NamedTuple):
    """Scores by hash, sorted by the first half of it: uint64, uint64, float32."""

    high: npt.NDArray[np.uint64]
    low: npt.NDArray[np.uint64]
    score: Float32


_NO_ROWS = Rows(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.float32))


class SentimentCache:
    """Gives texts their sentiment: from earlier nights, else by the model, which is only loaded for what is new."""

    def __init__(self, paths: Sequence[Path] = (), load: Callable[[], SentimentModel] = SentimentModel.load) -> None:
        """Take files of scores that were checked."""
        self._paths, self._load = tuple(paths), load
        self._fresh: list[Rows] = []

    @classmethod
    def open(cls, load: Callable[[], SentimentModel] = SentimentModel.load) -> "SentimentCache":
        """Return what earlier runs kept; every file is checked here, once, and not in the tasks."""
        return cls([path for path in _files() if _read(path, checked=True) is not None], load)

    def __reduce__(self) -> tuple[Any, ...]:
        return SentimentCache, (self._paths, self._load)

    def score_joined(self, joined: Joined) -> Float32:
        """Return the sentiment of each text, as `SentimentModel.score` does."""
        if not remembers_texts():
            return self._model.score_joined(joined)
        high, low = _hashes(joined)
        scores, known = self._look_up(high, low)
        if not known.all():
            scores[~known] = self._model.score_joined(joined.where(~known))
            self._fresh.append(Rows(high[~known], low[~known], scores[~known]))
        return scores

    def keep(self, folder: Path) -> None:
        """Write the scores that had to be computed since the last call into a folder of the run."""
        rows, self._fresh = _sorted(self._fresh), []
        if len(rows.score):
            data = _packed(rows)
            put(folder / f"{_digest(data)}.scores", data)

    def remember(self, folder: Path) -> None:
        """Put what the tasks of a run kept in a folder into the cache, for the next runs."""
        if not remembers_texts() or not (kept := _at_most(folder)):
            return
        files = _files()
        newest = max((_generation(path) for path in files), default=0)
        merged = [path for path in files if _generation(path) == newest]
        rows = _sorted([*kept, *(rows for path in merged if (rows := _read(path, checked=True)) is not None)])
        if len(rows.score) > _MOST:
            rows, newest, merged = _sorted(kept), newest + 1, [p for p in files if _generation(p) < newest]
        data = _packed(Rows(rows.high[:_MOST], rows.low[:_MOST], rows.score[:_MOST]))
        path = _folder() / f"{newest:06d}-{_digest(data)}.scores"
        if put(path, data):
            _remove([each for each in merged if each != path])

    @cached_property
    def _model(self) -> SentimentModel:
        return self._load()

    @cached_property
    def _maps(self) -> list[Rows]:
        return [rows for path in self._paths if (rows := _read(path, checked=False)) is not None]

    def _look_up(self, high: npt.NDArray[np.uint64], low: npt.NDArray[np.uint64]) -> tuple[Float32, Mask]:
        """Return the scores that are known, and which are."""
        scores, known = np.zeros(len(high), np.float32), np.zeros(len(high), bool)
        order = np.argsort(high)  # in order the search reads each page of a file once
        for rows in (rows for rows in self._maps if len(rows.score)):
            at = np.empty(len(high), np.int64)
            at[order] = np.minimum(np.searchsorted(rows.high, high[order]), len(rows.high) - 1)
            found = (rows.high[at] == high) & (rows.low[at] == low)
            scores[found] = rows.score[at[found]]
            known |= found
        return scores, known


def _folder() -> Path:
    return cache_dir() / f"scores-{key()}-numpy-{np.__version__}"


def _files() -> list[Path]:
    """Return the files of the cache, the oldest generation first."""
    try:
        return sorted(path for path in _folder().iterdir() if _FILE.fullmatch(path.name)) if remembers_texts() else []
    except OSError:
        return []


def _at_most(folder: Path) -> list[Rows]:
    """Return what tasks kept, of a night that has more than a generation holds only as much as that."""
    kept: list[Rows] = []
    for path in sorted(folder.glob("*.scores")):
        rows = _read(path, checked=True)
        if rows is not None and sum(len(each.score) for each in kept) < _MOST:
            kept.append(rows)
    return kept


def _generation(path: Path) -> int:
    return int(path.name[:6])


def _remove(paths: Iterable[Path]) -> None:
    """Remove what was merged, and the scores of other versions."""
    for path in paths:
        with suppress(OSError):
            path.unlink()
    for other in cache_dir().glob("scores-*"):
        if other != _folder():
            shutil.rmtree(other, ignore_errors=True)


def _hashes(joined: Joined) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
    """Return the two halves of the hash of each text."""
    texts = joined.utf8.data[1:-1].split(b"\x00")
    halves = np.frombuffer(b"".join([blake2b(text, digest_size=16).digest() for text in texts]), "<u8").reshape(-1, 2)
    return halves[:, 0], halves[:, 1]


def _sorted(parts: Sequence[Rows]) -> Rows:
    """Lay rows together, each hash once."""
    if not parts:
        return _NO_ROWS
    high, low, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((low, high))
    high, low, score = high[order], low[order], score[order]
    first = np.ones(len(high), bool)
    first[1:] = (np.diff(high) != 0) | (np.diff(low) != 0)
    return Rows(high[first], low[first], score[first])


def _packed(rows: Rows) -> bytes:
    body = b"".join(column.astype(column.dtype.newbyteorder("<")).tobytes() for column in rows)
    return _MAGIC + np.array([len(rows.score), zlib.crc32(body)], "<u8").tobytes() + body


def _read(path: Path, *, checked: bool) -> Rows | None:
    """Map a file of scores; None when it is not one, or, where it is to be checked, damaged."""
    try:
        data = np.memmap(path, np.uint8, mode="r")
    except (OSError, ValueError):  # gone, or empty
        return None
    head = data[:_HEAD].tobytes()
    body: Any = data[_HEAD:]
    if len(head) < _HEAD or not head.startswith(_MAGIC):
        return None
    count, checksum = np.frombuffer(head[len(_MAGIC) :], "<u8").tolist()
    if len(body) != 20 * count or (checked and zlib.crc32(body) != checksum):
        return None
    high, low, score = body[: 8 * count], body[8 * count : 16 * count], body[16 * count :]
    return Rows(high.view("<u8"), low.view("<u8"), score.view("<f4"))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()
