"""`warehouse new-source` writes a source that a refresh reads, whose test passes and whose places are all there."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from homes import Home, Sheets, write_file
from test_conventions import DATASETS

from orchestration.operating.source_layout import layout_of
from orchestration.reading.periods import parse
from orchestration.settings import PROJECT

# The warehouse's own symbols stand in the files of partners who copy from it.
TIDY = """area_type,area,period,measure_label,figure
local authority,Birmingham,2024/25,Naloxone kits supplied,1204
local authority,Walsall,2024/25,Naloxone kits supplied,310
local authority,Walsall,2024/25,"Kits, refills",99
local authority,Dudley,2024/25,"Kits, refills",[c]
local authority,Sandwell,2024/25,"Kits, refills",[x]
local authority,Solihull,2024/25,"Kits, refills",[z]
local authority,Coventry,2024/25,"Kits, refills",[low]
"""
TABLE = """"Table 1: Suspected overdoses, by local authority"
Local authority,2022/23,2023/24,2024/25
Birmingham,90,100,121
Walsall,12,15,9
Dudley,*,11,8
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
    shutil.copytree(PROJECT / "raw", home_of(project) / "raw")
    (home_of(project) / "seeds").mkdir()
    # A partnership's own seed, as a spreadsheet saves it.
    text = (PROJECT / "dbt_project" / "seeds" / "measures" / "measures.csv").read_text("utf-8")
    (home_of(project) / "seeds" / "measures.csv").write_text(text, "utf-8-sig")
    for name in ("orchestration", "dbt_project", "raw", "tests", ".dagster"):
        made = ("target", "logs", "storage", "history", "schedules") if name in ("dbt_project", ".dagster") else ()
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("__pycache__", *made))
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(PROJECT / name, project)
    return project


