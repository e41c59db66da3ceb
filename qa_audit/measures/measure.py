"""What a measure is: its documentation, and a function from a slice to one value per segment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa_audit import clocks
from qa_audit.measures.night_slice import NightSlice
from qa_audit.sessions.columns import Codes, Floats, Ints, Mask

REASONS = (
    "",
    "agent_opened",
    "bot_only",
    "unanswered",
    "no_time",
    "coarse_time",
    "no_customer",
    "courtesy",
    "later_segment",
    "first_segment",
    "no_transfer",
    "no_rounds",
    "no_agent_text",
    "no_customer_text",
    "single_message",
    "no_applicable_steps",
    "not_first",
    "pending",
    "exempt_window",
    "apart_window",
    "out_of_hours",
    "transferred",
    "no_agent",
    "no_holds",
    "no_gap",
    "no_hours",
    "not_computed",
)
"""Why a value is null, by code; "" where there is a value."""

REASON_TEXTS = {
    "agent_opened": "客服先开口的会话,没有首次响应",
    "bot_only": "机器人独自接待完,没有转人工",
    "unanswered": "客服没有回复",
    "no_time": "没有时间",
    "coarse_time": "时间只到分钟,无法判断秒数",
    "no_customer": "客户没有说话",
    "courtesy": "客户只说了客套话,不需要回复",
    "later_segment": "转接之后的一段,首次响应记在第一段",
    "first_segment": "第一段没有转接",
    "no_transfer": "这一段由客服自己的消息开始,看不出何时转接",
    "no_rounds": "没有需要回复的轮次",
    "no_agent_text": "人工客服没有发过文字",
    "no_customer_text": "客户没有可判断情绪的文字",
    "single_message": "客户只有一条可判断情绪的文字,谈不上变化",
    "no_applicable_steps": "没有适用的流程步骤",
    **{name: clocks.REASON_TEXTS[name] for name in ("not_first", "pending", "exempt_window", "apart_window")},
    **{name: clocks.REASON_TEXTS[name] for name in ("out_of_hours", "transferred")},
    "no_agent": "没有人接待",
    "no_holds": "没有请客户等过",
    "no_gap": "之后没有别的消息,谈不上间隔",
    "no_hours": "没有设服务时间",
    "not_computed": "这次没有计算(缺少需要的词表)",
}
"""What each reason says to a reader."""

CODE = {name: code for code, name in enumerate(REASONS)}

ROUND_REASON = np.array([CODE[name] for name in clocks.REASONS], dtype=np.int8)
"""The code in REASONS of each code in clocks.REASONS."""

Kind = Literal["number", "count", "ratio"]


@dataclass(frozen=True)
class Column:
    """One value per segment: values float64, NaN where null; reason int8 in REASONS, 0 where there is a value.

    numerator, denominator: int64, of a ratio only; a ratio is null where its denominator is 0.
    """

    values: Floats
    reason: Codes
    numerator: Ints | None = None
    denominator: Ints | None = None

    @property
    def is_null(self) -> Mask:
        """Where there is no value: bool[segments]."""
        return np.isnan(self.values)


@dataclass(frozen=True)
class Measure:
    """A number per segment; title, definition and null_case are what the reference page and the reports print."""

    name: str
    family: str
    title: str
    unit: str
    definition: str
    null_case: str
    kind: Kind
    compute: Callable[[NightSlice], Column]
    lexicons: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names it fills in `segments`: one, or three for a ratio."""
        return (
            (self.name, f"{self.name}_numerator", f"{self.name}_denominator") if self.kind == "ratio" else (self.name,)
        )


def number(values: npt.NDArray[np.floating] | Ints, reason: Codes | Mask | None = None, why: str = "") -> Column:
    """Return a column of numbers, null where `reason` is set: codes, or a mask of where `why` applies."""
    numbers = values.astype(np.float64)
    if reason is None:
        codes = np.zeros(len(numbers), dtype=np.int8)
    else:
        codes = np.where(reason, CODE[why], 0).astype(np.int8) if reason.dtype == np.bool_ else reason.astype(np.int8)
    return Column(np.where(codes > 0, np.nan, numbers), codes)


def ratio(numerator: Ints, denominator: Ints, reason: Codes | str) -> Column:
    """Return numerator / denominator, null for `reason` (a name, or codes) where the denominator is 0."""
    empty = denominator == 0
    codes = np.where(empty, CODE[reason] if isinstance(reason, str) else reason, 0).astype(np.int8)
    values = np.where(empty, np.nan, numerator / np.maximum(denominator, 1))
    return Column(values, codes, numerator.astype(np.int64), denominator.astype(np.int64))
