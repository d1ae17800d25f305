"""Superlatives and ranks against the tables: "highest of all", "the largest fall", "followed by"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.rules.readings import GENERIC, Reader, best_label, place_of, topic_of
from orchestration.checking.rules.series import Line, lines_of
from orchestration.checking.tables import Table
from orchestration.checking.words import all_stems, stems

HIGH = (
    r"most (?:steeply|sharply|quickly|rapidly|strongly)|highest|largest|most|biggest|greatest|fastest|steepest|"
    r"sharpest|"
    r"top|busiest"
)
LOW = r"lowest|smallest|fewest|least|slowest|shallowest"
SUPERLATIVE = re.compile(
    rf"\b(?:(?P<nth>second|third|fourth|fifth)[- ])?(?P<most>(?P<high>{HIGH})|(?P<low>{LOW}))\b(?! (?:of the|of "
    rf"these) )?",
    re.IGNORECASE,
)
NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
# Superlatives of something else than the rows of a table: of time, of the country, of some of many.
ELSEWHERE = re.compile(
    r"\b(?:one|two|three|some|many|among|amongst|each|of) (?:of )?(?:the )?(?:\w+ )?$|\b(?:at|its|their|at its|at "
    r"their)\s+$|\bthe most recent|\bat (?:the )?$",
    re.IGNORECASE,
)
NOT_OF_ROWS = re.compile(
    r"\b(?:ever|on record|since|in (?:the )?(?:country|england|nation|uk|world|region's history)|nationally|in "
    r"(?:over )?(?:\w+) years|of (?:any|all) (?:forces|similar)|"
    r"most (?:similar|recent|likely|of|people|areas|districts|councils|lpas|localities|common(?:ly)?|part|at risk|"
    r"vulnerable|deprived|effective|important|appropriate|notable|notably)|"
    r"at least|at most|least (?:once|one|two)|to date)\b",
    re.IGNORECASE,
)
# "The most minimal inclines", "the most effective": the most of a quality, and not the most in number.
OF_DEGREE = re.compile(
    r"(?:most|least)\s+\w+(?:al|ive|ous|ant|ent|ful|able|ible|ed|ing|ic|ar|ly|est|rate|lex|erse|vy)\b", re.IGNORECASE
)
RISE = re.compile(
    r"\b(?:rise|rose|increase|increased|growth|grew|grow|uplift|incline|inclines|gain|improvement|"
    r"improved|rising|growing|gained|added)\b",
    re.I,
)
FALL = re.compile(
    r"\b(?:fall|fell|decrease|decreased|decline|declined|reduction|reduced|drop|dropped|falling|"
    r"declining|lost|losing|shed)\b",
    re.I,
)
# What rose fastest rose most in proportion, not in number.
RELATIVE = re.compile(
    r"\b(?:fastest|slowest|steeply|sharply|quickly|rapidly|proportion\w*|percentage|per cent|in "
    r"percent|relative|steepest|sharpest)\b",
    re.I,
)
CHANGE = re.compile(r"\b(?:change|changed|fastest|slowest|steepest|sharpest|movement)\b", re.I)
CLAUSE = re.compile(
    r";|\.\s|\b(?:while|whereas|but|although)\b|,\s+(?:with|and)\s+(?=[A-Z])|"
    r"\band\s+(?=[A-Z][\w']+(?: [A-Z][\w']+)? the\b)"
)


@dataclass(frozen=True)
class Claim:
    """Who is said to be the most or the least of what. `count` is how many share the place; `nth` 1 for the first."""

    names: tuple[str, ...]
    is_high: bool
    nth: int
    way: str
    text: str
    start: int
    end: int


def ranks(context: Context, reader: Reader) -> Iterator[Finding]:
    for sentence in reader.sentences:
        for claim in claims_in(context, reader, sentence):
            finding = judge(context, reader, sentence, claim)
            finding = finding or beside_others(context, reader, sentence, claim)
            finding = finding or among_listed(context, sentence, claim)
            if finding is not None:
                yield finding
        yield from descending(context, sentence)


def claims_in(context: Context, reader: Reader, sentence: Sentence) -> Iterator[Claim]:
    """The superlatives of a sentence, each with the places or labels that it is said of."""
    text = sentence.text
    bounds = [0, *(match.start() for match in CLAUSE.finditer(text)), len(text)]
    for match in SUPERLATIVE.finditer(text):
        start = max(at for at in bounds if at <= match.start())
        end = min(at for at in bounds if at >= match.end())
        clause = text[start:end]
        if (
            OF_DEGREE.match(text, match.start())
            or ELSEWHERE.search(text[: match.start()])
            or NOT_OF_ROWS.search(text[match.start() : end])
        ):
            continue
        names = subjects(context, sentence, match.start(), start, end)
        way = way_of(clause, text, match.end(), start)
        yield Claim(
            names,
            bool(match["high"]),
            NTH.get((match["nth"] or "").lower(), 1),
            way,
            clause,
            match.start(),
            match.end(),
        )


def way_of(clause: str, text: str, at: int, start: int) -> str:
    """Of what it is the most: rises, falls, changes or values."""
    near = text[at : at + 50]
    near = re.split(r"[,;.(]", near)[0]
    before = text[max(start, at - 60) : at]
    for pattern, way in ((FALL, "fall"), (RISE, "rise")):
        if pattern.search(near):
            return way
    said = re.split(r"[,;(]", before)[-1]
    if RELATIVE.match(text[:at].rsplit(" ", 1)[-1]):
        said = clause[: max(at - start, 0)]
    for pattern, way in ((FALL, "fall"), (RISE, "rise")):
        if pattern.search(said):
            return way
    return "change" if CHANGE.search(f"{said} {near}") else "value"


def subjects(context: Context, sentence: Sentence, at: int, start: int, end: int) -> tuple[str, ...]:
    """The places that a superlative is said of: those before it in its clause, listed together, or else after "in"."""
    named = [one for one in context.names.find(sentence.text) if one.name != context.names.own]
    before = [one for one in named if start <= one.start and one.end <= at]
    if before:
        group = [before[-1]]
        for one in reversed(before[:-1]):
            between = sentence.text[one.end : group[0].start]
            if not re.fullmatch(r"\s*(?:\([^()]*\))?\s*(?:,|and|&|,\s*and)\s*", between):
                break
            group.insert(0, one)
        return tuple(one.name for one in group)
    after = [one for one in named if at < one.start < end + 60]
    if after:
        between = sentence.text[at : after[0].start]
        if re.search(r"\b(?:in|was|were|by|for|at|:)\s*(?:the\s+)?$", between) and not re.search(r"[;]|\.\s", between):
            group = [after[0]]
            for one in after[1:]:
                if not re.fullmatch(r"\s*(?:,|and|,\s*and)\s*", sentence.text[group[-1].end : one.start]):
                    break
                group.append(one)
            return tuple(one.name for one in group)
    earlier = [one for one in named if one.end <= at]
    return (
        (earlier[-1].name,)
        if earlier and not before and re.search(r",\s*(?:marking|the|with)\b[^;.]*$", sentence.text[:at])
        else ()
    )


def judge(context: Context, reader: Reader, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding if a claim is false by every column that it can mean, and one of the tables is sure."""
    block = context.document.blocks[sentence.block]
    near = context.tables_for(block)
    named = context.mentioned(block.text)
    orders: list[tuple[Table, Line]] = []
    for table in named or near or tables_about(reader, sentence):
        if claim.names and not all(any(row.label == name for row in table.rows) for name in claim.names):
            continue
        lines = lines_of(table, claim.way)
        if RELATIVE.search(claim.text) and claim.way != "value":
            lines = [line for line in lines if "%" in line.name or "percent" in line.name.lower()] or lines
        orders += [(table, line) for line in lines]
    if claim.names:
        orders = narrowed(sentence, claim, orders)
    judged = []
    if claim.way == "value":
        orders += beside_in_changes(sentence, claim, named or near)
    for table, line in orders:
        names = claim.names or label_of(table, sentence, claim)
        if names and all(name in line.values for name in names) and len(line.values) >= max(3, len(names) + 1):
            judged.append((table, line, names, is_true(line, names, claim)))
    if not judged or any(true for *_, true in judged):
        return None
    table, line, names, _ = judged[-1] if claim.way == "value" else judged[0]
    if not claim.names and table not in near:
        return None
    leader = extreme(line, claim)
    mark = Mark(sentence.block, block.place, sentence.start + claim.start, sentence.start + claim.end)
    value, other = line.texts[names[0]], line.texts[leader]
    word = sentence.text[claim.start : claim.end]
    return Finding(
        "rank_is_the_tables",
        ERROR,
        mark,
        f"{' and '.join(names)}: {word}",
        leader,
        f"{table.name or 'The table'} has {value} for {names[0]} and {other} for {leader} ({line.name}), so "
        f"{names[0]} is not the {word}.",
        sentence.text,
        place_of(context, sentence),
        marks=[line.marks[name] for name in (names[0], leader) if name in line.marks],
    )


