"""One table, a line each: messages → every round and the published figure, by clock. The golden vectors come first.

Messages: `TIME WHO, TIME WHO, …`, sessions apart by `|`; the day is Tuesday 2026-12-01, `+1` the next. WHO: C the customer
asks, c says thanks, W asks for a human, i sends an image; A and D are two agents, I an image and K a card of A, X a recall,
R an auto-reply of A, N an inferred one, H an assisted reply; B a bot; T a transfer, S a line of the system, O an order event.

Expected: a word per round, then `= passed/total` where the clock has a limit. A word is seconds, `-` for unanswered; what
does not count is in brackets with its reason. `@D` where somebody else than A is charged, `@?` where nobody is known.
"""

import re
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.clocks import REASONS, Clock, Cues, Setting, load_clock, waits
from qa_audit.clocks.figures import figures
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import NO_TIME, NONE

WHO = {
    "C": "customer: 问", "c": "customer: 谢谢", "W": "customer: 转人工", "i": "customer: [image]", "A": "agent(A): 答", "D": "agent(D): 答",
    "I": "agent(A): [image]", "K": "agent(A): [card] 券", "X": "agent(A): [recall]", "R": "auto(A): 自动", "N": "inferred(A): 自动", "H": "assisted(A): 辅助",
    "B": "bot: 机器人", "T": "system: 转接", "S": "system: 进入会话", "O": "system: [order_event] 已下单",
}  # fmt: skip

SPLIT = [{"from": "09:00", "to": "12:00"}, {"from": "13:30", "to": "18:00"}]
WEEK = [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}]
NIGHT = [{"from": "22:00", "to": "02:00"}]
OWN: dict[str, dict[str, Any]] = {
    "split": {"staffed": SPLIT},
    "split-clipped": {"staffed": SPLIT, "hours": "clipped"},
    "split-start": {"staffed": SPLIT, "hours": "session_start"},
    "off": {"staffed": SPLIT, "hours": "always"},
    "night": {"staffed": NIGHT},
    "night-clipped": {"staffed": NIGHT, "hours": "clipped"},
    "holiday": {"staffed": SPLIT, "holidays": ["2026-12-01"]},
    "holiday-clipped": {"staffed": SPLIT, "holidays": ["2026-12-01"], "hours": "clipped"},
    "closed-week": {"staffed": [{"days": "sun", "from": "10:00", "to": "11:00"}]},
    "open-day": {"staffed": [{"days": "sun", "from": "10:00", "to": "11:00"}], "open_days": ["2026-12-01"]},
    "week": {"staffed": WEEK},
    "exception": {"staffed": SPLIT, "exceptions": {"2026-12-01": [["20:00", "23:00"]]}},
    "shut": {"staffed": SPLIT, "exceptions": {"2026-12-01": []}},
    "exempt": {"windows": [{"from": "2026-12-01 10:00", "to": "2026-12-01 11:00", "mode": "exempt"}]},
    "apart": {"windows": [{"from": "2026-12-01 10:00", "to": "2026-12-01 11:00", "mode": "apart"}]},
    "relaxed": {"windows": [{"from": "2026-12-01 10:00", "to": "2026-12-01 11:00", "mode": "relaxed", "factor": 2}], "within_seconds": 30},
    "last": {"start": "last_unanswered"},
    "last-from-ask": {"start": "last_unanswered", "after_bot": "ask"},
    "any": {"stops": "any"},
    "ask": {"after_bot": "ask"},
    "dropped": {"unanswered": "dropped", "within_seconds": 30},
    "polite": {"courtesy": "counts"},
    "answerer": {"transfer": "answerer", "transferred_unanswered": "dropped"},
    "each": {"transfer": "answerer"},
    "first": {"rounds": "first"},
    "six": {"within_seconds": 6},
    "session-six": {"within_seconds": 6, "unit": "session"},
    "joined": {"start": "joined"},
    "opened": {"start": "session_start"},
}  # fmt: skip

