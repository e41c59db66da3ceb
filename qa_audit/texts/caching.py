"""The folder for what can be computed again, and how files get into it: whole, private, and never in the way."""

import os
import sys
import tempfile
from pathlib import Path

_OFF = "off"


def cache_dir() -> Path:
    """Return the folder for what can be computed again: $QA_AUDIT_CACHE, else the platform's cache folder."""
    given = os.environ.get("QA_AUDIT_CACHE")
    if given and given != _OFF:
        return Path(given)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "qa-audit"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "qa-audit" / "Cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qa-audit"


def remembers_texts() -> bool:
    """Say whether anything that follows from the texts of a night may be kept: not with QA_AUDIT_CACHE=off."""
    return os.environ.get("QA_AUDIT_CACHE") != _OFF


def put(path: Path, data: bytes) -> bool:
    """Write a file in one move, readable by its owner alone; say whether that could be done."""
    temporary = None
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            temporary = file.name
            file.write(data)
        Path(temporary).replace(path)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        return False
    return True
