"""YAML with positions: a plain tree, and for every key and value the file, line and column it came from.

YAML 1.2 scalars (no is a word, 9:30 is a text, 010 is ten); repeated keys, merge keys and exploding aliases are
mistakes, all told at once.

    source = read_yaml(Path("rubrics/standard.yaml"))
    source.at(("groups", 0, "checks", 2, "title"))      # "rubrics/standard.yaml:61:9"
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from qa_audit.codes import Mistake, Place
from qa_audit.errors import RubricError

Loc = tuple[str | int, ...]

MAX_BYTES = 4_000_000
MAX_NODES = 200_000
MAX_DEPTH = 40
_LONGEST_INT = 18
_TEXT = "tag:yaml.org,2002:str"
_CORE = [
    ("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    ("tag:yaml.org,2002:int", re.compile(r"^[-+]?[0-9]+$"), list("-+0123456789")),
    (
        "tag:yaml.org,2002:float",
        re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
        list("-+.0123456789"),
    ),
]
_PATTERNS = {tag: pattern for tag, pattern, _ in _CORE}
_COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """The C parser with YAML 1.2's core schema instead of YAML 1.1's guesses."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


for _tag, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)


@dataclass
class Source:
    """A parsed file: `tree` in plain Python values (None where it cannot be read), where each part of it stands, and
    what is wrong with it as a file."""

    file: str
    tree: Any = None
    places: dict[Loc, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def place(self, loc: Loc) -> Place:
        """Return the place of the part at loc, or of the nearest part above it that is written down."""
        if loc not in self.places:
            loc = written(loc, self.tree)
        while loc and loc not in self.places:
            loc = loc[:-1]
        return self.places.get(loc, Place(self.file))

    def at(self, loc: Loc) -> str:
        """Return that place as `file:line:column`."""
        return str(self.place(loc))


def written(loc: Loc, tree: Any) -> Loc:
    """Drop from a path what is not in the file: tags of unions, and indexes of things written without a list."""
    out: list[str | int] = []
    for part in loc:
        in_list = isinstance(tree, list) and isinstance(part, int) and part < len(tree)
        if in_list or (isinstance(tree, dict) and part in tree):
            out.append(part)
            tree = tree[part]
    return tuple(out)


def read_yaml(path: Path, shown: str | None = None) -> Source:
    """Parse one YAML file; RubricError when it is not YAML, not UTF-8, too large, or repeats keys."""
    return _whole(open_yaml(path, shown))


def parse_yaml(text: str, shown: str) -> Source:
    """Parse YAML text; see read_yaml."""
    return _whole(open_text(text, shown))


def open_yaml(path: Path, shown: str | None = None) -> Source:
    """Parse one YAML file as far as it can be; what is wrong stands in `mistakes`."""
    shown = shown or path.as_posix()
    text, mistake = read_text(path, shown, MAX_BYTES)
    return Source(shown, mistakes=[mistake]) if mistake else open_text(text, shown)


def open_text(text: str, shown: str) -> Source:
    """Parse YAML text as far as it can be; see open_yaml."""
    source = Source(shown)
    try:
        mistake = _outgrown(text, shown)
        node = None if mistake else yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(shown, mark.line + 1, mark.column + 1) if mark else Place(shown)
        mistake = Mistake(place, "E104", {"problem": error.problem or ""})
    except yaml.YAMLError as error:
        mistake = Mistake(Place(shown), "E104", {"problem": str(error).splitlines()[0]})
    if mistake is None and node is not None:
        try:
            source.tree = _Builder(source).build(node, (), 0)
        except _TooMuchError as error:
            source.places.clear()
            mistake = error.mistake
    source.mistakes += [mistake] if mistake else []
    return source


def read_text(path: Path, shown: str, most: int) -> tuple[str, Mistake | None]:
    """Return the text of a UTF-8 file of at most so many bytes, or "" and what is wrong with it."""
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: NUL in the name
        reason = error.strerror if isinstance(error, OSError) else None
        return "", Mistake(Place(shown), "E101", {"reason": reason or "文件名不对"})
    if len(data) > most:
        return "", Mistake(Place(shown), "E102", {"most": most})
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        return "", Mistake(Place(shown, data[: error.start].count(b"\n") + 1), "E103")


def _whole(source: Source) -> Source:
    if source.mistakes:
        raise RubricError(source.mistakes)
    return source


def _outgrown(text: str, shown: str) -> Mistake | None:
    """Say what is too deep or too much in the event stream: composing it would overflow the C stack, or fill memory."""
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_Loader):
        nodes += isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            mark: Any = event.start_mark
            place = Place(shown, mark.line + 1, mark.column + 1)
            return _too_deep(place) if depth > MAX_DEPTH else _too_many(place)
    return None


class _TooMuchError(Exception):
    def __init__(self, mistake: Mistake) -> None:
        self.mistake = mistake


def _too_deep(place: Place) -> Mistake:
    return Mistake(place, "E105", {"most": MAX_DEPTH})


def _too_many(place: Place) -> Mistake:
    return Mistake(place, "E106", {"most": MAX_NODES})


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.nodes = 0

    def build(self, node: Any, loc: Loc, depth: int) -> Any:
        self.nodes += 1
        here = self._place(node)
        if self.nodes > MAX_NODES:
            raise _TooMuchError(_too_many(here))
        if depth > MAX_DEPTH:
            raise _TooMuchError(_too_deep(here))
        self.source.places.setdefault(loc, here)
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _COLLECTIONS:
            self.source.mistakes.append(Mistake(here, "E109", {"tag": node.tag}))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*loc, i), depth + 1) for i, child in enumerate(node.value)]
        return self._scalar(node, here)

    def _mapping(self, node: Any, loc: Loc, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            here = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.source.mistakes.append(Mistake(here, "E108"))
                continue
            key = key_node.value
            if key in out:
                self.source.mistakes.append(Mistake(here, "E107", {"key": key}))
                continue
            out[key] = self.build(value_node, (*loc, key), depth + 1)
            self.source.places[(*loc, key)] = here
        return out

    def _scalar(self, node: Any, here: Place) -> Any:
        text, tag = node.value, node.tag
        if tag == _TEXT:
            return text
        if tag not in _PATTERNS or not _PATTERNS[tag].match(text):
            self.source.mistakes.append(Mistake(here, "E109", {"tag": tag}))
            return text
        if tag.endswith(":null"):
            return None
        if tag.endswith(":bool"):
            return text.lower() == "true"
        if tag.endswith(":int"):
            return int(text) if len(text) <= _LONGEST_INT else text
        return float(text)

    def _place(self, node: Any) -> Place:
        return Place(self.source.file, node.start_mark.line + 1, node.start_mark.column + 1)
