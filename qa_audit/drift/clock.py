"""When the messages of a source were sent: hours that are missing, and a night that as a whole lies hours off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MISSING_SHARE = 0.15  # of the usual messages, in one run of hours without any tonight
MISSING_SESSIONS = 10  # expected there
FEWEST = 5  # earlier nights before a shift is looked for
SHIFTED_SHARE = 0.08  # of the messages at other hours than usual
_FAR = 4.0
_BETTER = 0.6

Fingerprint = dict[str, Any]
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Clock:
    """hours: local hours without a message tonight that usually hold `share` of them; shift: hours that the night as a
    whole seems to be late, 0 for none."""

    hours: tuple[int, ...]
    share: float
    shift: int


def compare_hours(tonight: Fingerprint, earlier: Sequence[Fingerprint]) -> Clock:
    """Compare tonight's hours with the median of earlier nights'; nothing without times."""
    timed = [source["hours"] for source in earlier if source["hours"] is not None]
    if tonight["hours"] is None or len(timed) < 3:
        return Clock((), 0.0, 0)
    now, past = np.array(tonight["hours"], dtype=np.float64), np.array(timed, dtype=np.float64)
    usual = np.median(past, axis=0)
    usual = usual / max(float(usual.sum()), 1e-9)
    shift = _shift(now, past, usual, tonight["sessions"]) if len(timed) >= FEWEST else 0
    if shift:
        return Clock((), 0.0, shift)
    sessions = float(np.median([source["sessions"] / (source["days"] or 1) for source in earlier]))
    hours = _longest_gap(now, usual)
    share = float(usual[list(hours)].sum())
    if share < MISSING_SHARE or share * sessions < MISSING_SESSIONS:
        return Clock((), 0.0, 0)
    return Clock(hours, share, 0)


def _longest_gap(now: Shares, usual: Shares) -> tuple[int, ...]:
    """Return the run of hours without a message, past midnight too, that usually holds most messages."""
    best: tuple[float, tuple[int, ...]] = (0.0, ())
    for start in range(24):
        if now[start - 1] == 0:
            continue
        run: list[int] = []
        while len(run) < 24 and now[(start + len(run)) % 24] == 0:
            run.append((start + len(run)) % 24)
        while run and usual[run[-1]] == 0:
            run.pop()
        while run and usual[run[0]] == 0:
            run.pop(0)
        best = max(best, (round(float(usual[run].sum()), 9), tuple(run)), key=lambda each: (each[0], -len(each[1])))
    return best[1]


def _shift(now: Shares, past: Shares, usual: Shares, sessions: int) -> int:
    """Return by how many hours the night fits the usual one far better than as it stands."""
    apart = np.array([_apart(night, usual) for night in past])
    centre = float(np.median(apart))
    spread = 1.4826 * float(np.median(np.abs(apart - centre)))
    chance = np.sqrt(24 / (2 * np.pi * max(sessions, 1)))  # half the mean distance of two draws from one profile
    far = _apart(now, usual)
    if far <= max(SHIFTED_SHARE, centre + _FAR * spread, 2.0 * chance):
        return 0
    distances = {shift: _apart(np.roll(now, -shift), usual) for shift in range(-12, 13) if shift}
    best = min(distances, key=lambda shift: (round(distances[shift], 6), abs(shift), shift))
    return best if distances[best] <= min(_BETTER * far, max(centre + 2 * spread, SHIFTED_SHARE, chance)) else 0


def _apart(a: Shares, b: Shares) -> float:
    """Share of messages that would have to move to make one profile the other."""
    return float(np.abs(a - b).sum() / 2)
