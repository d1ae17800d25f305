"""The content of the tables and figures of the report, in any format: rows, words, notes and sources."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from orchestration.releases.origin import PUBLISHER_FILE, day_text, listed, named, source_text
from orchestration.report.edition import AFTER_ALL, Edition, publisher_of
from orchestration.report.periods import with_period_words
from orchestration.support.duck import mappings
from orchestration.support.rounding import rounded

# The shorthand in place of a value that is not shown.
SHORTHAND = {
    "suppressed": ("[c]", "confidential, suppressed so that nobody can be identified"),
    "not_available": ("[x]", "not available"),
    "not_applicable": ("[z]", "not applicable"),
    "rounds_to_zero": ("[low]", "a low figure that rounds to zero but is not zero"),
}

# The shorthand after a status, in the column of statuses.
MARKS = {
    "estimated": ("[e]", "estimated"),
    "provisional": ("[p]", "provisional"),
    "unreliable": ("[u]", "low reliability"),
}

HEADING_NOTES = {
    "rounding": "Values are rounded for the report. Changes are calculated before rounding. The change in a "
    "percentage is in percentage points.",
    "byar": "The range between the limits is the 95% confidence interval of the count or rate, calculated with Byar's "
    "method (exact for counts below 10).",
    "wilson": "The range between the limits is the 95% confidence interval of the percentage, calculated with Wilson's "
    "method.",
    "student_t": "The range between the limits is the 95% confidence interval of the mean, calculated with Student's t "
    "from the number of cases and their standard deviation.",
    "publisher": "The range between the limits is the 95% confidence interval that the publisher gives.",
    "significance": "Statistically significant at the 5% level: a change this large would happen by chance fewer than "
    "5 times in 100. Counts and rates are compared with the exact conditional test, percentages with the test of two "
    "proportions. Not tested: estimates whose counts are not known, and pooled years that overlap.",
    "revised": "The tables of an edition show the figures known on its date. If a later release revised a figure, this "
    "column gives the new figure and the release.",
    "status": "Published: given by the source, or calculated from figures that it gives. Estimated: produced by a "
    "model. Approximate: the source gives a rough figure only. Provisional: the source will revise it. Unreliable: the "
    "source says that it is not reliable. Suppressed: withheld so that nobody can be identified. Not available: no "
    "release has it. Not applicable: there cannot be a figure.",
}

Rows = list[dict[str, Any]]


def label_of(report: str) -> str:
    """`table_06` → `Table 6`."""
    kind, _, number = report.rpartition("_")
    return f"{kind.capitalize()} {int(number)}"


# The rows of a table or figure as they were known on a day other than that of their edition.
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

# The rows of reports.revised_since, for a day other than that of the edition.
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
    """The rows of a table or figure of the edition in order, each with its indicator's words and both periods.

    The figures are those known on the edition's day. If a release has revised them since, `revised` says in words what
    they are now, and by which release.
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
            indicators.title, indicators.summary, indicators.definition, indicators.caveat,
            indicators.unit, indicators.decimals,
            areas.area_name, areas.area_type,
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
    rows = with_period_words(mappings(cursor))
    for row in rows:
        # The change of a percentage is in percentage points, and is given once.
        row["percent_change"] = None if row["unit"] == "percent" else row["percent_change"]
        row["revised"] = "; ".join(_revised(connection, row, one) for one in row["revisions"] or ()) or None
    return rows


def _revised(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], revision: dict[str, Any]) -> str:
    """The current value of a revised figure and the release that revised it, in words."""
    sources = _releases_where(connection, "release_id = ?", [revision["release_id"]])
    source = source_of(sources[0]) if sources else "several releases"
    now = shown_value(revision, "value", revision["value_status"])
    text = now if isinstance(now, str) else f"{rounded(now, row['decimals']):,}"
    return f"{row['period' if revision['figure'] == 'value' else 'previous_period']}: now {text}, from {source}"


def releases_of_edition(connection: duckdb.DuckDBPyConnection, edition: Edition) -> Rows:
    """The rows of marts.dim_releases up to the day of an edition, newest first."""
    return _releases_where(connection, "released_on is null or released_on <= ?", [edition.day])


def _releases_where(connection: duckdb.DuckDBPyConnection, condition: str, parameters: list[Any]) -> Rows:
    cursor = connection.execute(
        f"select * from marts.dim_releases where {condition} order by publisher, title, released_on desc, release_id",
        parameters,
    )
    return mappings(cursor)


def discrepancies_of(connection: duckdb.DuckDBPyConnection, label: str, edition: Edition) -> str | None:
    """How the printed report differs from this table; None if it does not."""
    found = connection.execute(
        "select explanation from audit.discrepancies where edition = ? and place = ? "
        "and rule_id <> 'figure_was_revised' order by line, discrepancy_id",
        [edition.edition, label],
    ).fetchall()
    if not found:
        return None
    return f"The printed report differs from this table: {' '.join(text for (text,) in found)}"


def summary_of(row: dict[str, Any]) -> str:
    """The summary of a row's indicator with its caveat; the full definition is on the indicator's page."""
    return f"{row['summary']} {row['caveat'] or ''}".rstrip()


