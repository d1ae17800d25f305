"""Rates and sums that a text states, with the counts and populations that stand beside them."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of, topic_of
from orchestration.checking.rules.repeats import base_of_rate
from orchestration.checking.rules.wholes import values_of
from orchestration.checking.rules.within_tables import line
from orchestration.checking.words import stems

# An agreement by chance of sums below this is likely.
TELLING = 60


def rate_claims(context: Context, reader: Reader) -> Iterator[Relation]:
    """Rates with a population and a count beside them: in the sentence, or in the one before."""
    for at, sentence in enumerate(reader.sentences):
        rates = [one for one in sentence.figures if one.kind == kinds.RATE and one.number.scale]
        populations = [
            one
            for one in sentence.figures
            if one.kind == kinds.VALUE
            and (one.number.decimals <= 0 or unit_of(sentence, one) > 1)
            and is_population(sentence, one)
        ]
        for rate in rates:
            relation = relation_of_rate(context, reader, at, sentence, rate, populations)
            if relation is not None:
                yield relation


def is_population(sentence: Sentence, figure: Figure) -> bool:
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    return figure.value >= 1000 and bool(
        re.search(r"\bpopulation\b[^.;]{0,40}$", sentence.text[:start], re.I)
        or re.match(
            r"(?:\s+[\w-]+){0,2}\s+(?:residents|inhabitants|population|people live|adults live)\b",
            sentence.text[end:],
            re.I,
        )
    )


def unit_of(sentence: Sentence, population: Figure) -> float:
    """What a population is printed in: 1,000 of "population (thousands) 2,953.8"."""
    before = sentence.text[: population.mark.start - sentence.start]
    said = re.search(r"\bpopulation\b[^.;\d]{0,40}$", re.sub(r"\b000s?\b", "thousands", before), re.I)
    return labels.unit_of(said[0]) if said else 1.0


def relation_of_rate(
    context: Context, reader: Reader, at: int, sentence: Sentence, rate: Figure, populations: list[Figure]
) -> Relation | None:
    where = place_of(context, sentence)
    if len(populations) != 1 or base_of_rate(sentence, rate):
        return None
    population = populations[0]
    unit = unit_of(sentence, population)
    most = population.value * unit
    here = [one for one in values_of(sentence) if one is not population and one.value < most]
    before = [
        one
        for other in reversed(reader.sentences[max(at - 6, 0) : at])
        if other.section == sentence.section
        for one in values_of(other)
        if one.value < most
    ]
    relations = [
        sums.rate_relation(term_of(one), term_of(population), term_of(rate), where, sentence.text, unit=unit)
        for one in [*here, *before]
    ]
    held = next((one for one in relations if one.holds()), None)
    if held is not None:
        return held
    other_rates = [one for one in sentence.figures if one.kind == kinds.RATE]
    if rate is not other_rates[0] or not relations or (rate.area != population.area and population.has_own_area):
        return None
    between = sentence.text[rate.mark.end - sentence.start : population.mark.start - sentence.start]
    if re.search(r"\b(?:than|whereas|while|where|compared)\b", between):
        return None
    # The count and the population are those of another rate of the sentence.
    if any(
        sums.rate_relation(term_of(one), term_of(population), term_of(other), where, unit=unit).holds()
        for one in here
        for other in other_rates[1:]
        if other.number.scale
    ):
        return None
    current = here if here else [one for one in before if one.role != "old"][:1] or before[:1]
    latest = [
        one
        for one in before
        if one.period and one.period == max((o.period for o in before if o.period), key=lambda p: p.end, default=None)
    ]
    count = here[0] if here else (latest[-1] if latest else current[0])
    relation = sums.rate_relation(term_of(count), term_of(population), term_of(rate), where, sentence.text, unit=unit)
    expected = relation.expected() or 0.0
    ratio = expected / rate.value if rate.value else 0.0
    # "14.0 in every 10,000" for 1,000.
    is_scale = any(abs(ratio / power - 1) < 0.02 for power in (0.01, 0.1, 10, 100))
    return relation if 0.5 <= ratio <= 2 or is_scale else None


FURTHER = re.compile(r"\b(?:further|additional|another)\b", re.IGNORECASE)


def sum_claims(context: Context, reader: Reader) -> Iterator[Relation]:
    """Parts and totals that a sentence states: "93 and 61, 154 in all", "118: 71 boys and 47 girls"."""
    for sentence in reader.sentences:
        counts = list({one.mark: one for one in values_of(sentence)}.values())
        where = place_of(context, sentence)
        text = sentence.text
        for at, total in enumerate(counts):
            after = text[total.mark.end - sentence.start :]
            start = total.mark.start - sentence.start
            # "148 something else altogether" is no sum.
            if re.match(
                r"(?:\s+(?!(?:something|somewhere|someone|other|another|else|different)\b)[\w-]+){0,2}\s+"
                r"(?:in all|in total|altogether|combined|together)\b",
                after,
                re.I,
            ) or re.search(r"\b(?:a total of|in total,?|making|altogether,?|totalling)\s*$", text[:start], re.I):
                parts = run_before(counts[:at], total, sentence)
                # "A further 118 had a caution and 94 a resolution, so that 463 in all …": some were told before.
                is_told_before = bool(parts) and FURTHER.search(text[: parts[0].mark.start - sentence.start])
                if len(parts) >= 2 and not is_told_before:
                    yield stated_sum(parts, total, where, text)
            colon = re.match(
                r"(?:[^.;:()\d]|(?:19|20)\d\d(?:\s?/\s?\d\d)?){0,110}:\s*(?!\d{1,2}[:.]\d)", after
            ) or re.match(r"\s*(?:[a-z]+\s*){0,3}\(\s*", after)
            if colon:
                parts = run_after(counts[at + 1 :], total, sentence, colon.end())
                if len(parts) >= 2:
                    relation = stated_sum(parts, total, where, text)
                    expected = relation.expected() or 0.0
                    is_whole = is_complete(parts, total, sentence, colon.end())
                    if relation.holds() or (is_whole and is_slip(parts, total, expected)):
                        yield relation


def is_complete(parts: list[Figure], total: Figure, sentence: Sentence, gap: int) -> bool:
    """Whether each thing of a list has its number: "7 models (3 views, facts, 2 marts)" leaves one open."""
    at = total.mark.end - sentence.start + gap
    for one in parts:
        between = sentence.text[at : one.mark.start - sentence.start]
        if len(re.findall(r",\s*and\b|[,;]|\band\b", between)) > 1:
            return False
        at = one.mark.end - sentence.start
    rest = re.split(r"[.;)]", sentence.text[at:])[0]
    # "£0.9 million for stock and systems" is one part.
    return bool(re.fullmatch(r"\s+(?:for|on)\s+[^,\d]*", rest)) or not re.search(
        r",\s*(?:and\s+)?(?:the\s+)?[a-z]+\s*$|\band\s+(?:the\s+)?[a-z]+\s*$", rest
    )


def is_slip(parts: list[Figure], total: Figure, expected: float) -> bool:
    """Whether one usual slip in the total or in a part explains why a sum is not its total."""
    if slip_between(total.number.text, printed_like(total.number, expected)):
        return True
    meant = [(one, one.value + total.value - expected) for one in parts]
    return any(value > 0 and slip_between(one.number.text, printed_like(one.number, value)) for one, value in meant)


# "Of the 700 samples, 340 were mixed": the whole is no part.
OF_A_WHOLE = re.compile(
    r"(?:^|[.;:]\s+|\bout )of\s+(?:(?:the|our|all|these|those|some|a total of)\s+)*$", re.IGNORECASE
)


def run_before(counts: list[Figure], total: Figure, sentence: Sentence) -> list[Figure]:
    """The counts before a total that are listed with "and", up to it."""
    run: list[Figure] = []
    last = total
    for one in reversed(counts):
        if (one.number.unit == "money") != (total.number.unit == "money"):
            break
        between = sentence.text[one.mark.end - sentence.start : last.mark.start - sentence.start]
        if not re.fullmatch(r"[^.;:()\d]{0,60}(?:,|\band\b)[^.;:()\d]{0,30}", between) or one.role == "old":
            break
        if OF_A_WHOLE.search(sentence.text[: one.mark.start - sentence.start]):
            break
        run.insert(0, one)
        last = one
    return run


def run_after(counts: list[Figure], total: Figure, sentence: Sentence, gap: int) -> list[Figure]:
    """The counts listed after a colon or a bracket, to its end."""
    run: list[Figure] = []
    at = total.mark.end - sentence.start + gap
    for one in counts:
        start = one.mark.start - sentence.start
        between = sentence.text[at:start]
        pattern = r"[^.;:()\d]{0,20}" if not run else r"[^.;:()\d]{0,40}(?:,|\band\b|;)[^.;:()\d]{0,20}"
        if not re.fullmatch(pattern, between):
            break
        run.append(one)
        at = one.mark.end - sentence.start
    rest = re.match(r"[^.;:()\d]{0,60}(?:[.;)]|$|,)", sentence.text[at:])
    return run if rest else []


def stated_sum(parts: list[Figure], total: Figure, where: str, text: str) -> Relation:
    return sums.sum_relation([term_of(one) for one in parts], term_of(total), where, "The parts in the sentence", text)


# "412 of them were helped": a part, and no total.
OF_THEM = re.compile(r"\s+of\s+(?:them|these|those|whom|which)\b", re.IGNORECASE)


def table_totals(context: Context, reader: Reader) -> Iterator[Relation]:
    """Two values of a sentence that are the totals of a table in its two periods, where one of them is exactly so."""
    for sentence in reader.sentences:
        values = [
            one
            for one in values_of(sentence)
            if one.period is not None and not OF_THEM.match(sentence.text, one.mark.end - sentence.start)
        ]
        for table in context.tables:
            rows = [row for row in table.rows if not row.role and not row.is_total and not row.is_part]
            if len(rows) < 2 or not table.is_additive or table.is_rounded:
                continue
            if not topic_of(table) & set(stems(sentence.text)):
                # 358 ambulances are no 358 crimes.
                continue
            columns = [column for column in table.columns if column.role == "value" and column.period]
            # Two columns of one year are of two things, each of them with periods of its own.
            for measure in dict.fromkeys(column.measure for column in columns):
                found = []
                for column in columns:
                    parts = line(table, [(row, column) for row in rows]) if column.measure == measure else []
                    total = [one for one in values if one.period == column.period]
                    if parts and len(total) == 1:
                        what = f"The rows of {table.name or 'the table'}"
                        found.append(
                            sums.sum_relation(
                                parts, term_of(total[0]), place_of(context, sentence), what, sentence.text
                            )
                        )
                if len(found) == 2 and any(one.holds() and one.result.value > TELLING for one in found):
                    yield from found


def areas_listed(context: Context, reader: Reader) -> Iterator[Relation]:
    """The values of all places of the document in one sentence, and the total that the block gives."""
    listed = set(context.names.listed) - {context.names.own}
    for at, sentence in enumerate(reader.sentences):
        counts = [one for one in values_of(sentence) if one.area in listed and one.has_own_area]
        if len(listed) < 2 or {one.area for one in counts} != listed:
            continue
        for is_old in (False, True):
            parts = [one for one in counts if (one.role == "old") == is_old]
            if len(parts) != len(listed):
                continue
            totals = [
                one
                for other in reader.sentences[max(at - 2, 0) : at + 2]
                if other.block == sentence.block
                for one in values_of(other)
                if one.area == context.names.own and (one.role == "old") == is_old and one.period == parts[0].period
            ]
            relations = [stated_sum(parts, one, place_of(context, sentence), sentence.text) for one in totals]
            held = next((one for one in relations if one.holds()), None)
            if held is not None:
                yield held
            elif len(relations) == 1 and slip_between(totals[0].number.text, f"{relations[0].expected():,.0f}"):
                yield relations[0]
