"""Every mistake that a rubric, lexicon or clock file can have: its code, its sentences, where it stands.

The catalog is the only place where these sentences are written. A code's first letter is its level: E stops a run,
W is advice. `str(mistake)` is `file:line:column: CODE message (what to try)` in Chinese; `told("en")` in English.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from qa_audit.codes.advice import ADVICE
from qa_audit.codes.code import Code, Lang, Level
from qa_audit.codes.form import FORM
from qa_audit.codes.meaning import CLOCKS, MEANING
from qa_audit.codes.phrases import COMPOSITION, PHRASES

__all__ = ["CATALOG", "MOST_TOLD", "Code", "Lang", "Level", "Mistake", "Place", "near", "sorted_mistakes"]

CATALOG: dict[str, Code] = {**FORM, **MEANING, **CLOCKS, **PHRASES, **COMPOSITION, **ADVICE}
"""Every code with its sentences, in order."""

MOST_TOLD = 1_000
"""How many mistakes of one origin are looked for: who made more mends these first."""

_MOST_NEAR = 500  # words that one is compared with
_SHOWN = 80  # characters of what somebody wrote that a sentence repeats
_OURS = frozenset(
    ("keys", "kinds", "known", "choices", "choices_en", "nearest", "nearest_en", "problem", "reason", "chain", "other")
)


class Place(NamedTuple):
    """Where something stands: the file as shown, line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong, or probably not meant; `context` fills the sentences of its code."""

    place: Place
    code: str
    context: Mapping[str, Any] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        """Return error for what stops a run, advice for what does not."""
        return "error" if self.code.startswith("E") else "advice"

    def message(self, lang: Lang = "zh") -> str:
        """Return what is wrong, in one line."""
        return self._filled(CATALOG[self.code].sentence(lang), lang)

    def hint(self, lang: Lang = "zh") -> str:
        """Return what to try, in one line."""
        return self._filled(CATALOG[self.code].hint(lang), lang)

    def told(self, lang: Lang = "zh") -> str:
        """Return the line that a person reads."""
        return f"{self.place}: {self.code} {self.message(lang)} ({self.hint(lang)})"

    def __str__(self) -> str:
        return self.told()

    def _filled(self, template: str, lang: Lang) -> str:
        return template.format_map({key: _shown(key, value, lang) for key, value in self.context.items()})


def sorted_mistakes(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """Return each mistake once, by place and code: the first file that has one first."""
    once = {(each.place, each.code, str(each.context)): each for each in mistakes}
    files = {file: i for i, file in enumerate(dict.fromkeys(place.file for place, _, _ in once))}
    return tuple(once[key] for key in sorted(once, key=lambda key: (files[key[0].file], key)))


def near(word: str, known: Iterable[str]) -> dict[str, str]:
    """Return the context `nearest` and `nearest_en`: a question naming the known word most like the one written."""
    candidates = sorted({each for each in known if len(each) <= _SHOWN})[:_MOST_NEAR]
    found = get_close_matches(word[:_SHOWN], candidates, 1, 0.6)
    if not found:
        return {"nearest": "", "nearest_en": ""}
    return {"nearest": f"是不是 {found[0]}?", "nearest_en": f"did you mean {found[0]}? "}


def near_or_all(word: str, known: Iterable[str]) -> dict[str, str]:
    """Return the context of `near`; where no known word is like the one written, all of them."""
    listed = list(dict.fromkeys(known))
    found = near(word, listed)
    if found["nearest"]:
        return found
    return {"nearest": f"可用:{'、'.join(listed)}", "nearest_en": f"known: {', '.join(listed)}"}


def _shown(key: str, value: Any, lang: Lang) -> Any:
    """Keep what somebody wrote to one printable line, and short unless it is ours."""
    if not isinstance(value, str):
        return value
    if lang == "en" and key in _OURS:
        value = value.replace("、", ", ")
    most = 20 * _SHOWN if key in _OURS else _SHOWN
    text = value if len(value) <= most else value[:most] + "…"
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else f"\\u{{{ord(char):x}}}" for char in text)
