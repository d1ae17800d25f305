"""The spine of a figure: where it lies between the areas of its kind, with England in the middle."""

from typing import Any

from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import key_of
from orchestration.report.site.parts import COMPARED, Number, Spine, number_text
from orchestration.report.site.phrases import is_published_change
from orchestration.report.site.pictures import is_compared
from orchestration.report.site.report_table import status_beside

# A range of fewer areas says nothing.
AREAS_OF_A_RANGE = 4
WIDTH, EDGE = 140, 7
# How far a bar reaches at most from England, in distances of the middle half.
REACH = 3

# The corners of the shape of each comparison about its centre; the others are round.
SHAPES = {
    "worse": "0,-6 6,0 0,6 -6,0",
    "similar": "-5,-5 5,-5 5,5 -5,5",
    "higher": "0,-6 6,5 -6,5",
    "lower": "0,6 6,-5 -6,-5",
}


RANGES = (
    "select indicator_id, period_id, area_type, count(*) as areas, min(value) as low, max(value) as high, "
    "quantile_cont(value, 0.25) as quarter, quantile_cont(value, 0.75) as three_quarters, "
    "first(area_code order by value, area_code) as low_code, "
    "first(area_code order by value desc, area_code) as high_code "
    "from marts.fct_indicators inner join marts.dim_areas using (area_code) "
    f"where value is not null group by all having count(*) >= {AREAS_OF_A_RANGE}"
)


class Ranges:
    """The ranges of all rates and percentages, by indicator, period and kind of area."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.found = {(row["indicator_id"], row["period_id"], row["area_type"]): row for row in site.rows(RANGES)}

    def of(self, row: dict[str, Any]) -> Spine | None:
        """The spine of a row of marts.fct_indicators; None for a count, and where there are few areas."""
        found = self.range_of(row)
        if found is None:
            return None
        is_reversed = self.site.indicators[row["indicator_id"]]["polarity"] == "lower_is_better"
        ends = [self._end(row, found, end) for end in ("low", "high")]
        worst, best = reversed(ends) if is_reversed else ends
        return _spine(row, found, worst, best, is_reversed=is_reversed)

    def range_of(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """The range of the areas of a row's kind: how many, the lowest and highest, and the quarters."""
        if row["value"] is None or not is_compared(row["unit"]) or is_published_change(row["indicator_id"]):
            return None
        area_type = self.site.areas[row["area_code"]]["area_type"]
        return self.found.get((row["indicator_id"], row["period_id"], area_type))

    def _end(self, row: dict[str, Any], found: dict[str, Any], end: str) -> Number:
        of = {**row, "area_code": found[f"{end}_code"], "value": found[end]}
        return self.site.number(of, "value", key_of(of), is_linked=True)


def _spine(row: dict[str, Any], found: dict[str, Any], worst: Number, best: Number, *, is_reversed: bool) -> Spine:
    low, high, england = found["low"], found["high"], row["england_value"]
    centre = england if england is not None else (high + low) / 2
    inner = max(abs(value - centre) for value in (found["quarter"], found["three_quarters"], row["value"]))
    # One far-off area would press all others together: the bar is cut where it reaches too far.
    reach = min(max(high - centre, centre - low), REACH * inner)

    def place(value: float) -> float:
        share = max(-0.5, min(0.5, (value - centre) / reach / 2)) if reach else 0.0
        return round(WIDTH / 2 + (-share if is_reversed else share) * (WIDTH - 2 * EDGE), 1)

    def span(one: float, other: float) -> tuple[float, float]:
        left, right = sorted((place(one), place(other)))
        return left, round(right - left, 1)

    decimals = row["decimals"]
    status = status_beside(row)
    said = [number_text(row["value"], decimals) + (f" ({status})" if status else "")]
    said += [f"England {number_text(england, decimals)}"] if england is not None else []
    said += [f"{found['areas']} areas from {number_text(low, decimals)} to {number_text(high, decimals)}"]
    compared = row["compared_with_england"]
    said += [COMPARED[compared][1]] if COMPARED[compared][0] else []
    left, width = span(low, high)
    middle_left, middle_width = span(found["quarter"], found["three_quarters"])
    return Spine(
        "; ".join(said),
        worst,
        best,
        left,
        width,
        middle_left,
        middle_width,
        None if england is None else place(england),
        place(row["value"]),
        compared if COMPARED[compared][0] else "none",
        SHAPES.get(compared, ""),
    )
