"""The outputs of the warehouse: `warehouse report`, `mirror`, `serve` and `alert`."""

import sys
from dataclasses import asdict
from datetime import datetime

import click

from orchestration.cli.commands import AS_JSON, REFUSED, Command, day_of, print_json, say
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal
from orchestration.support.signals import on_signals

# The parts of the report; orchestration.report itself is imported only when a report is written.
PARTS = ("workbook", "package", "site", "document")


@click.command(cls=Command)
@click.option("--only", type=click.Choice(PARTS), help="Write only this part.")
@click.option("--edition", metavar="NAME", help="Write this edition instead of the newest.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Show the figures as they were known on this day.",
)
@click.option("--pdf", is_flag=True, help="Print the Word document as PDF too, by LibreOffice where it is installed.")
@AS_JSON
def report(only: str | None, edition: str | None, as_of: datetime | None, pdf: bool, as_json: bool) -> None:
    """Write the workbook, the data package, the site and the Word document to build/.

    The tables of an edition show the figures known on its date (as_of in seeds/report/editions.csv). If a figure has
    been revised since, the table gives the new figure too. Every refresh writes the newest edition, unless
    WAREHOUSE_REPORT is no. The words of the edition are files in narrative/. Exits with 1 if no warehouse is served,
    there is no such edition, or a word or number in its files does not hold.
    """
    from orchestration.report.write import printed, write_report

    written = write_report(Settings.from_environment(), only, edition, day_of("--as-of", as_of))
    if pdf:
        written += printed(written)
    if as_json:
        print_json([asdict(part) for part in written])
        return
    for part in written:
        say(f"{part.path}: {part.part}, in {part.seconds:.1f} s")


@click.command(cls=Command)
@AS_JSON
def mirror(as_json: bool) -> None:
    """Copy the served warehouse to Postgres: the schemas marts, reports and audit, in one transaction.

    WAREHOUSE_POSTGRES_URL gives the address of the database, or WAREHOUSE_POSTGRES_URL_FILE names a file with it.
    Each refresh, rollback and publish updates the mirror too; this command compares every table. Exits with 1 if it
    fails, and the mirror stays as it was.
    """
    from orchestration.mirror import mirror as load

    loaded = load(Settings.from_environment(), compares_all=True)
    if as_json:
        print_json([asdict(one) for one in loaded])
        return
    for one in loaded:
        how = "all tables rebuilt" if one.is_new else f"{one.changed:,} of {one.rows:,} rows changed"
        say(f"database {one.database}: refresh {one.refresh_id[:8]}, {how}, in {one.seconds:.1f} s")
        for advice in one.advice:
            say(f"    To do: {advice}")


@click.command(cls=Command)
@click.option("--port", default=5433, show_default=True, help="The port. 0 chooses a free one.")
def serve(port: int) -> None:
    """Serve the warehouse to tools on this machine through its own Postgres server.

    Database and user are `warehouse`; the password is WAREHOUSE_TOKEN. Each new publication is loaded. Press Ctrl+C to
    stop.
    """
    import threading

    from orchestration.mirror.serve import serve as answer

    stop = threading.Event()
    with on_signals(lambda *_: stop.set(), "SIGINT", "SIGTERM", "SIGHUP"):
        answer(Settings.from_environment(), port, stop, lambda line: print(line, flush=True))
    say("Stopped.")


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document: how it was sent, and what failed.")
def alert(as_json: bool) -> None:
    """Send a test alert. Exits with 1 if it does not arrive, and says why."""
    settings = Settings.from_environment()
    from orchestration.alerts.alert import alert as send
    from orchestration.alerts.alert import trial

    sent = send(trial(settings), settings)
    if as_json:
        print_json({"sent_by": sent.way, "faults": sent.faults})
        if not sent.way:
            sys.exit(REFUSED)
        return
    if not sent.way:
        raise Refusal("The test alert did not arrive:\n  " + "\n  ".join(sent.faults))
    way = "No webhook or email address is set." if sent.way == "log" else f"The test alert was sent by {sent.way}."
    say(f"{way} Alerts are recorded in {settings.logs / 'alerts.jsonl'}.")
