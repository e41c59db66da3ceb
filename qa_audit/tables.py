"""From the columns of a slice to the rows that are published: segments, findings, rounds.

Evidence leaves here in characters of the exported text; points leave in points, exact to the hundredth.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import identity, schema
from qa_audit.clocks import REASONS as WAIT_REASONS
from qa_audit.measures import MEASURES, REASONS
from qa_audit.rubric.judged import MISSING, Evidence, Ints, Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.model import HUNDREDTHS
from qa_audit.rubric.view import View
from qa_audit.rubric.wording import Wording
from qa_audit.scoring import NO_SCORE, Scores
from qa_audit.sessions.batch import STAGES
from qa_audit.sessions.columns import NO_TIME, NONE
from qa_audit.texts.normalize import normalize_all_with_origins


def segments_schema() -> Any:
    """Return the schema of segments.parquet: the keys and scores, then every measure as its own column."""
    fields = [field for name in MEASURES for field in _measure_fields(name)]
    return pa.schema([*schema.SEGMENT_KEYS, *fields])


def segment_rows(view: View, rubric: LoadedRubric, sessions: Any, scores: Scores) -> Any:
    """Return the segments of a slice; `sessions` is its table of session_id, night, customer, shop, in batch order."""
    batch = view.batch
    session = pa.array(batch.segment_session)
    known = scores.score != NO_SCORE
    points = pa.array(scores.score / HUNDREDTHS, mask=~known)
    columns = {
        **{name: sessions[name].take(session) for name in ("night", "session_id", "customer", "shop")},
        "segment_no": batch.segment_no,
        "agent_id": _agents(view),
        "agent_name": pa.nulls(len(batch.segments), pa.string()),  # the roster fills them in
        "team": pa.nulls(len(batch.segments), pa.string()),
        "stage": _stages(view),
        "started_at": _times(view, batch.segments.first),
        "ended_at": _times(view, batch.segments.last),
        "first_position": batch.position[batch.segments.first],
        "last_position": batch.position[batch.segments.last],
        "rubric_version": np.full(len(batch.segments), rubric.model.version),
        "score": points,
        "machine_score": points,
        "grade": _pick(scores.grade, scores.grades, none=NO_SCORE),
        "red_lines": scores.red_lines,
        "bonus": scores.bonus / HUNDREDTHS,
        "deducted": scores.deducted / HUNDREDTHS,
        "applicable_points": scores.applicable / HUNDREDTHS,
        "response_reason": _null_reason(view, "first_response_seconds"),
        "rating": pa.nulls(len(batch.segments), pa.string()),  # filled in from the ratings of the night
    }
    for name in MEASURES:
        columns.update(_measure_columns(view, name))
    wanted = segments_schema()
    return pa.table({field.name: _cast(columns[field.name], field.type) for field in wanted}, schema=wanted)


def finding_rows(view: View, rubric: LoadedRubric, sessions: Any, judged: Sequence[Judged], message_ids: Any) -> Any:
    """Return one row per segment and check, in that order; `message_ids` are those of the batch's messages."""
    batch, checks = view.batch, rubric.model.checks
    segments, width = len(batch.segments), len(judged)
    each = np.repeat(np.arange(segments), width)
    session = pa.array(batch.segment_session[each])
    evidence = _all_evidence(judged)
    columns = {
        "finding_id": _finding_ids(view, checks, evidence, message_ids),
        "night": sessions["night"].take(session),
        "session_id": sessions["session_id"].take(session),
        "segment_no": batch.segment_no[each],
        "agent_id": _agents(view).take(pa.array(each)),
        "check": _tiled([check.id for _, check in checks], segments),
        "group": _tiled([group.id for group, _ in checks], segments),
        "seeds": _tiled([" ".join(check.seeds) or None for _, check in checks], segments),
        "outcome": _pick(_by_segment([each.outcome for each in judged]), schema.OUTCOMES),
        "reason": _texts([(each.reason, each.reasons) for each in judged], segments),
        "label": _texts(
            [(each.label if each.label is not None else np.zeros(segments, np.int64), each.labels) for each in judged],
            segments,
        ),
        "points": np.tile(np.array([check.points for _, check in checks]) / HUNDREDTHS, segments),
        "deducted": _by_segment([each.deducted for each in judged]) / HUNDREDTHS,
        "bonus": _by_segment([each.bonus for each in judged]) / HUNDREDTHS,
        "value": _nullable(_by_segment([each.value for each in judged])),
        "evidence": _evidence_lists(view, evidence, segments * width),
    }
    return pa.table(
        {field.name: _cast(columns[field.name], field.type) for field in schema.FINDINGS}, schema=schema.FINDINGS
    )


