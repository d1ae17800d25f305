"""Files that take the place of the project's own of the same name, such as a partnership's seeds."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from orchestration.support.refusal import refuse


def own_files(folder: Path, shipped: Mapping[str, Path]) -> dict[str, Path]:
    """The CSVs of a folder by name without its ending, in whichever folder below it they lie.

    Raises Refusal for a folder that is not there, and for a CSV that has the name of none of the project's, the name
    of another one of the folder, or other columns than the project's.
    """
    if not folder.is_dir():
        raise refuse(f"WAREHOUSE_SEEDS: {folder}", "no such folder", "a folder of CSVs", "Correct it, or unset it.")
    own: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.csv")):
        name = path.stem
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
    with path.open(encoding="utf-8", newline="") as stream:
        return stream.readline().strip()
