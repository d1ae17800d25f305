"""Which figures are parts of which: by area, by measure and by period, and which periods lie beside or are the same."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

import duckdb

from orchestration.disclosure.suppression import Key

# What one period is made of. Twelve months by another name are the same sum.
PERIODS_IN = {
    "quarter": ("month",),
    "calendar_year": ("month", "quarter"),
    "financial_year": ("month", "quarter"),
    "rolling_twelve_months": ("month", "quarter", "calendar_year", "financial_year"),
    "three_pooled_years": ("calendar_year",),
}


class Ties:
    """The sums that tie the figures of a build, by its seeds, areas and periods.

    `not_public` are the measures of which a count may be hidden.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, not_public: Collection[str] = ()) -> None:
        self._connection = connection
        self._not_public = not_public

    def families(
        self, figures: Collection[Key], shown_before: Collection[Key] = ()
    ) -> Iterator[tuple[Key, list[Key], bool]]:
        """Each figure with its disjoint parts, one of them a figure at least, and whether these are all of it."""
        for measure, area, period in figures:
            families = [
                *(([(measure, part, period) for part in parts], whole) for parts, whole in self.parts_of_areas[area]),
                *(
                    ([(part, area, period) for part in parts], whole)
                    for parts, whole in self.parts_of_measures[measure]
                ),
                *(
                    ([(same, area, part) for part in parts], whole)
                    for same in (measure, *self.same_counts.get(measure, ()))
                    for parts, whole in self.parts_of_periods[period]
                ),
                # Of two that are not public, what one hides the other must hide too.
                *(
                    ([(same, area, span)], True)
                    for same in self.same_counts.get(measure, ())
                    if same in self._not_public and measure in self._not_public
                    for span in self.same_spans[period]
                ),
            ]
            for keys, complete in families:
                if any(key in figures or key in shown_before for key in keys):
                    yield (measure, area, period), keys, complete

    @cached_property
    def same_spans(self) -> dict[str, list[str]]:
        """The periods of the same days: twelve months to March are a financial year."""
        spans = self._connection.execute(
            "select list(period_id order by period_id) from marts.dim_periods group by start_date, end_date"
        ).fetchall()
        return {period: periods for (periods,) in spans for period in periods}

    @cached_property
    def parts_of_measures(self) -> dict[str, list[tuple[list[str], bool]]]:
        """Sets of measures that are disjoint parts of a measure, and whether they make it up."""
        found: dict[tuple[str, bool], set[str]] = defaultdict(set)
        for part, whole, complete in self._connection.execute(
            "select component_measure_id, measure_id, true from staging.measure_components union all "
            "select measure_id, linked_measure_id, link = 'makes_up' from staging.measure_links "
            "where link in ('part_of', 'makes_up')"
        ).fetchall():
            found[whole, complete].add(part)
        return _grouped((whole, parts, complete) for (whole, complete), parts in found.items())

    @cached_property
    def same_counts(self) -> dict[str, list[str]]:
        """The other measures that count the same as a measure, such as by year what it counts by month."""
        found: dict[str, set[str]] = {}
        for pair in self._connection.execute(
            "select measure_id, linked_measure_id from staging.measure_links where link = 'same_as'"
        ).fetchall():
            together = set(pair).union(*(found.get(one, set()) for one in pair))
            found |= dict.fromkeys(together, together)
        return {measure: sorted(together - {measure}) for measure, together in found.items()}

    @cached_property
    def parts_of_areas(self) -> dict[str, list[tuple[list[str], bool]]]:
        """Sets of areas of one kind that lie in an area, and whether they make it up, as the marts add them."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        areas = self._connection.execute(
            "select area_code, area_type, parent_area_code, police_force_code from marts.dim_areas"
        ).fetchall()
        kinds = {area: kind for area, kind, _, _ in areas}
        for area, kind, parent, force in areas:
            for whole in {parent, force} - {None, area}:
                found[whole, "local" if kind in ("local_authority", "unallocated") else kind].add(area)
        # A region has counties beside its authorities of one tier, so that neither alone make it up.
        return _grouped(
            (whole, parts, kind == "local" and kinds.get(whole) != "region") for (whole, kind), parts in found.items()
        )

    @cached_property
    def parts_of_periods(self) -> dict[str, list[tuple[list[str], bool]]]:
        """Sets of periods of one kind that lie in a period, and whether they fill it."""
        rows = self._connection.execute(
            "select whole.period_id, whole.period_type, part.period_type, list(part.period_id), "
            "sum(part.end_date - part.start_date + 1) = any_value(whole.end_date - whole.start_date + 1) "
            "from marts.dim_periods as whole inner join marts.dim_periods as part on part.period_id <> whole.period_id "
            "and part.start_date >= whole.start_date and part.end_date <= whole.end_date "
            "group by whole.period_id, whole.period_type, part.period_type"
        ).fetchall()
        return _grouped(
            (whole, set(parts), complete)
            for whole, kind, part_kind, parts, complete in rows
            if part_kind in PERIODS_IN.get(kind, ())
        )

    @cached_property
    def periods_beside(self) -> dict[str, tuple[str | None, tuple[str, ...]]]:
        """Of each period the one before, and those that it is before."""
        rows = self._connection.execute("select period_id, previous_period_id from marts.dim_periods").fetchall()
        before = dict(rows)
        after: dict[str, list[str]] = defaultdict(list)
        for period, previous in rows:
            after[previous].append(period)
        return {period: (before.get(period), tuple(after[period])) for period in {*before, *after} if period}


def _grouped(found: Iterable[tuple[str, set[str], bool]]) -> dict[str, list[tuple[list[str], bool]]]:
    grouped = defaultdict(list)
    for whole, parts, complete in sorted(found, key=lambda family: (family[0], sorted(family[1]))):
        grouped[whole].append((sorted(parts), complete))
    return grouped
