"""The agent quoting the customer is not the agent saying it.

A hit within quotation marks, or after 您说 and the like (lexicon `quoted`), is dropped where the same words stand in an
earlier message of the customer in that session.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from qa_audit.rubric.load import QUOTED
from qa_audit.rubric.matching.found import Found
from qa_audit.rubric.view import View
from qa_audit.sessions.columns import NONE, Ints, Mask
from qa_audit.sessions.hits import Hits
from qa_audit.texts.rewriting import SEPARATOR


def unquoted(view: View, found: Found) -> Found:
    """Drop the hits in which a human agent repeats what the customer said before."""
    # few messages quote anything: most matchers have no hit in any of them
    quoting = view.once("quoting", lambda: view.hits(QUOTED).mask & view.batch.from_human)
    if not quoting[found.hits.row].any():
        return found
    by_agent = view.batch.from_human[found.hits.row]
    suspects = np.flatnonzero(by_agent)[_in_quotes(view, found.hits.keep(by_agent))]
    keep = np.ones(len(found), dtype=np.bool_)
    keep[suspects] = ~_said_before(view, found.hits, suspects)
    return found.keep(keep)


def _in_quotes(view: View, hits: Hits) -> Mask:
    """Which hits lie within a quotation: bool[hits]."""
    quotes = view.hits(QUOTED, hits.mask)
    if not len(quotes):
        return np.zeros(len(hits), dtype=np.bool_)
    width = np.int64(1) << 32
    at = np.searchsorted(quotes.row * width + quotes.start, hits.row * width + hits.start, side="right") - 1
    inside: Mask = (at >= 0) & (quotes.row[at] == hits.row) & (quotes.end[at] >= hits.end)
    return inside


def _said_before(view: View, hits: Hits, which: Ints) -> Mask:
    """Whether the words of each hit stand in an earlier text of the customer; one search per session and words."""
    batch = view.batch
    rows = hits.row[which]
    normal = dict(zip(rows.tolist(), view.normal_texts(batch.text_id[rows]), strict=True))
    spans = zip(rows.tolist(), hits.start[which].tolist(), hits.end[which].tolist(), strict=True)
    asked = [(int(batch.sessions.ids[row]), normal[row][start:end]) for row, start, end in spans]
    words_of: dict[int, set[str]] = {}
    for session, words in asked:
        words_of.setdefault(session, set()).add(words)
    first = {key: row for session, words in words_of.items() for key, row in _first_said(view, session, words)}
    return np.array([0 <= first[key] < row for key, row in zip(asked, rows.tolist(), strict=True)], dtype=np.bool_)


def _first_said(view: View, session: int, words: Iterable[str]) -> Iterator[tuple[tuple[int, str], int]]:
    """Yield the first text of the customer that holds each of the words, NONE where none does."""
    batch = view.batch
    lo, hi = batch.sessions.offsets[session : session + 2]
    theirs = lo + np.flatnonzero(batch.from_customer[lo:hi] & batch.has_text[lo:hi])
    texts = view.normal_texts(batch.text_id[theirs])
    joined = SEPARATOR.join(texts)
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    for one in words:
        at = joined.find(one)
        yield (session, one), NONE if at < 0 else int(theirs[np.searchsorted(begins, at, side="right") - 1])
