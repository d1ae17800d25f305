"""What a person reads when a release or a refresh is refused, and that the last good figures stay as they were."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from homes import Home, Outcome
from receivers import Chat

from orchestration.releases.release import digest
from orchestration.settings import PROJECT

OFFENCES = "police.recorded_drug_offences"
FILE = "recorded_drug_offences.csv"


def replace_release(home: Home, dataset: str, text: str | bytes) -> None:
    """A later release of the dataset: the shipped one is published and may not change."""
    later = home.file(dataset, "2026-04-30")
    later.parent.mkdir()
    later.write_bytes(text if isinstance(text, bytes) else text.encode())


def later_edition(home: Home, dataset: str, old: str, new: str) -> None:
    text = home.file(dataset).read_text(encoding="utf-8")
    assert old in text
    replace_release(home, dataset, text.replace(old, new, 1))


def assert_refused(home: Home, *expected: str) -> Outcome:
    """A refresh names what it set aside, and serves what it served."""
    figures = "select * from marts.fct_observations order by all"
    before = home.query(figures)
    outcome = home.refresh()
    assert outcome.exit_code == 5, outcome.output
    for text in expected:
        assert text in outcome.output
    assert "Traceback" not in outcome.output
    assert home.query(figures) == before
    assert not list(home.path.glob("warehouse.duckdb.*"))
    return outcome


OF_SOLIHULL = "Table 3,local policing area,Solihull,Trafficking of Drugs,2024/25,66,WMP databases\n"
NOT_VALUES = {7: "seven hundred", 8: "1,92", 9: "749*", 10: "1e3", 11: "NaN"}
# What stands in place of `2024/25,731`, and what is said of it.
NOT_POSSIBLE = {
    "2024/26,731": "column period: found the period '2024/26'; expected a period such as 2024/25",
    "2024/25,": "column offences: found an empty cell",
    "2024/25,-731": "column offences: found '-731'",
    "2024/25,731.5": "column offences: found '731.5'",
    "2024/25,12%": "column offences: found '12%'",
}
DAYS = dict(zip(NOT_POSSIBLE, (f"2026-05-0{number}" for number in range(1, 6)), strict=True))
LABELS, VALUES, TWICE = "2026-04-30", "2026-05-06", "2026-05-07"


@pytest.fixture(scope="module")
def told(refreshed: Home, tmp_path_factory) -> dict[str, str]:
    """Refused releases of one dataset, each for a reason of its own, one of another and a folder that is no day.

    What is said of each release of the first by its day, and of all together under "".
    """
    home = refreshed.copy(tmp_path_factory.mktemp("refusals"))
    text = home.file(OFFENCES).read_text(encoding="utf-8")
    lines = text.splitlines()
    lines[1] = lines[1].replace("Trafficking of Drugs", "Trafficking in Drugs")
    lines[5] = lines[5].replace("Birmingham", "Brum")
    home.put(OFFENCES, LABELS, FILE, "\n".join(lines) + "\n")
    lines = text.splitlines()
    for line, value in NOT_VALUES.items():
        cells = lines[line - 1].split(",")
        lines[line - 1] = ",".join([*cells[:5], f'"{value}"', cells[-1]])
    home.put(OFFENCES, VALUES, FILE, "\n".join(lines) + "\n")
    for found, day in DAYS.items():
        home.put(OFFENCES, day, FILE, text.replace("2024/25,731", found, 1))
    home.put(OFFENCES, TWICE, FILE, text + OF_SOLIHULL)
    later_edition(home, "police.drug_supply_disruption", "Major disruptions", "Huge disruptions")
    shutil.copytree(home.file(OFFENCES).parent, home.file(OFFENCES, "latest").parent)
    outcome = assert_refused(home)
    messages = home.query(f"select release_id, message from audit.set_aside where dataset = '{OFFENCES}'")
    return {"": outcome.output} | {release_id.partition("@")[2]: message for release_id, message in messages}


def place(day: str, line: int) -> str:
    return f"raw/police/recorded_drug_offences/{day}/{FILE}, line {line}"


def test_labels_that_are_not_understood_are_all_named_with_line_and_column(told: dict[str, str]):
    offence = "column offence: found 'Trafficking in Drugs'; expected an offence label that seeds/labels/offence_labels.csv lists"
    assert f"{place(LABELS, 2)}, {offence}" in told[LABELS]
    assert (
        f"{place(LABELS, 6)}, column area: found 'Brum'; expected an area label that seeds/areas/area_aliases.csv lists for "
        "this publisher and type of area. Correct the label, or add the spelling to seeds/areas/area_aliases.csv."
    ) in told[LABELS]
    assert (
        "drug_supply_disruption.csv, line 3, column figure: found 'Huge disruptions with the value 6'; expected labels "
        "that seeds/measures/measures.csv and seeds/measures/measure_labels.csv know for this dataset"
    ) in told[""]


def test_values_that_are_not_understood_are_all_named_with_line_and_column(told: dict[str, str]):
    for line, text in NOT_VALUES.items():
        assert f"{place(VALUES, line)}, column offences: found {text!r}" in told[VALUES]


@pytest.mark.parametrize("found", NOT_POSSIBLE)
def test_a_period_or_count_that_cannot_be_is_refused_with_line_and_column(told: dict[str, str], found: str):
    assert NOT_POSSIBLE[found] in told[DAYS[found]]


def test_two_rows_for_one_key_are_both_named(told: dict[str, str]):
    assert (
        f"{place(TWICE, 34)}, column offences: found a second figure for local policing area, Solihull, 2024/25, offences, "
        "Trafficking of Drugs (66); expected one; the other is in line 19, column offences (65). "
        "Keep the right one where figures are typed; otherwise ask the publisher, or download the file again."
    ) in told[TWICE]


def test_a_folder_that_is_no_release_date_is_named(told: dict[str, str]):
    found = "raw/police/recorded_drug_offences/latest: found the folder name 'latest'; expected a release date"
    assert found in told[""]


def test_every_refusal_is_said_on_the_terminal(told: dict[str, str]):
    assert len(told) == 10
    for message in told.values():
        assert message.splitlines()[0] in told[""]


def test_a_release_that_was_published_from_and_is_gone_is_named(home: Home):
    """The figures of the lost release are served still, and the same figures of another day beside them."""
    later = home.file(OFFENCES, "2026-04-30").parent
    home.file(OFFENCES).parent.rename(later)
    figures = "select measure_id, area_code, period_id, value, value_status from marts.fct_measures order by all"
    before = home.query(figures)
    outcome = home.refresh()
    assert outcome.exit_code == 5, outcome.output
    assert "raw/police/recorded_drug_offences/2026-03-31: found nothing; expected the release" in outcome.output
    assert home.query(figures) == before


def test_the_next_refresh_succeeds_once_the_file_is_mended_and_each_is_told_of(home: Home, chat: Chat):
    later_edition(home, OFFENCES, "Trafficking of Drugs,2024/25,731", "Trafficking in Drugs,2024/25,733")
    # The force's own return, in the layout of typed figures: those would be no evidence against the report.
    home.put(OFFENCES, "2026-04-30", "origin.toml", 'origin = "publisher_file"\n')
    assert_refused(home, "line 7, column offence: found 'Trafficking in Drugs'")
    (blocked,) = chat.told
    assert blocked.startswith("1 release set aside: police.recorded_drug_offences@2026-04-30. The rest is published.")
    assert f"{place(LABELS, 7)}, column offence: found 'Trafficking in Drugs'; expected an offence label" in blocked
    assert "\n\nWhat to do: Correct or replace raw/police/recorded_drug_offences/2026-04-30, and refresh." in blocked
    path = home.file(OFFENCES, "2026-04-30")
    path.write_text(path.read_text(encoding="utf-8").replace("Trafficking in", "Trafficking of"), encoding="utf-8")
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert home.query(
        "select value, known_from::varchar, known_to::varchar from marts.fct_observations where "
        "measure_id = 'drug_trafficking_offences_recorded' and area_code = 'E08000025' and period_id = 'FY2024-25' order by 2"
    ) == [(731, "2026-03-31", "2026-04-30"), (733, "2026-04-30", None)]
    # The report was printed before: that a later release has other figures is no fault of it, and nobody is called.
    assert chat.told == [blocked]
    assert home.query(
        "select severity, explanation from audit.discrepancies where rule_id = 'figure_was_revised' and place = 'Table 3' and area_code = 'E08000025'"
    ) == [
        (
            "advice",
            "Revised since print: 731 is printed; 733 is known now, from Recorded drug offences of 2026-04-30.",
        )
    ]


def test_what_a_release_of_before_the_edition_has_otherwise_is_told_of(home: Home, chat: Chat):
    later_edition(home, OFFENCES, "2024/25,731", "2024/25,733")
    folder = home.file(OFFENCES, "2026-04-30").parent
    (folder / "origin.toml").write_text('origin = "publisher_file"\n', encoding="utf-8")
    folder.rename(folder.with_name("2026-03-01"))
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    (found,) = chat.told
    assert found.startswith(
        "2 new severe discrepancies between printed figures and the warehouse. The new warehouse is published.\n\n"
        "Table 3, Drug trafficking offences, Birmingham, 2024/25 breaks the rule: A printed figure is the one that the "
        "release of its day holds.\n"
    )
    assert f"\n\nWhere: audit.discrepancies of {home.warehouse} on " in found
    assert "\n\nWhat to do: Compare the printed and the expected figure there with the source" in found
    assert not {"731", "733"} & set(found.replace(",", " ").split())


def test_a_relative_path_in_the_settings_is_refused(tmp_path: Path):
    outcome = Home(Path("somewhere")).refresh()
    assert outcome.exit_code == 1
    assert "WAREHOUSE_HOME: found 'somewhere'; expected an absolute path" in outcome.output


def test_a_refused_first_refresh_leaves_no_warehouse(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    outcome = Home(tmp_path).refresh()
    assert outcome.exit_code == 1
    assert "raw: found no release; expected at least one in a folder raw/<publisher>/<dataset>" in outcome.output
    assert not (tmp_path / "warehouse.duckdb").exists()


def test_a_refresh_that_a_person_stops_while_models_are_built_says_so_and_publishes_nothing(home: Home):
    before = digest(home.warehouse)
    refresh = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "refresh", "--full"],
        cwd=PROJECT,
        env=os.environ | {"WAREHOUSE_HOME": str(home.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # dbt has the build in its hands when the file is there and grows.
    while refresh.poll() is None and not any(
        build.stat().st_size > 1_000_000 for build in (home.path / "builds").glob("*/warehouse.duckdb*")
    ):
        time.sleep(0.05)
    refresh.send_signal(signal.SIGINT)
    printed = refresh.communicate(timeout=120)[0]
    assert refresh.returncode == 1, printed
    assert "Nothing was published" in printed
    assert "The build was stopped before its end. Refresh again." in printed
    assert digest(home.warehouse) == before
