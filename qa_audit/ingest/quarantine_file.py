"""`private/quarantine.csv`: the quarantined rows for a person to mend in a spreadsheet, and in words what is wrong."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv

from qa_audit import arrow
from qa_audit.formats.headers import COLUMNS
from qa_audit.formats.reasons import REASONS
from qa_audit.ingest.spreadsheet import guarded

EXPLANATION = "说明"
FILE, ROW, REASON, RAW = "source_file", "source_row", "reason", "raw"
ORDER = (FILE, ROW, REASON, EXPLANATION, *COLUMNS, RAW)
"""The columns of the file; the canonical ones are there to be mended, the others say which row it is and why."""

_AS_SHOWN = "要在这里改:补上空的格子;各格已经对的,把 reason 这一格清空"
_TIME = "要在这里改:sent_at 写成 2026-12-01 10:00:04"
_ROLE = "要在这里改:role 写 客服、客户、机器人 或 系统"
_HERE = {
    **dict.fromkeys(("wrong_columns", "unbalanced_quote", "bad_encoding", "bad_json"), _AS_SHOWN),
    **dict.fromkeys(("missing_time", "bad_time", "time_out_of_range"), _TIME),
    **dict.fromkeys(("missing_role", "unknown_role"), _ROLE),
    "missing_session": "要在这里改:session_id 写上会话编号(导出没有这一列的,customer_id 写上客户账号)",
    "empty_text": "要在这里改:text 写上正文,或 kind 写 图片",
}


def write_quarantine(quarantine: Any, aside: Any, path: Path) -> None:
    """Write rows of schema.QUARANTINE and what is known of each so that Excel opens them: BOM, no cell that it would
    run as a formula or write in another way, none longer than it takes."""
    said = zip(quarantine[REASON].to_pylist(), quarantine["detail"].to_pylist(), strict=True)
    columns = {
        **{name: quarantine[name] for name in (FILE, ROW, REASON, RAW)},
        **{name: aside[name] for name in COLUMNS},
        EXPLANATION: pa.chunked_array([arrow.array([explanation(*each) for each in said], pa.string())]),
    }
    table = {name: columns[name] if name == ROW else guarded(columns[name]) for name in ORDER}
    with path.open("wb") as sink:
        sink.write(b"\xef\xbb\xbf")
        arrow_csv.write_csv(pa.table(table), sink)


def explanation(reason: str, detail: str | None) -> str:
    """Say in words what is wrong with a row and what to do about it."""
    wrong, remedy = REASONS[reason]
    said = f"{wrong}({detail})。{remedy}" if detail else f"{wrong}。{remedy}"
    return f"{said}。{_HERE[reason]}" if reason in _HERE else said
