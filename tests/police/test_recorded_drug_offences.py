"""police.recorded_drug_offences: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.police import recorded_drug_offences

FIGURES = """place,area_type,area,offence,period,offences,credited_to
Table 2,police force area,West Midlands,Trafficking of Drugs,2024/25,"1,654",WMP databases
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(recorded_drug_offences, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "1,654"
    assert cell["source_cell"] == "line 2, column offences"
    assert {label: cell[label] for label in ["area", "measure_label", "offence", "period"]} == {
        "area": "West Midlands",
        "measure_label": "offences",
        "offence": "Trafficking of Drugs",
        "period": "2024/25",
    }


def test_what_no_local_area_accounts_for_is_unallocated(warehouse):
    assert warehouse.execute(
        "select measure_id, period_id, value, derivation from marts.fct_measures "
        "where area_code = 'E23000014-UNALLOCATED' and measure_id like 'drug_%offences_recorded' order by all"
    ).fetchall() == [
        ("drug_offences_recorded", "FY2023-24", 45, "sum of measures"),
        ("drug_offences_recorded", "FY2024-25", 45, "sum of measures"),
        ("drug_possession_offences_recorded", "FY2023-24", 35, "force less its local areas"),
        ("drug_possession_offences_recorded", "FY2024-25", 38, "force less its local areas"),
        ("drug_trafficking_offences_recorded", "FY2023-24", 10, "force less its local areas"),
        ("drug_trafficking_offences_recorded", "FY2024-25", 7, "force less its local areas"),
    ]


def test_parts_and_total_agree(warehouse):
    assert warehouse.execute(
        "select count(*) from (select measure_id, period_id, sum(case when area_code = 'E23000014' then -value else value end) as rest "
        "from marts.fct_measures where measure_id like 'drug_%offences_recorded' group by all) where rest <> 0"
    ).fetchone() == (0,)
