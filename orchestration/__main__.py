"""The command line: `warehouse …`, or `python -m orchestration …`."""

import atexit
import gc
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.refusal import Refusal, system_errors_as_refusals
from orchestration.settings import Settings, quiet_environment
from orchestration.signals import as_by_the_keyboard, on_signals

if TYPE_CHECKING:
    from orchestration.changes import Changes

# Of what a placed file has to be looked at, `add` prints so many.
ADVICE_SHOWN = 3

REFUSED, NOTHING_SERVED, LATE, SET_ASIDE = 1, 3, 4, 5
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
# The parts of orchestration.report, which is imported only where it is written.
PARTS = ("workbook", "package", "site")
# The severities of discrepancies, the gravest first; a test holds them to the seed of rules.
SEVERITIES = ("error", "minor", "advice")
# What stands for an edition where a discrepancy is of none: two publishers' figures differ.
ALL_EDITIONS = "all"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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

    With --json, a command prints one JSON document and nothing else; one that is refused prints
    {"outcome": "refused", "message": …}.
    """


@main.command()
@click.option("--full", is_flag=True, help="Build everything, whatever changed.")
@AS_JSON
def refresh(full: bool, as_json: bool) -> None:
    """Read what is new in raw/, build and check what follows from it, publish warehouse.duckdb, and write the report.

    Everything is built where the models, the code or its packages changed. Where nothing is new, nothing is done.

    A release that cannot be taken is set aside, and all others are published: the message says what was found and what
    to do. Exits with 0 when the warehouse that is served is up to date, with 5 when it is but for what was set aside,
    and with 1 when nothing was published: then the last good warehouse stays.
    """
    # A closed terminal and a service manager's stop.
    with on_signals(as_by_the_keyboard, "SIGHUP", "SIGTERM"):
        _refresh(full, as_json)


def _refresh(full: bool, as_json: bool) -> None:
    started = time.perf_counter()
    # Dagster and dbt load a million objects that stay; Python's usual search through them for garbage costs a second.
    gc.set_threshold(100_000, 50, 100)
    try:
        settings = Settings.from_environment()
        changes = _changes(settings, full)
        if changes.nothing:
            written = _write_report_again(settings) if changes.report else ""
            _say_nothing_new(settings, f"it was published{written}", as_json)
            return
        os.environ.update(quiet_environment())
        from orchestration.publish import end_turn, take_turn

        take_turn(settings)
        try:
            # Another refresh may have published the same while this one waited.
            changes = _changes(settings, full)
            if changes.nothing:
                _say_nothing_new(settings, "another refresh published it", as_json)
                return
            with _steps(shown=not as_json):
                from orchestration.run import refresh as run

                refreshed = run(changes)
        finally:
            end_turn(settings)
    except Refusal as refusal:
        _tell_refused(refusal, as_json, f"Nothing was published{_what_stays()}.\n\n")
        _tell_of_failed_refresh(refusal)
        sys.exit(REFUSED)
    except Exception as error:
        _tell_of_failed_refresh(error)
        raise
    from orchestration.set_aside import served_set_aside

    rows = refreshed.rows
    if as_json:
        from orchestration.status import status as find

        served = find(settings)["served"]
        outcome = served["outcome"] if served else "published"
        aside = {"set_aside": served_set_aside(settings)}
        _print({"outcome": outcome, "mart_rows": rows, "refresh": served, "faults": refreshed.faults} | aside)
        _exit_where_set_aside(aside["set_aside"])
        return
    click.echo(
        f"{settings.warehouse}: {rows['fct_observations']} observations, {rows['fct_indicators']} indicator values, "
        f"{rows['dim_releases']} releases, in {time.perf_counter() - started:.1f} s; {changes.summary}"
    )
    for fault in refreshed.faults:
        click.echo(f"\nPublished, but not everything that follows was done.\n\n{fault}", err=True)
    _tell_set_aside(served_set_aside(settings))


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dataset", help="The dataset, such as ons.population_estimates, where the file fits several.")
@click.option("--released-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of release, where you know it better.")
@click.option("--transcribed-from", metavar="DOCUMENT", help="The document that the figures were typed from.")
@click.option("--place", metavar="PLACE", help="Where it prints them, such as 'Table 3', where no column says so.")
@click.option("--credited-to", metavar="NAME", help="Whom it credits for them, where no column says so.")
@AS_JSON
def add(
    files: tuple[Path, ...],
    dataset: str | None,
    released_on: datetime | None,
    transcribed_from: str | None,
    place: str | None,
    credited_to: str | None,
    as_json: bool,
) -> None:
    """Copy downloaded FILES to their places in raw/, known by their content, where a refresh will take them.

    Says for each what it is, of which day, and why. All of them are taken through a scratch build first; what a refresh
    would refuse is not placed. Exits with 1 when one was refused; the others are placed.

    Figures that were typed from a report are not their publisher's file: name the report with --transcribed-from, and
    every page gives it as the source.
    """
    if (place or credited_to) and not transcribed_from:
        raise click.UsageError("--place and --credited-to are of a document: name it with --transcribed-from.")
    try:
        settings = Settings.from_environment()
        os.environ.update(quiet_environment())
        from orchestration.add import Said, add_all
        from orchestration.origin import transcription

        day = released_on.date() if released_on else None
        transcribed = transcription(transcribed_from, place, credited_to) if transcribed_from is not None else None
        outcomes = add_all(files, settings, Said(dataset, day, transcribed=transcribed))
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
        sys.exit(REFUSED)
    refused = False
    told: list[dict[str, Any]] = []
    for path, places in zip(files, outcomes, strict=True):
        if isinstance(places, Refusal):
            refused = True
            told.append({"file": path, "outcome": "refused", "message": str(places)})
            if not as_json:
                click.echo(f"Refused  {places}\n", err=True)
            continue
        for placed in places:
            told.append(asdict(placed) | {"outcome": "there already" if placed.already_there else "placed"})
            if as_json:
                continue
            where = placed.place.relative_to(settings.raw).as_posix()
            verb = "There    " if placed.already_there else "Placed   "
            reason = "is there already, byte for byte" if placed.already_there else placed.why
            click.echo(f"{verb}{path.name}\n    raw/{where}\n    {reason}")
            for advice in placed.advice[:ADVICE_SHOWN]:
                click.echo(f"    To look at: {advice}")
            if len(placed.advice) > ADVICE_SHOWN:
                click.echo(
                    f"    And {len(placed.advice) - ADVICE_SHOWN} more; audit.release_findings will have all of them."
                )
            click.echo()
    if as_json:
        _print(told)
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
        _tell_refused(refusal, as_json)
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

    NAME is a table or figure of the report or an indicator, ROW a part of the row's label or an area, PERIOD a label or
    an identifier: `warehouse explain "Table 6" "community resolution" 2024/25`. Exits with 1 where there is no such
    figure, and asks what you meant where one has nearly that name.
    """
    from orchestration.explain import explain as find
    from orchestration.explain import tree

    try:
        explained = find(Settings.from_environment().warehouse, name, row, period)
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
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
@AS_JSON
def status(as_json: bool) -> None:
    """Show what is served: for each dataset its latest release, when the next is due, its rows and its checks.

    Exits with 3 where no warehouse is served, and with 4 where a dataset is late.
    """
    from orchestration.status import status as find

    try:
        settings = Settings.from_environment()
        with system_errors_as_refusals():
            found = find(settings)
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
        sys.exit(REFUSED)
    if as_json:
        _print(found)
    else:
        _show_status(found)
    if found["served"] is None:
        sys.exit(NOTHING_SERVED)
    if found["late"]:
        sys.exit(LATE)


