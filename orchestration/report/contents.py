"""The content of the tables and figures of the report, in any format: rows, words, notes and sources."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import duckdb

from orchestration.releases.origin import PUBLISHER_FILE, day_text, listed, named, source_text
from orchestration.report.edition import Edition, publisher_of
from orchestration.support.duck import mappings

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


def releases_of_edition(connection: duckdb.DuckDBPyConnection, edition: Edition) -> Rows:
    """The rows of marts.dim_releases up to the day of an edition, newest first."""
    return releases_where(connection, "released_on is null or released_on <= ?", [edition.day])


def releases_where(connection: duckdb.DuckDBPyConnection, condition: str, parameters: list[Any]) -> Rows:
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


def definition_of(row: dict[str, Any]) -> str:
    """The definition of a row's indicator, with its caveat."""
    caveat = f" {row['caveat']}" if row["caveat"] else ""
    return f"{row['definition']}{caveat}"


def sources_sentence(releases: Rows) -> str:
    """`Source: …; ….` of these rows of marts.dim_releases, with a publisher's own releases of a dataset as one."""
    sources = sources_by_dataset(releases)
    return f"{'Source' if len(sources) < 2 else 'Sources'}: {'; '.join(sources) or 'no release has a figure'}."


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
