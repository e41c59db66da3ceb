"""Every clock once more, slow and obvious: one session at a time, one message at a time, from the definitions alone.

Knows nothing of NumPy or of qa_audit.clocks but the fields of a Clock.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from qa_audit.clocks.model import DAYS, Clock
from tests.sessions.rule_oracle import segments

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
Message = dict[str, Any]
Round = dict[str, Any]


# --- hours ---------------------------------------------------------------------------------------------------------


def intervals(clock: Clock, shifts: Any, day: date) -> list[tuple[datetime, datetime]]:
    """The staffed intervals that begin on a local date, as naive local times."""
    midnight = datetime.combine(day, datetime.min.time())
    if day in clock.exceptions:
        spans = list(clock.exceptions[day])
    elif day in clock.holidays:
        spans = []
    else:
        weekday = DAYS[day.weekday()]
        worked = [name for name in DAYS if any(name in shift.days for shift in shifts)]
        if day in clock.open_days and weekday not in worked:
            weekday = worked[0]
        spans = [(shift.opens, shift.closes) for shift in shifts if weekday in shift.days]
    found = []
    for opens, closes in spans:
        length = closes - opens if closes > opens else closes + 1440 - opens
        start = midnight + timedelta(minutes=opens)
        found.append((start, start + timedelta(minutes=length)))
    return found


def staffing(clock: Clock, shifts: Any, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """All staffed intervals around two local times, overlapping ones joined."""
    found, day = [], first.date() - timedelta(days=2)
    while day <= last.date() + timedelta(days=1):
        found += intervals(clock, shifts, day)
        day += timedelta(days=1)
    joined: list[tuple[datetime, datetime]] = []
    for start, stop in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def local(at: int, tz: str) -> datetime:
    return (EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(tz)).replace(tzinfo=None)


def is_open(clock: Clock, shifts: Any, at: int, tz: str) -> bool:
    if shifts is None:
        return True
    moment = local(at, tz)
    return any(start <= moment < stop for start, stop in staffing(clock, shifts, moment, moment))


def open_between(clock: Clock, shifts: Any, first: int, last: int, tz: str) -> int:
    """Staffed microseconds; only right in zones whose offset does not change, which is what the tests use."""
    if shifts is None:
        return last - first
    low, high = local(first, tz), local(last, tz)
    total = timedelta()
    for start, stop in staffing(clock, shifts, low, high):
        total += max(timedelta(), min(stop, high) - max(start, low))
    return round(total / timedelta(microseconds=1))


def window(clock: Clock, at: int | None, tz: str) -> tuple[str, float]:
    for one in clock.windows:
        if at is not None and one.begins <= local(at, tz) < one.ends:
            return one.mode, one.factor if one.mode == "relaxed" else 1.0
    return "", 1.0


# --- one session ---------------------------------------------------------------------------------------------------


class Session:
    """A session of messages (dicts with row, at (µs or None), exact, role, automation, kind, agent, courtesy, wish)."""

    def __init__(self, messages: list[Message], clock: Clock, shop: str | None, tz: str, end: int | None) -> None:
        self.messages, self.clock, self.tz, self.end = messages, clock, tz, end
        self.shifts = clock.shops.get(shop or "", clock.staffed)
        self.first, self.stop = messages[0]["row"], messages[-1]["row"] + 1
        self.segments = [start for start, _ in segments(messages)]

    def at(self, row: int) -> Message:
        return self.messages[row - self.first]

    def segment(self, row: int) -> int:
        """First row of the segment that a message is in."""
        return max(start for start in self.segments if start <= row)

    def speech(self, m: Message) -> bool:
        return m["kind"] not in ("recall", "transfer", "order_event")

    def customer(self, m: Message) -> bool:
        return m["role"] == "customer" and self.speech(m)

    def human(self, m: Message) -> bool:
        return m["role"] == "agent" and m["automation"] == "none" and self.speech(m)

    def anyone(self, m: Message) -> bool:
        return m["role"] in ("agent", "bot") and self.speech(m)

    def bot(self, m: Message) -> bool:
        return m["role"] == "bot" and self.speech(m)

    def stops(self, m: Message) -> bool:
        if self.clock.stops == "any":
            return self.anyone(m)
        if self.clock.stops == "human_or_assisted":
            return self.human(m) or (self.anyone(m) and m["automation"] == "assisted")
        return self.human(m)

    def rounds(self) -> list[Round]:
        """Every round and, where it was passed on, every piece of it."""
        found: list[Round] = []
        asks: list[Message] = []
        number = 0
        for m in [*self.messages, None]:
            if m is not None and self.customer(m):
                asks.append(m)
            elif asks and (m is None or self.stops(m)):
                number += 1
                found += self.pieces(asks, m, number)
                asks = []
        return found

    def heard_before(self, row: int) -> bool:
        return any(self.stops(m) for m in self.messages if m["row"] < row)

    def start(self, asks: list[Message], answer: Message | None, number: int) -> int:
        asked, last = asks[0]["row"], asks[-1]["row"]
        stop = answer["row"] if answer else self.stop
        since = max([m["row"] + 1 for m in self.messages if self.stops(m) and m["row"] < asked], default=self.first)
        start = asked
        if self.clock.start == "last_unanswered":
            start = last
        if self.clock.start == "session_start" and number == 1 and not self.heard_before(asked):
            start = self.opening()
        held = any(self.bot(m) for m in self.messages if asked < m["row"] < stop)
        if self.clock.after_bot == "handoff" and held and not self.heard_before(asked):
            moved = self.handed_off(asked, answer, stop)
            if moved is not None:
                start = max(start, moved) if self.clock.start == "last_unanswered" else moved
        if self.clock.start == "joined":
            for row in range(since, stop):
                if self.at(row)["kind"] == "transfer" or (row in self.segments and row != self.first):
                    return row
        return start

    def handed_off(self, asked: int, answer: Message | None, stop: int) -> int | None:
        between = [m for m in self.messages if asked <= m["row"] < stop]
        for m in between:
            if m["kind"] == "transfer":
                return int(m["row"])
        for m in between:
            if self.customer(m) and m["wish"]:
                return int(m["row"])
        bots = [m["row"] for m in between if self.bot(m)]
        return bots[-1] if answer is not None and bots else None

    def opening(self) -> int:
        for m in self.messages:
            if self.customer(m) or (m["role"] == "system" and m["kind"] not in ("recall", "order_event")):
                return int(m["row"])
        raise AssertionError("a session with a round has a customer")

    def pieces(self, asks: list[Message], answer: Message | None, number: int) -> list[Round]:
        started = self.start(asks, answer, number)
        asked = asks[0]["row"]
        whole = {"asks": asks, "asked": asked, "answer": answer, "number": number, "started": started}
        if self.clock.transfer == "holder":
            return [self.judged({**whole, "segment": self.segment(asked), "final": True, "since": asked})]
        low = self.segment(max(asked, started))
        high = self.segment(answer["row"] if answer else self.stop - 1)
        owners = [start for start in self.segments if low <= start <= high]
        found = []
        for owner in owners:
            piece = {**whole, "segment": owner, "final": owner == owners[-1], "since": asked}
            if not piece["final"]:
                piece["answer"] = None
                piece["until"] = owners[owners.index(owner) + 1]
            if owner != owners[0]:
                recorded = answer is None or owner < answer["row"]
                if self.clock.transferred_unanswered == "counts" and recorded:
                    piece["started"] = owner
                piece["since"] = piece["started"]
            found.append(self.judged(piece))
        return found

    def judged(self, piece: Round) -> Round:
        start, answer = self.at(piece["started"]), piece["answer"]
        ends = [start] if answer is None else [start, answer]
        exact = all(m["exact"] for m in ends)
        wait = answer["at"] - start["at"] if answer is not None and exact else None
        reason = self.reason(piece, start, answer, ends)
        if wait is not None and self.clock.hours == "clipped":
            staffed = open_between(self.clock, self.shifts, start["at"], answer["at"], self.tz)
            wait = None if reason == "out_of_hours" else staffed
        reply, any_wait = self.any_reply(piece)
        return {
            "asked": piece["asked"], "last_asked": piece["asks"][-1]["row"], "asks": len(piece["asks"]),
            "started": piece["started"], "answered": -1 if answer is None else answer["row"],
            "wait": wait, "reason": reason, "segment": piece["segment"], "session": self.at(self.first)["session"],
            "any_answered": reply, "any_wait": any_wait, "factor": window(self.clock, start["at"], self.tz)[1],
        }  # fmt: skip

    def any_reply(self, piece: Round) -> tuple[int, int | None]:
        since = self.at(piece["since"])
        for m in self.messages:
            if m["row"] > since["row"] and self.anyone(m):
                if m["row"] >= piece.get("until", self.stop):
                    return -1, None
                return m["row"], m["at"] - since["at"] if m["exact"] and since["exact"] else None
        return -1, None

    def reason(self, piece: Round, start: Message, answer: Message | None, ends: list[Message]) -> str:
        clock, everyone = self.clock, self.messages
        whole_unanswered = not any(self.stops(m) and m["row"] > piece["asked"] for m in everyone)
        if any(map(self.bot, everyone)) and not any(
            self.stops(m) or m["kind"] == "transfer" or (self.customer(m) and m["wish"]) for m in everyone
        ):
            return "bot_only"
        if clock.courtesy == "exempt" and whole_unanswered and all(m["courtesy"] for m in piece["asks"]):
            return "courtesy"
        if clock.transferred_unanswered == "dropped" and not piece["final"]:
            return "transferred"
        if clock.rounds == "first" and (piece["number"] > 1 or self.heard_before(piece["asked"])):
            return "not_first"
        if answer is None and piece["final"] and self.pending(piece["asks"][-1]["at"]):
            return "pending"
        mode = window(clock, start["at"], self.tz)[0]
        if mode in ("exempt", "apart"):
            return f"{mode}_window"
        if self.closed(start, answer):
            return "out_of_hours"
        if any(m["at"] is None for m in ends):
            return "no_time"
        if not all(m["exact"] for m in ends):
            return "coarse_time"
        return "unanswered" if clock.unanswered == "dropped" and answer is None else ""

    def pending(self, asked: int | None) -> bool:
        if self.end is None or asked is None:
            return False
        left = self.end - asked
        if self.clock.hours == "clipped":
            left = open_between(self.clock, self.shifts, asked, self.end, self.tz)
        return left <= 30 * 60 * SECOND

    def closed(self, start: Message, answer: Message | None) -> bool:
        clock = self.clock
        moment = self.at(self.opening())["at"] if clock.hours == "session_start" else start["at"]
        if clock.hours == "always" or moment is None or is_open(clock, self.shifts, moment, self.tz):
            return False
        if clock.hours == "clipped":
            reached = answer is not None and answer["at"] is not None
            return reached and open_between(clock, self.shifts, moment, answer["at"], self.tz) == 0
        return True


# --- figures -------------------------------------------------------------------------------------------------------


def published(rounds: list[Round], sessions: dict[int, list[Message]], clock: Clock, limit: int, tz: str) -> Any:
    """(passed, total, sum of what is averaged in µs, how many) of the clock's published figure."""
    counted = [one for one in rounds if one["reason"] == ""]
    units: dict[Any, list[Round]] = {}
    for i, one in enumerate(counted):
        first = sessions[one["session"]][0]
        at = next(m["at"] for m in sessions[one["session"]] if m["row"] == one["asked"])
        day = None if at is None else local(at, tz).date()
        key = {"round": i, "session": one["session"], "person_day": (first["customer"], day)}[clock.unit]
        units.setdefault(key, []).append(one)
    passed = sum(_passes(each, clock, limit) for each in units.values())
    values = [value for value in (_value(one, clock) for one in counted) if value is not None]
    return passed, len(units), sum(values), len(values)


