"""The sentences of the report, made from its numbers: the measure is the subject, and the area is said after it.

"Rose" and "fell" are said of statistically significant changes, and of what the source itself published.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from orchestration.releases.origin import listed
from orchestration.report.contents import SHORTHAND, Rows, distinct, single
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Number, capital, points_after, small, unit_after

# Of more areas than this, a sentence gives the lowest and the highest value only.
AREAS_TOLD = 2

# Indicators that are changes which the source published, without the figures they were computed from.
PUBLISHED_CHANGE = ("_published_percent_change", "_published_change")
HARM_SCORE = "drug_related_crime_harm_score_reduction"

# Percentages whose title is not what they are a percentage of: what stands after the number.
SHARES = {"drug_related_homicides": "of homicides{place} were linked to drugs"}

# The areas that a sentence does not call by their names.
PLACES = {"police_force_area": "the force area", "unallocated": "those with no policing area"}

# What stands for the sign of a change in brackets.
UP_OR_DOWN = ("up ", "down ")

# What a list of changes ends with: of one change, and of several.
LEVEL = ("was not statistically significant", "were not statistically significant")
UNTESTED = tuple(
    f"{verb} not tested for statistical significance, because the counts are not known or the pooled years overlap"
    for verb in ("was", "were")
)


def sentences(site: Site, report: str, rows: Rows) -> Iterator[list[Any]]:
    """What a table says in sentences, each a list of texts and numbers.

    They give the direction of significant changes, and list the other changes, single values and missing figures.
    """
    of_series = defaultdict(list)
    for row in rows:
        of_series[row["series"]].append(row)
    # The title of a table says the area, where it is of only one.
    with_place = len(distinct(row["area_code"] for row in rows)) > 1
    for members in of_series.values():
        yield from _of_series(site, report, members, with_place=with_place)


def value_sentence(site: Site, row: dict[str, Any], number: Number, place: str = "") -> list[Any]:
    """A sentence on one value of an indicator: `row` has its indicator_id, title, unit, period and value_status."""
    name, period = row["indicator_id"], _in_period(row)
    status = "" if row["value_status"] in ("published", None) else f" ({row['value_status'].replace('_', ' ')})"
    unit = unit_after(row["unit"])
    if name == HARM_SCORE and row["value"] > 0:
        return ["The harm score fell by ", number, f"{unit}{status}{period}, as published by the force."]
    if name.endswith(PUBLISHED_CHANGE):
        went = "went" if row["value"] else "changed by"
        return [f"{capital(measure_of(site, row))}{place} {went} ", number, f"{unit}{status}{period}, as published."]
    if name in SHARES:
        return [f"{capital(period.removeprefix(' '))}, ", number, f"{unit} {SHARES[name].format(place=place)}{status}."]
    return [f"{capital(amount_of(site, row))}{place} was ", number, f"{unit}{status}{period}."]


def measure_of(site: Site, row: dict[str, Any]) -> str:
    """What a row's indicator counts, in the middle of a sentence: `recorded drug possession offences`."""
    name, title, unit = row["indicator_id"], row["title"], row["unit"]
    if name.endswith(PUBLISHED_CHANGE):
        for suffix in PUBLISHED_CHANGE:
            name = name.removesuffix(suffix)
        changed = site.indicators.get(name, {"title": title.partition(":")[0], "unit": unit})
        title, unit = changed["title"], changed["unit"]
        title = f"the share of {small(title)}" if name in SHARES else title
    # A rate says its unit after the number.
    title = re.sub(r" per [\d,]+( \w+)?", "", title)
    of, colon, what = title.partition(": ")
    if colon:
        if unit == "outcomes" and "outcome" not in what:
            what = f"{what} outcomes"
        title = f"{what} for {small(of)}"
    title = small(title)
    if unit == "offences" and not title.startswith("recorded"):
        title = f"recorded {title}"
    return f"the {title}" if "proportion" in title else title


