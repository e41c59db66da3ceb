"""Exports inside .zip and .gz: which members there are, and the bytes of one, within limits that a bomb runs into.

A member is named `export.zip!/folder/a.csv`; what lies deeper than NESTED archives, unpacks to more than MOST_BYTES or
more than RATIO times its packed size, is encrypted, or has a name that leads out of the archive, is refused by name.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from qa_audit.errors import ExportError

SUFFIXES = (".zip", ".gz")
NESTED = 2
MOST_MEMBERS = 2_000
MOST_BYTES = 4 << 30
RATIO, RATIO_FROM = 200, 10 << 20
_INSIDE = "!/"
_CHUNK = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, gzip.BadGzipFile, EOFError, NotImplementedError, OSError, ValueError)


@dataclass(frozen=True)
class Member:
    """A file within an archive: shown name, the names that lead to it from the archive on disk, unpacked size."""

    name: str
    path: tuple[str, ...]
    size: int


def is_archive(name: str, start: bytes = b"PK\x03\x04") -> bool:
    """Say whether a file is an archive by its suffix; a workbook is a zip by its bytes, but not by its name."""
    lower = name.lower()
    return lower.endswith(".gz") or (lower.endswith(".zip") and start[:2] == b"PK")


def members(location: str, shown: str) -> Iterator[Member]:
    """Yield the files within an archive on disk, nested ones too, in the order of their names.

    Raise ExportError, naming the member, for an archive that is broken, encrypted, or beyond the limits.
    """
    data = _opened(location, shown)
    with data:
        yield from _members(data, shown, (), 1)


def read(location: str, shown: str, path: tuple[str, ...]) -> bytes:
    """Return the bytes of one member. Raise ExportError when it is damaged or larger than the archive says."""
    with _opened(location, shown) as data:
        found: IO[bytes] = data
        for depth, name in enumerate(path):
            shown = shown + _INSIDE + name
            content = _unpack(found, name, shown)
            if depth + 1 == len(path):
                return content
            found = io.BytesIO(content)
    raise ExportError(f"{shown}: 不是压缩包里的文件")


def _opened(location: str, shown: str) -> IO[bytes]:
    try:
        return Path(location).open("rb")
    except OSError as error:
        raise ExportError(f"{shown}: 读不了({error.strerror or error})。请检查权限") from None


def _members(data: IO[bytes], shown: str, path: tuple[str, ...], depth: int) -> Iterator[Member]:
    if shown.lower().endswith(".gz"):
        inner = PurePosixPath(shown.split(_INSIDE)[-1]).name[: -len(".gz")] or "内容"
        size = len(_unpack(data, inner, shown + _INSIDE + inner))
        yield from _inner(data, shown, path, inner, size, depth)
        return
    for info in _listed(data, shown):
        yield from _inner(data, shown, path, info.filename, info.file_size, depth)


def _inner(data: IO[bytes], shown: str, path: tuple[str, ...], name: str, size: int, depth: int) -> Iterator[Member]:
    full = shown + _INSIDE + readable(name)
    if not is_archive(name):
        yield Member(full, (*path, name), size)
        return
    if depth >= NESTED:
        raise ExportError(f"{full}: 压缩包套得太深(最多 {NESTED} 层)。请先解开")
    yield from _members(io.BytesIO(_unpack(data, name, full)), full, (*path, name), depth + 1)


def _listed(data: IO[bytes], shown: str) -> list[zipfile.ZipInfo]:
    try:
        infos = [info for info in zipfile.ZipFile(data).infolist() if not info.is_dir()]
    except _BROKEN as error:
        raise ExportError(f"{shown}: 打不开这个压缩包({' '.join(str(error).split())[:80]})。请重新下载") from None
    if len(infos) > MOST_MEMBERS:
        raise ExportError(f"{shown}: 压缩包里有 {len(infos):,} 个文件,最多读 {MOST_MEMBERS:,} 个。请分开打包")
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        raise ExportError(f"{shown}: 解开有 {total / 1e9:.1f} GB,最多 {MOST_BYTES / 1e9:.1f} GB。请分开打包")
    for info in infos:
        _refuse(info, shown)
    kept = [info for info in infos if not PurePosixPath(info.filename).name.startswith((".", "~$", "__MACOSX"))]
    return sorted((info for info in kept if not info.filename.startswith("__MACOSX/")), key=lambda info: info.filename)


def _refuse(info: zipfile.ZipInfo, shown: str) -> None:
    name = readable(info.filename)
    if info.flag_bits & 1:
        raise ExportError(f"{shown}: 压缩包有密码({name})。请去掉密码或先解开")
    parts = PurePosixPath(info.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        raise ExportError(f"{shown}: 压缩包里的 {name} 指向包外,不读。请核对它的来源")
    if info.file_size > RATIO_FROM and info.file_size > RATIO * max(1, info.compress_size):
        raise ExportError(f"{shown}: 压缩包里的 {name} 解开后大得不正常(超过 {RATIO} 倍),不读。请核对它的来源")


def _unpack(data: IO[bytes], name: str, shown: str) -> bytes:
    """Read one member whole, but never more than the limits allow, whatever the archive says of its size."""
    data.seek(0, io.SEEK_END)
    packed = data.tell()
    data.seek(0)
    try:
        if data.read(2) == b"\x1f\x8b":
            data.seek(0)
            return _bounded(gzip.GzipFile(fileobj=data), packed, shown)
        archive = zipfile.ZipFile(data)
        info = archive.getinfo(name)
        with archive.open(info) as stream:
            return _bounded(stream, info.compress_size, shown)
    except KeyError:
        raise ExportError(f"{shown}: 压缩包里没有这个文件") from None
    except _BROKEN as error:
        raise ExportError(f"{shown}: 解不开({' '.join(str(error).split())[:80]})。压缩包可能没下载完") from None


def _bounded(stream: Any, packed: int, shown: str) -> bytes:
    most = min(MOST_BYTES, max(RATIO_FROM, RATIO * packed))
    parts, size = [], 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise ExportError(f"{shown}: 解开后大得不正常(超过 {most / 1e6:,.0f} MB),不读。请核对它的来源")
        parts.append(chunk)
    return b"".join(parts)


def readable(name: str) -> str:
    """Return a member's name as it was meant: old Chinese archives name files in GBK without saying so."""
    with suppress(UnicodeError):
        name = name.encode("cp437").decode("gb18030") if not name.isascii() else name
    return "".join(char if char.isprintable() else "?" for char in name)
