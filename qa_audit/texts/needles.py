"""Where fixed phrases and regexes of all lexicons stand in a joined text: one automaton, one filter, one pass each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
import re2

from qa_audit.texts.codepoints import Codes, Joined
from qa_audit.texts.lexicon import Lexicon, compile_regex, normal_regex, regex_options
from qa_audit.texts.spans import NO_SPANS, Int64, Mask, Spans, spans_of

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
        self._automaton = ahocorasick_rs.AhoCorasick(list(of), implementation=kind) if of else None

    def find(self, text: str) -> Found:
        """Return all uses, overlapping ones too, in no particular order."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True) if self._automaton else []
        table = np.fromiter(chain.from_iterable(found), np.int64, 3 * len(found)).reshape(-1, 3)
        needle, start, end = table[:, 0], table[:, 1], table[:, 2]
        times = self._offsets[needle + 1] - self._offsets[needle]
        row = np.repeat(np.arange(len(needle)), times)
        use = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times) + self._offsets[needle][row]
        kind, lexicon, phrase = self._uses[use].T
        spans = Spans(lexicon, start[row], end[row], phrase)
        return Found(spans, kind, self._latin_left[needle][row], self._latin_right[needle][row])


class Regexes:
    """The regexes of all lexicons, each distinct one once.

    RE2's filter finds the literals that a regex cannot do without in one pass, and tries a regex only on texts that
    hold its own: no set automaton that outgrows its memory and misses matches.
    """

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        uses: dict[str, list[tuple[int, int]]] = {}  # source: (lexicon, phrase) of each mention
        for number, lexicon in enumerate(lexicons):
            for phrase, source in enumerate(lexicon.regexes, start=len(lexicon.words) + len(lexicon.whole)):
                uses.setdefault(source, []).append((number, phrase))
        self._uses = list(uses.values())
        patterns = [compile_regex(source) for source in uses]
        self._patterns = [(pattern, min(pattern.groups, 1)) for pattern in patterns]  # the group that is the span
        self._filter = re2.Filter()
        for source in uses:
            self._filter.Add(normal_regex(source), regex_options())
        if uses:
            self._filter.Compile()

    def find(self, joined: Joined) -> Spans:
        """Return the regex hits; matching is on bytes, whose positions become characters for all hits at once."""
        if not self._uses:
            return NO_SPANS
        encoded = joined.text.encode("utf-8")
        texts = encoded[1:-1].split(b"\x00")
        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) + 1
        offsets = (1 + np.cumsum(lengths) - lengths).tolist()
        rows: list[tuple[int, int, int, int]] = []
        matching = self._filter.Match
        for value, offset in zip(texts, offsets, strict=True):
            for index in matching(value) or ():
                rows.extend(self._locate(index, value, offset))
        spans = spans_of(rows)
        character = np.cumsum((np.frombuffer(encoded, np.uint8) & 0xC0) != 0x80) - 1
        return Spans(spans.lexicon, character[spans.start], character[spans.end], spans.phrase)

    def _locate(self, index: int, value: bytes, offset: int) -> Iterable[tuple[int, int, int, int]]:
        pattern, group = self._patterns[index]
        for match in pattern.finditer(value):
            start, end = match.span(group)
            if start < 0:  # the group took no part in this match
                start, end = match.span()
            if start < end:
                for lexicon, phrase in self._uses[index]:
                    yield lexicon, start + offset, end + offset, phrase


def latin(codes: Codes) -> npt.NDArray[np.uint8]:
    """Return 1 for ASCII letters, 2 for ASCII digits, 0 for all else."""
    return _latin_table()[np.minimum(codes, 128)]


@lru_cache(maxsize=1)
def _latin_table() -> npt.NDArray[np.uint8]:
    letters = [chr(code).isalpha() for code in range(128)]
    digits = [chr(code).isdigit() for code in range(128)]
    return np.append(np.array(letters) + 2 * np.array(digits), 0).astype(np.uint8)
