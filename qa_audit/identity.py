"""Stable identities: the same value gives the same hash in every process, order and run.

64-bit hashes of strings are BLAKE2b of their UTF-8 bytes; columns of hashes are combined with splitmix64, so that
a million identities cost a few array operations. Nothing here depends on PYTHONHASHSEED.
"""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]

_BASE32 = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", dtype=np.uint8)  # Crockford: no I, L, O, U to misread
_BASE32_PAIRS = np.stack([np.repeat(_BASE32, 32), np.tile(_BASE32, 32)], axis=1).view(np.uint16).ravel()


def hash_strings(values: Sequence[str | None]) -> Hashes:
    """Return one 64-bit hash per value; None and "" differ. Meant for distinct values, not for every message."""
    data = (b"\x00" if value is None else b"\x01" + value.encode("utf-8", "surrogatepass") for value in values)
    digests = b"".join([blake2b(each, digest_size=8).digest() for each in data])
    return np.frombuffer(digests, dtype=">u8").astype(np.uint64)


def mix(*columns: Hashes | npt.NDArray[np.int64]) -> Hashes:
    """Combine equally long integer columns into one hash per row; the order of the columns matters."""
    state = np.zeros(len(columns[0]), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            state = _splitmix(state ^ column.astype(np.uint64, copy=False))
    return state


def hex_ids(hashes: Hashes) -> npt.NDArray[np.bytes_]:
    """Render each hash as 16 hexadecimal digits."""
    return np.frombuffer(hashes.astype(">u8").tobytes().hex().encode("ascii"), dtype="S16")


def short_ids(hashes: Hashes) -> npt.NDArray[np.bytes_]:
    """Render the first 40 bits of each hash as eight base-32 characters a person can read out."""
    pairs = np.empty((len(hashes), 4), dtype=np.uint16)
    for place in range(4):
        pairs[:, place] = _BASE32_PAIRS[(hashes >> np.uint64(54 - 10 * place)) & np.uint64(1023)]
    return pairs.view("S8").ravel()


def _splitmix(x: Hashes) -> Hashes:
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x
