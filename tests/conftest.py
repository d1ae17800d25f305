"""What all tests share: a refresh of the shipped releases, made once, servers, and settings of tests alone."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pytest
from homes import Home, Sheets, made_once, write_file
from postgres_server import Database, database_on, running_postgres
from real_files import PUBLISHED_FILES, SHARED
from receivers import Chat, listening

from orchestration.building.dbt import (
    WITHOUT_EXAMPLES,
    invoke,
    parsed_manifest,
    prepared_manifest,
    reasons_of_failure,
    set_environment,
)
from orchestration.datasets.declaration import DATASETS, dataset_name
from orchestration.mirror.binaries import find_programs
from orchestration.mirror.private import PrivatePostgres
from orchestration.releases.release import Release
from orchestration.settings import PROJECT, Settings, quiet_environment
from orchestration.support.refusal import Refusal

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_sessionstart(session: pytest.Session) -> None:
    """Parses the dbt project once, before the workers start: two that parse at once would write one file."""
    if not hasattr(session.config, "workerinput"):
        os.environ.update(quiet_environment())
        prepared_manifest()


# The files that take longest, so that no worker is left with one of them at the end. The first two make, each in its
# worker, what the others share.
LONGEST = (
    "test_trends",
    "test_vintages",
    "test_set_aside",
    "test_demo",
    "test_publish",
    "test_public_edition",
    "test_every_command",
    "test_unwritable_places",
    "test_cluster",
    "test_refusals",
    "test_lost_runs",
    "test_pages",
    "test_page_figures",
    "test_site",
    "test_pipeline",
    "test_checks",
    "test_add",
    "test_changes",
    "test_damaged",
    "test_hostile_files",
    "test_alerts",
    "test_command_line",
    "test_report",
    "test_edition",
)


# What a test asks for that works on a whole warehouse or a server; and files whose tests take long without either.
WHOLE = {"refreshed", "published", "rebuilt", "home", "warehouse", "queries", "postgres", "database", "own_records"}
LONG = {
    "test_acceptance",
    "test_add",
    "test_cluster",
    "test_damaged",
    "test_demo",
    "test_event_log",
    "test_every_command",
    "test_unwritable_places",
    "test_fetch",
    "test_hostile_files",
    "test_lineage",
    "test_new_source",
    "test_refusals",
    "test_sources",
    "test_trends",
    "test_workbook_cells",
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "quick: needs no warehouse (`make quick`)")
    config.addinivalue_line("markers", "engines: of engines other than DuckDB, the tests in tests/engines")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONGEST)))
    for item in items:
        if item.path.parent.name == "engines":
            item.add_marker("engines")
        if item.path.stem not in LONG and not WHOLE & set(getattr(item, "fixturenames", ())):
            item.add_marker("quick")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests measured, which a worker could not."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "measured" and report.when == "call":
                terminalreporter.write_line(f"measured: {value}")


@pytest.fixture(scope="session", autouse=True)
def own_dagster_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs of tests stay out of the records that the Dagster page shows."""
    folder = tmp_path_factory.mktemp("dagster")
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", folder)
    os.environ["DAGSTER_HOME"] = str(folder)
    yield
    del os.environ["DAGSTER_HOME"]


@pytest.fixture(scope="session", autouse=True)
def without_report() -> Iterator[None]:
    """A refresh writes no report but where a test asks for it: most refreshes of the suite are about something else."""
    os.environ["WAREHOUSE_REPORT"] = "no"
    yield
    del os.environ["WAREHOUSE_REPORT"]


@pytest.fixture(scope="session", autouse=True)
def releases_of_days_to_come() -> Iterator[None]:
    """The made-up releases of tests are of days up to 2027; the product takes none that is later than today."""
    os.environ["WAREHOUSE_TODAY"] = "2027-12-31"
    yield
    del os.environ["WAREHOUSE_TODAY"]


