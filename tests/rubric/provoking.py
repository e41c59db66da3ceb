"""One small set of files for every code of the catalog: what provokes it, and where it is told."""

from pathlib import Path

from qa_audit.authoring.linting import lint
from qa_audit.codes import Mistake

Files = dict[str, str | bytes]

HEAD = "rubric: test\ngroups:\n  - id: g\n    title: 组\n    checks:\n"
PLAIN = "seeds: [RT-01], examples: {hit: [烦死了]}"
SHOP = "rubric: test\ninclude: [pack.yaml]\n"
PACK = f"pack: p\ngroups: [{{id: g, title: 组, checks: [{{id: a, title: 甲, points: 5, never: {{words: [烦死了]}}, {PLAIN}}}]}}]\n"


def of_check(check: str, *, line: str = "id: a, title: 甲, points: 5", plain: str = PLAIN) -> Files:
    """Return a rubric of one check, written on line 6 from column 9 on."""
    return {"rubric.yaml": f"{HEAD}      - {{{', '.join(filter(None, (line, check, plain)))}}}\n"}


def of_head(head: str) -> Files:
    """Return a rubric with nothing wrong in its one check, and something before its groups."""
    files = of_check("never: {words: [烦死了]}")
    return {"rubric.yaml": f"rubric: test\n{head}\n" + str(files["rubric.yaml"]).split("\n", 1)[1]}


def of_words(lexicon: str | bytes, more: str = "") -> Files:
    """Return a rubric whose check looks for the phrases of a lexicon file."""
    return {**of_check(f"never: {{words: lexicons/mine.txt{more}}}"), "lexicons/mine.txt": lexicon}


def of_clock(clock: str) -> Files:
    """Return a rubric with a clock of its own."""
    return {**of_head("clock: my.yaml"), "my.yaml": f"name: x\n{clock}\n"}


