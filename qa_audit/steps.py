"""The work of one task, in whatever process: from paths and ranges to files. Picklable in, paths out."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit.clocks import Setting
from qa_audit.context import bots
from qa_audit.context.load import open_sessions
from qa_audit.roster import Roster
from qa_audit.rubric.checks import judge
from qa_audit.rubric.versions import InUse, Version
from qa_audit.rubric.view import View
from qa_audit.scoring import claims, score
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, Ints, Mask
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


class Handed:
    """The versions of a rubric on their way to workers: packed once a run, unpacked once a worker, not once a task."""

    def __init__(self, versions: tuple[Version, ...]) -> None:
        self.versions = versions

    @cached_property
    def _packed(self) -> bytes:
        return pickle.dumps(self.versions)

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (self._packed,)


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Handed:
    return Handed(pickle.loads(packed))


@dataclass(frozen=True)
class SliceTask:
    """Judge the sessions of slice `number`, each by its version; see `clocks.Setting` for tz and export_end.

    The column `rubric` of its table of sessions is the place among the rubrics of the one that judges it. The roster
    says by whose team's hours each segment is measured; `lost` are sessions with rows in quarantine.
    """

    work: Path
    rubrics: Handed
    number: int
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
    version = sessions["rubric"].to_numpy()
    used = np.unique(version).tolist()
    if len(used) == 1:
        made = {name: table for name, (table, _) in _judged(task, used[0], messages, sessions, ids, loads).items()}
    else:
        size = sessions["stop"].to_numpy() - sessions["first"].to_numpy()
        parts = []
        for place in used:
            mine = version == place
            rows = np.flatnonzero(np.repeat(mine, size))
            part = messages.take(pa.array(rows)), sessions.filter(pa.array(mine)), ids[rows], loads[rows]
            parts.append((np.flatnonzero(mine), _judged(task, place, *part)))
        made = {name: _laid([(home, part[name]) for home, part in parts]) for name in parts[0][1]}
    paths = {name: task.work / f"{name}-{task.number}.arrow" for name in made}
    for name, table in made.items():
        write_ipc(table, paths[name])
    return paths


def _judged(
    task: SliceTask, place: int, messages: Any, sessions: Any, ids: npt.NDArray[np.int32], loads: npt.NDArray[np.int32]
) -> dict[str, tuple[Any, npt.NDArray[Any]]]:
    """Judge sessions by one version; return the tables, each with the number of every row's session among these."""
    version = task.rubrics.versions[place]
    rubric, checks = version.rubric, version.rubric.model.checks
    batch = SessionBatch.from_messages(messages, ids)
    texts = read_ipc(task.work / "texts.arrow")["text"].combine_chunks()
    features = version.seen(text_features.TextFeatures.load(task.work / "features.arrow"))
    teams = None if task.roster is None else teams_of(batch, task.roster)
    setting = Setting(task.tz, sessions["shop"].to_pylist(), teams, task.export_end)
    view = View(batch, features, rubric.clock, setting, loads, texts=Texts(texts), lost=task.lost)
    judged = claims(checks, [judge(view, rubric, check) for _, check in checks])
    segments = segment_rows(view, rubric, sessions, score(rubric.model, judged))
    findings = finding_rows(view, rubric, sessions, judged, messages["message_id"].combine_chunks())
    return {
        "segments": (segments, batch.segment_session),
        "findings": (findings, np.repeat(batch.segment_session, len(checks))),
        "rounds": (round_rows(view, sessions), view.waits.session),
    }


def _laid(parts: Sequence[tuple[Ints, tuple[Any, npt.NDArray[Any]]]]) -> Any:
    """Lay the rows of several versions in the order of the slice's sessions.

    A part is the place in the slice of each of its sessions, its table and the session of every row.
    """
    session = np.concatenate([home[of_row] for home, (_, of_row) in parts])
    table = pa.concat_tables([table for _, (table, _) in parts]).combine_chunks()
    return table.take(pa.array(np.argsort(session, kind="stable")))


def says(features: text_features.TextFeatures, lexicon: str, text_ids: npt.NDArray[np.int32]) -> Mask:
    """Return which messages have a text that a lexicon hits; text_ids: the text of each message, −1 for none."""
    hit = np.zeros(len(features.length) + 1, dtype=np.bool_)  # the last place, which -1 points at, stays False
    hit[features.hit_text[features.hits_of(lexicon)]] = True
    return hit[text_ids]


def mark_bots(messages: Any, sessions: Any, auto_reply: Mask) -> tuple[Any, int]:
    """Return the messages with inferred auto-replies marked, and how many they are; see `context.bots.infer`."""
    found = bots.infer(messages, sessions, auto_reply)
    return bots.mark(messages, found), int(found.sum())


def auto_replies(used: InUse, sessions: Any, features: text_features.TextFeatures, text_ids: Any) -> Mask:
    """Return which messages say themselves that they are automatic, each by the version that judges its session."""
    of_message = np.repeat(used.of_session, sessions["stop"].to_numpy() - sessions["first"].to_numpy())
    found = np.zeros(len(text_ids), dtype=np.bool_)
    for place, version in enumerate(used.versions):
        found |= (of_message == place) & says(version.seen(features), "auto_reply", text_ids)
    return found


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
