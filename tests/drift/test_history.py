"""Which earlier runs count: published ones of nights before; what is broken is told and passed over."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

from qa_audit.drift.history import NIGHTS, earlier
from tests.drift.nights import KEY, shop_nights

SOURCE = shop_nights(random.Random(1), 100, "even", 1)[0][0].sources[KEY]


def folder(path: Path, night: str | None = "2026-12-01", **run: Any) -> Path:
    path.mkdir(parents=True)
    written = {"status": "ok", "nights": [night] if night else [], "sources": [SOURCE], **run}
    (path / "run.json").write_text(json.dumps(written), "utf-8")
    return path


def test_only_published_nights_before_this_one_the_newest_first(tmp_path: Path) -> None:
    for day in (3, 1, 2, 5, 6):
        folder(tmp_path / f"2026-12-0{day}", f"2026-12-0{day}", status="degraded" if day == 2 else "ok")
    folder(tmp_path / "2026-12-04", "2026-12-04")
    folder(tmp_path / "2026-12-03.not-published", "2026-12-03", status="not_published")
    folder(tmp_path / "x", "2026-12-03", status="not_published")
    (tmp_path / "别的").mkdir()
    found = earlier([tmp_path], tmp_path / "2026-12-03", "2026-12-05")
    assert [night.night for night in found.nights] == ["2026-12-04", "2026-12-02", "2026-12-01"]
    assert found.notices == ()
    assert list(found.nights[0].sources) == [KEY]


def test_several_folders_one_run_twice_and_not_too_many(tmp_path: Path) -> None:
    for day in range(1, 32):
        folder(tmp_path / "a" / f"{day:02}", f"2026-10-{day:02}")
    one = folder(tmp_path / "b", "2026-11-01")
    found = earlier([tmp_path / "a", one, tmp_path / "a"], tmp_path / "out", "2026-12-01")
    assert len(found.nights) == NIGHTS
    assert [night.night for night in found.nights[:2]] == ["2026-11-01", "2026-10-31"]


def test_runs_without_times_are_compared_with_each_other_only(tmp_path: Path) -> None:
    folder(tmp_path / "a", None)
    folder(tmp_path / "b", "2026-12-01")
    assert [night.night for night in earlier([tmp_path], tmp_path / "o", "2026-12-02").nights] == ["2026-12-01"]
    assert [night.night for night in earlier([tmp_path], tmp_path / "o", None).nights] == ["2026-12-01", None]


def without(name: str) -> dict[str, Any]:
    source = copy.deepcopy(SOURCE)
    del source[name]
    return source


@pytest.mark.parametrize(
    "written",
    [
        b"", b"{", b"[1]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"status": "ok", "nights": ["x"], "sources": []}',
        b'{"status": "ok", "nights": 7, "sources": []}', b'{"status": "ok", "nights": []}', b'{"status": "ok", "sources": []}',
        *(json.dumps({"status": "ok", "nights": [], "sources": [source]}).encode() for source in (
            {}, 1, None, SOURCE | {"rows": "12"}, SOURCE | {"rows": -1}, SOURCE | {"hours": [1]}, SOURCE | {"hours": [None] * 24}, SOURCE | {"name": 5},
            SOURCE | {"role_share": {"agent": "x"}}, SOURCE | {"used": {"text": {}}}, SOURCE | {"agents": None},
            SOURCE | {"rows": float("nan")}, SOURCE | {"rows": 10**400}, SOURCE | {"columns": [1]}, without("days"),
            SOURCE | {"whole_minute_share": []}, SOURCE | {"whole_minute_share": {}}, SOURCE | {"quarantined_share": []}, SOURCE | {"days": {}},
            SOURCE | {"text_length_p50": ""}, SOURCE | {"role_share": {"agent": []}}, SOURCE | {"null_share": {"text": {}}},
            SOURCE | {"used": {"text": {"type": "text", "columns": [], "sheets": 1, "filled": []}}},
        )),
    ],
)  # fmt: skip
def test_a_run_that_cannot_be_used_is_told_and_passed_over(tmp_path: Path, written: bytes) -> None:
    folder(tmp_path / "good", "2026-12-01")
    (tmp_path / "bad\x1b").mkdir()
    (tmp_path / "bad\x1b" / "run.json").write_bytes(written)
    found = earlier([tmp_path], tmp_path / "out", None)
    assert [night.night for night in found.nights] == ["2026-12-01"]
    (notice,) = found.notices
    assert notice.code == "skipped_history"
    assert "bad?" in notice.text


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = earlier([tmp_path / "nosuch"], tmp_path / "out", None)
    assert "nosuch(没有这个文件夹)" in found.notices[0].text
