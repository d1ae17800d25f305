"""The whole refresh: what it leaves, what a second one changes, and what a refresh of a part does."""

import hashlib
import subprocess
import sys
from pathlib import Path

import dagster as dg
import duckdb
from homes import Home

from orchestration.definitions import defs
from orchestration.operating.refresh import SILENT
from orchestration.settings import PROJECT


def contents(home: Home) -> dict[str, str]:
    """A hash of the rows of every public table but the list of refreshes."""
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where table_name <> 'refreshes' order by all"
        ).fetchall()
        return {
            table: hashlib.sha256(
                repr(connection.execute(f"from {table} order by all").fetchall()).encode()
            ).hexdigest()
            for (table,) in tables
        }


def materialise(home: Home, monkeypatch, selection: str) -> dg.ExecuteInProcessResult:
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    assets = defs().resolve_implicit_global_asset_job_def()
    keys = dg.AssetSelection.from_string(selection).resolve(defs().resolve_asset_graph())
    with dg.DagsterInstance.get() as instance:
        return assets.execute_in_process(
            instance=instance, run_config=SILENT, asset_selection=list(keys), raise_on_error=False
        )


def test_a_second_full_refresh_with_no_change_leaves_the_same_contents(home: Home):
    before = contents(home)
    landed = {path: path.stat().st_mtime_ns for path in (home.path / "landing").rglob("*.parquet")}
    assert home.refresh("--full").exit_code == 0
    assert contents(home) == before
    assert len(before) > 60
    assert {path: path.stat().st_mtime_ns for path in (home.path / "landing").rglob("*.parquet")} == landed


def test_a_refresh_leaves_the_warehouse_and_nothing_beside_it(refreshed: Home):
    names = {
        *("raw", "landing", "builds", "published", "warehouse.duckdb", "build", "logs"),
        *(".writer.lock", ".report.lock"),
    }
    assert {path.name for path in refreshed.path.iterdir()} <= names
    assert len(list((refreshed.path / "published").iterdir())) == 1
    assert not list((refreshed.path / "builds").iterdir())


def test_the_warehouse_reads_the_same_under_another_name(refreshed: Home):
    with duckdb.connect() as connection:
        connection.execute(f"attach '{refreshed.warehouse}' as elsewhere (read_only)")
        assert connection.execute("select value from elsewhere.reports.table_06 where row_order = 1").fetchone() == (
            1533,
        )


def test_one_dataset_can_be_materialised_by_itself(home: Home, monkeypatch):
    before = home.warehouse.read_bytes()
    result = materialise(home, monkeypatch, "key:ons/drug_poisoning_deaths")
    assert result.success
    assert len(result.asset_materializations_for_node("ons__drug_poisoning_deaths")) == 1
    assert home.warehouse.read_bytes() == before


def test_one_model_and_what_follows_can_be_built_and_published(home: Home, monkeypatch):
    before = contents(home)
    result = materialise(home, monkeypatch, "key:marts/fct_indicators+")
    assert result.success
    assert contents(home) == before


def test_data_tests_of_dbt_are_checks_of_the_assets():
    checks = {key.name for key in defs().resolve_asset_graph().asset_check_keys}
    assert "every_label_and_figure_of_police_recorded_drug_offences_is_understood" in checks


def landed(home: Home) -> dict[Path, int]:
    """The rows that were read, and when."""
    return {path: path.stat().st_mtime_ns for path in (home.path / "landing").glob("*/*/release=2*/rows.parquet")}


def test_a_reader_in_another_process_keeps_its_version_while_the_new_release_alone_is_read_and_published(home: Home):
    reader = (
        "import duckdb, sys\n"
        f"connection = duckdb.connect({str(home.warehouse)!r}, read_only=True)\n"
        "count = lambda: connection.execute('select count(*) from marts.dim_releases').fetchone()[0]\n"
        "print(count(), flush=True)\n"
        "sys.stdin.readline()\n"
        "print(count(), flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", reader], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    first = int(process.stdout.readline())
    before = landed(home)
    header = "place,area_type,area,registration_year,deaths,credited_to\n"
    text = header + "x,local authority,Walsall,2025,21,ONS\n"
    home.put("ons.drug_poisoning_deaths", "2026-10-16", "deaths.csv", text)
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    second, _ = process.communicate("\n")
    assert int(second) == first
    assert home.query("select count(*) from marts.dim_releases") == [(first + 1,)]
    after = landed(home)
    assert before.items() < after.items()
    assert [path.parent.parent.name for path in after.keys() - before.keys()] == ["drug_poisoning_deaths"]


def test_the_module_can_be_run_from_any_folder(tmp_path):
    shown = subprocess.run(
        [sys.executable, "-m", "orchestration", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "refresh" in shown.stdout
    assert (PROJECT / "dbt_project" / "dbt_project.yml").is_file()
