"""How often ordinary nights are told and broken ones are not: `python -m tests.drift.rates` prints the table of docs/drift.md."""

import random
from typing import Any

from qa_audit.drift.clock import compare_hours
from qa_audit.drift.figures import far_figures, vanished
from qa_audit.drift.history import NIGHTS, Night
from tests.drift.nights import BREAKAGES, KEY, broken, shop_nights

WEEKS = ("even", "weekend", "office")


def told(tonight: dict[str, Any], past: list[Night], weekday: int | None) -> list[str]:
    """Return what is told of a night; past: the newest first."""
    earlier = [(night, night.sources[KEY]) for night in past]
    clock = compare_hours(tonight, [source for _, source in earlier])
    out = [each.title for each in far_figures(tonight, earlier, weekday)] + vanished(tonight, earlier)
    return out + ["hours"] * bool(clock.hours) + ["shift"] * bool(clock.shift)


def judged(sessions: int, week: str, seed: int, first: int, count: int, every: int) -> dict[str, list[bool]]:
    """Return for each kind of night which were told: new, ordinary, promotion, and each breakage of every n-th night."""
    nights = shop_nights(random.Random(f"{sessions} {week} {seed}"), sessions, week, count)
    out: dict[str, list[bool]] = {"new": [], "ordinary": [], "promotion": []}
    for i in range(first, count):
        (night, promotion), past = nights[i], [each for each, _ in nights[max(0, i - NIGHTS) : i]][::-1]
        source = night.sources[KEY]
        kind = "promotion" if promotion else "new" if i < 21 else "ordinary"
        out[kind].append(bool(told(source, past, night.weekday)))
        if i >= 14 and i % every == 0 and not promotion:
            for how in BREAKAGES:
                out.setdefault(how, []).append(bool(told(broken(source, how), past, night.weekday)))
    return out


def main() -> None:
    """Print a line per size of shop: shares told of each kind of night, and of how many nights."""
    for sessions in (20, 300, 5000):
        found: dict[str, list[bool]] = {}
        for week in WEEKS:
            for seed in range(6):
                for kind, each in judged(sessions, week, seed, 3, 70, 9).items():
                    found.setdefault(kind, []).extend(each)
        shares = ", ".join(f"{kind} {sum(each) / len(each):.1%} of {len(each)}" for kind, each in found.items())
        print(f"{sessions}: {shares}")


if __name__ == "__main__":
    main()
