"""The mapping file: a small YAML that says which column and which value of an export means what.

    header: [session_id, user_id, waiter_send, is_transfer, is_repeat, sku, content]
    quoting: none
    columns: {role: waiter_send}
    roles: {customer: ["0"], agent: ["1"]}

Everything is read as text (`0`, `no` and `9:30` mean what they say), unknown keys are errors with file:line.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from qa_audit.errors import MappingError
from qa_audit.formats.encoding import codec, decode
from qa_audit.formats.headers import COLUMNS, fold
from qa_audit.schema import KINDS, ROLES

DELIMITERS = {
    ",": ",",
    "comma": ",",
    "\t": "\t",
    "\\t": "\t",
    "tab": "\t",
    ";": ";",
    "semicolon": ";",
    "|": "|",
    "pipe": "|",
}
QUOTING = ("minimal", "none")
TABLES = (
    *("auto", "table", "csv", "tsv", "xlsx", "jsonl", "parquet"),
    *(
        "qianniu-txt",
        "qianniu-xlsx",
        "taobao-json",
        "jd-dongdong",
        "pinduoduo",
        "wecom",
        "weixin-kf",
        "zendesk-chat",
        "chatwoot",
    ),
)
ROLE_KEYS = (*ROLES, "auto")
OTHERS = "*"
"""Every other sender, in roles.customer."""

Frozen = MappingProxyType[str, Any]


def _nothing() -> Frozen:
    return MappingProxyType({})


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says; an absent key is None or empty and leaves the matter to recognition.

    columns: {canonical: their name, position from 1, or None (do not use)}; roles, kinds: {folded value: canonical},
    roles with OTHERS for every other sender;
    time_date: the day of times that say only the hour;
    header: names for a file without a header line, () for "no header, positions only", None for a file with one.
    """

    path: str = ""
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quoting: str | None = None
    header: tuple[str, ...] | None = None
    columns: Frozen = field(default_factory=_nothing)
    roles: Frozen = field(default_factory=_nothing)
    kinds: Frozen = field(default_factory=_nothing)
    time_format: str | None = None
    time_zone: str | None = None
    time_date: str | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return what another process needs: read-only views of dicts cannot be sent."""
        return {name: dict(value) if name in _TABLES else value for name, value in vars(self).items()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over what another process sent."""
        for name, value in state.items():
            object.__setattr__(self, name, MappingProxyType(value) if name in _TABLES else value)


_TABLES = frozenset(("columns", "roles", "kinds"))


def load_mapping(path: str | os.PathLike[str]) -> Mapping:
    """Read and check a mapping file. Raise MappingError with one file:line per mistake."""
    name = os.fspath(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise MappingError(f"{name}: 打不开映射文件({error.strerror or error})。请检查 --mapping 后面的路径") from None
    return parse_mapping(decode(data, path=name).data.decode("utf-8"), name)


def parse_mapping(source: str, name: str = "mapping") -> Mapping:
    """Check the text of a mapping file. Raise MappingError with one file:line per mistake."""
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}" if mark else name
        problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "嵌套太深")
        raise MappingError(f"{where}: 不是正确的 YAML({problem})。请检查缩进、冒号后的空格和引号") from None
    check = _Check(name)
    values = check.table(root, _KEYS, "映射文件") if root is not None else {}
    if root is None:
        check.mistakes.append(f"{name}:1: 映射文件是空的。可用的键:{'、'.join(_KEYS)}")
    if check.mistakes:
        raise MappingError("\n".join(check.mistakes))
    time = values.pop("time", {})
    return Mapping(
        path=name, time_format=time.get("format"), time_zone=time.get("zone"), time_date=time.get("date"), **values
    )


