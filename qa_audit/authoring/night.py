"""A night held in memory for clocks alone: read once, cut into sessions and measured by as many clocks as one likes.

export = read_export(["昨天.csv"], IngestOptions())
night = export.under(load_clock("jd-30s"))
night.waits.wait_us
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit.clocks import Clock, Setting, Waits
from qa_audit.context.bots import infer, mark
from qa_audit.context.returns import continued
from qa_audit.context.sessions import export_end, session_rows
from qa_audit.errors import ExportError
from qa_audit.ingest import Ingested, IngestOptions, ingest
from qa_audit.measures.night_slice import NightSlice
from qa_audit.privacy.naming import named
from qa_audit.roster import Roster
from qa_audit.rubric.load import LoadedRubric, load_rubric
from qa_audit.rubric.versions import editions, in_force
from qa_audit.sessions.batch import SessionBatch
from qa_audit.sessions.columns import Ints
from qa_audit.steps.judging import teams_of
from qa_audit.steps.looking import says
from qa_audit.texts.features import TextFeatures, compute

_LEXICONS = ("courtesy", "ask_human", "hold_request", "auto_reply")
_ROW = "row"


@dataclass(frozen=True)
class Cut:
    """The export's sessions as a clock wants them: returning customers joined, auto-replies inferred.

    sessions: `session_rows`; home: the session, as exported, of each message; people: who each session is with, told
    apart between shops, None where unknown.
    """

    batch: SessionBatch
    sessions: Any
    home: Ints
    people: tuple[str | None, ...]
    setting: Setting


@dataclass(frozen=True)
class Night:
    """A night measured by one clock."""

    clock: Clock
    cut: Cut
    waits: Waits


@dataclass(frozen=True)
class Export:
    """Exported messages with what clocks listen for in their texts; `sessions` are `privacy.named`, as exported."""

    read: Ingested
    messages: Any
    sessions: Any
    text_ids: npt.NDArray[np.int32]
    features: TextFeatures
    tz: str
    end: int
    roster: Roster | None
    _cuts: dict[int, Cut] = field(default_factory=dict, repr=False)

    def under(self, clock: Clock) -> Night:
        """Measure the night by a clock."""
        minutes = clock.same_session_minutes or 0
        if minutes not in self._cuts:
            self._cuts[minutes] = self._cut(minutes)
        cut = self._cuts[minutes]
        return Night(clock, cut, NightSlice(cut.batch, self.features, clock, cut.setting).waits)

    def clock_of(self, rubric: LoadedRubric, session_id: str | None = None) -> Clock:
        """Return the clock of the version of a rubric that judges a session, by the night on which it began.

        Without a session, or with an unknown one: of the newest version that judges any session.
        """
        rubrics = editions(rubric)
        place = in_force(rubrics, self.sessions["night"])
        ids = (pc.equal(self.sessions[name], session_id or "") for name in ("session_id", "shown_id"))
        mine = pc.or_(*ids).to_numpy()
        return rubrics[int(place[mine].min() if mine.any() else place.min())].clock

    def _cut(self, minutes: int) -> Cut:
        messages = continued(self.messages, minutes)[0] if minutes else self.messages
        sessions = session_rows(messages, self.tz)
        rows = messages[_ROW].to_numpy()
        text_ids = self.text_ids[rows]
        marked = mark(messages, infer(messages, sessions, says(self.features, "auto_reply", text_ids)))
        batch = SessionBatch.from_messages(marked, text_ids)
        exported = np.searchsorted(self.sessions["stop"].to_numpy(), rows, side="right")
        teams = None if self.roster is None else teams_of(batch, self.roster)
        setting = Setting(self.tz, sessions["shop"].to_pylist(), teams, self.end)
        return Cut(batch, sessions, exported, _people(messages, sessions), setting)


def read_export(
    logs: Sequence[str], options: IngestOptions, *, roster: Roster | None = None, end: str | None = None
) -> Export:
    """Read exported files for clocks; `end` is where the export ends as typed (`context.sessions.export_end`)."""
    read = ingest(logs, options)
    if not read.messages.num_rows:
        raise ExportError(f"没有读到一条消息:{read.read} 行全部隔离(运行 qa-audit ingest 看原因)")
    encoded = read.messages["text"].combine_chunks().dictionary_encode()
    text_ids = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    texts = encoded.dictionary.to_pylist()
    lexicons = [each for each in load_rubric().lexicons if each.name in _LEXICONS]
    features = compute(texts, np.zeros(len(texts), dtype=np.bool_), lexicons, None)
    return Export(
        read=read,
        messages=read.messages.append_column(_ROW, pa.array(np.arange(read.messages.num_rows))),
        sessions=named(session_rows(read.messages, options.tz), None),
        text_ids=text_ids,
        features=features,
        tz=options.tz,
        end=export_end(read.messages, options.tz, end),
        roster=roster,
    )


def _people(messages: Any, sessions: Any) -> tuple[str | None, ...]:
    customers = messages["customer_id"].combine_chunks().take(sessions["first"].combine_chunks()).to_pylist()
    shops = sessions["shop"].to_pylist()
    return tuple(f"{shop}\0{name}" if name else None for shop, name in zip(shops, customers, strict=True))
