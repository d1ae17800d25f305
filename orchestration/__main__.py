"""The command line: `warehouse …`, or `python -m orchestration …`."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from orchestration.refusal import Refusal
from orchestration.settings import Settings, quiet_environment

REFUSED = 1
# The parts of orchestration.report, which is imported only where it is written.
PARTS = ("workbook", "package")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The warehouse of a Combatting Drugs Partnership."""


@main.command()
def refresh() -> None:
    """Read new releases in raw/, build and check everything, publish warehouse.duckdb, and write the report.

    Exits with 0 when the new warehouse is served, and with 1 when something was refused: then the message says
    what, and the last good warehouse stays.
    """
    started = time.perf_counter()
    try:
        settings = Settings.from_environment()
        os.environ.update(quiet_environment())
        from orchestration.run import refresh as run

        refreshed = run()
    except Refusal as refusal:
        click.echo(f"Refused. Nothing was published{_what_stays()}.\n\n{refusal}", err=True)
        _tell_of_failed_refresh(refusal)
        sys.exit(REFUSED)
    except Exception as error:
        _tell_of_failed_refresh(error)
        raise
    rows = refreshed.rows
    click.echo(
        f"{settings.warehouse}: {rows['fct_observations']} observations, {rows['fct_indicators']} indicator values, "
        f"{rows['dim_releases']} releases, in {time.perf_counter() - started:.1f} s"
    )
    for fault in refreshed.faults:
        click.echo(f"\nPublished, but not everything that follows was done.\n\n{fault}", err=True)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dataset", help="The dataset, such as ons.population_estimates, where the file fits several.")
@click.option("--released-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of release, where you know it better.")
def add(files: tuple[Path, ...], dataset: str | None, released_on: datetime | None) -> None:
    """Copy downloaded FILES to their places in raw/, known by their content.

    Says for each what it is, of which day, and why. Exits with 1 when one was refused; the others are placed.
    """
    try:
        settings = Settings.from_environment()
        os.environ.update(quiet_environment())
        from orchestration.add import add as place
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
    refused = False
    for path in files:
        try:
            places = place(path, settings, dataset, released_on.date() if released_on else None)
        except Refusal as refusal:
            refused = True
            click.echo(f"Refused  {refusal}\n", err=True)
            continue
        for placed in places:
            where = placed.place.relative_to(settings.raw).as_posix()
            verb = "There    " if placed.already_there else "Placed   "
            reason = "is there already, byte for byte" if placed.already_there else placed.why
            click.echo(f"{verb}{path.name}\n    raw/{where}\n    {reason}\n")
    if refused:
        sys.exit(REFUSED)


@main.command()
@click.argument("datasets", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document when all is done, and no progress.")
@click.pass_obj
def fetch(client: object | None, datasets: tuple[str, ...], as_json: bool) -> None:
    """Download what the publishers of DATASETS offer now and put it into raw/, as `add` would.

    Without names: every dataset that can be fetched. What raw/ has is left alone. Needs WAREHOUSE_FETCH_CONTACT, an
    address that publishers can turn to. Exits with 0 when everything offered is in raw/, and with 1 when something was
    refused; the others are placed.
    """
    try:
        settings = Settings.from_environment()
        os.environ.update(quiet_environment())
        from orchestration.download import Client
        from orchestration.fetch import REFUSED as NOT_PLACED
        from orchestration.fetch import fetch as run

        client = client or Client(settings.fetching)
        with _bars(shown=not as_json) as (tell, progress):
            fetched = run(datasets, settings, client, tell, progress)
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in fetched], default=str, indent=2))
    if any(one.outcome == NOT_PLACED for one in fetched):
        sys.exit(REFUSED)


@main.command()
@click.argument("name")
@click.argument("row")
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a tree.")
def explain(name: str, row: str, period: str, as_json: bool) -> None:
    """Show where a figure comes from, down to the cells it was printed in.

    NAME is a table of the report or an indicator, ROW a part of the row's label or an area, PERIOD a label or an
    identifier: `warehouse explain table_06 "community resolution" 2024/25`. Exits with 1 where there is no such figure.
    """
    from orchestration.explain import explain as find
    from orchestration.explain import tree

    try:
        explained = find(Settings.from_environment().warehouse, name, row, period)
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
    if as_json:
        click.echo(json.dumps(explained, default=str, indent=2))
        return
    from rich.console import Console

    # The width of a terminal would cut off the path of a file.
    console = Console(width=10_000, highlight=False)
    for figure in tree(explained):
        console.print(figure)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document: by which way it went, and what failed.")
def alert(as_json: bool) -> None:
    """Send a trial message to where alerts go. Exits with 1 where it does not arrive, and says why."""
    try:
        settings = Settings.from_environment()
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
    from orchestration.alerts import alert as send
    from orchestration.alerts import trial

    sent = send(trial(settings), settings)
    if as_json:
        click.echo(json.dumps({"sent_by": sent.way, "faults": sent.faults}, indent=2))
    elif sent.way:
        way = "No webhook and no e-mail is set." if sent.way == "log" else f"The trial message went by {sent.way}."
        click.echo(f"{way} Each alert is a line of {settings.logs / 'alerts.jsonl'}.")
    else:
        click.echo("Refused. The trial message did not arrive:\n  " + "\n  ".join(sent.faults), err=True)
    if not sent.way:
        sys.exit(REFUSED)


