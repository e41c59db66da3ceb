"""Titles in 千牛 text that name the customer of what follows: 聊天对象:晚风, 与晚风的聊天记录, and their rules.

A customer or an agent may write such a line as well: where it stands tells.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LONGEST = 160
_TITLE = re.compile(
    r"(?:聊天对象|对话对象|联系人|客户|买家|顾客)\s*[:\uff1a]\s*(?P<a>\S.{0,63})"
    r"|[与和]\s*(?P<b>\S.{0,63}?)\s*的?聊天记录"
)
_RULE = re.compile(r"[-=─═—_*#]{5,}")


@dataclass(frozen=True, slots=True)
class Title:
    """The customer whom a title names, and the numbers from 0 of its line and of its rules."""

    name: str
    lines: tuple[int, ...]


def titles(lines: Sequence[str], heads: Mapping[int, str]) -> list[Title]:
    """Find the titles of blocks, in order; heads: the nick of each line that may be a header.

    A title stands over a header. Above it is an empty line, a rule or the top of the file, or below it a rule; else it
    is one where the nick that it names speaks next and did not speak since the title before.
    """
    found: list[Title] = []
    speakers = sorted(heads.items())
    heard: set[str] = set()
    place = 0
    for number, line in enumerate(lines):
        while place < len(speakers) and speakers[place][0] < number:
            heard.add(speakers[place][1])
            place += 1
        name = None if number in heads else _named(line)
        below = number + 1
        while name is not None and below < len(lines) and below not in heads and _is_rule_or_empty(lines[below]):
            below += 1
        if name is None or below not in heads:
            continue
        first = number - 1 if number and _is_rule(lines[number - 1]) else number
        rules = [other for other in range(first, below) if other != number and lines[other].strip()]
        apart = number == 0 or not lines[number - 1].strip() or rules
        if apart or (heads[below] == name and name not in heard):
            found.append(Title(name, (number, *rules)))
            heard.clear()
    return found


def _named(line: str) -> str | None:
    likely = len(line) <= LONGEST and (":" in line or "\uff1a" in line or "聊天记录" in line)
    title = _TITLE.fullmatch(line.strip()) if likely else None
    return (title["a"] or title["b"]).strip() if title else None


def _is_rule(line: str) -> bool:
    return _RULE.fullmatch(line.strip()[:LONGEST]) is not None


def _is_rule_or_empty(line: str) -> bool:
    return not line.strip() or _is_rule(line)
