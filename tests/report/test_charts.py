"""Charts show what there is: own scales, real time, gaps, England beside what can be compared with it."""

import itertools
import re
from datetime import date
from xml.etree import ElementTree

import pytest
import vl_convert

from orchestration.reading.periods import month
from orchestration.report.charts import GREY, ON_A_SCREEN, Panels, for_screens, over_areas, over_time
from orchestration.report.control_chart import control_chart
from orchestration.report.drawing import give_up, png_of, svg_of
from orchestration.report.framed import framed

NUMBER = r"-?\d+(?:\.\d+)?"
BLUE, ENGLAND = "#0072b2", "#8a9095"


def point(area: str, year: int, value: float, **more) -> dict:
    return {
        "area": area,
        "period": f"{year}",
        "start": date(year, 1, 1),
        "end": date(year, 12, 31),
        "value": value,
        "lower": None,
        "upper": None,
        "england": None,
        "text": f"{value:g}",
        **more,
    }


def lines(svg: str, colour: str) -> list[str]:
    """The paths of the lines of a colour, one a panel, in their order."""
    root = ElementTree.fromstring(svg)
    return [
        path.get("d", "")
        for path in root.iter("{http://www.w3.org/2000/svg}path")
        if path.get("stroke") == colour and path.get("fill") in (None, "none")
    ]


def points_of(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(rf"[ML]({NUMBER}),({NUMBER})", path)]


def reach(path: str) -> float:
    """How far a line goes from left to right."""
    places = [x for x, _ in points_of(path)]
    return max(places) - min(places)


