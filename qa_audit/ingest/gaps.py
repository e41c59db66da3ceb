"""Which sessions lost a row to quarantine: what is measured of them may be wrong.

A quarantined row belongs to the session of its key; where sessions are cut and the key has several, to the one of the
nearest message: in time, else in the file. A row that does not say whose it is may belong to any session of its file at
that time, of its agent or of nobody: all of them count, since a reply that is missing must not be held against anyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.coded import encode
from qa_audit.formats.rows import Rows, join_lost
from qa_audit.formats.times import NO_TIME
from qa_audit.formats.values import AGENT
from qa_audit.identity import Hashes, mix
from qa_audit.ingest.columns import NULL, Columns, Ints, LostRows, Mask, Sheets, hashed, lost_rows
from qa_audit.ingest.result import Slice
from qa_audit.ingest.sessions import Cut
from qa_audit.ingest.shops import by_account
from qa_audit.schema import ROLES


def sessions_with_gaps(parts: Sequence[Rows], columns: Columns, cut: Cut, gap_minutes: float = 30.0) -> tuple[str, ...]:
    """Return the sorted ids of sessions that lost, or may have lost, a quarantined row that said something; a row that
    names no session may belong to one that is no further away than the gap."""
    counts = [len(part.lost.source_row) for part in parts]
    if not any(counts):
        return ()
    file = np.repeat(np.arange(len(parts), dtype=np.int64), counts)
    lost = join_lost([part.lost for part in parts])
    shop, agent = by_account(parts, file, lost.shop, lost.agent)
    lost = replace(lost, shop=shop, agent=agent)
    rows = lost_rows(lost, file, columns, Sheets.of(parts), np.empty(0, dtype=np.uint64))
    marked, stray = known_gaps(rows, columns, cut)
    astray = strays(stray, np.unique(columns.file[~columns.shop.null]))
    ids = [cut.ids.take(arrow.array(marked)).to_pylist()]
    if len(astray.file):
        sides = _Sides.of(columns, cut)
        ids.append(cut.ids.take(arrow.array(_possible_owners(astray, sides, columns.names, gap_minutes))).to_pylist())
    return tuple(sorted(set(chain(*ids))))


def known_gaps(lost: LostRows, columns: Columns, cut: Cut) -> tuple[Ints, LostRows]:
    """Return (the sessions to which the lost rows belong by what they name, the rows of which that is not known)."""
    found = np.where(lost.named, _of_their_keys(lost, columns, cut), _NO_SESSION)
    unclear = np.isin(columns.key[cut.rows], np.unique(lost.key[found == _SEVERAL]))
    stray = ~lost.named | (lost.adrift & (found == _NO_SESSION))
    return np.unique(np.concatenate([found[found >= 0], cut.session[unclear]])), lost.keep(stray)


def strays(lost: LostRows, with_shops: Ints) -> LostRows:
    """Return those of the rows `known_gaps` does not know that may belong to any session; with_shops: the sheets of
    which some message has a shop."""
    return lost.keep(~lost.named | np.isin(lost.file, with_shops) | lost.holderless)


def join_stray(parts: Sequence[LostRows]) -> LostRows:
    """Lay lost rows end to end; there is at least one part."""
    return LostRows(
        **{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(LostRows)}
    )


@dataclass(frozen=True)
class OwnersTask:
    """Find the sessions of a slice to which stray rows may belong; names: of all sheets, to which the rows' files are
    positions."""

    slice: Slice
    lost: LostRows
    names: tuple[str, ...]
    gap_minutes: float


def owners(task: OwnersTask) -> list[str]:
    """Return the ids of these sessions."""
    messages = task.slice.table()
    sides = _Sides.of_table(messages, task.names)
    found = np.unique(_possible_owners(task.lost, sides, task.names, task.gap_minutes))
    ids: list[str] = messages["session_id"].take(arrow.array(sides.starts[found])).to_pylist()
    return ids


def _of_their_keys(lost: LostRows, columns: Columns, cut: Cut) -> Ints:
    """Return per lost row its session, else _NO_SESSION or _SEVERAL."""
    here = np.flatnonzero(np.isin(columns.key[cut.rows], np.unique(lost.key)))
    rows, session = cut.rows[here], cut.session[here]
    found = _only_session(columns.key[rows], session, lost.key)
    in_time = np.flatnonzero(columns.sent_at[rows] != NO_TIME)
    several = np.flatnonzero((found == _SEVERAL) & (lost.sent_at != NO_TIME))
    nearest = _nearest(
        columns.key[rows[in_time]], columns.sent_at[rows[in_time]], lost.key[several], lost.sent_at[several]
    )
    found[several] = np.where(nearest < 0, _SEVERAL, np.append(session[in_time], 0)[nearest])
    several = np.flatnonzero(found == _SEVERAL)
    nearest = _nearest(
        mix(columns.key[rows], columns.file[rows]),
        columns.source_row[rows],
        mix(lost.key[several], lost.file[several]),
        lost.source_row[several],
    )
    found[several] = np.where(nearest < 0, _SEVERAL, np.append(session, 0)[nearest])
    return found


@dataclass(frozen=True)
class _Sides:
    """Messages in final order: session, position of the first sheet of that name, hash of the agent, whether it is of
    an agent, time or NO_TIME; starts: the first message of each session."""

    session: Ints
    starts: Ints
    file: Ints
    agent: Hashes
    answers: Mask
    sent_at: Ints

    @classmethod
    def of(cls, columns: Columns, cut: Cut) -> "_Sides":
        rows, first = cut.rows, _first_of_name(columns.names)
        agent, answers = hashed(columns.agent, rows), columns.role[rows] == AGENT
        return cls(cut.session, cut.starts, first[columns.file[rows]], agent, answers, columns.sent_at[rows])

    @classmethod
    def of_table(cls, messages: Any, names: Sequence[str]) -> "_Sides":
        begins = arrow.numbers(messages["position"]) == 0
        source = encode(arrow.plain(messages["source_file"]), trim=False)
        first = {name: number for number, name in reversed(list(enumerate(names)))}
        file = np.array([first[name] for name in source.values.to_pylist()], dtype=np.int64)[source.codes]
        answers = arrow.truths(pc.equal(messages["role"], arrow.scalar(ROLES[AGENT])))
        times = arrow.plain(messages["sent_at"]).cast(pa.int64()).fill_null(arrow.scalar(int(NO_TIME), pa.int64()))
        agent = hashed(encode(arrow.plain(messages["agent_id"]), trim=False))
        return cls(np.cumsum(begins) - 1, np.flatnonzero(begins), file, agent, answers, arrow.numbers(times))


def _first_of_name(names: Sequence[str]) -> Ints:
    """Return for each sheet the first of its name: a reader may part a file's rows."""
    first = {name: number for number, name in reversed(list(enumerate(names)))}
    return np.array([first[name] for name in names], dtype=np.int64)


