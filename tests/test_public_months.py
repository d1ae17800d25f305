"""Monthly counts of a return that is public but for small ones, beside its public quarters and years: none can be worked out."""

import csv
import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest
from attacker import AREAS, FORCE, Figures, attack
from homes import Home, made_once

from orchestration.seeds import seed_files
from orchestration.settings import PROJECT

MONTHLY, QUARTERLY, YEARLY = "made_up_calls_by_month", "made_up_calls_by_quarter", "made_up_calls_by_year"
COUNTY = "E11000005"
MONTHS = [f"{date(2025, month, 1):%B}" for month in range(1, 13)]
YEARS = (2024, 2025)
SMALL = 5

# Of each return: its measure, its kind of period, and its policy for the public edition.
RETURNS = {
    "calls_by_month": (MONTHLY, "month", "counts_hidden"),
    "calls_by_quarter": (QUARTERLY, "quarter", "whole"),
    "calls_by_year": (YEARLY, "calendar_year", "whole"),
}


def months_of(year: int, area: str) -> list[int]:
    """Counts of the months of an area, none or few in most, and many in one of each quarter."""
    chance = random.Random(f"{year} {area}")
    counts = [chance.choice((0, chance.randint(1, 4), chance.randint(20, 90))) for _ in MONTHS]
    for quarter in range(4):
        counts[3 * quarter + chance.randrange(3)] = chance.randint(20, 90)
    return counts


def figures_to_send() -> dict[str, list[tuple[str, str, int]]]:
    """Of each return its rows: area, period and figure. Quarters and years are the sums of the months."""
    sent: dict[str, list[tuple[str, str, int]]] = {name: [] for name in RETURNS}
    for area in AREAS:
        for year in YEARS:
            months = months_of(year, area)
            sent["calls_by_month"] += [
                (area, f"{name} {year}", count) for name, count in zip(MONTHS, months, strict=True)
            ]
            for quarter in range(4):
                of_quarter = sum(months[3 * quarter : 3 * quarter + 3])
                sent["calls_by_quarter"].append((area, f"{year} Q{quarter + 1}", of_quarter))
            sent["calls_by_year"].append((area, str(year), sum(months)))
    return sent


def write_seeds(folder: Path) -> None:
    """The project's seeds with the three returns, and that they count the same."""
    folder.mkdir()
    rows: dict[str, list[tuple]] = {"returns": [], "return_measures": [], "measure_links": []}
    for name, (measure, kind, policy) in RETURNS.items():
        every = {"calendar_year": "year"}.get(kind, kind)
        hide = (SMALL, "false") if policy == "counts_hidden" else ("", "")
        rows["returns"].append((name, name, "Nobody", "Made-up calls.", "local_authority", kind, every, policy, *hide))
        about = (measure, "Calls", measure.replace("_", " ").capitalize(), "deaths", "calls", "count", 0, "", "", "")
        rows["return_measures"].append((name, *about, "", "all", "all", "true", "Made-up calls of the period."))
        if measure != MONTHLY:
            rows["measure_links"].append((measure, "same_as", MONTHLY))
    for name, added in rows.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            stream.write(seed_files()[name].read_text(encoding="utf-8"))
            csv.writer(stream, lineterminator="\n").writerows(added)


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own: the seeds are those of the home."""
    environment = os.environ | {"WAREHOUSE_HOME": str(home), "WAREHOUSE_SEEDS": str(home / "seeds")}
    environment |= {"WAREHOUSE_PUBLIC": "yes", "WAREHOUSE_REPORT": "no"}
    command = [sys.executable, "-m", "orchestration", *arguments]
    return subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True)


def send(home: Path, sent: Mapping[str, list[tuple[str, str, int]]]) -> None:
    """Puts the returns into raw/, each as a file of one release."""
    folder = home / "raw" / "partners" / "returns" / "2026-03-31"
    folder.mkdir(parents=True)
    for name, rows in sent.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow((f"Return: {name}", "", "", "", "", ""))
            writer.writerow(("Area", "Period", "Measure", "Figure", "Source document", "Page"))
            writer.writerows((area, period, "Calls", figure, "", "") for area, period, figure in rows)


def make(home: Home) -> None:
    shutil.copytree(PROJECT / "raw", home.path / "raw")
    write_seeds(home.path / "seeds")
    send(home.path, figures_to_send())
    outcome = run(home.path, "refresh")
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "not everything" not in outcome.stdout + outcome.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return made_once("public_months", make, tmp_path_factory)


def figures_of(path: Path) -> Figures:
    """The counts that a file holds, None for the suppressed ones."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select measure_id, area_code, period_id, value from marts.fct_measures where starts_with(measure_id, 'made_up_calls')"
        ).fetchall()
    return {(measure, area, period): None if value is None else round(value) for measure, area, period, value in rows}


