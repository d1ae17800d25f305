"""Small whole files of every layout, whose figures agree with each other: what the damages of `damaged.py` start from."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass

from orchestration.settings import PROJECT

Grid = list[list[object]]

AUTHORITIES = {
    "E08000025": "Birmingham",
    "E08000026": "Coventry",
    "E08000027": "Dudley",
    "E08000028": "Sandwell",
    "E08000029": "Solihull",
    "E08000030": "Walsall",
    "E08000031": "Wolverhampton",
}
REGIONS = {f"E1200000{number}": name for number, name in enumerate(
    ("North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East", "London",
     "South East", "South West"), start=1)}  # fmt: skip
YEARS = tuple(range(2021, 2014, -1))


@dataclass(frozen=True)
class Layout:
    """A file: its name, its sheets of cells (one named '' is a CSV), where figures begin, and what damages it can show.

    `unlinked` are damages after which nothing in the file, the seeds or the release before tells of an error.
    """

    dataset: str
    file_name: str
    make: Callable[[], dict[str, Grid]]
    header_row: int = 0
    first_figure: int = 0
    last_figure: int | None = None
    unlinked: tuple[str, ...] = ()

    @property
    def is_csv(self) -> bool:
        return self.file_name.endswith(".csv")


def as_csv(grid: Grid) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(grid)
    return stream.getvalue()


def _areas(count: Callable[[int], int]) -> list[tuple[str, str, int]]:
    """England, the region, the county and its seven authorities; the wholes are sums of `count` over the authorities."""
    parts = [(code, name, count(number)) for number, (code, name) in enumerate(AUTHORITIES.items())]
    total = sum(value for _, _, value in parts)
    wholes = [("E92000001", "ENGLAND"), ("E12000005", "WEST MIDLANDS"), ("E11000005", "West Midlands (Met County)")]
    return [(code, name, total) for code, name in wholes] + parts


def deaths() -> dict[str, Grid]:
    title = "{} of deaths related to {}, {} by local authority, England and Wales"
    males = {
        (cause, year): (lambda n, c=cause, y=year: 20 + n * 3 + (y % 5) - 6 * c) for cause in (0, 1) for year in YEARS
    }
    females = {
        (cause, year): (lambda n, c=cause, y=year: 11 + n + (y % 3) - 5 * c) for cause in (0, 1) for year in YEARS
    }

    def of(sex: str, cause: int, year: int) -> Callable[[int], int]:
        m, f = males[cause, year], females[cause, year]
        return {"persons": lambda n: m(n) + f(n), "males": m, "females": f}[sex]

    sheets: dict[str, Grid] = {"Contents": [["Deaths by local authority"], ["Published on Friday 17 October, 2025."]]}
    causes = ("drug poisoning", "drug misuse")
    for cause, words in enumerate(causes):
        columns = [{code: value for code, _, value in _areas(of("persons", cause, year))} for year in YEARS]
        rows = [[code, name, *(column[code] for column in columns)] for code, name, _ in _areas(lambda n: 0)]
        sheets[f"Table {cause + 1}"] = [
            [title.format("Number", words, "persons")], ["Area Codes", "Area Names", *YEARS], *rows
        ]  # fmt: skip
    number = 3
    for cause, words in enumerate(causes):
        for sex in ("persons", "males", "females"):
            spans = [(year - 2, year) for year in YEARS[:-2]]
            header = ["Area Codes", "Area Names"]
            below: list[object] = [None, None]
            for first, last in spans:
                header += [f"{first}–{last % 100:02}", None, None, None, None]
                below += ["Deaths", "Rate 1", None, "Lower Confidence Limit 2", "Upper Confidence Limit 2"]
            rows = []
            for code, name, _ in _areas(lambda n: 0):
                row: list[object] = [code, name]
                for first, _ in spans:
                    pooled = sum(
                        value for year in range(first, first + 3)
                        for other, _, value in _areas(of(sex, cause, year)) if other == code
                    )  # fmt: skip
                    row += [pooled, round(pooled / 20, 1), None, round(pooled / 25, 1), round(pooled / 15, 1)]
                rows.append(row)
            sheets[f"Table {number}"] = [[title.format("Rates", words, sex)], header, below, *rows]
            number += 1
    return sheets


def alcohol() -> dict[str, Grid]:
    header = ["Area code", "Area name", "Sex", "Year [note 3]", "Number of deaths",
              "Age-standardised rate per 100,000", "Lower 95% confidence interval", "Upper 95% confidence interval"]  # fmt: skip
    rows = []
    for year in (2021, 2020, 2019):
        males = {code: 100 + number * 7 + year % 4 for number, code in enumerate(REGIONS)}
        females = {code: 60 + number * 5 + year % 3 for number, code in enumerate(REGIONS)}
        persons = {code: males[code] + females[code] for code in REGIONS}
        for sex, counts in (("Persons", persons), ("Males", males), ("Females", females)):
            for code, name in {**REGIONS, "E92000001": "England"}.items():
                count = counts.get(code, sum(counts.values()))
                rate = round(count / 10, 1)
                rows.append([code, name, sex, year, count, rate, rate - 1, rate + 1])
    return {"Table 1": [["Alcohol-specific deaths, United Kingdom"], header, *rows]}


def alcohol_by_authority() -> dict[str, Grid]:
    """ONS's workbook by local authority: a table of single years, and one of three years in blocks of five columns."""

    def deaths_of(year: int) -> Callable[[int], int]:
        return lambda number: 30 + number * 4 + year % 5

    names = ["Area Code \r\n[note 2]", "Region", "County", "Local Authority District \r\n[note 2]"]
    title = "Table {}: {} alcohol-specific deaths by local authority, England and Wales"
    areas = [
        [code, *(name if level == column else None for column in (0, 1, 2))]
        for code, name, _ in _areas(lambda _: 0)
        for level in [1 if code.startswith("E11") else 2 if code.startswith("E08") else 0]
    ]

    def counts(year: int) -> list[int]:
        return [count for _, _, count in _areas(deaths_of(year))]

    single = [[*area, *(counts(year)[number] for year in YEARS)] for number, area in enumerate(areas)]
    last_years = YEARS[:-2]
    header = [*names]
    for year in last_years:
        span = f"{year - 2} to {year} \r\n"
        header += [f"{span}Number of deaths", f"{span}Rate per 100,000 \r\n[note 4]", "",
                   f"{span}Lower 95% confidence limit", f"{span}Upper 95% confidence limit"]  # fmt: skip
    pooled = []
    for number, area in enumerate(areas):
        row = [*area]
        for year in last_years:
            count = sum(counts(one)[number] for one in range(year - 2, year + 1))
            row += [count, round(count / 20, 1), None, round(count / 25, 1), round(count / 15, 1)]
        pooled.append(row)
    return {
        "Table_1": [[title.format(1, "Number of")], [*names, *YEARS], *single],
        "Table_2": [[title.format(2, "Rates of")], header, *pooled],
    }