@main.command()
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only those of this severity.")
@AS_JSON
def discrepancies(severity: str | None, as_json: bool) -> None:
    """List where a printed report contradicts itself or the releases, with what it should say and why.

    Errors come first, then last digits (minor), then words and missing counts (advice).
    """
    from orchestration.status import discrepancies as find

    try:
        settings = Settings.from_environment()
        if not settings.warehouse.is_file():
            raise Refusal(f"{settings.warehouse}: found no warehouse; expected one. Run `warehouse refresh` first.")
        found = find(settings, severity)
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
        sys.exit(REFUSED)
    if as_json:
        _print(found)
        return
    for one in found:
        printed = one["published_value"] or "nothing"
        expected = f", expected {one['expected_value']}" if one["expected_value"] else ""
        where = f"{one['edition']}, {one['place']}" if one["edition"] != ALL_EDITIONS else one["place"]
        click.echo(f"{one['severity']:8} {where}: printed {printed}{expected}\n         {one['explanation']}\n")
    click.echo(f"{len(found)} {'discrepancy' if len(found) == 1 else 'discrepancies'}.")


@main.command()
@AS_JSON
def history(as_json: bool) -> None:
    """List the published files that are kept, the newest first; a star marks the one that is served."""
    from orchestration.publish import versions
    from orchestration.set_aside import set_aside_text
    from orchestration.structure import from_json, in_words

    try:
        settings = Settings.from_environment()
        kept = versions(settings)
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
        sys.exit(REFUSED)
    if as_json:
        _print([asdict(one) | {"changes": json.loads(one.changes or "[]")} for one in kept])
        return
    if not kept:
        click.echo("No published file is kept yet.")
    for path in sorted(set(settings.published.glob("*.duckdb")) - {one.path for one in kept}):
        click.echo(f"{path}: cannot be read, and is passed over. Remove it.", err=True)
    for version in kept:
        changed = in_words(from_json(version.changes))
        click.echo(
            f"{'*' if version.is_served else ' '} {version.refresh_id[:8]}  {version.version or '-':8}"
            f"{version.published_at:%Y-%m-%d %H:%M:%S} UTC  "
            f"{version.releases} releases, {version.observations} observations, {version.findings} findings, "
            f"{version.bytes / 1e6:.1f} MB{f', {set_aside_text(version.set_aside)}' if version.set_aside else ''}"
            f"{f'; {changed}' if changed else ''}"
        )


