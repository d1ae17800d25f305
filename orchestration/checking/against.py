"""The figures of a document against those that the warehouse held on its day, from the publishers' own releases.

A figure is compared only where its words name one indicator, and name nothing narrower. What was typed from a report
says nothing for or against a report, and is left out.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import duckdb

from orchestration.checking import figures as kinds
from orchestration.checking.check import Checked
from orchestration.checking.document import Document
from orchestration.checking.figures import Figure
from orchestration.checking.findings import ADVICE, ERROR, Finding
from orchestration.checking.rules.readings import GENERIC, RESTRICTED
from orchestration.checking.spans import spans_in
from orchestration.checking.words import stem
from orchestration.reading.periods import MONTH
from orchestration.support.refusal import Refusal

UNITS = {"percent": kinds.SHARE, "per 1,000": kinds.RATE, "per 100,000": kinds.RATE, "percentage points": ""}
HELD = """
select indicator_id, area_code, period_id, value
from {source} as held
left join marts.dim_releases as numerator on held.numerator_release_id = numerator.release_id
left join marts.dim_releases as denominator on held.denominator_release_id = denominator.release_id
where held.value is not null and coalesce(numerator.origin, '') <> 'transcription'
    and coalesce(denominator.origin, '') <> 'transcription'
"""
# A sum of several figures has no release of its own: its parts have.
NO_SUM_OF_TRANSCRIPTIONS = """
    and (held.numerator_release_id is not null or not exists (
        from audit.lineage_history as parts
        inner join marts.dim_releases as releases on parts.release_id = releases.release_id
        where releases.origin = 'transcription' and parts.indicator_id = held.indicator_id
            and parts.area_code = held.area_code and parts.period_id = held.period_id
    ))
"""
# A misprint or a revision is nearer than this to what is held; something else is not.
NEAREST, FARTHEST = 0.5, 2.0


@dataclass(frozen=True)
class Indicator:
    indicator_id: str
    title: str
    unit: str
    scale: float
    words: frozenset[str]


def compare(checked: Checked, warehouse: Path, as_of: date | None, today: date) -> None:
    """Bind the figures of a document to indicators, and add what differs from what the warehouse held on its day."""
    day = as_of or document_day(checked.document) or today
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        indicators = indicators_of(connection)
        then = values(connection, f"marts.indicators_as_of(date '{day.isoformat()}')")
        now = values(connection, "marts.fct_indicators")
    checked.checked_as_of = day
    for number, figure in enumerate(checked.figures):
        indicator = indicator_of(checked, figure, indicators)
        if indicator is None or figure.area_code is None or figure.period is None:
            continue
        figure.indicator_id = indicator.indicator_id
        key = (indicator.indicator_id, figure.area_code, figure.period.period_id)
        checked.findings += differences(checked, number, figure, indicator, then.get(key), now.get(key))


def day_of_edition(warehouse: Path, edition: str) -> date:
    """The day of an edition. Raises Refusal if there is no such edition."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute("select edition, as_of from reports.editions order by edition").fetchall()
    days = dict(rows)
    if edition not in days:
        known = ", ".join(days)
        raise Refusal(f"--edition {edition}: found no such edition; expected one of {known}. Give one of them.")
    return days[edition]


def document_day(document: Document) -> date | None:
    """The day that the first lines of a document give: a date, or the last day of a month."""
    for block in list(document.texts())[:8]:
        for span in spans_in(block.text):
            if span.period is not None and span.period.kind == MONTH:
                day = re.match(r"\d{1,2}", span.text)
                year, month = span.period.start.year, span.period.start.month
                last = calendar.monthrange(year, month)[1]
                return date(year, month, min(int(day[0]), last) if day else last)
    return None


def indicators_of(connection: duckdb.DuckDBPyConnection) -> list[Indicator]:
    rows = connection.execute("select indicator_id, title, unit, scale from marts.dim_indicators").fetchall()
    return [Indicator(name, title, unit, scale, words_of(title)) for name, title, unit, scale in rows]


@lru_cache(maxsize=16384)
def words_of(text: str) -> frozenset[str]:
    """The telling words of a text; "drug-related" is two of them."""
    bare = re.sub(r"\bper 1,?00,?000\b|\bper 1,?000\b", " ", text)
    return frozenset(stem(word) for word in re.findall(r"[A-Za-z]+", bare)) - GENERIC - SMALL


SMALL = frozenset(
    (
        *("of", "and", "the", "or", "who", "in", "for", "by", "from", "all", "with", "which", "a", "an", "are", "is"),
        *("to", "on", "number", "total", "recorded", "registered"),
    )
)


def values(connection: duckdb.DuckDBPyConnection, source: str) -> dict[tuple[str, str, str], float]:
    lineage = "from duckdb_tables() where schema_name = 'audit' and table_name = 'lineage_history'"
    has_lineage = connection.execute(lineage).fetchall()
    query = HELD.format(source=source) + (NO_SUM_OF_TRANSCRIPTIONS if has_lineage else "")
    rows = connection.execute(query).fetchall()
    return {(indicator, area, period): value for indicator, area, period, value in rows}


def indicator_of(checked: Checked, figure: Figure, indicators: list[Indicator]) -> Indicator | None:
    """The one indicator that the words of a figure name, and no narrower thing than it."""
    if figure.is_change or figure.kind == kinds.COUNT_OF_AREAS or figure.number.about or figure.number.is_word:
        return None
    block = checked.document.blocks[figure.mark.block]
    said = words_of(figure.quantity)
    narrower = words_of(figure.label) if figure.label and figure.label != figure.area else frozenset()
    if not figure.table and RESTRICTED.search(block.text):
        return None
    fitting = [
        one
        for one in indicators
        if one.words
        and one.words <= said
        and narrower <= one.words
        and UNITS.get(one.unit, kinds.VALUE) == figure.kind
        and (figure.kind != kinds.RATE or one.scale == figure.number.scale)
    ]
    if not fitting:
        return None
    most = max(len(one.words) for one in fitting)
    best = [one for one in fitting if len(one.words) == most]
    return best[0] if len(best) == 1 else None


def differences(
    checked: Checked, number: int, figure: Figure, indicator: Indicator, then: float | None, now: float | None
) -> Iterator[Finding]:
    """What to say of a printed figure, what was held on the document's day and what is held now."""
    held = then if then is not None else now
    if held is None:
        return
    where = f"Table {figure.mark.place.table}" if figure.mark.place.table else "Text"
    printed, day = figure.number.text, checked.checked_as_of
    if not figure.number.fits(held):
        if held and NEAREST <= figure.value / held <= FARTHEST:
            finding = Finding(
                "figure_is_the_releases",
                ERROR,
                figure.mark,
                printed,
                f"{held:,.{figure.number.decimals}f}",
                f"{indicator.title}, {figure.area}: the releases known on {day} have "
                f"{held:,.{figure.number.decimals}f}.",
                where=where,
            )
            finding.figures = [number]
            yield finding
    elif now is not None and not figure.number.fits(now):
        finding = Finding(
            "figure_was_revised",
            ADVICE,
            figure.mark,
            printed,
            f"{now:,.{figure.number.decimals}f}",
            f"{indicator.title}, {figure.area}: revised since {day}.",
            where=where,
        )
        finding.figures = [number]
        yield finding
