"""A refresh of the shipped releases, made once, and homes of their own for tests that change something."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import ModuleType

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner

from orchestration.__main__ import main
from orchestration.dataset import dataset_name
from orchestration.releases import Release
from orchestration.settings import PROJECT


@dataclass(frozen=True)
class Outcome:
    """What a person at the terminal sees of one command."""

    exit_code: int
    output: str


@dataclass(frozen=True)
class Home:
    """A folder with a raw/ of its own, in which the whole pipeline runs."""

    path: Path

    @property
    def warehouse(self) -> Path:
        return self.path / "warehouse.duckdb"

    def file(self, dataset: str, released_on: str = "2026-03-31") -> Path:
        publisher, _, name = dataset.partition(".")
        return self.path / "raw" / publisher / name / released_on / f"{name}.csv"

    def edit(self, dataset: str, old: str, new: str) -> None:
        path = self.file(dataset)
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def refresh(self) -> Outcome:
        return self.run("refresh")

    def run(self, *arguments: str) -> Outcome:
        before = os.environ.get("WAREHOUSE_HOME")
        os.environ["WAREHOUSE_HOME"] = str(self.path)
        try:
            result = CliRunner().invoke(main, list(arguments))
        finally:
            if before is None:
                del os.environ["WAREHOUSE_HOME"]
            else:
                os.environ["WAREHOUSE_HOME"] = before
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.output)

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="session", autouse=True)
def own_dagster_records(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs of tests stay out of the records that the Dagster page shows."""
    folder = tmp_path_factory.mktemp("dagster")
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", folder)
    os.environ["DAGSTER_HOME"] = str(folder)
    yield
    del os.environ["DAGSTER_HOME"]


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the shipped releases, refreshed once. Tests only read it."""
    home = Home(tmp_path_factory.mktemp("refreshed"))
    shutil.copytree(PROJECT / "raw", home.path / "raw")
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    return home


@pytest.fixture
def home(refreshed: Home, tmp_path: Path) -> Home:
    """A copy of the refreshed home, to break."""
    shutil.copytree(refreshed.path, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def warehouse(refreshed: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse made from the shipped releases, open for reading."""
    with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture
def read(tmp_path: Path) -> Callable[[ModuleType, str], pd.DataFrame]:
    """Reads the text of one CSV with a dataset's reader."""

    def read_text(module: ModuleType, text: str) -> pd.DataFrame:
        dataset = dataset_name(module.__name__)
        folder = tmp_path / "raw" / dataset.replace(".", "/") / "2026-03-31"
        folder.mkdir(parents=True)
        (folder / "figures.csv").write_text(text, encoding="utf-8")
        return module.read(Release(dataset, date(2026, 3, 31), folder, tmp_path / "raw"))

    return read_text


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