class _Check:
    """Walks the YAML nodes and collects mistakes, so that the author sees all of them at once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.mistakes: list[str] = []

    def wrong(self, node: Any, text: str) -> None:
        self.mistakes.append(f"{self.name}:{node.start_mark.line + 1}: {text}")

    def table(self, node: Any, keys: dict[str, Callable[["_Check", Any, str], Any]], what: str) -> dict[str, Any]:
        """Check a mapping node key by key; unknown and repeated keys are mistakes."""
        out: dict[str, Any] = {}
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} 应当写成“键: 值”的样子。可用的键:{'、'.join(keys)}")
            return out
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            if key not in keys:
                self.wrong(key_node, f"{what} 里没有 {key!r} 这个键。可用的键:{'、'.join(keys)}")
            elif key in out:
                self.wrong(key_node, f"{what} 里 {key!r} 写了两次,请删掉一个")
            else:
                out[key] = keys[key](self, value, key)
        return out

    def scalar(self, node: Any, key: str) -> str | None:
        if isinstance(node, yaml.ScalarNode) and not _is_null(node):
            return str(node.value)
        self.wrong(node, f"{key} 应当是一个值")
        return None

    def scalars(self, node: Any, key: str) -> list[tuple[Any, str]]:
        """Read one value or a list of values, each with its node."""
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return [(item, value) for item in nodes if (value := self.scalar(item, key)) is not None]


def _is_null(node: Any) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _choice(options: Any) -> Callable[[_Check, Any, str], Any]:
    def read(check: _Check, node: Any, key: str) -> str | None:
        value = check.scalar(node, key)
        if value is not None and value not in options:
            shown = "、".join(repr(o) for o in options)
            check.wrong(node, f"{key} 不能是 {value!r}。可用:{shown}")
            return None
        return options[value] if isinstance(options, dict) and value is not None else value

    return read


def _encoding(check: _Check, node: Any, key: str) -> str | None:
    value = check.scalar(node, key)
    if value is not None and codec(value) is None:
        check.wrong(node, f"不认识的编码 {value!r}。可用:utf-8、gb18030、utf-16、big5")
    return value


def _header(check: _Check, node: Any, key: str) -> tuple[str, ...] | None:
    if isinstance(node, yaml.ScalarNode) and node.value == "none":
        return ()
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        check.wrong(node, "header 应当是各列名字的列表(文件没有表头时用),或 none(没有表头,columns 里写第几列)")
        return None
    return tuple(value for _, value in check.scalars(node, key))


def _column(check: _Check, node: Any, key: str) -> str | int | None:
    if _is_null(node):
        return None
    value = check.scalar(node, f"columns.{key}")
    if value is not None and node.tag == "tag:yaml.org,2002:int" and value.isascii() and value.isdigit():
        if not 1 <= int(value[:9]) <= 100_000:
            check.wrong(node, f"columns.{key} 的列号从 1 开始数,不能是 {value}")
        return int(value[:9])
    return value


def _words(allowed: tuple[str, ...]) -> Callable[[_Check, Any, str], Frozen]:
    def read(check: _Check, node: Any, key: str) -> Frozen:
        lists = check.table(node, dict.fromkeys(allowed, _Check.scalars), key)
        out: dict[str, str] = {}
        for meaning, values in lists.items():
            for item, value in values:
                folded = OTHERS if value.strip() == OTHERS else fold(value)
                if folded == OTHERS and meaning != "customer":
                    check.wrong(item, f"{key} 里“*”(其余的发送方)只能写在 customer 里")
                elif out.setdefault(folded, meaning) != meaning:
                    check.wrong(item, f"{key} 里 {value!r} 既是 {out[folded]} 又是 {meaning},只能是一个")
        return MappingProxyType(out)

    return read


def _columns(check: _Check, node: Any, key: str) -> Frozen:
    return MappingProxyType(check.table(node, dict.fromkeys(COLUMNS, _column), key))


def _time_format(check: _Check, node: Any, key: str) -> str | None:
    value = check.scalar(node, f"time.{key}")
    if value is not None and "%" not in value:
        check.wrong(node, f"time.format 要用 %Y-%m-%d %H:%M:%S 这样的写法,{value!r} 里没有 %")
    return value


def _zone(check: _Check, node: Any, key: str) -> str | None:
    value = check.scalar(node, f"time.{key}")
    if value is not None and not is_zone(value):
        check.wrong(node, f"不认识的时区 {value!r}。例如:Asia/Shanghai、UTC")
    return value


def _date(check: _Check, node: Any, key: str) -> str | None:
    value = check.scalar(node, f"time.{key}")
    try:
        return value and date.fromisoformat(value).isoformat()
    except ValueError:
        check.wrong(node, f"time.date 要写成 2026-12-01 这样的一天,不能是 {value!r}")
        return None


def is_zone(name: str) -> bool:
    """Tell whether the tz database knows the name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown name, a path outside the database, a folder in it
        return False
    return True


def _time(check: _Check, node: Any, key: str) -> dict[str, Any]:
    return check.table(node, {"format": _time_format, "zone": _zone, "date": _date}, key)


_KEYS: dict[str, Callable[[_Check, Any, str], Any]] = {
    "format": _choice(TABLES),
    "encoding": _encoding,
    "delimiter": _choice(DELIMITERS),
    "quoting": _choice(QUOTING),
    "header": _header,
    "columns": _columns,
    "roles": _words(ROLE_KEYS),
    "kinds": _words(KINDS),
    "time": _time,
}