@main.command()
@click.argument("refresh_id", required=False)
@AS_JSON
def rollback(refresh_id: str | None, as_json: bool) -> None:
    """Serve a kept version again: the one before the served one, or that of REFRESH_ID as `warehouse history` lists it.

    It passes the gate of every publication first. Exits with 1 where it does not, or is not there.
    """
    _put_back(refresh_id, as_json)


@main.command()
@click.argument("refresh_id", required=False)
@AS_JSON
def publish(refresh_id: str | None, as_json: bool) -> None:
    """Check and serve a kept version: the newest, or that of REFRESH_ID. It undoes a rollback."""
    _put_back(refresh_id, as_json, newest=refresh_id is None)


@main.command()
@click.option("--only", type=click.Choice(PARTS), help="Write this part alone.")
@click.option("--edition", metavar="NAME", help="Write this edition instead of the newest.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Show its figures as they were known on this day.",
)
@AS_JSON
def report(only: str | None, edition: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Write what the partnership publishes to build/: the workbook, the data package and the site.

    The tables of an edition show what was known on its day (as_of in seeds/editions.csv) and say beside a figure what
    it is now, where it was revised since. Every refresh writes the newest edition, unless WAREHOUSE_REPORT is no.
    Exits with 1 where no warehouse is served or there is no such edition.
    """
    from orchestration.report import write_report

    try:
        day = as_of.date() if as_of else None
        written = write_report(Settings.from_environment(), only, edition, day)
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
        sys.exit(REFUSED)
    if as_json:
        _print([asdict(part) for part in written])
        return
    for part in written:
        click.echo(f"{part.path}: {part.part}, in {part.seconds:.1f} s")


@main.command()
@AS_JSON
def mirror(as_json: bool) -> None:
    """Bring what is served into Postgres: the schemas marts, reports and audit, in one transaction.

    The database is that of WAREHOUSE_POSTGRES_URL, or of the file that WAREHOUSE_POSTGRES_URL_FILE names. Each refresh,
    rollback and publish does this too; by hand, every table is compared. Exits with 1 where it fails; the mirror is
    then what it was.
    """
    from orchestration.mirror import mirror as load

    try:
        loaded = load(Settings.from_environment(), compares_all=True)
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
        sys.exit(REFUSED)
    if as_json:
        _print([asdict(one) for one in loaded])
        return
    for one in loaded:
        how = "all tables made anew" if one.is_new else f"{one.changed:,} of {one.rows:,} rows changed"
        click.echo(f"database {one.database}: refresh {one.refresh_id[:8]}, {how}, in {one.seconds:.1f} s")
        for advice in one.advice:
            click.echo(f"    To do: {advice}")


@main.command()
@click.option("--port", default=5433, show_default=True, help="The port; 0 takes a free one.")
def serve(port: int) -> None:
    """Serve the warehouse to tools on this machine by a Postgres of its own.

    Database and user `warehouse`, password from WAREHOUSE_TOKEN. It follows each publication. Stop it with Ctrl+C.
    """
    import threading

    from orchestration.mirror.serve import serve as answer

    stop = threading.Event()
    try:
        with on_signals(lambda *_: stop.set(), "SIGINT", "SIGTERM", "SIGHUP"):
            answer(Settings.from_environment(), port, stop, lambda line: print(line, flush=True))
    except Refusal as refusal:
        click.echo(f"Refused. {refusal}", err=True)
        sys.exit(REFUSED)
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


def _print(document: object) -> None:
    click.echo(json.dumps(document, default=str, indent=2))


def _tell_refused(refusal: Refusal, as_json: bool, what_stays: str = "") -> None:
    if as_json:
        _print({"outcome": "refused", "message": str(refusal)})
    else:
        click.echo(f"Refused. {what_stays}{refusal}", err=True)


def _say_nothing_new(settings: Settings, since: str, as_json: bool) -> None:
    from orchestration.set_aside import served_set_aside

    set_aside = served_set_aside(settings)
    if as_json:
        _print(
            {"outcome": "nothing new", "warehouse": settings.warehouse}
            | ({"set_aside": set_aside} if set_aside else {})
        )
        _exit_where_set_aside(set_aside)
    else:
        click.echo(f"{settings.warehouse}: nothing new since {since}")
        _tell_set_aside(set_aside)


def _write_report_again(settings: Settings) -> str:
    """Writes the report that other code, templates or another warehouse made, and says so."""
    from orchestration.report import write_report

    write_report(settings)
    return "; the report is written again"


def _tell_set_aside(set_aside: list[dict[str, Any]]) -> None:
    """Says what the served warehouse was made without, and ends the command where there is any."""
    from orchestration.set_aside import set_aside_text

    if set_aside:
        click.echo(f"\nPublished, with {set_aside_text(len(set_aside))}.\n", err=True)
        for one in set_aside:
            click.echo(f"{one['message']}\n    {one['what_to_do']}\n", err=True)
    _exit_where_set_aside(set_aside)


def _exit_where_set_aside(set_aside: list[dict[str, Any]]) -> None:
    if set_aside:
        sys.exit(SET_ASIDE)


def _show_status(found: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=140)
    served = found["served"]
    if served is None:
        console.print(f"{found['warehouse']}: no warehouse is served. Run `warehouse refresh`.")
    else:
        checks = found["checks"]
        age = _age(served["age_seconds"])
        console.print(
            f"{found['warehouse']}\npublished {served['finished_at']:%Y-%m-%d %H:%M} UTC, {age} ago, "
            f"by refresh {served['refresh_id'][:8]}: {served['releases']} releases, "
            f"{served['observations']} observations; {checks['passed']} of {checks['checks']} checks passed, "
            f"{checks['with_findings']} found something",
            soft_wrap=True,
        )
    table = Table(box=None, pad_edge=False)
    for heading in ("dataset", "latest release", "loaded", "next expected", "rows", "checks"):
        table.add_column(heading, justify="right" if heading == "rows" else "left", no_wrap=heading != "checks")
    for row in found["datasets"]:
        if not row["releases"]:
            table.add_row(row["dataset"], "none yet", "", "", "", "")
            continue
        due = str(row["next_expected_on"] or ("no calendar" if row["is_publishers"] else "no file of its publisher"))
        late = f", {row['days_late']} {'day' if row['days_late'] == 1 else 'days'} late" if row["days_late"] else ""
        passed = f"{row['checks']['passed']} of {row['checks']['checks']} passed"
        loaded = f"{row['loaded_at']:%Y-%m-%d %H:%M}"
        latest = f"{row['latest_release']}{'' if row['is_publishers'] else ', typed'}"
        table.add_row(row["dataset"], latest, loaded, due + late, f"{row['rows']:,}", passed)
    console.print(table)
    for one in found["set_aside"]:
        stays = "; what was published from it before is served still" if one["still_served"] else ""
        console.print(
            f"Set aside: {one['release_id']}{stays}.\n{one['message']}\n{one['what_to_do']}\n",
            soft_wrap=True,
            markup=False,
        )
    for one in found["mirror"]:
        console.print(_mirror_line(one, served), soft_wrap=True, markup=False)
    console.print(f"A refresh now: {found['next_refresh']}.")


def _mirror_line(one: dict[str, Any], served: dict[str, Any] | None) -> str:
    """What a mirror holds, and what to do where that is not what is served."""
    if one["fault"]:
        return f"Mirror: {one['fault']}"
    if one["refresh_id"] is None:
        return f"Mirror: {one['database']} holds nothing yet. Run `warehouse mirror`."
    holds = (
        f"Mirror: {one['database']} holds refresh {one['refresh_id'][:8]} of {one['finished_at']:%Y-%m-%d %H:%M} UTC"
    )
    if served and served["refresh_id"] == one["refresh_id"]:
        return f"{holds}, which is what is served."
    return f"{holds}, which is not what is served. Run `warehouse mirror`."


def _age(seconds: int) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return f"{seconds} seconds"


@contextmanager
def _steps(*, shown: bool) -> Iterator[None]:
    """A line for each step that ended, on a terminal with a bar of what the refresh is at below them."""
    if not shown:
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from orchestration.progress import listened

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("Dagster and dbt are loaded", total=None)
        began, step = time.perf_counter(), "Dagster and dbt are loaded"

        def ended() -> None:
            line = f"{time.perf_counter() - began:6.1f} s  {step}"
            # Where there is no bar, no library need draw a line.
            console.print(line) if console.is_terminal else click.echo(line, err=True)

        def heard(now: str, done: int | None, total: int | None) -> None:
            nonlocal began, step
            if now != step:
                ended()
                began, step = time.perf_counter(), now
                bars.reset(bar, description=now, total=total)
            bars.update(bar, completed=done or 0, total=total)

        with listened(heard):
            yield
        ended()


def _changes(settings: Settings, full: bool) -> "Changes":
    from orchestration.changes import found_changes

    with system_errors_as_refusals():
        changes = found_changes(settings)
    return replace(changes, why_everything=changes.why_everything or "you asked for it") if full else changes


def _put_back(refresh_id: str | None, as_json: bool, *, newest: bool = False) -> None:
    from orchestration.publish import put_back

    try:
        settings = Settings.from_environment()
        version = put_back(settings, refresh_id, newest=newest)
    except Refusal as refusal:
        _tell_refused(refusal, as_json)
        sys.exit(REFUSED)
    loaded, fault = [], None
    if settings.postgres.is_set:
        from orchestration.mirror import mirror_after

        loaded, fault = mirror_after(settings)
    if fault:
        click.echo(f"Served, but not everything that follows was done.\n\n{fault}", err=True)
    if as_json:
        mirror = {"mirror": [asdict(one) for one in loaded]} if settings.postgres.is_set else {}
        _print({"outcome": "served", "warehouse": settings.warehouse, "version": asdict(version)} | mirror)
        return
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


if __name__ == "__main__":
    run()
