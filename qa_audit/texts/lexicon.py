"""Lexicons: named sets of phrases, read from plain files that a QA lead can edit.

One phrase a line; a line that starts with `#` is a comment; sections are opened by their name in brackets:

    # 反问、质问客户
    不是跟您说过了吗
    [正则]
    没看到.{0,6}吗
    [例外]
    您看到了吗

Sections: `[词]`/`[words]` (the default), `[整句]`/`[whole]` (only as the whole message), `[正则]`/`[regex]` (RE2
syntax), `[例外]`/`[except]`. A phrase that starts with `#` or `[` is written with a backslash before it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import re2

from qa_audit.errors import RubricError
from qa_audit.texts.codepoints import core
from qa_audit.texts.normalize import normalize

_SECTIONS = {
    "词": "words", "words": "words", "整句": "whole", "whole": "whole",
    "正则": "regexes", "regex": "regexes", "例外": "excepts", "except": "excepts",
}  # fmt: skip
_HEADER = re.compile(r"\[([^\[\]]*)\]")
REGEX_MEMORY = 1 << 26  # bytes one automaton may take


@dataclass(frozen=True)
class Lexicon:
    """A named set of phrases in normal form; regexes as written. `lines` holds the line of each phrase (words, whole,
    regexes, excepts laid end to end; empty when not from a file)."""

    name: str
    words: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    excepts: tuple[str, ...] = ()
    filename: str = ""
    lines: tuple[int, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases that can be hit, in the order of their phrase numbers: words, whole, regexes."""
        return (*self.words, *self.whole, *self.regexes)


def parse_lexicon(name: str, source_text: str, filename: str) -> Lexicon:
    """Read a lexicon file; raise RubricError with one `file:line:column: …` line per mistake."""
    found: dict[str, dict[str, int]] = {key: {} for key in ("words", "whole", "regexes", "excepts")}
    mistakes: list[str] = []
    section = "words"
    for number, raw in enumerate(source_text.removeprefix("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        column = raw.index(line[0]) + 1
        try:
            header = _HEADER.fullmatch(line) if section != "regexes" or line[1:-1].strip() in _SECTIONS else None
            if header:
                section = _section(header.group(1).strip().lower())
                continue
            found[section].setdefault(_CLEAN[section](_unescape(line, section)), number)
        except ValueError as error:
            mistakes.append(f"{filename}:{number}:{column}: {error}")
    if mistakes:
        raise RubricError("\n".join(mistakes))
    parts = {key: tuple(values) for key, values in found.items()}
    lines = tuple(number for values in found.values() for number in values.values())
    return Lexicon(name=name, **parts, filename=filename, lines=lines)


def build_lexicon(
    name: str,
    words: Iterable[str] = (),
    whole: Iterable[str] = (),
    regexes: Iterable[str] = (),
    excepts: Iterable[str] = (),
) -> Lexicon:
    """Build a lexicon from phrases as written; repeated ones count once. Raises ValueError naming the first bad one."""
    return Lexicon(
        name=name,
        words=tuple(dict.fromkeys(map(clean_word, words))),
        whole=tuple(dict.fromkeys(map(clean_whole, whole))),
        regexes=tuple(dict.fromkeys(map(clean_regex, regexes))),
        excepts=tuple(dict.fromkeys(map(clean_word, excepts))),
    )


def clean_word(phrase: str) -> str:
    """Return the normal form of a phrase; ValueError when nothing is left of it."""
    normal = normalize(phrase)
    if not normal:
        raise ValueError(f"这个词里没有可见的字:{phrase!r};请删掉这一行")
    return normal


def clean_whole(phrase: str) -> str:
    """Return the normal form of a whole-message phrase, without the punctuation around it unless it is nothing else."""
    return core(clean_word(phrase))


def clean_regex(source: str) -> str:
    """Return the regex as written; ValueError when RE2 cannot read it or it matches the empty text."""
    try:
        pattern = compile_regex(source)
    except re2.error as error:
        detail = error.args[0] if error.args else error
        reason = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else detail
        raise ValueError(f"正则写法有误:{source!r}({reason});只支持 RE2 语法,没有前后断言和反向引用") from None
    if pattern.search("") is not None:
        raise ValueError(f"这条正则能匹配空文本:{source!r};请去掉多余的 * 或 ?,让它至少匹配一个字")
    return source


def compile_regex(source: str) -> Any:
    """Compile a regex so that it matches normal forms; re2.error when RE2 cannot read it."""
    return re2.compile(normal_regex(source), options=regex_options())


def regex_options() -> Any:
    """Return the RE2 options for normal forms, in which letters are lower case: the case of the pattern is ignored."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = REGEX_MEMORY
    return options


def normal_regex(source: str) -> str:
    """Return the regex with its literal characters as normal forms have them: ？ becomes \\?, 沒 becomes 没."""
    if source.isascii():
        return source
    parts = []
    for char in source:
        normal = char if char.isascii() else normalize(char) or unicodedata.normalize("NFKC", char)
        parts.append(re2.escape(normal) if normal != char and normal.isascii() else normal)
    return "".join(parts)


def _section(title: str) -> str:
    if title not in _SECTIONS:
        raise ValueError(f"不认识的小节 [{title}];可用:[词] [整句] [正则] [例外]。若是词本身,请写成 \\[{title}]")
    return _SECTIONS[title]


def _unescape(line: str, section: str) -> str:
    return line[1:] if section != "regexes" and line[:2] in ("\\#", "\\[") else line


_CLEAN: dict[str, Callable[[str], str]] = {
    "words": clean_word,
    "whole": clean_whole,
    "regexes": clean_regex,
    "excepts": clean_word,
}
