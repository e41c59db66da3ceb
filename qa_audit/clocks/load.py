"""Clock files: the shipped ones by name, one's own by path; every mistake told as file:line:column.

load_clock("house").stops            # "human"
load_clock("clocks/my-shop.yaml")    # may say `extends: house` and only what it changes
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from qa_audit.clocks.model import Clock
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
        raise RubricError(f"没有时钟 '{name}'(可用:{'、'.join(SHIPPED)};或写时钟文件的路径,以 .yaml 结尾)")
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
        raise RubricError("\n".join(tell(error, source, Clock))) from error


def _merged(source: Source, path: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    """Return the tree of a file laid over the one it extends; `below` are the files that extend it."""
    if not isinstance(source.tree, dict):
        raise RubricError(f"{source.file}:1:1: 不是时钟文件:要有 name、start 等键(参考 rubrics/clocks/house.yaml)")
    base = source.tree.get("extends")
    if base is None:
        return source.tree
    place = source.at(("extends",))
    found = clock_path(base, path.parent) if isinstance(base, str) else None
    if found is None:
        raise RubricError(f"{place}: extends 没有时钟 '{base}'(可用:{'、'.join(SHIPPED)},或 .yaml 文件的路径)")
    here = path.resolve()
    if found.resolve() in (*below, here) or len(below) >= _MOST_EXTENDED:
        raise RubricError(f"{place}: extends 绕回了自己或层数太多({base});去掉一层")
    if not found.is_file():
        raise RubricError(f"{place}: extends 的文件打不开:{found.as_posix()}(路径相对于本文件)")
    above = read_yaml(found)
    lower = _merged(above, found, (*below, here))
    try:
        Clock.model_validate(lower)
    except ValidationError as error:
        raise RubricError("\n".join(tell(error, above, Clock))) from error
    return {**lower, **source.tree}
