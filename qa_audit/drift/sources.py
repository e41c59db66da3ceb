"""Which exporter wrote a file: its format and its name without dates, numbers and marks of copies.

source_name("导出/chat_2026-12-01.csv")            # chat_#.csv
source_name("pack_1201.zip!/甲店/1201 (2).csv")    # pack_#.zip!/甲店/#.csv
"""

import re
from collections.abc import Iterable

from qa_audit.privacy.telling import masked_text

MOST_NAMES = 50  # of one format; beyond it files are named after customers or agents, not after an exporter
_NAME = 60  # characters
_COPY = re.compile(r"\s*(?:[(\uff08]\d{1,3}[)\uff09]|[-–]?\s*(?:副本|copy))(?=\.[^.]*$|$)", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[-_.年月日 :\uff1aT]*\d+)*[年月日]?")

Key = tuple[str, str]
"""Format and name of a source."""


def source_name(file: str) -> str:
    """Return a file's name with every run of digits as #; folders count within an archive only."""
    archive, *inner = file.split("!/")
    parts = [archive.rsplit("/", 1)[-1], *inner]
    return "!/".join(_folded(part) for part in parts)


def source_keys(files: Iterable[tuple[str, str]]) -> dict[str, Key]:
    """Return {file: source} for (file, format); where a format has too many names, one source per suffix."""
    named = {file: (format_, source_name(file)) for file, format_ in files}
    names: dict[str, set[str]] = {}
    for format_, name in named.values():
        names.setdefault(format_, set()).add(name)
    return {
        file: (format_, name if len(names[format_]) <= MOST_NAMES else _suffix(name))
        for file, (format_, name) in named.items()
    }


def _folded(name: str) -> str:
    folded = _NUMBER.sub("#", _COPY.sub("", name))
    return "".join(char if char.isprintable() else "?" for char in masked_text(folded))[-_NAME:]


def _suffix(name: str) -> str:
    return "*." + name.rsplit(".", 1)[-1].lower() if "." in name else "*"
