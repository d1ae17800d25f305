"""How the newest figures of an indicator lie to those of other areas, from marts.fct_comparisons."""

from dataclasses import dataclass
from typing import Any

from orchestration.report.contents import Rows, distinct
from orchestration.report.periods import during
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import area_of
from orchestration.report.site.parts import (
    COMPARED,
    Heading,
    Phrase,
    Row,
    Words,
    capital,
    optional,
    unit_after,
    without_empty,
)

# What stands for the place in a funnel plot: a symbol and colour of COMPARED, and the level.
IN_FUNNEL = {
    "high_998": ("higher", "Higher (99.8% limit)"),
    "high_95": ("higher", "Higher (95% limit)"),
    "not_significant": ("similar", "Similar to the average"),
    "low_95": ("lower", "Lower (95% limit)"),
    "low_998": ("lower", "Lower (99.8% limit)"),
}
FUNNEL = (
    "Chance alone puts an area beyond the 95% limits 5 times in 100, and beyond the 99.8% limits 2 times in 1,000. "
    "Higher or lower than the average is not a judgement."
)

# So many nearest neighbours are named in one sentence; of more it says how many there are.
NAMED = 20

# The areas of a type, in a sentence.
TYPES = {"local_authority": "local authorities", "police_force_area": "police force areas"}


@dataclass(frozen=True)
class Comparisons:
    """The table of an indicator for a period, with its sentences: each a list of texts and figures."""

    period: str
    sentences: list[list[Any]]
    headings: list[Heading]
    rows: list[Row]


def comparisons(site: Site, indicator: dict[str, Any], rows: Rows) -> Comparisons | None:
    """How the newest figures of the partnership's areas lie to others; None if there is nothing to compare with.

    `rows` are those of `newest_comparisons`.
    """
    members = sum(1 for area in site.areas.values() if area["is_partnership_member"])
    said = [row for row in rows if _is_placed(row, members) or _has_other(row)]
    if not said:
        return None
    headings = [
        Heading("Area"),
        Heading("Value", True, indicator["unit"]),
        optional("Place", True),
        optional("Compared with the average"),
        optional("Region", True),
        optional("Compared with the region"),
        optional("Most similar forces", True),
        optional("Compared with the most similar forces"),
        optional("Nearest neighbours", True),
        optional("Compared with the nearest neighbours"),
    ]
    # The value of the only region is said once.
    says_region = _of_one_region(said) is None
    shown = [
        Row(_cells(site, row, members, says_region=says_region), area=site.place_of[row["area_code"]]) for row in said
    ]
    return Comparisons(said[0]["period"], list(_sentences(site, said, members)), *without_empty(headings, shown))


def newest_comparisons(site: Site) -> dict[str, Rows]:
    """The rows of members and force areas by indicator, each for the newest period that the indicator's page shows."""
    newest = {name: site.shown_periods(name)[0] for name in site.indicators if site.shown_periods(name)}
    order = {code: place for place, code in enumerate(site.areas)}
    rows = site.rows(
        "select compared.*, periods.label as period, areas.is_partnership_member, regions.area_name as region, "
        "indicators.decimals, indicators.unit from marts.fct_comparisons as compared "
        "inner join (select unnest(?::varchar[]) as indicator_id, unnest(?::varchar[]) as period_id) "
        "using (indicator_id, period_id) "
        "inner join marts.dim_periods as periods using (period_id) "
        "inner join marts.dim_areas as areas using (area_code) "
        "inner join marts.dim_indicators as indicators using (indicator_id) "
        "left join marts.dim_areas as regions on compared.region_code = regions.area_code "
        "where area_code in (select unnest(?)) "
        "and (areas.is_partnership_member or areas.area_type = 'police_force_area')",
        [list(newest), list(newest.values()), list(site.areas)],
    )
    found: dict[str, Rows] = {name: [] for name in site.indicators}
    for row in sorted(rows, key=lambda row: order[row["area_code"]]):
        found[row["indicator_id"]].append(row)
    return found


def _is_placed(row: dict[str, Any], members: int) -> bool:
    """Whether the area has a place among more areas than the partnership has itself."""
    return bool(row["areas_compared"] > members and row["fifth"] is not None)


def _has_other(row: dict[str, Any]) -> bool:
    return (
        row["funnel_significance"] in IN_FUNNEL
        or row["region_value"] is not None
        or row["similar_forces_value"] is not None
        or row["neighbours_value"] is not None
    )


