"""The command line: `warehouse …`, or `python -m orchestration …`."""

import os
import sys
import time

import click

from orchestration.refusal import Refusal
from orchestration.settings import Settings, quiet_environment

REFUSED = 1


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The warehouse of a Combatting Drugs Partnership."""


@main.command()
def refresh() -> None:
    """Read new releases in raw/, build and check everything, and publish warehouse.duckdb.

    Exits with 0 when the new warehouse is served, and with 1 when something was refused: then the message says
    what, and the last good warehouse stays.
    """
    started = time.perf_counter()
    try:
        settings = Settings.from_environment()
        os.environ.update(quiet_environment())
        from orchestration.run import refresh as run

        rows = run()
    except Refusal as refusal:
        click.echo(f"Refused. Nothing was published{_what_stays()}.\n\n{refusal}", err=True)
        sys.exit(REFUSED)
    click.echo(
        f"{settings.warehouse}: {rows['fct_observations']} observations, {rows['fct_indicators']} indicator values, "
        f"{rows['dim_releases']} releases, in {time.perf_counter() - started:.1f} s"
    )


def _what_stays() -> str:
    try:
        served = Settings.from_environment().warehouse
    except Refusal:
        return ""
    return f"; {served} is the last good warehouse still" if served.is_file() else ""


if __name__ == "__main__":
    main()
