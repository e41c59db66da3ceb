"""Politeness markers and forbidden phrases: in texts of human agents only."""

import pytest

from tests.measures.night import night, parts, values

TEXT = """
00:00 customer: 您好,感谢,再见
00:01 auto: 您好亲
00:02 bot: 您好
00:05 agent: 您好呢,亲,您好
00:06 agent: [card] 请看
00:07 agent: 抱歉呢
00:08 agent: 没货
"""


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("greeting_count", 1),
        ("address_count", 1),
        ("thanks_count", 0),
        ("apology_count", 1),
        ("request_count", 0),
        ("empathy_count", 0),
        ("tone_count", 2),
        ("farewell_count", 0),
    ],
)
def test_markers_count_texts_of_human_agents(name: str, count: float) -> None:
    assert values(night(TEXT), name) == [count]


def test_politeness_ratio() -> None:
    assert parts(night(TEXT), "politeness_ratio") == [(2, 3)]


@pytest.mark.parametrize(
    "name", ["greeting_count", "politeness_ratio", "forbidden_hits", "flow_steps", "flow_coverage"]
)
def test_an_agent_who_wrote_nothing_is_not_impolite(name: str) -> None:
    assert values(night("00:00 customer: 您好\n00:01 auto: 您好\n00:02 agent: [image]"), name) == ["no_agent_text"]


def test_forbidden_hits_are_places_and_nested_ones_count_once() -> None:
    found = night(
        "00:00 customer: 你自己看,我不知道\n00:01 auto: 不知道\n00:02 agent(甲): 不知道,你自己看\n00:03 agent(乙): 好的"
    )
    assert values(found, "forbidden_hits") == [2.0, 0.0]
