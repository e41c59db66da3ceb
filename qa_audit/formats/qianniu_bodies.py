"""What stands below a line of nick and time in 千牛 text: the message, its read mark, cards and words of the system.

当前用户来自 商品详情页
全棉枕套一对
¥ 39.00
在吗                     # → a card of the system, and the customer's 在吗
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_audit.formats.qianniu_lines import is_recall

Lines = Sequence[tuple[int, str]]

_SEEN = {"已读": "true", "未读": "false", "发送中": None}
_ENTRY = re.compile(r"当前用户来自.{0,60}")
# only what names an account or 服务助手: 由我帮您转交给售后 is what an agent says
_HANDED = re.compile(
    r"由\s*(?:服务助手\s*转交给.{0,160}"
    r"|[^\s:\uff1a]{1,60}[:\uff1a]\S{1,60}\s*转交给.{0,160}"
    r"|\S.{0,80}\s转交给\s*[^\s:\uff1a]{1,60}[:\uff1a]\S.{0,80})"
)
_REASON = re.compile(r"原因\s*[:\uff1a].{1,80}")
_LONE_REASON = re.compile(r"原因\s*[:\uff1a]\s*【[^【】]{1,78}】")
_OFFER = "商品推荐"
_SIGNS = ("\xa5", "\uffe5")
_PRICE = re.compile(r"[\xa5\uffe5]\s*[0-9.,]*(?:\s*[-~]\s*[\xa5\uffe5]?\s*[0-9.,]+)?")
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
    """Take the read mark off: the last line that is not empty, or the one above a card of the system that follows.
    Return (the lines without it, seen as a cell)."""
    cards = [place for place, (_, line) in enumerate(lines) if _is(_ENTRY, line)]
    for end in (len(lines), *cards[:1]):
        while end and not lines[end - 1][1].strip():
            end -= 1
        mark = lines[end - 1][1].strip() if end else ""
        if mark in _SEEN:
            return [*lines[: end - 1], *lines[end:]], _SEEN[mark]
    return lines, None


def parts_of(lines: Lines, header: int, moved: str | None) -> list[Part]:
    """Cut a body into what the system put there and what was said; at least one part, of which the first has the number
    of the header's line. moved: what to say of a hand-over, where the header is one.

    With nothing below it a header is a message that could not be copied, such as an image: of kind `other`.
    """
    lines = _trimmed(lines)
    parts = []
    if moved is not None:
        end = _handed_end(lines, 0)
        parts.append(Part(header, "system", "transfer", _text([(header, moved), *lines[:end]])))
        lines = lines[end:]
    start = at = 0
    while at < len(lines):
        role, kind, end = _inset(lines, at)
        if end > at:
            parts += [*_said(lines[start:at]), Part(lines[at][0], role, kind, _text(_trimmed(lines[at:end])))]
            start = end
        at = max(end, at + 1)
    parts += _said(lines[start:])
    first = parts[0] if parts else Part(header, None, "other", "")
    return [replace(first, line=header), *parts[1:]]


def _inset(lines: Lines, at: int) -> tuple[str | None, str, int]:
    """Return (role, kind, end) of what begins at a line and was not typed there; the end is `at` for what was."""
    line = lines[at][1]
    if _is(_HANDED, line) or (at == 0 and _is(_LONE_REASON, line)):
        return "system", "transfer", _handed_end(lines, at)
    if _is(_ENTRY, line):
        return "system", "card", _card_end(lines, at)
    if line.strip() == _OFFER:
        end = _offer_end(lines, at)
        return None, "card", len(lines) if at == 0 and end == at and len(lines) > 1 else end
    return None, "text", at


def _said(lines: Lines) -> list[Part]:
    lines = _trimmed(lines)
    return [Part(lines[0][0], None, _kind(lines), _text(lines))] if lines else []


def _kind(lines: Lines) -> str | None:
    texts = [text.strip() for _, text in lines if text.strip()]
    if len(texts) == 1 and is_recall(texts[0]):
        return "recall"
    links = sum(_is(_LINK, text) for text in texts if "://" in text)
    if links and _fittings(lines, 0) == len(lines) and (links < len(texts) or all(_is(_GOODS_LINK, t) for t in texts)):
        return "card"
    return None


def _handed_end(lines: Lines, at: int) -> int:
    while at < len(lines) and (_is(_HANDED, lines[at][1]) or _is(_REASON, lines[at][1])):
        at += 1
    return at


def _card_end(lines: Lines, at: int) -> int:
    """Return where the card ends on which a customer came: its title only when a price or a link follows."""
    while at < len(lines) and _is(_ENTRY, lines[at][1]):
        at += 1
    plain, titled = _fittings(lines, at), _fittings(lines, at + 1)
    return plain if plain > at or titled == at + 1 else titled


def _offer_end(lines: Lines, at: int) -> int:
    """Return where the goods end that stand below 商品推荐: each a title with a price or a link; `at` without any."""
    end, below = at, at + 1
    while below < len(lines) and (then := _fittings(lines, below + 1)) > below + 1:
        end = below = then
    return end


def _fittings(lines: Lines, start: int) -> int:
    """Return where the prices and links end that begin at `start`; a number is one below a lone ¥."""
    end = at = start
    while at < len(lines):
        line = lines[at][1].strip()
        below_sign = at > start and lines[at - 1][1].strip() in _SIGNS and _is(_NUMBER, line)
        if line and not (_is(_PRICE, line) or _is(_LINK, line) or below_sign):
            break
        at += 1
        end = at if line else end
    return end


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
