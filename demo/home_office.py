"""What the Home Office releases of police forces: recorded drug offences, their outcomes, and seizures of drugs."""

from demo.county import EVERY_OTHER_YEAR, FORCE, OTHER_FORCES, YEARS, count, financial_year
from demo.files import Raw, Rows
from demo.police import OFFENCES, recorded

FORCES = {FORCE[1]: 1.0, **{name: 0.7 + 0.2 * place for place, (_, name) in enumerate(OTHER_FORCES)}}
DRUGS = {
    ("Trafficking in controlled drugs", "Drug offences", "Trafficking of drugs", "92A"): 260,
    ("Other drug offences", "Drug offences", "Possession of drugs", "92C"): 12,
    ("Possession of controlled drugs (excl. Cannabis)", "Drug offences", "Possession of drugs", "92D"): 250,
    ("Possession of controlled drugs (Cannabis)", "Drug offences", "Possession of drugs", "92E"): 590,
}
# Type, description, group and share of the offences.
OUTCOMES = (
    (1, "Charged/Summonsed", "Charged", 0.28),
    (3, "Caution - adults", "Out-of-court (formal)", 0.05),
    (8, "Community resolution", "Out-of-court (informal)", 0.36),
)
QUARTERS = (1, 2, 3, 4)
SEIZURES = {
    "Total Class A": {"Cocaine": 190, "Crack": 120, "Ecstasy": 21, "Heroin": 150, "LSD": 2, "Methadone": 4,
                      "Morphine": 2, "Other Class A": 14},
    "Total Class B": {"All Cannabis": 1450, "Amphetamines": 40, "Barbiturates": 1, "Ketamine": 34,
                      "Mephedrone\n(non-injection)": 3, "Other Class B": 9},
    "Total Class C": {"Anabolic-steroids": 5, "Benzodiazepines": 38, "GHB": 3, "Temazepam": 1, "Other Class C": 12},
}  # fmt: skip


def write_home_office(raw: Raw, seed: int) -> None:
    for year in YEARS:
        write_seizures(raw, seed, year)
    for year in EVERY_OTHER_YEAR:
        write_recorded(raw, seed, year)
        write_outcomes(raw, seed, year)


def offences(seed: int, force: str, code: str, mean: float, year: int, quarter: int) -> int:
    """Offences of a force in a quarter; those of the partnership's force make what it gives the partnership itself."""
    if force == FORCE[1]:
        return _of_own_force(seed, code, year)[quarter - 1]
    growth = 1 + 0.015 * (year - YEARS[0])
    return count(seed, mean * FORCES[force] * growth, "home office", force, code, year, quarter)


def _of_own_force(seed: int, code: str, year: int) -> list[int]:
    """The year's offences of a code in four quarters; the last one takes the rest."""
    subgroup = next(group for _, _, group, other in DRUGS if other == code)
    totals = {
        label.lower(): recorded(seed, label, rate, None, year, min(year + 1, YEARS[-1]))
        for label, rate in OFFENCES.items()
    }
    codes = {other: mean for (_, _, group, other), mean in DRUGS.items() if group == subgroup}
    total = totals[subgroup.lower()]
    numbers = {other: round(total * mean / sum(codes.values())) for other, mean in codes.items()}
    numbers[max(codes)] += total - sum(numbers.values())
    quarters = [numbers[code] // 4] * 3
    return [*quarters, numbers[code] - sum(quarters)]


def write_recorded(raw: Raw, seed: int, last: int) -> None:
    header = ["Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group",
              "Offence Subgroup", "Offence Code", "Number of Offences"]  # fmt: skip
    sheets: dict[str, Rows] = {}
    for year in (last - 1, last):
        rows = [
            [financial_year(year), quarter, force, *offence, offences(seed, force, offence[3], mean, year, quarter)]
            for quarter in QUARTERS
            for force in FORCES
            for offence, mean in DRUGS.items()
        ]
        sheets[financial_year(year).replace("/", "-")] = [header, *rows]
    name = f"prc-pfa-mar{last - 1999}.xlsx"
    raw.workbook("home_office.recorded_crime", f"{last + 1}-07-24", name, sheets)


def write_outcomes(raw: Raw, seed: int, year: int) -> None:
    header = ["Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group",
              "Offence Subgroup", "Offence Code", "Outcome Type", "Outcome Description", "Outcome Group",
              "Force outcomes recorded in quarter"]  # fmt: skip
    rows = [
        [financial_year(of), quarter, force, *offence, *outcome,
         round(offences(seed, force, offence[3], mean, of, quarter) * share)]
        for of in (year - 1, year) for quarter in QUARTERS for force in FORCES
        for offence, mean in DRUGS.items() for *outcome, share in OUTCOMES
    ]  # fmt: skip
    name = f"prc-outcomes-open-data-mar{year - 1999}.xlsx"
    raw.workbook("home_office.crime_outcomes", f"{year + 1}-07-24", name, {"Outcomes": [header, *rows]})


def write_seizures(raw: Raw, seed: int, year: int) -> None:
    drugs = [label for total, some in SEIZURES.items() for label in (*some, total)]
    rows: list[list[object]] = []
    for force, size in FORCES.items():
        found = {
            drug: count(seed, mean * size, "seizures", force, drug, year)
            for some in SEIZURES.values()
            for drug, mean in some.items()
        }
        # A seizure of two drugs of a class counts once in it.
        found |= {total: max(sum(found[drug] for drug in some) - 1, 0) for total, some in SEIZURES.items()}
        unknown = 3
        in_all = max(sum(found[total] for total in SEIZURES) + unknown - 4, max(found[total] for total in SEIZURES))
        rows.append([force, in_all, *(found[drug] for drug in drugs), unknown])
    # A force that sent no figures keeps its row.
    rows[-1] = [rows[-1][0], *(["[x]"] * (len(drugs) + 2))] if year == YEARS[3] else rows[-1]
    title = f"Number of seizures of drugs by police force and drug, England and Wales, {financial_year(year)}"
    sheet: list[list[object]] = [[title], ["Police force", "All drugs", *drugs, "Unknown"], *rows]
    raw.csv("home_office.drug_seizures", f"{year + 1}-11-14", f"seizures-of-drugs-{year}.csv", sheet)
