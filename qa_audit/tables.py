"""From the columns of a slice to the rows that are published: segments, findings, rounds.

Evidence leaves here in characters of the exported text; points leave in points, exact to the hundredth.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qa_audit import arrow, identity, schema
from qa_audit.clocks import REASONS as WAIT_REASONS
from qa_audit.measures import MEASURES, REASONS
from qa_audit.rubric.judged import MISSING, Ints, Judged
from qa_audit.rubric.laying import Laid, exported_spans, laid_out
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.model import HUNDREDTHS
from qa_audit.rubric.view import View
from qa_audit.rubric.wording import Wording
from qa_audit.scoring import NO_SCORE, Scores
from qa_audit.sessions.batch import STAGES
from qa_audit.sessions.columns import NO_TIME, NONE

_BLOCK = 64


def segments_schema() -> Any:
    """Return the schema of segments.parquet: the keys and scores, then every measure as its own column."""
    fields = [field for name in MEASURES for field in _measure_fields(name)]
    return pa.schema([*schema.SEGMENT_KEYS, *fields])


def segment_rows(view: View, rubric: LoadedRubric, sessions: Any, scores: Scores) -> Any:
    """Return the segments of a slice; `sessions` is its table of session_id, night, customer, shop, in batch order."""
    batch = view.batch
    session = arrow.array(batch.segment_session)
    known = scores.score != NO_SCORE
    points = arrow.array(scores.score / HUNDREDTHS, mask=~known)
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
    session = arrow.array(np.repeat(batch.segment_session, width))
    laid = laid_out(judged, segments)
    nothing = np.zeros(segments, dtype=np.int64)
    columns = {
        "finding_id": _finding_ids(view, checks, laid, message_ids),
        "night": sessions["night"].take(session),
        "session_id": sessions["session_id"].take(session),
        "segment_no": np.repeat(batch.segment_no, width),
        "agent_id": _agents(view).take(arrow.array(np.repeat(np.arange(segments, dtype=np.int32), width))),
        "check": _tiled([check.id for _, check in checks], segments),
        "group": _tiled([group.id for group, _ in checks], segments),
        "seeds": _tiled([" ".join(check.seeds) or None for _, check in checks], segments),
        "outcome": _pick(_by_segment([each.outcome for each in judged]), schema.OUTCOMES),
        "reason": _texts([(each.reason, each.reasons) for each in judged]),
        "label": _texts([(nothing if each.label is None else each.label, each.labels) for each in judged]),
        "points": np.tile(np.array([check.points for _, check in checks]) / HUNDREDTHS, segments),
        "deducted": _by_segment([each.deducted for each in judged]) / HUNDREDTHS,
        "bonus": _by_segment([each.bonus for each in judged]) / HUNDREDTHS,
        "value": _nullable(_by_segment([each.value for each in judged])),
        "evidence": _evidence_lists(view, laid),
    }
    return pa.table({field.name: _cast(columns[field.name], field.type) for field in schema.FINDINGS}, schema.FINDINGS)


def round_rows(view: View, sessions: Any) -> Any:
    """Return every round of a slice with what counted and why not."""
    batch, waits = view.batch, view.waits
    asked, answered = waits.started, waits.answered
    wait = np.where(waits.wait_us == NONE, np.nan, waits.wait_us / 1e6)
    columns = {
        "session_id": sessions["session_id"].take(arrow.array(waits.session)),
        "segment_no": batch.segment_no[waits.segment],
        "agent_id": _agents(view).take(arrow.array(waits.segment)),
        "round_no": waits.number,
        "asked_position": batch.position[waits.asked],
        "last_asked_position": batch.position[waits.last_asked],
        "asks": waits.asks,
        "answered_position": arrow.array(batch.position[answered], mask=answered == NONE),
        "started_position": batch.position[asked],
        "any_answered_position": arrow.array(batch.position[waits.any_answered], mask=waits.any_answered == NONE),
        "any_wait_seconds": _nullable(np.where(waits.any_wait_us == NONE, np.nan, waits.any_wait_us / 1e6)),
        "asked_at": _times(view, asked),
        "answered_at": _times(view, answered),
        "wait_seconds": _nullable(wait),
        "counted": waits.counted,
        "reason": _pick(waits.reason, WAIT_REASONS),
    }
    return pa.table({field.name: _cast(columns[field.name], field.type) for field in schema.ROUNDS}, schema.ROUNDS)


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
    columns = {field.name: arrow.array([row[field.name] for row in rows], field.type) for field in schema.CHECKS}
    return pa.table(columns, schema.CHECKS)


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
        return {name: arrow.array(np.where(empty, 0, column.values).astype(np.int64), mask=empty)}
    return {name: _nullable(column.values)}


def _finding_ids(view: View, checks: Any, laid: Laid, message_ids: Any) -> Any:
    """Hash session, check and the first message of evidence, so that the id survives rows that come late."""
    batch, width = view.batch, len(checks)
    first = np.repeat(batch.segments.first, width)
    shown = np.flatnonzero(laid.offsets[1:] > laid.offsets[:-1])
    first[shown] = laid.row[laid.offsets[shown]]
    used = np.zeros(batch.n, dtype=np.bool_)
    used[first] = True
    messages = np.empty(batch.n, dtype=np.uint64)
    messages[used] = identity.hash_strings(message_ids.filter(arrow.array(used)).to_pylist())
    sessions = identity.hash_strings(list(batch.session_ids))[np.repeat(batch.segment_session, width)]
    check = np.tile(identity.hash_strings([check.id for _, check in checks]), len(batch.segments))
    ids = identity.short_ids(identity.mix(sessions, check, messages[first]))
    ends = np.arange(len(ids) + 1, dtype=np.int32) * ids.itemsize
    return pa.Array.from_buffers(pa.string(), len(ids), [None, *(pa.py_buffer(memory) for memory in (ends, ids))])


def _evidence_lists(view: View, laid: Laid) -> Any:
    start, end = exported_spans(view, laid)
    values = pa.StructArray.from_arrays(
        [
            arrow.array(view.batch.position[laid.row]),
            arrow.array(start, mask=start == MISSING),
            arrow.array(end, mask=end == MISSING),
            _pick(laid.note, laid.notes),
        ],
        fields=list(schema.EVIDENCE.value_type),
    )
    return pa.ListArray.from_arrays(arrow.array(laid.offsets.astype(np.int32)), values, type=schema.EVIDENCE)


def _by_segment(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Lay columns of checks (one entry per segment) out as findings: segment by segment."""
    return np.stack(columns, axis=1).ravel()


