"""ohid.hospital_admissions: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.ohid import hospital_admissions

FIGURES = """place,area_type,area,period,measure_label,rate_per_100000,credited_to
Section 3,country,England,not stated,"Admissions, aged 15 to 24",40.0,
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(hospital_admissions, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "40.0"
    assert cell["source_cell"] == "line 2, column rate_per_100000"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "England",
        "measure_label": "Admissions, aged 15 to 24",
        "period": "not stated",
    }


def test_a_rate_with_no_stated_period_says_so(observed):
    assert observed("alcohol_specific_admissions_young_people_rate") == [
        ("E08000028", "UNSTATED", "15.9", 15.9, "published"),
        ("E92000001", "UNSTATED", "22.6", 22.6, "published"),
    ]
    assert observed("substance_misuse_admissions_15_24_rate") == [
        ("E08000028", "UNSTATED", "40.0", 40, "published"),
        ("E92000001", "UNSTATED", "47.4", 47.4, "published"),
    ]
