"""A mapping file for an export that has lost a column: her own mapping amended, or a new one proposed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from qa_audit.drift.columns import Lost
from qa_audit.drift.reading import sheets_of
from qa_audit.errors import MappingError
from qa_audit.formats.encoding import decode
from qa_audit.formats.mapping import Mapping, parse_mapping
from qa_audit.formats.proposing import Guess, Proposal, mapping_file, propose
from qa_audit.formats.proposing.writing import comment, quoted
from qa_audit.ingest import IngestOptions
from qa_audit.ingest.looking import Look
from qa_audit.privacy.telling import masked_text

MOST_FILES = 5
NEEDED = frozenset(("text", "role", "sender", "session_id", "customer_id", "agent_id", "sent_at", "date"))
"""Columns of which a mapping that does without them is not offered."""
_ROWS = 200


@dataclass(frozen=True)
class Remedy:
    """What is proposed for the sheets of one header: {lost column: guess}, and the text of a mapping file."""

    header: tuple[str, ...]
    guesses: dict[str, Guess]
    proposal: Proposal
    text: str


def remedies(lost: Iterable[Lost], options: IngestOptions) -> list[Remedy]:
    """Return a remedy for each header that lost a column, of the first sheet that has it; of MOST_FILES headers.

    Columns that are there and empty have none, unless another column is like them.
    """
    columns: dict[tuple[str, ...], list[str]] = {}
    first: dict[tuple[str, ...], Look] = {}
    for each in lost:
        for look in each.looks:
            columns.setdefault(look.header, []).append(each.column)
            first.setdefault(look.header, look)
    out = []
    for header, look in list(first.items())[:MOST_FILES]:
        for sheet, _, _ in sheets_of(look.file, options):
            if sheet.header == header:
                mapping = options.mapping or Mapping()
                rows = sheet.cells(np.arange(min(_ROWS, len(sheet.rows))))
                proposal = propose(header, rows, mapping)
                guesses = _guesses(proposal, columns[header], look)
                if guesses or any(column not in look.used for column in columns[header]):
                    text = _amended(mapping, proposal, guesses) or mapping_file(proposal, masked_text)
                    gone = [c for c in columns[header] if c not in NEEDED and not (c in guesses and guesses[c].sure)]
                    text = _declining(text, gone)
                    out.append(Remedy(header, guesses, proposal, text))
                break
    return out


def _guesses(proposal: Proposal, lost: Iterable[str], look: Look) -> dict[str, Guess]:
    """Return what the lost columns may be now, which is not the column that became empty."""
    found = {column: proposal.columns[column] for column in sorted(lost) if column in proposal.columns}
    return {c: guess for c, guess in found.items() if c not in look.used or look.used[c].index != guess.index}


def _amended(mapping: Mapping, proposal: Proposal, guesses: dict[str, Guess]) -> str | None:
    """Return the text of the mapping file in use with the sure new names of the lost columns, the unsure as comments.

    None where there is no such file, or its text cannot be amended.
    """
    try:
        text = decode(Path(mapping.path).read_bytes(), path=mapping.path).data.decode("utf-8") if mapping.path else ""
    except OSError:
        return None
    if not text.strip():
        return None
    text, notes = text.removeprefix("\ufeff"), []
    for column, guess in guesses.items():
        if guess.sure:
            title = proposal.header[guess.index].strip()
            notes.append(f"# 改了:{column} 现在是“{comment(title)}”:{comment(guess.why)}")
            text = _with_column(text, column, quoted(title) if title else str(guess.index + 1))
        else:
            title = comment(proposal.title(guess.index))
            notes.append(f"# 不确定: {column} 可能是“{title}”:{comment(guess.why)}。核对后在 columns 里改成它")
    text = "\n".join(notes) + "\n" + text
    try:
        parse_mapping(text)
    except MappingError:
        return None
    return text


def _declining(text: str, columns: Iterable[str]) -> str:
    """Add to a mapping file, as comments ready to be used, the lines that do without columns."""
    why = "以后就没有这一列了,就去掉行首的“# ”"
    names = sorted(set(columns))
    if not names:
        return text
    block = re.search(r"^(?:# )?columns:[ \t]*(?:#.*)?\n(?P<indent> *)", text, re.MULTILINE)
    if block:
        indent = block["indent"] or "  "
        lines = "".join(f"# {indent}{name}: null  # {why}\n" for name in names)
        return text[: block.start("indent")] + lines + text[block.start("indent") :]
    if re.search(r"^columns:", text, re.MULTILINE):  # on one line, where no comment goes
        return "".join(f"# 以后就没有这一列了,就在下面的 columns 里加上 {name}: null\n" for name in names) + text
    return text.rstrip("\n") + "\n# columns:\n" + "".join(f"#   {name}: null  # {why}\n" for name in names)


def _with_column(text: str, column: str, theirs: str) -> str:
    """Say in a mapping file what a column is called; everything else stays as it was written."""
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    columns = next((value for key, value in root.value if key.value == "columns"), None)
    if columns is None:
        return text.rstrip("\n") + f"\ncolumns:\n  {column}: {theirs}\n"
    for key, value in columns.value:
        if key.value == column:
            return text[: value.start_mark.index] + theirs + text[value.end_mark.index :]
    at = columns.start_mark.index
    if columns.flow_style:
        return f"{text[: at + 1]}{column}: {theirs}{', ' if columns.value else ''}{text[at + 1 :]}"
    indent = " " * columns.start_mark.column
    return f"{text[:at]}{column}: {theirs}\n{indent}{text[at:]}"