def _texts(coded: Sequence[tuple[Ints, tuple[str, ...]]]) -> Any:
    """Join coded texts of several checks; "" becomes null."""
    number = {name: i for i, name in enumerate(dict.fromkeys(name for _, each in coded for name in each))}
    places = [np.array([number[name] for name in each], dtype=np.int32) for _, each in coded]
    return _pick(_by_segment([place[code] for place, (code, _) in zip(places, coded, strict=True)]), tuple(number))


def _pick(codes: npt.NDArray[Any], names: tuple[str, ...], none: int | None = None) -> Any:
    """Turn codes into texts; "" and the code `none` become null."""
    if not any(names):
        return pa.nulls(len(codes), pa.string())
    values = arrow.array([name or None for name in names], pa.string())
    mask = None if none is None else codes == none
    return values.take(arrow.array(codes if mask is None else np.where(mask, 0, codes), mask=mask))


def _tiled(values: list[str | None], times: int) -> Any:
    """Repeat a column so many times: a block of it by place, and then whole blocks, which costs next to nothing."""
    block = arrow.array(values, pa.string()).take(arrow.array(np.tile(np.arange(len(values)), _BLOCK)))
    rest = block.slice(0, len(values) * (times % _BLOCK))
    return pa.concat_arrays([*[block] * (times // _BLOCK), rest])


def _agents(view: View) -> Any:
    return _pick(view.batch.segment_agent, view.batch.agents, none=NONE)


def _stages(view: View) -> Any:
    return _pick(view.batch.stage[view.batch.segment_session], STAGES, none=NONE)


def _times(view: View, rows: npt.NDArray[Any]) -> Any:
    sent = view.batch.sent_at[rows]
    return arrow.array(sent, mask=(sent == NO_TIME) | (rows == NONE)).cast(schema.TIME)


def _null_reason(view: View, name: str) -> Any:
    column = view.measure(name)
    return _pick(column.reason, REASONS)


def _nullable(values: npt.NDArray[np.float64]) -> Any:
    return arrow.array(values, mask=np.isnan(values))


def _cast(column: Any, wanted: Any) -> Any:
    column = column if isinstance(column, pa.Array | pa.ChunkedArray) else arrow.array(column)
    return column if column.type == wanted else column.cast(wanted)
