"""The cache of sentiments: the same numbers cold, warm, partial, damaged and without; bounded and private."""

from pathlib import Path

import numpy as np
import pytest

from qa_audit.texts import cache
from qa_audit.texts.cache import SentimentCache
from qa_audit.texts.codepoints import Joined
from qa_audit.texts.sentiment import SentimentModel

MODEL = SentimentModel({"好": 2.0, "坏": -2.0, "快": 0.3}, prior=0.1, unknown=-0.01)
TEXTS = ["好", "坏", "", "快好", "？", "坏 坏", "好好好坏"]
EXPECTED = MODEL.score(TEXTS)


class Loads:
    """Counts how often the model is loaded."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> SentimentModel:
        self.times += 1
        return MODEL


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QA_AUDIT_CACHE", str(tmp_path / "cache"))
    return tmp_path


def score(texts: list[str], work: Path, paths: list[Path] | None = None) -> tuple[np.ndarray, int]:
    """Score texts as a run with one task does, and how often the model was loaded."""
    loads = Loads()
    task = SentimentCache(cache._files() if paths is None else paths, loads)
    scores = task.score_joined(Joined.of(texts))
    task.keep(work)
    SentimentCache().remember(work)
    return scores, loads.times


def test_cold_partial_and_warm_give_the_same(folder: Path) -> None:
    assert score(TEXTS[:3], folder / "a") == (pytest.approx(EXPECTED[:3], nan_ok=True, abs=0), 1)
    partial, loaded = score(TEXTS, folder / "b")
    assert (partial.tobytes(), loaded) == (EXPECTED.tobytes(), 1)
    [path] = cache._files()
    warm, loaded = score(TEXTS[::-1], folder / "c")
    assert (warm.tobytes(), loaded) == (EXPECTED[::-1].tobytes(), 0)
    assert cache._files() == [path] and not (folder / "c").exists()
    assert path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700
    assert "好".encode() not in path.read_bytes()


def test_a_task_done_twice_keeps_its_scores_once(folder: Path) -> None:
    for _ in range(2):
        task = SentimentCache(load=Loads())
        task.score_joined(Joined.of(TEXTS))
        task.keep(folder / "work")
        task.keep(folder / "work")
    assert len(list((folder / "work").iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"x" * 10, b"x" * 500, None])
def test_what_is_damaged_is_passed_over(folder: Path, damage: bytes | None) -> None:
    score(TEXTS, folder / "a")
    [path] = cache._files()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) if damage is None else damage)
    (path.parent / "notes.txt").write_text("foreign")
    opened = SentimentCache.open()
    assert opened._paths == ()
    assert opened.__reduce__()[1] == ((), SentimentModel.load)
    scores, loaded = score(TEXTS, folder / "b", [])
    assert (scores.tobytes(), loaded) == (EXPECTED.tobytes(), 1)
    assert len(SentimentCache.open()._paths) == 1


def test_files_that_go_in_the_middle_of_a_run_cost_only_time(folder: Path) -> None:
    score(TEXTS, folder / "a")
    paths = cache._files()
    paths[0].unlink()
    scores, loaded = score(TEXTS, folder / "b", paths)
    assert (scores.tobytes(), loaded) == (EXPECTED.tobytes(), 1)


def test_two_runs_at_once_lose_nothing(folder: Path) -> None:
    for name, texts in (("a", TEXTS[:4]), ("b", TEXTS[2:])):
        task = SentimentCache(load=Loads())
        task.score_joined(Joined.of(texts))
        task.keep(folder / name)
    for name in "ab":
        SentimentCache().remember(folder / name)
    scores, loaded = score(TEXTS, folder / "c")
    assert (scores.tobytes(), loaded) == (EXPECTED.tobytes(), 0)
    assert len(cache._files()) == 1


def test_the_oldest_generation_is_dropped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST", 3)
    for i in range(len(TEXTS)):
        scores, _ = score([TEXTS[i]], folder / str(i))
        assert scores.tobytes() == EXPECTED[i : i + 1].tobytes()
        rows = [cache._read(path, checked=True) for path in cache._files()]
        assert sum(len(each.score) for each in rows if each is not None) <= 6 and len(rows) <= 2
    assert score([TEXTS[-1]], folder / "new")[1] == 0
    assert score([TEXTS[0]], folder / "old")[1] == 1
    score(TEXTS, folder / "many")
    assert all(len(rows.score) <= 3 for path in cache._files() if (rows := cache._read(path, checked=True)) is not None)


def test_other_versions_are_not_read_and_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    score(TEXTS, folder / "a")
    before = cache._folder()
    monkeypatch.setattr(cache, "key", lambda: "2")
    assert SentimentCache.open()._paths == ()
    assert score(TEXTS, folder / "b")[1] == 1
    assert not before.exists() and len(cache._files()) == 1


def test_it_can_be_turned_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    score(TEXTS, folder / "a")
    paths = cache._files()
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "home"))
    monkeypatch.setenv("QA_AUDIT_CACHE", "off")
    scores, loaded = score(TEXTS, folder / "b", paths)
    assert (scores.tobytes(), loaded) == (EXPECTED.tobytes(), 1)
    assert SentimentCache.open()._paths == () and not (folder / "b").exists() and not (folder / "home").exists()


def test_a_folder_that_cannot_be_written_costs_only_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "file").write_text("in the way")
    monkeypatch.setenv("QA_AUDIT_CACHE", str(folder / "file" / "cache"))
    for _ in range(2):
        assert score(TEXTS, folder / "a")[0].tobytes() == EXPECTED.tobytes()
    assert SentimentCache.open()._paths == ()
