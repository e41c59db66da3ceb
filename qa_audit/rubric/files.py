"""Finding the files that a rubric names: in its own folder, beside the file that names them, or among the shipped."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath

from qa_audit.codes import Mistake, Place
from qa_audit.shipped import rubrics_folder
from qa_audit.yaml_source import MAX_BYTES, read_text

_MOST_LISTED = 500  # files looked through for one like the name that was not found


@dataclass(frozen=True)
class Found:
    """A file that was found: `name` as a rubric writes it, `path`, and how messages show it."""

    name: str
    path: Path
    shown: str

    @cached_property
    def real(self) -> Path:
        """The path that the file really has: one for all names and links that lead to it."""
        return self.path.resolve()


@dataclass
class Files:
    """The folders that a rubric may read from, and every text read, by the path that its file really has."""

    root: Path
    texts: dict[Path, tuple[Found, str]] = field(default_factory=dict)

    def folders(self, beside: Path) -> tuple[Path, ...]:
        """Return where a name in a file of the folder `beside` is looked for, in this order.

        A shipped file finds shipped files only, whatever lies beside the rubric that includes it.
        """
        ours = rubrics_folder()
        root = () if beside.resolve().is_relative_to(ours.resolve()) else (self.root,)
        return tuple(dict.fromkeys((beside, *root, ours)))

    def find(self, name: str, beside: Path, place: Place) -> Found | Mistake:
        """Return the file that a name means, or the mistake at `place`; nothing outside the folders is looked at."""
        relative = PurePosixPath(name)
        outside = relative.is_absolute() or ".." in relative.parts or set(name) & set("\\:\0")
        if outside:
            return Mistake(place, "E112", {"name": name})
        for folder in self.folders(beside):
            path = folder / name
            if _is_file(path):
                if not path.resolve().is_relative_to(folder.resolve()):
                    return Mistake(place, "E112", {"name": name})
                return Found(name, path, shown(path))
        return Mistake(place, "E111", {"name": name, **self._nearest(name, beside)})

    def read(self, found: Found) -> str | Mistake:
        """Return the text of a file, read once."""
        key = found.real
        if key not in self.texts:
            text, mistake = read_text(found.path, found.shown, MAX_BYTES)
            if mistake:
                return mistake
            self.texts[key] = (found, text)
        return self.texts[key][1]

    def _nearest(self, name: str, beside: Path) -> dict[str, str]:
        wanted = PurePosixPath(name)
        known = []
        for folder in self.folders(beside) if wanted.name else ():
            listed = sorted(each.name for each in _listed((folder / name).parent) if each.suffix == wanted.suffix)
            known += [wanted.with_name(each).as_posix() for each in listed]
        close = get_close_matches(name, known, 1, 0.6)
        return {
            "nearest": f";是不是 {close[0]}?" if close else "",
            "nearest_en": f"; did you mean {close[0]}?" if close else "",
        }


def shown(path: Path) -> str:
    """Return a path as messages show it: from where we are, if it lies below."""
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name too long for the system
        return False


def _listed(folder: Path) -> list[Path]:
    try:
        return list(islice(folder.iterdir(), _MOST_LISTED))
    except OSError:
        return []
