"""What a table or figure of the report says, whatever it is written as: its rows, words, notes and sources."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from orchestration.releases.origin import PUBLISHER_FILE, listed, named, source_text
from orchestration.report.edition import AFTER_ALL, Edition, publisher_of
from orchestration.support.duck import mappings

# What stands in place of a value that is not shown.
SHORTHAND = {
    "suppressed": ("[c]", "confidential, withheld so that nobody can be recognised"),
    "not_available": ("[x]", "not available"),
    "not_applicable": ("[z]", "not applicable"),
    "rounds_to_zero": ("[low]", "a low figure that rounds to zero, but not a real zero"),
}

# What stands beside a value, in the column on its status.
MARKS = {
    "estimated": ("[e]", "estimated"),
    "provisional": ("[p]", "provisional"),
    "unreliable": ("[u]", "low reliability"),
}

HEADING_NOTES = {
    "rounding": "Values are rounded as the report shows them; changes are taken before rounding. The change of a "
    "percentage is in percentage points.",
    "byar": "The 95% limits say how far chance alone may move a count or a rate: by Byar's method, exact below 10.",
    "wilson": "The 95% limits say how far chance alone may move a share: by Wilson's method.",
    "publisher": "The 95% limits are the publisher's own.",
    "significance": "Significant: chance alone makes such a change in fewer than 5 cases of 100 (5% level), by the "
    "exact conditional test of two counts or rates, or the test of two proportions. Not tested: estimates, whose "
    "counts are not known, and pooled years that overlap.",
    "revised": "The figures of an edition stay those that were known on its day. Where a later release revised one, "
    "this column says what it is now and by which release.",
    "status": "Published: as the source gives it, or computed from such figures. Estimated: by a model. Approximate: "
    "the source gives it only roughly. Provisional: the source will revise it. Unreliable: the source marks it so. "
    "Suppressed: withheld so that nobody can be recognised. Not available: no release holds it. Not applicable: there "
    "can be none.",
}

Rows = list[dict[str, Any]]


def label_of(report: str) -> str:
    """`table_06` → `Table 6`."""
    kind, _, number = report.rpartition("_")
    return f"{kind.capitalize()} {int(number)}"


# The rows of a table or figure as they were known on another day than that of their edition.
SHOWN_ON_A_DAY = """
    select
        shown.edition, shown.row_order, shown.row_label, shown.area_code, shown.series, shown.indicator_id,
        shown.period_id, shown.previous_period_id,
        round(known.value, decimals::int) as value,
        round(known.previous_value, decimals::int) as previous_value,
        round(known.change, decimals::int) as change,
        round(known.percent_change, 1) as percent_change,
        coalesce(known.value_status, 'not_available') as value_status,
        known.lower_95, known.upper_95, known.change_p_value, known.is_significant_change
    from reports."{report}" as shown
    inner join marts.dim_indicators using (indicator_id)
    left join known using (indicator_id, area_code, period_id)
"""

# What reports.revised_since holds of an edition's own day, of another one.
REVISED_AFTER_A_DAY = """
    select
        shown.edition, '{report}' as report, shown.row_order, figures.figure,
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


