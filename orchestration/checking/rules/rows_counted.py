"""How the rows of a table went, where the text says it in other orders: "up in six of the seven wards", "all but A"."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, DENIED, DIRECTION, VERB, masked
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.kinds import AREAS
from orchestration.checking.rules.counted import ALL, ONLY, TWO_WAYS
from orchestration.checking.rules.readings import BROAD, GENERIC, Reader, is_broad, topic_of
from orchestration.checking.rules.rows_said import LISTS, Mention, listed, mentions, near_tables
from orchestration.checking.rules.said import COUNT, number_of, one_way, words_finding
from orchestration.checking.rules.series import MIXED, columns_in_time
from orchestration.checking.rules.within_tables import line
from orchestration.checking.rules.years_said import part_with, ways_said
from orchestration.checking.spans import in_words
from orchestration.checking.tables import Table
from orchestration.checking.words import stem, stems

RULE = "count_of_areas_is_the_tables"
TAIL = re.compile(
    rf"\s(?:in|at|for|across|among|on|from|with|to)\s+"
    rf"(?P<how>(?:all(?: of)?|every one of|each of|none of|{COUNT} of)\s+"
    rf"(?:the\s+|these\s+|our\s+)*(?P<whole>{COUNT})"
    # "Attendance rose at two of the four": the rows need no noun.
    r"(?:\s+(?:[a-z-]+\s+){0,2}?(?P<noun>[a-z-]+s)\b|(?=\s*(?:[.,;)]|$))))"
    r"(?!['’])(?!\s+(?:by|more|fewer|less|at least)\b)",
    re.IGNORECASE,
)
BEGINS = re.compile(r"[.;:,(]\s*|\b(?:that|while|whereas|but|although|because)\s", re.IGNORECASE)
# Words of a claim that name nothing but what the table is about.
PLAIN = GENERIC | frozenset(
    re.findall(
        "[a-z]+",
        "they it these this satisfaction agreement performance result score growth came been gone went year before "
        "earlier than last previous again was were level up down number confined limited restricted",
    )
)
VERBS = frozenset(
    re.findall(
        "[a-z]+", "see saw seen have had record report take took accept lose lost gain supply handle show there new"
    )
)
WENT = {1: "rose", -1: "fell", 0: "did not change", MIXED: "did not go one way"}


def counted_behind(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Admissions had gone up in six of the seven wards": the number of rows that went so."""
    for sentence in reader.sentences:
        if BROAD.search(re.sub(r"\bquarters?\b", " ", sentence.text, flags=re.IGNORECASE)):
            continue
        for match in TAIL.finditer(sentence.text):
            start = max((one.end() for one in BEGINS.finditer(sentence.text, 0, match.start())), default=0)
            said = sentence.text[start : match.start()]
            way, whole = one_way(said), number_of(match["whole"])
            bare = re.sub(r"(?:19|20)\d\d(?:/\d\d)?", " ", said)
            if not way or re.search(r"\d", bare):
                continue
            words = set(stems(DIRECTION.sub(" ", bare)))
            found = [
                (table, ways)
                for table in near_tables(context, sentence)
                if (match["noun"] is None or is_of_rows(table, match["noun"]))
                and (words <= PLAIN or words & topic_of(table))
                for ways in ways_said(table, part_with(said, 0, 0), sentence)
                if len(ways) == whole
            ]
            how = match["how"].lower()
            said_count = whole if how.startswith(("all", "every", "each")) else 0
            said_count = said_count if how.startswith(("all", "every", "each", "none")) else number_of(how.split()[0])
            if not found or any(sum(one == way for one in ways.values()) == said_count for _, ways in found):
                continue
            yield told(context, sentence, match.span("how"), *found[0], way)


def is_of_rows(table: Table, noun: str) -> bool:
    if re.fullmatch(AREAS, noun, re.IGNORECASE) and table.has_areas:
        return True
    return stem(noun) in stems(f"{table.label_header} {table.caption}")


