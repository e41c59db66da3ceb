"""Which rows, should they go to quarantine, are missed by no session: nobody said anything to a customer in them."""

import numpy as np

from qa_audit import arrow
from qa_audit.formats.rows import Rows
from qa_audit.formats.sheet import OF_NO_SESSION, Mask, Sheet
from qa_audit.formats.values import SYSTEM, TRANSFER
from qa_audit.schema import ROLES

# an agent's empty row, or one of nobody knows whom, may be a picture that the export dropped
_SILENT = tuple(ROLES.index(role) for role in ("customer", "bot", "system"))


def says_nothing(sheet: Sheet, rows: Rows, empty: Mask) -> Mask:
    """Return the mask of rows that are `empty` and not of an agent, and of those that name no session because they
    belong to none: words of the system but transfers, and what the reader knows to be among staff."""
    by_system = (rows.role == SYSTEM) & (rows.kind != TRANSFER)
    if OF_NO_SESSION in sheet.header:
        by_system |= arrow.truths(sheet.columns[sheet.header.index(OF_NO_SESSION)].is_valid())
    nameless = rows.session.null & rows.customer.null
    return np.asarray((empty & np.isin(rows.role, _SILENT)) | (nameless & by_system), dtype=bool)
