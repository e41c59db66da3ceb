"""Judge a few messages at once, in memory: what examples, tests and authors need; a night goes by `pipeline`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from qa_audit import schema
from qa_audit.clocks import Setting
from qa_audit.context.load import open_sessions
from qa_audit.context.sessions import session_rows
from qa_audit.rubric.checks import judge
from qa_audit.rubric.judged import Judged
from qa_audit.rubric.load import LoadedRubric
from qa_audit.rubric.view import View
from qa_audit.scoring import Scores, claims, score
from qa_audit.sessions.batch import SessionBatch
from qa_audit.texts.features import compute
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.phrases import Scanner
from qa_audit.texts.sentiment import SentimentModel


@dataclass(frozen=True)
class Trial:
    """The verdicts of a rubric on a few segments; `judged` is in rubric order."""

    view: View
    rubric: LoadedRubric
    judged: Sequence[Judged]
    scores: Scores

    def outcome(self, check: str, segment: int = 0) -> str:
        """Return the outcome of a check, by its id, on one segment."""
        return schema.OUTCOMES[int(self.verdict(check).outcome[segment])]

    def verdict(self, check: str) -> Judged:
        """Return the verdict of a check by its id; KeyError when the rubric has no such check."""
        for (_, each), verdict in zip(self.rubric.model.checks, self.judged, strict=True):
            if each.id == check:
                return verdict
        raise KeyError(check)

    def deducted(self, check: str, segment: int = 0) -> float:
        """Return what a check took from one segment, in points."""
        return int(self.verdict(check).deducted[segment]) / 100

    def quotes(self, check: str, segment: int = 0) -> list[str]:
        """Return the words of the evidence, in normal form; "" for evidence of something missing."""
        evidence = self.verdict(check).evidence
        mine = evidence.segment == segment
        rows, starts, ends = (column[mine].tolist() for column in (evidence.row, evidence.start, evidence.end))
        return [self.view.normal_text(r)[max(a, 0) : max(b, 0)] for r, a, b in zip(rows, starts, ends, strict=True)]


def look(messages: Any, rubric: LoadedRubric) -> View:
    """Return a table in schema.MESSAGES (sessions consecutive, in order) with all that checks of a rubric read."""
    encoded = messages["text"].combine_chunks().dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    ids = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    wanted = np.ones(len(texts), dtype=np.bool_)
    features = compute(texts, wanted, rubric.lexicons, _model(), _scanner(rubric.lexicons))
    batch = SessionBatch.from_messages(messages, ids)
    sessions = session_rows(messages, Setting().tz)
    setting = Setting(shops=sessions["shop"].to_pylist())
    loads = open_sessions(batch, sessions["night"])
    return View(batch, features, rubric.clock, setting, loads, texts=texts)


def attempt(messages: Any, rubric: LoadedRubric) -> Trial:
    """Judge a table in schema.MESSAGES (sessions consecutive, in order) by a rubric."""
    view = look(messages, rubric)
    judged = claims(rubric.model.checks, [judge(view, rubric, check) for _, check in rubric.model.checks])
    return Trial(view, rubric, judged, score(rubric.model, judged))


@lru_cache(maxsize=4)
def _scanner(lexicons: tuple[Lexicon, ...]) -> Scanner:
    return Scanner(lexicons)


@lru_cache(maxsize=1)
def _model() -> SentimentModel:
    return SentimentModel.load()
