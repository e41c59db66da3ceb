"""Situations: their words, who must say them, and how far they reach."""

from functools import lru_cache

import pytest

from qa_audit.measures.situations import SITUATION_LEXICONS, SITUATIONS
from qa_audit.rubric.model.matcher import Situation
from tests.measures.night import night
from tests.measures.test_stages import session, shipped

# by situation: what tells it (a customer's message, or a whole session), and what does not
TELLS = {
    "objection": "太贵了吧|会不会掉色|质量怎么样|能便宜点吗|是正品吗|别家便宜",
    "hesitation": "我再考虑一下|再看看|我想想|跟老公商量一下|有点犹豫|算了|晚点再买|先收藏",
    "complaint": "你们什么态度|我要投诉|收到就是坏的|发错了|和图片不一样|等了好几天没人管|垃圾客服|有划痕",
    "refund": "我要退货|退款怎么还没到账|想换小一码|不想要了|取消订单|给我补发一个|能退吗|申请售后",
    "logistics": "快递到哪了|怎么还没发货|什么时候发货|物流三天没更新|几天能到|催一下快递|还没收到货|今天能送到吗",
}
TELLS_NOT = {
    "objection": "不用担心|多少钱|有货吗",
    "hesitation": "再看看物流|我考虑好了,买|我想想办法|你们考虑一下我的感受",
    "complaint": "会不会坏|坏了怎么办|没有质量问题吧|多久能到|不给差评|不要发错",
    "refund": "支持七天无理由退货吗|不合适能退吗|我要退出登录|帮我换个客服|以旧换新|想换个发票|邮费能退吗",
    "logistics": "退款什么时候到账|发什么快递|没收到退款|优惠券什么时候发放|发票什么时候到|什么时候发票能开",
}
AGENT_SAYS = "这款没货了|暂时缺货|这个颜色断码了|需要等补货|已经卖完了|库存不足|预计三天后到货"
AGENT_DOES_NOT = "有没有货我看一下|不会缺货的|现货,今天发|如果缺货会联系您|支持货到付款"


def lines(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, line) for name, said in table.items() for line in said.split("|")]


@lru_cache(maxsize=1)
def held() -> dict[tuple[str, str], set[str]]:
    """The situations of each one-message session: by (role, text)."""
    said = [("customer", line) for _, line in (*lines(TELLS), *lines(TELLS_NOT), ("", "有货吗"), ("", "缺货了吗"))]
    said += [("agent", line) for line in (*AGENT_SAYS.split("|"), *AGENT_DOES_NOT.split("|"), "太贵了", "我要退货")]
    found = night("\n\n".join(f"00:00 {role}: {line}" for role, line in said), lexicons=shipped()).situations
    return {key: {name for name in SITUATIONS if found.masks[name][row]} for row, key in enumerate(said)}


@pytest.mark.parametrize("name", TELLS)
def test_what_customers_say(name: str) -> None:
    told = {line: name in held()["customer", line] for line in TELLS[name].split("|")}
    assert told == dict.fromkeys(told, True)
    told = {line: name in held()["customer", line] for line in TELLS_NOT[name].split("|")}
    assert told == dict.fromkeys(told, False)


def test_out_of_stock_is_for_the_agent_to_say() -> None:
    assert not {line for line in AGENT_SAYS.split("|") if held()["agent", line] != {"out_of_stock"}}
    assert not {line for line in AGENT_DOES_NOT.split("|") if held()["agent", line]}
    assert not held()["customer", "有货吗"]
    assert "out_of_stock" not in held()["customer", "缺货了吗"]


def test_the_rest_is_for_the_customer_to_say() -> None:
    assert held()["agent", "太贵了"] == held()["agent", "我要退货"] == set()


