"""What an earlier refusal left beside the results goes with the next success; a mapping in use or edited stays."""

import hashlib
import json
from pathlib import Path

import pytest

from qa_audit.formats.mapping import Mapping
from qa_audit.gates import forget_refused

PROPOSED = "columns: {text: 话}\n"


def refused(tmp_path: Path, files: dict[str, str], status: str = "not_published") -> Path:
    folder = tmp_path / "out.not-published"
    (folder / "private").mkdir(parents=True)
    (folder / "private" / "quarantine.csv").write_text("x", "utf-8")
    manifest = {"status": status, "proposals": {"mapping.yaml": hashlib.sha256(PROPOSED.encode()).hexdigest()}}
    (folder / "run.json").write_text(json.dumps(manifest), "utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("files", "used", "left"),
    [
        ({}, None, None),
        ({"mapping.yaml": PROPOSED}, None, None),
        ({"mapping.yaml": PROPOSED}, "mapping.yaml", {"mapping.yaml", "run.json"}),
        ({"mapping.yaml": PROPOSED}, "../elsewhere.yaml", None),
        ({"mapping.yaml": PROPOSED + "# 我改的\n"}, None, {"mapping.yaml", "run.json"}),
        ({"mapping.yaml": PROPOSED, "mapping.yaml.old": "x"}, None, {"mapping.yaml.old", "run.json"}),
        ({"mapping.yaml": PROPOSED, "我的.txt": "x"}, None, {"mapping.yaml", "private", "run.json", "我的.txt"}),
    ],
)
def test_what_stays_of_a_refused_night(
    tmp_path: Path, files: dict[str, str], used: str | None, left: set[str] | None
) -> None:
    folder = refused(tmp_path, files)
    mapping = Mapping(str(folder / used)) if used else None
    forget_refused(tmp_path / "out", (), mapping)
    assert ({path.name for path in folder.iterdir()} if folder.exists() else None) == left
    if left and "private" not in left:  # and goes when it is no longer in use
        forget_refused(tmp_path / "out", ())
        assert folder.exists() == (files != {"mapping.yaml": PROPOSED})


def test_a_folder_that_is_no_refused_night_stays(tmp_path: Path) -> None:
    folder = refused(tmp_path, {}, status="ok")
    forget_refused(tmp_path / "out")
    assert (folder / "private" / "quarantine.csv").is_file()
