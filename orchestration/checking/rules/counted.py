"""How many rose or fell, and which: "three of the four districts", "only A and B", "every area but C", "D fell"."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, DENIED, DIRECTION, VERB, masked, way_in
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.kinds import AREAS
from orchestration.checking.names import Named
from orchestration.checking.rules.readings import BROAD, GENERIC, Reader, place_of, topic_of
from orchestration.checking.rules.rows_said import is_of_other
from orchestration.checking.rules.series import MIXED, rows_to_rank
from orchestration.checking.rules.years_said import part_with, ways_said
from orchestration.checking.tables import Table
from orchestration.checking.words import stems

ALL = re.compile(
    rf"\b(?:all|every|each|both)\b(?:\s+of)?(?:\s+(?:the|our|these|"
    rf"other))?(?:\s+[\w-]+){{0,2}}?\s+{AREAS}\b",
    re.IGNORECASE,
)
EXCEPT = re.compile(
    r"\b(?:except(?: for| in)?|apart from|other than|bar|but|with the exception of|"
    r"excluding)\s+(?:for |in |from )?",
    re.IGNORECASE,
)
ONLY = re.compile(
    r"\bonly\s+(?=[A-Z])|\b(?:was|were|is|are|being)\s+the\s+only\s+(?:[\w-]+\s+){0,2}" + AREAS + r"\b", re.IGNORECASE
)
MOST = re.compile(rf"^(?:most|the majority of)\s+(?:of the\s+)?(?:[\w-]+\s+){{0,2}}?{AREAS}\b", re.IGNORECASE)
# What narrows a claim of "only" or "all" so that the direction alone does not judge it.
QUALIFIED = re.compile(
    r"\b(?:or|nor)\s+(?:\w+\s+){0,2}(?:unchanged|no change|the same|stayed|stable|flat|level|did not change)\b|"
    r"\b(?:never|neither|fail(?:ed|s)? to|did not (?!change\b)|without an?y?|"
    r"no (?=(?:\w+ )?(?:rise|fall|increase|decrease)))",
    re.IGNORECASE,
)
# "Only A fell sharply": others may have fallen, too; "all but A fell sharply": so may A.
BY_HOW_MUCH = re.compile(
    r"\b(?:sharply|steeply|significantly|substantially|markedly|considerably|slightly|strongly|faster|fastest|most|"
    r"least|again|further|by (?:more|less|at least|over|under)|more than|less than)\b(?! in\b)",
    re.IGNORECASE,
)
# By how many telling words a summary means a table of another section.
LEAST_SAID = 2
TWO_WAYS = re.compile(r"\b(?:mixed|respectively|both (?:rises|increases)|some)\b", re.IGNORECASE)


def counts_of_areas(context: Context, reader: Reader) -> Iterator[Finding]:
    for sentence in reader.sentences:
        tables = tables_of(context, sentence)
        if BROAD.search(sentence.text):
            continue
        if not tables:
            yield from numbers(context, sentence, tables_meant(context, sentence))
            continue
        yield from numbers(context, sentence, tables)
        yield from sets(context, sentence, tables)


def tables_of(context: Context, sentence: Sentence) -> list[Table]:
    block = context.document.blocks[sentence.block]
    return [table for table in context.mentioned(block.text) or context.tables_for(block) if len(table.rows) > 1]


def tables_meant(context: Context, sentence: Sentence) -> list[Table]:
    """For a summary, the tables of places elsewhere that have as many rows as it says, and are about what it says."""
    counts = [one for one in sentence.distinct_figures if one.kind == kinds.COUNT_OF_AREAS]
    wholes = {one.value for one in counts[1:2]}
    said = set(stems(sentence.text)) - GENERIC
    found = [
        table
        for table in context.tables
        if table.has_areas and len(rows_to_rank(table)) in wholes and len(said & topic_of(table)) >= LEAST_SAID
    ]
    return found if len(found) == 1 else []


def ways_of(tables: list[Table], names: set[str], text: str, sentence: Sentence) -> list[tuple[Table, dict[str, int]]]:
    """The directions of the rows of each table that has all the places that are named, in the time of a text."""
    found = []
    for table in tables:
        for ways in ways_said(table, text, sentence):
            if names <= set(ways) and len(ways) > 1:
                found.append((table, ways))
    return found


VERB_IN = re.compile(
    rf"(?:{VERB.pattern})\s+(?:[a-z]+ly\s+)?(?:in|at|for|across|among)\s+(?:only\s+|just\s+)?$", re.IGNORECASE
)


# "Across the four towns offences rose": those of all of them.
OF_ALL = re.compile(r"\b(?:across|throughout|over|between|among|in)\s+(?:all\s+)?(?:the|these|our)\s+$", re.IGNORECASE)


def numbers(context: Context, sentence: Sentence, tables: list[Table]) -> Iterator[Finding]:
    """ "Three of the four districts recorded more": the number of rows that rose or fell."""
    counts = list({one.mark: one for one in sentence.figures if one.kind == kinds.COUNT_OF_AREAS}.values())
    if not counts:
        return
    first = counts[0]
    if OF_ALL.search(sentence.text[: first.mark.start - sentence.start]):
        return
    after = sentence.text[first.mark.end - sentence.start :]
    if re.match(rf"(?:\s+[a-z-]+){{0,4}}?\s+{AREAS}['’]", after, re.IGNORECASE):
        # "The four towns' calls rose by 35%": those of all of them.
        return
    clause = re.split(r"[;,]|\bwhile\b|\bwhereas\b|\bbut\b", after)[0]
    way = way_in(clause)
    start = first.mark.end - sentence.start
    told = VERB_IN.search(masked(sentence.text)[: first.mark.start - sentence.start])
    if told is not None:
        # "Rose in three of the five areas and fell in two".
        way, clause = way_in(told[0]), re.split(r"\band\b", clause)[0]
        tables = [table for table in tables if not is_of_other(context, table, sentence.text[: told.start()])]
    named = [one for one in context.names.find(sentence.text) if start <= one.start < start + len(clause)]
    if way is None or any(one.name != context.names.own for one in named):
        return
    ways = [
        (table, one)
        for table, one in ways_of(tables, set(), part_with(after, 0, 0), sentence)
        if table.has_areas or whole_of(counts, one)
    ]
    whole = counts[1].value if len(counts) > 1 and re.match(r"\s+of\b", after) else None
    ways = [(table, one) for table, one in ways if whole is None or whole == len(one)]
    if not ways:
        return
    if any(sum(direction == way for direction in one.values()) == first.value for _, one in ways):
        return
    table, one = ways[0]
    actual = [name for name, direction in one.items() if direction == way]
    word = {1: "rose", -1: "fell", 0: "did not change"}[way]
    yield Finding(
        "count_of_areas_is_the_tables",
        ERROR,
        first.mark,
        first.number.text,
        str(len(actual)),
        f"In {table.name or 'the table'}, {len(actual)} of {len(one)} {word}"
        + (f" ({', '.join(actual)})." if actual else "."),
        sentence.text,
        place_of(context, sentence),
    )


def whole_of(counts: list, ways: dict[str, int]) -> bool:
    return len(counts) > 1 and counts[1].value == len(ways)


# "The only town with fewer repairs than in 2023/24".
THAN_BEFORE = re.compile(
    r"\bwith\s+(fewer|more|less|higher|lower)\b[^,.;]{0,40}\bthan\s+(?:in\s+)?(?:the\s+|a\s+)?(?:(?:19|20)\d\d\b|"
    r"year (?:before|earlier)|previous year|last year)",
    re.IGNORECASE,
)


def sets(context: Context, sentence: Sentence, tables: list[Table]) -> Iterator[Finding]:
    """ "Only A and B rose", "every locality except C fell", "D was the only district with a fall"."""
    text = masked(sentence.text)
    for clause_start, clause in clauses(text):
        named = [
            one
            for one in context.names.find(sentence.text)
            if clause_start <= one.start < clause_start + len(clause) and one.name != context.names.own
        ]
        names = {one.name for one in named}
        way, claim = None, ""
        only, every = ONLY.search(clause), ALL.search(clause)
        if only and names:
            # "A saw the largest rise, B the only fall": of B alone.
            joined = next((at for at in range(len(named) - 1, 0, -1) if not is_listed(sentence.text, named, at)), 0)
            names = {one.name for one in named[joined:]} if named[-1].end <= clause_start + only.start() else names
            inner = clause[only.end() :] if only[0].lower().startswith("only") else clause[only.start() :]
            way, claim = way_in(re.split(r",", inner)[0]), "only"
            than = THAN_BEFORE.search(clause)
            if way is None and than:
                way = 1 if than[1].lower() in ("more", "higher") else -1
            start, end = only.span()
        elif every:
            # "All three rose: A by 62 and B by 47": the colon only tells more.
            named = [one for one in named if ":" not in clause[every.end() : one.start - clause_start]]
            names = {one.name for one in named}
            way, claim = way_in(re.split(r"[,:]", clause)[0]), "every"
            start, end = every.span()
            excluded = EXCEPT.search(clause[end:])
            if names and not excluded:
                continue
            names = {one.name for one in named if excluded and one.start >= clause_start + end + excluded.start()}
        if way is None or not claim or QUALIFIED.search(clause):
            continue
        verb = next(VERB.finditer(clause, end), None)
        told = part_with(clause, verb.start(), verb.end()) if verb and not every else clause
        yield from judged(
            context, sentence, tables, names, way, claim, told, (clause_start + start, clause_start + end)
        )


def is_listed(text: str, named: list[Named], at: int) -> bool:
    """Whether nothing but a comma or "and" stands between a name and the one before it."""
    return (
        re.fullmatch(r"\s*(?:\([^()]*\))?\s*(?:,|and|&|,\s*and)\s*", text[named[at - 1].end : named[at].start])
        is not None
    )


def judged(
    context: Context,
    sentence: Sentence,
    tables: list[Table],
    names: set[str],
    way: int,
    claim: str,
    text: str,
    place: tuple[int, int],
) -> Iterator[Finding]:
    """A claim of a clause, `text`, that only or all but the named places went one way; `place` is where it stands."""
    ways = [(table, one) for table, one in ways_of(tables, names, text, sentence) if table.has_areas]
    if not ways:
        return

    is_partly = BY_HOW_MUCH.search(text) is not None

    def wrong(one: dict[str, int]) -> list[str]:
        if is_partly:
            return [name for name, went in one.items() if went != way and (name in names) == (claim == "only")]
        if claim == "only":
            return [name for name, direction in one.items() if (direction == way) != (name in names)]
        return [name for name, direction in one.items() if (direction == way) == (name in names)]

    if any(not wrong(one) for _, one in ways):
        return
    (table, one), (start, end) = ways[0], place
    others = wrong(one)
    word, no_word = {1: ("rose", "did not rise"), -1: ("fell", "did not fall"), 0: ("did not change", "changed")}[way]
    said = "; ".join(f"{name} {word if one[name] == way else no_word}" for name in others)
    block = context.document.blocks[sentence.block]
    yield Finding(
        "count_of_areas_is_the_tables",
        ERROR,
        Mark(sentence.block, block.place, sentence.start + start, sentence.start + end),
        sentence.text[start:end].strip() + (f" {', '.join(sorted(names))}" if claim == "only" else ""),
        ", ".join(name for name, direction in one.items() if direction == way) or "none",
        f"By {table.name or 'the table'}, {said}.",
        sentence.text,
        place_of(context, sentence),
    )


def clauses(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for match in re.finditer(r";\s|\b(?:while|whereas)\b|\.\s", text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]


# "Fell in rank": no number did.
OF_RANK = re.compile(r"\s+in (?:rank|importance|priority|the (?:table|ranking))\b", re.IGNORECASE)


def said_directions(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Sandwell and Coventry fell", without a number: each row goes the way that is said."""
    for sentence in reader.sentences:
        tables = [table for table in tables_of(context, sentence) if table.has_areas]
        if (
            not tables
            or BROAD.search(sentence.text)
            or TWO_WAYS.search(sentence.text)
            or ONLY.search(sentence.text)
            or ALL.search(sentence.text)
        ):
            continue
        for start, clause in clauses(masked(sentence.text)):
            match = VERB.search(clause)
            named = [one for one in context.names.find(sentence.text) if start <= one.start < start + len(clause)]
            subjects = [one for one in named if match and one.end <= start + match.start()]
            if (
                match is None
                or not subjects
                or BETTER.match(match[0])
                or OF_RANK.match(clause, match.end())
                or DENIED.search(clause, 0, match.end())
                or len({m.lastgroup for m in VERB.finditer(clause)}) != 1
                or len({(bool(m["up"]), bool(m["turn"])) for m in DIRECTION.finditer(clause)}) > 1
            ):
                continue
            if re.search(r"\d", clause[: match.start()]) or context.names.own in {one.name for one in subjects}:
                continue
            if not re.fullmatch(r"[^.;:()]{0,70}", clause[subjects[-1].end - start : match.start()]):
                continue
            way = 1 if match["up"] else -1 if match["down"] else 0
            names = {one.name for one in subjects}
            about = [table for table in tables if not is_of_other(context, table, clause[: match.start()])]
            ways = ways_of(about, names, part_with(clause, match.start(), match.end()), sentence)
            if not ways or any(all(one[name] == way for name in names) for _, one in ways):
                continue
            if any(figure.is_change for figure in sentence.figures if figure.area in names):
                # A change with a number is judged by its number.
                continue
            table, one = ways[0]
            wrong = sorted(name for name in names if one[name] != way)
            actual = {1: "rose", -1: "fell", 0: "did not change", MIXED: "did not go one way"}
            block = context.document.blocks[sentence.block]
            yield Finding(
                "word_fits_change",
                ERROR,
                Mark(
                    sentence.block,
                    block.place,
                    sentence.start + start + match.start(),
                    sentence.start + start + match.end(),
                ),
                f"{', '.join(wrong)} {match[0]}",
                ", ".join(f"{name} {actual[one[name]]}" for name in wrong),
                f"By {table.name or 'the table'}, " + "; ".join(f"{name} {actual[one[name]]}" for name in wrong) + ".",
                sentence.text,
                place_of(context, sentence),
            )


