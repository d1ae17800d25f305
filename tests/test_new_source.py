"""`warehouse new-source` writes a source that a refresh reads, whose test passes and whose places are all there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from homes import Home, Sheets, write_file
from test_conventions import DATASETS

from orchestration.settings import PROJECT

TIDY = """area_type,area,period,measure_label,figure
local authority,Birmingham,2024/25,Naloxone kits supplied,1204
local authority,Walsall,2024/25,Naloxone kits supplied,310
local authority,Walsall,2024/25,"Kits, refills",99
"""
TABLE = """"Table 1: Suspected overdoses, by local authority"
Local authority,2022/23,2023/24,2024/25
Birmingham,90,100,121
Walsall,12,15,9
"""
WORKBOOK = {
    "Notes": [["Figures of referrals"]],
    "Table 2": [
        ["Referrals from custody, by local authority"],
        ["Area code", "Area name", "2023/24", "2024/25"],
        ["E08000025", "Birmingham", 41, 55],
        ["E08000030", "Walsall", 8, 7],
    ],
}
SAID = ("--landing-page", "https://example.org/figures", "--topic", "treatment", "--unit", "kits", "--every", "year")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, to be extended."""
    project = tmp_path_factory.mktemp("extended") / "project"
    for name in ("orchestration", "dbt_project", "raw", "tests", ".dagster"):
        made = ("target", "logs", "storage", "history", "schedules") if name in ("dbt_project", ".dagster") else ()
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", *made))
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(PROJECT / name, project)
    return project


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(project), "WAREHOUSE_HOME": str(project), "DAGSTER_HOME": ""}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, timeout=300)


TITLES = {"ons.naloxone_supply": "Naloxone supplied", "police.custody_referrals": "Referrals from custody"}


def lay(project: Path, name: str, content: str | Sheets, *options: str) -> subprocess.CompletedProcess[str]:
    file = write_file(project / f"{name.partition('.')[2]}.{'csv' if isinstance(content, str) else 'xlsx'}", content)
    title = ("--title", TITLES.get(name, "Suspected overdoses attended"))
    return run(project, "orchestration", "new-source", name, str(file), *title, *SAID, *options)


def test_a_tidy_file_a_workbook_with_codes_and_a_table_of_a_new_publisher_become_measures_without_a_word_of_code(
    project: Path,
):
    laid = lay(project, "ons.naloxone_supply", TIDY)
    assert laid.returncode == 0, laid.stderr
    assert len([line for line in laid.stdout.splitlines() if line.startswith("Wrote ")]) == 8
    laid = lay(project, "ambulance.suspected_overdoses", TABLE, "--publisher", "West Midlands Ambulance Service")
    assert laid.returncode == 0, laid.stderr
    laid = lay(project, "police.custody_referrals", WORKBOOK)
    assert laid.returncode == 0, laid.stderr
    refreshed = run(project, "orchestration", "refresh")
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    home = Home(project)
    assert home.query(
        "select measure_id, area_code, period_id, value, source_cell from marts.fct_observations "
        "inner join marts.dim_measures using (measure_id) where dataset = 'ons.naloxone_supply' order by all"
    ) == [
        ("kits_refills", "E08000030", "FY2024-25", 99, "line 4, column figure"),
        ("naloxone_supply_naloxone_kits_supplied", "E08000025", "FY2024-25", 1204, "line 2, column figure"),
        ("naloxone_supply_naloxone_kits_supplied", "E08000030", "FY2024-25", 310, "line 3, column figure"),
    ]
    assert home.query(
        "select area_code, period_id, value from marts.fct_measures "
        "where measure_id = 'suspected_overdoses_attended' and period_id <> 'FY2023-24' order by all"
    ) == [
        ("E08000025", "FY2022-23", 90),
        ("E08000025", "FY2024-25", 121),
        ("E08000030", "FY2022-23", 12),
        ("E08000030", "FY2024-25", 9),
    ]
    assert home.query(
        "select area_code, period_id, value, source_sheet, source_cell from marts.fct_observations "
        "where measure_id = 'referrals_from_custody' order by all"
    ) == [
        ("E08000025", "FY2023-24", 41, "Table 2", "C3"),
        ("E08000025", "FY2024-25", 55, "Table 2", "D3"),
        ("E08000030", "FY2023-24", 8, "Table 2", "C4"),
        ("E08000030", "FY2024-25", 7, "Table 2", "D4"),
    ]
    tests = ("tests/test_conventions.py", "tests/ons/test_naloxone_supply.py", "tests/ambulance")
    tests += ("tests/police/test_custody_referrals.py",)
    tested = run(project, "pytest", "-q", "-n0", "-p", "no:cacheprovider", *tests)
    assert tested.returncode == 0, tested.stdout


@pytest.mark.parametrize(
    ("name", "text", "options", "message"),
    [
        (DATASETS[0], TIDY, (), f"found {DATASETS[0]}, which is known; expected a new one"),
        ("Naloxone", TIDY, (), "found 'Naloxone'; expected a publisher and a dataset in small letters"),
        ("ons.other", TIDY, ("--topic", "weather"), "--topic: found 'weather'; expected one of alcohol, "),
        ("coroner.deaths", TIDY, (), "found 'coroner', which is new; expected its full name"),
        ("ons.other", "a,b\n1,2\n", (), "found neither a tidy CSV nor a table with a row an area"),
    ],
)
def test_what_cannot_be_laid_is_refused_and_nothing_is_written(project: Path, name, text, options, message):
    before = sorted(path for path in project.rglob("*.*") if path.suffix in (".py", ".sql", ".csv"))
    refused = lay(project, name, text, *options)
    assert refused.returncode == 1
    assert message in refused.stderr
    made = project / f"{name.partition('.')[2]}.csv"
    after = sorted(path for path in project.rglob("*.*") if path.suffix in (".py", ".sql", ".csv") and path != made)
    assert after == [path for path in before if path != made]
