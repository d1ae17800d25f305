"""What an analyst finds without reading the models: marts.catalog and the macros."""

import duckdb
import pytest


def test_every_table_and_column_for_users_has_one_row_with_its_description(warehouse: duckdb.DuckDBPyConnection):
    listed = warehouse.sql(
        "select schema_name, table_name, column_name, description from marts.catalog where kind <> 'macro' order by all"
    ).fetchall()
    expected = warehouse.sql(
        "select schema_name, table_name, null as column_name, comment from duckdb_tables() "
        "union all select schema_name, table_name, column_name, comment from duckdb_columns() where not internal "
        "order by all"
    ).fetchall()
    users = [row for row in expected if row[0] in ("marts", "reports", "audit") and row[:2] != ("marts", "catalog")]
    assert listed == users
    assert all(row[3] for row in listed)


def test_every_macro_has_one_row_with_what_it_answers_and_how_it_is_called(warehouse: duckdb.DuckDBPyConnection):
    listed = warehouse.sql(
        "select table_name, data_type, description from marts.catalog where kind = 'macro'"
    ).fetchall()
    called = {name: call for name, call, _ in listed}
    assert called["compare"] == "from marts.compare(indicator, area, from_period, to_period)"
    assert called["percent_change"] == "marts.percent_change(value, previous_value)"
    assert set(called) == {
        *("observations_as_of", "measures_as_of", "indicators_as_of", "as_of", "explain", "percent_change"),
        *("series", "ranking", "compare"),
    }
    assert all(description for _, _, description in listed)


def test_the_number_of_rows_is_that_of_the_table(warehouse: duckdb.DuckDBPyConnection):
    tables = warehouse.sql(
        "select schema_name, table_name, rows from marts.catalog where column_name is null and rows is not null"
    ).fetchall()
    assert len(tables) > 30
    wrong = [
        table
        for table in tables
        if warehouse.sql(f"select count(*) from {table[0]}.{table[1]}").fetchone()[0] != table[2]
    ]
    assert wrong == []


def test_every_reference_holds_in_the_data(warehouse: duckdb.DuckDBPyConnection):
    references = warehouse.sql(
        "select schema_name || '.' || table_name, column_name, references_table, references_column "
        "from marts.catalog where references_table is not null"
    ).fetchall()
    assert ("marts.fct_indicators", "area_code", "marts.dim_areas", "area_code") in references
    assert len(references) > 15
    orphans = {
        reference: found
        for reference in references
        if (
            found := warehouse.sql(
                f"select distinct {reference[1]} from {reference[0]} where {reference[1]} is not null "
                f"and {reference[1]} not in (select {reference[3]} from {reference[2]}) limit 3"
            ).fetchall()
        )
    }
    assert orphans == {}


def test_a_percent_change_is_that_of_the_marts(warehouse: duckdb.DuckDBPyConnection):
    rows = warehouse.sql(
        "select percent_change, marts.percent_change(value, previous_value) from marts.fct_indicators "
        "where percent_change is not null"
    ).fetchall()
    assert len(rows) > 50
    assert [row[1] for row in rows] == pytest.approx([row[0] for row in rows])
    assert warehouse.sql("select marts.percent_change(3, 0)").fetchone() == (None,)


def test_a_figure_is_explained_by_its_lineage(warehouse: duckdb.DuckDBPyConnection):
    explained = warehouse.sql(
        "select value_text, source_file from marts.explain('drug_offences', 'E08000031', 'FY2024-25') order by all"
    ).fetchall()
    expected = warehouse.sql(
        "select value_text, source_file from audit.lineage "
        "where indicator_id = 'drug_offences' and area_code = 'E08000031' and period_id = 'FY2024-25' order by all"
    ).fetchall()
    assert explained == expected
    assert len(explained) == 2
