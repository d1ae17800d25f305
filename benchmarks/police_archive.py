"""Street-level archives of data.police.uk of any size, with the lookups that place their records.

`python -m benchmarks.police_archive FOLDER [--records 10000000] [--months 20] [--last 2024-12] [--plain] [--seed 1]`

Nothing is drawn from a published record. Names, lengths, layouts and shares are as the publisher's: a CSV a month and
force in a folder a month; before 2012 eastings and no LSOA; identifiers but for anti-social behaviour; a record in 50
without a location; one in 100 the same as the one before it; LSOAs of 2011, and of 2021 from 2023 on. From 2012 on a
file is in the order of its LSOAs' names, records without one last, as the publisher's.
"""

import argparse
import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.seeds import seed_files

# Records a month in England and Wales.
USUAL_MONTH = 500_000

FIRST_WITH_LSOA = "2012-01"
FIRST_WITH_LSOA_2021 = "2023-01"
LSOAS_AN_AUTHORITY = 105

# Share of all records, in per mille: some forces are many times others.
LARGE_FORCES = {"metropolitan": 170, "west-midlands": 62, "greater-manchester": 60, "west-yorkshire": 50}

TYPES = {
    "Violence and sexual offences": 330,
    "Anti-social behaviour": 180,
    "Criminal damage and arson": 85,
    "Other theft": 80,
    "Public order": 75,
    "Shoplifting": 70,
    "Vehicle crime": 60,
    "Burglary": 42,
    "Drugs": 28,
    "Other crime": 18,
    "Theft from the person": 12,
    "Robbery": 11,
    "Bicycle theft": 6,
    "Possession of weapons": 3,
}
OUTCOMES = (
    "Investigation complete; no suspect identified",
    "Unable to prosecute suspect",
    "Under investigation",
    "Awaiting court outcome",
    "Status update unavailable",
    "Local resolution",
    "Court result unavailable",
    "Further investigation is not in the public interest",
    "Offender given a caution",
    "Action to be taken by another organisation",
    "Formal action is not in the public interest",
    "Suspect charged as part of another case",
)
ROADS = ("Road", "Street", "Avenue", "Close", "Drive", "Lane", "Parking Area", "Supermarket", "Station", "Crescent")

# Codes of the authorities of England by kind, and of Wales. Not every number is in use; the count is.
AUTHORITIES = (("E06", 62), ("E07", 164), ("E08", 37), ("E09", 33), ("W06", 22))


@dataclass(frozen=True)
class Force:
    """A force with territory, and its authorities (code and name)."""

    slug: str
    name: str
    code: str
    authorities: tuple[tuple[str, str], ...]


def forces() -> list[Force]:
    """The 43 forces of England and Wales. Those of the partnership's force are its own; the others are dealt round."""
    with seed_files()["police_forces"].open(encoding="utf-8", newline="") as stream:
        listed = [row for row in csv.DictReader(stream) if row["area_code"][0] in "EW"]
    with seed_files()["areas"].open(encoding="utf-8", newline="") as stream:
        seeded = [
            row for row in csv.DictReader(stream) if row["area_type"] == "local_authority" and row["police_force_code"]
        ]
    own = {row["area_code"]: (row["police_force_code"], row["area_name"]) for row in seeded}
    dealt: dict[str, list[tuple[str, str]]] = {row["area_code"]: [] for row in listed}
    for code, (force, name) in own.items():
        dealt[force].append((code, name))
    others = {nation: [code for code in dealt if code[0] == nation and not dealt[code]] for nation in "EW"}
    for number, code in enumerate(code for code in authorities() if code not in own):
        of_nation = others[code[0]]
        dealt[of_nation[number % len(of_nation)]].append((code, f"District {code}"))
    return [
        Force(row["force_slug"], row["force_name"], row["area_code"], tuple(dealt[row["area_code"]])) for row in listed
    ]


def authorities() -> list[str]:
    """A GSS code for each authority of England and Wales."""
    return [f"{prefix}{number:06d}" for prefix, count in AUTHORITIES for number in range(1, count + 1)]