def _value(one: Round, clock: Clock) -> int | None:
    cap = None if clock.cap_seconds is None else clock.cap_seconds * SECOND
    if one["answered"] < 0:
        return cap if clock.unanswered == "capped" else None
    return one["wait"] if cap is None else min(one["wait"], cap)


def _passes(rounds: list[Round], clock: Clock, limit: int) -> bool:
    if clock.unit != "session":
        return all(one["wait"] is not None and one["wait"] <= limit * SECOND * one["factor"] for one in rounds)
    values = [_value(one, clock) for one in rounds]
    if None in values:
        return False
    return sum(v / one["factor"] for v, one in zip(values, rounds, strict=True)) <= limit * SECOND * len(rounds)


# --- random nights -------------------------------------------------------------------------------------------------

SPEAKERS = [
    *[("customer", "none")] * 3, *[("agent", "none")] * 3, ("agent", "auto"), ("agent", "assisted"), ("agent", "inferred"),
    ("bot", "auto"), ("bot", "auto"), ("bot", "assisted"), ("system", "none"),
]  # fmt: skip
GAPS = [0, 0, 0, 1800 * SECOND, 1800 * SECOND, 3600 * SECOND, 1, 17_000_003, SECOND, 2 * SECOND, 6 * SECOND, 30 * SECOND, 30 * SECOND + 1, 180 * SECOND, 299_999_999, 1800 * SECOND, 1800 * SECOND + 1,
        3 * 3600 * SECOND, 9 * 3600 * SECOND, 26 * 3600 * SECOND]  # fmt: skip
