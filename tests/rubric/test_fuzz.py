"""Whatever a rubric or lexicon file holds, lint tells it or takes it: no other exception, in bounded time and memory.

QA_AUDIT_FUZZ_EXAMPLES=20000 tries that many inputs, half of them trees and half of them bytes.
"""

import os
import random
import re
import resource
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_audit.authoring.linting import lint
from qa_audit.errors import RubricError
from qa_audit.rubric.load import load_rubric
from qa_audit.shipped import rubrics_folder, standard_rubric
from tests.rubric.provoking import HEAD, PLAIN, PROVOKED, Files, of_check, of_words, told, write

EXAMPLES = int(os.environ.get("QA_AUDIT_FUZZ_EXAMPLES", "80"))
FUZZED = settings(
    max_examples=EXAMPLES // 2, deadline=None, database=None, derandomize="QA_AUDIT_FUZZ_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
LINE = re.compile(r"[^\n]+:\d+:\d+: [EW]\d{3} [^\n]+ \([^\n]+\)")

STANDARD = standard_rubric().read_text("utf-8")
CHECKS = [check for group in yaml.safe_load(STANDARD)["groups"] for check in group["checks"]]
WRITTEN = re.findall(r"(?m)^      - id: .*\n(?:       .*\n|\n)*", STANDARD)
LEXICONS = [path.read_bytes() for path in sorted((rubrics_folder() / "lexicons").glob("*.txt"))]
SMALL = [files for code, (files, _) in PROVOKED.items() if code != "E101" and sum(map(len, files.values())) < 2_000]


def examine(folder: Path, files: Files) -> set[str]:
    """Lint the files and return the codes told; what has no error must load, what has one must be refused."""
    path = write(folder, files)
    found = lint(path).mistakes
    for mistake in found:
        for lang in ("zh", "en"):
            assert LINE.fullmatch(mistake.told(lang)), mistake.told(lang)
    errors = tuple(mistake for mistake in found if mistake.level == "error")
    try:
        load_rubric(path)
    except RubricError as refused:
        assert errors or "pack:" in path.read_text("utf-8", "replace"), refused
    else:
        assert not errors
    return {mistake.code for mistake in found}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(), st.text(max_size=8),
    st.sampled_from(["", "a.txt", "../a.txt", "/etc/passwd", "lexicons/insult.txt", "(a+)+$", "a*", "(", "[", "\u200b", "\x00", "🙂", "好" * 200, "9:30", "<<", "x" * 5000]),
    st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=4), st.integers(), max_size=3),
)  # fmt: skip
KEYS = st.sampled_from(sorted({key for check in CHECKS for key in check} | {
    "match", "across", "first", "number", "within", "unless", "except", "stage", "situation", "role", "kind", "like", "repeat", "echo",
    "entities", "evasions", "min_hits", "max_hits", "waited", "tone", "length", "any", "all", "not", "share", "before", "around", "Seeds", "1", "~",
}))  # fmt: skip
HEADS = st.fixed_dictionaries({}, optional={
    "include": st.sampled_from(["standard.yaml", "rubric.yaml", ["p.yaml"], "lexicons", 3]), "clock": st.sampled_from(["house", "x", "my.yaml", None]),
    "override": st.dictionaries(st.sampled_from(["insult", "a", "first-response"]), ODD, max_size=2),
    "extend": st.dictionaries(st.sampled_from(["insult", "nosuch", "a.txt"]), ODD, max_size=2),
    "points": ODD, "grades": ODD, "effective": ODD, "earlier": st.sampled_from(["rubric.yaml", "p.yaml", [1]]), "scoring": ODD,
})  # fmt: skip


def mutated(tree: Any, data: st.DataObject, times: int) -> Any:
    """Change a tree in place at so many spots: another value, another key, a key or item less, one twice."""
    for _ in range(times):
        spot, parent, key = tree, None, None
        while isinstance(spot, dict | list) and spot and (parent is None or data.draw(st.integers(0, 3))):
            parent = spot
            key = data.draw(st.sampled_from(sorted(spot, key=str) if isinstance(spot, dict) else range(len(spot))))
            spot = spot[key]
        if parent is None:
            break
        what = data.draw(st.integers(0, 4))
        if what == 0:
            del parent[key]
        elif what == 1 and isinstance(parent, dict):
            parent[data.draw(KEYS)] = parent.pop(key)
        elif what == 2 and isinstance(parent, dict):
            parent[data.draw(KEYS)] = spot
        elif what == 3 and isinstance(parent, list):
            parent.append(spot)
        else:
            parent[key] = data.draw(ODD)
    return tree


@FUZZED
@given(st.data())
def test_trees(folder: Path, data: st.DataObject) -> None:
    picked = data.draw(st.lists(st.sampled_from(CHECKS), min_size=1, max_size=3))
    checks = deepcopy(picked)
    tree = {"rubric": "x", **deepcopy(data.draw(HEADS)), "groups": [{"id": "g", "title": "组", "checks": checks}]}
    tree = mutated(tree, data, data.draw(st.integers(0, 5)))
    examine(folder, {"rubric.yaml": yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)})


