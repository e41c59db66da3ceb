"""A customer who comes back soon continues the session."""

import numpy as np
import pyarrow as pa
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.context.returns import continued


def ids(messages: pa.Table) -> list[tuple[str, int, str]]:
    return list(zip(*(messages[name].to_pylist() for name in ("session_id", "position", "text")), strict=True))


def visits(*starts: str, customer: str = "c", shop: str = "店") -> str:
    return "\n\n".join(
        f"# v{i}{customer} customer={customer} shop={shop}\n{start} customer: 问{i}\n{start} agent: 答{i}"
        for i, start in enumerate(starts)
    )


@pytest.mark.parametrize(
    ("second", "moved"), [("10:09:59", 1), ("10:10:00", 0), ("10:00:00", 1), ("09:51:00", 1), ("09:50:00", 0)]
)
def test_less_than_the_minutes_continue(second: str, moved: int) -> None:
    messages = transcript(visits("10:00:00", second))
    found, joined = continued(messages, 10)
    assert len(joined) == moved
    assert len(set(found["session_id"].to_pylist())) == 2 - moved
    assert found.schema == messages.schema


@pytest.mark.parametrize(
    ("minutes", "kept"),
    [([10, 0, 0], ["v0c", "v2c"]), ([0, 10, 0], ["v0c", "v1c"]), ([0, 0, 10], ["v0c", "v1c", "v2c"])],
)
def test_minutes_of_each_session_say_how_long_it_may_be_continued(minutes: list[float], kept: list[str]) -> None:
    messages = transcript(visits("10:00:00", "10:05:00", "10:12:00"))
    found, _ = continued(messages, np.array(minutes, dtype=np.float64))
    assert found["session_id"].unique().to_pylist() == kept


def test_a_chain_takes_the_earliest_id_and_the_order_of_times() -> None:
    messages = transcript(visits("10:00:00", "10:05:00", "10:12:00", "11:00:00"))
    found, joined = continued(messages, 10)
    assert len(joined) == 2
    texts = ["问0", "答0", "问1", "答1", "问2", "答2"]
    assert ids(found) == [*(("v0c", i, text) for i, text in enumerate(texts)), ("v3c", 0, "问3"), ("v3c", 1, "答3")]


def test_sessions_that_overlap_are_ordered_by_time_and_a_long_one_holds_on() -> None:
    messages = transcript(
        "# a customer=c\n10:00:00 customer: 一\n10:30:00 agent: 四\n\n# b customer=c\n10:10:00 customer: 二\n10:11:00 agent: 三\n\n"
        "# c customer=c\n10:35:00 customer: 五"
    )
    found, joined = continued(messages, 10)
    assert len(joined) == 2
    assert [text for _, _, text in ids(found)] == ["一", "二", "三", "四", "五"]


@pytest.mark.parametrize(
    "text",
    [
        visits("10:00:00") + "\n\n" + visits("10:01:00", customer="d"),
        visits("10:00:00") + "\n\n" + visits("10:01:00", shop="别店").replace("# v0c", "# w0c"),
        "# a customer=c\n-- customer: 问\n\n# b customer=c\n-- customer: 问",
    ],
    ids=["another-customer", "another-shop", "no-times"],
)
def test_others_stay_apart(text: str) -> None:
    messages = transcript(text)
    found, joined = continued(messages, 10)
    assert not joined
    assert found.equals(messages)


def test_unknown_customers_and_nothing_at_all() -> None:
    messages = transcript(visits("10:00:00", "10:01:00"))
    column = messages.schema.get_field_index("customer_id")
    unknown = messages.set_column(column, messages.schema.field(column), pa.nulls(4, pa.string()))
    assert continued(unknown, 10)[1] == {}
    assert continued(messages.slice(0, 0), 10)[1] == {}


def test_past_midnight_and_sessions_in_between() -> None:
    messages = transcript(
        "# a customer=c\n23:59:50 customer: 一\n\n# x customer=d\n23:00:00 customer: 别人\n\n"
        "# b customer=c\n+1 00:00:05 customer: 二"
    )
    found, joined = continued(messages, 10)
    assert joined == {"b": "a"}
    assert ids(found) == [("a", 0, "一"), ("a", 1, "二"), ("x", 0, "别人")]
