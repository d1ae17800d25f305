"""The origin of a release: its publisher's own file, or figures typed from a named document."""

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from homes import Home, write_file

from orchestration.landing.fingerprints import landing_name
from orchestration.releases.origin import ORIGIN_FILE, Origin, origin_text, source_text, transcription
from orchestration.releases.release import Release
from orchestration.settings import PROJECT
from orchestration.support.refusal import Refusal

DOCUMENT = "West Midlands Combatting Drugs and Alcohol Partnership progress report 2025"
DEATHS = "ons.drug_poisoning_deaths"
HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"
LINES = (
    HEADER + "Table 3,local authority,Walsall,2025,21,ONS\nTable 4,local authority,Dudley,2025,22,Office for N. S.\n"
)
TITLE = "Number of deaths related to drug poisoning, persons by local authority, England and Wales"
WORKBOOK = {"Table 1": [[TITLE], ["Area Codes", "Area Names", 2024], ["E08000027", "Dudley", 26]]}


@pytest.fixture
def release(tmp_path: Path) -> Callable[..., Release]:
    def make(content: object = LINES, declared: str | bytes | None = None, name: str = "deaths.csv") -> Release:
        folder = tmp_path / "raw" / "ons" / "drug_poisoning_deaths" / "2026-10-16"
        write_file(folder / name, content)
        if declared is not None:
            write_file(folder / ORIGIN_FILE, declared)
        return Release(DEATHS, date(2026, 10, 16), folder, tmp_path / "raw")

    return make


def test_a_declared_transcription_takes_place_and_credit_from_the_file_unless_it_says_them(release):
    declared = release(declared='document = "A report"\n')
    assert declared.origin == Origin("transcription", "A report", "Table 3 and Table 4", "ONS and Office for N. S.")
    said = release(declared='document = "A report"\nplace = "page 9"\ncredited_to = "the coroner"\n')
    assert said.origin == Origin("transcription", "A report", "page 9", "the coroner")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (WORKBOOK, "deaths.xlsx"),
        ("Area,Value\nDudley,26\n", "deaths.csv"),
        (HEADER + ",local authority,Walsall,2025,21,\n", "deaths.csv"),
        ("place,note\nx,y\n", "deaths.csv"),
        (b"\xff\xfe\x00place,credited_to\n", "deaths.csv"),
        (b"", "deaths.csv"),
    ],
    ids=["workbook", "another csv", "a return without a place", "half the columns", "no text", "empty"],
)
def test_any_other_file_is_its_publishers(release, content, name):
    assert release(content, name=name).origin == Origin("publisher_file")


def test_a_file_that_says_where_it_is_printed_is_typed_from_a_document_that_nobody_named(release):
    origin = release().origin
    assert (origin.origin, origin.document, origin.place) == ("transcription", None, "Table 3 and Table 4")
    assert release(declared='origin = "publisher_file"\n').origin == Origin("publisher_file")


def test_a_publishers_layout_can_be_declared_typed(release):
    origin = release(WORKBOOK, 'document = "A report"\nplace = "Table 9"\n', "deaths.xlsx").origin
    assert origin == Origin("transcription", "A report", "Table 9", None)


def test_the_declaration_is_no_file_of_the_release_but_reads_it_again(release):
    before = release()
    bytes_before, landing_before = before.sha256, landing_name(before, "reader")
    after = release(declared='document = "A report"\n')
    assert [path.name for path in after.files] == ["deaths.csv"]
    assert after.sha256 == bytes_before
    assert landing_name(after, "reader") != landing_before


@pytest.mark.parametrize(
    ("declared", "messages"),
    [
        ("document = A report", ["found text that is not TOML"]),
        (b'document = "\xff"', ["found text that is not TOML"]),
        ('dokument = "A report"', ["found the key 'dokument'; expected only document, place, credited_to, origin"]),
        ("document = 7", ["found document = 7; expected a text in quotes"]),
        ('document = " "', ["expected a text in quotes"]),
        ('place = "Table 1"', ['found no document; expected a line document = "…"']),
        ('document = "A"\norigin = "copy"', ["found origin = 'copy'; expected publisher_file or transcription"]),
        ('document = "A"\norigin = "publisher_file"', ["found document for a publisher's file; expected origin only"]),
    ],
)
def test_a_declaration_that_is_not_understood_is_refused_by_name(release, declared, messages):
    with pytest.raises(Refusal) as refusal:
        release(declared=declared).origin  # noqa: B018
    assert str(refusal.value).startswith("raw/ons/drug_poisoning_deaths/2026-10-16/origin.toml: found ")
    for message in messages:
        assert message in str(refusal.value)


@pytest.mark.parametrize("text", ['a "quoted" name', "back\\slash", "naïve – β", "one\x7fbyte", " spaces   within "])
def test_a_declaration_is_read_as_it_was_written(release, text):
    origin = transcription(text, text, text)
    assert release(declared=origin_text(origin)).origin == origin


