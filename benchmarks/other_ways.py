"""The same counts as `marts.fct_recorded_crimes` without the warehouse: a short DuckDB script, and pandas.

`python -m benchmarks.other_ways script|pandas HOME`. The script lands every record with its file and line in Parquet;
pandas does as a notebook does and keeps no file. Neither checks anything.
"""

import sys
import zipfile
from pathlib import Path

import duckdb

from orchestration.seeds import seed_files

PRESENT = [
    *("Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location"),
    *("LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"),
]
LSOAS = "raw/ons/area_lookups/2022-12-31/lsoa_lad_lookup.csv"
FORCES = str(seed_files()["police_forces"])


def files_of(home: Path) -> list[str]:
    """The CSVs of the one release, unpacked where they are in a zip."""
    release = home / "raw" / "police" / "street_crime" / "2025-01-31"
    if (release / "archive.zip").exists():
        with zipfile.ZipFile(release / "archive.zip") as archive:
            archive.extractall(home / "unpacked")
        release = home / "unpacked"
    return sorted(str(path) for path in release.glob("*/*-street.csv"))


def script(home: Path) -> None:
    columns = ", ".join(f"'{name}': 'varchar'" for name in PRESENT)
    with duckdb.connect() as connection:
        connection.execute(f"set temp_directory = '{home / 'floor'}'; set memory_limit = '4GB'")
        connection.execute(
            f"copy (select *, row_number() over () as record from read_csv({files_of(home)}, header = true, "
            f"auto_detect = false, columns = {{{columns}}}, filename = 'file')) to '{home}/script.parquet' "
            "(compression zstd)"
        )
        connection.execute(
            f"""copy (
                with starts as (select file, min(record) as first from '{home}/script.parquet' group by file),
                places as (
                    select "LSOA11CD" as lsoa, "LAD22CD" as area from '{home}/{LSOAS}' union
                    select "LSOA21CD", "LAD22CD" from '{home}/{LSOAS}'
                )
                select coalesce(area, area_code || '-UNALLOCATED') as area_code, ("Month" || '-01')::date as month,
                    "Crime type" as crime_type, coalesce("Last outcome category", 'not stated') as outcome_category,
                    area_code as police_force_code, count(*) as records, min(record - first + 2) as line
                from '{home}/script.parquet' join starts using (file)
                join '{FORCES}' on force_slug = regexp_extract(file, '\\d{{4}}-\\d\\d-([a-z-]+)-street', 1)
                left join places on "LSOA code" = lsoa group by all
            ) to '{home}/script.counts.parquet'"""
        )


def with_pandas(home: Path) -> None:
    import pandas as pd

    records = []
    for path in files_of(home):
        of_file = pd.read_csv(path)
        of_file["force_slug"] = Path(path).name[8:-11]
        records.append(of_file)
    together = pd.concat(records, ignore_index=True)
    lookup = pd.read_csv(home / LSOAS)
    places = pd.concat(
        [
            lookup[["LSOA11CD", "LAD22CD"]].rename(columns={"LSOA11CD": "LSOA code"}),
            lookup[["LSOA21CD", "LAD22CD"]].rename(columns={"LSOA21CD": "LSOA code"}),
        ]
    ).drop_duplicates()
    merged = together.merge(places, on="LSOA code", how="left").merge(pd.read_csv(FORCES), on="force_slug")
    merged["month"] = pd.to_datetime(merged["Month"] + "-01").dt.date
    merged["outcome_category"] = merged["Last outcome category"].fillna("not stated")
    merged["place"] = merged["LAD22CD"].fillna(merged["area_code"] + "-UNALLOCATED")
    labels = ["place", "month", "Crime type", "outcome_category", "area_code"]
    counts = merged.groupby(labels, as_index=False).size()
    counts.columns = ["area_code", "month", "crime_type", "outcome_category", "police_force_code", "records"]
    with duckdb.connect() as connection:
        connection.from_df(counts).write_parquet(f"{home}/pandas.counts.parquet")


if __name__ == "__main__":
    {"script": script, "pandas": with_pandas}[sys.argv[1]](Path(sys.argv[2]))
