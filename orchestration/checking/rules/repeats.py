"""Values that a sentence repeats from a table, against the cell."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.compared import is_beyond_place, is_difference
from orchestration.checking.rules.readings import (
    AIMED,
    RESTRICTED,
    Reader,
    Reading,
    columns_said,
    place_of,
    surest,
    term_of,
    term_of_cell,
    topic_of,
)
from orchestration.checking.rules.shares import beside, relation_of_share
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import all_stems, stem, stems


def relations_of_values(context: Context, reader: Reader) -> Iterator[Relation]:
    """The values that sentences repeat from a table, each with its cell."""
    for sentence in reader.sentences:
        for figure in sentence.figures:
            if figure.kind in (kinds.VALUE, kinds.SHARE, kinds.RATE) and figure.number.unit != "fraction":
                relation = relation_of_value(context, reader, sentence, figure)
                if relation is not None:
                    yield relation


# How many digits tell a cell from others.
TELLING = 3
# "Fell most, both in number (305) and in percent (9.2%)": the bracket has a change.
IN_NUMBER = re.compile(
    r"\b(?:fell|rose|fall|rise|decreas\w+|increas\w+|grew|growth|reduction|declin\w+|gain\w*|los[st]\w*|dropped|"
    r"climbed)\b(?:[^.;]|\.\d)*\b"
    r"(?:in (?:absolute terms|absolute numbers|numbers?|per ?cent|(?:percentage|relative|proportionate) terms)|"
    r"(?:more|less) than (?:[a-z'’-]+\s+){0,3}[a-z'’-]+)\s*\(£?\s*$",
    re.IGNORECASE,
)


IF = re.compile(r"(?:^\W*|[,;] )(?:even )?if\b", re.IGNORECASE)
OF_AVERAGE = re.compile(r"\b(?:average|mean|median)\s+(?:of|was|is|:)\s+£?$", re.IGNORECASE)


# "We expect the share to have reached 90%".
TO_COME = re.compile(
    r"\b(?:expect(?:s|ed|ing)?|hop(?:e|es|ed|ing)|aim(?:s|ed|ing)?|intend(?:s|ed|ing)?|want(?:s|ed|ing)?|ask(?:s|ed|ing)?|"
    r"will|would|should|must|ought)\b[^.;:()]*$",
    re.IGNORECASE,
)
# "Together with those aged 25 to 34 they account for 54.0%": the figure is of both.
TOGETHER_WITH = re.compile(r"\b(?:together|combined|along|added|taken) (?:with|to)\b[^.;:]*$", re.IGNORECASE)
# "Both were within two points of the district's rate of 13.3": what the values are held against.
OF_THE_WHOLE = re.compile(
    r"\b(?:the|its|our|their)\s+(?:[a-z-]+\s+){0,2}(?:[a-z]+['’]s|[a-z]+s['’]|[a-z]+-wide|overall)\s+"
    r"(?:[a-z]+\s+){0,2}(?:rate|average|mean|figure|share|proportion|total|level)\s+(?:of|is|was)\s+£?$",
    re.IGNORECASE,
)


# "Two kinds passed 95%": a level, and no row's value.
BEYOND_LEVEL = re.compile(
    r"\b(?:passed|exceed(?:ed|s|ing)?|topped|surpassed|cleared)\s+(?:the\s+)?$|"
    # "Bryn was the only county below 92 per cent".
    r"\b(?:only|all|each|every|no|none|both|one|two|three|four|five|six|\d+)\b[^.;:,\d]{0,40}?\b(?:below|above|over|under|"
    r"at least|more than|less than|fewer than|beyond)\s+£?$",
    re.IGNORECASE,
)


def relation_of_value(context: Context, reader: Reader, sentence: Sentence, figure: Figure) -> Relation | None:
    if IN_NUMBER.search(sentence.text[: figure.mark.start - sentence.start]) or is_difference(sentence, figure):
        return None
    if is_beyond_place(context, sentence, figure) or is_distance(sentence, figure):
        return None
    readings = reader.readings(sentence, figure)
    first = surest(readings)
    _, clause = reader.clause(sentence, figure)
    candidates: list[tuple[Reading, Term]] = []
    # "More than the average of 2,683": no row's value.
    is_average = OF_AVERAGE.search(sentence.text[: figure.mark.start - sentence.start])
    for reading in readings:
        for column in columns_said(reading.table, reading.row, figure, clause, sentence.text):
            cell = term_of_cell(reading.table, reading.row, column)
            if is_average and not labels.MEAN.search(f"{reading.table.caption} {reading.row.label} {column.header}"):
                continue
            if cell is not None and has_base_of(reading.table, reading.row, column, figure, sentence):
                candidates.append((reading, cell))
    where = place_of(context, sentence)
    for reading, cell in candidates:
        if fits_cell(figure, cell):
            return sums.same_relation(
                cell, term_of(figure), where, f"{reading.table.name or 'The table'} has", sentence.text
            )
    # "If the rate fell to 54.0, there would be 180 fewer."
    before = sentence.text[: figure.mark.start - sentence.start]
    if (
        AIMED.search(before)
        or BEYOND_LEVEL.search(before)
        or IF.search(sentence.text)
        or TO_COME.search(before)
        or TOGETHER_WITH.search(before)
        or OF_THE_WHOLE.search(before)
    ):
        return None
    if first is not None and is_end_of_rows(first, sentence):
        return None
    mine = [cell for reading, cell in candidates if reading is first]
    if first is None or len(mine) != 1 or figure.role in ("low", "high") or is_elsewhere(reader, first, figure):
        return None
    if is_of_table_near(reader, sentence, figure, first):
        return None
    if not (first.is_explicit or figure.role) or (
        first.weight < 2 and figure.number.unit == "plain" and figure.role == ""
    ):
        return None
    is_named = first.weight > 2 and figure.has_own_area and is_spelt_alike(figure, mine[0])
    if not (is_named or is_plausible(figure, mine[0], sentence)) or is_of_another_time(first.table, figure, sentence):
        return None
    if is_of_another_thing(context, reader, sentence, figure, first, mine[0]):
        return None
    is_told = first.is_explicit or topic_of(first.table) & set(stems(sentence.text))
    if not is_told and not slip_between(figure.number.text, mine[0].text):
        # Only the section says what the table is about: the sentence may be about something else.
        return None
    return sums.same_relation(mine[0], term_of(figure), where, f"{first.table.name or 'The table'} has", sentence.text)


def is_end_of_rows(reading: Reading, sentence: Sentence) -> bool:
    """Whether a row is named as an end of several: "from July to September", "between July and September"."""
    own = re.escape(reading.row.label)
    others = "|".join(re.escape(one.label) for one in reading.table.rows if one is not reading.row and one.label)
    to = r"\s*(?:\bto\b|\bthrough\b|\buntil\b|–|-)\s*"
    joined = rf"\b(?:{others}){to}{own}\b|\b{own}{to}(?:{others})\b"
    between = rf"\bbetween (?:(?:{others}) and {own}|{own} and (?:{others}))\b"
    return bool(others) and re.search(rf"{joined}|{between}", sentence.text, re.IGNORECASE) is not None


# "Arrears accounted for 44% of applications": a share of a whole, and no rate of success.
MAKES_UP = re.compile(
    r"\b(?:account(?:s|ed|ing)? for|ma[dk]es? up|making up|represent(?:s|ed|ing)?|compris\w+|constitut\w+)\s+"
    r"(?:(?:only|just|about|around|over|under|almost|nearly)\s+)*$",
    re.IGNORECASE,
)


def is_of_another_thing(
    context: Context, reader: Reader, sentence: Sentence, figure: Figure, reading: Reading, cell: Term
) -> bool:
    """Whether a fair reading has a figure of something else than the cell which it differs from.

    Another figure of the sentence is the cell's; its count is not that of the row; or it is a true share of a whole.
    """
    figures = [one for one in sentence.figures if one.mark != figure.mark]
    if any(
        one.area == figure.area
        and one.unit_class == figure.unit_class
        and one.period == figure.period
        and fits_cell(one, cell)
        for one in figures
    ):
        return True
    table, row = reading.table, reading.row
    if is_per_another(table, cell, sentence.text):
        return True
    if is_about_row(table, row, sentence, figure):
        return True
    if not reading.is_explicit and figure.kind == kinds.VALUE and is_other_total(table, figure, figures):
        return True
    if figure.kind != kinds.SHARE:
        return False
    column = next(one for one in table.columns if table.place(row, one) == cell.mark.place)
    before = sentence.text[: figure.mark.start - sentence.start]
    if MAKES_UP.search(before) and re.search(r"\brate\b", column.measure, re.IGNORECASE):
        return True
    part, _ = beside(sentence, figure)
    counts = [
        number.value
        for one in table.columns
        if table.role(row, one) == "value" and (number := table.at(row, one)) is not None
    ]
    if part is not None and counts and part.value not in counts:
        return True
    # "72 (19%) got worse" beside columns of "Better" and "Better (%)": the share is that of another column.
    alike = [one for one in table.columns if one.role == "value" and one.measure and one.measure == column.measure]
    cells = [number.value for one in alike if (number := table.at(row, one)) is not None]
    if part is not None and alike and part.value not in cells:
        return True
    relation = relation_of_share(context, reader, reader.sentences.index(sentence), sentence, figure)
    return relation is not None and relation.holds()


# "412 pupils gave feedback on the classroom sessions": pupils are counted, and no sessions.
ABOUT = re.compile(
    r"\b(?:on|about|regarding|towards|against|concerning)\s+(?:the|our|these|those|its|their)\s+", re.IGNORECASE
)


# "Per visit, the net cost is £0.62".
PER_BEFORE = re.compile(r"(?:^|[.;,]\s+)(?:per|for each|for every)\s+(?P<what>[a-z-]+)(?:\s+[a-z-]+)?,", re.IGNORECASE)


def is_per_another(table: Table, cell: Term, text: str) -> bool:
    """Whether a sentence gives its figures per something that the cell's table does not speak of."""
    match = PER_BEFORE.search(text)
    headers = " ".join((table.caption, *(one.header for one in table.columns), cell.name))
    return match is not None and not re.search(rf"\b(?:per|each)\s+{match['what']}", headers, re.IGNORECASE)


