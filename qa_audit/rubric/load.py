"""A rubric file, read, checked and made ready: every mistake is told as file:line:column, all at once.

rubric = load_rubric(Path("rubrics/standard.yaml"))
rubric.model.groups[0].checks[0].points
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from qa_audit.clocks import SHIPPED, Clock, load_clock
from qa_audit.clocks.load import clock_path
from qa_audit.errors import RubricError
from qa_audit.measures import MEASURE_LEXICONS, MEASURES
from qa_audit.mistakes import tell
from qa_audit.rubric.model import Check, Matcher, Part, Rubric
from qa_audit.shipped import rubrics_folder, standard_rubric
from qa_audit.texts.lexicon import Lexicon, parse_lexicon
from qa_audit.yaml_source import Loc, Source, read_yaml

QUOTED = "quoted"
_FIELDS = ("words", "whole", "regexes", "excepts")
_SHIPPED = (*MEASURE_LEXICONS, QUOTED, "auto_reply")


@dataclass(frozen=True)
class LoadedRubric:
    """A rubric with everything it refers to.

    `lexicons` are scanned over the texts; `lexicon_of` names, for each matcher with phrases, the one that it is.
    `titles` says what a lexicon file is called, by its name without .txt: the first words of its first comment.
    `clock` is the one that its `clock:` names.
    `hash` covers the rubric file and every lexicon in use.
    """

    model: Rubric
    source: Source
    hash: str
    lexicons: tuple[Lexicon, ...]
    lexicon_of: dict[Matcher, str]
    titles: dict[str, str]
    clock: Clock


def load_rubric(path: Path | None = None) -> LoadedRubric:
    """Read a rubric (the shipped standard one by default); RubricError lists every mistake."""
    path = path or standard_rubric()
    source = read_yaml(path)
    if not isinstance(source.tree, dict):
        raise RubricError(f"{source.file}:1:1: 不是评分表:要有 rubric、groups 等键(参考 rubrics/standard.yaml)")
    try:
        model = Rubric.model_validate(source.tree)
    except ValidationError as error:
        raise RubricError("\n".join(tell(error, source, Rubric))) from error
    clock = _clock(model.clock, path.parent, source)
    shelf = _Shelf(path.parent, source)
    for name in _SHIPPED:
        shelf.shipped(name)
    for loc, matcher in matchers(model):
        shelf.bind(loc, matcher)
    mistakes = [*shelf.mistakes, *_meaning(model, source)]
    if mistakes:
        raise RubricError("\n".join(dict.fromkeys(mistakes)))
    digest = hashlib.sha256(path.read_bytes())
    for key in sorted(shelf.read):
        digest.update(f"\0{PurePosixPath(key).name}\0".encode() + shelf.read[key].encode("utf-8"))
    titles = {PurePosixPath(key).stem: _title(key, text) for key, text in shelf.read.items()}
    return LoadedRubric(
        model, source, digest.hexdigest(), tuple(shelf.lexicons.values()), shelf.lexicon_of, titles, clock
    )


def matchers(part: Part, loc: Loc = ()) -> Iterator[tuple[Loc, Matcher]]:
    """Yield every matcher within a part of a rubric, with its place in the file."""
    if isinstance(part, Matcher):
        yield loc, part
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        here = (*loc, field.alias or name)
        if isinstance(value, Part):
            yield from matchers(value, here)
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, Part):
                    yield from matchers(item, (*here, i))


class _Shelf:
    """The lexicons in use, each file read once; two matchers of the same content share one."""

    def __init__(self, folder: Path, source: Source) -> None:
        self.folders = (folder, rubrics_folder())
        self.source = source
        self.read: dict[str, str] = {}
        self.mistakes: list[str] = []
        self.lexicons: dict[str, Lexicon] = {}
        self.lexicon_of: dict[Matcher, str] = {}
        self._same: dict[tuple[object, ...], str] = {}

    def shipped(self, name: str) -> Lexicon:
        """Return a shipped lexicon by its name."""
        if name not in self.lexicons:
            file = rubrics_folder() / "lexicons" / f"{name}.txt"
            self.lexicons[name] = parse_lexicon(name, self._text(file), f"lexicons/{name}.txt")
        return self.lexicons[name]

    def bind(self, loc: Loc, matcher: Matcher) -> None:
        """Give the matcher its lexicon: its own phrases, its files and the shipped lexicons that it names."""
        if matcher in self.lexicon_of or not (matcher.words or matcher.whole or matcher.regex or matcher.lexicon):
            return
        found = [self._named(loc, name) for name in matcher.lexicon]
        found += [self._file(loc, word) for word in matcher.words if word.endswith(".txt")]
        excepts = [self._file(loc, word) for word in matcher.excepts if word.endswith(".txt")]
        merged = _merge(_given([*found, self._own(loc, matcher)]), _given(excepts))
        name = self._same.setdefault(merged, f"{self.source.at(loc).rsplit('/', 1)[-1]}")
        self.lexicons.setdefault(name, _lexicon(name, merged))
        self.lexicon_of[matcher] = name

    def _own(self, loc: Loc, matcher: Matcher) -> Lexicon | None:
        sections = {
            "words": [word for word in matcher.words if not word.endswith(".txt")],
            "whole": list(matcher.whole),
            "regex": list(matcher.regex),
            "except": [word for word in matcher.excepts if not word.endswith(".txt")],
        }
        text = "".join(
            f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items() if lines
        )
        return self._parsed(loc, text, self.source.at(loc)) if text else None

    def _named(self, loc: Loc, name: str) -> Lexicon | None:
        folder = rubrics_folder() / "lexicons"
        if "/" in name or not (folder / f"{name}.txt").is_file():
            known = "、".join(sorted(path.stem for path in folder.glob("*.txt")))
            self.mistakes.append(f"{self.source.at((*loc, 'lexicon'))}: 没有词表 '{name}'(可用:{known})")
            return None
        return self.shipped(name)

    def _file(self, loc: Loc, name: str) -> Lexicon | None:
        place = self.source.at((*loc, "words"))
        relative = PurePosixPath(name)
        if relative.is_absolute() or ".." in relative.parts or "\\" in name:
            self.mistakes.append(f"{place}: 词表 '{name}' 要写成评分表所在文件夹以内的相对路径")
            return None
        for folder in self.folders:
            if (folder / name).is_file():
                return self._parsed(loc, self._text(folder / name), name)
        self.mistakes.append(f"{place}: 找不到词表 '{name}'(在 {self.folders[0].as_posix()} 和自带的 rubrics 里找过)")
        return None

    def _parsed(self, loc: Loc, text: str, shown: str) -> Lexicon | None:
        try:
            return parse_lexicon("", text, shown)
        except RubricError as error:
            inline = shown == self.source.at(loc)
            self.mistakes += [
                f"{shown}: {line.split(': ', 1)[-1]}" if inline else line for line in str(error).splitlines()
            ]
            return None

    def _text(self, file: Path) -> str:
        key = file.as_posix()
        if key not in self.read:
            try:
                self.read[key] = file.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise RubricError(f"{key}:1:1: 不是 UTF-8 编码(用编辑器另存为 UTF-8)") from error
        return self.read[key]


def _clock(name: str, folder: Path, source: Source) -> Clock:
    if clock_path(name, folder) is None:
        place = source.at(("clock",))
        raise RubricError(f"{place}: 没有时钟 '{name}'(可用:{'、'.join(SHIPPED)},或 .yaml 文件的路径)")
    return load_clock(name, folder)


def _lexicon(name: str, merged: tuple[tuple[str, ...], ...]) -> Lexicon:
    words, whole, regexes, excepts = merged
    return Lexicon(name, words, whole, regexes, excepts)


def _given(parts: list[Lexicon | None]) -> list[Lexicon]:
    return [part for part in parts if part is not None]


def _merge(parts: list[Lexicon], excepts: list[Lexicon]) -> tuple[tuple[str, ...], ...]:
    """Join lexicons field by field, first mention first; what an except file lists as words are its exceptions."""
    joined = [dict.fromkeys(item for part in parts for item in getattr(part, field)) for field in _FIELDS]
    joined[3].update(dict.fromkeys(word for part in excepts for word in (*part.words, *part.excepts)))
    return tuple(tuple(items) for items in joined)


def _title(key: str, text: str) -> str:
    found = re.match(r"#\s*([^\s(（:：。,，#]+)", text.lstrip("\ufeff"))
    return found[1] if found else PurePosixPath(key).stem


def _meaning(model: Rubric, source: Source) -> Iterator[str]:
    """Yield what is well formed but means nothing: unknown measures, repeated ids, a bonus nobody can get."""
    seen: dict[str, str] = {}
    for g, group in enumerate(model.groups):
        for c, check in enumerate(group.checks):
            loc = ("groups", g, "checks", c)
            if check.id in seen:
                yield f"{source.at((*loc, 'id'))}: 检查项 '{check.id}' 重复(另一处在 {seen[check.id]})"
            seen[check.id] = source.at((*loc, "id"))
            for name, place in _measures(check, loc):
                if name not in MEASURES:
                    yield f"{source.at(place)}: 没有指标 '{name}'(qa-audit measures 列出全部)"
            if (
                not check.points
                and not check.red_line
                and not check.bonus
                and check.confidence != "low"
                and not _band_bonus(check)
            ):
                yield f"{source.at(loc)}: '{check.id}' 没有 points、bonus 或 red_line,判了也不影响得分"


def _band_bonus(check: Check) -> bool:
    return any(band.bonus for band in check.bands)


def _measures(check: Check, loc: Loc) -> Iterator[tuple[str, Loc]]:
    if check.measure is not None:
        yield check.measure, (*loc, "measure")
    for i, condition in enumerate(check.when):
        yield from _condition_measures(condition, (*loc, "when", i))


def _condition_measures(condition: Part, loc: Loc) -> Iterator[tuple[str, Loc]]:
    name = getattr(condition, "measure", None)
    if isinstance(name, str):
        yield name, (*loc, "measure")
    for part in ("no", "any", "all"):
        inner = getattr(condition, part, ())
        for item in inner if isinstance(inner, tuple) else (inner,):
            if isinstance(item, Part):
                yield from _condition_measures(item, loc)
