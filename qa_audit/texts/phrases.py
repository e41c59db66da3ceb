"""Phrase hits: every phrase of every lexicon in every distinct text, a shard at a time.

The normal forms of a shard are laid end to end and one automaton runs over them once; everything after that (whole
ASCII words, whole messages, shielding, nesting) is array work on its hits, with positions in the joined text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise
from typing import Any

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
import re2

from qa_audit.texts.codepoints import Joined
from qa_audit.texts.lexicon import Lexicon, compile_regex, normal_regex, regex_options

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_SHARD_CHARACTERS = 1 << 20  # joined at once: hits pass through Python tuples
_DFA_NEEDLES = 5_000  # above this the automaton that scans fastest takes too long to build
_WORD, _WHOLE, _EXCEPT = 0, 1, 2


@dataclass(frozen=True)
class TextHits:
    """Spans of phrases, int32 each, sorted by (lexicon, text, start, end): start and end in characters of the normal
    form, phrase an index into `Scanner.phrases`."""

    lexicon: Int32
    text: Int32
    start: Int32
    end: Int32
    phrase: Int32

    def __len__(self) -> int:
        return len(self.text)


@dataclass(frozen=True)
class _Spans:
    """Spans in the joined text: int64 columns lexicon, start, end, phrase."""

    lexicon: Int64
    start: Int64
    end: Int64
    phrase: Int64

    def where(self, keep: Mask | Int64) -> "_Spans":
        return _Spans(self.lexicon[keep], self.start[keep], self.end[keep], self.phrase[keep])


def phrases_of(lexicons: Iterable[Lexicon]) -> list[str]:
    """Return what `TextHits.phrase` indexes: words, whole messages and regexes (as written), lexicon by lexicon."""
    return [phrase for lexicon in lexicons for phrase in lexicon.phrases]


class Scanner:
    """Finds the phrases of the lexicons. Not picklable: hand over the lexicons and build one per process."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self.lexicons = tuple(lexicons)
        self.phrases = phrases_of(self.lexicons)
        self._needles = _Needles(self.lexicons)
        self._regexes = _Regexes(self.lexicons)

    def scan(self, normal_texts: Sequence[str]) -> TextHits:
        """Return the hits in the normal forms. Overlapping hits all count, but not one nested in a longer one of the
        same lexicon, nor one inside a longer exception; equal spans of a lexicon count once (the first phrase)."""
        parts = [self._scan_shard(first, joined) for first, joined in _shards(normal_texts)]
        columns = [np.concatenate([part[i] for part in parts]) if parts else np.empty(0, np.int64) for i in range(5)]
        order = np.lexsort((columns[3], columns[2], columns[1], columns[0]))
        return TextHits(*(column[order].astype(np.int32) for column in columns))

    def _scan_shard(self, first: int, joined: Joined) -> tuple[Int64, Int64, Int64, Int64, Int64]:
        words, excepts = self._needles.find(joined)
        spans = _join(words, self._regexes.find(joined))
        order = np.lexsort((spans.phrase, -spans.end, spans.start, spans.lexicon))
        spans = spans.where(order)
        kept = ~_inside_longer(spans, excepts) & ~_inside_longer(spans, spans)
        if len(order) > 1:
            same = (np.diff(spans.lexicon) == 0) & (np.diff(spans.start) == 0) & (np.diff(spans.end) == 0)
            kept[1:] &= ~same
        spans = spans.where(kept)
        text = joined.text_of(spans.start)
        offset = joined.offsets[text]
        return spans.lexicon, text + first, spans.start - offset, spans.end - offset, spans.phrase


