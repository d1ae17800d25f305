"""ons.area_lookups: six layouts known by their columns, whatever the year of their boundaries."""

from pathlib import Path

import pytest

from orchestration.datasets.declaration import DATASETS
from orchestration.datasets.ons import area_lookups
from orchestration.support.refusal import Refusal

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
            "LAD23CD,LAD23NM,RGN23CD,RGN23NM,ObjectId\nE06000001,Hartlepool,E12000001,North East,1\nW06000001,Anglesey,,,2\n",
            [["lad", "E06000001", "rgn", "E12000001", "2023", "line 2, column RGN23CD"]],
        ),
        (
            "LTLA19CD,LTLA19NM,UTLA19CD,UTLA19NM,FID\n"
            "E07000192,Cannock Chase,E10000028,Staffordshire,1\nE08000025,Birmingham,E08000025,Birmingham,2\n",
            [
                ["lad", "E07000192", "utla", "E10000028", "2019", "line 2, column UTLA19CD"],
                ["lad", "E08000025", "utla", "E08000025", "2019", "line 3, column UTLA19CD"],
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
    ids=[
        "LSOA of two years",
        "LSOA to ward to authority",
        "authority to force",
        "to region",
        "to upper tier",
        "register",
    ],
)
def test_a_lookup_gives_links_from_code_to_code(read, text, links):
    assert read(area_lookups, text)[LINK].values.tolist() == links


def test_a_file_without_codes_is_refused(read):
    with pytest.raises(Refusal, match="found no columns that lead from one area's code to another's"):
        read(area_lookups, "LSOA,Authority\nBirmingham 001A,Birmingham\n")


def test_a_row_without_code_is_refused_with_its_line(read):
    with pytest.raises(Refusal, match=r"line 3, column LAD22CD: found a row without code"):
        read(area_lookups, "LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\nE01000001,x,E09000001,y\nE01000002,x,,y\n")


FORCES = "LAD17CD,LAD17NM,CSP17CD,CSP17NM,PFA17CD,PFA17NM\n"
REGIONS = "LAD23CD,LAD23NM,RGN23CD,RGN23NM\n"
TIERS = "LTLA19CD,LTLA19NM,UTLA19CD,UTLA19NM\n"
SMALL = "LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            FORCES + "E08000025,Birmingham,E22000335,Birmingham,E23000014,West Midlands\n"
            "E08000025,Birmingham,E22000335,Birmingham,E23000017,Warwickshire\n",
            "line 3, column PFA17CD: found E08000025 (Birmingham) in the police force E23000017 (Warwickshire); "
            "expected one police force: line 2, column PFA17CD has it in E23000014.",
        ),
        (
            REGIONS + "E06000001,Hartlepool,E12000001,North East\nE06000001,Hartlepool,E12000002,North West\n",
            "line 3, column RGN23CD: found E06000001 (Hartlepool) in the region E12000002 (North West); "
            "expected one region: line 2, column RGN23CD has it in E12000001.",
        ),
        (
            TIERS + "E07000192,Cannock Chase,E10000028,Staffordshire\nE07000192,Cannock Chase,E10000031,Warwickshire\n",
            "line 3, column UTLA19CD: found E07000192 (Cannock Chase) in the upper-tier authority E10000031",
        ),
        (
            SMALL + "E01000001,x,E09000001,City of London\nE01000001,x,E09000002,Barking and Dagenham\n",
            "line 3, column LAD22CD: found E01000001 (x) in the authority E09000002",
        ),
        (
            REGIONS + "E06000001,Hartlepool,E06000001,Hartlepool\n",
            "line 2, column RGN23CD: found the code 'E06000001' for a region; expected one that begins with E12.",
        ),
        (
            TIERS + "E10000028,Staffordshire,E07000192,Cannock Chase\n",
            "line 2, column UTLA19CD: found the code 'E10000028' for an authority",
        ),
    ],
    ids=["two forces", "two regions", "two upper tiers", "a small area twice", "no region", "columns exchanged"],
)
def test_a_lookup_that_contradicts_itself_is_refused_with_both_lines(release_of, tmp_path: Path, text, said):
    with pytest.raises(Refusal) as refused:
        DATASETS["ons.area_lookups"].rows_of(release_of(area_lookups, lookup__csv=text), tmp_path)
    assert said in str(refused.value)


def test_the_same_link_twice_and_an_authority_that_was_split_are_no_contradiction(release_of, tmp_path: Path):
    same = REGIONS + "E06000001,Hartlepool,E12000001,North East\n" * 2
    split = (
        "gss-code,official-name,nice-name,former-gss-codes\n"
        "E06000061,x,North Northamptonshire,E10000021\nE06000062,y,West Northamptonshire,E10000021\n"
    )
    release = release_of(area_lookups, regions__csv=same, register__csv=split)
    assert len(DATASETS["ons.area_lookups"].rows_of(release, tmp_path)) == 3


def test_an_english_authority_without_region_is_refused(read):
    with pytest.raises(Refusal, match=r"line 2, column RGN23CD: found a row without code"):
        read(area_lookups, REGIONS + "E06000001,Hartlepool,,\n")


def test_areas_beyond_the_partnership_have_their_county_and_region(home):
    regions = (
        REGIONS + "E07000192,Cannock Chase,E12000005,West Midlands\nE06000021,Stoke-on-Trent,E12000005,West Midlands\n"
    )
    tiers = (
        TIERS + "E07000192,Cannock Chase,E10000028,Staffordshire\nE06000021,Stoke-on-Trent,E06000021,Stoke-on-Trent\n"
    )
    header = ["Code", "Name", "Geography", "All ages", *range(90), "90+"]
    people = [[1, *[0] * 90]]
    areas = {
        "E12000001": "NORTH EAST", "E10000028": "Staffordshire", "E07000192": "Cannock Chase", "E06000021": "Stoke-on-Trent",
    }  # fmt: skip
    lines = [header, *([code, name, "x", 1, *people[0]] for code, name in areas.items())]
    home.put("ons.area_lookups", "2024-01-01", "regions.csv", regions)
    home.put("ons.area_lookups", "2024-01-01", "tiers.csv", tiers)
    home.put(
        "ons.population_estimates", "2025-07-30", "mye24.csv", "\n".join(",".join(map(str, line)) for line in lines)
    )
    assert home.build("dim_areas").reasons == ()
    assert home.query(
        f"select area_code, parent_area_code from marts.dim_areas where area_code in {tuple(areas)} order by 1"
    ) == [
        ("E06000021", "E12000005"),
        ("E07000192", "E10000028"),
        ("E10000028", "E12000005"),
        ("E12000001", "E92000001"),
    ]
    assert home.query("select parent_area_code from marts.dim_areas where area_code = 'E08000025'") == [("E11000005",)]


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
