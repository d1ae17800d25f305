"""ohid.alcohol_dependence_prevalence: its reader on a small file, and what the shipped release gives."""

from orchestration.defs.ohid import alcohol_dependence_prevalence

FIGURES = """place,area_type,area,period,rate_per_1000,estimate,credited_to
Table 13,local authority,Walsall,2019/20,15.5,"3,346",ONS
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(alcohol_dependence_prevalence, FIGURES).query("measure_label == 'estimate'")
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "3,346"
    assert cell["source_cell"] == "line 2, column estimate"
    assert {label: cell[label] for label in ["area", "measure_label", "period"]} == {
        "area": "Walsall",
        "measure_label": "estimate",
        "period": "2019/20",
    }


def test_birmingham_has_the_figure_of_the_table_not_of_the_sentence(observed):
    assert ("E08000025", "FY2019-20", "13,456", 13456, "estimated") in observed("alcohol_dependent_adults_estimated")
    assert ("E08000031", "FY2019-20", "18.3", 18.3, "estimated") in observed("alcohol_dependent_adults_rate")
