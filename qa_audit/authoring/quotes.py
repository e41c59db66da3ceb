"""Findings of chosen segments in words, with the quotes as the pages have them: masked, cut, the hit in 【】."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from qa_audit.authoring.chat import CLOSE, OPEN
from qa_audit.report.columns import listed, wall_clock
from qa_audit.report.lines import Fact, finding_line
from qa_audit.report.transcript import Session, build_session
from qa_audit.rubric.load import LoadedRubric
from qa_audit.tables import check_rows

_MESSAGE = (
    *("session_id", "position", "sent_at", "time_resolution", "role", "automation", "agent_id", "customer_id"),
    *("kind", "text"),
)


class Quoting:
    """Quotes out of the messages of an export; a session is looked up when it is first asked for."""

    def __init__(self, rubric: LoadedRubric, messages: Any, sessions: Any, tz: str) -> None:
        self.messages, self.sessions, self.zone = messages, sessions, ZoneInfo(tz)
        self.checks = {row["check"]: row for row in check_rows([rubric]).to_pylist()}
        self._read: dict[str, Session] = {}

    def quotes(self, finding: Mapping[str, Any]) -> tuple[str, ...]:
        """Return what a finding rests on, in words."""
        check = self.checks[finding["check"]]
        line = finding_line(dict(finding), check, self._session(finding["session_id"]), you="客服")
        lead = (line.lead,) if line.lead else ()
        more = (f"……等 {line.more + len(line.facts)} 处",) if line.more else ()
        return (*lead, *map(_said, line.facts), *more)

    @cached_property
    def _home(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(listed(self.sessions["session_id"]))}

    def _session(self, name: str) -> Session:
        if name not in self._read:
            facts = self.sessions.slice(self._home[name], 1).to_pylist()[0]
            rows = self.messages.select(_MESSAGE).slice(facts["first"], facts["stop"] - facts["first"])
            columns = {key: listed(rows[key]) for key in _MESSAGE}
            columns["sent_at"] = wall_clock(rows["sent_at"], self.zone)
            table = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
            self._read = {name: build_session(name, table, (), [{"customer": facts["customer"]}])}
        return self._read[name]


def _said(fact: Fact) -> str:
    pieces = "".join(f"{OPEN}{text}{CLOSE}" if hit else text for text, hit in fact.pieces)
    return f"{fact.time} {fact.verb}" + (f"「{pieces}」" if pieces else "") + fact.note
