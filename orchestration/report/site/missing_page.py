"""The list of the indicators without a figure, and why there is none."""

from typing import Any

from orchestration.datasets.declaration import DATASETS, load_datasets, publisher_name
from orchestration.report.edition import publisher_of
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import titled
from orchestration.report.site.parts import Heading, Row
from orchestration.report.site.places import is_figure

SUPPRESSED = "None is shown: every figure is suppressed so that nobody can be identified"


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
    suppressed = {name for name, rows in site.every_figure.items() if any(map(is_figure, rows))}
    # The modules of the datasets say who publishes each, as no release of them does.
    load_datasets()
    ordered = sorted(missing, key=lambda row: _place(site, row["framework_outcome"]))
    site.page(
        "missing.html",
        "missing.html",
        "Missing figures",
        headings=[Heading(one) for one in ("Indicator", "What is missing", "Dataset")],
        rows=[_row(row, held, is_suppressed=row["indicator_id"] in suppressed) for row in ordered],
    )


def _place(site: Site, outcome: str) -> tuple[int, str]:
    """Where an outcome stands in the report; after it those that have no figure at all."""
    return (site.sections.index(outcome) if outcome in site.sections else len(site.sections), outcome)


def _row(indicator: dict[str, Any], held: set[tuple[str, str | None]], *, is_suppressed: bool) -> Row:
    """A row of the list; `held` are the measures with a figure, each with the kinds of its periods and with None."""
    title, group = titled(indicator, is_linked=False), indicator["framework_outcome"]
    kind = indicator["of_period_type"]
    of_kind = f" ({kind.replace('_', ' ')})" if kind else ""
    if is_suppressed:
        return Row([title, SUPPRESSED, _dataset(indicator, "numerator")], group=group)
    parts = [
        (
            f"{indicator[part]}{of_kind if part == 'numerator' else ''}",
            _dataset(indicator, part),
        )
        for part in ("numerator", "denominator")
        if indicator[f"{part}_measure_id"]
        and (indicator[f"{part}_measure_id"], kind if part == "numerator" else None) not in held
    ]
    if not parts:
        return Row([title, "None: its parts are held, but not for the same area and period", ""], group=group)
    what = "; ".join(name for name, _ in parts)
    return Row([title, what, "; ".join(dict.fromkeys(of for _, of in parts))], group=group)


def _dataset(indicator: dict[str, Any], part: str) -> str:
    """The dataset of the numerator or denominator, after the name of its publisher."""
    publisher, name = indicator[f"{part}_publisher"], indicator[f"{part}_dataset"]
    if name not in DATASETS:
        return f"{publisher_name(publisher)}: {name}"
    return f"{publisher_of({'publisher': publisher, 'landing_page': DATASETS[name].landing_page})}: {name}"
