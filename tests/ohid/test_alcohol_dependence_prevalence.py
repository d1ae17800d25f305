"""ohid.alcohol_dependence_prevalence: its reader on a small file, and what the shipped release gives."""

from orchestration.datasets.ohid import alcohol_dependence_prevalence

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


LONG = """Year,PHE_Centre,Local_Authority,Area_Code_GSS,Alcohol_dependent,Alcohol_lower_CI,Alcohol_upper_CI
2017/18,West Midlands,Birmingham,E08000025,12667,10049,16871
2010,NA,Birmingham,E08000025,12400,NA,NA
"""


def test_the_long_file_is_known_by_its_columns_in_any_order(read):
    cells = read(alcohol_dependence_prevalence, LONG)
    assert cells[["region", "period", "value", "lower_limit", "upper_limit", "source_cell"]].values.tolist() == [
        ["West Midlands", "2017/18", "12667", "10049", "16871", "line 2, column Alcohol_dependent"],
        ["NA", "2010", "12400", "NA", "NA", "line 3, column Alcohol_dependent"],
    ]


def test_the_published_file_gives_estimates_with_their_interval(known):
    cell = "line 124, column Alcohol_dependent"
    measure, period = "alcohol_dependent_adults_estimated", "FY2017-18"
    assert known(measure, "E08000025", period, "2021-03-30") == (12667, 10049, 16871, "estimated", None, cell)
    assert known(measure, "E08000031", period, "2021-03-30")[:4] == (3375, 2596, 4526, "estimated")


def test_a_bare_year_of_the_published_file_is_a_financial_year(published):
    rows = published.query(
        "select distinct period_label, period_id from staging.stg_ohid__alcohol_dependence_prevalence "
        "where release_id like '%@2021-03-30' order by 1"
    )
    assert rows[0] == ("2010", "FY2010-11")
    assert rows[-1] == ("2017/18", "FY2017-18")
    assert len(rows) == 8
