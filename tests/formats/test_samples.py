"""The samples of texts and workbooks: exactly the expected rows, whatever the order, packing, line ends and encoding."""

import zipfile
from pathlib import Path

import pytest

from qa_audit.formats import detect
from qa_audit.formats.mapping import load_mapping
from qa_audit.ingest import Ingested, IngestOptions, ingest
from tests.formats.canonical import EXPECTED, canonical, folder_of, read_sample
from tests.formats.workbooks import clocks, merged, qianniu

FORMATS = {
    "qianniu-txt": {"qianniu-txt"},
    "qianniu-roles": {"qianniu-txt"},
    "qianniu-xlsx": {"qianniu-xlsx"},
    "qianniu-clock": {"qianniu-xlsx"},
    "table-merged": {"xlsx", "csv"},
}
TEXTS = ["qianniu-txt", "qianniu-roles"]


def files(name: str) -> list[Path]:
    return sorted(path for path in folder_of(name).iterdir() if path.suffix != ".yaml")


def read(name: str, folder: Path) -> Ingested:
    mapping = folder_of(name) / "mapping.yaml"
    return ingest([str(folder)], IngestOptions(load_mapping(mapping)) if mapping.exists() else IngestOptions())


@pytest.mark.parametrize("name", FORMATS)
def test_expected_rows(name: str) -> None:
    found = read_sample(name)
    assert canonical(found) == (EXPECTED / f"{name}.tsv").read_text("utf-8")
    assert found.read == found.messages.num_rows + found.quarantine.num_rows + found.duplicates
    assert {each.format for each in found.inputs} == FORMATS[name]


@pytest.mark.parametrize("name", FORMATS)
def test_every_sample_is_recognised_surely(name: str) -> None:
    assert {detect(path.read_bytes(), str(path)).name for path in files(name)} == FORMATS[name]


@pytest.mark.parametrize("name", FORMATS)
def test_in_an_archive(name: str, tmp_path: Path) -> None:
    """As 开放平台 packs them: a text per sub-account in one zip."""
    with zipfile.ZipFile(tmp_path / "chatrecord.zip", "w") as archive:
        for path in files(name):
            archive.write(path, f"2026-12-01/{path.name}")
    assert canonical(read(name, tmp_path)) == (EXPECTED / f"{name}.tsv").read_text("utf-8")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends_and_encoding_do_not_matter(name: str, encoding: str, ends: str, tmp_path: Path) -> None:
    for path in files(name):
        data = path.read_bytes()
        text = data.decode("gb18030" if path.name.endswith("复制.txt") else "utf-8-sig")
        (tmp_path / path.name).write_bytes(text.replace("\r\n", "\n").replace("\n", ends).encode(encoding))
    assert canonical(read(name, tmp_path)) == (EXPECTED / f"{name}.tsv").read_text("utf-8")


def test_the_workbooks_are_those_that_are_built() -> None:
    built = {"qianniu-xlsx": qianniu(), "qianniu-clock": clocks(), "table-merged": merged()}
    for name, data in built.items():
        assert next(path for path in files(name) if path.suffix == ".xlsx").read_bytes() == data
