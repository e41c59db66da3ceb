"""Reads JSON exports however they are wrapped: a document, an array, an object a line, or objects one after another.

    for item in open_document(source).items:
        ...                                            # an Item, or Broken: what could not be read

Arrays and lines are read an object at a time. A line that is broken costs itself; a document that is broken gives the
objects before the break, also those in its lists, and one Broken that holds the rest. Nothing passes through a float.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from qa_audit.errors import ExportError
from qa_audit.formats.encoding import decode
from qa_audit.formats.sheet import Source
from qa_audit.formats.torn import DECODER, Torn, skip, tear

DEEPEST = 64
_TOO_DEEP = f"嵌套太深(超过 {DEEPEST} 层)"
_MOST_BYTES = 4 << 30
_BLOCK = 1 << 20
_SAMPLE_BYTES, _SAMPLE_LINES = 1 << 20, 20
# parses many lines in one go: a noncharacter stands between them, so that no line can run into the next unseen
_MARK = "\ufdd2"
_BETWEEN = f',"{_MARK}",'

_SCALARS = frozenset((str, bool, type(None)))


@dataclass(frozen=True, slots=True)
class Item:
    """An object of an export: where it stands (`$[12]`, `第 3 行`), its line in JSON lines (else 0), and the fields of
    the objects around it."""

    value: dict[str, Any]
    place: str
    line: int = 0
    outer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Broken(Item):
    """What is no object; value: the fields that are whole, text from start on: what was read; rest: whether that is all
    the file still had, and nobody knows how many messages."""

    detail: str = ""
    text: str = ""
    start: int = 0
    rest: bool = False

    @property
    def raw(self) -> str:
        """What was read, to the end of the text."""
        return self.text[self.start :]


@dataclass(frozen=True)
class Document:
    """An export that was opened: its encoding, whether some bytes could not be decoded, and its objects in order.

    lines: the UTF-8 of a file with an object a line, None for any other.
    """

    encoding: str
    damaged: bool
    items: Iterator[Item]
    lines: bytes | None = None


def open_document(source: Source) -> Document:
    """Decode a file and start to read it. Raise ExportError when it is empty, no text, or too large."""
    decoded = decode(source.data, source.encoding or source.mapping.encoding, source.path)
    if not decoded.data[:_BLOCK].strip() and not decoded.data.strip():
        raise ExportError(f"{source.path}: 文件是空的。请重新导出")
    if is_lines(decoded.data):
        return Document(decoded.name, decoded.damaged, _from_lines(decoded.data), decoded.data)
    if len(decoded.data) > _MOST_BYTES:
        raise ExportError(f"{source.path}: 一个 JSON 文档超过 4 GB。请分几次导出,或导出为每行一个对象")
    return Document(decoded.name, decoded.damaged, _from_text(decoded.data.decode("utf-8")))


def is_lines(data: bytes) -> bool:
    """Tell whether at least half of the first lines are an object each."""
    lines = [line for line in map(bytes.strip, data[:_SAMPLE_BYTES].split(b"\n")) if line][:_SAMPLE_LINES]
    if not lines or lines[0].startswith(b"["):
        return False
    return 2 * sum(line.startswith(b"{") and line.endswith(b"}") for line in lines) >= len(lines)


def _from_lines(data: bytes) -> Iterator[Item]:
    """Yield a line at a time, whole blocks of lines being decoded and parsed together."""
    start, number = 0, 1
    while start < len(data):
        end = data.find(b"\n", start + _BLOCK)
        lines = data[start : end if end >= 0 else len(data)].decode("utf-8").split("\n")
        filled = [(number + offset, line) for offset, line in enumerate(lines) if line and not line.isspace()]
        values = _parsed([line for _, line in filled])
        for index, (at, line) in enumerate(filled):
            place = f"第 {at} 行"
            yield _line(line, place, at) if values is None else _checked(values[index], place, at, line)
        number += len(lines)
        start = end + 1 if end >= 0 else len(data)


def _parsed(lines: list[str]) -> list[Any] | None:
    """Return the values of lines of which each is sound, else None."""
    joined = _BETWEEN.join(lines)
    if joined.count(_MARK) != len(lines) - 1:
        return None
    try:
        values = DECODER.decode(f"[{joined}]")
    except (ValueError, RecursionError):
        return None
    sound = len(values) == 2 * len(lines) - 1 and values[1::2].count(_MARK) == len(lines) - 1
    return values[::2] if sound else None


def _line(line: str, place: str, number: int) -> Item:
    try:
        return _checked(DECODER.decode(line), place, number, line)
    except RecursionError:
        detail = _TOO_DEEP
    except ValueError as error:
        detail = f"第 {getattr(error, 'pos', 0) + 1} 个字符处不是 JSON"
    torn = tear(line, skip(line, 0))
    return Broken(torn if isinstance(torn, Torn) else {}, place, number, {}, detail, line)


def _from_text(text: str) -> Iterator[Item]:
    """Yield the objects of documents that follow one another; what is broken ends the file."""
    position, count = skip(text, 0), 0
    while position < len(text):
        count += 1
        read = _elements if text[position] == "[" else _element
        end = yield from read(text, position, "$" if count == 1 else f"$({count})")
        if end is None:
            return
        position = skip(text, end)


def _elements(text: str, position: int, place: str) -> Generator[Item, None, int | None]:
    """Yield the elements of an array; return where it ends, None where it is broken. A comma too many does no harm."""
    position, index = skip(text, position + 1), 0
    while text[position : position + 1] != "]":
        if position == len(text):
            yield Broken({}, f"{place}[{index}]", 0, {}, "数组没有收尾,文件多半断在这里", text, position, True)
            return None
        end = yield from _element(text, position, f"{place}[{index}]")
        if end is None:
            return None
        position, index = skip(text, end), index + 1
        if text[position : position + 1] == ",":
            position = skip(text, position + 1)
        elif text[position : position + 1] not in ("]", ""):
            yield Broken(
                {}, f"{place}[{index}]", 0, {}, f"{_where(text, position)}应当是逗号或 ]", text, position, True
            )
            return None
    return position + 1


def _element(text: str, position: int, place: str) -> Generator[Item, None, int | None]:
    """Yield the value at a position; return where it ends, None where it is broken."""
    try:
        value, end = DECODER.raw_decode(text, position)
    except RecursionError:
        detail = _TOO_DEEP
    except ValueError as error:
        detail = f"{_where(text, getattr(error, 'pos', position))}断开或不是 JSON"
    else:
        yield _checked(value, place, 0, text, position, end)
        return end
    torn = tear(text, position)
    yield Broken(torn if isinstance(torn, Torn) else {}, place, 0, {}, detail, text, position, True)
    return None


def _where(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"第 {line} 行第 {position - text.rfind(chr(10), 0, position)} 个字符处"


def _checked(value: Any, place: str, line: int, text: str, start: int = 0, end: int | None = None) -> Item:
    if not isinstance(value, dict):
        return no_object(place, line, text[start:end], {})
    if _deep(value):
        return Broken({}, place, line, {}, _TOO_DEEP, text[start:end])
    return Item(value, place, line)


def no_object(place: str, line: int, raw: str, outer: dict[str, Any]) -> Broken:
    """Return the Broken of a value that should have been an object."""
    return Broken({}, place, line, outer, "不是一个对象", raw)


def _deep(value: dict[str, Any]) -> bool:
    """Tell whether lists and objects are nested deeper than DEEPEST, level by level and so without recursion."""
    level: list[Any] = [value.values()]
    for _ in range(DEEPEST):
        level = [inner for outer in level if not _SCALARS.issuperset(map(type, outer)) for inner in outer]
        level = [inner.values() if type(inner) is dict else inner for inner in level if type(inner) not in _SCALARS]
        if not level:
            return False
    return True
