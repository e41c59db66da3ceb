"""Proposes a mapping for a table that nobody knows: which column is what, by its name and by what stands in it.

    found = propose(["流水号", "收发", "正文"], rows, Mapping())
    found.columns["text"]          # Guess(index=2, name="正文", sure=True, why=…)
    mapping_file(found)            # a mapping file that uses what is sure and comments on what is not

A guess is sure where a careful person would not hesitate: a name that reading knows with contents that agree, or a
telling word in the name with contents that only this column has. Values of a role column are never sure.
"""

from collections.abc import Sequence

from qa_audit.formats.headers import fold, recognise
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.proposing.content import Column, column, exchanged
from qa_audit.formats.proposing.deciding import MOST_COLUMNS, Deciding
from qa_audit.formats.proposing.fitting import says_roles
from qa_audit.formats.proposing.meanings import role_values
from qa_audit.formats.proposing.proposal import Guess, Proposal
from qa_audit.formats.proposing.writing import mapping_file

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Guess", "Proposal", "begins", "mapping_file", "propose", "two_rows"]

MOST_ROWS = 200
_LONGEST = 40  # characters of a column's name
_LONGEST_LOWER = 12  # characters of a name under a group
_MOST_CELLS, _FEWEST_ROWS = 100_000, 20


def propose(header: Sequence[str], rows: Sequence[Sequence[str | None]], mapping: Mapping) -> Proposal:
    """Say what the columns of a table probably are, of its header and up to MOST_ROWS rows of text cells.

    What the mapping says and the table still has is sure; a column that it names and that is not there is looked for
    anew. mapping.header () means that the header is none. Of a very wide table the names that reading knows and the
    first MOST_COLUMNS columns are looked at.
    """
    headless = mapping.header == ()
    names = ["" if headless else name for name in header]
    decided = Deciding(_columns(names, _no_heads(header, rows)))
    for canonical, index in _said(names, mapping).items():
        decided.take(canonical, index, True, "映射文件里写明")
        decided.agreed.add(index)
    decided.by_known_names()
    decided.by_words()
    decided.by_content()
    found = {name: guess for name, guess in decided.found.items() if mapping.columns.get(name, "") is not None}
    time_format = decided.time_format
    if mapping.time_format or "sent_at" not in found or (time_format and time_format.index != found["sent_at"].index):
        time_format = None
    used = {guess.index for guess in found.values()}
    return Proposal(
        tuple(header),
        found,
        _missing(found, decided.columns),
        role_values(found, decided.columns, mapping),
        time_format,
        headless,
        tuple(index for index in range(len(header)) if index not in used),
        {index: decided.columns[index].samples() for index in sorted(used)},
    )


def _missing(found: dict[str, Guess], columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the required columns that nothing can stand for; senders say a role only as words, or beside accounts of
    one side."""
    sender, customer = found.get("sender"), found.get("customer_id")
    told = False
    if sender is not None:
        senders = columns[sender.index]
        one_side = customer is not None and not exchanged(senders, columns[customer.index])
        told = "agent_id" in found or one_side or says_roles(senders)
    there = {
        "text": "text" in found,
        "role": "role" in found or told,
        "session_id": bool({"session_id", "customer_id"} & set(found)),
    }
    return tuple(name for name, is_there in there.items() if not is_there)


def begins(header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> int | None:
    """Return where a table without known names begins: 0 for at its header, n for with row n as the header (the lines
    above are titles), None for no header at all, the first line being data already."""
    if len(recognise(header)) >= 2:
        return 0
    width = max((_filled(row) for row in rows), default=0)
    if width >= 3 and _filled(header) * 2 < width:
        for number, row in enumerate(rows[:10], 1):
            if _filled(row) * 2 > width:
                return number if _is_header(row, rows[number:]) else None
    return 0 if _is_header(header, rows) else None


def two_rows(header: Sequence[str], rows: Sequence[Sequence[str | None]]) -> bool:
    """Tell whether the first row is a second line of the header: names under groups that stand over empty cells."""
    if not rows or not 2 <= _filled(header) <= len(header) * 3 // 4 or _filled(rows[0]) <= _filled(header):
        return False
    names = [cell.strip() for cell in rows[0] if cell and cell.strip()]
    return len(set(names)) == len(names) and max(map(len, names)) <= _LONGEST_LOWER and _is_header(rows[0], rows[1:])


def _no_heads(header: Sequence[str | None], rows: Sequence[Sequence[str | None]]) -> Sequence[Sequence[str | None]]:
    """Leave out rows that are the header again."""
    head = _trimmed(header)
    return [row for row in rows if _trimmed(row) != head] if any(head) else rows


def _trimmed(row: Sequence[str | None]) -> list[str]:
    return [(cell or "").strip() for cell in row]


def _columns(names: Sequence[str], rows: Sequence[Sequence[str | None]]) -> list[Column]:
    few = max(_FEWEST_ROWS, _MOST_CELLS // max(1, len(names)))
    chosen = rows[: min(MOST_ROWS, few)]
    return [
        column(index, name, [row[index] if index < len(row) else None for row in chosen])
        for index, name in enumerate(names)
    ]


def _said(names: Sequence[str], mapping: Mapping) -> dict[str, int]:
    """Return what the mapping names, as far as the table has it."""
    folded = [fold(name) for name in names]
    out = {}
    for canonical, theirs in mapping.columns.items():
        if isinstance(theirs, int) and theirs <= len(names):
            out[canonical] = theirs - 1
        elif isinstance(theirs, str) and fold(theirs) in folded:
            out[canonical] = folded.index(fold(theirs))
    return out


def _filled(row: Sequence[str | None]) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def _is_header(names: Sequence[str | None], rows: Sequence[Sequence[str | None]]) -> bool:
    """Tell whether a line names columns: its cells are no times, numbers or sentences, and return in no column."""
    cells = [cell.strip() for cell in names if cell and cell.strip()]
    if not cells or cells in ([str(i + start) for i in range(len(cells))] for start in (0, 1)):
        return bool(cells)
    line = [
        each for each in (column(index, "", [cell]) for index, cell in enumerate(cells[:MOST_COLUMNS])) if each.said
    ]
    if any(each.times or each.days or each.clocks or each.numbers or len(each.said[0]) > _LONGEST for each in line):
        return False
    width = min(len(names), MOST_COLUMNS)
    rows = _no_heads(names, rows)
    body = [column(i, "", [row[i] if i < len(row) else None for row in rows[:MOST_ROWS]]) for i in range(width)]
    return not any(name and name.strip() in each.counts for name, each in zip(names, body, strict=False))
