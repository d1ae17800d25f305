"""What anybody expects of every mart, checked on each build before it is published, and on the served file when asked.

Keys and columns without nulls are constraints of the tables; here the page shows that they hold, with numbers.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration.defs.models import MANIFEST, TRANSLATOR
from orchestration.defs.resources import Home
from orchestration.publishing.versions import versions
from orchestration.settings import Settings
from orchestration.support.duck import only_row, quoted

GRAIN, NOT_NULL, ACCEPTED, ROWS = "grain", "not_null", "accepted_values", "row_count"

# A mart with less than this share of the rows that it had is worth a look.
LEAST_SHARE = 0.9

# What a column of this name holds, in whichever mart it stands; their meanings are the columns' own comments.
ACCEPTED_VALUES: Mapping[str, tuple[str, ...]] = {
    "area_type": (
        "local_authority",
        "district",
        "county",
        "metropolitan_county",
        "region",
        "country",
        "nation_group",
        "police_force_area",
        "community_safety_partnership",
        "london_part",
        "force_without_territory",
        "unallocated",
    ),
    "change_test": (
        "exact_conditional_counts",
        "exact_conditional_rates",
        "two_proportions",
        "fisher_exact",
        "none",
    ),
    "compared_with_england": ("better", "worse", "higher", "lower", "similar", "not_compared"),
    "compared_with_england_998": ("better", "worse", "higher", "lower", "similar", "not_compared"),
    "derivation": ("observed", "sum of areas", "sum of measures", "force less its local areas"),
    "ended_as": ("replaced", "withdrawn", "outranked"),
    "interval_method": ("byar", "wilson", "student_t", "publisher", "none"),
    "period_type": (
        "calendar_year",
        "financial_year",
        "three_pooled_years",
        "pooled_years",
        "pooled_financial_years",
        "quarter",
        "rolling_twelve_months",
        "month",
        "mid_year",
        "unstated",
    ),
    "polarity": ("lower_is_better", "higher_is_better", "no_judgement"),
    "recent_trend": (
        "increasing",
        "increasing_getting_better",
        "increasing_getting_worse",
        "decreasing",
        "decreasing_getting_better",
        "decreasing_getting_worse",
        "no_significant_change",
        "cannot_be_calculated",
    ),
    "recent_trend_reason": (
        "too_few_years",
        "missing_year",
        "pooled_years",
        "not_yearly",
        "estimated",
        "no_counts",
        "numerator_is_denominator",
    ),
    "value_status": (
        "published",
        "estimated",
        "approximate",
        "provisional",
        "unreliable",
        "suppressed",
        "not_available",
        "not_applicable",
        "rounds_to_zero",
    ),
}


class Mart:
    """A model of the schema marts, with what its contract says."""

    def __init__(self, node: Mapping[str, Any]) -> None:
        self.name: str = node["name"]
        self.asset_key = TRANSLATOR.get_asset_key(node)
        self.key = _key_of(node)
        self.not_null = [
            name
            for name, column in node["columns"].items()
            if any(one["type"] == "not_null" for one in column["constraints"])
        ]
        self.accepted = {name: values for name, values in ACCEPTED_VALUES.items() if name in node["columns"]}

    def specs(self) -> Iterator[dg.AssetCheckSpec]:
        """The checks that this mart has."""
        yield self._spec(GRAIN, f"No two rows have the same {_listed(self.key)}.", blocking=True)
        yield self._spec(NOT_NULL, f"Every row has a value in {_listed(self.not_null)}.", blocking=True)
        if self.accepted:
            said = f"{_listed(self.accepted)} hold only values that their comments explain."
            yield self._spec(ACCEPTED, said, blocking=True)
        said = f"It has at least {LEAST_SHARE:.0%} of the rows of the file served before. It stops no refresh."
        yield self._spec(ROWS, said, blocking=False)

    def _spec(self, name: str, description: str, *, blocking: bool) -> dg.AssetCheckSpec:
        return dg.AssetCheckSpec(name, asset=self.asset_key, description=description, blocking=blocking)

    def result(self, check: str, connection: duckdb.DuckDBPyConnection) -> dg.AssetCheckResult:
        """What a check finds in the open file; `before` is attached where there is a file served before."""
        if check == ROWS:
            return self._row_count(connection)
        table = f"marts.{self.name}"
        if check == GRAIN:
            query = f"select count(*) - count(distinct ({', '.join(self.key)})) from {table}"
            found = {"rows too many": only_row(connection.execute(query))[0]}
        elif check == NOT_NULL:
            counts = ", ".join(f"count(*) - count({column})" for column in self.not_null)
            values = only_row(connection.execute(f"select {counts} from {table}"))
            found = {column: count for column, count in zip(self.not_null, values, strict=True) if count}
        else:
            found = {}
            for column, accepted in self.accepted.items():
                others = connection.execute(
                    f"select distinct {column} from {table} where not list_contains(?, {column}) order by all",
                    [list(accepted)],
                ).fetchall()
                found |= {column: ", ".join(value for (value,) in others)} if others else {}
        found = {name: value for name, value in found.items() if value}
        return dg.AssetCheckResult(
            passed=not found,
            check_name=check,
            asset_key=self.asset_key,
            severity=dg.AssetCheckSeverity.ERROR,
            description="; ".join(f"{name}: {value}" for name, value in found.items()) or None,
            metadata=found,
        )

    def _row_count(self, connection: duckdb.DuckDBPyConnection) -> dg.AssetCheckResult:
        (now,) = only_row(connection.execute(f"select count(*) from marts.{self.name}"))
        found: dict[str, Any] = {"dagster/row_count": now}
        there = only_row(
            connection.execute(
                "select count(*) from duckdb_tables() where database_name = 'before' and schema_name = 'marts' "
                "and table_name = ?",
                [self.name],
            )
        )[0]
        if there:
            (found["rows before"],) = only_row(connection.execute(f"select count(*) from before.marts.{self.name}"))
        return dg.AssetCheckResult(
            passed=now >= LEAST_SHARE * found.get("rows before", 0),
            check_name=ROWS,
            asset_key=self.asset_key,
            severity=dg.AssetCheckSeverity.WARN,
            description=f"{now:,} rows; before: {found['rows before']:,}." if there else f"{now:,} rows.",
            metadata=found,
        )


def _key_of(node: Mapping[str, Any]) -> list[str]:
    """The columns that tell the rows of a mart apart: of its primary key, or of the data test that stands for one."""
    keys = [one["columns"] for one in node["constraints"] if one["type"] == "primary_key"]
    keys += [
        test["test_metadata"]["kwargs"]["columns"]
        for test in MANIFEST["nodes"].values()
        if test["resource_type"] == "test"
        and test["attached_node"] == node["unique_id"]
        and test["test_metadata"]["name"] == "rows_are_told_apart_by"
    ]
    if not keys:
        raise ValueError(f"{node['name']}: no primary key and no test rows_are_told_apart_by says its grain")
    return keys[0]


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


MARTS = {
    node["name"]: Mart(node)
    for node in MANIFEST["nodes"].values()
    if node["resource_type"] == "model" and node["fqn"][1] == "marts"
}


@dg.multi_asset_check(specs=[spec for mart in MARTS.values() for spec in mart.specs()], can_subset=True)
def mart_checks(context: dg.AssetCheckExecutionContext, home: Home) -> Iterator[dg.AssetCheckResult]:
    """Grain, missing values, accepted values and numbers of rows of each mart."""
    settings = home.settings
    build = settings.build(context.run.run_id)
    file, before = (build, settings.warehouse) if build.is_file() else (settings.warehouse, _version_before(settings))
    if not file.is_file():
        raise dg.Failure(description=f"{file}: found no warehouse; expected one. Run the job `refresh`.")
    of_asset = {mart.asset_key: mart for mart in MARTS.values()}
    with duckdb.connect(str(file), read_only=True) as connection:
        if before is not None and before.is_file():
            connection.execute(f"attach '{quoted(before)}' as before (read_only)")
        for check in sorted(context.selected_asset_check_keys, key=str):
            yield of_asset[check.asset_key].result(check.name, connection)


def _version_before(settings: Settings) -> Path | None:
    return next((one.path for one in versions(settings) if not one.is_served), None)
