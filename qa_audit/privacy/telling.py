"""Masks over sentences of the program's own: errors, notices, run.json, terminal lines, with the cells that they quote.

Names of files stay readable, or nobody could find the file: only what surely names a person is masked in them.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from qa_audit.texts.entities import (
    PERSONAL,
    Entity,
    account_parts,
    find_entities,
    fold,
    mask_entities,
    nickname_core,
)

_NUMBERS = frozenset(("order_number", "tracking_number", "long_number"))
_IN_FILES = ("mobile", "id_card", "email", "wechat", "qq", "nickname")
_ON_TERMINAL = tuple(kind for kind in PERSONAL if kind not in _NUMBERS)
_PART = r"[^\s:：,，;；、()（）「」“”'\"<>|]"
_SUFFIXES = "csv|tsv|txt|xlsx?|xls|jsonl?|ndjson|parquet|zip|gz|ya?ml|html|key|log"
_FILE = re.compile(
    rf"(?<!{_PART}){_PART}{{0,200}}(?:/{_PART}{{1,200}}|\.(?:{_SUFFIXES})(?![a-z])){_PART}{{0,200}}",
    re.IGNORECASE,
)
_NAMED_ID = re.compile(r"(?:会话(?:编号)?|--session|_id\"?:|编号)[ \"']{0,2}$")  # numbers of ours, and of sessions
_CUT = re.compile(r"[\s_\-—–.()（）\[\]【】/\\与和、,，!#]+")
_SHEET = re.compile(r"\.xls[xmb]?#([^:\uff1a]+?)(?=\(等 |[:\uff1a]|$)", re.IGNORECASE)  # the sheet of a workbook
_DIGESTS = frozenset(("sha256", "hash", "fingerprint", "customer_key"))


def masked_text(text: str, customers: Collection[str] = ()) -> str:
    """Return a sentence masked: personal data of every kind, in names of files only what surely names a person.

    `customers` are accounts as `cores` makes them: they are masked where they are a part of a file's name.
    """
    files = _files(text)
    found = [each for each in find_entities(text, PERSONAL) if _masks(text, each, files)]
    masked = mask_entities(text, found) if found else text
    for start, end in _customers_in(text, files, customers) if customers else ():
        masked = masked[:start] + "*" * (end - start) + masked[end:]
    return masked


def masked_output(text: str) -> str:
    """Return what goes to a terminal with all masked but numbers of orders and parcels, which ids look like."""
    return mask_entities(text, found) if (found := _outside_numbers(text, _ON_TERMINAL)) else text


def masked_manifest(manifest: Mapping[str, Any], columns: Iterable[Any]) -> dict[str, Any]:
    """Return a manifest (run.json) with every text in it masked; `columns` hold the accounts of the run's customers."""
    from qa_audit.privacy.accounts import worth_looking_for  # an error message must not wait for Arrow

    texts = [text for key, value in manifest.items() for text in _texts(key, value)]
    pieces = {nickname_core(text[start:end]) for text in texts for start, end in _pieces(text, _files(text))}
    files = {fold(text[start:end]) for text in texts for start, end in _files(text)}
    known = cores(worth_looking_for(columns, pieces, files))
    return {key: _masked(key, value, known) for key, value in manifest.items()}


def cores(customers: Iterable[str | None]) -> frozenset[str]:
    """Return accounts as they are looked for in names of files; those too short to say anything are left out."""
    found = (nickname_core(each) for each in customers if each)
    return frozenset(each for each in found if len(each) >= (5 if each.isdigit() else 2))


def _masked(key: str, value: Any, known: frozenset[str]) -> Any:
    if isinstance(value, str):
        return value if key in _DIGESTS else _once(value, known)
    if isinstance(value, Mapping):
        return {name: _masked(str(name), each, known) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(key, each, known) for each in value]
    return value


@lru_cache(maxsize=4_096)
def _once(text: str, known: frozenset[str]) -> str:
    return masked_text(text, known)


def _texts(key: str, value: Any) -> Iterable[str]:
    """Yield what `_masked` masks."""
    if isinstance(value, str):
        if key not in _DIGESTS:
            yield value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _texts(str(name), each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(key, each)


def _files(text: str) -> list[tuple[int, int]]:
    """Return where names of files stand in a text."""
    return [match.span() for match in _FILE.finditer(text)] if "/" in text or "." in text else []


def _masks(text: str, entity: Entity, files: list[tuple[int, int]]) -> bool:
    if any(start < entity.end and entity.start < end for start, end in files):
        return entity.kind in _IN_FILES
    return entity.kind not in _NUMBERS or not _NAMED_ID.search(text, max(entity.start - 12, 0), entity.start)


def _outside_numbers(text: str, kinds: tuple[str, ...]) -> list[Entity]:
    """Return the entities that are no part of a number with a point: 0.13812345678 is no phone."""
    return [
        each
        for each in find_entities(text, kinds)
        if not re.search(r"[0-9]\.$", text[max(each.start - 2, 0) : each.start])
        and not re.match(r"\.[0-9]", text[each.end : each.end + 2])
    ]


def _customers_in(text: str, files: list[tuple[int, int]], customers: Collection[str]) -> Iterable[tuple[int, int]]:
    """Yield where an account is a part of a file's name, or the name of a sheet; a short one between signs."""
    yield from ((start, end) for start, end in _pieces(text, files) if nickname_core(text[start:end]) in customers)
    for start, end in files:
        yield from ((start + a, start + b) for a, b in account_parts(text[start:end], customers))


def _pieces(text: str, files: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield what could be an account as a whole: names of sheets, and the names of files cut at their signs."""
    if "#" in text:
        yield from (sheet.span(1) for sheet in _SHEET.finditer(text))
    for start, end in files:
        at = start
        for cut in [*_CUT.finditer(text, start, end), None]:
            yield at, cut.start() if cut else end
            at = cut.end() if cut else end
