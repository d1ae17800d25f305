"""The command line: one module a group of commands, each imported light, so that a command starts at once."""

import atexit
import os
import sys
from contextlib import suppress

import click

from orchestration.cli import figures, outputs, refreshing, releases, versions
from orchestration.cli.commands import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The warehouse of a Combatting Drugs Partnership.

    \b
    Exit codes of every command:
      0  done, or nothing to do
      1  refused: the message says where, what was found, what was expected and what to do
      2  the command was not understood
      3  no warehouse is served (status)
      4  a dataset is late (status)
      5  published, with releases set aside (refresh)
      6  Dagster's queue does not move (status)

    With --json, a command that was understood prints one JSON document and nothing else; one that is refused prints
    {"outcome": "refused", "message": …}.
    """


for command in (
    refreshing.refresh,
    releases.add,
    releases.fetch,
    figures.explain,
    outputs.alert,
    versions.status,
    figures.discrepancies,
    versions.history,
    versions.rollback,
    versions.publish,
    outputs.report,
    outputs.mirror,
    outputs.serve,
):
    main.add_command(command)


def run() -> None:
    """The command as a process: it ends without taking apart, object by object, what Dagster and dbt loaded."""
    code: str | int | None = 0

    def end_at_once() -> None:
        if isinstance(code, int):
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    # The first to be registered is the last to be called.
    atexit.register(end_at_once)
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
        raise
    except BaseException:
        code = None
        raise
