"""Finds the messages within the objects of an export: in lists that services wrap them in, with what is around them.

for each in unfold(document.items, ("data",)):     # {"code": 0, "data": [{…}, {…}]}
...                                            # an Item with its `outer` fields, or Broken
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from qa_audit.formats.documents import Broken, Item, no_object
from qa_audit.formats.torn import Torn, TornList

WRAPPERS = ("data", "result", "list", "records", "rows")
"""Names under which many services put the list that was asked for."""


def unfold(items: Iterable[Item], names: Sequence[str]) -> Iterator[Item]:
    """Yield the objects that lie under the names, in lists or alone and at any depth of names, each with the fields of
    the objects around it; an object that has none of the names is yielded itself. What is no object is Broken."""
    wanted = frozenset(names)
    for item in items:
        if wanted.isdisjoint(item.value):
            yield item
        else:
            yield from _unfold(item, wanted)


def _unfold(item: Item, names: frozenset[str]) -> Iterator[Item]:
    value = item.value
    found = [name for name, inner in value.items() if name in names and isinstance(inner, (dict, list))]
    if not found:
        yield item
        return
    outer = {**item.outer, **{name: inner for name, inner in value.items() if name not in found}}
    for name in found:
        inner, place = value[name], f"{item.place}.{name}"
        if isinstance(inner, dict):
            if not isinstance(inner, Torn):
                yield from _unfold(Item(inner, place, item.line, outer), names)
            continue
        for index, element in enumerate(inner):
            if isinstance(element, dict) and names.isdisjoint(element):
                yield Item(element, f"{place}[{index}]", item.line, outer)
            elif isinstance(element, dict):
                yield from _unfold(Item(element, f"{place}[{index}]", item.line, outer), names)
            else:
                yield no_object(f"{place}[{index}]", item.line, json.dumps(element, ensure_ascii=False), outer)
    if isinstance(item, Broken):
        yield from _rest(item, found, outer, names)


def _rest(broken: Broken, found: Sequence[str], outer: dict[str, Any], names: frozenset[str]) -> Iterator[Item]:
    """Yield what a broken object holds after its whole lists: the objects of the list that breaks off, and the rest."""
    value = broken.value
    for name in found:
        inner = value[name]
        if isinstance(inner, Torn):
            yield from _unfold(replace(broken, value=inner, start=inner.start, outer=outer), names)
            return
        if isinstance(inner, TornList):
            place = f"{broken.place}.{name}[{len(inner)}]"
            rest = replace(broken, value=inner.torn, place=place, start=inner.rest, outer=outer, rest=True)
            yield from _unfold(rest, names)
            return
    ends = value.ends if isinstance(value, Torn) else {}
    start = max(ends.get(name, broken.start) for name in found)
    yield replace(broken, value={}, start=start, outer=outer, rest=True)
