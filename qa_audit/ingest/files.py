"""What the user typed → the files to read, each once, in an order that does not depend on how they were typed."""

import glob
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from qa_audit.errors import ExportError
from qa_audit.formats import SUFFIXES
from qa_audit.formats.limits import MOST_LINE, refuse_long_lines
from qa_audit.formats.sheet import Notice
from qa_audit.ingest import archives

_NO_LOGS = frozenset((".md", ".yaml", ".yml"))
"""Notes and settings that lie beside exports; any other file of a folder that is not read is named in a notice."""


@dataclass(frozen=True, order=True)
class ExportFile:
    """name: path as given, with / and without bytes that are no text; location: what to open; member: the names that
    lead to it within an archive; size in bytes."""

    name: str
    location: str
    member: tuple[str, ...] = ()
    size: int = 0


@dataclass(frozen=True)
class Failed:
    """A file that could not be read: its name, and one line that says why and what to try."""

    path: str
    message: str


@dataclass(frozen=True)
class Found:
    """The files to read, in order; what was passed over; the archives that could not be looked into."""

    files: list[ExportFile]
    notices: list[Notice]
    failed: list[Failed]


def expand(paths: Sequence[str]) -> Found:
    """Expand files, folders, globs and archives. Raise ExportError when a path leads nowhere or no file is left."""
    if not paths:
        raise ExportError("没有给出聊天记录。请写上文件、文件夹或通配符,例如 qa-audit run 导出/*.csv")
    found: dict[str, ExportFile] = {}
    skipped: set[str] = set()
    for given in sorted({os.fspath(path) for path in paths}):
        for path in _matches(given):
            for file in _files(path, skipped):
                real = os.path.realpath(file.location)
                found[real] = min(file, found.get(real, file))
    files, failed = _unpacked(sorted(found.values()), skipped)
    if not files and failed:
        raise ExportError("\n".join(each.message for each in failed))
    if not files:
        suffixes = " ".join(sorted((*SUFFIXES, *archives.SUFFIXES)))
        raise ExportError(f"{'、'.join(sorted(map(_name, paths)))}: 里面没有可读的文件。能读的后缀:{suffixes}")
    notices: list[Notice] = []
    if skipped:
        some = "、".join(sorted(skipped)[:3]) + (" 等" if len(skipped) > 3 else "")
        notices.append(Notice("skipped_files", f"没有读 {len(skipped)} 个不认识的文件:{some}。要读它,请直接写它的路径"))
    return Found(files, notices, failed)


def total_bytes(paths: Sequence[str]) -> int:
    """Return the unpacked size of all files that `expand` finds. Raise ExportError as it does."""
    return sum(file.size for file in expand(paths).files)


def _unpacked(files: Sequence[ExportFile], skipped: set[str]) -> tuple[list[ExportFile], list[Failed]]:
    """Put the members of archives in the place of the archives."""
    out: list[ExportFile] = []
    failed: list[Failed] = []
    for file in files:
        if not _is_archive(file):
            out.append(file)
            continue
        try:
            for member in archives.members(file.location, file.name):
                # what was packed alone was meant to be read, whatever its name
                if PurePath(member.path[-1]).suffix.lower() in SUFFIXES or file.name.lower().endswith(".gz"):
                    out.append(ExportFile(member.name, file.location, member.path, member.size))
                else:
                    skipped.add(member.name)
        except ExportError as error:
            failed.append(Failed(file.name, str(error)))
    return out, failed


def _is_archive(file: ExportFile) -> bool:
    if not file.name.lower().endswith(archives.SUFFIXES):
        return False
    with Path(file.location).open("rb") as stream:
        return archives.is_archive(file.name, stream.read(4))


def read_bytes(file: ExportFile) -> bytes:
    """Read a whole file. Raise ExportError when the system does not let us, or its archive is damaged."""
    if file.member:
        archive = file.name[: -len("!/" + "!/".join(map(archives.readable, file.member)))]
        data = archives.read(file.location, archive, file.member)
        refuse_long_lines(io.BytesIO(data), file.name)
        return data
    try:
        with Path(file.location).open("rb") as stream:
            if file.size > MOST_LINE:
                refuse_long_lines(stream, file.name)
                stream.seek(0)
            return stream.read()
    except OSError as error:
        raise ExportError(
            f"{file.name}: 读不了({error.strerror or error})。请检查权限,或是否正被别的程序占用"
        ) from None


def _matches(given: str) -> list[Path]:
    try:
        if Path(given).exists():
            return [Path(given)]
        matched = sorted(glob.glob(given, recursive=True)) if glob.has_magic(given) else []  # noqa: PTH207 absolute too
    except (ValueError, OSError):  # an embedded NUL, a name longer than the system allows
        matched = []
    if not matched:
        raise ExportError(f"{_name(given)}: 找不到这个文件或文件夹。请检查路径")
    return [Path(path) for path in matched]


def _files(path: Path, skipped: set[str]) -> Iterator[ExportFile]:
    if not path.is_dir():
        if not path.is_file():
            raise ExportError(f"{_name(path)}: 不是普通文件。请先存成文件再读")
        yield ExportFile(_name(path), os.fspath(path), size=path.stat().st_size)
        return
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        for location in (Path(folder, name) for name in names):
            if location.name.startswith((".", "~$")) or not location.is_file():
                continue
            if location.suffix.lower() in (*SUFFIXES, *archives.SUFFIXES):
                yield ExportFile(_name(location), os.fspath(location), size=location.stat().st_size)
            elif location.suffix.lower() not in _NO_LOGS:
                skipped.add(_name(location))


def _name(path: str | os.PathLike[str]) -> str:
    text = PurePath(path).as_posix()
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
