"""Canonical messages as text, to be compared exactly with tests/formats/expected/<format>.tsv.

python -m tests.formats.canonical taobao-json     # rewrites the expected rows of one sample folder: read the diff
"""

import json
import sys
from pathlib import Path
from typing import Any

from qa_audit.formats.mapping import load_mapping, parse_mapping
from qa_audit.ingest import Ingested, IngestOptions, ingest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_logs"
EXPECTED = Path(__file__).parent / "expected"
COLUMNS = (
    *("session_id", "position", "sent_at", "role", "automation", "agent_id", "customer_id", "kind", "text"),
    *("shop", "stage", "withdrawn", "seen", "sku_id", "order_id"),
)


def canonical(found: Ingested) -> str:
    """Return the messages in their order as tab-separated lines under a header; empty for null."""
    lines = ["\t".join(COLUMNS)]
    for row in found.messages.select(COLUMNS).to_pylist():
        lines.append("\t".join(_cell(row[name]) for name in COLUMNS))
    return "\n".join(lines) + "\n"


def folder_of(name: str) -> Path:
    """Return the folder of a sample: of sample_logs, or beside this file where it needs a mapping to be read."""
    return SAMPLES / name if (SAMPLES / name).exists() else Path(__file__).parent / "samples" / name


def path_of(sample: str) -> Path:
    """Return the file of a sample, named `folder/file`."""
    folder, name = sample.split("/")
    return folder_of(folder) / name


def read_sample(name: str) -> Ingested:
    """Read a sample folder, with the mapping file that lies in it, if any."""
    mapping = folder_of(name) / "mapping.yaml"
    options = IngestOptions(mapping=load_mapping(mapping)) if mapping.exists() else IngestOptions()
    return ingest([str(folder_of(name))], options)


def read_export(folder: Path, data: Any, name: str = "auto", mapping: str = "") -> Ingested:
    """Write an export (text, bytes, or a value to become JSON) into a folder and read it as the format."""
    path = folder / "a.json"
    text = data if isinstance(data, (str, bytes)) else json.dumps(data)
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return ingest([str(path)], IngestOptions(parse_mapping(mapping) if mapping else None, name))


def table(found: Ingested, *columns: str) -> list[tuple[Any, ...]]:
    """Return columns of the messages, row by row in the order of the file."""
    rows = found.messages.sort_by("source_row").select(list(columns)).to_pylist()
    return [tuple(row[name] for name in columns) for row in rows]


def quarantined(found: Ingested) -> list[tuple[int, str]]:
    """Return (row, reason) of what is in quarantine."""
    return list(zip(found.quarantine["source_row"].to_pylist(), found.quarantine["reason"].to_pylist(), strict=True))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat(timespec="microseconds"))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")


if __name__ == "__main__":
    for sample in sys.argv[1:]:
        EXPECTED.mkdir(exist_ok=True)
        (EXPECTED / f"{sample}.tsv").write_text(canonical(read_sample(sample)), "utf-8")
