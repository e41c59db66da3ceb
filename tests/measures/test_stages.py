"""The stage of each message, told by the shipped lexicons, by order events, or given by the export."""

from functools import lru_cache

import numpy as np
import pyarrow as pa
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.measures import NightSlice
from qa_audit.measures.situations import SITUATION_LEXICONS
from qa_audit.measures.stages import STAGE_LEXICONS
from qa_audit.schema import MESSAGES
from qa_audit.sessions.batch import STAGES, SessionBatch
from qa_audit.sessions.columns import NONE
from qa_audit.shipped import rubrics_folder
from tests.measures.night import LEXICONS, night

LETTERS = "pia"  # STAGES, shortened; - is unknown


@lru_cache(maxsize=1)
def shipped() -> dict[str, str]:
    folder = rubrics_folder() / "lexicons"
    return {name: (folder / f"{name}.txt").read_text("utf-8") for name in SITUATION_LEXICONS}


def letters(codes: np.ndarray) -> str:
    return "".join("-" if code == NONE else LETTERS[code] for code in codes.tolist())


# what is said in a session, the stage of each message, and the number of the message that tells each stage
CASES = {
    "nothing-tells": ("customer: 在吗|agent: 您好|customer: 好的", "---", ""),
    "a-product-question": ("customer: 在吗|agent: 您好|customer: 这款有货吗|agent: 有的", "pppp", "2"),
    "an-objection-is-before-buying": ("customer: 你好|customer: 太贵了吧|agent: 已经是活动价", "ppp", "1"),
    "the-order-is-placed": ("customer: 有货吗|agent: 有的|customer: 拍好了|agent: 好的", "ppii", "02"),
    "before-a-placing-it-was-not-placed": ("customer: 在吗|agent: 您好|customer: 我拍好了|agent: 好", "ppii", "2"),
    "an-order-shown-tells-nothing-of-before": ("customer: 在吗|customer: 我的订单什么时候发货|agent: 今天", "-ii", "1"),
    "a-parcel": ("agent: 您好|customer: 快递到哪了|agent: 派送中", "-ii", "1"),
    "it-has-arrived": ("customer: 我的快递到哪了|agent: 已签收|customer: 收到货了,谢谢", "iia", "02"),
    "a-fault": ("customer: 你好|customer: 拉链坏了|agent: 抱歉", "-aa", "1"),
    "a-return": ("customer: 我要退货|agent: 好的", "aa", "0"),
    "it-never-goes-back": ("customer: 我要退货|agent: 好的|customer: 我的快递到哪了|customer: 这款有货吗", "aaaa", "0"),
    "a-new-purchase-changes-nothing": ("customer: 快递到哪了|agent: 路上|customer: 这款有货吗|agent: 有", "iiii", "0"),
    "a-cancellation-is-in": ("customer: 我要取消订单,退款给我|agent: 好的|customer: 退款什么时候到账", "iia", "02"),
    "a-rule-before-buying": ("customer: 不合适能退吗|agent: 支持的|customer: 有优惠吗", "ppp", "2"),
    "if-it-breaks-is-a-doubt": ("customer: 坏了怎么办|agent: 包换", "pp", "0"),
    "agents-tell-nothing": ("customer: 在吗|agent: 收到货了联系我,我的订单里可以申请退货", "--", ""),
    "bots-tell-nothing": ("customer: 在吗|auto: 我要退货请按 1|bot: 快递到哪了请按 2", "---", ""),
    "paid": ("customer: 你好|system: 买家已付款,订单号 1|agent: 好的", "pii", "1"),
    "events": (
        "customer: 有货吗|system: [order_event] 已下单|system: [order_event] 卖家已发货|agent: 在路上了"
        "|system: [order_event] 已签收|customer: 好的",
        "piiiaa", "014",
    ),
    "events-in-english": ("system: [order_event] order created|system: [order_event] signed", "ia", "01"),
    "shipped-first": ("customer: 在|system: [order_event] 已发货", "-i", "1"),
    "waiting-to-be-signed": ("system: [order_event] 等待买家确认收货|customer: 好", "ii", "0"),
    "a-refund-asked-for": ("customer: 在|system: [order_event] 买家申请退款", "-a", "1"),
    "an-order-card-was-placed-before": ("customer: 在|customer: [order_event] 已付款 订单号 1", "-i", "1"),
    "an-image-tells-nothing": ("customer: [image] 我要退货|agent: 您好", "--", ""),
}  # fmt: skip


def session(said: str) -> str:
    return "\n".join(f"{second // 60:02}:{second % 60:02} {line}" for second, line in enumerate(said.split("|")))


@lru_cache(maxsize=1)
def all_cases() -> NightSlice:
    return night("\n\n".join(session(said) for said, _, _ in CASES.values()), lexicons=shipped())


