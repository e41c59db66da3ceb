"""64-bit hashes of a whole Arrow string column, eight bytes of every string at a time.

`identity.hash_strings` costs a microsecond per string; identities need a hash of every distinct text of a night.
The hash depends on the string's bytes alone, not on its place in the column.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from qa_audit import arrow
from qa_audit.identity import Hashes, hash_strings, mix

Ints = npt.NDArray[np.int64]

_LONG = 1024  # bytes; longer strings are few and hashed one by one


def hash_texts(strings: Any) -> Hashes:
    """Return one hash per string of a string array without nulls."""
    count = len(strings)
    if count == 0:
        return np.empty(0, dtype=np.uint64)
    buffers = strings.buffers()
    offsets = np.frombuffer(buffers[1], dtype=np.int32)[strings.offset : strings.offset + count + 1].astype(np.int64)
    content = np.zeros(int(offsets[-1]) + 8, dtype=np.uint8)
    if offsets[-1]:
        content[:-8] = np.frombuffer(buffers[2], dtype=np.uint8)[: int(offsets[-1])]
    lengths = np.diff(offsets)
    state = mix(lengths)
    rows = np.flatnonzero((lengths > 0) & (lengths <= _LONG))
    at = 0
    while len(rows):
        left = lengths[rows] - at
        state[rows] = mix(state[rows], _words(content, offsets[:-1][rows] + at, left))
        rows, at = rows[left > 8], at + 8
    long = np.flatnonzero(lengths > _LONG)
    if len(long):
        state[long] = hash_strings(strings.take(arrow.array(long)).to_pylist())
    return state


def _words(content: npt.NDArray[np.uint8], starts: Ints, left: Ints) -> Hashes:
    """Read eight bytes at each start; bytes beyond the string's end count as 0."""
    words = np.lib.stride_tricks.sliding_window_view(content, 8)[starts].view("<u8").ravel()
    spare = np.maximum(8 - left, 0).astype(np.uint64) * np.uint64(8)
    keep = np.where(left > 0, np.uint64(0xFFFFFFFFFFFFFFFF) >> spare, np.uint64(0))
    return np.asarray(words & keep, dtype=np.uint64)
