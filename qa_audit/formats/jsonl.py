"""JSONL: one object per line; numbers keep their digits, nested objects become columns like `from.role`."""

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np

from qa_audit.errors import ExportError
from qa_audit.formats.encoding import DAMAGED, decode
from qa_audit.formats.sheet import Notice, Problem, Sheet, Source, from_rows, settle

_DEPTH = 5


def read_jsonl(source: Source) -> list[Sheet]:
    """Read a file of JSON objects. Raise ExportError when it is empty."""
    decoded = decode(source.data, source.encoding or source.mapping.encoding, source.path)
    lines = decoded.data.decode("utf-8").split("\n")
    if not any(line.strip() for line in lines):
        raise ExportError(f"{source.path}: 文件是空的。请重新导出")
    header: dict[str, int] = {}
    rows: list[list[str | None]] = []
    numbers, problems, lone = [], [], 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _object(line)
        if isinstance(found, str):
            problems.append(Problem(number, "bad_encoding" if DAMAGED in line else "bad_json", found, line))
            continue
        row: list[str | None] = [None] * len(header)
        for name, value in found.items():
            text, changed = _text(value)
            lone += changed
            index = header.setdefault(_text(name)[0] or "", len(header))
            if index >= len(row):
                row.extend([None] * (index + 1 - len(row)))
            row[index] = text
        rows.append(row)
        numbers.append(number)
    notices: tuple[Notice, ...] = ()
    if lone:
        notices = (
            Notice("damaged_text", f"{source.path}: {lone} 处有半个表情符号(落单的代理字符),已用 � 代替", source.path),
        )
    problems = [replace(problem, cells=_salvaged(problem.raw, header)) for problem in problems]
    columns = from_rows(rows, len(header))
    sheet = Sheet(
        source.path, tuple(header), columns, np.array(numbers, dtype=np.int64), tuple(problems), decoded.name, notices
    )
    return [settle(sheet, damaged=decoded.damaged)]


_PAIR = re.compile(r'"([^"\\]{1,99})"\s*:\s*(?:"([^"\\]{0,999})"|(-?\d[\d.]*)(?=[\s,}]))')


def _salvaged(line: str, header: dict[str, int]) -> tuple[str | None, ...]:
    """Return the cells of a broken line that are whole, in the order of the header."""
    cells: list[str | None] = [None] * len(header)
    for name, text, number in _PAIR.findall(line[:10_000]):
        if name in header:
            cells[header[name]] = text or number
    return tuple(None if cell is None or DAMAGED in cell else cell for cell in cells)


def _object(line: str) -> dict[str, Any] | str:
    """Return the flattened object of a line, or what is wrong with the line."""
    try:
        # numbers stay as written: a 19-digit id must not pass through a float
        value = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except RecursionError:
        return "嵌套太深"
    except ValueError as error:
        return f"第 {getattr(error, 'pos', 0) + 1} 个字符处不是 JSON"
    if not isinstance(value, dict):
        return "不是一个对象"
    if any(isinstance(item, dict) for item in value.values()):
        flat: dict[str, Any] = {}
        _flatten(value, "", flat, _DEPTH)
        return flat
    return value


def _flatten(value: dict[str, Any], prefix: str, out: dict[str, Any], depth: int) -> None:
    for name, item in value.items():
        if isinstance(item, dict) and depth:
            _flatten(item, f"{prefix}{name}.", out, depth - 1)
        else:
            out[prefix + name] = item


def _text(value: Any) -> tuple[str | None, bool]:
    """Return a value as text, and whether a lone surrogate in it had to be replaced."""
    if value is None or isinstance(value, bool):
        return None if value is None else ("true" if value else "false"), False
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if text.isascii():
        return text, False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # a pair escaped as two surrogates was joined by json; what is left is half a character
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), True
    return text, False
