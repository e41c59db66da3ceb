"""The work of one task, in whatever process: from paths and ranges to files. Picklable in, paths out."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from qa_audit.clocks import Setting
from qa_audit.context import bots
from qa_audit.context.load import open_sessions
from qa_audit.roster import Roster
from qa_audit.rubric.checks import judge
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.view import View
from qa_audit.scoring import claims, score
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME
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
    """Judge slice `number`: the sessions lo … hi − 1; see `clocks.Setting` for tz and export_end.

    The roster says by whose team's hours each segment is measured; `lost` are sessions with rows in quarantine.
    """

    work: Path
    rubric: LoadedRubric
    number: int
    lo: int
    hi: int
    tz: str = "Asia/Shanghai"
    export_end: int = NO_TIME
    roster: Roster | None = None
    lost: frozenset[str] = frozenset()


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
    ids, loads = (
        np.asarray(np.load(task.work / name, mmap_mode="r")[first : first + messages.num_rows])
        for name in ("text_ids.npy", "open_sessions.npy")
    )
    batch = SessionBatch.from_messages(messages, ids)
    texts = read_ipc(task.work / "texts.arrow")["text"].combine_chunks()
    features = text_features.TextFeatures.load(task.work / "features.arrow")
    teams = None if task.roster is None else teams_of(batch, task.roster)
    setting = Setting(task.tz, sessions["shop"].to_pylist(), teams, task.export_end)
    view = View(batch, features, task.rubric.clock, setting, loads, texts=Texts(texts), lost=task.lost)
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


def mark_bots(messages: Any, sessions: Any, features: text_features.TextFeatures, text_ids: Any) -> tuple[Any, int]:
    """Return the messages with inferred auto-replies marked, and how many they are; needs the lexicon `auto_reply`."""
    says_so = np.zeros(len(features.length) + 1, dtype=np.bool_)  # the last place, which -1 points at, stays False
    says_so[features.hit_text[features.hits_of("auto_reply")]] = True
    found = bots.infer(messages, sessions, says_so[text_ids])
    return bots.mark(messages, found), int(found.sum())


def write_loads(work: Path, messages: Any, sessions: Any) -> None:
    """Write how many other sessions its agent had open at each customer message: int32 per message of the run."""
    np.save(work / "open_sessions.npy", open_sessions(SessionBatch.from_messages(messages), sessions["night"]))


def teams_of(batch: SessionBatch, roster: Roster) -> list[str | None]:
    """Return the team of each segment: of who had the account when it began."""
    agents = pa.array([*batch.agents, None], pa.string()).take(pa.array(batch.segment_agent % (len(batch.agents) + 1)))
    begun = batch.sent_at[batch.segments.first]
    times = pa.array(begun, pa.int64(), mask=begun == NO_TIME).cast(pa.timestamp("us", tz="UTC"))
    return [roster.people[who].team if who >= 0 else None for who in roster.who(agents, times).tolist()]


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
