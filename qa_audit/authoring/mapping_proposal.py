"""A mapping file for a table that nobody knows, made of the start of an export: what `formats map` writes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa_audit.authoring.sniff_text import clean
from qa_audit.errors import ExportError
from qa_audit.formats import TABULAR, explained
from qa_audit.formats.headers import COLUMNS, recognise
from qa_audit.formats.heading import both
from qa_audit.formats.mapping import DELIMITERS, parse_mapping
from qa_audit.formats.proposing import MOST_ROWS, Proposal, begins, mapping_file, propose, two_rows
from qa_audit.formats.proposing.writing import wanting
from qa_audit.formats.sheet import Sheet, Source, from_rows
from qa_audit.formats.workbook import cell_text, open_pages
from qa_audit.ingest import IngestOptions, how_to_read
from qa_audit.ingest.files import ExportFile, expand
from qa_audit.ingest.first_look import FirstLook, first_look, start_of
from qa_audit.texts.entities import mask

_INSIDE = "!/"
_LONGEST = 40
_SPARE = 20  # rows above a header
_LAYOUT_PROBLEMS = ("wrong_columns", "unbalanced_quote")


@dataclass(frozen=True)
class Proposed:
    """The proposal for one file, the text of its mapping file, the table it was made of where the file has several,
    and whether the export is understood without it already."""

    path: str
    proposal: Proposal
    text: str
    sheet: str | None
    needless: bool


def the_file(given: str) -> ExportFile:
    """Return the one file that a path means, within an archive too. Raise ExportError where it is several."""
    outer = given.split(_INSIDE)[0]
    files = expand([outer]).files
    chosen = [file for file in files if file.name == given] if outer != given else files
    if len(chosen) == 1:
        return chosen[0]
    shown = "、".join(clean(file.name) for file in files[:5]) + (f" 等 {len(files)} 个" if len(files) > 5 else "")
    raise ExportError(f"{clean(given)}: 每次只看一个文件。请写明是哪一个:{shown}")


def proposed(file: ExportFile, options: IngestOptions) -> Proposed:
    """Propose a mapping for a file. Raise ExportError for what is no table, or needs no mapping by its nature."""
    data, _ = start_of(file)
    known, source = how_to_read(file.name, data, options)
    if known.name not in TABULAR:
        raise ExportError(
            f"{clean(file.name)}: 这是 {known.name}({known.title}),列由格式决定,不用映射列。"
            f"请用 qa-audit formats sniff 看读得对不对"
        )
    try:
        sheets = known.read(source)
        settings = {"format": known.name}
        if known.name == "csv":
            sheets, settings = _as_text(sheets, source, settings)
        elif known.name == "xlsx" and len(recognise(sheets[0].header)) < 2 and source.mapping.header is None:
            sheets = [_fullest(source)]
    except ExportError as error:
        raise explained(error, known, file.name, options.encoding) from None
    seen = first_look(file, options, 0)
    if seen.delimiter and known.name == "csv":
        settings["delimiter"] = _delimiter(seen)
    if options.encoding:
        settings["encoding"] = options.encoding
    sheet = max(sheets, key=lambda each: len(each.rows))
    proposal = _propose(sheet, source).opened_with(**settings)
    text = mapping_file(proposal, mask)
    parse_mapping(text, "mapping")  # what we write we must be able to read
    name = sheet.source_file if sheet.source_file != file.name else None
    return Proposed(file.name, proposal, text, name, seen.error is None and not seen.quarantined)


def _as_text(sheets: list[Sheet], source: Source, settings: dict[str, str]) -> tuple[list[Sheet], dict[str, str]]:
    """Read a text without minding quotes where that saves every row that minding them loses."""
    lost = sum(problem.reason in _LAYOUT_PROBLEMS for sheet in sheets for problem in sheet.problems)
    if not lost or source.mapping.quoting is not None:
        return sheets, settings
    mapping = replace(source.mapping, quoting="none")
    plain = _readable(replace(source, mapping=mapping))
    if any(problem.reason in _LAYOUT_PROBLEMS for sheet in plain for problem in sheet.problems[:-1]) or not plain:
        return sheets, settings
    return plain, {**settings, "quoting": "none"}


def _readable(source: Source) -> list[Sheet]:
    from qa_audit.formats.csv import read_csv

    try:
        return read_csv(source)
    except ExportError:
        return []


def _fullest(source: Source) -> Sheet:
    """Return the sheet of a workbook with the most rows: of those without known names reading takes the first."""
    page = max(open_pages(source), key=lambda page: len(page.rows))
    header, *rows = [tuple(cell_text(cell) for cell in row) for row in page.rows[: MOST_ROWS + _SPARE]]
    numbers = np.arange(len(rows), dtype=np.int64)
    return Sheet(f"{source.path}#{page.name}", header, from_rows(rows, len(header)), numbers)


def _delimiter(seen: FirstLook) -> str:
    assert seen.delimiter is not None
    return next(name for name, char in DELIMITERS.items() if char == seen.delimiter and name.isalpha())


def _propose(sheet: Sheet, source: Source) -> Proposal:
    mapping = source.mapping
    rows = sheet.cells(np.arange(min(len(sheet.rows), MOST_ROWS + _SPARE), dtype=np.int64))
    header: Sequence[str] = sheet.header
    if mapping.header is not None:
        return propose(header, rows[:MOST_ROWS], mapping)
    place = begins(header, rows)
    if place is None:
        names = [""] * len(header)
        return propose(names, [tuple(header), *rows][:MOST_ROWS], replace(mapping, header=()))
    if place:
        header, rows = [cell or "" for cell in rows[place - 1]], rows[place:]
    if two_rows(header, rows):
        lower = [cell or "" for cell in rows[0]]
        header, rows = _both(header, lower, source), [row for row in rows if list(row) not in (list(header), lower)]
    return propose(header, rows[:MOST_ROWS], mapping)


def _both(upper: Sequence[str], lower: Sequence[str], source: Source) -> Sequence[str]:
    """Return the names of two header rows as reading joins them, by the merged cells of a workbook."""
    for page in open_pages(source) if source.data[:2] == b"PK" else ():
        top = [[cell_text(cell) for cell in row] for row in page.rows[:_SPARE]]
        if list(upper) in top:
            return both(upper, lower, top.index(list(upper)), page.merged)
    return both(upper, lower)


def unsure(found: Proposed) -> list[str]:
    """Return what a person has to look at, a line each, in Chinese."""
    proposal, out = found.proposal, []
    for canonical, guess in sorted(proposal.unsure, key=lambda each: list(COLUMNS).index(each[0])):
        title = clean(mask(proposal.title(guess.index)))[:_LONGEST]
        out.append(f"不确定 {canonical}({COLUMNS[canonical][0]}):{title},{guess.why}")
    for value, guess in proposal.roles.items():
        meant = f"像 {guess.name}," if guess.name else ""
        out.append(f"不确定 roles 的 {clean(mask(value))[:_LONGEST]}:{meant}{guess.why}")
    if proposal.time_format is not None and not proposal.time_format.sure:
        out.append(f"不确定 time.format:{proposal.time_format.why}")
    out += [f"缺少 {name}({COLUMNS[name][0]}):{clean(mask(wanting(proposal, name)))}" for name in proposal.missing]
    return out