def amount_of(site: Site, row: dict[str, Any]) -> str:
    """What a single value of a row's indicator is: `the estimated number of people who use opiates`."""
    measure = measure_of(site, row)
    estimated = "estimated " if row["value_status"] == "estimated" else ""
    if row["unit"] == "percent":
        return f"{estimated}{measure}"
    if row["unit"].startswith("per ") and ", " in measure:
        # A clause such as "aged 15 to 24" ends before the area.
        measure = f"{measure},"
    kind = "rate" if row["unit"].startswith("per ") else "weight" if row["unit"] == "kilograms" else "number"
    return f"the {estimated}{kind} of {measure}"


def place_of(site: Site, area_type: str, area_name: str) -> str:
    """An area as a sentence says it after `in`: the only force area of the report needs no name."""
    forces = [area for area in site.areas.values() if area["area_type"] == "police_force_area"]
    if area_type == "police_force_area" and len(forces) > 1:
        return f"the {area_name} force area"
    return PLACES.get(area_type, area_name)


def _of_series(site: Site, report: str, rows: Rows, *, with_place: bool) -> Iterator[list[Any]]:
    level: list[tuple[dict[str, Any], dict[str, Number]]] = []
    untested: list[tuple[dict[str, Any], dict[str, Number]]] = []
    missing: dict[tuple[str, bool, str], Rows] = defaultdict(list)
    single_values: Rows = []
    directed = False
    for row in rows:
        numbers = report_numbers(site, report, row)
        unit = unit_after(row["unit"])
        place = _in_place(site, row) if with_place else ""
        if row["value"] is None:
            is_change = row["indicator_id"].endswith(PUBLISHED_CHANGE)
            missing[row["value_status"], is_change, measure_of(site, row)].append(row)
        elif row["previous_value"] is None:
            single_values.append(row)
        elif row["is_significant_change"]:
            directed = True
            yield [
                f"{capital(measure_of(site, row))}{place} {'rose' if row['change'] > 0 else 'fell'} from ",
                numbers["previous_value"],
                f"{unit}{_in_period(row, 'previous_period')} to ",
                numbers["value"],
                f"{unit}{_in_period(row)} (",
                report_numbers(site, report, row, words=UP_OR_DOWN)[
                    "change" if row["unit"] == "percent" else "percent_change"
                ],
                f"{points_after(row['unit'])}).",
            ]
        else:
            (level if row["is_significant_change"] is False else untested).append((row, numbers))
    for group, after in ((level, LEVEL), (untested, UNTESTED)):
        if group:
            yield _changes(site, group, after, with_place=with_place, begins=not directed)
            directed = True
    yield from _values(site, report, single_values, with_place=with_place)
    for (status, is_change, measure), members in missing.items():
        reason = SHORTHAND.get(status, SHORTHAND["not_available"])[1]
        if is_change:
            subject, verb = ("The published change in", "is") if len(members) == 1 else ("Published changes in", "are")
        else:
            subject, verb = ("The figure for", "is") if len(members) == 1 else ("Figures for", "are")
        places = f" in {listed(_place(site, row) for row in members)}" if with_place else ""
        yield [f"{subject} {measure}{places} {verb} {reason}."]


def _changes(
    site: Site,
    group: list[tuple[dict[str, Any], dict[str, Number]]],
    after: tuple[str, ...],
    *,
    with_place: bool,
    begins: bool,
) -> list[Any]:
    """One sentence on changes of one kind: `The changes in Coventry (604 to 653) and … were not …`.

    It says the measure and the periods where it `begins` what is said of a series.
    """
    rows = [row for row, _ in group]
    alike = with_place and single(rows, "indicator_id") is not None
    before, now = single(rows, "previous_period"), single(rows, "period")
    lead = f"between {before} and {now}, the " if begins and before and now else "the "
    lead += "change in " if len(group) == 1 else "changes in "
    lead += f"{measure_of(site, rows[0])} in " if alike and begins else ""
    parts: list[Any] = [capital(lead)]
    for number, (row, numbers) in enumerate(group):
        joint = "" if not number else " and " if number == len(group) - 1 else ", "
        what = _place(site, row) if alike else measure_of(site, row) + (_in_place(site, row) if with_place else "")
        unit = unit_after(row["unit"])
        parts += [f"{joint}{what} (", numbers["previous_value"], f"{unit} to ", numbers["value"], f"{unit})"]
    return [*parts, f" {after[len(group) > 1]}."]


