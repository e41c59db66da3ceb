"""The rows of agents: added up from any cutting of the night, they are those of the whole."""

import pickle
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from qa_audit import schema
from qa_audit.agents import agent_rows, part
from qa_audit.statistics import mean_interval, quantile

AGENTS = ("客服甲", "客服乙", "", "客服丙", None)
CHECKS = ("greeting", "insult", "never-there")
SEGMENTS = pa.schema(
    [
        *(schema.SEGMENT_KEYS.field(n) for n in ("agent_id", "agent_name", "team", "score", "response_reason", "red_lines")),
        pa.field("first_response_seconds", pa.float64()),
    ]
)  # fmt: skip
FINDINGS = pa.schema([schema.FINDINGS.field(name) for name in ("agent_id", "check", "outcome", "deducted")])
ROUNDS = pa.schema(
    [schema.ROUNDS.field(name) for name in ("agent_id", "reason", "answered_position", "wait_seconds", "counted")]
)

Rows = list[dict[str, Any]]
Segment = tuple[dict[str, Any], Rows, Rows]


def night(size: int = 120, seed: int = 7) -> list[Segment]:
    """Return segments, each with its findings and its rounds."""
    draw = random.Random(seed)
    found = []
    for _ in range(size):
        agent = draw.choice(AGENTS)
        first = draw.choice([None, 3.0, 6.0, 6.000001, 30.0, draw.randrange(10**9) / 1e6])
        segment = {
            "agent_id": agent,
            "agent_name": draw.choice(["小甲", "小乙", None]) if agent else None,
            "team": "一组" if agent == "客服甲" else None,
            "score": draw.choice([None, draw.randrange(10_001) / 100]),
            "response_reason": draw.choice(["unanswered", "no_time", "bot_only"]) if first is None else None,
            "red_lines": draw.randrange(3),
            "first_response_seconds": first,
        }
        findings = [
            {"agent_id": agent, "check": c, "outcome": draw.choice(schema.OUTCOMES), "deducted": draw.randrange(900) / 100}
            for c in CHECKS[:2]
        ]  # fmt: skip
        rounds = []
        for _ in range(draw.randrange(4)):
            answered = draw.choice([None, 5])
            waited = draw.choice([None, draw.randrange(10**8) / 1e6]) if answered else None
            reason = draw.choice([None, "courtesy", "no_time", "unanswered"])
            rounds.append(
                {"agent_id": agent, "reason": reason, "answered_position": answered, "wait_seconds": waited,
                 "counted": reason is None}
            )  # fmt: skip
        found.append((segment, findings, rounds))
    return found


def part_of(segments: list[Segment]) -> Any:
    """Return the part of some segments, as it comes out of a worker."""
    findings, rounds = ([row for each in segments for row in each[i]] for i in (1, 2))
    wanted = ([segment for segment, _, _ in segments], SEGMENTS), (findings, FINDINGS), (rounds, ROUNDS)
    tables = [pa.Table.from_pylist(rows, schema=each) for rows, each in wanted]
    return pickle.loads(pickle.dumps(part(tables[0], tables[1], tables[2], CHECKS)))


@pytest.mark.parametrize("cuts", [[], [1], [0, 60, 60], range(1, 120), [119, 120]])
def test_any_cutting_into_parts_gives_the_same_rows(cuts: list[int]) -> None:
    segments = night()
    whole = agent_rows([part_of(segments)], CHECKS)
    edges = [0, *cuts, len(segments)]
    parts = [part_of(segments[lo:hi]) for lo, hi in pairwise(edges)]
    assert agent_rows(parts, CHECKS).equals(whole)
    assert agent_rows(reversed(parts), CHECKS).equals(whole)


def test_each_agent_by_hand() -> None:
    segments = night()
    rows = agent_rows([part_of(segments)], CHECKS).to_pylist()
    assert [row["agent_id"] for row in rows] == ["", "客服丙", "客服乙", "客服甲", None]
    for row in rows:
        mine = [each for each in segments if each[0]["agent_id"] == row["agent_id"]]
        held = [segment for segment, _, _ in mine]
        rounds = [each for _, _, own in mine for each in own]
        due = [each for each in rounds if each["reason"] != "courtesy"]
        waits = np.array([each["wait_seconds"] for each in rounds if each["counted"]], dtype=np.float64)
        firsts = [each["first_response_seconds"] for each in held if each["first_response_seconds"] is not None]
        scores = [round(each["score"] * 100) for each in held if each["score"] is not None]
        assert row["segments"] == len(held)
        assert row["scored_segments"] == len(scores)
        assert (row["score_mean"], row["score_low"], row["score_high"]) == mean_interval(np.array(scores, np.int64))
        assert row["rounds"] == len(due)
        assert row["unanswered_rounds"] == sum(each["answered_position"] is None for each in due)
        assert [row[f"wait_{name}"] for name in ("p50", "p90", "max")] == [quantile(waits, s) for s in (0.5, 0.9, 1.0)]
        assert row["first_response_p50"] == quantile(np.array(firsts), 0.5)
        assert row["first_within_6s"] == sum(first <= 6 for first in firsts)
        assert row["first_within_30s"] == sum(first <= 30 for first in firsts)
        assert row["first_total"] == len(firsts) + sum(each["response_reason"] == "unanswered" for each in held)
        assert row["red_lines"] == sum(each["red_lines"] for each in held)
        assert row["agent_name"] == ("小乙、小甲" if row["agent_id"] else None)
        assert row["team"] == ("一组" if row["agent_id"] == "客服甲" else None)


def test_the_checks_of_an_agent_by_hand() -> None:
    segments = night()
    for row in agent_rows([part_of(segments)], CHECKS).to_pylist():
        mine = [finding for _, own, _ in segments for finding in own if finding["agent_id"] == row["agent_id"]]
        assert [each["check"] for each in row["checks"]] == list(CHECKS)
        for each in row["checks"]:
            found = [finding for finding in mine if finding["check"] == each["check"]]
            applied = [finding for finding in found if finding["outcome"] in ("pass", "partial", "fail")]
            passed = [finding for finding in applied if finding["outcome"] == "pass"]
            assert (each["applicable"], each["passed"]) == (len(applied), len(passed))
            assert each["deducted"] == sum(round(finding["deducted"] * 100) for finding in found) / 100
            assert each["share"] == (len(passed) / len(applied) if applied else None)
            assert (each["low"] is None) == (not applied)


def test_checks_that_nobody_was_judged_by_are_not_told() -> None:
    parts = [part_of(night())]
    told = [CHECKS[2], CHECKS[0]]
    for row, whole in zip(
        agent_rows(parts, CHECKS, told).to_pylist(), agent_rows(parts, CHECKS).to_pylist(), strict=True
    ):
        assert row["checks"] == [whole["checks"][2], whole["checks"][0]]


def test_a_night_of_nothing_has_no_agents() -> None:
    for parts in ([], [part_of([])]):
        assert agent_rows(parts, CHECKS).equals(schema.AGENTS.empty_table())
