"""Which rows are the same message exported twice, and a message id for every message that came without one.

Identities do not depend on file names, row numbers or the order of files. Rows that share an exported message id within
a session are one message. Rows without one are equal when all they say is, but whether they were taken back or seen;
equal rows within one file are several messages, and of overlapping files the one that has the most counts.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.coded import Coded, encode
from qa_audit.formats.sheet import Notice
from qa_audit.formats.values import RECALL
from qa_audit.identity import Hashes, hash_strings, hex_ids, mix
from qa_audit.ingest.columns import Columns, Ints, Mask, first_seen, hashed, numbered, stretches


@dataclass(frozen=True)
class Identities:
    """kept: mask of rows that are messages; content: hash of (what the row says, n-th equal) of rows without exported
    id; twin: per row the kept row that is the same message; conflicts: number of message ids that stand for
    different contents."""

    kept: Mask
    content: Hashes
    twin: Ints
    conflicts: int = 0

    def merged(self, columns: Columns) -> Columns:
        """Give the kept rows what their duplicates know: taken back or seen where one says so, goods and order where
        they lack them."""
        spare = np.flatnonzero(~self.kept)
        if not len(spare):
            return columns
        withdrawn, seen = columns.withdrawn.copy(), columns.seen.copy()
        np.maximum.at(withdrawn, self.twin[spare], columns.withdrawn[spare])
        np.maximum.at(seen, self.twin[spare], columns.seen[spare])
        kind = np.where((withdrawn == 1) & (columns.withdrawn != 1), RECALL, columns.kind)
        sku, order = (_smallest(column, self.twin, spare) for column in (columns.sku, columns.order))
        return replace(columns, withdrawn=withdrawn, seen=seen, kind=kind, sku=sku, order=order)

    def message_ids(self, columns: Columns, rows: Ints) -> Any:
        """Return the message ids of rows as strings: the exported one, else 16 hexadecimal digits."""
        given = columns.message_id.strings(rows)
        if given.null_count == 0:
            return given
        made = hex_strings(self.content[rows])
        return made if given.null_count == len(rows) else pc.if_else(given.is_null(), made, given)

    def stable(self, columns: Columns, rows: Ints) -> Hashes:
        """Return a hash of each row's identity that is the same in every run."""
        given = columns.message_id.codes[rows] >= 0
        if not given.any():
            return self.content[rows]
        names = columns.message_id.strings(rows).to_pylist()
        return np.asarray(np.where(given, hash_strings(names), self.content[rows]), dtype=np.uint64)


def _smallest(column: Coded, twin: Ints, spare: Ints) -> Coded:
    """Give each kept row the first value in order that it or a duplicate of it names."""
    if column.null.all():
        return column
    values = column.values.take(pc.sort_indices(column.values))
    rank = arrow.numbers(pc.index_in(column.values, value_set=values)).astype(np.int64)
    best = np.append(rank, len(values))[column.codes]
    np.minimum.at(best, twin[spare], best[spare])
    return Coded(np.where(best == len(values), -1, best), values)


def hex_strings(hashes: Hashes) -> Any:
    """Return hashes as a string array of 16 hexadecimal digits each."""
    digits = pa.py_buffer(hex_ids(hashes).tobytes())
    offsets = pa.py_buffer(np.arange(0, 16 * len(hashes) + 1, 16, dtype=np.int32).tobytes())
    return pa.StringArray.from_buffers(len(hashes), offsets, digits)


def identify(columns: Columns) -> Identities:
    """Find duplicates; kept is the one from the file that begins first in the session, then the longest, else the
    first in the order of files and rows: so messages of one moment stay in the order of a file that has them all."""
    count = len(columns.file)
    twin, content = np.arange(count), np.zeros(count, dtype=np.uint64)
    conflicts = 0
    with_id = np.flatnonzero(~columns.message_id.null)
    if len(with_id):
        groups = _groups_by_id(columns, with_id)
        twin[with_id] = _chosen(columns, with_id, groups)
        conflicts = _conflicts(columns, with_id, groups)
    without = np.flatnonzero(columns.message_id.null)
    if len(without):
        base = columns.said[without]
        content[without] = mix(base, _nth(numbered(mix(base, columns.book[without]))))
        if columns.book[-1] > 0:  # within one file the n-th equal row makes every identity different
            twin[without] = _chosen(columns, without, numbered(content[without]))
    return Identities(twin == np.arange(count), content, twin, conflicts)


def _chosen(columns: Columns, rows: Ints, groups: Ints) -> Ints:
    """Return for each row the row to keep of its group; groups are numbered in order of first appearance."""
    first = rows[first_seen(groups)]
    if columns.book[-1] == 0 or len(first) == len(rows):
        return first[groups]
    several = np.flatnonzero(np.bincount(groups)[groups] > 1)
    # of one file the first one counts; of several files, what they say decides before their names do
    several = several[first_seen(numbered(mix(groups[several], columns.book[rows[several]])))]
    held, mine, group = stretches(columns, columns.key[rows[several]]), rows[several], groups[several]
    order = np.lexsort((mine, columns.said[mine], -held.count[mine], -held.end[mine], held.begin[mine], group))
    best = order[first_seen(numbered(group[order]))]
    first[group[best]] = mine[best]
    return first[groups]


def _groups_by_id(columns: Columns, rows: Ints) -> Ints:
    keys = numbered(columns.key[rows])
    return numbered(keys * len(columns.message_id.values) + columns.message_id.codes[rows])


def _content(columns: Columns, rows: Ints) -> Hashes:
    """Hash what one message cannot have twice: time, sender, text; goods and orders may be linked to it later."""
    text = encode(columns.text.take(arrow.array(rows)).combine_chunks(), trim=False)
    sender = columns.role[rows] * 8 + columns.automation[rows]
    return mix(columns.sent_at[rows], sender, hashed(columns.agent, rows), hashed(text))


def _nth(groups: Ints) -> Ints:
    """Return 0, 1, 2 … for the first, second, third row of each group."""
    nth = np.zeros(len(groups), dtype=np.int64)
    repeated = np.flatnonzero(np.bincount(groups)[groups] > 1)
    order = repeated[np.argsort(groups[repeated], kind="stable")]
    ordered = groups[order]
    new = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(order)])
    nth[order] = np.arange(len(order)) - np.repeat(new, np.diff(np.append(new, len(order))))
    return nth


def _conflicts(columns: Columns, rows: Ints, groups: Ints) -> int:
    """Count the message ids that stand for different contents."""
    repeated = np.bincount(groups)[groups] > 1
    if not repeated.any():
        return 0
    content = _content(columns, rows[repeated])
    order = np.argsort(groups[repeated], kind="stable")
    group, content = groups[repeated][order], content[order]
    differs = (group[1:] == group[:-1]) & (content[1:] != content[:-1])
    return len(np.unique(group[1:][differs]))


def conflict_notices(ids: int) -> tuple[Notice, ...]:
    """Warn when message ids stand for different contents: then the column is no message id."""
    if not ids:
        return ()
    remedy = "若那一列不是消息编号,请在映射文件里写 columns: {message_id: null}"
    return (Notice("conflicting_ids", f"{ids} 个消息编号下有不同的内容,各只留了第一条;{remedy}"),)
