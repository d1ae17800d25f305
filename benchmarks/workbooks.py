"""Workbooks and exports for every English authority, in the layouts that ONS and NDTMS release.

`python -m benchmarks.workbooks FOLDER [--years 20] [--seed 1]` writes ONS's deaths related to drug poisoning (xlsx) and
NDTMS's ViewIt export (CSV) into FOLDER, laid out as raw/. No figure is a published one.
"""

import argparse
import csv
import random
from pathlib import Path

import openpyxl

from benchmarks.police_archive import forces

POISONING = "Number of deaths related to drug poisoning, persons by local authority, England and Wales"
SUBSTANCES = ("Opiate", "Non-opiate only", "Non-opiate and alcohol", "Alcohol only")
AGES = ("Total", "18-29", "30-49", "50+")
SEXES = ("Persons", "Male", "Female")
COUNTS = ("intreatment_allintx", "newpresentation_newtx", "exits_completed_allintx", "exits_died_allintx")


def english_authorities() -> list[tuple[str, str]]:
    """Code and name of each authority of England."""
    return [pair for force in forces() for pair in force.authorities if pair[0].startswith("E")]


def write_deaths(target: Path, years: list[int], seed: int = 1) -> int:
    """Writes ONS's workbook of yearly deaths, newest year first. Returns the number of figures."""
    draw = random.Random(seed)
    workbook = openpyxl.Workbook(write_only=True)
    workbook.create_sheet("Contents").append(["Worksheet names", "Deaths related to drug poisoning"])
    sheet = workbook.create_sheet("Table 1")
    sheet.append([POISONING])
    sheet.append([])
    sheet.append(["Area Codes", "Area Names", None, None, *reversed(years)])
    rows = [(code, name, [draw.randrange(3, 150) for _ in years]) for code, name in english_authorities()]
    sheet.append(["E92000001", "ENGLAND", None, None, *map(sum, zip(*(row[2] for row in rows), strict=True))])
    for code, name, deaths in rows:
        sheet.append([code, None, None, name, *deaths])
    sheet.append(["Footnotes"])
    target.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(target)
    return (len(rows) + 1) * len(years)


def write_treatment(target: Path, years: list[int], seed: int = 1) -> int:
    """Writes NDTMS's export, counts rounded to 5. Returns the number of figures."""
    draw = random.Random(seed)
    target.parent.mkdir(parents=True, exist_ok=True)
    figures = 0
    with target.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["ReportingPeriod", "Area", "sex", "age_group", "drug_group", *COUNTS])
        for year in years:
            for _, name in english_authorities():
                for sex in SEXES:
                    for age in AGES:
                        for substance in SUBSTANCES:
                            counts = [5 * draw.randrange(80) for _ in COUNTS]
                            lines.writerow([f"{year}/{(year + 1) % 100:02d}", name, sex, age, substance, *counts])
                            figures += len(counts)
    return figures


def main() -> None:
    """Writes both and prints how many figures they hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    years = list(range(2025 - given.years, 2025))
    deaths = given.folder / "ons" / "drug_poisoning_deaths" / "2025-10-31" / "deaths.xlsx"
    treatment = given.folder / "ndtms" / "viewit" / "2025-10-31" / "viewit.csv"
    print(f"{write_deaths(deaths, years, given.seed):,} figures in {deaths}")
    print(f"{write_treatment(treatment, years, given.seed):,} figures in {treatment}")


if __name__ == "__main__":
    main()
