"""Sentiment of the customer, 0 negative to 1 positive; never of an agent, and no verdict on one.

Only texts of the customer that have a sentiment take part: a text without any word has none.
"""

import numpy as np

from qa_audit.measures.measure import CODE, Column, Measure, number
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions import reduce
from qa_audit.sessions.columns import Floats, Ints, Mask


def sentiment_first(night: NightSlice) -> Column:
    """The sentiment of the customer's first text that has one."""
    return _number(_at(night, reduce.first(_felt(night), night.batch.segments)))


def sentiment_last(night: NightSlice) -> Column:
    """The sentiment of the customer's last text that has one."""
    return _number(_at(night, reduce.last(_felt(night), night.batch.segments)))


def sentiment_low(night: NightSlice) -> Column:
    """The lowest sentiment among the customer's texts."""
    return _number(reduce.reduce(night.sentiment, "min", night.batch.segments))


def sentiment_mean(night: NightSlice) -> Column:
    """The mean sentiment of the customer's texts."""
    return _number(reduce.reduce(night.sentiment, "mean", night.batch.segments))


def sentiment_change(night: NightSlice) -> Column:
    """Last minus first; positive where the customer left happier than they came."""
    felt, segments = _felt(night), night.batch.segments
    change = _at(night, reduce.last(felt, segments)) - _at(night, reduce.first(felt, segments))
    texts = reduce.count(felt, segments)
    reasons = [CODE["no_customer_text"], CODE["single_message"]]
    return number(change, np.select([texts == 0, texts == 1], reasons, 0).astype(np.int8))


def _felt(night: NightSlice) -> Mask:
    return ~np.isnan(night.sentiment)


def _at(night: NightSlice, rows: Ints) -> Floats:
    """The sentiment of one message per segment, NaN where there is none."""
    return np.append(night.sentiment, np.nan)[rows]  # NONE reads the last place


def _number(values: Floats) -> Column:
    return number(values, np.isnan(values), "no_customer_text")


_SCALE = ";0 为负面,1 为正面"
_NULL_CASE = "客户在这一段没有可判断情绪的文字"


MEASURES = tuple(
    Measure(name, "sentiment", title, unit, definition, null_case, "number", compute)
    for name, title, unit, definition, null_case, compute in (
        (
            "sentiment_first",
            "开始时的情绪",
            "0–1",
            "客户第一条可判断情绪的文字" + _SCALE,
            _NULL_CASE,
            sentiment_first,
        ),
        (
            "sentiment_last",
            "结束时的情绪",
            "0–1",
            "客户最后一条可判断情绪的文字" + _SCALE,
            _NULL_CASE,
            sentiment_last,
        ),
        (
            "sentiment_low",
            "情绪最低点",
            "0–1",
            "客户可判断情绪的文字中最低的一条" + _SCALE,
            _NULL_CASE,
            sentiment_low,
        ),
        (
            "sentiment_mean",
            "平均情绪",
            "0–1",
            "客户可判断情绪的文字的平均" + _SCALE,
            _NULL_CASE,
            sentiment_mean,
        ),
        (
            "sentiment_change",
            "情绪变化",
            "−1–1",
            "结束时的情绪 − 开始时的情绪;正数是变好",
            "客户在这一段可判断情绪的文字不足两条",
            sentiment_change,
        ),
    )
)
