"""What a text says of a row, a total or the one series of a table that it names, and multiples of a value just told."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.findings import Finding, Relation, Term, printed_like, slip_between
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.compared import base_said
from orchestration.checking.rules.multiples import FAR, TIMES
from orchestration.checking.rules.readings import GENERIC, RESTRICTED, Reader, place_of, term_of
from orchestration.checking.rules.rows_said import listed, mentions, near_tables
from orchestration.checking.rules.said import words_finding
from orchestration.checking.rules.series import columns_in_time, is_sum, pairs
from orchestration.checking.rules.within_tables import line, term
from orchestration.checking.tables import Table
from orchestration.checking.words import stems
from orchestration.reading.periods import Period

IN_ALL = re.compile(r"\b(?:combined|total|in all|in total|together|altogether|between them)\b", re.IGNORECASE)
# A number below this may be a total by chance.
LEAST = 100


def totals_named(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Their combined capacity is 1,566": the total of the one column that is named, but for a slip."""
    for sentence in reader.sentences:
        if not IN_ALL.search(sentence.text) or RESTRICTED.search(sentence.text):
            continue
        for figure in sentence.distinct_figures:
            if figure.kind != kinds.VALUE or figure.value < LEAST or figure.role == "old" or figure.number.about:
                continue
            clause = re.split(r"[.;:,()]|\d", sentence.text[: figure.mark.start - sentence.start])[-1]
            said = set(stems(clause))
            cells = [
                (table, cell)
                for table in context.tables
                for column in table.columns
                if column.role == "value" and (words := set(stems(column.measure)) - GENERIC) and words <= said
                for row in table.rows
                if row.is_total or row.label == context.names.own or is_sum(table, row, table.rows)
                if (cell := term(table, row, column)) is not None
            ]
            if not IN_ALL.search(clause) or len(cells) != 1 or figure.value == cells[0][1].value:
                continue
            table, cell = cells[0]
            if slip_between(figure.number.text, cell.text):
                why = f"{table.name or 'The table'} has"
                yield sums.same_relation(cell, term_of(figure), place_of(context, sentence), why, sentence.text)


def one_series(tables: list[Table]) -> list[tuple[Period, Term]]:
    """The one row of counts over time of the one table near; none where there are several."""
    found = []
    for table in tables:
        rows = [row for row in table.rows if not row.role]
        for columns in columns_in_time(table) if len(rows) == 1 else []:
            cells = line(table, [(rows[0], column) for column in columns])
            if len(cells) >= 3:
                found.append([(one.period, cell) for one, cell in zip(columns, cells, strict=True) if one.period])
    return found[0] if len(found) == 1 and len(tables) == 1 else []


IN_PERIOD_BY = re.compile(r"\s*,?\s+by\s+$", re.IGNORECASE)


