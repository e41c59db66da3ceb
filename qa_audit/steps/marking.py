"""Marking a slice: which messages the whole night says are automatic, and so who held which session when."""

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.context.bots import mark as marked_by
from qa_audit.context.load import Held, held
from qa_audit.identity import Hashes
from qa_audit.ingest.hashing import hash_texts
from qa_audit.interim import read_arrays, read_ipc, write_arrays, write_ipc
from qa_audit.sessions.batch import SessionBatch
from qa_audit.steps.looking import Slice, read_fast


@dataclass(frozen=True)
class MarkTask:
    """Mark slice `number`; work/repeated.npz holds what `context.bots.often` found in the night."""

    work: Path
    number: int


@dataclass(frozen=True)
class Marked:
    """How many messages were marked, whose (distinct accounts) and which texts they were (hashes of distinct ones)."""

    number: int
    inferred: int
    agents: frozenset[str]
    texts: Hashes


def mark(task: MarkTask) -> Marked:
    """Write marked and held of a slice."""
    files = Slice(task.work, task.number)
    messages, sessions = read_ipc(files.messages), read_ipc(files.sessions)
    inferred = read_fast(files).inferred(read_arrays(task.work / "repeated.npz")["repeated"], messages.num_rows)
    marked = marked_by(messages, inferred)
    write_ipc(marked.combine_chunks(), files.marked)
    write_arrays(files.held, **asdict(held(SessionBatch.from_messages(marked), sessions["night"])))
    rows = marked.select(["agent_id", "text"]).take(arrow.array(np.flatnonzero(inferred)))
    agents, texts = (pc.unique(rows[name]).drop_null() for name in ("agent_id", "text"))
    return Marked(task.number, int(inferred.sum()), frozenset(agents.to_pylist()), hash_texts(texts))


def read_held(files: Slice) -> Held:
    """Return who held which session when."""
    return Held(**read_arrays(files.held))