@dataclass(frozen=True)
class _Reach:
    """Per session the first and last moment at which a row may belong to it; all time where it has none."""

    begin: Ints
    end: Ints

    @classmethod
    def of(cls, sides: _Sides, gap_minutes: float) -> "_Reach":
        sent, gap = sides.sent_at, int(min(gap_minutes * 60_000_000, _AGES))
        known = sent != NO_TIME
        begin = np.minimum.reduceat(np.where(known, sent, _EVER), sides.starts)
        end = np.maximum.reduceat(np.where(known, sent, -_EVER), sides.starts)
        timeless = begin == _EVER
        return cls(np.where(timeless, -_EVER, begin - gap), np.where(timeless, _EVER, end + gap))

    def touched(self, session: Ints, groups: Hashes | Ints, lost: Hashes | Ints, at: Ints) -> Ints:
        """Return the sessions which reach to a lost row of one of their groups; a row without time is always near."""
        timed = at != NO_TIME
        known, code = np.unique(lost, return_inverse=True)
        times = np.unique(at[timed])
        width = len(times) + 1
        points = np.sort(code[timed] * width + np.searchsorted(times, at[timed]))
        base = np.searchsorted(known, groups) * width
        first = np.searchsorted(points, base + np.searchsorted(times, self.begin[session]))
        last = np.searchsorted(points, base + np.searchsorted(times, self.end[session], side="right"))
        hit = np.isin(groups, known) & (first < last)
        return session[hit | np.isin(groups, np.unique(lost[~timed]))]


