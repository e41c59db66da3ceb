"""What the user typed → the files to read, each once, in an order that does not depend on how they were typed."""

import glob
import io
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
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
    lead to it within an archive; size in bytes; kept: the archive around the member that was read last."""

    name: str
    location: str
    member: tuple[str, ...] = ()
    size: int = 0
    kept: archives.Kept = field(default_factory=archives.Kept, compare=False, repr=False)


@dataclass(frozen=True)
class Failed:
    """A file that could not be read: its name, and one line that says why and what to try (`told` of its error)."""

    path: str
    message: str


@dataclass(frozen=True)
class Found:
    """The files to read, in order; what was passed over; the folders, links and archives that could not be looked into;
    what the files share while they are read one after the other."""

    files: list[ExportFile]
    notices: list[Notice]
    failed: list[Failed]
    kept: archives.Kept


@dataclass(frozen=True)
class _Passed:
    """What is not read: files of no known suffix, links to folders, and what the system does not let us look at."""

    skipped: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    failed: set[tuple[str, str]] = field(default_factory=set)

    def fail(self, path: str | os.PathLike[str], why: str) -> None:
        """Note what could not be read, once."""
        self.failed.add((_name(path), f"{_name(path)}: {why}"))

    def notices(self) -> list[Notice]:
        """Say what was passed over, by name."""
        out = []
        if self.skipped:
            text = f"没有读 {len(self.skipped)} 个不认识的文件:{_some(self.skipped)}。要读它,请直接写它的路径"
            out.append(Notice("skipped_files", text))
        if self.linked:
            text = f"没有读 {len(self.linked)} 个链接到别处的子文件夹:{_some(self.linked)}。要读它,请直接写它的路径"
            out.append(Notice("skipped_files", text))
        return out


def expand(paths: Sequence[str]) -> Found:
    """Expand files, folders, globs and archives. Raise ExportError when a path leads nowhere or no file is left."""
    if not paths:
        raise ExportError("没有给出聊天记录。请写上文件、文件夹或通配符,例如 qa-audit run 导出/*.csv")
    found: dict[str, ExportFile] = {}
    passed = _Passed()
    for given in sorted({os.fspath(path) for path in paths}):
        for path in _matches(given):
            for file in _files(path, passed):
                real = os.path.realpath(file.location)
                found[real] = min(file, found.get(real, file))
    kept = archives.Kept()
    files = _unpacked(sorted(found.values()), passed, kept)
    failed = [Failed(name, message) for name, message in sorted(passed.failed)]
    if not files and failed:
        raise ExportError("\n".join(each.message for each in failed))
    if not files:
        suffixes = " ".join(sorted((*SUFFIXES, *archives.SUFFIXES)))
        raise ExportError(f"{'、'.join(sorted(map(_name, paths)))}: 里面没有可读的文件。能读的后缀:{suffixes}")
    return Found(files, passed.notices(), failed, kept)


def _unpacked(files: Sequence[ExportFile], passed: _Passed, kept: archives.Kept) -> list[ExportFile]:
    """Put the members of archives in the place of the archives."""
    out: list[ExportFile] = []
    for file in files:
        try:
            if not _is_archive(file):
                out.append(file)
                continue
            for member in archives.members(file.location, file.name):
                # what was packed alone was meant to be read, whatever its name
                if PurePath(member.path[-1]).suffix.lower() in SUFFIXES or file.name.lower().endswith(".gz"):
                    out.append(ExportFile(member.name, file.location, member.path, member.size, kept))
                else:
                    passed.skipped.add(member.name)
        except ExportError as error:
            passed.failed.add((file.name, error.told))
        except OSError as error:
            passed.fail(file.name, f"读不了({error.strerror or error})。请检查权限,或是否正被别的程序占用")
    return out


def _is_archive(file: ExportFile) -> bool:
    if not file.name.lower().endswith(archives.SUFFIXES):
        return False
    with Path(file.location).open("rb") as stream:
        return archives.is_archive(file.name, stream.read(4))


def read_bytes(file: ExportFile) -> bytes:
    """Read a whole file. Raise ExportError when the system does not let us, or its archive is damaged."""
    if file.member:
        archive = file.name[: -len("!/" + "!/".join(map(archives.readable, file.member)))]
        data = archives.read(file.location, archive, file.member, file.kept)
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


def unpacked(file: ExportFile, folder: Path) -> ExportFile:
    """Put a member of an archive into a file of its own under `folder`; any other file is returned as it is.

    Raise ExportError as `read_bytes` does.
    """
    if not file.member:
        return file
    archive = file.name[: -len("!/" + "!/".join(map(archives.readable, file.member)))]
    descriptor, location = tempfile.mkstemp(dir=folder, prefix="unpacked-")
    with os.fdopen(descriptor, "w+b") as sink:
        archives.read_into(sink, file.location, archive, file.member, file.kept)
        size = sink.tell()
        sink.seek(0)
        refuse_long_lines(sink, file.name)
    return ExportFile(file.name, location, size=size)


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


def _files(path: Path, passed: _Passed) -> Iterator[ExportFile]:
    if not path.is_dir():
        if not path.is_file():
            raise ExportError(f"{_name(path)}: 不是普通文件。请先存成文件再读")
        yield ExportFile(_name(path), os.fspath(path), size=path.stat().st_size)
        return

    def unreadable(error: OSError) -> None:
        passed.fail(error.filename, f"读不了这个文件夹({error.strerror or error})。请检查权限")

    for folder, subfolders, names in os.walk(path, onerror=unreadable):
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        passed.linked.update(_name(Path(folder, name)) for name in subfolders if Path(folder, name).is_symlink())
        for location in (Path(folder, name) for name in names if not name.startswith((".", "~$"))):
            if location.suffix.lower() in (*SUFFIXES, *archives.SUFFIXES):
                yield from _exported(location, passed)
            elif location.suffix.lower() not in _NO_LOGS:
                passed.skipped.add(_name(location))


def _exported(location: Path, passed: _Passed) -> Iterator[ExportFile]:
    """Yield an export of a folder, unless it is only a name: a link to a file that is gone, a pipe."""
    try:
        if location.is_file():
            yield ExportFile(_name(location), os.fspath(location), size=location.stat().st_size)
        else:
            passed.fail(location, "不是普通文件,或链接到的文件不在了。请重新导出,或删掉它")
    except OSError as error:
        passed.fail(location, f"读不了({error.strerror or error})。请检查权限")


def _some(names: set[str]) -> str:
    return "、".join(sorted(names)[:3]) + (" 等" if len(names) > 3 else "")


def _name(path: str | os.PathLike[str]) -> str:
    text = PurePath(path).as_posix()
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
