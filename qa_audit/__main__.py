"""`python -m qa_audit` is `qa-audit`."""

from qa_audit.cli import main

main()
