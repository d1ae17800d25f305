"""The data behind the pages of the site: areas, indicators, figures and their sources."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from orchestration.releases.origin import day_text
from orchestration.report.contents import (
    SHORTHAND,
    Rows,
    distinct,
    made_from,
)
from orchestration.report.edition import Edition, edition_of
from orchestration.report.narrative.blocks import Narrative
from orchestration.report.periods import with_period_words
from orchestration.report.site import places
from orchestration.report.site.parts import (
    Mark,
    Number,
    Phrase,
    Spine,
    Words,
    breakable,
    number_text,
    told_once,
)
from orchestration.support.duck import mappings

TEMPLATES = Path(__file__).parent.parent / "templates"

ENGLAND = "E92000001"

# The periods that the page of an indicator shows; its CSV file has all of them.
PERIODS_SHOWN = 12


# The licences of what is shown: the public edition withholds all figures of some releases.
LICENCES = """
    select distinct licence from marts.dim_releases
    where release_id in (
        select unnest([numerator_release_id, denominator_release_id]) from marts.fct_indicators where value is not null
    )
"""


class Site:
    """The data behind the pages of a site, and the folder that they are written to."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
        edition: str | Edition | None,
        narrative: Narrative | None = None,
    ) -> None:
        self.connection = connection
        self.folder = folder
        # The PNGs that are still drawn, and where they belong.
        self.drawn: list[tuple[Path, Future[bytes]]] = []
        # The words of officers.
        self.narrative = narrative or Narrative()
        self.edition = edition_of(connection, edition)
        self._shown_periods: dict[str, list[str]] = {}
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        # Templates test the type of a cell, never whether it has a field: a misspelt field has to be an error.
        self._templates.tests["words"] = lambda cell: isinstance(cell, Words)
        self._templates.tests["phrase"] = lambda cell: isinstance(cell, Phrase)
        self._templates.tests["mark"] = lambda cell: isinstance(cell, Mark)
        self._templates.tests["spine"] = lambda cell: isinstance(cell, Spine)
        self._templates.globals["told_once"] = told_once
        self._templates.filters["breakable"] = breakable
        (self._refresh,) = self.rows("select * from audit.refreshes order by finished_at desc limit 1")
        self.releases = self.rows("select * from marts.dim_releases order by publisher, title, released_on desc")
        licences = sorted({release["licence"] for release in self.rows(LICENCES)})
        self._templates.globals.update(
            edition=self.edition,
            refreshed_on=day_text(self._refresh["finished_at"]),
            refresh_id=self._refresh["refresh_id"][:8],
            licences=f"Licences of the sources: {'; '.join(licences)}.",
            made_from=made_from(self.releases),
            areas=self.shown_areas,
        )

    def rows(self, query: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Rows:
        """The rows of a query, with words in place of the labels of periods."""
        return with_period_words(mappings(self.connection.execute(query, parameters)))

    def page(self, path: str, template: str, title: str, **content: Any) -> None:
        root = "../" * path.count("/")
        text = self._templates.get_template(template).render(title=title, root=root, page=path, **content)
        (self.folder / path).write_text(text, encoding="utf-8")

    @cached_property
    def areas(self) -> dict[str, dict[str, Any]]:
        """The members of the partnership and the areas around them, by code: members first, then small to large."""
        areas = {row["area_code"]: row for row in self.rows("select * from marts.dim_areas order by area_name")}
        members = {code: row for code, row in areas.items() if row["is_partnership_member"]}
        around: dict[str, dict[str, Any]] = {}
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
    def places(self) -> dict[str, list[str]]:
        """The codes of each place, under the first of them: a county and its police force are one place."""
        same = {row["area_code"]: row["same_area_code"] for row in self.rows("select * from staging.int_same_areas")}
        found: dict[str, list[str]] = {}
        for code in self.areas:
            first = same.get(code, code)
            found.setdefault(first if first in self.areas else code, []).append(code)
        return found

    @cached_property
    def place_of(self) -> dict[str, str]:
        """The first code of the place of each area."""
        return {code: first for first, codes in self.places.items() for code in codes}

    @cached_property
    def shown_areas(self) -> Rows:
        """The areas, those of one place as one: with its name, and in words what it is."""
        found = []
        for first, codes in self.places.items():
            areas = [self.areas[code] for code in codes]
            name, kinds = places.place_name(areas), places.kinds_of(areas)
            found.append(
                {**self.areas[first], "area_name": name, "bare_name": places.bare_name(areas[0]), "kinds": kinds}
            )
        return found

    def name_of(self, indicator: str, area: str) -> str:
        """The name of an area beside an indicator: that of its place, or with the source that tells it apart."""
        if (indicator, area) in self.told_apart:
            return self.told_apart[indicator, area]
        return places.place_name([self.areas[code] for code in self.places[self.place_of[area]]])

    @cached_property
    def all_indicators(self) -> dict[str, dict[str, Any]]:
        """Every indicator, with its measures: their titles, and the publisher and dataset of each."""
        rows = self.rows(
            "select indicators.*, numerators.title as numerator, denominators.title as denominator, "
            "numerators.publisher as numerator_publisher, numerators.dataset as numerator_dataset, "
            "denominators.publisher as denominator_publisher, denominators.dataset as denominator_dataset "
            "from marts.dim_indicators as indicators "
            "inner join marts.dim_measures as numerators on indicators.numerator_measure_id = numerators.measure_id "
            "left join marts.dim_measures as denominators "
            "on indicators.denominator_measure_id = denominators.measure_id "
            "order by framework_outcome, indicators.title"
        )
        return {row["indicator_id"]: row for row in rows}

    @cached_property
    def indicators(self) -> dict[str, dict[str, Any]]:
        """The indicators with a value in at least one of the areas: those with a page."""
        return {
            name: row
            for name, row in self.all_indicators.items()
            if any(row["value"] is not None for row in self.figures.get(name, ()))
        }

    @cached_property
    def framework_indicators(self) -> set[str]:
        """The indicators that serve a metric of the national outcomes framework."""
        rows = self.rows(
            "select distinct unnest(string_split(indicator_ids, ', ')) as indicator_id from marts.dim_framework_metrics"
        )
        return {row["indicator_id"] for row in rows}

    @cached_property
    def every_figure(self) -> dict[str, Rows]:
        """The figures of each indicator in the areas of the site, by area, newest first."""
        return self._figures_in("marts.fct_indicators")

    @cached_property
    def figures(self) -> dict[str, Rows]:
        """The same figures without those that another area of the same place has too."""
        return {name: self._once(name, rows) for name, rows in self.every_figure.items()}

    def _once(self, name: str, rows: Rows) -> Rows:
        """The rows of an indicator without those that another area of the same place stands for."""
        held = {row["area_code"] for row in rows if places.is_figure(row)}

        def is_shown(row: dict[str, Any]) -> bool:
            stand_in = self.stand_ins.get((name, row["area_code"]))
            return stand_in is None or (stand_in not in held and places.is_figure(row))

        return [row for row in rows if is_shown(row)]

    @cached_property
    def stand_ins(self) -> dict[tuple[str, str], str]:
        """The area that stands for another of its place, by indicator and the area that is not shown."""
        found: dict[tuple[str, str], str] = {}
        for name, rows in self.every_figure.items():
            publisher = self.all_indicators[name]["numerator_publisher"]
            for codes in self.places.values():
                hidden = places.left_out(rows, codes, publisher) if len(codes) > 1 else set()
                shown = next(code for code in codes if code not in hidden)
                found |= {(name, code): shown for code in hidden}
        return found

    @cached_property
    def told_apart(self) -> dict[tuple[str, str], str]:
        """The names of areas of one place that have different figures, by indicator and area."""
        keys = {
            (name, code)
            for name in self.every_figure
            for codes in self.places.values()
            if len(shown := [code for code in codes if (name, code) not in self.stand_ins]) > 1
            for code in shown
        }
        names = {name for name, _ in keys}
        rows = self.rows(
            "select indicator_id, area_code, publisher, min(derivation) as derivation "
            "from marts.dim_indicators inner join marts.fct_measures on numerator_measure_id = measure_id "
            "inner join marts.dim_measures using (measure_id) "
            "where value is not null and indicator_id in (select unnest(?)) group by all",
            [sorted(names)],
        )
        found = {(row["indicator_id"], row["area_code"]): row for row in rows}
        return {
            key: places.apart_name(self.areas[key[1]], found[key]["derivation"], found[key]["publisher"])
            for key in keys
            if key in found
        }

    @cached_property
    def figures_of_edition(self) -> dict[str, Rows]:
        """The same figures as they were known on the day of the edition."""
        if self.edition.as_of is None:
            return self.figures
        day = f"date '{self.edition.day}'"
        known = self._figures_in(
            f"(select * from marts.fct_indicator_history "
            f"where known_from <= {day} and (known_to is null or known_to > {day}))"
        )
        return {name: self._once(name, rows) for name, rows in known.items()}

    def _figures_in(self, facts: str) -> dict[str, Rows]:
        found = defaultdict(list)
        place = {code: number for number, code in enumerate(self.areas)}
        for row in self.rows(
            "select numbers.*, label as period, start_date, end_date, period_type, indicators.decimals, "
            "indicators.unit "
            f"from {facts} as numbers inner join marts.dim_periods using (period_id) "
            "inner join marts.dim_indicators as indicators using (indicator_id) "
            "where area_code in (select unnest(?)) order by start_date desc nulls last, period_id",
            [list(self.areas)],
        ):
            found[row["indicator_id"]].append(row)
        return {name: sorted(rows, key=lambda row: place[row["area_code"]]) for name, rows in found.items()}

    @cached_property
    def previous_periods(self) -> dict[str, str]:
        """The words of the period before each."""
        rows = self.rows(
            "select periods.period_id, earlier.label as period from marts.dim_periods as periods "
            "inner join marts.dim_periods as earlier on periods.previous_period_id = earlier.period_id"
        )
        return {row["period_id"]: row["period"] for row in rows}

    @cached_property
    def printed(self) -> dict[tuple[str, str, str], Rows]:
        """The source figures behind each figure shown."""
        found = defaultdict(list)
        for row in self.rows(
            "select lineage.*, measures.title as part, parts.area_name as part_area, periods.label as part_period "
            "from audit.lineage inner join marts.dim_measures as measures on part_measure_id = measures.measure_id "
            "inner join marts.dim_areas as parts on part_area_code = parts.area_code "
            "inner join marts.dim_periods as periods on part_period_id = periods.period_id "
            "where lineage.area_code in (select unnest(?)) order by role desc, part, part_area_code, part_period_id",
            [list(self.areas)],
        ):
            found[row["indicator_id"], row["area_code"], row["period_id"]].append(row)
        return found

    def shown_periods(self, indicator: str) -> list[str]:
        """The periods that the page of an indicator shows, newest first: those with a figure in any of the areas.

        Months and quarters stand without the years that they make, or the years without them if they are newer.
        """
        if indicator in self._shown_periods:
            return self._shown_periods[indicator]
        periods = distinct(
            row["period_id"]
            for row in sorted(self.figures[indicator], key=lambda row: str(row["start_date"]), reverse=True)
            if places.is_figure(row)
        )
        is_short = bool(periods) and periods[0][0] in "MQ"
        periods = [period for period in periods if (period[0] in "MQ") == is_short]
        self._shown_periods[indicator] = periods[:PERIODS_SHOWN]
        return self._shown_periods[indicator]

    def _source_address(self, indicator: str, area: str, period: str) -> str | None:
        area = self.stand_ins.get((indicator, area), area)
        if indicator in self.indicators and area in self.areas and period in self.shown_periods(indicator):
            return f"indicators/{indicator}.html#from-{area}-{period}"
        return None

    def number(self, row: dict[str, Any], column: str, of: str, status: str | None = None, **how: Any) -> Number:
        """A figure of a row with a link to its source, or the shorthand for why there is none.

        `words`, for an increase and for a decrease, replace the sign of the number in a sentence.
        """
        decimals = how.get("decimals", row["decimals"])
        if row[column] is None or status == "rounds_to_zero":
            text, why = SHORTHAND.get(status or "not_applicable", SHORTHAND["not_available"])
            return Number(text, of, column, why=why)
        period = how.get("period", row["period_id"])
        address = self._source_address(row["indicator_id"], row["area_code"], period) if how.get("is_linked") else None
        text = number_text(row[column], decimals, signed=how.get("signed", False) or bool(how.get("words")))
        if (words := how.get("words")) and text[0] in "+−":
            text = words[text[0] == "−"] + text[1:]
        return Number(text + how.get("unit", ""), of, column, row[column], decimals, address)

    @cached_property
    def contents(self) -> Rows:
        return self.rows(
            "select report, section, title from reports.report_contents where edition = ? order by report_order",
            [self.edition.edition],
        )

    @cached_property
    def sections(self) -> list[str]:
        """The sections in the order of the edition, with the outcomes that it has no table of among their like."""
        order = distinct(entry["section"] for entry in self.contents)
        for outcome in distinct(row["framework_outcome"] for row in self.indicators.values()):
            if outcome not in order:
                kind = outcome.split(":")[0].rstrip("0123456789 ")
                like = [place for place, section in enumerate(order) if section.startswith(kind)]
                later = [place for place in like if order[place] > outcome]
                order.insert(later[0] if later else like[-1] + 1 if like else len(order), outcome)
        return order

    def releases_of(self, figures: Rows) -> Rows:
        """The rows of marts.dim_releases that figures of the site are made from."""
        wanted = {
            part["release_id"]
            for row in figures
            for part in self.printed.get((row["indicator_id"], row["area_code"], row["period_id"]), ())
        }
        return [release for release in self.releases if release["release_id"] in wanted]

    def count(self, value: int, of: str) -> Number:
        return Number(number_text(value, 0), of, "count", value, 0)
