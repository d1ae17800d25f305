"""marts.catalog: what each table, column and macro of the published file is, and which tables join by which columns."""

import duckdb

# The schemas for users; the other schemas are intermediate.
SCHEMAS = ("marts", "reports", "audit")

COMMENTS = {
    "table marts.catalog": "What there is: one row a table, one for each of its columns, and one a macro.",
    "column marts.catalog.schema_name": "marts and reports are for analysts; audit says how the figures came to be.",
    "column marts.catalog.table_name": "Name of the table, or of the macro.",
    "column marts.catalog.column_name": "Name of the column; nothing in the row about the table itself.",
    "column marts.catalog.position": "Place of the column in its table from 1 on; 0 for the table itself.",
    "column marts.catalog.data_type": "Type of the column; of a macro, how it is called.",
    "column marts.catalog.is_nullable": "Whether the column may be without a value.",
    "column marts.catalog.is_in_primary_key": "Whether it is part of the primary key, the table's grain.",
    "column marts.catalog.references_table": "The table in whose key each value of the column is found.",
    "column marts.catalog.references_column": "That key.",
    "column marts.catalog.rows": "Rows of the table; nothing for a column, and for audit.refreshes.",
    "column marts.catalog.description": "What it means, as the comment on the table, column or macro says it.",
    "column marts.catalog.kind": "table, column, or macro: a question with parameters, in Postgres a function.",
}

# Of the same releases the same catalog is made, whatever refreshes went before.
# A column refers to a dimension where its name is that of the dimension's key, or ends with it
# (previous_period_id, part_area_code). A test holds every such pair to the data. Left out are a dimension's references
# to itself, because a parent area need not be there, and two tables of audit, which name measures and releases that
# need not be there. DuckDB adds no foreign key to a table that exists, and dbt could not replace a table that another
# one refers to.
QUERY = """
create or replace table marts.catalog as
with keys as (
    select
        schema_name, table_name, unnest(constraint_column_names) as column_name, len(constraint_column_names) as width
    from duckdb_constraints()
    where constraint_type = 'PRIMARY KEY' and database_name = current_database()
    union all
    -- The grain of a table that is too large for an index; a data test holds it.
    select
        'marts', 'fct_recorded_crimes',
        unnest(['area_code', 'month', 'crime_type', 'outcome_category', 'police_force_code']), 5
    union all
    select 'marts', unnest(['fct_observation_history', 'fct_measure_history']), column_name, 4
    from (select unnest(['measure_id', 'area_code', 'period_id', 'known_from']) as column_name)
    union all
    select 'marts', 'fct_indicator_history', unnest(['indicator_id', 'area_code', 'period_id', 'known_from']), 4
    union all
    select
        'audit', 'lineage_history',
        unnest([
            'indicator_id', 'area_code', 'period_id', 'role', 'part_measure_id', 'part_area_code', 'part_period_id',
            'known_from'
        ]), 8
),
dimensions as (
    select table_name, column_name from keys where schema_name = 'marts' and width = 1 and table_name like 'dim_%'
),
described as (
    select
        schema_name, table_name, null as column_name, 0 as position, null as data_type, null as is_nullable,
        case when table_name <> 'refreshes' then estimated_size end as rows, comment
    from duckdb_tables()
    where database_name = current_database()
    union all
    select schema_name, table_name, column_name, column_index, data_type, is_nullable, null, comment
    from duckdb_columns()
    where not internal and database_name = current_database()
)
select
    described.schema_name,
    described.table_name,
    described.column_name,
    described.position::integer as position,
    described.data_type,
    described.is_nullable,
    case when described.column_name is not null then keys.column_name is not null end as is_in_primary_key,
    case when dimensions.column_name is not null then 'marts.' || dimensions.table_name end as references_table,
    dimensions.column_name as references_column,
    described.rows::bigint as rows,
    described.comment as description,
    case when described.column_name is null then 'table' else 'column' end as kind
from described
left join keys using (schema_name, table_name, column_name)
left join dimensions
    on (
        described.column_name = dimensions.column_name
        or described.column_name like '%\\_' || dimensions.column_name escape '\\'
    )
    and described.table_name <> dimensions.table_name
    and described.table_name not in ('force_figures_compared', 'corrections')
where described.schema_name in ('marts', 'reports', 'audit')
    and not (described.schema_name = 'marts' and described.table_name = 'catalog')
union all
select
    schema_name, function_name, null, 0,
    case function_type when 'table_macro' then 'from ' else '' end || schema_name || '.' || function_name || '('
    || array_to_string(parameters, ', ') || ')',
    null, null, null, null, null, comment, 'macro'
from duckdb_functions()
where function_type in ('macro', 'table_macro') and database_name = current_database()
    and schema_name in ('marts', 'reports', 'audit')
order by schema_name, table_name, position
"""


# What a tool that looks into one schema finds first. A view that names its table with the schema alone is found under
# any alias of the file; one that dbt makes would name the file.
FIRST_SEEN = (
    "indicator_values",
    "partnership_totals",
    "dim_areas",
    "dim_indicators",
    "dim_measures",
    "dim_periods",
    "dim_releases",
    "fct_indicators",
    "fct_measures",
    "fct_observations",
    "fct_recorded_crimes",
    "catalog",
)
FIRST_SEEN_OF_AUDIT = ("changes", "discrepancies")


def write_first_seen(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes views of the open build's tables in its schema main, where `show tables` looks, with their comments."""
    places = {**dict.fromkeys(FIRST_SEEN, "marts"), **dict.fromkeys(FIRST_SEEN_OF_AUDIT, "audit")}
    tables = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    # Each statement alone would be written to the disk by itself.
    connection.begin()
    for schema, table, comment in tables:
        if places.get(table) != schema:
            continue
        connection.execute(f"create or replace view main.{table} as select * from {schema}.{table}")
        columns = connection.execute(
            "select column_name, comment from duckdb_columns() where database_name = current_database() "
            "and schema_name = ? and table_name = ?",
            [schema, table],
        ).fetchall()
        connection.execute(
            ";".join(
                [f"comment on view main.{table} is {_literal(comment)}"]
                + [f"comment on column main.{table}.{column} is {_literal(meaning)}" for column, meaning in columns]
            )
        )
    connection.commit()


def _literal(text: str | None) -> str:
    return "null" if text is None else "'" + text.replace("'", "''") + "'"


def write_catalog(connection: duckdb.DuckDBPyConnection) -> None:
    """Writes marts.catalog of the open build: one row per schema_name, table_name and column_name."""
    connection.execute(QUERY)
    for target, comment in COMMENTS.items():
        connection.execute(f"comment on {target} is {_literal(comment)}")
