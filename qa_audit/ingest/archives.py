"""Exports inside .zip and .gz: which members there are, and the bytes of one, within limits that a bomb runs into.

A member is named `export.zip!/folder/a.csv`; what lies deeper than NESTED archives, unpacks to more than MOST_BYTES or
more than RATIO times its packed size, is encrypted, has a name twice or one that leads out of the archive, is refused
by name.
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


@dataclass
class Kept:
    """The archive within an archive that was read last, unpacked: its members are read one after the other."""

    place: tuple[str, ...] = ()
    data: bytes = b""

    def clear(self) -> None:
        """Hold nothing any more."""
        self.place, self.data = (), b""


def is_archive(name: str, start: bytes = b"PK\x03\x04") -> bool:
    """Say whether a file is an archive by its suffix; a workbook is a zip by its bytes, but not by its name."""
    lower = name.lower()
    return lower.endswith(".gz") or (lower.endswith(".zip") and start[:2] == b"PK")


def members(location: str, shown: str) -> Iterator[Member]:
    """Yield the files within an archive on disk, nested ones too, in the order of their names.

    Raise ExportError, naming the member, for an archive that is broken, encrypted, beyond the limits, or has two files
    of one name.
    """
    seen: set[str] = set()
    with _opened(location, shown) as data:
        for member in _members(data, shown, (), 1):
            _refuse_namesake(member.name, seen, shown)
            yield member


def read(location: str, shown: str, path: tuple[str, ...], kept: Kept) -> bytes:
    """Return the bytes of one member; `kept` saves unpacking the archive around it again for the next one.

    Raise ExportError when it is damaged or larger than the archive says.
    """
    sink = io.BytesIO()
    read_into(sink, location, shown, path, kept)
    return sink.getvalue()


def read_into(sink: IO[bytes], location: str, shown: str, path: tuple[str, ...], kept: Kept) -> None:
    """Write the bytes of one member to a file, as `read` returns them."""
    full = shown + _INSIDE + _INSIDE.join(map(readable, path))
    if len(path) == 1:
        with _opened(location, shown) as data:
            _unpack(data, path[0], full, sink)
        return
    around = (location, *path[:-1])
    if kept.place != around:
        kept.clear()
        kept.data = read(location, shown, path[:-1], Kept())
        kept.place = around
    _unpack(io.BytesIO(kept.data), path[-1], full, sink)


def _opened(location: str, shown: str) -> IO[bytes]:
    try:
        return Path(location).open("rb")
    except OSError as error:
        raise ExportError(f"{shown}: 读不了({error.strerror or error})。请检查权限") from None


def _members(data: IO[bytes], shown: str, path: tuple[str, ...], depth: int) -> Iterator[Member]:
    if shown.lower().endswith(".gz"):
        inner = PurePosixPath(shown.split(_INSIDE)[-1]).name[: -len(".gz")] or "内容"
        size = _unpack(data, inner, shown + _INSIDE + inner, _Nowhere())
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
    inner = io.BytesIO()
    _unpack(data, name, full, inner)
    yield from _members(inner, full, (*path, name), depth + 1)


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
    kept = [info for info in kept if not info.filename.startswith("__MACOSX/")]
    seen: set[str] = set()
    for info in kept:
        _refuse_namesake(readable(info.filename), seen, shown)
    return sorted(kept, key=lambda info: info.filename)


def _refuse_namesake(name: str, seen: set[str], shown: str) -> None:
    """Members are fetched by name, and named to the user: of two with one name only one would be read."""
    if name in seen:
        raise ExportError(f"{shown}: 压缩包里有两个文件都叫 {name},分不清,不读。请解开,把两个文件改成不同的名字再读")
    seen.add(name)


def _refuse(info: zipfile.ZipInfo, shown: str) -> None:
    name = readable(info.filename)
    if info.flag_bits & 1:
        raise ExportError(f"{shown}: 压缩包有密码({name})。请去掉密码或先解开")
    parts = PurePosixPath(info.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in parts.parts[0]:
        raise ExportError(f"{shown}: 压缩包里的 {name} 指向包外,不读。请核对它的来源")
    if info.file_size > RATIO_FROM and info.file_size > RATIO * max(1, info.compress_size):
        raise ExportError(f"{shown}: 压缩包里的 {name} 解开后大得不正常(超过 {RATIO} 倍),不读。请核对它的来源")


def _unpack(data: IO[bytes], name: str, shown: str, sink: IO[bytes]) -> int:
    """Write one member whole and return its size, but never more than the limits allow, whatever the archive says."""
    data.seek(0, io.SEEK_END)
    packed = data.tell()
    data.seek(0)
    try:
        if data.read(2) == b"\x1f\x8b":
            data.seek(0)
            return _bounded(gzip.GzipFile(fileobj=data), packed, shown, sink)
        archive = zipfile.ZipFile(data)
        info = archive.getinfo(name)
        with archive.open(info) as stream:
            return _bounded(stream, info.compress_size, shown, sink)
    except KeyError:
        raise ExportError(f"{shown}: 压缩包里没有这个文件") from None
    except _BROKEN as error:
        raise ExportError(f"{shown}: 解不开({' '.join(str(error).split())[:80]})。压缩包可能没下载完") from None


class _Nowhere(io.BytesIO):
    """Takes bytes and keeps none, to learn how many there are."""

    def write(self, data: Any) -> int:
        return len(data)


def _bounded(stream: Any, packed: int, shown: str, sink: IO[bytes]) -> int:
    most = min(MOST_BYTES, max(RATIO_FROM, RATIO * packed))
    size = 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise ExportError(f"{shown}: 解开后大得不正常(超过 {most / 1e6:,.0f} MB),不读。请核对它的来源")
        sink.write(chunk)
    return size


def readable(name: str) -> str:
    """Return a member's name as it was meant: old Chinese archives name files in GBK without saying so."""
    with suppress(UnicodeError):
        name = name.encode("cp437").decode("gb18030") if not name.isascii() else name
    return "".join(char if char.isprintable() else "?" for char in name)
