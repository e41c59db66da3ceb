"""千牛 text → entries: which lines say who speaks and when, and which lines stand below each of them.

    云栖家纺:小棠2026-12-1 10:00:04          [晚风] 2026-12-1 10:00:09          晚风
    在的亲                                   好的                               2026-12-1 10:00:12

A text may hold lines that look the same (预计送达2026-12-3 18:00:00). Such a line is text when its would-be nick is
never seen at a time that fits between its neighbours; which lines were taken for text is told.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qa_audit.formats.mapping import Mapping
from qa_audit.formats.qianniu_titles import LONGEST, Title, titles
from qa_audit.formats.values import role_of

_LONGEST_NICK = 64
_SKEW = 60
"""Seconds by which neighbouring times may be the wrong way round."""

_CLOCK = re.compile(
    r"[(\uff08]?(?P<time>([0-9]{4})(?P<mark>[-/.])([0-9]{1,2})(?P=mark)([0-9]{1,2})[ \t\u00a0]+"
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)[)\uff09]?$"
)
_LAST = frozenset("0123456789)\uff09")
_ARROW = re.compile(r"\s*-{1,3}>\s*")
_RECALL = re.compile(r"(?P<nick>.{1,64}?)\s*撤回了一[条條则則](消息|訊息)")
_NO_NICK = re.compile(
    r"https?:|[\xa5\uffe5]|.*[,\uff0c:\uff1a;\uff1b。?!\t]$|.*撤回了一|已读$|未读$|发送中$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Header:
    """A line (or two) that says who speaks when: line numbers from 0 of its first line and of what follows it; `to` is
    the other side of A --> B; at: seconds on a calendar of 31-day months, to compare."""

    line: int
    body: int
    nick: str
    to: str | None
    time: str
    at: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A header with its lines, and the number of its block; `lines` holds (line number from 0, text)."""

    header: Header
    lines: tuple[tuple[int, str], ...]
    block: int


@dataclass(frozen=True, slots=True)
class Script:
    """What a text was cut into.

    entries in their order; titles: the customer that each block's title names, None where it has none; strays: lines
    (number from 0, text) that belong to no header; skipped: numbers of title lines; as_text, backwards: numbers of the
    lines that were taken for text, and of the headers whose time is before that of the header above.
    """

    entries: tuple[Entry, ...]
    titles: tuple[str | None, ...]
    strays: tuple[tuple[int, str], ...]
    skipped: tuple[int, ...]
    as_text: tuple[int, ...]
    backwards: tuple[int, ...]


def lines_of(text: str) -> list[str]:
    """Cut a text at its line ends, and at nothing else that Unicode calls one."""
    return re.split(r"\r\n|\n|\r", text)


def headers(lines: Sequence[str]) -> list[Header]:
    """Return every line that could be a header, in order."""
    found: list[Header] = []
    taken = -1
    for number, line in enumerate(lines):
        whole = line.strip() if len(line) <= LONGEST else ""
        if whole[-1:] not in _LAST:
            continue
        clock = _CLOCK.search(whole)
        if clock is None:
            continue
        start, name = number, whole[: clock.start()].strip()
        if not name and number - 1 > taken:
            start, name = number - 1, lines[number - 1].strip()
        nick, *to = _ARROW.split(_unbracketed(name), maxsplit=1) if _is_nick(name) else ("",)
        if nick:
            other = to[0] if to and to[0] else None
            found.append(Header(start, number + 1, nick, other, clock["time"], _seconds(clock)))
            taken = number
    return found