VECTORS: list[tuple[str, str, dict[str, str]]] = [
    # --- the golden vectors of the domain page
    ("taobao: clock from the first of two asks", "10:10:15 C, 10:15:20 C, 10:18:10 A", {"taobao-3min": "475 = 0/1"}),
    ("taobao: then a second round", "10:10:15 C, 10:15:20 C, 10:18:10 A, 10:18:30 C, 10:19:00 A", {"taobao-3min": "475 30 = 1/2"}),
    ("taobao: ten questions, never answered", ", ".join(f"10:00:{i:02} C" for i in range(10)), {"taobao-3min": "-@? = 0/1"}),
    ("jd: asked before nine, answered after", "08:56:00 C, 09:01:00 A", {"jd-30s": "(300 out_of_hours) = 0/0"}),
    ("house: an auto-reply stops nothing", "10:00:00 C, 10:00:01 R, 10:00:20 A", {"house": "20"}),
    ("house: past midnight", "23:59:50 C, +1 00:00:05 A", {"house": "15"}),
    # --- limits are inclusive, to the microsecond
    ("exactly six seconds", "10:00:00 C, 10:00:06 A", {"six": "6 = 1/1", "house": "6"}),
    ("a microsecond over", "10:00:00 C, 10:00:06.000001 A", {"six": "6.000001 = 0/1"}),
    ("exactly thirty", "10:00:00 C, 10:00:30 A", {"jd-30s": "30 = 1/1"}),
    ("exactly 180", "10:00:00 C, 10:03:00 A", {"taobao-3min": "180 = 1/1", "douyin": "180 = 1/1", "kuaishou": "180 = 1/1", "jd-30s": "180 = 0/1"}),
    ("a microsecond over 180", "10:00:00 C, 10:03:00.000001 A", {"taobao-3min": "180.000001 = 0/1", "kuaishou": "180.000001 = 0/1", "pinduoduo": "180.000001 = 1/1"}),
    ("exactly five minutes", "10:00:00 C, 10:05:00 A", {"pinduoduo": "300 = 1/1", "kuaishou": "300 = 0/1"}),
    ("the same second", "10:00:00 C, 10:00:00 A", {"house": "0", "six": "0 = 1/1"}),
    # --- complaint: bot time counted as human; a bot that does not clear the wait; no clock after hand-off
    ("a bot's time is not the human's", "10:00:00 C, 10:00:01 B, 10:05:00 T, 10:05:10 A", {"house": "10", "ask": "310", "zendesk": "310", "intercom": "10", "any": "1"}),
    ("a bot solved it", "10:00:00 C, 10:00:01 B", {"house": "(- bot_only)@?", "taobao-avg": "(- bot_only)@?", "kuaishou": "(- bot_only)@? = 0/0", "zendesk": "(- bot_only)@?", "any": "1@?"}),
    ("a bot solved it days ago, no wait grows", "10:00:00 C, 10:00:01 B, 10:00:30 C, 10:00:31 B", {"house": "(- bot_only)@?", "any": "1@? 1@?"}),
    ("the clock starts at the hand-off", "10:00:00 C, 10:00:01 B, 10:02:00 W, 10:02:40 A", {"house": "40", "jd-30s": "40 = 0/1", "taobao-3min": "40 = 1/1"}),
    ("handed off, nobody came", "10:00:00 C, 10:00:01 B, 10:02:00 T", {"house": "-@?", "taobao-3min": "-@? = 0/1", "zendesk": "(- unanswered)@?"}),
    ("asked for a human, nobody came", "10:00:00 C, 10:00:01 B, 10:02:00 W", {"house": "-@?", "douyin": "-@? = 0/1"}),
    ("the bot's last line, where nobody said hand-off", "10:00:00 C, 10:00:01 B, 10:01:00 B, 10:01:09 A", {"house": "9", "ask": "69"}),
    ("a bot that greets before the ask held nobody", "10:00:00 B, 10:00:05 C, 10:00:15 A", {"house": "10"}),
    ("a bot after a human held nobody", "10:00:00 C, 10:00:05 A, 10:00:10 C, 10:00:11 B, 10:00:40 A", {"house": "5 30"}),
    ("the latest of hand-off and last ask", "10:00:00 C, 10:00:01 B, 10:02:00 T, 10:02:30 C, 10:02:40 A", {"last": "10", "house": "40", "last-from-ask": "10"}),
    # --- who stops the clock
    ("an assisted reply stops some", "10:00:00 C, 10:00:02 H, 10:00:20 A", {"house": "20", "taobao-3min": "2 = 1/1", "douyin": "2 = 1/1", "kuaishou": "20 = 1/1", "any": "2"}),
    ("an inferred auto-reply stops nothing", "10:00:00 C, 10:00:01 N, 10:00:20 A", {"house": "20", "taobao-3min": "20 = 1/1", "any": "1"}),
    ("only an auto-reply is no answer", "10:00:00 C, 10:00:01 R", {"house": "-", "taobao-3min": "- = 0/1", "any": "1"}),
    ("an image answers", "10:00:00 C, 10:00:04 I", {"house": "4"}),
    ("a card answers", "10:00:00 C, 10:00:04 K", {"house": "4"}),
    ("a recall does not", "10:00:00 C, 10:00:04 X, 10:00:09 A", {"house": "9"}),
    ("an order event asks nothing", "10:00:00 O, 10:00:05 C, 10:00:09 A", {"house": "4", "opened": "4"}),
    ("an image asks", "10:00:00 i, 10:00:09 A", {"house": "9"}),
    # --- complaint: clock from the latest instead of the first unanswered message
    ("first, not latest, unanswered", "10:00:00 C, 10:00:50 C, 10:01:00 A", {"house": "60", "last": "10"}),
    ("a new round starts after the answer", "10:00:00 C, 10:00:10 A, 10:00:20 C, 10:00:40 C, 10:00:50 A", {"house": "10 30", "last": "10 10"}),
    # --- complaint: a reopened conversation measured from the first opening; alarm after the agent had replied
    ("reopened: from the new ask", "10:00:00 C, 10:00:10 A, 15:00:00 C, 15:00:20 A", {"house": "10 20", "zendesk": "10 (20 not_first)", "jd-30s": "10 (20 not_first) = 1/1"}),
    ("no alarm after the reply", "10:00:00 C, 10:00:10 A, 10:30:00 A", {"house": "10", "kuaishou": "10 = 1/1"}),
    ("a second reply changes nothing", "10:00:00 C, 10:00:10 A, 10:00:12 A, 10:00:20 C, 10:00:23 A", {"house": "10 3"}),
    # --- complaint: credit to the assignee instead of the sender
    ("who held it when asked, not who was assigned first", "10:00:00 C, 10:00:01 R, 10:00:20 D, 10:01:00 C, 10:01:05 D", {"house": "20@D 5@D"}),
    ("a transfer between ask and answer", "10:00:00 C, 10:00:05 A, 10:01:00 C, 10:01:30 T, 10:01:40 D", {"house": "5 40", "answerer": "5 (- transferred) 40@D", "each": "5 - 10@D", "taobao-avg": "5 - 10@D"}),
    ("passed on without a line", "10:00:00 C, 10:00:05 A, 10:01:00 C, 10:01:40 D", {"house": "5 40", "each": "5 - 40@D"}),
    ("received and never answered", "10:00:00 C, 10:00:01 R", {"house": "-", "each": "-"}),
    ("received, passed on by the assignee, answered", "10:00:00 C, 10:00:01 R, 10:00:30 T, 10:00:40 D", {"house": "40", "each": "- 10@D"}),
    ("after the hand-over the next one", "10:00:00 C, 10:00:05 A, 10:01:00 T, 10:01:10 C, 10:01:30 D", {"house": "5 20@D", "answerer": "5 20@D", "joined": "5 30@D"}),
    # --- agent joined, session opened
    ("greeting time from joining", "10:00:00 C, 10:04:00 T, 10:04:07 A", {"amazon-connect": "7", "house": "247", "zendesk": "247"}),
    ("joined before the customer wrote", "10:00:00 T, 10:00:10 C, 10:00:15 A", {"amazon-connect": "15", "house": "5"}),
    ("no line of joining: from the ask", "10:00:00 C, 10:00:15 A", {"amazon-connect": "15"}),
    ("a joining before the last answer is over", "10:00:00 T, 10:00:05 C, 10:00:06 A, 10:00:20 C, 10:00:30 A", {"joined": "6 10"}),
    ("the session opens with a line of the system", "10:00:00 S, 10:00:10 C, 10:00:25 A", {"zendesk": "25", "jd-30s": "25 = 1/1", "opened": "25", "house": "15"}),
    ("a greeting by auto-reply opens nothing", "10:00:00 R, 10:00:10 C, 10:00:25 A", {"zendesk": "15", "jd-30s": "15 = 1/1"}),
    ("opened by the agent: no first consultation", "10:00:00 A, 10:00:10 C, 10:00:25 A", {"jd-30s": "(15 not_first) = 0/0", "zendesk": "(15 not_first)", "house": "15", "opened": "15"}),
    ("only the first round starts with the session", "10:00:00 S, 10:00:10 C, 10:00:25 A, 10:01:00 C, 10:01:02 A", {"opened": "25 2"}),
    # --- courtesy
    ("closing thanks need no answer", "10:00:00 C, 10:00:05 A, 10:00:09 c", {"house": "5 (- courtesy)", "polite": "5 -", "kuaishou": "5 (- courtesy) = 1/1"}),
    ("thanks that were answered count", "10:00:00 C, 10:00:05 A, 10:00:09 c, 10:00:12 A", {"house": "5 3"}),
    ("thanks and a question", "10:00:00 C, 10:00:05 A, 10:00:09 c, 10:00:10 C", {"house": "5 -"}),
    ("thanks and an image", "10:00:00 C, 10:00:05 A, 10:00:09 c, 10:00:10 i", {"house": "5 -"}),
    # --- unanswered
    ("unanswered fails", "10:00:00 C, 10:00:05 A, 10:01:00 C", {"taobao-3min": "5 - = 1/2", "dropped": "5 (- unanswered) = 1/1", "kuaishou": "5 - = 0/1", "douyin": "5 - = 0/1", "qiyu": "5 (- unanswered)"}),
    ("nobody assigned fails", "10:00:00 C", {"douyin": "-@? = 0/1", "jd-30s": "-@? = 0/1"}),
    # --- units
    ("a session by its mean", "10:00:00 C, 10:00:04 A, 10:01:00 C, 10:01:08 A", {"six": "4 8 = 1/2", "session-six": "4 8 = 1/1"}),
    ("a session over its mean", "10:00:00 C, 10:00:04 A, 10:01:00 C, 10:01:08.000001 A", {"session-six": "4 8.000001 = 0/1"}),
    ("two people of a day", "10:00:00 C, 10:01:00 A | 11:00:00 C, 11:10:00 A", {"kuaishou": "60 600 = 1/2"}),
    # --- complaint: export ignoring business hours; split shifts, past midnight, holidays; 0 shown when hours are off
    ("in the morning shift", "11:59:59 C, 12:00:10 A", {"split": "11", "split-clipped": "1", "split-start": "11", "off": "11"}),
    ("in the lunch break", "12:00:00 C, 12:00:10 A", {"split": "(10 out_of_hours)", "split-clipped": "(- out_of_hours)", "off": "10"}),
    ("asked in the break, answered after it", "12:30:00 C, 13:30:05 A", {"split": "(3605 out_of_hours)", "split-clipped": "5", "split-start": "(3605 out_of_hours)"}),
    ("across the break", "11:50:00 C, 13:40:00 A", {"split": "6600", "split-clipped": "1200"}),
    ("in no hours is not zero", "19:00:00 C, 19:00:00 A", {"split": "(0 out_of_hours)", "split-clipped": "(- out_of_hours)"}),
    ("the shift opens at that very second", "13:30:00 C, 13:30:03 A", {"split": "3", "split-clipped": "3"}),
    ("began in hours, asked out of them", "11:00:00 C, 11:00:05 A, 12:30:00 C, 12:30:05 A", {"split-start": "5 5", "split": "5 (5 out_of_hours)"}),
    ("began out of hours", "08:00:00 C, 08:00:05 A, 09:30:00 C, 09:30:07 A", {"split-start": "(5 out_of_hours) (7 out_of_hours)", "split": "(5 out_of_hours) 7"}),
    ("a shift past midnight", "23:59:50 C, +1 00:00:05 A, +1 01:59:59 C, +1 02:00:09 A", {"night": "15 10", "night-clipped": "15 1"}),
    ("after the night shift", "+1 02:00:00 C, +1 02:00:05 A", {"night": "(5 out_of_hours)"}),
    ("before the night shift", "21:59:59 C, 22:00:05 A", {"night": "(6 out_of_hours)", "night-clipped": "5"}),
    ("a holiday", "10:00:00 C, 10:00:05 A, +1 10:00:00 C, +1 10:00:05 A", {"holiday": "(5 out_of_hours) 5"}),
    ("asked on a holiday, answered the day after", "10:00:00 C, +1 09:00:05 A", {"holiday-clipped": "5"}),
    ("an open day borrows a weekday's hours", "10:00:00 C, 10:00:05 A", {"closed-week": "(5 out_of_hours)", "open-day": "5"}),
    ("a day of its own", "10:00:00 C, 10:00:05 A, 20:00:00 C, 20:00:05 A", {"exception": "(5 out_of_hours) 5", "shut": "(5 out_of_hours) (5 out_of_hours)"}),
    ("unanswered out of hours", "12:30:00 C", {"split": "(- out_of_hours)@?"}),
    ("taobao's evening", "23:30:00 C, 23:30:10 A", {"taobao-3min": "10 = 1/1", "taobao-avg": "(10 out_of_hours)", "kuaishou": "(10 out_of_hours) = 0/0"}),
    ("taobao opens at eight", "07:59:59 C, 08:00:10 A", {"taobao-3min": "(11 out_of_hours) = 0/0"}),
    ("handed off in hours, asked before them", "12:50:00 C, 12:50:01 B, 13:31:00 T, 13:31:08 A", {"split": "8"}),
    # --- dated windows
    ("an exempt window", "10:30:00 C, 10:40:00 A, 11:00:00 C, 11:00:05 A", {"exempt": "(600 exempt_window) 5", "apart": "(600 apart_window) 5"}),
    ("a relaxed window doubles the limit", "10:30:00 C, 10:31:00 A, 11:00:00 C, 11:00:31 A", {"relaxed": "60 31 = 1/2"}),
    ("relaxed, and still too late", "10:30:00 C, 10:31:00.000001 A", {"relaxed": "60.000001 = 0/1"}),
]  # fmt: skip


