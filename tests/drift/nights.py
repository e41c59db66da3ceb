"""Fingerprints of simulated ordinary nights of one shop, and what a breakage makes of one."""

import copy
import random
from datetime import date, timedelta
from typing import Any

from qa_audit.drift.history import Night

KEY = ("csv", "chat_#.csv")
_HOURS = (1, 0, 0, 0, 0, 0, 0, 1, 4, 30, 50, 55, 40, 45, 50, 55, 50, 45, 40, 60, 70, 65, 40, 12)
_WEEK = {"even": (1, 1, 1, 1, 1, 1, 1), "weekend": (1, 1, 1, 1, 1.1, 1.5, 1.4), "office": (1.2, 1, 1, 1, 1, 0.45, 0.4)}


def shop_nights(draw: random.Random, sessions: int, week: str, count: int) -> list[tuple[Night, bool]]:
    """Return nights in order with whether each was a day of promotion: 3 times the sessions, shorter, more bots."""
    level, out, first = 0.0, [], date(2026, 6, 1)
    agents = max(2, sessions // 60)
    for number in range(count):
        day = first + timedelta(days=number)
        promotion = number % 31 in (17, 18)
        level = 0.97 * level + draw.gauss(0, 0.03)
        volume = sessions * _WEEK[week][day.weekday()] * 2.718 ** (level + draw.gauss(0, 0.12))
        source = _source(draw, volume * (3 if promotion else 1), agents * _WEEK[week][day.weekday()], promotion)
        out.append((Night(day.isoformat(), f"reports/{day}", {KEY: source}), promotion))
    return out


def _poisson(draw: random.Random, mean: float) -> int:
    return max(1, round(draw.gauss(mean, mean**0.5)))


def _source(draw: random.Random, volume: float, staff: float, promotion: bool) -> dict[str, Any]:
    sessions = _poisson(draw, volume)
    messages = round(sessions * (10.5 if promotion else 12) * 2.718 ** draw.gauss(0, 1 / sessions**0.5))
    hours = [0] * 24
    busiest = [weight * 2.718 ** draw.gauss(0, 0.15) for weight in _HOURS]
    for hour in draw.choices(range(24), busiest, k=sessions):
        hours[hour] += draw.randrange(4, 20)
    bots = _near(draw, 0.12 if promotion else 0.08, sessions)
    customers = min(0.9, _near(draw, 0.47, sessions)) * (1 - bots)
    roles = {"agent": 1 - bots - customers - 0.01, "bot": bots, "customer": customers, "system": 0.01}
    images = _near(draw, 0.05, sessions)
    nulls = {"agent_id": bots, "text": images, "sku_id": _near(draw, 0.6, sessions), "shop": 0.0}
    quarantined = draw.choice([0.0, 0.0, 0.001, 0.004])
    return {
        "format": KEY[0], "name": KEY[1], "files": 1, "sheets": 1, "columns": [], "column_count": 0, "used": {}, "roles": {},
        "rows": round(messages * (1 + quarantined)), "messages": messages, "quarantined": round(messages * quarantined),
        "quarantined_share": quarantined, "sessions": sessions,
        "agents": max(1, round(staff * (1.6 if promotion else 1) * draw.choice([0.85, 0.9, 0.95, 1, 1, 1.05]))),
        "role_share": roles, "kind_share": {"text": 1 - images, "image": images}, "resolution_share": {"second": 1.0},
        "null_share": nulls, "days": 1, "whole_minute_share": _near(draw, 1 / 60, sessions * 10),
        "hours": [hour / sum(hours) for hour in hours], "text_length_p50": float(draw.choice([10, 11, 11, 12])),
    }  # fmt: skip


def _near(draw: random.Random, share: float, sessions: int) -> float:
    """Draw a share around one, messages of a session being alike; never quite 0."""
    spread = min(0.8, 1.5 * ((1 - share) / share / sessions) ** 0.5 + 0.01) if share else 0.0
    return min(0.98, share * 2.718 ** draw.gauss(0, spread))


def broken(source: dict[str, Any], how: str) -> dict[str, Any]:
    """Return the fingerprint of the same night after a breakage of its export."""
    made = copy.deepcopy(source)
    if how == "seconds cut":
        made |= {"whole_minute_share": 1.0, "resolution_share": {"minute": 1.0}}
    elif how == "no bots":
        kept = 1 - made["role_share"].pop("bot")
        made["role_share"] = {role: share / kept for role, share in made["role_share"].items()}
        made |= {name: round(made[name] * kept) for name in ("rows", "messages")}
    elif how == "half the file":
        made |= {name: made[name] // 2 for name in ("rows", "messages", "sessions")}
        kept = [share if sum(source["hours"][: i + 1]) < 0.5 else 0.0 for i, share in enumerate(source["hours"])]
        made["hours"] = [share / sum(kept) for share in kept] if any(kept) else source["hours"]
    elif how == "half the sessions":
        made |= {name: made[name] // 2 for name in ("rows", "messages", "sessions")}
    elif how == "half the agents":
        made |= {name: max(1, made[name] // 2) for name in ("rows", "messages", "sessions", "agents")}
    elif how == "customers' lines gone":
        kept = 1 - made["role_share"].pop("customer")
        made["role_share"] = {role: share / kept for role, share in made["role_share"].items()}
        made |= {name: round(made[name] * kept) for name in ("rows", "messages")}
    elif how == "customers' texts empty":
        share = made["role_share"].pop("customer")
        made["role_share"] = {role: each / (1 - share) for role, each in made["role_share"].items()}
        made |= {"quarantined_share": share, "messages": round(made["messages"] * (1 - share))}
    elif how == "an hour late":
        made["hours"] = made["hours"][-1:] + made["hours"][:-1]
    elif how == "in UTC":
        made["hours"] = made["hours"][8:] + made["hours"][:8]
    elif how == "texts cut":
        made["text_length_p50"] = 5.0
    return made


BREAKAGES = (
    "seconds cut", "no bots", "half the file", "half the sessions", "half the agents", "customers' lines gone",
    "customers' texts empty", "an hour late", "in UTC", "texts cut",
)  # fmt: skip
