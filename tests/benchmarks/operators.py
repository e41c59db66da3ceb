"""One check for every kind and every operator of the rubric language, in the words of `generate`, to be timed."""

OPERATORS: dict[str, dict[str, str]] = {
    "kinds": {
        "measure + bands": "measure: first_response_seconds, bands: [{at_most: 6}, {at_most: 30, deduct: 2}, {deduct: 5}]",
        "measure, a ratio": "measure: politeness_ratio, at_least: 0.4",
        "says": "says: {lexicon: greeting}",
        "says, first two": "says: {lexicon: greeting, first: 2}",
        "never": "never: {words: [登记, 稍等, 不知道]}",
        "never, per span": "never: {words: [登记, 稍等, 不知道]}, per: span, deduct: 1",
        "never + bands": "never: {words: [登记, 稍等]}, bands: [{at_most: 0}, {at_most: 2, deduct: 2}, {deduct: 5}]",
        "share": "share: {lexicon: request}, at_least: 0.2",
        "after + expect": "after: {lexicon: situation_refund}, expect: {lexicon: empathy}",
        "after + forbid": "after: {lexicon: situation_refund}, forbid: {words: [有现货]}",
        "before + expect": "before: {words: [登记], role: agent}, expect: {lexicon: apology}",
        "around + expect": "around: {words: [登记], role: agent}, expect: {lexicon: apology}",
        "flow, standard": "flow: {coverage: [{at_least: 0.5}, {deduct: 5}]}",
        "flow, own": "flow: {steps: [OWN_STEPS], coverage: [{at_least: 0.5}, {deduct: 5}]}",
        "flow, ordered": "flow: {steps: [OWN_STEPS], ordered: true, coverage: [{at_least: 0.5}, {deduct: 5}]}",
        "all": "all: [{says: {lexicon: greeting, role: agent}}, {measure: rounds, at_least: 2}]",
        "any": "any: [{says: {lexicon: greeting, role: agent}}, {measure: rounds, at_least: 2}]",
        "not": "not: {says: {words: [登记], role: agent}}",
    },
    "within": {
        "messages": "after: {words: [退货]}, expect: {words: [登记], within: {messages: 2}}",
        "seconds": "after: {words: [退货]}, expect: {words: [登记], within: {seconds: 60}}",
        "turns": "after: {words: [退货]}, expect: {words: [登记], within: {turns: 2}}",
        "until": "after: {words: [退货]}, expect: {words: [登记], within: {until: {words: [谢谢], role: customer}}}",
        "all of them": "after: {words: [退货]}, expect: {words: [登记], within: {messages: 5, seconds: 60, turns: 2,"
        " until: {words: [谢谢], role: customer}}}",
        "many anchors": "after: {kind: any}, expect: {kind: any, within: {seconds: 60}}",
        "the first anchor": "after: {words: [退货]}, expect: {words: [登记]}, anchors: first",
        "any anchor": "after: {words: [退货]}, expect: {words: [登记]}, anchors: any",
    },
    "place": {
        "first": "never: {words: [登记], first: 3}",
        "last": "never: {words: [登记], last: 3}",
        "number": "never: {words: [登记], number: {from: 2, to: 4}}",
        "first_seconds": "never: {words: [登记], first_seconds: 60}",
        "last_seconds": "never: {words: [登记], last_seconds: 60}",
        "anchor after": "never: {words: [登记], after: {says: {words: [退货], role: customer}}}",
        "anchor before": "never: {words: [登记], before: {says: {words: [退货], role: customer}, within: {messages: 3}}}",
        "anchor around": "never: {words: [登记], around: {says: {words: [退货], role: customer}, within: {seconds: 60}}}",
        "stage": "never: {words: [登记], stage: after}",
        "situation": "never: {words: [登记], situation: [refund, complaint]}",
        "automation": "never: {words: [登记], automation: none}",
        "kind": "never: {kind: [image, card]}",
    },
    "patterns": {
        "one word": "never: {words: [登记]}",
        "a frequent word": "never: {words: [您]}",
        "regex": "never: {regex: ['工单\\d+']}",
        "whole": "never: {whole: [好的呢]}",
        "except": "never: {words: [登记], except: [登记了]}",
        "match all": "never: {words: [登记, 工单], match: all}",
        "match 2, burst": "never: {words: [登记, 工单, 派送], match: 2, across: burst}",
        "match 2, segment": "never: {words: [登记, 工单, 派送], match: 2, across: segment}",
        "match all, lexicons": "never: {lexicon: [greeting, thanks], match: all, across: segment}",
        "match none": "never: {words: [登记], match: none}",
        "match none, segment": "never: {words: [登记], match: none, across: segment}",
        "min_hits": "never: {words: [您, 哦], min_hits: 2}",
        "min_hits, segment": "never: {words: [您, 哦], min_hits: 3, across: segment}",
        "max_hits, segment": "never: {words: [您, 哦], max_hits: 3, across: segment}",
        "entities": "never: {entities: [phone, amount, duration]}",
        "evasions": "never: {words: [加微信, 登记], evasions: true}",
        "unless": "never: {words: [登记], unless: {words: [工单]}}",
        "quoted: count": "never: {words: [登记], quoted: count}",
        "quoted: skip": "never: {words: [订单, 登记, 稍等, 快递], quoted: skip}",
    },
    "filters": {
        "length": "never: {length: {at_least: 15}}",
        "exclamations": "never: {exclamations: {at_least: 1}}",
        "questions": "never: {questions: {at_least: 1}, role: customer}",
        "tone": "never: {tone: {at_most: 0.2}, role: customer}",
        "waited": "never: {waited: {at_least: 60}, kind: any}",
        "repeat, the same": "never: {repeat: {messages: 5}}",
        "repeat, similar": "never: {repeat: {messages: 5, similar: 0.8}}",
        "echo": "never: {echo: {messages: 5, similar: 0.8}}",
        "like": "never: {like: [麻烦您提供订单号给我], similar: 0.7}",
        "like, ten sentences": "never: {like: [TEN_SENTENCES], similar: 0.8}",
    },
    "when": {
        "stage": "never: {words: [登记]}, when: {stage: after}",
        "situation": "never: {words: [登记]}, when: {situation: refund}",
        "measure": "never: {words: [登记]}, when: {measure: rounds, at_least: 2}",
        "says": "never: {words: [登记]}, when: {says: {words: [退货], role: customer}}",
    },
}  # fmt: skip
"""By group and name: a check in YAML, without its id."""

