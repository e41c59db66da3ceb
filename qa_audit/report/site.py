"""What all pages of one run share: names of files, readable sessions, the lines of findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from markupsafe import Markup

from qa_audit.errors import ResultsError
from qa_audit.report.choosing import Agent, SegmentKey
from qa_audit.report.display import number
from qa_audit.report.editions import edition_name, editions, merged_checks, scoring
from qa_audit.report.fragments import chat_html, line_html
from qa_audit.report.lines import FindingLine, finding_line, is_red_line, marks, style_of
from qa_audit.report.reading import Judged, Results, Row
from qa_audit.report.round_table import round_table
from qa_audit.report.tables import outcome_row
from qa_audit.report.transcript import WHOLE, Session, agent_name, build_session, transcript
from qa_audit.report.wording import STAGES

_ORDER = {style: i for i, style in enumerate(("red", "deduct", "review", "pending", "none", "bonus"))}


@dataclass(frozen=True)
class Site:
    """One run being rendered, or the part of it that some pages need: their agents, and their sessions' rows."""

    results: Results
    agent_files: Mapping[Agent, str]
    """File name stem of every agent's page, also of those that other parts render."""
    session_files: Mapping[str | None, str]
    """File name stem of each shown session's page."""
    # The agent's page and the session's page show the same parts: rendered once.
    _lines: dict[SegmentKey, Markup] = field(default_factory=dict)
    _chats: dict[tuple[Any, ...], Markup] = field(default_factory=dict)
    _outcomes: dict[tuple[int, Judged], str] = field(default_factory=dict)
    _rounds: dict[SegmentKey, Markup] = field(default_factory=dict)

    @cached_property
    def sessions(self) -> dict[str, Session]:
        """Every shown session, readable, in the order of their ids."""
        r = self.results
        return {
            key: build_session(key, r.messages.get(key, ()), r.rounds.get(key, ()), r.segments[key])
            for key in sorted(r.segments)
        }

    @cached_property
    def red_lines(self) -> list[tuple[Row, FindingLine]]:
        """Every pending red line with its finding, ordered by agent, then by session."""
        found = [
            finding
            for rows in self.results.findings.values()
            for finding in rows
            if is_red_line(finding, self.check(finding))
        ]
        found.sort(key=lambda f: (agent_name(f["agent_id"]), f["session_id"], f["segment_no"], f["finding_id"]))
        return [(f, finding_line(f, self.check(f), self.sessions[f["session_id"]], "客服")) for f in found]

    def check(self, finding: Row) -> Row:
        """Return the check of a shown session's finding, as in the version that judged the session.

        Raises ResultsError when findings name a check that checks.parquet lacks.
        """
        return self._check(self.version(finding["session_id"]), finding["check"])

    def _check(self, version: int, check: str) -> Row:
        try:
            return self.results.checks[version, check]
        except KeyError:
            raise ResultsError(
                f"checks.parquet 里没有第 {version} 版的检查项 {check},但 findings.parquet 用到了它"
            ) from None

    def version(self, session_id: str) -> int:
        """Return the number of the version of the rubric that judged a shown session."""
        return int(self.results.segments[session_id][0]["rubric_version"])

    def edition(self, session_id: str) -> str:
        """Return the name of the rubric with the version that judged a shown session."""
        found = editions(self.results.run)
        version = self.version(session_id)
        return edition_name([row for row in found if row.get("version") == version] or found)

    @cached_property
    def checks(self) -> list[Row]:
        """Every check once, as `editions.merged_checks` puts the versions together."""
        return merged_checks(self.results.checks)

    @cached_property
    def rubric_order(self) -> dict[tuple[int, str], int]:
        """The place of each check in its version of the rubric."""
        return {key: i for i, key in enumerate(self.results.checks)}

    def outcomes(self, key: SegmentKey) -> list[tuple[str, str]]:
        """Return outcome and row of the table of all checks of a segment, in rubric order; equal rows are made once."""
        version = self.version(key[0])
        found = self.results.judged.get(key, ())
        ordered = sorted(found, key=lambda judged: self.rubric_order.get((version, judged.check), -1))
        return [(judged.outcome, self._outcome(version, judged)) for judged in ordered]

    def _outcome(self, version: int, judged: Judged) -> str:
        if (version, judged) not in self._outcomes:
            self._outcomes[version, judged] = outcome_row(self._check(version, judged.check), judged)
        return self._outcomes[version, judged]

    def part(self, key: SegmentKey) -> Row:
        """Return the row of segments.parquet of a shown segment."""
        return next(row for row in self.results.segments[key[0]] if row["segment_no"] == key[1])

    def lines(self, key: SegmentKey) -> Markup:
        """Return what the findings of a segment say, red lines first, then by points; "" when there is nothing."""
        if key not in self._lines:
            findings = [(f, self.check(f)) for f in self.results.findings.get(key, ())]
            told = [finding_line(f, check, self.sessions[key[0]]) for f, check in findings if style_of(f, check)]
            told.sort(key=lambda line: (_ORDER[line.style], -line.deducted, line.finding))
            self._lines[key] = Markup("".join(map(line_html, told)))  # escaped in fragments
        return self._lines[key]

    def receipt(self, part: Row) -> str:
        """Show how the score of a segment came about, by the scoring of the version that judged it."""
        return receipt(part, scoring(self.results.run, part["rubric_version"]))

    def rounds(self, key: SegmentKey) -> Markup:
        """Return the receipt of a segment's waits: its rounds and what they add up to."""
        if key not in self._rounds:
            made = round_table(self.sessions[key[0]], self.part(key), self.results.rounds.get(key[0], ()))
            self._rounds[key] = Markup(made)  # escaped in round_table
        return self._rounds[key]

    @cached_property
    def names(self) -> dict[Agent, str]:
        """Every agent as the pages call them: the account, with the name that a roster gives."""
        return {row["agent_id"]: agent_name(row["agent_id"], row["agent_name"]) for row in self.results.agents}

    def chat(self, keys: list[SegmentKey], first: int, last: int, whole: int = WHOLE) -> Markup:
        """Return the transcript of positions first..last of one session with the evidence of these segments."""
        session = self.sessions[keys[0][0]]
        same = (*keys, first, last) if len(session.messages) <= WHOLE else (*keys, first, last, whole)
        if same not in self._chats:
            found = [
                mark
                for key in keys
                for finding in self.results.findings.get(key, ())
                if (style := style_of(finding, check := self.check(finding)))
                for mark in marks(finding, check, style)
            ]
            self._chats[same] = Markup(chat_html(transcript(session, found, first, last, whole)))
        return self._chats[same]

    @cached_property
    def period(self) -> str:
        """The night or nights the run covers."""
        run = self.results.run
        nights = sorted(str(n) for n in run.get("nights") or [] if n)
        if run.get("night"):
            return _dated(str(run["night"]))
        return f"{nights[0]} 至 {nights[-1]}" if len(nights) > 1 else _dated(nights[0]) if nights else "无日期"


