"""The fingerprint of each source of a night, as run.json keeps it: figures and names of columns, no text, no account.

    fingerprints(looks, tables, quarantine, "Asia/Shanghai")   # [{"format": "csv", "name": "chat_#.csv", ...}]

Pure counting: equal tables and looks give equal fingerprints, whatever the order of the files.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.drift.sources import Key, source_keys
from qa_audit.formats.layout import shown
from qa_audit.ingest.looking import Look
from qa_audit.privacy.telling import masked_text

MOST_COLUMNS = 200
MOST_ROLES = 50
NULLABLE = ("sent_at", "agent_id", "customer_id", "text", "shop", "stage", "withdrawn", "seen", "sku_id", "order_id")
_GROUPS = {"role_share": "role", "kind_share": "kind", "resolution_share": "time_resolution"}
_BUSY = 0.1  # a day with this share of the busiest day's messages counts as a day of the export

Ints = npt.NDArray[np.int64]


def fingerprints(looks: Sequence[Look], tables: Iterable[Any], quarantine: Any, tz: str) -> list[dict[str, Any]]:
    """Return one fingerprint per source, ordered by format and name; see docs/drift.md for its keys.

    tables: the messages, each table of whole sessions; one is looked at after the other.
    """
    keys = source_keys((look.file, look.format) for look in looks)
    sources = sorted(set(keys.values()))
    of_file = {look.source_file: sources.index(keys[look.file]) for look in looks}
    figures = _figures(tables, quarantine, of_file, len(sources), tz)
    grouped: dict[Key, list[Look]] = {key: [] for key in sources}
    for look in looks:
        grouped[keys[look.file]].append(look)
    return [
        {"format": key[0], "name": key[1], **_columns(grouped[key]), **figure}
        for key, figure in zip(sources, figures, strict=True)
    ]


@lru_cache(maxsize=4_096)
def column_name(name: str) -> str:
    """Return a header name fit for run.json and a terminal: one line, not long, personal data masked."""
    return shown([masked_text(name[:200])])


def _columns(looks: Sequence[Look]) -> dict[str, Any]:
    """Pool the sheets of a source: its columns, what each was used for, and the role words."""
    filled = [look for look in looks if look.rows]
    names = list(dict.fromkeys(name for look in filled for name in look.header))
    used: dict[str, dict[str, Any]] = {}
    for column in sorted({column for look in filled for column in look.used}):
        having = [look for look in filled if column in look.used and look.used[column].filled]
        cells = sum(look.rows for look in filled if column in look.used)
        types = [look.used[column].type for look in having]
        used[column] = {
            "columns": sorted({column_name(look.name(column)) for look in filled if column in look.used})[:MOST_ROLES],
            "type": max(sorted(set(types)), key=types.count) if types else "empty",
            "sheets": len(having),
            "filled": _share(sum(look.used[column].filled for look in having), cells),
        }
    words: dict[str, list[Any]] = {}
    for look in looks:
        for value, (role, rows) in look.roles.items():
            words.setdefault(column_name(value), [role, 0])[1] += rows
    return {
        "files": len({look.file for look in looks}),
        "sheets": len(filled),
        "columns": [column_name(name) for name in names[:MOST_COLUMNS]],
        "column_count": len(names),
        "used": used,
        "roles": {word: {"role": role, "rows": rows} for word, (role, rows) in sorted(words.items())[:MOST_ROLES]},
        "other_roles": {
            "values": sum(look.other_roles[0] for look in looks),
            "rows": sum(look.other_roles[1] for look in looks),
        },
        "rows": sum(look.read for look in looks),
    }


@dataclass
class _Tally:
    """What was counted of one source so far. lengths: messages by the number of their characters."""

    messages: int = 0
    sessions: int = 0
    agents: set[str] = field(default_factory=set)
    values: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in _GROUPS})
    nulls: Counter[str] = field(default_factory=Counter)
    hours: Ints = field(default_factory=lambda: np.zeros(24, dtype=np.int64))
    whole_minutes: int = 0
    days: Counter[int] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)

    def figures(self, aside: int) -> dict[str, Any]:
        """Return the figures of a source with `aside` quarantined rows."""
        timed = int(self.hours.sum())
        busiest = max(self.days.values(), default=0)
        return {
            "messages": self.messages,
            "quarantined": aside,
            "quarantined_share": _share(aside, aside + self.messages),
            "sessions": self.sessions,
            "agents": len(self.agents),
            **{
                name: {value: _share(count, self.messages) for value, count in sorted(counts.items())}
                for name, counts in self.values.items()
            },
            "null_share": {name: _share(self.nulls[name], self.messages) for name in NULLABLE},
            "days": sum(count >= _BUSY * busiest for count in self.days.values()) if timed else None,
            "whole_minute_share": _share(self.whole_minutes, timed),
            "hours": [_share(n, timed) for n in self.hours.tolist()] if timed else None,
            "text_length_p50": _median(self.lengths),
        }


def _figures(
    tables: Iterable[Any], quarantine: Any, of_file: dict[str, int], count: int, tz: str
) -> list[dict[str, Any]]:
    tallies = [_Tally() for _ in range(count)]
    for table in tables:
        source = _source_of(table, of_file)
        for number in np.unique(source).tolist():
            mine = np.flatnonzero(source == number)
            _count(tallies[number], table if len(mine) == len(source) else table.take(arrow.array(mine)), tz)
        _count_sessions(tallies, table, source)
    aside = np.bincount(_source_of(quarantine, of_file), minlength=count).tolist()
    return [tally.figures(rows) for tally, rows in zip(tallies, aside, strict=True)]


def _count(tally: _Tally, messages: Any, tz: str) -> None:
    """Count the messages of one source in a table of whole sessions."""
    tally.messages += messages.num_rows
    tally.agents.update(pc.unique(messages["agent_id"]).drop_null().to_pylist())
    for name, column in _GROUPS.items():
        tally.values[name].update(_counts(messages[column]))
    tally.nulls.update({name: messages[name].null_count for name in NULLABLE})
    _count_times(tally, messages["sent_at"], tz)
    tally.lengths.update(_counts(pc.utf8_length(messages["text"]).drop_null()))


def _count_sessions(tallies: Sequence[_Tally], messages: Any, source: Ints) -> None:
    """Count the sessions of which a source has messages; a table holds whole sessions."""
    session = np.cumsum(arrow.numbers(messages["position"]) == 0) - 1
    pairs = np.unique(session * len(tallies) + source) % len(tallies)
    for tally, found in zip(tallies, np.bincount(pairs, minlength=len(tallies)).tolist(), strict=True):
        tally.sessions += found


def _count_times(tally: _Tally, times: Any, tz: str) -> None:
    """Count local days and hours, and times at :00 seconds."""
    local = pc.local_timestamp(times.drop_null().cast(pa.timestamp("us", tz=tz)))
    seconds = arrow.numbers(local) // 1_000_000
    tally.hours += np.bincount(seconds // 3600 % 24, minlength=24)
    tally.whole_minutes += int((seconds % 60 == 0).sum())
    days, counts = np.unique(seconds // 86_400, return_counts=True)
    tally.days.update(dict(zip(days.tolist(), counts.tolist(), strict=True)))


def _counts(column: Any) -> dict[Any, int]:
    return {each["values"]: each["counts"] for each in column.value_counts().to_pylist()}


def _median(counts: Counter[int]) -> float | None:
    """Return the median of numbers given by how often each occurs."""
    if not counts:
        return None
    values = np.array(sorted(counts), dtype=np.int64)
    ends = np.cumsum([counts[value] for value in values.tolist()])
    middle = values[np.searchsorted(ends, [(ends[-1] - 1) // 2, ends[-1] // 2], side="right")]
    return float(middle.sum() / 2)


def _source_of(table: Any, of_file: dict[str, int]) -> Ints:
    if len(set(of_file.values())) == 1:
        return np.zeros(table.num_rows, dtype=np.int64)
    encoded = arrow.plain(arrow.plain(table["source_file"]).dictionary_encode())
    sources = np.array([of_file[name] for name in encoded.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(sources[arrow.numbers(encoded.indices)], dtype=np.int64)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
