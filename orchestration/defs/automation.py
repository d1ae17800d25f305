"""What refreshes by itself: a sensor on raw/, a schedule on the publishers' calendar, and how late each dataset is."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

import dagster as dg

from orchestration.alerts.alert import alert, failed, late, late_return, waiting
from orchestration.alerts.returns_due import returns_due
from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.defs.alerting import tell_of_failed_run
from orchestration.defs.resources import Home
from orchestration.defs.warehouse import what_follows
from orchestration.landing.fingerprints import Changes, code_version, found_changes
from orchestration.releases.origin import PUBLISHER_FILE
from orchestration.releases.release import releases_of
from orchestration.releases.strays import strays_in
from orchestration.releases.watch import Seen, states_of, still_written
from orchestration.runs.lost import (
    DIED,
    died_before_their_record,
    fail_lost_runs,
    find_lost_runs,
    is_tried_again,
    waiting_runs,
)
from orchestration.runs.old import forget_old_runs
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal, refuse

# Dagster's daemon asks its sensors no more often.
SECONDS_BETWEEN_LOOKS = 5
SECONDS_BETWEEN_LOOKS_FOR_THE_LOST = 30

# The entry of a look at raw/ that is no folder.
CODE = "code"

ON_TIME = "released_on_time"

load_datasets()


def contents_of(raw: Path) -> dict[str, str]:
    """What a look at raw/ compares: the state of each dataset's folder, and the version of the code that reads them."""
    return {**states_of(raw), CODE: code_version()}


