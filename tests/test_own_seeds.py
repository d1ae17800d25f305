"""Seeds that a partnership keeps in a folder of its own, in place of the project's."""

from pathlib import Path

import pytest
from homes import write_file

from orchestration.landing.fingerprints import parsed_key, project_key
from orchestration.seeds import own_seed_files, seed_files
from orchestration.settings import DBT_PROJECT
from orchestration.support.refusal import Refusal
from orchestration.validation.cells import seed

TILES = "area_code,tile_column,tile_row\n"


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the setting names."""
    monkeypatch.setenv("WAREHOUSE_SEEDS", str(tmp_path / "seeds"))
    (tmp_path / "seeds").mkdir()
    return tmp_path / "seeds"


def test_a_seed_of_ones_own_takes_the_place_of_the_projects_and_the_others_stay(seeds: Path):
    own = write_file(seeds / "report" / "area_tiles.csv", f"{TILES}E08000091,1,1\n")
    assert seed_files()["area_tiles"] == own
    assert seed_files()["areas"] == DBT_PROJECT / "seeds" / "areas" / "areas.csv"


def test_without_the_setting_all_seeds_are_the_projects(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("WAREHOUSE_SEEDS", raising=False)
    assert own_seed_files() == {}
    assert all(path.is_relative_to(DBT_PROJECT) for path in seed_files().values())


def test_a_changed_seed_is_another_project_that_need_not_be_parsed_again(seeds: Path):
    project_key.cache_clear()
    without, parsed = project_key(), parsed_key()
    keys = []
    for row in ("E08000091,1,1\n", "E08000091,2,1\n"):
        write_file(seeds / "area_tiles.csv", TILES + row)
        project_key.cache_clear()
        keys.append(project_key())
    project_key.cache_clear()
    assert len({without, *keys}) == 3
    assert parsed_key() == parsed


def refusal() -> str:
    with pytest.raises(Refusal) as refused:
        own_seed_files()
    return str(refused.value)


def test_a_file_with_the_name_of_no_seed_is_refused_with_the_nearest_name(seeds: Path):
    path = write_file(seeds / "area_tile.csv", TILES)
    assert refusal() == (
        f"{path}: found the name area_tile.csv; expected the name of a seed in dbt_project/seeds/, such as "
        "area_tiles.csv. Rename the file, or move it out of the folder of WAREHOUSE_SEEDS."
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [("area_code,column,row\n", "the columns area_code,column,row"), ("", "no header")],
)
def test_a_seed_with_another_header_is_refused(seeds: Path, content: str, found: str):
    path = write_file(seeds / "area_tiles.csv", content)
    assert refusal() == (
        f"{path}, line 1: found {found}; expected area_code,tile_column,tile_row. Take the header from the project's "
        "area_tiles.csv."
    )


def test_a_seed_as_a_spreadsheet_saves_it_is_taken_and_one_in_another_encoding_refused(seeds: Path):
    path = seeds / "area_tiles.csv"
    path.write_text(f"{TILES}E08000091,1,1\n", encoding="utf-8-sig")
    assert own_seed_files() == {"area_tiles": path}
    assert seed("area_tiles") == ({"area_code": "E08000091", "tile_column": "1", "tile_row": "1"},)
    seed.cache_clear()
    path.write_text(TILES, encoding="utf-16")
    assert refusal() == (
        f"{path}: found text that is not in UTF-8; expected a CSV in UTF-8. Save it as 'CSV UTF-8 (comma delimited)'."
    )


@pytest.mark.parametrize("name", ["area_tiles.CSV", "area_tiles.xlsx", "notes.txt"])
def test_a_file_that_is_no_csv_is_refused_and_not_left_aside(seeds: Path, name: str):
    path = write_file(seeds / name, TILES)
    assert refusal().startswith(f"{path}: found the name {name}; expected CSVs alone, with names that end in .csv. ")


def test_areas_without_a_member_are_refused(seeds: Path):
    shipped = (DBT_PROJECT / "seeds" / "areas" / "areas.csv").read_text(encoding="utf-8")
    path = write_file(seeds / "areas.csv", shipped.replace(",true", ",false"))
    assert refusal() == (
        f"{path}, column is_partnership_member: found true in no row; expected true for each local authority of the "
        "partnership. Fill in the column (docs/another-partnership.md)."
    )


def test_a_seed_that_is_there_twice_is_refused(seeds: Path):
    first = write_file(seeds / "area_tiles.csv", TILES)
    second = write_file(seeds / "report" / "area_tiles.csv", TILES)
    assert refusal() == (
        f"{second}: found area_tiles.csv once more, as in {first}; expected each seed once. Remove one of them."
    )


def test_a_folder_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("WAREHOUSE_SEEDS", str(tmp_path / "none"))
    assert refusal() == (
        f"WAREHOUSE_SEEDS: {tmp_path / 'none'}: found no such folder; expected a folder of CSVs. Correct it, or unset it."
    )
