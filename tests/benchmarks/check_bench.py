"""Time every kind of check and every operator: `python -m tests.benchmarks.check_bench [messages] [result.json]`.

The batch and the features of a synthetic night are made once. Each check is then judged five times, its matchers found
anew each time; what a whole rubric shares (turns, waits, stages …) is made before and printed by itself.
Prints medians in milliseconds of CPU time (one thread does it all, and other work on the machine does not count), and
the first time where it made something that others share; ends with the linting and loading of a rubric of 300 checks.
"""

import copy
import json
import statistics
import sys
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from qa_audit.authoring.linting import lint
from qa_audit.ingest import ingest
from qa_audit.rubric.checks import judge
from qa_audit.rubric.load import QUOTED, LoadedRubric, load_rubric
from qa_audit.rubric.view import View
from qa_audit.sessions.batch import SessionBatch
from qa_audit.texts.features import compute
from qa_audit.texts.phrases import Scanner
from qa_audit.texts.sentiment import SentimentModel
from tests.benchmarks.generate import generate
from tests.benchmarks.operators import OPERATORS, big_rubric_yaml, rubric_yaml

TIMES = 5
SHARED: dict[str, Callable[[View], object]] = {
    "bursts": lambda view: view.batch.bursts.ids,
    "turns": lambda view: view.batch.turns.ids,
    "waits": lambda view: view.waits,
    "stages": lambda view: view.stages,
    "situations": lambda view: view.situations,
    "quotations": lambda view: view.hits(QUOTED),
    "sentiment": lambda view: view.sentiment,
    "incomplete sessions": lambda view: view.incomplete,
}


def main(messages: int = 1_000_000, result: str | None = None) -> None:
    """Measure everything and print it; write it as JSON where a file is named."""
    with TemporaryDirectory() as folder:
        rubric = _loaded(Path(folder), rubric_yaml())
        view = _view(Path(folder), rubric, messages)
        found = {
            "messages": view.batch.n,
            "segments": len(view.batch.segments),
            "distinct_texts": len(view.texts),  # type: ignore[arg-type]
            "shared_ms": shared(view),
            "judge_ms": operators(view, rubric),
            "load_ms": loading(Path(folder)),
        }
    if result:
        Path(result).write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")


def shared(view: View) -> dict[str, float]:
    """Time what is made once for a whole rubric; it stays with the view."""
    took = {}
    for name, make in SHARED.items():
        started = time.process_time()
        make(view)
        took[name] = _told("shared", name, [time.process_time() - started])
    return took


def operators(view: View, rubric: LoadedRubric) -> dict[str, dict[str, float]]:
    """Time every operator on a view that has found nothing yet."""
    checks = iter([check for _, check in rubric.model.checks])
    took: dict[str, dict[str, float]] = {}
    for group, named in OPERATORS.items():
        took[group] = {}
        for name in named:
            check, seconds = next(checks), []
            for _ in range(TIMES):
                cold = emptied(view)
                started = time.process_time()
                judge(cold, rubric, check)
                seconds.append(time.process_time() - started)
                view._made.update(_of_all(cold))
            took[group][name] = _told(group, name, seconds)
    return took


def emptied(view: View) -> View:
    """Return the same view without hits, finds and measures; what belongs to no single matcher stays."""
    cold = copy.copy(view)
    for name, kept in (("_hits", {QUOTED: view.hits(QUOTED)}), ("_columns", {}), ("_made", _of_all(view))):
        object.__setattr__(cold, name, kept)
    return cold


def _of_all(view: View) -> dict[Hashable, Any]:
    """Return what the view made for every matcher: speakers, lengths, normal forms; not what one found, nor where."""
    own = ("find", "scope")
    return {key: value for key, value in view._made.items() if not (isinstance(key, tuple) and key[0] in own)}


def loading(folder: Path) -> dict[str, float]:
    """Time a big rubric: lint; and load it and make its phrases ready to scan, as a night does."""
    path = folder / "rubric.yaml"
    path.write_text(big_rubric_yaml(), "utf-8")
    linted, compiled = [], []
    for _ in range(TIMES):
        started = time.process_time()
        found = lint(path)
        linted.append(time.process_time() - started)
        Scanner(load_rubric(path).lexicons)
        compiled.append(time.process_time() - started - linted[-1])
    assert (found.checks, found.mistakes) == (300, ())
    both = [sum(pair) for pair in zip(linted, compiled, strict=True)]
    named = {"lint": linted, "compile": compiled, "lint and compile": both}
    return {name: _told("load", f"300 checks, 3,000 phrases: {name}", seconds) for name, seconds in named.items()}


def _loaded(folder: Path, text: str) -> LoadedRubric:
    path = folder / "rubric.yaml"
    path.write_text(text, "utf-8")
    return load_rubric(path)


def _view(folder: Path, rubric: LoadedRubric, messages: int) -> View:
    path = folder / "night.csv"
    generate(path, messages)
    table = ingest([str(path)]).messages
    encoded = table["text"].combine_chunks().dictionary_encode()
    texts = encoded.dictionary.to_pylist()
    ids = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    batch = SessionBatch.from_messages(table, ids)
    wanted = np.zeros(len(texts) + 1, dtype=np.bool_)
    wanted[ids[batch.from_customer & batch.has_text]] = True
    features = compute(texts, wanted[:-1], rubric.lexicons, SentimentModel.load())
    return View(batch, features, rubric.clock, texts=texts)


def _told(group: str, name: str, seconds: list[float]) -> float:
    milliseconds = round(1_000 * statistics.median(seconds), 1)
    first = f"  (first {1_000 * seconds[0]:.0f})" if seconds[0] > 2 * milliseconds / 1_000 else ""
    print(f"{group:10} {name:40} {milliseconds:9.1f} ms{first}", flush=True)
    return milliseconds


if __name__ == "__main__":
    arguments: list[Any] = sys.argv[1:]
    main(*(int(arguments[0]),) if arguments else (), *arguments[1:])