def home_of(project: Path) -> Path:
    """Where the releases, the seeds and the warehouse of the partnership lie, apart from the project."""
    return project.parent / "home"


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    home = home_of(project)
    environment = os.environ | {"PYTHONPATH": str(project), "WAREHOUSE_HOME": str(home), "DAGSTER_HOME": ""}
    environment |= {"WAREHOUSE_SEEDS": str(home / "seeds")} if arguments[0] == "orchestration" else {}
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
    laid = lay(project, "ons.naloxone_supply", TIDY, "--figures", "count")
    assert laid.returncode == 0, laid.stderr
    written = [Path(line.removeprefix("Wrote ")) for line in laid.stdout.splitlines() if line.startswith("Wrote ")]
    home = home_of(project)
    assert [path for path in written if path.is_relative_to(home)] == [
        home / "seeds" / "measures.csv",
        home / "raw" / "ons" / "naloxone_supply" / date.today().isoformat() / "naloxone_supply.csv",
    ]
    assert all((project / path).is_file() for path in written)
    # Its rows are in the project as well, whose reader they belong to.
    assert len(written) == 9
    assert not (project / "raw" / "ons" / "naloxone_supply").exists()
    service = ("--publisher", "West Midlands Ambulance Service")
    laid = lay(project, "ambulance.suspected_overdoses", TABLE, *service, "--symbol", "*", "suppressed")
    assert laid.returncode == 0, laid.stderr
    laid = lay(project, "police.custody_referrals", WORKBOOK)
    assert laid.returncode == 0, laid.stderr
    refreshed = run(project, "orchestration", "refresh")
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    home = Home(home_of(project))
    assert home.query(
        "select area_code, value, value_status from marts.fct_observations where measure_id = 'kits_refills' "
        "order by all"
    ) == [
        ("E08000026", None, "rounds_to_zero"),
        ("E08000027", None, "suppressed"),
        ("E08000028", None, "not_available"),
        ("E08000029", None, "not_applicable"),
        ("E08000030", 99, "published"),
    ]
    assert home.query(
        "select area_code, value_status from marts.fct_observations "
        "where measure_id = 'suspected_overdoses_attended' and value is null"
    ) == [("E08000027", "suppressed")]
    assert home.query(
        "select measure_id, is_additive_over_areas from marts.dim_measures "
        "where measure_id in ('kits_refills', 'suspected_overdoses_attended') order by all"
    ) == [("kits_refills", True), ("suspected_overdoses_attended", False)]
    assert home.query(
        "select measure_id, area_code, period_id, value, source_cell from marts.fct_observations "
        "inner join marts.dim_measures using (measure_id) where dataset = 'ons.naloxone_supply' and value is not null "
        "order by all"
    ) == [
        ("kits_refills", "E08000030", "FY2024-25", 99, "line 4, column figure"),
        ("naloxone_supply_naloxone_kits_supplied", "E08000025", "FY2024-25", 1204, "line 2, column figure"),
        ("naloxone_supply_naloxone_kits_supplied", "E08000030", "FY2024-25", 310, "line 3, column figure"),
    ]
    assert home.query(
        "select area_code, period_id, value from marts.fct_measures "
        "where measure_id = 'suspected_overdoses_attended' and period_id <> 'FY2023-24' and value is not null "
        "order by all"
    ) == [
        ("E08000025", "FY2022-23", 90),
        ("E08000025", "FY2024-25", 121),
        ("E08000027", "FY2024-25", 8),
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
        (
            "ons.other",
            TIDY,
            ("--landing-page", "their page"),
            "--landing-page: found 'their page'; expected an address",
        ),
        ("ons.other", TIDY, ("--released-on", "2999-01-01"), "--released-on: found 2999-01-01, which is in the future"),
        (
            "ons.other",
            TABLE,
            ("--area-type", "planet", "--symbol", "*", "suppressed"),
            "found 'planet'; expected one of",
        ),
        (
            "ons.other",
            TIDY + TIDY.splitlines()[-1] + "\n",
            (),
            "found a second figure for local authority, Coventry, 2024/25, Kits, refills, after line 8; expected one line",
        ),
        ("coroner.deaths", TIDY, (), "found 'coroner', which is new; expected its full name"),
        ("ons.other", "a,b\n1,2\n", (), "found neither a tidy CSV nor a table with a row an area"),
        (
            "ons.other",
            TIDY.replace("area_type,area,period", "Area Type,Area,Period"),
            (),
            "line 1: found the columns 'Area Type', 'Area', 'Period', 'measure_label', 'figure'; expected the columns "
            "'area_type', 'area', 'period' and one of figures. Rename 'Area Type' to 'area_type'. Rename 'Area' to "
            "'area'. Rename 'Period' to 'period'.",
        ),
        (
            "ons.other",
            TIDY.replace("area_type,area,period", "area_type,area,when"),
            (),
            "expected the columns 'area_type', 'area', 'period' and one of figures. Add the column 'period'.",
        ),
        (
            "ons.other",
            TIDY.replace("Walsall,2024/25", "Walsall,the year 24", 1),
            (),
            "line 3, column period: found 'the year 24'; expected a period such as 2024/25 or March 2024. Correct it.",
        ),
        (
            "ons.other",
            "area_type,area,period\nlocal authority,Dudley,2024/25\n",
            (),
            "line 1: found the columns 'area_type', 'area', 'period', none of which has figures; expected a column of",
        ),
        (
            "ons.other",
            "Council,Q1 2024/2,Q2 2024/25,Q3 2024/25\nDudley,1,2,3\n",
            (),
            "line 1, column Q1 2024/2: found the heading 'Q1 2024/2'; expected a period such as 2024/25 or March 2024.",
        ),
        (
            "ons.other",
            "Council,Lead,2023/24,2024/25\nDudley,Somebody,1,2\n",
            (),
            "line 1: found 'Council', 'Lead' beside the periods, and below them more than the names and GSS codes of",
        ),
        (
            "ons.other",
            TABLE,
            (),
            "line 5, column 2022/23: found '*' (Dudley, 2022/23); expected a number or '[c]' or '[x]' or '[z]' or "
            "'[low]'. If the publisher writes it in place of a figure, say what it stands for, such as --symbol '*' "
            "suppressed. Otherwise correct the file.",
        ),
        (
            "ons.other",
            TIDY.replace(",310", ",31O").replace(",99", ",about 99"),
            (),
            "line 3, column figure: found '31O' (Walsall, 2024/25)",
        ),
        (
            "ons.other",
            TABLE.replace("*", ""),
            (),
            "line 5, column 2022/23: found an empty cell (Dudley, 2022/23)",
        ),
        ("ons.other", TABLE, ("--symbol", "12", "suppressed"), "--symbol: found '12'; expected a text in place of a"),
    ],
)
def test_what_cannot_be_laid_is_refused_and_nothing_is_written(project: Path, name, text, options, message):
    before = files_of(project)
    refused = lay(project, name, text, *options)
    assert refused.returncode == 1
    assert message in refused.stderr
    made = project / f"{name.partition('.')[2]}.csv"
    assert {path: text for path, text in files_of(project).items() if path != made} == before


def test_an_area_that_no_seed_has_is_named(project: Path):
    laid = lay(project, "ons.other", TIDY.replace("Walsall", "Walsal"))
    assert laid.returncode == 0, laid.stderr
    assert "Walsall" not in laid.stdout
    assert "No seed has Walsal: add a row for each to area_aliases.csv, or correct the file in raw/." in laid.stdout


def files_of(project: Path) -> dict[Path, bytes]:
    """What is in the project and in the home, but for the files that are handed to the command."""
    folders = [project / name for name in ("orchestration", "dbt_project", "raw", "tests")]
    folders += [home_of(project) / name for name in ("raw", "seeds")]
    kinds = (".py", ".sql", ".yml", ".csv")
    found = [path for folder in folders for path in folder.rglob("*.*") if path.suffix in kinds]
    return {path: path.read_bytes() for path in found if "target" not in path.parts}


@pytest.mark.parametrize(
    ("heading", "period_id"),
    [("Apr-25", "M2025-04"), ("Q1 2024/25", "Q2024-2"), ("April to June 2024", "Q2024-2"), ("2023/24", "FY2023-24")],
)
def test_periods_are_read_as_spreadsheets_and_councils_write_them(tmp_path: Path, heading, period_id):
    other = {"M": "May-25", "Q": "Q2 2024/25", "F": "2024/25"}[period_id[0]]
    file = write_file(tmp_path / "table.csv", f"Council,{heading},{other}\nDudley,1,2\n")
    layout = layout_of(file, "local authority", "Visits", {})
    assert layout.sample == [["Council", heading, other], ["Dudley", "1", "2"]]
    assert layout.periods == [parse(heading).kind]
    assert parse(heading).period_id == period_id
