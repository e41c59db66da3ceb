"""What a rubric says of a chat, check by check: the outcome, what it cost, where it was seen, why it applied or not.

parts = try_rubric(load_rubric(), read_chat("对话.txt"))
parts[0].checks[0].outcome
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qa_audit.authoring.chat import ChatLine, Span, chat_lines
from qa_audit.authoring.trial import Trial, attempt
from qa_audit.clocks import Setting
from qa_audit.context.sessions import session_rows
from qa_audit.measures import REASON_TEXTS, REASONS
from qa_audit.privacy.naming import named
from qa_audit.report.lines import measured
from qa_audit.rubric.conditions import Answer, answer, condition_of
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.model import HUNDREDTHS, Check, Condition, Group, Limits
from qa_audit.rubric.wording import Wording
from qa_audit.sessions.tri import NO, YES
from qa_audit.tables import finding_rows, segment_rows

ANSWERS = {NO: "no", YES: "yes"}


@dataclass(frozen=True)
class Seen:
    """A place that a check points at: the line, the characters of its text (none: the whole line), what it shows."""

    line: int
    spans: tuple[Span, ...]
    note: str


@dataclass(frozen=True)
class Asked:
    """A condition in words, what came out (yes, no, unknown), what was seen, and the conditions within it."""

    condition: str
    answer: str
    seen: str
    parts: tuple["Asked", ...] = ()


@dataclass(frozen=True)
class Explained:
    """One check on one segment; points, deducted, bonus and red_line (its cap) in points.

    reason: a code of the results; value: what was measured or counted, label: the band; conditions: those of `when`,
    then those that the check itself is made of.
    """

    check: str
    title: str
    kind: str
    measure: str | None
    outcome: str
    reason: str | None
    points: float
    deducted: float
    bonus: float
    red_line: float | None
    value: float | None
    label: str | None
    definition: str
    remedy: str
    conditions: tuple[Asked, ...]
    seen: tuple[Seen, ...]


@dataclass(frozen=True)
class Summed:
    """How the points of a segment add up; score None: too little applies."""

    scoring: str
    score: float | None
    grade: str | None
    deducted: float
    bonus: float
    bonus_cap: float
    applicable: float
    least: float
    red_lines: int


@dataclass(frozen=True)
class Part:
    """One segment: whose, its lines, the groups of checks in rubric order, how it adds up."""

    session_id: str
    segment_no: int
    agent: str | None
    lines: tuple[ChatLine, ...]
    groups: tuple[tuple[str, tuple[Explained, ...]], ...]
    sum: Summed

    @property
    def checks(self) -> tuple[Explained, ...]:
        """Every check, in rubric order."""
        return tuple(check for _, checks in self.groups for check in checks)


def try_rubric(rubric: LoadedRubric, messages: Any) -> list[Part]:
    """Judge messages (schema.MESSAGES) by the rubric itself, whatever its dates, and say why."""
    trial = attempt(messages, rubric)
    sessions = named(session_rows(messages, Setting().tz), None)
    shown = dict(zip(sessions["session_id"].to_pylist(), sessions["shown_id"].to_pylist(), strict=True))
    ids = messages["message_id"].combine_chunks()
    findings = finding_rows(trial.view, rubric, sessions, trial.judged, ids).to_pylist()
    segments = segment_rows(trial.view, rubric, sessions, trial.scores).to_pylist()
    lines = chat_lines(messages)
    batch, words = trial.view.batch, Wording(rubric.titles)
    asked = [_Asking(trial, check, words, lines) for _, check in rubric.model.checks]
    parts = []
    for place, segment in enumerate(segments):
        rows = findings[place * len(asked) : (place + 1) * len(asked)]
        first = int(batch.sessions.first[batch.segment_session[place]])
        told = [each.explained(place, row, first) for each, row in zip(asked, rows, strict=True)]
        low, high = int(batch.segments.first[place]), int(batch.segments.last[place])
        groups = _grouped(rubric.model.checks, told)
        parts.append(
            Part(
                shown[segment["session_id"]], segment["segment_no"], segment["agent_id"], tuple(lines[low : high + 1]),
                groups, _summed(rubric, segment),
            )
        )  # fmt: skip
    return parts


class _Asking:
    """One check asked about every segment; its conditions are answered once for all of them."""

    def __init__(self, trial: Trial, check: Check, words: Wording, lines: Sequence[ChatLine]) -> None:
        self.trial, self.check, self.words, self.lines = trial, check, words, lines
        self.definition = words.definition(check)
        asked: list[Condition] = list(check.when)
        if check.kind in ("all", "any", "not"):
            asked.append(condition_of(check))
        self.answers = [answer(trial.view, trial.rubric, each) for each in asked]

    def explained(self, segment: int, row: dict[str, Any], first: int) -> Explained:
        """Return what came out on a segment; row: its finding, first: the row of the first message of its session."""
        check = self.check
        return Explained(
            check=check.id, title=check.title, kind=check.kind, measure=check.measure, outcome=row["outcome"],
            reason=row["reason"], points=row["points"], deducted=row["deducted"], bonus=row["bonus"],
            red_line=None if check.red_line is None else check.red_line.cap / HUNDREDTHS, value=row["value"],
            label=row["label"], definition=self.definition, remedy=check.remedy,
            conditions=tuple(self._asked(each, segment) for each in self.answers),
            seen=tuple(self._seen(row["evidence"] or [], first)),
        )  # fmt: skip

    def _asked(self, found: Answer, segment: int) -> Asked:
        state = ANSWERS.get(int(found.tri.state[segment]), "unknown")
        parts = tuple(self._asked(part, segment) for part in found.parts)
        return Asked(self.words.condition(found.condition), state, self._facts(found, segment), parts)

    def _facts(self, found: Answer, segment: int) -> str:
        view = self.trial.view
        if isinstance(found.condition, Limits):
            column = view.measure(found.condition.measure)
            if column.is_null[segment]:
                return REASON_TEXTS.get(REASONS[int(column.reason[segment])], "")
            return f"这里是 {measured(found.condition.measure, float(column.values[segment]))}"
        if found.found is None:
            return ""
        rows = found.found.hits.row
        mine = sorted({self.lines[row].number for row in rows[view.batch.segments.ids[rows] == segment].tolist()})
        return f"第 {'、'.join(map(str, mine))} 行" if mine else "没有这样的消息"

    def _seen(self, evidence: Sequence[dict[str, Any]], first: int) -> list[Seen]:
        """Group evidence by message, in the order of the chat."""
        spans: dict[int, list[Span]] = {}
        notes: dict[int, list[str]] = {}
        for each in evidence:
            found = spans.setdefault(each["position"], [])
            if each["start"] is not None and each["end"] is not None:
                found.append((each["start"], each["end"]))
            notes.setdefault(each["position"], []).append(each["note"] or "")
        return [
            Seen(self.lines[first + at].number, tuple(spans[at]), "、".join(filter(None, dict.fromkeys(notes[at]))))
            for at in sorted(spans)
        ]


def _grouped(
    checks: Sequence[tuple[Group, Check]], told: Sequence[Explained]
) -> tuple[tuple[str, tuple[Explained, ...]], ...]:
    titles: dict[str, str] = {}
    groups: dict[str, list[Explained]] = {}
    for (group, _), each in zip(checks, told, strict=True):
        titles[group.id] = group.title or group.id
        groups.setdefault(group.id, []).append(each)
    return tuple((titles[name], tuple(each)) for name, each in groups.items())


def _summed(rubric: LoadedRubric, segment: dict[str, Any]) -> Summed:
    model = rubric.model
    return Summed(
        model.scoring, segment["score"], segment["grade"], segment["deducted"], segment["bonus"],
        model.bonus_cap / HUNDREDTHS, segment["applicable_points"], model.min_applicable / HUNDREDTHS,
        segment["red_lines"],
    )  # fmt: skip
