"""Where fixed phrases and regexes of all lexicons stand in a joined text.

One automaton finds the phrases. A regex is searched for in the texts that hold the characters it cannot do without,
laid end to end with line ends between them, which it is not allowed to match: one search for all texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
import re2

from qa_audit.texts.codepoints import Codes, Joined, Utf8
from qa_audit.texts.lexicon import Lexicon, compile_regex, normal_regex, regex_options
from qa_audit.texts.required import Needs, required
from qa_audit.texts.spans import NO_SPANS, Int64, Mask, Spans, join

_ANYWHERE = re2._Anchor.UNANCHORED
_DFA_NEEDLES = 5_000  # above this the automaton that scans fastest takes too long to build


@dataclass(frozen=True)
class Found:
    """Uses of needles in a text: the spans, the kind of each use (int64), and whether an end of it is a letter or digit
    of a needle all in ASCII, which only counts as a whole word."""

    spans: Spans
    kind: Int64
    latin_left: Mask
    latin_right: Mask


class Needles:
    """Fixed strings in one automaton. Equal ones stand in it once, each with its uses: (kind, lexicon, phrase)."""

    def __init__(self, uses: Iterable[tuple[str, int, int, int]]) -> None:
        """Take rows of (needle, kind, lexicon, phrase); no needle is empty."""
        of: dict[str, list[tuple[int, int, int]]] = {}
        for needle, *use in uses:
            of.setdefault(needle, []).append((use[0], use[1], use[2]))
        self._uses = np.array(list(chain.from_iterable(of.values())), np.int64).reshape(-1, 3)
        self._offsets = np.cumsum([0, *map(len, of.values())], dtype=np.int64)
        self._latin_left = np.array([needle.isascii() and needle[0].isalnum() for needle in of], bool)
        self._latin_right = np.array([needle.isascii() and needle[-1].isalnum() for needle in of], bool)
        kinds: Any = ahocorasick_rs.Implementation
        kind = kinds.DFA if len(of) <= _DFA_NEEDLES else kinds.ContiguousNFA
        needles = [needle.encode("utf-8") for needle in of]
        self._automaton = ahocorasick_rs.BytesAhoCorasick(needles, implementation=kind) if of else None

    def find(self, text: Utf8) -> Found:
        """Return all uses, overlapping ones too, in no particular order."""
        found = self._automaton.find_matches_as_indexes(text.data, overlapping=True) if self._automaton else []
        table = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        needle, start, end = table[:, 0], text.characters(table[:, 1]), text.characters(table[:, 2])
        times = self._offsets[needle + 1] - self._offsets[needle]
        row = np.repeat(np.arange(len(needle)), times)
        use = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times) + self._offsets[needle][row]
        kind, lexicon, phrase = self._uses[use].T
        spans = Spans(lexicon, start[row], end[row], phrase)
        return Found(spans, kind, self._latin_left[needle][row], self._latin_right[needle][row])


class Regexes:
    """The regexes of all lexicons, each distinct one once."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        uses: dict[str, list[tuple[int, int]]] = {}  # source: (lexicon, phrase) of each mention
        for number, lexicon in enumerate(lexicons):
            for phrase, source in enumerate(lexicon.regexes, start=len(lexicon.words) + len(lexicon.whole)):
                uses.setdefault(source, []).append((number, phrase))
        self._uses = list(uses.values())
        needs = [required(normal_regex(source)) for source in uses]
        self._alone = [each is None for each in needs]  # searched for text by text
        self._gate = _Gate([each or [] for each in needs])
        self._patterns = [
            compile_regex(source) if alone else _line_regex(source)
            for source, alone in zip(uses, self._alone, strict=True)
        ]

    def find(self, joined: Joined) -> Spans:
        """Return the regex hits; matching is on bytes, whose positions become characters for all hits at once."""
        if not self._uses or not len(joined):
            return NO_SPANS
        lines = _Lines(joined.utf8.data)
        parts = []
        for i, texts in enumerate(self._gate.texts(joined)):
            found = (
                lines.find_each(self._patterns[i], texts) if self._alone[i] else lines.find(self._patterns[i], texts)
            )
            if len(found):
                parts += [_spans(use, found) for use in self._uses[i]]
        spans = join(parts)
        at = joined.utf8.characters
        return Spans(spans.lexicon, at(spans.start), at(spans.end), spans.phrase)


