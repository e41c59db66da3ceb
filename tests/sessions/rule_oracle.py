"""Segments and the house clock once more, by walking through one session in plain Python."""

from typing import Any

from tests.sessions.oracle import is_customer, is_human, rounds


def segments(session: list[dict[str, Any]]) -> list[tuple[int, str | None]]:
    """(first row, agent) of every segment of a session, by walking through it once to cut and once to name."""
    names = {m["agent"] for m in session if _names(m)}
    starts = [session[0]["row"]]
    holder = assignee = passed_by = pending = None
    talked = False
    for m in session:
        agent = m["agent"]
        if m["kind"] == "transfer":
            if pending is None:
                pending, passed_by, talked = m["row"], assignee, False
            continue
        talked = talked or m["role"] in ("customer", "agent")
        if _spoke(m) or (_names(m) and len(names) > 1):
            if holder is None and pending is not None and passed_by not in (None, agent):
                starts.append(pending)
            if holder not in (None, agent):
                starts.append(m["row"] if pending is None else pending)
            holder, pending = agent, None
        elif _assigns(m, names):
            assignee = agent
    if pending is not None and talked and (holder or passed_by):
        starts.append(pending)
    found: list[tuple[int, str | None]] = []
    ends = [*starts[1:], session[-1]["row"] + 1]
    for start, end in zip(starts, ends, strict=True):
        part = [m for m in session if start <= m["row"] < end]
        found.append((start, _named(part, names, found[-1][1] if found else None)))
    return found


def _names(m: dict[str, Any]) -> bool:
    return m["role"] == "customer" and m["kind"] != "transfer" and m["agent"] is not None


def _spoke(m: dict[str, Any]) -> bool:
    return m["role"] == "agent" and m["automation"] == "none" and m["kind"] != "transfer" and m["agent"] is not None


def _assigns(m: dict[str, Any], names: set[str]) -> bool:
    automatic = (
        m["role"] == "agent" and m["automation"] != "none" and m["kind"] != "transfer" and m["agent"] is not None
    )
    return automatic or (_names(m) and len(names) < 2)


def _named(part: list[dict[str, Any]], names: set[str], before: str | None) -> str | None:
    first_of = [[m["agent"] for m in part if _spoke(m)], [m["agent"] for m in part if _names(m) and len(names) > 1]]
    for agents in first_of:
        if agents:
            return str(agents[0])
    system = [m["agent"] for m in part if m["role"] == "system" and m["kind"] != "transfer" and m["agent"]]
    for agents in ([m["agent"] for m in part if _assigns(m, names)], system):
        if agents:
            return str(agents[-1])
    moved = [m["agent"] for m in part if m["kind"] == "transfer" and m["agent"]]
    return str(moved[-1]) if moved and moved[-1] != before else None


def house(session: list[dict[str, Any]], courtesy: Any, wish: Any) -> list[tuple[int, int, float | None, str]]:
    """(asked, started, wait in seconds, reason) of every round of a session by the house clock."""
    first = session[0]["row"]
    found = []
    bot = [m for m in session if m["role"] == "bot" and m["speech"]]
    humans = [m for m in session if is_human(m)]
    wishes = [m for m in session if is_customer(m) and wish(m)]
    transfers = [m for m in session if m["kind"] == "transfer"]
    for _, asked, last_asked, _, answered in rounds([session], is_customer, is_human):
        stop = answered if answered >= 0 else session[-1]["row"] + 1
        started = asked
        held = [m for m in bot if asked < m["row"] < stop]
        if held and not any(m["row"] < asked for m in humans):
            moved = [m for m in transfers if asked <= m["row"] < stop] or [
                m for m in wishes if asked <= m["row"] < stop
            ]
            if moved:
                started = moved[0]["row"]
            elif answered >= 0:
                started = held[-1]["row"]
        asks = [m for m in session if asked <= m["row"] <= last_asked and is_customer(m)]
        ends = [session[started - first], *([session[answered - first]] if answered >= 0 else [])]
        wait = ends[1]["at"] - ends[0]["at"] if len(ends) == 2 and None not in (ends[0]["at"], ends[1]["at"]) else None
        if bot and not humans and not transfers and not wishes:
            reason = "bot_only"
        elif answered < 0 and all(courtesy(m) for m in asks):
            reason = "courtesy"
        elif any(m["time"] == "none" for m in ends):
            reason = "no_time"
        else:
            reason = "" if all(m["at"] is not None for m in ends) else "coarse_time"
        found.append((asked, started, wait if reason == "" else None, reason))
    return found