def _cells(site: Site, row: dict[str, Any], members: int, *, says_region: bool) -> list[Any]:
    of = _key(row)
    place: Phrase | str = ""
    if _is_placed(row, members):
        ranks = [site.number(row, column, of, decimals=0) for column in ("place", "areas_compared")]
        place = Phrase([ranks[0], " of ", ranks[1]])
    return [
        area_of(site, row),
        site.number(row, "value", of),
        place,
        _in_funnel(row["funnel_significance"]),
        site.number(row, "region_value", of) if says_region and row["region_value"] is not None else "",
        _compared(row["compared_with_region"], "the region"),
        "" if row["similar_forces_value"] is None else site.number(row, "similar_forces_value", of),
        _compared(row["compared_with_similar_forces"], "the most similar forces"),
        "" if row["neighbours_value"] is None else site.number(row, "neighbours_value", of),
        _compared(row["compared_with_neighbours"], "the nearest neighbours"),
    ]


def _in_funnel(significance: str) -> Words | str:
    if significance not in IN_FUNNEL:
        return ""
    colour, words = IN_FUNNEL[significance]
    return Words(words, COMPARED[colour][0], colour=colour)


def _compared(how: str, with_what: str) -> Words | str:
    mark, words = COMPARED[how]
    return Words(capital(words.replace("England", with_what)), mark, colour=how) if mark else ""


def _sentences(site: Site, rows: Rows, members: int) -> Any:
    """What the columns say: the average and who is in it, the places, the region."""
    in_funnel = [row for row in rows if row["funnel_significance"] in IN_FUNNEL]
    for kind in distinct(row["area_type"] for row in in_funnel):
        row = next(one for one in in_funnel if one["area_type"] == kind)
        whose = "of the partnership" if row["areas_compared"] <= members else "with a figure"
        yield [
            "The average of the ",
            site.number(row, "areas_compared", _key(row), decimals=0),
            f" {TYPES.get(kind, 'areas')} {whose} was ",
            site.number(row, "funnel_average", _key(row)),
            f"{unit_after(row['unit'])} in {during(row['period'])}. {FUNNEL}",
        ]
    if any(_is_placed(row, members) for row in rows):
        yield ["Place 1 is the highest value among areas of the same type with a figure."]
    yield from _neighbours(site, rows)
    if one := _of_one_region(rows):
        value = site.number(one, "region_value", _key(one))
        unit = unit_after(one["unit"])
        region = one["region"].removesuffix(" (region)")
        yield [f"The value of the region, {region}, was ", value, f"{unit} in {during(one['period'])}."]


def _neighbours(site: Site, rows: Rows) -> Any:
    """Who the nearest neighbours of each area are, and who says so."""
    areas = [row["area_code"] for row in rows if row["neighbours_value"] is not None]
    if not areas:
        return
    listed = site.rows(
        "select area_name as area, list(neighbour_name order by neighbour_name) as neighbours, "
        "string_agg(distinct source, '; ' order by source) as source "
        "from staging.nearest_neighbours inner join marts.dim_areas using (area_code) "
        "where area_code in (select unnest(?)) group by area_name order by area_name",
        [areas],
    )
    number = sum(len(row["neighbours"]) for row in listed)
    named = [
        f"{row['area']} with {_together(row['neighbours']) if number <= NAMED else len(row['neighbours'])}"
        for row in listed
    ]
    source = "; ".join(distinct(row["source"] for row in listed))
    yield [f"Nearest neighbours are taken together: {'; '.join(named)}. Source of the list: {source}."]


def _together(names: list[str]) -> str:
    """`Ambleford, Brackwater and Dunmarsh`."""
    return " and ".join([", ".join(names[:-1])] * (len(names) > 1) + names[-1:])


def _of_one_region(rows: Rows) -> dict[str, Any] | None:
    """A row with the value of the region, if all rows with one lie in the same region."""
    found = [row for row in rows if row["region_value"] is not None]
    return found[0] if len(distinct(row["region_code"] for row in found)) == 1 else None


def _key(row: dict[str, Any]) -> str:
    """The key of a row of marts.fct_comparisons, as a figure of a page carries it."""
    return f"fct_comparisons|{row['indicator_id']}|{row['area_code']}|{row['period_id']}"
