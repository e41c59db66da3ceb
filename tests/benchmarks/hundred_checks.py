"""A rubric of 100 checks of mixed kinds with 3,000 phrases in 100 lexicons and 12 regexes, to be timed; always the same.

    write_rubric(Path("bench"))     # bench/hundred.yaml and bench/lexicons/*.txt
    python -m tests.benchmarks.hundred_checks bench

30 says, 25 never, 20 after/expect, 10 bands, 5 flows, 10 composites. The phrases are cut from what `generate` writes:
some stand in many messages, most in few.
"""

import random
import re
import sys
from itertools import count
from pathlib import Path

from tests.benchmarks.generate import QUICK, STOCK, review_sentences

PHRASES = 30  # of each of the lexicons
LEXICONS = 100
REGEXES = (
    r"工单[0-9]+", r"满[0-9]+元", r"预计[0-9]天", r"[0-9]+号仓库", r"还剩[0-9]{2,}件", r"[0-9]小时内回复",
    r"(?:不|没)[^,]{0,4}(?:满意|喜欢)", r"(?:服务|态度).{0,6}差", r"[很太真非]常?(?:好|棒)", r"价格.{0,4}[贵高]", r"[A-Za-z]{3,}", r"质量.{0,3}(?:好|差)",
)  # fmt: skip
MEASURES = (
    "first_response_seconds", "max_later_wait_seconds", "mean_wait_seconds", "unanswered_rounds", "rounds",
    "agent_messages", "customer_messages", "politeness_ratio", "max_wait_seconds", "session_seconds",
)  # fmt: skip
_HEAD = "rubric: hundred\ntitle: 一百项\nversion: 1\ngroups:\n  - id: all\n    title: 全部\n    checks:\n"


def write_rubric(folder: Path) -> Path:
    """Write the rubric and its lexicons into a folder, and return the path of the rubric."""
    (folder / "lexicons").mkdir(parents=True, exist_ok=True)
    for number, phrases in enumerate(lexicons()):
        (folder / "lexicons" / f"l{number:02d}.txt").write_text("\n".join(phrases) + "\n", "utf-8")
    path = folder / "hundred.yaml"
    path.write_text(_HEAD + "".join(f"      - {{{each}}}\n" for each in checks()), "utf-8")
    return path


def lexicons(seed: int = 6) -> list[list[str]]:
    """Return the phrases of each lexicon, no two alike; the first of each is frequent."""
    draw = random.Random(seed)
    frequent = list(
        dict.fromkeys(part for text in (*QUICK, *STOCK) for part in (text[:3], text[-3:]) if part.isalpha())
    )
    sentences = review_sentences()
    draw.shuffle(sentences)
    taken: dict[str, None] = {}
    for sentence in sentences:
        start = draw.randrange(len(sentence) - 3)
        taken.setdefault(sentence[start : start + draw.choice((3, 4, 4, 5))])
    rare = iter([each for each in taken if re.fullmatch("[\u4e00-\u9fff]{3,5}", each) and each not in frequent])
    return [[frequent[i % len(frequent)] if i < len(frequent) else next(rare)] + [next(rare) for _ in range(PHRASES - 1)]
            for i in range(LEXICONS)]  # fmt: skip


def checks() -> list[str]:
    """Return the checks as YAML mappings without their braces."""
    number, lexicon, regex = count(), count(), iter(REGEXES)

    def words(role: str) -> str:
        return f"words: lexicons/l{next(lexicon):02d}.txt, role: {role}"

    def regexes(i: int) -> str:
        return f", regex: ['{next(regex)}']" if i < len(REGEXES) else ""

    said = [f"says: {{{words('agent')}}}" for _ in range(30)]
    said += [f"never: {{{words('agent')}, except: ['{QUICK[i % 12][:5]}']{regexes(i)}}}, deduct: 1" for i in range(25)]
    said += [
        f"after: {{{words('customer')}}}, expect: {{words: ['{QUICK[i % 12][:2]}', '{QUICK[(i + 5) % 12][:3]}'], within: {{messages: 2}}}}"
        for i in range(20)
    ]
    said += [f"measure: {name}, bands: [{{at_most: 1}}, {{at_most: 9, deduct: 1}}, {{deduct: 2}}]" for name in MEASURES]
    said += [
        "flow: {steps: ["
        + ", ".join(f"{{id: s{j}, title: 第{j}步, says: {{{words('agent')}}}}}" for j in range(3))
        + "], coverage: [{at_least: 0.5}, {deduct: 2}]}"
        for _ in range(5)
    ]
    kinds = ("all", "any")
    said += [f"{kinds[i % 2]}: [{{says: {{{words('agent')}}}}}, {{measure: rounds, at_least: 2}}]" for i in range(10)]
    return [f"id: c{next(number)}, title: 第{i}项, points: 2, {each}" for i, each in enumerate(said, 1)]


if __name__ == "__main__":
    print(write_rubric(Path(sys.argv[1])))
