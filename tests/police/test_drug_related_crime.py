"""police.drug_related_crime: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.police import drug_related_crime

FIGURES = """place,area_type,area,period,measure_label,figure,credited_to
Text,police force area,West Midlands,2024/25,"Harm score, percent reduction",8.1%,WMP databases
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(drug_related_crime, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "8.1%"
    assert cell["source_cell"] == "line 2, column figure"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "West Midlands",
        "measure_label": "Harm score, percent reduction",
        "period": "2024/25",
    }


def test_a_printed_change_stands_by_itself_and_its_count_is_not_available(observed):
    assert observed("drug_related_crimes_published_percent_change") == [
        ("E08000027", "FY2024-25", "-4.4%", -4.4, "published"),
        ("E08000028", "FY2024-25", "-4.6%", -4.6, "published"),
    ]
    assert ("E08000027", "FY2024-25", "[x]", None, "not_available") in observed("drug_related_crimes_recorded")
    assert observed("drug_related_crime_harm_score_reduction") == [("E23000014", "FY2024-25", "8.1%", 8.1, "published")]
