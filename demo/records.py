"""Records of single crimes, outcomes and searches, a CSV a month in an archive, as data.police.uk releases them."""

import hashlib
from collections.abc import Iterator

from demo.county import AUTHORITIES, Authority, drawn
from demo.files import Raw
from demo.ons import small_areas

FORCE_NAME, SLUG = "Tarrowshire Police", "tarrowshire"
# data.police.uk keeps three years.
YEARS = range(2023, 2026)

# Crimes a month in an authority of the usual size, by their type.
TYPES = {"Violence and sexual offences": 30, "Anti-social behaviour": 22, "Shoplifting": 14, "Drugs": 12, "Robbery": 4}
OUTCOMES = ("Suspect charged", "Local resolution", "Investigation complete; no suspect identified",
            "Offender given a caution")  # fmt: skip
ROADS = ("Mill Lane", "Station Road", "Castle Street", "Market Place", "Canal Walk")
CRIME_HEADER = ["Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code",
                "LSOA name"]  # fmt: skip
SEARCH_HEADER = ["Type", "Date", "Part of a policing operation", "Policing operation", "Latitude", "Longitude",
                 "Gender", "Age range", "Self-defined ethnicity", "Officer-defined ethnicity", "Legislation",
                 "Object of search", "Outcome", "Outcome linked to object of search",
                 "Removal of more than just outer clothing"]  # fmt: skip
SEARCHES = {"Controlled drugs": 24, "Offensive weapons": 7, "Stolen goods": 6}


def write_records(raw: Raw, seed: int) -> None:
    """An archive a year of each kind of record."""
    for year in YEARS:
        kinds: dict[str, dict[str, list]] = {"street": {}, "outcomes": {}, "stop-and-search": {}}
        for month in (f"{year}-{number:02d}" for number in range(1, 13)):
            street = [row for one in AUTHORITIES for row in crimes(seed, one, month)]
            found = {
                "street": [[*CRIME_HEADER, "Crime type", "Last outcome category", "Context"], *street],
                "outcomes": [[*CRIME_HEADER, "Outcome type"], *(row[:9] + row[10:11] for row in street if row[0])],
                "stop-and-search": [SEARCH_HEADER, *searches(seed, month)],
            }
            for kind, rows in found.items():
                kinds[kind][f"{month}/{month}-{SLUG}-{kind}.csv"] = rows
        for kind, dataset in (
            ("street", "police.street_crime"),
            ("outcomes", "police.crime_outcomes"),
            ("stop-and-search", "police.stop_and_search"),
        ):
            raw.archive(dataset, f"{year + 1}-01-31", "archive.zip", kinds[kind])


def is_high(month: str) -> bool:
    """Whether a month lies above its mean: every other one, turned round each year, or all Januaries would be alike."""
    number = int(month[:4]) * 12 + int(month[5:])
    return (number + number // 12) % 2 == 0


def steady(seed: int, mean: float, month: str, *key: object) -> int:
    """A count that lies above and below its mean in turn, so that no month is a signal."""
    sign = 1 if is_high(month) else -1
    return round(mean + sign * drawn(seed, month, *key).uniform(0.2, 0.9) * mean**0.5 * 0.8)


def crimes(seed: int, one: Authority, month: str) -> Iterator[list[str]]:
    places = small_areas(one)
    for kind, mean in TYPES.items():
        for number in range(steady(seed, mean * one.people / 230_000 * one.level, month, one.code, kind)):
            random = drawn(seed, month, one.code, kind, number)
            code, name = random.choice(places)
            key = hashlib.sha256(f"{seed} {month} {one.code} {kind} {number}".encode()).hexdigest()
            has_key = kind != "Anti-social behaviour"
            where = [f"{-2 + random.random() / 10:.6f}", f"{52 + random.random() / 10:.6f}"]
            road = f"On or near {random.choice(ROADS)}"
            # In a month above its mean the first outcome comes first: its count and share alternate as the crimes do.
            given = OUTCOMES[(number + (not is_high(month))) % len(OUTCOMES)] if has_key else ""
            shared = [key if has_key else "", month, FORCE_NAME, FORCE_NAME, *where, road, code, name]
            yield [*shared, kind, given, ""]


def searches(seed: int, month: str) -> Iterator[list[str]]:
    for what, mean in SEARCHES.items():
        for number in range(steady(seed, mean, month, "search", what)):
            random = drawn(seed, month, "search", what, number)
            moment = (
                f"{month}-{random.randint(1, 28):02d}T{random.randint(8, 22):02d}:{random.randint(0, 59):02d}:00+00:00"
            )
            person = [random.choice(("Male", "Male", "Female")), random.choice(("18-24", "25-34", "over 34")), "", ""]
            law = "Misuse of Drugs Act 1971 (section 23)" if what == "Controlled drugs" else "PACE 1984 (section 1)"
            outcome = random.choice(("A no further action disposal", "Arrest", "Community resolution"))
            yield ["Person search", moment, "False", "", "52.05", "-1.95", *person, law, what, outcome, "True", "False"]
