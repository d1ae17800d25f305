"""What the warehouse promises its users: tables, columns, comments, keys and statuses."""

import json
import re
from pathlib import Path

import duckdb
import pytest
import yaml
from homes import Home

from orchestration.building.dbt import prepared_manifest
from orchestration.settings import DBT_PROJECT, PROJECT

REPORT_CODE = PROJECT / "orchestration" / "report"

FACT = "measure_id area_code period_id release_id value value_text value_status lower_limit upper_limit known_from known_to is_latest correction_id source_file source_sheet source_cell"
REPORT = "edition row_order row_label area_code series period_id value previous_period_id previous_value change percent_change value_status lower_95 upper_95 change_p_value is_significant_change"
PROMISED = {
    "marts.dim_areas": "area_code area_name area_type parent_area_code police_force_code valid_from valid_to is_partnership_member",
    "marts.dim_periods": "period_id period_type label start_date end_date year previous_period_id",
    "marts.dim_measures": "measure_id title topic unit offence outcome_type substance_group sex age_group publisher dataset is_additive_over_areas statistic definition indicator_ids why_not_shown",
    "marts.dim_indicators": "indicator_id title definition numerator_measure_id denominator_measure_id scale unit polarity interval_method framework_outcome caveat",
    "marts.dim_framework_metrics": "metric_id framework_outcome kind metric definition publisher public_source access evidence state state_in_words evidence_in_words indicator_ids related_indicator_ids indicators related_indicators figures newest_on",
    "marts.dim_releases": "release_id publisher dataset title released_on loaded_at file_names sha256 licence landing_page expected_every next_expected_on is_latest origin origin_document origin_place origin_credited_to origin_edition",
    "marts.fct_observations": FACT,
    "marts.fct_measures": "measure_id area_code period_id year value value_status",
    "marts.fct_indicators": "indicator_id area_code period_id year numerator denominator value value_status lower_95 upper_95 lower_998 upper_998 interval_method previous_value change percent_change change_test change_p_value is_significant_change england_value compared_with_england recent_trend numerator_release_id denominator_release_id",
    "marts.indicator_values": "indicator_id area_code period_id indicator_title whole_indicator_id definition framework_outcome topic caveat unit decimals polarity sex age_group substance_group area_name area_type area_level is_partnership_member is_most_similar_force period_label period_type start_date end_date year is_latest value value_status status rounded_to numerator denominator lower_95 upper_95 previous_value change percent_change change_lower_95 change_upper_95 change_test change_p_value is_significant_change england_value compared_with_england recent_trend source origin publisher release_id",
    "marts.partnership_totals": "indicator_id period_id area_name indicator_title framework_outcome unit decimals polarity sex age_group period_label period_type start_date end_date year is_latest value value_status status basis of_area_code numerator denominator lower_95 upper_95 previous_value change percent_change change_p_value is_significant_change england_value compared_with_england recent_trend source origin release_id",
    "marts.fct_comparisons": "indicator_id area_code period_id area_type value areas_compared place fifth funnel_average funnel_lower_95 funnel_upper_95 funnel_lower_998 funnel_upper_998 funnel_significance region_code region_value compared_with_region similar_forces_value compared_with_similar_forces neighbours_value compared_with_neighbours",
    "marts.catalog": "schema_name table_name column_name position data_type is_nullable is_in_primary_key references_table references_column rows description kind",
    "marts.fct_recorded_crimes": "area_code month crime_type outcome_category records",
    "marts.fct_signals": "signal_id series_id indicator_id measure_id title unit topic area_code area_name is_partnership_member area_names period_type period_id since_period_id latest_period_id is_current rule_id rule direction value expected_value lower_limit upper_limit average_since average_expected percent_from_expected is_seasonal baseline_from_period_id baseline_to_period_id sentence what_to_do",
    "marts.fct_signal_points": "series_id area_code period_id indicator_id measure_id period_type chart value expected_value lower_limit upper_limit is_seasonal signal",
    "audit.force_figures_compared": "area_code period_id offence outcome_type force_measure_id force_value home_office_measure_id home_office_value difference percent_difference",
    "audit.revisions": "kind measure_id area_code period_id old_value new_value difference old_release_id new_release_id",
    "audit.published_figures": "edition figure_id place line indicator_id area_code period_id value printed_text printed_change",
    "audit.discrepancies": "edition rule_id severity place published_value expected_value explanation figure_ids",
    "audit.lineage": "indicator_id area_code period_id role part_measure_id part_area_code part_period_id release_id source_file source_sheet source_cell value_text",
    "audit.refreshes": "refresh_id started_at finished_at seconds outcome releases new_releases observations version changes",
    "audit.changes": "measure_id area_code period_id changed_on kind measure_title indicators area_name is_partnership_member period_label start_date end_date unit old_value new_value difference percent_difference old_value_status new_value_status reason old_release_id new_release_id",
    "audit.inputs": "input sha256",
    "audit.checks": "check_name checked_table kind outcome findings",
    "audit.corrections": "correction_id dataset measure_id area_code period_id printed_value corrected_value reason evidence reported_on status state",
    **{f"reports.table_{number:02d}": REPORT for number in range(1, 16)},
    **{f"reports.figure_{number:02d}": REPORT for number in range(1, 5)},
}
KEYS = {
    "dim_areas": "area_code",
    "dim_periods": "period_id",
    "dim_measures": "measure_id",
    "dim_indicators": "indicator_id",
    "dim_releases": "release_id",
    "dim_framework_metrics": "metric_id",
    "fct_observations": "measure_id, area_code, period_id, release_id",
    "fct_measures": "measure_id, area_code, period_id",
    "fct_indicators": "indicator_id, area_code, period_id",
    "indicator_values": "indicator_id, area_code, period_id",
    "fct_comparisons": "indicator_id, area_code, period_id",
    "partnership_totals": "indicator_id, period_id",
    "fct_signals": "signal_id",
    "fct_signal_points": "series_id, area_code, period_id",
}
WITH_VALUE = ("published", "estimated", "approximate", "provisional", "unreliable")
WITHOUT_VALUE = ("suppressed", "not_available", "not_applicable")


