"""Directions whose places follow the verb: "crime fell in Corley and Denholm in 2024/25"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, DENIED, VERB, masked
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.names import Named
from orchestration.checking.rules.counted import ALL, ONLY, TWO_WAYS
from orchestration.checking.rules.pairs import measures_said
from orchestration.checking.rules.readings import BROAD, GENERIC, Reader, place_of
from orchestration.checking.rules.rows_said import LISTS, is_of_other, near_tables
from orchestration.checking.rules.series import MIXED
from orchestration.checking.rules.years_said import ways_said
from orchestration.checking.tables import Table
from orchestration.checking.words import stems

IN = re.compile(
    r"\s+(?:(?:again|sharply|slightly|steadily|markedly|substantially|significantly)\s+)?(?:in|at|for)\s+(?:both\s+)?(?:the\s+)?"
)
BEGINS = re.compile(r"[;.]\s|,?\s+(?:and|but|while|whereas|although)\s+|,\s+")
ENDS = re.compile(r"[;.](?=\s|$)|,?\s+(?:and|but|while|whereas|although)\s+|,\s+(?!(?:in|from|by) )")
WORDS = {1: "rose", -1: "fell", 0: "did not change", MIXED: "did not go one way"}


def went_in_places(context: Context, reader: Reader) -> Iterator[Finding]:
    for sentence in reader.sentences:
        if BROAD.search(sentence.text) or ONLY.search(sentence.text) or ALL.search(sentence.text):
            continue
        text = masked(sentence.text)
        for verb in VERB.finditer(text):
            group = group_after(context, sentence, verb)
            if group:
                finding = judged(context, reader, sentence, text, verb, group)
                if finding is not None:
                    yield finding


def group_after(context: Context, sentence: Sentence, verb: re.Match) -> list[Named]:
    """The places listed behind a verb and "in"."""
    opened = IN.match(sentence.text, verb.end())
    group: list[Named] = []
    for one in context.names.find(sentence.text) if opened else ():
        if (not group and opened and one.start == opened.end()) or (
            group and LISTS.fullmatch(sentence.text[group[-1].end : one.start])
        ):
            group.append(one)
    # "In Corley and Denholm areas", "in Corley's schools": a part of the place.
    is_part = group and re.match(r"['’]|\s+(?:and|or)\s+(?:the\s+)?[A-Z]", sentence.text[group[-1].end :])
    return [] if is_part else group


def judged(
    context: Context, reader: Reader, sentence: Sentence, text: str, verb: re.Match, group: list[Named]
) -> Finding | None:
    names = {one.name for one in group}
    if BETTER.search(verb[0]) or context.names.own in names or TWO_WAYS.search(text[verb.start() : group[-1].end]):
        return None
    start = max((one.end() for one in BEGINS.finditer(text, 0, verb.start())), default=0)
    if DENIED.search(text[start : verb.end()]):
        return None
    end = ENDS.search(text, group[-1].end)
    said = text[verb.start() : end.start() if end else len(text)]
    until = sentence.start + (end.start() if end else len(text))
    if any(one.is_change and sentence.start + verb.start() < one.mark.start < until + 12 for one in sentence.figures):
        # A change with a number is judged by its number.
        return None
    way = 1 if verb["up"] else -1 if verb["down"] else 0
    found = []
    for table in near_tables(context, sentence):
        if not table.has_areas or is_of_other(context, table, text[: verb.start()]):
            continue
        measures = measures_named(reader, sentence, text[: verb.start()], start, table)
        of_measure = replace(table, columns=[one for one in table.columns if one.measure in measures], terms={})
        found += [(table, ways) for ways in ways_said(of_measure, said, sentence) if names <= set(ways)]
    if not found or any(all(ways[name] == way for name in names) for _, ways in found):
        return None
    table, ways = found[0]
    wrong = sorted(name for name in names if ways[name] != way)
    block = context.document.blocks[sentence.block]
    return Finding(
        "word_fits_change",
        ERROR,
        Mark(sentence.block, block.place, sentence.start + verb.start(), sentence.start + group[-1].end),
        f"{', '.join(wrong)} {verb[0]}",
        ", ".join(f"{name} {WORDS[ways[name]]}" for name in wrong),
        f"By {table.name or 'the table'}, " + "; ".join(f"{name} {WORDS[ways[name]]}" for name in wrong) + ".",
        sentence.text,
        place_of(context, sentence),
    )


def measures_named(reader: Reader, sentence: Sentence, before: str, start: int, table: Table) -> list[str]:
    """The measures of a table that a clause can mean: of several that it names, the one that has most of its words."""
    clause = before[start:] if set(stems(VERB.sub(" ", before[start:]))) - GENERIC else before
    measures = measures_said(reader.sentences, sentence, clause, table)
    said = set(stems(clause))
    scored = [(len(set(stems(one)) & said), one) for one in measures]
    most = max((score for score, _ in scored), default=0)
    return [one for score, one in scored if score == most]
