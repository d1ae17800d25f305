"""What is published, in Postgres, after each publication; a fault here leaves the warehouse served."""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.resources import Home
from orchestration.settings import OWNERS


@dg.asset(
    key="mirror",
    group_name="published",
    deps=["warehouse"],
    kinds={"postgres"},
    owners=OWNERS,
    output_required=False,
)
def mirror(context: dg.AssetExecutionContext, home: Home) -> Iterator[dg.MaterializeResult]:
    """The schemas marts, reports and audit of warehouse.duckdb in Postgres, for tools without a DuckDB driver."""
    settings = home.settings
    if not settings.postgres.is_set:
        context.log.info("WAREHOUSE_POSTGRES_URL is not set: there is no mirror in Postgres.")
        return
    from orchestration.mirror import mirror_after
    from orchestration.support.progress import tell

    tell("Loading the mirror in Postgres")
    loaded, fault = mirror_after(settings, context.run.run_id)
    if fault:
        raise dg.Failure(description=fault, allow_retries=False)
    for one in loaded:
        for advice in one.advice:
            context.log.warning(advice)
    lines = [f"| {one.database} | {one.rows} | {one.changed} | {one.seconds:.1f} |" for one in loaded]
    table = "\n".join(["| database | rows | changed | seconds |", "| --- | --- | --- | --- |", *lines])
    yield dg.MaterializeResult(
        metadata={"loaded": dg.MetadataValue.md(table), "refresh_id": loaded[-1].refresh_id},
    )
