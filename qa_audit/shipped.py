"""Where the shipped rubrics, lexicons and clocks lie: in the wheel, else in the checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def rubrics_folder() -> Path:
    """Return the folder that holds standard.yaml, packs/, lexicons/ and clocks/."""
    installed = _PACKAGE / "_rubrics"
    return installed if installed.is_dir() else _PACKAGE.parent / "rubrics"


def standard_rubric() -> Path:
    """Return the rubric that is used when none is named."""
    return rubrics_folder() / "standard.yaml"
