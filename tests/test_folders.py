"""What a folder of a release really holds, and what is told of a file that is none."""

import json
from pathlib import Path

import pytest
from homes import Home, write_file

from orchestration.releases.release import contents_of

LEFT = (
    *(
        "Thumbs.db",
        "desktop.ini",
        "~$deaths.xlsx",
        ".DS_Store",
        "._deaths.csv",
        "deaths.csv.crdownload",
        "~WRL0001.tmp",
    ),
    *("README.txt", "notes.docx", "a letter from the publisher.pdf", "page.url"),
)


def test_what_systems_programs_and_people_leave_beside_a_release_is_not_content(tmp_path: Path):
    for name in (*LEFT, "deaths.csv", "more/deaths 2.csv", "__MACOSX/.x"):
        write_file(tmp_path / name, "x")
    assert [path.name for path in contents_of(tmp_path)] == ["deaths.csv", "deaths 2.csv"]


def test_a_note_alone_is_taken_for_the_release_and_refused_for_what_it_is(tmp_path: Path):
    write_file(tmp_path / "notes.txt", "x")
    assert [path.name for path in contents_of(tmp_path)] == ["notes.txt"]


def test_a_refresh_does_not_mind_what_lies_beside_a_release(home: Home):
    folder = home.file("police.recorded_drug_offences").parent
    for name in LEFT:
        write_file(folder / name, b"\0\1")
    write_file(folder.parent / "Thumbs.db", b"\0")
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert "nothing new since it was published" in outcome.output


def test_what_lies_in_the_folder_of_no_dataset_is_named_and_not_taken_for_read(home: Home):
    raw = home.path / "raw"
    for name in (
        *("ndtms/adults_in_treatmnt/2026-05-01/x.csv", "libraries/loans/2026-05-01/x.csv", "Police/x/2026-06-01/x.csv"),
        *("ons/alcohol_specific_deaths.csv", ".sync/state.db", "ons/Thumbs.db", "ons/notes.txt"),
    ):
        write_file(raw / name, "x")
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    told = [line for line in outcome.output.splitlines() if line.startswith("Not read: ")]
    assert [line.split(": ")[1] for line in told] == [
        *("raw/Police", "raw/libraries", "raw/ndtms/adults_in_treatmnt", "raw/ons/alcohol_specific_deaths.csv"),
    ]
    assert "expected a folder of a dataset, such as adults_in_treatment. It is not read. Did you mean " in told[2]
    said = json.loads(home.run("status", "--json").output)
    assert [f"Not read: {one}" for one in said["not_read"]] == told


HEADER = "place,area_type,area,offence,period,offences,credited_to"
ROW = "Table 2,police force area,West Midlands,Trafficking of Drugs,2023/24,5,WMP"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            f"{HEADER}\n{ROW}\n".replace(",", ";").encode(),
            "line 1: found semicolons between the cells; expected commas",
        ),
        (f"{HEADER}\n{ROW}\n".replace(",", "\t").encode(), "line 1: found tabs between the cells; expected commas"),
        (f"sep=;\n{HEADER}\n{ROW}\n".encode(), "line 1: found a line that names the separator ';'"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), 'found text in UTF-16 (Excel\'s "Unicode text")'),
        (b"%PDF-1.7 ...", "found a PDF; expected a workbook or a CSV"),
        (b"\xef\xbb\xbf", "found an empty file"),
        (b"\xef\xbb\xbf\r\n \r\n", "found an empty file"),
        (b"PK\3\4 and no more", "found a broken zip"),
        (b"\x1f\x8b\x08rest", "found a file compressed with gzip"),
        (f"{HEADER.replace('offences', 'offence')}\n{ROW}\n".encode(), "The closest layout is that of police."),
    ],
)
def test_a_file_of_another_kind_is_called_what_it_is(tmp_path: Path, content: bytes, message: str):
    (tmp_path / "raw").mkdir()
    outcome = Home(tmp_path).run("add", str(write_file(tmp_path / "downloads" / "figures.csv", content)))
    assert outcome.exit_code == 1
    assert message in outcome.output
    assert "Traceback" not in outcome.output


def test_the_nearest_layout_is_named_with_what_matched_what_did_not_and_a_likely_slip(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    text = f"{HEADER.replace('offences,', 'ofences,')}\n{ROW}\n"
    outcome = Home(tmp_path).run("add", str(write_file(tmp_path / "downloads" / "figures.csv", text)))
    assert (
        "The closest layout is that of police.recorded_drug_offences: it has 6 of its 7 columns ('place', 'area_type', "
        "'area', 'offence', 'period' and 1 more) and lacks 'offences'; 'ofences' may be 'offences'."
    ) in outcome.output.replace("\n", " ")


def test_notes_below_a_table_are_notes_and_figures_without_a_number_are_refused(tmp_path: Path):
    (tmp_path / "raw").mkdir()
    home = Home(tmp_path)
    good = write_file(tmp_path / "downloads" / "good.csv", f"{HEADER}\n{ROW}\n,,,,,,\n\nSource: WMP,,,,,,\n")
    outcome = home.run("add", str(good))
    assert outcome.exit_code == 0, outcome.output
    assert "1 figures are read" in outcome.output
    bad = write_file(tmp_path / "downloads" / "bad.csv", f"{HEADER}\nTotals,,,,2023/24,,\n{ROW}\n")
    assert "line 2, column offences: found an empty cell" in home.run("add", str(bad)).output
