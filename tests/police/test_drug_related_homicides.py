"""police.drug_related_homicides: its reader on a small file, and what the shipped release gives."""

from conftest import DERIVED

from orchestration.datasets.police import drug_related_homicides

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


def test_a_release_with_the_counts_gives_the_number_and_its_share_of_all(rebuilt):
    row = "from marts.fct_observations where measure_id = 'drug_related_homicides_share'"
    counted = (
        "insert into marts.fct_observations select * replace ('{}' as measure_id, '{}' as period_id, {} as value) "
        + row
    )
    figures = {
        ("drug_related_homicides_recorded", "FY2024-25"): 6,
        ("homicides_recorded", "FY2024-25"): 48,
        ("drug_related_homicides_recorded", "FY2023-24"): 2,
        ("homicides_recorded", "FY2023-24"): 44,
    }
    home = rebuilt([counted.format(*key, value) for key, value in figures.items()], *DERIVED)
    assert home.reasons == ()
    asked = "select indicator_id, value, round(change, 1), change_test, is_significant_change from marts.fct_indicators where indicator_id in ('drug_related_homicides_number', 'drug_related_homicide_proportion') and period_id = 'FY2024-25' order by all"
    assert home.query(asked) == [
        ("drug_related_homicide_proportion", 12.5, 8.0, "two_proportions", False),
        ("drug_related_homicides_number", 6, 4, "exact_conditional_counts", False),
    ]
