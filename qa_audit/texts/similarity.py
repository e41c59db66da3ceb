"""How alike two texts are: twice the adjacent-character pairs they share, over the pairs of both (Dice).

Pairs count as often as they stand in a text: 您好在吗 and 您好在 share 您好 and 好在, which is 2·2 / (3 + 2) = 0.8.
A text of one character has no pairs and is like nothing but itself. Only the first MOST_CHARACTERS are compared.

    likeness = Likeness(["请稍等一下", "请您稍等一下", "好的"])
    likeness.alike(np.array([0, 0]), np.array([1, 2]), 0.6)        # [True, False]
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]

MOST_CHARACTERS = 1_000

_AT_ONCE = 1 << 21  # pairs of characters looked up in one go: bounds the memory
_SLACK = 1e-9  # a share that is exactly the limit passes, whatever its float
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Likeness:
    """Texts to be compared with one another by their numbers; they should be normal forms, each once."""

    texts: Sequence[str]

    def alike(self, left: Numbers, right: Numbers, least: float) -> Mask:
        """Return which of the pairs of texts are alike by at least the share `least` (0 … 1): bool[pairs].

        A text is always like itself; with `least` 1 like no other. Each distinct pair is compared once.
        """
        found = np.equal(left, right)
        rest = np.flatnonzero(~found)
        rest = rest[self.maybe(left[rest], right[rest], least)]
        if not len(rest):
            return found
        low, high = np.minimum(left[rest], right[rest]), np.maximum(left[rest], right[rest])
        pairs, which = np.unique(high.astype(np.int64) * len(self.texts) + low, return_inverse=True)
        found[rest] = self._share_enough(pairs % len(self.texts), pairs // len(self.texts), least)[which]
        return found

    def maybe(self, left: Numbers, right: Numbers, least: float) -> Mask:
        """Return which pairs of texts may be alike, without looking closely: never False for one that is.

        The longer of two alike texts is not much longer, and each bit that only one of two signatures has stands for
        a pair of characters that the other text lacks.
        """
        if least >= 1:
            return np.equal(left, right)
        one, other = self._sizes[left], self._sizes[right]
        maybe = 2 * np.minimum(one, other) >= least * (one + other) - _SLACK
        rest = np.flatnonzero(maybe & (left != right))
        one, other, left, right = one[rest], other[rest], left[rest], right[rest]
        mine, theirs = self._signatures[left], self._signatures[right]
        most = np.minimum(one - np.bitwise_count(mine & ~theirs), other - np.bitwise_count(theirs & ~mine))
        maybe[rest] = (2 * most >= least * (one + other) - _SLACK) & (most > 0)
        return maybe

    def _share_enough(self, left: Ints, right: Ints, least: float) -> Mask:
        used = np.unique(np.concatenate([left, right]))
        width, keys, times, offsets = self._counted(used)
        left, right = np.searchsorted(used, left), np.searchsorted(used, right)
        each = np.diff(offsets)[left]
        ends = np.cumsum(each)
        shared = np.zeros(len(left), dtype=np.int64)
        cuts = np.searchsorted(ends, np.arange(0, int(each.sum()), _AT_ONCE), side="right")
        for lo, hi in zip(cuts, np.append(cuts[1:], len(left)), strict=True):
            sizes = each[lo:hi]
            pair = np.repeat(np.arange(lo, hi), sizes)
            at = np.arange(len(pair)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + offsets[left[pair]]
            wanted = keys[at] + (right[pair] - left[pair]) * width
            there = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            both = np.where(keys[there] == wanted, np.minimum(times[at], times[there]), 0)
            shared[lo:hi] = np.bincount(pair - lo, weights=both, minlength=hi - lo).astype(np.int64)
        total = self._sizes[used[left]] + self._sizes[used[right]]
        enough: Mask = 2 * shared >= least * total - _SLACK
        return enough

    def _counted(self, used: Ints) -> tuple[int, Ints, Ints, Ints]:
        """Return how often each used text has each pair of characters: (width, keys, times, offsets).

        keys: text · width + number of the pair, ascending; those of text i are offsets[i] … offsets[i + 1] − 1.
        """
        grams, text = _grams([self.texts[i] for i in used.tolist()])
        different, number = np.unique(grams, return_inverse=True)
        width = max(len(different), 1)
        keys, times = np.unique(text * width + number, return_counts=True)
        return width, keys, times, np.searchsorted(keys, np.arange(len(used) + 1) * width)

    @cached_property
    def _sizes(self) -> Ints:
        """How many adjacent-character pairs each text has: int64[texts]."""
        lengths = np.fromiter(map(len, self.texts), np.int64, len(self.texts))
        return np.clip(lengths - 1, 0, MOST_CHARACTERS - 1)

    @cached_property
    def _signatures(self) -> npt.NDArray[np.uint64]:
        """64 bits per text, of which each pair of characters sets one."""
        grams, text = _grams(self.texts)
        bits = np.uint64(1) << ((grams.astype(np.uint64) * _SPREAD) >> np.uint64(58))
        signatures = np.zeros(len(self.texts), dtype=np.uint64)
        if len(text):
            starts = np.flatnonzero(np.diff(text, prepend=-1))
            signatures[text[starts]] = np.bitwise_or.reduceat(bits, starts)
        return signatures


def _grams(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the adjacent-character pairs of all texts as numbers, and the text of each: int64[pairs] both."""
    cut = [text[:MOST_CHARACTERS] for text in texts]
    codes = np.frombuffer("".join(cut).encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    text = np.repeat(np.arange(len(cut)), np.fromiter(map(len, cut), np.int64, len(cut)))
    inside = np.flatnonzero(text[1:] == text[:-1])
    return (codes[inside] << 21) | codes[inside + 1], text[inside]
