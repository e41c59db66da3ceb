"""The obvious way, to compare with: pandas groupby, jieba, `in` over phrases, SnowNLP on every message."""

import time
from pathlib import Path

import jieba
import pandas as pd
from snownlp import SnowNLP

from qa_audit.rubric.load import load_rubric


def obvious_rate(path: Path, messages: int) -> float:
    """Return messages per second over the first `messages` rows of a generated CSV."""
    phrases = list(dict.fromkeys(word for lexicon in load_rubric().lexicons for word in lexicon.words))[:300]
    jieba.initialize()
    assert SnowNLP("预热").sentiments  # loads its model, which is not counted
    table = pd.read_csv(path, nrows=messages)
    started = time.perf_counter()
    found = []
    for _, session in table.groupby("会话ID"):
        asked = None
        for row in session.itertuples():
            text = row.消息内容
            words = jieba.lcut(text)
            hits = [phrase for phrase in phrases if phrase in text]
            feeling = SnowNLP(text).sentiments
            waited = None
            when = pd.Timestamp(row.发送时间)
            if row.发送方 == "客户":
                asked = asked or when
            elif asked is not None:
                waited, asked = (when - asked).total_seconds(), None
            found.append((len(words), len(hits), feeling, waited))
    return len(found) / (time.perf_counter() - started)
