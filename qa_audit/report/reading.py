"""A run folder as the pages need it: aggregates of everything, details of the sessions that are shown.

Each table is read once. The two big ones (findings, messages) are filtered by the set of shown sessions while they
are scanned, so memory follows what is shown, not the night.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from qa_audit.errors import ResultsError
from qa_audit.results import PRIVATE, read_manifest, read_table
from qa_audit.schema import MESSAGES
from qa_audit.statistics import mean_interval, quantile

Row = dict[str, Any]
Agent = str | None
SegmentKey = tuple[str, int]  # session_id, segment_no

BINS = 20  # of five points each, for the distribution of scores
_KEYS = ("session_id", "segment_no", "agent_id", "score", "deducted", "red_lines", "response_reason")
_SUMS = ("within_6s_share", "within_30s_share", "within_60s_share")


@dataclass(frozen=True)
class Results:
    """What one run folder holds; agents keep the order of agents.parquet, unassigned (None) last."""

    run: Mapping[str, Any]
    checks: dict[str, Row]
    agents: tuple[Row, ...]
    totals: Row  # scores, waits, time resolutions over everything
    reasons: dict[Agent, dict[str, int]]  # why a first response is null, in segments
    timed: dict[Agent, int]  # segments whose first response is known
    histograms: dict[Agent, list[int]]
    outcomes: dict[Agent, dict[str, dict[tuple[str, str | None], int]]]
    shown: dict[Agent, list[SegmentKey]]  # red lines first, then what lost most
    losing: dict[Agent, int]  # segments that lost points or have a red line
    segments: dict[str, list[Row]]  # of shown sessions, like all below
    findings: dict[SegmentKey, list[Row]]
    messages: dict[str, list[Row]]
    rounds: dict[str, list[Row]]


def read_results(out: Path, run: Mapping[str, Any] | None, worst: int) -> Results:
    """Read the run folder; `run` stands in for run.json where that is not written yet. Raises ResultsError."""
    segments = read_table(out / "segments.parquet")
    shown, losing = _choose(segments, worst)
    sessions = sorted({key[0] for keys in shown.values() for key in keys})
    wanted = pa.array(sessions, pa.string())
    private = out / PRIVATE
    agents = read_table(out / "agents.parquet").to_pylist()
    return Results(
        run=read_manifest(out) if run is None else run,
        checks={row["check"]: row for row in read_table(out / "checks.parquet").to_pylist()},
        agents=tuple(sorted(agents, key=lambda row: row["agent_id"] is None)),
        totals=_totals(segments, private),
        reasons=_counted(segments, "response_reason"),
        timed=_timed(segments),
        histograms=_histograms(segments),
        outcomes=_outcomes(out / "findings.parquet"),
        shown=shown,
        losing=losing,
        segments=_by_session(segments.filter(pc.is_in(segments["session_id"], value_set=wanted))),
        findings=_findings(out / "findings.parquet", wanted),
        messages=_by_session(_rows_of(private / "messages.parquet", wanted, MESSAGES.names)),
        rounds=_by_session(_rows_of(private / "rounds.parquet", wanted, None)),
    )


def _choose(segments: Any, worst: int) -> tuple[dict[Agent, list[SegmentKey]], dict[Agent, int]]:
    """Pick per agent every segment with a red line and the `worst` that lost most; ties by score, then by id."""
    table = segments.select(list(_KEYS)).filter((pc.field("deducted") > 0) | (pc.field("red_lines") > 0))
    table = table.append_column("lost", pc.negate(table["deducted"]))
    table = table.append_column("red", pa.array((table["red_lines"].to_numpy() < 1).astype(np.int8)))
    order = [(name, "ascending") for name in ("red", "lost", "score", "session_id", "segment_no")]
    table = table.sort_by(order)
    agents = table["agent_id"].combine_chunks().dictionary_encode()
    codes = pc.fill_null(agents.indices, len(agents.dictionary)).to_numpy()
    grouped = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[grouped], prepend=-1))
    rank = np.empty(len(codes), np.int64)
    sizes = np.diff(np.append(starts, len(codes)))
    rank[grouped] = np.arange(len(codes)) - np.repeat(starts, sizes)
    names = [*agents.dictionary.to_pylist(), None]
    losing = {names[codes[grouped[s]]]: int(n) for s, n in zip(starts, sizes, strict=True)}
    keep = table.filter(pa.array((rank < worst) | (table["red"].to_numpy() == 0)))
    shown: dict[Agent, list[SegmentKey]] = {}
    for row in keep.select(["agent_id", "session_id", "segment_no"]).to_pylist():
        shown.setdefault(row["agent_id"], []).append((row["session_id"], row["segment_no"]))
    return shown, losing


def _totals(segments: Any, private: Path) -> Row:
    scores = np.rint(segments["score"].drop_null().to_numpy() * 100).astype(np.int64)
    mean, low, high = mean_interval(scores)
    rounds = read_table(private / "rounds.parquet", ["wait_seconds", "counted"]).filter(pc.field("counted"))
    waits = rounds["wait_seconds"].drop_null().to_numpy()
    resolutions = read_table(private / "messages.parquet", ["time_resolution"])["time_resolution"]
    return {
        "segments": segments.num_rows,
        "scored": len(scores),
        "score_mean": mean,
        "score_low": low,
        "score_high": high,
        "wait_p50": quantile(waits, 0.5),
        "wait_p90": quantile(waits, 0.9),
        "wait_max": quantile(waits, 1.0),
        "resolutions": _value_counts(resolutions),
        "grades": _value_counts(segments["grade"].drop_null()),
        "round_shares": {name: _share_sums(segments, name) for name in _SUMS},
    }


def _value_counts(column: Any) -> dict[str, int]:
    return {row["values"]: row["counts"] for row in pc.value_counts(column).to_pylist()}


def _share_sums(segments: Any, name: str) -> tuple[int, int] | None:
    if f"{name}_denominator" not in segments.column_names:
        return None
    below = pc.sum(segments[f"{name}_denominator"]).as_py() or 0
    return (int(pc.sum(segments[f"{name}_numerator"]).as_py() or 0), int(below))


def _counted(table: Any, column: str) -> dict[Agent, dict[str, int]]:
    counts: dict[Agent, dict[str, int]] = {}
    grouped = table.select(["agent_id", column]).group_by(["agent_id", column]).aggregate([([], "count_all")])
    for row in grouped.to_pylist():
        if row[column] is not None:
            counts.setdefault(row["agent_id"], {})[row[column]] = row["count_all"]
    return counts


def _timed(segments: Any) -> dict[Agent, int]:
    if "first_response_seconds" not in segments.column_names:
        return {}
    grouped = segments.group_by("agent_id").aggregate([("first_response_seconds", "count")])
    return {row["agent_id"]: row["first_response_seconds_count"] for row in grouped.to_pylist()}


def _histograms(segments: Any) -> dict[Agent, list[int]]:
    table = segments.select(["agent_id", "score"]).filter(pc.field("score").is_valid())
    step = 100 / BINS
    bins = np.clip(table["score"].to_numpy() // step, 0, BINS - 1).astype(np.int64)
    table = table.append_column("bin", pa.array(bins))
    grouped = table.group_by(["agent_id", "bin"]).aggregate([([], "count_all")])
    out: dict[Agent, list[int]] = {}
    for row in grouped.to_pylist():
        out.setdefault(row["agent_id"], [0] * BINS)[row["bin"]] = row["count_all"]
    return out


def _outcomes(path: Path) -> dict[Agent, dict[str, dict[tuple[str, str | None], int]]]:
    columns = ["agent_id", "check", "outcome", "reason"]
    grouped = read_table(path, columns).group_by(columns).aggregate([([], "count_all")])
    out: dict[Agent, dict[str, dict[tuple[str, str | None], int]]] = {}
    for row in grouped.to_pylist():
        of_check = out.setdefault(row["agent_id"], {}).setdefault(row["check"], {})
        of_check[row["outcome"], row["reason"]] = row["count_all"]
    return out


def _rows_of(path: Path, sessions: Any, columns: Iterable[str] | None) -> Any:
    """Scan one table once and keep the rows of the given sessions, in the order of the file."""
    if not path.is_file():
        raise ResultsError(f"{path}: 没有这个文件(重新跑一次 qa-audit run)")
    dataset = ds.dataset(path, format="parquet")
    names = None if columns is None else [c for c in columns if c not in ("source_file", "source_row", "message_id")]
    return dataset.to_table(columns=names, filter=ds.field("session_id").isin(sessions))


def _by_session(table: Any) -> dict[str, list[Row]]:
    out: dict[str, list[Row]] = {}
    for row in table.to_pylist():
        out.setdefault(row["session_id"], []).append(row)
    key = "position" if "position" in table.column_names else "segment_no"
    for rows in out.values():
        rows.sort(key=lambda row: int(row[key]))
    return out


def _findings(path: Path, sessions: Any) -> dict[SegmentKey, list[Row]]:
    out: dict[SegmentKey, list[Row]] = {}
    for row in _rows_of(path, sessions, None).to_pylist():
        out.setdefault((row["session_id"], row["segment_no"]), []).append(row)
    return out
