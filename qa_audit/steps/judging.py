"""Judging a slice: measures, checks, scores; its segments, findings and rounds, ready to be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow
from qa_audit.agents import Part, part
from qa_audit.clocks import Setting
from qa_audit.context.load import Loads
from qa_audit.interim import read_arrays, read_ipc, write_ipc
from qa_audit.privacy.naming import published
from qa_audit.ratings import rated
from qa_audit.roster import Roster
from qa_audit.rubric.checks import judge as judge_check
from qa_audit.rubric.view import View
from qa_audit.scoring import claims, score
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, Ints
from qa_audit.steps.looking import Slice
from qa_audit.steps.rulebook import Handed
from qa_audit.tables import finding_rows, round_rows, segment_rows
from qa_audit.texts import features as text_features


@dataclass(frozen=True)
class JudgeTask:
    """Judge slice `number`; see `clocks.Setting` for export_end. work/loads.npz holds the night's `Loads`.

    ratings: the table of what customers said (schema.RATINGS), None where nobody did or nothing is published; shared:
    whether the tables are to leave private/, with ids and texts as they may.
    """

    work: Path
    number: int
    handed: Handed
    export_end: int = NO_TIME
    ratings: Path | None = None
    shared: bool = True


@dataclass(frozen=True)
class Verdict:
    """What came of it: the files, what agents are summed up from, how many segments have several different ratings,
    and the segments whose account the roster does not know (agent_id, started_at)."""

    number: int
    tables: dict[str, Path]
    part: Part
    several_ratings: int
    strangers: Any | None


def judge(task: JudgeTask) -> Verdict:
    """Write segments, findings and rounds of a slice."""
    files, rules = Slice(task.work, task.number), task.handed.rules
    tables = _tables(task, files)
    strangers = None
    if rules.roster:
        tables["segments"] = rules.roster.named(tables["segments"])
        strangers = rules.roster.strangers(tables["segments"])
    several = 0
    if task.ratings is not None:
        tables["segments"], several = rated(tables["segments"], read_ipc(task.ratings))
    if task.shared:
        tables = published(tables, read_ipc(files.sessions))
    summed = part(tables["segments"], tables["findings"], tables["rounds"], rules.checks)
    paths = {name: Path(getattr(files, name)) for name in tables}
    for name, table in tables.items():
        write_ipc(table.combine_chunks(), paths[name])
    return Verdict(task.number, paths, summed, several, strangers)


def _tables(task: JudgeTask, files: Slice) -> dict[str, Any]:
    messages, sessions = read_ipc(files.marked), read_ipc(files.sessions)
    ids, loads = read_arrays(files.text_ids)["ids"], Loads(**read_arrays(task.work / "loads.npz"))
    version = task.handed.rules.in_force(sessions["night"])
    used = np.unique(version).tolist()
    if len(used) == 1:
        return {
            name: table for name, (table, _) in _judged(task, used[0], messages, sessions, ids, loads, files).items()
        }
    size = arrow.numbers(sessions["stop"]) - arrow.numbers(sessions["first"])
    parts = []
    for place in used:
        mine = version == place
        rows = np.flatnonzero(np.repeat(mine, size))
        some = messages.take(arrow.array(rows)), sessions.filter(arrow.array(mine)), ids[rows], loads
        parts.append((np.flatnonzero(mine), _judged(task, place, *some, files)))
    return {name: _laid([(home, each[name]) for home, each in parts]) for name in parts[0][1]}


def _judged(
    task: JudgeTask,
    place: int,
    messages: Any,
    sessions: Any,
    ids: npt.NDArray[np.int32],
    loads: Loads,
    files: Slice,
) -> dict[str, tuple[Any, npt.NDArray[Any]]]:
    """Judge sessions by one version; return the tables, each with the number of every row's session among these."""
    rules = task.handed.rules
    version = rules.versions[place]
    rubric, checks = version.rubric, version.rubric.model.checks
    batch = SessionBatch.from_messages(messages, ids)
    features = version.seen(text_features.TextFeatures.load(files.features))
    teams = None if rules.roster is None else teams_of(batch, rules.roster)
    setting = Setting(rules.tz, sessions["shop"].to_pylist(), teams, task.export_end)
    view = View(
        batch,
        features,
        rubric.clock,
        setting,
        loads.at(batch, sessions["night"]),
        texts=Texts(read_ipc(files.texts)["text"].combine_chunks()),
        lost=frozenset(sessions.filter(sessions["incomplete"])["session_id"].to_pylist()),
    )
    judged = claims(checks, [judge_check(view, rubric, check) for _, check in checks])
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
    return table.take(arrow.array(np.argsort(session, kind="stable")))


def teams_of(batch: SessionBatch, roster: Roster) -> list[str | None]:
    """Return the team of each segment: of who had the account when it began."""
    agents = arrow.array([*batch.agents, None], pa.string()).take(
        arrow.array(batch.segment_agent % (len(batch.agents) + 1))
    )
    begun = batch.sent_at[batch.segments.first]
    times = arrow.array(begun, pa.int64(), mask=begun == NO_TIME).cast(pa.timestamp("us", tz="UTC"))
    return [roster.people[who].team if who >= 0 else None for who in roster.who(agents, times).tolist()]


class Texts:
    """The distinct texts of a slice by id, as exported; read from a memory map, one at a time."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __getitem__(self, text_id: int) -> str:
        text: str = self._column[text_id].as_py()
        return text


def end_to_end(verdicts: Sequence[Verdict], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Lay the tables of all slices end to end; they are memory maps of the files."""
    return {
        name: pa.concat_tables([read_ipc(each.tables[name]) for each in verdicts]) if verdicts else arrow.empty(schema)
        for name, schema in schemas.items()
    }