def clock(name: str) -> Clock:
    if name not in OWN:
        return load_clock(name)
    return Clock.model_validate({**load_clock("house").model_dump(by_alias=True), **OWN[name], "name": name})


def read(text: str) -> Any:
    lines = []
    for session in text.split("|"):
        parts = [re.fullmatch(r"(.*) (\w)", part.strip()) for part in session.split(",")]
        lines.append("\n".join(f"{part[1]} {WHO[part[2]]}" for part in parts if part))
    return transcript("\n\n".join(lines))


def told(text: str, name: str, setting: Setting | None = None) -> str:
    table, by = read(text), clock(name)
    batch = SessionBatch.from_messages(table)
    courtesy, wish = (pc.equal(table["text"], words).to_numpy() for words in ("谢谢", "转人工"))
    found = waits(batch, by, Cues(batch.from_customer & ~courtesy, wish), setting)
    words = []
    for wait, reason, agent in zip(found.wait_us.tolist(), found.reason.tolist(), found.agent.tolist(), strict=True):
        seconds = "-" if wait == NONE else f"{wait / 1e6:.6f}".rstrip("0").rstrip(".")
        who = "?" if agent == NONE else batch.agents[agent]
        words.append((f"({seconds} {REASONS[reason]})" if reason else seconds) + ("" if who == "A" else f"@{who}"))
    shown = " ".join(words)
    got = figures(batch, found, by)
    return shown if got.passed is None else f"{shown} = {got.passed}/{got.total}"