def receipt(part: Row, scoring: str) -> str:
    """Show how the score of a segment came about; never an equation that does not hold."""
    pieces = [f"扣 {number(part['deducted'])}"] + ([f"加 {number(part['bonus'])}"] if part["bonus"] else [])
    score = part["machine_score"]
    if score is None:
        return f"不计分：适用的检查项只有 {number(part['applicable_points'])} 分，少于下限"
    total = 100 - part["deducted"] + part["bonus"]
    equation = f"100 − {number(part['deducted'])}" + (f" + {number(part['bonus'])}" if part["bonus"] else "")
    if scoring == "deduct" and abs(total - score) < 0.005:
        text = f"{equation} = {number(score)}"
    elif scoring == "deduct" and score == min(max(total, 0), 100):
        text = f"{equation} {'<' if total < 0 else '>'} {number(score)}，记 {number(score)} 分"
    else:
        text = f"适用 {number(part['applicable_points'])} 分，" + "，".join(pieces) + f"，得 {number(score)}"
    return text if part["score"] == score else f"{text}；人工复核后 {number(part['score'])}"


def place(part: Row) -> str:
    """Render shop and stage, where known."""
    return " · ".join(p for p in (part["shop"] or "", STAGES.get(part["stage"] or "", part["stage"] or "")) if p)


def _dated(night: str) -> str:
    try:
        day = date.fromisoformat(night)
    except ValueError:
        return night
    return f"{night} 星期{'一二三四五六日'[day.weekday()]}"
