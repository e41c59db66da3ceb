"""The roster (花名册): which person and team is behind an account, and when; read from a table like an export."""

from qa_audit.roster.load import COLUMNS, load_roster
from qa_audit.roster.roster import Person, Roster

__all__ = ["COLUMNS", "Person", "Roster", "load_roster"]
