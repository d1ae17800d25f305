"""ndtms.treatment_progress: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.ndtms import treatment_progress

FIGURES = """place,area_type,area,period,measure_label,figure,credited_to
Text,local authority,Solihull,2024/25,Treatment progress,56.1%,NDTMS
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(treatment_progress, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "56.1%"
    assert cell["source_cell"] == "line 2, column figure"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "Solihull",
        "measure_label": "Treatment progress",
        "period": "2024/25",
    }


def test_only_what_the_text_states_has_a_value(observed):
    assert [row for row in observed("treatment_progress_share") if row[3] is not None] == [
        ("E08000029", "FY2024-25", "56.1%", 56.1, "published")
    ]
    assert [row for row in observed("treatment_progress_published_change") if row[3] is not None] == [
        ("E08000031", "FY2024-25", "5", 5, "published")
    ]
