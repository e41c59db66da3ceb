"""Response clocks as data: what starts and stops a customer's wait, which rounds and hours count, who is charged.

clock = load_clock("house")
found = waits(batch, clock, Cues(needs_answer, asks_human))
"""

from qa_audit.clocks.load import SHIPPED, house, load_clock, shipped_clocks
from qa_audit.clocks.model import Clock
from qa_audit.clocks.reasons import NOT_DUE, REASON_TEXTS, REASONS
from qa_audit.clocks.waits import Cues, Setting, Waits, waits
from qa_audit.clocks.wording import definition

__all__ = [
    "NOT_DUE",
    "REASONS",
    "REASON_TEXTS",
    "SHIPPED",
    "Clock",
    "Cues",
    "Setting",
    "Waits",
    "definition",
    "house",
    "load_clock",
    "shipped_clocks",
    "waits",
]
