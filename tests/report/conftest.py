"""Rendered synthetic runs, built once per test session; tests only read them."""

from pathlib import Path

import pytest

from qa_audit.report import render
from tests.report.synthetic_run import build


def _rendered(out: Path, times: str) -> Path:
    render(out, build(out, times=times))
    return out


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with times to the second and hostile names and texts."""
    return _rendered(tmp_path_factory.mktemp("run") / "out", "second")


@pytest.fixture(scope="session")
def untimed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run exported without times."""
    return _rendered(tmp_path_factory.mktemp("untimed") / "out", "none")


@pytest.fixture(scope="session")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run with times to the minute."""
    return _rendered(tmp_path_factory.mktemp("coarse") / "out", "minute")
