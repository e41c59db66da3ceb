"""Everything that is printed goes through here: control characters are named, personal data is masked.

say("…")          what the program has to say, with whatever cells it quotes
complain("…")     the same for what went wrong, on stderr, numbers of orders masked too
reveal("…")       what a person asked to see unmasked (`qa-audit unmask`)
draw("…", 0)      how far the work is, on the last line of the terminal; drawn over, taken away
hand_over("…")    a document made of the user's own rules (a rubric, a mapping): as it is, for a file or a program
"""

import os
import sys

import click

from qa_audit.citing import plain


def say(text: str = "", *, err: bool = False) -> None:
    """Print lines of ours, masked; ids of sessions and numbers of orders stay, or nobody could look them up."""
    from qa_audit.privacy.telling import masked_output

    click.echo(_visible(masked_output(plain(text))) if text else "", err=err)


def complain(text: str, *, customers_in_it: bool = True) -> None:
    """Print what went wrong on stderr; `customers_in_it` False for what can only quote the user's own rules."""
    if customers_in_it:
        from qa_audit.privacy.telling import masked_text

        text = masked_text(plain(text))
    click.echo(_visible(text), err=True)


def draw(line: str, drawn: int) -> int:
    """Draw a line of ours over the last one, of `drawn` columns, on stderr; return how many columns it took.

    It is cut to fit the terminal, without its last column: a line that wrapped could not be drawn over.
    """
    from qa_audit.report.display import pad, width

    try:
        columns = (os.get_terminal_size(sys.stderr.fileno()).columns or 80) - 1
    except (OSError, ValueError):
        columns = 79
    line = "".join(char if char.isprintable() else "?" for char in line)
    if width(line) > columns:
        line = pad(line, max(columns, 1)).rstrip()
    click.echo("\r" + " " * min(drawn, max(columns, 0)) + "\r" + line, err=True, nl=False)
    return width(line)


def reveal(text: str) -> None:
    """Print with nothing masked."""
    click.echo(_visible(text))


def hand_over(text: str, *, nl: bool = True) -> None:
    """Print a document as it is, with a new line after it unless it has its own."""
    click.echo(text, nl=nl)


def _visible(text: str) -> str:
    """Name the characters that a terminal would obey."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    from qa_audit.report.display import visible

    return visible(text)
