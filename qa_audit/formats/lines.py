"""Delimited text split by hand, for headers and for files whose quotes cannot be trusted.

The rules are Arrow's: a quote opens a cell only at the cell's start, a doubled quote within is a quote, and what
follows the closing quote still belongs to the cell.
"""

from collections.abc import Callable, Iterator, Sequence


def split_record(record: str, delimiter: str, quoted: bool = True) -> list[str]:
    """Split one record into cells; an unclosed quote reaches to the record's end."""
    parts = record.split(delimiter)
    if not quoted or '"' not in record:
        return parts
    cells, start = [], 0
    while start < len(parts):
        stop, odd = start + 1, parts[start].startswith('"') and parts[start].count('"') % 2
        while odd and stop < len(parts):
            odd ^= parts[stop].count('"') % 2
            stop += 1
        cells.append(_unquote(delimiter.join(parts[start:stop])))
        start = stop
    return cells


def _unquote(cell: str) -> str:
    if not cell.startswith('"'):
        return cell
    inner = cell[1:].replace('""', "\ufdd2")
    return inner.replace('"', "", 1).replace("\ufdd2", '"')


def leaves_open(line: str, delimiter: str) -> bool:
    """Tell whether a quoted cell is still open at the end of the line."""
    if '"' not in line:
        return False
    odd = 0
    for part in line.split(delimiter):
        if odd:
            odd ^= part.count('"') % 2
        elif part.startswith('"'):
            odd = part.count('"') % 2
    return bool(odd)


def records(
    lines: Sequence[str], delimiter: str, starts_row: Callable[[Sequence[str]], bool] | None
) -> Iterator[tuple[str, bool]]:
    """Join lines into records; (record, False) has a quote left open until a line that starts a row, or the end."""
    start = 0
    while start < len(lines):
        stop = start + 1
        still = leaves_open(lines[start], delimiter)
        while still and stop < len(lines):
            if starts_row is not None and starts_row(split_record(lines[stop].removesuffix("\r"), delimiter)):
                break
            still = leaves_open('"' + lines[stop], delimiter)
            stop += 1
        yield "\n".join(lines[start:stop]), not still
        start = stop
