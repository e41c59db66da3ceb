"""A slice for measures from a transcript and tiny lexicons, with sentiment by hand."""

from collections.abc import Mapping

import numpy as np

from qa_audit.authoring.transcript import transcript
from qa_audit.measures import MEASURE_LEXICONS, NightSlice, compute
from qa_audit.measures.measure import REASONS
from qa_audit.sessions.batch import SessionBatch
from qa_audit.texts.codepoints import Joined
from qa_audit.texts.features import TextFeatures
from qa_audit.texts.features import compute as features_of
from qa_audit.texts.lexicon import parse_lexicon

LEXICONS: Mapping[str, str] = {
    "greeting": "您好",
    "address": "亲",
    "thanks": "感谢\n谢谢",
    "apology": "抱歉\n对不起",
    "request": "请",
    "empathy": "理解您",
    "tone": "呢\n哦",
    "farewell": "再见\n生活愉快",
    "forbidden": "不知道\n自己看\n你自己看",
    "courtesy": "[整句]\n好的\n谢谢\n嗯",
    "ask_human": "转人工",
    "hold_request": "稍等\n我去查",
    "flow_inquire": "请问您",
    "flow_recommend": "推荐",
    "flow_objection": "放心",
    "flow_close": "现在拍",
    "flow_confirm": "核对",
    "flow_dispatch": "发出",
    "flow_farewell": "生活愉快",
    "cust_objection": "太贵",
    "cust_order": "拍好了",
    "cust_closing": "谢谢",
}


class Model:
    """Stands in for the sentiment model: by hand, no number for other texts."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self.known = known

    def score_joined(self, joined: Joined) -> np.ndarray:
        return np.array([self.known.get(text, np.nan) for text in joined.texts], dtype=np.float32)


def night(
    text: str,
    *,
    sentiment: Mapping[str, float] | None = None,
    lexicons: Mapping[str, str] = LEXICONS,
    resolution: str = "microsecond",
) -> NightSlice:
    """Return the slice of a transcript; `sentiment` gives the number of each text that has one."""
    table = transcript(text, resolution=resolution)
    texts = sorted(set(table["text"].to_pylist()))
    place = {one: i for i, one in enumerate(texts)}
    ids = np.array([place[one] for one in table["text"].to_pylist()], dtype=np.int32)
    parsed = [parse_lexicon(name, lines, f"{name}.txt") for name, lines in lexicons.items()]
    wanted = np.ones(len(texts), dtype=np.bool_)
    features: TextFeatures = features_of(texts, wanted, parsed, Model(sentiment or {}))  # type: ignore[arg-type]
    return NightSlice(SessionBatch.from_messages(table, ids), features)


def values(slice_: NightSlice, name: str) -> list[float | str]:
    """Return the measure of each segment: its number, or the reason why there is none."""
    column = compute(slice_, name)
    assert ((column.reason > 0) == column.is_null).all()
    pairs = zip(column.values.tolist(), column.reason.tolist(), strict=True)
    return [REASONS[reason] if reason else value for value, reason in pairs]


def parts(slice_: NightSlice, name: str) -> list[tuple[int, int]]:
    """Return numerator and denominator of a ratio for each segment."""
    column = compute(slice_, name)
    assert column.numerator is not None
    assert column.denominator is not None
    return list(zip(column.numerator.tolist(), column.denominator.tolist(), strict=True))


assert set(LEXICONS) == set(MEASURE_LEXICONS), "the tests' lexicons are those that measures need"
