"""The console command, also as `python -m qa_audit`: listens for stops first and imports the command line then."""

import sys
from typing import NoReturn

from qa_audit.stopping import Stopped, asked, deaf, listen


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    listen()
    try:
        from qa_audit.cli import outcome

        code = outcome()
    except BaseException as error:  # stopped while importing, which may make anything of it
        number = error.signal if isinstance(error, Stopped) else asked()
        if number is None:
            raise
        deaf()
        from qa_audit.cli.ending import told_to_stop

        code = told_to_stop(number)
    deaf()  # nothing is left to be stopped
    sys.exit(code)


if __name__ == "__main__":
    main()
