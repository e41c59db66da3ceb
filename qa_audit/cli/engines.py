"""Options that say where the steps run: how many processes of this machine, or which cluster."""

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

JOBS = click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=lambda: os.cpu_count() or 1,
    help="用几个进程;不写是核数。结果与此无关。",
)
_ENGINE = click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="在哪里算:local 是这台机器;dask 是 Dask 集群(docs/scale.md),这时不看 --jobs。结果与此无关。",
)
_SCHEDULER = click.option(
    "--scheduler", metavar="ADDRESS", help="Dask 调度器的地址,如 tcp://HOST:8786;和 --engine dask 一起用。"
)


def engines(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --jobs, --engine and --scheduler to a command, and refuse one of the last two without the other."""

    @wraps(command)
    def checked(*arguments: Any, engine: str, scheduler: str | None, **options: Any) -> Any:
        if engine == "dask" and not scheduler:
            raise click.UsageError("--engine dask 要写调度器的地址:--scheduler tcp://HOST:8786")
        if engine != "dask" and scheduler is not None:
            raise click.UsageError("--scheduler 要和 --engine dask 一起用")
        return command(*arguments, engine=engine, scheduler=scheduler, **options)

    return JOBS(_ENGINE(_SCHEDULER(checked)))