def cut(lines: Sequence[str], mapping: Mapping) -> Script:
    """Cut the lines into entries and what belongs to none."""
    possible = headers(lines)
    named = titles(lines, {header.line: header.nick for header in possible})
    block = _blocks(possible, named)
    real = _real(possible, block, lines, mapping)
    chosen = [header for header, good in zip(possible, real, strict=True) if good]
    numbers = [number for number, good in zip(block, real, strict=True) if good]
    skipped = {line for title in named for line in title.lines}
    nicks = {header.nick for header in chosen} | {header.to for header in chosen} | {"你", "您", "对方"}
    entries: list[Entry] = []
    strays = _free(lines, 0, chosen[0].line if chosen else len(lines), skipped)
    for place, header in enumerate(chosen):
        end = chosen[place + 1].line if place + 1 < len(chosen) else len(lines)
        own: list[tuple[int, str]] = []
        recalled = False
        for number, line in _free(lines, header.body, end, skipped):
            recall = _recall(line)
            if recall is not None and not recalled:
                who = recall["nick"].strip("[]【】")
                # directly below a header of the same nick it has the header's time
                recalled = who in nicks and (who != header.nick or any(text.strip() for _, text in own))
            (strays if recalled else own).append((number, line))
        entries.append(Entry(header, tuple(own), numbers[place]))
    back = [
        b.line
        for a, b, first, second in zip(chosen, chosen[1:], numbers, numbers[1:], strict=False)
        if first == second and b.at < a.at - _SKEW
    ]
    return Script(
        tuple(entries),
        (None, *(title.name for title in named)),
        tuple((number, line) for number, line in strays if line.strip()),
        tuple(sorted(skipped)),
        tuple(header.line for header, good in zip(possible, real, strict=True) if not good),
        tuple(back),
    )


def is_recall(line: str) -> bool:
    """Tell whether a line is the notice of a recall."""
    return _recall(line) is not None


def _recall(line: str) -> re.Match[str] | None:
    return _RECALL.fullmatch(line.strip()) if len(line) <= LONGEST and "撤回了一" in line else None


def _blocks(possible: Sequence[Header], titles: Sequence[Title]) -> list[int]:
    """Number the block of each header: 0 above the first title, 1 below it, and so on."""
    out, block = [], 0
    for header in possible:
        while block < len(titles) and titles[block].lines[0] < header.line:
            block += 1
        out.append(block)
    return out


def _real(possible: Sequence[Header], block: Sequence[int], lines: Sequence[str], mapping: Mapping) -> list[bool]:
    """Tell which of the lines are headers: those of a nick that is known, or that fits in at least once."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, header in enumerate(possible):
        places[header.nick].append(place)
    known = {nick for nick in places if role_of(nick, mapping) is not None}
    firm = [header.nick in known or len(places[header.nick]) > 1 for header in possible]
    before = _neighbours(possible, block, firm)
    after = [
        None if place is None else len(possible) - 1 - place
        for place in _neighbours(possible[::-1], block[::-1], firm[::-1])[::-1]
    ]
    good = set(known)
    for nick, mine in places.items():
        fits = (_fits(possible, place, before[place], after[place]) for place in mine)
        # the very last, from nobody who spoke before, with nothing below it
        ends = 0 < mine[0] == len(possible) - 1 and not any(line.strip() for line in lines[possible[-1].body :])
        if any(fits) and not ends:
            good.add(nick)
    return [header.nick in good for header in possible]


def _neighbours(possible: Sequence[Header], block: Sequence[int], firm: Sequence[bool]) -> list[int | None]:
    """Return for each header the place of the last firm one of another nick before it in its block."""
    out: list[int | None] = []
    last: int | None = None
    other: int | None = None  # the last firm one of another nick than `last`
    for place, header in enumerate(possible):
        if place and block[place] != block[place - 1]:
            last = other = None
        mine = last is not None and possible[last].nick == header.nick
        out.append(other if mine else last)
        if firm[place]:
            if not mine:
                other = last
            last = place
    return out


def _fits(possible: Sequence[Header], place: int, before: int | None, after: int | None) -> bool:
    """Tell whether the time is no lone peak or dip between the two neighbours."""
    if before is None or after is None:
        return True
    at, low, high = possible[place].at, possible[before].at, possible[after].at
    peak = at > high + _SKEW and high >= low - _SKEW
    dip = at < low - _SKEW and high >= low - _SKEW
    return not (peak or dip)


def _free(lines: Sequence[str], start: int, end: int, skipped: set[int]) -> list[tuple[int, str]]:
    return [(number, lines[number]) for number in range(start, end) if number not in skipped]


def _is_nick(name: str) -> bool:
    return 0 < len(name) <= 2 * _LONGEST_NICK and not _NO_NICK.match(name)


def _unbracketed(name: str) -> str:
    return name[1:-1].strip() if name[0] in "[【" and name[-1] in "]】" and len(name) > 2 else name


def _seconds(clock: re.Match[str]) -> int:
    year, month, day, hour, minute = int(clock[2]), int(clock[4]), int(clock[5]), int(clock[6]), int(clock[7])
    return ((((year * 12 + month) * 31 + day) * 24 + hour) * 60 + minute) * 60 + int(clock[8] or 0)
