"""Cells that a sentence of ours quotes, marked, so that they stand on the terminal and in nothing that is shared.

text = f"不认识的消息类型:{cited('语音条')}、{cited('转账')}"
plain(text)      # "不认识的消息类型:语音条、转账"
shared(text)     # "不认识的消息类型:「…」(2 个)"
"""

import re
from collections.abc import Mapping
from typing import Any

# characters that Unicode keeps for a program's own use; within a file's cells formats.encoding marks damage with them,
# which must not reach a reader either: so they go whatever put them there
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_ONE = rf"{_OPEN}[^{_CLOSE}]*(?:{_CLOSE}|\Z)"
_RUN = re.compile(rf"{_ONE}(?:、{_ONE})*")
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)


def cited(cell: str) -> str:
    """Mark what a sentence quotes of a file."""
    return f"{_OPEN}{plain(cell)}{_CLOSE}"


def plain(text: str) -> str:
    """Return a sentence with its quotations, without the marks: for the person at the terminal."""
    return text.translate(_MARKS) if _OPEN in text or _CLOSE in text else text


def shared(value: Any) -> Any:
    """Return a text, or all texts of a manifest, with 「…」 in the place of quotations, and how many they are."""
    if isinstance(value, str):
        return plain(_RUN.sub(_ellipsis, value)) if _OPEN in value or _CLOSE in value else value
    if isinstance(value, Mapping):
        return {shared(name): shared(each) for name, each in value.items()}
    return [shared(each) for each in value] if isinstance(value, list | tuple) else value


def _ellipsis(run: re.Match[str]) -> str:
    count = run[0].count(_OPEN)
    return "「…」" if count == 1 else f"「…」({count} 个)"