def population() -> dict[str, Grid]:
    ages = [*(str(age) for age in range(90)), "90+"]
    by_area = {code: [100 + number * 10 + age for age in range(91)] for number, code in enumerate(AUTHORITIES)}
    total = [sum(column) for column in zip(*by_area.values(), strict=True)]
    wholes = {"E92000001": ("ENGLAND", "Country"), "E12000005": ("WEST MIDLANDS", "Region"),
              "E11000005": ("West Midlands (Met County)", "Metropolitan County")}  # fmt: skip
    rows = [
        [code, *names, *(1000 * n if code == "E92000001" else n for n in (sum(total), *total))]
        for code, names in wholes.items()
    ]
    rows += [
        [code, name, "Metropolitan District", sum(by_area[code]), *by_area[code]] for code, name in AUTHORITIES.items()
    ]
    return {"": [["Code", "Name", "Geography", "All ages", *ages], *rows]}


OFFENCES = ("Violence against the person", "Sexual offences", "Robbery", "Theft offences", "Criminal damage and arson",
            "Drug offences", "Possession of weapons offences", "Public order offences", "Miscellaneous crimes")  # fmt: skip


def crime() -> dict[str, Grid]:
    sheets: dict[str, Grid] = {}
    for table, region_table, year in (("Table C2", "Table P1", 2024), ("Table C5", "Table P4", 2023)):
        parts = {code: [50 + n * 3 + o + year % 7 for o in range(9)] for n, code in enumerate(AUTHORITIES)}
        rest = [5 + o for o in range(9)]
        whole = [sum(column) for column in zip(*parts.values(), rest, strict=True)]
        force = ["E23000014", "West Midlands"]

        def counts(numbers: list[int]) -> list[int]:
            return [sum(numbers), *numbers]

        rows = [[*force, None, None, None, None, *counts(whole)]]
        rows += [
            [*force, f"E2200000{n}", name, code, name, *counts(parts[code])]
            for n, (code, name) in enumerate(AUTHORITIES.items())
        ]
        rows += [[*force, None, "Unassigned West Midlands", None, None, *counts(rest)]]
        offences = ["Total recorded crime (excluding fraud)", *OFFENCES]
        sheets[table] = [
            [f"Police recorded crime by community safety partnership, number of offences, year ending December {year}"],
            ["Police Force Area code", "Police Force Area name", "Community Safety Partnership code",
             "Community Safety Partnership name", "Local Authority code", "Local Authority name", *offences],
            *rows,
        ]  # fmt: skip
        sheets[region_table] = [
            [
                f"Police recorded crime by offence group and police force area, number of offences, year ending December {year}"
            ],
            ["Area code", "Area name", *offences],
            ["E92000001", "ENGLAND", *counts([n * 10 for n in whole])],
            ["E12000005", "West Midlands Region", *counts(whole)],
        ]
    return sheets


