"""The examples of a check: a line is judged by its words, a transcript by its outcome; what does not behave is told."""

import json

import pytest

from qa_audit.authoring.chat import marked
from qa_audit.authoring.examples import count, failures
from qa_audit.authoring.examples_text import as_json, as_text
from tests.rubric.rubrics import rubric


def told(check: str, examples: str) -> list[str]:
    loaded = rubric(f"- {{id: a, title: 甲, points: 5, {check}, examples: {{{examples}}}}}")
    return [failure.message for failure in failures(loaded)]


SAYS = "says: {words: [您好]}"
NEVER = "never: {words: [加微信], evasions: true}"
HIT, MISS = "没有命中", "不该命中却命中了"
ALONE = "要看上下文,单独一句判断不了(改写成 pass / fail 的对话)"


@pytest.mark.parametrize(
    ("check", "examples", "messages"),
    [
        (SAYS, "hit: [您好呀], miss: [在的]", []),
        (SAYS, "hit: [在的], miss: [您好]", [HIT, MISS]),
        # an evasion is no hit, but a line that must miss may not even look like one
        (NEVER, "hit: [加微信], miss: [您好]", []),
        (NEVER, "hit: [加 微 信]", [HIT]),
        (NEVER, "miss: [加 微 信]", [MISS]),
        # the main matcher of each kind
        ("share: {words: [您]}, at_least: 0.4", "hit: [您好], miss: [在的]", []),
        ("after: {words: [投诉]}, expect: {words: [抱歉]}", "hit: [我要投诉], miss: [抱歉]", []),
        ("before: {words: [再见], role: agent}, expect: {words: [抱歉]}", "hit: [再见], miss: [抱歉]", []),
        ("around: {words: [投诉]}, forbid: {words: [随便]}", "hit: [我要投诉], miss: [随便]", []),
        ("all: [{says: {words: [您好]}}, {not: {any: [{says: {words: [再见]}}]}}]", "hit: [您好, 再见], miss: [在的]", []),
        ("not: {says: {words: [烦], role: customer}}", "hit: [烦], miss: [好]", []),
        ("flow: {steps: [{id: a, title: 问好, says: {words: [您好]}}], coverage: [{deduct: 5}]}", "hit: [您好], miss: [在的]", []),
        # a matcher whose hits need a place or other messages: the words alone are judged
        ("says: {words: [您好], first: 2, first_seconds: 30}", "hit: [您好], miss: [在的]", []),
        ("never: {words: [亲], after: {says: {words: [投诉], role: customer}}}", "hit: [亲亲], miss: [您好]", []),
        ("never: {words: [亲], situation: complaint, stage: after}", "hit: [亲亲], miss: [您好]", []),
        ("never: {words: [亲], repeat: {messages: 3}}", "hit: [亲亲亲亲], miss: [您好您好]", []),
        ("never: {words: [亲], waited: {at_least: 60}}", "hit: [亲], miss: [您好]", []),
        ("never: {words: [亲], number: {from: 3}, last_seconds: 60}", "hit: [亲], miss: [您好]", []),
        ("says: {words: [稍等, 马上], match: all, across: burst}", "hit: ['稍等,马上'], miss: [稍等]", []),
        # whose line it is
        ("says: {words: [您好], role: any}", "hit: [您好]", []),
        ("says: {words: [您好], role: bot}", "hit: [您好]", []),
        ("says: {words: [您好], role: auto}", "hit: [您好]", []),
        ("says: {words: [您好], automation: assisted}", "hit: [您好]", []),
        ("says: {words: [您好], automation: none}", "hit: [您好]", []),
        ("after: {kind: order_event}, expect: {words: [您好]}", "hit: ['[order_event]已付款'], miss: [已付款]", []),
        ("says: {kind: image}", "hit: ['[image]'], miss: [看图]", []),
        # nothing to judge a line by
        ("never: {repeat: {messages: 3}}", "hit: [您好您好], miss: [在]", [ALONE, ALONE]),
        ("measure: rounds, at_most: 3", "hit: [您好]", [ALONE]),
        ("flow: {coverage: [{deduct: 5}]}", "miss: [您好]", [ALONE]),
        ("all: {shop: 云栖}", "hit: [您好]", [ALONE]),
        (SAYS, 'hit: ["您好\\n在的"]', ["不止一行(几句话的写成 pass / fail 的对话)"]),
        # transcripts
        (SAYS, 'pass: "00:00 客户: 在\\n00:01 客服: 您好"', []),
        (SAYS, 'fail: "00:00 客户: 在\\n00:01 客服: 您好"', ["应判 fail,却判了 pass"]),
        (SAYS, 'not_applicable: "00:00 客户: 在"', []),
        (SAYS, 'review: "00:00 客户: 在\\n00:01 客服: 在"', ["应判 review,却判了 fail"]),
        (NEVER, 'review: "00:00 客户: 在\\n00:01 客服: 加 微 信"', []),
        (NEVER, 'fail: "00:00 客户: 在\\n00:01 客服: 加 微 信"', ["应判 fail,却判了 review"]),
        (f"confidence: low, {SAYS}", 'fail: "00:00 客户: 在\\n00:01 客服: 在"', []),
        (f"confidence: low, {SAYS}", 'review: "00:00 客户: 在\\n00:01 客服: 在"', []),
        ("measure: agent_messages, bands: [{at_least: 3}, {at_least: 1, deduct: 2}, {deduct: 5}]", 'fail: "00:00 客户: 在\\n00:01 客服: 在"', []),
        ("all: {shop: 云栖}", 'pass: "# s shop=云栖\\n00:00 客户: 在"', []),
        (SAYS, 'pass: ""', ["里没有一句话"]),
    ],
)  # fmt: skip
def test_examples_behave_or_are_told(check: str, examples: str, messages: list[str]) -> None:
    assert told(check, examples) == messages


