"""What ONS releases: populations, deaths, recorded crime by partnership, and lookups between areas."""

from collections.abc import Callable

from demo.county import (
    AUTHORITIES,
    COUNTY,
    ENGLAND,
    EVERY_OTHER_YEAR,
    FIRST_YEAR,
    FORCE,
    PARTS,
    RECODED,
    REGION,
    YEARS,
    Authority,
    count,
    drawn,
    listed,
    people,
    people_by_age,
    wholes,
)
from demo.files import Raw, Rows

# The first year of the tables of deaths.
FIRST_OF_DEATHS = 2013
CAUSES = ("drug poisoning", "drug misuse")
SEXES = ("persons", "males", "females")
LEAST_FOR_A_RATE, LEAST_FOR_A_RELIABLE_RATE = 10, 20

# Of a hundred thousand people a year, when the tables begin, and the change a year.
DRUG_DEATHS, ALCOHOL_DEATHS = (5.6, 0.045), (12.0, 0.025)
SHARE_OF_MALES = 0.68
SHARE_OF_MISUSE = 0.6

Deaths = Callable[[Authority, int, str, str], int]


def write_populations(raw: Raw, seed: int) -> None:
    """A release a year, of people by single year of age in the middle of the year before."""
    for year in YEARS:
        ages = {one.code: people_by_age(one, year) for one in PARTS}
        by_age = [wholes({code: numbers[age] for code, numbers in ages.items()}) for age in range(91)]
        header = ["Code", "Name", "Geography", "All ages", *map(str, range(90)), "90+"]
        kinds = {ENGLAND[0]: "Country", REGION[0]: "Region", COUNTY[0]: "Metropolitan County"}
        rows = [
            [code, name, kinds.get(key, "Metropolitan District"), sum(one[key] for one in by_age)]
            + [one[key] for one in by_age]
            for key, code, name in listed(year + 1)
        ]
        released_on = f"{year + 1}-07-30"
        title = f"Population estimates for England and its areas, Mid-{year} Persons"
        if year < 2018:
            sheets: dict[str, Rows] = {"MYE2 - Persons": [[title], [], header, *rows]}
            raw.workbook("ons.population_estimates", released_on, f"mye{year % 100}.xlsx", sheets)
        else:
            raw.csv("ons.population_estimates", released_on, f"mye{year % 100}persons.csv", [header, *rows])


def deaths(seed: int, subject: str, first: float, growth: float, released: int) -> Deaths:
    """Deaths of an authority, year, sex and cause as known in a year: ONS learns later of some of the newest year."""

    def of(one: Authority, year: int, sex: str, cause: str = CAUSES[0]) -> int:
        if sex == "persons":
            return of(one, year, "males", cause) + of(one, year, "females", cause)
        share = SHARE_OF_MALES if sex == "males" else 1 - SHARE_OF_MALES
        mean = people(one, year) / 100_000 * first * one.level * (1 + growth) ** (year - FIRST_OF_DEATHS) * share
        number = count(seed, mean, subject, one.code, year, sex)
        if year == released - 1 and drawn(seed, subject, one.code, year, "late").random() < 0.3:
            number -= number > 3
        return number if cause == CAUSES[0] else round(number * SHARE_OF_MISUSE)

    return of


def write_drug_deaths(raw: Raw, seed: int) -> None:
    """A workbook a year with counts of each year and figures of three years; one came out again, with an error."""
    for year in YEARS:
        sheets = drug_deaths(seed, year)
        raw.workbook("ons.drug_poisoning_deaths", f"{year + 1}-10-17", f"{year}localauthorities.xlsx", sheets)
    # The file that is set aside: a letter stands in a count.
    sheets = drug_deaths(seed, YEARS[-1])
    sheets["Table 1"][5][2] = f"{sheets['Table 1'][5][2]}O"
    name = f"{YEARS[-1]}localauthoritiescorrected.xlsx"
    raw.workbook("ons.drug_poisoning_deaths", f"{YEARS[-1] + 1}-11-20", name, sheets)


