"""ndtms.alcohol_treatment: column generations on small files, two releases in either order, the published ones."""

import pytest

from orchestration.datasets.ndtms import alcohol_treatment
from orchestration.support.refusal import Refusal

ONCE = "Year,Series,Units,Local Authority,Deprivation decile,Unit multiplier,Unit measure,GeoCode,Value\n"
NOW = "Value,Series,Year,Unit measure,Area,GSS code\n"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        (
            ONCE + "2018 to 2019,Alcohol - Met need,Percentage (%),Walsall,,Units,Percentage (%),E08000030,14.75\n",
            "Value",
        ),
        (NOW + "14.75,Alcohol - Met need,2018/19,Percentage (%),Walsall,E08000030\n", "Value"),
    ],
    ids=["2021", "another generation"],
)
def test_a_figure_is_found_by_the_columns_of_its_generation(read, text, cell):
    (figure,) = read(alcohol_treatment, text).to_dict("records")
    assert (figure["area_code"], figure["unit"], figure["measure_label"]) == (
        *("E08000030", "Percentage (%)", "Alcohol - Met need"),
    )
    assert (figure["value"], figure["source_cell"]) == ("14.75", f"line 2, column {cell}")


def test_a_row_without_authority_is_england_and_a_decile_is_kept_apart(read):
    rows = "2018/19,Alcohol - Met need,%,,,,,,17.6\n2018/19,Alcohol - Met need,%,,Decile 9,,,,17.4\n"
    cells = read(alcohol_treatment, ONCE + rows)
    assert cells[["area_type", "area", "deprivation_decile"]].values.tolist() == [
        ["country", "England", None],
        ["country", "England", "Decile 9"],
    ]


def test_a_file_without_series_is_refused(read):
    with pytest.raises(Refusal, match="found no table with the columns 'year', 'series'"):
        read(alcohol_treatment, "Year,Local Authority,GeoCode,Value\n2018/19,Walsall,E08000030,1\n")


def walsall(*rows: str) -> str:
    return ONCE + "".join(f"2018/19,{row}\n" for row in rows)


FACTS = (
    "select measure_id, area_code, period_id, release_id, value, known_from, known_to, is_latest "
    "from marts.fct_observations where measure_id like 'alcohol_treatment%' order by all"
)


def test_two_releases_in_either_order_give_the_same_facts_and_the_later_revises_the_earlier(home, refreshed, tmp_path):
    label = "Alcohol - People in treatment,Number,Walsall,,Units,Number,E08000030"
    first, second = walsall(f"{label},510.0"), walsall(f"{label},515.0")
    home.put("ndtms.alcohol_treatment", "2021-11-22", "first.csv", first)
    assert home.build("fct_observations").reasons == ()
    home.put("ndtms.alcohol_treatment", "2022-02-10", "second.csv", second)
    assert home.build("fct_observations").reasons == ()
    in_order = home.query(FACTS)
    assert [(release[-10:], value, latest) for _, _, _, release, value, _, _, latest in in_order] == [
        ("2021-11-22", 510, False),
        ("2022-02-10", 515, True),
    ]
    other = refreshed.copy(tmp_path / "other")
    other.put("ndtms.alcohol_treatment", "2022-02-10", "second.csv", second)
    assert other.build("fct_observations").reasons == ()
    other.put("ndtms.alcohol_treatment", "2021-11-22", "first.csv", first)
    assert other.build("fct_observations").reasons == ()
    assert other.query(FACTS) == in_order


def test_a_label_that_the_publisher_renames_is_the_measure_that_it_was(home):
    old, new = "People in treatment,Number,{area},,Units,Number,{code},{value}", "Alcohol - {row}"
    areas = {"Walsall": "E08000030", "Dudley": "E08000027"}
    rows = [old.format(area=area, code=code, value="510.0") for area, code in areas.items()]
    home.put("ndtms.alcohol_treatment", "2021-06-16", "first.csv", walsall(*rows))
    home.put("ndtms.alcohol_treatment", "2021-11-22", "second.csv", walsall(*(new.format(row=row) for row in rows)))
    home.put("ndtms.alcohol_treatment", "2022-02-10", "third.csv", walsall(new.format(row=rows[0])))
    reasons = home.build("fct_observations").reasons
    assert all("third.csv" in reason for reason in reasons)
    assert any("no row for Dudley (E08000027)" in reason for reason in reasons)
    assert home.query(
        "select release_id from marts.fct_observations where measure_id = 'alcohol_treatment_adults' "
        "and area_code = 'E08000027' order by all"
    ) == [("ndtms.alcohol_treatment@2021-06-16",), ("ndtms.alcohol_treatment@2021-11-22",)]


def test_a_count_beside_the_same_count_rounded_are_two_measures_and_other_pairs_are_refused(home):
    number = "Alcohol - People in treatment,Number,{area},,Units,Number,{code},{value}"
    rows = [
        number.format(area="Walsall", code="E08000030", value="512.0"),
        number.format(area="Walsall", code="E08000030", value="510.0"),
        number.format(area="Dudley", code="E08000027", value="512.0"),
        number.format(area="Dudley", code="E08000027", value="620.0"),
    ]
    home.put("ndtms.alcohol_treatment", "2021-11-22", "first.csv", walsall(*rows))
    reasons = home.build("fct_observations").reasons
    assert any(
        "first.csv, line 5, column Value: found 'a second figure for alcohol_treatment_adults, E08000027" in reason
        for reason in reasons
    )
    assert "E08000030" not in "".join(reasons)


def test_the_published_releases_give_adults_in_treatment(known):
    for released_on in ("2021-11-22", "2022-02-10"):
        of = ("FY2018-19", released_on)
        assert known("alcohol_treatment_adults", "E08000025", *of) == (
            *(1615, None, None, "published", None, "line 200, column Value"),
        )
        assert known("alcohol_treatment_adults", "E08000030", *of)[0] == 510
        assert known("alcohol_treatment_adults_not_rounded", "E08000025", *of)[0] == 1617


def test_the_published_releases_cover_all_seven_authorities_and_nine_years(published):
    assert published.query(
        "select count(distinct area_code), count(distinct period_id) from marts.fct_observations join marts.dim_areas "
        "using (area_code) where measure_id = 'alcohol_treatment_adults' and is_partnership_member"
    ) == [(7, 9)]
