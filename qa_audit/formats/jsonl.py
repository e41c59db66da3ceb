"""JSON of no particular service: an object a message, or dialogues that hold a list of messages.

    {"sid": "s1", "userid": "u1", "dialogue": [{"time": "…", "sender_type": "用户", "send_content": "在吗"}]}

Numbers keep their digits, nested objects become columns like `from.role`. Where objects hold one list of messages, each
message is a row with the fields of the objects around it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain, islice

from qa_audit.citing import cited
from qa_audit.errors import ExportError
from qa_audit.formats.documents import Broken, Item, open_document
from qa_audit.formats.headers import candidates
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.plain_lines import read_plain_lines
from qa_audit.formats.records import Collected, Row, salvaged
from qa_audit.formats.sheet import Sheet, Source, settle
from qa_audit.formats.sniffing import Head, Verdict
from qa_audit.formats.unfolding import unfold

_DEPTH = 5
_PEEK, _PEEK_ELEMENTS, _PEEK_DEPTH = 100, 5, 4
_OF_SESSIONS = frozenset(("session_id", "date", "agent_id", "customer_id", "shop", "stage", "sku_id", "order_id"))
_OUTER = "outer."
_STARTS = re.compile(r'\s*(\{\s*["}]|\[\s*[{\]])')


def sniff_jsonl(head: Head) -> Verdict | None:
    """Recognise what begins like JSON objects; a format that knows the service knows better."""
    if head.suffix == ".csv" or not _STARTS.match(head.text):
        return None
    return Verdict(False, "开头是 JSON 对象")


def read_jsonl(source: Source) -> list[Sheet]:
    """Read JSON objects. Raise ExportError when the file is empty or it is not clear which list holds the messages."""
    document = open_document(source)
    if document.lines is not None and (plain := read_plain_lines(document.lines)):
        return [settle(Sheet(source.path, *plain, encoding=document.encoding), damaged=document.damaged)]
    out = Collected(source.path)
    first = list(islice(document.items, _PEEK))
    inside = _lists(first, source)
    items = chain(first, document.items)
    rows = _messages(unfold(items, inside), source.mapping) if inside else ((item, item.line) for item in items)
    for item, number in rows:
        if isinstance(item, Broken):
            out.refuse(item, _flat(salvaged(item).value), number)
        else:
            out.add(_flat(item.value), number)
    return [out.sheet(document)]


def _messages(items: Iterator[Item], mapping: Mapping) -> Iterator[tuple[Item, int]]:
    """Yield messages with the fields of the objects around them, numbered from 1; broken records as they are."""
    first = list(islice(items, _PEEK))
    messages = [item.value for item in first if "text" in _columns(item.value, mapping)]
    around = _Around({name for message in messages for name in message}, mapping)
    for number, item in enumerate(chain(first, items), 1):
        whole = salvaged(item).value if isinstance(item, Broken) else item.value
        yield replace(item, value={**around.fields(item.outer), **whole}), number


class _Around:
    """Names the fields of the objects around messages so that none is taken for one of the message's own.

    own: the names that messages have. A field whose meaning they have too (a time, a text), or that says nothing of a
    session, is called `outer.name`, unless the mapping file asks for it by its own name.
    """

    def __init__(self, own: set[str], mapping: Mapping) -> None:
        self._own, self._mapping = own, mapping
        self._meant = _OF_SESSIONS - _columns(own, mapping)
        self._names: dict[str, str] = {}
        self._last: tuple[Row, Row] = ({}, {})

    def fields(self, outer: Row) -> Row:
        """Return the fields under their new names; lists are left out, they would be repeated in every row."""
        if outer is not self._last[0]:
            flat = {name: value for name, value in _flat(outer).items() if not isinstance(value, (list, dict))}
            self._last = (outer, {self._name(name): value for name, value in flat.items()})
        return self._last[1]

    def _name(self, name: str) -> str:
        if name not in self._names:
            safe = name not in self._own and _columns((name,), self._mapping) <= self._meant
            asked = name in self._mapping.columns.values()
            self._names[name] = name if safe or asked else _OUTER + name
        return self._names[name]


def _lists(items: Iterable[Item], source: Source) -> tuple[str, ...]:
    """Return the names that lead to the messages where these lie in lists of the objects; () where they do not."""
    found = {path for item in items for path in _paths(item.value, source.mapping, _PEEK_DEPTH)}
    if len(found) > 1:
        shown = "、".join(cited(each) for each in sorted(".".join(path) for path in found))
        raise ExportError(f"{source.path}: 有几个列表都像消息({shown}),分不清。请每次只导出一种")
    return found.pop() if found else ()


def _paths(value: Row, mapping: Mapping, depth: int) -> set[tuple[str, ...]]:
    columns = _columns(value, mapping)
    if not depth or ("text" in columns and columns & {"role", "sender"}):
        return set()
    found: set[tuple[str, ...]] = set()
    for name, inner in value.items():
        elements = inner[:_PEEK] if isinstance(inner, list) else [inner]
        for element in islice((each for each in elements if isinstance(each, dict)), _PEEK_ELEMENTS):
            inside = _columns(element, mapping)
            if isinstance(inner, list) and "text" in inside and inside & {"role", "sender"}:
                found.add((name,))
            else:
                found |= {(name, *path) for path in _paths(element, mapping, depth - 1)}
    return found


def _columns(names: Iterable[str], mapping: Mapping) -> set[str]:
    """Return the canonical columns of field names, by themselves or by the mapping file."""
    listed = list(names)
    asked = {column for column, theirs in mapping.columns.items() if theirs in listed}
    return set(candidates(listed)) | asked


def _flat(value: Row) -> Row:
    """Return an object with the fields of its inner objects as `outer.inner`, to a depth of five."""
    if dict not in map(type, value.values()):
        return value
    flat: Row = {}
    _flatten(value, "", flat, _DEPTH)
    return flat


def _flatten(value: Row, prefix: str, out: Row, depth: int) -> None:
    for name, item in value.items():
        if isinstance(item, dict) and depth:
            _flatten(item, f"{prefix}{name}.", out, depth - 1)
        else:
            out[prefix + name] = item
