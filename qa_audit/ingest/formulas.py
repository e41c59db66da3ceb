"""Finds formulas without a stored value: saved by a program that did not work them out, they read as empty cells."""

import io
import re
import struct
import zipfile
import zlib

_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*?\br:id=[\"']([^\"']*)[\"']")
_TARGET = r"<(?:\w+:)?Relationship\b(?=[^>]*\bId=[\"']{}[\"'])[^>]*\bTarget=[\"']([^\"']*)[\"']"
_EMPTY = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\b[^>]*(?:/>|>\s*</))"
)
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"']")


def empty_formula(data: bytes) -> str | None:
    """Return where the first formula without a value stands in the first sheet of an .xlsx workbook ("?" where the file
    does not say), None without any and for what is no such workbook. Its size has been looked at before."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            cell = _EMPTY.search(book.read(_first_sheet(book)))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, EOFError, RuntimeError, struct.error):
        return None
    if cell is None:
        return None
    place = _PLACE.search(cell[1])
    return place[1].decode() if place else "?"


def _first_sheet(book: zipfile.ZipFile) -> str:
    """Return the part of the first sheet by the relations of the workbook. Raise KeyError where they do not say."""
    sheet = _SHEET.search(book.read("xl/workbook.xml").decode("utf-8", "replace"))
    relations = book.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    target = re.search(_TARGET.format(re.escape(sheet[1])), relations) if sheet else None
    if target is None:
        raise KeyError("sheet")
    return target[1].lstrip("/") if target[1].startswith("/") else f"xl/{target[1]}"
