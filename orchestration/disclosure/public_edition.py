"""The public edition: a second file from a finished build, without the small counts of datasets that are not public.

What is hidden is decided on the marts (`suppression.py` does the arithmetic); then all that comes after the measures is
built again without it, in a copy, so that no sum, rate, interval or change is left of a hidden count. The tables are
then written into a new file, so that none of its bytes is an earlier table's.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.building.dbt import (
    WITHOUT_EXAMPLES,
    invoke,
    parsed_manifest,
    reasons_of_failure,
    record_checks,
    set_environment,
)
from orchestration.disclosure.earlier_editions import earlier_editions
from orchestration.disclosure.figures import Published
from orchestration.publishing.publish import new_database
from orchestration.publishing.structure import measures_tables
from orchestration.settings import Settings
from orchestration.support.duck import only_row, quoted
from orchestration.support.refusal import Refusal, system_errors_as_refusals

# What is built again: the measures with what follows from them, and what is compared with the printed report.
REBUILT = ("all_measures+", "audit_published_figures+")

# Seeds that print figures of the report, or say what a publisher should have printed; audit has what is public of them.
SEEDS_WITH_FIGURES = ("published_figures", "published_claims", "published_rates", "corrections")

# What holds figures of measures. Rows of history are told apart by the days on which they were known.
FIGURES = ("marts.fct_observations", "marts.fct_observation_history", "marts.fct_measures", "marts.fct_measure_history")

# A hash over a file that differs in one small number gives the number away to whoever tries them all.
WITHHELD = "withheld"


def make_public_edition(settings: Settings, build: Path) -> Path:
    """Writes the public edition of a finished build, and returns its path below the build's folder.

    Raises `Refusal` where a policy is none, a count cannot be protected, a model or check fails on it, or it cannot be
    written.
    """
    try:
        with system_errors_as_refusals():
            try:
                return _made(settings, build)
            except duckdb.Error as error:
                raise Refusal(
                    f"The public edition: found what DuckDB cannot read or write ({error}); expected a finished build, "
                    f"room for a second one, and the editions in {settings.public.home} as published. Make room, or "
                    "put the file that it names back from the backup, then refresh again."
                ) from error
    finally:
        set_environment(settings, build)


def _made(settings: Settings, build: Path) -> Path:
    work = build.parent / "public-work" / build.name
    work.parent.mkdir()
    shutil.copyfile(build, work)
    with duckdb.connect(str(work)) as connection:
        published = Published(connection, earlier_editions(settings.public))
        hidden = published.keys_to_hide()
        _fill(connection, "suppressions", sorted(hidden))
        _fill(connection, "kept_sums", published.sums_to_keep(hidden))
        _remove_figures_of_the_report(connection, {*published.measures, *published.withheld})
    set_environment(settings, work)
    result = invoke(["build", "--no-write-json", *WITHOUT_EXAMPLES, "--select", *REBUILT], manifest=parsed_manifest())
    record_checks(result.result or (), work)
    if not result.success:
        reasons = reasons_of_failure(result.result or (), work)
        raise Refusal("The public edition: " + ("\n".join(reasons) or str(result.exception)))
    with duckdb.connect(str(work)) as connection:
        _refuse_what_is_left(connection)
        _refuse_hidden_points(connection)
        _remove_what_is_not_public(connection, published.datasets)
    edition = build.parent / "public" / build.name
    edition.parent.mkdir()
    new_database(edition)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{quoted(work)}' as work (read_only)")
        connection.execute(f"attach '{quoted(edition)}' as edition")
        connection.execute("copy from database work to edition")
    shutil.rmtree(work.parent)
    return edition


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    connection.execute(f"delete from staging.{table}")
    if rows:
        connection.executemany(f"insert into staging.{table} values ({', '.join('?' * len(rows[0]))})", rows)


def _remove_figures_of_the_report(connection: duckdb.DuckDBPyConnection, measures: Iterable[str]) -> None:
    """Takes what a report prints of such measures out of the seeds, so that no rule tells of it."""
    connection.execute(
        "delete from staging.published_figures where indicator_id is null or indicator_id not in (select indicator_id "
        "from staging.indicators where numerator_measure_id not in (select unnest($1)) "
        "and coalesce(denominator_measure_id, '') not in (select unnest($1)))",
        [list(measures)],
    )


def _refuse_what_is_left(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("staging.all_measures", *FIGURES):
        left = only_row(
            connection.execute(
                f"select count(*) from {table} inner join staging.suppressions "
                "using (measure_id, area_code, period_id) "
                "where value is not null or value_text is not null or lower_limit is not null "
                "or upper_limit is not null"
            )
        )[0]
        if left:
            raise Refusal(f"The public edition: found {left} hidden figures in {table}; expected none of them.")


def _refuse_hidden_points(connection: duckdb.DuckDBPyConnection) -> None:
    """A point of a chart is a figure that is shown; what is hidden is no point, and part of no limit."""
    left = only_row(
        connection.execute(
            "select count(*) from marts.fct_signal_points inner join staging.suppressions "
            "using (measure_id, area_code, period_id)"
        )
    )[0]
    if left:
        raise Refusal(
            f"The public edition: found {left} hidden figures in marts.fct_signal_points; expected none of them."
        )


def _remove_what_is_not_public(connection: duckdb.DuckDBPyConnection, not_public: Iterable[str]) -> None:
    datasets = sorted(not_public)
    tables = [f"staging.{name}" for name in SEEDS_WITH_FIGURES]
    for dataset in datasets:
        publisher, _, name = dataset.partition(".")
        tables += [
            f"raw_{publisher}.{name}",
            f"staging.stg_{publisher}__{name}",
        ]
    for table in tables:
        connection.execute(f"drop table if exists {table}")
    for table in measures_tables(connection):
        connection.execute(
            f"delete from staging.{table} where split_part(release_id, '@', 1) in (select unnest(?))", [datasets]
        )
    for table in ("marts.dim_releases", "raw_landing.releases"):
        connection.execute(
            f"update {table} set sha256 = '{WITHHELD}' where dataset in (select unnest(?))",
            [datasets],
        )
    connection.execute(
        f"update audit.inputs set sha256 = '{WITHHELD}' where input in (select unnest(?))",
        [datasets],
    )
    # A refusal quotes the cell that it is about.
    connection.execute(
        f"update audit.set_aside set message = '{WITHHELD}' where dataset in (select unnest(?))",
        [datasets],
    )
    connection.execute("delete from audit.corrections where dataset in (select unnest(?))", [datasets])
    for table in ("audit.release_findings", "raw_landing.findings"):
        connection.execute(f"delete from {table} where dataset in (select unnest(?))", [datasets])
    if "police.street_crime" in datasets:
        connection.execute("delete from marts.fct_recorded_crimes")