def rows_of(connection: duckdb.DuckDBPyConnection, report: str, edition: Edition) -> Rows:
    """The rows of a table or figure of the edition, in its order, each with its indicator's words and both periods.

    The figures are those that were known on the edition's day; `revised` says in words what they are now, and by which
    release, where they were revised since.
    """
    shown, revised = f'select * from reports."{report}"', "select * from reports.revised_since"
    if edition.is_of_another_day:
        shown, revised = SHOWN_ON_A_DAY.format(report=report), REVISED_AFTER_A_DAY.format(report=report)
    cursor = connection.execute(
        f"""
        with known as (
            select * from marts.fct_indicator_history where known_from <= $day and (known_to is null or known_to > $day)
        ),
        shown as ({shown}),
        revised as ({revised})
        select
            shown.*,
            indicators.summary, indicators.definition, indicators.caveat, indicators.unit, indicators.decimals,
            areas.area_name,
            periods.label as period, periods.start_date,
            periods_before.label as previous_period, periods_before.start_date as previous_start_date,
            numbers.interval_method,
            numbers_before.value_status as previous_status,
            (
                select list(struct_pack(figure, value, value_status, release_id) order by figure)
                from revised
                where revised.edition = shown.edition and revised.report = $report
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
        order by shown.row_order
        """,
        {"day": edition.day, "edition": edition.edition, "report": report},
    )
    rows = mappings(cursor)
    for row in rows:
        # A percentage changes by percentage points, and its change is said once.
        row["percent_change"] = None if row["unit"] == "percent" else row["percent_change"]
        row["revised"] = "; ".join(_revised(connection, row, one) for one in row["revisions"] or ()) or None
    return rows


def _revised(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], revision: dict[str, Any]) -> str:
    """What a figure of a row is now, and by which release."""
    sources = _releases_where(connection, "release_id = ?", [revision["release_id"]])
    source = source_of(sources[0]) if sources else "several releases"
    now = shown_value(revision, "value", revision["value_status"])
    text = now if isinstance(now, str) else f"{now:,.{row['decimals']}f}"
    return f"{row['period' if revision['figure'] == 'value' else 'previous_period']}: {text} now, by {source}"


def releases_of_edition(connection: duckdb.DuckDBPyConnection, edition: Edition) -> Rows:
    """The rows of marts.dim_releases that count for an edition: those of its day and before, the newest first."""
    return _releases_where(connection, "released_on is null or released_on <= ?", [edition.day])


def _releases_where(connection: duckdb.DuckDBPyConnection, condition: str, parameters: list[Any]) -> Rows:
    cursor = connection.execute(
        f"select * from marts.dim_releases where {condition} order by publisher, title, released_on desc, release_id",
        parameters,
    )
    return mappings(cursor)


def discrepancies_of(connection: duckdb.DuckDBPyConnection, label: str, edition: Edition) -> str | None:
    """What the printed report has otherwise than this table; None where it agrees."""
    found = connection.execute(
        "select explanation from audit.discrepancies where edition = ? and place = ? "
        "and rule_id <> 'figure_was_revised' order by line, discrepancy_id",
        [edition.edition, label],
    ).fetchall()
    if not found:
        return None
    return f"The printed report differs from this table: {' '.join(text for (text,) in found)}"


def summary_of(row: dict[str, Any]) -> str:
    """What a row's indicator tells in a sentence, with its caveat: the whole definition is on the indicator's page."""
    return f"{row['summary']} {row['caveat'] or ''}".rstrip()


def definition_of(row: dict[str, Any]) -> str:
    """The definition of a row's indicator, with its caveat."""
    caveat = f" {row['caveat']}" if row["caveat"] else ""
    return f"{row['definition']}{caveat}"


def sources_of(connection: duckdb.DuckDBPyConnection, rows: Rows, edition: Edition) -> str:
    """One sentence that names the origin of the rows' figures: of each row's period, and of the one before if shown.

    It is their origin on the edition's day.
    """
    figures = {
        (row["indicator_id"], row["area_code"], row[column])
        for row in rows
        for column in ("period_id", "previous_period_id")
        if row.get(column)
    }
    return sources_sentence(releases_behind(connection, figures, edition.day))


def sources_sentence(releases: Rows) -> str:
    """`Source: …; ….` of these rows of marts.dim_releases."""
    texts = distinct(source_of(release) for release in releases)
    return f"{'Source' if len(texts) < 2 else 'Sources'}: {'; '.join(texts) or 'no release holds a figure'}."


def source_of(release: dict[str, Any]) -> str:
    """The source that a row of marts.dim_releases is, in words."""
    return source_text(release, publisher_of(release))


