"""Words and captions: another table's term, a caption that lacks what its fellows say, a sign left to words."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ADVICE, ERROR, Finding, Mark
from orchestration.checking.rules.readings import GENERIC, Reader, place_of
from orchestration.checking.rules.within_tables import share_relations
from orchestration.checking.spans import spans_in
from orchestration.checking.tables import Table
from orchestration.checking.words import stems

SOURCE = re.compile(r"\bsourced?\b|\(source|\bdata from\b|©", re.IGNORECASE)
COMPOUND = re.compile(r"\b([A-Za-z]{3,})[- ](related|specific|attributable|induced|misuse|poisoning)\b", re.IGNORECASE)
ABBREVIATION = re.compile(
    r"\b([A-Z]{2,5})s?\b(?=\s+(?:rate|estimate|figure|number|count|prevalence|total|share|"
    r"proportion)s?\b)"
)
DEFINED = re.compile(
    r"\b(?P<what>[A-Z]?[\w-]+(?: [\w-]+){0,4}?) (?:measures|is|means|shows|refers to|represents|is defined as) "
    r"the (?:percentage|proportion|share) of "
    r"(?P<whole>(?:[\w-]+ ){0,3}[\w-]+?)(?= that| which| who| resulting| where|[.,;])",
    re.IGNORECASE,
)


def captions(context: Context) -> Iterator[Finding]:
    """Captions without a source, where most captions of the document name one; and without any period."""
    named = [table for table in context.tables if table.caption_block is not None]
    with_source = [table for table in named if SOURCE.search(table.said)]
    for table in named:
        if len(with_source) >= 3 and len(with_source) >= 0.7 * len(named) and table not in with_source:
            yield lacking(table, "caption_without_source", "no source", "a source, as the other captions have")
    with_period = [table for table in named if spans_in(table.caption) or table.periods]
    for table in named:
        lacks = table not in with_period and not any(spans_in(text) for text in table.headings)
        if lacks and len(with_period) >= 3 and len(with_period) >= 0.7 * len(named) and context.default is None:
            yield lacking(table, "caption_without_period", "no period", "the period that its figures are of")


def lacking(table: Table, rule: str, published: str, expected: str) -> Finding:
    assert table.caption_block is not None
    mark = Mark(table.caption_block.number, table.caption_block.place, 0, len(table.caption))
    explanation = f"The caption of {table.name or 'this table'} gives {published}."
    return Finding(rule, ADVICE, mark, published, expected, explanation, where=table.name)


def denominators(context: Context) -> Iterator[Finding]:
    """Columns of rates that do not say per how many, where the caption does not either."""
    for table in context.tables:
        for column in table.columns:
            if (
                column.role == "rate"
                and not column.scale
                and not labels.scale_of(table.said)
                and not labels.PERCENT.search(column.header)
            ):
                mark = Mark(table.block.number, table.block.place)
                yield Finding(
                    "caption_without_denominator",
                    ADVICE,
                    mark,
                    column.header,
                    "per how many the rate is",
                    f"{table.name or 'The table'} does not say what its rate is a rate per.",
                    where=table.name,
                )


def terms(context: Context, reader: Reader) -> Iterator[Finding]:
    """Terms of another table, or another word for the same group, in the text on a table: one finding for each."""
    seen: set[tuple] = set()
    abbreviations = {
        table.number: set(re.findall(r"\b[A-Z]{2,5}\b", f"{table.caption} {' '.join(c.header for c in table.columns)}"))
        for table in context.tables
    }
    for sentence in reader.sentences:
        block = context.document.blocks[sentence.block]
        near = context.mentioned(block.text)
        if len(near) != 1:
            continue
        table = near[0]
        others = set().union(*(found for number, found in abbreviations.items() if number != table.number))
        said = f"{table.said} {' '.join(table.headings)} {table.label_header}"
        for match in ABBREVIATION.finditer(sentence.text):
            name = match[1]
            if (
                name in others
                and name not in abbreviations[table.number]
                and name not in said
                and (name, table.number) not in seen
            ):
                seen.add((name, table.number))
                yield term_finding(
                    context,
                    sentence,
                    match.start(),
                    match.end(),
                    name,
                    f"the term of {table.name}",
                    f"{name} is the term of another table; {table.name} is of {measure(table)}.",
                )
        yield from users(context, sentence, table, seen)
    yield from compounds(context, seen)


def measure(table: Table) -> str:
    return re.sub(r"^\W*table\s+\S+\s*[:.–—-]*\s*", "", table.caption, flags=re.I).split(",")[0].rstrip(".").lower()


def users(context: Context, sentence: Sentence, table: Table, seen: set[tuple]) -> Iterator[Finding]:
    """People called users in the text on a table that counts dependence, or cases, and no use."""
    about = f"{table.caption} {' '.join(column.header for column in table.columns)}"
    match = re.search(r"(?<=\d )users\b", sentence.text)
    if (
        match
        and re.search(r"\bdepend", about, re.I)
        and not re.search(r"\bus(?:e|es|ers?|ing)\b", about, re.I)
        and ("users", table.number) not in seen
    ):
        seen.add(("users", table.number))
        yield term_finding(
            context,
            sentence,
            match.start(),
            match.end(),
            "users",
            "dependent people",
            f"{table.name} counts people who are dependent, not users.",
        )


def term_finding(
    context: Context, sentence: Sentence, start: int, end: int, published: str, expected: str, why: str
) -> Finding:
    block = context.document.blocks[sentence.block]
    mark = Mark(sentence.block, block.place, sentence.start + start, sentence.start + end)
    return Finding(
        "term_is_the_captions", ADVICE, mark, published, expected, why, sentence.text, place_of(context, sentence)
    )


def compounds(context: Context, seen: set[tuple]) -> Iterator[Finding]:
    """Captions that call a group "X-related" in a section headed "X-specific", or the other way about."""
    for table in context.tables:
        if table.caption_block is None or not table.headings:
            continue
        heading = {match[1].lower(): match[2].lower() for match in COMPOUND.finditer(table.headings[0])}
        for match in COMPOUND.finditer(table.caption):
            other = heading.get(match[1].lower())
            if (
                other
                and other != match[2].lower()
                and {other, match[2].lower()} <= {"related", "specific", "attributable"}
            ):
                key = (match[1].lower(), match[2].lower(), table.headings[0])
                if key in seen:
                    continue
                seen.add(key)
                mark = Mark(table.caption_block.number, table.caption_block.place, match.start(), match.end())
                yield Finding(
                    "term_is_the_captions",
                    ADVICE,
                    mark,
                    match[0],
                    f"{match[1]}-{other}",
                    f"The section is on {match[1].lower()}-{other} figures; {match[0].lower()} is another group.",
                    where=table.name,
                )


def signs(context: Context, reader: Reader) -> Iterator[Finding]:
    """Changes without a sign, where the document's other changes have one; once a table and once a sentence."""
    columns = []
    for table in context.tables:
        for column in table.columns:
            numbers = [
                number
                for row in table.rows
                if column.role == "change" and (number := table.at(row, column)) is not None and number.value
            ]
            if numbers:
                columns.append((table, column, numbers))
    signed = [one for one in columns if any(number.sign > 0 for number in one[2])]
    for table, column, numbers in columns:
        if len(signed) >= 3 and len(numbers) >= 2 and not any(number.sign for number in numbers):
            first = next(row for row in table.rows if table.at(row, column) is not None)
            yield Finding(
                "sign_is_printed",
                ADVICE,
                Mark(table.block.number, table.place(first, column)),
                numbers[0].text,
                f"+{numbers[0].text}",
                f"The changes of {table.name} have no sign; those of the other tables have.",
                where=table.name,
            )
    yield from signs_in_brackets(context, reader)