@pytest.fixture(scope="session", autouse=True)
def nobody_is_told() -> Iterator[None]:
    """What tests refuse is no alert for those whom the settings of this machine name."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("WAREHOUSE_ALERT_", "WAREHOUSE_SMTP_", "WAREHOUSE_FETCH_", "WAREHOUSE_POSTGRES_")):
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivatePostgres]:
    """A Postgres server for all tests of a worker; skips where the machine has no Postgres."""
    try:
        find_programs()
    except Refusal as refusal:
        pytest.skip(str(refusal))
    home = tmp_path_factory.mktemp("postgres")
    with running_postgres(home) as server:
        yield server
    shutil.rmtree(server.place, ignore_errors=True)


@pytest.fixture
def database(postgres: PrivatePostgres) -> Iterator[Database]:
    """An empty database of that server."""
    with database_on(postgres) as found:
        yield found


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the shipped releases, refreshed once. Tests only read it."""

    def make(home: Home) -> None:
        shutil.copytree(PROJECT / "raw", home.path / "raw")
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("WAREHOUSE_REPORT")
            outcome = home.refresh()
        assert outcome.exit_code == 0, outcome.output

    return made_once("refreshed", make, tmp_path_factory)


@pytest.fixture
def own_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dagster's records of this test alone: in those of the others there are runs that a test has killed."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "records"))


@pytest.fixture
def home(refreshed: Home, tmp_path: Path) -> Home:
    """A copy of the refreshed home, to break."""
    return refreshed.copy(tmp_path)


@pytest.fixture(scope="session")
def rebuilt(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Home]:
    """A copy of the warehouse in which statements changed some tables and dbt built others (or tested them) on them."""

    def build(statements: Iterable[str], *select: str, command: str = "run", base: Home | None = None) -> Home:
        home = Home(tmp_path_factory.mktemp("rebuilt"))
        shutil.copyfile((base or refreshed).warehouse, home.warehouse)
        with duckdb.connect(str(home.warehouse)) as connection:
            for statement in statements:
                connection.execute(statement)
        set_environment(Settings(refreshed.path, refreshed.path / "raw"), home.warehouse)
        examples = () if command == "run" else WITHOUT_EXAMPLES
        arguments = [command, "--no-write-json", *examples, "--select", *select]
        result = invoke(arguments, manifest=parsed_manifest())
        assert result.exception is None, result.exception
        return Home(home.path, tuple(reasons_of_failure(result.result, home.warehouse)))

    return build


# The models that make facts, with their history, from marts.fct_observations, in an order in which they can be built.
TO_MEASURES = (
    "fct_observation_history",
    "int_area_parts",
    "int_rests",
    "int_area_sums",
    "int_measure_sums",
    "fct_measure_history",
)
DERIVED = (
    *TO_MEASURES,
    "fct_measures",
    "int_populations",
    "int_indicator_values",
    "int_indicator_changes",
    "int_indicator_trends",
    "fct_indicator_history",
    "fct_indicators",
)