def told(
    context: Context, sentence: Sentence, span: tuple[int, int], table: Table, ways: dict[str, int], way: int
) -> Finding:
    actual = [name for name, one in ways.items() if one == way]
    why = f"In {table.name or 'the table'}, {len(actual)} of {len(ways)} {WENT[way]}"
    why += f" ({', '.join(actual)})." if actual else "."
    return words_finding(context, sentence, RULE, span, f"{len(actual)} of the {len(ways)}", why)


ALL_BUT = re.compile(
    r"^(?:All|Every|Each)(?: of)?(?:\s+(?:the|our|these))?\s+(?:[a-z-]+\s+){0,2}?(?P<noun>[a-z-]+)\s+"
    r"(?:bar|but|except(?: for)?|apart from|other than|with the exception of|excluding|save)\s+"
    r"(?:the\s+)?(?P<one>one\b)?",
    re.IGNORECASE,
)
# "The only subject that lost learners."
LOSES = re.compile(r"\s*(?:lost|to lose|losing)\s+(?=[a-z]+\b)")
THE_ONLY = re.compile(
    r"\s+(?:was|were|is|are)\s+(?:the\s+(?P<kind>only|sole)\s+(?P<noun>[a-z-]+)\s+(?:[a-z]+\s+)?"
    r"(?:to|of which|for which|in which|that|which|with|where)\s|alone in\s)",
    re.IGNORECASE,
)


