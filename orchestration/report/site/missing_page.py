"""The list of the indicators without a figure, and why there is none."""

from typing import Any

from orchestration.datasets.declaration import publisher_name
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Row, Words


def write_missing_page(site: Site) -> None:
    missing = [row for name, row in site.all_indicators.items() if name not in site.indicators]
    held = {
        row["measure_id"]
        for row in site.rows(
            "select distinct measure_id from marts.fct_measures where value is not null "
            "and area_code in (select unnest(?))",
            [list(site.areas)],
        )
    }
    outcomes = []
    for outcome in dict.fromkeys(row["framework_outcome"] for row in missing):
        rows = [_row(row, held) for row in missing if row["framework_outcome"] == outcome]
        outcomes.append((outcome, rows))
    site.page(
        "missing.html",
        "missing.html",
        "Missing figures",
        number=len(missing),
        headings=[Heading("Indicator"), Heading("What is missing"), Heading("Dataset that has it")],
        outcomes=outcomes,
    )


def _row(indicator: dict[str, Any], held: set[str]) -> Row:
    title = Words(indicator["title"], unit=indicator["unit"])
    parts = [
        (indicator[part], f"{publisher_name(indicator[f'{part}_publisher'])}: {indicator[f'{part}_dataset']}")
        for part in ("numerator", "denominator")
        if indicator[f"{part}_measure_id"] and indicator[f"{part}_measure_id"] not in held
    ]
    if not parts:
        return Row([title, "Its parts are held, but not for the same area and period.", ""])
    what = "; ".join(name for name, _ in parts)
    return Row([title, f"No release has a figure for: {what}.", "; ".join(dict.fromkeys(of for _, of in parts))])
