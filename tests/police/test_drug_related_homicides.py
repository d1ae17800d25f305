"""police.drug_related_homicides: its reader on a small file, and what the shipped release gives."""

from orchestration.defs.police import drug_related_homicides

FIGURES = """place,area_type,area,period,measure_label,figure,credited_to
Text,police force area,West Midlands,2024/25,Share of homicides linked to drugs,12.5%,WMP databases
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(drug_related_homicides, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "12.5%"
    assert cell["source_cell"] == "line 2, column figure"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "West Midlands",
        "measure_label": "Share of homicides linked to drugs",
        "period": "2024/25",
    }


def test_the_share_and_its_change_come_out_without_counts(observed):
    assert observed("drug_related_homicides_share") == [("E23000014", "FY2024-25", "12.5%", 12.5, "published")]
    assert observed("drug_related_homicides_published_change") == [("E23000014", "FY2024-25", "8", 8, "published")]