def test_released_is_said_of_a_publishers_file_alone():
    row = {"title": "Deaths", "released_on": date(2025, 10, 17), "origin": "publisher_file"}
    assert source_text(row, "ONS") == "ONS, Deaths, released 17 October 2025"
    typed = row | {"origin": "transcription", "origin_document": "review of 2025", "origin_place": "page 3"}
    assert (
        source_text(typed | {"origin_credited_to": "the coroner"}, "ONS")
        == "ONS, Deaths, as printed in the review of 2025, page 3, which credits the coroner"
    )
    unnamed = typed | {"origin_document": None, "origin_place": None, "origin_credited_to": None}
    assert (
        source_text(unnamed, "ONS") == "ONS, Deaths, as printed in a document that is not named, which names no source"
    )
    named = unnamed | {"origin_document": "The Lancet"}
    assert source_text(named, "ONS") == "ONS, Deaths, as printed in The Lancet, which names no source"


def test_every_shipped_release_is_declared_as_typed_from_the_report(warehouse: duckdb.DuckDBPyConnection):
    rows = warehouse.execute(
        "select release_id, origin, origin_document, origin_edition, origin_place, origin_credited_to, next_expected_on "
        "from marts.dim_releases"
    ).fetchall()
    assert len(rows) == 14
    for release_id, origin, document, edition, place, credited_to, due in rows:
        assert (origin, document, edition, due) == ("transcription", DOCUMENT, "2025", None), release_id
        dataset, _, day = release_id.partition("@")
        (file,) = (PROJECT / "raw" / dataset.replace(".", "/") / day).glob("*.csv")
        with file.open(encoding="utf-8", newline="") as stream:
            lines = list(csv.DictReader(stream))
        assert {line["place"] for line in lines} == set(place.replace(" and ", ", ").split(", "))
        credits = {line["credited_to"] for line in lines} - {""}
        assert (credited_to or "") == " and ".join(credits)


# warehouse add


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    (tmp_path / "raw").mkdir()
    return Home(tmp_path)


# Typed figures of two kinds of deaths have the same columns.
OF_DEATHS = ("--dataset", DEATHS)
PLACED = "raw/ons/drug_poisoning_deaths/2025-12-31"


def test_add_declares_the_document_beside_the_file(empty: Home):
    file = write_file(empty.path / "downloads" / "deaths.csv", LINES)
    outcome = empty.run("add", *OF_DEATHS, "--transcribed-from", "Health needs  assessment 2025", str(file))
    assert outcome.exit_code == 0, outcome.output
    assert "typed from Health needs assessment 2025, Table 3 and Table 4" in outcome.output
    folder = empty.path / PLACED
    assert (folder / ORIGIN_FILE).read_text(encoding="utf-8") == 'document = "Health needs assessment 2025"\n'
    release = Release(DEATHS, date(2025, 12, 31), folder, empty.path / "raw")
    assert release.origin.document == "Health needs assessment 2025"
    # The same once more changes nothing; another document is refused.
    again = empty.run("add", *OF_DEATHS, "--transcribed-from", "Health needs assessment 2025", str(file))
    assert (again.exit_code, "an identical file is already there" in again.output) == (0, True)
    other = empty.run("add", *OF_DEATHS, "--transcribed-from", "Another", str(file))
    assert other.exit_code == 1
    assert f'{PLACED}/{ORIGIN_FILE}: found another origin: document = "Health needs assessment 2025"' in other.output


def test_add_declares_the_document_of_a_file_that_is_there_already(empty: Home):
    file = write_file(empty.path / "downloads" / "deaths.csv", LINES)
    first = empty.run("add", *OF_DEATHS, str(file))
    assert "which is not named: name it with --transcribed-from" in first.output
    assert not (empty.path / PLACED / ORIGIN_FILE).exists()
    assert empty.run("add", *OF_DEATHS, "--transcribed-from", "A report", str(file)).exit_code == 0
    assert (empty.path / PLACED / ORIGIN_FILE).is_file()


def test_add_asks_for_the_place_where_no_column_says_it(empty: Home):
    file = write_file(empty.path / "downloads" / "deaths.xlsx", WORKBOOK)
    outcome = empty.run("add", "--transcribed-from", "A report", str(file))
    assert outcome.exit_code == 1
    assert "no place in A report; expected where the document prints the figures, such as Table 3." in outcome.output
    assert list((empty.path / "raw").iterdir()) == []
    arguments = ("--transcribed-from", "A report", "--place", "Table 3", "--credited-to", "ONS", "--json", str(file))
    (placed,) = json.loads(empty.run("add", *arguments).output)
    assert placed["outcome"] == "placed"
    said = (empty.path / PLACED.replace("2025", "2024") / ORIGIN_FILE).read_text(encoding="utf-8")
    assert said == 'document = "A report"\nplace = "Table 3"\ncredited_to = "ONS"\n'


