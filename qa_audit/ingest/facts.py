"""What exports say of sessions and of other messages: ratings, goods and orders, messages taken back later.

Everything is joined by the ids that the export gives, over all files of a run, so that the order and grouping of files
change nothing. What fits no session, or several, is not used and is said in a notice.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.citing import cited
from qa_audit.formats.coded import Coded, encode
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Fact, Notice
from qa_audit.formats.times import BAD_TIME, parse
from qa_audit.formats.values import RECALL
from qa_audit.ingest.columns import Columns, places
from qa_audit.ingest.sessions import Cut
from qa_audit.schema import RATINGS, TIME


def applied(columns: Columns, parts: Sequence[Rows]) -> Columns:
    """Mark the messages that a later event took back, and fill the goods and orders that belong to a whole session."""
    if any(part.taken_back for part in parts):
        hit = _taken_back(columns, parts)
        withdrawn, kind = np.where(hit, 1, columns.withdrawn), np.where(hit, RECALL, columns.kind)
        columns = replace(columns, withdrawn=withdrawn, kind=kind)
    facts = [fact for part in parts for fact in part.facts if fact.session and (fact.sku or fact.order)]
    if not facts:
        return columns
    sku = _filled(columns.sku, columns.session, {(fact.session, fact.sku) for fact in facts if fact.sku})
    order = _filled(columns.order, columns.session, {(fact.session, fact.order) for fact in facts if fact.order})
    return replace(columns, sku=sku, order=order)


def _taken_back(columns: Columns, parts: Sequence[Rows]) -> Any:
    """Mask of the messages that a later event took back: those with its id in its own file, else in files of its
    format; another system's message may have the same id."""
    names = {name for part in parts for name in part.taken_back}
    code = {value: i for i, value in enumerate(columns.message_id.values.to_pylist()) if value in names}
    formats = {name: i for i, name in enumerate(dict.fromkeys(part.format for part in parts))}
    book = places(parts)
    kind = np.array([formats[part.format] for part in parts], dtype=np.int64)
    gone = [(code[name], i) for i, part in enumerate(parts) for name in part.taken_back if name in code]
    ids, where = np.array(gone, dtype=np.int64).reshape(-1, 2).T
    mine = np.maximum(columns.message_id.codes, 0)
    named = columns.message_id.codes >= 0
    near = named & np.isin(mine * len(parts) + columns.book, ids * len(parts) + book[where])
    place = mine * len(formats) + kind[columns.file]
    far = named & np.isin(place, ids * len(formats) + kind[where]) & ~np.isin(place, place[near])
    return near | far


def ratings(parts: Sequence[Rows], columns: Columns, cut: Cut, zone: str) -> tuple[Any, tuple[Notice, ...]]:
    """Return schema.RATINGS ordered by session, time and agent, and the notice about facts that fit no session."""
    if not any(part.facts for part in parts):
        return arrow.empty(RATINGS), ()
    said = {(fact, part.source_file) for part in parts for fact in part.facts if fact.rating or fact.comment}
    sessions = _sessions(columns, cut)
    seen: set[Fact] = set()
    rows = []
    for fact, file in sorted(said, key=_order):
        found = sessions.get(fact.session, ())
        if len(found) == 1 and fact not in seen:
            rows.append((found[0], fact, file))
        seen.add(fact)
    lost = {fact for part in parts for fact in part.facts if len(sessions.get(fact.session, ())) != 1}
    return _table(rows, zone), _notice(lost)


def _order(rated: tuple[Fact, str]) -> tuple[str, ...]:
    fact, file = rated
    return (fact.session, fact.at or "", fact.agent or "", fact.rating or "", fact.comment or "", file)


def _sessions(columns: Columns, cut: Cut) -> dict[str, list[str]]:
    """Return the final ids of the sessions that an exported session id stands for."""
    first = cut.rows[cut.starts]
    given, exported = columns.session.strings(first).to_pylist(), columns.exported[first].tolist()
    found: dict[str, list[str]] = defaultdict(list)
    for name, own, final in zip(given, exported, cut.ids.to_pylist(), strict=True):
        if own and name is not None:
            found[name].append(final)
    return found


def _filled(column: Coded, session: Coded, pairs: set[tuple[str, str]]) -> Coded:
    """Fill the empty cells of sessions for which the pairs name one value."""
    named: dict[str, set[str]] = defaultdict(set)
    for name, value in pairs:
        named[name].add(value)
    only = {name: next(iter(values)) for name, values in named.items() if len(values) == 1}
    wanted = arrow.array([*map(only.get, session.values.to_pylist()), None], pa.string())
    found = wanted.take(arrow.array(np.where(session.codes < 0, len(wanted) - 1, session.codes)))
    return encode(pc.coalesce(column.strings(), found), trim=False)


def _table(rows: Sequence[tuple[str, Fact, str]], zone: str) -> Any:
    at = parse(arrow.array([fact.at or "" for _, fact, _ in rows], pa.string()), zone)
    unknown = (at.micros <= BAD_TIME) | at.out_of_range
    columns = {
        "session_id": [session for session, _, _ in rows],
        "agent_id": [fact.agent for _, fact, _ in rows],
        "rating": [fact.rating for _, fact, _ in rows],
        "comment": [fact.comment for _, fact, _ in rows],
        "rated_at": arrow.array(np.where(unknown, 0, at.micros), pa.int64(), mask=unknown).cast(TIME),
        "source_file": [file for _, _, file in rows],
    }
    return pa.table(columns, schema=RATINGS)


def _notice(lost: set[Fact]) -> tuple[Notice, ...]:
    if not lost:
        return ()
    some = "、".join(cited(repr(fact.session[:40])) for fact in sorted(lost, key=lambda f: f.session)[:3])
    text = f"{len(lost)} 条评价或会话资料按会话编号对不上(或对上几个)会话,没有用:{some}。请把同一时段的消息一起导出"
    return (Notice("unmatched_facts", text),)