def drug_deaths(seed: int, last: int) -> dict[str, list[list[object]]]:
    of = deaths(seed, "drug deaths", *DRUG_DEATHS, released=last + 1)
    years = range(last, FIRST_OF_DEATHS - 1, -1)
    counts = {
        (cause, sex, year): wholes({one.code: of(one, year, sex, cause) for one in PARTS})
        for cause in CAUSES
        for sex in SEXES
        for year in years
    }
    size = {year: wholes({one.code: round(people(one, year)) for one in PARTS}) for year in years}
    areas = listed(last + 1)
    title = "{} of deaths related to {}, {} by local authority, England and Wales"
    sheets: dict[str, list[list[object]]] = {
        "Contents": [["Deaths related to drug poisoning by local authority, made up"]]
    }
    for number, cause in enumerate(CAUSES, start=1):
        rows = [[code, name, *(counts[cause, "persons", year][key] for year in years)] for key, code, name in areas]
        heading = title.format("Number", cause, "persons")
        sheets[f"Table {number}"] = [[heading], ["Area Codes", "Area Names", *years], *rows]
    number = 3
    spans = list(years)[:-2]
    for cause in CAUSES:
        for sex in SEXES:
            header: list[object] = ["Area Codes", "Area Names"]
            below: list[object] = [None, None]
            for year in spans:
                header += [f"{year - 2}–{year % 100:02}", None, None, None, None]
                below += ["Deaths", "Rate 1", None, "Lower Confidence Limit 2", "Upper Confidence Limit 2"]
            rows = []
            for key, code, name in areas:
                row: list[object] = [code, name]
                for year in spans:
                    three = range(year - 2, year + 1)
                    sexes = 1 if sex == "persons" else 2
                    row += three_years(
                        sum(counts[cause, sex, one][key] for one in three), sum(size[one][key] for one in three) / sexes
                    )
                rows.append(row)
            sheets[f"Table {number}"] = [[title.format("Rates", cause, sex)], header, below, *rows]
            number += 1
    return sheets


def three_years(number: int, people_years: float) -> list[object]:
    """Deaths of three years, their rate with the mark of an unreliable one, and its limits."""
    if number < LEAST_FOR_A_RATE:
        return [number, ":", None, ":", ":"]
    rate = number / people_years * 100_000
    slack = 1.96 * rate / number**0.5
    mark = "U" if number < LEAST_FOR_A_RELIABLE_RATE else None
    return [number, round(rate, 1), mark, round(max(rate - slack, 0), 1), round(rate + slack, 1)]


def write_alcohol_deaths(raw: Raw, seed: int) -> None:
    """A workbook a year by local authority: a table of single years, and one of three years in blocks of columns."""
    for last in YEARS:
        of = deaths(seed, "alcohol deaths", *ALCOHOL_DEATHS, released=last + 1)
        years = range(last, FIRST_OF_DEATHS - 1, -1)
        counts = {year: wholes({one.code: of(one, year, "persons", CAUSES[0]) for one in PARTS}) for year in years}
        size = {year: wholes({one.code: round(people(one, year)) for one in PARTS}) for year in years}
        names = ["Area Code [note 2]", "Region", "County", "Local Authority District [note 2]"]
        areas: list[tuple[str, list[object]]] = []
        for key, code, name in listed(last + 2):
            column = 1 if key == COUNTY[0] else 2 if key in {one.code for one in AUTHORITIES} else 0
            areas.append((key, [code, *(name if place == column else None for place in range(3))]))
        title = "Table {}: {} alcohol-specific deaths by local authority, England and Wales"
        single = [[*area, *(counts[year][key] for year in years)] for key, area in areas]
        header: list[object] = [*names]
        for year in list(years)[:-2]:
            span = f"{year - 2} to {year} "
            header += [f"{span}Number of deaths", f"{span}Rate per 100,000 [note 4]", "",
                       f"{span}Lower 95% confidence limit", f"{span}Upper 95% confidence limit"]  # fmt: skip
        pooled = []
        for key, area in areas:
            row = [*area]
            for year in list(years)[:-2]:
                three = range(year - 2, year + 1)
                row += three_years(sum(counts[one][key] for one in three), sum(size[one][key] for one in three))
            pooled.append(row)
        sheets: dict[str, Rows] = {
            "Table_1": [[title.format(1, "Number of")], [*names, *years], *single],
            "Table_2": [[title.format(2, "Rates of")], header, *pooled],
        }
        name = f"alcoholspecificdeathslocalauthority{last}.xlsx"
        raw.workbook("ons.alcohol_specific_deaths", f"{last + 2}-02-05", name, sheets)


# Offences of a thousand people a year.
OFFENCES = {
    "Violence against the person": 30.0, "Sexual offences": 3.0, "Robbery": 1.4, "Theft offences": 28.0,
    "Criminal damage and arson": 8.5, "Drug offences": 3.2, "Possession of weapons offences": 1.1,
    "Public order offences": 7.5, "Miscellaneous crimes": 2.0,
}  # fmt: skip
SHARE_UNASSIGNED = 0.02


