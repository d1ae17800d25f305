"""The dbt models as assets, their data tests as checks, built in this process into the file of this run."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_subset_selection_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dagster_dbt.dbt_manifest import validate_manifest
from google.protobuf.json_format import MessageToDict

from orchestration.changes import landed_inputs, record_inputs
from orchestration.cluster import build_on_cluster
from orchestration.dataset import RETRIES, SECONDS_TO_RETRY
from orchestration.logs import log
from orchestration.progress import tell
from orchestration.publish import end_turn, start_build
from orchestration.refusal import PassingRefusal, Refusal, system_errors_as_refusals
from orchestration.releases import RELEASE_FOLDER
from orchestration.settings import OWNERS, Settings
from orchestration.transform import (
    WITHOUT_EXAMPLES,
    datasets_built,
    invoke,
    parsed_manifest,
    prepared_manifest,
    reasons_of_failure,
    record_checks,
    set_environment,
)

RESULT_EVENTS = ("LogModelResult", "LogSeedResult", "LogTestResult")


class Translator(DagsterDbtTranslator):
    """Groups models by the folder they lie in: staging, measures, marts, reports, audit; seeds by themselves."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "seeds" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str]:
        return OWNERS


# One of each, because a translator remembers the assets of a manifest that it has been asked about.
MANIFEST = validate_manifest(prepared_manifest())
TRANSLATOR = Translator()


@dbt_assets(manifest=MANIFEST, dagster_dbt_translator=TRANSLATOR)
def models(context: dg.AssetExecutionContext) -> Iterator[Any]:
    """Loads every landed dataset into the run's build and builds the selected models on it."""
    settings = Settings.from_environment()
    if not any(settings.landing.glob("*/*/release=*/release.parquet")):
        raise dg.Failure(
            description=f"{settings.raw}: found no release; expected at least one in a folder {RELEASE_FOLDER}. "
            "Put the published files there.",
            allow_retries=False,
        )
    try:
        with system_errors_as_refusals():
            build = start_build(settings, context.run.run_id, from_served=context.is_subset)
    except PassingRefusal as refusal:
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=SECONDS_TO_RETRY) from refusal
    except Refusal as refusal:
        raise dg.Failure(description=str(refusal), allow_retries=False) from refusal
    selection, _ = get_subset_selection_for_context(
        context=context,
        manifest=MANIFEST,
        select=None,
        exclude=None,
        selector=None,
        dagster_dbt_translator=TRANSLATOR,
        current_dbt_indirect_selection_env=None,
    )
    messages: list[Any] = []
    parsed = parsed_manifest()
    landed = landed_inputs(settings)
    if settings.cluster:
        try:
            parsed = build_on_cluster(settings, context.run.run_id, parsed, build.with_name("tables"))
        except Refusal as refusal:
            end_turn(settings)
            log(settings, context.run.run_id, "refused", step="models", message=str(refusal))
            raise dg.Failure(description=str(refusal), allow_retries=False) from refusal
    set_environment(settings, build)
    count = len(context.selected_asset_keys) + len(context.selected_asset_check_keys)

    def heard(message: Any) -> None:
        messages.append(message)
        if message.info.name in RESULT_EVENTS:
            done = sum(1 for one in messages if one.info.name in RESULT_EVENTS)
            tell("models are built and checked", done, max(done, count))

    result = invoke(["build", "--no-write-json", *WITHOUT_EXAMPLES, *selection], manifest=parsed, callbacks=[heard])
    for message in messages:
        if message.info.name in RESULT_EVENTS:
            event = DbtCoreCliEventMessage(
                raw_event=MessageToDict(message, preserving_proto_field_name=True), event_history_metadata={}
            )
            yield from event.to_default_asset_events(MANIFEST, TRANSLATOR, context)
    record_checks(result.result or (), build)
    if not result.success:
        end_turn(settings)
        reasons = reasons_of_failure(result.result or (), build)
        # dbt says nothing of a person who stopped it.
        message = "\n".join(reasons) or str(result.exception) or "The build was stopped before its end. Refresh again."
        log(settings, context.run.run_id, "refused", step="models", message=message)
        raise dg.Failure(description=message, allow_retries=False)
    log(settings, context.run.run_id, "built", models_and_checks=len(result.result))
    built = datasets_built(MANIFEST, result.result)
    record_inputs(build, {name: landed[name] for name in built}, whole=not context.is_subset)
