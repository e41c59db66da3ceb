"""People behind accounts, and the person whose an account was at a moment."""

import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.sheet import Notice
from qa_audit.roster.shifts import Shift, overlap

NONE = -1
_MINUTE_US, _DAY_US = 60_000_000, 86_400_000_000
_EPOCH = dt.date(1970, 1, 1)
_SHOWN = 20

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Person:
    """One line of a roster; `row` is where it stands. valid_from and valid_to are days, both included, None is open."""

    account: str
    name: str
    staff_no: str | None = None
    team: str | None = None
    line: str | None = None
    shift: Shift = ()
    hired: dt.date | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    row: int = 0

    def clashes(self, other: "Person") -> bool:
        """Tell whether both would have the same account at some moment."""
        starts = max(self.valid_from or dt.date.min, other.valid_from or dt.date.min)
        ends = min(self.valid_to or dt.date.max, other.valid_to or dt.date.max)
        return key(self.account) == key(other.account) and starts <= ends and overlap(self.shift, other.shift)


@dataclass(frozen=True)
class Roster:
    """The people of a roster in the order of its lines; days and shifts are local time in `tz`."""

    people: tuple[Person, ...]
    tz: str = "Asia/Shanghai"
    path: str = ""
    sha256: str = ""

    def find(self, agent_id: str | None, time: int | None) -> Person | None:
        """Return whose the account was at a time (microseconds since 1970 UTC).

        None for an account that the roster does not have, or nobody's at that time. Without a time: the person of an
        account that only one ever had.
        """
        at = arrow.array([time], pa.int64()).cast(pa.timestamp("us", tz="UTC"))
        found = int(self.who(arrow.array([agent_id], pa.string()), at)[0])
        return self.people[found] if found >= 0 else None

    def who(self, agent_ids: Any, times: Any) -> Ints:
        """Return for each account and time (timestamp[us, UTC], may be null) the index in `people`, else NONE."""
        account = self._accounts(agent_ids)
        day, of_day = _local(times, self.tz)
        timed = arrow.truths(pc.is_valid(times))
        out = np.full(len(account), NONE, dtype=np.int64)
        order = np.argsort(account, kind="stable")
        ordered = account[order]
        for number, mine in enumerate(self._by_account.values()):
            lo, hi = np.searchsorted(ordered, [number, number + 1])
            rows = order[lo:hi]
            for index in reversed(mine):  # of two that overlap after all, the one that stands first
                holds = _holds(self.people[index], day[rows], of_day[rows]) & timed[rows]
                out[rows[holds | (~timed[rows] & (len(mine) == 1))]] = index
        return out

    def named(self, segments: Any) -> Any:
        """Return the segments with agent_name and team filled from who had the account when the segment began."""
        agents, times = _who_and_when(segments)
        who = self.who(agents, times)
        none = arrow.array(np.where(who < 0, len(self.people), who))
        names: list[str | None] = [each.name for each in self.people]
        teams = [each.team for each in self.people]
        for name, values in (("agent_name", names), ("team", teams)):
            index = segments.schema.get_field_index(name)
            column = arrow.array([*values, None], pa.string()).take(none)
            segments = segments.set_column(index, segments.schema.field(index), column)
        return segments

    def strangers(self, segments: Any) -> Any:
        """Return agent_id and started_at of the segments that `notices` has something to say of."""
        agents, times = _who_and_when(segments)
        unknown = (self.who(agents, times) < 0) & arrow.truths(pc.is_valid(agents))
        return segments.select(["agent_id", "started_at"]).filter(pa.array(unknown)).combine_chunks()

    def notices(self, segments: Any) -> list[Notice]:
        """Return what a person must know: accounts that are not in the roster, and those that were nobody's then."""
        agents, times = _who_and_when(segments)
        who, account = self.who(agents, times), self._accounts(agents)
        named = arrow.truths(pc.is_valid(agents))
        out = []
        for missing, text in (
            (named & (account < 0), "花名册里没有这些客服账号({n} 段会话):{names}"),
            (
                named & (account >= 0) & (who < 0),
                "账号在花名册里,但有 {n} 段会话不在任何人的班次或有效期内:{names}",
            ),
        ):
            if missing.any():
                text = text.format(n=int(missing.sum()), names=_listed(agents.filter(arrow.array(missing))))
                out.append(Notice("unknown_accounts", text, self.path or None))
        return out

    @cached_property
    def _by_account(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, person in enumerate(self.people):
            found.setdefault(key(person.account), []).append(index)
        return found

    def _accounts(self, agent_ids: Any) -> Ints:
        """The place of each account in _by_account, NONE where the roster does not have it."""
        encoded = agent_ids.dictionary_encode()
        known = {name: number for number, name in enumerate(self._by_account)}
        table = np.array([known.get(key(name), NONE) for name in encoded.dictionary.to_pylist()] + [NONE], np.int64)
        codes = arrow.numbers(encoded.indices, NONE)
        return np.asarray(table[codes], dtype=np.int64)


def key(account: str) -> str:
    """Return what accounts are compared by: no outer space, full width or case."""
    return unicodedata.normalize("NFKC", account).strip().casefold()


def _holds(person: Person, day: Ints, of_day: Ints) -> Mask:
    """Whether the account is this person's at each local day and microsecond of the day."""
    if not person.shift:
        return _valid(person, day)
    holds = np.zeros(len(day), dtype=np.bool_)
    for start, end in person.shift:
        begun, over = of_day >= start * _MINUTE_US, of_day >= end * _MINUTE_US
        if start < end:
            holds |= begun & ~over & _valid(person, day)
        else:  # after midnight it is still the shift of the day before
            holds |= (begun & _valid(person, day)) | (~over & _valid(person, day - 1))
    return holds


def _valid(person: Person, day: Ints) -> Mask:
    valid = np.ones(len(day), dtype=np.bool_)
    if person.valid_from:
        valid &= day >= (person.valid_from - _EPOCH).days
    if person.valid_to:
        valid &= day <= (person.valid_to - _EPOCH).days
    return valid


def _local(times: Any, tz: str) -> tuple[Ints, Ints]:
    """Return (days since 1970, microseconds of the day) in local time; of a null, those of 1970."""
    local = pc.local_timestamp(times.cast(pa.timestamp("us", tz=tz))).cast(pa.int64())
    micros = arrow.numbers(local, 0)
    return micros // _DAY_US, micros % _DAY_US


def _who_and_when(segments: Any) -> tuple[Any, Any]:
    return segments["agent_id"].combine_chunks(), segments["started_at"].combine_chunks()


def _listed(names: Any) -> str:
    distinct = sorted(pc.unique(names).to_pylist())
    shown = "、".join(" ".join(name.split())[:40] for name in distinct[:_SHOWN])
    return shown + (f" 等 {len(distinct)} 个" if len(distinct) > _SHOWN else "")
