"""What OHID releases: estimates of use and dependence, hospital admissions, and Fingertips."""

from demo.county import (
    AUTHORITIES,
    EVERY_OTHER_YEAR,
    FIRST_YEAR,
    REGION,
    REST_OF_ENGLAND,
    YEARS,
    Authority,
    count,
    financial_year,
    people,
    people_aged,
)
from demo.files import Raw

# Of a thousand people aged 15 to 64.
USERS = {"OCU": 9.6, "Opiates": 8.1, "Crack cocaine": 5.4}
DEPENDENT = 13.6
ESTIMATES = {2014: "2017-09-19", 2016: "2019-03-25", 2019: "2023-04-20", 2022: "2025-02-27"}
DEPENDENCE = {2017: "2019-03-14", 2019: "2021-11-18", 2022: "2025-04-30"}
ADMISSIONS = {
    "Alcohol-specific hospital admissions among young people": 26.0,
    "Substance misuse related admissions, residents aged 15 to 24": 48.0,
}
DOCUMENT = "Tarrowshire needs assessment 2025"


def write_ohid(raw: Raw, seed: int) -> None:
    for year, released_on in ESTIMATES.items():
        write_users(raw, seed, year, released_on)
    for last, released_on in DEPENDENCE.items():
        write_dependence(raw, seed, last, released_on)
    write_transcribed_rates(raw, seed)
    for year in EVERY_OTHER_YEAR:
        write_admissions(raw, seed, year)
    for last in YEARS[5::2]:
        write_fingertips(raw, seed, last)


def write_users(raw: Raw, seed: int, year: int, released_on: str) -> None:
    limits = ["Lower bound 95% CI", "Upper bound 95% CI"]
    header = ["Region", "Local authority", "15-64 population", "Number of users", *[None] * 8,
              "Rate of use per thousand of the population", *[None] * 8]  # fmt: skip
    below = [None, None, None, *(text for _ in range(2) for drug in USERS for text in (drug, *limits))]
    rows = []
    for one in (*AUTHORITIES, REST_OF_ENGLAND):
        size = people_aged(one, year, 15, 64)
        fall = 1 - 0.012 * (year - FIRST_YEAR)
        numbers = [round(size / 1000 * rate * one.level * fall) for rate in USERS.values()]
        bounds = [bound for number in numbers for bound in (number, round(number * 0.86), round(number * 1.19))]
        name = one.name or "ENGLAND"
        rows.append([REGION[1], name, size, *bounds, *(round(bound / size * 1000, 2) for bound in bounds)])
    title = f"Table 2.1: National and local prevalence estimates of opiate and crack cocaine use, {year} to {year + 1}"
    name = f"opiate_crack_prevalence_{year}.xlsx"
    raw.workbook(
        "ohid.opiate_crack_prevalence", released_on, name, {"2_1_Drug_prevalence": [[title], header, below, *rows]}
    )


def dependent(one: Authority, year: int) -> int:
    return round(people_aged(one, year, 18) / 1000 * DEPENDENT * one.level * (1 + 0.006 * (year - FIRST_YEAR)))


def write_dependence(raw: Raw, seed: int, last: int, released_on: str) -> None:
    rows: list[list[object]] = [
        ["PHE_Centre", "Local_Authority", "Area_code_GSS", "Alcohol_dependent", "Alcohol_lower_CI", "Alcohol_upper_CI",
         "Year"]
    ]  # fmt: skip
    for year in range(FIRST_YEAR, last + 1):
        for one in AUTHORITIES:
            number = dependent(one, year)
            code = one.code_in(int(released_on[:4]))
            limits = [round(number * 0.78), round(number * 1.34)]
            rows.append([REGION[1], one.name, code, number, *limits, financial_year(year)])
    raw.csv("ohid.alcohol_dependence_prevalence", released_on, "alcohol_dependence.csv", rows)


def write_transcribed_rates(raw: Raw, seed: int) -> None:
    """Figures that somebody typed from a document, which says so beside them."""
    header = ["place", "area_type", "area", "period", "estimate", "rate_per_1000", "credited_to"]
    rows = []
    year = max(DEPENDENCE)
    for one in AUTHORITIES:
        rate = round(dependent(one, year) / people_aged(one, year, 18) * 1000, 1)
        printed = [f"{dependent(one, year):,}", rate, "OHID"]
        rows.append(["Table 4", "local authority", one.name, financial_year(year), *printed])
    dataset, released_on = "ohid.alcohol_dependence_prevalence", "2025-11-28"
    raw.csv(dataset, released_on, "alcohol_dependence_prevalence.csv", [header, *rows])
    raw.place(dataset, released_on, "origin.toml").write_text(f'document = "{DOCUMENT}"\n', encoding="utf-8")


def write_admissions(raw: Raw, seed: int, year: int) -> None:
    header = ["place", "area_type", "area", "period", "measure_label", "rate_per_100000", "credited_to"]
    places = [("country", "England", 1.0), *(("local authority", one.name, one.level) for one in AUTHORITIES)]
    rows = []
    for of in (year - 1, year):
        for label, usual in ADMISSIONS.items():
            for kind, name, level in places:
                rate = round(usual * level + count(seed, 16, label, name, of) / 4 - 4, 1)
                rows.append(["", kind, name, financial_year(of), label, rate, ""])
    raw.csv("ohid.hospital_admissions", f"{year + 2}-01-29", "hospital_admissions.csv", [header, *rows])


def write_fingertips(raw: Raw, seed: int, last: int) -> None:
    header = ["Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type",
              "Sex", "Age", "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit",
              "Upper CI 95.0 limit", "Count", "Denominator", "Value note"]  # fmt: skip
    rows = []
    for year in range(FIRST_YEAR, last + 1):
        for one in AUTHORITIES:
            size = round(people(one, year))
            usual = size / 100_000 * one.level
            parts = {
                "Male": (count(seed, usual * 52, "admissions", one.code, year, "Male"), size // 2),
                "Female": (count(seed, usual * 61, "admissions", one.code, year, "Female"), size - size // 2),
            }
            both = tuple(sum(pair) for pair in zip(*parts.values(), strict=True))
            for sex, (number, people_of) in {"Persons": both, **parts}.items():
                rate = number / people_of * 100_000
                named = [
                    999001,
                    "Hospital admissions for drug poisoning, rate per 100,000",
                    *REGION,
                    one.code_in(last + 2),
                    one.name,
                ]
                figures = [rate, rate * 0.7, rate * 1.35, number, people_of, None]
                rows.append([*named, "County & UA", sex, "All ages", None, None, year, *figures])
    raw.csv("ohid.fingertips", f"{last + 2}-03-05", "indicators.csv", [header, *rows])
