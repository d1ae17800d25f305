"""The seeds of the dbt project by name: a partnership's own one in place of the project's."""

import csv
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from orchestration.settings import DBT_PROJECT, Variables
from orchestration.support.refusal import refuse


def seed_files() -> dict[str, Path]:
    """The CSVs of the seeds by name, without its ending: a partnership's own one in place of the project's."""
    return {path.stem: path for path in sorted((DBT_PROJECT / "seeds").rglob("*.csv"))} | own_seed_files()


def own_seed_files() -> dict[str, Path]:
    """The CSVs of the folder of `WAREHOUSE_SEEDS` by name. Raises Refusal for one that cannot take a seed's place."""
    if (folder := Variables.read().seeds) is None:
        return {}
    own = _own_files(folder, {path.stem: path for path in (DBT_PROJECT / "seeds").rglob("*.csv")})
    if "areas" in own:
        _expect_members(own["areas"])
    return own


def _own_files(folder: Path, shipped: Mapping[str, Path]) -> dict[str, Path]:
    """The CSVs of a folder by name without its ending, in whichever folder below it they lie.

    Raises Refusal for a folder that is not there, for a file that is no CSV, and for a CSV that has the name of none of
    the project's, the name of another one of the folder, other columns than the project's, or no text in UTF-8.
    """
    if not folder.is_dir():
        raise refuse(f"WAREHOUSE_SEEDS: {folder}", "no such folder", "a folder of CSVs", "Correct it, or unset it.")
    own: dict[str, Path] = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and not one.name.startswith(".")):
        name = path.stem
        if path.suffix != ".csv":
            raise refuse(
                str(path),
                f"the name {path.name}",
                "CSVs alone, with names that end in .csv",
                "Save it as a CSV with the name of a seed, or move it out of the folder of WAREHOUSE_SEEDS.",
            )
        if name not in shipped:
            nearest = get_close_matches(name, shipped, 1) or sorted(shipped)[:1]
            raise refuse(
                str(path),
                f"the name {path.name}",
                f"the name of a seed in dbt_project/seeds/, such as {nearest[0]}.csv",
                "Rename the file, or move it out of the folder of WAREHOUSE_SEEDS.",
            )
        if name in own:
            raise refuse(
                str(path), f"{path.name} once more, as in {own[name]}", "each seed once", "Remove one of them."
            )
        found, wanted = _header(path), _header(shipped[name])
        if found != wanted:
            what = f"the columns {found}" if found else "no header"
            raise refuse(f"{path}, line 1", what, wanted, f"Take the header from the project's {path.name}.")
        own[name] = path
    return own


def _header(path: Path) -> str:
    try:
        # Spreadsheets put a mark before the text.
        return path.read_text(encoding="utf-8-sig").partition("\n")[0].strip()
    except UnicodeDecodeError:
        raise refuse(
            str(path), "text that is not in UTF-8", "a CSV in UTF-8", "Save it as 'CSV UTF-8 (comma delimited)'."
        ) from None


def _expect_members(areas: Path) -> None:
    """Raises Refusal where a partnership's own areas have no member: every table and page would be empty."""
    with areas.open(encoding="utf-8-sig", newline="") as stream:
        members = [row for row in csv.DictReader(stream) if (row["is_partnership_member"] or "").strip() == "true"]
    if not members:
        raise refuse(
            f"{areas}, column is_partnership_member",
            "true in no row",
            "true for each local authority of the partnership",
            "Fill in the column (docs/another-partnership.md).",
        )