def months_to(last: str, count: int) -> list[str]:
    """`count` months (`2024-12`) that end with `last`, in order."""
    year, month = map(int, last.split("-"))
    at = [year * 12 + month - 1 - back for back in range(count)]
    return [f"{number // 12}-{number % 12 + 1:02d}" for number in reversed(at)]


def write_lookups(folder: Path) -> None:
    """Writes the two lookups that `ons.area_lookups` reads: LSOAs to authorities, authorities to forces."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lsoa_lad_lookup.csv").open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(["LSOA11CD", "LSOA11NM", "LSOA21CD", "LSOA21NM", "LAD22CD", "LAD22NM"])
        for lsoa in _lsoas():
            lines.writerow([lsoa[0], lsoa[2], lsoa[1], lsoa[2], lsoa[3], lsoa[4]])
    with (folder / "lad_pfa_lookup.csv").open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(["LAD22CD", "LAD22NM", "PFA22CD", "PFA22NM"])
        for force in forces():
            lines.writerows([code, name, force.code, force.name] for code, name in force.authorities)


def write_archive(
    target: Path, records: int, months: list[str], *, packed: bool = True, seed: int = 1, forces_only: int | None = None
) -> int:
    """Writes `records` records of these months to the zip `target`, or as CSVs into the folder `target`.

    A force and month is one file, `2023-05/2023-05-west-midlands-street.csv`. The same arguments give the same bytes.
    `forces_only` is the number of forces, all unless given. Returns the bytes of the CSVs. Only one file at a time lies
    unpacked beside a zip.
    """
    chosen = forces()[:forces_only]
    unpacked = target.with_name(target.name + ".unpacked") if packed else target
    unpacked.mkdir(parents=True, exist_ok=True)
    total = 0
    archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) if packed else None
    with duckdb.connect() as connection:
        _prepare(connection)
        for month, force, first, count in _parts(chosen, months, records):
            folder = unpacked / month
            folder.mkdir(exist_ok=True)
            path = folder / f"{month}-{force.slug}-street.csv"
            connection.execute(f"copy ({_records(force, month, first, count, seed)}) to '{path}' (format csv, header)")
            total += path.stat().st_size
            if archive:
                # A zip holds the time of its members, which would differ from run to run.
                member = zipfile.ZipInfo(f"{month}/{path.name}", (2025, 1, 1, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                with path.open("rb") as stream, archive.open(member, "w") as into:
                    while chunk := stream.read(1 << 20):
                        into.write(chunk)
                path.unlink()
        if archive:
            archive.close()
            for folder in unpacked.iterdir():
                folder.rmdir()
            unpacked.rmdir()
    return total


def _parts(chosen: list[Force], months: list[str], records: int) -> Iterator[tuple[str, Force, int, int]]:
    shares = [LARGE_FORCES.get(force.slug, 8 + position * 7 % 19) for position, force in enumerate(chosen)]
    ends, so_far = [], 0
    for share in shares:
        so_far += share
        ends.append(so_far)
    first = 0
    for number, month in enumerate(months):
        start, end = records * number // len(months), records * (number + 1) // len(months)
        for force, until in zip(chosen, ends, strict=True):
            next_first = start + (end - start) * until // so_far
            yield month, force, first, next_first - first
            first = next_first


def _lsoas() -> list[tuple[str, str, str, str, str, str]]:
    """LSOA of 2011, its LSOA of 2021, name, authority, its name and its force. One LSOA in twenty was drawn anew."""
    rows, counts = [], {"E": 0, "W": 0}
    for force in forces():
        for code, name in force.authorities:
            for within in range(LSOAS_AN_AUTHORITY):
                counts[code[0]] += 1
                number = counts[code[0]]
                old = f"{code[0]}01{number:06d}"
                new = f"{code[0]}01{number + 100_000:06d}" if number % 20 == 0 else old
                rows.append((old, new, f"{name} {within // 5 + 1:03d}{'ABCDE'[within % 5]}", code, name, force.code))
    return rows


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("set enable_progress_bar = false")
    connection.execute("create table lsoas (old varchar, new varchar, name varchar, force varchar, number bigint)")
    number, force = 0, ""
    rows = []
    for lsoa in _lsoas():
        number = number + 1 if lsoa[5] == force else 0
        force = lsoa[5]
        rows.append((lsoa[0], lsoa[1], lsoa[2], force, number))
    connection.execute(
        "insert into lsoas select unnest($1), unnest($2), unnest($3), unnest($4), unnest($5)",
        [list(column) for column in zip(*rows, strict=True)],
    )
    weights = [name for name, share in TYPES.items() for _ in range(share)]
    connection.execute(
        "create macro type_of(h) as ($types)[(1 + h % len($types))::bigint]".replace("$types", _texts(weights))
    )
    connection.execute(f"create macro outcome_of(h) as ({_texts(OUTCOMES)})[(1 + h % {len(OUTCOMES)})::bigint]")
    connection.execute(f"create macro road_of(h) as ({_texts(ROADS)})[(1 + h % {len(ROADS)})::bigint]")


def _texts(values: tuple[str, ...] | list[str]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


def _records(force: Force, month: str, first: int, count: int, seed: int) -> str:
    lsoas = LSOAS_AN_AUTHORITY * len(force.authorities)
    generation = "new" if month >= FIRST_WITH_LSOA_2021 else "old"
    drawn = f"""
        with numbered as (
            select case when hash(range, {seed}) % 100 = 0 and range > {first} then range - 1 else range end as record
            from range({first}, {first + count})
        ),
        drawn as (
            select record, hash(record, {seed}, 'place') as place, hash(record, {seed}, 'type') as type,
                hash(record, {seed}, 'outcome') as outcome
            from numbered
        ),
        placed as (
            select drawn.*, type_of(type) as crime_type, place % 50 = 0 as nowhere, lsoas.{generation} as lsoa,
                lsoas.name as lsoa_name, place // 65536 % 30 as point, lsoas.number as number
            from drawn left join lsoas on lsoas.force = '{force.code}' and lsoas.number = place % {lsoas}
        )"""
    location = (
        "case when nowhere then 'No Location' else 'On or near ' || chr(65 + (number % 26)::int) "
        "|| substr(md5((number * 30 + point)::varchar), 1, 7) || ' ' || road_of(point) end"
    )
    if month < FIRST_WITH_LSOA:
        return f"""{drawn}
            select '{month}' as "Month", '{force.name}' as "Reported by", '{force.name}' as "Falls within",
                case when not nowhere then printf('%.1f', 300000.0::double + number * 100 + point) end as "Easting",
                case when not nowhere then printf('%.1f', 200000.0::double + number * 130 + point) end as "Northing",
                {location} as "Location", crime_type as "Crime type", null as "Context"
            from placed order by record"""
    return f"""{drawn}
        select case when crime_type <> 'Anti-social behaviour' then sha256(record || ' {seed}') end as "Crime ID",
            '{month}' as "Month", '{force.name}' as "Reported by", '{force.name}' as "Falls within",
            case when not nowhere then printf('%.6f', -2 + number / 5000 + point / 30000) end as "Longitude",
            case when not nowhere then printf('%.6f', 51 + number / 5000 + point / 40000) end as "Latitude",
            {location} as "Location", case when not nowhere then lsoa end as "LSOA code",
            case when not nowhere then lsoa_name end as "LSOA name", crime_type as "Crime type",
            case when crime_type <> 'Anti-social behaviour' then outcome_of(outcome) end as "Last outcome category",
            null as "Context"
        from placed order by "LSOA name" nulls last, record"""


def main() -> None:
    """Writes archive and lookups into a folder, laid out as raw/."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--months", type=int, help=f"one for each {USUAL_MONTH:,} records unless given")
    parser.add_argument("--last", default="2024-12")
    parser.add_argument("--plain", action="store_true", help="CSVs instead of a zip")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    months = months_to(given.last, given.months or max(given.records // USUAL_MONTH, 1))
    release = given.folder / "police" / "street_crime" / "2025-01-31"
    release.mkdir(parents=True, exist_ok=True)
    target = release if given.plain else release / "archive.zip"
    size = write_archive(target, given.records, months, packed=not given.plain, seed=given.seed)
    write_lookups(given.folder / "ons" / "area_lookups" / "2022-12-31")
    print(f"{given.records:,} records of {months[0]} to {months[-1]}, {size / 1e6:,.0f} MB as CSV, in {given.folder}")


if __name__ == "__main__":
    main()
