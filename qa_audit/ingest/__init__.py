"""Exported files → the canonical `messages` table, a `quarantine` table, and a reconciliation of every row read.

found = ingest(["export/2026-12-01"], IngestOptions())
found.messages, found.quarantine, found.read == found.messages.num_rows + found.quarantine.num_rows + found.duplicates
found = ingest_night(paths, options, folder, run_step)     # the same of any size: the messages in slices on disk
"""

from qa_audit.formats.sheet import Notice
from qa_audit.ingest.files import Failed
from qa_audit.ingest.in_memory import ingest
from qa_audit.ingest.night import ingest_night
from qa_audit.ingest.parts import rows_understood
from qa_audit.ingest.reading import how_to_read
from qa_audit.ingest.result import Ingested, IngestOptions, Input, Slice, nothing_read

__all__ = ["Failed", "IngestOptions", "Ingested", "Input", "Notice", "Slice", "how_to_read", "ingest", "ingest_night"]
__all__ += ["nothing_read", "rows_understood"]
