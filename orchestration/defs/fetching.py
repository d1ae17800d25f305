"""One asset a dataset that can be fetched, and the job that fetches all: started by hand or by your own schedule.

Nothing depends on them and no job of the refresh holds them, so that nothing else touches the network.
"""

import dagster as dg

from orchestration.download import Client
from orchestration.fetch import REFUSED, fetch, fetchable
from orchestration.lost_runs import at_work
from orchestration.reading import Dataset
from orchestration.refusal import Refusal
from orchestration.settings import OWNERS, Settings

GROUP = "fetching"


def _asset(dataset: Dataset) -> dg.AssetsDefinition:
    @dg.asset(
        key=["fetched", *dataset.name.split(".")],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"python"},
        description=f"Downloads what the publisher of {dataset.name} offers now to raw/, as `warehouse fetch` does.",
        metadata={"landing_page": dg.MetadataValue.url(dataset.landing_page)},
    )
    def fetch_releases(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = Settings.from_environment()
        at_work(settings, context.run.run_id)
        try:
            fetched = fetch([dataset.name], settings, Client(settings.fetching))
        except Refusal as refusal:
            raise dg.Failure(description=str(refusal), allow_retries=False) from refusal
        refused = [one.why for one in fetched if one.outcome == REFUSED]
        if refused:
            raise dg.Failure(description="\n\n".join(refused), allow_retries=False)
        lines = [f"| {one.outcome} | {one.place} | {one.bytes} | {one.sha256} | {one.url} |" for one in fetched]
        table = "\n".join(["| outcome | place | bytes | SHA-256 | from |", "| --- | --- | --- | --- | --- |", *lines])
        return dg.MaterializeResult(metadata={"files": dg.MetadataValue.md(table)})

    return fetch_releases


fetched_releases = [_asset(dataset) for dataset in fetchable()]

fetch_all = dg.define_asset_job(
    "fetch",
    selection=dg.AssetSelection.groups(GROUP),
    description="Downloads new releases of every dataset that can be fetched to raw/.",
)
