"""Homes for tests: a folder with a raw/ of its own, in which the whole pipeline runs, and what a person sees of it."""

import csv
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner
from filelock import FileLock

from orchestration.building.dbt import (
    WITHOUT_EXAMPLES,
    invoke,
    parsed_manifest,
    reasons_of_failure,
    set_environment,
)
from orchestration.cli import main
from orchestration.datasets.declaration import DATASETS
from orchestration.landing.fingerprints import found_changes
from orchestration.landing.land import land
from orchestration.seeds import seed_files
from orchestration.settings import PROJECT, Settings

Sheets = dict[str, list[list[object]]]


def write_file(path: Path, content: str | bytes | Sheets) -> Path:
    """Writes text, bytes, or a workbook of sheets (name → rows of cells, None for an empty one)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, encoding="utf-8")
    else:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in content.items():
            sheet = workbook.create_sheet(name)
            for row in rows:
                sheet.append(row)
        workbook.save(path)
    return path


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed of the project, or of a partnership's own in its place."""
    with seed_files()[name].open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@dataclass(frozen=True)
class Outcome:
    """What a person at the terminal sees of one command."""

    exit_code: int
    output: str


@dataclass(frozen=True)
class Home:
    """A folder with a raw/ of its own, in which the whole pipeline runs."""

    path: Path
    # Why dbt failed, where it was run by itself.
    reasons: tuple[str, ...] = ()

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

    def put(self, dataset: str, released_on: str, name: str, content: str | bytes | Sheets) -> Path:
        """Puts a file of a release into raw/."""
        return write_file(self.path / "raw" / dataset.replace(".", "/") / released_on / name, content)

    def copy(self, path: Path) -> "Home":
        """A copy of this home, to break."""
        shutil.copytree(self.path, path / "home")
        return Home(path / "home")

    def fresh(self, path: Path) -> "Home":
        """Another home with the shipped releases, never refreshed."""
        shutil.copytree(PROJECT / "raw", path / "raw")
        return Home(path)

    def build(self, *models: str) -> "Home":
        """What is new in raw/ is read, and what follows from it is built up to these models, with their data tests.

        A refresh without Dagster, gate and publication, for tests of what is read. As in a refresh, the examples of the
        models are not run: they are the same whatever is read, and tests/test_models.py runs them. The `reasons` of what
        is returned are what was set aside and which data tests failed.
        """
        settings = Settings(self.path, self.path / "raw")
        changed = found_changes(settings).datasets
        aside = [one.message for name in changed for one in land(DATASETS[name], settings).set_aside]
        set_environment(settings, self.warehouse)
        first = ["dim_releases", *(f"stg_{name.replace('.', '__')}" for name in changed)]
        select = [*first, *(f"{one}+,+{model}" for one in first for model in models)]
        if not self.warehouse.is_file():
            # Nothing was built yet: all that the models are made from, with the tests of nothing else.
            select = [*(f"+{model}" for model in models), "--indirect-selection", "cautious"]
        arguments = ["build", "--no-write-json", *WITHOUT_EXAMPLES, "--select", *select]
        result = invoke(arguments, manifest=parsed_manifest())
        assert result.exception is None, result.exception
        return Home(self.path, (*aside, *reasons_of_failure(result.result, self.warehouse)))

    def refresh(self, *options: str) -> Outcome:
        return self.run("refresh", *options)

    def run(self, *arguments: str, given: object = None) -> Outcome:
        """What a person sees of a command; `given` is what a command may be handed instead of making it."""
        before = os.environ.get("WAREHOUSE_HOME")
        os.environ["WAREHOUSE_HOME"] = str(self.path)
        try:
            result = CliRunner().invoke(main, list(arguments), obj=given)
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


def keep_indicators(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Leaves the figures of these indicators alone: a site of them is written in a fraction of the time."""
    for table in ("fct_indicators", "fct_indicator_history"):
        connection.execute(f"delete from marts.{table} where indicator_id not in (select unnest(?))", [list(names)])


def made_once(name: str, make: Callable[[Home], None], tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that the first worker makes which asks for it, in the folder that all of them share."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home = Home(shared / name)
    with FileLock(shared / f"{name}.lock"):
        if not (shared / f"{name}.made").exists():
            shutil.rmtree(home.path, ignore_errors=True)
            home.path.mkdir()
            make(home)
            (shared / f"{name}.made").touch()
    return home
