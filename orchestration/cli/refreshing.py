"""`warehouse refresh`."""

import gc
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.commands import AS_JSON, REFUSED, SET_ASIDE, STOPPED, Command, print_json, say, tell_refused
from orchestration.logs.faults import as_refusal
from orchestration.settings import Settings, quiet_environment
from orchestration.support.refusal import Refusal, system_errors_as_refusals
from orchestration.support.signals import as_by_the_keyboard, on_signals

if TYPE_CHECKING:
    from orchestration.landing.fingerprints import Changes


@click.command(cls=Command)
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
        from orchestration.publishing.publish import turn

        with turn(settings):
            # Another refresh may have published the same while this one waited.
            changes = _changes(settings, full)
            if changes.nothing:
                _say_nothing_new(settings, "another refresh published it", as_json)
                return
            with _steps(shown=not as_json):
                from orchestration.operating.refresh import refresh as run

                refreshed = run(changes)
    except KeyboardInterrupt:
        _failed(Refusal(STOPPED), as_json)
    except Exception as error:
        _failed(as_refusal(error), as_json)
    from orchestration.releases.set_aside import served_set_aside

    rows = refreshed.rows
    set_aside = [] if refreshed.interrupted else served_set_aside(settings)
    if as_json:
        from orchestration.operating.status import status as find

        served = None if refreshed.interrupted else find(settings)["served"]
        outcome = served["outcome"] if served else "published"
        aside = {"set_aside": set_aside}
        print_json({"outcome": outcome, "mart_rows": rows, "refresh": served, "faults": refreshed.faults} | aside)
        _exit_where_set_aside(aside["set_aside"])
        return
    say(
        f"{settings.warehouse}: {rows['fct_observations']} observations, {rows['fct_indicators']} indicator values, "
        f"{rows['dim_releases']} releases, in {time.perf_counter() - started:.1f} s; {changes.summary}"
    )
    for fault in refreshed.faults:
        say(f"\nPublished, but not everything that follows was done.\n\n{fault}", err=True)
    _tell_set_aside(set_aside)


def _failed(refusal: Refusal, as_json: bool) -> None:
    """Says why nothing was published, tells whom alerts go to, and ends the command."""
    tell_refused(refusal, as_json, f"Nothing was published{_what_stays()}.\n\n")
    _tell_of_failed_refresh(refusal)
    sys.exit(REFUSED)


def _changes(settings: Settings, full: bool) -> "Changes":
    from orchestration.landing.fingerprints import found_changes

    with system_errors_as_refusals():
        changes = found_changes(settings)
    return replace(changes, why_everything=changes.why_everything or "you asked for it") if full else changes


def _write_report_again(settings: Settings) -> str:
    """Writes the report that other code, templates or another warehouse made, and says so."""
    from orchestration.report.write import write_report

    write_report(settings)
    return "; the report is written again"


def _say_nothing_new(settings: Settings, since: str, as_json: bool) -> None:
    from orchestration.releases.set_aside import served_set_aside

    set_aside = served_set_aside(settings)
    if as_json:
        print_json(
            {"outcome": "nothing new", "warehouse": settings.warehouse}
            | ({"set_aside": set_aside} if set_aside else {})
        )
        _exit_where_set_aside(set_aside)
    else:
        say(f"{settings.warehouse}: nothing new since {since}")
        _tell_set_aside(set_aside)


def _tell_set_aside(set_aside: list[dict[str, Any]]) -> None:
    """Says what the served warehouse was made without, and ends the command where there is any."""
    from orchestration.releases.set_aside import set_aside_text

    if set_aside:
        say(f"\nPublished, with {set_aside_text(len(set_aside))}.\n", err=True)
        for one in set_aside:
            say(f"{one['message']}\n    {one['what_to_do']}\n", err=True)
    _exit_where_set_aside(set_aside)


def _exit_where_set_aside(set_aside: list[dict[str, Any]]) -> None:
    if set_aside:
        sys.exit(SET_ASIDE)


def _tell_of_failed_refresh(refusal: Refusal) -> None:
    """Sends the alert of a failed refresh, and only says so on the terminal where it does not arrive."""
    try:
        settings = Settings.from_environment()
    except Refusal:
        return
    try:
        from orchestration.alerts.alert import alert, failed
        from orchestration.logs.log import log

        event = getattr(refusal, "event", None)
        if event is None:
            # A run tells of its own end.
            log(settings, "", "refused", step="refresh", message=str(refusal))
        sent = alert(event or failed("refresh", str(refusal), settings), settings)
        faults = None if sent.way else sent.faults
    except Exception as error:
        # Such as a module that was stopped while it was imported.
        faults = (f"{type(error).__name__} while it was made",)
    if faults is not None:
        say("\nThe alert of this did not arrive either:\n  " + "\n  ".join(faults), err=True)


def _what_stays() -> str:
    """What is served all the same, by its first bytes: what DuckDB was stopped in, it may not open again."""
    try:
        served = Settings.from_environment().warehouse
        with served.open("rb") as stream:
            is_whole = stream.read(12).endswith(b"DUCK")
    except (Refusal, OSError):
        return ""
    return f"; {served} is the last good warehouse still" if is_whole else ""


@contextmanager
def _steps(*, shown: bool) -> Iterator[None]:
    """A line for each step that ended, on a terminal with a bar of what the refresh is at below them."""
    if not shown:
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from orchestration.support.progress import listened

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
