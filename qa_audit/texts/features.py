"""Features of distinct texts: sentiment, length, phrase hits; computed a shard at a time, kept in one Arrow file."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.texts.codepoints import Joined, look_up, space_table
from qa_audit.texts.durations import named_seconds_all
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.normalize import normalize_joined
from qa_audit.texts.phrases import Scanner

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float32 = npt.NDArray[np.float32]

_COLUMNS: dict[str, np.dtype[Any]] = {
    "sentiment": np.dtype(np.float32),
    "length": np.dtype(np.int32),
    "named_seconds": np.dtype(np.int32),
    "exclamations": np.dtype(np.int32),
    "questions": np.dtype(np.int32),
    "lexicon_offsets": np.dtype(np.int64),
    "hit_text": np.dtype(np.int32),
    "hit_start": np.dtype(np.int32),
    "hit_end": np.dtype(np.int32),
    "hit_phrase": np.dtype(np.int32),
}


class Scores(Protocol):
    """What gives texts their sentiment: the model, or a cache before it."""

    def score_joined(self, joined: Joined) -> Float32:
        """Return one number per text, as `SentimentModel.score` does."""


@dataclass(frozen=True)
class TextFeatures:
    """What is known of T distinct texts under L names of lexicons with H hits, text ids from 0.

    sentiment: 0 (negative) to 1, NaN where not wanted or nothing to judge. length: characters of the exported text
    without the white space around it. named_seconds: the wait that the text names (`durations`), 0 for none.
    exclamations, questions: how many ! and ? the normal form has. The hits of `names[i]` are rows lexicon_offsets[i] up
    to lexicon_offsets[i + 1], sorted by text, start, end; spans are characters of the normal form; hit_phrase indexes
    the `phrases` of that lexicon. A name with `~` after it: the suspected hits of a lexicon with evasions.
    """

    sentiment: Float32
    length: Int32
    named_seconds: Int32
    exclamations: Int32
    questions: Int32
    lexicon_offsets: Int64
    hit_text: Int32
    hit_start: Int32
    hit_end: Int32
    hit_phrase: Int32
    names: tuple[str, ...]

    def hits_of(self, name: str) -> slice:
        """Return the rows of one lexicon's hits; KeyError when it was not scanned for."""
        if name not in self.names:
            raise KeyError(name)
        i = self.names.index(name)
        return slice(int(self.lexicon_offsets[i]), int(self.lexicon_offsets[i + 1]))

    def save(self, path: Path) -> None:
        """Write one Arrow file (a row of lists); the same features give the same bytes."""
        lists = [_as_list(getattr(self, name), kind) for name, kind in _COLUMNS.items()]
        metadata: dict[bytes | str, bytes | str] = {"names": json.dumps(self.names, ensure_ascii=False)}
        schema = pa.schema([pa.field(name, one.type) for name, one in zip(_COLUMNS, lists, strict=True)], metadata)
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            writer.write_batch(pa.RecordBatch.from_arrays(lists, schema=schema))

    @classmethod
    def load(cls, path: Path) -> "TextFeatures":
        """Memory-map a file that `save` wrote; the arrays are views of it and read-only."""
        with pa.memory_map(str(path)) as source:
            reader = pa.ipc.open_file(source)
            batch, metadata = reader.get_batch(0), reader.schema.metadata or {}
        columns = {name: _as_numpy(batch.column(name), kind) for name, kind in _COLUMNS.items()}
        return cls(**columns, names=tuple(json.loads(metadata[b"names"])))


def _as_list(values: npt.NDArray[Any], kind: np.dtype[Any]) -> Any:
    """Return a list column of one row."""
    ends, lists = np.array([0, len(values)], np.int64), pa.LargeListArray
    return lists.from_arrays(arrow.array(ends), arrow.array(np.ascontiguousarray(values, kind)))


def _as_numpy(column: Any, kind: np.dtype[Any]) -> npt.NDArray[Any]:
    items = column.values
    return np.frombuffer(items.buffers()[1], kind, len(items)) if len(items) else np.empty(0, kind)


def compute(
    texts: Sequence[str] | pa.Array,
    wants_sentiment: npt.NDArray[np.bool_],
    lexicons: Sequence[Lexicon],
    model: Scores | None,
    scanner: Scanner | None = None,
) -> TextFeatures:
    """Return the features of distinct texts; text i is the i-th. Without a model every sentiment is NaN.

    texts: strings, or an Arrow array of them without nulls, which is quicker. model: a SentimentModel or a
    SentimentCache.
    Pass the `scanner` of the same lexicons when there are several shards: building one takes longer than a small shard.
    """
    scanner = scanner or Scanner(lexicons)
    names = scanner.names
    if len(set(names)) < len(names):
        raise ValueError(f"two lexicons share a name: {sorted(n for n in set(names) if names.count(n) > 1)}")
    exported = Joined.of(texts)
    normal = Joined(normalize_joined(exported.text))
    hits = scanner.scan_joined(normal)
    sentiment = np.full(len(texts), np.nan, np.float32)
    wanted = np.asarray(wants_sentiment, bool)
    if model is not None and wanted.any():
        sentiment[wanted] = model.score_joined(exported.where(wanted))
    return TextFeatures(
        sentiment=sentiment,
        length=_lengths(texts, exported),
        named_seconds=named_seconds_all(normal),
        exclamations=_count("!", normal),
        questions=_count("?", normal),
        lexicon_offsets=_offsets(hits.lexicon, len(names)),
        hit_text=hits.text,
        hit_start=hits.start,
        hit_end=hits.end,
        hit_phrase=hits.phrase,
        names=names,
    )


def _lengths(texts: Sequence[str] | pa.Array, joined: Joined) -> Int32:
    """Return the lengths of texts without the white space around them."""
    lengths = (np.diff(joined.offsets) - 1).astype(np.int32)
    given = pc.sum(pc.utf8_length(texts)).as_py() or 0 if isinstance(texts, pa.Array) else sum(map(len, texts))
    if lengths.sum() < given:  # some hold the separator itself
        every = texts.to_pylist() if isinstance(texts, pa.Array) else texts
        return np.fromiter(map(len, map(str.strip, every)), np.int32, len(every))
    begins, ends = joined.offsets[:-1], joined.offsets[1:] - 1
    first, last = (look_up(space_table(), joined.codes[at], above=False) for at in (begins, ends - 1))
    for i in np.flatnonzero(first | last).tolist():
        lengths[i] = len(joined.text[begins[i] : ends[i]].strip())
    return lengths


def _count(sign: str, joined: Joined) -> Int32:
    return joined.counts(np.flatnonzero(joined.codes == ord(sign)))


def _offsets(lexicon: npt.NDArray[np.integer], count: int) -> Int64:
    return np.concatenate(([0], np.cumsum(np.bincount(lexicon, minlength=count)))).astype(np.int64)
