"""Trying a chat: each check explained in words, the hits marked in the text as typed, the sum as it adds up."""

import json

import pytest

from qa_audit.authoring.chat import chat_lines, marked
from qa_audit.authoring.transcript import TranscriptError, transcript
from qa_audit.authoring.trying import Part, try_rubric
from qa_audit.authoring.trying_text import as_json, as_text, sum_text, why
from qa_audit.report.display import width
from qa_audit.rubric.load import LoadedRubric, load_rubric
from tests.rubric.rubrics import load_text, rubric

HI = "00:00 客户: 在吗\n00:04 客服(小棠): 您好,在的"


def parts_of(loaded: LoadedRubric, *chats: str) -> list[Part]:
    return try_rubric(loaded, transcript(*chats))


def printed(loaded: LoadedRubric, *chats: str) -> str:
    return "\n".join(as_text(loaded, parts_of(loaded, *chats)))


@pytest.mark.parametrize(
    ("check", "chat", "lines"),
    [
        ("points: 5, never: {words: [烦]}", "00:00 客户: 在\n00:04 客服: 真烦,ＦＡＮ烦", ["未通过", "扣 5 分(最多 5)", "原因:说了不该说的", "第 2 行 「真【烦】,ＦＡＮ【烦】」"]),
        ("points: 5, never: {words: [烦]}", HI, ["通过", "原因:没有人这样说"]),
        ("points: 5, never: {words: [烦]}", "00:00 客户: 在", ["不适用", "原因:没有相关消息"]),
        ("points: 5, says: {words: [您好]}", HI, ["通过", "第 2 行 「【您好】,在的」"]),
        ("points: 5, when: {measure: agent_messages, at_least: 2}, says: {words: [您好]}", HI, ["不适用", "条件不成立:客服消息数 ≥ 2(这里是 1)"]),
        ("points: 5, when: {measure: first_response_seconds, at_most: 6}, says: {words: [您好]}", "-- 客户: 在\n-- 客服: 您好", ["不适用", "条件不知道:首次响应 ≤ 6(没有时间)"]),
        ("points: 5, when: {not: {says: {words: [在吗]}}}, says: {words: [您好]}", HI, ["条件不成立:不是(任何一方说「在吗」)(成立:任何一方说「在吗」(第 1 行))"]),
        ("points: 5, when: {says: {words: [投诉]}}, says: {words: [您好]}", HI, ["条件不成立:任何一方说「投诉」(没有这样的消息)"]),
        ("points: 5, measure: first_response_seconds, bands: [{at_most: 6, label: 快, bonus: 2}, {deduct: 5}]", HI, ["通过", "加 2 分", "原因:量得 4 秒,属于「快」"]),
        ("points: 5, after: {words: [投诉]}, expect: {words: [抱歉], within: {messages: 2}}", "00:00 客户: 我要投诉\n00:04 客服: 哦", ["未通过", "第 1 行 「我要【投诉】」"]),
        ("points: 5, after: {words: [投诉]}, expect: {words: [抱歉]}", HI, ["不适用", "原因:没有出现需要这样做的场合"]),
        ("points: 5, confidence: low, never: {words: [烦]}", "00:00 客户: 在\n00:04 客服: 烦", ["提醒·疑似", "第 2 行 「【烦】」"]),
        ("red_line: {cap: 60}, never: {words: [烦]}", "00:00 客户: 在\n00:04 客服: 烦", ["红线:人确认后最高 60 分"]),
        ("points: 5, all: [{says: {words: [您好]}}, {measure: rounds, at_least: 9}]", HI, ["未通过", "条件不成立:", "成立:任何一方说「您好」(第 2 行)"]),
        ("points: 5, share: {words: [您好]}, at_least: 0.5", HI, ["通过", "量得 100%"]),
    ],
)  # fmt: skip
def test_every_outcome_is_explained(check: str, chat: str, lines: list[str]) -> None:
    text = printed(rubric(f"- {{id: a, title: 甲, {check}}}"), chat)
    assert all(line in text for line in lines), text