START = round((datetime(2026, 11, 10, 20, tzinfo=UTC) - EPOCH) / timedelta(microseconds=1))

message = st.fixed_dictionaries(
    {
        "speaker": st.sampled_from(SPEAKERS),
        "kind": st.sampled_from(["text"] * 8 + ["image", "transfer", "transfer", "recall", "order_event"]),
        "agent": st.sampled_from([None, "a", "b", "c"]),
        "gap": st.sampled_from(GAPS),
        "time": st.sampled_from(["microsecond"] * 12 + ["second", "minute", "none"]),
        "courtesy": st.booleans(),
        "wish": st.integers(0, 5).map(lambda n: n == 0),
    }
)
session = st.fixed_dictionaries(
    {
        "messages": st.lists(message, min_size=1, max_size=10),
        "begins": st.integers(0, 96).map(lambda n: n * 1800 * SECOND),
        "shop": st.sampled_from([None, "云栖", "早市"]),
        "customer": st.sampled_from(["c1", "c2", None]),
    }
)
nights = st.lists(session, min_size=0, max_size=4)

SHIFTS = [
    None,
    [{"days": "all", "from": "08:00", "to": "24:00"}],
    [{"days": "all", "from": "09:00", "to": "12:00"}, {"days": "all", "from": "13:30", "to": "23:00"}],
    [
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "22:00", "to": "02:00"},
        {"days": "sat", "from": "10:00", "to": "18:00"},
    ],
    [{"days": ["mon", "sun"], "from": "07:00", "to": "11:30"}],
    [{"days": ["mon", "wed"], "from": "00:00", "to": "24:00"}, {"days": "all", "from": "23:30", "to": "00:30"}],
]
WINDOWS = [
    [],
    [
        {"from": "2026-11-11 00:00", "to": "2026-11-11 02:00", "mode": "exempt"},
        {"from": "2026-11-11 02:00", "to": "2026-11-12 00:00", "mode": "relaxed", "factor": 3},
    ],
    [{"from": "2026-11-11 08:00", "to": "2026-11-12 12:00", "mode": "apart"}],
]
clocks = st.fixed_dictionaries(
    {
        "name": st.just("drawn"),
        "start": st.sampled_from(["first_unanswered", "last_unanswered", "session_start", "joined"]),
        "after_bot": st.sampled_from(["handoff", "ask"]),
        "stops": st.sampled_from(["human", "human_or_assisted", "any"]),
        "rounds": st.sampled_from(["all", "all", "first"]),
        "unit": st.sampled_from(["round", "session", "person_day"]),
        "unanswered": st.sampled_from(["failed", "capped", "dropped"]),
        "cap_seconds": st.sampled_from([60, 600]),
        "hours": st.sampled_from(["always", "session_start", "message", "clipped"]),
        "staffed": st.sampled_from(SHIFTS),
        "holidays": st.sampled_from([[], ["2026-11-12"]]),
        "open_days": st.sampled_from([[], ["2026-11-11", "2026-11-14"]]),
        "exceptions": st.sampled_from([{}, {"2026-11-11": [["06:00", "07:00"], ["20:00", "01:00"]], "2026-11-13": []}]),
        "windows": st.sampled_from(WINDOWS),
        "shops": st.sampled_from([{}, {"早市": [{"from": "05:00", "to": "11:00"}]}]),
        "transfer": st.sampled_from(["holder", "answerer"]),
        "transferred_unanswered": st.sampled_from(["counts", "dropped"]),
        "courtesy": st.sampled_from(["exempt", "counts"]),
        "statistic": st.sampled_from(["pooled", "session_mean", "median"]),
        "within_seconds": st.sampled_from([None, 30, 180]),
    }
).map(Clock.model_validate)
