"""The work of one task, in whatever process: from paths and ranges to files. Picklable in, paths out."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from qa_audit.rubric.checks import judge
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.view import View
from qa_audit.scoring import claims, score
from qa_audit.sessions.batch import SessionBatch
from qa_audit.tables import finding_rows, round_rows, segment_rows
from qa_audit.texts import features as text_features
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.phrases import Scanner
from qa_audit.texts.sentiment import SentimentModel


@dataclass(frozen=True)
class TextTask:
    """Look at the texts lo … hi − 1 of work/texts.arrow."""

    work: Path
    lexicons: tuple[Lexicon, ...]
    lo: int
    hi: int


@dataclass(frozen=True)
class SliceTask:
    """Judge slice `number`: the sessions lo … hi − 1."""

    work: Path
    rubric: LoadedRubric
    number: int
    lo: int
    hi: int


def look_at_texts(task: TextTask) -> Path:
    """Write the features of a shard of distinct texts and return their file."""
    texts = read_ipc(task.work / "texts.arrow")["text"].slice(task.lo, task.hi - task.lo).to_pylist()
    wanted = np.load(task.work / "wants_sentiment.npy", mmap_mode="r")[task.lo : task.hi]
    found = text_features.compute(texts, wanted, task.lexicons, _model(), _scanner(task.lexicons))
    path = task.work / f"features-{task.lo}.arrow"
    found.save(path)
    return path


def judge_slice(task: SliceTask) -> dict[str, Path]:
    """Measure, judge and score a slice; write its segments, findings and rounds and return their files."""
    messages, sessions = (read_ipc(task.work / f"{name}-{task.number}.arrow") for name in ("messages", "sessions"))
    first = int(sessions["first"][0].as_py())
    ids = np.load(task.work / "text_ids.npy", mmap_mode="r")[first : first + messages.num_rows]
    batch = SessionBatch.from_messages(messages, np.asarray(ids))
    texts = read_ipc(task.work / "texts.arrow")["text"].combine_chunks()
    features = text_features.TextFeatures.load(task.work / "features.arrow")
    view = View(batch, features, texts=Texts(texts))
    model = task.rubric.model
    judged = claims(model.checks, [judge(view, task.rubric, check) for _, check in model.checks])
    made = {
        "segments": segment_rows(view, sessions, score(model, judged)),
        "findings": finding_rows(view, task.rubric, sessions, judged, messages["message_id"].combine_chunks()),
        "rounds": round_rows(view, sessions),
    }
    paths = {name: task.work / f"{name}-{task.number}.arrow" for name in ("segments", "findings", "rounds")}
    for name, table in made.items():
        write_ipc(table, paths[name])
    return paths


class Texts:
    """The distinct texts of a night by id, as exported; read from a memory map, one at a time."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __getitem__(self, text_id: int) -> str:
        text: str = self._column[text_id].as_py()
        return text


def read_ipc(path: Path) -> Any:
    """Memory-map an Arrow file as a table."""
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def write_ipc(table: Any, path: Path) -> None:
    """Write a table as one Arrow file."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


@lru_cache(maxsize=2)
def _scanner(lexicons: tuple[Lexicon, ...]) -> Scanner:
    return Scanner(lexicons)


@lru_cache(maxsize=1)
def _model() -> SentimentModel:
    return SentimentModel.load()