def _key_of(contents: Mapping[str, str]) -> str:
    lines = [f"{name} {state}" for name, state in sorted(contents.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def asked_run(changes: Changes, key: str, repository: dg.RepositoryDefinition | None) -> dg.RunRequest:
    """The run of `refresh` that these changes ask for, once for each key."""
    # Dagster hands it to every sensor of a code location.
    assert repository is not None
    selection: list[dg.AssetKey] | None = [dg.AssetKey("report")]
    if not changes.nothing:
        selection = None if changes.why_everything else list(what_follows(changes).resolve(repository.asset_graph))
    return dg.RunRequest(run_key=key, asset_selection=selection, tags={"changes": changes.summary[:200]})


@dg.sensor(
    job_name="refresh",
    # The daemon goes round every five seconds, in no fixed order: with five, a look a moment early is left out.
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS - 1,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Refreshes what follows from releases that are new in raw/, once their files are written.",
)
def new_releases(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    settings = Settings.from_environment()
    contents = contents_of(settings.raw)
    seen = Seen.of(context.cursor)
    if seen.done == contents:
        return dg.SkipReason("raw/ holds what it held when a refresh was last asked for.")
    seen.look(contents)
    written = still_written(settings.raw, contents, seen)
    # What is whole does not wait for a copy elsewhere, which may take hours; new code does, as it reads everything.
    whole = seen.new.keys() - written - ({CODE} if written else set())
    try:
        changes = found_changes(settings) if whole else Changes(None, (), ())
    except Refusal as refusal:
        changes = Changes(str(refusal), (), ())
    # A file may have come while this looked.
    now = contents_of(settings.raw)
    written |= {name for name in contents.keys() | now.keys() if contents.get(name) != now.get(name)}
    whole -= written | ({CODE} if written else set())
    left = changes.without(name.replace("/", ".") for name in written)
    if written and (left.why_everything or not left.datasets):
        if left.nothing and not left.report:
            seen.take(whole, contents)
        context.update_cursor(seen.text)
        folders = ", ".join(f"raw/{name}" for name in sorted(written) if "/" in name) or "raw/"
        again = f"They are looked at again in {SECONDS_BETWEEN_LOOKS} seconds."
        return dg.SkipReason(f"Files in {folders} may still be being written. {again}")
    # One key for each change of raw/: what was refused is not tried again until somebody changes it.
    key = seen.key(whole)
    seen.take(whole, contents)
    if left.nothing and not left.report:
        context.update_cursor(seen.text)
        strays = strays_in(settings, tuple(DATASETS))
        return dg.SkipReason("\n".join(["raw/ holds nothing that is not published.", *strays]))
    request = asked_run(left, key, context.repository_def)
    return dg.SensorResult(run_requests=[request], cursor=seen.text)


def _cron() -> str:
    """When the schedule fires. Raises `Refusal` for what has five fields and is no time."""
    schedule = Settings.from_environment().schedule
    try:
        dg.ScheduleDefinition(name="tried", job_name="refresh", cron_schedule=schedule)
    except dg.DagsterInvalidDefinitionError as error:
        raise refuse(
            "WAREHOUSE_SCHEDULE",
            repr(schedule),
            "minute, hour, day of the month, month and day of the week, each within its bounds",
            "Correct it, or unset it.",
        ) from error
    return schedule


@dg.schedule(
    job_name="refresh",
    cron_schedule=_cron(),
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Refreshes after the hour of official releases what the sensor has not, such as after a full disk.",
)
def publishers_calendar(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    settings = Settings.from_environment()
    changes = found_changes(settings)
    if changes.nothing and not changes.report:
        return dg.SkipReason("raw/ holds nothing that is not published.")
    key = f"{context.scheduled_execution_time:%Y-%m-%dT%H:%M} {_key_of(contents_of(settings.raw))}"
    return asked_run(changes, key, context.repository_def)


@dg.sensor(
    job_name="refresh",
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS_FOR_THE_LOST,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Fails a run whose process died, so that the queue moves, asks for its work again, and tells of a run "
    "that waits for too long. Records of runs older than WAREHOUSE_KEEP_RUNS days go, but for an asset's last.",
)
def lost_runs(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    settings = Settings.from_environment()
    for run in waiting_runs(context.instance, settings.wait_for_writer):
        alert(waiting(run.job_name, run.run_id, settings), settings)
    for run_id in died_before_their_record(context.instance):
        # Its work is asked for by the sensor that looks at raw/.
        alert(failed("refresh", DIED, settings, run_id), settings)
    if not find_lost_runs(context.instance):
        with suppress(Exception):
            forget_old_runs(context.instance, settings)
        return dg.SkipReason("No run has died.")
    try:
        changes = found_changes(settings)
    except Refusal as refusal:
        changes = Changes(str(refusal), (), ())
    # A run that is failed is not found again: all that can go wrong comes before, so that its work is asked for.
    lost = fail_lost_runs(context.instance)
    for run in lost:
        tell_of_failed_run(context.instance, run, settings)
    # What Dagster starts again by itself is not asked for twice.
    left = [run for run in lost if not is_tried_again(run)]
    if not left:
        return dg.SkipReason(f"{len(lost)} runs are started again by Dagster.")
    if changes.nothing and not changes.report:
        return dg.SkipReason("A run died; raw/ holds nothing that is not published.")
    return dg.SensorResult(run_requests=[asked_run(changes, f"after {left[0].run_id}", context.repository_def)])


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec(
            ON_TIME,
            asset=name.split("."),
            description=f"Whether the release due after a {dataset.expected_every} is there. It stops no refresh.",
        )
        for name, dataset in DATASETS.items()
        if dataset.expected_every
    ]
    + [
        dg.AssetCheckSpec(
            ON_TIME,
            asset=["partners", "returns"],
            description="Whether the next figures of each return of partners are there. It stops no refresh.",
        )
    ],
    can_subset=True,
)
def lateness(context: dg.AssetCheckExecutionContext, home: Home) -> Iterator[dg.AssetCheckResult]:
    """How many days each dataset is late, by its publisher's latest file and how often the publisher releases it."""
    settings = home.settings
    for check in sorted(context.selected_asset_check_keys, key=str):
        dataset = DATASETS[".".join(check.asset_key.path)]
        if dataset.handed_in:
            yield _lateness_of_returns(check, settings)
            continue
        releases = releases_of(dataset.name, settings)
        if not releases:
            yield _result(check, True, {"latest_release": "none yet"}, f"{dataset.name} waits for its first release.")
            continue
        own = [release for release in releases if release.origin.origin == PUBLISHER_FILE]
        if not own:
            none = {"latest_release": "no file of its publisher yet"}
            said = f"{dataset.name} waits for its publisher's first file: what is there is typed from a document."
            yield _result(check, True, none, said)
            continue
        latest, due = own[-1].released_on, dataset.next_expected_on(own[-1])
        assert due is not None
        days = max((date.today() - due).days, 0)
        if days:
            alert(late(dataset.name, latest, due, days, dataset.landing_page, settings), settings)
        found = {"latest_release": str(latest), "next_expected_on": str(due), "days_late": days}
        said = f"The release of {dataset.name} after {latest} was due on {due}" if days else f"Due on {due}"
        yield _result(check, not days, found, f"{said}{f': {days} days late' if days else ''}.")


def _lateness_of_returns(check: dg.AssetCheckKey, settings: Settings) -> dg.AssetCheckResult:
    found = returns_due(settings)
    overdue = [row for row in found if row["days_late"]]
    for row in overdue:
        alert(late_return(row, settings), settings)
    said = "; ".join(f"{row['return_id']} was due on {row['next_expected_on']}" for row in overdue)
    due = {row["return_id"]: str(row["next_expected_on"]) for row in found}
    return _result(check, not overdue, due, f"{said}." if said else "No return of partners is overdue.")


def _result(check: dg.AssetCheckKey, passed: bool, found: dict, description: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=passed,
        check_name=check.name,
        asset_key=check.asset_key,
        severity=dg.AssetCheckSeverity.WARN,
        metadata=found,
        description=description,
    )


look_for_late = dg.define_asset_job(
    "look_for_late_releases",
    selection=dg.AssetSelection.checks(lateness),
    description="Says how late each dataset is, and tells of a late one once.",
)

daily_lateness = dg.ScheduleDefinition(
    name="daily_lateness",
    job=look_for_late,
    cron_schedule="0 10 * * *",
    execution_timezone="Europe/London",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
