"""One cell of 评分表.xlsx, both ways: a value of the rubric as what stands in the cell, and what was typed as a value.

A text that a cell cannot hold as it is (blank, spaces at its ends, control characters) stands in double quotes.
"""

import datetime as dt
import difflib
import json
import re
import unicodedata
from typing import Any

from qa_audit.authoring.workbook.layout import CHOICE, DAY, NUMBER, TEXT, TEXTS, YAML, YES, Column
from qa_audit.authoring.yaml_text import flow
from qa_audit.errors import RubricError
from qa_audit.yaml_source import parse_yaml

Cell = str | float | int | bool | dt.date | dt.time | dt.timedelta

_SPACES = " \t\u3000\u00a0"
_SEPARATORS = re.compile(r"[\s、,，;；]+")
_NUMBER = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*(?:分|次|秒|条)?")
_TRUE = {"是", "true", "yes", "y", "1", "√", "✓", "对", "停用"}
_FALSE = {"否", "false", "no", "n", "0", "×", "不", "启用"}


class CellError(Exception):
    """What is wrong with a cell, and what to try."""


def cell_of(column: Column, value: Any) -> str | float:
    """Return what stands in the cell for a value of the rubric."""
    if column.kind == YAML:
        return value if isinstance(value, str) and _is_word(value) else flow(value)
    if column.kind == TEXTS:
        plain = value and all(not _SEPARATORS.search(each) and _is_word(each) for each in value)
        return " ".join(value) if plain else flow(value)
    if column.kind == YES:
        return "是" if value else "否"
    if column.kind == CHOICE:
        return column.words[value]
    if isinstance(value, int | float):
        exact = float(f"{value:.16G}") == value and abs(value) < 1e15
        return value if exact else repr(value)
    return _as_text(str(value))


def value_of(column: Column, cell: Cell) -> Any:
    """Return the value that was typed, None for nothing; CellError where it cannot be understood."""
    if isinstance(cell, str):
        cell = cell.strip(_SPACES)
        if not cell.strip():
            return None
    readers = {TEXT: _text, DAY: _day, NUMBER: _number, YES: _yes, TEXTS: _texts, YAML: _yaml}
    return _choice(column, cell) if column.kind == CHOICE else readers[column.kind](cell)


def _is_word(text: str) -> bool:
    """Say whether a text stands for itself where YAML might stand too."""
    return bool(text) and text[0] not in "[{\"'" and _as_text(text) == text and "\n" not in text


def _as_text(text: str) -> str:
    controls = any(unicodedata.category(char) in ("Cc", "Cn", "Cs") and char != "\n" for char in text)
    if text.strip() and text == text.strip(_SPACES) and text[0] != '"' and not controls:
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(f"\\u{ord(c):04x}" if c in "\ufffe\uffff" else c for c in quoted)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    if not isinstance(cell, str):
        raise CellError(f"Excel 把它存成了日期或时间({_shown(cell)});把格子的格式设为 文本,再写一遍")
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        try:
            return str(json.loads(cell, strict=False))
        except ValueError:
            return cell
    return cell


def _day(cell: Cell) -> str:
    return (
        (cell.date() if isinstance(cell, dt.datetime) else cell).isoformat()
        if isinstance(cell, dt.date)
        else _text(cell)
    )


def _number(cell: Cell) -> int | float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return int(cell) if float(cell).is_integer() and abs(cell) < 1e15 else cell
    if isinstance(cell, str):
        text = unicodedata.normalize("NFKC", cell).strip()
        found = _NUMBER.fullmatch(text)
        if found:
            return float(found[1]) if "." in found[1] else int(found[1])
        try:
            value = float(text)
        except ValueError:
            value = float("inf")
        if abs(value) < float("inf"):
            return value
    raise CellError(f"「{_shown(cell)}」不是数字;写 5 或 2.5")


def _yes(cell: Cell) -> bool:
    word = _shown(cell).casefold()
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise CellError(f"「{_shown(cell)}」看不懂;写 是,或者空着")


def _choice(column: Column, cell: Cell) -> str:
    word = _shown(cell).casefold()
    for value, name in column.words.items():
        if word in (value, name):
            return value
    near = difflib.get_close_matches(word, [*column.words.values(), *column.words], n=1, cutoff=0.5)
    hint = f"是不是想写 {near[0]}?" if near else ""
    raise CellError(f"「{_shown(cell)}」不在可写的词里;{hint}可写:{'、'.join(column.words.values())}")


def _texts(cell: Cell) -> list[str]:
    if isinstance(cell, str) and cell.startswith("["):
        tree = _yaml(cell)
        if isinstance(tree, list):
            return [str(each) for each in tree]
    return [each for each in _SEPARATORS.split(_text(cell)) if each]


def _yaml(cell: Cell) -> Any:
    if not isinstance(cell, str):
        return _text(cell)
    try:
        return parse_yaml(cell, "").tree
    except RubricError as error:
        first = error.mistakes[0]
        inside = first.place.line <= len(cell.splitlines())
        place = f"第 {first.place.line} 行第 {first.place.column} 个字" if inside else "末尾"
        raise CellError(f"的{place}{first.message()}({first.hint()})") from None


def _shown(cell: Cell) -> str:
    return _text(cell).strip() if isinstance(cell, str | int | float) else str(cell)
