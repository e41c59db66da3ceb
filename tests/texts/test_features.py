"""Features of distinct texts: shards laid end to end are the whole; a file gives back what was saved."""

import subprocess
import sys
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_audit.texts.features import TextFeatures, compute
from qa_audit.texts.lexicon import Lexicon, build_lexicon
from qa_audit.texts.normalize import normalize
from qa_audit.texts.phrases import Scanner
from qa_audit.texts.sentiment import SentimentModel

LEXICONS = [
    build_lexicon("greeting", words=["您好", "在的"]),
    build_lexicon("never", words=["没有这个词"]),
    build_lexicon("request", words=["请"], regexes=["麻烦.{0,2}"], excepts=["申请"]),
]
MODEL = SentimentModel({"好": 2.0, "坏": -2.0}, prior=0.0, unknown=0.0)
EVASIVE = [*LEXICONS, build_lexicon("away", words=["加微信"], evasions=True)]
TEXTS = ["您好，请问", " 申请 ", "麻烦您请坐，在的", "", "好", "坏", "加 微 信！！？"]


def assert_same(a: TextFeatures, b: TextFeatures) -> None:
    for field in fields(TextFeatures):
        left, right = getattr(a, field.name), getattr(b, field.name)
        if field.name == "names":
            assert left == right
        else:
            assert left.dtype == right.dtype, field.name
            assert left.tobytes() == right.tobytes(), field.name


def test_features() -> None:
    wanted = np.array([False, False, False, True, True, True, False])
    features = compute(TEXTS, wanted, LEXICONS, MODEL)
    assert features.names == ("greeting", "never", "request")
    assert features.length.tolist() == [5, 2, 8, 0, 1, 1, 8]
    assert features.exclamations.tolist() == [0, 0, 0, 0, 0, 0, 2]
    assert features.questions.tolist() == [0, 0, 0, 0, 0, 0, 1]
    assert np.isnan(features.sentiment).tolist() == [True, True, True, True, False, False, True]
    assert features.sentiment[4:6] == pytest.approx([0.8808, 0.1192], abs=1e-4)
    assert features.lexicon_offsets.tolist() == [0, 2, 2, 4]
    rows = features.hits_of("request")
    assert features.hit_text[rows].tolist() == [0, 2]
    assert features.hit_start[rows].tolist() == [3, 0]
    assert features.hit_end[rows].tolist() == [4, 4]
    with pytest.raises(KeyError):
        features.hits_of("other")


@pytest.mark.parametrize("texts", [TEXTS, [], [" a\x00b ", "好"], ["\x00"], ["", ""]])
def test_arrow_texts_give_the_same(texts: list[str]) -> None:
    wanted = np.arange(len(texts)) % 2 == 0
    column = pa.array(["x", *texts], pa.string()).slice(1)
    assert_same(compute(column, wanted, EVASIVE, MODEL), compute(texts, wanted, EVASIVE, MODEL))
    assert compute(column, wanted, [], None).length.tolist() == [len(text.strip()) for text in texts]


def test_suspected_hits_have_a_name_of_their_own() -> None:
    features = compute(TEXTS, np.zeros(len(TEXTS), bool), EVASIVE, None)
    assert features.names == ("greeting", "never", "request", "away", "away~")
    assert features.hits_of("away") == slice(4, 4)
    rows = features.hits_of("away~")
    assert features.hit_text[rows].tolist() == [6]
    assert (features.hit_start[rows].tolist(), features.hit_end[rows].tolist()) == ([0], [5])
    assert features.hit_phrase[rows].tolist() == [0]


@given(st.lists(st.text(st.sampled_from("!?！？‼⁉ 好\u200b"), max_size=8), max_size=5))
def test_signs_are_counted_in_the_normal_form(texts: list[str]) -> None:
    features = compute(texts, np.zeros(len(texts), bool), [], None)
    assert features.exclamations.tolist() == [normalize(text).count("!") for text in texts]
    assert features.questions.tolist() == [normalize(text).count("?") for text in texts]
    assert features.exclamations.dtype == features.questions.dtype == np.int32


def test_without_a_model_there_is_no_sentiment() -> None:
    assert np.isnan(compute(TEXTS, np.ones(len(TEXTS), bool), LEXICONS, None).sentiment).all()


def test_names_must_differ() -> None:
    with pytest.raises(ValueError, match="greeting"):
        compute([], np.ones(0, bool), [LEXICONS[0], LEXICONS[0]], None)


def laid(shards: list[TextFeatures]) -> TextFeatures:
    """Lay shards of consecutive texts end to end."""
    counts = [np.diff(shard.lexicon_offsets) for shard in shards]
    lexicon = np.concatenate([np.repeat(np.arange(len(count)), count) for count in counts])
    firsts = np.cumsum([0, *(len(shard.length) for shard in shards[:-1])])
    order = np.argsort(lexicon, kind="stable")
    columns = {}
    for name in (field.name for field in fields(TextFeatures) if field.name not in ("names", "lexicon_offsets")):
        column = np.concatenate([getattr(shard, name) for shard in shards])
        columns[name] = column[order] if name.startswith("hit_") else column
    moved = np.concatenate([shard.hit_text + np.int32(first) for shard, first in zip(shards, firsts, strict=True)])
    columns["hit_text"] = moved[order]
    return TextFeatures(**columns, lexicon_offsets=np.append(0, np.cumsum(sum(counts))), names=shards[0].names)


@given(st.lists(st.sampled_from(TEXTS), max_size=8), st.lists(st.integers(0, 8), max_size=3))
def test_shards_end_to_end_are_the_whole(texts: list[str], cuts: list[int]) -> None:
    scanner = Scanner(EVASIVE)
    bounds = sorted({0, len(texts), *(cut for cut in cuts if cut < len(texts))})
    pairs = list(pairwise(bounds)) or [(0, 0)]
    shards = [compute(texts[a:b], np.ones(b - a, bool), EVASIVE, MODEL, scanner) for a, b in pairs]
    assert_same(laid(shards), compute(texts, np.ones(len(texts), bool), EVASIVE, MODEL))


@pytest.mark.parametrize("texts", [TEXTS, []])
@pytest.mark.parametrize("lexicons", [LEXICONS, EVASIVE, []])
def test_a_file_gives_back_what_was_saved(texts: list[str], lexicons: list[Lexicon], tmp_path: Path) -> None:
    features = compute(texts, np.ones(len(texts), bool), lexicons, MODEL)
    features.save(tmp_path / "a")
    features.save(tmp_path / "b")
    assert_same(TextFeatures.load(tmp_path / "a"), features)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


CHECK = """
import sys, pathlib, numpy as np
import qa_audit.texts.entities, qa_audit.texts.sentiment, qa_audit.texts.tokens
from qa_audit.texts.features import TextFeatures, compute
from qa_audit.texts.lexicon import build_lexicon
path = pathlib.Path(sys.argv[1])
model = qa_audit.texts.sentiment.SentimentModel.load()
compute(["您好...", "測試"], np.ones(2, bool), [build_lexicon("a", words=["您好"])], model).save(path)
TextFeatures.load(path)
print(sorted({"pandas", "jieba", "snownlp"} & set(sys.modules)))
"""


def test_the_running_path_does_without_the_slow_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_AUDIT_CACHE", str(tmp_path))
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECK, str(tmp_path / "f")], capture_output=True, text=True, check=False
    )
    assert (run.stdout.strip(), run.stderr) == ("[]", "")
