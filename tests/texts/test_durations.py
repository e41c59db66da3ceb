"""The waits that agents name."""

import pytest

from qa_audit.texts.codepoints import Joined
from qa_audit.texts.durations import named_seconds, named_seconds_all
from qa_audit.texts.features import compute
from qa_audit.texts.normalize import normalize


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("稍等两分钟", 120),
        ("稍等5分钟,我去查", 300),
        ("稍等五分钟", 300),
        ("等我十五分钟", 900),
        ("二十分钟后回复您", 1200),
        ("大概二十五分钟", 1500),
        ("5-10分钟", 600),
        ("五到十分钟", 600),
        ("1~2 分钟", 120),
        ("两三分钟", 180),
        ("半小时内答复", 1800),
        ("半个小时", 1800),
        ("一个半小时", 5400),
        ("一分半钟", 90),
        ("30秒", 30),
        ("一刻钟", 900),
        ("一个小时", 3600),
        ("1.5小时", 5400),
        ("5min", 300),
        ("最快2分钟,最慢10分钟", 600),
        ("５分钟", 300),
        ("24小时内发货", None),
        ("三天内", None),
        ("稍等一会儿", None),
        ("几分钟", None),
        ("5分钟前已经发货", None),
        ("好评5分", None),
        ("十十分钟", None),
        ("0分钟", None),
        ("稍等", None),
        ("", None),
    ],
)
def test_named_seconds(text: str, seconds: int | None) -> None:
    assert named_seconds(normalize(text)) == seconds
    assert named_seconds_all(Joined.of(["稍等", normalize(text), "1"])).tolist() == [0, seconds or 0, 0]


def test_each_distinct_text_carries_its_own() -> None:
    texts = ["稍等", "稍等2分钟", "半小时"]
    assert named_seconds_all(Joined.of(texts)).tolist() == [0, 120, 1800]
    assert compute(texts, [False] * 3, [], None).named_seconds.tolist() == [0, 120, 1800]  # type: ignore[arg-type]
