"""ndtms.viewit: counts by group on small files, and a published export."""

import pytest

from orchestration.datasets.ndtms import viewit
from orchestration.support.refusal import Refusal

HEADER = "ReportingPeriod,Area,sex,age_group,drug_group,eth_white_allintx,intreatment_allintx,newpresentation_newtx,exits_died_allintx\n"


def test_the_counts_of_a_row_are_read_with_their_groups_and_cells(read):
    cells = read(viewit, HEADER + "2021/22,BIRMINGHAM,TOTAL,18-29,Opiate,500,605,NULL,5\n")
    columns = ["area", "sex", "age", "substance", "measure_label", "value", "source_cell"]
    groups = ["BIRMINGHAM", "TOTAL", "18-29", "Opiate"]
    assert cells[columns].values.tolist() == [
        [*groups, "intreatment_allintx", "605", "line 2, column intreatment_allintx"],
        [*groups, "newpresentation_newtx", "NULL", "line 2, column newpresentation_newtx"],
        [*groups, "exits_died_allintx", "5", "line 2, column exits_died_allintx"],
    ]


def test_an_export_of_other_tables_is_refused(read):
    with pytest.raises(Refusal, match="found no table with the columns 'reportingperiod', 'area', 'sex'"):
        read(viewit, "ReportingPeriod,Area,eth_white_allintx\n2021/22,Barnet,5\n")


def test_capitals_and_renamed_groups_are_one_measure_and_a_count_not_collected_is_not_available(home):
    home.put(
        "ndtms.viewit",
        "2026-03-31",
        "export.csv",
        HEADER
        + "2021/22,BIRMINGHAM,TOTAL,TOTAL,Non-opiate & alcohol,1,605,NULL,0\n"
        + "2022/23,Birmingham,Persons,Total,Non-opiate and alcohol,1,610,20,5\n",
    )
    assert home.build("dim_measures", "fct_observations").reasons == ()
    group = "non_opiate_and_alcohol_persons_18_and_over"
    assert home.query(
        "select measure_id, period_id, value, value_status, rounded_to from marts.fct_observations "
        "join marts.dim_measures using (measure_id) where release_id = 'ndtms.viewit@2026-03-31' order by all"
    ) == [
        (f"adults_in_treatment_{group}", "FY2021-22", 605, "published", 5),
        (f"adults_in_treatment_{group}", "FY2022-23", 610, "published", 5),
        (f"adults_newly_presenting_{group}", "FY2021-22", None, "not_available", 5),
        (f"adults_newly_presenting_{group}", "FY2022-23", 20, "published", 5),
        (f"treatment_exits_died_{group}", "FY2021-22", 0, "published", 5),
        (f"treatment_exits_died_{group}", "FY2022-23", 5, "published", 5),
    ]


def test_an_unknown_group_area_and_symbol_are_refused_with_file_and_line(home):
    rows = "2021/22,Birmingham,TOTAL,TOTAL,Ketamine only,1,605,5,0\n2021/22,Atlantis,TOTAL,TOTAL,Opiate,1,605,5,0\n"
    home.put("ndtms.viewit", "2026-03-31", "export.csv", HEADER + rows)
    symbol = "2021/22,Birmingham,TOTAL,TOTAL,Opiate,1,6 *,5,0\n"
    home.put("ndtms.viewit", "2026-04-30", "export.csv", HEADER + symbol)
    said = "\n".join(home.build("fct_observations").reasons)
    file = "raw/ndtms/viewit/2026-03-31/export.csv"
    assert f"{file}, line 2, column drug_group: found 'intreatment_allintx of Ketamine only, TOTAL, TOTAL'" in said
    assert f"{file}, line 3, column area: found 'Atlantis'; expected an area label" in said
    found = "line 2, column intreatment_allintx: found '6 *' (Birmingham, intreatment_allintx); expected a number"
    assert f"raw/ndtms/viewit/2026-04-30/export.csv, {found}" in said


def test_the_published_export_gives_barnets_adults_in_treatment(known):
    of = ("E09000003", "FY2021-22", "2022-12-01")
    assert known("adults_in_treatment_all_substances_persons_18_and_over", *of)[:4] == (1465, None, None, "published")
    assert known("adults_in_treatment_opiate_persons_18_and_over", *of)[0] == 605
