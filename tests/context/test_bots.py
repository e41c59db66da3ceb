"""Auto-replies that nobody marked: found by haste and repetition, or by their wording; never a person's words."""

import numpy as np
import pyarrow as pa
import pytest

from qa_audit.authoring.transcript import transcript
from qa_audit.context.bots import infer, mark
from qa_audit.context.sessions import session_rows
from qa_audit.shipped import rubrics_folder
from qa_audit.texts.lexicon import parse_lexicon
from qa_audit.texts.normalize import normalize_all
from qa_audit.texts.phrases import Scanner

TZ = "Asia/Shanghai"


def inferred(messages: pa.Table, said: str = "自动回复") -> list[bool]:
    auto = np.array([said in text for text in messages["text"].to_pylist()], dtype=np.bool_)
    return infer(messages, session_rows(messages, TZ), auto).tolist()


def often(times: int, *, delay: str = "00:01", agent: str = "甲", text: str = "您好,在的", head: str = "") -> str:
    lines = "00:00 customer: 在吗\n{delay} agent({agent}): {text}\n00:30 agent({agent}): 有货"
    one = lines.format(delay=delay, agent=agent, text=text)
    return "\n\n".join(f"{head}\n{one}".strip() for _ in range(times))


@pytest.mark.parametrize(
    ("sessions", "found"),
    [
        pytest.param(often(3), 3, id="three"),
        pytest.param(often(2), 0, id="two-are-chance"),
        pytest.param(often(3, delay="00:01.000001"), 0, id="slower-than-a-second"),
        pytest.param(often(3, delay="00:00"), 3, id="at-once"),
        pytest.param(often(2) + "\n\n" + often(1, agent="乙"), 0, id="another-account"),
        pytest.param(often(2) + "\n\n" + often(1, text="您好,在的。"), 0, id="another-text"),
        pytest.param(often(2) + "\n\n" + often(1, head="# date=2026-12-02"), 0, id="another-night"),
        pytest.param(often(3) + "\n\n" + often(3, delay="00:09"), 3, id="every-other-time-is-enough"),
        pytest.param(often(3) + "\n\n" + often(4, delay="00:09"), 0, id="mostly-typed"),
        pytest.param(often(1, text="[自动回复]您好"), 1, id="its-wording-is-enough"),
        pytest.param(often(1, text="[自动回复]您好", delay="00:09"), 0, id="its-wording-but-slow"),
        pytest.param("00:00 customer: 在吗\n00:01 agent: 您好\n00:02 customer: 喂\n00:03 agent: 您好\n00:04 customer: 喂\n00:05 agent: 您好", 0, id="one-session-is-one"),
        pytest.param("\n\n".join(["00:00 agent(甲): 您好\n00:01 customer: 在吗"] * 3), 0, id="before-the-customer"),
        pytest.param("\n\n".join(["00:00 customer: 在吗"] + ["00:00 agent(甲): 您好"] * 3), 0, id="another-session's-customer"),
        pytest.param("\n\n".join(["00:00 customer: 在吗\n00:01 agent(甲): [image]"] * 3), 0, id="images-are-not-read"),
        pytest.param("\n\n".join(["00:00 customer: 在吗\n00:01 bot: 您好"] * 3), 0, id="bots-are-known"),
        pytest.param("\n\n".join(["00:00 customer: 在吗\n00:01 auto(甲): 您好"] * 3), 0, id="marked-ones-are-known"),
        pytest.param("\n\n".join(["00:00 customer: [recall]\n00:01 agent(甲): 您好"] * 3), 0, id="a-recall-asks-nothing"),
        pytest.param("\n\n".join(["-- customer: 在吗\n-- agent(甲): 您好"] * 3), 0, id="no-times"),
    ],
)  # fmt: skip
def test_what_is_inferred(sessions: str, found: int) -> None:
    assert sum(inferred(transcript(sessions))) == found


def test_only_the_hasty_ones_are_marked_and_minutes_tell_nothing() -> None:
    messages = transcript(often(3) + "\n\n" + often(1, delay="00:09"))
    assert inferred(messages) == [False, True, False] * 3 + [False] * 3
    assert sum(inferred(transcript(often(3, delay="00:00"), resolution="minute"))) == 0
    assert inferred(messages.slice(0, 0)) == []


def test_the_order_of_sessions_changes_nothing() -> None:
    texts = [often(1, head=f"# s{i}") for i in range(4)]
    forth, back = transcript(*texts), transcript(*texts[::-1])
    found = dict(zip(forth["message_id"].to_pylist(), inferred(forth), strict=True))
    assert found == dict(zip(back["message_id"].to_pylist(), inferred(back), strict=True))
    assert sum(found.values()) == 4


def test_marking_again_gives_the_same() -> None:
    messages = transcript(often(3) + "\n\n00:00 customer: 在吗\n00:01 auto(甲): 您好")
    marks = np.array(inferred(messages))
    once = mark(messages, marks)
    assert once.schema == messages.schema
    assert once["automation"].to_pylist().count("inferred") == 3
    assert once["automation"].to_pylist()[-1] == "auto"
    assert inferred(once) == marks.tolist()
    assert mark(once, marks).equals(once)
    assert mark(once, np.zeros_like(marks)).equals(messages)


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("【自动回复】亲,您好", True),
        ("您好,客服在线时间 8:00-24:00,请留言", True),
        ("亲,工作时间为早上9点到晚上10点哦", True),
        ("当前咨询人数较多,客服会按顺序回复", True),
        ("亲,在的呢", False),
        ("好的,稍等我看一下", False),
        ("这个不是自动回复哦,我是人工", False),
        ("您的快递3点前会送到", False),
    ],
)
def test_the_shipped_wording(text: str, hit: bool) -> None:
    file = rubrics_folder() / "lexicons" / "auto_reply.txt"
    scanner = Scanner([parse_lexicon("auto_reply", file.read_text("utf-8"), file.name)])
    assert bool(len(scanner.scan(normalize_all([text])).text)) == hit
