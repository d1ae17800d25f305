"""The command line: one module per group of commands, each quick to import so that commands start fast."""

import atexit
import os
import sys
from contextlib import suppress

import click

from orchestration.cli import checking, figures, outputs, refreshing, releases, returns, sources, versions
from orchestration.cli.commands import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The warehouse of a Combatting Drugs Partnership.

    \b
    Exit codes of every command:
      0  done, or nothing to do
      1  refused: the message says where, what was found, what was expected, and what to do
      2  the command was not understood
      3  no warehouse is served (status)
      4  a dataset or a return of partners is late (status)
      5  published, with releases set aside (refresh); contradictions found (check)
      6  Dagster's queue is stuck (status)

    With --json, a command prints one JSON document and nothing else. If it is refused, it prints
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
    checking.check,
    versions.history,
    versions.rollback,
    versions.publish,
    outputs.report,
    outputs.mirror,
    outputs.serve,
    sources.new_source,
    returns.template,
):
    main.add_command(command)


def run() -> None:
    """Run the command as a process, and end it without Python's slow clean-up of what Dagster and dbt loaded."""
    code: str | int | None = 0

    def end_at_once() -> None:
        if isinstance(code, int):
            with suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    # The first function registered is the last one called.
    atexit.register(end_at_once)
    try:
        main()
    except SystemExit as ended:
        code = ended.code or 0
        raise
    except BaseException:
        code = None
        raise
