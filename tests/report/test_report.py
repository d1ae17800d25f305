"""The report as a whole: the command, the end of a refresh, and what happens when it cannot be written."""

import re
import shutil
from pathlib import Path

import duckdb
import openpyxl
import pytest
from homes import Home

from orchestration.cli.outputs import PARTS
from orchestration.report.edition import opened
from orchestration.report.write import PARTS as PARTS_OF_THE_REPORT
from orchestration.report.write import write_report
from orchestration.settings import Settings


def test_the_command_offers_the_parts_there_are():
    assert PARTS == PARTS_OF_THE_REPORT


def test_a_refresh_ends_with_the_report(refreshed: Home):
    names = {path.name for path in (refreshed.path / "build").iterdir()}
    assert names == {"wmcdap_progress_report.xlsx", "wmcdap_progress_report.docx", "data", "site"}


def test_the_command_writes_the_parts_and_says_where_and_how_long_each_took(home: Home):
    shutil.rmtree(home.path / "build")
    outcome = home.run("report")
    assert outcome.exit_code == 0
    lines = outcome.output.splitlines()
    workbook, package = home.path / "build" / "wmcdap_progress_report.xlsx", home.path / "build" / "data"
    assert re.fullmatch(rf"{re.escape(str(workbook))}: workbook, in \d+\.\d s", lines[0])
    assert re.fullmatch(rf"{re.escape(str(package))}: package, in \d+\.\d s", lines[1])
    assert re.fullmatch(rf"{re.escape(str(home.path / 'build' / 'site'))}: site, in \d+\.\d s", lines[2])
    document = home.path / "build" / "wmcdap_progress_report.docx"
    assert re.fullmatch(rf"{re.escape(str(document))}: document, in \d+\.\d s", lines[3])
    assert workbook.is_file()
    assert (package / "datapackage.json").is_file()
    shutil.rmtree(home.path / "build")
    assert home.run("report", "--only", "package").exit_code == 0
    assert [path.name for path in (home.path / "build").iterdir()] == ["data"]


def test_without_a_warehouse_nothing_is_written(tmp_path):
    outcome = Home(tmp_path).run("report")
    assert outcome.exit_code == 1
    assert outcome.output == (
        f"Refused. {tmp_path / 'warehouse.duckdb'}: no warehouse is served. Run `warehouse refresh` first.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_cannot_be_written_leaves_the_one_before_and_the_refresh_published(
    home: Home, monkeypatch: pytest.MonkeyPatch
):
    shutil.rmtree(home.path / "build")
    (home.path / "build").write_text("in the way", encoding="utf-8")
    before = home.warehouse.stat().st_ino
    monkeypatch.setenv("WAREHOUSE_REPORT", "yes")
    outcome = home.refresh("--full")
    assert outcome.exit_code == 0
    assert home.warehouse.stat().st_ino != before
    assert "208 observations" in outcome.output
    assert "Published, but not everything that follows was done." in outcome.output
    assert f"{home.path / 'build'}: the workbook could not be written (" in outcome.output
    assert "then run `warehouse report`." in outcome.output
    assert (home.path / "build").read_text(encoding="utf-8") == "in the way"


def test_a_setting_that_is_neither_yes_nor_no_is_refused(home: Home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAREHOUSE_REPORT", "perhaps")
    outcome = home.run("report")
    assert outcome.exit_code == 1
    assert "WAREHOUSE_REPORT: found 'perhaps'; expected yes or no. Correct it, or unset it." in outcome.output


def test_all_parts_show_one_version_while_another_is_published(home: Home, refreshed: Home, tmp_path: Path):
    with opened(home.warehouse) as first:
        before = first.execute("select refresh_id from audit.refreshes").fetchall()
        shutil.copyfile(refreshed.warehouse, tmp_path / "next.duckdb")
        with duckdb.connect(str(tmp_path / "next.duckdb")) as connection:
            connection.execute("update audit.refreshes set refresh_id = 'next'")
        (tmp_path / "next.duckdb").replace(home.warehouse)
        with opened(home.warehouse) as second:
            assert second.execute("select refresh_id from audit.refreshes").fetchall() == before
    with opened(home.warehouse) as later:
        assert later.execute("select refresh_id from audit.refreshes").fetchall() == [("next",)]


def test_the_public_editions_report_is_written_from_the_public_edition(refreshed: Home, tmp_path: Path):
    settings = Settings(tmp_path, tmp_path / "raw", has_public_edition=True)
    settings.public.home.mkdir()
    for edition in (settings, settings.public):
        shutil.copyfile(refreshed.warehouse, edition.warehouse)
    with duckdb.connect(str(settings.public.warehouse)) as connection:
        connection.execute(
            "update reports.table_08 set value = null, value_status = 'suppressed' where row_label = 'Caution – youth'"
        )
    written = write_report(settings, "workbook")
    assert [part.path.parent for part in written] == [tmp_path / "build", tmp_path / "public" / "build"]
    shown = [openpyxl.load_workbook(part.path)["Table 8"] for part in written]
    assert [["[c]" in [cell.value for cell in sheet[row]] for row in range(1, 12)].count(True) for sheet in shown] == [
        0,
        1,
    ]
