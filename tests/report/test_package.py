"""The data package: both descriptions hold, statuses and texts survive, and no cell is a formula."""

import csv
import json
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from csvw import TableGroup
from frictionless import Package
from homes import Home

from orchestration.report.package import PLAIN_NUMBER, write_package
from orchestration.support.refusal import Refusal

# Texts that a spreadsheet would run, and texts that only look special; each must come back as it was.
HOSTILE = (
    '=HYPERLINK("https://example.org","click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "'quoted",
    "''twice",
    "",
    "-14.3%",
    "+1,204",
    "-5.1",
    "plain, with a comma",
    'with "quotes"\nand a second line',
)
NEUTRAL = ("-14.3%", "+1,204", "-5.1", "plain, with a comma", 'with "quotes"\nand a second line')


@pytest.fixture(scope="module")
def package(refreshed: Home) -> Path:
    """The package that the refresh wrote."""
    return refreshed.path / "build" / "data"


@pytest.fixture(scope="module")
def hostile(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A warehouse with areas of hostile names, and its package."""
    folder = tmp_path_factory.mktemp("hostile")
    warehouse = folder / "warehouse.duckdb"
    shutil.copyfile(refreshed.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        for place, text in enumerate(HOSTILE):
            connection.execute(
                "insert into marts.dim_areas by name "
                "select ? as area_code, ? as area_name, 'country' as area_type, false as is_partnership_member, "
                "false as is_most_similar_force",
                [f"X{place:08}", text],
            )
    write_package(warehouse, folder / "data")
    return warehouse, folder / "data"


def described(package: Path) -> list[dict]:
    resources = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    return [resource for resource in resources if resource["format"] == "csv"]


def as_written(table: str, warehouse: Path) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(f"select * from {table} order by all").fetchall()


def read_back(resource: dict, package: Path) -> list[tuple]:
    """The rows of a CSV, its types taken from the description and its texts by the rule the package states."""
    kinds = {"string": "varchar", "number": "double", "integer": "bigint", "boolean": "boolean"}
    kinds |= {"date": "date", "datetime": "timestamp"}
    columns = {field["name"]: kinds[field["type"]] for field in resource["schema"]["fields"]}
    texts = ", ".join(
        f'case when starts_with("{name}", \'\'\'\') then substr("{name}", 2) else "{name}" end as "{name}"'
        if kind == "varchar"
        else f'"{name}"'
        for name, kind in columns.items()
    )
    (missing,) = resource["schema"]["missingValues"]
    with duckdb.connect() as connection:
        return connection.execute(
            f"select {texts} from read_csv(?, columns = {columns}, header = true, nullstr = ?, auto_detect = false, "
            "quote = '\"', escape = '\"', delim = ',', new_line = '\\n') order by all",
            [str(package / resource["path"]), missing],
        ).fetchall()


def test_the_package_validates_with_its_types_keys_and_foreign_keys(package: Path):
    report = Package(str(package / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])
    assert report.stats["tasks"] == 2 * len(described(package)) > 70


def test_a_broken_package_does_not_validate(package: Path, tmp_path: Path):
    broken = shutil.copytree(package, tmp_path / "data")
    for table, old, new in (
        ("marts.fct_indicators", "E08000025", "E08999999"),
        ("reports.table_06", "2025,2,", "2025,1,"),
        ("marts.fct_measures", ",FY2024-25,", ",,"),
        ("marts.dim_periods", "2024-01-01", "1 January"),
    ):
        file = broken / "csv" / f"{table}.csv"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    faults = {kind for (kind,) in Package(str(broken / "datapackage.json")).validate().flatten(["type"])}
    assert faults == {"foreign-key", "primary-key", "constraint-error", "type-error", "hash-count", "byte-count"}


def test_the_csv_files_hold_what_csv_on_the_web_says_of_them(package: Path):
    group = TableGroup.from_file(package / "csv" / "csv-metadata.json")
    assert group.check_referential_integrity()
    assert len(group.tables) == len(described(package))
    for table in group.tables:
        assert table.check_primary_key()
        with (package / "csv" / str(table.url)).open(encoding="utf-8", newline="") as stream:
            lines = sum(1 for _ in csv.reader(stream)) - 1
        assert len(list(table.iterdicts(strict=True))) == lines


def test_every_table_for_users_is_there_with_the_meaning_of_each_column(package: Path, warehouse):
    columns = warehouse.sql(
        "select schema_name || '.' || table_name, column_name, comment from duckdb_columns() "
        "where schema_name in ('marts', 'reports', 'audit') order by schema_name, table_name, column_index"
    ).fetchall()
    assert [
        (resource["name"], field["name"], field["description"])
        for resource in described(package)
        for field in resource["schema"]["fields"]
    ] == columns
    parquet = {path.stem for path in (package / "parquet").iterdir()}
    assert parquet == {table for table, _, _ in columns}


def test_every_row_of_csv_and_parquet_is_that_of_the_warehouse(refreshed: Home, package: Path):
    rows = 0
    for resource in described(package):
        expected = as_written(resource["name"], refreshed.warehouse)
        assert read_back(resource, package) == expected, resource["name"]
        with duckdb.connect() as connection:
            file = str(package / "parquet" / f"{resource['name']}.parquet")
            assert connection.execute("select * from read_parquet(?) order by all", [file]).fetchall() == expected
        rows += len(expected)
    assert rows > 4000


def test_a_value_that_is_missing_keeps_its_status(package: Path):
    with (package / "csv" / "marts.fct_indicators.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    missing = {row["value_status"] for row in rows if row["value"] == ""}
    assert missing == {"not_available"}
    assert {row["value_status"] for row in rows if row["value"] != ""} == {"published", "estimated", "approximate"}


def test_the_keys_and_sources_are_those_of_the_warehouse(package: Path, warehouse):
    resources = {resource["name"]: resource for resource in described(package)}
    assert resources["marts.fct_indicators"]["schema"]["primaryKey"] == ["indicator_id", "area_code", "period_id"]
    assert resources["reports.table_06"]["schema"]["primaryKey"] == ["edition", "row_order"]
    assert [name for name, resource in resources.items() if "primaryKey" not in resource["schema"]] == ["marts.catalog"]
    foreign = [key["reference"] for resource in resources.values() for key in resource["schema"].get("foreignKeys", [])]
    references = warehouse.sql("select count(*) from marts.catalog where references_table is not null").fetchone()[0]
    assert len(foreign) == references > 60
    assert {"resource": "marts.dim_areas", "fields": ["area_code"]} in foreign
    described_package = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))
    assert len(described_package["sources"]) == warehouse.sql("select count(*) from marts.dim_releases").fetchone()[0]
    assert {"OGL-UK-3.0"} == {licence["name"] for licence in described_package["licenses"] if "name" in licence}


def test_no_text_of_a_csv_is_a_formula(hostile: tuple[Path, Path]):
    _, package = hostile
    checked = 0
    for resource in described(package):
        texts = [field["name"] for field in resource["schema"]["fields"] if field["type"] == "string"]
        with (package / resource["path"]).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                for name in texts:
                    cell = row[name]
                    begin = re.sub(r"^[\s\u00a0\ufeff\u200b]+", "", cell)[:1]
                    assert not (begin in tuple("=+-@＝＋－＠") and not re.fullmatch(PLAIN_NUMBER, cell)), cell
                    assert cell[:1] not in ("\t", "\r", "\n"), cell
                    checked += 1
    assert checked > 20_000


def test_numbers_below_zero_stay_numbers(package: Path):
    with (package / "csv" / "reports.table_03.csv").open(encoding="utf-8", newline="") as stream:
        changes = [row["change"] for row in csv.DictReader(stream)]
    assert "-18.0" in changes


def test_hostile_texts_come_back_as_they_were(hostile: tuple[Path, Path]):
    warehouse, package = hostile
    (areas,) = (resource for resource in described(package) if resource["name"] == "marts.dim_areas")
    expected = as_written("marts.dim_areas", warehouse)
    assert read_back(areas, package) == expected
    assert {row[1] for row in expected} >= set(HOSTILE)
    with (package / areas["path"]).open(encoding="utf-8", newline="") as stream:
        cells = {row["area_code"]: row["area_name"] for row in csv.DictReader(stream)}
    for place, text in enumerate(HOSTILE):
        assert cells[f"X{place:08}"] == (text if text in NEUTRAL else f"'{text}")
    with duckdb.connect() as connection:
        file = str(package / "parquet" / "marts.dim_areas.parquet")
        assert connection.execute("select * from read_parquet(?) order by all", [file]).fetchall() == expected


def test_the_same_warehouse_gives_the_same_bytes(refreshed: Home, package: Path, tmp_path: Path):
    write_package(refreshed.warehouse, tmp_path / "data")
    files = sorted(path.relative_to(package) for path in package.rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path / "data") for path in (tmp_path / "data").rglob("*") if path.is_file()
    )
    for file in files:
        assert (package / file).read_bytes() == (tmp_path / "data" / file).read_bytes(), file


def test_a_package_takes_the_place_of_the_one_before_as_a_whole(refreshed: Home, tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "from_before.csv").write_text("old", encoding="utf-8")
    with pytest.raises(Refusal, match="no edition '1999'"):
        write_package(refreshed.warehouse, tmp_path / "data", "1999")
    assert [path.name for path in tmp_path.rglob("*")] == ["data", "from_before.csv"]
    write_package(refreshed.warehouse, tmp_path / "data")
    assert not (tmp_path / "data" / "from_before.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["data"]
