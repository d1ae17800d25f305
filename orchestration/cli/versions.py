"""What is served and what was: `warehouse status`, `history`, `rollback` and `publish`."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.commands import (
    AS_JSON,
    LATE,
    NOT_MOVING,
    NOTHING_SERVED,
    Command,
    print_json,
    say,
)
from orchestration.settings import Settings
from orchestration.support.refusal import system_errors_as_refusals

if TYPE_CHECKING:
    from orchestration.mirror import Loaded


@click.command(cls=Command)
@AS_JSON
def status(as_json: bool) -> None:
    """Show what is served: for each dataset its latest release, when the next is due, its rows and its checks.

    Says too what was set aside or refused last and why, and whether Dagster's queue moves. Exits with 3 where no
    warehouse is served, with 6 where the queue does not move, and with 4 where a dataset is late.
    """
    from orchestration.operating.status import status as find

    settings = Settings.from_environment()
    with system_errors_as_refusals():
        found = find(settings)
    if as_json:
        print_json(found)
    else:
        _show_status(found)
    if found["served"] is None:
        sys.exit(NOTHING_SERVED)
    if any(found["queue"].values()):
        sys.exit(NOT_MOVING)
    if found["late"]:
        sys.exit(LATE)


def _show_status(found: dict[str, Any]) -> None:
    served = found["served"]
    if served is None:
        say(f"{found['warehouse']}: no warehouse is served. Run `warehouse refresh`.")
    else:
        checks = found["checks"]
        say(
            f"{found['warehouse']}\n"
            f"published {served['finished_at']:%Y-%m-%d %H:%M} UTC, {_age(served['age_seconds'])} ago, by refresh "
            f"{served['refresh_id'][:8]}\n"
            f"{served['releases']} releases, {served['observations']:,} observations; {checks['passed']} of "
            f"{checks['checks']} checks passed, {checks['with_findings']} found something\n"
        )
    rows = [_row(row) for row in found["datasets"]]
    headings = ("dataset", "latest", "next due", "rows", "checks")
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    for row in (headings, *rows):
        name, latest, due, count, passed = row
        line = f"{name:{widths[0]}}  {latest:{widths[1]}}  {due:{widths[2]}}  {count:>{widths[3]}}  {passed}"
        say(line.rstrip())
    if any(row["releases"] and not row["is_publishers"] for row in found["datasets"]):
        say("* typed from a document; no file of its publisher is there")
    say()
    for row in found["datasets"]:
        if row["days_late"]:
            days = "1 day" if row["days_late"] == 1 else f"{row['days_late']} days"
            say(f"Late: {row['dataset']} was due on {row['next_expected_on']} and is {days} late.")
    for one in found["set_aside"]:
        stays = "; what was published from it before is served still" if one["still_served"] else ""
        say(f"Set aside: {one['release_id']}{stays}.\n{one['message']}\n{one['what_to_do']}\n")
    for one in found["last_refused"]:
        say(f"Refused last, on {one['at'][:16].replace('T', ' ')} UTC: {one['message']}\n")
    for line in _queue_lines(found["queue"]):
        say(line)
    public = found["public_edition"]
    if public and not public["is_of_served"]:
        of = f"that of refresh {public['refresh_id'][:8]} is served still" if public["refresh_id"] else "none is served"
        say(f"Public edition: there is none of this refresh; {of}. Refresh again, which says why.")
    for one in found["mirror"]:
        say(_mirror_line(one, served))
    say(f"A refresh now: {found['next_refresh']}.")


def _row(row: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """What a line of 80 characters says of a dataset."""
    if not row["releases"]:
        return row["dataset"], "none yet", "", "", ""
    latest = f"{row['latest_release']}{'' if row['is_publishers'] else '*'}"
    due = str(row["next_expected_on"] or "")
    checks = row["checks"]
    return row["dataset"], latest, due, f"{row['rows']:,}", f"{checks['passed']}/{checks['checks']}"


def _queue_lines(queue: dict[str, Any]) -> list[str]:
    lines = [f"Dagster's queue: {queue['fault']}"] if queue["fault"] else []
    for name, what in (
        ("lost", "is said to be at work, and its process is gone; Dagster's daemon starts it again where it runs"),
        ("waiting", "has waited for longer than WAREHOUSE_WAIT; see that Dagster's daemon runs"),
    ):
        lines += [f"Dagster's queue: run {one['run_id'][:8]} of {one['job']} {what}." for one in queue[name]]
    return lines


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


@click.command(cls=Command)
@AS_JSON
def history(as_json: bool) -> None:
    """List the published files that are kept, the newest first; a star marks the one that is served."""
    from orchestration.publishing.structure import from_json, in_words
    from orchestration.publishing.versions import versions
    from orchestration.releases.set_aside import set_aside_text

    settings = Settings.from_environment()
    kept = versions(settings)
    if as_json:
        print_json([asdict(one) | {"changes": json.loads(one.changes or "[]")} for one in kept])
        return
    if not kept:
        say("No published file is kept yet.")
    for path in sorted(set(settings.published.glob("*.duckdb")) - {one.path for one in kept}):
        say(f"{path}: cannot be read, and is passed over. Remove it.", err=True)
    for version in kept:
        changed = in_words(from_json(version.changes))
        say(
            f"{'*' if version.is_served else ' '} {version.refresh_id[:8]}  {version.version or '-':8}"
            f"{version.published_at:%Y-%m-%d %H:%M:%S} UTC  "
            f"{version.releases} releases, {version.observations} observations, {version.findings} findings, "
            f"{version.bytes / 1e6:.1f} MB{f', {set_aside_text(version.set_aside)}' if version.set_aside else ''}"
            f"{f'; {changed}' if changed else ''}"
        )


def _versions_beginning(_: click.Context, __: click.Parameter, beginning: str) -> list[str]:
    """What a shell offers for an identifier of a kept version."""
    try:
        from orchestration.publishing.versions import versions

        kept = versions(Settings.from_environment())
    except Exception:
        # A shell that completes a word is no place for a message.
        return []
    return [one.refresh_id[:8] for one in kept if one.refresh_id.startswith(beginning)]


@click.command(cls=Command)
@click.argument("refresh_id", required=False, shell_complete=_versions_beginning)
@AS_JSON
def rollback(refresh_id: str | None, as_json: bool) -> None:
    """Serve a kept version again: the one before the served one, or that of REFRESH_ID as `warehouse history` lists it.

    It passes the gate of every publication first. Exits with 1 where it does not, or is not there.
    """
    _put_back(refresh_id, as_json)


@click.command(cls=Command)
@click.argument("refresh_id", required=False, shell_complete=_versions_beginning)
@AS_JSON
def publish(refresh_id: str | None, as_json: bool) -> None:
    """Check and serve a kept version: the newest, or that of REFRESH_ID. It undoes a rollback."""
    _put_back(refresh_id, as_json, newest=refresh_id is None)


def _put_back(refresh_id: str | None, as_json: bool, *, newest: bool = False) -> None:
    from orchestration.publishing.publish import put_back

    settings = Settings.from_environment()
    version = put_back(settings, refresh_id, newest=newest)
    loaded: list[Loaded] = []
    fault = None
    if settings.postgres.is_set:
        from orchestration.mirror import mirror_after

        loaded, fault = mirror_after(settings)
    if fault:
        say(f"Served, but not everything that follows was done.\n\n{fault}", err=True)
    if as_json:
        mirror = {"mirror": [asdict(one) for one in loaded]} if settings.postgres.is_set else {}
        print_json({"outcome": "served", "warehouse": settings.warehouse, "version": asdict(version)} | mirror)
        return
    say(f"{settings.warehouse}: serves {version.refresh_id[:8]} of {version.published_at:%Y-%m-%d %H:%M:%S} UTC")
