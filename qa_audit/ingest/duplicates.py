"""Which rows are the same message exported twice, and a message id for every message that came without one.

Identities do not depend on file names, row numbers or the order of files. Rows that share an exported message id within
a session are one message. Rows without one are equal when session, time, sender, kind and text are; equal rows within
one file are several messages, and of overlapping files the one that has the most counts.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit.formats.coded import encode
from qa_audit.formats.sheet import Notice
from qa_audit.identity import Hashes, hash_strings, hex_ids, mix
from qa_audit.ingest.columns import Columns, Ints, Mask, first_seen, hashed, numbered, stretches


@dataclass(frozen=True)
class Identities:
    """kept: mask of rows that are messages; content: hash of (key, content, n-th equal) of rows without exported id."""

    kept: Mask
    content: Hashes
    notices: tuple[Notice, ...] = ()

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


def hex_strings(hashes: Hashes) -> Any:
    """Return hashes as a string array of 16 hexadecimal digits each."""
    digits = pa.py_buffer(hex_ids(hashes).tobytes())
    offsets = pa.py_buffer(np.arange(0, 16 * len(hashes) + 1, 16, dtype=np.int32).tobytes())
    return pa.StringArray.from_buffers(len(hashes), offsets, digits)


def identify(columns: Columns) -> Identities:
    """Find duplicates; kept is the one from the file that begins first in the session, then the longest, else the
    first in the order of files and rows: so messages of one moment stay in the order of a file that has them all."""
    count = len(columns.file)
    kept, content = np.ones(count, dtype=bool), np.zeros(count, dtype=np.uint64)
    notices: tuple[Notice, ...] = ()
    with_id = np.flatnonzero(~columns.message_id.null)
    if len(with_id):
        groups = _groups_by_id(columns, with_id)
        kept[with_id] = _chosen(columns, with_id, groups)
        notices = _conflicts(columns, with_id, groups)
    without = np.flatnonzero(columns.message_id.null)
    if len(without):
        base = _content(columns, without)
        content[without] = mix(base, _nth(numbered(mix(base, columns.file[without]))))
        if len(columns.names) > 1:  # within one file the n-th equal row makes every identity different
            kept[without] = _chosen(columns, without, numbered(content[without]))
    return Identities(kept, content, notices)


def _chosen(columns: Columns, rows: Ints, groups: Ints) -> Mask:
    """Mask of the one row to keep of each group; groups are numbered in order of first appearance."""
    kept = first_seen(groups)
    several = np.flatnonzero(np.bincount(groups)[groups] > 1)
    if len(columns.names) == 1 or not len(several):
        return kept
    held, mine, group = stretches(columns, columns.key[rows[several]]), rows[several], groups[several]
    order = np.lexsort((mine, -held.count[mine], -held.end[mine], held.begin[mine], group))
    kept[several] = False
    kept[several[order[first_seen(group[order])]]] = True
    return kept


def _groups_by_id(columns: Columns, rows: Ints) -> Ints:
    keys = numbered(columns.key[rows])
    return numbered(keys * len(columns.message_id.values) + columns.message_id.codes[rows])


def _content(columns: Columns, rows: Ints) -> Hashes:
    """Hash what makes a message: key, time, role, automation, agent, kind, text; `rows` ascend."""
    said = columns.text if len(rows) == len(columns.file) else columns.text.take(pa.array(rows))
    text = encode(said.combine_chunks(), trim=False)
    return mix(
        columns.key[rows],
        columns.sent_at[rows],
        columns.role[rows] * 8 + columns.automation[rows],
        columns.kind[rows],
        hashed(columns.agent, rows),
        hashed(text),
    )


def _nth(groups: Ints) -> Ints:
    """Return 0, 1, 2 … for the first, second, third row of each group."""
    nth = np.zeros(len(groups), dtype=np.int64)
    repeated = np.flatnonzero(np.bincount(groups)[groups] > 1)
    order = repeated[np.argsort(groups[repeated], kind="stable")]
    ordered = groups[order]
    new = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(order)])
    nth[order] = np.arange(len(order)) - np.repeat(new, np.diff(np.append(new, len(order))))
    return nth


def _conflicts(columns: Columns, rows: Ints, groups: Ints) -> tuple[Notice, ...]:
    """Warn when one message id stands for different contents: then the column is no message id."""
    repeated = np.bincount(groups)[groups] > 1
    if not repeated.any():
        return ()
    content = _content(columns, rows[repeated])
    order = np.argsort(groups[repeated], kind="stable")
    group, content = groups[repeated][order], content[order]
    differs = (group[1:] == group[:-1]) & (content[1:] != content[:-1])
    ids = len(np.unique(group[1:][differs]))
    if not ids:
        return ()
    remedy = "若那一列不是消息编号,请在映射文件里写 columns: {message_id: null}"
    return (Notice("conflicting_ids", f"{ids} 个消息编号下有不同的内容,各只留了第一条;{remedy}"),)