def is_about_row(table: Table, row: Row, sentence: Sentence, figure: Figure) -> bool:
    after = sentence.text[figure.mark.end - sentence.start :]
    wanted = labels.alternatives(row.label)
    match = next(
        (one for one in ABOUT.finditer(after) if wanted and set(stems(after[one.end() :])[:3]) & wanted[0]), None
    )
    counted = stems(re.split(r"[.,;:()\d]", after)[0])[:1]
    about = set(stems(f"{table.caption} {table.label_header} {' '.join(one.header for one in table.columns)}"))
    return match is not None and not wanted[0] & set(stems(after[: match.start()])) and not set(counted) & about


# "Above the rate of the first period, by 1.3": how far, and no level.
BY_HOW_MUCH = re.compile(
    r"\b(?:above|below|over|under|ahead of|behind|higher|lower|more|less|fewer|longer|shorter|beyond)\b"
    r"[^.;:()\d]{0,60},?\s+by\s+£?$",
    re.IGNORECASE,
)


def is_distance(sentence: Sentence, figure: Figure) -> bool:
    return BY_HOW_MUCH.search(sentence.text[: figure.mark.start - sentence.start]) is not None


def is_other_total(table: Table, figure: Figure, figures: list[Figure]) -> bool:
    """Whether a sentence gives a value of another period, too, which is not the table's either."""
    for one in figures:
        columns = [column for column in table.columns if column.period and column.period == one.period]
        if one.kind != kinds.VALUE or one.period == figure.period or not columns or one.area != figure.area:
            continue
        cells = [term_of_cell(table, row, column) for row in table.rows for column in columns]
        if not any(cell is not None and fits_cell(one, cell) for cell in cells):
            return True
    return False


