"""ons.area_lookups: four layouts known by their columns, whatever the year of their boundaries."""

import pytest

from orchestration.defs.ons import area_lookups
from orchestration.refusal import Refusal

LINK = ["from_type", "from_code", "to_type", "value", "boundary_year", "source_cell"]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "ObjectId,LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\n"
            "1,E01000009,Barking 015C,E01034474,Barking 015F,E09000002,Barking and Dagenham\n"
            "2,E01000009,Barking 015C,E01034475,Barking 015G,E09000002,Barking and Dagenham\n",
            [
                ["lsoa11", "E01000009", "lad", "E09000002", "2022", "line 2, column LAD22CD"],
                ["lsoa21", "E01034474", "lad", "E09000002", "2022", "line 2, column LAD22CD"],
                ["lsoa21", "E01034475", "lad", "E09000002", "2022", "line 3, column LAD22CD"],
            ],
        ),
        (
            "LAD24CD,LAD24NM,WD24CD,WD24NM,LSOA21CD,LSOA21NM\nE08000025,Birmingham,E05011118,Acocks Green,E01008881,x\n",
            [["lsoa21", "E01008881", "lad", "E08000025", "2024", "line 2, column LAD24CD"]],
        ),
        (
            "LAD17CD,LAD17NM,CSP17CD,CSP17NM,PFA17CD,PFA17NM\nE08000025,Birmingham,E22000335,Birmingham,E23000014,x\n",
            [
                ["lad", "E08000025", "csp", "E22000335", "2017", "line 2, column CSP17CD"],
                ["lad", "E08000025", "pfa", "E23000014", "2017", "line 2, column PFA17CD"],
            ],
        ),
        (
            "gss-code,official-name,nice-name,former-gss-codes\n"
            'E06000060,Buckinghamshire Council,Buckinghamshire,"E10000002,E07000004"\nE08000025,Birmingham,Birmingham,\n',
            [
                ["former lad", "E10000002", "lad", "E06000060", None, "line 2, column gss-code"],
                ["former lad", "E07000004", "lad", "E06000060", None, "line 2, column gss-code"],
            ],
        ),
    ],
    ids=["LSOA of two years", "LSOA to ward to authority", "authority to force", "register"],
)
def test_a_lookup_gives_links_from_code_to_code(read, text, links):
    assert read(area_lookups, text)[LINK].values.tolist() == links


def test_a_file_without_codes_is_refused(read):
    with pytest.raises(Refusal, match="found no columns that lead from one area's code to another's"):
        read(area_lookups, "LSOA,Authority\nBirmingham 001A,Birmingham\n")


def test_a_row_without_code_is_refused_with_its_line(read):
    with pytest.raises(Refusal, match=r"line 3, column LAD22CD: found a row without code"):
        read(area_lookups, "LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\nE01000001,x,E09000001,y\nE01000002,x,,y\n")


def test_the_published_lookups_place_every_lsoa_in_one_authority(published):
    assert published.query(
        "select from_type, count(*), count(distinct from_code) from staging.stg_ons__area_lookups "
        "where from_type like 'lsoa%' group by 1 order by 1"
    ) == [("lsoa11", 34_753, 34_753), ("lsoa21", 35_672, 35_672)]


def test_the_published_lookups_place_the_seven_authorities_in_their_force(published):
    assert published.query(
        "select distinct to_code from staging.stg_ons__area_lookups join marts.dim_areas on area_code = from_code "
        "where to_type = 'pfa' and is_partnership_member"
    ) == [("E23000014",)]
