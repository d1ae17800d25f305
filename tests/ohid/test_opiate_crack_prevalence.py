"""ohid.opiate_crack_prevalence: its reader on a small file, and what the shipped release gives."""

from orchestration.defs.ohid import opiate_crack_prevalence

FIGURES = """place,area_type,area,period,rate_per_1000,estimate,credited_to
Table 1,local authority,Walsall,2022/23,11.6,"2,076",ONS
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(opiate_crack_prevalence, FIGURES).query("measure_label == 'estimate'")
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "2,076"
    assert cell["source_cell"] == "line 2, column estimate"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "Walsall",
        "measure_label": "estimate",
        "period": "2022/23",
    }


def test_an_estimate_keeps_its_status_and_whom_the_report_credits(observed, warehouse):
    assert ("E08000025", "FY2022-23", "10,864", 10864, "estimated") in observed("opiate_crack_users_estimated")
    assert ("E08000025", "FY2022-23", "14.2", 14.2, "estimated") in observed("opiate_crack_users_rate")
    assert warehouse.execute(
        "select distinct credited_to, publisher from marts.fct_observations inner join marts.dim_measures using (measure_id) "
        "where dataset = 'ohid.opiate_crack_prevalence'"
    ).fetchall() == [("ONS", "ohid")]
