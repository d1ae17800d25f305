"""The page of early warning: what is new in the months and quarters, with its chart, its sentence and what to do."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from orchestration.report.contents import SHORTHAND, Rows, sources_sentence, status_words
from orchestration.report.control_chart import control_chart
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Number, Picture, Row, number_text
from orchestration.report.site.pictures import picture_size, write_chart, write_numbers
from orchestration.report.summaries import SENTENCE_END

# A chart shows three years of months; the marts have all.
POINTS_SHOWN = 36
ROWS_SHOWN = 12
EARLIER_SHOWN = 100

# The columns of the file of numbers beside a chart.
COLUMNS = (
    *("series_id", "indicator_id", "area_code", "area", "period", "value"),
    *("expected_value", "lower_limit", "upper_limit", "signal", "status"),
)

RARE = (
    "Few events come in a month, so no single month stands out: the chart adds up what came above the earlier level. "
    "Filled points are part of the signal, and the line is the expected figure."
)
LEVEL = (
    "Filled points are part of the signal. The line is the expected figure, and the grey band is ordinary variation."
)

SEASONS = {
    "taken_out": "The {one}s of the year differ. These differences were taken out before the figures were judged.",
    "none_found": "The {one}s of the year differ by no more than chance explains, so no season was taken out.",
    "too_short": "The series covers fewer than three years, too few to judge the season, so no season was taken out. "
    "Compare the signal with the same {one}s of the year before.",
    "gaps": "Figures of earlier years are missing, so the season could not be judged and was not taken out. One "
    "missing {one} in a year is enough. Compare the signal with the same {one}s of the year before.",
}


def write_signals_page(site: Site) -> None:
    rows = site.rows(
        "select signals.*, noticed.label as period, since.label as since, coalesce(decimals, 0) as decimals "
        "from marts.fct_signals as signals inner join marts.dim_periods as noticed using (period_id) "
        "inner join marts.dim_periods as since on since_period_id = since.period_id "
        "left join marts.dim_indicators as indicators using (indicator_id) where is_partnership_member "
        "order by noticed.start_date desc, signals.title, area_name, rule_id"
    )
    (series,) = site.rows("select count(distinct series_id || '|' || area_code) as number from marts.fct_signal_points")
    current = [row for row in rows if row["is_current"]]
    site.page(
        "signals.html",
        "signals.html",
        "Early warning",
        series=site.count(series["number"], "signal_series"),
        signals=_grouped(site, current),
        headings=[Heading("What"), Heading("First noticed"), Heading("Since"), Heading("Signal")],
        earlier=[
            Row([f"{row['title']}, {row['area_names']}", row["period"], row["since"], row["rule"]])
            for row in rows
            if not row["is_current"]
        ][:EARLIER_SHOWN],
    )


def _grouped(site: Site, rows: Rows) -> list[dict[str, Any]]:
    """The current signals: those of one series and area together, with one chart."""
    groups: dict[tuple[str, str], Rows] = defaultdict(list)
    for row in rows:
        groups[row["series_id"], row["area_code"]].append(row)
    return [_group(site, members) for members in groups.values()]


def _group(site: Site, rows: Rows) -> dict[str, Any]:
    first = rows[0]
    points = site.rows(
        'select points.*, label as period, start_date as start, end_date as "end", '
        "coalesce(facts.value_status, measured.value_status) as value_status "
        "from marts.fct_signal_points as points inner join marts.dim_periods using (period_id) "
        "left join marts.fct_indicators as facts using (indicator_id, area_code, period_id) "
        "left join marts.fct_measures as measured using (measure_id, area_code, period_id) "
        "where series_id = ? and area_code = ? "
        "order by start_date desc limit ?",
        [first["series_id"], first["area_code"], POINTS_SHOWN],
    )[::-1]
    return {
        "id": f"{first['series_id']}-{first['area_code']}",
        "title": f"{first['title']}, {_place(site, first)}",
        "sentences": told_together([row["sentence"] for row in rows]),
        "season": SEASONS[first["season"]].format(one=first["period_type"]),
        "steps": _steps(rows),
        "picture": _picture(site, first, points),
        "headings": [
            Heading("Period"),
            *(Heading(one, True) for one in ("Figure", "Expected", "Lower limit", "Upper limit")),
        ],
        "rows": _rows(site, first, points),
    }


def told_together(texts: Sequence[str]) -> list[str]:
    """The same texts, the sentences that all of them end with once, as a text of their own."""
    parts = [SENTENCE_END.split(text) for text in texts]
    shared: list[str] = []
    while len(parts) > 1 and all(len(one) > 1 for one in parts) and len({one[-1] for one in parts}) == 1:
        shared.insert(0, parts[0][-1])
        parts = [one[:-1] for one in parts]
    return [" ".join(one) for one in (*parts, shared) if one]


def _steps(rows: Rows) -> list[tuple[str, str]]:
    """What to do, each step once, after the words that introduce it: a series may have a rise and a fall at a time."""
    steps = {row["what_to_do"]: row["direction"] for row in rows}
    if len(steps) == 1:
        return [("What to do", next(iter(steps)))]
    return [
        (f"What to do about the {'rise' if direction == 'up' else 'fall'}", step) for step, direction in steps.items()
    ]


def _place(site: Site, signal: dict[str, Any]) -> str:
    code = signal["area_code"]
    return site.name_of(signal["indicator_id"], code) if code in site.areas else str(signal["area_name"])


def _rows(site: Site, signal: dict[str, Any], points: Rows) -> list[Row]:
    """The newest periods, each with its point, or with why it has no figure. Those that are left out are no rows."""
    periods = site.rows(
        "select label as period, start_date as start, "
        "coalesce(facts.value_status, measured.value_status) as value_status, "
        "coalesce(facts.value, measured.value) as value from marts.dim_periods "
        "left join (select * from marts.fct_indicators where indicator_id = $indicator and area_code = $area) as facts "
        "using (period_id) "
        "left join (select * from marts.fct_measures where measure_id = $measure and area_code = $area) as measured "
        "using (period_id) where period_type = $type and start_date >= $first and start_date <= ("
        "select max(start_date) from marts.fct_measures inner join marts.dim_periods using (period_id) "
        "where measure_id = $measure and area_code = $area and period_type = $type) order by start_date desc",
        {
            "indicator": signal["indicator_id"],
            "measure": signal["measure_id"],
            "area": signal["area_code"],
            "type": signal["period_type"],
            "first": points[0]["start"],
        },
    )
    judged = {point["start"]: point for point in points}
    rows = []
    for period in periods:
        if period["start"] in judged:
            rows.append(_row(judged[period["start"]], signal["decimals"]))
        elif period["value"] is None:
            text, why = SHORTHAND.get(period["value_status"], SHORTHAND["not_available"])
            none = Number("[z]", "", "expected_value", why="not applicable")
            rows.append(Row([period["period"], Number(text, "", "value", why=why), none, none, none]))
    return rows[:ROWS_SHOWN]


def _row(point: dict[str, Any], decimals: int) -> Row:
    of = f"fct_signal_points|{point['series_id']}|{point['area_code']}|{point['period_id']}"

    def number(column: str, places: int) -> Number | str:
        value = point[column]
        if value is None:
            return Number("[z]", of, column, why="not applicable")
        return Number(number_text(value, places), of, column, value, places)

    more = max(1, decimals)
    return Row(
        [
            point["period"],
            number("value", decimals),
            number("expected_value", more),
            number("lower_limit", more),
            number("upper_limit", more),
        ]
    )


def _picture(site: Site, signal: dict[str, Any], points: Rows) -> Picture:
    svg = control_chart(points, signal["unit"])
    span = f"{points[0]['period']} to {points[-1]['period']}"
    title = f"{signal['title']}, {_place(site, signal)}, {span}"
    about = RARE if points[-1]["chart"] == "cusum" else LEVEL
    releases = site.releases_of([{**point, "indicator_id": signal["indicator_id"]} for point in points])
    source = sources_sentence(releases) if releases else ""
    file = f"signal-{signal['series_id']}-{signal['area_code']}"
    written = write_chart(site, file, svg, f"{title}, {signal['unit']}", [about, source])
    numbers = [
        {**point, "area": _place(site, signal), "status": status_words(point["value_status"])} for point in points
    ]
    return Picture(
        written["SVG"],
        f"Chart of {title}. The table below has the newest figures.",
        f"{title}. {about}",
        *picture_size(svg),
        files={**written, **write_numbers(site, file, COLUMNS, numbers)},
    )
