"""What a person reads when a release or a refresh is refused, and that the last good figures stay as they were."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from conftest import Home
from receivers import Chat

from orchestration.releases import digest
from orchestration.settings import PROJECT

OFFENCES = "police.recorded_drug_offences"
OFFENCES_FILE = "raw/police/recorded_drug_offences/2026-03-31/recorded_drug_offences.csv"


def replace_release(home: Home, dataset: str, text: str | bytes) -> None:
    """A later release of the dataset: the shipped one is published and may not change."""
    later = home.file(dataset, "2026-04-30")
    later.parent.mkdir()
    later.write_bytes(text if isinstance(text, bytes) else text.encode())


def later_edition(home: Home, dataset: str, old: str, new: str) -> None:
    text = home.file(dataset).read_text(encoding="utf-8")
    assert old in text
    replace_release(home, dataset, text.replace(old, new, 1))


def assert_refused(home: Home, *expected: str) -> None:
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


LATER_FILE = OFFENCES_FILE.replace("2026-03-31", "2026-04-30")


def test_labels_and_values_that_are_not_understood_are_all_named_with_line_and_column(home: Home):
    lines = home.file(OFFENCES).read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("Trafficking of Drugs", "Trafficking in Drugs")
    lines[2] = lines[2].replace("2024/25", "2024/26")
    lines[5] = lines[5].replace("Birmingham", "Brum")
    wrong = {7: "seven hundred", 8: "1,92", 9: "749*", 10: "1e3", 11: "NaN", 12: ""}
    for line, text in wrong.items():
        cells = lines[line - 1].split(",")
        lines[line - 1] = ",".join([*cells[:5], f'"{text}"', cells[-1]])
    replace_release(home, OFFENCES, "\n".join(lines) + "\n")
    later_edition(home, "police.drug_supply_disruption", "Major disruptions", "Huge disruptions")
    assert_refused(
        home,
        f"{LATER_FILE}, line 2, column offence: found 'Trafficking in Drugs'; expected an offence label that "
        "seeds/offence_labels.csv lists",
        f"{LATER_FILE}, line 3, column period: found '2024/26'; expected a period such as 2024/25",
        f"{LATER_FILE}, line 6, column area: found 'Brum'; expected an area label that seeds/area_aliases.csv lists for "
        "this publisher and type of area. Correct the label, or add the spelling to seeds/area_aliases.csv.",
        *(
            f"{LATER_FILE}, line {line}, column offences: found {text!r}; expected a number."
            for line, text in wrong.items()
        ),
        "drug_supply_disruption.csv, line 3, column figure: found 'Huge disruptions with the value 6'; expected labels "
        "that seeds/measures.csv and seeds/measure_labels.csv know for this dataset",
    )


def test_files_without_readable_figures_and_with_other_columns_are_all_named_at_once(home: Home):
    def text_of(dataset: str) -> str:
        return home.file(dataset).read_text(encoding="utf-8")

    header = text_of("police.drug_related_crime").splitlines()[0] + "\n"
    contents = {
        "ons.drug_poisoning_deaths": (b"", "an empty file"),
        "ons.alcohol_specific_deaths": (b"\n\n", "an empty file"),
        "police.drug_related_crime": (header, "a header and no figures"),
        "police.drug_related_homicides": (b"place,area\xff\n", "the byte 0xff, which is not UTF-8"),
        "police.drug_supply_disruption": (b"place\0,area\n", "a NUL character"),
        "ndtms.adults_in_treatment": (b'place,"area\nx', "broken CSV"),
    }
    for dataset, (content, _) in contents.items():
        replace_release(home, dataset, content)
    later_edition(home, OFFENCES, "offence,period", "offense,period")
    later_edition(home, "police.drug_offence_outcomes", ",WMP databases", "")
    homicides = "police.drug_related_neighbourhood_crime"
    replace_release(home, homicides, "\n".join(f"{line},note" for line in text_of(homicides).splitlines()) + "\n")
    assert_refused(
        home,
        *(f"raw/{dataset.replace('.', '/')}/2026-04-30/{dataset.partition('.')[2]}.csv" for dataset in contents),
        *(f"found {found}" for _, found in contents.values()),
        f"{LATER_FILE}, line 1: found the columns place, area_type, area, offense",
        "also a column 'offence'",
        "drug_related_neighbourhood_crime.csv, line 1, column note: found the unknown column 'note'; expected only place",
        "drug_offence_outcomes.csv, line 2: found 7 cells; expected 8, one for each column of the header",
    )


def test_two_rows_for_one_key_are_both_named(home: Home):
    text = home.file(OFFENCES).read_text(encoding="utf-8")
    replace_release(
        home, OFFENCES, text + "Table 3,local policing area,Solihull,Trafficking of Drugs,2024/25,66,WMP databases\n"
    )
    assert_refused(
        home,
        f"{LATER_FILE}, line 34, column offences: found 'a second figure for drug_trafficking_offences_recorded, E08000029, "
        f"FY2024-25 (66)'; expected one figure for each measure, area and period; the other stands in {LATER_FILE}, line 19, "
        "column offences. Remove the row that is wrong.",
    )


def test_a_release_whose_bytes_changed_after_it_was_loaded_is_named(home: Home):
    home.edit(OFFENCES, "2024/25,731", "2024/25,732")
    assert_refused(
        home,
        "raw/police/recorded_drug_offences/2026-03-31 (recorded_drug_offences.csv): found bytes with hash",
        "the bytes that were loaded before, since a release is never edited. Put the old file back",
    )


def test_a_release_that_was_published_from_and_is_gone_is_named(home: Home):
    later = home.file(OFFENCES, "2026-04-30").parent
    home.file(OFFENCES).parent.rename(later)
    assert_refused(home, "raw/police/recorded_drug_offences/2026-03-31: found nothing; expected the release")


def test_a_folder_that_is_no_release_date_is_named(home: Home):
    shutil.copytree(home.file(OFFENCES).parent, home.file(OFFENCES, "latest").parent)
    assert_refused(
        home, "raw/police/recorded_drug_offences/latest: found the folder name 'latest'; expected a release date"
    )


def test_the_next_refresh_succeeds_once_the_file_is_mended_and_each_is_told_of(home: Home, chat: Chat):
    later_edition(home, OFFENCES, "2024/25,731", "2024/25,many")
    # The force's own return, in the layout of typed figures: those would be no evidence against the report.
    home.put(OFFENCES, "2026-04-30", "origin.toml", 'origin = "publisher_file"\n')
    assert_refused(home, "line 7, column offences: found 'many'")
    (blocked,) = chat.told
    assert blocked.startswith("1 release set aside: police.recorded_drug_offences@2026-04-30. The rest is published.")
    assert f"{LATER_FILE}, line 7, column offences: found 'many'; expected a number." in blocked
    assert "\n\nWhat to do: Correct or replace raw/police/recorded_drug_offences/2026-04-30, and refresh." in blocked
    path = home.file(OFFENCES, "2026-04-30")
    path.write_text(path.read_text(encoding="utf-8").replace("many", "733"), encoding="utf-8")
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert home.query(
        "select value, known_from::varchar, known_to::varchar from marts.fct_observations where "
        "measure_id = 'drug_trafficking_offences_recorded' and area_code = 'E08000025' and period_id = 'FY2024-25' order by 2"
    ) == [(731, "2026-03-31", "2026-04-30"), (733, "2026-04-30", None)]
    _, found = chat.told
    assert found.startswith(
        "2 new severe discrepancies between printed figures and the warehouse. The new warehouse is published.\n\n"
        "Table 3, Drug trafficking offences, Birmingham, 2024/25 breaks the rule: A printed figure is the one that the "
        "release holds.\n"
    )
    assert f"\n\nWhere: audit.discrepancies of {home.warehouse} on " in found
    assert "\n\nWhat to do: Read there what is printed and what should be, and hold it to its source" in found
    assert not {"731", "733"} & set(found.replace(",", " ").split())


def test_a_relative_path_in_the_settings_is_refused(tmp_path: Path):
    outcome = Home(Path("somewhere")).refresh()
    assert outcome.exit_code == 1
    assert "WAREHOUSE_HOME: found the relative path 'somewhere'; expected an absolute path" in outcome.output


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
