"""Each matcher of a rubric bound to what it looks for: phrases of its own, of lexicon files, of shipped lexicons."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qa_audit.codes import Mistake
from qa_audit.rubric.compose import Composition
from qa_audit.rubric.lexicon_files import SECTIONS, LexiconFiles, shipped_lexicon
from qa_audit.rubric.model import Matcher
from qa_audit.rubric.unmatched import never_hit
from qa_audit.texts.lexicon import Entry, Lexicon, lexicon_of
from qa_audit.yaml_source import Loc

MOST_PHRASES = 100_000
"""How many phrases the matchers of a rubric may have together."""

_ONLY_PHRASES = frozenset(("words", "whole", "regex", "lexicon", "role", "match"))


@dataclass(frozen=True)
class Bound:
    """What a matcher looks for: the lexicon it is, and, for match all / N, which phrases are which pattern.

    lexicon: a name among LoadedRubric.lexicons. patterns: for each phrase of that lexicon (index = Hits.phrase) the
    numbers of the patterns it belongs to; empty unless match is all or a number. count: how many patterns there are.
    """

    lexicon: str
    patterns: tuple[tuple[int, ...], ...] = ()
    count: int = 0


class Shelf:
    """The lexicons in use; two matchers of the same content share one.

    lexicons: by name, shipped ones under their own. bound and entries: for each matcher with patterns what it is bound
    to, and every phrase and exception where it is written. mistakes: what is wrong with phrases.
    """

    def __init__(self, files: LexiconFiles, composed: Composition) -> None:
        self.files = files
        self.source = composed.source
        self.folders = composed.folders
        self.lexicons: dict[str, Lexicon] = {}
        self.bound: dict[Matcher, Bound] = {}
        self.entries: dict[Matcher, tuple[Entry, ...]] = {}
        self.mistakes: list[Mistake] = []
        self._named: dict[Lexicon, str] = {}
        self._phrases = 0

    def put(self, names: Iterable[str]) -> None:
        """Put shipped lexicons on the shelf under their own names, with what the rubric adds to them."""
        for name in names:
            found = shipped_lexicon(name)
            if found is not None and name not in self.lexicons:
                entries = self.files.by_name(name, self.source.place(()))
                self.lexicons[name] = lexicon_of(name, entries, found.shown)

    def bind(self, loc: Loc, matcher: Matcher) -> None:
        """Give the matcher its lexicon; a name made for it tells where it first stands and what is in it."""
        if not matcher.has_patterns or (matcher in self.bound and not _files(matcher)) or self._phrases > MOST_PHRASES:
            return
        named = [
            self.files.by_name(name, self.source.place((*loc, "lexicon", i))) for i, name in enumerate(matcher.lexicon)
        ]
        own = self._own(loc, matcher)
        entries = (*(entry for part in named for entry in part), *own, *self._excepts(loc, matcher))
        several = matcher.match not in ("any", "none")
        content = replace(lexicon_of("", entries), nested=several)
        content = replace(content, evasions=content.evasions or matcher.evasions)
        if content not in self._named:
            place = self.source.at(loc).rsplit("/", 1)[-1]
            name = f"{place}#{hashlib.sha256(repr(content).encode()).hexdigest()[:12]}"
            self._named[content] = name
            self._phrases += len(content.phrases)
            self.lexicons[name] = replace(content, name=name)
        patterns = _patterns(content, named, own) if several else ()
        count = 1 + max((number for numbers in patterns for number in numbers), default=-1)
        bound = Bound(self._named[content], patterns, count)
        self._check(loc, matcher, bound, entries)
        self.bound[matcher], self.entries[matcher] = bound, entries

    def _check(self, loc: Loc, matcher: Matcher, bound: Bound, entries: Sequence[Entry]) -> None:
        if self.bound.get(matcher, bound) != bound:
            self.mistakes.append(Mistake(self.source.place(loc), "E411", {"names": "、".join(_files(matcher))}))
        if self._phrases > MOST_PHRASES:
            self.mistakes.append(Mistake(self.source.place(loc), "E412", {"most": MOST_PHRASES}))
        if isinstance(matcher.match, int) and matcher.match > bound.count:
            context = {"wanted": matcher.match, "count": bound.count}
            self.mistakes.append(Mistake(self.source.place((*loc, "match")), "E334", context))
        if matcher not in self.bound:
            unless = self._ruled_out(loc, matcher)
            self.mistakes += never_hit(entries, unless, self.source.place(loc).file)

    def _own(self, loc: Loc, matcher: Matcher) -> list[Entry]:
        """Return the phrases of words, whole, regex and entities, those of files among words where they are named."""
        out: list[Entry] = []
        for key in ("words", "whole", "regex"):
            for i, phrase in enumerate(getattr(matcher, key)):
                if key == "words" and phrase.endswith(".txt"):
                    out += self._file((*loc, key, i), phrase)
                else:
                    out += self.files.phrase(SECTIONS[key], phrase, self.source.place((*loc, key, i)))
        kinds = enumerate(matcher.entities)
        return out + [Entry("entities", kind, self.source.place((*loc, "entities", i)), kind) for i, kind in kinds]

    def _excepts(self, loc: Loc, matcher: Matcher) -> list[Entry]:
        """Return the exceptions; what a file named there lists as words is one too."""
        out: list[Entry] = []
        for i, phrase in enumerate(matcher.excepts):
            here = (*loc, "except", i)
            if phrase.endswith(".txt"):
                listed = [each for each in self._file(here, phrase) if each.section in ("words", "excepts")]
                out += [replace(each, section="excepts") for each in listed]
            else:
                out += self.files.phrase("excepts", phrase, self.source.place(here))
        return out

    def _file(self, loc: Loc, name: str) -> tuple[Entry, ...]:
        place = self.source.place(loc)
        return self.files.by_path(name, self.folders.get(place.file, Path()), place)

    def _ruled_out(self, loc: Loc, matcher: Matcher) -> list[Entry]:
        """Return the phrases of an `unless` that is nothing but phrases, so that they alone decide."""
        unless = matcher.unless
        alone = unless is not None and unless.role in (None, matcher.role) and unless.match == "any"
        if unless is None or not alone or unless.model_fields_set - _ONLY_PHRASES:
            return []
        named = [each for name in unless.lexicon if (each := shipped_lexicon(name))]
        found = [entry for each in named for entry in self.files.by_name(each.path.stem, self.source.place(loc))]
        return [*found, *self._own((*loc, "unless"), unless)]


def _patterns(content: Lexicon, named: Sequence[Sequence[Entry]], own: Sequence[Entry]) -> tuple[tuple[int, ...], ...]:
    """Number the patterns: each lexicon named is one, and so is each phrase of its own and each kind of entity."""
    numbers: dict[tuple[str, str], list[int]] = {}
    for i, part in enumerate(named):
        for key in dict.fromkeys(map(_key, part)):
            numbers.setdefault(key, []).append(i)
    for i, key in enumerate(dict.fromkeys(_key(each) for each in own if each.section not in _NO_PATTERN)):
        numbers.setdefault(key, []).append(len(named) + i)
    sections = (
        ("words", content.words),
        ("whole", content.whole),
        ("regexes", content.regexes),
        ("entities", content.entities),
    )
    return tuple(tuple(numbers[section, phrase]) for section, phrases in sections for phrase in phrases)


def _files(matcher: Matcher) -> list[str]:
    return [word for word in (*matcher.words, *matcher.excepts) if word.endswith(".txt")]


def _key(entry: Entry) -> tuple[str, str]:
    return entry.section, entry.text


_NO_PATTERN = ("excepts", "options")
