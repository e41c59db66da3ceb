"""A sheet of text cells → rows with canonical columns; each row that cannot be understood becomes a Problem."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats import parties, values
from qa_audit.formats.aside import aside, placed
from qa_audit.formats.coded import Coded, encode, nothing
from qa_audit.formats.headers import INVISIBLE
from qa_audit.formats.layout import Layout, clock_apart, find_layout, require
from qa_audit.formats.mapping import Mapping
from qa_audit.formats.notices import IDS, nothing_understood, notices, observed
from qa_audit.formats.observed import Decided
from qa_audit.formats.rows import Codes, Lost, Rows, join_lost
from qa_audit.formats.saying import says_nothing
from qa_audit.formats.sheet import Mask, Problem, Sheet, from_rows
from qa_audit.formats.times import BAD_TIME, NO_TIME, Times, no_times, parse, whole_minutes
from qa_audit.formats.unclear_times import doubt
from qa_audit.formats.widths import going_on


def interpret(sheet: Sheet, mapping: Mapping, zone: str) -> Rows:
    """Understand the cells of a sheet. Raise ExportError when its columns cannot make messages, naming header and
    remedy; where the columns would do and yet no row is understood, `nothing` says so."""
    layout = find_layout(sheet.header, mapping, sheet.source_file)
    require(layout, sheet.source_file)
    reader = _Reader(sheet, layout, mapping)
    kind, unknown_kinds = values.kinds(reader.coded("kind"), mapping)
    role, sent, agent, customer = _sides(reader, kind)
    zone = mapping.time_zone or zone
    times = reader.times(zone)
    stage, unknown_stages = values.stages(reader.coded("stage"))
    automation, unknown_automations = values.automations(reader.coded("automation"), sent.automation)
    text, empty = reader.text()
    withdrawn = values.flags(reader.coded("withdrawn"))
    kind = values.kinds_by_text(kind, text, sent.role)
    rows = Rows(
        sheet.source_file,
        "session_id" in layout.columns,
        reader.coded("session_id"),
        reader.coded("message_id"),
        reader.coded("shop"),
        agent,
        customer,
        reader.coded("sku_id"),
        reader.coded("order_id"),
        text,
        times.micros,
        times.resolution,
        sent.role,
        automation,
        kind,
        stage,
        withdrawn,
        values.flags(reader.coded("seen")),
        values.sequences(reader.coded("sequence")),
        sheet.rows,
    )
    silent = empty & (kind == values.TEXT) & (withdrawn != 1)
    reasons = _reasons(rows, times, silent)
    missed = (reasons != 0) & ~says_nothing(sheet, rows, silent) | going_on(sheet, layout, mapping.time_format)
    lost = join_lost([_lost(rows, times, missed), _lost_by_reader(reader, zone)])
    rows = replace(_without(rows, reader, reasons, role), lost=lost)
    ids = {name: reader.coded(name) for name in IDS if name in layout.columns}
    unknown = {
        "unknown_kind": unknown_kinds,
        "unknown_stage": unknown_stages,
        "unknown_automation": unknown_automations,
    }
    found = observed(rows, ids, unknown, times.ambiguous & (reasons == 0))
    rows = replace(rows, observed=found, decided=_decided(reader, times), notices=sheet.notices)
    if len(rows.source_row) == 0:
        return replace(rows, nothing=nothing_understood(rows, layout))
    return replace(rows, notices=(*sheet.notices, *notices(found, layout, zone, rows.source_file)))


def _decided(reader: "_Reader", times: Times) -> Decided:
    """Return what was decided by looking at all rows of the sheet."""
    sheet, columns = reader.sheet, reader.layout.columns
    by_accounts = parties.by_accounts(reader.mapping, columns)
    first = int(sheet.rows[0]) if len(sheet.rows) else 0
    asked = not by_accounts and "role" not in columns and "sender" in columns and len(sheet.rows) > 0
    return Decided(
        reader.sender_is_role if asked else None,
        reader.clock_is_apart,
        bool((times.micros == NO_TIME).all()) if len(sheet.rows) else None,
        *whole_minutes(times),
        alone=by_accounts or len(sheet.rows) == 0,
        headless=any(problem.row < first for problem in sheet.problems),
    )


def _sides(reader: "_Reader", kind: Codes) -> tuple[Coded, values.Senders, Coded, Coded]:
    """Return (the column that says the role, who sent each row, agents, customers)."""
    mapping, columns = reader.mapping, reader.layout.columns
    sender, role = reader.coded("sender"), reader.coded("role")
    by_accounts = parties.by_accounts(mapping, columns)
    unsaid = role.null
    if by_accounts:
        role = parties.role_or_sender(role, sender)
    elif "role" not in columns and reader.sender_is_role:
        role, sender = sender, nothing(len(reader.sheet.rows))
    agent, customer = reader.coded("agent_id"), reader.coded("customer_id")
    sent = values.senders(role, sender, agent, customer, kind, mapping)
    if by_accounts:
        session = reader.coded("session_id")
        sent, agent, customer = parties.others(sent, unsaid, session, sender, agent, customer, mapping)
    agent = _by_sender(agent, sender, sent.role, values.AGENT)
    return role, sent, agent, _by_sender(customer, sender, sent.role, values.CUSTOMER)


def _without(rows: Rows, reader: "_Reader", reasons: Codes, role: Coded) -> Rows:
    """Return the rows without those that have a reason, which become problems, and with all that the sheet says."""
    sheet = reader.sheet
    problems = (*sheet.problems, *reader.problems(reasons, role))
    known = aside(sheet, reader.layout, np.flatnonzero(reasons))
    said = {name: getattr(sheet, name) for name in ("facts", "taken_back", "shops", "held", "header")}
    return replace(rows.keep(reasons == 0), problems=problems, aside=known, **said)


_REASONS = (
    "",
    "missing_time",
    "bad_time",
    "time_out_of_range",
    "missing_role",
    "unknown_role",
    "missing_session",
    "empty_text",
)


def _reasons(rows: Rows, times: Times, empty: Mask) -> Codes:
    """Return the position in _REASONS of the first thing wrong with each row, 0 for nothing."""
    missing = times.micros == NO_TIME
    if missing.all():  # no time column, or nothing in it: order is file order
        missing = np.zeros(len(missing), dtype=bool)
    no_session = rows.session.null if rows.has_sessions else rows.customer.null
    faults = (
        missing,
        times.micros == BAD_TIME,
        times.out_of_range,
        rows.role == values.MISSING,
        rows.role == values.UNKNOWN,
        no_session,
        empty,
    )
    reasons = np.zeros(len(rows.source_row), dtype=np.int64)
    for code, fault in enumerate(faults, 1):
        reasons[fault & (reasons == 0)] = code
    return reasons


@dataclass(frozen=True)
class _Reader:
    """Reads the cells of canonical columns from a sheet."""

    sheet: Sheet
    layout: Layout
    mapping: Mapping
    of: "_Reader | None" = None
    """Who reads the whole sheet, where this is a few of its rows."""

    def cells(self, column: str) -> Any | None:
        index = self.layout.columns.get(column)
        return None if index is None else self.sheet.columns[index]

    def coded(self, column: str) -> Coded:
        index = self.layout.columns.get(column)
        return nothing(len(self.sheet.rows)) if index is None else self.sheet.coded(index)

    @cached_property
    def sender_is_role(self) -> bool:
        accounts = (self.coded("agent_id"), self.coded("customer_id"))
        return values.is_role_column(self.coded("sender"), self.mapping, accounts)

    @cached_property
    def clock_is_apart(self) -> bool | None:
        """Whether the date column belongs to the time column; None where there are no two of them."""
        if self.of is not None:
            return self.of.clock_is_apart
        cells, date = self.cells("sent_at"), self.cells("date")
        if cells is None or (date is None and not self.mapping.time_date) or pa.types.is_timestamp(cells.type):
            return None
        return clock_apart(cells, self.mapping)

    def text(self) -> tuple[Any, Mask]:
        """Return (texts as exported, null where empty; mask of the empty ones)."""
        cells = self.cells("text")
        assert cells is not None  # require() saw it
        text = cells if pa.types.is_string(cells.type) else cells.cast(pa.string())
        blank = pc.match_substring_regex(text, INVISIBLE).fill_null(arrow.scalar(True))
        if pc.any(blank).as_py():
            text = pc.if_else(blank, arrow.scalar(None, pa.string()), text)
        return text, arrow.truths(blank)

    def time_cells(self) -> Any | None:
        cells, date = self.cells("sent_at"), self.cells("date")
        if cells is not None and date is None and self.mapping.time_date:
            date = arrow.array([self.mapping.time_date] * len(cells), pa.string())
        if cells is None or date is None or pa.types.is_timestamp(cells.type):
            return date if cells is None else cells
        if not self.clock_is_apart:
            return cells
        days = pc.replace_substring_regex(date.cast(pa.string()), r"[ T]0?0:00(:00)?$", "")
        return pc.binary_join_element_wise(days, cells, " ")

    def times(self, zone: str) -> Times:
        cells = self.time_cells()
        count = len(self.sheet.rows)
        if cells is None:
            return no_times(count)
        return parse(cells, zone, self.mapping.time_format)

    def problems(self, reasons: Codes, role: Coded) -> list[Problem]:
        """Describe the rows with a reason."""
        indices = np.flatnonzero(reasons)
        if len(indices) == 0:
            return []
        numbers, raws = self.sheet.rows[indices].tolist(), self.sheet.raw(indices)
        roles = role.strings(indices).to_pylist()
        cells = self.time_cells()
        times = (
            [None] * len(indices) if cells is None else cells.take(arrow.array(indices)).cast(pa.string()).to_pylist()
        )
        index = self.layout.columns["text"]
        texts = self.sheet.columns[index].take(arrow.array(indices)).cast(pa.string()).to_pylist()
        out = []
        for number, raw, code, said, time, text in zip(
            numbers, raws, reasons[indices].tolist(), roles, times, texts, strict=True
        ):
            reason, detail = _REASONS[code], ""
            if text == self.layout.header[index] and reason in ("bad_time", "unknown_role"):
                reason = "repeated_header"
            elif reason in ("bad_time", "time_out_of_range"):
                detail = _quote(time) + (doubt(time) if reason == "bad_time" else "")
            elif reason == "unknown_role":
                detail = _quote(said)
            out.append(Problem(number, reason, detail, raw))
        return out


def _lost(rows: Rows, times: Times, mask: Mask) -> Lost:
    """Keep what is known of the rows of the mask, which go to quarantine."""
    gone = rows.keep(mask)
    sent = np.where((times.micros <= BAD_TIME) | times.out_of_range, NO_TIME, times.micros)[mask]
    return Lost(gone.session, gone.shop, gone.agent, gone.customer, sent, gone.source_row)


def _lost_by_reader(reader: _Reader, zone: str) -> Lost:
    """Read the rows that never became cells of the sheet, as far as their cells are at their places."""
    sheet, text = reader.sheet, reader.layout.columns["text"]
    found = [problem for problem in sheet.problems if problem.reason != "repeated_header"]
    if not found:
        return join_lost([])
    width = len(sheet.header)
    cells = from_rows([placed(problem.cells, width, text) for problem in found], width)
    numbers = np.array([problem.row for problem in found], dtype=np.int64)
    few = Sheet(sheet.source_file, sheet.header, cells, numbers)
    again = _Reader(few, reader.layout, reader.mapping, reader if len(sheet.rows) else None)
    times = again.times(zone)
    sent = np.where((times.micros <= BAD_TIME) | times.out_of_range, NO_TIME, times.micros)
    coded = {name: again.coded(column) for name, column in _LOST.items()}
    kind, _ = values.kinds(again.coded("kind"), reader.mapping)
    bare_recall = (kind == values.RECALL) & coded["session"].null & coded["customer"].null & (sent == NO_TIME)
    said = ~bare_recall  # it says that a message was taken back, and is none
    return Lost(**{name: each.keep(said) for name, each in coded.items()}, sent_at=sent[said], source_row=numbers[said])


_LOST = {"session": "session_id", "shop": "shop", "agent": "agent_id", "customer": "customer_id"}


def _by_sender(account: Coded, sender: Coded, role: Codes, whose: int) -> Coded:
    """Fill an empty account from the sender's on the rows which that side sent."""
    fill = account.null & ~sender.null & (role == whose)
    if not fill.any():
        return account
    strings = pc.if_else(arrow.array(fill), sender.strings(), account.strings())
    return encode(strings, trim=False)


def _quote(cell: str | None) -> str:
    return "" if cell is None else f"值是 {' '.join(cell.split())[:40]!r}"
