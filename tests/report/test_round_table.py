"""The receipt of the waits: every round in words, and a sum that is the figures of the segment or says it is not."""

import html
import re
from typing import Any

import pytest

from qa_audit.report.round_table import exact, figures, round_table
from qa_audit.report.transcript import Session, build_session
from qa_audit.report.wording import ROUND_REASONS

PART = {"segment_no": 1, "agent_id": "xt", "agent_name": "糖糖", "customer": "顾客0001"}
PART |= {"first_position": 0, "last_position": 9}

# time, role, automation, kind
CHAT = [
    ("2026-12-01T23:59:00", "customer", "none", "text"),
    ("2026-12-01T23:59:01", "agent", "auto", "text"),
    ("2026-12-01T23:59:20", "system", "none", "transfer"),
    ("2026-12-01T23:59:30", "customer", "none", "text"),
    ("2026-12-01T23:59:35", "agent", "none", "text"),
    ("2026-12-02T00:00:10", "customer", "none", "text"),
    ("2026-12-02T00:00:12", "bot", "none", "text"),
    ("2026-12-02T00:02:15", "agent", "none", "text"),
    ("2026-12-02T00:03:00", "customer", "none", "text"),
    ("2026-12-02T00:04:00", "agent", "inferred", "text"),
]


def _session(agent: str = "xt", person: str | None = "糖糖", resolution: str = "second") -> Session:
    rows = [
        {"position": i, "sent_at": at, "time_resolution": resolution, "role": role, "automation": automation}
        | {"agent_id": agent if role == "agent" else None, "kind": kind, "text": "x"}
        for i, (at, role, automation, kind) in enumerate(CHAT)
    ]
    return build_session("s", rows, [], [PART | {"agent_id": agent, "agent_name": person}])


def _round(asked: int, answered: int | None, wait: float | None, **other: Any) -> dict[str, Any]:
    row = {"segment_no": 1, "round_no": 1, "asked_position": asked, "last_asked_position": asked, "asks": 1}
    row |= {"started_position": asked, "answered_position": answered, "wait_seconds": wait, "counted": True}
    return row | {"any_answered_position": answered, "any_wait_seconds": wait, "reason": None} | other


def _text(source: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", source))).strip()


HANDED = _round(0, 4, 15.0, asks=2, started_position=2, any_answered_position=1, any_wait_seconds=1.0)
SLOW = _round(5, 7, 125.0, any_answered_position=6, any_wait_seconds=2.0)
MISSED = _round(8, None, None, any_answered_position=9, any_wait_seconds=60.0)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (HANDED, "1 23:59:00 共 2 条 从转人工起算： 23:59:20 23:59:35 糖糖(xt) 15 秒 自动回复 1 秒，不计分 计入"),
        (SLOW, "1 00:00:10 00:02:15 糖糖(xt) 125 秒 2 分 05 秒 机器人 2 秒，不计分 计入"),
        (MISSED, "1 00:03:00 没有回复 — 疑似自动回复 60 秒，不计分 计入，算未回复"),
        (_round(0, 4, 5.0, started_position=3), "从客户的消息起算： 23:59:30 23:59:35 糖糖(xt) 5 秒 计入"),
        (_round(5, 7, 3.0, started_position=6), "从机器人的消息起算： 00:00:12 00:02:15"),
        (_round(5, 7, 3.0, started_position=4), "从客服的消息起算： 12-01 23:59:35 00:02:15"),
        (_round(5, 7, 3.0, any_answered_position=4, any_wait_seconds=1.5), "3 秒 最先的回复 1.5 秒，不计分 计入"),
        (_round(50, 60, 3.0, started_position=55), "第 51 条 从那一条起算：第 56 条 第 61 条 3 秒"),
    ],
)
def test_a_round_says_who_asked_and_answered_when(row: dict[str, Any], said: str) -> None:
    assert said in _text(round_table(_session(), PART, [row]))


def test_another_day_than_the_first_question_is_dated() -> None:
    text = _text(round_table(_session(), PART, [HANDED, SLOW]))
    assert "12-02 00:00:10 12-02 00:02:15" in text
    assert "12-01" not in text


