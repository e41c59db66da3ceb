"""What is still whole of a JSON value that breaks off: its fields and elements before the break, and where it breaks.

tear('{"id": "c1", "history": [{"msg": "在吗"}, {"msg": "在', 0)
# Torn(id="c1", history=TornList([{"msg": "在吗"}], rest=44, torn=Torn()))
"""

import json
import re
from typing import Any

# numbers stay as written: a 19-digit id must not pass through a float; control characters in texts do no harm
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_SPACE = re.compile(r"[ \t\n\r]*")
_DEEPEST = 8
"""Of what lies deeper nothing is saved: messages do not, and each level reads the text up to the break again."""


class Torn(dict[str, Any]):
    """The whole fields of an object that breaks off; start: where it begins, ends: where each whole field ends."""

    def __init__(self, start: int = 0) -> None:
        super().__init__()
        self.start = start
        self.ends: dict[str, int] = {}


class TornList(list[Any]):
    """The whole elements of a list that breaks off; rest: where what is not whole begins, torn: what is left of it."""

    def __init__(self) -> None:
        super().__init__()
        self.rest = 0
        self.torn = Torn()


def skip(text: str, position: int) -> int:
    """Return the position of the next character that is no white space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def tear(text: str, start: int, depth: int = 0) -> Torn | TornList | None:
    """Return what is whole of the value at `start`, which is known to be broken; None when it is no container."""
    opening = text[start : start + 1]
    if depth >= _DEEPEST or opening not in ("{", "["):
        return None
    return _object(text, start, depth) if opening == "{" else _list(text, start, depth)


def _object(text: str, start: int, depth: int) -> Torn:
    out = Torn(start)
    position = skip(text, start + 1)
    while text[position : position + 1] == '"':
        try:
            name, position = DECODER.raw_decode(text, position)
        except ValueError:
            break
        position = skip(text, position)
        if text[position : position + 1] != ":":
            break
        position = skip(text, position + 1)
        try:
            value, position = DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            inner = tear(text, position, depth + 1)
            if inner is not None:
                out[name] = inner
            break
        if position == len(text) and text[-1] not in '"]}':
            break  # a number or word at the very end may go on
        out[name] = value
        out.ends[name] = position
        position = skip(text, position)
        if text[position : position + 1] != ",":
            break
        position = skip(text, position + 1)
    return out


def _list(text: str, start: int, depth: int) -> TornList:
    out = TornList()
    position = skip(text, start + 1)
    while True:
        out.rest = position
        try:
            value, position = DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            inner = tear(text, position, depth + 1)
            out.torn = inner if isinstance(inner, Torn) else Torn(position)
            return out
        out.append(value)
        out.rest = position = skip(text, position)
        out.torn = Torn(position)
        if text[position : position + 1] != ",":
            return out
        position = skip(text, position + 1)