@pytest.mark.parametrize("name", CASES)
def test_stage_of_each_message(name: str) -> None:
    stages, sessions = all_cases().stages, all_cases().batch.sessions
    number = list(CASES).index(name)
    rows = slice(int(sessions.offsets[number]), int(sessions.offsets[number + 1]))
    _, expected, by = CASES[name]
    assert letters(stages.stage[rows]) == expected
    cues = stages.cue[rows]
    assert (cues >= 0).tolist() == [letter != "-" for letter in expected]
    assert np.unique(cues[cues >= 0] - rows.start).tolist() == [int(place) for place in by]


def test_a_stage_does_not_leak_into_the_next_session() -> None:
    found = night("00:00 customer: 我要退货\n\n00:00 customer: 在吗\n00:01 agent: 您好", lexicons=shipped())
    assert letters(found.stages.stage) == "a--"


@lru_cache(maxsize=1)
def one_text() -> NightSlice:
    return night("00:00 customer: 我要退货", lexicons=shipped())


def given(stages: list[str | None]) -> NightSlice:
    """A session that says 我要退货 again and again, whose messages have these stages in the export."""
    table = transcript(session("|".join(["customer: 我要退货"] * len(stages))))
    rows = [row | {"stage": stage} for row, stage in zip(table.to_pylist(), stages, strict=True)]
    ids = np.zeros(len(rows), dtype=np.int32)
    return NightSlice(SessionBatch.from_messages(pa.Table.from_pylist(rows, schema=MESSAGES), ids), one_text().features)


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        pytest.param(["pre", "pre", "in"], "ppi", id="as-exported"),
        pytest.param(["after", "pre", "pre"], "app", id="even-backwards"),
        pytest.param(["in", None, "after"], "iia", id="the-last-one-given-holds"),
        pytest.param([None, None, "in"], "iii", id="the-first-one-holds-before-it"),
        pytest.param([None, None, None], "aaa", id="else-the-words"),
    ],
)
def test_the_export_decides(stages: list[str | None], expected: str) -> None:
    assert letters(given(stages).stages.stage) == expected


def test_the_row_that_gave_a_stage_is_its_cue() -> None:
    assert given([None, "in", None, "after"]).stages.cue.tolist() == [1, 1, 1, 3]


def test_an_empty_slice_has_no_stages() -> None:
    found = NightSlice(one_text().batch.slice(0, 0), one_text().features).stages
    assert (len(found.stage), len(found.cue)) == (0, 0)


def test_texts_that_were_not_scanned_are_an_error() -> None:
    assert not set(STAGE_LEXICONS) <= set(LEXICONS)
    for missing in STAGE_LEXICONS:
        lexicons = {name: "我要退货" for name in STAGE_LEXICONS if name != missing}
        with pytest.raises(KeyError, match=missing):
            _ = night("00:00 customer: 我要退货", lexicons=lexicons).stages


# one message of the customer each
PRE = """有没有短款羽绒服|这款多少钱|身高165体重110穿什么码|怎么买|有什么优惠|推荐一款|哪个好|保修多久|想买个枕头|带内存卡吗|会掉色吗|正品吗|坏了怎么办|我买了会不会后悔
今天拍什么时候能到"""
IN = """我的订单什么时候发|昨天拍的怎么还不发货|修改一下收货地址|帮我查一下物流|刚下单,能备注吗|我前天买的毛毯到哪了|咨询订单号:2026120109051688231
我要取消订单|订单号 12345 帮我看看|修改发票|催一下快递"""
AFTER = """收到货了,少了一件|用了两天就不转了|昨天收到的,颜色不对|我要退货|想换小一码|充不进电|穿了一次就开线了|退款什么时候到账|发错了|显示已签收"""
UNKNOWN = """你好|好的谢谢|转人工|收到了短信吗|运费多少钱|支持退换吗|什么时候发货|截图发你了|发票|七天无理由退货吗
退出登录|我要换个客服|收到货了再说"""


@lru_cache(maxsize=1)
def all_lines() -> dict[str, str]:
    lines = "\n".join((PRE, IN, AFTER, UNKNOWN)).replace("\n", "|").split("|")
    found = night("\n\n".join(f"00:00 customer: {line}" for line in lines), lexicons=shipped())
    return dict(zip(lines, letters(found.stages.stage), strict=True))


@pytest.mark.parametrize(("lines", "stage"), [(PRE, "p"), (IN, "i"), (AFTER, "a"), (UNKNOWN, "-")], ids=[*STAGES, "-"])
def test_what_customers_say(lines: str, stage: str) -> None:
    wanted = lines.replace("\n", "|").split("|")
    assert {line: all_lines()[line] for line in wanted} == dict.fromkeys(wanted, stage)