@pytest.mark.parametrize("reason", sorted(ROUND_REASONS))
def test_what_does_not_count_says_why(reason: str) -> None:
    text = _text(round_table(_session(), PART, [_round(8, None, None, counted=False, reason=reason)]))
    assert f"不计：{ROUND_REASONS[reason]}" in text
    assert "不计 1 轮" in text


def test_the_sum_is_the_figures_of_the_segment() -> None:
    rounds = [HANDED, SLOW, MISSED, _round(8, None, None, counted=False, reason="courtesy")]
    part = PART | {"rounds": 3, "unanswered_rounds": 1, "within_6s_share_numerator": 0}
    part |= {"within_30s_share_numerator": 1, "within_30s_share_denominator": 3}
    part |= {"mean_wait_seconds": 70.0, "max_wait_seconds": 125.0, "first_response_seconds": 15.0}
    part |= {"first_reply_any_seconds": 1.0, "open_sessions_mean": 1.5, "open_sessions_max": 3}
    text = _text(round_table(_session(), part, rounds))
    assert (
        "合计：需要回复 3 轮，未回复 1 轮；≤ 6 秒 0 / 3 ，≤ 30 秒 1 / 3 ；等待共 140 秒 ÷ 2 轮 = 平均 70 秒 ，"
        "最长 125 秒 ；不计 1 轮；首次响应 15 秒；含自动回复的首次回复 1 秒，仅供参考；"
        "提问时这位客服另有会话平均 1.5 个，最多 3 个。"
    ) in text
    assert "✗" not in text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rounds": 2}, "✗ 对不上：需要回复 2，逐轮相加 1"),
        ({"mean_wait_seconds": 14.0}, "✗ 对不上：平均 14，逐轮相加 15"),
        ({"within_6s_share_numerator": 1}, "按放宽后的时限算"),
        ({"within_30s_share_numerator": 0}, "✗ 对不上：≤ 30 秒 0，逐轮相加 1"),
    ],
)
def test_a_sum_that_does_not_hold_says_so(wrong: dict[str, Any], said: str) -> None:
    text = _text(round_table(_session(), PART | wrong, [HANDED]))
    assert said in text
    assert ("✗" in text) == said.startswith("✗")


def test_only_the_rounds_of_the_segment_are_its() -> None:
    text = _text(round_table(_session(), PART, [HANDED | {"segment_no": 2}]))
    assert text == "这一段没有轮次：没有需要记在这位客服名下的客户消息。"


def test_waits_add_up_exactly() -> None:
    rounds = [_round(0, 4, 0.1) for _ in range(3)] + [_round(0, 4, 6.000001)]
    found = figures(rounds)
    assert (found.within_6s, found.within_30s, found.longest) == (3, 4, 6.000001)
    assert "等待共 6.300001 秒 ÷ 4 轮 ≈ 平均 1.58 秒" in _text(round_table(_session(), PART, rounds))
    assert exact(6.000001) == "6.000001 秒"


def test_coarse_times_are_places_and_never_seconds() -> None:
    row = _round(5, 7, None, counted=False, reason="coarse_time", any_wait_seconds=None)
    text = _text(round_table(_session(resolution="minute"), PART, [row]))
    assert "00:00 00:02 糖糖(xt) — 不计：时间只到分钟,无法判断秒数" in text


def test_hostile_names_are_text() -> None:
    source = round_table(_session("<b>x", '"><script>\u202e'), PART, [HANDED])
    assert "<b>x" not in source
    assert "<script" not in source
    assert "\u202e" not in source
    assert '"><script>‹U+202E›(<b>x)' in html.unescape(source)


def test_two_people_of_one_account_are_named_by_their_segments() -> None:
    rows = [
        {"position": i, "sent_at": "2026-12-01T23:59:00", "time_resolution": "second", "role": "agent"}
        | {"automation": "none", "agent_id": "xt", "kind": "text", "text": "x"}
        for i in range(4)
    ]
    parts = [
        PART | {"agent_name": name, "segment_no": n, "first_position": 2 * n - 2, "last_position": 2 * n - 1}
        for n, name in ((1, "早班"), (2, "晚班"))
    ]
    session = build_session("s", rows, [], parts)
    assert [session.messages[i].who for i in range(4)] == ["早班(xt)", "早班(xt)", "晚班(xt)", "晚班(xt)"]
    assert session.changes == {0: "第 1 段 · 早班(xt)", 2: "第 2 段 · 晚班(xt)"}
