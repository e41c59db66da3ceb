"""What a format's sniffer is shown of a file, and what it says: what it thinks, whether it is sure, and why."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from qa_audit.errors import ExportError
from qa_audit.formats.encoding import decode

START_BYTES = 1 << 16


@dataclass(frozen=True)
class Head:
    """A file as a sniffer sees it: its path and its bytes; `text` is the start, decoded as well as it can be."""

    path: str
    data: bytes

    @property
    def suffix(self) -> str:
        """The suffix of the path in lower case, with its dot; "" where there is none."""
        name = self.path.replace("\\", "/").rsplit("/", 1)[-1]
        return "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""

    @cached_property
    def text(self) -> str:
        """The first START_BYTES as text without the byte-order mark; "" for what is no text."""
        start, text = self.data[:START_BYTES], ""
        # the cut may fall within a character, and a file of one long line would then be no text at all
        for spare in range(4 if len(self.data) > len(start) else 1):
            try:
                decoded = decode(start[: len(start) - spare], path=self.path)
            except ExportError:
                continue
            text = decoded.data.decode("utf-8", "ignore").lstrip("\ufeff")
            if not decoded.damaged:
                break
        return text

    @cached_property
    def lines(self) -> list[str]:
        """The lines of `text` that hold something, without the white space around them."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]

    @cached_property
    def is_json(self) -> bool:
        """Whether the first character opens a JSON object or array."""
        return self.text.lstrip()[:1] in ("{", "[")

    def has_keys(self, *names: str) -> bool:
        """Whether all of these names stand as JSON keys near the start."""
        return all(re.search(rf'"{re.escape(name)}"\s*:', self.text) for name in names)


@dataclass(frozen=True)
class Verdict:
    """What a sniffer says: sure (no other format looks like this) or likely, and why, in Chinese."""

    sure: bool
    why: str


Sniffer = Callable[[Head], Verdict | None]


def nothing(_: Head) -> Verdict | None:
    """Recognise no file: of the plain tables, which are told by suffix and first bytes."""
    return None


def why_encoding(data: bytes, name: str, given: str | None, damaged: bool) -> str:
    """Say in Chinese why `encoding.decode` takes bytes for this encoding; given: what the user wrote, if anything;
    damaged: whether some bytes could not be decoded."""
    if given is not None:
        return f"按写明的 {given} 读"
    if data.startswith(_MARKS):
        return "开头有 BOM"
    if name.startswith("utf-16"):
        return "没有 BOM,但每隔一个字节是 NUL"
    if data.isascii():
        return "只有 ASCII 字符,哪种编码都一样"
    return (_WHY_DAMAGED if damaged else _WHY_ENCODING).get(name, "开头的字节是这样")


_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x84\x31\x95\x33")
_WHY_ENCODING = {
    "utf-8": "从头到尾都是正确的 UTF-8",
    "gb18030": "不是 UTF-8,按 GB18030(含 GBK)解得开",
}
_WHY_DAMAGED = {
    "utf-8": "大多数行是正确的 UTF-8,个别行不是",
    "gb18030": "不是 UTF-8;大多数行按 GB18030(含 GBK)解得开,个别行解不开",
}
