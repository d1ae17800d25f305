"""The report as a site of static pages: tables, sentences made from the numbers, charts, and the way to every cell.

It needs no server, no script and no other host: pages link to each other by their place. What a sentence may say
follows from the numbers: "rose" and "fell" of a change that is significant, and of no other.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from orchestration.releases.origin import PUBLISHER_FILE, day_text
from orchestration.report import Edition, edition_of, opened, replaced_folder
from orchestration.report.charts import chart
from orchestration.report.contents import (
    HEADING_NOTES,
    MARKS,
    SHORTHAND,
    Rows,
    change_unit,
    discrepancies_of,
    distinct,
    has_any,
    label_of,
    made_from,
    name_of_rows,
    needs_series,
    periods_of,
    releases_of_edition,
    rows_of,
    single,
    source_of,
    sources_of,
    sources_sentence,
    status_text,
    summary_of,
)

TEMPLATES = Path(__file__).parent / "templates"

# What a page of an indicator shows of its history; the file beside it has all of it.
PERIODS_SHOWN = 12
REVISIONS_SHOWN = 100
# A figure that no table of the report holds is told in a sentence of its own where it is of no more areas than this.
AREAS_TOLD = 2
# A map is worth drawing of this many members.
MAPPED_MEMBERS = 4

COMPARED = {
    "better": ("●", "better than England"),
    "worse": ("◆", "worse than England"),
    "similar": ("■", "similar to England"),
    "higher": ("▲", "higher than England"),
    "lower": ("▼", "lower than England"),
    "not_compared": ("", "not compared"),
}
POLARITIES = {
    "higher_is_better": "Higher is better.",
    "lower_is_better": "Lower is better.",
    "no_judgement": "Neither: the number follows what is recorded and done.",
}
# What stands in a column where there is nothing to say.
SAYS_NOTHING = ("", "Not compared", "Cannot be calculated", "Not tested", "No figure before")

SEVERITIES = {
    "error": "Contradictions",
    "minor": "Last digits",
    "advice": "Words and missing counts",
}


@dataclass(frozen=True)
class Number:
    """A figure as it is shown, and what it is of: `of` is a table and the key of its row, joined by bars.

    `text` is shorthand such as [c] where there is no figure, and `why` says what that means.
    """

    text: str
    of: str
    column: str
    value: float | None = None
    decimals: int | None = None
    address: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Words:
    """A cell of words, with a mark that says the same to the eye, a link, and a class for its colour."""

    words: str
    mark: str = ""
    address: str | None = None
    colour: str = ""


@dataclass(frozen=True)
class Heading:
    """The heading of a column."""

    name: str
    is_number: bool = False
    unit: str | None = None
    is_always_shown: bool = True


@dataclass(frozen=True)
class Row:
    """A row of a table, with an identifier where something leads to it."""

    cells: Sequence[Any]
    id: str | None = None


@dataclass(frozen=True)
class Picture:
    """A chart: where it lies, its size, and what it shows in words."""

    address: str
    words: str
    caption: str
    width: int
    height: int


def _optional(name: str, is_number: bool = False) -> Heading:
    return Heading(name, is_number, is_always_shown=False)


# The columns of an area's page.
GLANCE = (
    Heading("Indicator"),
    Heading("Period"),
    Heading("Value", True),
    Heading("Unit"),
    _optional("Lower 95% limit", True),
    _optional("Upper 95% limit", True),
    _optional("England", True),
    _optional("Compared with England"),
    _optional("Change from the period before"),
    _optional("Recent trend"),
)


def write_site(warehouse: Path, folder: Path, edition: str | Edition | None = None) -> None:
    """Writes the pages of the edition (the newest unless named) to `folder`, which they replace as a whole.

    Numbers are those of the published file, rounded as the report shows them. Raises `Refusal` where there is no
    warehouse or no such edition.
    """
    with opened(warehouse) as connection, replaced_folder(folder) as aside:
        _Site(connection, aside, edition).write()


def number_text(value: float, decimals: int, *, signed: bool = False) -> str:
    """`8216.0, 0` → `8,216`; a minus is the sign of that name, and `signed` shows a plus too."""
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


class _Site:
    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, edition: str | Edition | None) -> None:
        self._connection = connection
        self._folder = folder
        self._edition = edition_of(connection, edition)
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        # Templates ask what a cell is, and never whether it has a field: a wrong field's name has to be an error.
        self._templates.tests["words"] = lambda cell: isinstance(cell, Words)
        (self._refresh,) = self._rows("select * from audit.refreshes order by finished_at desc limit 1")
        self._releases = self._rows("select * from marts.dim_releases order by publisher, title, released_on desc")
        licences = sorted({release["licence"] for release in self._releases})
        self._templates.globals.update(
            edition=self._edition,
            refreshed_on=day_text(self._refresh["finished_at"]),
            refresh_id=self._refresh["refresh_id"][:8],
            licences=f"Licences of the sources: {'; '.join(licences)}.",
            made_from=made_from(self._releases),
        )

    def write(self) -> None:
        """Writes every page, the style and the files beside them."""
        for name in ("indicators", "areas", "charts"):
            (self._folder / name).mkdir()
        (self._folder / "style.css").write_bytes((TEMPLATES / "style.css").read_bytes())
        self._write_indicators()
        self._write_report()
        self._write_areas()
        self._write_discrepancies()
        self._write_dictionary()
        self._write_quality()

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> Rows:
        cursor = self._connection.execute(query, list(parameters))
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def _page(self, path: str, template: str, title: str, **content: Any) -> None:
        root = "../" * path.count("/")
        text = self._templates.get_template(template).render(title=title, root=root, page=path, **content)
        (self._folder / path).write_text(text, encoding="utf-8")

    @cached_property
    def _areas(self) -> dict[str, dict[str, Any]]:
        """The members of the partnership and what they lie in, by code: members first, then from small to large."""
        areas = {row["area_code"]: row for row in self._rows("select * from marts.dim_areas order by area_name")}
        members = {code: row for code, row in areas.items() if row["is_partnership_member"]}
        around = {}
        wider = {
            code for row in members.values() for code in (row["police_force_code"], row["parent_area_code"]) if code
        }
        while wider:
            around |= {code: areas[code] for code in wider if code in areas}
            wider = {areas[code]["parent_area_code"] for code in wider if code in areas} - around.keys() - {None}
        rests = {
            code: row
            for code, row in areas.items()
            if row["area_type"] == "unallocated" and row["parent_area_code"] in around
        }
        order = ("metropolitan_county", "police_force_area", "unallocated", "region", "country")
        beyond = sorted(
            (around | rests).items(),
            key=lambda one: order.index(one[1]["area_type"]) if one[1]["area_type"] in order else len(order),
        )
        return members | dict(beyond)

    @cached_property
    def _indicators(self) -> dict[str, dict[str, Any]]:
        """The indicators that have a figure of one of the areas, with the titles of their measures."""
        rows = self._rows(
            "select indicators.*, numerators.title as numerator, denominators.title as denominator "
            "from marts.dim_indicators as indicators "
            "inner join marts.dim_measures as numerators on indicators.numerator_measure_id = numerators.measure_id "
            "left join marts.dim_measures as denominators "
            "on indicators.denominator_measure_id = denominators.measure_id "
            "order by framework_outcome, indicators.title"
        )
        return {row["indicator_id"]: row for row in rows if self._figures.get(row["indicator_id"])}

    @cached_property
    def _figures(self) -> dict[str, Rows]:
        """The figures of each indicator in the areas of the site, by area and then the newest first."""
        return self._figures_in("marts.fct_indicators")

    @cached_property
    def _figures_of_edition(self) -> dict[str, Rows]:
        """The same as they were known on the day of the edition."""
        if self._edition.as_of is None:
            return self._figures
        day = f"date '{self._edition.day}'"
        return self._figures_in(
            f"(select * from marts.fct_indicator_history "
            f"where known_from <= {day} and (known_to is null or known_to > {day}))"
        )

    def _figures_in(self, facts: str) -> dict[str, Rows]:
        found = defaultdict(list)
        place = {code: number for number, code in enumerate(self._areas)}
        for row in self._rows(
            "select numbers.*, label as period, start_date, period_type, indicators.decimals, indicators.unit "
            f"from {facts} as numbers inner join marts.dim_periods using (period_id) "
            "inner join marts.dim_indicators as indicators using (indicator_id) "
            "where area_code in (select unnest(?)) order by start_date desc nulls last, period_id",
            [list(self._areas)],
        ):
            found[row["indicator_id"]].append(row)
        return {name: sorted(rows, key=lambda row: place[row["area_code"]]) for name, rows in found.items()}

    @cached_property
    def _printed(self) -> dict[tuple[str, str, str], Rows]:
        """The printed figures behind each shown one."""
        found = defaultdict(list)
        for row in self._rows(
            "select lineage.*, measures.title as part, parts.area_name as part_area, periods.label as part_period "
            "from audit.lineage inner join marts.dim_measures as measures on part_measure_id = measures.measure_id "
            "inner join marts.dim_areas as parts on part_area_code = parts.area_code "
            "inner join marts.dim_periods as periods on part_period_id = periods.period_id "
            "where lineage.area_code in (select unnest(?)) order by role desc, part, part_area_code, part_period_id",
            [list(self._areas)],
        ):
            found[row["indicator_id"], row["area_code"], row["period_id"]].append(row)
        return found

    def _shown_periods(self, indicator: str) -> list[str]:
        """The newest periods of an indicator that its page shows."""
        periods = distinct(
            row["period_id"]
            for row in sorted(self._figures[indicator], key=lambda row: str(row["start_date"]), reverse=True)
        )
        return periods[:PERIODS_SHOWN]

    def _source_address(self, indicator: str, area: str, period: str) -> str | None:
        if indicator in self._indicators and area in self._areas and period in self._shown_periods(indicator):
            return f"indicators/{indicator}.html#from-{area}-{period}"
        return None

    def _number(self, row: dict[str, Any], column: str, of: str, status: str | None = None, **how: Any) -> Number:
        """A figure of a row, or the shorthand for why there is none, with the way to its source."""
        decimals = how.get("decimals", row["decimals"])
        if row[column] is None or status == "rounds_to_zero":
            text, why = SHORTHAND.get(status or "not_applicable", SHORTHAND["not_available"])
            return Number(text, of, column, why=why)
        period = how.get("period", row["period_id"])
        address = self._source_address(row["indicator_id"], row["area_code"], period) if how.get("is_linked") else None
        text = number_text(row[column], decimals, signed=how.get("signed", False))
        return Number(text + how.get("unit", ""), of, column, row[column], decimals, address)

    def _write_report(self) -> None:
        tables = defaultdict(list)
        told = set()
        for entry in self._contents:
            rows = rows_of(self._connection, entry["report"], self._edition)
            told |= {row["indicator_id"] for row in rows}
            tables[entry["section"]].append(self._report_table(entry, rows))
        sections = [
            {
                "id": f"section-{number}",
                "name": section,
                "tables": tables.get(section, ()),
                "figures": self._untold(section, told),
            }
            for number, section in enumerate(self._sections, 1)
        ]
        self._page(
            "index.html",
            "report.html",
            f"{self._edition.title}: {self._edition.area_name}",
            sections=[section for section in sections if section["tables"] or section["figures"]],
            made_from=made_from(releases_of_edition(self._connection, self._edition)),
            shorthand=[*SHORTHAND.values(), *MARKS.values()],
        )

    @cached_property
    def _contents(self) -> Rows:
        return self._rows(
            "select report, section, title from reports.report_contents where edition = ? order by report_order",
            [self._edition.edition],
        )

    @cached_property
    def _sections(self) -> list[str]:
        """The sections in the order of the edition, with the outcomes that it has no table of among their like."""
        order = distinct(entry["section"] for entry in self._contents)
        for outcome in distinct(row["framework_outcome"] for row in self._indicators.values()):
            if outcome not in order:
                kind = outcome.split(":")[0].rstrip("0123456789 ")
                like = [place for place, section in enumerate(order) if section.startswith(kind)]
                later = [place for place in like if order[place] > outcome]
                order.insert(later[0] if later else like[-1] + 1 if like else len(order), outcome)
        return order

    def _untold(self, section: str, told: set[str]) -> list[list[Any]]:
        """A sentence for each figure of the section that no table of the report holds."""
        sentences = []
        for name, indicator in self._indicators.items():
            if indicator["framework_outcome"] != section or name in told:
                continue
            newest = {}
            for row in self._figures_of_edition.get(name, ()):
                if row["value"] is not None:
                    newest.setdefault(row["area_code"], row)
            wide = ("metropolitan_county", "police_force_area")
            shown = [row for row in newest.values() if self._areas[row["area_code"]]["area_type"] in wide]
            shown = shown or [row for row in newest.values() if self._areas[row["area_code"]]["is_partnership_member"]]
            for row in shown if len(shown) <= AREAS_TOLD else ():
                of = f"fct_indicators|{name}|{row['area_code']}|{row['period_id']}"
                area = self._areas[row["area_code"]]["area_name"]
                number = self._number(
                    row, "value", of, row["value_status"], is_linked=True, unit=_unit_after(row["unit"])
                )
                status = "" if row["value_status"] == "published" else f" ({row['value_status'].replace('_', ' ')})"
                sentences.append([f"{indicator['title']}, {area}, {row['period']}: ", number, f"{status}."])
        return sentences

    def _report_table(self, entry: dict[str, Any], rows: Rows) -> dict[str, Any]:
        notes = [summary_of(row) for row in rows]
        unit, now, before = single(rows, "unit"), single(rows, "period"), single(rows, "previous_period")
        headings = [Heading(name_of_rows(rows))]
        with_series, with_previous = needs_series(rows), has_any(rows, "previous_value")
        with_limits, with_change = has_any(rows, "lower_95"), has_any(rows, "change")
        with_percent = has_any(rows, "percent_change")
        headings += [Heading("Figure")] * with_series
        headings += [Heading("Unit")] * (unit is None)
        headings += [Heading("Period")] * (now is None)
        headings += [Heading(before or "Period before", True, unit)] * with_previous
        headings += [Heading(now or "Value", True, unit)]
        headings += [Heading("Lower 95% limit", True), Heading("Upper 95% limit", True)] * with_limits
        headings += [Heading("Change", True, unit and change_unit(unit))] * with_change
        headings += [Heading("Percent change", True, "percent")] * with_percent
        headings += [Heading("Larger than chance?")] * with_change
        headings += [Heading("Status")]
        with_revised = has_any(rows, "revised")
        headings += [Heading("Revised since the edition")] * with_revised
        shown = []
        for row in rows:
            numbers = self._report_numbers(entry["report"], row, says_unit=unit is None)
            cells: list[Any] = [row["row_label"]]
            cells += [row["series"]] * with_series
            cells += [row["unit"]] * (unit is None)
            cells += [row["period"]] * (now is None)
            cells += [numbers["previous_value"]] * with_previous
            cells += [numbers["value"]]
            cells += [numbers["lower_95"], numbers["upper_95"]] * with_limits
            cells += [numbers["change"]] * with_change
            cells += [numbers["percent_change"]] * with_percent
            cells += [{True: "Yes", False: "No", None: "Not tested"}[row["is_significant_change"]]] * with_change
            cells += [status_text(row["value_status"])]
            cells += [row["revised"] or "No"] * with_revised
            shown.append(Row(cells))
        methods = distinct(row["interval_method"] for row in rows if row["lower_95"] is not None)
        notes += [HEADING_NOTES[method] for method in methods if method in HEADING_NOTES]
        notes += [HEADING_NOTES["revised"]] * with_revised
        wrong = discrepancies_of(self._connection, label_of(entry["report"]), self._edition)
        return {
            "report": entry["report"],
            "label": label_of(entry["report"]),
            "title": entry["title"],
            "periods": periods_of(rows),
            "sentences": list(self._sentences(entry["report"], rows)),
            "pictures": self._report_pictures(entry["report"], rows),
            "headings": headings,
            "rows": shown,
            "notes": distinct(notes),
            "differs": wrong,
            "source": sources_of(self._connection, rows, self._edition),
        }

    def _report_numbers(self, report: str, row: dict[str, Any], *, says_unit: bool = False) -> dict[str, Number]:
        """The figures of a row. `says_unit` where the column of changes has none, and a row of percents another."""
        of = f"reports.{report}|{row['edition']}|{row['row_order']}"
        status, before = row["value_status"], row["previous_status"]
        either = status if row["value"] is None else before if row["previous_value"] is None else None
        limits = max(1, row["decimals"])
        previous = {"period": row["previous_period_id"]}
        return {
            "value": self._number(row, "value", of, status, is_linked=True),
            "previous_value": self._number(
                row, "previous_value", of, before or "not_available", is_linked=True, **previous
            ),
            "lower_95": self._number(row, "lower_95", of, status if row["value"] is None else None, decimals=limits),
            "upper_95": self._number(row, "upper_95", of, status if row["value"] is None else None, decimals=limits),
            "change": self._number(
                row, "change", of, either, signed=True, unit=_points_after(row["unit"]) if says_unit else ""
            ),
            "percent_change": self._number(row, "percent_change", of, either, decimals=1, signed=True, unit="%"),
        }

    def _sentences(self, report: str, rows: Rows) -> Iterator[list[Any]]:
        """What may be said of a table: directions of significant changes, and the spread of single values."""
        alike = defaultdict(list)
        for row in rows:
            alike["" if not needs_series(rows) else row["series"]].append(row)
        for series, members in alike.items():
            yield from self._sentences_of(report, f"{series}: " if series else "", members)

    def _sentences_of(self, report: str, before: str, rows: Rows) -> Iterator[list[Any]]:
        level, untested, missing, single_values = [], [], defaultdict(list), []
        for row in rows:
            numbers = self._report_numbers(report, row)
            unit = _unit_after(row["unit"])
            if row["value"] is None:
                missing[row["value_status"]].append(row["row_label"])
            elif row["previous_value"] is None:
                single_values.append((row, numbers["value"], unit))
            elif row["is_significant_change"]:
                went = "rose" if row["change"] > 0 else "fell"
                change = numbers["percent_change"] if row["unit"] != "percent" else numbers["change"]
                yield [
                    f"{before}{row['row_label']} {went} from ",
                    numbers["previous_value"],
                    f"{unit} in {row['previous_period']} to ",
                    numbers["value"],
                    f"{unit} in {row['period']} (",
                    change,
                    f"{_points_after(row['unit'])}).",
                ]
            else:
                (level if row["is_significant_change"] is False else untested).append((row, numbers, unit))
        for group, after in (
            (level, "no larger than chance alone can make"),
            (untested, "not tested, because its counts are not known or its pooled years overlap"),
        ):
            if group:
                parts: list[Any] = [f"{before}{'the' if before else 'The'} change is {after}: "]
                for place, (row, numbers, unit) in enumerate(group):
                    parts += [
                        f"{'; ' if place else ''}{row['row_label']}, ",
                        numbers["previous_value"],
                        f"{unit} in {row['previous_period']} and ",
                        numbers["value"],
                        f"{unit} in {row['period']}",
                    ]
                yield [*parts, "."]
        if len(single_values) > AREAS_TOLD and single(rows, "indicator_id"):
            (low_row, low, unit), (high_row, high, _) = (
                pick(single_values, key=lambda one: one[0]["value"]) for pick in (min, max)
            )
            kind = "the estimates range" if low_row["value_status"] == "estimated" else "the values range"
            yield [
                f"{before}{kind if before else kind[0].upper() + kind[1:]} from ",
                low,
                f"{unit} ({low_row['row_label']}) to ",
                high,
                f"{unit} ({high_row['row_label']}) in {high_row['period']}.",
            ]
        else:
            for row, number, unit in single_values:
                yield [f"{before}{row['row_label']}, {row['period']}: ", number, f"{unit}."]
        for status, labels in missing.items():
            reason = SHORTHAND.get(status, SHORTHAND["not_available"])[1]
            yield [f"{before}{'no' if before else 'No'} figure for {', '.join(labels)}: {reason}."]

    def _report_pictures(self, report: str, rows: Rows) -> list[Picture]:
        """The charts of a figure of the report, one an indicator."""
        if not report.startswith("figure"):
            return []
        names = distinct(row["indicator_id"] for row in rows)
        pictures = (
            self._picture(name, self._figures_of_edition.get(name, []), "report-")
            for name in names
            if name in self._indicators
        )
        return [picture for picture in pictures if picture]

    @cached_property
    def _pictures(self) -> dict[str, Picture]:
        """The chart of each indicator that has a value, with the areas and periods it shows."""
        pictures = {name: self._picture(name, self._figures[name]) for name in self._indicators}
        return {name: picture for name, picture in pictures.items() if picture}

    def _picture(self, name: str, figures: Rows, before: str = "") -> Picture | None:
        """The chart of an indicator's figures, in a file of that name after `before`; None where there is no value."""
        rows = [row for row in figures if row["value"] is not None]
        if not rows:
            return None
        indicator = self._indicators[name]
        kinds = [row["period_type"] for row in rows]
        kind = max(distinct(kinds), key=kinds.count)
        rows = sorted((row for row in rows if row["period_type"] == kind), key=lambda row: str(row["start_date"]))
        periods = distinct(row["period"] for row in rows)[-PERIODS_SHOWN:]
        place = {code: number for number, code in enumerate(self._areas)}
        points = [
            {
                "area": self._areas[row["area_code"]]["area_name"],
                "period": row["period"],
                "value": row["value"],
                "lower": row["lower_95"],
                "upper": row["upper_95"],
            }
            for row in sorted(rows, key=lambda row: (place[row["area_code"]], str(row["start_date"])))
            if row["period"] in periods
        ]
        svg = chart(points, indicator["unit"])
        address = f"charts/{before}{name}.svg"
        (self._folder / address).write_text(svg, encoding="utf-8")
        areas = distinct(point["area"] for point in points)
        span = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
        whiskers = any(point["lower"] is not None for point in points)
        caption = f"{indicator['title']}, {indicator['unit']}, {span}."
        return Picture(
            address,
            f"Chart of {indicator['title']} in {', '.join(areas)}, {span}. Its numbers are in the table.",
            caption + (" Grey lines are 95% intervals." if whiskers else ""),
            *_size(svg),
        )

    def _write_indicators(self) -> None:
        outcomes = defaultdict(list)
        for name, indicator in self._indicators.items():
            outcomes[indicator["framework_outcome"]].append(indicator)
            self._write_indicator(name, indicator)
        sections = [(outcome, outcomes[outcome]) for outcome in self._sections if outcomes[outcome]]
        self._page("indicators.html", "indicators.html", "Indicators", outcomes=sections)

    def _write_indicator(self, name: str, indicator: dict[str, Any]) -> None:
        shown = [row for row in self._figures[name] if row["period_id"] in self._shown_periods(name)]
        with_denominator = indicator["denominator"] is not None
        headings = [Heading("Area"), Heading("Period")]
        headings += [Heading("Numerator", True), Heading("Denominator", True)] * with_denominator
        headings += [Heading("Value", True, indicator["unit"])]
        headings += [_optional("Lower 95% limit", True), _optional("Upper 95% limit", True)]
        headings += [Heading("Change", True, change_unit(indicator["unit"]), is_always_shown=False)]
        headings += [_optional("Percent change", True), _optional("Larger than chance?")]
        headings += [_optional("Compared with England"), _optional("Recent trend"), Heading("Status")]
        headings, rows = _without_empty(headings, [self._indicator_row(row, with_denominator) for row in shown])
        picture = self._pictures.get(name)
        sources = [row for one in shown for row in self._source_rows(one)]
        releases = self._releases_of(self._figures[name])
        revisions = self._rows(
            "select revisions.*, label as period from audit.revisions inner join marts.dim_periods using (period_id) "
            "where measure_id = ? and area_code in (select unnest(?)) and not is_new_period "
            f"order by revised_on desc, area_code, period_id limit {REVISIONS_SHOWN}",
            [indicator["numerator_measure_id"], list(self._areas)],
        )
        self._write_csv(name)
        self._page(
            f"indicators/{name}.html",
            "indicator.html",
            indicator["title"],
            indicator=indicator,
            polarity=POLARITIES[indicator["polarity"]],
            method=HEADING_NOTES.get(indicator["interval_method"], "None is given."),
            source="; ".join(distinct(map(source_of, releases))) or "No release holds a figure.",
            picture=picture and Picture(f"../{picture.address}", *list(vars(picture).values())[1:]),
            headings=headings,
            rows=rows,
            source_headings=[Heading(one) for one in ("Area", "Period", "Printed figure", "Printed", "File", "Place")],
            sources=sources,
            release_headings=[Heading(one) for one in ("Release", "Source", "Files", "Licence")],
            releases=[Row([row["release_id"], source_of(row), row["file_names"], row["licence"]]) for row in releases],
            revision_headings=[Heading(one) for one in ("Area", "Period", "What", "Before", "After", "Release")],
            revisions=[
                Row(
                    [
                        self._areas[row["area_code"]]["area_name"],
                        row["period"],
                        row["kind"],
                        row["old_value_text"] or "",
                        row["new_value_text"] or "",
                        row["new_release_id"],
                    ]
                )
                for row in revisions
            ],
        )

    def _indicator_row(self, row: dict[str, Any], with_denominator: bool) -> Row:
        of = f"fct_indicators|{row['indicator_id']}|{row['area_code']}|{row['period_id']}"
        status = row["value_status"]
        absent = status if row["value"] is None else None
        limits = max(1, row["decimals"])
        cells: list[Any] = [self._areas[row["area_code"]]["area_name"], row["period"]]
        if with_denominator:
            cells += [
                self._number(row, column, of, status if row[column] is None else None, decimals=0)
                for column in ("numerator", "denominator")
            ]
        cells += [
            self._number(row, "value", of, status, is_linked=True),
            self._number(row, "lower_95", of, absent, decimals=limits),
            self._number(row, "upper_95", of, absent, decimals=limits),
            self._number(row, "change", of, absent, signed=True),
            self._number(
                row | {"percent_change": None if row["unit"] == "percent" else row["percent_change"]},
                "percent_change",
                of,
                absent,
                decimals=1,
                signed=True,
                unit="%",
            ),
            {True: "Yes", False: "No", None: "Not tested"}[row["is_significant_change"]],
            COMPARED[row["compared_with_england"]][1].capitalize(),
            row["recent_trend"].replace("_", " ").capitalize(),
            status_text(status),
        ]
        return Row(cells)

    def _source_rows(self, row: dict[str, Any]) -> Iterator[Row]:
        key = (row["indicator_id"], row["area_code"], row["period_id"])
        place = f"from-{row['area_code']}-{row['period_id']}"
        area, period = self._areas[row["area_code"]]["area_name"], row["period"]
        printed = self._printed.get(key)
        if not printed:
            yield Row([area, period, "No release prints it.", "", "", ""], place)
            return
        for number, part in enumerate(printed):
            what = part["part"] if part["part_area"] == area else f"{part['part']}, {part['part_area']}"
            what += "" if part["part_period"] == period else f", {part['part_period']}"
            shown = part["value_text"]
            if shown is None:
                shown = (
                    "withheld" if part["value_status"] == "suppressed" else "added up" if part["source_cell"] else ""
                )
            where = ", ".join(text for text in (part["source_sheet"], part["source_cell"]) if text)
            yield Row([area, period, what, shown, part["source_file"] or "", where], place if number == 0 else None)

    def _write_csv(self, name: str) -> None:
        columns = ("area_code", "area_name", "period_id", "period", "numerator", "denominator", "value", "value_status")
        columns += ("lower_95", "upper_95", "change", "percent_change", "change_p_value", "is_significant_change")
        columns += ("england_value", "compared_with_england", "recent_trend")
        with (self._folder / "indicators" / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns)
            for row in self._figures[name]:
                named = {**row, "area_name": self._areas[row["area_code"]]["area_name"]}
                writer.writerow([named[column] for column in columns])

    def _write_areas(self) -> None:
        shown = []
        for code, area in self._areas.items():
            newest = self._newest(code)
            if not newest:
                continue
            shown.append(area)
            self._page(
                f"areas/{code}.html",
                "area.html",
                area["area_name"],
                lead=f"All indicators of {area['area_name']} ({code}) at a glance: each with its newest figure.",
                legend=[(name if mark else "none", mark, words) for name, (mark, words) in COMPARED.items()],
                outcomes=[(outcome, *_without_empty(GLANCE, rows)) for outcome, rows in self._glance(newest)],
                source=sources_sentence(self._releases_of(newest)),
            )
        self._page("areas.html", "areas.html", "Areas and map", areas=shown, maps=list(self._maps()))

    def _newest(self, area: str) -> Rows:
        """The newest figure of each indicator in an area."""
        found = []
        for name in self._indicators:
            rows = [row for row in self._figures[name] if row["area_code"] == area]
            # An older figure in place of a withheld one would hide that it is withheld.
            known = (row for row in rows if row["value"] is not None or row["value_status"] == "suppressed")
            found += [next(known, rows[0])] if rows else []
        return found

    def _releases_of(self, figures: Rows) -> Rows:
        """The rows of marts.dim_releases that figures of the site are made from."""
        wanted = {
            part["release_id"]
            for row in figures
            for part in self._printed.get((row["indicator_id"], row["area_code"], row["period_id"]), ())
        }
        return [release for release in self._releases if release["release_id"] in wanted]

    def _glance(self, newest: Rows) -> list[tuple[str, list[Row]]]:
        outcomes = defaultdict(list)
        for row in newest:
            indicator = self._indicators[row["indicator_id"]]
            outcomes[indicator["framework_outcome"]].append(self._glance_row(indicator, row))
        return [(outcome, outcomes[outcome]) for outcome in self._sections if outcomes[outcome]]

    def _glance_row(self, indicator: dict[str, Any], row: dict[str, Any]) -> Row:
        name = row["indicator_id"]
        of = f"fct_indicators|{name}|{row['area_code']}|{row['period_id']}"
        compared = row["compared_with_england"]
        mark, words = COMPARED[compared]
        absent = row["value_status"] if row["value"] is None else None
        limits = max(1, row["decimals"])
        return Row(
            [
                Words(indicator["title"], address=f"indicators/{name}.html"),
                row["period"],
                self._number(row, "value", of, row["value_status"], is_linked=True),
                row["unit"],
                self._number(row, "lower_95", of, absent, decimals=limits),
                self._number(row, "upper_95", of, absent, decimals=limits),
                self._number(row, "england_value", of),
                Words(words.capitalize(), mark, colour=compared if mark else "none"),
                self._change_words(row),
                row["recent_trend"].replace("_", " ").capitalize(),
            ]
        )

    def _change_words(self, row: dict[str, Any]) -> Words:
        if row["change"] is None:
            return Words("No figure before" if row["value"] is not None else "")
        if row["is_significant_change"] is None:
            return Words("Not tested")
        if not row["is_significant_change"]:
            return Words("No larger than chance", "=")
        return Words("Rose", "▲") if row["change"] > 0 else Words("Fell", "▼")

    def _maps(self) -> Iterator[dict[str, Any]]:
        """A map of the members for each indicator that most of them have a figure of, in its newest period."""
        tiles = {row["area_code"]: row for row in self._rows("select * from reports.area_tiles")}
        members = [code for code, area in self._areas.items() if area["is_partnership_member"]]
        for name, indicator in self._indicators.items():
            for period in self._shown_periods(name):
                rows = {row["area_code"]: row for row in self._figures[name] if row["period_id"] == period}
                rows = {code: rows[code] for code in members if code in rows and code in tiles}
                values = [row["value"] for row in rows.values() if row["value"] is not None]
                if len(values) < MAPPED_MEMBERS:
                    continue
                low, width = min(values), (max(values) - min(values)) or 1
                yield {
                    **indicator,
                    "period": next(iter(rows.values()))["period"],
                    "tiles": [
                        {
                            "name": self._areas[code]["area_name"],
                            "column": tiles[code]["tile_column"],
                            "row": tiles[code]["tile_row"],
                            "status": ""
                            if row["value_status"] == "published"
                            else row["value_status"].replace("_", " "),
                            "shade": 0 if row["value"] is None else min(3, int((row["value"] - low) / width * 4)),
                            "number": self._number(
                                row,
                                "value",
                                f"fct_indicators|{name}|{code}|{period}",
                                row["value_status"],
                                is_linked=True,
                            ),
                        }
                        for code, row in rows.items()
                    ],
                    "source": sources_sentence(self._releases_of(list(rows.values()))),
                }
                break

    def _write_discrepancies(self) -> None:
        rows = self._rows(
            "select * from audit.discrepancies where edition = ? order by line, discrepancy_id", [self._edition.edition]
        )
        groups = [
            (
                severity,
                words,
                [
                    Row(
                        [
                            row["place"],
                            row["published_value"] or "",
                            row["expected_value"] or "",
                            row["explanation"],
                            row["rule_id"].replace("_", " "),
                        ]
                    )
                    for row in rows
                    if row["severity"] == severity
                ],
            )
            for severity, words in SEVERITIES.items()
        ]
        self._page(
            "discrepancies.html",
            "discrepancies.html",
            "Discrepancies of the printed report",
            headings=[Heading(one) for one in ("Place", "Printed", "Expected", "Why", "Rule")],
            groups=[group for group in groups if group[2]],
        )

    def _write_dictionary(self) -> None:
        tables, macros = [], []
        for row in self._rows("select * from marts.catalog order by schema_name, table_name, position"):
            if row["kind"] == "macro":
                macros.append(Row([row["table_name"], "macro", row["description"], "", ""]))
                continue
            if row["column_name"] is None:
                tables.append((f"{row['schema_name']}.{row['table_name']}", row["description"], []))
                continue
            reference = row["references_table"] and f"{row['references_table']}.{row['references_column']}"
            key = "key" if row["is_in_primary_key"] else ""
            tables[-1][2].append(Row([row["column_name"], row["data_type"], row["description"], key, reference or ""]))
        tables.append(("macros", "Questions with parameters; in Postgres, functions.", macros))
        self._page(
            "dictionary.html",
            "dictionary.html",
            "Data dictionary",
            headings=[Heading(one) for one in ("Column", "Type", "Meaning", "Key", "Found in")],
            tables=tables,
            source_headings=[Heading(one) for one in ("Release", "Source", "Licence")],
            sources=[Row([row["release_id"], source_of(row), row["licence"]]) for row in self._releases],
        )

    def _write_quality(self) -> None:
        datasets = self._rows(
            "select *, count(*) over (partition by dataset) as releases from marts.dim_releases "
            "qualify is_latest order by released_on desc nulls last, dataset"
        )
        checks = self._rows("select * from audit.checks order by kind, check_name")
        refreshes = self._rows("select * from audit.refreshes order by finished_at desc limit 50")
        revisions = self._rows(
            "select kind, new_release_id, count(*) as figures from audit.revisions group by all order by all desc "
            f"limit {REVISIONS_SHOWN}"
        )
        blocking = [check for check in checks if check["kind"] == "blocking"]
        self._page(
            "quality.html",
            "quality.html",
            "Quality",
            parts=[
                (
                    "Freshness",
                    "Where the newest figures of each dataset come from, and when its publisher is expected to release "
                    "the next ones. Figures typed from another document are no release of the publisher: nothing "
                    "follows from their date.",
                    [
                        Heading("Dataset"),
                        Heading("Source"),
                        Heading("Loaded"),
                        Heading("Next expected"),
                        Heading("Releases", True),
                    ],
                    [
                        Row(
                            [
                                row["dataset"],
                                source_of(row),
                                day_text(row["loaded_at"]),
                                self._due(row),
                                self._count(row["releases"], f"releases|{row['dataset']}"),
                            ]
                        )
                        for row in datasets
                    ],
                    "",
                ),
                (
                    "Set aside",
                    "Releases that could not be taken, and that the figures are published without until they are "
                    "corrected.",
                    [Heading(one) for one in ("Release", "What was found", "What to do", "Earlier figures served")],
                    [
                        Row(
                            [
                                row["release_id"],
                                row["message"],
                                row["what_to_do"],
                                "yes" if row["still_served"] else "no",
                            ]
                        )
                        for row in self._rows("select * from audit.set_aside order by dataset, folder")
                    ],
                    "Every release was taken.",
                ),
                (
                    "Checks",
                    "Nothing is published where a blocking check fails; an advisory one reports. "
                    + (
                        "Every blocking check passed."
                        if all(check["outcome"] == "passed" for check in blocking)
                        else "Not every blocking check passed."
                    ),
                    [Heading("Check"), Heading("Kind"), Heading("Outcome"), Heading("Findings", True)],
                    [
                        Row(
                            [
                                check["check_name"].replace("_", " "),
                                check["kind"],
                                check["outcome"],
                                self._count(check["findings"] or 0, f"checks|{check['check_name']}"),
                            ]
                        )
                        for check in checks
                    ],
                    "",
                ),
                (
                    "Revisions",
                    "Figures that a later release revised, added or withdrew.",
                    [Heading("What"), Heading("Release"), Heading("Figures", True)],
                    [
                        Row(
                            [
                                row["kind"],
                                row["new_release_id"],
                                self._count(row["figures"], f"revisions|{row['kind']}|{row['new_release_id']}"),
                            ]
                        )
                        for row in revisions
                    ],
                    "No release has revised another one.",
                ),
                (
                    "Refreshes",
                    "The refreshes that led to this report.",
                    [Heading("Refresh"), Heading("Finished"), Heading("Observations", True), Heading("New releases")],
                    [
                        Row(
                            [
                                row["refresh_id"][:8],
                                f"{day_text(row['finished_at'])}, {row['finished_at']:%H:%M} UTC",
                                self._count(row["observations"], f"refreshes|{row['refresh_id']}"),
                                row["new_releases"],
                            ]
                        )
                        for row in refreshes
                    ],
                    "",
                ),
            ],
        )

    def _due(self, release: dict[str, Any]) -> str:
        if release["origin"] != PUBLISHER_FILE:
            return "No file of the publisher yet"
        return day_text(release["next_expected_on"]) if release["next_expected_on"] else "Not known"

    def _count(self, value: int, of: str) -> Number:
        return Number(number_text(value, 0), of, "count", value, 0)


