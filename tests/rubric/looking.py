"""Look for a matcher, written as in a rubric, in a chat: what was found, as `row:words`, with ? where it is not sure."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from qa_audit.authoring.transcript import transcript
from qa_audit.measures.situations import SITUATION_LEXICONS
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.matching import Found, find
from qa_audit.rubric.model import Matcher
from qa_audit.rubric.view import View
from qa_audit.sessions.batch import SessionBatch
from qa_audit.texts.codepoints import Joined
from qa_audit.texts.features import compute

RUBRIC = "rubric: test\ngroups: [{{id: g, title: 组, checks: [{{id: a, title: 甲, points: 1, never: {matcher}}}]}}]\n"


class Feelings:
    """Stands in for the sentiment model: by hand, no number for other texts."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self.known = known

    def score_joined(self, joined: Joined) -> np.ndarray:
        return np.array([self.known.get(text, np.nan) for text in joined.texts], dtype=np.float32)


_OF_WAITS = ("quoted", "courtesy", "ask_human", "hold_request")


@cache
def bound(matcher: str) -> tuple[LoadedRubric, Matcher]:
    """Load a matcher written in YAML, in a rubric of nothing else."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rubric.yaml"
        path.write_text(RUBRIC.format(matcher=matcher), "utf-8")
        loaded = load_rubric(path)
    found = loaded.model.checks[0][1].never
    assert found is not None
    return loaded, found


def view_of(
    loaded: LoadedRubric, *chats: str, tone: Mapping[str, float] | None = None, resolution: str = "microsecond"
) -> View:
    """Return the view of chats (see transcript) for a rubric; `tone` is the sentiment of texts that have one.

    Texts are scanned only for what the rubric's matchers, waits, stages and situations need: the rest takes time.
    """
    table = transcript(*chats, resolution=resolution)
    encoded = table["text"].combine_chunks().dictionary_encode()
    texts, ids = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    wanted = np.ones(len(texts), dtype=np.bool_)
    names = {part.lexicon for part in loaded.bound.values()}.union(_OF_WAITS, SITUATION_LEXICONS)
    needed = [one for one in loaded.lexicons if one.name in names]
    features = compute(texts, wanted, needed, Feelings(tone or {}))  # type: ignore[arg-type]
    return View(SessionBatch.from_messages(table, ids), features, loaded.clock, texts=texts)


def told(view: View, found: Found) -> list[str]:
    """Return each hit as `row:words`, `row` alone for a whole message, with ? where it is not sure."""
    hits = found.hits
    spans = zip(hits.row.tolist(), hits.start.tolist(), hits.end.tolist(), found.sure.tolist(), strict=True)
    words = [(row, view.normal_text(row)[a:b] if a >= 0 else "", sure) for row, a, b, sure in spans]
    return [f"{row}{':' if word else ''}{word}{'' if sure else '?'}" for row, word, sure in words]


def looked(matcher: str, *chats: str, role: str = "agent", **options: object) -> list[str]:
    """Look for a matcher in chats."""
    loaded, wanted = bound(matcher)
    view = view_of(loaded, *chats, **options)  # type: ignore[arg-type]
    return told(view, find(view, loaded, wanted, role))
