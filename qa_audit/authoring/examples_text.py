"""Examples that do not behave, for a terminal and as JSON: each with the hits marked, what was wanted, why not."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from qa_audit.authoring.chat import marked
from qa_audit.authoring.examples import Failure
from qa_audit.authoring.trying_text import chat_text, explained_text
from qa_audit.report.display import one_line
from qa_audit.report.wording import OUTCOMES

_SAID = {"hit": "命中", "miss": "不命中", **OUTCOMES}


def as_json(files: Sequence[tuple[str, int, Sequence[Failure]]]) -> str:
    """Return the files (name, number of examples, failures) as one JSON document."""
    document: list[dict[str, Any]] = [
        {"file": name, "examples": count, "failures": [asdict(each) for each in found]} for name, count, found in files
    ]
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)


def as_text(name: str, count: int, found: Sequence[Failure]) -> Iterator[str]:
    """Yield what a file's examples came to, line by line."""
    yield f"{one_line(name)}: {count} 个例子,{len(found)} 个不符"
    for each in found:
        yield ""
        yield from _failure(each)


def _failure(each: Failure) -> Iterator[str]:
    yield f"{one_line(each.place)}: {one_line(each.title)}({each.check})的 {each.key} 例子{_wrong(each)}"
    spans = {seen.line: list(seen.spans) for seen in each.seen}
    if each.explained is not None:
        yield from chat_text(each.lines, spans, "    ")
        yield from explained_text(each.explained, {line.number: line for line in each.lines}, "    ")
        return
    for line in each.lines:
        yield f"    「{marked(line.text, [span for seen in each.seen for span in seen.spans])}」"
    if not each.lines:
        yield from (f"    {one_line(line)}" for line in each.example.splitlines())
    if each.hint:
        yield f"    {one_line(each.hint)}"


def _wrong(each: Failure) -> str:
    if not each.got:
        return one_line(each.message)
    if each.explained is None:
        return f":要 {_SAID[each.wanted]},却 {_SAID[each.got]}"
    return f":要判 {_SAID[each.wanted]},却判了 {_SAID[each.got]}"
