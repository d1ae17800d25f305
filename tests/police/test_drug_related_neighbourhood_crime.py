"""police.drug_related_neighbourhood_crime: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.police import drug_related_neighbourhood_crime

FIGURES = """place,area_type,area,period,measure_label,figure,credited_to
Text,local policing area,Sandwell,2024/25,Change,2,WMP databases
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(drug_related_neighbourhood_crime, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "2"
    assert cell["source_cell"] == "line 2, column figure"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "Sandwell",
        "measure_label": "Change",
        "period": "2024/25",
    }


def test_counts_and_changes_are_kept_apart(observed):
    assert ("E23000014", "FY2024-25", "887", 887, "published") in observed("drug_related_neighbourhood_crimes_recorded")
    assert observed("drug_related_neighbourhood_crimes_published_change") == [
        ("E08000028", "FY2024-25", "2", 2, "published")
    ]
    assert observed("drug_related_neighbourhood_crimes_published_percent_change") == [
        ("E08000028", "FY2024-25", "2.1%", 2.1, "published")
    ]