@main.command()
def history() -> None:
    """List the published files that are kept, the newest first; a star marks the one that is served."""
    from orchestration.publish import versions

    kept = versions(Settings.from_environment())
    if not kept:
        click.echo("No published file is kept yet.")
    for version in kept:
        click.echo(
            f"{'*' if version.is_served else ' '} {version.refresh_id[:8]}  "
            f"{version.published_at:%Y-%m-%d %H:%M:%S} UTC  "
            f"{version.releases} releases, {version.observations} observations, {version.findings} findings, "
            f"{version.bytes / 1e6:.1f} MB"
        )


@main.command()
@click.argument("refresh_id", required=False)
def rollback(refresh_id: str | None) -> None:
    """Serve a kept version again: the one before the served one, or that of REFRESH_ID as `warehouse history` lists it.

    It passes the gate of every publication first. Exits with 1 where it does not, or is not there.
    """
    _put_back(refresh_id)


@main.command()
@click.argument("refresh_id", required=False)
def publish(refresh_id: str | None) -> None:
    """Check and serve a kept version: the newest, or that of REFRESH_ID. It undoes a rollback."""
    _put_back(refresh_id, newest=refresh_id is None)


@main.command()
@click.option("--only", type=click.Choice(PARTS), help="Write this part alone.")
def report(only: str | None) -> None:
    """Write what the partnership publishes to build/: the workbook and the data package.

    Every refresh does it too, unless WAREHOUSE_REPORT is no. Exits with 1 where no warehouse is served.
    """
    from orchestration.report import write_report

    try:
        written = write_report(Settings.from_environment(), only)
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
    for part in written:
        click.echo(f"{part.path}: {part.part}, in {part.seconds:.1f} s")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=3307, show_default=True, help="The port; 0 takes a free one.")
@click.option(
    "--certificate", type=click.Path(path_type=Path), help="PEM file, for another address than this machine's."
)
@click.option("--key", type=click.Path(path_type=Path), help="The certificate's private key.")
def serve(host: str, port: int, certificate: Path | None, key: Path | None) -> None:
    """Answer read-only queries over MySQL's protocol, for tools on other machines.

    User `warehouse`, password from WAREHOUSE_TOKEN. Each query sees the newest published file. Stop it with Ctrl+C.
    """
    import asyncio

    from orchestration.serve import serve as answer

    try:
        asyncio.run(answer(Settings.from_environment(), host, port, certificate, key))
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        click.echo("Stopped.")


@contextmanager
def _bars(*, shown: bool) -> Iterator[tuple[Callable, Callable]]:
    """What hears of fetched files: on a terminal a bar a file and lines above it; elsewhere lines alone."""
    from rich.console import Console
    from rich.filesize import decimal
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    from orchestration.fetch import REFUSED as NOT_PLACED

    console = Console(highlight=False, soft_wrap=True, markup=False)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not (shown and console.is_terminal)
    ) as bars:

        def tell(fetched: Any) -> None:
            if not shown:
                return
            if fetched.outcome == NOT_PLACED:
                # Not click's own way, which writes into the bar.
                print(f"Refused  {fetched.dataset}\n    {fetched.why}\n", file=sys.stderr)
                return
            verb = {"placed": "Placed   ", "there already": "There    ", "not modified": "Same     "}[fetched.outcome]
            raw = Settings.from_environment().raw
            console.print(
                f"{verb}{fetched.dataset}\n    raw/{fetched.place.relative_to(raw).as_posix()}, "
                f"{decimal(fetched.bytes)} from {fetched.url}\n    {fetched.why}\n"
            )

        def progress(offer: Any) -> Callable[[int, int | None], None]:
            bar = bars.add_task(offer.file_name, total=None)
            return lambda done, total: bars.update(bar, completed=done, total=total)

        yield tell, progress


def _put_back(refresh_id: str | None, *, newest: bool = False) -> None:
    from orchestration.publish import put_back

    try:
        settings = Settings.from_environment()
        version = put_back(settings, refresh_id, newest=newest)
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
    click.echo(f"{settings.warehouse}: serves {version.refresh_id[:8]} of {version.published_at:%Y-%m-%d %H:%M:%S} UTC")


def _tell_of_failed_refresh(error: Exception) -> None:
    """Sends the alert of a failed refresh, and only says so on the terminal where it does not arrive."""
    try:
        settings = Settings.from_environment()
    except Refusal:
        return
    from orchestration.alerts import alert, failed

    sent = alert(getattr(error, "event", None) or failed("refresh", _in_words(error), settings), settings)
    if not sent.way:
        click.echo("\nThe alert of this did not arrive either:\n  " + "\n  ".join(sent.faults), err=True)


def _in_words(error: Exception) -> str:
    return str(error) if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"


def _what_stays() -> str:
    try:
        served = Settings.from_environment().warehouse
    except Refusal:
        return ""
    return f"; {served} is the last good warehouse still" if served.is_file() else ""


if __name__ == "__main__":
    main()