def write(folder: Path, files: Files) -> Path:
    """Write the files and return the rubric."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder / "rubric.yaml"


def told(folder: Path, files: Files) -> list[Mistake]:
    """Write the files, lint the rubric, and return what was found."""
    return list(lint(write(folder, files)).mistakes)


MOST_IN_LEXICON, MOST_IN_RUBRIC = 2_000, 5_000
"""Limits on phrases that stand in for the real ones, to be quick."""

BANDS = "measure: rounds, bands: "
ONCE = "{id: a, title: 甲, points: 5, never: {words: [烦死了]}, seeds: [RT-01], examples: {hit: [烦死了]}}"

PROVOKED: dict[str, tuple[Files, str]] = {
    "E101": ({"rubric.yaml/x": ""}, "rubric.yaml:1:1"),
    "E102": ({"rubric.yaml": b"#" * 10_000_000}, "rubric.yaml:1:1"),
    "E103": ({"rubric.yaml": "rubric: a\ntitle: 标准".encode("gb18030")}, "rubric.yaml:2:1"),
    "E104": ({"rubric.yaml": "rubric: [a\n"}, "rubric.yaml:2:1"),
    "E105": ({"rubric.yaml": "a: " + "[" * 100}, "rubric.yaml:1:43"),
    "E106": ({"rubric.yaml": "a: [" + "1," * 250_000 + "1]"}, "rubric.yaml:1:399999"),
    "E107": (of_head("title: 甲\ntitle: 乙"), "rubric.yaml:3:1"),
    "E108": (of_head("? [1]\n: 2"), "rubric.yaml:2:3"),
    "E109": (of_head("title: !!python/name:os.system x"), "rubric.yaml:2:8"),
    "E110": ({"rubric.yaml": "just words"}, "rubric.yaml:1:1"),
    "E111": (of_check("never: {words: [lexicons/mine.txt]}"), "rubric.yaml:6:54"),
    "E112": (of_check("never: {words: ../secret.txt}"), "rubric.yaml:6:46"),
    "E201": (of_check("never: {wrds: [x]}"), "rubric.yaml:6:46"),
    "E202": (of_check("never: {words: [烦死了]}", line="id: a, points: 5"), "rubric.yaml:6:9"),
    "E203": (of_check("never: {words: [x], role: boss}"), "rubric.yaml:6:58"),
    "E204": (of_check("never: {words: [烦死了]}", line="id: a, title: 甲, points: '5'"), "rubric.yaml:6:27"),
    "E205": (of_check("never: {words: [烦死了]}", line="id: a, title: 甲, points: 5.005"), "rubric.yaml:6:27"),
    "E206": (of_check("never: {words: [烦死了], first: 0}"), "rubric.yaml:6:60"),
    "E207": (of_check("never: {words: [烦死了]}", line="id: 甲, title: 甲, points: 5"), "rubric.yaml:6:10"),
    "E208": (of_check("never: {words: [烦死了]}", line="id: a, title: '', points: 5"), "rubric.yaml:6:17"),
    "E301": (of_check("never: {words: [x]}, says: {words: [y]}"), "rubric.yaml:6:9"),
    "E302": (of_check("never: {words: [x]}, at_least: 3"), "rubric.yaml:6:59"),
    "E303": (of_check("measure: rounds"), "rubric.yaml:6:9"),
    "E304": (of_check("measure: rounds, at_least: 5, at_most: 3"), "rubric.yaml:6:9"),
    "E305": (of_check(BANDS + "[{at_most: 3}, {at_most: 1}, {deduct: 1}]"), "rubric.yaml:6:63"),
    "E306": (of_check(BANDS + "[{at_most: 1}]"), "rubric.yaml:6:63"),
    "E307": (of_check(BANDS + "[{at_most: 3, deduct: 2}, {deduct: 1}]"), "rubric.yaml:6:88"),
    "E308": (of_check(BANDS + "[{at_most: 3}, {deduct: 9}]"), "rubric.yaml:6:55"),
    "E309": (of_check("measure: rounds, at_most: 1, bands: [{deduct: 1}]"), "rubric.yaml:6:9"),
    "E310": (of_check("after: {words: [x]}, expect: {words: [y], within: {}}"), "rubric.yaml:6:80"),
    "E311": (of_check("never: {words: [x], number: {from: 3, to: 2}}"), "rubric.yaml:6:58"),
    "E312": (of_check("never: {}"), "rubric.yaml:6:38"),
    "E313": (of_check("never: {words: [x], kind: image}"), "rubric.yaml:6:38"),
    "E314": (of_check("never: {length: {at_least: 3}, except: [好]}"), "rubric.yaml:6:69"),
    "E315": (of_check("never: {tone: {at_most: 0.2}}"), "rubric.yaml:6:38"),
    "E316": (of_check("after: {words: [x]}"), "rubric.yaml:6:9"),
    "E317": (of_check(BANDS + "[{at_most: 3}, {at_least: 1}, {deduct: 1}]"), "rubric.yaml:6:9"),
    "E318": (of_check("never: {words: [烦死了]}, bands: [{at_most: 2, deduct: 3}, {deduct: 5}]"), "rubric.yaml:6:9"),
    "E320": ({"rubric.yaml": f"{HEAD}      - {ONCE}\n      - {ONCE}\n"}, "rubric.yaml:7:10"),
    "E321": (of_check("measure: nosuch, at_most: 3"), "rubric.yaml:6:38"),
    "E322": (of_check("never: {lexicon: insul}"), "rubric.yaml:6:46"),
    "E323": (
        of_check("never: {words: [烦死了]}, seeds: [RT-1]", plain="examples: {hit: [烦死了]}"),
        "rubric.yaml:6:69",
    ),
    "E324": (of_head("clock: hause"), "rubric.yaml:2:1"),
    "E325": (of_head("points: 100"), "rubric.yaml:2:1"),
    "E326": (
        {"rubric.yaml": f"rubric: test\ngroups: [{{id: g, title: 组, points: 4, checks: [{ONCE}]}}]\n"},
        "rubric.yaml:2:28",
    ),
    "E327": (of_check("never: {words: [烦死了]}", line="id: a, title: 甲"), "rubric.yaml:6:10"),
    "E328": (of_head("grades: {优: 90, 良: 90}"), "rubric.yaml:2:17"),
    "E329": ({"rubric.yaml": f"rubric: test\ngroups: [{{id: g, checks: [{ONCE}]}}]\n"}, "rubric.yaml:2:11"),
    "E330": (of_head("effective: 2026-02-31"), "rubric.yaml:2:1"),
    "E331": (
        of_check(
            "flow: {steps: [{id: s, title: 甲, says: {words: 好}}, {id: s, title: 乙, says: {words: 行}}], "
            "coverage: [{at_least: 1}, {deduct: 5}]}"
        ),
        "rubric.yaml:6:91",
    ),
    "E332": (of_check("never: {words: [烦死了], within: {messages: 2}}"), "rubric.yaml:6:60"),
    "E333": (of_check("never: {words: [烦死了], role: customer, automation: auto}"), "rubric.yaml:6:76"),
    "E334": (of_check("never: {words: [烦死了, 真烦], match: 3}"), "rubric.yaml:6:64"),
    "E335": (of_check("never: {words: [烦死了], similar: 0.9}"), "rubric.yaml:6:60"),
    "E336": ({"rubric.yaml": "rubric: test\n"}, "rubric.yaml:1:1"),
    "E341": (of_clock("staffed: [{from: 9点, to: '18:00'}]"), "my.yaml:2:12"),
    "E342": (of_clock("holidays: [10-01]"), "my.yaml:2:12"),
    "E343": (of_clock("windows: [{from: 双十一, to: 2026-11-12 00:00, mode: exempt}]"), "my.yaml:2:12"),
    "E344": (of_clock("staffed: [{from: '09:00', to: '09:00'}]"), "my.yaml:2:11"),
    "E345": (of_clock("windows: [{from: 2026-11-12 00:00, to: 2026-11-11 00:00, mode: exempt}]"), "my.yaml:2:11"),
    "E346": (of_clock("unanswered: capped"), "my.yaml:1:1"),
    "E347": (of_clock("holidays: [2026-10-01]\nopen_days: [2026-10-01]"), "my.yaml:1:1"),
    "E348": (
        of_clock(
            "windows: [{from: 2026-11-11 00:00, to: 2026-11-13 00:00, mode: exempt}, "
            "{from: 2026-11-12 00:00, to: 2026-11-14 00:00, mode: exempt}]"
        ),
        "my.yaml:1:1",
    ),
    "E349": (of_clock("extends: my.yaml"), "my.yaml:2:1"),
    "E401": (of_words("好\n\u200b\n"), "lexicons/mine.txt:2:1"),
    "E402": (of_words("[正则]\n  (\n"), "lexicons/mine.txt:2:3"),
    "E403": (of_words("[正则]\n好*\n"), "lexicons/mine.txt:2:1"),
    "E404": (of_words("[例子]\n好\n"), "lexicons/mine.txt:1:1"),
    "E405": (of_words("女装\n[例外]\n女装\n"), "lexicons/mine.txt:1:1"),
    "E406": (
        of_check("never: {words: [不能退, 免谈], role: agent, unless: {words: [能退], role: agent}}"),
        "rubric.yaml:6:54",
    ),
    "E407": (of_words("[正则]\n您好\u200b呀\n"), "lexicons/mine.txt:2:1"),
    "E408": (of_words("[选项]\n宽松\n[词]\n好\n"), "lexicons/mine.txt:2:1"),
    "E409": (
        of_words("".join(f"词{i:04}\n" for i in range(MOST_IN_LEXICON + 1))),
        f"lexicons/mine.txt:{MOST_IN_LEXICON + 1}:1",
    ),
    "E410": (of_words("[实体]\nphon\n"), "lexicons/mine.txt:2:1"),
    "E411": (
        {
            **of_words("烦死了\n"),
            "packs/p.yaml": "pack: p\ngroups: [{id: g, checks: [{id: b, title: 乙, points: 5, never: {words: lexicons/mine.txt}, "
            f"{PLAIN}}}]}}]\n",
            "packs/lexicons/mine.txt": "真烦\n",
            "rubric.yaml": "rubric: test\ninclude: packs/p.yaml\n" + str(of_words("")["rubric.yaml"]).split("\n", 1)[1],
        },
        "rubric.yaml:7:38",
    ),
    "E412": (
        {
            "rubric.yaml": HEAD
            + "".join(
                f"      - {{id: a{i}, title: 甲, points: 5, never: {{words: [lexicons/mine.txt, 甲{i}]}}, {PLAIN}}}\n"
                for i in range(5)
            ),
            "lexicons/mine.txt": "".join(f"词{i:04}\n" for i in range(MOST_IN_LEXICON)),
        },
        "rubric.yaml:8:39",
    ),
    "E501": ({"rubric.yaml": SHOP, "pack.yaml": "include: pack.yaml\n" + PACK}, "pack.yaml:1:1"),
    "E502": (
        {
            "rubric.yaml": "rubric: test\ninclude: p0.yaml\n",
            **{f"p{i}.yaml": f"pack: p\ninclude: p{i + 1}.yaml\n" for i in range(9)},
            "p9.yaml": PACK,
        },
        "p7.yaml:2:1",
    ),
    "E503": ({"rubric.yaml": SHOP + "override: {aa: {points: 3}}\n", "pack.yaml": PACK}, "rubric.yaml:3:12"),
    "E504": ({"rubric.yaml": SHOP + "override: {a: {id: b}}\n", "pack.yaml": PACK}, "rubric.yaml:3:16"),
    "E505": (of_head("extend: {insul: {words: [烦]}}"), "rubric.yaml:2:10"),
    "E506": (of_head("extend: {greeting: {drop: [没有这个词]}}"), "rubric.yaml:2:28"),
    "E507": (
        {
            **of_head("effective: 2026-12-01\nearlier: old.yaml"),
            "old.yaml": str(of_head("effective: 2026-12-01")["rubric.yaml"]),
        },
        "rubric.yaml:3:1",
    ),
    "E508": (of_head("effective: 2026-12-01\nearlier: rubric.yaml"), "rubric.yaml:3:1"),
    "W601": (of_check("never: {words: [烦死了]}", plain="seeds: [RT-01]"), "rubric.yaml:6:10"),
    "W602": (of_check("never: {words: [烦死了]}", plain="examples: {hit: [烦死了]}"), "rubric.yaml:6:10"),
    "W603": (of_words("烦死\n烦死了\n"), "lexicons/mine.txt:2:1"),
    "W604": (of_words("女\n[例外]\n男装\n"), "lexicons/mine.txt:3:1"),
    "W605": ({**of_check("never: {words: [烦死了]}"), "lexicons/mine.txt": "好\n"}, "lexicons/mine.txt:1:1"),
    "W606": (of_words("烦死了\n煩死了\n"), "lexicons/mine.txt:2:1"),
    "W607": (of_head("extend: {curt: {words: [呵]}}"), "rubric.yaml:2:10"),
    "W608": (of_head("seeds: {店-1: 本店的规矩}"), "rubric.yaml:2:9"),
}
"""By code: the files, and `file:line:column` of the mistake. Nothing else is wrong with most of them."""