_EVER, _AGES = np.int64(4 * 10**18), 10.0**16


def _possible_owners(lost: LostRows, sides: _Sides, names: Sequence[str], gap_minutes: float) -> Ints:
    """Return the sessions to which lost rows may belong: of the same file, at that time, of the row's agent where it
    has one or without any reply."""
    reach = _Reach.of(sides, gap_minutes)
    lost = replace(lost, file=_first_of_name(names)[lost.file])
    here = np.flatnonzero(np.isin(sides.file, np.unique(lost.file)))
    session, file, agent = sides.session[here], sides.file[here], sides.agent[here]
    answered: Mask = np.zeros(len(sides.starts), dtype=bool)
    answered[sides.session[sides.answers]] = True
    open_ = ~answered[session]
    of_agent = lost.agent != NULL
    theirs, others = lost.keep(of_agent), lost.keep(~of_agent)
    found = [
        reach.touched(session, file, others.file, others.sent_at),
        reach.touched(session[open_], file[open_], theirs.file, theirs.sent_at),
        reach.touched(session, mix(file, agent), mix(theirs.file, theirs.agent), theirs.sent_at),
    ]
    return np.concatenate(found)


_NO_SESSION, _SEVERAL = -1, -2


def _only_session(keys: Hashes, session: Ints, lost: Hashes) -> Ints:
    """Return per lost row the session of its key, else _NO_SESSION or _SEVERAL."""
    known, inverse = np.unique(keys, return_inverse=True)
    low = np.full(len(known) + 1, np.iinfo(np.int64).max)
    high = np.full(len(known) + 1, -1, dtype=np.int64)
    np.minimum.at(low, inverse, session)
    np.maximum.at(high, inverse, session)
    place = np.searchsorted(known, lost)
    there = np.append(known, np.uint64(0))[place] == lost
    place = np.where(there & (place < len(known)), place, len(known))
    return np.where(high[place] < 0, _NO_SESSION, np.where(low[place] == high[place], low[place], _SEVERAL))


def _nearest(groups: Hashes, at: Ints, lost_groups: Hashes, lost_at: Ints) -> Ints:
    """Return per lost row the index of the nearest row of its group, the earlier of two, or -1 where there is none."""
    count, total = len(groups), len(groups) + len(lost_groups)
    if count == 0:
        return np.full(len(lost_groups), -1, dtype=np.int64)
    every, when = np.concatenate([groups, lost_groups]), np.concatenate([at, lost_at])
    order = np.lexsort((np.arange(total), when, every))
    place = np.arange(total)
    is_row = order < count
    before = np.maximum.accumulate(np.where(is_row, place, -1))
    after = np.minimum.accumulate(np.where(is_row, place, total)[::-1])[::-1]
    far = np.iinfo(np.int64).max

    def distance(other: Ints, inside: npt.NDArray[np.bool_]) -> Ints:
        theirs = order[np.where(inside, other, 0)]
        same = inside & (every[theirs] == every[order])
        return np.where(same, np.abs(when[theirs] - when[order]), far)

    back, ahead = distance(before, before >= 0), distance(after, after < total)
    chosen = order[np.where(back <= ahead, np.maximum(before, 0), np.minimum(after, total - 1))]
    chosen = np.where(np.minimum(back, ahead) == far, -1, chosen)
    out = np.empty(len(lost_groups), dtype=np.int64)
    out[order[~is_row] - count] = chosen[~is_row]
    return out
