"""Looking at a slice: its sessions, its distinct texts and what is known of them, what agents answered at once."""

from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.context.bots import FastReplies, fast_replies
from qa_audit.context.returns import continued
from qa_audit.context.sessions import latest, sessions_of
from qa_audit.ingest.hashing import hash_texts
from qa_audit.interim import linked, read_arrays, read_ipc, write_arrays, write_ipc
from qa_audit.sessions.columns import Mask
from qa_audit.steps.rulebook import Handed, Rulebook
from qa_audit.texts import features as text_features
from qa_audit.texts.cache import SentimentCache
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.phrases import Scanner
from qa_audit.texts.sentiment import SentimentModel

SCORES = "scores"
"""The folder for the sentiments that had to be computed."""


@dataclass(frozen=True)
class LookTask:
    """Look at the messages of slice `number`, which lie at `messages`; what is found goes to `work`."""

    work: Path
    number: int
    messages: tuple[Path, ...]
    handed: Handed
    scores: SentimentCache


@dataclass(frozen=True)
class Looked:
    """What came of it: counts, the last time of any message (microseconds UTC or NO_TIME), and the sessions that were
    joined to an earlier one of the same customer: {old id: the id it has now}."""

    number: int
    messages: int
    texts: int
    latest: int
    joined: dict[str, str]


class Slice:
    """Names the files that steps leave of a slice: messages as read, as marked; sessions; texts; features …"""

    def __init__(self, work: Path, number: int) -> None:
        self.work, self.number = work, number

    def __getattr__(self, name: str) -> Path:
        if name not in _FILES:
            raise AttributeError(name)
        return self.work / f"{name}-{self.number}.{_FILES[name]}"

    def drop(self, *names: str) -> None:
        """Remove files that no later step needs."""
        for name in names:
            Path(getattr(self, name)).unlink(missing_ok=True)


_FILES = {
    "messages": "arrow",
    "sessions": "arrow",
    "texts": "arrow",
    "text_ids": "npz",
    "features": "arrow",
    "fast": "npz",
    "marked": "arrow",
    "held": "npz",
    "segments": "arrow",
    "findings": "arrow",
    "rounds": "arrow",
}


def look(task: LookTask) -> Looked:
    """Write messages, sessions, texts, text_ids, features and fast of a slice."""
    files, rules = Slice(task.work, task.number), task.handed.rules
    messages = pa.concat_tables([read_ipc(path) for path in task.messages])
    sessions = sessions_of(messages, rules.tz)
    joined: dict[str, str] = {}
    if rules.same_session_minutes.any():
        minutes = rules.same_session_minutes[rules.in_force(sessions["night"])]
        messages, joined = continued(messages, minutes)
        sessions = sessions_of(messages, rules.tz) if joined else sessions
    if joined or len(task.messages) > 1:
        write_ipc(messages.combine_chunks(), files.messages)
    else:
        linked(task.messages[0], files.messages)
    encoded = messages["text"].combine_chunks().dictionary_encode()
    texts, ids = encoded.dictionary, arrow.numbers(encoded.indices, -1).astype(np.int32)
    wanted, scanner = _wanted(messages, ids, len(texts)), _scanner(rules.lexicons)
    found = text_features.compute(texts, wanted, rules.lexicons, task.scores, scanner)
    task.scores.keep(task.work / SCORES)
    found.save(files.features)
    write_ipc(pa.table({"text": texts, "hash": arrow.array(hash_texts(texts))}), files.texts)
    write_arrays(files.text_ids, ids=ids)
    fast = fast_replies(messages, sessions, _says_so(rules, sessions, found, ids))
    write_arrays(files.fast, **asdict(fast))
    write_ipc(sessions, files.sessions)
    return Looked(task.number, messages.num_rows, len(texts), latest(messages), joined)


def read_fast(files: Slice) -> FastReplies:
    """Return what `look` found of auto-replies."""
    return FastReplies(**read_arrays(files.fast))


def says(features: text_features.TextFeatures, lexicon: str, text_ids: npt.NDArray[np.int32]) -> Mask:
    """Return which messages have a text that a lexicon hits; text_ids: the text of each message, −1 for none."""
    hit = np.zeros(len(features.length) + 1, dtype=np.bool_)  # the last place, which -1 points at, stays False
    hit[features.hit_text[features.hits_of(lexicon)]] = True
    return hit[text_ids]


def _says_so(rules: Rulebook, sessions: Any, features: text_features.TextFeatures, ids: npt.NDArray[np.int32]) -> Mask:
    """Return which messages say themselves that they are automatic, each by the version that judges its session."""
    place = rules.in_force(sessions["night"])
    of_message = np.repeat(place, arrow.numbers(sessions["stop"]) - arrow.numbers(sessions["first"]))
    found = np.zeros(len(ids), dtype=np.bool_)
    for number, version in enumerate(rules.versions):
        found |= (of_message == number) & says(version.seen(features), "auto_reply", ids)
    return found


def _wanted(messages: Any, ids: npt.NDArray[np.int32], texts: int) -> Mask:
    """Return of which texts the sentiment is wanted: those that a customer wrote."""
    role, kind = messages["role"].combine_chunks(), messages["kind"].combine_chunks()
    customers = pc.and_(pc.equal(role, arrow.scalar("customer")), pc.equal(kind, arrow.scalar("text")))
    wanted = np.zeros(texts + 1, dtype=np.bool_)
    wanted[ids[arrow.truths(customers)]] = True
    return wanted[:-1]


@lru_cache(maxsize=2)
def _scanner(lexicons: tuple[Lexicon, ...]) -> Scanner:
    return Scanner(lexicons)


@lru_cache(maxsize=1)
def sentiment_model() -> SentimentModel:
    """Return the model of this process: it remembers what it has weighed."""
    return SentimentModel.load()
