"""A night's work cut into tasks and put together again: distinct texts in shards, sessions in slices.

Shards and slices are cut at fixed counts, never by the number of workers, and their results are laid end to end: so the
results are the same bytes whatever runs where.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import schema
from qa_audit.engines.local import Run
from qa_audit.results import write_table
from qa_audit.roster import Roster
from qa_audit.rubric.versions import InUse
from qa_audit.steps import Handed, SliceTask, TextTask, judge_slice, look_at_texts, read_ipc, write_ipc
from qa_audit.tables import segments_schema
from qa_audit.texts import features as text_features
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.sentiment import SentimentModel

TEXTS_PER_SHARD = 32_768
MESSAGES_PER_SLICE = 98_304


def look_at_night(
    work: Path, messages: Any, lexicons: tuple[Lexicon, ...], run_step: Run, private: Path
) -> text_features.TextFeatures:
    """Look at every distinct text once: write text ids, the texts and their features into `work`."""
    encoded = messages["text"].combine_chunks().dictionary_encode()
    texts, ids = encoded.dictionary, encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    np.save(work / "text_ids.npy", ids)
    role, kind = messages["role"].combine_chunks(), messages["kind"].combine_chunks()
    customers = pc.and_(pc.equal(role, "customer"), pc.equal(kind, "text"))
    wanted = np.zeros(len(texts) + 1, dtype=np.bool_)
    wanted[ids[customers.to_numpy(zero_copy_only=False)]] = True
    np.save(work / "wants_sentiment.npy", wanted[:-1])
    write_ipc(pa.table({"text": texts}), work / "texts.arrow")
    bounds = range(0, len(texts), TEXTS_PER_SHARD)
    tasks = [TextTask(work, lexicons, lo, min(lo + TEXTS_PER_SHARD, len(texts))) for lo in bounds]
    SentimentModel.load()  # trained once here, if ever, not once per worker
    shards = [text_features.TextFeatures.load(path) for path in run_step(look_at_texts, tasks)]
    if not shards:
        shards = [text_features.compute([], np.zeros(0, dtype=np.bool_), lexicons, None)]
    features = text_features.concat(shards)
    features.save(work / "features.arrow")
    write_table(
        pa.table(
            {
                "text": texts,
                "characters": features.length,
                "sentiment": pa.array(features.sentiment, mask=np.isnan(features.sentiment)),
            }
        ),
        private / "features.parquet",
    )
    return features


def _slices(sessions: Any) -> list[tuple[int, int]]:
    """Cut the sessions into runs of about MESSAGES_PER_SLICE messages: (first session, stop)."""
    stops = sessions["stop"].to_numpy()
    if not len(stops):
        return []
    number = (stops - 1) // MESSAGES_PER_SLICE
    return list(pairwise([*np.flatnonzero(np.diff(number, prepend=-1)).tolist(), len(stops)]))


def _write_slices(work: Path, messages: Any, sessions: Any, slices: list[tuple[int, int]]) -> None:
    first, stop = sessions["first"].to_numpy(), sessions["stop"].to_numpy()
    for number, (lo, hi) in enumerate(slices):
        rows = messages.slice(int(first[lo]), int(stop[hi - 1] - first[lo]))
        write_ipc(rows, work / f"messages-{number}.arrow")
        write_ipc(sessions.slice(lo, hi - lo), work / f"sessions-{number}.arrow")


@dataclass(frozen=True)
class Span:
    """What an export covers: its zone, where it ends (microseconds), and the sessions of which rows were not read."""

    tz: str
    end: int
    lost: frozenset[str]


def judge_night(
    work: Path, messages: Any, sessions: Any, used: InUse, roster: Roster | None, span: Span, run_step: Run
) -> dict[str, Any]:
    """Judge slice by slice, lay the segments, findings and rounds of all slices end to end, and name who it was."""
    slices = _slices(sessions)
    _write_slices(work, messages, sessions.append_column("rubric", pa.array(used.of_session)), slices)
    rubrics = Handed(used.versions)
    tasks = [SliceTask(work, rubrics, number, span.tz, span.end, roster, span.lost) for number in range(len(slices))]
    schemas = {"segments": segments_schema(), "findings": schema.FINDINGS, "rounds": schema.ROUNDS}
    made = list(run_step(judge_slice, tasks))
    joined = {
        name: pa.concat_tables([read_ipc(paths[name]) for paths in made]) if made else wanted.empty_table()
        for name, wanted in schemas.items()
    }
    if roster:
        joined["segments"] = roster.named(joined["segments"])
    return joined
