"""What the missing rest of a session could change is pending; what was read and is bad stays bad."""

from dataclasses import replace

import numpy as np
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.authoring.trial import look
from qa_audit.clocks import Setting
from qa_audit.context.sessions import export_end
from qa_audit.errors import QaAuditError
from qa_audit.rubric.checks import judge
from qa_audit.rubric.judged import Judged
from qa_audit.schema import OUTCOMES
from qa_audit.sessions.columns import NO_TIME
from tests.rubric.rubrics import rubric

ASKED = "23:50:00 customer: 有货吗"
CHATS = {
    "asked": ASKED,
    "curt": f"{ASKED}\n23:50:05 agent: 烦",
    "answered": f"{ASKED}\n23:50:40 agent: 有货",
    "twice": f"{ASKED}\n23:50:05 agent: 烦\n23:50:06 agent: 哦",
}


def judged(check: str, chat: str, *, end: str | None = None, lost: bool = False) -> Judged:
    messages, loaded = transcript(CHATS.get(chat, chat)), rubric(f"- {{id: a, title: 甲, points: 5, {check}}}")
    setting = Setting(export_end=NO_TIME if end is None else export_end(messages, "Asia/Shanghai", end))
    view = replace(look(messages, loaded), setting=setting, lost=frozenset(["s1"] if lost else []))
    return judge(view, loaded, loaded.model.checks[0][1])


def outcome(check: str, chat: str, *, end: str | None = None, lost: bool = False) -> str:
    verdict = judged(check, chat, end=end, lost=lost)
    assert not (verdict.outcome[0] == OUTCOMES.index("pending") and verdict.deducted[0])
    return OUTCOMES[int(verdict.outcome[0])]


UNANSWERED = "measure: unanswered_rounds, at_most: 0"
FIRST = "measure: first_response_seconds, at_most: 30"
SAYS = "says: {words: [再见]}"
NEVER = "never: {words: [烦]}"
EXPECT = "after: {words: [有货], role: customer}, expect: {words: [有的]}"
FORBID = "forbid: {words: [烦]}"


