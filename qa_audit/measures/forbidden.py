"""Forbidden phrases: how often the human agent said something of the lexicon `forbidden`."""

from qa_audit.measures.measure import Column, Measure, number
from qa_audit.measures.night_slice import NightSlice


def forbidden_hits(night: NightSlice) -> Column:
    """Spans of forbidden phrases in texts of human agents; a span inside a longer one is not counted again."""
    found = night.hits("forbidden", night.agent_texts)
    return number(found.count(night.batch.segments), night.agent_text_count == 0, "no_agent_text")


MEASURES = (
    Measure(
        name="forbidden_hits",
        family="forbidden",
        title="禁用语命中",
        unit="处",
        definition="人工客服的文字消息中命中“禁用语”词表的处数;包在更长的命中里的不重复计",
        null_case="人工客服在这一段没有发过文字",
        kind="count",
        compute=forbidden_hits,
        lexicons=("forbidden",),
    ),
)