def dependence() -> dict[str, Grid]:
    header = [
        "PHE_Centre",
        "Local_Authority",
        "Area_code_GSS",
        "Alcohol_dependent",
        "Alcohol_lower_CI",
        "Alcohol_upper_CI",
        "Year",
    ]
    rows = [
        ["West Midlands", name, code, 1000 + n * 100 + y, 800 + n * 100, 1500 + n * 100, year]
        for y, year in enumerate(("2015/16", "2016/17", "2017/18"))
        for n, (code, name) in enumerate(AUTHORITIES.items())
    ]
    return {"": [header, *rows]}


def opiates_and_crack() -> dict[str, Grid]:
    """OHID's estimates by authority: two header rows, the number and the rate of three groups with their limits."""
    limits = ["Lower bound 95% CI", "Upper bound 95% CI"]
    below = [
        None,
        None,
        None,
        *(text for _ in range(2) for drug in ("OCU", "Opiates", "Crack cocaine") for text in (drug, *limits)),
    ]
    header = ["Region", "Local authority", "15-64 population", "Number of users", *[None] * 8,
              "Rate of use per thousand of the population", *[None] * 8]  # fmt: skip
    rows = []
    for number, name in enumerate((*AUTHORITIES.values(), "ENGLAND")):
        people = 164_510 + number * 1_000
        counts = [
            bound for users in (2_162, 1_826, 979)
            for bound in (users + 11 * number, users - 300 - number, users + 320 + 9 * number)
        ]  # fmt: skip
        rows.append(["West Midlands", name, people, *counts, *(round(count / people * 1000, 2) for count in counts)])
    title = "Table 2.1: National and local prevalence estimates of opiate and crack cocaine use, 2016 to 2017"
    return {"2_1_Drug_prevalence": [[title], header, below, *rows]}


def fingertips() -> dict[str, Grid]:
    header = ["Indicator ID", "Indicator Name", "Parent Code", "Parent Name", "Area Code", "Area Name", "Area Type", "Sex", "Age",
              "Category Type", "Category", "Time period", "Value", "Lower CI 95.0 limit", "Upper CI 95.0 limit", "Count",
              "Denominator", "Value note"]  # fmt: skip
    rows = []
    for period in ("2019", "2020", "2021"):
        for n, (code, name) in enumerate(AUTHORITIES.items()):
            parts = {"Male": (40 + n, 100_000), "Female": (20 + n, 110_000)}
            both = tuple(sum(pair) for pair in zip(*parts.values(), strict=True))
            for sex, (count, people) in {"Persons": both, **parts}.items():
                rate = count / people * 100_000
                rows.append([91999, "Deaths, rate per 100,000", "E12000005", "West Midlands", code, name, "County & UA", sex,
                             "All ages", None, None, period, rate, rate * 0.8, rate * 1.2, count, people, None])  # fmt: skip
    return {"": [header, *rows]}


