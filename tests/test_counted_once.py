"""No year and no area is counted twice, whatever is added up."""

from pathlib import Path

import duckdb
import pytest
from homes import Home


@pytest.fixture(params=["shipped", "real"])
def home(request, refreshed: Home) -> Home:
    """The warehouse of the shipped releases, and that of the publishers' own files."""
    return refreshed if request.param == "shipped" else request.getfixturevalue("published")


def test_an_indicator_has_one_value_for_an_area_and_year(home: Home):
    assert (
        home.query(
            "select indicator_id, area_code, year, list(period_id), sum(value) from marts.fct_indicators "
            "where year is not null group by all having count(*) > 1"
        )
        == []
    )


def test_three_years_taken_together_are_an_indicator_of_their_own(published: Home):
    assert published.query(
        "select indicator_id, year, sum(value) from marts.fct_indicators where area_code = 'E08000025' and year = 2021 "
        "and indicator_id like 'drug_poisoning_deaths%' and indicator_id not like '%per%' group by all order by all"
    ) == [
        ("drug_poisoning_deaths", 2021, 98),
        *[
            ("drug_poisoning_deaths_females_three_years", 2021, 67),
            ("drug_poisoning_deaths_males_three_years", 2021, 217),
        ],
        ("drug_poisoning_deaths_three_years", 2021, 284),
    ]
    mixed = "select indicator_id from marts.fct_indicators inner join marts.dim_periods using (period_id) group by all "
    assert published.query(mixed + "having count(distinct period_type = 'three_pooled_years') > 1") == []


def test_no_measure_counts_a_year_in_a_span_of_several_or_in_a_month(home: Home):
    assert (
        home.query(
            "select distinct period_type from marts.fct_measures inner join marts.dim_periods using (period_id) "
            "where fct_measures.year is null and period_type not in ('three_pooled_years', 'month', 'unstated')"
        )
        == []
    )
    assert home.query(
        "select count(*) from marts.fct_measures inner join marts.dim_periods using (period_id) "
        "where fct_measures.year is not null and period_type in ('three_pooled_years', 'month')"
    ) == [(0,)]


PARTS_OF_FORCES = """
with parts as (
    select area_code, police_force_code from marts.dim_areas
    where area_type in ('local_authority', 'district', 'unallocated') and police_force_code is not null
),
numbers as (select police_force_code, count(*) as parts from parts group by all),
figures as (
    select measure_id, area_code, period_id, value from marts.fct_measures
    inner join marts.dim_measures using (measure_id) where is_additive_over_areas and publisher = 'police'
)
select forces.measure_id, forces.area_code, forces.period_id, any_value(forces.value) as whole, sum(figures.value) as parts,
    count(figures.value) = any_value(numbers.parts) as is_complete
from figures as forces
inner join parts on forces.area_code = parts.police_force_code
inner join numbers on forces.area_code = numbers.police_force_code
inner join figures on parts.area_code = figures.area_code
    and forces.measure_id = figures.measure_id and forces.period_id = figures.period_id
group by all
"""


def test_the_parts_of_a_force_make_the_force(home: Home):
    assert home.query(f"select * from ({PARTS_OF_FORCES}) where is_complete and whole <> parts") == []
    complete = home.query(f"select distinct area_code from ({PARTS_OF_FORCES}) where is_complete")
    # The City of London's records are placed by the publishers' lookups, which are not shipped.
    assert complete == [("E23000014",)] or sorted(complete) == [("E23000014",), ("E23000034",)]


def test_the_authorities_of_a_county_make_the_county(home: Home):
    assert (
        home.query(
            "select county.measure_id, county.period_id, any_value(county.value), sum(part.value) from marts.fct_measures as county "
            "inner join marts.dim_measures as measures on county.measure_id = measures.measure_id and is_additive_over_areas and unit <> 'persons' "
            "inner join marts.dim_areas as areas on areas.parent_area_code = county.area_code and areas.area_type = 'local_authority' "
            "inner join marts.fct_measures as part on part.area_code = areas.area_code and part.measure_id = county.measure_id and part.period_id = county.period_id "
            "where county.area_code = 'E11000005' group by all having count(part.value) = 7 and any_value(county.value) <> sum(part.value)"
        )
        == []
    )


def test_a_record_whose_place_is_known_is_not_counted_as_if_it_had_none(
    refreshed: Home, published_file, tmp_path: Path
):
    # The lookup that says which authority an LSOA lies in is there, the one that says which force that has is not.
    home = refreshed.copy(tmp_path)
    names = ("police/2018-01-city-of-london-street.csv", "geography/LSOA_(2011,2021) and LAD(2022)_Lookup.csv")
    outcome = home.run("add", *(str(published_file(name)) for name in names))
    assert outcome.exit_code == 0, outcome.output
    assert home.build("fct_measures").reasons == ()
    asked = "select area_code, value from marts.fct_measures where measure_id = 'street_crimes_recorded' and period_id = 'M2018-01'"
    assert home.query(asked) == [("E23000034", 698)]


def test_the_partnership_is_counted_once_and_says_of_which_area(home: Home):
    assert (
        home.query("select indicator_id, period_id from marts.partnership_totals group by all having count(*) > 1")
        == []
    )
    whole = "select value, basis from marts.partnership_totals where indicator_id = 'drug_poisoning_deaths' and period_id = 'CY2024'"
    assert home.query(whole) == [(262, "published for West Midlands Metropolitan County")]
    assert home.query(
        "select distinct split_part(basis, ' for ', 1) from marts.partnership_totals where value is null"
    ) in ([], [("no figure",)])
    # Police records that no authority accounts for are in the force's figure alone.
    assert home.query(
        "select value, of_area_code from marts.partnership_totals where indicator_id = 'drug_offences' and period_id = 'FY2024-25'"
    ) == [(8216, "E23000014")]


def test_where_no_area_is_the_whole_partnership_its_members_are_added_up_but_not_the_polices(rebuilt, refreshed: Home):
    home = rebuilt(["delete from staging.int_area_parts where derivation = 'sum of areas'"], "partnership_totals")
    assert home.reasons == ()
    added = "select period_id, value, basis, of_area_code from marts.partnership_totals where indicator_id = 'drug_poisoning_deaths' order by 1"
    assert home.query(added) == [
        ("CY2023", 295, "sum of its members", None),
        ("CY2024", 262, "sum of its members", None),
    ]
    assert home.query("select count(*) from marts.partnership_totals where indicator_id like 'drug_offences%'") == [
        (0,)
    ]
    members = "(select area_code from marts.dim_areas where is_partnership_member)"
    partial = (
        "select indicator_id, period_id from marts.partnership_totals anti join "
        f"(select indicator_id, period_id from refreshed.marts.fct_indicators where area_code in {members} "
        "and value is not null group by all having count(*) = 7) using (indicator_id, period_id)"
    )
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        connection.execute(f"attach '{refreshed.warehouse}' as refreshed (read_only)")
        assert connection.execute(partial).fetchall() == []
