"""Checks of what a release holds: tables that cover the same areas and years, and no gap between the first and last.

Tables of one workbook are compared with each other, a release with the one before it.
"""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from orchestration.validation.cells import Cells, Check, Problem, own_areas


def covers_alike(table: str, dimensions: Mapping[str, str]) -> Check:
    """The tables of a release (the labels of `table`, by kind of period) hold the same areas and the same periods.

    `dimensions` has for each column that is compared the one that says it as printed: a mark behind a year that one
    table has and another lacks makes no other year. A value that most tables hold and one lacks was removed from that
    one, or its header is not understood.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        if cells.frame["source_sheet"].isna().all():
            return
        kind = cells.frame["period_id"].fillna("").str.len()
        for _, rows in cells.frame.groupby(kind, sort=False):
            for dimension, printed in dimensions.items():
                yield from _missing_in_a_table(cells, rows, table, dimension, printed)

    return check


def _missing_in_a_table(
    cells: Cells, rows: pd.DataFrame, table: str, dimension: str, printed: str
) -> Iterator[Problem]:
    held = rows.groupby(table, sort=False)[dimension].agg(lambda column: set(column.dropna()))
    everything = set().union(*held)
    for label, values in held.items():
        for value in sorted(everything - values):
            has = [other for other, others in held.items() if value in others]
            first = rows[(rows[table] == has[0]) & (rows[dimension] == value)].index[0]
            sheet = rows.loc[rows[table] == label, "source_sheet"].iloc[0]
            yield Problem(
                "tables cover the same areas and periods",
                f"{rows['source_file'].iloc[0]}, sheet {sheet!r}",
                f"nothing for {' '.join(rows.at[first, printed].split())} ({label})",
                f"the same {'areas' if 'area' in dimension else 'periods'} as in {cells.cell(int(first))} ({has[0]})",
                "Download the file again; a row or column may have been removed or renamed.",
                blocks="area" not in dimension or value in own_areas(),
            )


def every_period_between(period: str, table: str) -> Check:
    """Between the first and the last single year of a table none is missing."""

    def check(cells: Cells) -> Iterator[Problem]:
        ids = cells.frame["period_id"].fillna("")
        for label, rows in cells.frame.groupby([table, "source_file"], sort=False):
            for prefix in ("CY", "FY", "MY"):
                chosen = rows[ids[rows.index].str.match(rf"{prefix}\d{{4}}(-\d\d)?$")]
                for length, of_length in chosen.groupby(ids[chosen.index].map(_years_of), sort=False):
                    years = sorted({int(text[2:6]) for text in ids[of_length.index]})
                    missing = sorted(set(range(years[0], years[-1] + 1)) - set(years))
                    if missing and (length == 1 or len(missing) == 1):
                        last = of_length.index[-1]
                        yield Problem(
                            "no period is missing between the first and the last",
                            cells.place(int(last)),
                            f"no {'year' if length == 1 else f'{length} years from'} {missing[0]} for {label[0]}",
                            f"every one from {years[0]} to {years[-1]}",
                            "Download the file again; a column or rows may have been removed.",
                        )

    return check


def _years_of(period_id: str) -> int:
    """How many years a period spans, by its identifier."""
    if len(period_id) == 6:
        return 1
    span = (int(period_id[-2:]) - int(period_id[2:6])) % 100
    return span if period_id.startswith("FY") else span + 1


def tables_hold(column: str, wanted: Sequence[Sequence[str]], by: Sequence[str]) -> Check:
    """Each table (by its labels `by`) has every one of the wanted labels, each given with its spellings.

    A table that has less than half of them is of a smaller layout, and is not held to them.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        for _, rows in cells.frame.groupby(list(by), sort=False):
            held = set(rows[column].dropna())
            if 2 * len([spellings for spellings in wanted if held & set(spellings)]) < len(wanted):
                continue
            for spellings in wanted:
                if not held & set(spellings):
                    known = {spelling for group in wanted for spelling in group}
                    others = sorted(held - known)
                    yield Problem(
                        "tables hold their columns",
                        f"{rows['source_file'].iloc[0]}, sheet {rows['source_sheet'].iloc[0]!r}",
                        f"no column {spellings[0]!r}"
                        + (f"; unknown are {', '.join(map(repr, others[:4]))}" if others else ""),
                        "it, as in every table of this layout",
                        "Restore the header; if the publisher renamed it, report it so that the reader learns it.",
                    )

    return check


def sexes_come_with_persons(column: str) -> Check:
    """Where a kind of period has figures of males or females, it has those of persons: else a title names another sex.

    Labels are such as `drug misuse, males, deaths`.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        span = cells.frame["period_id"].fillna("").str.len()
        for _, rows in cells.frame.groupby(span, sort=False):
            held = set(rows[column].dropna())
            for label in sorted(held):
                whole = label.replace(", males,", ", persons,").replace(", females,", ", persons,")
                if whole not in held:
                    first = int(rows.index[rows[column] == label][0])
                    yield Problem(
                        "tables come together",
                        cells.place(first),
                        f"{label!r} and no {whole!r} of such periods",
                        "both, as the publisher prints them",
                        "Compare the titles of the tables with the publisher's file; one may name another sex.",
                    )

    return check


def years_come_with_spans(column: str) -> Check:
    """Single years and spans of years come in one workbook: where one of the two is gone, that is told."""

    def check(cells: Cells) -> Iterator[Problem]:
        ids = cells.frame["period_id"].fillna("")
        if cells.frame["source_sheet"].isna().all() or ids.empty:
            return
        single = ids.str.len() == len("CY2024")
        if single.all() or not single.any():
            what, other = ("spans of years", "single years") if single.all() else ("single years", "spans of years")
            yield Problem(
                "tables come together",
                str(cells.frame["source_file"].iloc[0]),
                f"no table of {what} ({cells.frame[column].nunique()} kinds of figure of {other})",
                f"tables of {what} too, as the publisher's workbook has them",
                "Download the file again if a sheet was removed.",
                blocks=False,
            )

    return check


def periods_have_both(column: str, labels: Sequence[str]) -> Check:
    """Each period of a release has figures of all these labels that the release has, each in tables of their own."""

    def check(cells: Cells) -> Iterator[Problem]:
        wanted = [label for label in labels if (cells.frame[column] == label).any()]
        for period, held in cells.frame.groupby("period_id", sort=False)[column].agg(set).items():
            for label in wanted:
                if label not in held:
                    yield Problem(
                        "tables come together",
                        str(cells.frame["source_file"].iloc[0]),
                        f"no table by {label} for {period}",
                        f"one, beside that by {' and '.join(sorted(other for other in wanted if other in held))}",
                        "Download the file again; a sheet may have been removed.",
                    )

    return check
