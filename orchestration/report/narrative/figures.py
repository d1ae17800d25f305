"""The figures that the words of an edition refer to, as they were known on its day."""

import re
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import duckdb

from orchestration.releases.origin import day_text
from orchestration.report.contents import Rows, distinct
from orchestration.report.edition import Edition
from orchestration.report.periods import period_text
from orchestration.support.duck import mappings

LATEST = "latest"
WITHIN_A_YEAR = ("month", "quarter")


class Unresolved(Exception):
    """A reference that leads to no figure: what was found, what was expected, and what to do."""

    def __init__(self, found: str, expected: str, action: str) -> None:
        super().__init__(found)
        self.found, self.expected, self.action = found, expected, action


class Figures:
    """Figures of the marts by indicator, area and period, each found by the words that an officer writes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, edition: Edition) -> None:
        self._connection, self.edition = connection, edition
        self._rows: dict[str, Rows] = {}

    @cached_property
    def indicators(self) -> list[str]:
        return [
            name for (name,) in self._connection.execute("select indicator_id from marts.dim_indicators").fetchall()
        ]

    @cached_property
    def titles(self) -> dict[str, str]:
        """The names of indicators by their titles in small letters."""
        found = self._connection.execute("select lower(title), indicator_id from marts.dim_indicators")
        return dict(found.fetchall())

    @cached_property
    def members(self) -> dict[str, str]:
        """The names of the partnership's members by code."""
        found = self._connection.execute(
            "select area_code, area_name from marts.dim_areas where is_partnership_member order by area_name"
        )
        return dict(found.fetchall())

    @cached_property
    def reports(self) -> list[str]:
        """The tables and figures of the edition: `table_01`, in order."""
        found = self._connection.execute(
            "select report from reports.report_contents where edition = ? order by report_order",
            [self.edition.edition],
        )
        return [name for (name,) in found.fetchall()]

    def rows(self, indicator: str) -> Rows:
        """All figures of an indicator on the day of the edition, oldest first."""
        if indicator not in self._rows:
            facts = "marts.fct_indicators"
            parameters: list[Any] = [indicator]
            if self.edition.as_of is not None:
                facts = (
                    "(select * from marts.fct_indicator_history "
                    "where known_from <= $2 and (known_to is null or known_to > $2))"
                )
                parameters = [indicator, self.edition.day]
            self._rows[indicator] = mappings(
                self._connection.execute(
                    "select numbers.*, label as period, start_date, period_type, unit, decimals, polarity, title, "
                    f"area_name, area_type, is_partnership_member from {facts} as numbers "
                    "inner join marts.dim_periods using (period_id) inner join marts.dim_areas using (area_code) "
                    "inner join marts.dim_indicators using (indicator_id) "
                    "where indicator_id = $1 order by start_date nulls first, period_id, area_code",
                    parameters,
                )
            )
        return self._rows[indicator]

    def find(self, indicator: str, area: str, period: str) -> dict[str, Any]:
        """The row that three words name. Raises Unresolved if they name none, or one without a figure."""
        if indicator not in self.indicators:
            by_title = self.titles.get(indicator.casefold())
            expected = f"its name, {by_title}" if by_title else _one_of(indicator, self.indicators)
            raise Unresolved(f"the indicator '{indicator}'", expected, "Correct the indicator.")
        rows = self.rows(indicator)
        here = [row for row in rows if area.casefold() in (row["area_name"].casefold(), row["area_code"].casefold())]
        if not here:
            self._refuse_later(indicator, area, None)
            areas = distinct(row["area_name"] for row in rows)
            raise Unresolved(f"the area '{area}', which has no {indicator}", _one_of(area, areas), "Correct the area.")
        if len(distinct(row["area_code"] for row in here)) > 1:
            codes = distinct(row["area_code"] for row in here)
            raise Unresolved(f"the area '{area}', which is several", f"one of {', '.join(codes)}", "Write the code.")
        if period == LATEST:
            found = [row for row in here if row["value"] is not None][-1:]
        else:
            found = [row for row in here if _bare(period) in _names(row)]
        if not found:
            self._refuse_later(indicator, area, None if period == LATEST else period)
            periods = ", ".join(distinct(row["period"] for row in here))
            raise Unresolved(
                f"no figure of {indicator} in {area} for {period}", f"a period that has one: {periods}", "Correct it."
            )
        if found[0]["value"] is None:
            reason = found[0]["value_status"].replace("_", " ")
            raise Unresolved(
                f"a figure of {indicator} in {area} for {period} that is {reason}",
                "a figure that is shown",
                "Take the reference out, or refer to another period.",
            )
        return found[0]

    def _refuse_later(self, indicator: str, area: str, period: str | None) -> None:
        """Raises Unresolved if the figure is held now, and was not on the day of the edition."""
        if self.edition.as_of is None:
            return
        later = mappings(
            self._connection.execute(
                "select period_id, label as period from marts.fct_indicators inner join marts.dim_periods "
                "using (period_id) inner join marts.dim_areas using (area_code) "
                "where indicator_id = ? and lower(?) in (lower(area_name), lower(area_code)) and value is not null",
                [indicator, area],
            )
        )
        if any(period is None or _bare(period) in _names(row) for row in later):
            day = day_text(self.edition.day)
            raise Unresolved(
                f"a figure of {indicator} in {area} that came after {day}, the day of the edition",
                f"a figure that was known on {day}",
                "Take the reference out, or give the edition a later day (as_of in editions.csv, or --as-of).",
            )

    def series(self, row: dict[str, Any]) -> Rows:
        """All rows of the indicator and area of a row, those without a figure among them, oldest first."""
        return [one for one in self.rows(row["indicator_id"]) if one["area_code"] == row["area_code"]]

    def year_before(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """The row of the same series a year earlier: of a month or a quarter, the same one of the year before."""
        day = row["start_date"]
        if row["period_type"] not in WITHIN_A_YEAR or day is None:
            return None
        same = (row["period_type"], day.replace(year=day.year - 1))
        return next((one for one in self.series(row) if (one["period_type"], one["start_date"]) == same), None)

    def of_members(self, row: dict[str, Any]) -> Rows:
        """The figures of all members of the partnership for the indicator and period of this row, lowest first.

        Raises Unresolved if one of them is not shown: what is hidden or missing could be the highest.
        """
        rows = [
            one
            for one in self.rows(row["indicator_id"])
            if one["period_id"] == row["period_id"] and one["is_partnership_member"]
        ]
        if {one["area_code"] for one in rows if one["value"] is not None} != set(self.members):
            raise Unresolved(
                f"an order of the areas by {row['indicator_id']} in {row['period']}",
                f"a figure in each of the {len(self.members)} areas",
                "Give the value without an order.",
            )
        return sorted(rows, key=lambda one: one["value"])


def year_of(row: dict[str, Any]) -> int:
    """The year of a row's period, or that in which it begins; 0 where its source states none."""
    if row["year"] is not None:
        return int(row["year"])
    return row["start_date"].year if row["start_date"] else 0


def shown(row: dict[str, Any], column: str = "value") -> float:
    """A figure of a row, rounded as it is shown."""
    return round(float(row[column]), row["decimals"])


def _names(row: dict[str, Any]) -> set[str]:
    """What an officer may call the period of a row: its label, its identifier, or its words."""
    names = {_bare(name) for name in (row["period"], row["period_id"], period_text(row["period"]))}
    if year := re.fullmatch(r"((?:19|20)\d\d)/(\d\d)", row["period"]):
        # A financial year as people write it: 2024-25, 2024/2025.
        names |= {f"{year[1]}-{year[2]}", f"{year[1]}/{year[1][:2]}{year[2]}", f"{year[1]}-{year[1][:2]}{year[2]}"}
    return names


def _bare(period: str) -> str:
    return period.strip().casefold().replace("–", "-")


def _one_of(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, 3, 0.5) or known[:3]
    return f"one such as {', '.join(near)}" if near else "one that has figures"
