"""Rates and averages over what a text counts beside them: "3.9 visits per resident", "32.1 per 1,000 households"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.words import WORD, stem

PER = re.compile(
    r"(?:\s+(?P<counted>[a-z]+))?\s+(?:per|for each|for every)\s+(?:(?P<scale>1,000,000|100,000|10,000|1,000|100|1000|"
    r"10000|100000)\s+)?(?P<what>[a-z]+(?:\s+[a-z]+)?)",
    re.IGNORECASE,
)
# What a rate over time or money is per is counted nowhere.
NOT_COUNTED = frozenset(
    re.findall(
        "[a-z]+", "day week month year hour minute night cent annum head quarter mile km person time pound shift"
    )
)
PEOPLE = frozenset(re.findall("[a-z]+", "resident people population inhabitant person adult"))
# In how many sentences before its own the counts of a ratio stand.
BEFORE = 3


def ratio_claims(context: Context, reader: Reader) -> Iterator[Relation]:
    """A ratio with what it counts and what it is per: one reading that holds, or a plain slip of the only one."""
    for at, sentence in enumerate(reader.sentences):
        for figure in sentence.distinct_figures:
            match = PER.match(sentence.text, figure.mark.end - sentence.start)
            if match is None or figure.kind in kinds.CHANGES or figure.number.unit in ("percent", "fraction"):
                continue
            what = [stem(word) for word in match["what"].split()]
            scale = float((match["scale"] or "1").replace(",", ""))
            # A rate of the population is that of a rule of its own.
            if what[0] in NOT_COUNTED or (match["scale"] and what[0] in PEOPLE):
                continue
            near = [
                (other, one)
                for other in reader.sentences[max(at - BEFORE, 0) : at + 2]
                if other.section == sentence.section
                for one in other.distinct_figures
                if one.kind == kinds.VALUE
                and one.mark != figure.mark
                and one.role != "old"
                and not is_ratio(other, one)
            ]
            relation = relation_of_ratio(context, sentence, figure, near, what, match["counted"], scale)
            if relation is not None:
                yield relation


def is_ratio(sentence: Sentence, figure: Figure) -> bool:
    return bool(PER.match(sentence.text, figure.mark.end - sentence.start))


def relation_of_ratio(
    context: Context,
    sentence: Sentence,
    figure: Figure,
    near: list[tuple[Sentence, Figure]],
    what: list[str],
    counted: str | None,
    scale: float,
) -> Relation | None:
    """The relation of a ratio to two counts, if what it is per is counted once."""
    bases = [(other, one) for other, one in near if counts(other, one, what)]
    # "16.4 per 1,000 households (70,000 households)".
    beside = [(other, one) for other, one in bases if other is sentence and is_in_next_bracket(sentence, figure, one)]
    bases = beside or bases
    if len({one.value for _, one in bases}) != 1 or figure.number.about:
        return None
    base = bases[-1][1]
    tops = [
        (other, one)
        for other, one in near
        if one.value != base.value and (one.number.unit == "money") == (figure.number.unit == "money")
    ]
    relations = [relation_between(context, sentence, figure, one, base, scale) for _, one in tops]
    held = next((one for one in relations if one.holds()), None)
    if held is not None:
        return held
    named = [(other, one) for other, one in tops if counted and counts(other, one, [stem(counted)])]
    here = [(other, one) for other, one in tops if other is sentence]
    for group in (named, here if not counted else [], tops if not counted else []):
        if len({one.value for _, one in group}) == 1:
            relation = relation_between(context, sentence, figure, group[-1][1], base, scale)
            expected = relation.expected()
            is_slip = expected is not None and slip_between(figure.number.text, printed_like(figure.number, expected))
            return relation if is_slip else None
    return None


def is_in_next_bracket(sentence: Sentence, figure: Figure, base: Figure) -> bool:
    between = sentence.text[figure.mark.end - sentence.start : max(base.mark.start - sentence.start, 0)]
    return base.mark.start > figure.mark.end and bool(re.fullmatch(r"(?:[^.;:()]|\d,\d)*\(\s*", between))


def relation_between(
    context: Context, sentence: Sentence, figure: Figure, top: Figure, base: Figure, scale: float
) -> Relation:
    relation = sums.rate_relation(
        term_of(top), term_of(base), term_of(figure), place_of(context, sentence), sentence.text, scale, base=""
    )
    relation.rule_id = "ratio_follows_from_counts"
    return relation


def counts(sentence: Sentence, figure: Figure, what: list[str]) -> bool:
    """Whether a number counts what is named: "12,900 households", "a population of 182,650" for residents."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    after = [stem(word) for word in WORD.findall(re.split(r"[.;:,()\d]", sentence.text[end:])[0])[:3]]
    if what[0] in PEOPLE and re.search(r"\bpopulation\b[^.;\d]{0,40}$", sentence.text[:start], re.IGNORECASE):
        return True
    wanted = what if len(what) > 1 and what[1] in after else what[:1]
    return all(word in after for word in wanted)
