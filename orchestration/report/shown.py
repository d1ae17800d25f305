"""The rows of the tables and figures of the report with their sources: all of an edition in one query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from orchestration.report.contents import Rows, releases_where, shown_value, source_of, sources_sentence
from orchestration.report.edition import Edition
from orchestration.report.periods import with_period_words
from orchestration.support.duck import mappings
from orchestration.support.rounding import rounded


@dataclass
class Shown:
    """The rows of a table or figure in order, and a sentence that names the sources of their figures."""

    rows: Rows = field(default_factory=list)
    source: str = ""


# The rows of tables and figures as they were known on a day other than that of their edition.
SHOWN_ON_A_DAY = """
    select
        shown.report, shown.edition, shown.row_order, shown.row_label, shown.area_code, shown.series,
        shown.indicator_id, shown.period_id, shown.previous_period_id,
        round(known.value, decimals::int) as value,
        round(known.previous_value, decimals::int) as previous_value,
        round(known.change, decimals::int) as change,
        round(known.percent_change, 1) as percent_change,
        coalesce(known.value_status, 'not_available') as value_status,
        known.lower_95, known.upper_95, known.change_p_value, known.is_significant_change
    from ({reports}) as shown
    inner join marts.dim_indicators using (indicator_id)
    left join known using (indicator_id, area_code, period_id)
"""

# The rows of reports.revised_since, for a day other than that of the edition.
REVISED_AFTER_A_DAY = """
    select
        shown.edition, shown.report, shown.row_order, figures.figure,
        round(today.value, decimals::int) as value, coalesce(today.value_status, 'not_available') as value_status,
        today.numerator_release_id as release_id
    from shown
    inner join marts.dim_indicators using (indicator_id)
    cross join (values ('value'), ('previous_value')) as figures (figure)
    left join known on known.indicator_id = shown.indicator_id and known.area_code = shown.area_code
        and known.period_id = if(figure = 'value', shown.period_id, shown.previous_period_id)
    left join marts.fct_indicators as today on today.indicator_id = shown.indicator_id
        and today.area_code = shown.area_code
        and today.period_id = if(figure = 'value', shown.period_id, shown.previous_period_id)
    where (figure = 'value' or shown.previous_value is not null)
        and (round(known.value, decimals::int) is distinct from round(today.value, decimals::int)
            or coalesce(known.value_status, 'not_available') <> coalesce(today.value_status, 'not_available'))
"""


def shown_in(connection: duckdb.DuckDBPyConnection, reports: Sequence[str], edition: Edition) -> dict[str, Shown]:
    """What tables and figures of the edition (`table_06`) show, each row with its indicator's words and both periods.

    The figures are those known on the edition's day. If a release has revised them since, `revised` says in words what
    they are now, and by which release.
    """
    found = {report: Shown() for report in reports}
    releases = {row["release_id"]: row for row in releases_where(connection, "true", [])}
    for row in _rows(connection, reports, edition):
        # The change of a percentage is in percentage points, and is given once.
        row["percent_change"] = None if row["unit"] == "percent" else row["percent_change"]
        row["revised"] = "; ".join(_revised(releases, row, one) for one in row["revisions"] or ()) or None
        found[row["report"]].rows.append(row)
    behind = _releases_behind(connection, found, edition)
    for report, shown in found.items():
        shown.source = sources_sentence([row for name, row in releases.items() if (report, name) in behind])
    return found


def _rows(connection: duckdb.DuckDBPyConnection, reports: Sequence[str], edition: Edition) -> Rows:
    if not reports:
        return []
    every = " union all ".join(f"select '{report}' as report, * from reports.\"{report}\"" for report in reports)
    shown, revised = every, "select * from reports.revised_since"
    if edition.is_of_another_day:
        shown, revised = SHOWN_ON_A_DAY.format(reports=every), REVISED_AFTER_A_DAY
    cursor = connection.execute(
        f"""
        with known as (
            select * from marts.fct_indicator_history where known_from <= $day and (known_to is null or known_to > $day)
        ),
        shown as ({shown}),
        revised as ({revised})
        select
            shown.*,
            indicators.title, indicators.summary, indicators.definition, indicators.caveat,
            indicators.unit, indicators.decimals,
            areas.area_name, areas.area_type,
            periods.label as period, periods.start_date, periods.end_date, periods.period_type,
            periods_before.label as previous_period, periods_before.start_date as previous_start_date,
            numbers.interval_method,
            numbers_before.value_status as previous_status,
            (
                select list(struct_pack(figure, value, value_status, release_id) order by figure)
                from revised
                where revised.edition = shown.edition and revised.report = shown.report
                    and revised.row_order = shown.row_order
            ) as revisions
        from shown
        inner join marts.dim_indicators as indicators using (indicator_id)
        inner join marts.dim_areas as areas using (area_code)
        inner join marts.dim_periods as periods using (period_id)
        left join marts.dim_periods as periods_before on shown.previous_period_id = periods_before.period_id
        left join known as numbers
            on shown.indicator_id = numbers.indicator_id
            and shown.area_code = numbers.area_code
            and shown.period_id = numbers.period_id
        left join known as numbers_before
            on shown.indicator_id = numbers_before.indicator_id
            and shown.area_code = numbers_before.area_code
            and shown.previous_period_id = numbers_before.period_id
        where shown.edition = $edition
        order by shown.report, shown.row_order
        """,
        {"day": edition.day, "edition": edition.edition},
    )
    return with_period_words(mappings(cursor))


def _revised(releases: dict[str, dict[str, Any]], row: dict[str, Any], revision: dict[str, Any]) -> str:
    """The current value of a revised figure and the release that revised it, in words."""
    release = releases.get(revision["release_id"])
    source = source_of(release) if release else "several releases"
    now = shown_value(revision, "value", revision["value_status"])
    text = now if isinstance(now, str) else f"{rounded(now, row['decimals']):,}"
    return f"{row['period' if revision['figure'] == 'value' else 'previous_period']}: now {text}, from {source}"


def _releases_behind(
    connection: duckdb.DuckDBPyConnection, shown: dict[str, Shown], edition: Edition
) -> set[tuple[str, str]]:
    """Each table or figure with each release that its figures were made from on the edition's day."""
    figures = {
        (report, row["indicator_id"], row["area_code"], row[column])
        for report, content in shown.items()
        for row in content.rows
        for column in ("period_id", "previous_period_id")
        if row[column]
    }
    reports, indicators, areas, periods = (list(part) for part in zip(*figures, strict=True)) if figures else [[]] * 4
    return set(
        connection.execute(
            """
            with figures as (
                select
                    unnest($reports::varchar[]) as report,
                    unnest($indicators::varchar[]) as indicator_id,
                    unnest($areas::varchar[]) as area_code,
                    unnest($periods::varchar[]) as period_id
            )
            select distinct report, release_id from audit.lineage_history
            inner join figures using (indicator_id, area_code, period_id)
            where known_from <= $day and (known_to is null or known_to > $day)
            """,
            {"reports": reports, "indicators": indicators, "areas": areas, "periods": periods, "day": edition.day},
        ).fetchall()
    )
