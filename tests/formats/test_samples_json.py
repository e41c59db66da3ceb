"""The JSON samples: each folder gives exactly the expected canonical rows, whatever the order, wrapping and encoding."""

import json
from pathlib import Path

import pytest

from qa_audit.formats import detect
from qa_audit.formats.mapping import load_mapping
from qa_audit.ingest import IngestOptions, ingest
from tests.formats.canonical import EXPECTED, canonical, folder_of, read_sample
from tests.formats.test_fuzz_json import RECORDS

NAMES = [
    "taobao-json",
    "taobao-received",
    "jd-dongdong",
    "pinduoduo",
    "wecom",
    "weixin-kf",
    "zendesk-chat",
    "chatwoot",
    "json",
]

FORMAT = {"json": "jsonl", "taobao-received": "taobao-json"}


@pytest.mark.parametrize("name", NAMES)
def test_expected_rows(name: str) -> None:
    found = read_sample(name)
    assert canonical(found) == (EXPECTED / f"{name}.tsv").read_text("utf-8")
    assert found.read == found.messages.num_rows + found.quarantine.num_rows + found.duplicates
    assert {each.format for each in found.inputs} == {FORMAT.get(name, name)}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_wrapping_and_encoding_do_not_matter(name: str, encoding: str, tmp_path: Path) -> None:
    """Everything of a folder as one file of lines in another encoding gives the same messages."""
    mapping = folder_of(name) / "mapping.yaml"
    values = []
    for path in sorted((folder_of(name)).glob("*.json*")):
        text = path.read_text("utf-8")
        if path.name == "messages.json":
            continue  # another kind than the others of the folder: never in one file
        value = [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else json.loads(text)
        values += value if isinstance(value, list) else [value]
    lines = "\n".join(json.dumps(value, ensure_ascii=False) for value in values)
    (tmp_path / "all.json").write_bytes(lines.encode(encoding))
    options = IngestOptions(load_mapping(mapping) if mapping.exists() else None, FORMAT.get(name, name))
    found = canonical(ingest([str(tmp_path)], options)).splitlines()
    expected = (EXPECTED / f"{name}.tsv").read_text("utf-8").splitlines()
    assert sorted(found) == sorted(line for line in expected if not line.startswith("m1\t"))


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_is_recognised_surely(name: str) -> None:
    for path in (folder_of(name)).glob("*.json*"):
        assert detect(path.read_bytes(), str(path)).name == (FORMAT.get(name, name))


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_how_records_are_spread_over_files_does_not_matter(name: str, tmp_path: Path) -> None:
    """All in one file, two files, a file each: the same messages."""
    records, key = RECORDS[name]
    found = set()
    for step in {len(records), 2, 1}:
        folder = tmp_path / str(step)
        folder.mkdir()
        for start in range(0, len(records), step):
            (folder / f"{start:03}.json").write_text(json.dumps({key: records[start : start + step]}), "utf-8")
        found.add(canonical(ingest([str(folder)], IngestOptions(format=name))))
    assert len(found) == 1


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_records_does_not_matter(name: str, tmp_path: Path) -> None:
    """Lists turned round, file by file: the same rows, except where equal times have nothing else to go by."""
    mapping = folder_of(name) / "mapping.yaml"
    for path in (folder_of(name)).glob("*.json*"):
        text = path.read_text("utf-8")
        if path.suffix == ".jsonl":
            (tmp_path / path.name).write_text("\n".join(reversed(text.splitlines())), "utf-8")
        else:
            value = json.loads(text)
            (tmp_path / path.name).write_text(json.dumps(value[::-1] if isinstance(value, list) else value), "utf-8")
    options = IngestOptions(load_mapping(mapping)) if mapping.exists() else IngestOptions()
    assert canonical(ingest([str(tmp_path)], options)) == canonical(read_sample(name))
