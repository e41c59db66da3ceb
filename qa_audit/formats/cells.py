"""JSON values → text cells and string columns: numbers keep their digits, half an emoji is replaced and counted."""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from qa_audit import arrow
from qa_audit.formats.sheet import Notice


def text_of(value: Any) -> str | None:
    """Return a JSON value as text: null is None, true and false are words, objects and lists are JSON again.

    Numbers come as the text they were written in, when the parser was told so (documents.DECODER is).
    """
    if value is None or type(value) is str:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def word_of(value: Any) -> str:
    """Return a code as text to be looked up, without white space around it: "" for null."""
    return (text_of(value) or "").strip()


def inside(value: Any, *names: str) -> Any:
    """Return what lies in objects within objects under the names; None where one is missing or is no object."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def sound(text: str) -> str:
    """Return text in which no lone surrogate is left: a pair that JSON wrote as two escapes was joined by the parser,
    what remains is half a character and becomes �."""
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def string_column(values: Sequence[Any]) -> tuple[Any, int]:
    """Return JSON values as a string array, and in how many of them a lone surrogate had to be replaced."""
    try:
        return arrow.array(values, pa.string()), 0
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        pass
    texts = [text_of(value) for value in values]
    whole = [None if text is None else sound(text) for text in texts]
    replaced = sum(before is not after for before, after in zip(texts, whole, strict=True))
    return arrow.array(whole, pa.string()), replaced


def surrogates(path: str, count: int) -> tuple[Notice, ...]:
    """Return the notice that says how often half an emoji was replaced."""
    if not count:
        return ()
    text = f"{path}: {count} 处有半个表情符号(落单的代理字符),已用 � 代替"
    return (Notice("damaged_text", text, path),)
