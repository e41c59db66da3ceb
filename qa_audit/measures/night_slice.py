"""What measures read: a batch, the features of its texts, and what several measures need computed once."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from qa_audit import clocks
from qa_audit.clocks import Clock
from qa_audit.measures.situations import Situations, find_situations
from qa_audit.measures.stages import Stages, find_stages
from qa_audit.sessions import algebra, reduce
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import Ints, Mask, Selection, as_rows, frozen
from qa_audit.sessions.hits import Hits, no_hits, spread

if TYPE_CHECKING:
    from qa_audit.texts.features import TextFeatures


_Made = TypeVar("_Made")


@dataclass(frozen=True, eq=False)
class NightSlice:
    """The sessions of one slice with the features of the texts that `batch.text_id` names; compares by identity.

    clock measures the waits (house by default); setting says in which zone, by whose hours, and where the export ends.
    open_sessions is `context.load.open_sessions` of the run, for the messages of this slice.
    """

    batch: SessionBatch
    features: "TextFeatures"
    clock: Clock = field(default_factory=clocks.house)
    setting: clocks.Setting = field(default_factory=clocks.Setting)
    open_sessions: npt.NDArray[np.int32] | None = None
    _hits: dict[str, Hits] = field(default_factory=dict, repr=False)
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)  # not carried over by `replace`

    def once(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """Return what `make` returns, made at the first call with this key and kept as long as the slice."""
        if key not in self._made:
            self._made[key] = make()
        made: _Made = self._made[key]
        return made

    def has(self, lexicon: str) -> bool:
        """Whether the texts were scanned for that lexicon."""
        return lexicon in self.features.names

    def hits(self, lexicon: str, selection: Selection | None = None) -> Hits:
        """Return the hits of a lexicon in messages of kind text (spans in the normal form), of any sender by default.

        A lexicon the texts were not scanned for raises KeyError: nothing found is not the same as not looked for.
        """
        if lexicon not in self._hits:
            self._hits[lexicon] = self.hits_in(lexicon, self.batch.has_text)
        found = self._hits[lexicon]
        return found if selection is None else found.where(selection)

    def hits_in(self, lexicon: str, selection: Selection) -> Hits:
        """Return the hits of a lexicon in the selected messages, of any kind: what order events and cards say too."""
        f, rows = self.features, self.features.hits_of(lexicon)
        if rows.start == rows.stop:
            return no_hits(self.batch.n)
        columns = (f.hit_text[rows], f.hit_start[rows], f.hit_end[rows], f.hit_phrase[rows])
        return spread(*columns, self.batch.holders, selection)

    @cached_property
    def stages(self) -> Stages:
        """The stage of each message; see `stages`."""
        return find_stages(self)

    @cached_property
    def situations(self) -> Situations:
        """The situations that messages stand in; see `situations`."""
        return find_situations(self)

    @cached_property
    def waits(self) -> clocks.Waits:
        """The rounds by the slice's clock; without the lexicons `courtesy` and `ask_human` no text is either."""
        batch = self.batch
        cues = clocks.Cues(
            needs_answer=batch.from_customer & ~self._said("courtesy"),
            asks_human=self._said("ask_human"),
            holds=batch.from_human & self._said("hold_request"),
        )
        return clocks.waits(batch, self.clock, cues, self.setting)

    def _said(self, lexicon: str) -> Mask:
        return self.hits(lexicon).mask if self.has(lexicon) else np.zeros(self.batch.n, dtype=np.bool_)

    @cached_property
    def agent_texts(self) -> Mask:
        """Messages of kind text that a human agent wrote."""
        return frozen(self.batch.from_human & self.batch.has_text)

    @cached_property
    def agent_text_count(self) -> Ints:
        """Texts by human agents per segment: int64[segments]."""
        return frozen(reduce.count(self.agent_texts, self.batch.segments))

    @cached_property
    def agent_text_ordinal(self) -> npt.NDArray[np.int32]:
        """1, 2, 3 … over the texts of human agents in each segment, 0 elsewhere."""
        return frozen(algebra.ordinal(self.agent_texts, self.batch.segments))

    @cached_property
    def sentiment(self) -> npt.NDArray[np.float64]:
        """Sentiment of each customer text, 0 negative … 1 positive; NaN for anyone else's and where there is none."""
        batch = self.batch
        values = np.full(batch.n, np.nan)
        rows = as_rows(batch.from_customer & batch.has_text & (batch.text_id >= 0))
        values[rows] = self.features.sentiment[batch.text_id[rows]]
        return frozen(values)

    @cached_property
    def opened_by_customer(self) -> Mask:
        """Whether the first message of a customer or human in each session is the customer's: bool[sessions]."""
        batch = self.batch
        spoken = reduce.first(batch.from_customer | batch.from_human, batch.sessions)
        if not batch.n:
            return np.zeros(0, dtype=np.bool_)
        return frozen((spoken >= 0) & batch.from_customer[spoken])
