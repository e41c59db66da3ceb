"""`make bench`: whole runs of `qa-audit` on synthetic nights, beside the obvious loop and the floor, in one go.

    make bench                                   # 100,000 and 1,000,000 messages, medians of three
    make bench SIZES="100k 1m 10m" TIMES=5
    make bench-compare A=before.json B=after.json

Every run is a process of its own, timed by the wall clock with its imports, its workers and its pages; what it says of
its steps is kept. Prints a table and writes reports/bench.json. Cold: the cache holds what comes with the first use
(the table of moods), and nothing of these texts. Warm: it holds what the cold run left.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qa_audit.shipped import rubrics_folder
from tests.benchmarks.facts import facts
from tests.benchmarks.generate import TEXTS, generate
from tests.benchmarks.hundred_checks import write_rubric
from tests.benchmarks.obvious import obvious_rate
from tests.benchmarks.process_tree import Weighed, weigh
from tests.benchmarks.tabulate import told

OBVIOUS_MESSAGES = 3_000
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
_HOW_LONG = "100k 约 10 分钟,1m 约半小时,10m 约三小时(三次的中位数,两种文本、两张评分表、一个和两个进程)"
TITLES = {"repeats": "约63%重复", "distinct": "全不重复", "standard": "标准表", "hundred": "一百项"}
_SMALL = 1_000


@dataclass
class Bench:
    """The folder that a benchmark works in, what it has measured, and how often it measures."""

    folder: Path
    times: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def qa_audit(self, *arguments: str | Path, cache: str = "primed") -> Weighed:
        """Run one command of qa-audit with a cache folder of this name."""
        left_out = ("PYTHONDONTWRITEBYTECODE", "QA_AUDIT_PROGRESS")  # compiled once, as on a machine that has it
        environment = {key: value for key, value in os.environ.items() if key not in left_out}
        environment |= {"QA_AUDIT_CACHE": str(self.folder / cache), "PYTHONPYCACHEPREFIX": str(self.folder / "pyc")}
        return weigh([sys.executable, "-m", "qa_audit", *map(str, arguments)], environment, self.folder / "log.txt")

    def run(self, path: Path, *options: str | Path, cache: str) -> Weighed:
        """Audit a file into a fresh folder."""
        shutil.rmtree(self.folder / "out", ignore_errors=True)
        return self.qa_audit("run", path, "--out", self.folder / "out", *options, cache=cache)

    def cold(self, path: Path, *options: str | Path) -> Weighed:
        """Audit a file with a cache that knows none of its texts; it is left behind as `used`."""
        shutil.rmtree(self.folder / "used", ignore_errors=True)
        shutil.copytree(self.folder / "primed", self.folder / "used")
        return self.run(path, *options, cache="used")

    def add(self, name: str, messages: int, once: Callable[[], Weighed], times: int = 0, **more: Any) -> dict[str, Any]:
        """Measure something a few times and keep the median by seconds, with the highest peak."""
        found = sorted((once() for _ in range(times or self.times)), key=lambda each: each.seconds)
        line = {"name": name, "messages": messages, **found[len(found) // 2].as_json(), **more}
        line["all_seconds"] = [round(each.seconds, 3) for each in found]
        line["peak_mb"] = max((each.peak_mb for each in found if each.peak_mb is not None), default=None)
        if obvious := more.get("obvious_per_second"):
            line["times_obvious"] = messages / line["seconds"] / obvious
        self.lines.append(line)
        print(f"{name}: {line['seconds']:.2f} 秒", file=sys.stderr, flush=True)
        return line


def measure(bench: Bench, options: argparse.Namespace) -> None:
    """Measure everything that was asked for."""
    tiny = bench.folder / "tiny.csv"
    generate(tiny, 20, TEXTS["repeats"])
    bench.add("第一次使用(含情绪表)", 0, lambda: bench.run(tiny, cache="primed"), times=1)
    bench.add("qa-audit --help", 0, lambda: bench.qa_audit("--help"), times=9)
    generate(tiny, _SMALL, TEXTS["repeats"])
    bench.add(f"{_SMALL:,} 条", _SMALL, partial(bench.cold, tiny), times=5)
    rubrics = {"standard": rubrics_folder() / "standard.yaml", "hundred": write_rubric(bench.folder / "hundred")}
    for size in options.sizes:
        for texts in options.texts:
            path = bench.folder / "night.csv"
            night(bench, f"{size} {TITLES[texts]}", path, generate(path, SIZES[size], TEXTS[texts]), options, rubrics)
            path.unlink()


def night(
    bench: Bench, title: str, path: Path, messages: int, options: argparse.Namespace, rubrics: dict[str, Path]
) -> None:
    """Measure all ways to audit one file."""
    obvious = obvious_rate(path, OBVIOUS_MESSAGES)
    bench.notes.append(
        f"{title}:显而易见的做法(jieba、逐句找词、SnowNLP)每秒 {obvious:,.0f} 条,量了 {OBVIOUS_MESSAGES:,} 条;"
        f"全部要 {messages / obvious:,.0f} 秒,是推算的"
    )
    floor = [sys.executable, "-m", "tests.benchmarks.floor", str(path)]
    add = partial(bench.add, messages=messages, obvious_per_second=obvious)
    add(f"{title} 下限:读、编码、散列", once=lambda: weigh(floor, os.environ, bench.folder / "log.txt"))
    for kind in options.rubrics:
        of_jobs = []
        for jobs in options.jobs:
            name, told_to = f"{title} {TITLES[kind]} {jobs} 进程", ("--jobs", str(jobs), "--rubric", rubrics[kind])
            of_jobs.append(add(f"{name} 冷缓存", once=partial(bench.cold, path, *told_to)))
            add(f"{name} 热缓存", once=partial(bench.run, path, *told_to, cache="used"))
        bench.notes.extend(gains(of_jobs))
    edited = ("--jobs", str(max(options.jobs)), "--rubric", edited_rubric(bench.folder / "edited"))
    add(f"{title} 改了标准表 热缓存", once=partial(bench.run, path, *edited, cache="used"))
    add(f"{title} 改了标准表 score", once=lambda: bench.qa_audit("score", bench.folder / "out", *edited, cache="used"))


def edited_rubric(folder: Path) -> Path:
    """Return a copy of the standard rubric with one line of a lexicon and one number of points changed."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(rubrics_folder(), folder)
    words, rubric = folder / "lexicons" / "confront.txt", folder / "standard.yaml"
    words.write_text("自己看着办吧您\n" + words.read_text("utf-8"), "utf-8")  # what is allowed comes last in it
    before = rubric.read_text("utf-8")
    after = before.replace("curt.txt, role: agent}\n        deduct: 1\n", "curt.txt, role: agent}\n        deduct: 2\n")
    if after == before:
        raise ValueError(f"{rubric.name} no longer holds the line that is edited")
    rubric.write_text(after, "utf-8")
    return rubric


