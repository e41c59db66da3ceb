"""The command that a person typed, as the command to go on with."""

import shlex
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource


def with_mapping(mapping: Path) -> str:
    """Return the running command with --mapping FILE in place of its own, quoted for a shell."""
    context = click.get_current_context()
    words = ["qa-audit", context.command.name or ""]
    for option in context.command.params:
        typed = context.get_parameter_source(option.name or "") == ParameterSource.COMMANDLINE
        if typed and option.name != "mapping":
            words += _words(option, context.params[option.name or ""])
    return " ".join(map(shlex.quote, [*words, "--mapping", str(mapping)]))


def _words(option: click.Parameter, value: Any) -> list[str]:
    if isinstance(option, click.Argument):
        return [str(each) for each in value]
    values = value if option.multiple else (value,)
    return [word for each in values for word in (option.opts[0], str(each))]
