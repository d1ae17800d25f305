"""Runs of years: "rose for the third year running", "the second consecutive year of decrease", "fell every year"."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, DENIED, masked, way_in
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Term
from orchestration.checking.rules.pairs import measures_said
from orchestration.checking.rules.readings import Reader, best_label, place_of, term_of
from orchestration.checking.rules.rows_said import is_of_other, mentions, near_tables
from orchestration.checking.rules.series import columns_in_time
from orchestration.checking.rules.within_tables import line
from orchestration.checking.spans import in_words, is_pooled
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stems
from orchestration.reading.periods import MONTH, QUARTER, Period

NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7}
NUMBER_OF = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight"]
A_TIME = r"(?:years?|quarters?|months?|terms?|periods?)"
RUN = re.compile(
    rf"\b(?:the |a |its )?(?P<nth>{'|'.join(NTH)})[ -](?:(?:successive|consecutive|straight) {A_TIME}|"
    rf"{A_TIME} (?:running|in a row|in succession))(?P<of> of (?:[a-z-]+ )?[a-z]+)?",
    re.IGNORECASE,
)
RUN_FOR = re.compile(
    rf"\bfor (?:the (?:last|past) )?(?P<nth>two|three|four|five|six|seven) "
    rf"(?:(?:successive|consecutive|straight) {A_TIME}|{A_TIME} (?:running|in a row|in succession))",
    re.IGNORECASE,
)
COUNTS = {word: number for number, word in enumerate(("two", "three", "four", "five", "six", "seven"), start=2)}
# "Having risen in each of the two years before (34 in 2021 and 39 in 2022)".
YEARS_BEFORE = re.compile(
    r"\b(?:having|after having|had)\s+(?P<went>[a-z]+(?: [a-z]+)?)\s+in (?:each|both) of the "
    r"(?P<nth>two|three|four|five) (?:years|quarters) (?:before|preceding)",
    re.IGNORECASE,
)
EVERY = re.compile(
    rf"\b(?:(?:in |during )?(?:each|every)(?: single)? {A_TIME}|year (?:on|after|by) year|quarter by quarter)"
    r"(?=[.,;]|$|\s+(?:since|from|and)\b)",
    re.IGNORECASE,
)


def runs(context: Context, reader: Reader) -> Iterator[Finding]:
    """Runs that a step of the run contradicts: in the table of the section, or in the values of the sentence."""
    for sentence in reader.sentences:
        text = masked(sentence.text)
        for match in RUN.finditer(text):
            yield from judged(context, reader, sentence, text, match, NTH[match["nth"].lower()])
        for match in EVERY.finditer(text):
            yield from judged(context, reader, sentence, text, match, 0)
        for match in RUN_FOR.finditer(text):
            yield from judged(context, reader, sentence, text, match, COUNTS[match["nth"].lower()])
        for match in YEARS_BEFORE.finditer(text):
            yield from years_before(context, sentence, match)


def years_before(context: Context, sentence: Sentence, match: re.Match) -> Iterator[Finding]:
    """ "Fell from 41 in 2023 to 36 in 2024, having risen in each of the two years before": all steps but the last."""
    way, steps = way_in(match["went"]), COUNTS[match["nth"].lower()]
    for series in own_series(sentence, 4) if way else []:
        earlier = series[:-1][-steps - 1 :]
        broken = [pair for pair in pairwise(earlier) if (pair[1][1].value - pair[0][1].value) * (way or 0) <= 0]
        if len(earlier) == steps + 1 and broken:
            (old, before), (new, after) = broken[0]
            when = (f" in {in_words(old)}", f" in {in_words(new)}")
            yield broken_off(context, sentence, match, way or 0, (before, after), when)


def start_of_clause(text: str, match: re.Match) -> int:
    breaks = re.finditer(r";\s|,\s+(?:and|but|while)\s|\bwhereas\b|\bwhile\b|\bbut\b", text[: match.start()])
    return max((one.end() for one in breaks), default=0)


def way_said(text: str, match: re.Match) -> int | None:
    """The one direction that a run has by its own words or its clause; None if they give none, or only "better"."""
    start = start_of_clause(text, match)
    said = match["of"] if "of" in match.re.groupindex and match["of"] else text[start : match.start()]
    if DENIED.search(text[start : match.end()]) or BETTER.search(f"{said} {text[start : match.start()]}"):
        return None
    return way_in(said)


def series_of(context: Context, reader: Reader, sentence: Sentence, text: str, match: re.Match) -> list["Series"]:
    """The values in time that a run can be of: those of its sentence, else those of the row that its clause names."""
    clause = text[start_of_clause(text, match) : match.start()]
    if re.match(r"\W*(?:They|It|These|This|Numbers)\b", clause):
        # "Suspected suicides numbered 39. They have now fallen for two years in a row."
        before = [one for one in reader.sentences if one.block == sentence.block and one.number == sentence.number - 1]
        clause = " ".join(
            re.split(r"\d|\b(?:numbered|totalled|stood|came|was|were|is|are)\b", one.text)[0] for one in before
        )
    # All that the sentence itself prints in time order comes first.
    series = own_series(sentence) or tabled_series(context, reader, sentence, clause)
    return [one for one in series if is_of_time(one, match[0])]


def beyond_values(context: Context, reader: Reader) -> Iterator[tuple[Mark, str, str]]:
    """Runs for which the document gives too few values: where they stand, their words, and why they are not checked."""
    for sentence in reader.sentences:
        text = masked(sentence.text)
        for match in RUN.finditer(text):
            steps = NTH[match["nth"].lower()]
            series = series_of(context, reader, sentence, text, match)
            given = max(map(len, series or own_series(sentence, 2)), default=0)
            way = way_said(text, match)
            if given > steps and way:
                continue
            reason = (
                f"A run of {NUMBER_OF[steps]} needs {NUMBER_OF[steps + 1]} values in time order, and "
                f"{f'only {NUMBER_OF[given]} were' if given else 'none were'} found for it."
                if way
                else "The sentence does not say plainly whether it is a run of rises or of falls."
            )
            place = context.document.blocks[sentence.block].place
            start, end = sentence.start + match.start(), sentence.start + match.end()
            yield Mark(sentence.block, place, start, end), sentence.text[match.start() : match.end()].strip(), reason


def judged(
    context: Context, reader: Reader, sentence: Sentence, text: str, match: re.Match, steps: int
) -> Iterator[Finding]:
    """A finding for the first step of a run that goes another way; `steps` is 0 for all that are printed."""
    way = way_said(text, match)
    if not way:
        return
    values = listed(sentence, match)
    if steps and len(values) in (steps, steps + 1):
        pair = next((one for one in pairwise(values) if (one[1].value - one[0].value) * way <= 0), None)
        if pair is not None:
            yield broken_off(context, sentence, match, way, pair, ("", ""))
        return
    series = series_of(context, reader, sentence, text, match)
    if steps:
        series = [one[-steps - 1 :] for one in series]
    series = [one for one in series if len(one) > 1 and (steps or len(one) > 2)]
    broken = [
        next((pair for pair in pairwise(one) if (pair[1][1].value - pair[0][1].value) * way <= 0), None)
        for one in series
    ]
    if not series or any(one is None for one in broken):
        return
    first = broken[0]
    assert first is not None
    (old, before), (new, after) = first
    yield broken_off(context, sentence, match, way, (before, after), (f" in {in_words(old)}", f" in {in_words(new)}"))


def broken_off(
    context: Context, sentence: Sentence, match: re.Match, way: int, pair: tuple[Term, Term], when: tuple[str, str]
) -> Finding:
    """The finding of a run that goes another way between two of its values."""
    before, after = pair
    went = "fell" if after.value < before.value else "rose" if after.value > before.value else "did not change"
    block = context.document.blocks[sentence.block]
    return Finding(
        "word_fits_change",
        ERROR,
        Mark(sentence.block, block.place, sentence.start + match.start(), sentence.start + match.end()),
        f"{'rose' if way > 0 else 'fell'}, {sentence.text[match.start() : match.end()].strip()}",
        f"{went} from {before.text} to {after.text}" if not when[0] else f"{went} from{when[0][3:]} to{when[1][3:]}",
        f"From {before.text}{when[0]} to {after.text}{when[1]} is "
        + {"fell": "a fall.", "rose": "a rise."}.get(went, "no change."),
        sentence.text,
        place_of(context, sentence),
        marks=[before.mark, after.mark],
    )


# Between the values of a list: "214, 231, 229 and 262".
LISTED = re.compile(r"\s*(?:,|,?\s+(?:and|then|to))\s+£?")
BEFORE_LIST = re.compile(r"\s*(?:[:(–-]|,?\s+(?:with|at)\b)\s*(?:[a-z]+\s+){0,3}£?", re.IGNORECASE)


def listed(sentence: Sentence, match: re.Match) -> list[Term]:
    """The values of a list just behind a run, in its order: "rose for the third quarter running: 4, 6, 9, 12"."""
    found: list[Term] = []
    at, between = match.end(), BEFORE_LIST
    for figure in sentence.distinct_figures:
        start = figure.mark.start - sentence.start
        if start < match.end():
            continue
        is_next = between.fullmatch(sentence.text[at:start]) is not None
        if not is_next or figure.is_change or (found and figure.number.unit != found[0].number.unit):
            break
        found.append(term_of(figure))
        at, between = figure.mark.end - sentence.start, LISTED
    return found


Series = list[tuple[Period, Term]]


def is_of_time(series: Series, said: str) -> bool:
    """Whether the periods of a series are those that a run counts: quarters, months or years."""
    kinds_of_time = {period.kind for period, _ in series}
    named = re.search(r"quarter|month|year", said, re.IGNORECASE)
    if named is None:
        return False
    wanted = {"quarter": {QUARTER}, "month": {MONTH}}.get(named[0].lower())
    return kinds_of_time <= wanted if wanted else not kinds_of_time & {QUARTER, MONTH}


def own_series(sentence: Sentence, least: int = 3) -> list[Series]:
    """Three values or more, or `least`, of one kind and place that a sentence gives for as many periods, in order."""
    found: dict[tuple, dict[Period, Term]] = {}
    for one in {figure.mark: figure for figure in sentence.figures}.values():
        if one.kind in (kinds.VALUE, kinds.RATE, kinds.SHARE) and one.has_own_period and one.period is not None:
            key = (one.kind, one.area, one.number.unit, one.period.kind)
            if one.period in found.setdefault(key, {}):
                return []
            found[key][one.period] = term_of(one)
    return [sorted(one.items(), key=lambda item: item[0].end) for one in found.values() if len(one) >= least]


def tabled_series(context: Context, reader: Reader, sentence: Sentence, clause: str) -> list[Series]:
    """The values in time of the row that a clause names, by each measure that it can mean."""
    found: list[Series] = []
    tables = near_tables(context, sentence)
    for table in tables:
        row = row_said(context, table, clause)
        if row is None or is_of_other(context, table, clause):
            continue
        measures = measures_said(reader.sentences, sentence, clause, table)
        for columns in columns_in_time(table) or [
            [one for one in table.columns if one.period and one.role != "change"]
        ]:
            columns = [one for one in columns if one.period and not is_pooled(one.period)] or columns
            if len(columns) < 3 or columns[0].measure not in measures or not is_regular(columns):
                continue
            cells = line(table, [(row, column) for column in columns])
            if not cells:
                return []
            series = [(column.period, cell) for column, cell in zip(columns, cells, strict=True) if column.period]
            base = sentence.base
            # "They have now fallen for two years in a row, after a rise in 2022": up to the latest.
            is_of_now = re.search(r"\b(?:has|have) now\b", sentence.text)
            if base is not None and not is_of_now and any(period == base for period, _ in series):
                series = [one for one in series if one[0].end <= base.end]
            found.append(series)
    return found


def is_regular(columns: Sequence[Column]) -> bool:
    """Whether columns follow each other without a gap."""
    periods = [column.period for column in columns if column.period]
    return (
        all(0 <= (new.start - old.end).days <= 2 for old, new in pairwise(periods))
        and len({period.kind for period in periods}) == 1
    )


def row_said(context: Context, table: Table, clause: str) -> Row | None:
    """The one row that a clause names; the total, if its words name what the table is about and no row."""
    named = mentions(context, table, clause)
    if len({one.row.index for one in named}) == 1:
        return named[0].row
    if named:
        return None
    if not table.has_areas:
        best = best_label(table, clause, len(clause))
        if best is not None:
            return best[0] if len(best) == 1 else None
    if any(one.name != context.names.own for one in context.names.find(clause)):
        return None
    totals = [row for row in table.rows if row.is_total or row.label == context.names.own]
    rows = totals or (table.rows if len(table.rows) == 1 else [])
    said = set(stems(clause))
    about = set(stems(table.caption)) & said
    return rows[0] if len(rows) == 1 and about else None