def sums(figures: Mapping) -> Iterator[tuple[tuple, list[tuple], bool]]:
    """What anybody knows of the calls: areas make the county and the force, months the quarter and the year."""
    for measure, area, period in figures:
        if area in (COUNTY, FORCE):
            yield (measure, area, period), [(measure, part, period) for part in AREAS.values()], True
        if measure == QUARTERLY:
            year, quarter = int(period[1:5]), int(period[-1])
            months = [f"M{year}-{month:02}" for month in range(3 * quarter - 2, 3 * quarter + 1)]
        elif measure == YEARLY:
            months = [f"M{period[-4:]}-{month:02}" for month in range(1, 13)]
        else:
            continue
        yield (measure, area, period), [(MONTHLY, area, month) for month in months], True


def small_of(truth: Figures) -> set:
    return {key for key, value in truth.items() if key[0] == MONTHLY and value is not None and 0 < value < SMALL}


def test_no_small_month_can_be_worked_out_from_public_months_quarters_and_years(published: Home, record_property):
    truth, known = figures_of(published.warehouse), figures_of(published.path / "public" / "warehouse.duckdb")
    small = small_of(truth)
    assert len(small) > 40
    assert {key for key in small if known.get(key) is not None} == set()
    # The attacker has every quarter and year, with their sums.
    assert {known[key] - truth[key] for key in truth if key[0] != MONTHLY} == {0}
    for key, (least, most) in attack(known, small, sums=sums).items():
        assert least <= truth[key] < SMALL <= most, (key, least, truth[key], most)
    others = [key for key, value in truth.items() if key[0] == MONTHLY and key not in small and value is not None]
    shown = sum(known.get(key) is not None for key in others)
    assert shown > 0.3 * len(others)
    record_property(
        "measured",
        f"{len(small)} small months beside public quarters and years: none told; {shown} of {len(others)} others shown",
    )


def test_the_attack_tells_small_months_where_they_alone_are_hidden(published: Home):
    truth = figures_of(published.warehouse)
    small = small_of(truth)
    found = attack({key: None if key in small else value for key, value in truth.items()}, small, sums=sums)
    assert sum(least == most for least, most in found.values()) > 20


def test_a_small_month_that_its_public_quarter_gives_away_stops_the_public_edition_alone(tmp_path: Path):
    """Of the quarter only March has calls: no other month can be hidden with it."""
    shutil.copytree(PROJECT / "raw" / "ons", tmp_path / "raw" / "ons")
    write_seeds(tmp_path / "seeds")
    sent = {
        "calls_by_month": [
            ("Solihull", f"{name} 2025", count) for name, count in zip(MONTHS[:3], (0, 0, 3), strict=True)
        ],
        "calls_by_quarter": [("Solihull", "2025 Q1", 3)],
    }
    send(tmp_path, sent)
    outcome = run(tmp_path, "refresh")
    said = re.sub(r"\s+", " ", outcome.stdout + outcome.stderr)
    assert (
        f"found no way to hide {MONTHLY}, E08000029, M2025-03, because figures that are public give it away; expected "
        "other counts that can be left out with it." in said
    )
    assert (tmp_path / "warehouse.duckdb").exists()
    assert not (tmp_path / "public" / "warehouse.duckdb").exists()