def test_the_whole_of_what_is_printed() -> None:
    loaded = load_text(
        """
rubric: demo
title: 示例
version: 3
bonus_cap: 1
grades: {优: 95, 待改进: 0}
groups:
  - id: manners
    title: 用语
    checks:
      - {id: greet, title: 问好, points: 5, bonus: 2, says: {words: [您好], first: 1}}
      - {id: rude, title: 反问, points: 7, deduct: 3, never: {words: [说过了]}}
"""
    )
    chat = "00:00 客户: 在吗\n00:04 客服(小棠): 您好\n00:09 客户: 多久到\n00:20 客服: 不是跟您说过了吗"
    assert printed(loaded, chat).splitlines() == [
        "评分表 示例,第 3 版,时钟 house",
        "",
        "会话 s1  第 1 段  客服 小棠",
        "  1  10:00:00  客户  在吗",
        "  2  10:00:04  小棠  您好",
        "  3  10:00:09  客户  多久到",
        "  4  10:00:20  小棠  不是跟您【说过了】吗",
        "",
        "  用语",
        "    通过       问好(greet)  加 2 分",
        "               规则:客服前 1 条要说「您好」,没有则扣 5 分;做到加 2 分",
        "               原因:说了",
        "               第 2 行 「【您好】」",
        "    未通过     反问(rude)  扣 3 分(最多 7)",
        "               规则:客服不能说「说过了」,每条扣 3 分,最多 7",
        "               原因:说了不该说的",
        "               第 4 行 「不是跟您【说过了】吗」",
        "",
        "  得分 100 − 3 + 1 = 98(加分到 1 封顶),等级 优",
    ]


@pytest.mark.parametrize(
    ("head", "checks", "sum_"),
    [
        ("", "- {id: a, title: 甲, points: 5, never: {words: [您]}}", "得分 100 − 5 + 0 = 95"),
        ("", "- {id: a, title: 甲, points: 120, never: {words: [您]}}", "得分 100 − 120 + 0 = 0(算出来是 −20,得分在 0 到 100 之间)"),
        ("", "- {id: a, title: 甲, points: 5, bonus: 3, says: {words: [您]}}", "得分 100 − 0 + 3 = 100(算出来是 103,得分在 0 到 100 之间)"),
        ("", "- {id: a, title: 甲, points: 5, red_line: {cap: 0}, never: {words: [您]}}", "得分 100 − 5 + 0 = 95;红线 1 条待人确认"),
        ("min_applicable: 40", "- {id: a, title: 甲, points: 5, never: {words: [您]}}", "不计分:适用的只有 5 分,不到 40 分"),
        ("", "- {id: a, title: 甲, points: 5, when: {measure: rounds, at_least: 9}, never: {words: [您]}}", "不计分:适用的只有 0 分"),
        ("scoring: ratio", "- {id: a, title: 甲, points: 30, never: {words: [您]}}\n      - {id: b, title: 乙, points: 10, never: {words: [烦]}}", "得分 100 × (40 − 30) ÷ 40 + 0 = 25"),
    ],
)  # fmt: skip
def test_the_sum_is_written_out(head: str, checks: str, sum_: str) -> None:
    text = f"rubric: r\n{head}\ngroups:\n  - id: g\n    title: 组\n    checks:\n      {checks}\n"
    (part,) = parts_of(load_text(text), HI)
    assert sum_text(part.sum) == sum_


