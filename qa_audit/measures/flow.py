"""Flow: which of the eight reception steps applied to the segment, and which the human agent took.

    steps = flow(night)
    steps.applicable[segment, step], steps.taken[segment, step], steps.row …, steps.due …

A step is only asked for where something in the session calls for it; `STEPS` says what, per step. A step taken where
it did not apply counts nowhere, so coverage is at most 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa_audit.measures.measure import CODE, Column, Measure, number, ratio
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions import reduce
from qa_audit.sessions.batch import STAGES
from qa_audit.sessions.columns import NONE, Ints, Mask

GREETING_WITHIN = 2
"""A greeting must be among so many first texts of the agent."""


@dataclass(frozen=True)
class Step:
    """A reception step: what the agent says (lexicon), and when it applies (for readers)."""

    name: str
    title: str
    lexicon: str
    applies: str


STEPS = (
    Step("greet", "进门问好", "greeting", "客户先开口的会话的第一段;看客服的前两条文字"),
    Step("inquire", "接待咨询", "flow_inquire", "客户先开口的会话的第一段;已知是售后的除外"),
    Step("recommend", "推荐产品", "flow_recommend", "售前的会话;阶段未知时,客户在这一段说到下单才适用"),
    Step("objection", "处理异议", "flow_objection", "客户在这一段提出异议;看此后客服的文字"),
    Step("close", "促成交易", "flow_close", "售前的会话,客户在这一段提出异议或说到下单"),
    Step("confirm", "确认订单", "flow_confirm", "客户在这一段说到下单"),
    Step("dispatch", "下单发货", "flow_dispatch", "客户在这一段说到下单"),
    Step("farewell", "礼貌告别", "flow_farewell", "会话的最后一段,客户最后一轮话里有收尾的意思"),
)
LEXICONS = (*(step.lexicon for step in STEPS), "cust_objection", "cust_order", "cust_closing")


@dataclass(frozen=True)
class Flow:
    """One row per segment, one column per step of STEPS.

    applicable, taken: bool; taken only where applicable. row: int64, the agent's message that took the step, NONE
    where not taken. due: int64, the message after which a step was due (the customer's cue, else the agent's first
    text), NONE where not applicable: the place to show when it is missing. takes: for each step the messages that take
    it, applicable or not: bool[n].
    """

    applicable: npt.NDArray[np.bool_]
    taken: npt.NDArray[np.bool_]
    row: Ints
    due: Ints
    takes: tuple[Mask, ...]


def flow(night: NightSlice) -> Flow:
    """Judge the eight steps in every segment; once for all who ask."""
    return night.once("reception flow", lambda: _flow(night))


def _flow(night: NightSlice) -> Flow:
    batch = night.batch
    cues = _cues(night)
    applicable = _applicable(night, cues)
    takes = tuple(_taking(night, step, cues["objection"]) for step in STEPS)
    row = np.stack([reduce.first(mask, batch.segments) for mask in takes], axis=1)
    spoke = reduce.first(night.agent_texts, batch.segments)
    cue = {
        "objection": cues["objection"],
        "confirm": cues["order"],
        "dispatch": cues["order"],
        "farewell": cues["closing"],
    }
    due = np.stack([cue.get(step.name, spoke) for step in STEPS], axis=1)
    taken = applicable & (row >= 0)
    return Flow(applicable, taken, np.where(taken, row, NONE), np.where(applicable, due, NONE), takes)


def _cues(night: NightSlice) -> dict[str, Ints]:
    """The customer's message in each segment that objects, orders or closes; NONE where there is none."""
    batch, segments = night.batch, night.batch.segments
    customer = batch.from_customer
    last = reduce.last(customer, batch.sessions)
    final = np.zeros(batch.n, dtype=np.bool_)
    final[last[last >= 0]] = True  # the whole last burst: 好的 … 谢谢 are often two messages
    closing = customer & reduce.any_of(final, batch.bursts)[batch.bursts.ids] if batch.n else customer
    return {
        "objection": reduce.first(night.hits("cust_objection").mask & customer, segments),
        "order": reduce.first(night.hits("cust_order").mask & customer, segments),
        "closing": reduce.first(night.hits("cust_closing").mask & closing, segments),
    }


def _applicable(night: NightSlice, cues: dict[str, Ints]) -> npt.NDArray[np.bool_]:
    batch = night.batch
    stage = batch.stage[batch.segment_session]
    opening = (batch.segment_no == 1) & night.opened_by_customer[batch.segment_session]
    ordered, objected = cues["order"] >= 0, cues["objection"] >= 0
    selling = (stage == STAGES.index("pre")) | ((stage == NONE) & ordered)
    applies: dict[str, Mask] = {
        "greet": opening,
        "inquire": opening & (stage != STAGES.index("after")),
        "recommend": selling,
        "objection": objected,
        "close": selling & (ordered | objected),
        "confirm": ordered,
        "dispatch": ordered,
        "farewell": batch.closes_session & (cues["closing"] >= 0),
    }
    spoke = night.agent_text_count > 0
    return np.stack([applies[step.name] & spoke for step in STEPS], axis=1)


def _taking(night: NightSlice, step: Step, objected: Ints) -> Mask:
    """Return the messages that take a step; an objection (row per segment, or NONE) is only dealt with after it."""
    batch = night.batch
    said = night.hits(step.lexicon).mask & night.agent_texts
    if step.name == "greet":
        return said & (night.agent_text_ordinal <= GREETING_WITHIN)
    if step.name != "objection":
        return said
    cue = objected[batch.segments.ids]
    return said & (cue >= 0) & (np.arange(batch.n) > cue)


def flow_steps(night: NightSlice) -> Column:
    """Steps that applied and were taken."""
    steps = flow(night)
    return number(steps.taken.sum(axis=1), _none_applies(night, steps))


def flow_coverage(night: NightSlice) -> Column:
    """Steps taken / steps that applied."""
    steps = flow(night)
    return ratio(
        steps.taken.sum(axis=1).astype(np.int64),
        steps.applicable.sum(axis=1).astype(np.int64),
        _none_applies(night, steps),
    )


def _none_applies(night: NightSlice, steps: Flow) -> npt.NDArray[np.int8]:
    silent, none = night.agent_text_count == 0, ~steps.applicable.any(axis=1)
    return np.select([silent, none], [CODE["no_agent_text"], CODE["no_applicable_steps"]], 0).astype(np.int8)


_STEPS = "、".join(step.title for step in STEPS)
_NULL_CASE = "人工客服在这一段没有发过文字,或没有适用的步骤"

MEASURES = (
    Measure(
        name="flow_steps",
        family="flow",
        title="完成的流程步骤",
        unit="步",
        definition=f"接待八步({_STEPS})中,适用且人工客服做到的步数",
        null_case=_NULL_CASE,
        kind="count",
        compute=flow_steps,
        lexicons=LEXICONS,
    ),
    Measure(
        name="flow_coverage",
        family="flow",
        title="流程完成率",
        unit="比例",
        definition="做到的步骤 ÷ 适用的步骤。" + ";".join(f"{step.title}:{step.applies}" for step in STEPS),
        null_case=_NULL_CASE,
        kind="ratio",
        compute=flow_coverage,
        lexicons=LEXICONS,
    ),
)
