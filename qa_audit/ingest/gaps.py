"""Which sessions lost a row to quarantine: what is measured of them may be wrong.

A quarantined row belongs to the session of its key; where sessions are cut and the key has several, to the one of the
nearest message: in time, else in the file. A row that does not say whose it is may belong to any session of its file at
that time, of its agent or of nobody: all of them count, since a reply that is missing must not be held against anyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit.formats.rows import Rows
from qa_audit.formats.times import NO_TIME
from qa_audit.formats.values import AGENT
from qa_audit.identity import Hashes, mix
from qa_audit.ingest.columns import NULL, Columns, Ints, LostRows, Mask, hashed, lost_rows
from qa_audit.ingest.sessions import Cut


def sessions_with_gaps(parts: Sequence[Rows], columns: Columns, cut: Cut, gap_minutes: float = 30.0) -> tuple[str, ...]:
    """Return the sorted ids of sessions that lost, or may have lost, a quarantined row that said something; a row that
    names no session may belong to one that is no further away than the gap."""
    if not any(len(part.lost.source_row) for part in parts):
        return ()
    lost = lost_rows(parts, columns)
    found = np.where(lost.named, _of_their_keys(lost, columns, cut), _NO_SESSION)
    unclear = np.isin(columns.key[cut.rows], np.unique(lost.key[found == _SEVERAL]))
    stray = ~lost.named | (lost.adrift & (found == _NO_SESSION))
    marked = [found[found >= 0], cut.session[unclear]]
    if stray.any():
        marked.append(_possible_owners(lost.keep(stray), columns, cut, gap_minutes))
    ids = cut.ids.take(pa.array(np.unique(np.concatenate(marked)))).to_pylist()
    return tuple(sorted(ids))


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
class _Reach:
    """Per session the first and last moment at which a row may belong to it; all time where it has none."""

    begin: Ints
    end: Ints

    @classmethod
    def of(cls, columns: Columns, cut: Cut, gap_minutes: float) -> "_Reach":
        sent, gap = columns.sent_at[cut.rows], int(min(gap_minutes * 60_000_000, _AGES))
        known = sent != NO_TIME
        begin = np.minimum.reduceat(np.where(known, sent, _EVER), cut.starts)
        end = np.maximum.reduceat(np.where(known, sent, -_EVER), cut.starts)
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


def _possible_owners(lost: LostRows, columns: Columns, cut: Cut, gap_minutes: float) -> Ints:
    """Return the sessions to which lost rows may belong: of the same file, at that time, of the row's agent where it
    has one or without any reply."""
    reach = _Reach.of(columns, cut, gap_minutes)
    first = {name: number for number, name in reversed(list(enumerate(columns.names)))}
    one_file = np.array([first[name] for name in columns.names], dtype=np.int64)  # a reader may part a file's rows
    lost, of_file = replace(lost, file=one_file[lost.file]), one_file[columns.file]
    here = np.flatnonzero(np.isin(of_file[cut.rows], np.unique(lost.file)))
    rows, session = cut.rows[here], cut.session[here]
    file, agent = of_file[rows], hashed(columns.agent, rows)
    answered: Mask = np.zeros(len(cut.starts), dtype=bool)
    answered[cut.session[columns.role[cut.rows] == AGENT]] = True
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