def _without_empty(headings: Sequence[Heading], rows: Sequence[Row]) -> tuple[list[Heading], list[Row]]:
    """The columns in which some row says something."""

    def says_nothing(cell: Any) -> bool:
        if isinstance(cell, Number):
            return cell.value is None
        return (cell.words if isinstance(cell, Words) else cell) in SAYS_NOTHING

    kept = [
        place
        for place, heading in enumerate(headings)
        if heading.is_always_shown or not all(says_nothing(row.cells[place]) for row in rows)
    ]
    return [headings[place] for place in kept], [Row([row.cells[place] for place in kept], row.id) for row in rows]


def _unit_after(unit: str) -> str:
    """How a unit stands behind a number in a sentence; things that are counted are named by the row."""
    if unit == "percent":
        return "%"
    return f" {unit}" if unit.startswith("per ") or unit in ("kilograms", "percentage points") else ""


def _points_after(unit: str) -> str:
    """What stands behind the change of a percentage, and behind no other."""
    return f" {change_unit(unit)}" if change_unit(unit) != unit else ""


def _size(svg: str) -> tuple[int, int]:
    """Width and height of an SVG in pixels, as its root says."""
    root = svg[: svg.index(">")]
    width, height = (root.partition(f' {side}="')[2].partition('"')[0] for side in ("width", "height"))
    return round(float(width)), round(float(height))
