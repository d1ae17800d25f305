"""The public edition: a second file from a finished build, without the small counts of datasets that are not public.

What is hidden is decided on the marts (orchestration/suppression.py does the arithmetic); then all that comes after the
measures is built again without it, in a copy, so that no sum, rate, interval or change is left of a hidden count. The
tables are then written into a new file, so that none of its bytes is an earlier table's.
"""

import math
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import duckdb

from orchestration.publish import new_database, quoted
from orchestration.refusal import Refusal, refuse, system_errors_as_refusals
from orchestration.settings import Settings
from orchestration.suppression import Count, Key, Rest, Table, keys_to_hide
from orchestration.transform import (
    WITHOUT_EXAMPLES,
    invoke,
    parsed_manifest,
    reasons_of_failure,
    record_checks,
    set_environment,
)

# What is built again: the measures with what follows from them, and what is compared with the printed report.
REBUILT = ("all_measures+", "audit_published_figures+")

# Seeds that print figures of the report, or say what a publisher should have printed; audit has what is public of them.
SEEDS_WITH_FIGURES = ("published_figures", "published_claims", "published_rates", "corrections")

# What holds figures of measures. Rows of history are told apart by the days on which they were known.
FIGURES = ("marts.fct_observations", "marts.fct_observation_history", "marts.fct_measures", "marts.fct_measure_history")

# Units of values that count nothing.
NO_COUNTS = ("percent", "percentage points", "kilograms")

# What one period is made of. Twelve months by another name are the same sum.
PERIODS_IN = {
    "calendar_year": ("month",),
    "financial_year": ("month",),
    "rolling_twelve_months": ("month", "calendar_year", "financial_year"),
    "three_pooled_years": ("calendar_year",),
}

# Hidden counts below 3 are 1 or 2; below 2 there would be one number to hide.
LEAST_HIDDEN = 3

# A hash over a file that differs in one small number gives the number away to whoever tries them all.
WITHHELD = "withheld"


@dataclass(frozen=True)
class Policy:
    """What of a dataset is hidden: counts below `hide_below`, 0 where `hides_zero`, all shares where `hides_shares`.

    A share of few things tells how many they are to whoever knows one of the two numbers.
    """

    hide_below: int
    hides_zero: bool
    hides_shares: bool

    def must_admit(self, value: int, is_given_away: bool) -> int | None:
        """The value that nobody may be able to rule out for a count, None where it may be shown: one that is not small,
        or one as far above a count that its publisher hid although it is not small.
        """
        if value < self.hide_below:
            return self.hide_below
        return value + self.hide_below if is_given_away else None


class Figure(NamedTuple):
    """What is published of a measure, area and period."""

    value: float | None
    status: str
    is_computed: bool


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
        _remove_figures_of_the_report(connection, published.measures)
    set_environment(settings, work)
    result = invoke(["build", "--no-write-json", *WITHOUT_EXAMPLES, "--select", *REBUILT], manifest=parsed_manifest())
    record_checks(result.result or (), work)
    if not result.success:
        reasons = reasons_of_failure(result.result or (), work)
        raise Refusal("The public edition: " + ("\n".join(reasons) or str(result.exception)))
    with duckdb.connect(str(work)) as connection:
        _refuse_what_is_left(connection)
        _remove_what_is_not_public(connection, published.policies)
    edition = build.parent / "public" / build.name
    edition.parent.mkdir()
    new_database(edition)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{quoted(work)}' as work (read_only)")
        connection.execute(f"attach '{quoted(edition)}' as edition")
        connection.execute("copy from database work to edition")
    shutil.rmtree(work.parent)
    return edition


class Earlier(NamedTuple):
    """What earlier public editions left out, and which value they showed of which measure, area and period."""

    hidden: frozenset[Key] = frozenset()
    shown: frozenset[tuple[Key, float]] = frozenset()


# Below the home of the public edition: what its editions ever hid and showed, a file an edition that added to it.
REMEMBERED = "remembered"

# Key and value of what an edition showed; of what it hid, the value is null.
OF_AN_EDITION = (
    "select measure_id, area_code, period_id, null::double as value from edition.staging.suppressions union "
    + " union ".join(
        f"select measure_id, area_code, period_id, value from edition.{table} where value is not null"
        for table in ("marts.fct_observations", "marts.fct_measures", "staging.kept_sums")
    )
)


