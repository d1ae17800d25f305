"""Early warning on made-up series: false alarms, and the months until a rise is noticed.

`python -m benchmarks.early_warning [SERIES]` prints the table of docs/early-warning.md. Counts are Poisson with a fixed
seed; the models are those of the warehouse, run on a file of their own. In control a series has 96 months, of which the
first 24 are not counted. A rise begins after 36 months.
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import duckdb
import numpy as np

from orchestration.building.dbt import invoke, parsed_manifest, set_environment
from orchestration.seeds import seed_files
from orchestration.settings import Settings

SEED = 2026
MEANS = (2, 5, 20, 100)
RISES = (1.3, 1.5, 2.0)
MODELS = ("int_signal_seasons", "int_signal_limits", "int_signal_cusum", "int_signal_marks")
SEEDS = ("cusum_limits", "seasonality_limits")
MONTHS, SETTLED, BEFORE = 96, 24, 36
# The table of the sum's limits ends there.
LARGEST_RARE = 40
# Marks no further apart are one signal, as in marts.fct_signals.
ONE_SIGNAL = 7


def open_file(folder: Path) -> duckdb.DuckDBPyConnection:
    """A file with the seeds that the models read."""
    connection = duckdb.connect(str(folder / "warehouse.duckdb"))
    connection.execute("create schema staging")
    for name in SEEDS:
        connection.execute(f"create table staging.{name} as from read_csv('{seed_files()[name]}')")
    return connection


def queries(folder: Path) -> dict[str, str]:
    """The text of the models for that file."""
    manifest = parsed_manifest()
    set_environment(Settings(folder, folder / "raw"), folder / "warehouse.duckdb")
    result = invoke(["compile", "--no-write-json", "--no-introspect", "--select", *MODELS], manifest=manifest)
    assert result.success, result.exception
    return {one.node.name: one.node.compiled_code for one in result.result if one.node.name in MODELS}


def marks(connection: duckdb.DuckDBPyConnection, texts: dict[str, str], counts: np.ndarray, rare: bool) -> None:
    """Fill the tables of the models from counts, a row a series and a column a month."""
    series, months = counts.shape
    connection.execute("create or replace table given (area_code varchar, number int, value double)")
    frame = {
        "area_code": np.repeat(np.arange(series), months).astype(str),
        "number": np.tile(np.arange(1, months + 1), series),
        "value": counts.ravel().astype(float),
    }
    connection.register("frame", frame)
    connection.execute("insert into given select * from frame")
    connection.execute(
        "create or replace table staging.int_signal_series as select 'made' as series_id, null::varchar as "
        "indicator_id, 'made' as measure_id, area_code, 'month' as period_type, 'M' || number as period_id, "
        "12 as periods_in_year, (number - 1) % 12 as place_in_year, number as ordinal, number, "
        f"{months} as points, value, 1e0 as last_decimal, '{'cusum' if rare else 'xmr'}' as chart, "
        "true as is_never_negative from given"
    )
    for name in MODELS:
        connection.execute(f"create or replace table staging.{name} as {texts[name]}")


def noticed(connection: duckdb.DuckDBPyConnection, rules: str, after: int) -> list[list[int]]:
    """The months in which each series had a new signal of a rise, by these rules, later than `after`."""
    found: dict[str, list[int]] = {}
    for area, number in connection.execute(
        f"select distinct area_code, number from staging.int_signal_marks where direction = 1 and {rules} order by all"
    ).fetchall():
        found.setdefault(area, []).append(number)
    return [
        [one for before, one in zip([-99, *months], months, strict=False) if one - before > ONE_SIGNAL and one > after]
        for months in found.values()
    ]


def false_alarms(connection: duckdb.DuckDBPyConnection, rules: str, series: int) -> float:
    """Signals of a rise a series and year, where nothing rises."""
    return sum(map(len, noticed(connection, rules, SETTLED))) / (series * (MONTHS - SETTLED) / 12)


def months_to_notice(connection: duckdb.DuckDBPyConnection, rules: str, series: int) -> float:
    """The median over all series of the months from the rise to a mark; infinite if fewer than half notice it."""
    first = connection.execute(
        f"select min(number) - {BEFORE} from staging.int_signal_marks where direction = 1 and number > {BEFORE} "
        f"and {rules} group by area_code"
    ).fetchall()
    return median([float(one) for (one,) in first] + [float("inf")] * (series - len(first)))


def rows(series: int, means: Iterable[float] = MEANS) -> list[tuple[object, ...]]:
    """Mean, chart, false alarms a year, and months to notice each rise, for the warehouse's chart and others."""
    table: list[tuple[object, ...]] = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        texts, connection = queries(folder), open_file(folder)
        for mean in means:
            for chart, rules, rare in (
                ("CUSUM", "rule_id = 'cusum'", True),
                ("XmR, all rules", "rule_id <> 'cusum'", False),
                ("one point outside the limits", "rule_id = 'point'", False),
            ):
                if rare and mean > LARGEST_RARE:
                    continue
                chance = np.random.default_rng(SEED)
                marks(connection, texts, chance.poisson(mean, (series, MONTHS)), rare)
                row: list[object] = [mean, chart, false_alarms(connection, rules, series)]
                for rise in RISES:
                    level = np.where(np.arange(BEFORE + 36) < BEFORE, mean, mean * rise)
                    marks(connection, texts, chance.poisson(level, (series, len(level))), rare)
                    row.append(months_to_notice(connection, rules, series))
                table.append(tuple(row))
        connection.close()
    return table


def main(series: int) -> None:
    print("| events a month | chart | false alarms a series and year | up 30% | up 50% | up 100% |")
    print("| ---: | --- | ---: | ---: | ---: | ---: |")
    for mean, chart, alarms, *waits in rows(series):
        shown = ["over 36" if wait == float("inf") else f"{wait:.0f}" for wait in waits]
        print(f"| {mean} | {chart} | {alarms:.2f} | {' | '.join(shown)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
