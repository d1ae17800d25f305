"""ndtms.unmet_treatment_need: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.ndtms import unmet_treatment_need

FIGURES = """place,area_type,area,period,percent_not_in_treatment,credited_to
Section 3,country,England,2025,53.4%,
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(unmet_treatment_need, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "53.4%"
    assert cell["source_cell"] == "line 2, column percent_not_in_treatment"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "England",
        "measure_label": "percent_not_in_treatment",
        "period": "2025",
    }


def test_the_two_printed_shares_come_out(observed):
    assert observed("opiate_crack_unmet_need_share") == [
        ("E08000028", "CY2025", "44.8%", 44.8, "published"),
        ("E92000001", "CY2025", "53.4%", 53.4, "published"),
    ]
