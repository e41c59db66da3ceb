"""The registry: every measure documented, computed for every segment, and null only with a reason."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

from qa_audit.measures import MEASURES, REASON_TEXTS, REASONS, NightSlice, compute, compute_all
from qa_audit.texts.features import TextFeatures
from tests.measures.night import LEXICONS, night, values
from tests.sessions import oracle

CONTRACT = """
first_response_seconds first_reply_any_seconds mean_wait_seconds p90_wait_seconds max_wait_seconds max_later_wait_seconds within_6s_share
within_30s_share within_60s_share rounds unanswered_rounds handover_response_seconds agent_messages customer_messages
answer_ratio session_seconds greeting_count address_count thanks_count apology_count request_count empathy_count
tone_count farewell_count politeness_ratio forbidden_hits flow_steps flow_coverage sentiment_first sentiment_last
sentiment_low sentiment_mean sentiment_change p50_wait_seconds within_10s_share within_180s_share
longest_silence_seconds hold_count unfollowed_holds hold_followed_share out_of_hours_rounds lost_customer
open_sessions_mean open_sessions_max
"""


def test_the_names_are_those_others_rely_on() -> None:
    assert set(MEASURES) == set(CONTRACT.split())
    assert all(name == measure.name for name, measure in MEASURES.items())


@pytest.mark.parametrize("name", MEASURES)
def test_each_measure_says_what_it_is(name: str) -> None:
    measure = MEASURES[name]
    assert measure.title
    assert measure.unit
    assert measure.definition
    assert measure.null_case
    assert len(measure.columns) == (3 if measure.kind == "ratio" else 1)
    assert set(measure.lexicons) <= set(LEXICONS)


def test_each_reason_has_a_text() -> None:
    assert set(REASON_TEXTS) == set(REASONS) - {""}


@settings(max_examples=20, deadline=None)
@given(oracle.sessions)
def test_every_measure_of_any_batch_is_a_number_or_null_with_a_reason(drawn: list[list[dict[str, object]]]) -> None:
    batch, _ = oracle.build(drawn)
    ids = np.arange(batch.n, dtype=np.int32) % 5
    found = NightSlice(dataclasses.replace(batch, text_id=ids), _features())
    columns = compute_all(found)
    assert list(columns) == list(MEASURES)
    for name, column in columns.items():
        assert len(column.values) == len(column.reason) == len(batch.segments), name
        assert (np.isnan(column.values) == (column.reason > 0)).all(), name
        shown = column.values[column.reason == 0]
        assert (shown >= (-1 if name == "sentiment_change" else 0)).all(), name
        if MEASURES[name].kind == "ratio":
            assert column.numerator is not None
            assert column.denominator is not None
            assert ((column.denominator == 0) == column.is_null).all(), name
            assert name == "answer_ratio" or (column.numerator <= column.denominator).all(), name


@settings(max_examples=20, deadline=None)
@given(oracle.sessions)
def test_slices_give_what_the_whole_gives(drawn: list[list[dict[str, object]]]) -> None:
    batch, _ = oracle.build(drawn)
    batch = dataclasses.replace(batch, text_id=np.arange(batch.n, dtype=np.int32) % 5)
    whole = compute_all(NightSlice(batch, _features()))
    parts = [compute_all(NightSlice(batch.slice(i, i + 1), _features())) for i in range(len(batch.sessions))]
    for name, column in whole.items():
        together = [value for part in parts for value in part[name].values.tolist()]
        np.testing.assert_array_equal(column.values, np.array(together), name)


def test_without_its_lexicon_a_measure_is_null_not_zero() -> None:
    few = {name: LEXICONS[name] for name in ("greeting", "tone")}
    found = night("00:00 customer: 在吗\n00:04 agent: 您好", lexicons=few)
    assert values(found, "greeting_count") == [1.0]
    for name in ("forbidden_hits", "politeness_ratio", "flow_coverage"):
        assert values(found, name) == ["not_computed"]
    assert values(found, "first_response_seconds") == [4.0]
    with pytest.raises(KeyError):
        found.hits("forbidden")


def test_an_unknown_measure_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        compute(night("00:00 customer: a"), "no_such_measure")


def _features() -> TextFeatures:
    """Five texts; text i has every lexicon whose place is i, i + 5 … and a sentiment except for the last."""
    names = tuple(LEXICONS)
    count = len(names)
    text = np.arange(count, dtype=np.int32) % 5
    return TextFeatures(
        sentiment=np.array([0.0, 0.25, 0.5, 1.0, np.nan], dtype=np.float32),
        length=np.full(5, 1, dtype=np.int32),
        named_seconds=np.zeros(5, dtype=np.int32),
        exclamations=np.zeros(5, dtype=np.int32),
        questions=np.zeros(5, dtype=np.int32),
        lexicon_offsets=np.arange(count + 1, dtype=np.int64),
        hit_text=text,
        hit_start=np.zeros(count, dtype=np.int32),
        hit_end=np.ones(count, dtype=np.int32),
        hit_phrase=np.arange(count, dtype=np.int32),
        names=names,
    )