# what is said in a session, and the messages in which the situation holds
REACH = {
    "to-the-end-of-the-turn": ("complaint", "customer: 什么态度|agent: 抱歉|customer: 好吧|agent: 嗯", "1100"),
    "from-the-cue-on": ("complaint", "customer: 在吗|customer: 什么态度|agent: 抱歉|agent: 您说", "0111"),
    "again-later": ("complaint", "customer: 骗子|agent: 抱歉|customer: 嗯|agent: 您说|customer: 差评", "11001"),
    "machines-are-in-the-turn": ("refund", "customer: 我要退货|bot: 您好|system: 小棠已接入|agent: 好", "1111"),
    "not-into-the-next-session": ("refund", "agent: 您好|customer: 我要退货", "01"),
    "no-objection-after-buying": ("objection", "customer: 我的订单太贵了|agent: 嗯", "00"),
    "an-objection-in-a-later-sale": ("objection", "customer: 我要退货|agent: 好|customer: 这款太贵了", "000"),
    "hesitation-before-buying": ("hesitation", "customer: 有货吗|agent: 有|customer: 再看看|agent: 好", "0011"),
    "hesitation-over-a-return": ("hesitation", "customer: 我要退货|agent: 好|customer: 我再考虑一下", "000"),
    "an-event-asks-for-a-refund": ("refund", "customer: 在|system: [order_event] 买家申请退款|agent: 好", "011"),
    "an-event-says-none-left": (
        "out_of_stock",
        "customer: 在|system: [order_event] 缺货|agent: 好|customer: 哦",
        "0110",
    ),
    "a-bot-says-none-left": ("out_of_stock", "customer: 有货吗|bot: 没货了|agent: 抱歉|customer: 哦", "0110"),
}


@lru_cache(maxsize=1)
def all_reaches() -> dict[str, str]:
    found = night("\n\n".join(session(said) for _, said, _ in REACH.values()), lexicons=shipped())
    offsets, masks = found.batch.sessions.offsets, found.situations.masks
    return {
        case: "".join(str(int(held)) for held in masks[name][offsets[i] : offsets[i + 1]])
        for i, (case, (name, _, _)) in enumerate(REACH.items())
    }


@pytest.mark.parametrize("case", REACH)
def test_how_far_a_situation_reaches(case: str) -> None:
    assert all_reaches()[case] == REACH[case][2]


def test_cues_are_the_words() -> None:
    found = night("00:00 customer: 你好,发错货了\n00:01 agent: 抱歉\n00:02 customer: 骗子店", lexicons=shipped())
    cues = found.situations.cues["complaint"]
    spans = list(zip(cues.row.tolist(), cues.start.tolist(), cues.end.tolist(), cues.phrase.tolist(), strict=True))
    assert spans == [(0, 3, 5, 2), (0, 3, 6, 0), (2, 0, 2, 0), (2, 0, 3, 1)]  # complaint, abuse, situation_faulty
    assert found.situations.masks["complaint"].tolist() == [True, True, True]


def test_a_span_of_two_lexicons_is_one_cue() -> None:
    lexicons = dict.fromkeys(SITUATION_LEXICONS, "别的") | dict.fromkeys(("complaint", "situation_faulty"), "坏了")
    cues = night("00:00 customer: 坏了", lexicons=lexicons).situations.cues["complaint"]
    assert (cues.row.tolist(), cues.start.tolist(), cues.end.tolist(), cues.phrase.tolist()) == ([0], [0], [2], [0])


def test_an_empty_slice_has_no_situations() -> None:
    found = night("00:00 customer: a", lexicons=shipped())
    empty = type(found)(found.batch.slice(0, 0), found.features).situations
    assert {name: len(mask) for name, mask in empty.masks.items()} == dict.fromkeys(SITUATIONS, 0)


def test_texts_that_were_not_scanned_are_an_error() -> None:
    for missing in SITUATION_LEXICONS:
        lexicons = {name: "我要退货" for name in SITUATION_LEXICONS if name != missing}
        with pytest.raises(KeyError, match=missing):
            _ = night("00:00 customer: 我要退货", lexicons=lexicons).situations


def test_rubrics_know_the_same_situations() -> None:
    assert set(SITUATIONS) == set(Situation.__args__)  # type: ignore[attr-defined]
