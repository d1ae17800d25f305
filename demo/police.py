"""What the police force gives its partnership: tidy tables of drug offences, outcomes and disruption of supply."""

from demo.county import (
    AUTHORITIES,
    EVERY_OTHER_YEAR,
    FIRST_YEAR,
    FORCE,
    YEARS,
    Authority,
    count,
    financial_year,
    people,
)
from demo.files import Raw

AREAS = (*(("local policing area", one) for one in AUTHORITIES), ("police force area", None))
# Of a thousand people a year, and the change a year.
OFFENCES = {"Trafficking of Drugs": (0.75, -0.01), "Possession of Drugs": (2.4, 0.03)}
SHARE_UNALLOCATED = 0.03
OUTCOMES = {
    "Charge or summons": 0.24, "Caution – Adult": 0.04, "Caution - Youth": 0.01, "Community Resolution": 0.34,
    "Diversionary, educational or intervention activity": 0.06,
}  # fmt: skip
DRUG_RELATED, NEIGHBOURHOOD = (7.1, 0.015), (0.42, -0.04)

# The year in which the force exchanged two digits of a figure; see seeds/rules/corrections.csv.
WRONG_YEAR = 2021


def write_police(raw: Raw, seed: int) -> None:
    """Offences and their outcomes each year, the rest every other year; each with the last two financial years."""
    for year in YEARS:
        released_on = f"{year + 1}-06-12"
        write_offences(raw, seed, year, released_on)
        write_outcomes(raw, seed, year, released_on)
        if year in EVERY_OTHER_YEAR:
            write_flagged(raw, seed, year, released_on)
            write_homicides(raw, seed, year, released_on)
            write_disruption(raw, seed, year, released_on)


def recorded(
    seed: int, subject: str, rate: tuple[float, float], one: Authority | None, year: int, released: int
) -> int:
    """Offences of an authority or of the force; a later release moves some of the year before."""
    if one is None:
        local = sum(recorded(seed, subject, rate, other, year, released) for other in AUTHORITIES)
        return local + round(local * SHARE_UNALLOCATED)
    first, growth = rate
    mean = people(one, year) / 1000 * first * one.level * (1 + growth) ** (year - FIRST_YEAR)
    number = count(seed, mean, subject, one.code, year)
    return number + (count(seed, mean / 250, subject, one.code, year, "moved") if released > year else 0)


def _name(one: Authority | None) -> str:
    return one.name if one else FORCE[1]


def _two(year: int) -> tuple[int, ...]:
    return (year - 1, year)


def write_offences(raw: Raw, seed: int, year: int, released_on: str) -> None:
    header = ["place", "area_type", "area", "offence", "period", "offences", "credited_to"]
    rows = [
        ["", kind, _name(one), offence, financial_year(of), f"{recorded(seed, offence, rate, one, of, year):,}", ""]
        for offence, rate in OFFENCES.items()
        for kind, one in AREAS
        for of in _two(year)
    ]
    raw.csv("police.recorded_drug_offences", released_on, "recorded_drug_offences.csv", [header, *rows])


def write_outcomes(raw: Raw, seed: int, year: int, released_on: str) -> None:
    header = ["place", "area_type", "area", "offence", "outcome", "period", "outcomes", "credited_to"]
    rows = []
    for offence, rate in OFFENCES.items():
        for of in _two(year):
            total = round(recorded(seed, offence, rate, None, of, of) * 0.96)
            given = {
                outcome: count(seed, total * share, "outcome", offence, outcome, of)
                for outcome, share in OUTCOMES.items()
            }
            for outcome, number in {"Total Outcomes": total, **given}.items():
                rows.append(
                    ["", "police force area", FORCE[1], offence, outcome, financial_year(of), f"{number:,}", ""]
                )
    raw.csv("police.drug_offence_outcomes", released_on, "drug_offence_outcomes.csv", [header, *rows])


def write_flagged(raw: Raw, seed: int, year: int, released_on: str) -> None:
    """Crimes, and neighbourhood crimes, that are flagged as related to drugs."""
    header = ["place", "area_type", "area", "period", "measure_label", "figure", "credited_to"]
    for name, label, rate in (
        ("drug_related_crime", "Drug-related crimes", DRUG_RELATED),
        ("drug_related_neighbourhood_crime", "Drug-related neighbourhood crimes", NEIGHBOURHOOD),
    ):
        rows = [
            ["", kind, _name(one), financial_year(of), label, f"{recorded(seed, label, rate, one, of, of):,}", ""]
            for kind, one in AREAS
            for of in _two(year)
        ]
        if name == "drug_related_crime":
            reduction = round(2 + count(seed, 50, "harm", year) / 10, 1)
            score = ["Harm score, percent reduction", f"{reduction}%", ""]
            rows.append(["", "police force area", FORCE[1], financial_year(year), *score])
        raw.csv(f"police.{name}", released_on, f"{name}.csv", [header, *rows])


def write_homicides(raw: Raw, seed: int, year: int, released_on: str) -> None:
    header = ["place", "area_type", "area", "period", "measure_label", "figure", "credited_to"]
    rows = []
    for of in _two(year):
        all_of_them = 12 + count(seed, 6, "homicides", of)
        linked = min(1 + count(seed, 2, "linked homicides", of), all_of_them)
        figures = {
            "Homicides": all_of_them,
            "Homicides linked to drugs": linked,
            "Share of homicides linked to drugs": f"{linked / all_of_them:.1%}",
        }
        for label, figure in figures.items():
            rows.append(["", "police force area", FORCE[1], financial_year(of), label, figure, ""])
    raw.csv("police.drug_related_homicides", released_on, "drug_related_homicides.csv", [header, *rows])


def county_lines(seed: int, year: int) -> int:
    return 40 + count(seed, 14, "county lines", year)


def write_disruption(raw: Raw, seed: int, year: int, released_on: str) -> None:
    header = ["place", "area_type", "area", "period", "measure_label", "figure", "unit", "credited_to"]
    rows = []
    for of in _two(year):
        lines = county_lines(seed, of)
        referrals = "National Referral Mechanism referrals, county lines flagged"
        figures = (
            ("County lines closed", int(str(lines)[::-1]) if of == WRONG_YEAR else lines, "county lines"),
            ("Major disruptions", count(seed, 7, "major", of), "disruptions"),
            ("Moderate disruptions", count(seed, 18, "moderate", of), "disruptions"),
            ("Illegal substances seized", f"{5 + count(seed, 900, 'kilograms', of) / 100:.2f}", "kilograms"),
            (referrals, count(seed, 9, "referrals", of), "referrals"),
        )
        for label, figure, unit in figures:
            rows.append(["", "police force area", FORCE[1], financial_year(of), label, figure, unit, ""])
    raw.csv("police.drug_supply_disruption", released_on, "drug_supply_disruption.csv", [header, *rows])
