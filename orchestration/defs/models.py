"""The dbt models as assets, their data tests as checks, built in this process into the file of this run."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dagster_dbt.dbt_manifest import validate_manifest
from google.protobuf.json_format import MessageToDict

from orchestration.building.blame import blamed_releases, set_aside_blamed
from orchestration.building.dbt import (
    WITHOUT_EXAMPLES,
    datasets_built,
    invoke,
    parsed_manifest,
    prepared_manifest,
    reasons_of_failure,
    record_checks,
    set_environment,
    tagged_selection,
)
from orchestration.building.engines.cluster import build_on_cluster
from orchestration.building.seed_checks import check_seeds
from orchestration.datasets.declaration import DATASETS
from orchestration.defs.resources import RETRIES, SECONDS_TO_RETRY, Home, Writer
from orchestration.landing.fingerprints import landed_inputs, record_inputs
from orchestration.landing.land import land, remove_what_is_gone
from orchestration.logs.log import log
from orchestration.publishing.publish import start_build
from orchestration.releases.release import RELEASE_FOLDER
from orchestration.releases.set_aside import record_set_aside, set_aside_in
from orchestration.settings import OWNERS, Settings
from orchestration.support.progress import tell
from orchestration.support.refusal import PassingRefusal, Refusal, system_errors_as_refusals

# While models are built, the run's page says so often how far it is; each event waits for the end of all, as models
# are built again without a release that one of them refused.
SECONDS_BETWEEN_LINES = 1.0

NOT_SERVED = (
    "This run builds models and publishes nothing: what is served stays as it is, and what was built goes with the "
    "next run. To serve it, materialise what follows as well, up to `warehouse`, or run the job `refresh`."
)

RESULT_EVENTS = ("LogModelResult", "LogSeedResult", "LogTestResult")


class Translator(DagsterDbtTranslator):
    """Groups models by the folder they lie in: staging, measures, marts, reports, audit; seeds by themselves."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "seeds" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        return OWNERS


def _described(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    """The manifest, each data test with a sentence where dagster-dbt looks for it: its own, or its name in words."""
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test":
            words = node["name"].replace("_", " ")
            node["meta"].setdefault("description", node.get("description") or f"{words[0].upper()}{words[1:]}.")
    return manifest


# One of each, because a translator remembers the assets of a manifest that it has been asked about.
MANIFEST = _described(validate_manifest(prepared_manifest()))
TRANSLATOR = Translator()


# What every step of reading adds to, and no asset makes alone.
landing_tables = [
    dg.AssetSpec([source["source_name"], source["name"]], group_name="landing", description=source["description"])
    for source in MANIFEST["sources"].values()
    if source["source_name"] == "landing"
]


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR)
def models(context: dg.AssetExecutionContext, home: Home, writer: Writer) -> Iterator[Any]:
    """Loads every landed dataset into the run's build and builds the selected models on it."""
    settings = home.settings
    if not _publishes(context.run):
        context.log.warning(NOT_SERVED)
    if not any(settings.landing.glob("*/*/release=*/release.parquet")):
        raise dg.Failure(
            description=f"{settings.raw}: found no release; expected at least one in a folder {RELEASE_FOLDER}. "
            "Put the published files there.",
            allow_retries=False,
        )
    selection, _ = get_subset_selection_for_context(
        context=context,
        manifest=MANIFEST,
        select=None,
        exclude=None,
        selector=None,
        dagster_dbt_translator=TRANSLATOR,
        current_dbt_indirect_selection_env=None,
    )
    count = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)
    while True:
        try:
            with system_errors_as_refusals():
                writer.take()
                remove_what_is_gone(settings)
                attempt = _build(context, settings, selection, count)
                refused = blamed_releases(attempt.results, attempt.build, settings) if not attempt.success else []
                # Without what was refused the rest is built anew: what came after it was skipped.
                set_aside = set_aside_blamed(refused, settings)
                for name in {one.dataset for one in set_aside}:
                    # What was refused beside a release that is now set aside is compared with the one before that.
                    land(DATASETS[name], settings)
        except PassingRefusal as refusal:
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=SECONDS_TO_RETRY) from refusal
        except Refusal as refusal:
            log(settings, context.run.run_id, "refused", step="models", message=str(refusal))
            raise dg.Failure(description=str(refusal), allow_retries=False) from None
        for one in set_aside:
            log(settings, context.run.run_id, "set aside", release=one.release_id, message=one.message)
            context.log.warning(f"Set aside: {one.text}")
        if not set_aside or not any(settings.landing.glob("*/*/release=*/release.parquet")):
            break
    yield from _told(context, attempt)
    if not attempt.success:
        # dbt says nothing of a person who stopped it.
        message = attempt.reasons or "The build was stopped before its end. Refresh again."
        log(settings, context.run.run_id, "refused", step="models", message=message)
        raise dg.Failure(description=message, allow_retries=False)
    log(settings, context.run.run_id, "built", models_and_checks=len(attempt.results))
    landed = landed_inputs(settings)
    built = datasets_built(MANIFEST, attempt.results)
    record_inputs(attempt.build, {name: landed[name] for name in built}, whole=not context.is_subset)
    record_set_aside(attempt.build, set_aside_in(settings.landing))


