"""The highest and the lowest of some years, and superlatives beside a value: "the most in four years", "15 (84)"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import FALL, RISE
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Finding, Term
from orchestration.checking.rules.readings import BROAD, Reader, best_label
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.said import COUNT, number_of, words_finding
from orchestration.checking.rules.series import columns_in_time, rows_to_rank
from orchestration.checking.rules.superlatives import CHANGE
from orchestration.checking.rules.within_tables import line, term
from orchestration.checking.spans import in_words
from orchestration.checking.tables import Row, Table
from orchestration.reading.periods import Period

RULE = "rank_is_the_tables"
NAMES = {1: "", 2: "second ", 3: "third "}
NTH = {"second": 2, "third": 3, "fourth": 4}
OF_YEARS = re.compile(
    rf"\b(?:(?P<nth>second|third|fourth)[- ])?(?:(?P<high>highest|largest|most|greatest)|"
    rf"(?P<low>lowest|smallest|fewest|least))\b(?:\s+[a-z]+){{0,3}}?\s+(?:of|in|for|over)\s+(?:the\s+|all\s+|these\s+)*(?:last\s+|past\s+)?(?P<count>{COUNT})\s+"
    r"(?:years|quarters|months)\b",
    re.IGNORECASE,
)
NEXT_THING = re.compile(r";|\b(?:while|whereas|but|although|though)\b", re.IGNORECASE)
Series = list[tuple[Period, Term]]


def ranks_of_years(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "39 in 2024, the fewest in four years": against the years before it in the one row that it can be of."""
    for sentence in reader.sentences:
        for match in OF_YEARS.finditer(sentence.text):
            near = [one for one in sentence.distinct_figures if is_near(sentence, one, match)]
            if re.search(r"\b(?:rise|fall|increase|decrease|change|growth|drop)\b", match[0], re.IGNORECASE):
                continue
            before = (
                list(near)
                or [
                    one
                    for one in sentence.distinct_figures
                    if one.kind == kinds.VALUE
                    and one.mark.end - sentence.start < match.start()
                    # "48,300 packs; the return rate is at its lowest in five years": of another thing.
                    and not NEXT_THING.search(sentence.text, one.mark.end - sentence.start, match.start())
                ][-1:]
            )
            series = by_value(context, before[0]) if before else by_row(context, sentence, match)
            count = number_of(match["count"])
            if len(series) != 1 or len(series[0]) < 2:
                continue
            values = [cell.value for _, cell in series[0][-count:]]
            last, cell = series[0][-1]
            ranked = sorted(values, reverse=bool(match["high"]))
            nth = NTH.get((match["nth"] or "").lower(), 1)
            rank = ranked.index(cell.value) + 1
            is_whole = len(values) >= count
            if rank == nth or (not is_whole and rank < nth) or ranked.count(cell.value) > 1:
                continue
            other = next(one for one in series[0][-count:] if one[1].value == ranked[rank == 1])
            word, opposite = ("highest", "lowest") if match["high"] else ("lowest", "highest")
            expected = opposite if rank == len(values) else f"{NAMES.get(rank, f'{rank}th ')}{word}"
            why = f"{in_words(last)} has {cell.text}, and {in_words(other[0])} {other[1].text}."
            yield words_finding(context, sentence, RULE, match.span(), expected, why, [cell.mark, other[1].mark])


def is_near(sentence: Sentence, figure: Figure, match: re.Match) -> bool:
    """Whether a figure stands just before a rank, or just behind it."""
    start = figure.mark.start - sentence.start
    is_level = figure.kind in (kinds.VALUE, kinds.SHARE, kinds.RATE) and figure.number.unit != "fraction"
    between = sentence.text[figure.mark.end - sentence.start : max(match.start(), 0)]
    return (
        is_level
        and figure.role != "old"
        and not NEXT_THING.search(between)
        and (-40 < start - match.start() < 0 or 0 <= start - match.end() < 12)
    )


def by_value(context: Context, figure: Figure) -> list[Series]:
    """The rows in time, up to the value's own period, of which the figure is the last value."""
    found: list[Series] = []
    for table in context.tables:
        for row in table.rows:
            for series in series_of(table, row):
                upto = [one for one in series if figure.period is None or one[0].end <= figure.period.end]
                upto = upto if upto and figure.has_own_period else series
                if (
                    len(upto) >= 3
                    and upto[-1][1].value == figure.value
                    and upto[-1][1].number.unit == figure.number.unit
                ):
                    found.append(upto)
    return found


