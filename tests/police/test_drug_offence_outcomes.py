"""police.drug_offence_outcomes: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.police import drug_offence_outcomes

FIGURES = """place,area_type,area,offence,outcome,period,outcomes,credited_to
Table 8,police force area,West Midlands,Trafficking of Drugs,"Diversionary, educational or intervention activity",2024/25,4,WMP databases
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(drug_offence_outcomes, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "4"
    assert cell["source_cell"] == "line 2, column outcomes"
    assert {label: cell[label] for label in ["area", "measure_label", "offence", "outcome", "period"]} == {
        "area": "West Midlands",
        "measure_label": "outcomes",
        "offence": "Trafficking of Drugs",
        "outcome": "Diversionary, educational or intervention activity",
        "period": "2024/25",
    }


def test_positive_outcomes_leave_diversionary_activity_out(warehouse):
    rows = warehouse.execute(
        "select measure_id, value from marts.fct_measures where measure_id like '%positive_outcomes' and period_id = 'FY2024-25' order by all"
    ).fetchall()
    assert rows == [
        ("drug_offence_positive_outcomes", 5657),
        ("drug_possession_positive_outcomes", 5036),
        ("drug_trafficking_positive_outcomes", 621),
    ]


def test_outcomes_of_all_drug_offences_are_no_observation(observed):
    assert observed("drug_offence_outcomes") == []
    assert ("E23000014", "FY2024-25", "1,624", 1624, "published") in observed("drug_trafficking_outcomes")
