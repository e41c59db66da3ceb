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
        ("confidence: low, points: 1, never: {words: [a, b, c, d, e]}", "客服不能说「a」、「b」、「c」、「d」等 5 种;只提醒,不扣分"),
        ("points: 5, flow: {coverage: [{at_least: 0.5}, {deduct: 5}]}", "接待八步的覆盖率(适用的步骤里做到了几步):≥ 50% 不扣,其余 扣 5"),
        ("points: 5, flow: {ordered: true, steps: [{id: a, title: 问好, says: {words: [您好]}}, {id: b, title: 退款, says: {words: [退]}, when: {situation: refund}}], coverage: [{at_least: 1}, {deduct: 5}]}", "问好、退款(出现过退款时)的覆盖率(适用的步骤里做到了几步,要按先后):≥ 100% 不扣,其余 扣 5"),
        # measure
        ("points: 5, deduct: 2, measure: rounds, at_least: 1, at_most: 3, unanswered: fail", "轮次要 ≥ 1 且 ≤ 3,否则扣 2 分;没有回复按最差一档"),
        # never: each message, place or segment, or by their number
        ("points: 5, deduct: 2, per: span, never: {words: [烦]}", "客服不能说「烦」,每处扣 2 分,最多 5"),
        ("points: 5, per: segment, never: {words: [烦]}", "客服不能说「烦」,一段扣 5 分"),
        ("points: 5, never: {words: [烦]}, bands: [{at_most: 0}, {deduct: 5}]", "客服不能说「烦」,按条数:≤ 0 不扣,其余 扣 5"),
        ("points: 5, per: span, never: {words: [烦]}, bands: [{at_most: 2}, {deduct: 5}]", "客服不能说「烦」,按处数:≤ 2 不扣,其余 扣 5"),
        # share
        ("points: 5, share: {words: [您]}, at_least: 0.4", "客服的消息里,说「您」的占比要 ≥ 40%,否则扣 5 分"),
        ("points: 5, share: {length: {at_most: 2}}, bands: [{at_most: 0.125}, {deduct: 5}]", "客服的消息里,发消息(字数 ≤ 2)的占比:≤ 12.5% 不扣,其余 扣 5"),
        # near anchors
        ("points: 5, deduct: 2, anchors: last, before: {words: [再见], role: agent}, expect: {words: [还有什么], within: {turns: 1}}", "客服说「再见」之前(最后一次),客服同一轮内要说「还有什么」,否则扣 2 分"),
        ("points: 5, anchors: 2, around: {words: [投诉]}, forbid: {words: [随便], within: {turns: 2, itself: true}}", "客户说「投诉」前后(第 2 次),客服 2 轮内、含这一条不能说「随便」,否则扣 5 分"),
        ("points: 5, anchors: any, after: {words: [投诉]}, expect: {words: [抱歉], within: {until: {words: [好的], role: customer}}}", "客户说「投诉」之后(只要有一次),客服到客户说「好的」为止要说「抱歉」,否则扣 5 分"),
        ("points: 5, anchors: first, after: {words: [投诉]}, expect: {words: [抱歉]}", "客户说「投诉」之后(第一次),客服要说「抱歉」,否则扣 5 分"),
        # conditions
        ("points: 5, all: [{says: {words: [您好]}}, {measure: rounds, at_least: 1}]", "都要有:任何一方说「您好」且轮次 ≥ 1,否则扣 5 分"),
        ("points: 5, any: [{stage: [pre, in]}, {situation: [refund, complaint]}]", "至少要有一样:到过售前或售中或出现过退款或投诉,否则扣 5 分"),
        ("points: 5, not: {all: [{shop: [甲店, 乙店]}, {agent: 小棠}]}", "不能有:(店铺是甲店或乙店且客服账号是小棠),否则扣 5 分"),
        ("confidence: low, points: 5, not: {shop: 甲店}", "不能有:店铺是甲店;只提醒,不扣分"),
        # whose messages, and where
        ("points: 5, says: {words: [a], role: auto, last: 3}", "自动回复后 3 条要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], automation: [auto, assisted]}", "客服(自动回复、机器人协助)要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], stage: after, situation: [objection, refund]}", "售后时、有异议、退款的那一轮里,客服要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], first_seconds: 30}", "开始 30 秒内,客服要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], last_seconds: 60}", "结束前 60 秒内,客服要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], number: {from: 2, to: 3}}", "客服第 2 条到第 3 条要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], number: {from: 2}}", "客服第 2 条起要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], number: {from: -3}}", "客服最后 3 条要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], number: {from: -1}}", "客服最后一条要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], number: {from: -3, to: -2}}", "客服倒数第 3 条到倒数第 2 条要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], after: {says: {words: [b]}, within: {messages: 2}}}", "任何一方说「b」之后 2 条内,客服要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], before: {says: {words: [b], role: customer}, anchors: first}}", "第一次客户说「b」之前,客服要说「a」,没有则扣 5 分"),
        ("points: 5, says: {words: [a], around: {says: {words: [b]}, anchors: 2}}", "第 2 次任何一方说「b」前后,客服要说「a」,没有则扣 5 分"),
        # what they say or are
        ("points: 5, says: {words: [a], whole: [b], entities: [phone, link]}", "客服要说「a」、「b」、【电话号码】、【链接】,没有则扣 5 分"),
        ("points: 5, says: {words: [a, b], regex: [c], match: all}", "客服要把「a」、「b」、规定的 1 种说法都说到,没有则扣 5 分"),
        ("points: 5, says: {words: [a, b, c], match: 2, across: burst}", "客服要在连着的几条里说到「a」、「b」、「c」里至少 2 种,没有则扣 5 分"),
        ("points: 5, never: {words: [a], match: none}", "客服不能发不带「a」的消息,每条扣 5 分,最多 5"),
        ("points: 5, never: {words: [a], match: none, across: burst}", "客服不能连着几条都不带「a」,每条扣 5 分,最多 5"),
        ("points: 5, never: {words: [a], match: none, across: segment}", "客服不能整段都不带「a」,一段扣 5 分"),
        ("points: 5, never: {words: [a], min_hits: 3, across: segment}", "客服不能在整段里说「a」至少 3 处,一段扣 5 分"),
        ("points: 5, never: {words: [a], min_hits: 2, max_hits: 3}", "客服不能说「a」至少 2 处、最多 3 处,每条扣 5 分,最多 5"),
        ("points: 5, never: {words: [a], except: [ab], unless: {words: [c]}, quoted: count, evasions: true}", "客服不能说「a」(「ab」除外;同一条里还说「c」的不算;引用客户的话也算;变着写的只提醒),每条扣 5 分,最多 5"),
        ("points: 5, never: {words: [a], length: {at_most: 3}, exclamations: {at_least: 2}, questions: {at_least: 1}}", "客服不能说「a」(字数 ≤ 3;感叹号 ≥ 2 个;问号 ≥ 1 个),每条扣 5 分,最多 5"),
        ("points: 5, never: {role: customer, tone: {at_most: 0.2}}", "客户不能发消息(情绪 ≤ 0.2),每条扣 5 分,最多 5"),
        ("points: 5, never: {waited: {at_least: 180}}", "客服不能回复(让客户等了 ≥ 180 秒),每条扣 5 分,最多 5"),
        ("points: 5, never: {like: [请您耐心等待]}", "客服不能说像「请您耐心等待」的话(80% 以上),每条扣 5 分,最多 5"),
        ("points: 5, never: {words: [a], like: [b]}", "客服不能说「a」(说像「b」的话(80% 以上)),每条扣 5 分,最多 5"),
        ("points: 5, never: {repeat: {messages: 5, similar: 0.8, times: 2}}", "客服不能重复自己前 5 条里的话(至少 2 条、80% 以上像),每条扣 5 分,最多 5"),
        ("points: 5, never: {echo: {messages: 3}}", "客服不能照说对方前 3 条里的话,每条扣 5 分,最多 5"),
        ("points: 5, says: {kind: [image, card]}", "客服要发图片或卡片,没有则扣 5 分"),
        ("points: 5, after: {kind: [order_event]}, expect: {words: [a]}", "出现订单动态之后(每次),客服要说「a」,否则每次扣 5 分,最多 5"),
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
