"""The list of the indicators without a figure, and why there is none."""

from typing import Any

from orchestration.datasets.declaration import publisher_name
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import titled
from orchestration.report.site.parts import Heading, Row


def write_missing_page(site: Site) -> None:
    missing = [row for name, row in site.all_indicators.items() if name not in site.indicators]
    held = {
        (row["measure_id"], kind)
        for row in site.rows(
            "select distinct measure_id, period_type from marts.fct_measures "
            "inner join marts.dim_periods using (period_id) "
            "where value is not null and area_code in (select unnest(?))",
            [list(site.areas)],
        )
        for kind in (row["period_type"], None)
    }
    ordered = sorted(missing, key=lambda row: _place(site, row["framework_outcome"]))
    site.page(
        "missing.html",
        "missing.html",
        "Missing figures",
        headings=[Heading(one) for one in ("Indicator", "Figure that no release has", "Dataset")],
        rows=[_row(row, held) for row in ordered],
    )


def _place(site: Site, outcome: str) -> tuple[int, str]:
    """Where an outcome stands in the report; after it those that have no figure at all."""
    return (site.sections.index(outcome) if outcome in site.sections else len(site.sections), outcome)


def _row(indicator: dict[str, Any], held: set[tuple[str, str | None]]) -> Row:
    """A row of the list; `held` are the measures with a figure, each with the kinds of its periods and with None."""
    title, group = titled(indicator, is_linked=False), indicator["framework_outcome"]
    kind = indicator["of_period_type"]
    of_kind = f" ({kind.replace('_', ' ')})" if kind else ""
    parts = [
        (
            f"{indicator[part]}{of_kind if part == 'numerator' else ''}",
            f"{publisher_name(indicator[f'{part}_publisher'])}: {indicator[f'{part}_dataset']}",
        )
        for part in ("numerator", "denominator")
        if indicator[f"{part}_measure_id"]
        and (indicator[f"{part}_measure_id"], kind if part == "numerator" else None) not in held
    ]
    if not parts:
        return Row([title, "None: its parts are held, but not for the same area and period", ""], group=group)
    what = "; ".join(name for name, _ in parts)
    return Row([title, what, "; ".join(dict.fromkeys(of for _, of in parts))], group=group)