def round_rows(view: View, sessions: Any) -> Any:
    """Return every round of a slice with what counted and why not."""
    batch, waits = view.batch, view.waits
    asked, answered = waits.started, waits.answered
    wait = np.where(waits.wait_us == NONE, np.nan, waits.wait_us / 1e6)
    columns = {
        "session_id": sessions["session_id"].take(pa.array(waits.session)),
        "segment_no": batch.segment_no[waits.segment],
        "agent_id": _agents(view).take(pa.array(waits.segment)),
        "round_no": waits.number,
        "asked_position": batch.position[waits.asked],
        "last_asked_position": batch.position[waits.last_asked],
        "asks": waits.asks,
        "answered_position": pa.array(batch.position[answered], mask=answered == NONE),
        "started_position": batch.position[asked],
        "any_answered_position": pa.array(batch.position[waits.any_answered], mask=waits.any_answered == NONE),
        "any_wait_seconds": _nullable(np.where(waits.any_wait_us == NONE, np.nan, waits.any_wait_us / 1e6)),
        "asked_at": _times(view, asked),
        "answered_at": _times(view, answered),
        "wait_seconds": _nullable(wait),
        "counted": waits.counted,
        "reason": _pick(waits.reason, WAIT_REASONS),
    }
    return pa.table(
        {field.name: _cast(columns[field.name], field.type) for field in schema.ROUNDS}, schema=schema.ROUNDS
    )


def check_rows(rubrics: Iterable[LoadedRubric]) -> Any:
    """Return what is constant per check of each version of a rubric, in this order and in rubric order."""
    rows = [
        {
            "check": check.id,
            "rubric_version": rubric.model.version,
            "group": group.id,
            "title": check.title,
            "group_title": group.title,
            "kind": check.kind,
            "points": check.points / HUNDREDTHS,
            "severity": check.severity,
            "confidence": check.confidence,
            "red_line_cap": None if check.red_line is None else check.red_line.cap / HUNDREDTHS,
            "seeds": " ".join(check.seeds) or None,
            "remedy": check.remedy or None,
            "definition": words.definition(check),
            "measure": check.measure,
        }
        for rubric, words in ((each, Wording(each.titles)) for each in rubrics)
        for group, check in rubric.model.checks
    ]
    return pa.Table.from_pylist(rows, schema=schema.CHECKS)


def _measure_fields(name: str) -> list[Any]:
    measure = MEASURES[name]
    meaning = {"meaning": f"{measure.title}({measure.unit}):{measure.definition}"}
    if measure.kind == "ratio":
        parts = [pa.field(f"{name}_{part}", pa.int64(), metadata=meaning) for part in ("numerator", "denominator")]
        return [pa.field(name, pa.float64(), metadata=meaning), *parts]
    return [pa.field(name, pa.int64() if measure.kind == "count" else pa.float64(), metadata=meaning)]


def _measure_columns(view: View, name: str) -> dict[str, Any]:
    column, measure = view.measure(name), MEASURES[name]
    if measure.kind == "ratio":
        return {
            name: _nullable(column.values),
            f"{name}_numerator": column.numerator,
            f"{name}_denominator": column.denominator,
        }
    if measure.kind == "count":
        empty = np.isnan(column.values)
        return {name: pa.array(np.where(empty, 0, column.values).astype(np.int64), mask=empty)}
    return {name: _nullable(column.values)}


def _all_evidence(judged: Sequence[Judged]) -> Evidence:
    """Return the evidence of all checks with `segment` counting findings: segment × checks + check."""
    width = len(judged)
    parts = []
    for i, each in enumerate(judged):
        part = each.evidence
        parts.append(Evidence(part.segment * width + i, part.row, part.start, part.end, part.note, part.notes))
    return Evidence.join(parts)