CASES = [(text, name, expected) for _, text, figures_of in VECTORS for name, expected in figures_of.items()]
IDS = [f"{title} [{name}]" for title, _, figures_of in VECTORS for name in figures_of]


@pytest.mark.parametrize(("text", "name", "expected"), CASES, ids=IDS)
def test_vector(text: str, name: str, expected: str) -> None:
    assert told(text, name) == expected


def test_the_table_is_long_enough() -> None:
    assert len(VECTORS) >= 66
    assert len({text for _, text, _ in VECTORS}) >= 60


def at(text: str) -> int:
    batch = SessionBatch.from_messages(transcript(f"{text} customer: x"))
    return int(batch.sent_at[0])


@pytest.mark.parametrize(
    ("text", "end", "name", "expected"),
    [
        ("23:40:00 C", "23:59:00", "house", "(- pending)@?"),
        ("23:29:00 C", "23:59:00", "house", "(- pending)@?"),
        ("23:28:59.999999 C", "23:59:00", "house", "-@?"),
        ("23:00:00 C, 23:40:00 C", "23:59:00", "house", "(- pending)@?"),
        ("23:40:00 C, 23:40:05 A", "23:59:00", "house", "5"),
        ("23:40:00 C, 23:40:05 A, 23:41:00 c", "23:59:00", "house", "5 (- courtesy)"),
        ("17:50:00 C", "23:59:00", "split-clipped", "(- pending)@?"),
        ("17:20:00 C", "23:59:00", "split-clipped", "-@?"),
        ("23:40:00 C", None, "house", "-@?"),
    ],
)
def test_a_round_that_touches_the_end_of_the_export_is_pending(
    text: str, end: str | None, name: str, expected: str
) -> None:
    assert told(text, name, Setting(export_end=at(end) if end else NO_TIME)) == expected


