"""Lexicons: named sets of phrases, read from plain files that a QA lead can edit.

One phrase a line; a line that starts with `#` is a comment; sections are opened by their name in brackets:

    # 反问、质问客户
    不是跟您说过了吗
    [正则]
    没看到.{0,6}吗
    [例外]
    您看到了吗

Sections: `[词]`/`[words]` (the default), `[整句]`/`[whole]` (only as the whole message), `[正则]`/`[regex]` (RE2
syntax), `[实体]`/`[entities]` (电话/`phone` and so on), `[例外]`/`[except]`, `[选项]`/`[options]` (`规避`/`evasions`:
its words are also looked for written otherwise). A phrase that starts with `#` or `[` is written with a backslash
before it.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2
from pydantic_core import PydanticCustomError

from qa_audit.codes import Mistake, Place, near
from qa_audit.errors import RubricError
from qa_audit.mistakes import mistake
from qa_audit.texts.codepoints import core
from qa_audit.texts.entities import RUBRIC_KINDS
from qa_audit.texts.normalize import normalize, normalize_all

_SECTIONS = {
    "词": "words", "words": "words", "整句": "whole", "whole": "whole", "正则": "regexes", "regex": "regexes",
    "实体": "entities", "entities": "entities", "例外": "excepts", "except": "excepts",
    "选项": "options", "options": "options",
}  # fmt: skip
_OPTIONS = {"规避": "evasions", "evasions": "evasions"}
_ENTITIES = {
    "电话": "phone", "订单号": "order_number", "链接": "link", "金额": "amount", "日期": "date", "时长": "duration",
    "身份证": "id_card", "银行卡": "bank_card", "邮箱": "email", "微信号": "wechat", "qq号": "qq", "地址": "address",
}  # fmt: skip
_HEADER = re.compile(r"\[([^\[\]]*)\]")
MOST_PHRASES = 20_000
REGEX_MEMORY = 1 << 26  # bytes one automaton may take


@dataclass(frozen=True)
class Lexicon:
    """A named set of phrases in normal form; regexes as written; entities are keys of RUBRIC_KINDS.

    evasions: words written otherwise (加 微 信) are given as suspected hits, under the name with `~` after it. nested:
    hits inside longer hits, and equal ones of several phrases, all count. lines: the line of each phrase (words, whole,
    regexes, entities, excepts laid end to end; empty when not from a file).
    """

    name: str
    words: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    excepts: tuple[str, ...] = ()
    evasions: bool = False
    nested: bool = False
    filename: str = ""
    lines: tuple[int, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases that can be hit, in the order of their phrase numbers: words, whole, regexes, entities."""
        return (*self.words, *self.whole, *self.regexes, *self.entities)


@dataclass(frozen=True)
class Entry:
    """A phrase of a lexicon where it is written: its section (a field of Lexicon, or options), its normal form."""

    section: str
    text: str
    place: Place
    written: str


def parse_lexicon(name: str, source_text: str, filename: str) -> Lexicon:
    """Read a lexicon file; RubricError tells every mistake as file:line:column."""
    entries, mistakes = read_entries(source_text, filename)
    if mistakes:
        raise RubricError(mistakes)
    return lexicon_of(name, entries, filename)


def read_entries(source_text: str, filename: str) -> tuple[list[Entry], list[Mistake]]:
    """Return what stands in a lexicon file, repeated phrases too, and what is wrong with it."""
    entries: list[Entry] = []
    mistakes: list[Mistake] = []
    section = "words"
    lines = [(number, raw) for number, raw in enumerate(source_text.removeprefix("\ufeff").splitlines(), start=1)]
    lines = [(number, raw) for number, raw in lines if raw.strip() and not raw.lstrip().startswith("#")]
    normals = normalize_all([_unescape(raw.strip(), "words") for _, raw in lines])
    for (number, raw), normal in zip(lines, normals, strict=True):
        line = raw.strip()
        place = Place(filename, number, raw.index(line[0]) + 1)
        try:
            header = _HEADER.fullmatch(line) if section != "regexes" or line[1:-1].strip() in _SECTIONS else None
            if header:
                section = _section(header.group(1).strip().lower())
                continue
            written = _unescape(line, section)
            entries.append(Entry(section, cleaned(section, written, normal), place, written))
        except PydanticCustomError as error:
            mistakes.append(Mistake(place, error.type, error.context or {}))
        if len(entries) > MOST_PHRASES:
            mistakes.append(Mistake(place, "E409", {"most": MOST_PHRASES}))
            break
    return entries, mistakes