def signs_in_brackets(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "fell from 507 to 503 (0.8%)", in a document that prints "(-10.3%)" elsewhere."""
    bracketed = [
        (sentence, figure)
        for sentence in reader.sentences
        for figure in sentence.figures
        if figure.kind in (kinds.PERCENT_CHANGE, kinds.CHANGE)
        and re.search(r"\(\s*$", sentence.text[: figure.mark.start - sentence.start])
        and re.match(r"\s*(?:[a-z]+\s*)?\)", sentence.text[figure.mark.end - sentence.start :])
    ]
    signed = [one for one in bracketed if one[1].number.sign]
    for sentence, figure in bracketed:
        if len(signed) >= 4 and not figure.number.sign and len(signed) >= 0.8 * len(bracketed):
            sign = "-" if figure.value < 0 else "+"
            yield Finding(
                "sign_is_printed",
                ADVICE,
                figure.mark,
                figure.number.text,
                f"{sign}{figure.number.text}",
                "The other changes in brackets have a sign; here only the words give it.",
                sentence.text,
                place_of(context, sentence),
            )


def wrong_wholes(context: Context, reader: Reader) -> Iterator[Finding]:
    """Shares that the text defines as shares of one thing and the table computes from another."""
    for sentence in reader.sentences:
        match = DEFINED.search(sentence.text)
        if not match:
            continue
        what, whole = set(stems(match["what"])), set(stems(match["whole"])) - GENERIC
        for table in context.tables:
            relations = [relation for relation in share_relations(table) if relation.holds()]
            for relation in relations:
                label = relation.result.name.split(",")[0]
                own = set(stems(label)) - {"rate", "percentage"}
                of = relation.inputs[1].name.split(",")[0]
                if not own or not (own - {"proportion", "share"}) <= what or not whole or whole & set(stems(of)):
                    continue
                block = context.document.blocks[sentence.block]
                yield Finding(
                    "share_of_its_whole",
                    ERROR,
                    Mark(
                        sentence.block,
                        block.place,
                        sentence.start + match.start("whole"),
                        sentence.start + match.end("whole"),
                    ),
                    match["whole"],
                    of,
                    f"The text says that {match['what'].strip().lower()} is a share of {match['whole']}; in "
                    f"{table.name or 'the table'} it is "
                    f"{relation.inputs[0].text} of {relation.inputs[1].text}, the {of.lower()}.",
                    sentence.text,
                    place_of(context, sentence),
                    marks=[relation.inputs[1].mark],
                )
                return


def shares_without_counts(context: Context, reader: Reader, compared: set[Mark]) -> Iterator[Finding]:
    """A share with a change in points, but without any count that it is a share of: once a section."""
    seen: set[int] = set()
    told = [one for sentence in reader.sentences for one in sentence.figures if one.kind == kinds.SHARE]
    # A summary may repeat a share whose counts stand elsewhere.
    given = {one.value for one in told if one.mark in compared}
    for sentence in reader.sentences:
        shares = [
            one
            for one in sentence.figures
            if one.kind == kinds.SHARE and one.value not in given and one.number.decimals
        ]
        points = [one for one in sentence.figures if one.kind == kinds.POINTS and one.mark not in compared]
        counts = [
            one
            for other in reader.sentences
            if other.section == sentence.section
            for one in other.figures
            if one.kind == kinds.VALUE
        ]
        block = context.document.blocks[sentence.block]
        if not shares or not points or counts or context.tables_for(block) or sentence.section in seen:
            continue
        seen.add(sentence.section)
        yield Finding(
            "share_without_count",
            ADVICE,
            shares[0].mark,
            shares[0].number.text,
            "the counts that it is a share of",
            "The share changed, and the text gives no count: with small counts a few cases move it by points.",
            sentence.text,
            place_of(context, sentence),
        )
