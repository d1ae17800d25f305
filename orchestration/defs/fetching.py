"""One asset a dataset that can be fetched, and the job that fetches all: started by hand or by your own schedule.

Nothing depends on them and no job of the refresh holds them, so that nothing else touches the network.
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.datasets.declaration import Dataset
from orchestration.defs.resources import Home
from orchestration.intake.fetch import REFUSED, fetch, fetchable
from orchestration.offers.client import Client
from orchestration.settings import OWNERS
from orchestration.support.refusal import Refusal

GROUP = "fetching"

# The first part of the assets' keys.
FETCHED = "fetched"


def _is_asked_for(run: dg.DagsterRun) -> bool:
    """Whether the run is one of fetching alone: "Materialize all" means to build what is in raw/."""
    asked = run.asset_selection
    return run.job_name == "fetch" if asked is None else all(key.path[0] == FETCHED for key in asked)


def _asset(dataset: Dataset) -> dg.AssetsDefinition:
    @dg.asset(
        key=[FETCHED, *dataset.name.split(".")],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"python"},
        description=f"Downloads what the publisher of {dataset.name} offers now to raw/, as `warehouse fetch` does. "
        "A run that builds as well, such as one of everything, asks no publisher.",
        metadata={"landing_page": dg.MetadataValue.url(dataset.landing_page)},
        output_required=False,
    )
    def fetch_releases(context: dg.AssetExecutionContext, home: Home) -> Iterator[dg.MaterializeResult]:
        settings = home.settings
        if not _is_asked_for(context.run):
            context.log.info(
                f"The publisher of {dataset.name} was not asked: a run that builds touches no network. "
                "The job `fetch` downloads everything that is new, and this asset by itself what is of this dataset."
            )
            return
        try:
            fetched = fetch([dataset.name], settings, Client(settings.fetching))
        except Refusal as refusal:
            raise dg.Failure(description=str(refusal), allow_retries=False) from None
        refused = [one.why for one in fetched if one.outcome == REFUSED]
        if refused:
            raise dg.Failure(description="\n\n".join(refused), allow_retries=False)
        lines = [f"| {one.outcome} | {one.place} | {one.bytes} | {one.sha256} | {one.url} |" for one in fetched]
        table = "\n".join(["| outcome | place | bytes | SHA-256 | from |", "| --- | --- | --- | --- | --- |", *lines])
        yield dg.MaterializeResult(metadata={"files": dg.MetadataValue.md(table)})

    return fetch_releases


fetched_releases = [_asset(dataset) for dataset in fetchable()]

fetch_all = dg.define_asset_job(
    "fetch",
    selection=dg.AssetSelection.groups(GROUP),
    description="Downloads new releases of every dataset that can be fetched to raw/.",
)
