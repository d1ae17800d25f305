"""ohid.opiate_crack_prevalence: its reader on a small file, and what the shipped release gives."""

from copy import deepcopy
from pathlib import Path

import pytest
from layouts import opiates_and_crack

from orchestration.datasets.declaration import DATASETS
from orchestration.datasets.ohid import opiate_crack_prevalence
from orchestration.support.refusal import Refusal
from orchestration.validation.cells import ADVICE

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


SHEET = "2_1_Drug_prevalence"


def table(**cells: object) -> dict:
    """The publisher's table with some cells (`B4`) changed."""
    sheets = deepcopy(opiates_and_crack())
    for address, content in cells.items():
        sheets[SHEET][int(address[1:]) - 1][ord(address[0]) - ord("A")] = content
    return sheets


def one_header_row() -> dict:
    """The same table as later editions print it: each header says number or rate and which limit."""
    sheets = table()
    title, header, below, *rows = sheets[SHEET]
    drug = ""
    for position in range(3, len(below)):
        quantity = "number" if position < 12 else "rate"
        drug = drug if below[position].endswith("CI") else below[position]
        limit = f" {below[position][0].lower()}{below[position][1:]}" if below[position].endswith("CI") else ""
        header[position] = f"{drug} ({quantity}){limit}"
    return {"Table_2_1": [title, header, *rows]}


LABELS = ["area_type", "area", "period", "measure_label", "value", "lower_limit", "upper_limit", "source_cell"]


def test_both_headers_of_the_publishers_table_give_numbers_and_rates_with_limits(release_of, tmp_path: Path):
    cells = opiate_crack_prevalence.read(
        release_of(opiate_crack_prevalence, older__ods=table(), later__ods=one_header_row())
    )
    of = {name: rows.reset_index(drop=True) for name, rows in cells.groupby("source_sheet")}
    older, later = of[SHEET], of["Table_2_1"]
    birmingham = ["local authority", "Birmingham", "2016 to 2017"]
    assert older[LABELS].values.tolist()[:6] == [
        [*birmingham, "estimate", "2162", "1862", "2482", "D4"],
        [*birmingham, "opiates, estimate", "1826", "1526", "2146", "G4"],
        [*birmingham, "crack cocaine, estimate", "979", "679", "1299", "J4"],
        [*birmingham, "rate_per_1000", "13.14", "11.32", "15.09", "M4"],
        [*birmingham, "opiates, rate_per_1000", "11.1", "9.28", "13.04", "P4"],
        [*birmingham, "crack cocaine, rate_per_1000", "5.95", "4.13", "7.9", "S4"],
    ]
    assert later[LABELS[:-1]].values.tolist() == older[LABELS[:-1]].values.tolist()
    assert set(older.loc[older["area"] == "ENGLAND", "area_type"]) == {"country"}


def test_the_year_of_a_title_without_one_is_that_of_the_files_name(release_of):
    release = release_of(opiate_crack_prevalence, **{"OCU-England_2018-2019__ods": table(A1="Estimates")})
    assert set(opiate_crack_prevalence.read(release)["period"]) == {"2018-2019"}


@pytest.mark.parametrize(
    ("period", "kind"), [("2016 to 2017", "county"), ("2019 to 2020", "county"), ("2022 to 2023", "local authority")]
)
def test_a_name_is_the_county_before_the_authority_that_followed_it(release_of, period: str, kind: str):
    sheets = table(A1=f"Estimates, {period}", B5="Buckinghamshire", B6="West Midlands")
    cells = opiate_crack_prevalence.read(release_of(opiate_crack_prevalence, table__xlsx=sheets))
    assert set(cells.loc[cells["area"] == "Buckinghamshire", "area_type"]) == {kind}
    assert set(cells.loc[cells["area"] == "West Midlands", "area_type"]) == {"region"}


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        (table(A1="Estimates"), f"sheet '{SHEET}': found no financial year above the table"),
        (table(D2="Number of people"), "D2: found the header 'number of people ocu'"),
        (table(D3="Heroin"), "D2: found the header 'number of users heroin'"),
        (table(G3="OCU"), "G2: found a second value of ocu"),
        (table(E3=None), "E2: found the header ''"),
        (table(D4=None), "D4: found an empty cell"),
        (table(D4="*"), "D4: found '*' (Birmingham, estimate)"),
        (table(D4=2262), "M4: found 13.14 for Birmingham, 2016 to 2017, rate_per_1000; expected about 13.75, 2,262 out of a"),
        (table(C4=16451), "M4: found 13.14 for Birmingham"),
        (table(C4="164510%"), "M4: found a rate (Birmingham, 2016 to 2017, rate_per_1000) of a population of '164510%'"),
        (table(N4=1.13), "M4: found 1.13 for Birmingham, 2016 to 2017, rate_per_1000, lower limit; expected about 11.32"),
        (table(E4=2182), "D4: found 2162 with the limits 2182 and 2482"),
        (table(B5="Birmingham"), "found a second figure for local authority, Birmingham, 2016 to 2017, estimate"),
        (table(B5=None), "B5: found figures beside no area"),
    ],
    ids=["no year", "group", "drug", "twice", "no limit", "emptied", "symbol", "number", "population", "percent", "limit of a rate", "limits",
         "area twice", "no area"],
)  # fmt: skip
def test_a_damaged_table_is_refused_with_its_place(release_of, tmp_path: Path, sheets: dict, said: str):
    with pytest.raises(Refusal) as refused:
        DATASETS["ohid.opiate_crack_prevalence"].rows_of(
            release_of(opiate_crack_prevalence, table__xlsx=sheets), tmp_path
        )
    assert said in str(refused.value)


def test_a_rate_elsewhere_that_does_not_follow_is_told(release_of, tmp_path: Path):
    release = release_of(opiate_crack_prevalence, table__xlsx=table(B4="Derby", M4=14))
    (advice,) = DATASETS["ohid.opiate_crack_prevalence"].rows_of(release, tmp_path).attrs[ADVICE]
    assert "M4: found 14 for Derby" in str(advice)


def test_the_table_gives_estimates_of_three_groups_with_their_limits(home):
    home.put(
        "ohid.opiate_crack_prevalence", "2023-10-24", "ocu.xlsx", table(B5="Derby", B6="Cornwall & Isles of Scilly")
    )
    assert home.build("fct_indicators", "fct_observations", "lineage").reasons == ()
    assert home.query(
        "select measure_id, value, value_status, lower_limit, upper_limit from marts.fct_observations "
        "where area_code = 'E08000025' and release_id like '%@2023-10-24' order by 1"
    ) == [
        ("crack_users_estimated", 979, "estimated", 679, 1299),
        ("crack_users_rate", 5.95, "estimated", 4.13, 7.9),
        ("opiate_crack_users_estimated", 2162, "estimated", 1862, 2482),
        ("opiate_crack_users_rate", 13.14, "estimated", 11.32, 15.09),
        ("opiate_users_estimated", 1826, "estimated", 1526, 2146),
        ("opiate_users_rate", 11.1, "estimated", 9.28, 13.04),
    ]
    assert home.query(
        "select count(distinct area_code) from marts.fct_observations where measure_id = 'opiate_users_rate' "
        "and area_code in ('E06000015', 'E06000052-E06000053', 'E92000001')"
    ) == [(3,)]
    assert home.query(
        "select lower_95, upper_95 from marts.fct_indicators where indicator_id = 'opiate_crack_use_rate' "
        "and area_code = 'E08000025' and period_id = 'FY2016-17'"
    ) == [(11.32, 15.09)]