def fits_cell(figure: Figure, cell: Term) -> bool:
    """Whether a sentence repeats a cell, perhaps rounded: "61%" of 61.3%, "around 2,000" of 1,955."""
    if figure.number.fits(cell.value):
        return True
    return (
        figure.number.decimals < cell.number.decimals
        and abs(figure.value - cell.value) <= figure.number.half_unit + 1e-9
    )


def is_elsewhere(reader: Reader, reading: Reading, figure: Figure) -> bool:
    """Whether a number stands in another cell of its row, or in the table: it may be that which is meant."""
    for row in reading.table.rows:
        for column in reading.table.columns:
            cell = reading.table.at(row, column)
            same_period = column.period is None or figure.period is None or column.period == figure.period
            if (
                cell is not None
                and abs(abs(cell.value) - abs(figure.value)) < 1e-9
                and (row is reading.row or (same_period and not figure.has_own_area))
            ):
                return True
    return False


def is_of_table_near(reader: Reader, sentence: Sentence, figure: Figure, reading: Reading) -> bool:
    """Whether a number stands in another table of its section, in a row that its paragraph names."""
    block = reader.context.document.blocks[sentence.block]
    digits = len(re.sub(r"\D", "", figure.number.text))
    return digits >= TELLING and any(
        row.label in block.text and (number := table.at(row, column)) is not None and number.value == figure.value
        for table in reader.context.tables_for(block)
        if table is not reading.table
        for row in table.rows
        if row.label
        for column in table.columns
    )