def beside_in_changes(sentence: Sentence, claim: Claim, tables: list[Table]) -> list[tuple[Table, Line]]:
    """The columns of gaps and changes that have the figure beside a superlative: "smallest for Ash (3.6 points)"."""
    close = {abs(one.value) for one in sentence.figures if -20 < one.mark.start - sentence.start - claim.end < 70}
    return [
        (table, line)
        for table in tables
        for line in lines_of(table, "change")
        for name in claim.names or label_of(table, sentence, claim)
        if abs(line.values.get(name, 1e99)) in close
    ]


def beside_others(context: Context, reader: Reader, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding where no table has it, and the same paragraph gives another place a lower figure than "the lowest"."""
    block = context.document.blocks[sentence.block]
    if claim.way != "value" or claim.nth != 1 or len(claim.names) != 1 or context.tables_for(block):
        return None
    counts = [
        one
        for other in reader.sentences
        if other.block == sentence.block
        for one in other.figures
        if one.kind == kinds.VALUE and one.has_own_area and one.area and one.area != context.names.own
    ]
    name = claim.names[0]
    own = [one for one in counts if one.area == name and one.sentence == sentence.number]
    if len(own) != 1:
        return None
    others = [
        one
        for one in counts
        if one.area != name and one.period == own[0].period and one.quantity == own[0].quantity and not one.is_change
    ]
    # A digit makes a number ten times another at most: what lies farther is of another thing.
    past = [
        one
        for one in others
        if (one.value > own[0].value) == claim.is_high and own[0].value / 10 < one.value < own[0].value * 10
    ]
    if len({one.area for one in others}) < 2 or not past:
        return None
    first = past[0]
    word = sentence.text[claim.start : claim.end]
    return Finding(
        "rank_is_the_tables",
        ERROR,
        own[0].mark,
        f"{name}: {word}",
        first.area,
        f"The paragraph has {own[0].number.text} for {name} and {first.number.text} for {first.area}, so {name} is not "
        f"the {word}.",
        sentence.text,
        place_of(context, sentence),
        marks=[first.mark],
    )


def among_listed(context: Context, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding where a sentence lists changes of places, and calls others than the first of them the largest.

    "A (+8.4%), B (+9.8%), C (+1.1%) and D (+12.6%) rose, with C and D showing the largest growth."
    """
    if claim.way == "value" or claim.nth != 1 or not claim.names:
        return None
    listed = [
        one
        for one in sentence.figures
        if one.kind == kinds.PERCENT_CHANGE
        and one.has_own_area
        and one.area not in ("", context.names.own)
        and one.mark.end - sentence.start <= claim.start
    ]
    of_area = {one.area: one for one in listed}
    if len(of_area) != len(listed) or len(listed) < len(claim.names) + 2 or not set(claim.names) <= of_area.keys():
        return None
    sign = {"rise": 1, "fall": -1}

    def order(area: str) -> float:
        value = of_area[area].value
        return value * sign[claim.way] if claim.way in sign else abs(value)

    ranked = sorted(of_area, key=order, reverse=claim.is_high)
    first = set(ranked[: len(claim.names)])
    # Ties are anybody's.
    worst = min if claim.is_high else max
    if order(worst(claim.names, key=order)) == order(ranked[len(claim.names) - 1]):
        return None
    wrong = worst(claim.names, key=order)
    other = next(area for area in ranked if area in first - set(claim.names))
    word = sentence.text[claim.start : claim.end]
    return Finding(
        "rank_is_the_tables",
        ERROR,
        of_area[wrong].mark,
        f"{' and '.join(claim.names)}: {word}",
        other,
        f"The sentence has {of_area[wrong].number.text} for {wrong} and {of_area[other].number.text} for {other}, so "
        f"{wrong} is not among the {word}.",
        sentence.text,
        place_of(context, sentence),
        marks=[of_area[other].mark],
    )


def tables_about(reader: Reader, sentence: Sentence) -> list[Table]:
    """The one table elsewhere that a sentence can only mean: all its telling words are what the table is about."""
    words = set(stems(sentence.text)) - GENERIC
    scored = sorted(
        ((len(topic_of(table) & words), table.number, table) for table in reader.context.tables), reverse=True
    )
    if scored and scored[0][0] >= 2 and (len(scored) == 1 or scored[1][0] < scored[0][0]):
        return [scored[0][2]]
    return []


def label_of(table: Table, sentence: Sentence, claim: Claim) -> tuple[str, ...]:
    """The row whose label a clause without a place names before its superlative."""
    before = sentence.text[: claim.start]
    rows = best_label(table, re.split(r"[,;(]", before)[-1], claim.start)
    if not rows and re.match(
        r"\s+(?:in (?:number|absolute)\w*\s+(?:\w+ )?)?(?:among|for|in|was|were|by)\b", sentence.text[claim.end :]
    ):
        rows = best_label(table, re.split(r"[,;.(]", sentence.text[claim.end :])[0], 0)
    rows = rows or best_label(table, before, claim.start)
    return (rows[0].label,) if rows and len(rows) == 1 and not rows[0].is_total else ()


def narrowed(sentence: Sentence, claim: Claim, orders: list[tuple[Table, Line]]) -> list[tuple[Table, Line]]:
    """The orders in which the figure stands that the clause gives beside its superlative, if any has it."""
    close = [
        figure
        for figure in sentence.figures
        if figure.area in claim.names and abs(figure.mark.start - sentence.start - claim.start) < 70
    ]
    wanted = [
        (table, line)
        for table, line in orders
        if any(abs(abs(line.values.get(figure.area, 1e99)) - abs(figure.value)) < 1e-9 for figure in close)
    ]
    said = set(all_stems(sentence.text[max(claim.start - 10, 0) : claim.end + 60]))
    worded = [
        (table, line)
        for table, line in orders
        if ("rate" in said and line.role == "rate")
        or ({"share", "proportion", "percentage"} & said and line.role == "share")
    ]
    return worded or wanted or orders


def is_true(line: Line, names: tuple[str, ...], claim: Claim) -> bool:
    values = sorted(line.values.values(), reverse=wants_high(claim))
    own = [line.values[name] for name in names]
    if claim.nth > 1:
        return values.index(own[0]) + 1 == claim.nth if len(own) == 1 else False
    cut = values[len(own) - 1]
    return all(value >= cut if wants_high(claim) else value <= cut for value in own)


def wants_high(claim: Claim) -> bool:
    """Whether the claim is of the highest number: the largest fall is the lowest change."""
    return claim.is_high != (claim.way == "fall")


def extreme(line: Line, claim: Claim) -> str:
    order = sorted(line.values, key=lambda name: line.values[name], reverse=wants_high(claim))
    return order[min(claim.nth, len(order)) - 1]


def descending(context: Context, sentence: Sentence) -> Iterator[Finding]:
    """ "Most common was cannabis (104), followed by alcohol (39) and ketamine (17)": none above the one before."""
    match = re.search(r"\bfollowed by\b", sentence.text)
    superlative = match and SUPERLATIVE.search(sentence.text[: match.start()])
    if not match or not superlative:
        return
    counts = list({one.mark: one for one in sentence.figures if one.kind in (kinds.VALUE, kinds.RATE)}.values())
    first = [one for one in counts if one.mark.end <= sentence.start + match.start()]
    rest = [one for one in counts if one.mark.start >= sentence.start + match.end()]
    if not first or not rest:
        return
    run = [first[-1], *rest]
    is_low = bool(superlative["low"])
    for before, after in pairwise(run):
        if re.search(
            r"[;.]\s+[A-Z]|\bwhile\b",
            sentence.text[before.mark.end - sentence.start : after.mark.start - sentence.start],
        ):
            return
        if (
            (after.value > before.value) != is_low
            and after.value != before.value
            and before.number.decimals == after.number.decimals
        ):
            yield Finding(
                "rank_is_the_tables",
                ERROR,
                after.mark,
                after.number.text,
                f"no more than {before.number.text}" if not is_low else f"no less than {before.number.text}",
                f"The sentence lists in order, but {after.number.text} follows {before.number.text}.",
                sentence.text,
                place_of(context, sentence),
                marks=[before.mark],
            )
            return