@pytest.mark.parametrize("table", PROMISED)
def test_a_promised_table_has_its_columns(warehouse: duckdb.DuckDBPyConnection, table: str):
    columns = {name for name, *_ in warehouse.execute(f"describe {table}").fetchall()}
    assert set(PROMISED[table].split()) <= columns


# What a type of the dbt project is in DuckDB.
TYPES = {
    **{"string": "VARCHAR", "double": "DOUBLE", "bigint": "BIGINT", "int": "INTEGER"},
    **{"boolean": "BOOLEAN", "timestamp": "TIMESTAMP"},
}


def test_what_a_refresh_writes_itself_is_as_its_contract_says(warehouse: duckdb.DuckDBPyConnection):
    sources = yaml.safe_load((DBT_PROJECT / "models" / "written.yml").read_text())["sources"]
    written = {f"{source['schema']}.{table['name']}": table for source in sources for table in source["tables"]}
    models = {(path.parent.name, path.stem.removeprefix("audit_")) for path in (DBT_PROJECT / "models").rglob("*.sql")}
    in_file = warehouse.execute(
        "select schema_name, table_name, comment from duckdb_tables() where schema_name in ('marts', 'audit')"
    ).fetchall()
    comments = {f"{schema}.{name}": comment for schema, name, comment in in_file if (schema, name) not in models}
    assert {name: table["description"] for name, table in written.items()} == comments
    for name, table in written.items():
        columns = warehouse.execute(
            "select column_name, data_type, comment from duckdb_columns() where schema_name || '.' || table_name = ? "
            "order by column_index",
            [name],
        ).fetchall()
        promised = [(one["name"], TYPES[one["data_type"]], one["description"]) for one in table["columns"]]
        assert columns == promised, name


def test_an_exposure_depends_on_every_table_that_it_reads():
    nodes = json.loads(prepared_manifest().read_text())["nodes"]
    model_of = {
        f"{node['schema']}.{node['alias']}": node["name"]
        for node in nodes.values()
        if node["resource_type"] in ("model", "seed") and node["config"]["materialized"] != "ephemeral"
    }
    published = {name for table, name in model_of.items() if table.split(".")[0] in ("marts", "reports", "audit")}
    reports = {name for table, name in model_of.items() if table.startswith("reports.")}
    shared = [REPORT_CODE / name for name in ("charts.py", "contents.py", "edition.py", "shown.py")]

    def named(*paths: Path) -> set[str]:
        texts = "".join(path.read_text(encoding="utf-8") for path in (*paths, *shared))
        return {model_of[table] for table in re.findall(r"\b(?:marts|reports|audit)[.]\w+", texts) if table in model_of}

    exposures = yaml.safe_load((DBT_PROJECT / "models" / "exposures.yml").read_text())["exposures"]
    assert {one["name"]: set(re.findall(r"\w+(?='\))", " ".join(one["depends_on"]))) for one in exposures} == {
        "report": reports,
        "site": reports | named(*(REPORT_CODE / "site").glob("*.py")),
        "workbook": reports | named(REPORT_CODE / "workbook.py"),
        "package": published,
        "mirror": published,
        "public_edition": published,
    }


def test_recorded_crimes_have_in_the_catalog_the_grain_that_their_data_test_holds(
    warehouse: duckdb.DuckDBPyConnection,
):
    described = yaml.safe_load((DBT_PROJECT / "models" / "marts" / "fct_recorded_crimes.yml").read_text())
    (tested,) = described["models"][0]["data_tests"]
    in_catalog = warehouse.execute(
        "select list(column_name order by position) from marts.catalog "
        "where table_name = 'fct_recorded_crimes' and is_in_primary_key"
    ).fetchone()[0]
    assert tested["rows_are_told_apart_by"]["arguments"]["columns"] == in_catalog
    check = tested["rows_are_told_apart_by"]["name"]
    assert warehouse.execute(f"select kind, outcome from audit.checks where check_name = '{check}'").fetchall() == [
        ("blocking", "passed")
    ]


