"""The canonical Arrow tables, written from the laid-out columns in final order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow
from qa_audit.formats.rows import Rows
from qa_audit.formats.times import NO_TIME
from qa_audit.formats.values import STAGES
from qa_audit.ingest.columns import Columns, Ints
from qa_audit.ingest.duplicates import Identities
from qa_audit.ingest.sessions import Cut
from qa_audit.schema import AUTOMATIONS, KINDS, MESSAGES, PARTITIONS, QUARANTINE, RESOLUTIONS, ROLES, TIME


def messages_table(columns: Columns, identities: Identities, cut: Cut) -> Any:
    """Return schema.MESSAGES ordered by partition, session and position."""
    rows, session = cut.rows, cut.session
    sent = columns.sent_at[rows]
    found = {
        "session_id": cut.ids.take(arrow.array(session)),
        "message_id": identities.message_ids(columns, rows),
        "position": arrow.array((np.arange(len(rows)) - cut.starts[session]).astype(np.int32)),
        "sent_at": arrow.array(sent, pa.int64(), mask=sent == NO_TIME).cast(TIME),
        "time_resolution": _named(columns.resolution[rows], RESOLUTIONS),
        "role": _named(columns.role[rows], ROLES),
        "automation": _named(columns.automation[rows], AUTOMATIONS),
        "agent_id": columns.agent.strings(rows),
        "customer_id": _values(columns.customer.values, cut.customer[session]),
        "kind": _named(columns.kind[rows], KINDS),
        "text": columns.text.take(arrow.array(rows)),
        "shop": _values(columns.shop.values, cut.shop[session]),
        "stage": _named(columns.stage[rows], STAGES),
        "withdrawn": _flag(columns.withdrawn[rows]),
        "seen": _flag(columns.seen[rows]),
        "sku_id": columns.sku.strings(rows),
        "order_id": columns.order.strings(rows),
        "source_file": _named(columns.file[rows], columns.names),
        "source_row": arrow.array(columns.source_row[rows]),
    }
    return pa.table(found, schema=MESSAGES)


def partition_offsets(cut: Cut) -> Ints:
    """Return int64[257]: partition p holds the messages [offsets[p], offsets[p + 1])."""
    ends = np.append(cut.starts, len(cut.rows))
    first = np.searchsorted(cut.partition, np.arange(PARTITIONS + 1))
    return np.asarray(ends[first], dtype=np.int64)


def quarantine_tables(parts: Sequence[Rows]) -> tuple[Any, Any]:
    """Return schema.QUARANTINE ordered by file and row, and what is known of the same rows by canonical column."""
    order = {file: index for index, file in enumerate(dict.fromkeys(part.source_file for part in parts))}
    found = [(part.source_file, problem) for part in parts for problem in part.problems]
    places = sorted(range(len(found)), key=lambda i: (order[found[i][0]], found[i][1].row))
    found = [found[i] for i in places]
    columns = {
        "source_file": [file for file, _ in found],
        "source_row": [problem.row for _, problem in found],
        "reason": [problem.reason for _, problem in found],
        "detail": [problem.detail or None for _, problem in found],
        "raw": [problem.raw for _, problem in found],
    }
    aside = pa.concat_tables([part.aside for part in parts]).take(arrow.array(places, pa.int64()))
    arrays = [arrow.array(columns[field.name], field.type) for field in QUARANTINE]
    return pa.Table.from_arrays(arrays, schema=QUARANTINE), aside


def _flag(codes: Ints) -> Any:
    return arrow.array(codes == 1, pa.bool_(), mask=codes < 0)


def _named(codes: npt.NDArray[Any], names: Sequence[str]) -> Any:
    return _values(arrow.array(names, pa.string()), codes)


def _values(values: Any, codes: npt.NDArray[Any]) -> Any:
    return values.take(arrow.array(codes, mask=codes < 0))
