"""home_office.crime_outcomes: two ways of counting outcomes are two measures."""

import pytest

from orchestration.datasets.home_office import crime_outcomes
from orchestration.support.refusal import Refusal

HEADER = (
    "Financial Year,Financial Quarter,Force Name,Offence Description,Offence Group,Offence Subgroup,Offence Code,"
    "Outcome Type,Outcome Description,Outcome Group,Force outcomes for offences recorded in quarter,"
    "Force outcomes recorded in quarter\n"
)
ROW = "2024/25,{quarter},West Midlands,Trafficking,Drug offences,Trafficking of drugs,92A,{type},Charged,Charged,{of},{given}\n"


def test_each_count_of_a_row_is_read_with_its_cell(read):
    cells = read(crime_outcomes, HEADER + ROW.format(quarter=1, type="1", of=7, given=9))
    assert cells[["outcome_code", "measure_label", "value", "source_cell"]].values.tolist() == [
        [
            *("1", "outcomes for offences recorded in quarter", "7"),
            "line 2, column Force outcomes for offences recorded in quarter",
        ],
        ["1", "outcomes recorded in quarter", "9", "line 2, column Force outcomes recorded in quarter"],
    ]


def test_a_column_whose_meaning_is_not_known_is_refused(read):
    with pytest.raises(Refusal, match="found the column 'Weighted outcomes'; expected counts of outcomes"):
        read(crime_outcomes, HEADER.replace("Force outcomes recorded in quarter", "Weighted outcomes"))


def test_four_quarters_make_a_year_and_the_two_ways_of_counting_never_share_an_id(home):
    text = HEADER + "".join(ROW.format(quarter=quarter, type="1A", of=7, given=9) for quarter in (1, 2, 3, 4))
    text += ROW.format(quarter=1, type="8", of=1, given=1).replace("2024/25", "2025/26")
    home.put("home_office.crime_outcomes", "2026-03-31", "outcomes.csv", text)
    assert home.build("dim_measures", "fct_observations").reasons == ()
    assert home.query(
        "select measure_id, area_code, period_id, value, offence from marts.fct_observations join marts.dim_measures "
        "using (measure_id) where dataset = 'home_office.crime_outcomes' order by all"
    ) == [
        (
            *("trafficking_of_drugs_outcomes_type_1a_home_office", "E23000014", "FY2024-25", 36),
            "trafficking_of_drugs",
        ),
        (
            *("trafficking_of_drugs_outcomes_type_1a_home_office_of_offences_recorded", "E23000014", "FY2024-25", 28),
            "trafficking_of_drugs",
        ),
    ]


def test_outcomes_of_the_home_office_stand_beside_the_forces_own(home):
    text = HEADER + "".join(ROW.format(quarter=quarter, type="1", of=7, given=9) for quarter in (1, 2, 3, 4))
    home.put("home_office.crime_outcomes", "2026-03-31", "outcomes.csv", text)
    assert home.build("force_figures_compared").reasons == ()
    ((force, home_office, difference),) = home.query(
        "select force_value, home_office_value, difference from audit.force_figures_compared "
        "where force_measure_id = 'drug_trafficking_outcomes_charge_or_summons' and period_id = 'FY2024-25'"
    )
    assert (home_office, difference) == (36, force - 36)
