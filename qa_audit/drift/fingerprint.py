"""The fingerprint of each source of a night, as run.json keeps it: figures and names of columns, no text, no account.

    fingerprints(looks, messages, quarantine, "Asia/Shanghai")   # [{"format": "csv", "name": "chat_#.csv", ...}]

Pure counting: equal tables and looks give equal fingerprints, whatever the order of the files.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit.drift.sources import Key, source_keys
from qa_audit.formats.layout import shown
from qa_audit.ingest.looking import Look
from qa_audit.privacy.telling import masked_text

MOST_COLUMNS = 200
MOST_ROLES = 50
NULLABLE = ("sent_at", "agent_id", "customer_id", "text", "shop", "stage", "withdrawn", "seen", "sku_id", "order_id")
_BUSY = 0.1  # a day with this share of the busiest day's messages counts as a day of the export

Ints = npt.NDArray[np.int64]


def fingerprints(looks: Sequence[Look], messages: Any, quarantine: Any, tz: str) -> list[dict[str, Any]]:
    """Return one fingerprint per source, ordered by format and name; see docs/drift.md for its keys."""
    keys = source_keys((look.file, look.format) for look in looks)
    sources = sorted(set(keys.values()))
    of_file = {look.source_file: sources.index(keys[look.file]) for look in looks}
    figures = _figures(messages, quarantine, of_file, len(sources), tz)
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


def _figures(messages: Any, quarantine: Any, of_file: dict[str, int], count: int, tz: str) -> list[dict[str, Any]]:
    source = _source_of(messages, of_file)
    totals = np.bincount(source, minlength=count)
    aside = np.bincount(_source_of(quarantine, of_file), minlength=count)
    session = np.cumsum(_numpy(messages["position"]) == 0) - 1
    agents, names = _coded(messages["agent_id"])
    distinct_sessions = _distinct(source, session, int(session[-1]) + 1 if len(session) else 0, count)
    distinct_agents = _distinct(source[agents >= 0], agents[agents >= 0], len(names), count)
    shares = {
        name: _shares(messages[column], source, totals)
        for name, column in (("role_share", "role"), ("kind_share", "kind"), ("resolution_share", "time_resolution"))
    }
    nulls = {
        name: np.bincount(source[_numpy(pc.is_null(messages[name]))], minlength=count).tolist() for name in NULLABLE
    }
    clock = _clock(messages["sent_at"], source, count, tz)
    lengths = _median_lengths(messages["text"], source, count)
    return [
        {
            "messages": int(totals[i]),
            "quarantined": int(aside[i]),
            "quarantined_share": _share(int(aside[i]), int(aside[i] + totals[i])),
            "sessions": distinct_sessions[i],
            "agents": distinct_agents[i],
            **{name: found[i] for name, found in shares.items()},
            "null_share": {name: _share(nulls[name][i], int(totals[i])) for name in NULLABLE},
            **clock[i],
            "text_length_p50": lengths[i],
        }
        for i in range(count)
    ]


def _clock(times: Any, source: Ints, count: int, tz: str) -> list[dict[str, Any]]:
    """Return when messages were sent: days, share at :00 seconds, shares of the 24 local hours; null without times."""
    timed = _numpy(pc.is_valid(times))
    local = pc.local_timestamp(_whole(times).drop_null().cast(pa.timestamp("us", tz=tz))).cast(pa.int64())
    seconds, of = _numpy(local) // 1_000_000, source[timed]
    hours = np.bincount(of * 24 + seconds // 3600 % 24, minlength=24 * count).reshape(count, 24)
    whole = np.bincount(of[seconds % 60 == 0], minlength=count)
    day = seconds // 86_400
    day -= day.min() if len(day) else 0
    days = int(day.max(initial=0)) + 1
    by_day = np.bincount(of * days + day, minlength=count * days).reshape(count, days)
    out = []
    for i in range(count):
        total = int(hours[i].sum())
        known = total > 0
        out.append(
            {
                "days": int((by_day[i] >= _BUSY * by_day[i].max()).sum()) if known else None,
                "whole_minute_share": _share(int(whole[i]), total),
                "hours": [_share(n, total) for n in hours[i].tolist()] if known else None,
            }
        )
    return out


def _median_lengths(texts: Any, source: Ints, count: int) -> list[float | None]:
    known = _numpy(pc.is_valid(texts))
    lengths, of = _numpy(pc.utf8_length(_whole(texts).drop_null())), source[known]
    parts = [lengths[of == i] if count > 1 else lengths for i in range(count)]
    return [float(np.median(part)) if len(part) else None for part in parts]


def _shares(column: Any, source: Ints, totals: Ints) -> list[dict[str, float | None]]:
    codes, names = _coded(column)
    if not names:
        return [{} for _ in totals]
    counts = np.bincount(source * len(names) + codes, minlength=len(totals) * len(names)).reshape(-1, len(names))
    order = sorted(range(len(names)), key=names.__getitem__)
    return [
        {names[k]: _share(int(counts[i, k]), int(totals[i])) for k in order if counts[i, k]} for i in range(len(totals))
    ]


def _distinct(source: Ints, value: Ints, values: int, count: int) -> list[int]:
    """Count the distinct values of each source; every one of 0 … values − 1 occurs."""
    if count == 1:
        return [values]
    seen = np.unique(source * max(values, 1) + value) // max(values, 1)
    return [int(n) for n in np.bincount(seen, minlength=count)]


def _source_of(table: Any, of_file: dict[str, int]) -> Ints:
    if len(set(of_file.values())) == 1:
        return np.zeros(table.num_rows, dtype=np.int64)
    codes, names = _coded(table["source_file"])
    return np.array([of_file[name] for name in names], dtype=np.int64)[codes]


def _coded(column: Any) -> tuple[Ints, list[str]]:
    """Return (code per row, -1 for null; the distinct values)."""
    encoded = _whole(column).dictionary_encode()
    return _numpy(encoded.indices.fill_null(-1)).astype(np.int64), encoded.dictionary.to_pylist()


def _whole(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _numpy(column: Any) -> Any:
    return _whole(column).to_numpy(zero_copy_only=False)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
