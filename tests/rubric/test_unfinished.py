"""What the missing rest of a session could change is pending; what was read and is bad stays bad."""

from dataclasses import replace

import numpy as np
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.authoring.trial import attempt
from qa_audit.clocks import Setting
from qa_audit.context.sessions import export_end
from qa_audit.errors import QaAuditError
from qa_audit.rubric.checks import judge
from qa_audit.rubric.view import View
from qa_audit.schema import OUTCOMES
from qa_audit.sessions.columns import NO_TIME
from tests.rubric.rubrics import rubric

ASKED = "23:50:00 customer: 有货吗"
CHATS = {"asked": ASKED, "curt": f"{ASKED}\n23:50:05 agent: 烦", "answered": f"{ASKED}\n23:50:40 agent: 有货"}


def outcome(check: str, chat: str, *, end: str | None = None, lost: bool = False) -> str:
    messages, loaded = transcript(CHATS[chat]), rubric(f"- {{id: a, title: 甲, points: 5, {check}}}")
    view = attempt(messages, loaded).view
    setting = Setting(export_end=NO_TIME if end is None else export_end(messages, "Asia/Shanghai", end))
    again = View(
        view.batch, view.features, view.clock, setting, texts=view.texts, lost=frozenset(["s1"] if lost else [])
    )
    verdict = judge(again, loaded, loaded.model.checks[0][1])
    assert not (verdict.outcome[0] == OUTCOMES.index("pending") and verdict.deducted[0])
    return OUTCOMES[int(verdict.outcome[0])]


UNANSWERED = "measure: unanswered_rounds, at_most: 0"
FIRST = "measure: first_response_seconds, at_most: 30"
SAYS = "says: {words: [再见]}"
NEVER = "never: {words: [烦]}"
EXPECT = "after: {words: [有货], role: customer}, expect: {words: [有的]}"


@pytest.mark.parametrize(
    ("check", "chat", "whole", "cut", "lost"),
    [
        (UNANSWERED, "asked", "fail", "pending", "pending"),
        (UNANSWERED, "answered", "pass", "pass", "pass"),
        (FIRST, "answered", "fail", "fail", "pending"),  # a wait that was read cannot get shorter, unless a row is lost
        (SAYS, "curt", "fail", "pending", "pending"),
        (NEVER, "curt", "fail", "fail", "fail"),
        (EXPECT, "curt", "fail", "pending", "pending"),
        ("flow: {coverage: [{at_least: 1}, {deduct: 5}]}", "curt", "fail", "pending", "pending"),
    ],
)
def test_outcome_of_whole_cut_and_incomplete_sessions(check: str, chat: str, whole: str, cut: str, lost: str) -> None:
    assert outcome(check, chat) == whole
    assert outcome(check, chat, end="2026-12-01 23:55") == cut
    assert outcome(check, chat, end="2026-12-02 00:45") == whole  # the session ended long before the export did
    assert outcome(check, chat, lost=True) == lost


def test_the_export_ends_at_the_midnight_after_its_last_message() -> None:
    messages = transcript("10:00:00 customer: 在吗\n\n+1 00:00:05 customer: 在")
    day = 24 * 3600 * 1_000_000
    assert export_end(messages, "Asia/Shanghai") == export_end(messages, "Asia/Shanghai", "2026-12-03 00:00")
    assert export_end(messages, "UTC") % day == 0
    assert export_end(transcript("-- customer: 在吗"), "Asia/Shanghai") == NO_TIME
    with pytest.raises(QaAuditError, match="--export-end"):
        export_end(messages, "Asia/Shanghai", "昨天")


def test_view_knows_nothing_lost_by_default() -> None:
    view = attempt(transcript(ASKED), rubric(f"- {{id: a, title: 甲, points: 5, {SAYS}}}")).view
    assert not view.incomplete.any()
    assert replace(view, lost=frozenset(["s1"])).incomplete.tolist() == np.array([True]).tolist()