def texts(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_panels_stand_side_by_side_and_as_high_as_they_are_asked_for():
    points = [point(area, 2015 + n, n) for n in range(4) for area in ("Dudley", "Sandwell", "Walsall")]

    def size(panels: Panels) -> list[float]:
        root = ElementTree.fromstring(over_time(points, "deaths", panels))
        return [float(root.get(side)) for side in ("width", "height")]

    (wide, low), (narrow, high) = size(Panels(columns=3, height=60)), size(Panels(columns=1, height=60))
    assert wide > 2.5 * narrow
    assert high > 2.5 * low
    assert size(Panels(columns=3, height=90))[1] == pytest.approx(low + 30, abs=1)


def test_a_small_area_fills_its_panel_beside_a_large_one():
    points = [point("England", 2015 + n, 4_000 + 100 * n) for n in range(6)]
    points += [point("Solihull", 2015 + n, value) for n, value in enumerate((7, 9, 8, 11, 10, 11))]
    heights = []
    for path in lines(over_time(points, "deaths"), BLUE):
        ys = [y for _, y in points_of(path)]
        heights.append((max(ys) - min(ys)) / ON_A_SCREEN.height)
    assert len(heights) == 2
    assert min(heights) > 0.2


@pytest.mark.parametrize(("years", "pieces"), [((2018, 2019, 2020, 2021), 1), ((2018, 2019, 2021, 2022), 2)])
def test_a_missing_year_breaks_the_line_and_keeps_its_room(years, pieces):
    (path,) = lines(over_time([point("Walsall", year, year - 2000) for year in years], "deaths"), BLUE)
    assert path.count("M") == pieces
    xs = [x for x, _ in points_of(path)]
    steps = [round(later - earlier) for earlier, later in itertools.pairwise(xs)]
    assert max(steps) <= 1.1 * min(steps) * pieces


def shapes(svg: str) -> tuple[int, int]:
    """How many pieces the bands of intervals have, and how many rules there are beside the axes and grids."""
    root = ElementTree.fromstring(svg)
    bands = [path.get("d", "") for path in root.iter("{http://www.w3.org/2000/svg}path") if path.get("fill") == ENGLAND]
    rules = [one for one in root.iter("{http://www.w3.org/2000/svg}line") if one.get("opacity") == "0.7"]
    return sum(path.count("Z") for path in bands), len(rules)


@pytest.mark.parametrize(
    ("years", "bands", "rules"),
    [
        (range(2005, 2010), 0, 5),
        (range(2000, 2020), 1, 0),
        # 2003 stands alone between two years that are missing.
        ([2000, 2001, 2003, *range(2005, 2020)], 3, 1),
    ],
    ids=["few years", "many", "many with one alone"],
)
def test_intervals_are_rules_of_few_periods_and_a_band_of_many(years, bands, rules):
    points = [point("Walsall", year, 20 + year % 3, lower=15, upper=27) for year in years]
    assert shapes(over_time(points, "deaths")) == (bands, rules)


# Three years that overlap others are missing like any.
@pytest.mark.parametrize("years", [(2010, 2011, 2012, 2018, 2019), (2010, 2011, 2013, 2014)])
def test_a_period_between_two_others_that_has_no_value_is_not_bridged(years):
    pooled = [
        point("Walsall", year, 5 + year % 3, start=date(year, 1, 1), end=date(year + 2, 12, 31), period=f"{year} on")
        for year in years
    ]
    (path,) = lines(over_time(pooled, "per 100,000"), BLUE)
    assert path.count("M") == 2


def test_a_scale_of_counts_does_not_reach_below_0():
    svg = over_time([point("Solihull", 2010 + n, n % 5, lower=0, upper=9) for n in range(12)], "deaths")
    assert "0" in texts(svg)
    assert [text for text in texts(svg) if text.startswith(("-", "\N{MINUS SIGN}"))] == []


def test_a_month_that_is_missing_breaks_the_lines_of_a_control_chart_too():
    months = [month(2024 + n // 12, n % 12 + 1) for n in range(24) if n not in (9, 10)]
    rows = [
        {
            "period": f"{one.start:%Y-%m}",
            "start": one.start,
            "end": one.end,
            "value": 10 + number % 5,
            "expected_value": 12,
            "lower_limit": 5,
            "upper_limit": 19,
            "signal": "up" if number > 20 else "none",
        }
        for number, one in enumerate(months)
    ]
    svg = control_chart(rows, "call-outs")
    assert [path.count("M") for path in lines(svg, BLUE) if len(points_of(path)) > 2] == [2]
    assert [path.count("M") for path in lines(svg, GREY) if len(points_of(path)) > 2] == [2]
    assert {"2024-01", "2025-12"} <= set(texts(svg))


def test_england_is_a_line_in_each_panel_where_it_is_given_and_nowhere_else():
    with_england = [
        point(area, year, 5 + year % 4, england=6 + year % 3)
        for area in ("Dudley", "Walsall")
        for year in range(2015, 2021)
    ]
    assert len(lines(over_time(with_england, "per 100,000"), ENGLAND)) == 2
    without = [{**one, "england": None} for one in with_england]
    assert [path for path in lines(over_time(without, "deaths"), ENGLAND) if points_of(path)] == []


def test_the_last_value_is_written_and_the_first_and_last_period_are_named():
    svg = over_time(
        [point("Walsall", year, year - 1990.5, text=f"{year - 1990.5:.1f}") for year in range(1993, 2025)], "rate"
    )
    written = texts(svg)
    assert "33.5" in written
    assert "2.5" not in written
    assert {"1993", "2024"} <= set(written)


def test_areas_stand_from_the_highest_to_the_lowest_with_their_values():
    values = {"Walsall": 20, "Birmingham": 120, "Solihull": 11, "Dudley": 25}
    svg = over_areas([point(area, 2024, value) for area, value in values.items()], "deaths")
    written = [text for text in texts(svg) if text in values]
    root = ElementTree.fromstring(svg)
    height = {
        "".join(one.itertext()): float(re.findall(NUMBER, one.get("transform", "0,0"))[-1])
        for one in root.iter("{http://www.w3.org/2000/svg}text")
        if "".join(one.itertext()) in values
    }
    assert sorted(written, key=height.__getitem__) == ["Birmingham", "Dudley", "Walsall", "Solihull"]
    assert {"120", "25", "20", "11"} <= set(texts(svg))
    assert "England" not in texts(svg)
    compared = over_areas([point(area, 2024, value, england=40) for area, value in values.items()], "per 100,000")
    assert "England" in texts(compared)


def test_the_same_points_give_the_same_bytes():
    points = [point("Walsall", year, year % 7, lower=0, upper=9) for year in range(2010, 2020)]
    first = over_time(points, "deaths")
    # Or else the drawing made before would be compared with itself.
    svg_of.cache_clear()
    assert over_time(points, "deaths") == first


def test_a_drawing_has_the_same_pixels_whether_or_not_its_frame_cuts_it():
    areas = ("West Midlands Metropolitan County", "Dudley", "Walsall")
    points = [point(area, year, 5.25 + year % 3, lower=1, upper=9) for area in areas for year in range(2015, 2025)]
    svg = over_time(points, "deaths")
    cut, whole = (framed(svg, "Deaths", ["Source: ONS."], is_cut=is_cut) for is_cut in (True, False))
    assert cut != whole
    assert png_of(cut).result() == png_of(whole).result()
    # The frame alone has other pixels.
    assert png_of(cut).result() != png_of(framed(svg, "Other deaths", ["Source: ONS."])).result()


def test_what_nobody_waits_for_any_more_is_not_drawn_and_the_next_drawing_is_made():
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="{}"/>'
    waiting = [png_of(drawing.format(height)) for height in range(1, 200)]
    give_up()
    assert waiting[-1].cancelled()
    assert png_of(drawing.format(199)).result().startswith(b"\x89PNG")


def test_what_is_no_drawing_is_an_error_and_the_next_drawing_is_made():
    with pytest.raises(RuntimeError, match=r"A chart could not be drawn as PNG: rasterise\.py ended with code 1\."):
        png_of("no drawing").result()
    assert png_of('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>').result().startswith(b"\x89PNG")


def test_a_long_name_is_written_in_lines_and_none_is_cut_off():
    areas = ("West Midlands Metropolitan County", "West Midlands Police: no policing area recorded", "Dudley")
    points = [point(area, year, 5 + year % 3) for area in areas for year in (2022, 2023, 2024)]
    for svg in (over_time(points, "deaths"), over_areas([one for one in points if one["period"] == "2024"], "deaths")):
        written = " ".join(texts(svg))
        assert "…" not in written
        for line in ("West Midlands", "Metropolitan County", "West Midlands Police", "no policing area"):
            assert line in written, line
        assert "Dudley" in texts(svg)


def test_a_dark_screen_sees_other_colours_and_a_printed_picture_the_same():
    svg = over_time(
        [point("Walsall", year, year % 7, lower=0, upper=9, england=4) for year in range(2010, 2020)], "deaths"
    )
    shown = for_screens(svg)
    (style,) = re.findall(r"<style>@media \(prefers-color-scheme:dark\)\{(.*?)\}</style>", shown)
    assert shown.replace(re.search(r"<style>.*?</style>", shown)[0], "") == svg
    changed = dict(re.findall(r'\[fill="([^"]+)"\]\{fill:([^}]+)\}', style))
    # Every colour of words and surfaces has another one in the dark.
    used = set(re.findall(r'fill="([^"]+)"', svg)) - {"none"}
    assert used <= changed.keys()
    assert vl_convert.svg_to_png(shown) == vl_convert.svg_to_png(svg)


def test_a_short_history_beside_a_long_one_has_its_own_years():
    long = [point("Long", year, 10 + year % 3) for year in range(2001, 2024)]
    short = [point("Short", year, year % 5) for year in (2022, 2023)]
    of_long, of_short = (reach(path) for path in lines(over_time([*long, *short], "deaths"), BLUE))
    assert of_short == pytest.approx(of_long, rel=0.1)
    # Six years of 23 can be read on the same axis.
    of_long, of_short = (
        reach(path)
        for path in lines(
            over_time([*long, *(point("Short", year, year % 5) for year in range(2018, 2024))], "deaths"), BLUE
        )
    )
    assert of_short == pytest.approx(of_long * 5 / 22, rel=0.1)
