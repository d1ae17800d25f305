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
@click.option("--full", is_flag=True, help="Rebuild everything, even if nothing changed.")
@AS_JSON
def refresh(full: bool, as_json: bool) -> None:
    """Read new releases in raw/, rebuild and check what depends on them, publish the warehouse and write the report.

    If the models, the code or its packages changed, everything is rebuilt. If nothing is new, nothing is done.

    A release that cannot be read is set aside and the others are published. The message says what was found and what
    to do. Exits with 0 if the served warehouse is up to date, with 5 if releases were set aside, and with 1 if nothing
    was published; the last good warehouse is then still served.
    """
    # The signals of a closed terminal and of a service manager.
    with on_signals(as_by_the_keyboard, "SIGHUP", "SIGTERM"):
        _refresh(full, as_json)


def _refresh(full: bool, as_json: bool) -> None:
    started = time.perf_counter()
    # Dagster and dbt load a million objects; the usual garbage collection would spend a second searching them.
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
            # Another refresh may have published the same changes while this one waited.
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
        said = {"outcome": outcome, "mart_rows": rows, "refresh": served, "faults": refreshed.faults}
        print_json(said | {"set_aside": set_aside, "not_read": _not_read(settings)})
        _exit_where_set_aside(set_aside)
        return
    say(
        f"{settings.warehouse}: {rows['fct_observations']} observations, {rows['fct_indicators']} indicator values, "
        f"{rows['dim_releases']} releases, in {time.perf_counter() - started:.1f} s; {changes.summary}"
    )
    for fault in refreshed.faults:
        say(f"\nPublished, but not everything that follows was done.\n\n{fault}", err=True)
    _tell_not_read(settings)
    _tell_set_aside(set_aside)


def _failed(refusal: Refusal, as_json: bool) -> None:
    """Say why nothing was published, send the alert, and end the command."""
    tell_refused(refusal, as_json, f"Nothing was published{_what_stays()}.\n\n")
    _tell_of_failed_refresh(refusal)
    sys.exit(REFUSED)


def _changes(settings: Settings, full: bool) -> "Changes":
    from orchestration.landing.fingerprints import found_changes

    with system_errors_as_refusals():
        changes = found_changes(settings)
    return replace(changes, why_everything=changes.why_everything or "--full was given") if full else changes


def _write_report_again(settings: Settings) -> str:
    """Rewrite a report made by older code or templates or from another warehouse, and say so."""
    from orchestration.report.write import write_report

    write_report(settings)
    return "; the report has been rewritten"


def _say_nothing_new(settings: Settings, since: str, as_json: bool) -> None:
    from orchestration.releases.set_aside import served_set_aside

    set_aside, not_read = served_set_aside(settings), _not_read(settings)
    if as_json:
        print_json(
            {"outcome": "nothing new", "warehouse": settings.warehouse}
            | ({"set_aside": set_aside} if set_aside else {})
            | ({"not_read": not_read} if not_read else {})
        )
        _exit_where_set_aside(set_aside)
    else:
        say(f"{settings.warehouse}: nothing new since {since}")
        _tell_not_read(settings)
        _tell_set_aside(set_aside)


def _not_read(settings: Settings) -> list[str]:
    from orchestration.landing.fingerprints import dataset_names
    from orchestration.releases.strays import strays_in

    return strays_in(settings, dataset_names())


def _tell_not_read(settings: Settings) -> None:
    for sentence in _not_read(settings):
        say(f"\nNot read: {sentence}", err=True)


def _tell_set_aside(set_aside: list[dict[str, Any]]) -> None:
    """List the releases set aside; if there are any, end the command."""
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
    """Send the alert of a failed refresh; if it does not arrive, say so on the terminal."""
    try:
        settings = Settings.from_environment()
    except Refusal:
        return
    try:
        from orchestration.alerts.alert import alert, failed
        from orchestration.logs.log import log

        event = getattr(refusal, "event", None)
        if event is None:
            # A run logs its own end.
            log(settings, "", "refused", step="refresh", message=str(refusal))
        sent = alert(event or failed("refresh", str(refusal), settings), settings)
        faults = None if sent.way else sent.faults
    except Exception as error:
        # For example, an import that was interrupted.
        faults = (f"{type(error).__name__} while the alert was made",)
    if faults is not None:
        say("\nThe alert about this did not arrive:\n  " + "\n  ".join(faults), err=True)


def _what_stays() -> str:
    """Which warehouse is still served, by its first bytes: after an interruption DuckDB may not open it again."""
    try:
        served = Settings.from_environment().warehouse
        with served.open("rb") as stream:
            is_whole = stream.read(12).endswith(b"DUCK")
    except (Refusal, OSError):
        return ""
    return f"; {served} is still the last good warehouse" if is_whole else ""


@contextmanager
def _steps(*, shown: bool) -> Iterator[None]:
    """Print a line for each finished step and, on a terminal, a progress bar for the current one."""
    if not shown:
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from orchestration.support.progress import listened

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("Loading Dagster and dbt", total=None)
        began, step = time.perf_counter(), "Loading Dagster and dbt"

        def ended() -> None:
            line = f"{time.perf_counter() - began:6.1f} s  {step}"
            # Without a bar, a plain line is enough.
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