TOKENS = (
    "\x00", "\r", "\n", "\t", "- ", ": ", "{", "}", "[", "]", "'", '"', "&a ", "*a ", "|", "!!x ", "#", "\\", "(", ")", "*", "+", "?", "^", "$",
    "\u200b", "\ufeff", "\u2028", "\u3000", "[正则]\n", "[例外]\n", "<<: ", "1e999", "null", "~", ".txt", "../",
)  # fmt: skip
PLAIN_TOKENS = ("a", "Z", "7", " ", "好", "沒", ".5", "-", "_", "，", "ｘ", "🙂")


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Damage a text in up to five places, now and then its bytes: cut, doubled, turned, strewn with what breaks it."""
    text = data.decode("utf-8", "replace")
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, size = chance.randrange(len(text) + 1), chance.choice((0, 1, 1, 2, 3, 20))
        piece, plain = text[at : at + size], chance.choice(PLAIN_TOKENS)
        new = chance.choice(
            ("", piece * 2, plain, plain, piece + plain, plain + piece, chance.choice(TOKENS), piece[::-1])
        )
        text = text[:at] + new + text[at + size :]
    data = text.encode("utf-8")
    if chance.randrange(8) == 0:
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.randbytes(chance.randint(0, 3)) + data[at + chance.randint(0, 3) :]
    return data


@FUZZED
@given(st.randoms(use_true_random=False))
def test_bytes(folder: Path, chance: random.Random) -> None:
    kind = chance.randrange(4)
    if kind == 0:
        examine(folder, of_words(damaged(chance.choice(LEXICONS), chance)))
    elif kind == 1:
        files = chance.choice(SMALL)
        examine(folder, {name: damaged(_bytes(content), chance) for name, content in files.items()})
    else:
        some = "".join(chance.sample(WRITTEN, chance.randint(1, 3)))
        examine(folder, {"rubric.yaml": damaged((HEAD + some).encode("utf-8"), chance)})


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8")


HOSTILE: dict[str, tuple[Files, set[str]]] = {
    "aliases that expand to 86 million values": (
        {"rubric.yaml": "b0: &b0 [1, 1]\n" + "".join(f"b{i}: &b{i} [{', '.join([f'*b{i - 1}'] * 9)}]\n" for i in range(1, 9))},
        {"E106"},
    ),
    "10 MB": ({"rubric.yaml": b"rubric: x\ntitle: '" + b"a" * 10_000_000 + b"'\n"}, {"E102"}),
    "10 MB of phrases": (of_words("好的呀\n" * 1_100_000), {"E102"}),
    "50,000 brackets": ({"rubric.yaml": "[" * 50_000}, {"E105"}),
    "5,000 unknown keys": ({"rubric.yaml": "rubric: x\n" + "".join(f"k{i}: 1\n" for i in range(5_000))}, {"E201"}),
    "2,000 malformed checks": ({"rubric.yaml": HEAD + "      - {id: a}\n" * 2_000}, {"E202", "E320"}),
    "1,000 checks overridden that are not there": (
        {"rubric.yaml": f"rubric: x\noverride: {{{', '.join(f'a{i}: {{}}' for i in range(1_000))}}}\n{HEAD.split(chr(10), 1)[1]}      - {{id: a, title: 甲, points: 5, never: {{words: [烦死了]}}, {PLAIN}}}\n"},
        {"E503"},
    ),
    "1,000 lexicons that are not there": (
        of_check(f"never: {{lexicon: [{', '.join(f'insul{i}' for i in range(1_000))}]}}"),
        {"E322"},
    ),
    "1,000 files that are not there": (
        of_check(f"never: {{words: [{', '.join(f'insul{i}.txt' for i in range(1_000))}]}}"),
        {"E111"},
    ),
    "1,000 rules that are not there": (
        of_check("never: {words: [好]}", plain=f"examples: {{hit: 好}}, seeds: [{', '.join(f'RT-{i}x' for i in range(1_000))}]"),
        {"E323"},
    ),
    "1,500 phrases, each within the next": (of_words("".join("好" * i + "\n" for i in range(1, 1_500))), {"W603"}),
    "1,000 regexes that back-track": (of_words("[正则]\n" + "".join(f"(a+)+{i}$\n" for i in range(1_000))), set()),
    "a regex too large to compile": (of_check("never: {regex: ['((a{1000}){1000}){1000}']}"), {"E402"}),
    "300 nested groups": (of_check(f"never: {{regex: ['{'(' * 300}a{')' * 300}']}}"), set()),
    "2,000 nested groups": (of_check(f"never: {{regex: ['{'(' * 2_000}a{')' * 2_000}']}}"), set()),
    "half a character, escaped": (of_check('never: {words: "\\ud83d"}'), {"E104"}),
    "NUL in a lexicon": (of_words("好\x00的\n"), set()),
    "a lexicon that is not UTF-8": (of_words("烦死了".encode("gb18030")), {"E103"}),
    "a lexicon that is a folder": ({**of_check("never: {words: lexicons/mine.txt}"), "lexicons/mine.txt/x": ""}, {"E111"}),
    "a name of 5,000 characters": (of_check(f"never: {{words: {'a' * 5_000}.txt}}"), {"E111"}),
    "numbers beyond all bounds": (of_check("never: {words: [好], first: 1e999, length: {at_least: -1e999}}", line="id: a, title: 甲, points: 1e400"), {"E204", "E205"}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_told_or_taken(tmp_path: Path, name: str) -> None:
    files, codes = HOSTILE[name]
    assert examine(tmp_path, files) == codes


def test_ten_thousand_phrases_work(tmp_path: Path) -> None:
    files = of_words("".join(f"好{i:05}的\n" for i in range(10_000)))
    assert told(tmp_path, files) == []
    loaded = load_rubric(tmp_path / "rubric.yaml")
    assert max(len(each.words) for each in loaded.lexicons) == 10_000


def test_a_lexicon_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root everything may be read, so the system's refusal is stood in for."""
    path = write(tmp_path, of_words("好\n"))
    opened = Path.open

    def refused(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == "mine.txt":
            raise PermissionError(13, "Permission denied")
        return opened(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refused)
    assert [(each.code, Path(each.place.file).name) for each in lint(path).mistakes] == [("E101", "mine.txt")]


def test_memory_stays_bounded() -> None:
    """After all of the above this process has never held more than a gigabyte and a half."""
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_500_000
