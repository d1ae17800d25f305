"""What is published from the warehouse, written anew after each refresh; a fault here leaves the warehouse served."""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.resources import Home
from orchestration.settings import OWNERS
from orchestration.support.refusal import Refusal


@dg.asset(
    key="report",
    group_name="published",
    deps=["warehouse"],
    kinds={"excel", "csv", "parquet"},
    owners=OWNERS,
    output_required=False,
)
def report(context: dg.AssetExecutionContext, home: Home) -> Iterator[dg.MaterializeResult]:
    """The report's workbook, data package, site and Word document in build/, made from warehouse.duckdb."""
    settings = home.settings
    if not settings.writes_report:
        context.log.info("WAREHOUSE_REPORT is no: the report is not written.")
        return
    from orchestration.report.write import write_report

    try:
        written = write_report(settings)
    except Refusal as refusal:
        raise dg.Failure(description=str(refusal), allow_retries=False) from None
    lines = [f"| {part.part} | {part.path} | {part.seconds:.1f} |" for part in written]
    table = "\n".join(["| part | path | seconds |", "| --- | --- | --- |", *lines])
    yield dg.MaterializeResult(metadata={"written": dg.MetadataValue.md(table)})
