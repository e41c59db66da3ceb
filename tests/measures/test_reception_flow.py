"""The eight reception steps: when each applies, and what takes it."""

import pytest

from qa_audit.measures.flow import STEPS, flow
from tests.measures.night import night, parts, values

NAMES = [step.name for step in STEPS]


def steps(text: str) -> list[tuple[set[str], set[str]]]:
    """Return for each segment the steps that apply and those taken."""
    found = flow(night(text))
    pick = lambda rows: [{name for name, on in zip(NAMES, row, strict=True) if on} for row in rows.tolist()]  # noqa: E731
    return list(zip(pick(found.applicable), pick(found.taken), strict=True))


SALE = """
# a stage=pre
00:00 customer: 在吗
00:05 agent: 您好,请问您要什么
00:10 customer: 四件套,太贵就算了
00:15 agent: 推荐这款
00:20 agent: 放心,现在拍很划算
00:30 customer: 拍好了
00:35 agent: 跟您核对一下,今天发出
00:40 customer: 谢谢
00:45 agent: 祝您生活愉快
"""


def test_a_whole_sale_takes_all_eight() -> None:
    assert steps(SALE) == [(set(NAMES), set(NAMES))]
    assert values(night(SALE), "flow_steps") == [8.0]
    assert parts(night(SALE), "flow_coverage") == [(8, 8)]


@pytest.mark.parametrize(
    ("text", "applicable", "taken"),
    [
        pytest.param("00:00 customer: a\n00:01 agent: b", "greet inquire", "", id="opening"),
        pytest.param("# a stage=after\n00:00 customer: a\n00:01 agent: 您好", "greet", "greet", id="after-sale"),
        pytest.param("# a stage=pre\n00:00 customer: a\n00:01 agent: b", "greet inquire recommend", "", id="pre-sale"),
        pytest.param("00:00 agent: 您好\n00:01 customer: a", "", "", id="opened-by-agent"),
        pytest.param("00:00 customer: a\n00:01 auto: 您好\n00:02 agent: b", "greet inquire", "", id="auto-greets-not"),
        pytest.param(
            "00:00 customer: a\n00:01 agent: b\n00:02 agent: 您好", "greet inquire", "greet", id="second-text-greets"
        ),
        pytest.param(
            "00:00 customer: a\n00:01 agent: b\n00:02 agent: c\n00:03 agent: 您好",
            "greet inquire",
            "",
            id="third-does-not",
        ),
        pytest.param(
            "# a stage=after\n00:00 agent: 放心\n00:01 customer: 太贵\n00:02 agent: b",
            "objection",
            "",
            id="reassured-before",
        ),
        pytest.param(
            "# a stage=after\n00:00 agent: b\n00:01 customer: 太贵\n00:02 agent: 放心",
            "objection",
            "objection",
            id="after",
        ),
        pytest.param(
            "00:00 agent: 核对\n00:01 customer: 拍好了\n00:02 agent: b",
            "recommend close confirm dispatch",
            "confirm",
            id="ordered",
        ),
        pytest.param("00:00 agent: b\n00:01 customer: 谢谢\n00:02 agent: c", "farewell", "", id="closing"),
        pytest.param(
            "00:00 agent: b\n00:01 customer: 谢谢\n00:02 customer: 嗯\n00:03 agent: 生活愉快",
            "farewell",
            "farewell",
            id="closing-in-the-last-burst",
        ),
        pytest.param(
            "00:00 agent: b\n00:01 customer: 谢谢\n00:02 agent: c\n00:03 customer: 还有",
            "",
            "",
            id="thanks-in-the-middle",
        ),
        pytest.param(
            "# a stage=after\n00:00 agent: b\n00:01 customer: 拍好了",
            "confirm dispatch",
            "",
            id="after-sale-sells-nothing",
        ),
        pytest.param("00:00 agent: b\n00:01 customer: [card] 拍好了", "", "", id="a-card-is-no-cue"),
        pytest.param("00:00 agent: 生活愉快", "", "", id="a-farewell-nobody-asked-for-counts-nowhere"),
    ],
)
def test_a_step_is_asked_for_where_something_calls_for_it(text: str, applicable: str, taken: str) -> None:
    assert steps(text) == [(set(applicable.split()), set(taken.split()))]


def test_later_segments_are_not_asked_to_greet() -> None:
    text = "00:00 customer: a\n00:01 agent(甲): 您好\n00:02 agent(乙): 在\n00:03 customer: 谢谢\n00:04 agent(乙): b"
    assert steps(text) == [({"greet", "inquire"}, {"greet"}), ({"farewell"}, set())]


def test_a_farewell_is_due_in_the_last_segment_only() -> None:
    assert steps("00:00 agent(甲): a\n00:01 customer: 谢谢\n00:02 agent(乙): b") == [(set(), set()), (set(), set())]


def test_an_objection_is_handled_by_who_heard_it() -> None:
    text = "00:00 agent(甲): a\n00:01 customer: 太贵\n00:02 agent(乙): 放心"
    assert steps(text) == [({"objection"}, set()), (set(), set())]


def test_no_step_no_coverage() -> None:
    found = night("00:00 agent: 生活愉快")
    assert values(found, "flow_coverage") == ["no_applicable_steps"]
    assert values(found, "flow_steps") == ["no_applicable_steps"]
    assert parts(found, "flow_coverage") == [(0, 0)]


def test_evidence_where_it_was_said_and_where_it_was_due() -> None:
    found = flow(night("00:00 customer: 在吗\n00:01 agent: 您好\n00:02 customer: 拍好了\n00:03 agent: 核对"))
    at = {name: (row, due) for name, row, due in zip(NAMES, found.row[0].tolist(), found.due[0].tolist(), strict=True)}
    assert at["greet"] == (1, 1)
    assert at["inquire"] == (-1, 1)
    assert at["confirm"] == (3, 2)
    assert at["dispatch"] == (-1, 2)
    assert at["objection"] == (-1, -1)