def viewit() -> dict[str, Grid]:
    header = [
        "ReportingPeriod",
        "Area",
        "sex",
        "age_group",
        "drug_group",
        "intreatment_allintx",
        "newpresentation_newtx",
    ]
    rows = []
    for period in ("2019/20", "2020/21"):
        for area in ("Birmingham", "Coventry"):
            for sex in ("F", "M", "Total"):
                for age in ("18-29", "30-49", "50+", "Total"):
                    for drug in ("Opiate", "Non-opiate only", "Alcohol only", "Non-opiate & alcohol", "Total"):
                        of_sex, of_age, of_drug = (
                            (sex == "Total") + 1,
                            3 if age == "Total" else 1,
                            4 if drug == "Total" else 1,
                        )
                        count = 20 * of_sex * of_age * of_drug
                        rows.append([period, area, sex, age, drug, count, count // 2])
    return {"": [header, *rows]}


def treatment() -> dict[str, Grid]:
    rows = []
    for year in ("2016/17", "2017/18", "2018/19"):
        for n, (code, name) in enumerate(AUTHORITIES.items()):
            rows.append([year, "Alcohol - People in treatment", "Number", name, code, 400 + n * 5])
            rows.append([year, "Alcohol - Estimated prevalence", "Number", name, code, 2000 + n])
            rows.append([year, "Alcohol - Met need", "Percentage (%)", name, code, (400 + n * 5) / (2000 + n) * 100])
    return {"": [["Year", "Series", "Units", "Local Authority", "GeoCode", "Value"], *rows]}


DRUGS = (("Trafficking in controlled drugs", "Drug offences", "Trafficking of drugs", "92A"),
         ("Other drug offences", "Drug offences", "Possession of drugs", "92C"),
         ("Possession of controlled drugs (excl. Cannabis)", "Drug offences", "Possession of drugs", "92D"),
         ("Possession of controlled drugs (Cannabis)", "Drug offences", "Possession of drugs", "92E"))  # fmt: skip


def recorded() -> dict[str, Grid]:
    header = ["Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group", "Offence Subgroup",
              "Offence Code", "Number of Offences"]  # fmt: skip
    rows = [
        ["2023/24", quarter, force, *offence, 100 + quarter * 10 + number]
        for quarter in (1, 2, 3, 4) for force in ("West Midlands", "Warwickshire") for number, offence in enumerate(DRUGS)
    ]  # fmt: skip
    return {"": [header, *rows]}


SEIZED = ("Cocaine", "Crack", "Ecstasy", "Heroin", "LSD", "Methadone", "Morphine", "Other Class A", "Total Class A",
          "All Cannabis", "Amphetamines", "Barbiturates", "Ketamine", "Mephedrone\n(non-injection)", "Other Class B",
          "Total Class B", "Anabolic-steroids", "Benzodiazepines", "GHB", "Temazepam", "Other Class C",
          "Total Class C")  # fmt: skip


def seizures() -> dict[str, Grid]:
    """The Home Office's table by force and drug: fewer in a class than in its drugs together."""
    rows = []
    for number, force in enumerate(("West Midlands", "Warwickshire", "London, City of", "British Transport Police")):
        counts: list[int] = []
        classes: list[int] = []
        for drug in SEIZED:
            if drug.startswith("Total"):
                classes.append(sum(counts[-(5 if drug.endswith("C") else 6 if drug.endswith("B") else 8) :]) - 1)
            counts.append(classes[-1] if drug.startswith("Total") else 900 // (len(counts) + 1) + 7 * number)
        rows.append([force, sum(classes) - 2, *counts, 3])
    title = "Number of seizures of drugs by police force and drug, England and Wales, 2018/19"
    return {"Table 5": [[title], ["Police force", "All drugs", *SEIZED, "Unknown"], *rows]}


def outcomes_of_crime() -> dict[str, Grid]:
    header = ["Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group", "Offence Subgroup",
              "Offence Code", "Outcome Type", "Outcome Description", "Outcome Group", "Force outcomes recorded in quarter"]  # fmt: skip
    rows = [
        ["2023/24", quarter, force, *offence, 1, "Charged/Summonsed", "Charged", 10 + quarter + number]
        for quarter in (1, 2, 3, 4) for force in ("West Midlands", "Warwickshire") for number, offence in enumerate(DRUGS)
    ]  # fmt: skip
    return {"": [header, *rows]}


def shipped(dataset: str) -> Callable[[], dict[str, Grid]]:
    def make() -> dict[str, Grid]:
        (path,) = (PROJECT / "raw" / dataset.replace(".", "/") / "2026-03-31").glob("*.csv")
        return {"": [list(row) for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))]}

    return make


# A figure that no other figure depends on may be any other likely number, and nothing tells.
ALONE = ("one more", "ten times")
# Rates and their limits are modelled or standardised: a slightly other one is as likely.
RATES = ("one more", "a fraction")
# Nothing ties the figures of a report to each other, and a missing row is no slip: reports print what they like. Labels
# are looked up in staging, which the tests of refusals hold it to.
PRINTED = (*ALONE, "a fraction", "negative", "a percent sign", "a row lost", "the last third lost", "a sheet lost", "a label misspelt",
           "two areas exchanged")  # fmt: skip
LAYOUTS = (
    Layout("ons.drug_poisoning_deaths", "deaths.xlsx", deaths, 1, 2, unlinked=RATES),
    Layout("ons.alcohol_specific_deaths", "alcohol.xlsx", alcohol, 1, 4, unlinked=RATES),
    Layout("ons.population_estimates", "mye24.csv", population, 0, 3),
    Layout("ons.crime_by_partnership", "crime.xlsx", crime, 1, 6),
    Layout("ohid.alcohol_dependence_prevalence", "dependence.csv", dependence, 0, 3, 4, unlinked=("one more",)),
    Layout("ohid.fingertips", "fingertips.csv", fingertips, 0, 12, 17, unlinked=RATES),
    Layout("ndtms.viewit", "viewit.csv", viewit, 0, 5),
    Layout("ndtms.alcohol_treatment", "sdg.csv", treatment, 0, 5, unlinked=("one more", "a fraction")),
    Layout("home_office.recorded_crime", "prc.csv", recorded, 0, 7, unlinked=ALONE),
    Layout("home_office.crime_outcomes", "outcomes.csv", outcomes_of_crime, 0, 10, unlinked=ALONE),
    Layout("ons.alcohol_specific_deaths", "alcohol_by_authority.xlsx", alcohol_by_authority, 1, 4, unlinked=RATES),
    Layout("home_office.drug_seizures", "seizures.xlsx", seizures, 1, 1, unlinked=(*ALONE, "two areas exchanged")),
    Layout("ohid.opiate_crack_prevalence", "ocu.xlsx", opiates_and_crack, 1, 2, unlinked=("one more",)),
    # What the partnership's report prints: counts beside no total, and labels that staging looks up.
    *(
        Layout(dataset, f"{dataset.partition('.')[2]}.csv", shipped(dataset), 0, figure, figure + 1, unlinked=PRINTED)
        for dataset, figure in {
            "ons.drug_poisoning_deaths": 4,
            "ohid.opiate_crack_prevalence": 4,
            "ndtms.adults_in_treatment": 5,
            "ndtms.treatment_progress": 5,
            "police.recorded_drug_offences": 5,
            "police.drug_offence_outcomes": 6,
            "police.drug_related_crime": 5,
            "police.drug_related_homicides": 5,
            "police.drug_supply_disruption": 5,
        }.items()
    ),
)

BY_DATASET = {one.dataset: one for one in LAYOUTS[:10]}


def layout(dataset: str) -> tuple[Layout, dict[str, Grid]]:
    """A publisher's own layout of a dataset, and the sheets of a good file of it."""
    return BY_DATASET[dataset], BY_DATASET[dataset].make()