def test_every_table_and_column_has_a_comment(warehouse: duckdb.DuckDBPyConnection):
    tables = "select schema_name || '.' || table_name from duckdb_tables() where comment is null or comment = ''"
    columns = "select schema_name || '.' || table_name || '.' || column_name from duckdb_columns() where not internal and (comment is null or comment = '')"
    assert warehouse.execute(tables).fetchall() == []
    assert warehouse.execute(columns).fetchall() == []


def test_the_published_file_holds_tables_and_in_its_first_schema_views_that_serve_under_any_alias(
    warehouse: duckdb.DuckDBPyConnection, refreshed: Home
):
    views = warehouse.execute(
        "select schema_name, view_name, comment from duckdb_views() where not internal"
    ).fetchall()
    assert {schema for schema, _, _ in views} == {"main"}
    assert {"indicator_values", "partnership_totals", "changes", "dim_areas", "catalog"} <= {
        name for _, name, _ in views
    }
    assert all(comment for _, _, comment in views)
    with duckdb.connect() as other:
        other.execute(f"attach '{refreshed.warehouse}' as another (read_only)")
        for _, name, _ in views:
            assert other.execute(f"select count(*) from another.{name}").fetchone()[0] >= 0
        other.execute("use another")
        assert {name for (name,) in other.execute("show tables").fetchall()} == {name for _, name, _ in views}
    schemas = warehouse.execute("select distinct schema_name from duckdb_tables() order by all").fetchall()
    assert {name for (name,) in schemas if not name.startswith("raw_")} == {"staging", "marts", "reports", "audit"}


@pytest.mark.parametrize(("table", "key"), KEYS.items())
def test_a_mart_declares_its_grain_as_its_primary_key(warehouse: duckdb.DuckDBPyConnection, table: str, key: str):
    declared = warehouse.execute(
        "select constraint_column_names from duckdb_constraints() where schema_name = 'marts' and table_name = ? and constraint_type = 'PRIMARY KEY'",
        [table],
    ).fetchall()
    assert declared == [(key.split(", "),)]


@pytest.mark.parametrize("table", ["fct_observations", "fct_measures", "fct_indicators"])
def test_a_null_value_has_a_status_that_says_why_and_a_value_has_none_of_these(
    warehouse: duckdb.DuckDBPyConnection, table: str
):
    assert (
        warehouse.execute(
            f"select * from marts.{table} where case when value is null then value_status not in {WITHOUT_VALUE} else value_status not in {WITH_VALUE} end"
        ).fetchall()
        == []
    )


@pytest.mark.parametrize(
    ("fact", "column", "dimension"),
    [
        (fact, column, dimension)
        for fact in ("fct_observations", "fct_measures", "fct_indicators")
        for column, dimension in {
            "area_code": "dim_areas",
            "period_id": "dim_periods",
            "measure_id": "dim_measures",
            "indicator_id": "dim_indicators",
            "release_id": "dim_releases",
        }.items()
        if (fact == "fct_indicators") == (column == "indicator_id") or column in ("area_code", "period_id")
        if not (fact == "fct_indicators" and column in ("measure_id", "release_id"))
        if not (fact != "fct_indicators" and column == "indicator_id")
    ],
)
def test_a_fact_names_only_what_its_dimension_knows(warehouse: duckdb.DuckDBPyConnection, fact, column, dimension):
    assert (
        warehouse.execute(
            f"select distinct {column} from marts.{fact} where {column} is not null and {column} not in (select {column} from marts.{dimension})"
        ).fetchall()
        == []
    )


def test_the_latest_observation_is_the_one_no_later_release_replaces(warehouse: duckdb.DuckDBPyConnection):
    assert warehouse.execute(
        "select count(*) from marts.fct_observations where is_latest <> (known_to is null)"
    ).fetchone() == (0,)


def test_every_rule_and_every_data_test_is_a_check_with_its_findings(warehouse: duckdb.DuckDBPyConnection):
    rules = warehouse.execute(
        "select rule_id, kind, findings, count(discrepancy_id) from staging.discrepancy_rules left join audit.checks on check_name = rule_id "
        "left join audit.discrepancies using (rule_id) group by all"
    ).fetchall()
    assert len(rules) == 18
    assert all(kind == "advisory" and findings == counted for _, kind, findings, counted in rules)
    nodes = json.loads(prepared_manifest().read_text())["nodes"].values()
    declared = {node["name"] for node in nodes if node["resource_type"] == "test"} - {rule for rule, *_ in rules}
    blocking = warehouse.execute("select check_name, outcome from audit.checks where kind = 'blocking'").fetchall()
    assert set(blocking) == {(name, "passed") for name in declared}