# After "per 1,000": whom or what a rate counts on.
PER_WHAT = re.compile(
    r"[^.;()]{0,45}?\b(?:per|for every|in every|out of every)\s+(?:head|[\d,]+|million|thousand)\s+(?:of (?:the )?)?"
    r"(?P<what>[a-z]+(?:[ -][a-z]+)?)",
    re.IGNORECASE,
)
PEOPLE = frozenset(
    re.findall(
        "[a-z]+",
        "people person population resident inhabitant adult head in and with or for at to from among as than which was "
        "is are were a the on by over during this while but compared per",
    )
)


def base_of_rate(sentence: Sentence, figure: Figure) -> frozenset[str]:
    """The words for what a rate is per, if it is not the population: "per 1,000 bed days"; else none."""
    match = PER_WHAT.match(sentence.text, figure.mark.end - sentence.start)
    said = [stem(word) for word in re.split(r"[ -]", match["what"])] if match else []
    return (
        frozenset(said[:1] if len(said) > 1 and said[1] in PEOPLE else said)
        if said and said[0] not in PEOPLE
        else frozenset()
    )


def has_base_of(table: Table, row: Row, column: Column, figure: Figure, sentence: Sentence) -> bool:
    """Whether a rate can be a cell's: both per the same number, and of what the table says that it is per."""
    if figure.kind != kinds.RATE:
        return True
    scale = table.scale(row, column)
    if scale and figure.number.scale and scale != figure.number.scale:
        return False
    return base_of_rate(sentence, figure) <= set(all_stems(f"{table.caption} {row.label} {column.header}"))


# What was before, is to come or is wished for stands in no table of one period.
OTHER_TIME = re.compile(
    r"\b(?:ago|last (?:year|month|quarter)|previous\w*|before|earlier|former\w*|once|used to|next|expect\w*|"
    r"forecast\w*|project(?:ed|ion|ions)|plan(?:ned|s)?|aim\w*|target\w*|should|will|would|could|"
    r"by (?:19|20)\d\d|hope\w*|budget\w*)\b",
    re.IGNORECASE,
)


def is_spelt_alike(figure: Figure, cell: Term) -> bool:
    """Whether two numbers of four digits or more have as many digits, and two or more of them in the same place."""
    ours, theirs = (re.sub(r"\D", "", one.text) for one in (figure.number, cell))
    return len(ours) == len(theirs) >= 4 and sum(a == b for a, b in zip(ours, theirs, strict=True)) >= 2


# "Category 1 incidents" are some of all incidents.
OF_A_CLASS = re.compile(
    r"\b(?:category|class|type|priority|grade|level|tier|band|stage|phase|group)[ -](?:\d|[A-Z]\b)", re.IGNORECASE
)
COMPARED = re.compile(
    r"\b(?:from|than|against|compared (?:with|to)|versus|over)\s+(?:the |around |about )?$", re.IGNORECASE
)


def is_of_another_time(table: Table, figure: Figure, sentence: Sentence) -> bool:
    """Whether a table has no period in its columns, and a sentence may give a figure of another one than its."""
    if table.periods:
        return False
    if figure.has_own_period and table.default_period is not None and figure.period != table.default_period:
        return True
    before = sentence.text[: figure.mark.start - sentence.start]
    return figure.role == "old" or bool(COMPARED.search(before) or OTHER_TIME.search(sentence.text))


def is_plausible(figure: Figure, cell: Term, sentence: Sentence) -> bool:
    """Whether a number can be a misprint of a cell: a usual slip, or near to it and of nothing narrower."""
    if figure.number.about or figure.number.is_word:
        return False
    if OF_A_CLASS.search(sentence.text) and not OF_A_CLASS.search(cell.name):
        return False
    if slip_between(figure.number.text.lstrip("+-"), cell.text.lstrip("+-")):
        return True
    if cell.value == 0 or RESTRICTED.search(sentence.text):
        return False
    ratio = figure.value / cell.value
    return (0.6 <= ratio <= 1.6) and (
        figure.role != "" or figure.number.unit != "plain" or figure.number.decimals == cell.number.decimals
    )
