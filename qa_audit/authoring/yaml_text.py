"""Plain values written as YAML that a person edits: short things on one line, conversations as blocks, comments.

yaml_lines({"points": 5, "never": {"words": ["烦"]}})      # points: 5 / never: {words: [烦]}
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from qa_audit.report.display import width

Loc = tuple[str | int, ...]

WIDE = 112  # columns that a value on one line may fill
_PLAIN = re.compile(r"\w[\w./·、。，！？；：“”‘’（）《》…—~～+%-]*(?: [\w./·、。，！？；：“”‘’（）《》…—~～+%-]+)*")
_GUESSED = re.compile(r"[0-9.+-][\x00-\x7f]*|y|n|yes|no|on|off|true|false|null", re.IGNORECASE)
_LONGEST_KEY = 100  # libyaml gives up on a simple key of more than 1024 bytes


def yaml_lines(
    tree: Mapping[str, Any],
    comments: Mapping[Loc, str] | None = None,
    open_at: frozenset[str] = frozenset(),
    spread: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """Yield the lines of a mapping of dicts, lists, texts, numbers and truths.

    comments: what to say above the part at a place; open_at: keys whose value is never put on one line; spread: keys of
    lists whose items are not either.
    """
    yield from _Writer(comments or {}, open_at | spread, spread).mapping(tree, 0, ())


def flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key, explicit=True)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    return scalar(value)


def scalar(value: str | float | bool | None) -> str:
    """Return one text, number or truth as YAML reads it back; texts in quotes where YAML would guess."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.isprintable() and not _GUESSED.fullmatch(value)
        return value if plain else quoted(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def quoted(text: str) -> str:
    """Return a text in double quotes, as JSON and YAML read it, with everything invisible escaped."""
    return "".join(c if _printable(c) else _escaped(c) for c in json.dumps(text, ensure_ascii=False))


def _printable(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _key(key: str, *, explicit: bool = False) -> str:
    return f"? {scalar(key)} " if explicit and len(key) > _LONGEST_KEY else scalar(key)


class _Writer:
    def __init__(self, comments: Mapping[Loc, str], open_at: frozenset[str], spread: frozenset[str]) -> None:
        self.comments = comments
        self.open_at = open_at
        self.spread = spread

    def mapping(self, tree: Mapping[str, Any], indent: int, loc: Loc) -> Iterator[str]:
        space = " " * indent
        for key, value in tree.items():
            here = (*loc, key)
            yield from self.comment(here, space)
            head = f"{space}{_key(key)}:"
            if isinstance(value, str) and _fits_block(value):
                yield from _block(head, value, indent + 2)
            elif self.on_one_line(key, value, indent):
                yield f"{head} {flow(value)}"
            else:
                yield head
                yield from self.inside(value, indent + 2, here)

    def inside(self, value: Any, indent: int, loc: Loc) -> Iterator[str]:
        if isinstance(value, Mapping):
            yield from self.mapping(value, indent, loc)
            return
        space = " " * indent
        for i, item in enumerate(value):
            here = (*loc, i)
            yield from self.comment(here, space)
            if isinstance(item, str) and _fits_block(item):
                yield from _block(f"{space}-", item, indent + 2)
            elif (loc[-1] not in self.spread or not item) and self.on_one_line("", item, indent):
                yield f"{space}- {flow(item)}"
            else:
                first, *rest = self.inside(item, indent + 2, here)
                yield f"{space}- {first[indent + 2 :]}"
                yield from rest

    def on_one_line(self, key: str, value: Any, indent: int) -> bool:
        """Say whether a value is written on one line: scalars and empty things always, others where it is short."""
        if not value or not isinstance(value, Mapping | list | tuple):
            return True
        if _needs_flow(value):
            return True
        if key in self.open_at or _holds(value, self.open_at):
            return False
        return indent + width(key) + 2 + width(flow(value)) <= WIDE and not _has_block(value)

    def comment(self, loc: Loc, space: str) -> Iterator[str]:
        for line in self.comments.get(loc, "").splitlines():
            yield f"{space}# {line}" if line else ""


def _needs_flow(value: Any) -> bool:
    """Keys too long for a simple key can only be written explicitly, which flow does; lists in lists read badly."""
    if isinstance(value, Mapping):
        return any(len(key) > _LONGEST_KEY for key in value)
    return any(isinstance(item, list | tuple) for item in value)


def _holds(value: Any, keys: frozenset[str]) -> bool:
    if isinstance(value, Mapping):
        return any(key in keys or _holds(each, keys) for key, each in value.items())
    return isinstance(value, list | tuple) and any(_holds(each, keys) for each in value)


def _has_block(value: Any) -> bool:
    if isinstance(value, str):
        return _fits_block(value)
    return any(map(_has_block, value.values() if isinstance(value, Mapping) else value)) if _many(value) else False


def _many(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple)


def _fits_block(text: str) -> bool:
    """Say whether a text of several lines survives as a literal block."""
    if "\n" not in text.rstrip("\n") or text.endswith("\n\n") or text[0] in " \n":
        return False
    return all(line == line.rstrip() and all(map(_printable, line)) for line in text.split("\n"))


def _block(head: str, text: str, indent: int) -> Iterator[str]:
    yield f"{head} |" if text.endswith("\n") else f"{head} |-"
    for line in text.removesuffix("\n").split("\n"):
        yield " " * indent + line if line else ""
