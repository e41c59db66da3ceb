"""A check in words says when it applies, what passes and what it costs."""

import pytest

from qa_audit.rubric.load import load_rubric
from qa_audit.rubric.wording import Wording
from tests.rubric.rubrics import rubric


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("points: 5, measure: rounds, bands: [{at_most: 1, bonus: 1, label: 好}, {deduct: 5}]", "轮次:≤ 1 加 1(好),其余 扣 5"),
        ("points: 5, measure: rounds, at_most: 3", "轮次要 ≤ 3,否则扣 5 分"),
        ("points: 5, says: {words: [您好], first: 2}", "客服前 2 条要说「您好」,没有则扣 5 分"),
        ("points: 5, deduct: 2.5, never: {lexicon: insult}", "客服不能说【辱骂】,每条扣 2.5 分,最多 5"),
        ("points: 5, after: {words: [投诉]}, expect: {words: [抱歉], within: {messages: 2, seconds: 30}}", "客户说「投诉」之后(每次),客服 2 条内、30 秒内要说「抱歉」,否则每次扣 5 分,最多 5"),
        ("points: 5, after: {words: [投诉]}, forbid: {kind: image}", "客户说「投诉」之后(每次),客服不能发图片,否则每次扣 5 分,最多 5"),
        ("red_line: {cap: 0}, never: {regex: ['a', 'b']}", "客服不能说规定的 2 种说法;红线:人工确认后得分不超过 0"),
        ("confidence: low, points: 1, never: {words: [a, b, c, d, e]}", "客服不能说「a」、「b」、「c」、「d」等 5 种,每条扣 1 分,最多 1;只提醒,不扣分"),
        ("points: 5, flow: {coverage: [{at_least: 0.5}, {deduct: 5}]}", "接待八步的覆盖率(适用的步骤里做到了几步):≥ 0.5 不扣,其余 扣 5"),
        ("points: 5, never: {words: [a]}, when: {not: {any: [{measure: rounds, at_least: 1}, {says: {words: [b]}}]}}", "适用:不是((轮次 ≥ 1或任何一方说「b」));客服不能说「a」,每条扣 5 分,最多 5"),
    ],
)  # fmt: skip
def test_definition(check: str, words: str) -> None:
    loaded = rubric(f"- {{id: a, title: 甲, {check}}}")
    assert Wording(loaded.titles).definition(loaded.model.checks[0][1]) == words


def test_every_shipped_check_is_told_without_file_names() -> None:
    loaded = load_rubric()
    for _, check in loaded.model.checks:
        told = Wording(loaded.titles).definition(check)
        assert not [name for name in loaded.titles if f"【{name}】" in told], told
