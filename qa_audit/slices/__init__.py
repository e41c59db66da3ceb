"""A night, slice by slice: what workers find in each slice is put together here, as far as one needs to know of others.

    night = look_at_night(work, slices, rubric, ...)     # sessions, texts and their features
    mark_night(night, ...)                               # auto-replies, and how many sessions an agent had open
    for verdict in judge_night(night, ...): ...          # segments, findings, rounds of a slice after the other

The messages stay in the files of their slices. Here is only what grows with the sessions, a few bytes for each distinct
text, and nothing that depends on how the night was cut or on who works: so the results are the same bytes.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.context.bots import FastReplies, often
from qa_audit.context.load import Loads
from qa_audit.context.sessions import labelled, sessions_of
from qa_audit.engines import Run
from qa_audit.interim import read_ipc, write_arrays, write_ipc
from qa_audit.privacy.key import CustomerKey
from qa_audit.privacy.naming import named
from qa_audit.progress import NOWATCH, Watch
from qa_audit.roster import Roster
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.versions import InUse, in_use
from qa_audit.sessions.columns import NO_TIME
from qa_audit.slices.cutting import apart
from qa_audit.slices.distinct import Distinct
from qa_audit.slices.texts import NightTexts
from qa_audit.steps.judging import JudgeTask, Verdict, judge
from qa_audit.steps.looking import SCORES, Looked, LookTask, Slice, look, read_fast, sentiment_model
from qa_audit.steps.marking import MarkTask, mark, read_held
from qa_audit.steps.rulebook import Handed, Rulebook
from qa_audit.texts.cache import SentimentCache
from qa_audit.texts.sentiment import SentimentModel

Keep = Callable[[str, Any], None]
"""Takes the next piece of a private table (messages, features); the pieces come in their order."""


@dataclass(frozen=True)
class Rules:
    """By what a night is judged: rubric with all its versions, roster, the key that gives customers their codes."""

    rubric: LoadedRubric
    roster: Roster | None = None
    key: CustomerKey | None = None


@dataclass(frozen=True)
class Night:
    """What is known of a night that was looked at.

    sizes: messages of each slice; sessions: those of all slices end to end, named, `incomplete` where rows of them lie
    in quarantine; joined: {id of a session: the one that it goes on with}; latest: microseconds UTC or NO_TIME.
    """

    work: Path
    sizes: tuple[int, ...]
    sessions: Any
    used: InUse
    handed: Handed
    joined: dict[str, str]
    latest: int

    @property
    def slices(self) -> list[Slice]:
        """The files of each slice."""
        return [Slice(self.work, number) for number in range(len(self.sizes))]


@dataclass(frozen=True)
class Inferred:
    """How many messages were inferred to be automatic, of how many accounts, and how many different texts they are."""

    messages: int
    agents: int
    texts: int


def forget(_: str, __: Any) -> None:
    """Keep nothing."""


def look_at_night(
    work: Path,
    parts: Sequence[Path],
    rules: Rules,
    tz: str,
    lost: Collection[str],
    run_step: Run,
    *,
    watch: Watch = NOWATCH,
    keep: Keep = forget,
) -> Night:
    """Look at slices of messages, given as files in their order, and write what is found of each into `work`.

    lost: the ids of sessions of which rows lie in quarantine. Keeps the table features: every distinct text of the
    night once, where it first occurs.
    """
    nights = pa.concat_arrays([pa.nulls(0, pa.date32()), *(_nights(path, tz) for path in parts)])
    before = in_use(rules.rubric, nights)
    handed = Handed(Rulebook(before.versions, before.lexicons, tz, rules.roster))
    groups = apart(parts, tz) if handed.rules.same_session_minutes.any() else [(path,) for path in parts]
    SentimentModel.prepare()  # trained once here, if ever, not once per worker
    scores = SentimentCache.open(sentiment_model)
    tasks = [LookTask(work, number, paths, handed, scores) for number, paths in enumerate(groups)]
    watch.begin("看文本", sum(read_ipc(path).num_rows for path in parts), "条")
    looked: list[Looked] = []
    texts = NightTexts()
    for found in run_step(look, tasks):
        looked.append(found)
        texts.add(Slice(work, found.number))
        watch.advance(found.messages)
    for table in texts.tables():
        keep("features", table)
    scores.remember(work / SCORES)
    watch.end()
    joined = {old: new for each in looked for old, new in each.joined.items()}
    sizes = tuple(each.messages for each in looked)
    latest = max((each.latest for each in looked), default=NO_TIME)
    sessions = _sessions(work, sizes, rules.key, {joined.get(name, name) for name in lost})
    used = in_use(rules.rubric, sessions["night"])
    return Night(work, sizes, sessions, used, handed, joined, latest)


def mark_night(night: Night, run_step: Run, *, watch: Watch = NOWATCH, keep: Keep = forget) -> Inferred:
    """Mark auto-replies in every slice, and write who had how many sessions open. Keeps the table messages."""
    write_arrays(night.work / "repeated.npz", repeated=often(_Fast(night.slices)))
    watch.begin("认自动回复", sum(night.sizes), "条")
    agents: set[str] = set()
    texts, messages = Distinct(), 0
    different = 0
    for marked in run_step(mark, [MarkTask(night.work, number) for number in range(len(night.sizes))]):
        files = night.slices[marked.number]
        keep("messages", read_ipc(files.marked))
        files.drop("messages", "fast")
        agents |= marked.agents
        different += int(texts.new(marked.texts).sum())
        messages += marked.inferred
        watch.advance(night.sizes[marked.number])
    watch.end()
    loads = Loads.of([read_held(files) for files in night.slices])
    write_arrays(night.work / "loads.npz", **asdict(loads))
    return Inferred(messages, len(agents), different)


def judge_night(
    night: Night,
    end: int,
    run_step: Run,
    *,
    watch: Watch = NOWATCH,
    ratings: Path | None = None,
    shared: bool = True,
) -> Iterator[Verdict]:
    """Judge slice by slice, in their order; see `JudgeTask` for the rest."""
    watch.begin("评分", sum(night.sizes), "条")
    tasks = [JudgeTask(night.work, number, night.handed, end, ratings, shared) for number in range(len(night.sizes))]
    for verdict in run_step(judge, tasks):
        yield verdict
        watch.advance(night.sizes[verdict.number])
    watch.end()


class _Fast(Sequence[FastReplies]):
    """What slices say of auto-replies, read from their files each time: it is much, together."""

    def __init__(self, slices: Sequence[Slice]) -> None:
        self._slices = slices

    def __len__(self) -> int:
        return len(self._slices)

    def __getitem__(self, place: Any) -> Any:
        return read_fast(self._slices[place])


def _nights(path: Path, tz: str) -> Any:
    return sessions_of(read_ipc(path), tz)["night"].unique()


def _sessions(work: Path, sizes: Sequence[int], key: CustomerKey | None, lost: set[str]) -> Any:
    """Name the sessions of all slices, write each slice's part back, and return them all; first and stop count the
    messages of all slices."""
    parts = [read_ipc(Slice(work, number).sessions) for number in range(len(sizes))]
    sessions = pa.concat_tables([_NO_SESSIONS, *parts]).combine_chunks()
    before = np.repeat(np.cumsum([0, *sizes[:-1]])[: len(sizes)], [part.num_rows for part in parts])
    for name in ("first", "stop"):
        place = sessions.column_names.index(name)
        sessions = sessions.set_column(place, name, arrow.array(arrow.numbers(sessions[name]) + before))
    sessions = named(labelled(sessions), key)
    incomplete = pc.is_in(sessions["session_id"], arrow.array(sorted(lost), pa.string()))
    sessions = sessions.append_column("incomplete", incomplete)
    first = 0
    for number, part in enumerate(parts):
        write_ipc(sessions.slice(first, part.num_rows).combine_chunks(), Slice(work, number).sessions)
        first += part.num_rows
    return sessions


_NO_SESSIONS = arrow.empty(
    pa.schema(
        {
            "session_id": pa.string(),
            "night": pa.date32(),
            "shop": pa.string(),
            "customer_id": pa.string(),
            "first": pa.int64(),
            "stop": pa.int64(),
        }
    )
)
