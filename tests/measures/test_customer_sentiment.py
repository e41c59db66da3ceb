"""Sentiment of the customer, and of nobody else."""

import dataclasses

import numpy as np
import pytest

from qa_audit.measures import NightSlice
from tests.measures.night import night, values

FEELS = {"很差": 0.1, "一般": 0.5, "很好": 0.9, "您好": 0.2, "[image]": 0.3, "龥": 0.7}
NAMES = ("sentiment_first", "sentiment_last", "sentiment_low", "sentiment_mean", "sentiment_change")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("一般 很差 很好", [0.5, 0.9, 0.1, 0.5, 0.4], id="all"),
        pytest.param("。 一般 。 很好 。", [0.5, 0.9, 0.5, 0.7, 0.4], id="texts-without-words-do-not-take-part"),
        pytest.param("[image] 很差", [0.1, 0.1, 0.1, 0.1, "single_message"], id="one"),
        pytest.param("。", ["no_customer_text"] * 5, id="none"),
    ],
)
def test_sentiment(text: str, expected: list[object]) -> None:
    lines = [f"00:{i:02} customer: {one}" for i, one in enumerate(text.split())]
    found = night("\n".join([*lines, "01:00 agent: 很差", "01:01 bot: 很差"]), sentiment=FEELS)
    got = [values(found, name)[0] for name in NAMES]
    assert got == [pytest.approx(one, abs=1e-6) if isinstance(one, float) else one for one in expected]


def test_a_customer_who_said_nothing_has_no_mood() -> None:
    found = night("00:00 agent: 您好", sentiment=FEELS)
    assert [values(found, name) for name in NAMES] == [["no_customer_text"]] * 5


def test_a_message_without_a_text_id_takes_no_part() -> None:
    found = night("00:00 customer: 龥\n00:01 customer: 很差", sentiment=FEELS)
    batch = dataclasses.replace(found.batch, text_id=np.array([-1, found.batch.text_id[1]], dtype=np.int32))
    assert values(NightSlice(batch, found.features), "sentiment_first") == [pytest.approx(0.1)]


def test_each_segment_has_its_own() -> None:
    text = "00:00 customer: 很差\n00:01 agent(甲): 在\n00:02 agent(乙): 在\n00:03 customer: 很好"
    assert values(night(text, sentiment=FEELS), "sentiment_first") == [pytest.approx(0.1), pytest.approx(0.9)]