@pytest.mark.parametrize(
    ("check", "chat", "whole", "cut", "lost"),
    [
        (UNANSWERED, "asked", "fail", "pending", "pending"),
        (UNANSWERED, "answered", "pass", "pass", "pass"),
        (FIRST, "answered", "fail", "fail", "pending"),  # a wait that was read cannot get shorter, unless a row is lost
        (SAYS, "curt", "fail", "pending", "pending"),
        ("says: {words: [再见], first: 1}", "curt", "fail", "fail", "pending"),  # its place is taken, unless a row is lost
        ("says: {words: [再见], first: 2}", "curt", "fail", "pending", "pending"),
        ("says: {words: [再见], number: {from: 1, to: 1}}", "curt", "fail", "fail", "pending"),
        ("says: {words: [再见], number: {from: 1, to: -1}}", "curt", "fail", "pending", "pending"),
        (NEVER, "curt", "fail", "fail", "fail"),
        # a hit that hangs on its place
        ("never: {words: [烦], last: 1}", "curt", "fail", "pending", "pending"),
        ("never: {words: [烦], number: {from: -1}}", "curt", "fail", "pending", "pending"),
        ("never: {words: [烦], number: {from: 1}}", "curt", "fail", "fail", "pending"),
        ("never: {words: [烦], last_seconds: 60}", "curt", "fail", "pending", "pending"),
        ("never: {words: [烦], first: 1}", "curt", "fail", "fail", "pending"),
        ("never: {words: [烦], first_seconds: 60}", "curt", "fail", "fail", "pending"),
        ("never: {words: [烦], after: {says: {words: [有货]}}}", "curt", "fail", "fail", "pending"),
        ("never: {words: [烦], after: {says: {words: [有货]}, anchors: last}}", "curt", "fail", "pending", "pending"),
        ("never: {words: [您], match: none, across: segment}", "curt", "fail", "pending", "pending"),
        ("never: {words: [烦], across: segment, max_hits: 1}", "curt", "fail", "pending", "pending"),
        ("never: {words: [您], match: none}", "curt", "fail", "fail", "fail"),
        ("never: {words: [烦], unless: {words: [烦], after: {says: {words: [有货], role: agent}}}}", "curt", "fail", "pending", "pending"),
        # shares move with every message
        ("share: {words: [烦]}, at_most: 0.4", "curt", "fail", "pending", "pending"),
        ("share: {words: [烦]}, at_most: 1", "curt", "pass", "pass", "pass"),
        # near anchors
        (EXPECT, "curt", "fail", "pending", "pending"),
        ("before: {words: [烦], role: agent}, expect: {words: [有的]}", "curt", "fail", "fail", "pending"),
        ("anchors: any, before: {words: [烦], role: agent}, expect: {words: [有的]}", "curt", "fail", "pending", "pending"),
        ("around: {words: [有货]}, expect: {words: [有的]}", "curt", "fail", "pending", "pending"),
        (f"after: {{words: [有货]}}, {FORBID}", "curt", "fail", "fail", "fail"),
        ("after: {words: [有货]}, forbid: {words: [烦], within: {messages: 1}}", "curt", "fail", "fail", "pending"),
        ("after: {words: [有货]}, forbid: {words: [烦], within: {seconds: 60}}", "curt", "fail", "fail", "fail"),
        (f"anchors: last, after: {{words: [有货]}}, {FORBID}", "curt", "fail", "pending", "pending"),
        (f"after: {{words: [有货], last: 1}}, {FORBID}", "curt", "fail", "pending", "pending"),
        (f"before: {{words: [哦], role: agent}}, {FORBID}", "twice", "fail", "fail", "fail"),
        # flow
        ("flow: {coverage: [{at_least: 1}, {deduct: 5}]}", "curt", "fail", "pending", "pending"),
        # conditions: what could still come to hold
        ("all: {says: {words: [再见]}}", "curt", "fail", "pending", "pending"),
        ("not: {says: {words: [烦]}}", "curt", "fail", "fail", "fail"),
        ("not: {says: {words: [烦], last: 1}}", "curt", "fail", "pending", "pending"),
        ("not: {says: {words: [烦], first: 2}}", "curt", "fail", "fail", "pending"),
        ("all: {agent: 别人}", "curt", "fail", "fail", "fail"),
        ("all: [{agent: 别人}, {says: {words: [再见]}}]", "curt", "fail", "fail", "fail"),
        ("all: [{shop: 云栖}, {says: {words: [再见]}}]", "curt", "fail", "pending", "pending"),  # it may be that shop
        ("any: [{agent: 别人}, {says: {words: [再见]}}]", "curt", "fail", "pending", "pending"),
        ("not: {all: [{agent: 客服1}, {says: {words: [烦]}}]}", "curt", "fail", "fail", "fail"),
        ("not: {any: [{not: {says: {words: [再见]}}}]}", "curt", "fail", "pending", "pending"),
        ("all: {measure: agent_messages, at_least: 2}", "curt", "fail", "pending", "pending"),
        ("all: {situation: refund}", "curt", "fail", "pending", "pending"),
        ("confidence: low, says: {words: [再见]}", "curt", "review", "pending", "pending"),
    ],
)  # fmt: skip
def test_outcome_of_whole_cut_and_incomplete_sessions(check: str, chat: str, whole: str, cut: str, lost: str) -> None:
    assert outcome(check, chat) == whole
    assert outcome(check, chat, end="2026-12-01 23:55") == cut
    assert outcome(check, chat, end="2026-12-02 00:45") == whole  # the session ended long before the export did
    assert outcome(check, chat, lost=True) == lost


def test_only_the_last_segment_of_a_session_is_open() -> None:
    chat = f"{ASKED}\n23:50:05 agent(甲): 烦\n23:50:06 system: [transfer]转给乙\n23:50:09 agent(乙): 烦"
    verdict = judged(SAYS, chat, end="2026-12-01 23:55")
    assert [OUTCOMES[code] for code in verdict.outcome] == ["fail", "pending"]


def test_what_is_pending_claims_nothing_and_says_why() -> None:
    for options, reason in (({"end": "2026-12-01 23:55"}, "pending"), ({"lost": True}, "quarantined_rows")):
        verdict = judged("never: {words: [烦], last: 1}", "curt", **options)  # type: ignore[arg-type]
        assert verdict.charges is not None
        assert len(verdict.charges.row) == 0
        assert verdict.reasons[int(verdict.reason[0])] == reason


def test_the_export_ends_at_the_midnight_after_its_last_message() -> None:
    messages = transcript("10:00:00 customer: 在吗\n\n+1 00:00:05 customer: 在")
    day = 24 * 3600 * 1_000_000
    assert export_end(messages, "Asia/Shanghai") == export_end(messages, "Asia/Shanghai", "2026-12-03 00:00")
    assert export_end(messages, "UTC") % day == 0
    assert export_end(transcript("-- customer: 在吗"), "Asia/Shanghai") == NO_TIME
    with pytest.raises(QaAuditError, match="--export-end"):
        export_end(messages, "Asia/Shanghai", "昨天")


def test_view_knows_nothing_lost_by_default() -> None:
    view = look(transcript(ASKED), rubric(f"- {{id: a, title: 甲, points: 5, {SAYS}}}"))
    assert not view.incomplete.any()
    assert replace(view, lost=frozenset(["s1"])).incomplete.tolist() == np.array([True]).tolist()
