"""Time each kind of matcher alone on a synthetic night: `python -m tests.benchmarks.matching_bench 1000000`.

Prints, per matcher, milliseconds of processor time of `find` on a view in which nothing was looked for yet (median of
three), and how many hits there are. What several matchers share (normal forms, waits) is timed by itself, and before
all that each step of looking at the distinct texts.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa

from qa_audit.ingest import ingest
from qa_audit.rubric.load import load_rubric
from qa_audit.rubric.matching import counted, find, pairs
from qa_audit.rubric.model import Within
from qa_audit.rubric.view import Forms, View
from qa_audit.sessions.batch import SessionBatch
from qa_audit.texts.cache import SentimentCache
from qa_audit.texts.codepoints import Joined
from qa_audit.texts.durations import named_seconds_all
from qa_audit.texts.features import compute
from qa_audit.texts.lexicon import Lexicon
from qa_audit.texts.normalize import normalize_joined
from qa_audit.texts.phrases import Scanner
from qa_audit.texts.sentiment import SentimentModel
from tests.benchmarks.generate import generate

MATCHERS = [
    "{words: [稍等, 抱歉]}",
    "{words: [稍等, 抱歉], role: any}",
    "{words: [稍等, 抱歉], first: 2}",
    "{words: [稍等, 抱歉], number: {from: 2, to: -2}}",
    "{words: [稍等, 抱歉], first_seconds: 60, last_seconds: 600}",
    "{words: [稍等, 查一下], match: all}",
    "{words: [稍等, 抱歉, 好的], match: 2, across: segment}",
    "{words: [稍等, 抱歉], match: none}",
    "{words: [稍等, 抱歉], match: none, across: segment}",
    "{words: [稍等, 抱歉], across: burst, min_hits: 2, max_hits: 3}",
    "{kind: any, length: {at_most: 5}}",
    "{length: {at_least: 5}, questions: {at_least: 1}, exclamations: {at_most: 2}}",
    "{waited: {at_least: 60}}",
    "{words: 好, unless: {words: 的}}",
    "{words: 好, after: {says: {words: 退货, role: customer}, within: {messages: 2}}}",
    "{words: 好, after: {says: {words: 退货, role: customer}, within: {seconds: 60}}}",
    "{words: 好, around: {says: {words: 退货, role: customer}, within: {turns: 2, until: {words: 稍等}}}}",
    "{words: 好, before: {says: {kind: text, role: customer}, within: {messages: 2, seconds: 60}, anchors: first}}",
    "{repeat: {}}",
    "{echo: {}}",
    "{repeat: {similar: 0.8}}",
    "{repeat: {similar: 0.6, messages: 20}}",
    "{echo: {similar: 0.8}}",
    "{like: 请您稍等一下我去查}",
    "{like: [请您稍等一下, 给您推荐这款, 好的]}",
]


def main(messages: int = 1_000_000, repeats: float = 0.45) -> None:
    """Measure every matcher on the same batch."""
    checks = ", ".join(f"{{id: c{i}, title: 甲, points: 1, never: {matcher}}}" for i, matcher in enumerate(MATCHERS))
    with TemporaryDirectory() as folder:
        path, rubric_path = Path(folder) / "night.csv", Path(folder) / "rubric.yaml"
        generate(path, messages, repeats)
        rubric_path.write_text(f"rubric: bench\ngroups: [{{id: g, title: 组, checks: [{checks}]}}]\n", "utf-8")
        rubric, table = load_rubric(rubric_path), ingest([str(path)]).messages
    encoded = table["text"].combine_chunks().dictionary_encode()
    texts, ids = encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)
    for name, make in looks(encoded.dictionary, rubric.lexicons).items():
        print(f"{milliseconds(make):8.1f} ms  {name}")
    features = compute(texts, np.zeros(len(texts), dtype=np.bool_), rubric.lexicons, None)
    view = View(SessionBatch.from_messages(table, ids), features, rubric.clock, texts=texts)
    print(f"{view.batch.n} messages, {len(view.batch.sessions)} sessions, {len(texts)} distinct texts")
    shared: dict[str, Callable[[], object]] = {
        "waits": lambda: view.waits,
        "normal forms of agents": lambda: view.forms(False, True),
        "normal forms of everyone": lambda: view.forms(True, True),
    }
    for name, make in shared.items():
        print(f"{milliseconds(make):8.1f} ms  {name}")
    for each, text in zip(rubric.model.checks, MATCHERS, strict=True):
        matcher = each[1].never
        assert matcher is not None
        forms = {key: made for key, made in view._made.items() if isinstance(made, Forms)}
        views = [replace(view, _hits={}) for _ in range(3)]
        for fresh in views:
            fresh._made.update(forms)
            fresh.__dict__["waits"] = view.waits
        took = statistics.median(milliseconds(partial(find, fresh, rubric, matcher, "agent")) for fresh in views)
        print(f"{took:8.1f} ms  {len(find(views[0], rubric, matcher, 'agent')):7} hits  {text}")
    matcher = rubric.model.checks[0][1].never
    assert matcher is not None
    asked, said = view.batch.from_customer.nonzero()[0], find(view, rubric, matcher, "agent")
    for within in (Within(messages=2), Within(seconds=60), Within(turns=2)):
        of = counted(view, matcher, "agent")
        took = milliseconds(partial(pairs, view, rubric, asked, said, within, of, "after"))
        print(f"{took:8.1f} ms  {len(asked):7} anchors, pairs within {within.model_dump(exclude_defaults=True)}")


def looks(texts: pa.Array, lexicons: Sequence[Lexicon]) -> dict[str, Callable[[], object]]:
    """Return the steps of looking at distinct texts, each ready to be timed."""
    exported = Joined.of(texts)
    normal, model, scanner = Joined(normalize_joined(exported.text)), SentimentModel.load(), Scanner(lexicons)
    with TemporaryDirectory() as folder:
        cold = SentimentCache()
        cold.score_joined(exported)
        cold.keep(Path(folder))
        warm = SentimentCache(list(Path(folder).iterdir()))
        assert len(warm.score_joined(exported)) == len(texts)  # the file stays mapped
    return {
        "normal forms of distinct texts": lambda: normalize_joined(exported.text),
        "phrases and regexes": lambda: scanner.scan_joined(normal),
        "durations": lambda: named_seconds_all(normal),
        "sentiment": lambda: model.score_joined(exported),
        "sentiment again, stretches known": lambda: model.score_joined(exported),
        "sentiment, warm cache": lambda: warm.score_joined(exported),
    }


def milliseconds(make: Callable[[], object]) -> float:
    """Return how much processor time a call takes."""
    started = time.process_time()
    make()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:]))
