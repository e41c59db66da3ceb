"""Phrases written so that a plain search misses them: 加 微 信, 脑*残, ➕vx, 薇❤.

A phrase that stands in the folded text (`folding`) is *suspected* where the text had to be folded to find it there.
Ordinary texts hold spaces and symbols too, so what fell away inside a phrase must look put in on purpose: a symbol that
words do not have (脑*残), or anything beside a character that stands alone (加 微信, 加.微.信; beside a comma, not the
first or last character of the phrase). So 价格低 能送吗 is not 低能, and 亲,可以 not 亲可以.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa_audit.texts.codepoints import Joined, Utf8
from qa_audit.texts.folding import COMMAS, PLUS, STOP, SYMBOL, Folded, classes_of, codes_of, cuts, fold_all
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.needles import Needles, latin
from qa_audit.texts.spans import NO_SPANS, Int64, Mask, Spans, inside_longer, overlapping, repeated

_LONGEST_GAP = 12  # characters: an emoticon
_WORD, _EXCEPT = 0, 1
_DIGIT = 2  # of `latin`


class Evasions:
    """Finds the words of lexicons with `evasions`, of two characters or more, where they are written otherwise."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        uses: list[tuple[str, int, int, int]] = []
        for number, lexicon in enumerate(lexicons):
            if lexicon.evasions:
                words, excepts = fold_all(lexicon.words), fold_all(lexicon.excepts)
                uses += [(word, _WORD, number, phrase) for phrase, word in enumerate(words) if len(word) > 1]
                uses += [(phrase, _EXCEPT, number, -1) for phrase in excepts if phrase]
        self.wanted = bool(uses)
        self._needles = Needles(uses)

    def find(self, joined: Joined, marked: Int64, sure: Spans) -> Spans:
        """Return the suspected words, in order; none shares a character with a sure hit of its lexicon.

        marked: the texts that hold a key of STANDS_FOR as it is written there.
        """
        worth = _worth_folding(joined)
        worth[marked] = True
        texts = np.flatnonzero(worth)
        if not len(texts):
            return NO_SPANS
        folded = Folded(Joined.of([joined.texts[i] for i in texts.tolist()]))
        found = self._needles.find(Utf8(folded.text))
        spans, kind = found.spans, found.kind
        whole = ~cuts(folded.joined.codes, folded.starts[spans.start], folded.ends[spans.end - 1])
        excepts = spans.where(whole & (kind == _EXCEPT))
        spans = spans.where(whole & (kind == _WORD))
        spans = spans.where(_on_purpose(folded, spans))
        spans = spans.where(~inside_longer(spans, excepts)).in_order()
        spans = spans.where(~inside_longer(spans, spans) & ~repeated(spans))
        spans = _unfolded(folded, spans, joined.offsets[texts])
        return spans.where(~overlapping(spans, sure))


def _unfolded(folded: Folded, spans: Spans, offsets: Int64) -> Spans:
    """Return where the spans stand in another joined text, in which the folded texts begin at `offsets`."""
    start, end = folded.starts[spans.start], folded.ends[spans.end - 1]
    text = folded.joined.text_of(start)
    shift = offsets[text] - folded.joined.offsets[text]
    return Spans(spans.lexicon, start + shift, end + shift, spans.phrase)


def _on_purpose(folded: Folded, spans: Spans) -> Mask:
    """Say which spans hold something changed or inserted, and nothing inserted that an ordinary text has."""
    changed = np.concatenate(([0], np.cumsum(folded.changed)))
    first, last = folded.first[spans.start], folded.last[spans.end - 1]
    gaps = _Gaps.of(folded)
    inserted = gaps.within(np.ones(len(gaps.after), bool), first, last)
    otherwise: Mask = inserted | (changed[spans.end] > changed[spans.start])
    return otherwise & ~gaps.ordinary(first, last)


@dataclass(frozen=True)
class _Gaps:
    """Where something fell away between two kept characters of one sentence, one element per gap.

    after: int64, the kept character before it. left, right: whether the character beside it stands alone, that is with
    a gap or a sentence's end on its other side too. symbol, comma: whether it holds a symbol, a comma. long: too long
    to have been put in, or dots that trail off.
    """

    after: Int64
    left: Mask
    right: Mask
    symbol: Mask
    comma: Mask
    long: Mask

    @classmethod
    def of(cls, folded: Folded) -> "_Gaps":
        codes, at = folded.codes, folded.at
        stop = classes_of(codes) == STOP
        after = np.flatnonzero((np.diff(at) > 1) & ~stop[:-1] & ~stop[1:])  # a stop is the first and the last of all
        begin, end = at[after] + 1, at[after + 1]
        inserted = begin[:, None] + np.arange(_LONGEST_GAP)
        signs = np.where(inserted < end[:, None], folded.joined.codes[np.minimum(inserted, end[:, None])], 0)
        dots = (signs == ord(".")).sum(axis=1)
        return cls(
            after,
            ((begin - at[after - 1] > 2) | stop[after - 1]) & (latin(codes[after]) != _DIGIT),
            ((at[after + 2] - end > 1) | stop[after + 2]) & (latin(codes[after + 1]) != _DIGIT),
            np.asarray(_is_symbol(classes_of(signs)).any(axis=1)),
            np.asarray(np.isin(signs, codes_of(COMMAS)).any(axis=1)),
            (end - begin > _LONGEST_GAP) | (dots > 1),
        )

    def ordinary(self, first: Int64, last: Int64) -> Mask:
        """Say which phrases, first … last of the kept characters, have a gap that ordinary texts have."""
        comma = self.comma & ~self.symbol & ~(self.left & self.right)
        return (
            self.within(self.long | ~(self.symbol | self.left | self.right), first, last)
            | np.isin(first, self.after[comma & self.left])
            | np.isin(last - 1, self.after[comma & self.right])
        )

    def within(self, which: Mask, first: Int64, last: Int64) -> Mask:
        """Say which stretches of kept characters, first … last, have one of these gaps inside."""
        after = self.after[which]
        found: Mask = np.searchsorted(after, last) > np.searchsorted(after, first)
        return found


def _worth_folding(joined: Joined) -> Mask:
    """Say which texts may hold something put in: those with a symbol, or with a character that stands alone beside a
    gap. What stands for another word is not looked for here."""
    codes = joined.codes
    classes = classes_of(codes)
    at = np.flatnonzero(classes >= STOP)
    stop, gap = classes[at] == STOP, np.diff(at) > 1
    inner = gap & ~stop[:-1] & ~stop[1:]
    edge = gap | stop[:-1] | stop[1:]
    alone = np.flatnonzero(edge[:-1] & edge[1:] & (inner[:-1] | inner[1:])) + 1
    worth = np.zeros(len(joined), bool)
    alone = at[alone]
    worth[joined.text_of(alone[(latin(codes[alone]) != _DIGIT) & (codes[alone] != ord("E"))])] = True  # as in <E:微笑>
    worth[joined.text_of(np.flatnonzero(_is_symbol(classes)))] = True
    return worth


def _is_symbol(classes: np.ndarray) -> Mask:
    symbol: Mask = (classes >= SYMBOL) & (classes <= PLUS)
    return symbol