class _Needles:
    """Words, whole messages and exceptions of all lexicons in one automaton; equal needles stand in it once."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        uses: dict[str, list[tuple[int, int, int]]] = {}
        phrase = 0
        for number, lexicon in enumerate(lexicons):
            for kind, needles in ((_WORD, lexicon.words), (_WHOLE, lexicon.whole)):
                for needle in needles:
                    uses.setdefault(needle, []).append((kind, number, phrase))
                    phrase += 1
            phrase += len(lexicon.regexes)
            for needle in lexicon.excepts:
                uses.setdefault(needle, []).append((_EXCEPT, number, -1))
        self._uses = np.array(list(chain.from_iterable(uses.values())), np.int64).reshape(-1, 3)
        self._offsets = np.cumsum([0, *map(len, uses.values())], dtype=np.int64)
        self._latin_left = np.array([n.isascii() and n[0].isalnum() for n in uses], bool)
        self._latin_right = np.array([n.isascii() and n[-1].isalnum() for n in uses], bool)
        kinds: Any = ahocorasick_rs.Implementation
        kind = kinds.DFA if len(uses) <= _DFA_NEEDLES else kinds.ContiguousNFA
        self._automaton = ahocorasick_rs.AhoCorasick(list(uses), implementation=kind) if uses else None

    def find(self, joined: Joined) -> tuple[_Spans, _Spans]:
        """Return the words that count and the exceptions, both in no particular order."""
        found = self._automaton.find_matches_as_indexes(joined.text, overlapping=True) if self._automaton else []
        table = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        needle, start, end = table[:, 0], table[:, 1], table[:, 2]
        times = self._offsets[needle + 1] - self._offsets[needle]
        row = np.repeat(np.arange(len(needle)), times)
        use = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times) + self._offsets[needle][row]
        kind, lexicon, phrase = self._uses[use].T
        spans = _Spans(lexicon, start[row], end[row], phrase)
        codes = joined.codes  # a separator stands before the first and after the last text
        cut = self._latin_left[needle][row] & _ascii_alnum(codes[spans.start - 1])
        cut |= self._latin_right[needle][row] & _ascii_alnum(codes[spans.end])
        counts = (kind == _WORD) & ~cut
        if (whole := np.flatnonzero(kind == _WHOLE)).size:
            counts[whole[joined.is_whole(spans.start[whole], spans.end[whole])]] = True
        return spans.where(counts), spans.where((kind == _EXCEPT) & ~cut)


class _Regexes:
    """The regexes of all lexicons, each distinct one once.

    RE2's filter finds the literals that a regex cannot do without in one pass, and tries a regex only on texts that
    hold its own: no set automaton that outgrows its memory and misses matches.
    """

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        uses: dict[str, list[tuple[int, int]]] = {}  # source: (lexicon, phrase) of each mention
        phrase = 0
        for number, lexicon in enumerate(lexicons):
            phrase += len(lexicon.words) + len(lexicon.whole)
            for source in lexicon.regexes:
                uses.setdefault(source, []).append((number, phrase))
                phrase += 1
        self._uses = list(uses.values())
        patterns = [compile_regex(source) for source in uses]
        self._patterns = [(pattern, min(pattern.groups, 1)) for pattern in patterns]  # the group that is the span
        self._filter = re2.Filter()
        for source in uses:
            self._filter.Add(normal_regex(source), regex_options())
        if uses:
            self._filter.Compile()

    def find(self, joined: Joined) -> _Spans:
        """Return the regex hits; matching is on bytes, whose positions become characters for all hits at once."""
        if not self._uses:
            return _NO_SPANS
        encoded = joined.text.encode("utf-8")
        texts = encoded[1:-1].split(b"\x00")
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        offsets = (1 + np.cumsum(lengths) - lengths).tolist()
        rows: list[tuple[int, int, int, int]] = []
        matching = self._filter.Match
        for value, offset in zip(texts, offsets, strict=True):
            for index in matching(value) or ():
                rows.extend(self._locate(index, value, offset))
        table = np.array(rows, np.int64).reshape(-1, 4)
        character = np.cumsum((np.frombuffer(encoded, np.uint8) & 0xC0) != 0x80) - 1
        return _Spans(table[:, 0], character[table[:, 1]], character[table[:, 2]], table[:, 3])

    def _locate(self, index: int, value: bytes, offset: int) -> Iterable[tuple[int, int, int, int]]:
        pattern, group = self._patterns[index]
        for match in pattern.finditer(value):
            start, end = match.span(group)
            if start < 0:  # the group took no part in this match
                start, end = match.span()
            if start < end:
                for lexicon, phrase in self._uses[index]:
                    yield lexicon, start + offset, end + offset, phrase


_NO_SPANS = _Spans(*(np.empty(0, np.int64) for _ in range(4)))


def _shards(texts: Sequence[str]) -> Iterable[tuple[int, Joined]]:
    """Cut the texts into runs of about `_SHARD_CHARACTERS`; yield (number of the first text, joined texts)."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
    shard = (np.cumsum(lengths) - lengths) // _SHARD_CHARACTERS
    bounds = np.flatnonzero(np.diff(shard, prepend=-1, append=-1))
    for a, b in pairwise(bounds.tolist()):
        yield a, Joined.of(texts[a:b])


def _join(a: _Spans, b: _Spans) -> _Spans:
    pairs = ((a.lexicon, b.lexicon), (a.start, b.start), (a.end, b.end), (a.phrase, b.phrase))
    return _Spans(*(np.concatenate(pair) for pair in pairs))


def _inside_longer(spans: _Spans, covers: _Spans) -> Mask:
    """Say which spans lie inside a longer cover of the same lexicon (positions in the joined text, so same text)."""
    if not len(covers.start) or not len(spans.start):
        return np.zeros(len(spans.start), bool)
    stride = int(max(covers.end.max(), spans.end.max())) + 1
    key = covers.lexicon * stride + covers.start
    order = np.argsort(key, kind="stable")
    key = key[order]
    # The furthest end of any cover that starts no later; an earlier lexicon's covers end below this one's stride.
    reach = np.concatenate(([-1], np.maximum.accumulate((covers.lexicon * stride + covers.end)[order])))
    wanted_start = spans.lexicon * stride + spans.start
    wanted_end = spans.lexicon * stride + spans.end
    before = reach[np.searchsorted(key, wanted_start, side="left")] >= wanted_end
    here: Mask = reach[np.searchsorted(key, wanted_start, side="right")] > wanted_end
    return before | here


@lru_cache(maxsize=1)
def _alnum_table() -> Mask:
    return np.array([chr(i).isascii() and chr(i).isalnum() for i in range(129)])


def _ascii_alnum(codes: npt.NDArray[np.uint32]) -> Mask:
    return _alnum_table()[np.minimum(codes, 128)]
