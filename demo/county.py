"""The made-up county: its areas, how many people live in them, and how a made-up count is drawn.

No code is in use: they continue far above the last code of each kind.
"""

import math
import random
from dataclasses import dataclass

SEED = 2025

ENGLAND = ("E92000001", "England")
REGION = ("E12000091", "Midmarch")
COUNTY = ("E11000091", "Tarrowshire")
FORCE = ("E23000091", "Tarrowshire")
OTHER_FORCES = (("E23000092", "Northmarch"), ("E23000093", "Wolderness"), ("E23000094", "Saltmere"))

# Fernwick got another code.
RECODED = {"E08000096": "E08000097"}
RECODED_FROM = 2025

FIRST_YEAR, LAST_YEAR = 2015, 2024
YEARS = tuple(range(FIRST_YEAR, LAST_YEAR + 1))
# Of the years in which a release holds two of them.
EVERY_OTHER_YEAR = YEARS[1::2]


@dataclass(frozen=True)
class Authority:
    """A local authority: its people in 2015, their growth a year, and how its events compare with the usual."""

    code: str
    name: str
    people: int
    growth: float
    level: float

    def code_in(self, year: int) -> str:
        """Its code in what is released in a year."""
        return RECODED.get(self.code, self.code) if year >= RECODED_FROM else self.code


AUTHORITIES = (
    Authority("E08000091", "Ambleford", 412_000, 0.007, 1.25),
    Authority("E08000092", "Brackwater", 268_000, 0.005, 1.10),
    Authority("E08000093", "Coldhaven", 231_000, 0.002, 0.95),
    Authority("E08000094", "Dunmarsh", 186_000, 0.009, 1.20),
    Authority("E08000095", "Eastholme", 149_000, 0.004, 0.60),
    Authority("E08000096", "Fernwick", 127_000, 0.003, 0.85),
)
# The rest of the region and of England, as one made-up area each.
REST_OF_REGION = Authority("rest of the region", "", 4_200_000, 0.005, 0.95)
REST_OF_ENGLAND = Authority("rest of England", "", 49_000_000, 0.006, 1.0)
PARTS = (*AUTHORITIES, REST_OF_REGION, REST_OF_ENGLAND)

OLDEST = 90


def drawn(seed: int, *key: object) -> random.Random:
    """Random numbers that are the same for one key, whatever else is drawn."""
    return random.Random("|".join(map(str, (seed, *key))))


def count(seed: int, mean: float, *key: object) -> int:
    """A count that varies around its mean as counts of events do."""
    return max(0, round(drawn(seed, *key).gauss(mean, math.sqrt(max(mean, 0.0)))))


def people(authority: Authority, year: int) -> float:
    return authority.people * (1 + authority.growth) ** (year - FIRST_YEAR)


def people_by_age(authority: Authority, year: int) -> list[int]:
    """People by year of age, 0 to 89 and 90 or over: as many at each age up to 55, then fewer and fewer."""
    weights = [1.0 if age < 55 else max(0.04, 1 - (age - 55) / 38) for age in range(OLDEST)] + [0.5]
    total = people(authority, year)
    return [round(total * weight / sum(weights)) for weight in weights]


def people_aged(authority: Authority, year: int, first: int, last: int = OLDEST) -> int:
    return sum(people_by_age(authority, year)[first : last + 1])


def wholes(parts: dict[str, int]) -> dict[str, int]:
    """The counts of the parts by code, with those of the county, its region and England, which they make."""
    own = sum(parts[one.code] for one in AUTHORITIES)
    region = own + parts[REST_OF_REGION.code]
    return parts | {COUNTY[0]: own, REGION[0]: region, ENGLAND[0]: region + parts[REST_OF_ENGLAND.code]}


def listed(year: int, county_name: str = "Tarrowshire (Met County)") -> list[tuple[str, str, str]]:
    """England, the region, the county and its authorities as ONS lists them: key of the counts, code and name."""
    above = [(ENGLAND[0], "ENGLAND"), (REGION[0], REGION[1].upper()), (COUNTY[0], county_name)]
    return [
        *((code, code, name) for code, name in above),
        *((one.code, one.code_in(year), one.name) for one in AUTHORITIES),
    ]


def financial_year(year: int) -> str:
    """`2024/25` of the year in which it begins."""
    return f"{year}/{(year + 1) % 100:02d}"
