"""Politeness: in how many texts the human agent used a marker of each kind; one lexicon a kind."""

from collections.abc import Callable

import numpy as np

from qa_audit.measures.measure import Column, Measure, number, ratio
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions import reduce

KINDS = {
    "greeting": "问候",
    "address": "称呼",
    "thanks": "感谢",
    "apology": "道歉",
    "request": "请求",
    "empathy": "共情",
    "tone": "语气词",
    "farewell": "告别",
}
"""The lexicons of politeness markers, and what each is called."""

NULL_CASE = "人工客服在这一段没有发过文字"


def marker_count(lexicon: str) -> Callable[[NightSlice], Column]:
    """Return the measure that counts an agent's texts with a marker of that lexicon."""

    def compute(night: NightSlice) -> Column:
        found = night.hits(lexicon, night.agent_texts)
        return number(found.messages(night.batch.segments), night.agent_text_count == 0, "no_agent_text")

    return compute


def politeness_ratio(night: NightSlice) -> Column:
    """Texts of human agents with at least one marker of any kind / their texts."""
    polite = np.zeros(night.batch.n, dtype=np.bool_)
    for lexicon in KINDS:
        polite |= night.hits(lexicon).mask
    markers = reduce.count(polite & night.agent_texts, night.batch.segments)
    return ratio(markers, night.agent_text_count, "no_agent_text")


MEASURES = (
    *(
        Measure(
            name=f"{lexicon}_count",
            family="politeness",
            title=f"{title}用语",
            unit="条",
            definition=f"人工客服的文字消息中,含“{title}”词表里任何一个词的条数;一条里说几次都算一条",
            null_case=NULL_CASE,
            kind="count",
            compute=marker_count(lexicon),
            lexicons=(lexicon,),
        )
        for lexicon, title in KINDS.items()
    ),
    Measure(
        name="politeness_ratio",
        family="politeness",
        title="礼貌用语占比",
        unit="比例",
        definition="含任何一类礼貌用语(" + "、".join(KINDS.values()) + ")的文字消息 ÷ 文字消息,都只看人工客服",
        null_case=NULL_CASE,
        kind="ratio",
        compute=politeness_ratio,
        lexicons=tuple(KINDS),
    ),
)
