"""Every text of a night once, with what any slice knows of it, however the night is cut."""

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from qa_audit.ingest.hashing import hash_texts
from qa_audit.interim import write_ipc
from qa_audit.slices.texts import NightTexts
from qa_audit.steps.looking import Slice
from qa_audit.texts.features import compute


class Moods:
    """Gives each text its length as a mood."""

    def score_joined(self, joined: object) -> np.ndarray:
        return np.array([len(text) / 100 for text in joined.texts], np.float32)  # type: ignore[attr-defined]


def kept(folder: Path, slices: list[list[tuple[str, bool]]]) -> list[dict[str, object]]:
    """Return the rows for slices of (text, whether a customer says it)."""
    folder.mkdir()
    found = NightTexts()
    for number, said in enumerate(slices):
        texts = pa.array(list(dict.fromkeys(text for text, _ in said)), pa.string())
        wanted = np.array([(text, True) in said for text in texts.to_pylist()], dtype=np.bool_)
        files = Slice(folder, number)
        compute(texts, wanted, (), Moods()).save(files.features)  # type: ignore[arg-type]
        write_ipc(pa.table({"text": texts, "hash": pa.array(hash_texts(texts))}), files.texts)
        found.add(files)
    return pa.concat_tables(found.tables()).to_pylist()


@pytest.mark.parametrize("size", [1, 3, 7, 50])
def test_the_cut_changes_nothing(tmp_path: Path, size: int) -> None:
    draw = random.Random(size)
    said = [("在" * draw.randrange(1, 15), draw.random() < 0.3) for _ in range(60)]
    whole = kept(tmp_path / "whole", [said])
    assert kept(tmp_path / "cut", [said[i : i + size] for i in range(0, 60, size)]) == whole
    assert {row["text"] for row in whole} == {text for text, _ in said}
    assert {row["text"] for row in whole if row["sentiment"] is not None} == {
        text for text, customer in said if customer
    }


def test_no_texts_are_no_rows() -> None:
    assert list(NightTexts().tables()) == []