@pytest.fixture(scope="session")
def queries(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The queries of these models, as dbt makes them for a file of the warehouse's name."""
    set_environment(
        Settings(refreshed.path, refreshed.path / "raw"), tmp_path_factory.mktemp("compiled") / "warehouse.duckdb"
    )
    result = invoke(["compile", "--no-write-json", "--no-introspect", "--select", *DERIVED], manifest=parsed_manifest())
    assert result.success, result.exception
    return {one.node.name: one.node.compiled_code for one in result.result if one.node.name in DERIVED}


@pytest.fixture(scope="session")
def warehouse(refreshed: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse made from the shipped releases, open for reading."""
    with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def site(refreshed: Home) -> Path:
    """The site that the refresh wrote."""
    return refreshed.path / "build" / "site"


@pytest.fixture(scope="module")
def compared(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a copy of the warehouse in which England has a figure, and one rate is in every state of comparison."""
    folder = tmp_path_factory.mktemp("compared")
    shutil.copyfile(refreshed.warehouse, folder / "warehouse.duckdb")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "update marts.fct_indicators set england_value = 9.5, compared_with_england = case "
            "when value > 11 then 'worse' when value < 8 then 'better' else 'similar' end "
            "where indicator_id = 'opiate_crack_use_rate'"
        )
        connection.execute(
            "update marts.fct_indicators set value = null, value_status = 'suppressed', lower_95 = null, upper_95 = null, "
            "change = null, percent_change = null, is_significant_change = null "
            "where indicator_id = 'alcohol_specific_deaths' and area_code = 'E08000030' and period_id = 'CY2023'"
        )
    from orchestration.report.site.write import write_site

    write_site(folder / "warehouse.duckdb", folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """A browser, which only the tests of pages load."""
    from browsers import launched

    with launched() as opened:
        yield opened


@pytest.fixture
def read(tmp_path: Path) -> Callable[[ModuleType, str], pd.DataFrame]:
    """Reads the text of one CSV with a dataset's reader."""

    def read_text(module: ModuleType, text: str) -> pd.DataFrame:
        dataset = dataset_name(module.__name__)
        folder = tmp_path / "raw" / dataset.replace(".", "/") / "2026-03-31"
        folder.mkdir(parents=True)
        (folder / "figures.csv").write_text(text, encoding="utf-8")
        return DATASETS[dataset].read(Release(dataset, date(2026, 3, 31), folder, tmp_path / "raw"))

    return read_text


@pytest.fixture
def release_of(tmp_path: Path) -> Callable[..., Release]:
    """A release of a dataset with these files: text, bytes, or the sheets of a workbook (name → rows of cells)."""

    def make(module: ModuleType, **files: str | bytes | Sheets) -> Release:
        dataset = dataset_name(module.__name__)
        folder = tmp_path / "raw" / dataset.replace(".", "/") / "2026-03-31"
        folder.mkdir(parents=True)
        for name, content in files.items():
            write_file(folder / name.replace("__", "."), content)
        return Release(dataset, date(2026, 3, 31), folder, tmp_path / "raw")

    return make


@pytest.fixture(scope="session")
def published_file() -> Callable[[str], Path]:
    """The path of a real file; skips where the folder of real files is absent."""

    def of(name: str) -> Path:
        if not (SHARED / "data").is_dir():
            pytest.skip("the publishers' files are not shipped with the project, and there is no ../shared/data")
        return SHARED / "data" / name

    return of


@pytest.fixture(scope="session")
def published(published_file, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the shipped releases and the real files, added or put in place, refreshed once. Tests only read it."""
    files = {published_file(name): place for name, place in PUBLISHED_FILES.items()}

    def make(home: Home) -> None:
        shutil.copytree(PROJECT / "raw", home.path / "raw")
        for file, place in files.items():
            if place:
                write_file(home.path / "raw" / place / file.name, file.read_bytes())
        # What is added together is tried in one scratch build.
        for command in (["add", *(str(file) for file, place in files.items() if not place)], ["refresh"]):
            outcome = home.run(*command)
            assert outcome.exit_code == 0, outcome.output

    return made_once("published", make, tmp_path_factory)


@pytest.fixture(scope="session")
def known(published: Home) -> Callable[..., tuple]:
    """What the warehouse made from the real files knows: value, limits, status, sheet and cell of one observation."""

    def of(measure_id: str, area_code: str, period_id: str, released_on: str) -> tuple:
        (row,) = published.query(
            "select value, lower_limit, upper_limit, value_status, source_sheet, source_cell from marts.fct_observations "
            f"where measure_id = '{measure_id}' and area_code = '{area_code}' and period_id = '{period_id}' "
            f"and release_id like '%@{released_on}'"
        )
        return row

    return of


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """A webhook that the settings name for alerts."""
    with listening() as chat:
        monkeypatch.setenv("WAREHOUSE_ALERT_WEBHOOK", chat.webhook)
        yield chat


@pytest.fixture
def observed(warehouse: duckdb.DuckDBPyConnection) -> Callable[..., list[tuple]]:
    """Observations of a measure: area, period, printed text, value, status."""

    def of(measure_id: str, release: str = "2026-03-31") -> list[tuple]:
        return warehouse.execute(
            "select area_code, period_id, value_text, value, value_status from marts.fct_observations "
            "where measure_id = ? and release_id like '%@' || ? order by area_code, period_id",
            [measure_id, release],
        ).fetchall()

    return of
