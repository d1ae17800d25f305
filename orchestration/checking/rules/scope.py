"""What a superlative is of: the column of its figure, the rows that its sentence leaves, the words of a table."""

import re
from dataclasses import replace

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION, NOUNS
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.rules.ranked import same_figure
from orchestration.checking.rules.readings import GENERIC
from orchestration.checking.rules.rows_named import topic_of
from orchestration.checking.rules.rows_said import OF_CLAIMS
from orchestration.checking.rules.said import COUNT, number_of
from orchestration.checking.rules.series import Line
from orchestration.checking.rules.superlatives import EXCEPT, SUPERLATIVE, Claim
from orchestration.checking.tables import Table
from orchestration.checking.words import all_stems

Judged = tuple[Table, Line, tuple[str, ...]]
# What ends the words that say what a superlative is of.
PART = re.compile(r"[,;:()\d]|\b(?:and|but|while|whereas|although|though|yet|which|where|followed|ahead|compared|so)\b")
# "…and lowest in B": what is lowest was said before.
NO_SUBJECT = re.compile(r"\W*(?:(?:the|was|is|were|are|had|has|it|by far|also|then|so)\W*)*$", re.IGNORECASE)
# Words of a superlative's clause that say nothing of what a table counts.
NEUTRAL = frozenset(
    all_stems(
        "shown show showed showing seen see experienced experience experiencing reported report remain "
        "remained remains still again clear clearly far followed following where then next same only one two "
        "three four five six seven eight nine ten absolute relative term terms proportion proportionate "
        "proportionally numerically figure value group category kind class sort size person people case "
        "incident level count place ranked rank position stood stand came come found find among amongst any "
        "other others else contrast together latest recent present current period time last previous "
        "remaining rest single part large larger contributor contribution account accounted made make "
        "achieved achieve gave give noted observed performance performer performing performed result overall "
        "biggest best worst not very just now though although despite more less fewer many much few even too "
        "up down while here meanwhile however therefore thus behind after before first second third fourth "
        "fifth table above below our we us they their non lead leading leader a all an and are as at be "
        "because been being between both by each every for from had has have having in into is it its no of "
        "on or out over per than that the there these this those to under was were what when which who whose "
        "with within without "
    )
)
ALIKE = 5
# "Of the three that fell", "among those above the target": some rows, and only the writer says which.
OF_SOME = re.compile(
    r"\b(?:of|among|amongst|for|in|at)\s+(?:all\s+)?(?:the|those|these|our)\b(?:\s+[a-z-]+){0,4}?\s+"
    r"(?:that|which|who|where|with|without|to|above|below|whose|over|under|outside|inside|not)\b",
    re.IGNORECASE,
)
OF_THOSE_WITH = re.compile(
    r"(?:of|among|amongst|for|in)\s+[a-z]+\s+(?:with|that|who|which|without|where|under|over)\b", re.I
)
OF_SO_MANY = re.compile(
    rf"\b(?:of|among|amongst) (?:the |these |those |all |our )*(?P<count>{COUNT})\b(?![ ,.]?\d|%)", re.I
)
A_TIME = re.compile(
    r"\s(?:single )?(?:quarters?|months?|years?|weeks?|days?|seasons?|terms?|q[1-4]|january|february|march|april|"
    r"may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
SINCE = re.compile(r"\b(?:since|over|in) (?:the )?(?:last |past )?(?:\w+ )?(?:years|decade|months)\b|\bsince\b", re.I)


def in_scope(context: Context, sentence: Sentence, claim: Claim, judged: list[Judged]) -> list[Judged]:
    """The orders that a claim can be judged by: of its figure's column, or of a table that all its words can be of."""
    if not judged:
        return []
    beside = figure_beside(sentence, claim, judged)
    if beside is not None:
        judged = [one for one in judged if has_figure(beside, one)]
    else:
        judged = [
            one
            for one in judged
            if not (said := words_of(sentence, claim, one[2])) - words_known(context, one[0], said)
        ]
        judged = worded(sentence, claim, judged)
    return [
        kept
        for one in judged
        if not is_of_some(sentence, claim, one) and (kept := without_excepted(sentence, claim, one))
    ]


NUMBERS = re.compile(r"\bnumbers?\b|\bmost\b|\bfewest\b", re.IGNORECASE)
NOTHING_BEHIND = re.compile(r"\s*(?:[,.;:(]|$|\b(?:and|in|at|for)\b)")


def worded(sentence: Sentence, claim: Claim, judged: list[Judged]) -> list[Judged]:
    """Of the orders of a table's values, those of the column that has most of a superlative's own words."""
    if claim.way != "value":
        return judged
    said = words_of(sentence, claim, judged[0][2]) if judged else set()
    before = list(SUPERLATIVE.finditer(sentence.text[: claim.start]))
    if before and NOTHING_BEHIND.match(sentence.text, claim.end):
        # "A has the lowest charge rate and B the highest": of charge rates.
        behind = PART.search(sentence.text, before[-1].end())
        said |= set(all_stems(sentence.text[before[-1].end() : behind.start() if behind else len(sentence.text)]))
    is_share = bool(said & {"rate", "share", "proportion", "percentage"})
    is_number = not is_share and NUMBERS.search(sentence.text[claim.start : claim.end + 12]) is not None

    def score(one: Judged) -> int:
        table, line, names = one
        about = GENERIC | set(all_stems(table.caption)) | {word for name in names for word in all_stems(name)}
        told = [word for word in all_stems(line.name) if word not in about and len(word) >= ALIKE - 1]
        alike = sum(any(word[:ALIKE] == other[:ALIKE] for other in said) for word in told)
        return 2 * alike + (line.role in ("share", "rate") if is_share else is_number and line.role == "value")

    most = max(map(score, judged), default=0)
    return [one for one in judged if score(one) == most]


def figure_beside(sentence: Sentence, claim: Claim, judged: list[Judged]) -> Figure | None:
    """The figure that a superlative is said of: "highest in A (91%)", "A, at 94.0%, had the lowest"."""
    names = [name for *_, names in judged for name in names]
    others = {name for _, line, _ in judged for name in line.values} - set(names)
    # "Highest in Year 11": the number is a part of the name.
    labelled = re.compile("|".join(rf"\b{re.escape(one)}\b" for one in (*names, *others)), re.IGNORECASE)
    # What stands behind a superlative is nearer to it than what stands before.
    for figure in sorted(sentence.distinct_figures, key=lambda one: one.mark.end - sentence.start <= claim.start):
        if figure.number.is_word or figure.kind == kinds.COUNT_OF_AREAS or figure.role == "old":
            continue
        start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
        if figure.is_change != (claim.way != "value"):
            continue
        between = sentence.text[claim.end : start] if start >= claim.end else sentence.text[end : claim.start]
        if any(one in others for one in labelled.findall(between)):
            continue
        between = labelled.sub("", between)
        if len(between) > 90 or re.search(r"[;\d]|\b(?:but|while|whereas|although|than|from|against)\b", between):
            continue
        is_listed = len(judged[0][2]) > 1
        if re.search(r"\b(?:when|of)\s+$" if is_listed else r"\b(?:when|of)\s+$|\band\b", between):
            continue
        if any(one.start() <= start < one.end() for one in labelled.finditer(sentence.text)):
            continue
        if SUPERLATIVE.search(between):
            continue
        if start < claim.end and not re.match(r"[%)]?,?\s", between):
            continue
        return figure
    return None


def has_figure(figure: Figure, judged: Judged) -> bool:
    """Whether an order has a figure for a row that a claim names, or at one of its ends: there it has another name."""
    _, line, names = judged
    values = [*(line.values[name] for name in names), min(line.values.values()), max(line.values.values())]
    is_rounded = figure.number.unit != "plain"
    return any(same_figure(figure, one) or (is_rounded and figure.number.fits(abs(one))) for one in values)


def words_of(sentence: Sentence, claim: Claim, names: tuple[str, ...]) -> set[str]:
    """The stems of what a superlative is said of and about: its part of the sentence, with its subject."""
    text = sentence.text
    bounds = [0, *(match.end() for match in PART.finditer(text[: claim.start]))]
    start = bounds.pop()
    named = re.compile("|".join(re.escape(one) for one in names), re.IGNORECASE)
    # "A was the quickest to answer and B the slowest": at what, the first part says.
    while bounds and NO_SUBJECT.fullmatch(named.sub("", text[start : claim.start])):
        before, start = start, bounds.pop()
        if named.search(text[start:before]):
            # "A varies with the rain: it was lowest in 2022": what is said of A itself is another thing.
            start = before
            break
    behind = PART.search(text, claim.end)
    said = text[start : claim.start] + " " + text[claim.end : behind.start() if behind else len(text)]
    said = DIRECTION.sub(" ", re.sub(rf"\b(?:{NOUNS})\b", " ", SUPERLATIVE.sub(" ", said), flags=re.I))
    for span in sentence.spans:
        said = said.replace(span.text, " ")
    return set(all_stems(said))


def words_known(context: Context, table: Table, said: set[str]) -> set[str]:
    """Those of the words said that a table, its rows or the places of the document have, or that say nothing."""
    columns = " ".join(column.header for column in table.columns)
    rows = " ".join(f"{row.label} {row.group}" for row in table.rows)
    places = " ".join([*context.names.listed, context.names.own or ""])
    known = set(all_stems(f"{table.said} {columns} {rows} {places} {table.label_header} {' '.join(table.headings)}"))
    known |= topic_of(table) | NEUTRAL | GENERIC | OF_CLAIMS
    begun = {word[:ALIKE] for word in known if len(word) >= ALIKE}
    return {
        word
        for word in said
        if word in known or word[:ALIKE] in begun or re.fullmatch(labels.GEOGRAPHY, word) or word.endswith("ly")
    }


# Words of levels, which no table has to have.
LEVEL_WORDS = re.compile(
    r"standard|target|threshold|goal|benchmark|ambition|met|meet|reach\w*|achiev\w*|exceed\w*|hit|miss\w*|fail\w*|short|"
    r"half|none|cent|national|agreed|minimum|committee|board|council|local|expected|required|remain\w*|alone|only|least|"
    r"percent|own|just|well|comfortably"
)


def is_of_others(context: Context, table: Table, clause: str) -> bool:
    """Whether a clause that counts rows beyond a level has a word that its table does not have."""
    said = set(all_stems(re.sub(rf"\b(?:{COUNT})\b", " ", clause)))
    return any(not LEVEL_WORDS.fullmatch(word) for word in said - words_known(context, table, said))


def is_of_some(sentence: Sentence, claim: Claim, judged: Judged) -> bool:
    """Whether a sentence says that its superlative is of some rows, or of a time, that no order of a table shows."""
    table, line, _ = judged
    text = sentence.text
    behind = re.split(r"[,;.(]", text[claim.end :])[0]
    before = re.split(r"[;:]", text[: claim.start])[-1]
    if OF_SOME.search(behind) or OF_SOME.match(before.lstrip()) or OF_THOSE_WITH.match(before.lstrip()):
        return True
    rows = " ".join((table.label_header, *line.values))
    if A_TIME.match(behind) and not A_TIME.search(f" {rows}") and not any(map(labels.label_period, line.values)):
        # "For A the busiest quarter was the fourth": of A's quarters.
        return True
    counts = [match for part in (before, behind) for match in OF_SO_MANY.finditer(part)]
    if any(number_of(one["count"]) < len(line.values) and number_of(one["count"]) > 1 for one in counts):
        return True
    shown = {column.period for column in table.columns} | {table.default_period}
    is_since = SINCE.search(re.split(r"[;]", text[: claim.start])[-1]) or SINCE.search(behind)
    return bool(is_since) and any(one.period and one.period not in shown for one in sentence.spans)


def without_excepted(sentence: Sentence, claim: Claim, judged: Judged) -> Judged:
    """An order without the rows that a sentence leaves out: "after A, B had the most"."""
    table, line, names = judged
    out = {
        name
        for name in line.values
        for match in re.finditer(rf"\b{re.escape(name)}\b", sentence.text[: claim.start], re.IGNORECASE)
        if name not in names and EXCEPT.search(sentence.text[: match.start()])
    }
    return table, replace(line, values={name: value for name, value in line.values.items() if name not in out}), names
