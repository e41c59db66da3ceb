"""Regular expressions that are compiled when they are first asked: the package has for 0.4 s of them, a run needs few.

_DOOR = rule(r"[0-9]{2,5}室")
_DOOR.search("12室")            # compiled now
"""

import re
from functools import cached_property
from typing import Any, cast


class _Rule:
    """Stands for a compiled pattern; after the first call its methods are the pattern's own."""

    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text, self._flags)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


def rule(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` would, without compiling it yet: a mistake in the pattern shows at its first use."""
    return cast("re.Pattern[str]", _Rule(text, flags))