def gains(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say how much faster more workers were, as a whole and step by step."""
    for line in lines[1:]:
        one = {step["name"]: step["seconds"] for step in lines[0]["steps"]}
        told_ = [
            f"{step['name']} {one[step['name']] / step['seconds']:.2f}"
            for step in line["steps"]
            if step["seconds"] and one.get(step["name"])
        ]
        whole = lines[0]["seconds"] / line["seconds"]
        yield f"{line['name']}:比 {lines[0]['name'].split()[-3]} 进程快 {' · '.join([f'整体 {whole:.2f} 倍', *told_])}"


def main(arguments: Sequence[str]) -> None:
    """Measure, print the table and write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench", epilog=_HOW_LONG)
    parser.add_argument("--sizes", nargs="+", choices=SIZES, default=["100k", "1m"])
    parser.add_argument("--texts", nargs="+", choices=TEXTS, default=list(TEXTS))
    parser.add_argument("--rubrics", nargs="+", choices=("standard", "hundred"), default=["standard", "hundred"])
    parser.add_argument("--jobs", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--json", type=Path, default=Path("reports/bench.json"))
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.times)
        measure(bench, options)
    if any(line["memory"] == "rss" for line in bench.lines):
        bench.notes.append("内存是各进程常驻内存之和(这台机器不给 PSS),共用的页重复计了")
    result = {"facts": facts(), "times": options.times, "lines": bench.lines, "notes": bench.notes}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(told(result))


if __name__ == "__main__":
    main(sys.argv[1:])