def test_shops_and_teams_keep_their_own_hours() -> None:
    by = Clock.model_validate(
        {
            "name": "x",
            "hours": "message",
            "staffed": SPLIT,
            "shops": {"夜市": NIGHT},
            "teams": {"晚班": NIGHT, "早班": [{"from": "06:00", "to": "09:00"}]},
        }
    )
    batch = SessionBatch.from_messages(
        read(" | ".join(["23:00:00 C, 23:00:05 A"] * 3 + ["07:00:00 C, 07:00:05 A"] * 3))
    )
    cues = Cues(batch.from_customer)
    shops = ["夜市", "云栖", None] * 2
    teams = [None, "晚班", None, None, "早班", "没有的班"]
    assert waits(batch, by, cues, Setting(shops=shops, teams=teams)).counted.tolist() == [
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    assert waits(batch, by, cues, Setting(shops=shops)).counted.tolist() == [True, False, False, False, False, False]


def test_hours_are_in_the_zone_given() -> None:
    assert told("07:59:59 C, 08:00:10 A", "taobao-3min", Setting("Asia/Tokyo")) == "11 = 1/1"
    assert told("07:59:59 C, 08:00:10 A", "taobao-3min", Setting("Asia/Shanghai")) == "(11 out_of_hours) = 0/0"


def test_the_statistics_of_the_platforms() -> None:
    batch = SessionBatch.from_messages(
        read("10:00:00 C, 10:00:10 A, 10:01:00 C, 10:01:20 A | 10:00:00 C, 10:15:00 A | 10:00:00 C")
    )
    means = {}
    for name in ("house", "taobao-avg", "douyin", "intercom"):
        by = clock(name)
        got = figures(batch, waits(batch, by, Cues(batch.from_customer)), by)
        means[name] = (got.mean_seconds, got.waits, got.unanswered)
    # 10, 20, 900 and one without an answer; taobao-avg caps at 600 and takes the unanswered one as 600
    assert means == {
        "house": (310.0, 3, 1),
        "taobao-avg": (307.5, 4, 1),
        "douyin": (457.5, 3, 1),
        "intercom": (20.0, 3, 0),
    }


def test_nothing_measured_is_never_zero() -> None:
    batch = SessionBatch.from_messages(read("03:00:00 C, 03:00:10 A"))
    got = figures(batch, waits(batch, clock("kuaishou"), Cues(batch.from_customer)), clock("kuaishou"))
    assert (got.share, got.mean_seconds, got.p50_seconds, got.max_seconds) == (None, None, None, None)
    assert (got.passed, got.total, got.left_out) == (0, 0, {"out_of_hours": 1})


def test_the_second_figure_counts_any_reply() -> None:
    batch = SessionBatch.from_messages(read("10:00:00 C, 10:00:01 R, 10:00:20 A, 10:01:00 C, 10:01:03 A, 10:02:00 C"))
    found = waits(batch, clock("house"), Cues(batch.from_customer))
    assert found.any_wait_us.tolist() == [1_000_000, 3_000_000, NONE]
    assert found.any_answered.tolist() == [1, 4, NONE]


def test_a_hold_is_an_answer_that_needs_following_up() -> None:
    batch = SessionBatch.from_messages(read("10:00:00 C, 10:00:05 A, 10:00:50 A, 10:01:00 C, 10:01:05 A"))
    holds = np.array([False, True, False, False, True])
    found = waits(batch, clock("house"), Cues(batch.from_customer, holds=holds))
    assert found.wait_us.tolist() == [5_000_000, 5_000_000]
    assert (found.holds.tolist(), found.followed.tolist()) == ([True, True], [2, NONE])