def releases_behind(
    connection: duckdb.DuckDBPyConnection, figures: Iterable[tuple[str, str, str]], day: date = AFTER_ALL
) -> Rows:
    """The rows of marts.dim_releases that figures (indicator, area, period) were made of on a day, newest first."""
    parts = zip(*sorted(figures), strict=True)
    indicators, areas, periods = (list(part) for part in parts) if figures else ([], [], [])
    cursor = connection.execute(
        """
        with figures as (
            select
                unnest(?::varchar[]) as indicator_id,
                unnest(?::varchar[]) as area_code,
                unnest(?::varchar[]) as period_id
        ),
        behind as (
            select distinct release_id from audit.lineage_history
            inner join figures using (indicator_id, area_code, period_id)
            where known_from <= ? and (known_to is null or known_to > ?)
        )
        select releases.* from marts.dim_releases as releases inner join behind using (release_id)
        order by publisher, title, released_on desc, release_id
        """,
        [indicators, areas, periods, day, day],
    )
    return mappings(cursor)


def made_from(releases: Rows) -> str:
    """What a report with these sources was made from, as the end of a sentence: releases, and figures typed."""
    own = [release for release in releases if release["origin"] == PUBLISHER_FILE]
    documents = distinct(named(release["origin_document"]) for release in releases if release not in own)
    parts = [f"{len(own)} {'release' if len(own) == 1 else 'releases'} of their publishers"] * bool(own)
    parts += [f"the figures printed in {listed(documents)}"] * bool(documents)
    return listed(parts) or "no release"


def change_unit(unit: str) -> str:
    """The unit of a change: percentages change by percentage points."""
    return {"percent": "percentage points"}.get(unit, unit)


def needs_series(rows: Rows) -> bool:
    """Whether the labels alone do not tell the rows apart."""
    return len(distinct(row["row_label"] for row in rows)) < len(rows)


def name_of_rows(rows: Rows) -> str:
    """The heading over the labels of the rows."""
    if len(distinct(row["area_code"] for row in rows)) == 1:
        return "Category"
    return "Area" if all(row["row_label"] == row["area_name"] for row in rows) else "Area or category"


def shown_value(row: dict[str, Any], column: str, status: str | None) -> float | str:
    """A figure of the row, or the shorthand for why there is none."""
    if row[column] is not None and status != "rounds_to_zero":
        return float(row[column])
    return SHORTHAND.get(status or "", SHORTHAND["not_available"])[0]


def shown_beside(row: dict[str, Any], column: str, of: float | str) -> float | str:
    """A figure made from another one: without that it is missing for the same reason; else it does not apply."""
    if row[column] is not None:
        return float(row[column])
    return of if isinstance(of, str) else SHORTHAND["not_applicable"][0]


def status_text(status: str | None) -> str:
    """A status in words, with its mark."""
    status = status or "not_available"
    words = status.replace("_", " ").capitalize()
    mark, _ = MARKS.get(status, (None, None))
    return f"{words} {mark}" if mark else words


def periods_of(rows: Rows) -> str:
    """The periods of the rows in words."""
    starts = {row["period"]: row["start_date"] for row in rows}
    starts |= {row["previous_period"]: row["previous_start_date"] for row in rows if row["previous_value"] is not None}
    ordered = sorted(starts, key=lambda label: (str(starts[label]), label))
    return " and ".join(ordered) if len(ordered) < 3 else f"{ordered[0]} to {ordered[-1]}"


def single(rows: Rows, column: str) -> str | None:
    """The one value that the column has in all rows; None where it has several."""
    values = distinct(row[column] for row in rows)
    return values[0] if len(values) == 1 else None


def distinct(values: Iterable[Any]) -> list[Any]:
    """The values in their order, each once."""
    return list(dict.fromkeys(values))


def has_any(rows: Rows, column: str) -> bool:
    """Whether the column has a value in any row."""
    return any(row[column] is not None for row in rows)
