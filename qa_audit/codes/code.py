"""What a code of the catalog holds: its sentences in Chinese and English, each with what to try."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "advice"]
Lang = Literal["zh", "en"]


@dataclass(frozen=True)
class Code:
    """One kind of mistake: what is wrong and what to try, as templates filled by a mistake's context."""

    zh: str
    zh_hint: str
    en: str
    en_hint: str

    def sentence(self, lang: Lang) -> str:
        """Return the template that says what is wrong."""
        return self.zh if lang == "zh" else self.en

    def hint(self, lang: Lang) -> str:
        """Return the template that says what to try."""
        return self.zh_hint if lang == "zh" else self.en_hint