def test_add_knows_typed_figures_by_their_columns_and_asks_where_two_datasets_have_the_same(empty: Home):
    header = "place,area_type,area,offence,period,offences,credited_to\n"
    line = "Table 2,police force area,West Midlands,Trafficking of Drugs,2025/26,900,WMP\n"
    offences = write_file(empty.path / "downloads" / "offences.csv", header + line)
    assert empty.run("add", "--transcribed-from", "A report", str(offences)).exit_code == 0
    assert (empty.path / "raw/police/recorded_drug_offences/2026-03-31" / ORIGIN_FILE).is_file()
    deaths = write_file(empty.path / "downloads" / "deaths.csv", LINES)
    asked = empty.run("add", "--transcribed-from", "A report", str(deaths)).output
    assert "found columns of ons.alcohol_specific_deaths, ons.drug_poisoning_deaths" in asked
    assert "Say which one with --dataset." in asked


def test_a_place_without_a_document_is_not_understood(empty: Home):
    file = write_file(empty.path / "downloads" / "deaths.csv", LINES)
    assert empty.run("add", "--place", "Table 3", str(file)).exit_code == 2
    assert (
        "found no name; expected the name of the document"
        in empty.run("add", "--transcribed-from", " ", str(file)).output
    )


# What is evidence


KEY = "indicator_id = 'drug_poisoning_deaths' and area_code = 'E08000027' and period_id = 'CY2024'"
TYPED_WRONG = f"update marts.fct_indicator_history set value = 26 where {KEY}"
FOUND = (
    f"select expected_value, explanation from audit.discrepancies where rule_id = 'figure_is_the_releases' and {KEY}"
)


def test_a_transcription_of_the_report_is_no_evidence_against_the_report(rebuilt: Callable[..., Home]):
    assert rebuilt([TYPED_WRONG], "discrepancies").query(FOUND) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("set origin = 'publisher_file', origin_document = null, origin_edition = null", ""),
        ("set origin_document = 'review', origin_edition = null", " as printed in the review"),
        ("set origin_document = null, origin_edition = null", None),
    ],
    ids=["its publisher's file", "another document", "a document that nobody named"],
)
def test_what_else_a_release_can_be_is_evidence_only_where_somebody_stands_for_it(rebuilt, statement, said):
    changed = f"update marts.dim_releases {statement} where dataset = '{DEATHS}'"
    found = rebuilt([TYPED_WRONG, changed], "discrepancies").query(FOUND)
    expected = f"The warehouse has 26 from the release {DEATHS}@2026-03-31{said}; 25 is printed."
    # The report prints the figure in a table and in the sentence on it.
    assert set(found) == (set() if said is None else {("26", expected)})


def test_how_a_source_counts_is_not_read_from_the_report_itself(rebuilt: Callable[..., Home]):
    printed = (
        "update staging.published_figures set period_id = 'FY2023-24', period_label = '2023/24' "
        "where indicator_id = 'drug_poisoning_deaths' and place = 'Table 12'"
    )
    query = "select distinct expected_value from audit.discrepancies where rule_id = 'period_type_is_the_sources'"
    assert rebuilt([printed], "discrepancies+", "audit_published_figures+").query(query) == []
    own = f"update marts.dim_releases set origin = 'publisher_file' where dataset = '{DEATHS}'"
    assert rebuilt([printed, own], "audit_published_figures+").query(query) == [("calendar year",)]


def test_two_figures_typed_from_one_document_are_not_two_publishers(rebuilt: Callable[..., Home]):
    compared = (
        "insert or replace into audit.force_figures_compared (area_code, period_id, offence, force_measure_id, force_value, "
        "force_release_id, home_office_measure_id, home_office_value, home_office_release_id, percent_difference) values "
        "('E23000014', 'FY2023-24', 'possession_of_drugs', 'drug_possession_offences_recorded', 110, "
        "'police.recorded_drug_offences@2026-03-31', 'drug_possession_offences_recorded_home_office', 100, "
        "'home_office.recorded_crime@2026-03-31', 10)"
    )
    typed = (
        "insert into marts.dim_releases select * replace ('home_office.recorded_crime@2026-03-31' as release_id, "
        "'home_office.recorded_crime' as dataset) from marts.dim_releases where dataset = 'police.recorded_drug_offences'"
    )
    query = "select explanation from audit.discrepancies where rule_id = 'publishers_agree'"
    assert rebuilt([compared, typed], "discrepancies").query(query) == []
    ((said,),) = rebuilt([compared], "discrepancies").query(query)
    assert said.startswith(
        f"West Midlands Police counts 110 for 2023/24 as printed in the {DOCUMENT}, the Home Office 100"
    )