def _values(site: Site, report: str, rows: Rows, *, with_place: bool) -> Iterator[list[Any]]:
    """Sentences on values without one before: the lowest and the highest of many areas, or each."""
    if len(rows) > AREAS_TOLD and single(rows, "indicator_id"):
        low, high = (pick(rows, key=lambda row: row["value"]) for pick in (min, max))
        unit, is_change = unit_after(low["unit"]), low["indicator_id"].endswith(PUBLISHED_CHANGE)
        words = ("an increase of ", "a decrease of ") if is_change else None
        subject = f"the published change in {measure_of(site, low)}" if is_change else amount_of(site, low)
        yield [
            f"{capital(_in_period(low).removeprefix(' '))}, {subject} ranged from ",
            report_numbers(site, report, low, words=words)["value"],
            f"{unit} in {_place(site, low)} to ",
            report_numbers(site, report, high, words=words)["value"],
            f"{unit} in {_place(site, high)}.",
        ]
        return
    for row in rows:
        place = _in_place(site, row) if with_place else ""
        yield value_sentence(site, row, report_numbers(site, report, row, words=words_of(row))["value"], place)


def words_of(row: dict[str, Any]) -> tuple[str, str] | None:
    """What stands before a single value: that it went up or down, where it is a change that the source published."""
    return ("up by ", "down by ") if row["indicator_id"].endswith(PUBLISHED_CHANGE) else None


def report_numbers(
    site: Site, report: str, row: dict[str, Any], *, says_unit: bool = False, words: tuple[str, str] | None = None
) -> dict[str, Number]:
    """The figures of a row. `says_unit` where the column of changes has none, and a row of percents another.

    `words` stand for the signs of the value and the changes in a sentence: of an increase, and of a decrease.
    """
    of = f"reports.{report}|{row['edition']}|{row['row_order']}"
    status, before = row["value_status"], row["previous_status"]
    either = status if row["value"] is None else before if row["previous_value"] is None else None
    limits = max(1, row["decimals"])
    previous = {"period": row["previous_period_id"]}
    return {
        "value": site.number(row, "value", of, status, is_linked=True, words=words),
        "previous_value": site.number(row, "previous_value", of, before or "not_available", is_linked=True, **previous),
        "lower_95": site.number(row, "lower_95", of, status if row["value"] is None else None, decimals=limits),
        "upper_95": site.number(row, "upper_95", of, status if row["value"] is None else None, decimals=limits),
        "change": site.number(
            row, "change", of, either, signed=True, words=words, unit=points_after(row["unit"]) if says_unit else ""
        ),
        "percent_change": site.number(
            row, "percent_change", of, either, decimals=1, signed=True, words=words, unit="%"
        ),
    }


def _place(site: Site, row: dict[str, Any]) -> str:
    return place_of(site, row["area_type"], row["area_name"])


def _in_place(site: Site, row: dict[str, Any]) -> str:
    # "Offences with no policing area", and not "offences in those with …".
    if row["area_type"] == "unallocated":
        return " with no policing area"
    return f" in {_place(site, row)}"


def _in_period(row: dict[str, Any], column: str = "period") -> str:
    """` in 2024/25`; a period that the source does not state is said in brackets."""
    period = row[column]
    return f" in {period}" if re.search(r"\d", period) else f" ({period})"
