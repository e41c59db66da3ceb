"""How values become characters on a page: numbers, shares, durations, hostile text, file names, wide columns."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from qa_audit.identity import hash_strings, short_ids

DASH = "—"

# Characters that control the terminal, change the direction or hide parts of a line are shown by name, so that a
# reader sees what was really sent; ZWJ/ZWNJ stay, emoji need them.
_CONTROL = [c for c in (*range(0x20), *range(0x7F, 0xA0)) if c not in (0x09, 0x0A, 0x0D)]
_HIDDEN = [*_CONTROL, 0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF]
_VISIBLE: dict[int, str] = {
    **{c: f"‹U+{c:04X}›" for c in _HIDDEN},
    0x0D: "",
    0xAD: "",
    0x2028: "\n",
    0x2029: "\n",
    0xFFFE: "\ufffd",
    0xFFFF: "\ufffd",
}


def visible(text: str) -> str:
    """Return text with control and direction characters shown by name; newlines and tabs stay."""
    return text if text.isprintable() else text.translate(_VISIBLE)


@lru_cache(maxsize=8_192)  # titles, definitions and names stand on every page
def one_line(text: str) -> str:
    """Return `visible` text with every run of white space as one space, for quotes, titles and the terminal."""
    return " ".join(visible(text).split())


@lru_cache(maxsize=8_192)
def number(value: float | None, digits: int = 2) -> str:
    """Return a number without needless zeros (3, 2.5), "—" for null."""
    if value is None or value != value:
        return DASH
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def fixed(value: float | None, digits: int = 1) -> str:
    """Return a number with a fixed number of decimals for columns, "—" for null."""
    return DASH if value is None or value != value else f"{value:.{digits}f}"


def seconds(value: float | None) -> str:
    """Return a duration a person reads at once: 6.5 秒, 2 分 05 秒, 1 小时 03 分; "—" for null."""
    if value is None or value != value:
        return DASH
    whole = int(value)
    if whole < 120:
        # Never round a wait onto the limit it is judged by: 6.004 s is not "6 秒".
        near = round(value, 1) == round(value) != value
        return f"{number(value, 6 if near else 1)} 秒"
    if whole < 3600:
        return f"{whole // 60} 分 {whole % 60:02d} 秒"
    return f"{whole // 3600} 小时 {whole % 3600 // 60:02d} 分"


def percent(numerator: float, denominator: float) -> str:
    """Return a share with one decimal, never rounded to 0 % or 100 % unless it is; "—" without a denominator."""
    if not denominator:
        return DASH
    text = f"{100 * numerator / denominator:.1f}"
    if text == "100.0" and numerator != denominator:
        return "99.9%"
    if text == "0.0" and numerator:
        return "<0.1%"
    return ("100" if text == "100.0" else "0" if text == "0.0" else text) + "%"


def count(value: float) -> str:
    """Return a whole number with thousands separators."""
    return f"{int(value):,}"


def clock_time(local: str, resolution: str, position: int) -> str:
    """Return a message's time (of 2026-12-01T14:03:22, or "") as precisely as the export gave it, else its place."""
    if not local or resolution in ("none", "day"):
        return f"第 {position + 1} 条"
    return local[11:16] if resolution == "minute" else local[11:19]


def span(started: str, ended: str) -> str:
    """Return when a part of a session was, of two local times like 2026-12-01T14:03:22; says so where there is none."""
    if not started:
        return "没有时间"
    ended = ended or started
    to = ended[11:] if started[:10] == ended[:10] else f"{ended[5:10]} {ended[11:]}"
    return f"{started.replace('T', ' ')}–{to}"


def slugs(values: Iterable[str | None], prefix: str) -> dict[str | None, str]:
    """Return a file name stem per distinct value: its readable ASCII (else `prefix`) and a short hash.

    Only a-z, 0-9 and "-", at most 41 characters, distinct also on file systems that ignore case.
    """
    distinct = sorted(set(values), key=lambda v: (v is None, v or ""))
    hashes = [h.decode().lower() for h in short_ids(hash_strings(distinct)).tolist()]
    out: dict[str | None, str] = {}
    taken: set[str] = set()
    for value, digest in zip(distinct, hashes, strict=True):
        readable = re.sub(r"[^a-z0-9]+", "-", (value or "").lower())[:32].strip("-")
        stem = f"{readable or prefix}-{digest}"
        while stem in taken:  # 40 bits can meet; the order of values is fixed, so the suffix is too
            stem += "x"
        taken.add(stem)
        out[value] = stem
    return out


def width(text: str) -> int:
    """Return the number of terminal columns: wide characters take two, combining ones none."""
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.combining(char) or char == "\u200d" or "\ufe00" <= char <= "\ufe0f":
        return 0
    return 1 + (unicodedata.east_asian_width(char) in "WF")


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Return text cut and padded to so many terminal columns; `right` aligns numbers."""
    ends = list(accumulate(map(_columns, text[: 8 * columns])))
    if len(text) > len(ends) or (ends and ends[-1] > columns):
        text = text[: bisect_right(ends, columns - 1)] + "…"
    space = " " * (columns - width(text))
    return space + text if right else text + space