def all_but_one(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "All providers bar A treated more", "A was the sole team to see fewer": the one row that went another way."""
    for sentence in reader.sentences:
        if BROAD.search(sentence.text):
            continue
        every = ALL_BUT.match(sentence.text)
        for table in near_tables(context, sentence):
            named = mentions(context, table, sentence.text)
            if every is not None and not table.has_areas and is_of_rows(table, every["noun"]):
                yield from judged_all_but(context, sentence, table, every, named)
            for one in named:
                only = THE_ONLY.match(sentence.text, one.end)
                if only is None or (table.has_areas and only["kind"] == "only"):
                    continue
                rest = re.split(r"[,;(]|\bbut\b|\bwhile\b", sentence.text[only.end() :])[0]
                way = (LOSES.match(rest) and -1) or one_way(rest) if is_of_table(table, LOSES.sub("", rest)) else 0
                orders = ways_said(table, rest, sentence) if way else []
                orders = [ways for ways in orders if one.row.label in ways and len(ways) > 2]
                wrong = [{name for name, went in ways.items() if went == way} for ways in orders]
                if wrong and all(names != {one.row.label} for names in wrong):
                    names = ", ".join(sorted(wrong[0])) or "none"
                    why = f"By {table.name or 'the table'}, what {WENT[way]} is: {names}."
                    yield words_finding(context, sentence, RULE, (one.start, only.end()), names, why)


def is_of_table(table: Table, text: str) -> bool:
    """Whether the words of a claim are those of a table, or say no more than that there was more or less of it."""
    about = topic_of(table) | set(stems(f"{table.label_header} {table.notes}"))
    said = set(stems(DIRECTION.sub(" ", re.sub(r"(?:19|20)\d\d(?:/\d\d)?", " ", text)))) - PLAIN - VERBS
    return all(any(one[:4] == word[:4] for one in about) for word in said)


def judged_all_but(
    context: Context, sentence: Sentence, table: Table, every: re.Match, named: list[Mention]
) -> Iterator[Finding]:
    left = [one for one in named if one.start == every.end()]
    if not every["one"] and len(left) != 1:
        return
    at = every.end() if every["one"] else left[0].end
    rest = re.split(r"[,;(]|\bbut\b|\bwhile\b", sentence.text[at:])[0]
    way = one_way(rest) if is_of_table(table, rest) else 0
    orders = [ways for ways in ways_said(table, rest, sentence) if len(ways) > 2] if way else []
    others = [{name for name, went in ways.items() if went != way} for ways in orders]
    is_true = any(len(one) == 1 if every["one"] else one == {left[0].row.label} for one in others)
    if others and not is_true:
        names = ", ".join(sorted(others[0])) or "none"
        why = f"By {table.name or 'the table'}, all {WENT[way]} but: {names}."
        yield words_finding(context, sentence, RULE, (0, at), f"all but {names}", why)


def rows_went(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Self-harm went up and overdoses went down", without a number: rows of a table that are no places."""
    for sentence in reader.sentences:
        text = masked(sentence.text)
        is_unsure = any(one.search(text) for one in (BROAD, TWO_WAYS, ONLY, ALL, DENIED, BETTER))
        tables = [] if is_unsure else near_tables(context, sentence)
        if len(tables) != 1 or tables[0].has_areas:
            continue
        table, named = tables[0], mentions(context, tables[0], sentence.text)
        for verb in VERB.finditer(text):
            ends = [one for one in named if one.end <= verb.start() and not text[one.end : verb.start()].strip()]
            if not ends or re.match(r"\s+(?:by|from|to|in|at|for|among)\b|,\s+by\b|\s*\(", text[verb.end() :]):
                continue
            if not re.search(
                r"(?:^|[.;,:]\s+|\b(?:and|but|while|whereas|as)\s+)(?:the\s+)?$", text[: ends[0].start], re.I
            ):
                continue
            way = 1 if verb["up"] else -1 if verb["down"] else 0
            orders = [
                ways
                for ways in ways_said(table, part_with(text, verb.start(), verb.end()), sentence)
                if ends[0].row.label in ways
            ]
            before = [one for one in named if LISTS.fullmatch(sentence.text[one.end : ends[0].start])]
            if not orders or before or any(ways[ends[0].row.label] == way for ways in orders):
                continue
            went = WENT[orders[0][ends[0].row.label]]
            yield words_finding(
                context,
                sentence,
                "word_fits_change",
                (ends[0].start, verb.end()),
                f"{ends[0].row.label} {went}",
                f"By {table.name or 'the table'}, {ends[0].row.label} {went}.",
            )


SOME_WENT = re.compile(
    rf"(?:^|[.;:]\s+)(?P<count>{COUNT})\s+(?P<noun>[a-z]+s)\s+"
    r"(?P<claim>(?:saw|had|recorded|reported|rose|fell|increased|decreased|grew|dropped|declined|went (?:up|down)|"
    r"came down)\b[^.;:,()\d]*)",
    re.IGNORECASE,
)
ANY_ROWS = frozenset(("groups", "types", "categories", "kinds", "rows"))


# "Had more than the others", "had higher rates": against other rows, and not over time.
TIME_BEFORE = r"(?:in\s+)?(?:the\s+|a\s+)?(?:(?:19|20)\d\d|year|quarter|month|last|previous|before|earlier)"
NOT_IN_TIME = re.compile(
    rf"\bthan\b(?!\s+{TIME_BEFORE})|\b(?:higher|lower|greater|smaller)\b(?!.*\bthan\s+{TIME_BEFORE})|"
    rf"^(?:had|have)\b(?!.*\bthan\s+{TIME_BEFORE}).*\b(?:more|less)\b",
    re.IGNORECASE,
)


def some_rows_went(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Two groups saw fewer deaths than in the year before": how many rows of the one table near went so."""
    for sentence in reader.sentences:
        tables = near_tables(context, sentence)
        if len(tables) != 1 or BROAD.search(sentence.text):
            continue
        table = tables[0]
        for match in SOME_WENT.finditer(sentence.text):
            claim, noun = match["claim"], match["noun"].lower()
            way = one_way(claim)
            if (
                not way
                or BETTER.search(claim)
                or NOT_IN_TIME.search(claim)
                or not (noun in ANY_ROWS or is_of_rows(table, noun))
            ):
                continue
            orders = ways_said(table, claim, sentence) if is_of_table(table, claim) else []
            orders = [ways for ways in orders if len(ways) > 2]
            counts = [sum(one == way for one in ways.values()) for ways in orders]
            if counts and number_of(match["count"]) not in counts:
                yield told(context, sentence, match.span("count"), table, orders[0], way)


THESE = re.compile(
    rf"(?:^|[.;:]\s+|\b(?:and|but|while)\s+)(?P<count>{COUNT})\s+(?:[a-z]+\s+)?(?P<noun>[a-z]+s)\s*(?:,|\(|:)\s*",
    re.IGNORECASE,
)
THEY = re.compile(
    r"\s*[,)]?\s+(?P<claim>(?:saw|had|have|recorded|reported|rose|fell|increased|decreased|grew|dropped|declined|"
    r"went (?:up|down)|came down)\b[^.;:,()\d]*)",
    re.IGNORECASE,
)


def these_rows_went(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Two wards, A and B, recorded fewer": each row that is listed went the way that is said."""
    for sentence in reader.sentences:
        if is_broad(sentence.text):
            continue
        for match in THESE.finditer(sentence.text):
            for table in near_tables(context, sentence):
                group = first_listed(sentence.text, mentions(context, table, sentence.text), match.end())
                claim = THEY.match(sentence.text, group[-1].end) if len(group) == number_of(match["count"]) else None
                way = one_way(claim["claim"]) if claim else 0
                if claim is None or not way or BETTER.search(claim["claim"]) or NOT_IN_TIME.search(claim["claim"]):
                    continue
                orders = ways_said(table, claim["claim"], sentence) if is_of_table(table, claim["claim"]) else []
                names = [one.row.label for one in group]
                orders = [ways for ways in orders if all(name in ways for name in names)]
                if not orders or any(all(ways[name] == way for name in names) for ways in orders):
                    continue
                wrong = [name for name in names if orders[0][name] != way]
                actual = "; ".join(f"{name} {WENT[orders[0][name]]}" for name in wrong)
                span = (group[0].start, group[-1].end)
                why = f"By {table.name or 'the table'}, {actual}."
                yield words_finding(context, sentence, "word_fits_change", span, actual, why)


def first_listed(text: str, named: list[Mention], at: int) -> list[Mention]:
    """The rows that a list beginning at a place names, in its order."""
    groups = [group for group in listed(text, named) if group[0].start == at]
    return groups[0] if groups else []


ONLY_YEAR = re.compile(
    r"\bthe only year (?:in which|when|that) (?:(?:it|they|numbers?|this|these|the [a-z]+)\s+)?"
    r"(?P<went>[a-z]+(?: [a-z]+)?)\s+(?:was|is)\s+",
    re.IGNORECASE,
)


def only_years(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "The only year in which it went up was 2022/23": the steps of the one row of a table of years."""
    for sentence in reader.sentences:
        for match in ONLY_YEAR.finditer(sentence.text):
            way = one_way(match["went"])
            span = next((one for one in sentence.spans if one.period and one.start == match.end()), None)
            if not way or span is None:
                continue
            steps = []
            for table in near_tables(context, sentence):
                rows = [row for row in table.rows if row.is_total] or table.rows
                for columns in columns_in_time(table) if len(rows) == 1 else []:
                    cells = line(table, [(rows[0], column) for column in columns])
                    periods = [column.period for column in columns]
                    if len(cells) >= 3 and span.period in periods[1:]:
                        went = zip(cells, cells[1:], periods[1:], strict=False)
                        steps.append([period for old, new, period in went if (new.value - old.value) * way > 0])
            if len(steps) == 1 and steps[0] != [span.period]:
                years = " and ".join(in_words(one) for one in steps[0]) or "none"
                why = f"By the table, the years in which it {WENT[way]} are: {years}."
                yield words_finding(context, sentence, "word_fits_change", (match.start(), span.end), years, why)