def earlier_editions(public: Settings) -> Earlier:
    """What is known from every public edition there ever was; nothing where there is none.

    Two editions that hide different figures around one small count would give it away together, and whoever has the
    first one keeps it. An edition that is no longer kept is therefore remembered: what it added stays in a file beside
    it. To forget is to remove the folder of the public edition.
    """
    folder = public.home / REMEMBERED
    remembered = sorted(folder.glob("*.parquet"))
    editions = [edition for edition in (*public.published.glob("*.duckdb"), public.warehouse) if edition.is_file()]
    with duckdb.connect() as connection:
        connection.execute(
            "create table known (measure_id varchar, area_code varchar, period_id varchar, value double)"
        )
        if remembered:
            connection.execute("insert into known from read_parquet(?)", [[str(path) for path in remembered]])
        for edition in editions:
            connection.execute(f"attach '{quoted(edition)}' as edition (read_only)")
            connection.execute(f"create or replace temporary table added as {OF_AN_EDITION} except from known")
            connection.execute("detach edition")
            if connection.execute("select count(*) from added").fetchone()[0]:
                connection.execute("insert into known from added")
                folder.mkdir(parents=True, exist_ok=True)
                name = f"{len(list(folder.glob('*.parquet'))):06}.parquet"
                connection.execute(f"copy (from added order by all) to '{quoted(folder / name)}.part' (format parquet)")
                (folder / f"{name}.part").rename(folder / name)
        rows = connection.execute("from known").fetchall()
    return Earlier(
        frozenset(tuple(key) for *key, value in rows if value is None),
        frozenset((tuple(key), value) for *key, value in rows if value is not None),
    )


@dataclass(frozen=True)
class PrintedChange:
    """A change from the period before as it was printed, within `half` of its last digit's unit."""

    value: float
    half: float
    in_percent: bool

    def now(self, before: int) -> tuple[float, float]:
        """The least and the most that the figure is which was `before` in the period before."""
        if not self.in_percent:
            return before + self.value - self.half, before + self.value + self.half
        return (
            before * (1 + (self.value - self.half) / 100),
            before * (1 + (self.value + self.half) / 100),
        )

    def before(self, now: int) -> tuple[float, float]:
        """The least and the most that the figure was which is `now`."""
        if not self.in_percent:
            return now - self.value - self.half, now - self.value + self.half
        least, most = 1 + (self.value - self.half) / 100, 1 + (self.value + self.half) / 100
        return now / most if most > 0 else 0, now / least if least > 0 else math.inf