def write_crime(raw: Raw, seed: int) -> None:
    """A workbook every other year, with the year that ended in December and the one before."""
    for last in EVERY_OTHER_YEAR:
        sheets: dict[str, list[list[object]]] = {}
        for table, by_region, year in (("Table C2", "Table P1", last), ("Table C5", "Table P4", last - 1)):
            parts = {one.code: crimes(seed, one, year) for one in PARTS}
            rest = [round(sum(parts[one.code][n] for one in AUTHORITIES) * SHARE_UNASSIGNED) for n in range(9)]
            force = [sum(parts[one.code][n] for one in AUTHORITIES) + rest[n] for n in range(9)]
            region = [force[n] + parts[PARTS[-2].code][n] for n in range(9)]
            england = [region[n] + parts[PARTS[-1].code][n] for n in range(9)]
            rows: list[list[object]] = [[*FORCE, None, None, None, None, sum(force), *force]]
            for number, one in enumerate(AUTHORITIES, start=1):
                named = [one.code_in(last + 1), one.name]
                numbers = parts[one.code]
                rows.append([*FORCE, f"E2200099{number}", one.name, *named, sum(numbers), *numbers])
            rows.append([*FORCE, None, f"Unassigned {FORCE[1]}", None, None, sum(rest), *rest])
            offences = ["Total recorded crime (excluding fraud)", *OFFENCES]
            title = "Police recorded crime by {}, number of offences, year ending December {}"
            header = ["Police Force Area code", "Police Force Area name", "Community Safety Partnership code",
                      "Community Safety Partnership name", "Local Authority code", "Local Authority name"]  # fmt: skip
            sheets[table] = [[title.format("community safety partnership", year)], [*header, *offences], *rows]
            sheets[by_region] = [
                [title.format("offence group and police force area", year)],
                ["Area code", "Area name", *offences],
                [ENGLAND[0], "ENGLAND", sum(england), *england],
                [REGION[0], f"{REGION[1]} Region", sum(region), *region],
            ]
        name = f"policeforceareatablesyearendingdecember{last}.xlsx"
        raw.workbook("ons.crime_by_partnership", f"{last + 1}-04-24", name, sheets)


def crimes(seed: int, one: Authority, year: int) -> list[int]:
    growth = 1 + 0.01 * (year - FIRST_YEAR)
    return [
        count(seed, people(one, year) / 1000 * rate * one.level * growth, "crime", one.code, year, offence)
        for offence, rate in OFFENCES.items()
    ]


SMALL_AREAS = 24


def small_areas(one: Authority) -> list[tuple[str, str]]:
    """The lower-layer super output areas of an authority: code and name."""
    first = 990_000 + AUTHORITIES.index(one) * SMALL_AREAS
    return [
        (f"E01{first + number:06d}", f"{one.name} {number // 4 + 1:03d}{'ABCD'[number % 4]}")
        for number in range(SMALL_AREAS)
    ]


def write_lookups(raw: Raw, seed: int) -> None:
    """Small areas to authorities, authorities to partnerships and force, and the register with the recoded one."""
    small = [[code, name, code, name, one.code, one.name] for one in AUTHORITIES for code, name in small_areas(one)]
    header = ["LSOA11CD", "LSOA11NM", "LSOA21CD", "LSOA21NM", "LAD22CD", "LAD22NM"]
    raw.csv("ons.area_lookups", "2022-12-31", "lsoa_lad_lookup.csv", [header, *small])
    partnerships = [
        [one.code, one.name, f"E2200099{number}", one.name, *FORCE] for number, one in enumerate(AUTHORITIES, start=1)
    ]
    header = ["LAD22CD", "LAD22NM", "CSP22CD", "CSP22NM", "PFA22CD", "PFA22NM"]
    raw.csv("ons.area_lookups", "2022-12-31", "lad_csp_pfa_lookup.csv", [header, *partnerships])
    header = ["gss-code", "official-name", "nice-name", "former-gss-codes"]
    former = {new: old for old, new in RECODED.items()}
    register = [
        [one.code_in(2025), f"{one.name} Metropolitan Borough Council", one.name, former.get(one.code_in(2025), "")]
        for one in AUTHORITIES
    ]
    raw.csv("ons.area_lookups", "2025-04-01", "register.csv", [header, *register])
