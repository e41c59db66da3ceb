"""Which sessions lost a row to quarantine: what is measured of them may be wrong.

A quarantined row belongs to the session of its key; where sessions are cut and the key has several, to the one of the
nearest message: in time, else in the file. A row of which neither is known belongs to none.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit.formats.rows import Rows
from qa_audit.formats.times import NO_TIME
from qa_audit.identity import Hashes, mix
from qa_audit.ingest.columns import Columns, Ints, lost_rows
from qa_audit.ingest.sessions import Cut


def sessions_with_gaps(parts: Sequence[Rows], columns: Columns, cut: Cut) -> tuple[str, ...]:
    """Return the sorted ids of sessions with at least one quarantined row that said something."""
    if not any(len(part.lost.source_row) for part in parts):
        return ()
    lost = lost_rows(parts, columns)
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
    ids = cut.ids.take(pa.array(np.unique(found[found >= 0]))).to_pylist()
    return tuple(sorted(ids))


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
