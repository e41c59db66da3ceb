"""The rounds of the synthetic run and the measures of a segment that they add up to."""

from typing import Any

PEOPLE = {
    "小棠": ("糖糖", "夜班一组"),
    "con": ("</script><b>花名\u202e", "<i>班组</i>" + "长" * 300),
    "\u202eevil\x07": ("花" * 300, None),
}
"""What a roster says of some accounts: 花名 and 班组, hostile ones among them."""

_UNCOUNTED = {1: "courtesy", 2: "pending", 6: "out_of_hours"}
_NOBODY = ("courtesy", "pending", "out_of_hours")
_SHARES = ("within_6s_share", "within_30s_share", "within_60s_share")
MEASURES = {
    **dict.fromkeys(("first_reply_any_seconds", "mean_wait_seconds", "max_wait_seconds"), float),
    **{f"{name}_{part}": int for name in _SHARES for part in ("numerator", "denominator")},
    "rounds": int,
    "unanswered_rounds": int,
    "open_sessions_mean": float,
    "open_sessions_max": int,
}


def rounds(
    session: str, i: int, agent: str | None, answered: int | None, wait: float | None, last: int, times: str
) -> list[dict[str, Any]]:
    """Return the first round of a session and, of some sessions, one that is not counted."""
    unknown = {"none": "no_time", "minute": "coarse_time"}.get(times) if agent is not None else None
    found = [_round(session, 1, agent, 0, answered, wait, unknown)]
    if agent is not None and i % 8 in _UNCOUNTED:
        found.append(_round(session, 2, agent, last, None, None, _UNCOUNTED[i % 8]))
    return found


def measures(found: list[dict[str, Any]], i: int) -> dict[str, Any]:
    """Return the measures of a segment with these rounds; every seventh agent's line came after an automatic one."""
    due = [row for row in found if row["reason"] not in _NOBODY]
    counted = [row for row in found if row["counted"]]
    waits = [row["wait_seconds"] for row in counted if row["wait_seconds"] is not None]
    shares: dict[str, int] = {}
    for name, limit in zip(_SHARES, (6, 30, 60), strict=True):
        shares |= {f"{name}_numerator": sum(w <= limit for w in waits), f"{name}_denominator": len(counted)}
    first = found[0]["wait_seconds"]
    return shares | {
        "first_reply_any_seconds": 1.0 if first is not None and i % 7 == 0 else first,
        "mean_wait_seconds": sum(waits) / len(waits) if waits else None,
        "max_wait_seconds": max(waits, default=None),
        "rounds": len(due),
        "unanswered_rounds": sum(row["answered_position"] is None for row in due),
        "open_sessions_mean": i % 3 / 2,
        "open_sessions_max": i % 3,
    }


def _round(
    session: str, number: int, agent: str | None, asked: int, answered: int | None, wait: float | None, why: str | None
) -> dict[str, Any]:
    return {
        "session_id": session,
        "segment_no": 1,
        "agent_id": agent,
        "round_no": number,
        "asked_position": asked,
        "last_asked_position": asked,
        "asks": 1,
        "started_position": asked,
        "answered_position": answered,
        "any_answered_position": answered,
        "any_wait_seconds": wait,
        "wait_seconds": wait,
        "asked_at": None,
        "answered_at": None,
        "counted": why is None,
        "reason": why,
    }
