"""What stands below a line of nick and time in 千牛 text: the message, its read mark, cards and words of the system.

当前用户来自 商品详情页
全棉枕套一对
¥ 39.00
在吗                     # → a card of the system, and the customer's 在吗
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa_audit.formats.qianniu_lines import is_recall

Lines = Sequence[tuple[int, str]]

_SEEN = {"已读": "true", "未读": "false", "发送中": None}
_ENTRY = re.compile(r"当前用户来自.{0,60}")
_HANDED = re.compile(r"由.{1,80}转交给.{0,80}|原因[::].{1,80}")
_PRICE = re.compile(r"[¥¥]\s*[0-9.,]*(?:\s*[-~]\s*[¥¥]?\s*[0-9.,]+)?")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LINK = re.compile(r"`?https?://\S+`?", re.IGNORECASE)
_GOODS_LINK = re.compile(
    r"`?https?://(?:item|detail|chaoshi\.detail|h5\.m|a\.m)\.(?:taobao|tmall)\.com/\S*`?", re.IGNORECASE
)
_LONGEST_LINE = 4_000


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a body: its line number from 0, its role where that is not the speaker's, its kind where it is no
    plain text, and the text as exported."""

    line: int
    role: str | None
    kind: str | None
    text: str


def seen_of(lines: Lines) -> tuple[Lines, str | None]:
    """Take the read mark off: the last line that is not empty. Return (the lines before it, seen as a cell)."""
    end = len(lines)
    while end and not lines[end - 1][1].strip():
        end -= 1
    mark = lines[end - 1][1].strip() if end else ""
    return (lines[: end - 1], _SEEN[mark]) if mark in _SEEN else (lines, None)


def parts_of(lines: Lines, header: int, moved: str | None) -> list[Part]:
    """Cut a body into what the system put there and what was said; at least one part, of which the first has the number
    of the header's line. moved: what to say of a hand-over, where the header is one."""
    lines = _trimmed(lines)
    handed = _leading(lines, _HANDED)
    if moved is not None or handed:
        first = [*([moved] if moved is not None else []), *(text for _, text in lines[:handed])]
        return [Part(header, "system", "transfer", "\n".join(first)), *_said(lines[handed:])]
    if lines and _is(_ENTRY, lines[0][1]):
        end = _card_end(lines)
        return [Part(header, "system", "card", _text(lines[:end])), *_said(lines[end:])]
    return [Part(header, None, _kind(lines), _text(lines))]


def _said(lines: Lines) -> list[Part]:
    lines = _trimmed(lines)
    return [Part(lines[0][0], None, _kind(lines), _text(lines))] if lines else []


def _kind(lines: Lines) -> str | None:
    if not lines:
        return None
    texts = [text.strip() for _, text in lines if text.strip()]
    if len(texts) == 1 and is_recall(texts[0]):
        return "recall"
    if texts[0] == "商品推荐" and len(texts) > 1:
        return "card"
    links = sum(_is(_LINK, text) for text in texts if "://" in text)
    if links and _fittings(lines, 0) == len(lines) and (links < len(texts) or all(_is(_GOODS_LINK, t) for t in texts)):
        return "card"
    return None


def _card_end(lines: Lines) -> int:
    """Return where the card ends on which a customer came: its title only when a price or a link follows."""
    start = _leading(lines, _ENTRY)
    plain, titled = _fittings(lines, start), _fittings(lines, start + 1)
    return plain if plain > start or titled == start + 1 else titled


def _fittings(lines: Lines, start: int) -> int:
    """Return where the prices and links end that begin at `start`; a number is one below a lone ¥."""
    end = start
    while end < len(lines):
        line = lines[end][1].strip()
        below_sign = end > start and lines[end - 1][1].strip() in ("¥", "¥") and _is(_NUMBER, line)
        if line and not (_is(_PRICE, line) or _is(_LINK, line) or below_sign):
            break
        end += 1
    return min(end, len(lines)) if start < len(lines) else start


def _leading(lines: Lines, pattern: re.Pattern[str]) -> int:
    count = 0
    while count < len(lines) and _is(pattern, lines[count][1]):
        count += 1
    return count


def _is(pattern: re.Pattern[str], line: str) -> bool:
    return len(line) <= _LONGEST_LINE and pattern.fullmatch(line.strip()) is not None


def _trimmed(lines: Lines) -> Lines:
    start, end = 0, len(lines)
    while start < end and not lines[start][1].strip():
        start += 1
    while end > start and not lines[end - 1][1].strip():
        end -= 1
    return lines[start:end]


def _text(lines: Lines) -> str:
    return "\n".join(text for _, text in lines)
