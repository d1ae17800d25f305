"""What is published from the warehouse, written anew after each refresh; a fault here leaves the warehouse served."""

import dagster as dg

from orchestration.refusal import Refusal
from orchestration.settings import Settings


@dg.asset(
    key="report", group_name="published", deps=["warehouse"], kinds={"excel", "csv", "parquet"}, output_required=False
)
def report(context: dg.AssetExecutionContext):
    """The report's workbook and data package in build/, made from warehouse.duckdb."""
    settings = Settings.from_environment()
    if not settings.writes_report:
        context.log.info("WAREHOUSE_REPORT is no: the report is not written.")
        return
    from orchestration.report import write_report

    try:
        written = write_report(settings)
    except Refusal as refusal:
        raise dg.Failure(description=str(refusal), allow_retries=False) from refusal
    seconds = {f"{part.part}_seconds": round(part.seconds, 2) for part in written}
    paths = {f"{part.part}_path": dg.MetadataValue.path(part.path) for part in written}
    yield dg.MaterializeResult(metadata=seconds | paths)