class Published:
    """What a build publishes of datasets that are not public, and how its figures are tied to each other."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, earlier: Earlier = Earlier()) -> None:  # noqa: B008
        self._connection = connection
        self._earlier = earlier
        # Small counts that are left out although an earlier edition, or nearly another publisher, tells them.
        self._told: set[Key] = set()
        rows = connection.execute(
            "select dataset, hide_below, hides_zero, hides_shares from staging.disclosure_policies"
        ).fetchall()
        self.policies = {dataset: Policy(*policy) for dataset, *policy in rows}
        known = {row[0] for row in connection.execute("select distinct dataset from marts.dim_measures").fetchall()}
        if unknown := self.policies.keys() - known:
            raise refuse(
                "dbt_project/seeds/disclosure_policies.csv",
                "the datasets " + ", ".join(sorted(unknown)),
                "datasets that have measures: " + ", ".join(sorted(known)),
                "Correct the name.",
            )
        for dataset, policy in self.policies.items():
            if policy.hide_below < LEAST_HIDDEN - policy.hides_zero:
                raise refuse(
                    f"dbt_project/seeds/disclosure_policies.csv, {dataset}",
                    f"hide_below {policy.hide_below}",
                    f"{LEAST_HIDDEN} or more ({LEAST_HIDDEN - 1} where zero is hidden too)",
                    "Below that, what is hidden can only be one number.",
                )

    @cached_property
    def measures(self) -> dict[str, Policy]:
        """The measures of datasets that are not public, each with its policy."""
        rows = self._connection.execute("select measure_id, dataset from marts.dim_measures").fetchall()
        policies = {measure: self.policies[dataset] for measure, dataset in rows if dataset in self.policies}
        # A sum is no more public than its parts.
        for whole, part in self._connection.execute(
            "select measure_id, component_measure_id from staging.measure_components"
        ).fetchall():
            if part in policies:
                policies.setdefault(whole, policies[part])
        return policies

    @cached_property
    def _counting(self) -> set[str]:
        """The measures whose values count something: no rates, shares, weights or changes."""
        rows = self._connection.execute(
            "select measure_id from marts.dim_measures where unit not in (select unnest(?)) and unit not like 'per %' "
            "and measure_id not in "
            "(select measure_id from staging.measure_links where link in ('change_of', 'rate_of'))",
            [list(NO_COUNTS)],
        ).fetchall()
        return {measure for (measure,) in rows}

    @cached_property
    def _shares(self) -> set[Key]:
        """The shares of datasets whose policy hides them, but for changes, which go with what they are a change of."""
        measures = [measure for measure, policy in self.measures.items() if policy.hides_shares]
        return set(
            self._connection.execute(
                "select distinct measure_id, area_code, period_id from marts.fct_observations "
                "inner join marts.dim_measures using (measure_id) "
                "where unit = 'percent' and measure_id in (select unnest(?)) "
                "and measure_id not in (select measure_id from staging.measure_links where link = 'change_of')",
                [measures],
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

    @cached_property
    def _same_spans(self) -> dict[str, list[str]]:
        """The periods of the same days: twelve months to March are a financial year."""
        spans = self._connection.execute(
            "select list(period_id order by period_id) from marts.dim_periods group by start_date, end_date"
        ).fetchall()
        return {period: periods for (periods,) in spans for period in periods}

    @cached_property
    def _parts_of_measures(self) -> dict[str, list[tuple[list[str], bool]]]:
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
    def _parts_of_areas(self) -> dict[str, list[tuple[list[str], bool]]]:
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
    def _parts_of_periods(self) -> dict[str, list[tuple[list[str], bool]]]:
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

    def keys_to_hide(self) -> set[Key]:
        """The keys that the public edition leaves out of every release; what an earlier one left out, it does too.

        Raises `Refusal` where a count cannot be protected.
        """
        tables = [self._table(figures) for figures in self._known.values()]
        hidden = keys_to_hide(tables, self._earlier.hidden) | self._told | self._shares
        return hidden | self._told_by_links(hidden | self._unknown_beside(hidden))

    def _unknown_beside(self, hidden: set[Key]) -> set[Key]:
        """The counts that nobody published and that stand in a sum with a hidden one, or with another such count.

        A change that is printed of one of them tells it to whoever knows the period before, and then the sum tells the
        hidden one.
        """
        found: set[Key] = set()
        for figures in self._known.values():
            families = [{whole, *keys} for whole, keys, _ in self._families(figures)]
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
        rows = []
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
                for span in self._same_spans[period]
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
        for whole, keys, _ in self._families(figures):
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
        for whole, keys, complete in self._families(figures):
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
        for whole, keys, complete in self._families(figures):
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
                most = [most for _, most in ranges]
                at_most = sum(most) if complete and None not in most else None
                # Figures of different releases need not agree.
                fits = least <= rest and (at_most is None or rest <= at_most)
                yield signs, Rest(rest, least, at_most) if fits else Rest(rest)

    def _families(self, figures: Mapping[Key, Figure]) -> Iterator[tuple[Key, list[Key], bool]]:
        """Each figure with its disjoint parts, one of them a figure at least, and whether these are all of it."""
        for measure, area, period in figures:
            families = [
                *(([(measure, part, period) for part in parts], whole) for parts, whole in self._parts_of_areas[area]),
                *(
                    ([(part, area, period) for part in parts], whole)
                    for parts, whole in self._parts_of_measures[measure]
                ),
                *(
                    ([(measure, area, part) for part in parts], whole)
                    for parts, whole in self._parts_of_periods[period]
                ),
            ]
            for keys, complete in families:
                if any(key in figures or key in self._shown_before for key in keys):
                    yield (measure, area, period), keys, complete

    def _range(self, key: Key, values: Mapping[Key, int]) -> tuple[int, int | None]:
        """The least and the most that a count is by the changes that are known to all: 0 and None without any."""
        measure, area, period = key
        before, after = self._periods_beside.get(period, (None, ()))
        ranges = []
        known_before = values.get((measure, area, before))
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
    def _periods_beside(self) -> dict[str, tuple[str | None, tuple[str, ...]]]:
        """Of each period the one before, and those that it is before."""
        rows = self._connection.execute("select period_id, previous_period_id from marts.dim_periods").fetchall()
        before = dict(rows)
        after: dict[str, list[str]] = defaultdict(list)
        for period, previous in rows:
            after[previous].append(period)
        return {period: (before.get(period), tuple(after[period])) for period in {*before, *after} if period}

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


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    connection.execute(f"delete from staging.{table}")
    if rows:
        connection.executemany(f"insert into staging.{table} values ({', '.join('?' * len(rows[0]))})", rows)


def _grouped(found: Iterable[tuple[str, set[str], bool]]) -> dict[str, list[tuple[list[str], bool]]]:
    grouped = defaultdict(list)
    for whole, parts, complete in sorted(found, key=lambda family: (family[0], sorted(family[1]))):
        grouped[whole].append((sorted(parts), complete))
    return grouped


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
        left = connection.execute(
            f"select count(*) from {table} inner join staging.suppressions using (measure_id, area_code, period_id) "
            "where value is not null or value_text is not null or lower_limit is not null or upper_limit is not null"
        ).fetchone()[0]
        if left:
            raise Refusal(f"The public edition: found {left} hidden figures in {table}; expected none of them.")


def _remove_what_is_not_public(connection: duckdb.DuckDBPyConnection, policies: Iterable[str]) -> None:
    datasets = list(policies)
    tables = [f"staging.{name}" for name in SEEDS_WITH_FIGURES]
    for dataset in datasets:
        publisher, _, name = dataset.partition(".")
        tables += [
            f"raw_{publisher}.{name}",
            f"staging.stg_{publisher}__{name}",
            f"staging.measures_{publisher}__{name}",
        ]
    for table in tables:
        connection.execute(f"drop table if exists {table}")
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
