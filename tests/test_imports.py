"""What a changed module concerns follows from imports: what is read again, built again, written again, or nothing."""

import shutil
from pathlib import Path
from types import ModuleType

import pytest
from homes import Home

from orchestration.landing import fingerprints as changes
from orchestration.landing.fingerprints import MAKING, WRITING, found_changes, report_is_new
from orchestration.landing.imports import files_reached
from orchestration.settings import PROJECT, Settings

READER = "orchestration.datasets.ons.population_estimates"


def names_reached(*modules: str) -> set[str]:
    return {path.relative_to(PROJECT / "orchestration").as_posix() for path in files_reached(modules)}


def test_reading_reaches_what_it_imports_and_nothing_of_what_is_done_with_the_rows():
    read = names_reached(READER, WRITING)
    assert {"datasets/ons/population_estimates.py", "datasets/declaration.py", "reading/tables.py"} <= read
    assert {"releases/release.py", "releases/origin.py", "reading/periods.py", "reading/workbook_cells.py"} <= read
    assert {"validation/cells.py", "validation/sums.py", "landing/write.py"} <= read
    packages = {name.partition("/")[0] for name in read if "/" in name}
    assert packages == {"datasets", "landing", "reading", "releases", "support", "validation"}
    assert "reading/records.py" not in read
    assert "reading/records.py" in names_reached("orchestration.datasets.police.street_crime")


def test_making_reaches_what_writes_the_file_and_nothing_that_only_tells_of_it():
    made = names_reached(*MAKING)
    assert {"building/dbt.py", "building/engines/cluster.py", "publishing/publish.py", "publishing/catalog.py"} <= made
    assert {"disclosure/public_edition.py", "disclosure/suppression.py", "defs/models.py"} <= made
    assert not {"defs/ingest.py", "defs/automation.py", "__main__.py"} & made
    assert not {name.partition("/")[0] for name in made} & {"alerts", "cli", "intake", "mirror", "operating", "report"}


def forget(imports: ModuleType) -> None:
    for known in (imports._file_of, imports._imported, imports._contents):
        known.cache_clear()


def test_imports_within_functions_and_of_modules_by_name_are_followed_and_those_for_types_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from orchestration.landing import imports

    package = tmp_path / "orchestration"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "one.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from orchestration.typed import T\n"
        "from orchestration import named\ndef f():\n    import orchestration.inner as inner\n"
    )
    for name in ("typed", "named", "inner", "other"):
        (package / f"{name}.py").write_text("")
    monkeypatch.setattr(imports, "PROJECT", tmp_path)
    forget(imports)
    try:
        assert {path.name for path in files_reached(["orchestration.one"])} == {
            "__init__.py",
            "one.py",
            "named.py",
            "inner.py",
        }
    finally:
        monkeypatch.undo()
        forget(imports)


def test_a_changed_template_writes_the_report_again_and_builds_nothing(refreshed: Home, tmp_path: Path, monkeypatch):
    shutil.copytree(refreshed.path, tmp_path / "home")
    home = Home(tmp_path / "home")
    monkeypatch.delenv("WAREHOUSE_REPORT")
    settings = Settings(home.path, home.path / "raw")
    assert report_is_new(settings)
    before = home.warehouse.stat()
    page = home.path / "build" / "site" / "index.html"
    written = page.stat().st_mtime_ns
    monkeypatch.setattr(changes, "report_key", lambda: "other code")
    found = found_changes(settings)
    assert (found.nothing, found.report) == (True, True)
    assert found.summary == "nothing new, but the report is rewritten"
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert "nothing new since it was published; the report has been rewritten" in outcome.output
    assert home.warehouse.stat() == before
    assert page.stat().st_mtime_ns > written
    assert not found_changes(settings).report


@pytest.mark.usefixtures("own_records")
def test_what_was_read_of_a_dataset_that_is_gone_leaves_nothing(home: Home, monkeypatch: pytest.MonkeyPatch):
    """As in a home whose project had one dataset more."""
    import duckdb

    gone = home.path / "landing" / "ons" / "gone" / "release=2026-01-01-0123456789ab"
    shutil.copytree(next((home.path / "landing" / "ons" / "drug_poisoning_deaths").iterdir()), gone)
    with duckdb.connect() as connection:
        file = gone / "release.parquet"
        row = connection.sql(
            f"select * replace ('ons.gone' as dataset, 'ons.gone@2026-01-01' as release_id) from '{file}'"
        )
        row.write_parquet(str(gone / "next.parquet"))
    (gone / "next.parquet").replace(gone / "release.parquet")
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "insert into marts.dim_releases select * replace ('ons.gone' as dataset, 'ons.gone@2026-01-01' as release_id) "
            "from marts.dim_releases limit 1"
        )
        connection.execute("insert into audit.inputs values ('ons.gone', 'x')")
    status = home.run("status")
    assert status.exit_code in (0, 4), status.output
    assert "ons.gone" not in status.output
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert "there are other datasets" in outcome.output
    assert not gone.parent.exists()
    for query in ("select dataset from marts.dim_releases", "select input from audit.inputs"):
        assert "ons.gone" not in {name for (name,) in home.query(query)}
