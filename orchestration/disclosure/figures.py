"""What a build publishes of datasets that are not public, how its figures are tied, and which must be left out."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

import duckdb

from orchestration.disclosure.earlier_editions import Earlier, PrintedChange
from orchestration.disclosure.policies import policies_of
from orchestration.disclosure.suppression import Count, Key, Rest, Table, keys_to_hide
from orchestration.disclosure.ties import Ties

# Units of values that count nothing.
NO_COUNTS = ("percent", "percentage points", "kilograms")


class Figure(NamedTuple):
    """What is published of a measure, area and period."""

    value: float | None
    status: str
    is_computed: bool


class Published:
    """What a build publishes of datasets that are not public, and how its figures are tied to each other."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, earlier: Earlier | None = None) -> None:
        self._connection = connection
        self._earlier = earlier or Earlier()
        # Small counts that are left out although an earlier edition, or nearly another publisher, tells them.
        self._told: set[Key] = set()
        policies = policies_of(connection)
        # Datasets whose files are not public; measures with small counts to hide; measures that are withheld.
        self.datasets, self.measures, self.withheld = policies.datasets, policies.measures, policies.withheld
        self._ties = Ties(connection, self.measures.keys())

    @cached_property
    def _counting(self) -> set[str]:
        """The measures whose values count something: no rates, shares, averages, weights or changes."""
        rows = self._connection.execute(
            "select measure_id from marts.dim_measures where unit not in (select unnest(?)) and unit not like 'per %' "
            "and statistic is null and measure_id not in "
            "(select measure_id from staging.measure_links where link in ('change_of', 'rate_of'))",
            [list(NO_COUNTS)],
        ).fetchall()
        return {measure for (measure,) in rows}

    @cached_property
    def _shares_and_averages(self) -> set[Key]:
        """The shares of datasets whose policy hides them, but for changes, which go with what they are a change of.

        Averages are hidden under every policy: one of few cases tells of each of them, and its limits tell how many
        there were.
        """
        measures = [measure for measure, policy in self.measures.items() if policy.hides_shares]
        return set(
            self._connection.execute(
                "select distinct measure_id, area_code, period_id from marts.fct_observations "
                "inner join marts.dim_measures using (measure_id) "
                "where (unit = 'percent' and measure_id in (select unnest($1)) "
                "or statistic is not null and measure_id in (select unnest($2))) "
                "and measure_id not in (select measure_id from staging.measure_links where link = 'change_of')",
                [measures, list(self.measures)],
            ).fetchall()
        )

    @cached_property
    def _of_withheld(self) -> set[Key]:
        """All there is of the measures that are withheld, the sums over areas and what releases withdrew among it."""
        return set(
            self._connection.execute(
                "select measure_id, area_code, period_id from marts.fct_observations "
                "where measure_id in (select unnest($1)) union "
                "select measure_id, area_code, period_id from marts.fct_measure_history "
                "where measure_id in (select unnest($1))",
                [list(self.withheld)],
            ).fetchall()
        )

    @cached_property
    def _twins(self) -> dict[str, set[str]]:
        """Measures of other publishers that count the same: what they print of an area and period is known to all."""
        twins = defaultdict(set)
        for measure, other in self._connection.execute(
            "select force_measure_id, home_office_measure_id from staging.compared_measures union all "
            "select measure_id, linked_measure_id from staging.measure_links where link = 'same_as'"
        ).fetchall():
            twins[measure].add(other)
            twins[other].add(measure)
        return {measure: others - self.measures.keys() for measure, others in twins.items()}

    def keys_to_hide(self) -> set[Key]:
        """The keys that the public edition leaves out of every release; what an earlier one left out, it does too.

        Raises `Refusal` where a count cannot be protected.
        """
        tables = [self._table(figures) for figures in self._known.values()]
        hidden = keys_to_hide(tables, self._earlier.hidden) | self._told | self._shares_and_averages | self._of_withheld
        return hidden | self._told_by_links(hidden | self._unknown_beside(hidden))

    def _unknown_beside(self, hidden: set[Key]) -> set[Key]:
        """The counts that nobody published and that stand in a sum with a hidden one, or with another such count.

        A change that is printed of one of them tells it to whoever knows the period before, and then the sum tells the
        hidden one.
        """
        found: set[Key] = set()
        for figures in self._known.values():
            families = [{whole, *keys} for whole, keys, _ in self._ties.families(figures, self._shown_before)]
            unknown = [
                {key for key in family if key not in figures or figures[key].value is None} for family in families
            ]
            grows = True
            while grows:
                reached = [
                    those
                    for family, those in zip(families, unknown, strict=True)
                    if not those <= found and not family.isdisjoint(hidden | found)
                ]
                found = found.union(*reached)
                grows = bool(reached)
        return found

    def sums_to_keep(self, hidden: set[Key]) -> list[tuple]:
        """The sums of measures that are not public and need not be hidden, as rows of staging.kept_sums."""
        rows: list[tuple[str, str, str, date, date | None, float | None, str]] = []
        standing: dict[Key, tuple[date, Figure]] = {}
        for day, figures in self._known.items():
            sums = {
                key: figure
                for key, figure in figures.items()
                if figure.is_computed and figure.value is not None and key[0] in self.measures and key not in hidden
            }
            for key in standing.keys() | sums.keys():
                if key in standing and sums.get(key) != standing[key][1]:
                    since, figure = standing.pop(key)
                    rows.append((*key, since, day, figure.value, figure.status))
                if key in sums:
                    standing.setdefault(key, (day, sums[key]))
        rows += [(*key, since, None, figure.value, figure.status) for key, (since, figure) in standing.items()]
        return sorted(rows, key=lambda row: row[:4])

    @cached_property
    def _known(self) -> dict[date, dict[Key, Figure]]:
        """The counts that have to do with datasets that are not public, as of each day on which one of them changed."""
        tied = set(self.measures) | {twin for measure in self.measures for twin in self._twins.get(measure, ())}
        days = self._connection.execute(
            "select distinct known_from from marts.fct_measure_history where measure_id in (select unnest(?)) "
            "order by known_from",
            [list(tied)],
        ).fetchall()
        return {
            day: {
                (measure, area, period): Figure(value, status, is_computed)
                for measure, area, period, value, status, is_computed in self._connection.execute(
                    "select measure_id, area_code, period_id, value, value_status, derivation <> 'observed' "
                    "from marts.measures_as_of(?) where measure_id in (select unnest(?)) order by all",
                    [day, list(tied & self._counting)],
                ).fetchall()
            }
            for (day,) in days
        }

    def _table(self, figures: Mapping[Key, Figure]) -> Table:
        """What was published on a day. Figures that are known to all are taken out of the sums they stand in."""
        values = {key: round(figure.value) for key, figure in figures.items() if figure.value is not None}
        values |= self._remembered(figures, values)
        given_away = self._given_away(figures, values)
        table = Table()
        for key, value in (values | given_away).items():
            measure, area, period = key
            policy = self.measures.get(measure)
            twins = [
                values[twin, area, span]
                for twin in self._twins.get(measure, ())
                for span in self._ties.same_spans[period]
                if (twin, area, span) in values
            ]
            # What another publisher prints as well is shown, and so is a zero.
            if not policy or value in twins or not (value or policy.hides_zero):
                continue
            must_admit = policy.must_admit(value, key in given_away)
            # What is told, or nearly, hides nothing else.
            if not twins and (key, value) not in self._earlier.shown:
                least, most = self._range(key, values | given_away)
                at_least = max(0 if policy.hides_zero else 1, least)
                table.counts[key] = Count(value, at_least, must_admit, most)
            elif must_admit is not None:
                self._told.add(key)
        for signs, rest in self._sums(figures, values | given_away):
            mine = {key: sign for key, sign in signs.items() if key in table.counts}
            if mine:
                table.sums.append((mine, rest))
        return table

    def _remembered(self, figures: Mapping[Key, Figure], values: Mapping[Key, int]) -> dict[Key, int]:
        """What earlier editions showed of the parts of a published total that the build has no longer.

        A part that its publisher now gives as not available may be another one by now. Where a total less these leaves
        nothing for the others, they are of another release of it.
        """
        found: dict[Key, int] = {}
        for whole, keys, _ in self._ties.families(figures, self._shown_before):
            gone = {key: self._shown_before[key] for key in keys if key not in figures and key in self._shown_before}
            there = sum(values[key] for key in keys if key in values)
            if gone and whole in values and there + sum(gone.values()) <= values[whole]:
                found |= gone
        return found

    @cached_property
    def _shown_before(self) -> dict[Key, int]:
        """What earlier editions showed of counts that are not public; the largest, where they showed several."""
        found: dict[Key, int] = {}
        for key, value in sorted(self._earlier.shown):
            if key[0] in self.measures and key[0] in self._counting:
                found[key] = round(value)
        return found

    def _given_away(self, figures: Mapping[Key, Figure], values: Mapping[Key, int]) -> dict[Key, int]:
        """What a publisher hid in a dataset that is not public, where the other parts of a total give it away."""
        found = {}
        for whole, keys, complete in self._ties.families(figures, self._shown_before):
            hidden = [key for key in keys if key not in values]
            if (
                complete
                and len(hidden) == 1
                and whole in values
                and (
                    (hidden[0] in figures and figures[hidden[0]].status == "suppressed")
                    or hidden[0] in self._earlier.hidden
                )
            ):
                found[hidden[0]] = values[whole] - sum(values[key] for key in keys if key in values)
        return found

    def _sums(
        self, figures: Mapping[Key, Figure], values: Mapping[Key, int]
    ) -> Iterator[tuple[dict[Key, int], Rest | None]]:
        """Every sum that ties published figures: over areas, over measures and over periods."""
        for whole, keys, complete in self._ties.families(figures, self._shown_before):
            parts = [key for key in keys if key in values]
            if whole in values and parts:
                rest = values[whole] - sum(values[key] for key in parts)
                # Parts that make the whole without being all of it tell as much as all of them.
                is_exact = rest == 0 or (complete and len(parts) == len(keys))
                signs = dict.fromkeys(parts, 1) | {whole: -1}
                if is_exact:
                    yield signs, None
                    continue
                ranges = [self._range(key, values) for key in keys if key not in values]
                least = sum(least for least, _ in ranges)
                most = [most for _, most in ranges if most is not None]
                at_most = sum(most) if complete and len(most) == len(ranges) else None
                # Figures of different releases need not agree.
                fits = least <= rest and (at_most is None or rest <= at_most)
                yield signs, Rest(rest, least, at_most) if fits else Rest(rest)

    def _range(self, key: Key, values: Mapping[Key, int]) -> tuple[int, int | None]:
        """The least and the most that a count is by the changes that are known to all: 0 and None without any."""
        measure, area, period = key
        before, after = self._ties.periods_beside.get(period, (None, ()))
        ranges = []
        known_before = values.get((measure, area, before)) if before else None
        if known_before is not None:
            ranges += [change.now(known_before) for change in self._printed_changes.get(key, ())]
        for later in after:
            known_after = values.get((measure, area, later))
            if known_after is not None:
                changes = self._printed_changes.get((measure, area, later), ())
                ranges += [change.before(known_after) for change in changes]
        # Half a millionth of room for what floating point does at the ends.
        least = max((math.ceil(low - 5e-7) for low, _ in ranges), default=0)
        most = min((math.floor(high + 5e-7) for _, high in ranges if math.isfinite(high)), default=None)
        is_told = ranges and (most is None or max(least, 0) <= most)
        return (max(least, 0), most) if is_told else (0, None)

    @cached_property
    def _printed_changes(self) -> dict[Key, list[PrintedChange]]:
        """The changes of counts that cannot be left out: those of public datasets, and what an edition showed before.

        They are given by the count that they are of. How exactly one was printed is what its digits say.
        """
        of = {
            measure: (base, unit in ("percent", "percentage points"))
            for measure, base, unit in self._connection.execute(
                "select links.measure_id, linked_measure_id, unit from staging.measure_links as links "
                "inner join marts.dim_measures as measures on links.measure_id = measures.measure_id "
                "where link = 'change_of'"
            ).fetchall()
            if base in self._counting
        }
        public = [measure for measure in of if measure not in self.measures]
        rows = {
            ((measure, area, period), value)
            for measure, area, period, value in self._connection.execute(
                "select distinct measure_id, area_code, period_id, value from marts.fct_observations "
                "where value is not null and measure_id in (select unnest(?))",
                [public],
            ).fetchall()
        }
        rows |= {(key, value) for key, value in self._earlier.shown if key[0] in of}
        found: dict[Key, list[PrintedChange]] = defaultdict(list)
        for (measure, area, period), value in sorted(rows):
            base, in_percent = of[measure]
            digits = len(f"{value:.6f}".rstrip("0").partition(".")[2])
            half = 0.5 * 10.0 ** -max(digits, 1) if in_percent else 0.0
            found[base, area, period].append(PrintedChange(value, half, in_percent))
        return found

    def _told_by_links(self, counts: Iterable[Key]) -> set[Key]:
        """Published changes and rates that would tell a hidden count: of its period, and of one it is in or before."""
        if not counts:
            return set()
        self._connection.execute(
            "create temporary table hidden (measure_id varchar, area_code varchar, period_id varchar)"
        )
        self._connection.executemany("insert into hidden values (?, ?, ?)", sorted(counts))
        told = self._connection.execute(
            "select distinct told.measure_id, told.area_code, told.period_id from hidden "
            "inner join staging.measure_links as links on hidden.measure_id = links.linked_measure_id "
            "and links.link in ('change_of', 'rate_of') "
            "inner join marts.fct_observations as told "
            "on links.measure_id = told.measure_id and hidden.area_code = told.area_code "
            "inner join marts.dim_periods as of_hidden on hidden.period_id = of_hidden.period_id "
            "inner join marts.dim_periods as of_told on told.period_id = of_told.period_id "
            "where told.period_id = hidden.period_id "
            "or (links.link = 'change_of' and of_told.previous_period_id = hidden.period_id) "
            "or (links.link = 'rate_of' and of_hidden.start_date <= of_told.end_date "
            "and of_hidden.end_date >= of_told.start_date)"
        ).fetchall()
        self._connection.execute("drop table hidden")
        return {key for key in told if key[0] in self.measures}
