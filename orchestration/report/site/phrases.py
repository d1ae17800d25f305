"""What sentences are made of: how a measure, a place and a single value are said, and the figures of a row."""

import re
from typing import Any

from orchestration.report.periods import during
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Number, capital, decimals_of_limits, points_after, small, unit_after

# Indicators that are changes which the source published, without the figures they were computed from.
PUBLISHED_CHANGE = ("_published_percent_change", "_published_change")
HARM_SCORE = "drug_related_crime_harm_score_reduction"

# Percentages whose title is not what they are a percentage of: what stands after the number.
SHARES = {
    "drug_related_homicides": "of homicides{place} were linked to drugs",
    "stop_and_search_drug_proportion": "of stops and searches{place} were for drugs",
    "drug_offence_proportion_twelve_months": "of recorded crimes{place} were drug offences (ONS)",
}

# A title that says what kind of average it is; an average is no number of anything.
AVERAGE = re.compile(r"(?:mean|median|average)\b", re.IGNORECASE)

# The areas that a sentence does not call by their names.
PLACES = {"police_force_area": "the force area", "unallocated": "those with no policing area"}

# What stands for the sign of a change in brackets.
UP_OR_DOWN = ("up ", "down ")


def value_sentence(site: Site, row: dict[str, Any], number: Number, place: str = "") -> list[Any]:
    """A sentence on one value of an indicator: `row` has its indicator_id, title, unit, period and value_status."""
    name, period = row["indicator_id"], in_period(row)
    status = "" if row["value_status"] in ("published", None) else f" ({row['value_status'].replace('_', ' ')})"
    unit = unit_after(row["unit"])
    if name == HARM_SCORE and row["value"] > 0:
        return ["The harm score fell by ", number, f"{unit}{status}{period}, as published by the force."]
    if name.endswith(PUBLISHED_CHANGE):
        went = "went" if row["value"] else "changed by"
        return [f"{capital(measure_of(site, row))}{place} {went} ", number, f"{unit}{status}{period}, as published."]
    if name in SHARES:
        return [f"{capital(period.removeprefix(' '))}, ", number, f"{unit} {SHARES[name].format(place=place)}{status}."]
    amount = amount_of(site, row)
    # The amount says that it is estimated.
    status = "" if row["value_status"] == "estimated" and "estimated" in amount else status
    return [f"{capital(amount)}{place} was ", number, f"{unit}{status}{period}."]


def is_published_change(name: str) -> bool:
    """Whether an indicator is a change that its source published, without the figures it was computed from."""
    return name.endswith(PUBLISHED_CHANGE)


def measure_of(site: Site, row: dict[str, Any]) -> str:
    """What a row's indicator counts, in the middle of a sentence: `recorded drug possession offences`."""
    name, title, unit = row["indicator_id"], row["title"], row["unit"]
    if name.endswith(PUBLISHED_CHANGE):
        for suffix in PUBLISHED_CHANGE:
            name = name.removesuffix(suffix)
        changed = site.all_indicators.get(name, {"title": title.partition(":")[0], "unit": unit})
        title, unit = changed["title"], changed["unit"]
        title = f"the share of {small(title)}" if name in SHARES else title
    # A rate says its unit after the number.
    title = re.sub(r" per \d{1,3}(,\d{3})*( \w+$)?", "", title)
    of, colon, what = title.partition(": ")
    if colon:
        if unit == "outcomes" and "outcome" not in what:
            what = f"{what} outcomes"
        title = f"{what} for {small(of)}"
    title = small(title)
    if unit == "offences" and "recorded" not in title:
        title = f"recorded {title}"
    return f"the {title}" if "proportion" in title else title


def amount_of(site: Site, row: dict[str, Any]) -> str:
    """What a single value of a row's indicator is: `the estimated number of people who use opiates`."""
    measure = measure_of(site, row)
    estimated = "estimated " if row["value_status"] == "estimated" else ""
    if row["unit"] == "percent":
        return f"{estimated}{measure}"
    if ", " in measure:
        # A clause such as "aged 15 to 24" ends before the area.
        measure = f"{measure},"
    if AVERAGE.match(measure):
        return f"the {estimated}{measure}"
    kind = "rate" if row["unit"].startswith("per ") else "weight" if row["unit"] == "kilograms" else "number"
    return f"the {estimated}{kind} of {measure}"


def place_of(site: Site, area_type: str, area_name: str) -> str:
    """An area as a sentence says it after `in`: the only force area of the report needs no name."""
    forces = [area for area in site.areas.values() if area["area_type"] == "police_force_area"]
    if area_type == "police_force_area" and len(forces) > 1:
        return f"the {area_name} force area"
    return PLACES.get(area_type, area_name)


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
    limits = decimals_of_limits(row["unit"], row["decimals"])
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


def place_in(site: Site, row: dict[str, Any]) -> str:
    return place_of(site, row["area_type"], row["area_name"])


def in_place(site: Site, row: dict[str, Any]) -> str:
    # "Offences with no policing area", and not "offences in those with …".
    if row["area_type"] == "unallocated":
        return " with no policing area"
    return f" in {place_in(site, row)}"


def in_period(row: dict[str, Any], column: str = "period") -> str:
    """` in 2024/25`; a period that the source does not state is said in brackets."""
    period = row[column]
    return f" in {during(period)}" if re.search(r"\d", period) else f" ({period})"
