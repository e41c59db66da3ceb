"""One exported file → understood rows: its format, its sheets, and how it looks."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from qa_audit.errors import ExportError
from qa_audit.formats import Format, choose, explained
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import Notice, Source
from qa_audit.ingest.files import ExportFile, read_bytes
from qa_audit.ingest.looking import look
from qa_audit.ingest.mending import Fit, Mends, understood
from qa_audit.ingest.result import IngestOptions, Input


def read_file(file: ExportFile, options: IngestOptions, mends: Mends) -> tuple[list[Rows], Input, list[Fit]]:
    """Read a whole file: the rows of its sheets, what it is, and what became of mended rows. Raise ExportError when
    nothing of it can be understood."""
    data = read_bytes(file)
    known, opened = how_to_read(file.name, data, options)
    mapping = opened.mapping
    try:
        sheets = known.read(opened)
        made = [understood(sheet, mapping, options.tz, mends) for sheet in sheets]
        rows = [replace(part, book=file.name, format=known.name) for part, _ in made]
        fits = [fit for _, fit in made]
        if not any(len(part.source_row) or part.facts for part in rows):
            raise ExportError(rows[0].nothing)
    except ExportError as error:
        raise explained(error, known, file.name, options.encoding or mapping.encoding) from None
    read = sum(part.read for part in rows)
    digest = hashlib.sha256(data).hexdigest()
    looks = tuple(look(sheet, mapping, file.name, known.name) for sheet in sheets)
    return rows, Input(file.name, len(data), digest, known.name, sheets[0].encoding, read, looks), fits


def how_to_read(name: str, data: bytes, options: IngestOptions) -> tuple[Format, Source]:
    """Return the format of a file, and what its reader is given. Raise ExportError for what is no export."""
    mapping = options.mapping or Mapping()
    wanted = options.format if options.format != "auto" else mapping.format or "auto"
    if wanted == "tsv" and mapping.delimiter is None:
        mapping = replace(mapping, delimiter="\t")
    if not data:
        raise ExportError(f"{name}: 文件是空的。请重新导出")
    return choose(wanted, data, name), Source(name, data, mapping, options.encoding)


def undecoded(parts: Sequence[Rows], source: Input, options: IngestOptions) -> list[Notice]:
    """Warn when the encoding that the user wrote cannot decode some rows: it may be the wrong one."""
    given = options.encoding or (options.mapping or Mapping()).encoding
    rows = sum(problem.reason == "bad_encoding" for part in parts for problem in part.problems)
    if given is None or source.encoding is None or not rows:
        return []
    text = (
        f"{source.path}: 按写明的编码 {given} 有 {rows} 行解不开,已隔离;若不对,请去掉 --encoding(或映射文件的 encoding)"
    )
    return [Notice("damaged_text", text, source.path)]