def by_row(context: Context, sentence: Sentence, match: re.Match) -> list[Series]:
    found: list[Series] = []
    for table in near_tables(context, sentence):
        clause = NEXT_THING.split(sentence.text[: match.start()])[-1]
        rows = best_label(table, clause, len(clause)) or []
        found += [series for row in rows if len(rows) == 1 for series in series_of(table, row) if len(series) >= 3]
    return found


def series_of(table: Table, row: Row) -> list[Series]:
    """The values of a row in time, by each measure, without periods that take several years together."""
    found: list[Series] = []
    for columns in columns_in_time(table) or [[one for one in table.columns if one.period and one.role != "change"]]:
        lengths = [(one.period.end - one.period.start).days for one in columns if one.period]
        single = [one for one in columns if one.period and (one.period.end - one.period.start).days <= min(lengths) + 3]
        cells = line(table, [(row, column) for column in single])
        if cells:
            found.append([(one.period, cell) for one, cell in zip(single, cells, strict=True) if one.period])
    return found


BESIDE = re.compile(
    r"\b(?<!second )(?<!third )(?:(?P<high>highest|largest|biggest|greatest|commonest|most common|most frequent|"
    r"busiest)|"
    r"(?P<low>lowest|smallest|fewest|quietest|least common|rarest))\b",
    re.IGNORECASE,
)
UP_TO_VALUE = re.compile(
    r"(?:[^.;:()\d]|\b(?:was|is) \d\d\b){0,60}?(?:\(|,\s+(?:at|with|when)\s+(?:there were\s+)?|\s+when\s+)",
    re.IGNORECASE,
)
# A value below this may be found in a table by chance.
LEAST = 100
OF_N = re.compile(rf"\bof (?:the|all|these) (?P<count>{COUNT})\b", re.IGNORECASE)
NARROW = re.compile(
    r"\b(?:among|amongst|within|of those|since|years?|ever|average|gap|difference|after|behind|other|next|followed|"
    r"ahead|most of|outside|apart from|except)\b",
    re.IGNORECASE,
)


def beside_values(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Highest in the third, when 236 went out": a value of a table's column of which it is not the extreme."""
    for sentence in reader.sentences:
        if BROAD.search(re.sub(r"\bquarter(?:ly|s)?\b", " ", sentence.text, flags=re.IGNORECASE)):
            continue
        for figure in sentence.distinct_figures:
            before = sentence.text[: figure.mark.start - sentence.start]
            match = next(reversed(list(BESIDE.finditer(before))), None)
            if match is None or figure.is_change or figure.number.about or figure.number.is_word:
                continue
            # "A is the largest, followed by B (188)".
            said = before[max(match.start() - 30, 0) :]
            if not UP_TO_VALUE.fullmatch(before[match.end() :]) or any(
                one.search(said) for one in (RISE, FALL, CHANGE, NARROW)
            ):
                continue
            finding = beside(context, sentence, figure, match)
            if finding is not None:
                yield finding


def beside(context: Context, sentence: Sentence, figure: Figure, match: re.Match) -> Finding | None:
    tables = near_tables(context, sentence)
    of_n = OF_N.search(sentence.text[match.end() : figure.mark.start - sentence.start])
    found: list[tuple[Table, Term, Term, str]] = []
    for table in tables:
        rows = rows_to_rank(table)
        if len(rows) < 3 or (of_n and number_of(of_n["count"]) != len(rows)):
            continue
        if any(row.label == one.name for one in context.names.find(sentence.text) for row in rows):
            return None
        for column in table.columns:
            cells = {row.label: cell for row in rows if (cell := term(table, row, column)) is not None}
            own = [(label, cell) for label, cell in cells.items() if cell.value == figure.value]
            is_period = column.period is None or figure.period is None or column.period == figure.period
            if (
                column.role == "change"
                or not own
                or not is_period
                or own[0][1].number.decimals != figure.number.decimals
            ):
                continue
            pick = max if match["high"] else min
            label = pick(cells, key=lambda one: cells[one].value)
            found.append((table, own[0][1], cells[label], label))
            said = [sentence.text.lower().find(one.lower()) for one, _ in own]
            # "A is the biggest (27)" is judged by its label.
            if any(0 <= at < match.start() for at in said) or (max(said) < 0 and figure.value < LEAST):
                return None
    if not found or any(own.value == best.value for _, own, best, _ in found):
        return None
    table, mine, best, label = found[0]
    word = match["high"] or match["low"]
    span = match.span("high") if match["high"] else match.span("low")
    why = f"{table.name or 'The table'} has {mine.text} here and {best.text} for {label}, so it is not the "
    why += f"{word.lower()}."
    return words_finding(context, sentence, RULE, span, label, why, [mine.mark, best.mark])
