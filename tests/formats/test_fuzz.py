"""Samples of every format, broken: never a traceback, and every row that was read is accounted for.

QA_AUDIT_FUZZ_EXAMPLES=20000 python -m pytest tests/formats/test_fuzz.py tries that many inputs of each kind.
"""

import csv
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from qa_audit.formats import FORMATS
from qa_audit.ingest.archives import SUFFIXES as ARCHIVES
from tests.formats.canonical import SAMPLES
from tests.formats.mutating import changed, other_table, outcome, packed, repacked, written

EXAMPLES = int(os.environ.get("QA_AUDIT_FUZZ_EXAMPLES", "40"))
KNOWN = {suffix for each in FORMATS.values() for suffix in each.suffixes} | set(ARCHIVES)
FILES = sorted(
    path
    for root in (SAMPLES, Path(__file__).parent / "samples")
    for path in root.rglob("*")
    if path.suffix in KNOWN and path.stat().st_size < 120_000
)
TABLE = list(csv.reader((SAMPLES / "table/2026-12-01_云栖家纺_a.csv").read_text("utf-8-sig").splitlines()))[:40]

Breaking = Callable[[Path, random.Random], Path]


def by_bytes(folder: Path, chance: random.Random) -> Path:
    path = chance.choice(FILES)
    name, data = path.name, changed(path.read_bytes(), chance)
    if chance.random() < 0.15:
        name, data = packed(name, data, chance)
    if chance.random() < 0.1:
        data = changed(data, chance)
    out = folder / ("a." + name.split(".", 1)[1])
    out.write_bytes(data)
    return out


def by_cells(folder: Path, chance: random.Random) -> Path:
    return written(other_table(TABLE, chance), folder / f"a{chance.choice(['.csv', '.csv', '.xlsx', '.parquet'])}")


def by_workbook(folder: Path, chance: random.Random) -> Path:
    path = chance.choice([each for each in FILES if each.suffix == ".xlsx"])
    out = folder / "a.xlsx"
    out.write_bytes(repacked(path.read_bytes(), chance))
    return out


def by_another_format(folder: Path, chance: random.Random) -> Path:
    """One file behind the suffix of another, in another encoding, with the end of a third."""
    path, other = chance.choice(FILES), chance.choice(FILES)
    data = path.read_bytes()
    if chance.random() < 0.5:
        text = data.decode("utf-8", "replace")
        data = text.encode(chance.choice(["gb18030", "utf-16", "utf-16-le", "big5", "latin-1", "utf-8-sig"]), "replace")
    if chance.random() < 0.5:
        data += other.read_bytes()[-chance.randrange(1, 4000) :]
    out = folder / f"a{other.suffix}"
    out.write_bytes(data)
    return out


@pytest.mark.parametrize("breaking", [by_bytes, by_cells, by_workbook, by_another_format])
def test_broken_exports(breaking: Breaking, tmp_path: Path) -> None:
    read = 0
    for seed in range(EXAMPLES):
        chance = random.Random(seed)
        path = breaking(tmp_path, chance)
        name = chance.choice([*FORMATS, "table"]) if chance.random() < 0.1 else "auto"
        try:
            read += outcome(path, name) is not None
        except BaseException as error:
            error.add_note(f"{breaking.__name__}, seed {seed}, --format {name}: {path}")
            raise
    assert read >= EXAMPLES // 10