def _finding_ids(view: View, checks: Any, evidence: Evidence, message_ids: Any) -> Any:
    """Hash session, check and the first message of evidence, so that the id survives rows that come late."""
    batch, width = view.batch, len(checks)
    first = np.repeat(batch.segments.first, width)
    finding, index = np.unique(evidence.segment, return_index=True)
    first[finding] = evidence.row[index]
    rows, back = np.unique(first, return_inverse=True)
    messages = identity.hash_strings(message_ids.take(pa.array(rows)).to_pylist())[back]
    sessions = identity.hash_strings(list(batch.session_ids))[np.repeat(batch.segment_session, width)]
    check = np.tile(identity.hash_strings([check.id for _, check in checks]), len(batch.segments))
    return pa.array(identity.short_ids(identity.mix(sessions, check, messages))).cast(pa.string())


def _evidence_lists(view: View, evidence: Evidence, findings: int) -> Any:
    start, end = _exported_spans(view, evidence)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(evidence.segment, minlength=findings))]).astype(np.int32)
    values = pa.StructArray.from_arrays(
        [
            pa.array(view.batch.position[evidence.row].astype(np.int32)),
            pa.array(start, mask=start == MISSING, type=pa.int32()),
            pa.array(end, mask=end == MISSING, type=pa.int32()),
            _pick(evidence.note, evidence.notes),
        ],
        fields=list(schema.EVIDENCE.value_type),
    )
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=schema.EVIDENCE)


def _exported_spans(view: View, evidence: Evidence) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Map spans of the normal form to the outermost characters of the exported text; each distinct span once."""
    start, end = evidence.start.astype(np.int32), evidence.end.astype(np.int32)
    spans = np.flatnonzero(start != MISSING)
    if not len(spans):
        return start, end
    keys = np.stack([view.batch.text_id[evidence.row[spans]].astype(np.int64), start[spans], end[spans]])
    distinct, back = np.unique(keys, axis=1, return_inverse=True)
    ids, which = np.unique(distinct[0], return_inverse=True)
    normals = normalize_all_with_origins([view.texts[text_id] for text_id in ids.tolist()])
    origins = [normals[k].origin(a, b) for k, a, b in zip(which.tolist(), *distinct[1:].tolist(), strict=True)]
    mapped = np.array(origins, dtype=np.int32).T
    start[spans], end[spans] = mapped[0][back.ravel()], mapped[1][back.ravel()]
    return start, end


def _by_segment(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Lay columns of checks (one entry per segment) out as findings: segment by segment."""
    return np.stack(columns, axis=1).ravel()


def _texts(coded: Sequence[tuple[Ints, tuple[str, ...]]], segments: int) -> Any:
    """Join coded texts of several checks; "" becomes null."""
    names = list(dict.fromkeys(name for _, each in coded for name in each))
    codes = [np.array([names.index(name) for name in each] or [0], dtype=np.int64)[code] for code, each in coded]
    return _pick(_by_segment(codes) if segments else np.empty(0, np.int64), tuple(names))


def _pick(codes: npt.NDArray[Any], names: tuple[str, ...], none: int | None = None) -> Any:
    """Turn codes into texts; "" and the code `none` become null."""
    values = pa.array([name or None for name in names], type=pa.string())
    mask = codes == none if none is not None else np.zeros(len(codes), dtype=np.bool_)
    return values.take(pa.array(np.where(mask, 0, codes), mask=mask, type=pa.int64()))


def _tiled(values: list[str | None], times: int) -> Any:
    return pa.array(values, type=pa.string()).take(pa.array(np.tile(np.arange(len(values)), times)))


def _agents(view: View) -> Any:
    agent = view.batch.segment_agent
    names = pa.array(list(view.batch.agents), type=pa.string())
    return names.take(pa.array(np.maximum(agent, 0), mask=agent == NONE, type=pa.int64()))


def _stages(view: View) -> Any:
    return _pick(view.batch.stage[view.batch.segment_session], STAGES, none=NONE)


def _times(view: View, rows: npt.NDArray[Any]) -> Any:
    sent = view.batch.sent_at[rows]
    return pa.array(sent, mask=(sent == NO_TIME) | (rows == NONE), type=pa.int64()).cast(schema.TIME)


def _null_reason(view: View, name: str) -> Any:
    column = view.measure(name)
    return _pick(column.reason, REASONS)


def _nullable(values: npt.NDArray[np.float64]) -> Any:
    return pa.array(values, mask=np.isnan(values))


def _cast(column: Any, wanted: Any) -> Any:
    column = column if isinstance(column, pa.Array | pa.ChunkedArray) else pa.array(column)
    return column if column.type == wanted else column.cast(wanted)
