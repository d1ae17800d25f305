"""home_office.recorded_crime: open data tables as workbook and CSV, and a published year of them."""

import io
import zipfile

import pytest

from orchestration.datasets.home_office import recorded_crime
from orchestration.support.refusal import Refusal

HEADER = [
    *("Financial Year", "Financial Quarter", "Force Name", "Offence Description", "Offence Group"),
    *("Offence Subgroup", "Offence Code", "Number of Offences"),
]
TRAFFICKING = ["Trafficking in controlled drugs", "Drug offences", "Trafficking of drugs", "92A"]
CANNABIS = ["Possession of controlled drugs (Cannabis)", "Drug offences", "Possession of drugs", "92E"]


def rows(force: str = "West Midlands", counts=(400, 413, 418, " 423 "), year: str = "2024/25") -> list[list]:
    quarters = range(1, len(counts) + 1)
    return [[year, quarter, force, *TRAFFICKING, count] for quarter, count in zip(quarters, counts, strict=True)]


def as_csv(*lines: list) -> str:
    return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in [HEADER, *lines])


def test_a_count_is_read_with_its_labels_and_its_cell_wherever_the_columns_stand(release_of):
    moved = [[line[-1], *line[:-1]] for line in [HEADER, *rows()]]
    release = release_of(
        recorded_crime, tables__xlsx={"Notes": [["Some notes"]], "2024-25 ": [["Title of it"], *moved]}
    )
    cells = recorded_crime.read(release)
    assert cells[["area", "period", "quarter", "offence_code", "value", "source_cell"]].values.tolist() == [
        ["West Midlands", "2024/25", "1", "92A", "400", "A3"],
        ["West Midlands", "2024/25", "2", "92A", "413", "A4"],
        ["West Midlands", "2024/25", "3", "92A", "418", "A5"],
        ["West Midlands", "2024/25", "4", "92A", " 423 ", "A6"],
    ]


def test_a_file_without_forces_is_refused(read):
    with pytest.raises(Refusal, match="found no table with the columns 'financial year', 'financial quarter', 'force"):
        read(recorded_crime, "Financial Year,Financial Quarter,Offence Code,Number of Offences\n2024/25,1,92A,5\n")


def test_the_home_office_stands_beside_the_force_with_the_difference(home):
    cannabis = [
        ["2024/25", quarter, "West Midlands", *CANNABIS, count] for quarter, count in enumerate((10, "-00 ", -4, 3), 1)
    ]
    partial = rows("Kent", (5, 5, 5, 5)) + rows("West Midlands", (1, 1, 1), "2025/26")
    text = as_csv(*rows(), *cannabis, *partial, *rows("British Transport Police", (1, 1, 1, 1)))
    home.put("home_office.recorded_crime", "2026-03-31", "tables.csv", text)
    assert home.build("dim_areas", "fct_observations", "force_figures_compared").reasons == ()
    assert home.query(
        "select offence, force_value, home_office_value, difference, round(percent_difference, 2) "
        "from audit.force_figures_compared where area_code = 'E23000014' and period_id = 'FY2024-25' and outcome_type is null order by all"
    ) == [
        ("all_drug_offences", 8216, 1663, 6553, 394.05),
        ("possession_of_drugs", 6562, 9, 6553, 72811.11),
        ("trafficking_of_drugs", 1654, 1654, 0, 0),
    ]
    assert home.query(
        "select area_code, value, source_cell from marts.fct_observations "
        "where measure_id = 'drug_offences_92e_recorded_home_office'"
    ) == [
        (
            *("E23000014", 9),
            ", ".join(f"line {line}, column Number of Offences" for line in (6, 7, 8, 9)),
        )
    ]
    assert home.query(
        "select distinct period_id from marts.fct_observations where measure_id like '%_home_office'"
    ) == [("FY2024-25",)]
    assert home.query(
        "select area_name from marts.dim_areas where area_code in ('E23000032', 'FORCE-BTP') order by 1"
    ) == [*[("British Transport Police",), ("Kent",)]]


def test_an_unknown_force_or_symbol_is_refused_with_its_line(home):
    bad = [["2024/25", 1, "Middle Earth", *TRAFFICKING, 5], ["2024/25", 4, "Kent", *TRAFFICKING, 5]]
    text = as_csv(*bad, ["2024/25", 1, "Kent", *CANNABIS, "[c]"])
    home.put("home_office.recorded_crime", "2026-03-31", "tables.csv", text)
    # Symbols are the reader's matter, forces that of the seeds.
    home.put("home_office.recorded_crime", "2026-04-30", "tables.csv", text.replace("[c]", "5"))
    said = "\n".join(home.build("fct_observations").reasons)
    raw = "raw/home_office/recorded_crime"
    assert f"{raw}/2026-03-31/tables.csv, line 4, column Number of Offences: found '[c]'" in said
    unknown = "found 'Middle Earth'; expected an area label"
    assert f"{raw}/2026-04-30/tables.csv, line 2, column area: {unknown}" in said


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("drug_offences_recorded_home_office", 4130),
        ("drug_trafficking_offences_recorded_home_office", 959),
        ("drug_offences_92a_recorded_home_office", 959),
        ("drug_offences_92c_recorded_home_office", 8),
        ("drug_offences_92d_recorded_home_office", 821),
        ("drug_offences_92e_recorded_home_office", 2342),
    ],
)
def test_the_published_year_gives_the_forces_drug_offences(known, measure, value):
    assert known(measure, "E23000014", "FY2017-18", "2018-07-19")[:4] == (value, None, None, "published")


def test_every_row_of_the_published_year_is_kept(published):
    assert published.query(
        "select count(*), sum(value) from staging.stg_home_office__recorded_crime where area_code = 'E23000014'"
    ) == [(524, 233_393)]
    assert published.query("select count(*) from raw_home_office.recorded_crime") == [(23_068,)]


def test_an_ods_is_read_like_a_workbook(release_of):
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in line
        )
        + "</table:table-row>"
        for line in [HEADER, *rows()]
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content office:version="1.2" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="2024-25">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    found = recorded_crime.read(release_of(recorded_crime, tables__ods=stream.getvalue()))
    assert found[["value", "source_sheet", "source_cell"]].values.tolist()[-1] == [" 423 ", "2024-25", "H5"]
