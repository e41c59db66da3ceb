"""What a benchmark ran on: processors, memory, Python and packages; nothing that names the machine or its folders."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

PACKAGES = (
    "qa_audit", "numpy", "pyarrow", "pydantic", "google-re2", "ahocorasick_rs", "rjieba", "jieba", "snownlp", "OpenCC", "Jinja2", "pandas",
)  # fmt: skip


def facts() -> dict[str, Any]:
    """Return the facts of this machine, by name."""
    known = {"cores": os.cpu_count(), "system": platform.system(), "machine": platform.machine()}
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        known["memory_gb"] = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9)
    return {**known, "python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "—"
