"""ndtms.adults_in_treatment: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.ndtms import adults_in_treatment

FIGURES = """place,area_type,area,period,measure_label,figure,credited_to
Text,local authority,Dudley,2024/25,Adults in treatment,"around 2,000",NDTMS
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(adults_in_treatment, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "around 2,000"
    assert cell["source_cell"] == "line 2, column figure"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "Dudley",
        "measure_label": "Adults in treatment",
        "period": "2024/25",
    }


def test_a_figure_that_is_only_described_is_approximate(observed):
    approximate = [row for row in observed("adults_in_treatment") if row[4] == "approximate"]
    assert approximate == [
        (area, "FY2024-25", "around 2,000", 2000, "approximate") for area in ("E08000027", "E08000030", "E08000031")
    ]


def test_a_figure_that_is_not_printed_is_not_available(observed):
    earlier = [row for row in observed("adults_in_treatment") if row[1] == "FY2023-24"]
    assert len(earlier) == 7
    assert {row[2:] for row in earlier} == {("[x]", None, "not_available")}


def test_the_measure_is_rounded_and_not_additive(warehouse):
    assert warehouse.execute(
        "select rounded_to, is_additive_over_areas from marts.dim_measures where measure_id = 'adults_in_treatment'"
    ).fetchone() == (5, False)
