"""Reading a million messages beside pandas, on the same files in one go: `python -m tests.benchmarks.formats_bench`.

Prints, per file, the seconds and the peak memory of a fresh process (median of 3) of three readers: `rows` (cells to
typed columns: what a format does), `ingest` (rows, identities, sessions, reconciliation: what `qa-audit ingest` does
before it writes) and pandas (cells to a data frame of text, nothing looked at).
"""

import csv
import json
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter

from tests.benchmarks.generate import generate

WORK = {
    "ingest": "from qa_audit.ingest import ingest; n = ingest([PATH]).read",
    "rows": (
        "from pathlib import Path; from qa_audit.formats import detect; from qa_audit.formats.sheet import Source; "
        "from qa_audit.formats.mapping import Mapping; from qa_audit.formats.table import interpret; "
        "data = Path(PATH).read_bytes(); "
        "n = sum(interpret(s, Mapping(), 'Asia/Shanghai').read for s in detect(data, PATH).read(Source(PATH, data, Mapping(), None)))"
    ),
}
PANDAS = {
    "utf8.csv": "pd.read_csv(PATH, dtype=str, keep_default_na=False)",
    "gb18030.csv": "pd.read_csv(PATH, dtype=str, keep_default_na=False, encoding='gb18030')",
    "lines.jsonl": "pd.read_json(PATH, lines=True, dtype=False)",
    "book.xlsx": "pd.read_excel(PATH, dtype=str, engine='calamine')",
}


def main(messages: int = 1_000_000, book: int = 100_000) -> None:
    """Write the files, then time each reader on each."""
    with TemporaryDirectory() as folder:
        for path in written(Path(folder), messages, book):
            work = {**WORK, "pandas": f"import pandas as pd; n = len({PANDAS[path.name]})"}
            timed = {name: [measured(code, path) for _ in range(3)] for name, code in work.items()}
            middle = {name: statistics.median(seconds for seconds, _, _ in each) for name, each in timed.items()}
            for name, each in timed.items():
                rows, peak = each[0][2], max(megabytes for _, megabytes, _ in each)
                print(
                    f"{path.name:12} {name:7} {middle[name]:6.2f} s {rows / middle[name]:>10,.0f} rows/s {peak:>5} MB"
                    f" {middle[name] / middle['pandas']:5.2f} x pandas",
                    flush=True,
                )


def written(folder: Path, messages: int, book: int) -> list[Path]:
    """Write the same night in four ways; the workbook holds its first `book` rows."""
    paths = [folder / name for name in PANDAS]
    generate(paths[0], messages)
    text = paths[0].read_text("utf-8")
    paths[1].write_bytes(text.encode("gb18030"))
    header, *rows = csv.reader(text.splitlines())
    with paths[2].open("w", encoding="utf-8") as sink:
        sink.writelines(json.dumps(dict(zip(header, row, strict=True)), ensure_ascii=False) + "\n" for row in rows)
    with xlsxwriter.Workbook(str(paths[3]), {"constant_memory": True, "strings_to_formulas": False}) as workbook:
        page = workbook.add_worksheet()
        for number, row in enumerate([header, *rows[:book]]):
            for column, cell in enumerate(row):
                page.write_string(number, column, cell)
    return paths


def measured(code: str, path: Path) -> tuple[float, int, int]:
    """Run code on a path in a fresh process; return seconds without the start of Python, peak megabytes, rows read."""
    # ru_maxrss would count what the parent held when it forked; VmHWM begins with the new program
    timing = (
        f"import time; PATH = {str(path)!r}; t = time.perf_counter(); {code}; print(time.perf_counter() - t, n); "
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    said = subprocess.run([sys.executable, "-c", timing], stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return float(said[0]), int(said[2]) // 1024, int(said[1])


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
