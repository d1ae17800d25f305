"""What NDTMS releases: adults in treatment and their progress, unmet need, the ViewIt export, and alcohol treatment."""

from itertools import product

from demo.county import (
    AUTHORITIES,
    ENGLAND,
    EVERY_OTHER_YEAR,
    FIRST_YEAR,
    YEARS,
    Authority,
    count,
    financial_year,
    people_aged,
)
from demo.files import Raw

# Of a thousand adults, and the change a year.
IN_TREATMENT = (7.4, 0.012)
TIMES_ENGLAND = 42
PROGRESS, UNMET_NEED = 44.0, 51.0
TIDY = ["place", "area_type", "area", "period", "measure_label", "figure", "credited_to"]

SEXES = {"M": 0.68, "F": 0.32}
AGES = {"18-29": 0.16, "30-49": 0.58, "50+": 0.26}
SUBSTANCES = {"Opiate": 0.47, "Non-opiate only": 0.12, "Alcohol only": 0.29, "Non-opiate & alcohol": 0.12}
NEW = 0.42

# Releases of ViewIt and of the figures of Sustainable Development Goal 3.5.1, by the last year that they hold.
FIRST_OF_VIEWIT, VIEWIT, GOAL = 2019, (2022, 2024), (2020, 2022, 2024)
ALCOHOL_ONLY = 0.31


def write_ndtms(raw: Raw, seed: int) -> None:
    for year in YEARS:
        released_on = f"{year + 1}-12-05"
        write_in_treatment(raw, seed, year, released_on)
        write_progress(raw, seed, year, released_on)
        if year in EVERY_OTHER_YEAR:
            write_unmet_need(raw, seed, year, released_on)
    for last in VIEWIT:
        write_viewit(raw, seed, last)
    for last in GOAL:
        write_alcohol(raw, seed, last)


def rounded(number: float) -> int:
    """As NDTMS prints counts: to the nearest 5."""
    return 5 * round(number / 5)


def treated(seed: int, one: Authority, year: int) -> int:
    first, growth = IN_TREATMENT
    mean = people_aged(one, year, 18) / 1000 * first * one.level * (1 + growth) ** (year - FIRST_YEAR)
    return count(seed, mean, "in treatment", one.code, year)


def write_in_treatment(raw: Raw, seed: int, year: int, released_on: str) -> None:
    rows = []
    for one in AUTHORITIES:
        for of in (year - 1, year):
            printed = f"{rounded(treated(seed, one, of)):,}"
            rows.append(["", "local authority", one.name, financial_year(of), "Adults in treatment", printed, ""])
    raw.csv("ndtms.adults_in_treatment", released_on, "adults_in_treatment.csv", [TIDY, *rows])


def progress(seed: int, one: Authority, year: int) -> float:
    return round(
        PROGRESS + 6 * (1 - one.level) + 0.5 * (year - FIRST_YEAR) + count(seed, 9, "progress", one.code, year) / 3, 1
    )


def write_progress(raw: Raw, seed: int, year: int, released_on: str) -> None:
    rows = [
        ["", "local authority", one.name, financial_year(of), "Treatment progress", f"{progress(seed, one, of)}%", ""]
        for one in AUTHORITIES
        for of in (year - 1, year)
    ]
    raw.csv("ndtms.treatment_progress", released_on, "treatment_progress.csv", [TIDY, *rows])


def write_unmet_need(raw: Raw, seed: int, year: int, released_on: str) -> None:
    header = ["place", "area_type", "area", "period", "percent_not_in_treatment", "credited_to"]
    places = [("country", "England", 1.0), *(("local authority", one.name, one.level) for one in AUTHORITIES)]
    rows = []
    for of in (year - 1, year):
        for kind, name, level in places:
            share = round(UNMET_NEED + 8 * (level - 1) + count(seed, 9, "need", name, of) / 4, 1)
            rows.append(["", kind, name, of, f"{share}%", ""])
    raw.csv("ndtms.unmet_treatment_need", released_on, "unmet_treatment_need.csv", [header, *rows])


def write_viewit(raw: Raw, seed: int, last: int) -> None:
    header = [
        "ReportingPeriod",
        "Area",
        "sex",
        "age_group",
        "drug_group",
        "intreatment_allintx",
        "newpresentation_newtx",
    ]
    rows = [
        [financial_year(year), one.name, sex, age, drug, rounded(number), rounded(number * NEW)]
        for year in range(FIRST_OF_VIEWIT, last + 1)
        for one in AUTHORITIES
        for (sex, age, drug), number in groups(treated(seed, one, year)).items()
    ]
    raw.csv("ndtms.viewit", f"{last + 1}-12-12", "viewit_all_indicators.csv", [header, *rows])


def groups(total: int) -> dict[tuple[str, str, str], float]:
    """A total by sex, age and substance group, and by each of them taken together."""
    shares = [{**split, "Total": 1.0} for split in (SEXES, AGES, SUBSTANCES)]
    return {
        (sex, age, drug): total * shares[0][sex] * shares[1][age] * shares[2][drug]
        for sex, age, drug in product(*shares)
    }


def write_alcohol(raw: Raw, seed: int, last: int) -> None:
    rows: list[list[object]] = [["Year", "Series", "Units", "Local Authority", "GeoCode", "Value"]]
    for year in range(FIRST_YEAR, last + 1):
        sizes = {
            one: (
                rounded(treated(seed, one, year) * ALCOHOL_ONLY),
                round(people_aged(one, year, 18) * 0.0138 * one.level),
            )
            for one in AUTHORITIES
        }
        everywhere = tuple(TIMES_ENGLAND * sum(column) for column in zip(*sizes.values(), strict=True))
        for place, code, (number, prevalence) in (
            ("", ENGLAND[0], everywhere),
            *((one.name, one.code_in(last + 2), size) for one, size in sizes.items()),
        ):
            series = (("People in treatment", "Number", number), ("Estimated prevalence", "Number", prevalence))
            for label, unit, value in (*series, ("Met need", "Percentage (%)", number / prevalence * 100)):
                rows.append([financial_year(year), f"Alcohol - {label}", unit, place, code, value])
    raw.csv("ndtms.alcohol_treatment", f"{last + 2}-02-20", "sdg_3-5-1.csv", rows)
