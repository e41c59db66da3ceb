"""Clock files: the shipped ones by name, one's own by path; every mistake told as file:line:column.

load_clock("house").stops            # "human"
load_clock("clocks/my-shop.yaml")    # may say `extends: house` and only what it changes
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_audit.clocks.model import Clock
from qa_audit.codes import Mistake, Place, near
from qa_audit.errors import RubricError
from qa_audit.mistakes import tell
from qa_audit.shipped import rubrics_folder
from qa_audit.yaml_source import Source, read_yaml

SHIPPED = (
    "house",
    "taobao-3min",
    "taobao-avg",
    "jd-30s",
    "douyin",
    "kuaishou",
    "pinduoduo",
    "qiyu",
    "zendesk",
    "intercom",
    "amazon-connect",
)
"""The names of the shipped clocks, in the order they are listed."""

_SUFFIXES = (".yaml", ".yml")
_MOST_EXTENDED = 8


def load_clock(name: str | Path, folder: Path | None = None) -> Clock:
    """Return a shipped clock by name, or one from a file (a path relative to `folder`, by default to where we are).

    RubricError tells every mistake as file:line:column; an unknown name is told with those that are known.
    """
    path = clock_path(str(name), folder or Path())
    if path is None:
        raise RubricError(
            "没有时钟 '{name}'({nearest}可用:{known};或写时钟文件的路径,以 .yaml 结尾)".format(
                **unknown_clock(str(name))
            )
        )
    return _read(path)


def shipped_clocks() -> dict[str, Clock]:
    """Return every shipped clock by name, in the order they are listed."""
    return {name: load_clock(name) for name in SHIPPED}


@lru_cache(maxsize=1)
def house() -> Clock:
    """Return the clock that is used when none is named."""
    return load_clock("house")


def clock_path(name: str, folder: Path) -> Path | None:
    """Return the file of a shipped clock, or of one given by its path in `folder`; None for a name nobody knows."""
    if name in SHIPPED:
        return rubrics_folder() / "clocks" / f"{name}.yaml"
    return folder / name if name.endswith(_SUFFIXES) else None


def _read(path: Path) -> Clock:
    source = read_yaml(path)
    tree = _merged(source, path, ())
    try:
        return Clock.model_validate(tree)
    except ValidationError as error:
        raise RubricError(tell(error, source, Clock)) from error


def _merged(source: Source, path: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    """Return the tree of a file laid over the one it extends; `below` are the files that extend it."""
    if not isinstance(source.tree, dict):
        raise RubricError([Mistake(Place(source.file), "E110", _NO_CLOCK)])
    base = source.tree.get("extends")
    if base is None:
        return source.tree
    place = source.place(("extends",))
    found = clock_path(base, path.parent) if isinstance(base, str) else None
    if found is None:
        raise RubricError([Mistake(place, "E324", unknown_clock(str(base)))])
    chain = (*below, path.resolve())
    if found.resolve() in chain or len(chain) > _MOST_EXTENDED:
        told = " → ".join(each.name for each in (*chain, found))
        raise RubricError([Mistake(place, "E349", {"chain": told})])
    if not found.is_file():
        raise RubricError([Mistake(place, "E111", {"name": base, "nearest": "", "nearest_en": ""})])
    above = read_yaml(found)
    lower = _merged(above, found, chain)
    try:
        Clock.model_validate(lower)
    except ValidationError as error:
        raise RubricError(tell(error, above, Clock)) from error
    return {**lower, **source.tree}


def unknown_clock(name: str) -> dict[str, str]:
    """Return the context of the mistake of naming a clock that nobody knows."""
    return {"name": name, "known": "、".join(SHIPPED), **near(name, SHIPPED)}


_NO_CLOCK = {
    "what": "时钟文件", "what_en": "a clock file", "keys": "name、start", "example": "rubrics/clocks/house.yaml",
}  # fmt: skip