def lexicon_of(name: str, entries: Iterable[Entry], filename: str = "") -> Lexicon:
    """Return the lexicon of these phrases, each once; `lines` is empty where they have no file of their own."""
    found: dict[str, dict[str, int]] = {section: {} for section in _CLEAN}
    for entry in entries:
        found[entry.section].setdefault(entry.text, entry.place.line)
    evasions = "evasions" in found.pop("options")
    parts = {section: tuple(texts) for section, texts in found.items()}
    lines = tuple(line for texts in found.values() for line in texts.values()) if filename else ()
    return Lexicon(name, **parts, evasions=evasions, filename=filename, lines=lines)  # type: ignore[arg-type]


def cleaned(section: str, written: str, normal: str | None = None) -> str:
    """Return a phrase as a section keeps it; ValueError that is a mistake of the catalog when it cannot be used.

    `normal` is its normal form where that is known already.
    """
    if section in _IN_NORMAL_FORM:
        return _IN_NORMAL_FORM[section](written, normal)
    return _CLEAN[section](written)


def build_lexicon(
    name: str,
    words: Iterable[str] = (),
    whole: Iterable[str] = (),
    regexes: Iterable[str] = (),
    entities: Iterable[str] = (),
    excepts: Iterable[str] = (),
    *,
    evasions: bool = False,
    nested: bool = False,
) -> Lexicon:
    """Build a lexicon from phrases as written; repeated ones count once. Raises ValueError naming the first bad one."""
    return Lexicon(
        name=name,
        words=tuple(dict.fromkeys(map(clean_word, words))),
        whole=tuple(dict.fromkeys(map(clean_whole, whole))),
        regexes=tuple(dict.fromkeys(map(clean_regex, regexes))),
        entities=tuple(dict.fromkeys(map(clean_entity, entities))),
        excepts=tuple(dict.fromkeys(map(clean_word, excepts))),
        evasions=evasions,
        nested=nested,
    )


def clean_word(phrase: str, normal: str | None = None) -> str:
    """Return the normal form of a phrase; ValueError when nothing is left of it."""
    normal = normalize(phrase) if normal is None else normal
    if not normal:
        raise mistake("E401", phrase=phrase)
    return normal


def clean_whole(phrase: str, normal: str | None = None) -> str:
    """Return the normal form of a whole-message phrase, without the punctuation around it unless it is nothing else."""
    return core(clean_word(phrase, normal))


def clean_regex(source: str) -> str:
    """Return the regex as written; ValueError when RE2 cannot read it or it matches the empty text."""
    try:
        pattern = compile_regex(source)
    except re2.error as error:
        detail = error.args[0] if error.args else error
        reason = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else detail
        raise mistake("E402", phrase=source, reason=str(reason)) from None
    if pattern.search("") is not None:
        raise mistake("E403", phrase=source)
    return source


def clean_entity(kind: str) -> str:
    """Return the kind of entity as rubrics call it (`phone`, also written 电话); ValueError when there is none."""
    named = _ENTITIES.get(kind.lower(), kind.lower())
    if named not in RUBRIC_KINDS:
        raise mistake("E410", kind=kind, known="、".join(_ENTITIES), **near(kind, (*_ENTITIES, *RUBRIC_KINDS)))
    return named


def _clean_option(option: str) -> str:
    if option not in _OPTIONS:
        raise mistake("E408", option=option, known="、".join(_OPTIONS))
    return _OPTIONS[option]


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
    return "".join(map(_normal_literal, source))


@lru_cache(maxsize=8192)
def _normal_literal(char: str) -> str:
    normal = char if char.isascii() else normalize(char) or unicodedata.normalize("NFKC", char)
    return str(re2.escape(normal)) if normal != char and normal.isascii() else normal


def _section(title: str) -> str:
    if title not in _SECTIONS:
        raise mistake("E404", section=title, known=" ".join(f"[{each}]" for each in _SECTIONS))
    return _SECTIONS[title]


def _unescape(line: str, section: str) -> str:
    return line[1:] if section != "regexes" and line[:2] in ("\\#", "\\[") else line


_IN_NORMAL_FORM: dict[str, Callable[[str, str | None], str]] = {
    "words": clean_word,
    "whole": clean_whole,
    "excepts": clean_word,
}
_CLEAN: dict[str, Callable[[str], str]] = {
    "words": clean_word,
    "whole": clean_whole,
    "regexes": clean_regex,
    "entities": clean_entity,
    "excepts": clean_word,
    "options": _clean_option,
}
