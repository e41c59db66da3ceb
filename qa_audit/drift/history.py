"""The earlier nights that tonight is compared with: run folders under --history, the newest first."""

import json
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qa_audit.drift.sources import Key
from qa_audit.formats.sheet import Notice

NIGHTS = 28  # four of each weekday
_MANIFEST = "run.json"
_MOST_BYTES = 64 << 20
_PUBLISHED = ("ok", "degraded")
_SHARES = ("role_share", "kind_share", "resolution_share", "null_share")
_OPTIONAL = ("days", "whole_minute_share", "text_length_p50", "quarantined_share")
_SHOWN = 3


@dataclass(frozen=True)
class Night:
    """One earlier run: its last night (ISO date, None without times), its folder, fingerprints by source."""

    night: str | None
    folder: str
    sources: dict[Key, dict[str, Any]]

    @property
    def weekday(self) -> int | None:
        """0 for Monday; None without times."""
        return weekday(self.night)


@dataclass(frozen=True)
class History:
    """nights: the newest first, at most NIGHTS; notices: what could not be used."""

    nights: tuple[Night, ...]
    notices: tuple[Notice, ...]

    def of(self, key: Key) -> list[tuple[Night, dict[str, Any]]]:
        """Return the nights on which a source came, with its fingerprint."""
        return [(each, each.sources[key]) for each in self.nights if key in each.sources]


def weekday(night: str | None) -> int | None:
    """Return the weekday of an ISO date, 0 for Monday."""
    return None if night is None else date.fromisoformat(night).weekday()


def earlier(folders: Iterable[Path], out: Path, before: str | None) -> History:
    """Read the runs that were published for nights before `before` (None: all), without the one at `out`.

    A folder may be a run itself or hold runs. What is no run is passed over; what should be one and cannot be used is
    told in a notice.
    """
    found: dict[tuple[str, str], Night] = {}
    skipped: list[str] = []
    itself = os.path.realpath(out)
    for folder in folders:
        if not folder.is_dir():
            skipped.append(f"{_shown(folder)}(没有这个文件夹)")
            continue
        for each in _runs(folder):
            real = os.path.realpath(each)
            if real == itself or each.name.endswith(".not-published"):
                continue
            night = _read(each)
            if isinstance(night, str):
                skipped.append(f"{_shown(each)}({night})")
            elif night is not None and (before is None or (night.night is not None and night.night < before)):
                found[night.night or "", real] = night
    newest = [found[key] for key in sorted(found, reverse=True)]
    return History(tuple(newest[:NIGHTS]), _told(skipped))


def _runs(folder: Path) -> Sequence[Path]:
    if (folder / _MANIFEST).is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob(f"*/{_MANIFEST}") if not path.parent.name.startswith("."))


def _read(folder: Path) -> Night | str | None:
    """Return the night of a run folder, why it cannot be used, or None for one that was not published."""
    path = folder / _MANIFEST
    try:
        if path.stat().st_size > _MOST_BYTES:
            return "run.json 太大"
        run = json.loads(path.read_bytes())
    except OSError as error:
        return f"读不了:{error.strerror or error}"
    except (ValueError, RecursionError):
        return "run.json 不是合法的 JSON"
    if not isinstance(run, dict) or "status" not in run:
        return "不是质检结果"
    if run["status"] not in _PUBLISHED:
        return None
    if not isinstance(run.get("sources"), list):
        return "旧版本写的,没有来源的指纹"
    try:
        nights = sorted(date.fromisoformat(night).isoformat() for night in run["nights"])
        sources = {_key(source): source for source in run["sources"]}
    except (KeyError, TypeError, ValueError, OverflowError):
        return "run.json 里的内容不对"
    return Night(nights[-1] if nights else None, os.fspath(folder), sources)


def _key(source: Any) -> Key:
    """Return the key of a fingerprint. Raise KeyError, TypeError or ValueError unless it has what is compared."""
    if not all(isinstance(source[name], dict) for name in ("used", "roles", *_SHARES)):
        raise TypeError("used")
    for used in source["used"].values():
        if not all(isinstance(name, str) for name in (used["type"], *used["columns"])):
            raise TypeError("used")
        _numbers(used["sheets"], 0 if used["filled"] is None else used["filled"])
    if not all(isinstance(name, str) for name in (source["format"], source["name"], *source["columns"])):
        raise TypeError("columns")
    _numbers(*(source[name] for name in ("files", "sheets", "column_count", "rows", "messages", "sessions", "agents")))
    shares = [each for name in _SHARES for each in source[name].values()]
    hours = source["hours"] if source["hours"] is not None else [0] * 24
    optional = (*(source[name] for name in _OPTIONAL), *shares)
    _numbers(*(each for each in optional if each is not None), *hours)
    if len(hours) != 24:
        raise ValueError("hours")
    return source["format"], source["name"]


def _numbers(*values: Any) -> None:
    if not all(isinstance(value, int | float) and math.isfinite(value) and value >= 0 for value in values):
        raise ValueError("not a number")


def _told(skipped: Sequence[str]) -> tuple[Notice, ...]:
    if not skipped:
        return ()
    some = "、".join(skipped[:_SHOWN]) + (" 等" if len(skipped) > _SHOWN else "")
    text = f"--history 里有 {len(skipped)} 处没有用来比较:{some}"
    return (Notice("skipped_history", text),)


def _shown(folder: Path) -> str:
    return "".join(char if char.isprintable() else "?" for char in os.fspath(folder))
