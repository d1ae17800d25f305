"""What Dagster loads: everything under defs/, run in one process."""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    # DuckDB takes one writing process, and steps of seconds are not worth a process each.
    one_process = dg.Definitions(executor=dg.in_process_executor)
    return dg.Definitions.merge(dg.load_from_defs_folder(path_within_project=Path(__file__).parent), one_process)
