"""From segments, findings and rounds to one row per agent; every segment weighs the same.

A worker makes the `part` of its slice, small enough to send; `agent_rows` adds the parts up, however the night was cut:

    agent_rows([part(segments, findings, rounds, checks)], checks)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow, schema
from qa_audit.clocks import NOT_DUE
from qa_audit.statistics import interval_of_sums, nearest_rank, wilson

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_APPLICABLE = [schema.OUTCOMES.index(name) for name in ("pass", "partial", "fail")]
_PASS = schema.OUTCOMES.index("pass")
_COUNTS = (
    "segments", "rounds", "unanswered_rounds", "first_within_6s", "first_within_30s", "first_total", "red_lines",
)  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """Numbers of each agent: those of agent i are values[stops[i − 1]:stops[i]]."""

    values: Floats
    stops: Ints

    @classmethod
    def of(cls, values: Floats, agent: Ints, agents: int) -> "Numbers":
        """Lay values out by agent, those that are NaN left out."""
        known = ~np.isnan(values)
        values, agent = values[known], agent[known]
        order = np.argsort(agent, kind="stable")
        return cls(values[order], np.cumsum(np.bincount(agent, minlength=agents)))

    def of_agent(self, agent: int) -> Floats:
        """Return the numbers of one agent."""
        return self.values[self.stops[agent - 1] if agent else 0 : self.stops[agent]]


@dataclass(frozen=True)
class Part:
    """What some segments, with their findings and rounds, add to the agents' rows.

    agents: who held them, None for nobody; names, teams: the different ones of each agent's segments
    counts: int64[agents, _COUNTS]; scores: int64[agents, 3], how many, their sum and the sum of their squares in
    hundredths; waits of counted rounds and first responses, in seconds
    checks: unsigned[agents, checks, 3], how often each applied and passed, and what it took in hundredths
    """

    agents: tuple[str | None, ...]
    names: tuple[frozenset[str], ...]
    teams: tuple[frozenset[str], ...]
    counts: Ints
    scores: Ints
    waits: Numbers
    firsts: Numbers
    checks: npt.NDArray[np.unsignedinteger]


def part(segments: Any, findings: Any, rounds: Any, checks: Sequence[str]) -> Part:
    """Return what a slice adds to the agents; findings and rounds are those of the segments, `checks` all there are."""
    agents = tuple(pc.unique(segments["agent_id"]).to_pylist())
    ids, size = arrow.array(agents, pa.string()), len(agents)
    per_segment, per_round, per_finding = (_codes(table["agent_id"], ids) for table in (segments, rounds, findings))
    first = _numbers(segments["first_response_seconds"])
    opened = ~np.isnan(first) | arrow.truths(pc.equal(segments["response_reason"], arrow.scalar("unanswered")))
    due = ~arrow.truths(pc.is_in(rounds["reason"], arrow.array(NOT_DUE)))
    unanswered = due & arrow.truths(rounds["answered_position"].is_null())
    waits = np.where(arrow.truths(rounds["counted"]), _numbers(rounds["wait_seconds"]), np.nan)
    masks = (
        (per_segment, np.ones(len(first), dtype=np.bool_)), (per_round, due), (per_round, unanswered),
        (per_segment, opened & (first <= 6)), (per_segment, opened & (first <= 30)), (per_segment, opened),
    )  # fmt: skip
    lines = _sums(per_segment, _numbers(segments["red_lines"]), size)
    return Part(
        agents=agents,
        names=_different(segments["agent_name"], per_segment, size),
        teams=_different(segments["team"], per_segment, size),
        counts=np.stack([*(np.bincount(code[mask], minlength=size) for code, mask in masks), lines], axis=1),
        scores=_scores(_numbers(segments["score"]), per_segment, size),
        waits=Numbers.of(waits, per_round, size),
        firsts=Numbers.of(first, per_segment, size),
        checks=_checks(findings, per_finding, size, checks),
    )


def agent_rows(parts: Iterable[Part], checks: Sequence[str], told: Sequence[str] | None = None) -> Any:
    """Return the agents in the order of their ids, the segments nobody held (agent_id null) last.

    parts: of any cutting of the night, in any order, all made with these `checks`; told: those of the checks that the
    rows tell of, where it is not all.
    """
    parts = list(parts)
    known = {agent for each in parts for agent in each.agents}
    agents = [*sorted(agent for agent in known if agent is not None), *([None] if None in known else [])]
    places = [{agent: i for i, agent in enumerate(each.agents)} for each in parts]
    counts, scores = (np.zeros((len(agents), width), dtype=np.int64) for width in (len(_COUNTS), 3))
    shares = np.zeros((len(agents), len(checks), 3), dtype=np.int64)
    number = {agent: i for i, agent in enumerate(agents)}
    for each in parts:
        at = np.array([number[agent] for agent in each.agents], dtype=np.int64)
        counts[at] += each.counts
        scores[at] += each.scores
        shares[at] += each.checks
    if told is not None:
        shares, checks = shares[:, [checks.index(each) for each in told]], told
    rows = []
    for agent, code in number.items():
        mine = [(each, place[agent]) for each, place in zip(parts, places, strict=True) if agent in place]
        waits = np.sort(np.concatenate([each.waits.of_agent(i) for each, i in mine]))
        firsts = np.sort(np.concatenate([each.firsts.of_agent(i) for each, i in mine]))
        mean, low, high = interval_of_sums(*scores[code].tolist())
        rows.append(
            {
                "agent_id": agent,
                "agent_name": _listed(each.names[i] for each, i in mine),
                "team": _listed(each.teams[i] for each, i in mine),
                "scored_segments": int(scores[code, 0]),
                "score_mean": mean,
                "score_low": low,
                "score_high": high,
                "wait_p50": nearest_rank(waits, 0.5),
                "wait_p90": nearest_rank(waits, 0.9),
                "wait_max": nearest_rank(waits, 1.0),
                "first_response_p50": nearest_rank(firsts, 0.5),
                **dict(zip(_COUNTS, counts[code].tolist(), strict=True)),
            }
        )
    plain = [field for field in schema.AGENTS if field.name != "checks"]
    columns = {field.name: arrow.array([row[field.name] for row in rows], field.type) for field in plain}
    return pa.table({**columns, "checks": _shares(shares, checks)}, schema.AGENTS)


def _shares(cells: Ints, checks: Sequence[str]) -> Any:
    """Return for every agent the list of its checks, each with its share of passes and the interval of it."""
    agents = len(cells)
    applicable, passed, lost = cells.reshape(-1, 3).T
    never = applicable == 0
    low, high = wilson(passed, applicable)
    columns = [
        arrow.array(list(checks), pa.string()).take(arrow.array(np.tile(np.arange(len(checks)), agents))),
        arrow.array(applicable, pa.int32()),
        arrow.array(passed, pa.int32()),
        *(arrow.array(each, mask=never) for each in (passed / np.maximum(applicable, 1), low, high)),
        arrow.array(lost / 100),
    ]
    fields = list(schema.AGENT_CHECKS.value_type)
    offsets = arrow.array(np.arange(agents + 1) * len(checks), pa.int32())
    return pa.ListArray.from_arrays(offsets, pa.StructArray.from_arrays(columns, fields=fields), schema.AGENT_CHECKS)


def _checks(findings: Any, agent: Ints, agents: int, checks: Sequence[str]) -> npt.NDArray[np.unsignedinteger]:
    """Return for every agent and check how often it applied and passed and what it took, in as few bytes as will do."""
    cell = agent * len(checks) + _codes(findings["check"], arrow.array(list(checks), pa.string()))
    size = agents * len(checks)
    outcome = _codes(findings["outcome"], arrow.array(schema.OUTCOMES))
    each = np.bincount(cell * len(schema.OUTCOMES) + outcome, minlength=size * len(schema.OUTCOMES))
    each = each.reshape(size, len(schema.OUTCOMES))
    lost = _sums(cell, np.rint(_numbers(findings["deducted"]) * 100), size)
    cells = np.stack([each[:, _APPLICABLE].sum(axis=1), each[:, _PASS], lost], axis=1)
    smallest = np.min_scalar_type(int(cells.max(initial=0)))
    found: npt.NDArray[np.unsignedinteger] = cells.reshape(agents, len(checks), 3).astype(smallest)
    return found


def _scores(scores: Floats, agent: Ints, agents: int) -> Ints:
    known = ~np.isnan(scores)
    hundredths, agent = np.rint(scores[known] * 100), agent[known]
    sums = [np.bincount(agent, minlength=agents), *(_sums(agent, each, agents) for each in (hundredths, hundredths**2))]
    return np.stack(sums, axis=1)


def _sums(code: Ints, whole: Floats, size: int) -> Ints:
    """Add up whole numbers, which floats hold exactly."""
    return np.bincount(code, weights=whole, minlength=size).astype(np.int64)


def _different(column: Any, agent: Ints, agents: int) -> tuple[frozenset[str], ...]:
    """Return the different values of each agent's segments, nulls left out."""
    encoded = column.combine_chunks().dictionary_encode()
    known = arrow.truths(encoded.is_valid())
    values = encoded.dictionary.to_pylist()
    width = max(len(values), 1)
    pairs = np.unique(agent[known] * width + arrow.numbers(encoded.indices.filter(arrow.array(known))).astype(np.int64))
    found: list[set[str]] = [set() for _ in range(agents)]
    for code, value in zip((pairs // width).tolist(), (pairs % width).tolist(), strict=True):
        found[code].add(values[value])
    return tuple(map(frozenset, found))


def _listed(values: Iterable[frozenset[str]]) -> str | None:
    """Join the different values of an agent's segments, None where none is known."""
    return "、".join(sorted(frozenset().union(*values))) or None


def _codes(column: Any, values: Any) -> Ints:
    codes: Ints = arrow.numbers(pc.index_in(column, value_set=values)).astype(np.int64)
    return codes


def _numbers(column: Any) -> Floats:
    values: Floats = arrow.numbers(column).astype(np.float64)
    return values
