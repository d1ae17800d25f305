"""The served warehouse and earlier versions: `warehouse status`, `history`, `rollback` and `publish`."""

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
    """Show what is served: the latest release of each dataset, when the next is due, its rows and its checks.

    Also shows what was set aside or last refused and why, and whether Dagster's queue is stuck. Exits with 3 if no
    warehouse is served, with 6 if the queue is stuck, and with 4 if a dataset or a return of partners is late.
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
    from orchestration.alerts.returns_due import newest_in_words

    rows = [_row(row) for row in found["datasets"]]
    headings = ("dataset", "latest", "next due", "rows", "checks")
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    for row in (headings, *rows):
        name, latest, due, count, passed = row
        line = f"{name:{widths[0]}}  {latest:{widths[1]}}  {due:{widths[2]}}  {count:>{widths[3]}}  {passed}"
        say(line.rstrip())
    if any(row["releases"] and not row["is_publishers"] for row in found["datasets"]):
        say("* typed from a document; there is no file from the publisher")
    say()
    for row in found["datasets"]:
        if row["days_late"]:
            say(f"Late: {row['dataset']} was due on {row['next_expected_on']} and is {_days(row['days_late'])} late.")
    for row in found["returns"]:
        if row["days_late"]:
            say(
                f"Late: the return {row['return_id']} ({row['title']}). The newest is of {newest_in_words(row)}; "
                f"the next was due on {row['next_expected_on']}, {_days(row['days_late'])} ago. "
                f"It comes from: {row['owner']}."
            )
    for one in found["set_aside"]:
        stays = "; the figures published from it before are still served" if one["still_served"] else ""
        say(f"Set aside: {one['release_id']}{stays}.\n{one['message']}\n{one['what_to_do']}\n")
    for one in found["not_read"]:
        say(f"Not read: {one}\n")
    for one in found["last_refused"]:
        say(f"Refused last, on {one['at'][:16].replace('T', ' ')} UTC: {one['message']}\n")
    for line in _queue_lines(found["queue"]):
        say(line)
    public = found["public_edition"]
    if public and not public["is_of_served"]:
        of = (
            f"the one of refresh {public['refresh_id'][:8]} is still served"
            if public["refresh_id"]
            else "none is served"
        )
        say(f"Public edition: there is none for this refresh; {of}. Refresh again to see why.")
    for one in found["mirror"]:
        say(_mirror_line(one, served))
    say(f"Next refresh: {found['next_refresh']}.")


def _row(row: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """The cells of a dataset in a line of 80 characters."""
    if not row["releases"]:
        return row["dataset"], "none yet", "", "", ""
    latest = f"{row['latest_release']}{'' if row['is_publishers'] else '*'}"
    due = str(row["next_expected_on"] or "")
    checks = row["checks"]
    return row["dataset"], latest, due, f"{row['rows']:,}", f"{checks['passed']}/{checks['checks']}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _queue_lines(queue: dict[str, Any]) -> list[str]:
    lines = [f"Dagster's queue: {queue['fault']}"] if queue["fault"] else []
    for name, what in (
        (
            "lost",
            "is marked as running, but its process has ended. If Dagster's daemon is running, it restarts the run",
        ),
        ("waiting", "has waited for longer than WAREHOUSE_WAIT. Check that Dagster's daemon is running"),
    ):
        lines += [f"Dagster's queue: run {one['run_id'][:8]} of {one['job']} {what}." for one in queue[name]]
    return lines


def _mirror_line(one: dict[str, Any], served: dict[str, Any] | None) -> str:
    """What a mirror holds and, if that is not what is served, what to do."""
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
    """List the published versions that are kept, newest first. A star marks the one that is served."""
    from orchestration.publishing.structure import from_json, in_words
    from orchestration.publishing.versions import versions
    from orchestration.releases.set_aside import set_aside_text

    settings = Settings.from_environment()
    kept = versions(settings)
    if as_json:
        print_json([asdict(one) | {"changes": json.loads(one.changes or "[]")} for one in kept])
        return
    if not kept:
        say("No published versions yet.")
    for path in sorted(set(settings.published.glob("*.duckdb")) - {one.path for one in kept}):
        say(f"{path}: cannot be read and is ignored. Remove it.", err=True)
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
    """The identifiers of versions that a shell offers to complete."""
    try:
        from orchestration.publishing.versions import versions

        kept = versions(Settings.from_environment())
    except Exception:
        # A shell that completes a word cannot show a message.
        return []
    return [one.refresh_id[:8] for one in kept if one.refresh_id.startswith(beginning)]


@click.command(cls=Command)
@click.argument("refresh_id", required=False, shell_complete=_versions_beginning)
@AS_JSON
def rollback(refresh_id: str | None, as_json: bool) -> None:
    """Serve an earlier version again: the previous one, or the one with this REFRESH_ID in `warehouse history`.

    The version is checked first. Exits with 1 if it does not pass the checks or is not kept.
    """
    _put_back(refresh_id, as_json)


@click.command(cls=Command)
@click.argument("refresh_id", required=False, shell_complete=_versions_beginning)
@AS_JSON
def publish(refresh_id: str | None, as_json: bool) -> None:
    """Check and serve the newest version, or the one with this REFRESH_ID. This undoes a rollback."""
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
