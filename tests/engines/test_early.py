"""Workers are started early where there is enough for them, and never because of a path that leads nowhere."""

from pathlib import Path

import pytest

from qa_audit.engines import early


@pytest.mark.parametrize(
    ("name", "size", "jobs", "started"),
    [
        ("a.csv", 4_000, 2, True),
        ("a.csv", 3_999, 2, False),
        ("a.csv", 4_000, 1, False),
        ("in/a.csv", 4_000, 2, True),
        ("a.xlsx", 1_000, 2, True),
        ("a.xlsx", 600, 2, False),
    ],
)
def test_small_nights_are_done_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, size: int, jobs: int, started: bool
) -> None:
    monkeypatch.setattr(early, "WORTH_IT", 4_000)
    path = tmp_path / "logs" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * size)
    for given in (str(tmp_path / "logs"), str(tmp_path / "logs" / "**" / "a.*")):
        with early.early([given], jobs) as run:
            assert (run is not None) == started


def test_what_cannot_be_found_or_read_starts_nobody(tmp_path: Path) -> None:
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    for given in (str(tmp_path), str(tmp_path / "none"), "\0", "a" * 5_000):
        with early.early([given], 2) as run:
            assert run is None
