"""A synthetic run folder, written by schema; times to the second, to the minute or none."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa

from qa_audit import schema
from qa_audit.results import write_table
from qa_audit.statistics import mean_interval, quantile, wilson
from tests.report.synthetic_chat import AGENTS, Rows, add_session
from tests.report.synthetic_findings import CHECKS
from tests.report.synthetic_rounds import MEASURES, PEOPLE


def build(
    out: Path, *, sessions: int = 40, agents: Sequence[str | None] = AGENTS, times: str = "second", seed: int = 7
) -> dict[str, Any]:
    """Write a run folder of so many sessions and return its run.json content; `times`: second, minute or none."""
    random, rows = Random(seed), Rows(times)
    for i in range(sessions):
        # Half of the sessions go to the first two agents, so that somebody has enough to be ranked.
        agent = agents[i // 2 % 2] if i % 4 and len(agents) > 2 and i < sessions * 9 // 10 else agents[i % len(agents)]
        add_session(rows, random, i, agent, times)
    (out / "private").mkdir(parents=True)
    tables = {
        "segments": pa.Table.from_pylist(rows.segments, schema=_segments_schema()),
        "findings": pa.Table.from_pylist(rows.findings, schema=schema.FINDINGS),
        "checks": pa.Table.from_pylist(_checks(), schema=schema.CHECKS),
        "agents": pa.Table.from_pylist(_agents(rows, agents), schema=schema.AGENTS),
        "private/messages": pa.Table.from_pylist(rows.messages, schema=schema.MESSAGES),
        "private/rounds": pa.Table.from_pylist(rows.rounds, schema=schema.ROUNDS),
    }
    for name, table in tables.items():
        write_table(table, out / f"{name}.parquet")
    return _run(rows, times)


def _checks() -> list[dict[str, Any]]:
    names = (
        "check",
        "group",
        "title",
        "group_title",
        "kind",
        "points",
        "confidence",
        "red_line_cap",
        "remedy",
        "definition",
        "measure",
    )
    common = {"rubric_version": 1, "severity": "major", "seeds": "RT-01"}
    return [dict(zip(names, c, strict=True)) | common for c in CHECKS]


def _agents(rows: Rows, agents: Sequence[str | None]) -> list[dict[str, Any]]:
    return [_agent(rows, agent) for agent in sorted(set(agents), key=lambda a: (a is None, a or ""))]


def _agent(rows: Rows, agent: str | None) -> dict[str, Any]:
    parts = [s for s in rows.segments if s["agent_id"] == agent]
    scores = np.array([round(s["score"] * 100) for s in parts if s["score"] is not None], np.int64)
    mean, low, high = mean_interval(scores)
    first = [s["first_response_seconds"] for s in parts if s["first_response_seconds"] is not None]
    waits = np.array(first, np.float64)
    total = len(parts) if rows.times == "second" or agent is None else 0
    return (
        {
            "agent_id": agent,
            "agent_name": PEOPLE.get(agent or "", (None, None))[0],
            "team": PEOPLE.get(agent or "", (None, None))[1],
            "segments": len(parts),
            "scored_segments": len(scores),
            "score_mean": mean,
            "score_low": low,
            "score_high": high,
        }
        | {
            "rounds": len(parts),
            "unanswered_rounds": len(parts) if agent is None else 0,
            "wait_p50": quantile(waits, 0.5),
            "wait_p90": quantile(waits, 0.9),
        }
        | {
            "wait_max": quantile(waits, 1.0),
            "first_response_p50": quantile(waits, 0.5),
            "first_within_6s": sum(v <= 6 for v in first),
        }
        | {
            "first_within_30s": sum(v <= 30 for v in first),
            "first_total": total,
            "red_lines": sum(s["red_lines"] for s in parts),
        }
        | {"checks": [_agent_check(rows, agent, c[0]) for c in CHECKS]}
    )


def _agent_check(rows: Rows, agent: str | None, check: str) -> dict[str, Any]:
    found = [f for f in rows.findings if f["agent_id"] == agent and f["check"] == check]
    judged = [f for f in found if f["outcome"] in ("pass", "partial", "fail")]
    passed = sum(f["outcome"] == "pass" for f in judged)
    low, high = wilson(np.array([passed]), np.array([len(judged)]))
    share = (passed / len(judged), float(low[0]), float(high[0])) if judged else (None, None, None)
    return dict(zip(("share", "low", "high"), share, strict=True)) | {
        "check": check,
        "applicable": len(judged),
        "passed": passed,
        "deducted": sum(f["deducted"] for f in found),
    }


def _segments_schema() -> Any:
    kinds = {float: pa.float64(), int: pa.int64()}
    measures = [pa.field(name, kinds[kind]) for name, kind in MEASURES.items()]
    return pa.schema([*schema.SEGMENT_KEYS, pa.field("first_response_seconds", pa.float64()), *measures])


def _run(rows: Rows, times: str) -> dict[str, Any]:
    kept = len(rows.messages)
    notices = [
        {
            "code": "hostile",
            "text": "这一列的长数字已被 Excel 截断 <b>order</b>:32 个",
            "file": "data/<img src=x>.xlsx",
        },
        {
            "code": "unknown_accounts",
            "text": "花名册里没有这些客服账号(30 段会话):阿木、<b>甲</b>",
            "file": "花名册.csv",
        },
    ]
    return {
        "status": "degraded" if times == "minute" else "ok",
        "reasons": [{"code": "coarse_time", "text": "时间只到分钟", "file": None}] if times == "minute" else [],
        "notices": notices,
        "counts": {
            "read": kept + 12,
            "messages": kept,
            "quarantined": 9,
            "duplicates": 3,
            "sessions": len(rows.segments),
            "segments": len(rows.segments),
            "agents": len(AGENTS),
            "inferred": 12,
        },
        "quarantine_reasons": {"unknown_role": 4, "bad_time": 3, "code_of_tomorrow": 2},
        "inputs": [
            {"path": "logs/2026-12-01.csv", "size": 123456, "sha256": "ab" * 32, "format": "table", "rows": kept + 12}
        ],
        "rubric": {
            "name": "standard",
            "title": "标准接待质检",
            "version": 1,
            "hash": "0f" * 16,
            "scoring": "deduct",
            "grades": {"优": 95, "良": 90, "合格": 85, "待改进": 0},
        },
        "clock": {"name": "house", "definition": "从第一条未答的客户消息起,到人工回复止;自动回复不停表"},
        "versions": {"qa_audit": "0.1.0", "jieba": "0.42.1"},
        "night": None if times == "none" else "2026-12-01",
        "nights": [] if times == "none" else ["2026-12-01"],
        "tz": "Asia/Shanghai",
        "null_measures": ["sentiment_change"],
    }