UP_OR_DOWN = re.compile(r"(?:\s+\w+){0,4}\)?,\s+(?P<way>up|down)\s+(?:slightly |sharply )?from\s+(?:around |about )?")


def up_or_down(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "15.0% of incidents, down from 13.5%": the word against the two values around it."""
    for sentence in reader.sentences:
        # The ends of an interval are not what went up or down.
        figures = list({one.mark: one for one in sentence.figures if one.role not in ("low", "high")}.values())
        for new, old in pairwise(figures):
            between = sentence.text[new.mark.end - sentence.start : old.mark.start - sentence.start]
            between = re.sub(r"\s*\([^()]*\)", "", between)
            match = UP_OR_DOWN.fullmatch(between) if not re.search(r"\d", between) else None
            if match is None or new.is_change or old.is_change or new.number.unit != old.number.unit:
                continue
            is_up = match["way"] == "up"
            if (
                new.kind != old.kind
                or new.number.is_word
                or (new.value > old.value if is_up else new.value < old.value)
            ):
                continue
            yield Finding(
                "word_fits_change",
                ERROR,
                new.mark,
                f"{new.number.text}, {match['way']} from {old.number.text}",
                "a fall" if new.value < old.value else "a rise" if new.value > old.value else "no change",
                f"{new.number.text} is not {match['way']} from {old.number.text}.",
                sentence.text,
                place_of(context, sentence),
                marks=[old.mark],
            )


def directions_of_pairs(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "A slight increase from 56 to 51": the words against the two values that follow them."""
    for sentence in reader.sentences:
        text = masked(sentence.text)
        values = [one for one in sentence.figures if not one.is_change and one.role in ("old", "new")]
        for old, new in pairwise(values):
            start = old.mark.start - sentence.start
            between = text[old.mark.end - sentence.start : new.mark.start - sentence.start]
            before = re.search(r"([^.;:()]{0,60})\bfrom\s+(?:around\s+|about\s+)?$", text[:start])
            if old.role != "old" or new.role != "new" or before is None or re.search(r"[.;(]", between):
                continue
            ways = {bool(match["up"]) for match in DIRECTION.finditer(before[1]) if match["up"] or match["down"]}
            way = (new.value > old.value) - (new.value < old.value)
            # A change that goes against the values is a fault of its own; one that goes with them leaves the word.
            judged_by_change = any(
                one.is_change and one.area == old.area and (one.value > 0) - (one.value < 0) != way
                for one in sentence.figures
            )
            if len(ways) != 1 or old.unit_class != new.unit_class or judged_by_change:
                continue
            if re.search(r"\bimprov\w*|\bworse\w*|\bdeteriorat\w*|\bgain\w*", before[1], re.I):
                # What improves may fall: waiting times, deaths.
                continue
            if way != (1 if ways.pop() else -1):
                word = {1: "rise", -1: "fall", 0: "no change"}[way]
                yield Finding(
                    "word_fits_change",
                    ERROR,
                    new.mark,
                    new.number.text,
                    f"a {word}" if way else word,
                    f"From {old.number.text} to {new.number.text} is {'a ' if way else ''}{word}.",
                    sentence.text,
                    place_of(context, sentence),
                    marks=[old.mark],
                )
