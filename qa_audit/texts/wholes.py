"""Phrases that count only as a whole message, whatever punctuation, emoticons and spaces stand around them."""

from collections.abc import Iterable, Sequence

import numpy as np

from qa_audit.texts.codepoints import Joined
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.spans import Spans, spans_of


class Wholes:
    """The whole-message phrases of all lexicons, looked up and not searched for: 好 stands in every other text."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._uses: dict[str, list[tuple[int, int]]] = {}  # phrase: (lexicon, phrase number) of each mention
        for number, lexicon in enumerate(lexicons):
            for phrase, whole in enumerate(lexicon.whole, start=len(lexicon.words)):
                self._uses.setdefault(whole, []).append((number, phrase))
        self._sizes = np.zeros(max(map(len, self._uses), default=0) + 2, bool)
        self._sizes[list(map(len, self._uses))] = True

    def find(self, joined: Joined) -> Spans:
        """Return where a text, without what does not count around it, is one of the phrases."""
        return spans_of(list(self._found(joined)) if self._uses else [])

    def _found(self, joined: Joined) -> Iterable[tuple[int, int, int, int]]:
        start, end = joined.cores()
        may = self._sizes[np.minimum(end - start, len(self._sizes) - 1)]
        spans = zip(start[may].tolist(), end[may].tolist(), strict=True)
        for a, b in spans:
            for lexicon, phrase in self._uses.get(joined.text[a:b], ()):
                yield lexicon, a, b, phrase
