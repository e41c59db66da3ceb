"""Exports broken in every way: bytes, lines, columns, cells, containers; and what must hold of whatever is read then."""

import gzip
import io
import random
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from qa_audit.errors import QaAuditError
from qa_audit.ingest import Ingested, IngestOptions, ingest

Table = list[list[str]]

PIECES = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\r", b"\t", b"'"),
    *(b"\\ud83d", b"[" * 200, b'{"a":' * 90, b"\xef\xbb\xbf", b"\xff\xfe", b"\x1a", "好,".encode("gb18030"), b"=1+1"),
)
CELLS = (
    *("", " ", "nan", "x", "0", "1", "-1", "1e400", "9" * 400, "客服", "买家", "系统", "昨天", "在吗\n在吗", '"', '""', '"a'),
    *("2026-12-01 10:00:00", "1900-01-01 00:00:00", "2999-12-31 23:59:59", "1796090400", "46357.5", "24:61:61", "=1+1"),
    *("../../x", "<script>alert(1)</script>", "\u202e\u202d", "\x00", "\x1b[31m", "\ud800", "\ufdd0", "\u2028", "[图片]", "'"),
)  # fmt: skip


def outcome(path: Path, name: str = "auto") -> Ingested | None:
    """Read a file and hold what must hold of every reading; None where the whole file was refused in one clear line."""
    try:
        found = ingest([str(path)], IngestOptions(format=name))
    except QaAuditError as error:
        assert path.name in str(error), error
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", str(error)), error
        return None
    assert found.read == found.messages.num_rows + found.quarantine.num_rows + found.duplicates
    files = (*found.messages["source_file"].to_pylist(), *found.quarantine["source_file"].to_pylist())
    rows = (*found.messages["source_row"].to_pylist(), *found.quarantine["source_row"].to_pylist())
    assert len(set(zip(files, rows, strict=True))) == found.read - found.duplicates
    assert found.messages["message_id"].null_count == found.messages["session_id"].null_count == 0
    return found


def changed(data: bytes, chance: random.Random) -> bytes:
    """Change a few places of a file: cut, insert, replace, double, swap lines, break off."""
    out = bytearray(data)
    for _ in range(chance.randrange(1, 7)):
        at = chance.randrange(len(out) + 1)
        change = chance.randrange(8)
        if change == 0:
            del out[at : at + chance.randrange(1, 40)]
        elif change == 1:
            out[at:at] = chance.choice(PIECES)
        elif change == 2:
            out[at : at + 1] = bytes([chance.randrange(256)])
        elif change == 3:
            out[at:at] = out[at : at + chance.randrange(1, 400)]
        elif change < 7:
            _change_lines(out, chance)
        else:
            del out[at + len(out) // 2 :]
    return bytes(out)


def _change_lines(out: bytearray, chance: random.Random) -> None:
    lines = bytes(out).split(b"\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    change = chance.randrange(5)
    if change == 0:
        del lines[at]
    elif change == 1:
        lines.insert(other, lines[at])
    elif change == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif change == 3:
        lines[at] = chance.choice(PIECES) + lines[at]
    else:
        lines[at] += lines[other]
    out[:] = b"\n".join(lines)


def other_table(table: Table, chance: random.Random) -> Table:
    """Change columns, rows and cells of a table whose first row is its header."""
    rows = [list(row) for row in table]
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(rows[0]) or 1)
        change = chance.randrange(9)
        if change == 0 and len(rows[0]) > 1:
            rows = [row[:at] + row[at + 1 :] for row in rows]
        elif change == 1:
            rows = [row[: at + 1] + row[at:] for row in rows]
        elif change == 2:
            order = chance.sample(range(len(rows[0])), len(rows[0]))
            rows = [[row[i] for i in order if i < len(row)] for row in rows]
        elif change == 3:
            rows[0][min(at, len(rows[0]) - 1)] = chance.choice(
                ["", "列", "会话ID", "时间", "内容", "角色", "\x00", "x" * 300]
            )
        elif change == 4:
            rows.insert(chance.randrange(len(rows) + 1), list(rows[0]))
        elif change == 5:
            rows.insert(chance.randrange(len(rows) + 1), [chance.choice(CELLS)])
        elif change == 6 and len(rows) > 2:
            del rows[chance.randrange(1, len(rows))]
        else:
            for _ in range(chance.randrange(1, 12)):
                row = chance.choice(rows)
                if row:
                    row[chance.randrange(len(row))] = chance.choice(CELLS)
    return rows


def written(table: Sequence[Sequence[str]], path: Path) -> Path:
    """Write a table by the suffix of the path."""
    width = max(map(len, table))
    if path.suffix == ".xlsx":
        with xlsxwriter.Workbook(str(path), {"in_memory": True}) as book:
            page = book.add_worksheet()
            for number, row in enumerate(table):
                for column, cell in enumerate(row):
                    page.write_string(number, column, _plain(cell)[:30_000])
    elif path.suffix == ".parquet":
        names = [f"{_plain(name)}" for name in (*table[0], *[""] * (width - len(table[0])))]
        cells = [[_plain(row[i]) if i < len(row) else None for row in table[1:]] for i in range(width)]
        pq.write_table(pa.Table.from_arrays([pa.array(each, pa.string()) for each in cells], names), path)
    else:
        lines = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in table)
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
    return path


def _plain(cell: str) -> str:
    return cell.encode("utf-8", "replace").decode("utf-8")


def packed(name: str, data: bytes, chance: random.Random) -> tuple[str, bytes]:
    """Put a file into a .zip or a .gz."""
    if chance.random() < 0.5:
        return f"{name}.gz", gzip.compress(data, 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        archive.writestr(name, data)
    return f"{name}.zip", out.getvalue()


def repacked(data: bytes, chance: random.Random) -> bytes:
    """Change one part of a workbook and pack it again, so that its zip stays sound."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w") as again:
        names = book.namelist()
        struck = chance.choice([name for name in names if "sheet" in name or "String" in name or "workbook" in name])
        for name in names:
            part = book.read(name)
            if name != struck or chance.random() < 0.9:
                again.writestr(name, changed(part, chance) if name == struck else part)
    return out.getvalue()
