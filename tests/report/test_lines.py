"""Findings in words and transcripts with evidence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.report.lines import finding_line, marks, style_of
from qa_audit.report.transcript import Mark, Session, build_session, quote, transcript

CHAT = [
    ("customer", "都等了三天了"),
    ("agent", "不是跟您说过了吗,您没看到吗"),
    ("agent", "我的号码13812345678"),
]


def _session(chat: list[tuple[str, str]] = CHAT, resolution: str = "second", rounds: Any = ()) -> Session:
    rows = [
        {
            "position": i,
            "sent_at": "" if resolution == "none" else f"2026-12-01T14:03:{20 + 2 * i % 40}",
            "time_resolution": resolution,
            "role": role,
            "automation": "none",
            "agent_id": "小棠" if role == "agent" else None,
            "kind": "text",
            "text": text,
        }
        for i, (role, text) in enumerate(chat)
    ]
    part = {"customer": "顾客0001", "segment_no": 1, "agent_id": "小棠", "first_position": 0}
    return build_session("s", rows, rounds, [part])


def _place(position: int, start: int | None, end: int | None, note: str | None = None) -> dict[str, Any]:
    return {"position": position, "start": start, "end": end, "note": note}


def _finding(evidence: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
    base = {"finding_id": "K7Q2ABCD", "agent_id": "小棠", "outcome": "fail", "reason": None, "label": None}
    return base | {"deducted": 3.0, "bonus": 0.0, "value": 1.0, "seeds": "CO-01", "evidence": evidence} | other


def _check(**other: Any) -> dict[str, Any]:
    base = {"check": "x", "title": "反问、质问客户", "kind": "never", "measure": None, "remedy": "抱歉,我再说明一次"}
    return base | {"definition": "不反问", "seeds": "", "red_line_cap": None, "points": 7.0} | other


SAID = [_place(1, 0, 8)]
SAY = "14:03:22 你说「不是跟您说过了吗,您没看到吗」"
ASK = "14:03:20 客户说「都等了三天了」"
NAMED = "反问、质问客户(扣分编号 K7Q2ABCD)"
FIRST = "【扣3分】反问、质问客户(扣分编号 K7Q2ABCD)"
WAIT = _check(kind="measure", measure="first_response_seconds", remedy=None)
FLOW = _check(kind="flow", measure="flow_coverage", remedy=None)
ENDS = [_place(0, None, None), _place(1, None, None)]
STEPS = [_place(0, None, None, "处理异议"), _place(1, None, None, "推荐产品"), _place(1, None, None, "礼貌告别")]
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("quote", _finding(SAID), _check(), FIRST + SAY + "。建议:「抱歉,我再说明一次」"),
    ("remedy that quotes", _finding(SAID), _check(remedy="换成“抱歉”。"), FIRST + SAY + "。建议:换成“抱歉”"),
    (
        "missing",
        _finding([_place(0, None, None, "之后 2 条内没有安抚")]),
        _check(kind="after", remedy=None),
        FIRST + ASK + "之后 2 条内没有安抚。",
    ),
    (
        "missing, bare note",
        _finding([_place(0, None, None, "安抚")]),
        _check(kind="after", remedy=None),
        FIRST + ASK + "之后没有安抚。",
    ),
    (
        "measure",
        _finding(ENDS, value=75.0, label="偏慢"),
        WAIT,
        FIRST + "75 秒，属于「偏慢」；" + ASK + "；" + SAY + "。",
    ),
    (
        "flow",
        _finding(STEPS, value=0.5),
        FLOW,
        FIRST + "做到 50.0%；" + ASK + "之后没有做到：处理异议；" + SAY + "起没有做到：推荐产品、礼貌告别。",
    ),
    ("bonus", _finding(SAID, outcome="pass", deducted=0.0, bonus=2.0), _check(), "【加2分】" + NAMED + SAY + "。"),
    (
        "review",
        _finding(SAID, outcome="review", deducted=0.0),
        _check(remedy=None),
        "【提醒·疑似】" + NAMED + SAY + "（不扣分，请人工判断）。",
    ),
    (
        "red line",
        _finding(SAID, deducted=0.0),
        _check(red_line_cap=0.0, remedy=None),
        "【红线·待确认】" + NAMED + SAY + "（确认后这一段最高 0 分）。",
    ),
    ("masked", _finding([_place(2, 4, 15)]), _check(remedy=None), FIRST + "14:03:24 你说「我的号码138****5678」。"),
    ("message gone", _finding([_place(9, 0, 2)]), _check(remedy=None), FIRST + "第 10 条 。"),
    ("half a point", _finding(SAID, deducted=0.5), _check(remedy=None), "【扣0.5分】" + NAMED + SAY + "。"),
]


@pytest.mark.parametrize(("finding", "check", "text"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_lines_read_as_agreed(finding: dict[str, Any], check: dict[str, Any], text: str) -> None:
    assert finding_line(finding, check, _session()).text == text


def test_without_times_the_place_is_named() -> None:
    assert "第 2 条 你说「" in finding_line(_finding(SAID), _check(), _session(resolution="none")).text
    assert ")14:03 你说「" in finding_line(_finding(SAID), _check(), _session(resolution="minute")).text


def test_a_colleague_and_another_page_are_not_you() -> None:
    assert "客服 小棠 说「" in finding_line(_finding(SAID, agent_id="阿木"), _check(), _session()).text
    assert "客服说「" in finding_line(_finding(SAID), _check(), _session(), "客服").text


@pytest.mark.parametrize(
    ("outcome", "deducted", "bonus", "style"),
    [
        ("pass", 0, 0, ""),
        ("not_applicable", 0, 0, ""),
        ("fail", 0, 0, "none"),
        ("partial", 2, 0, "deduct"),
        ("pending", 0, 0, "pending"),
        ("review", 0, 0, "review"),
        ("pass", 0, 1, "bonus"),
    ],
)
def test_styles(outcome: str, deducted: float, bonus: float, style: str) -> None:
    assert style_of(_finding([], outcome=outcome, deducted=deducted, bonus=bonus), _check()) == style


def test_found_steps_of_a_flow_are_not_marked_as_lost_points() -> None:
    evidence = [_place(1, 0, 2), _place(1, None, None, "礼貌告别")]
    assert [m.style for m in marks(_finding(evidence), _check(kind="flow"), "deduct")] == ["none", "deduct"]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45)), max_size=5))
def test_transcripts_and_quotes_never_lose_a_character(text: str, spans: list[tuple[int, int]]) -> None:
    plain = "".join(c for c in text if c.isprintable() and c.isascii() and not c.isdigit() and c != "@")
    session = _session([("agent", plain)])
    found = [Mark(f"K{i}", "deduct", 0, s, e) for i, (s, e) in enumerate(spans)]
    (line,) = transcript(session, found, 0, 0)
    assert "".join(p.text for p in line.pieces) == plain
    marked = {i for s, e in spans for i in range(s, min(e, len(plain)))}
    assert sum(len(p.text) for p in line.pieces if p.style) == len(marked)
    quoted = quote(session.messages[0], spans)
    assert "".join(t for t, hit in quoted if hit) == "".join(plain[i] for i in sorted(marked))


def test_long_transcripts_are_cut_around_the_evidence_and_say_so() -> None:
    session = _session([("customer", f"第{i}句") for i in range(100)])
    lines = transcript(session, [Mark("K", "deduct", 50, 0, 1)], 0, 99)
    shown = [line.message.position for line in lines if line.message]
    assert shown == [0, 1, *range(47, 54), 99]
    assert sum(line.skipped for line in lines) + len(shown) == 100
    assert len(transcript(session, [], 0, 99, whole=100)) == 100


def test_waits_stand_beside_the_answer_and_courtesies_do_not() -> None:
    answered = {"counted": True, "answered_position": 1, "last_asked_position": 0, "wait_seconds": 75.0}
    missed = {"counted": True, "answered_position": None, "last_asked_position": 2, "wait_seconds": None}
    session = _session(rounds=[answered, missed, missed | {"counted": False, "last_asked_position": 0}])
    assert session.waits == {1: "等了 75 秒", 2: "没有等到回复"}


def test_what_the_end_of_the_export_leaves_open_is_tagged_so() -> None:
    line = finding_line(_finding([], outcome="pending", deducted=0.0), _check(), _session())
    assert (line.style, line.tag) == ("pending", "【待补全】")
