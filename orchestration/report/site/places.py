"""One place under two codes, such as a county and its police force: shown once, or told apart by source."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from orchestration.datasets.declaration import publisher_name
from orchestration.report.contents import Rows
from orchestration.support.rounding import rounded

# What these publish is about police forces: where a county has the same figures, the force's are shown.
PUBLISHERS_OF_FORCES = ("police", "home_office")

# What an area is, after the name of the place.
KINDS = {"metropolitan_county": "county", "police_force_area": "police force", "region": "region"}

SUM_OF_AREAS = "sum of areas"


def is_figure(row: Mapping[str, Any]) -> bool:
    """Whether a row has a value, or says that its value is suppressed."""
    return row["value"] is not None or row["value_status"] == "suppressed"


def bare_name(area: Mapping[str, Any]) -> str:
    """The name of an area without its kind: `West Midlands`."""
    return str(area["area_name"]).removesuffix(" Metropolitan County")


def kinds_of(areas: Rows) -> str:
    """What the areas of a place are: `county and police force`."""
    return " and ".join(KINDS[area["area_type"]] for area in areas if area["area_type"] in KINDS)


def place_name(areas: Rows) -> str:
    """The name of a place with these areas: `West Midlands (county and police force)`, or that of its only area."""
    return str(areas[0]["area_name"]) if len(areas) == 1 else f"{bare_name(areas[0])} ({kinds_of(areas)})"


def apart_name(area: Mapping[str, Any], derivation: str | None, publisher: str) -> str:
    """The name of an area whose figures differ from those of the other areas of its place: with their source."""
    source = "sum of local authorities" if derivation == SUM_OF_AREAS else publisher_name(publisher)
    return f"{area['area_name']}: {source}"


def left_out(rows: Rows, codes: Collection[str], publisher: str) -> set[str]:
    """The codes of a place that an indicator's rows need not show, because another code has the same figures.

    None is left out where two codes have different figures for a period, or each has periods of its own.
    """
    figures: dict[str, dict[str, Any]] = {code: {} for code in codes}
    for row in rows:
        if row["area_code"] in figures and is_figure(row):
            figures[row["area_code"]][row["period_id"]] = _shown(row)
    held = [code for code in codes if figures[code]]
    if not held:
        return set(list(codes)[1:])
    most = max(len(figures[code]) for code in held)
    whole = [code for code in held if len(figures[code]) == most]
    # The county comes first, the force last.
    kept = whole[-1 if publisher in PUBLISHERS_OF_FORCES else 0]
    others = [figures[code] for code in held if code != kept]
    is_same = all(
        period in figures[kept] and value == figures[kept][period]
        for other in others
        for period, value in other.items()
    )
    return set(codes) - ({kept} if is_same else set(held))


def _shown(row: Mapping[str, Any]) -> Decimal | None:
    """The value of a row as a reader sees it; None where it is suppressed."""
    return None if row["value"] is None else rounded(row["value"], row["decimals"])
