"""YAML with positions: a plain tree, and for every key and value the line and column it came from.

YAML 1.2 scalars (no is a word, 9:30 is a text, 010 is ten); repeated keys, merge keys and exploding aliases are
mistakes, all reported at once as RubricError lines `file:line:column: …`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import yaml

from qa_audit.errors import RubricError

Place = tuple[int, int]
Loc = tuple[str | int, ...]

MAX_BYTES = 4_000_000
MAX_NODES = 200_000
_MAX_DEPTH = 40
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


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """The C parser with YAML 1.2's core schema instead of YAML 1.1's guesses."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}


for _tag, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(_tag, _pattern, _first)


@dataclass
class Source:
    """A parsed file: `tree` in plain Python values, and where each part of it stands."""

    file: str
    tree: Any = None
    places: dict[Loc, Place] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def at(self, loc: Loc) -> str:
        """Return `file:line:column` of the part at loc, or of the nearest part above it that is written down."""
        while loc and loc not in self.places:
            loc = loc[:-1]
        line, column = self.places.get(loc, (1, 1))
        return f"{self.file}:{line}:{column}"


def read_yaml(path: Path, shown: str | None = None) -> Source:
    """Parse one YAML file; RubricError when it is not YAML, not UTF-8, too large, or repeats keys."""
    shown = shown or path.as_posix()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RubricError(f"{shown}:1:1: 打不开:{error.strerror}(检查路径和权限)") from error
    if len(data) > MAX_BYTES:
        raise RubricError(f"{shown}:1:1: 文件有 {len(data):,} 字节,上限 {MAX_BYTES:,}(长词表请放进 lexicons/*.txt)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RubricError(f"{shown}:{line}:1: 不是 UTF-8 编码(用编辑器另存为 UTF-8)") from error
    return parse_yaml(text, shown)


def parse_yaml(text: str, shown: str) -> Source:
    """Parse YAML text; see read_yaml."""
    try:
        _check_depth(text, shown)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{mark.line + 1}:{mark.column + 1}" if mark else "1:1"
        raise RubricError(f"{shown}:{place}: 不是合法的 YAML:{error.problem}(检查缩进、冒号后的空格和引号)") from error
    except yaml.YAMLError as error:
        raise RubricError(f"{shown}:1:1: 不是合法的 YAML:{str(error).splitlines()[0]}(去掉控制字符)") from error
    source = Source(shown)
    if node is not None:
        source.tree = _Builder(source).build(node, (), 0)
    if source.mistakes:
        raise RubricError("\n".join(source.mistakes))
    return source


def _check_depth(text: str, shown: str) -> None:
    """Refuse deep nesting from the event stream: composing it would overflow the C stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                line, column = event.start_mark.line + 1, event.start_mark.column + 1  # type: ignore[union-attr]
                raise RubricError(f"{shown}:{line}:{column}: 嵌套太深(上限 {_MAX_DEPTH} 层)")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Builder:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.nodes = 0

    def build(self, node: Any, loc: Loc, depth: int) -> Any:
        self.nodes += 1
        here = (node.start_mark.line + 1, node.start_mark.column + 1)
        if self.nodes > MAX_NODES or depth > _MAX_DEPTH:
            raise RubricError(f"{self.source.file}:{here[0]}:{here[1]}: 别名展开过大或嵌套太深(去掉 & 和 * 的引用)")
        self.source.places.setdefault(loc, here)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*loc, i), depth + 1) for i, child in enumerate(node.value)]
        return self._scalar(node, here)

    def _mapping(self, node: Any, loc: Loc, depth: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.source.mistakes.append(f"{self.source.file}:{line}:{column}: 键必须是一个词")
                continue
            key = key_node.value
            if key in out:
                self.source.mistakes.append(
                    f"{self.source.file}:{line}:{column}: 键 '{key}' 写了两次(只会用到一个,删去多余的)"
                )
                continue
            out[key] = self.build(value_node, (*loc, key), depth + 1)
            self.source.places[(*loc, key)] = (line, column)
        return out

    def _scalar(self, node: Any, here: Place) -> Any:
        text, tag = node.value, node.tag
        if tag == "tag:yaml.org,2002:null":
            return None
        if tag == "tag:yaml.org,2002:bool":
            return text.lower() == "true"
        if tag == "tag:yaml.org,2002:int":
            return int(text) if len(text) < 19 else text
        if tag == "tag:yaml.org,2002:float":
            return float(text)
        if tag != _TEXT:
            self.source.mistakes.append(f"{self.source.file}:{here[0]}:{here[1]}: 不支持的 YAML 标记 {tag}")
        return text
