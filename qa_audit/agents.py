"""From segments, findings and rounds to one row per agent; every segment weighs the same."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import schema
from qa_audit.clocks import NOT_DUE
from qa_audit.statistics import mean_interval, quantile, wilson

_APPLICABLE = ("pass", "partial", "fail")


def agent_rows(segments: Any, findings: Any, rounds: Any, checks: Sequence[str]) -> Any:
    """Return the agents in the order of their ids, the segments nobody held (agent_id null) last."""
    encoded = segments["agent_id"].combine_chunks().dictionary_encode()
    names = sorted(encoded.dictionary.to_pylist())
    if segments["agent_id"].null_count:
        names.append(None)
    ids = pa.array(names, type=pa.string())
    per_segment, per_round, per_finding = (_codes(table["agent_id"], ids) for table in (segments, rounds, findings))
    scores = _numbers(segments["score"])
    first = _numbers(segments["first_response_seconds"])
    opened = ~np.isnan(first) | pc.equal(segments["response_reason"], "unanswered").fill_null(False).to_numpy(
        zero_copy_only=False
    )
    counted = rounds["counted"].to_numpy()
    waits = np.where(counted, _numbers(rounds["wait_seconds"]), np.nan)
    due = ~pc.is_in(rounds["reason"], pa.array(NOT_DUE)).to_numpy(zero_copy_only=False)
    unanswered = due & rounds["answered_position"].is_null().to_numpy(zero_copy_only=False)
    lines = pc.fill_null(segments["red_lines"], 0).to_numpy(zero_copy_only=False)
    shares = _check_shares(findings, per_finding, len(names), checks)
    rows = []
    for code, name in enumerate(names):
        mine, mine_rounds = per_segment == code, per_round == code
        known = scores[mine & ~np.isnan(scores)]
        mean, low, high = mean_interval(np.rint(known * 100).astype(np.int64))
        mine_waits = waits[mine_rounds]
        mine_first = first[mine & opened]
        rows.append(
            {
                "agent_id": name,
                "agent_name": _listed(segments["agent_name"], mine),
                "team": _listed(segments["team"], mine),
                "segments": int(mine.sum()),
                "scored_segments": len(known),
                "score_mean": mean,
                "score_low": low,
                "score_high": high,
                "rounds": int((mine_rounds & due).sum()),
                "unanswered_rounds": int((mine_rounds & unanswered).sum()),
                "wait_p50": quantile(mine_waits, 0.5),
                "wait_p90": quantile(mine_waits, 0.9),
                "wait_max": quantile(mine_waits, 1.0),
                "first_response_p50": quantile(mine_first, 0.5),
                "first_within_6s": int((mine_first <= 6).sum()),
                "first_within_30s": int((mine_first <= 30).sum()),
                "first_total": len(mine_first),
                "red_lines": int(lines[mine].sum()),
                "checks": shares[code],
            }
        )
    return pa.Table.from_pylist(rows, schema=schema.AGENTS)


def _check_shares(
    findings: Any, agent: npt.NDArray[np.int64], agents: int, checks: Sequence[str]
) -> list[list[dict[str, Any]]]:
    """Return for every agent and check how often it applied and passed, with the interval of the share."""
    check = _codes(findings["check"], pa.array(list(checks), type=pa.string()))
    cell = agent * len(checks) + check
    size = agents * len(checks)
    applies = pc.is_in(findings["outcome"], pa.array(_APPLICABLE)).to_numpy(zero_copy_only=False)
    passes = pc.equal(findings["outcome"], "pass").to_numpy(zero_copy_only=False)
    applicable = np.bincount(cell[applies], minlength=size).astype(np.int64)
    passed = np.bincount(cell[passes], minlength=size).astype(np.int64)
    lost = np.rint(_numbers(findings["deducted"]) * 100)
    deducted = np.bincount(cell, weights=lost, minlength=size)
    low, high = wilson(passed, applicable)
    out = []
    for code in range(agents):
        cells = range(code * len(checks), (code + 1) * len(checks))
        out.append(
            [
                {
                    "check": checks[i - cells.start],
                    "applicable": int(applicable[i]),
                    "passed": int(passed[i]),
                    "share": passed[i] / applicable[i] if applicable[i] else None,
                    "low": low[i] if applicable[i] else None,
                    "high": high[i] if applicable[i] else None,
                    "deducted": deducted[i] / 100,
                }
                for i in cells
            ]
        )
    return out


def _listed(column: Any, mine: npt.NDArray[np.bool_]) -> str | None:
    """Join the different values of an agent's segments, None where none is known."""
    return "、".join(sorted(pc.unique(column.filter(pa.array(mine)).drop_null()).to_pylist())) or None


def _codes(column: Any, values: Any) -> npt.NDArray[np.int64]:
    codes: npt.NDArray[np.int64] = pc.index_in(column, value_set=values).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _numbers(column: Any) -> npt.NDArray[np.float64]:
    values: npt.NDArray[np.float64] = column.to_numpy(zero_copy_only=False).astype(np.float64)
    return values