def test_what_is_no_transcript_is_told_with_its_place() -> None:
    loaded = rubric("- {id: a, title: 甲, points: 5, says: {words: [您好]}, examples: {hit: [您好], fail: [你好吗]}}")
    (failure,) = failures(loaded)
    assert failure.place.endswith("rubric.yaml:8:88")
    assert "不是对话的写法" in failure.message
    assert str(failure).endswith(":你好吗")
    assert count(loaded) == 2


def test_a_failing_line_says_where_it_was_hit_in_the_text_as_typed() -> None:
    loaded = rubric("- {id: a, title: 甲, points: 5, never: {words: [烦, fan], except: [麻烦]}, examples: {miss: ['真烦,ＦＡＮ', 好], hit: [麻烦您]}}")  # fmt: skip
    missed, hit = failures(loaded)
    assert (missed.key, missed.wanted, missed.got, missed.explained) == ("hit", "hit", "miss", None)
    assert (missed.seen, missed.hint) == ((), "句子里有例外「麻烦」")
    assert (hit.key, hit.wanted, hit.got) == ("miss", "miss", "hit")
    assert [marked(hit.lines[0].text, seen.spans) for seen in hit.seen] == ["真【烦】,【ＦＡＮ】"]


def test_a_failing_transcript_says_why() -> None:
    loaded = rubric(
        """
        - id: a
          title: 首响
          points: 5
          when: {measure: agent_messages, at_least: 2}
          measure: first_response_seconds
          bands: [{at_most: 6}, {deduct: 5, label: 慢}]
          examples: {fail: "00:00 客户: 在\\n00:30 客服: 好", pass: "00:00 客户: 在\\n00:30 客服: 好\\n00:31 客服: 好"}
        """
    )
    passed, failed = failures(loaded)
    assert [line.number for line in passed.lines] == [1, 2, 3]
    assert passed.explained is not None
    assert (passed.explained.outcome, passed.explained.label, passed.explained.value) == ("fail", "慢", 30)
    assert [(seen.line, seen.note) for seen in passed.seen] == [(1, "从这里开始等"), (2, "等到回复")]
    assert failed.explained is not None
    assert [(each.answer, each.seen) for each in failed.explained.conditions] == [("no", "这里是 1")]


def test_what_is_printed_and_what_programs_read() -> None:
    loaded = rubric("- {id: a, title: 甲, points: 5, never: {words: [烦]}, examples: {miss: [真烦], pass: '00:00 客服: 烦', fail: x}}")  # fmt: skip
    found = failures(loaded)
    lines = list(as_text("r.yaml", 3, found))
    assert lines[0] == "r.yaml: 3 个例子,3 个不符"
    text = "\n".join(lines)
    assert "甲(a)的 miss 例子:要 不命中,却 命中\n    「真【烦】」" in text
    assert "的 pass 例子:要判 通过,却判了 未通过\n    1  10:00:00  客服1  【烦】\n    规则:客服不能说「烦」" in text
    assert "的 fail 例子不是对话的写法(第 1 行:看不懂「x」)\n    x" in text
    (file,) = json.loads(as_json([("r.yaml", 3, found)]))
    assert (file["file"], file["examples"]) == ("r.yaml", 3)
    assert [each["got"] for each in file["failures"]] == ["hit", "fail", ""]
