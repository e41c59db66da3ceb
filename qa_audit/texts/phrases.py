"""Phrase hits: every phrase of every lexicon in every distinct text, a shard at a time.

The normal forms of a shard are laid end to end and one automaton runs over them once; everything after that (whole
ASCII words, whole messages, shielding, nesting) is array work on its hits, with positions in the joined text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.texts.codepoints import Joined
from qa_audit.texts.entities import RUBRIC_KINDS, find_entities
from qa_audit.texts.evasions import Evasions
from qa_audit.texts.folding import STANDS_FOR
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.needles import Needles, Regexes, latin
from qa_audit.texts.spans import NO_SPANS, Int64, Spans, inside_longer, join, repeated, spans_of
from qa_audit.texts.wholes import Wholes

Int32 = npt.NDArray[np.int32]

SUSPECTED = "~"  # after a lexicon's name: its phrases written otherwise

_RUN_CHARACTERS = 1 << 20  # joined at once: hits pass through Python tuples
_WORD, _EXCEPT, _MARK = range(3)


@dataclass(frozen=True)
class TextHits:
    """Spans of phrases, int32 each, sorted by (lexicon, text, start, end): lexicon an index into `Scanner.names`, start
    and end in characters of the normal form, phrase an index into the `phrases` of that lexicon."""

    lexicon: Int32
    text: Int32
    start: Int32
    end: Int32
    phrase: Int32

    def __len__(self) -> int:
        return len(self.text)


class Scanner:
    """Finds the phrases of the lexicons. Not picklable: hand over the lexicons and build one per process.

    names: the lexicons in their order, then, for those with evasions, their names with `SUSPECTED` after them.
    """

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self.lexicons = tuple(lexicons)
        evasive = [number for number, lexicon in enumerate(self.lexicons) if lexicon.evasions]
        self.names = (
            *(lexicon.name for lexicon in self.lexicons),
            *(self.lexicons[number].name + SUSPECTED for number in evasive),
        )
        self._suspected_as = np.full(len(self.lexicons), -1, np.int64)
        self._suspected_as[evasive] = np.arange(len(evasive)) + len(self.lexicons)
        self._nested = np.array([lexicon.nested for lexicon in self.lexicons], bool)
        self._evasions = Evasions(self.lexicons)
        self._needles = Needles(_uses(self.lexicons, STANDS_FOR if evasive else ()))
        self._wholes = Wholes(self.lexicons)
        self._regexes = Regexes(self.lexicons)
        self._entities = _Entities(self.lexicons)

    def scan(self, normal_texts: Sequence[str]) -> TextHits:
        """Return the hits in normal forms: `scan_joined` of them."""
        return self.scan_joined(Joined.of(normal_texts))

    def scan_joined(self, joined: Joined) -> TextHits:
        """Return the hits in the normal forms. Overlapping hits all count, but not one inside a longer exception of the
        same lexicon, nor, unless the lexicon is `nested`, one in a longer hit of it or equal to that of an earlier
        phrase. Suspected hits share no character with another hit of their lexicon."""
        parts = [self._scan_run(first, run) for first, run in joined.runs(_RUN_CHARACTERS)]
        columns = [np.concatenate([part[i] for part in parts]) if parts else np.empty(0, np.int64) for i in range(5)]
        order = np.lexsort((columns[4], columns[3], columns[2], columns[1], columns[0]))
        return TextHits(*(column[order].astype(np.int32) for column in columns))

    def _scan_run(self, first: int, joined: Joined) -> tuple[Int64, Int64, Int64, Int64, Int64]:
        words, excepts, marked = self._find_needles(joined)
        parts = [words, self._wholes.find(joined), self._regexes.find(joined), self._entities.find(joined)]
        spans = join(parts).in_order()
        spans = spans.where(~inside_longer(spans, excepts))
        spans = spans.where(self._nested[spans.lexicon] | ~(inside_longer(spans, spans) | repeated(spans)))
        if self._evasions.wanted:
            found = self._evasions.find(joined, marked, spans)
            suspected = Spans(self._suspected_as[found.lexicon], found.start, found.end, found.phrase)
            spans = join([spans, suspected])
        text = joined.text_of(spans.start)
        offset = joined.offsets[text]
        return spans.lexicon, text + first, spans.start - offset, spans.end - offset, spans.phrase

    def _find_needles(self, joined: Joined) -> tuple[Spans, Spans, Int64]:
        """Return the words that count, the exceptions, and the texts with a mark of evasion."""
        found = self._needles.find(joined.utf8)
        spans, kind, codes = found.spans, found.kind, joined.codes
        # A separator stands before the first and after the last text.
        cut = found.latin_left & (latin(codes[spans.start - 1]) > 0)
        cut |= found.latin_right & (latin(codes[spans.end]) > 0)
        counts = (kind == _WORD) & ~cut
        marked = joined.text_of(spans.start[kind == _MARK])
        return spans.where(counts), spans.where((kind == _EXCEPT) & ~cut), marked


class _Entities:
    """The kinds of entities that lexicons ask for, found by the one detector, once per text.

    One that equals an exception of its lexicon, spaces and hyphens apart, does not count: the shop's own hotline.
    """

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._own = [frozenset(map(_bare, each.excepts)) if each.entities else frozenset() for each in lexicons]
        self._uses: dict[str, list[tuple[int, int]]] = {}  # kind of the detector: (lexicon, phrase)
        for number, lexicon in enumerate(lexicons):
            first = len(lexicon.phrases) - len(lexicon.entities)
            for phrase, named in enumerate(lexicon.entities, start=first):
                for kind in RUBRIC_KINDS[named]:
                    self._uses.setdefault(kind, []).append((number, phrase))

    def find(self, joined: Joined) -> Spans:
        """Return the entities as spans."""
        if not self._uses:
            return NO_SPANS
        kinds = frozenset(self._uses)
        rows = [
            (lexicon, entity.start + offset, entity.end + offset, phrase)
            for text, offset in zip(joined.texts, joined.offsets.tolist(), strict=False)
            for entity in find_entities(text, kinds)
            for lexicon, phrase in self._uses[entity.kind]
            if not self._own[lexicon] or _bare(text[entity.start : entity.end]) not in self._own[lexicon]
        ]
        return spans_of(rows)


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("-", "")


def _uses(lexicons: Sequence[Lexicon], marks: Iterable[str]) -> Iterable[tuple[str, int, int, int]]:
    """Yield (needle, kind, lexicon, phrase) for words, exceptions, and the marks of evasion."""
    for number, lexicon in enumerate(lexicons):
        for phrase, needle in enumerate(lexicon.words):
            yield needle, _WORD, number, phrase
        for needle in lexicon.excepts:
            yield needle, _EXCEPT, number, -1
    for mark in marks:
        yield mark, _MARK, -1, -1
