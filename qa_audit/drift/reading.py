"""Reading for a comparison: a night of which nothing could be read is still looked at, file by file."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from qa_audit.errors import ExportError, MappingError
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.sheet import Sheet
from qa_audit.ingest import Failed, Ingested, IngestOptions, how_to_read, ingest_night, nothing_read
from qa_audit.ingest.files import ExportFile, expand, read_bytes
from qa_audit.ingest.looking import Look, fitting, look
from qa_audit.ingest.parts import RunStep

MOST_FILES = 20  # that are looked at again


def read_night(
    paths: Sequence[str], options: IngestOptions, folder: Path, run_step: RunStep, *, compared: bool
) -> Ingested:
    """Read exported files into slices under `folder`; where the night is compared with earlier ones, also one that
    nothing can be made of.

    Then no message is read, every file is in `failed`, and `compare_night` raises the error unless it finds a lost
    column behind it.
    """
    try:
        return ingest_night(paths, options, folder, run_step)
    except (ExportError, MappingError) as error:
        if not compared:
            raise
        try:
            files = expand(paths).files
        except ExportError:
            raise error from None
        return nothing_read(tuple(Failed(file.name, error.told) for file in files))


def looks_of(failed: Iterable[Failed], options: IngestOptions) -> list[Look]:
    """Look at files that could not be understood, as far as they are tables at all; at the first MOST_FILES of them."""
    out = []
    for each in list(failed)[:MOST_FILES]:
        for sheet, mapping, format_ in sheets_of(each.path, options):
            out.append(look(sheet, mapping, each.path, format_))
    return out


def sheets_of(path: str, options: IngestOptions) -> list[tuple[Sheet, Mapping, str]]:
    """Read a file again: its sheets, the mapping as far as it fits each, its format; nothing for what is no table."""
    file = _file(path)
    if file is None:
        return []
    try:
        known, opened = how_to_read(file.name, read_bytes(file), options)
        try:
            sheets = known.read(opened)
        except MappingError:  # some readers ask at once for the columns that the mapping names
            sheets = known.read(replace(opened, mapping=replace(opened.mapping, columns=MappingProxyType({}))))
    except (ExportError, MappingError):
        return []
    return [(sheet, fitting(opened.mapping, sheet.header), known.name) for sheet in sheets]


def _file(path: str) -> ExportFile | None:
    """Return the file that a path of a run means, be it within an archive."""
    try:
        files = expand([path.split("!/", 1)[0]]).files
    except ExportError:
        return None
    return next((file for file in files if file.name == path), None)