class _Gate:
    """The texts worth searching, for each of several regexes: a bit per set of characters of which one is needed."""

    def __init__(self, needs: Sequence[Needs]) -> None:
        bits = {need: bit for bit, need in enumerate(dict.fromkeys(chain.from_iterable(needs)))}
        self._needs = [[divmod(bits[need], 64) for need in each] for each in needs]
        self._tables = np.zeros((-(-len(bits) // 64), 0x10000), np.uint64)
        for need, bit in bits.items():
            for char in need:
                self._tables[bit // 64, min(ord(char), 0xFFFF)] |= np.uint64(1 << bit % 64)

    def texts(self, joined: Joined) -> Iterator[Int64]:
        """Yield the numbers of the texts that may match, regex by regex."""
        codes, begins = np.minimum(joined.codes, 0xFFFF), joined.offsets[:-1]
        held = [np.bitwise_or.reduceat(table[codes], begins) for table in self._tables]
        for needs in self._needs:
            worth = np.ones(len(joined), bool)
            for word, bit in needs:
                worth &= (held[word] & np.uint64(1 << bit)) != 0
            yield np.flatnonzero(worth)


class _Lines:
    """The bytes of a joined text as lines, searched whole or in part."""

    def __init__(self, data: bytes) -> None:
        self._data = data.replace(b"\x00", b"\n")
        self._begins = np.flatnonzero(np.frombuffer(data, np.uint8) == 0) + 1

    def find(self, pattern: Any, texts: Int64) -> Int64:
        """Return the spans in these texts of a pattern that does not match line ends: int64[hits, 2]."""
        if not len(texts):
            return np.empty((0, 2), np.int64)
        if 2 * len(texts) > len(self._begins):
            return np.array(list(_matches(pattern, self._data)), np.int64).reshape(-1, 2)
        begins, ends = self._begins[texts], self._begins[texts + 1]
        data = self._data
        picked = b"".join([data[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)])
        found = np.array(list(_matches(pattern, picked)), np.int64).reshape(-1, 2)
        firsts = np.cumsum(ends - begins) - (ends - begins)
        placed: Int64 = found + (begins - firsts)[np.searchsorted(firsts, found[:, :1], side="right") - 1]
        return placed

    def find_each(self, pattern: Any, texts: Int64) -> Int64:
        """Return the spans of any pattern, searched for text by text."""
        begins = self._begins
        rows = [
            (start + begin, end + begin)
            for begin, stop in zip(begins[texts].tolist(), begins[texts + 1].tolist(), strict=True)
            for start, end in _matches(pattern, self._data[begin : stop - 1])
        ]
        return np.array(rows, np.int64).reshape(-1, 2)


def _matches(pattern: Any, data: bytes) -> Iterator[tuple[int, int]]:
    """Yield the spans of a pattern that are not empty: of its first group, if that took part."""
    # What finditer does, without an object per match.
    regex = pattern._regexp
    group, at, end = min(pattern.groups, 1), 0, len(data)
    while at <= end:
        spans = regex.Match(_ANYWHERE, data, at, end)
        first, last = spans[0]
        if first < 0:
            return
        start, stop = spans[group]
        if start < 0:
            start, stop = first, last
        if start < stop:
            yield start, stop
        at = last if last > at else at + 1


def _line_regex(source: str) -> Any:
    """Compile a regex so that it matches within lines, each of them as if it were alone."""
    options = regex_options()
    options.never_nl = True
    return re2.compile("(?m)" + normal_regex(source), options=options)


def _spans(use: tuple[int, int], found: Int64) -> Spans:
    lexicon, phrase = (np.full(len(found), number, np.int64) for number in use)
    return Spans(lexicon, found[:, 0], found[:, 1], phrase)


def latin(codes: Codes) -> npt.NDArray[np.uint8]:
    """Return 1 for ASCII letters, 2 for ASCII digits, 0 for all else."""
    return _latin_table()[np.minimum(codes, 128)]


@lru_cache(maxsize=1)
def _latin_table() -> npt.NDArray[np.uint8]:
    letters = [chr(code).isalpha() for code in range(128)]
    digits = [chr(code).isdigit() for code in range(128)]
    return np.append(np.array(letters) + 2 * np.array(digits), 0).astype(np.uint8)