def changes_in_series(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "They dropped in 2020/21, by 10.8%, and are now 6.5% above their level in 2019/20": in the one series near."""
    for sentence in reader.sentences:
        series = one_series(near_tables(context, sentence))
        places: dict[Period | None, int] = {period: at for at, (period, _) in enumerate(series)}
        for figure in sentence.distinct_figures if series else ():
            if figure.kind != kinds.PERCENT_CHANGE or figure.number.unit != "percent" or not figure.direction:
                continue
            base, start = base_said(sentence, figure), figure.mark.start - sentence.start
            named = [one for one in sentence.spans if one.period in places and one.end <= start]
            if (
                base is not None
                and base in places
                and re.search(r"\b(?:above|below)\b", sentence.text[start : start + 30])
            ):
                old, new = series[places[base]][1], series[-1][1]
            elif named and IN_PERIOD_BY.fullmatch(sentence.text[named[-1].end : start]) and places[named[-1].period]:
                at = places[named[-1].period]
                old, new = series[at - 1][1], series[at][1]
            else:
                continue
            made = sums.change_relation(
                old, new, term_of(figure), sums.PERCENT, place_of(context, sentence), sentence.text
            )
            expected = made.expected() or 0.0
            of_later = (new.value - old.value) / new.value * 100 if new.value else 0.0
            is_told = figure.number.fits(abs(expected)) or figure.number.fits(abs(of_later))
            if made.holds() or is_told or slip_between(figure.number.text, printed_like(figure.number, abs(expected))):
                yield made


MULTIPLIED = re.compile(
    r"\b(?P<word>doubled|trebled|tripled|quadrupled|halved)\s+from\s+(?:the\s+|about\s+)?$", re.IGNORECASE
)
THE_NUMBER = re.compile(
    r"^(?:The|This|That)\s+(?:number|figure|total)\b(?P<what>[^.;:()\d]*?)\s+(?:has|have|had|more|almost)"
)


def multiplied_from(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "38 on injections. … The number on injections has doubled from 19": the value of the paragraph before it."""
    for sentence in reader.sentences:
        figures = [one for one in sentence.distinct_figures if one.kind == kinds.VALUE]
        opened = THE_NUMBER.match(sentence.text)
        said = MULTIPLIED.search(sentence.text[: figures[0].mark.start - sentence.start]) if figures else None
        if not opened or not said or len(figures) != 1 or re.search(r"\bto\s+\d", sentence.text[said.end() :]):
            continue
        old, wanted = figures[0], set(stems(opened["what"])) - GENERIC
        block = [one for one in reader.sentences if one.block == sentence.block and one.number < sentence.number]
        values = [
            one
            for other in block
            for one in other.distinct_figures
            if one.kind == kinds.VALUE
            and one.number.unit == "plain"
            and wanted <= set(stems(re.split(r"[,;.\d]|\band\b", other.text[one.mark.end - other.start :])[0]))
        ]
        times = TIMES[said["word"].lower()]
        if not wanted or len(values) != 1 or old.value <= 0 or abs(values[0].value / old.value / times - 1) <= 2 * FAR:
            continue
        actual = f"{values[0].value / old.value:.1f} times"
        why = f"{values[0].number.text} is {actual} {old.number.text}."
        yield words_finding(context, sentence, "word_fits_change", said.span("word"), actual, why, [values[0].mark])


TRIPLED_SINCE = re.compile(
    r"\b(?P<loose>more than |almost |nearly |about )?(?P<word>doubled|trebled|tripled|quadrupled|halved) since "
    r"(?:the year )?",
    re.IGNORECASE,
)


def multiplied_since(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "31 in 2024/25 … 14 in 2021/22. It has more than doubled since 2021/22": of the values just told."""
    for at, sentence in enumerate(reader.sentences):
        for match in TRIPLED_SINCE.finditer(sentence.text):
            base = next((one.period for one in sentence.spans if one.start == match.end()), None)
            near = [one for one in reader.sentences[max(at - 1, 0) : at] if one.block == sentence.block]
            values = [
                one
                for other in near
                for one in other.distinct_figures
                if one.kind == kinds.VALUE
                and one.has_own_period
                and one.period
                and base
                and one.period.kind == base.kind
            ]
            if base is None or len({one.period for one in values}) != len(values) or len(values) < 2:
                continue
            old = [one for one in values if one.period == base]
            new = max(values, key=lambda one: one.period.end if one.period else base.end)
            if len(old) != 1 or new is old[0] or old[0].value <= 0:
                continue
            ratio, times = new.value / old[0].value, TIMES[match["word"].lower()]
            loose = (match["loose"] or "").strip().lower()
            low, high = times * (1 - 2 * FAR), times * (1 + 2 * FAR)
            low = times if loose == "more than" and times > 1 else low
            high = times * 1.05 if loose in ("almost", "nearly") and times > 1 else high
            if low <= ratio <= high or (loose == "more than" and (ratio >= times) == (times > 1)):
                continue
            why = f"{new.number.text} is {ratio:.1f} times {old[0].number.text}."
            span = (match.start(), match.end("word"))
            yield words_finding(
                context, sentence, "word_fits_change", span, f"{ratio:.1f} times", why, [old[0].mark, new.mark]
            )


IN_TURN = re.compile(
    r"\b(?P<first>\d{1,3}(?:,\d{3})*|[a-z]+) and (?P<second>\d{1,3}(?:,\d{3})*|[a-z]+) "
    r"(?P<way>additional|more|extra|fewer|less)\b[^.;]{0,60}\brespectively\b"
)


def changes_in_turn(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "A and B took on 72 and 48 additional clients respectively": the changes of the two rows, in that order."""
    for sentence in reader.sentences:
        match = IN_TURN.search(sentence.text)
        if match is None:
            continue
        values = [number_in(match[name]) for name in ("first", "second")]
        for table in near_tables(context, sentence) if None not in values else []:
            groups = listed(sentence.text, mentions(context, table, sentence.text[: match.start()]))
            if len(groups) != 1 or len(groups[0]) != 2:
                continue
            rows = [one.row for one in groups[0]]
            way = -1 if match["way"] in ("fewer", "less") else 1
            changes = []
            for old, new in pairs(table):
                cells = [line(table, [(row, old), (row, new)]) for row in rows]
                if all(cells):
                    changes.append([(two[1].value - two[0].value) * way for two in cells])
            right = next((one for one in changes if one == values[::-1]), None)
            if right is not None and values not in changes:
                expected = f"{right[0]:,.0f} and {right[1]:,.0f}"
                why = f"By {table.name or 'the table'}, it is {right[0]:,.0f} for {rows[0].label} and {right[1]:,.0f} "
                why += "for "
                span = (match.start(), match.end("second"))
                yield words_finding(context, sentence, "list_is_matched", span, expected, f"{why}{rows[1].label}.")


def number_in(word: str) -> float | None:
    bare = word.replace(",", "")
    return float(bare) if bare.isdigit() else WORDS.get(word.lower())


OUT_OF = re.compile(
    r"\b(?P<part>\d{1,2}|[a-z]+) (?:out )?of (?:the |its |their )?(?P<whole>\d{1,2}|[a-z]+)\b(?![,.]?\d|%)",
    re.IGNORECASE,
)


def parts_of_rows(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Workplace health lagged behind, with two out of six": the two counts of the row that is named."""
    for sentence in reader.sentences:
        for match in OUT_OF.finditer(sentence.text):
            part, whole = number_in(match["part"]), number_in(match["whole"])
            if part is None or whole is None or part > whole:
                continue
            found = []
            clause = re.split(r"[.;:]\s|\band\b|\bwhile\b", sentence.text[: match.start()])[-1]
            for table in near_tables(context, sentence):
                named = mentions(context, table, clause)
                counts = [one for one in table.columns if one.role == "value" and not one.period]
                cells = line(table, [(named[-1].row, one) for one in counts]) if len(named) == 1 else []
                if len(cells) == 2 and max(cells[0].value, cells[1].value) == whole:
                    found.append((table, named[-1].row, cells))
            if len(found) != 1 or re.search(r"\b(?:not|un\w+|remaining|open)\b", clause, re.IGNORECASE):
                continue
            table, row, cells = found[0]
            least = min(cells, key=lambda one: one.value)
            if least.value != part and whole - least.value != part:
                why = f"{table.name or 'The table'} has {least.text} of {whole:,.0f} for {row.label}."
                yield words_finding(
                    context, sentence, "sentence_equals_table", match.span(), f"{least.text} of {whole:,.0f}", why
                )


AREA_WHERE = re.compile(
    r"(?:was|is|were|are)\s+the\s+[a-z]+\s+(?:where|in which|with|for which|that)\s+(?:the\s+)?"
    r"(?:most|fewest|highest|largest|lowest)\b[^:(;.]{0,90}[:(]\s*$",
    re.IGNORECASE,
)


def values_of_named(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Money was the area where most people said so: 72": a value that is another row's and not the named one's."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            start = figure.mark.start - sentence.start
            match = AREA_WHERE.search(sentence.text[:start])
            if match is None or figure.kind != kinds.VALUE:
                continue
            for table in near_tables(context, sentence):
                own = [one.row for one in mentions(context, table, sentence.text) if one.end + 1 == match.start()]
                rows = [
                    row
                    for row in table.rows
                    if not row.is_total
                    and any((cell := term(table, row, one)) and cell.value == figure.value for one in table.columns)
                ]
                if len(own) == 1 and len(rows) == 1 and own[0] is not rows[0]:
                    at = sentence.text.find(own[0].label)
                    span = (max(at, 0), match.start())
                    why = f"{table.name or 'The table'} has {figure.number.text} for {rows[0].label}, not for "
                    why += f"{own[0].label}."
                    yield words_finding(context, sentence, "sentence_equals_table", span, rows[0].label, why)