def definition_of(row: dict[str, Any]) -> str:
    """The definition of a row's indicator, with its caveat."""
    caveat = f" {row['caveat']}" if row["caveat"] else ""
    return f"{row['definition']}{caveat}"


def sources_of(connection: duckdb.DuckDBPyConnection, rows: Rows, edition: Edition) -> str:
    """A sentence that names the sources of the rows' figures, for each period shown, on the edition's day."""
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
    return f"{'Source' if len(texts) < 2 else 'Sources'}: {'; '.join(texts) or 'no release has a figure'}."


def source_of(release: dict[str, Any]) -> str:
    """The source of a row of marts.dim_releases, in words."""
    return source_text(release, publisher_of(release))


def sources_by_dataset(releases: Rows) -> list[str]:
    """The sources of rows of marts.dim_releases in words, a publisher's own releases of a dataset as one."""
    days: dict[tuple[str, str], list[date]] = {}
    texts: dict[tuple[str, str], str] = {}
    for release in releases:
        own = release["origin"] == PUBLISHER_FILE
        text = source_of(release)
        key = (publisher_of(release), release["title"]) if own else (text, "")
        texts.setdefault(key, text)
        days.setdefault(key, []).extend([release["released_on"]] if own else [])
    return [
        text if len(set(days[key])) < 2 else f"{', '.join(key)}, {_released_between(days[key])}"
        for key, text in texts.items()
    ]


def _released_between(days: list[date]) -> str:
    """`2 releases, 5 March 2024 and 5 March 2026`, or `7 releases, 12 June 2019 to 12 June 2025`."""
    ordered = sorted(set(days))
    joined = "and" if len(ordered) == 2 else "to"
    return f"{len(ordered)} releases, {day_text(ordered[0])} {joined} {day_text(ordered[-1])}"


def releases_behind(
    connection: duckdb.DuckDBPyConnection, figures: Iterable[tuple[str, str, str]], day: date = AFTER_ALL
) -> Rows:
    """The releases that figures (indicator, area, period) were made from on a day, newest first."""
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
    """What a report with these sources was made from, as the end of a sentence."""
    own = [release for release in releases if release["origin"] == PUBLISHER_FILE]
    documents = distinct(named(release["origin_document"]) for release in releases if release not in own)
    parts = [f"{len(own)} {'release' if len(own) == 1 else 'releases'} by publishers"] * bool(own)
    parts += [f"the figures printed in {listed(documents)}"] * bool(documents)
    return listed(parts) or "no release"


def change_unit(unit: str) -> str:
    """The unit of a change: percentages change by percentage points."""
    return {"percent": "percentage points"}.get(unit, unit)


# More series side by side would not fit a page.
SERIES_ABREAST = 3

# A column of a table, by `is_significant_change`.
TESTED = {True: "Yes", False: "No", None: "Not tested"}


def series_abreast(rows: Rows) -> dict[str, dict[str, dict[str, Any]]] | None:
    """The rows by label and series, where the series of a table can stand side by side; else None."""
    by_label: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        by_label.setdefault(row["row_label"], {})[row["series"]] = row
    is_whole = sum(len(found) for found in by_label.values()) == len(rows)
    few = len(distinct(row["series"] for row in rows)) <= SERIES_ABREAST
    return by_label if needs_series(rows) and is_whole and few else None


def needs_series(rows: Rows) -> bool:
    """Whether several rows have the same label."""
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
    """A figure made from another one, or the shorthand for why there is none.

    If that other one is missing, this one is missing for the same reason; otherwise it does not apply.
    """
    if row[column] is not None:
        return float(row[column])
    return of if isinstance(of, str) else SHORTHAND["not_applicable"][0]


def status_words(status: str | None) -> str:
    """A status in words: `not available`."""
    return (status or "not_available").replace("_", " ")


def status_text(status: str | None) -> str:
    """A status in words, with its mark."""
    status = status or "not_available"
    words = status_words(status).capitalize()
    mark, _ = MARKS.get(status, (None, None))
    return f"{words} {mark}" if mark else words


def periods_of(rows: Rows) -> str:
    """The periods of the rows in words."""
    starts = {row["period"]: row["start_date"] for row in rows}
    starts |= {row["previous_period"]: row["previous_start_date"] for row in rows if row["previous_value"] is not None}
    ordered = sorted(starts, key=lambda label: (str(starts[label]), label))
    return " and ".join(ordered) if len(ordered) < 3 else f"{ordered[0]} to {ordered[-1]}"


def single(rows: Rows, column: str) -> str | None:
    """The value of the column if all rows have the same; None if they do not."""
    values = distinct(row[column] for row in rows)
    return values[0] if len(values) == 1 else None


def distinct(values: Iterable[Any]) -> list[Any]:
    """The values in order, without repeats."""
    return list(dict.fromkeys(values))


def has_any(rows: Rows, column: str) -> bool:
    """Whether the column has a value in any row."""
    return any(row[column] is not None for row in rows)