_STEPS = ("您好", "现货", "推荐", "地址", "生活愉快")
_SENTENCES = (
    "您好,请问有什么可以帮您", "麻烦您提供一下订单号", "今天下单今天发出", "感谢您的耐心等待", "非常抱歉给您带来不便", "这款有现货的",
    "地址跟您核对一下", "给您推荐这款", "您的订单三天内到", "已经帮您登记了",
)  # fmt: skip


def rubric_yaml() -> str:
    """Return a rubric of all the checks, whose ids are c0, c1 … in their order."""
    steps = ", ".join(f"{{id: s{i}, title: 第{i}步, says: {{words: [{word}]}}}}" for i, word in enumerate(_STEPS))
    written = [yaml for group in OPERATORS.values() for yaml in group.values()]
    lines = [
        f"  - {{id: c{i}, title: 第{i}项, points: 10, {yaml}}}".replace("OWN_STEPS", steps).replace(
            "TEN_SENTENCES", ", ".join(f"'{one}'" for one in _SENTENCES)
        )
        for i, yaml in enumerate(written)
    ]
    head = "rubric: bench\ngroups:\n- id: g\n  title: 组\n  checks:\n"
    return head + "\n".join(lines) + "\n"


def big_rubric_yaml(checks: int = 300, phrases: int = 3_000) -> str:
    """Return a rubric of so many checks that have so many phrases in all, no two alike."""
    each = phrases // checks
    lines = []
    for i in range(checks):
        words = ", ".join(_phrase(i * each + j) for j in range(each))
        rest = f"never: {{words: [{words}]}}, examples: {{hit: [{_phrase(i * each)}]}}"
        lines.append(f"  - {{id: c{i}, title: 第{i}项, points: 0.25, seeds: [PO-01], {rest}}}")
    return "rubric: big\ngroups:\n- id: g\n  title: 组\n  checks:\n" + "\n".join(lines) + "\n"


def _phrase(number: int) -> str:
    """Return a phrase of four characters, another for every number below 160,000."""
    return "".join(chr(0x4E00 + 97 * place + number // 20**place % 20) for place in range(4))