def _told(context: dg.AssetExecutionContext, attempt: "Attempt") -> Iterator[Any]:
    """What Dagster keeps of a build: an output for each model and seed, and a result for each data test."""
    tables = {} if not attempt.success else _columns(attempt.build)
    for message in attempt.messages:
        event = DbtCoreCliEventMessage(
            raw_event=MessageToDict(message, preserving_proto_field_name=True), event_history_metadata={}
        )
        for made in event.to_default_asset_events(MANIFEST, TRANSLATOR, context):
            if isinstance(made, dg.Output):
                node = MANIFEST["nodes"][message.data.node_info.unique_id]
                more: dict[str, Any] = {} if _publishes(context.run) else {"served": "no: the run does not publish"}
                if not node["columns"] and (columns := tables.get((node["schema"], node["alias"]))):
                    # Of the others the definition of the asset has them.
                    more["dagster/column_schema"] = columns
                made = made.with_metadata({**made.metadata, **more})
            yield made


def _columns(build: Path) -> dict[tuple[str, str], dg.TableSchema]:
    """The columns of each table of a build, by schema and name."""
    found: dict[tuple[str, str], list[dg.TableColumn]] = {}
    with duckdb.connect(str(build), read_only=True) as connection:
        for schema, table, column, kind, comment in connection.execute(
            "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() where not internal"
        ).fetchall():
            found.setdefault((schema, table), []).append(dg.TableColumn(column, kind, comment))
    return {name: dg.TableSchema(columns) for name, columns in found.items()}


@dataclass(frozen=True)
class Attempt:
    """One build of the selected models: dbt's results and messages, and in words why it failed."""

    build: Path
    success: bool
    results: Sequence[Any]
    messages: Sequence[Any]
    reasons: str


def _publishes(run: dg.DagsterRun) -> bool:
    """Whether what the run builds is published at its end."""
    return run.asset_selection is None or dg.AssetKey("warehouse") in run.asset_selection


def _build(context: dg.AssetExecutionContext, settings: Settings, selection: Sequence[str], count: int) -> Attempt:
    """Builds the selection on what is in landing/ now. Raises `Refusal` where the build cannot begin."""
    run_id = context.run.run_id
    build = start_build(settings, run_id, from_served=context.is_subset)
    messages: list[Any] = []
    told = time.monotonic()
    parsed = parsed_manifest()
    check_seeds(parsed)
    if settings.cluster:
        parsed = build_on_cluster(settings, run_id, parsed, build.with_name("tables"))
    set_environment(settings, build)

    def heard(message: Any) -> None:
        nonlocal told
        if message.info.name in RESULT_EVENTS:
            messages.append(message)
            tell("Building and checking the models", len(messages), max(len(messages), count))
            if time.monotonic() - told > SECONDS_BETWEEN_LINES:
                told = time.monotonic()
                name = message.data.node_info.node_name
                context.log.info(f"{len(messages)} of {count} are built and checked; now {name}")

    arguments = ["build", "--no-write-json", *WITHOUT_EXAMPLES, *tagged_selection(parsed, selection)]
    result = invoke(arguments, manifest=parsed, callbacks=[heard])
    if result.exception is not None and not isinstance(result.exception, Exception):
        # It was stopped: threads of dbt that have not ended yet may hold the build.
        return Attempt(build, False, (), messages, "")
    results = list(result.result or ())
    record_checks(results, build)
    reasons = "" if result.success else "\n".join(reasons_of_failure(results, build)) or str(result.exception or "")
    return Attempt(build, result.success, results, messages, reasons)
