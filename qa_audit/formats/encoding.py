"""Bytes of an exported file → UTF-8 bytes, by rules that look at the whole file and never guess by statistics.

    decode("你好".encode("gbk")).name      # "gb18030"

The order is: byte-order mark, UTF-16 by the density of NUL bytes, strict UTF-8, strict GB18030. Detectors that guess
take a long ASCII file with one late GBK line for Big5. A file that is damaged in places is read in the encoding of
most of its lines; each undecodable stretch becomes `DAMAGED`, so that only its row is lost.
"""

import codecs
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from qa_audit.errors import ExportError

# Noncharacters: no export may hold them for interchange, so they can stand for what UTF-8 cannot say.
DAMAGED = "\ufdd0"
LONE_CR = "\ufdd1"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_BIGGER = {"gb2312": "gb18030", "gbk": "gb18030", "utf-8-sig": "utf-8"}
_SAMPLE_LINES = 10_000
_NUL_DENSITY = 0.1
_HAN, _HAN_BYTES = 4, 1 << 20
_LARGE = 1 << 16


@dataclass(frozen=True)
class Decoded:
    """Text as UTF-8 bytes without byte-order mark, the encoding's name, and whether `DAMAGED` stands in it."""

    data: bytes
    name: str
    damaged: bool


def decode(data: bytes, override: str | None = None, path: str = "") -> Decoded:
    """Decode a whole file. Raise ExportError for an unknown override and for bytes that are no text at all."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            if override is None or bom == codecs.BOM_UTF8:
                rest = data[len(bom) :]
                return _decode_as(rest, name) if override is None else _decode_by(rest, override, path)
            break
    if override is not None:
        return _decode_by(data, override, path)
    name = _utf16_by_nuls(data) or ""
    if name:
        return _decode_as(data, name)
    if _is_utf8(data):
        return Decoded(data, "utf-8", False)
    decoded = _decode_as(data, "utf-8" if _mostly_utf8(data) else "gb18030")
    if decoded.damaged and _damaged_share(decoded.data) > 0.5:
        raise ExportError(
            f"{path}: 既不是 UTF-8 也不是 GB18030 的文本,读不出来。请用 --encoding 写明编码,或重新导出为 CSV UTF-8"
        )
    return decoded


def _decode_by(data: bytes, override: str, path: str) -> Decoded:
    """Decode as the user says. Raise ExportError when that cannot be: it is UTF-8, or most lines are damaged."""
    chosen = codec(override)
    if chosen is None:
        raise ExportError(f"{path}: 不认识的编码 {override!r}。可用:utf-8、gb18030、utf-16、big5")
    if not chosen.startswith("utf") and _is_chinese_utf8(data):
        raise ExportError(
            f"{path}: 写明的编码 {override} 不对,这个文件是 UTF-8。请去掉 --encoding(或映射文件的 encoding)"
        )
    decoded = _decode_as(data, chosen)
    if decoded.damaged and _damaged_share(decoded.data) > 0.5:
        raise ExportError(
            f"{path}: 按写明的编码 {override} 解不开。请去掉 --encoding(或映射文件的 encoding),让程序自己认"
        )
    return decoded


def codec(name: str) -> str | None:
    """Return the canonical name of a text encoding, None when there is none of that name."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True):
        return None
    return _BIGGER.get(found.name, found.name)


def _decode_as(data: bytes, name: str) -> Decoded:
    name = _BIGGER.get(name, name)
    if name == "utf-8" and _is_utf8(data):
        return Decoded(data, name, False)
    try:
        return Decoded(data.decode(name).encode("utf-8"), name, False)
    except UnicodeError:
        text = data.decode(name, "qa_audit_damaged")
        return Decoded(text.encode("utf-8", "replace"), name, True)


def by_start(start: bytes, given: str | None) -> str | None:
    """Name the encoding of a long text without byte-order mark by its first bytes, utf-8 or gb18030, as `decode` would
    if the rest is sound in it; None for any other one, and where the start does not tell."""
    if any(start.startswith(bom) for bom, _ in _BOMS) or _utf16_by_nuls(start):
        return None
    line = start.rfind(b"\n") + 1  # of what comes after, the last character may be cut
    if _is_utf8(start[:line]):
        if given is None or codec(given) == "utf-8":
            return "utf-8"
        return "gb18030" if codec(given) == "gb18030" and start.isascii() else None
    if given is not None:
        return "gb18030" if codec(given) == "gb18030" else None
    lines = [each for each in start[:line].split(b"\n") if not each.isascii()]
    return "gb18030" if sum(map(_is_utf8, lines)) * 10 < len(lines) else None


def exactly(data: bytes, name: str) -> bytes | None:
    """Return whole lines of a text as UTF-8, None where they are damaged."""
    if name == "utf-8":
        return data if _is_utf8(data) else None
    try:
        return data.decode(name).encode("utf-8")
    except UnicodeError:
        return None


def count_byte(data: bytes, byte: int) -> int:
    """Count a byte that may be frequent; bytes.count is slow on those."""
    return int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == byte))


def _mark_damage(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return DAMAGED, error.end


codecs.register_error("qa_audit_damaged", _mark_damage)


def _is_utf8(data: bytes) -> bool:
    if len(data) < _LARGE:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True
    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    try:  # the same rules, and no second copy of the file
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _is_chinese_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8 with some Han: hardly a text in another encoding is that by chance."""
    if data.isascii() or not _is_utf8(data):
        return False
    head = data[:_HAN_BYTES].decode("utf-8", "ignore")
    return sum("\u4e00" <= c <= "\u9fff" for c in head) >= _HAN


def _utf16_by_nuls(data: bytes) -> str | None:
    """Name the byte order of UTF-16 without a mark: its ASCII (digits, separators) puts NULs on one side only."""
    head = data[: 1 << 20]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if even + odd < max(8, _NUL_DENSITY * len(head)):
        return None
    # UTF-8 with stray NULs has whole line feeds
    if odd > 9 * even and (b"\n\x00" in head or b"\n" not in head):
        return "utf-16-le"
    return "utf-16-be" if even > 9 * odd and (b"\x00\n" in head or b"\n" not in head) else None


def _mostly_utf8(data: bytes) -> bool:
    """Tell a UTF-8 file with a few damaged lines from a GBK file, of which hardly a line is UTF-8 by chance."""
    seen = valid = 0
    for line in data.split(b"\n"):
        if not line.isascii():
            seen += 1
            valid += _is_utf8(line)
            if seen == _SAMPLE_LINES:
                break
    return valid * 2 >= seen


def _damaged_share(data: bytes) -> float:
    lines = [line for line in data.split(b"\n") if not line.isascii()]
    mark = DAMAGED.encode()
    return sum(mark in line for line in lines) / max(1, len(lines))