def test_segments_and_sessions_are_told_apart_and_lines_keep_their_numbers() -> None:
    loaded = rubric("- {id: a, title: 甲, points: 5, says: {words: [抱歉]}}")
    chat = "# 甲 date=2026-12-02\n00:00 客户: 投诉\n00:03 客服(小棠): 稍等\n00:05 系统: [转接]转给阿梨\n00:09 客服(阿梨): 抱歉\n\n\n00:00 客户: 在"
    parts = parts_of(loaded, chat)
    assert [(part.session_id, part.segment_no, part.agent) for part in parts] == [("甲", 1, "小棠"), ("甲", 2, "阿梨"), ("s2", 1, None)]  # fmt: skip
    assert [line.number for part in parts for line in part.lines] == [2, 3, 4, 5, 8]
    assert [check.outcome for part in parts for check in part.checks] == ["fail", "pass", "not_applicable"]


def test_hostile_text_never_reaches_the_terminal_raw() -> None:
    loaded = rubric("- {id: a, title: 甲, points: 5, never: {words: [烦]}}")
    text = printed(
        loaded, "# s\x1b[31m\n00:00 客户(\x1b]0;x\x07): a\x1b[2J\u202eb\tc\n00:01 客服(小\x9b棠): 烦\x08\x00\u2028您"
    )
    assert text.replace("\n", "").isprintable(), [c for c in text if not c.isprintable()]
    assert "【烦】‹U+0008›" in text


def test_lines_are_aligned_for_wide_characters() -> None:
    loaded = rubric("- {id: a, title: 甲, points: 5, never: {words: [烦]}}")
    chat = "\n".join([f"00:{i:02} 客户: x" for i in range(9)] + ["00:10 客服(Amy): x", "-- 自动回复(小棠棠): x"])
    lines = printed(loaded, chat).splitlines()[3:14]
    assert {width(line[: line.index("x")].split("(")[0]) for line in lines} == {width("   1  10:00:00  小棠棠  ")}


def test_marks_join_where_spans_touch_and_stay_inside_the_text() -> None:
    assert marked("不是跟您说过了吗", [(4, 7), (6, 8), (0, 2)]) == "【不是】跟您【说过了吗】"
    assert marked("烦", [(-3, 99), (5, 9)]) == "【烦】"
    assert marked("烦", []) == "烦"


def test_kinds_and_automation_are_named() -> None:
    (line, other) = chat_lines(transcript("00:00 客户: [图片]\n00:01 自动回复: 您好"))
    assert (line.who, line.about, other.about) == ("客户", "图片", "自动回复")


def test_json_holds_everything_that_is_printed() -> None:
    loaded = rubric("- {id: a, title: 甲, points: 5, when: {measure: rounds, at_least: 1}, never: {words: [烦]}}")
    found = json.loads(as_json(loaded, parts_of(loaded, "00:00 客户: 在\n00:04 客服: 烦")))
    (segment,) = found["segments"]
    (check,) = segment["checks"]
    assert (check["outcome"], check["deducted"], check["seen"]) == (
        "fail",
        5,
        [{"line": 2, "spans": [[0, 1]], "note": ""}],
    )
    assert check["conditions"][0]["answer"] == "yes"
    assert segment["sum"]["score"] == 95


def test_the_shipped_rubric_explains_itself() -> None:
    loaded = load_rubric()
    (part,) = parts_of(loaded, HI)
    assert len(part.checks) == len(loaded.model.checks)
    assert all(check.definition and (why(check) or check.conditions) for check in part.checks)


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("00:00 客户: 在\n你好", 2, "看不懂「你好」"),
        ("00:00 老板: 在", 1, "看不懂"),
        ("00:05 客户: 在\n\n00:09 客户: 在\n00:08 客服: 好", 4, "时间比上一行早"),
        ("# s date=昨天\n00:00 客户: 在", 1, "不是日期"),
        ("99999999999999:00 客户: 在", 1, "时间太大"),
        ("+999999999 10:00:00 客户: 在", 1, "时间太大"),
    ],
)
def test_a_line_that_is_none_is_told_with_its_number(text: str, line: int, reason: str) -> None:
    with pytest.raises(TranscriptError) as error:
        transcript(text)
    assert (error.value.line, reason in error.value.reason) == (line, True)
