"""From relations that do not hold to findings: the fewest changed numbers that make all of them true."""

from collections import defaultdict
from collections.abc import Iterable

from orchestration.checking.document import Document
from orchestration.checking.findings import Finding, Mark, Relation, Term, digits, meant_by, printed_like, slip_between
from orchestration.checking.misread import is_misread

# A change of one number explains several findings; of one finding it would only be a guess.
FEWEST = 2


def findings_of(relations: list[Relation], document: Document) -> tuple[list[Finding], list[Relation]]:
    """A finding for each relation that does not hold, or one for several that one number explains.

    Also the relations that are more likely misread than broken, of which nothing is said.
    """
    unique: dict[tuple, Relation] = {}
    for relation in relations:
        unique.setdefault(relation.key, relation)
    relations = list(unique.values())
    broken = [relation for relation in relations if not relation.holds()]
    of_mark: dict[Mark, list[Relation]] = defaultdict(list)
    for relation in relations:
        for term in relation.terms:
            of_mark[term.mark].append(relation)
    same = printed_alike(relations)
    found, left = [], list(broken)
    exchanged, left = exchanged_columns(left)
    found += exchanged
    while True:
        best = best_change(left, of_mark, same)
        if best is None:
            break
        term, value, explained = best
        found.append(one_explanation(term, value, explained, len(same.get(term.mark, ()))))
        left = without(left, explained)
    misread = [relation for relation in left if is_misread(relation, document)]
    return found + [of_relation(relation) for relation in without(left, misread)], misread


def without_mirrors(findings: list[Finding]) -> list[Finding]:
    """The findings but for those that hold a right number against a cell of which the same right number is expected.

    Of two that accuse each other, that which more numbers speak for is kept.
    """
    wrong = {(one.mark, digits(one.published), digits(one.expected)): len(one.marks) for one in findings}

    def is_mirror(one: Finding) -> bool:
        mirrored = (wrong.get((mark, digits(one.expected), digits(one.published)), 0) for mark in one.marks)
        return bool(digits(one.expected)) and max(mirrored, default=0) > len(one.marks)

    return [one for one in findings if not is_mirror(one)]


def without(relations: list[Relation], some: list[Relation]) -> list[Relation]:
    left_out = {id(relation) for relation in some}
    return [relation for relation in relations if id(relation) not in left_out]


def of_relation(relation: Relation) -> Finding:
    """The finding of a relation that does not hold."""
    expected = relation.expected()
    assert expected is not None
    result = relation.result
    printed = printed_like(result.number, result.value)
    follows = relation.shape(expected) if relation.shape else meant_by(result, expected)
    # "2.5%" in place of "2.5 percentage points" has lost no sign.
    is_of_points = result.number.unit == "percent" and "percentage point" in follows
    return Finding(
        relation.rule_id,
        relation.severity,
        result.mark,
        result.text,
        follows,
        relation.explain(expected),
        relation.sentence,
        relation.where,
        slip_between(printed, follows) if digits(result.text) and not is_of_points else "",
        [term.mark for term in relation.inputs],
    )


def printed_alike(relations: list[Relation]) -> dict[Mark, frozenset[Mark]]:
    """The places of each number that a sentence repeats from a table: a wrong total is often wrong in both."""
    same: dict[Mark, frozenset[Mark]] = {}
    for relation in relations:
        first, *others = relation.terms
        is_repeated = relation.rule_id == "sentence_equals_table" and len(others) == 1 and relation.holds()
        if is_repeated and (first.value, first.number.decimals) == (others[0].value, others[0].number.decimals):
            marks = frozenset().union(*(same.get(one.mark, {one.mark}) for one in relation.terms))
            same |= dict.fromkeys(marks, marks)
    return same


def best_change(
    broken: list[Relation], of_mark: dict[Mark, list[Relation]], same: dict[Mark, frozenset[Mark]]
) -> tuple[Term, float, list[Relation]] | None:
    """The number whose change makes the most broken relations hold, and breaks none; None where none makes two hold."""
    best: tuple[int, int, Term, float, list[Relation]] | None = None
    touched: dict[Mark, list[tuple[Relation, Term]]] = defaultdict(list)
    for relation in broken:
        for term in relation.terms:
            touched[term.mark].append((relation, term))
    # A long draft has thousands of relations: they are told apart by identity, not held against each other.
    are_broken = {id(relation) for relation in broken}
    tried: set[Mark] = set()
    for mark in touched:
        if mark in tried:
            continue
        marks = same.get(mark, frozenset({mark}))
        tried |= marks
        pairs = [pair for one in sorted(marks, key=str) for pair in touched.get(one, ())]
        if len(pairs) < FEWEST:
            continue
        term = touched[mark][0][1]
        held = [one for place in marks for one in of_mark[place] if id(one) not in are_broken]
        for value in candidates(marks, pairs):
            fixed = [relation for relation, _ in pairs if holds_with(relation, marks, value)]
            spoilt = [one for one in held if not holds_with(one, marks, value)]
            if len(fixed) >= FEWEST and not spoilt:
                slip = slip_between(term.text, printed_like(term.number, value))
                # Two digits are exchanged by chance more seldom than one is another.
                likeness = 2 if "exchanged" in slip else 1 if slip else 0
                if best is None or (len(fixed), likeness) > best[:2]:
                    best = (len(fixed), likeness, term, value, fixed)
    return best[2:] if best else None


def candidates(marks: frozenset[Mark], pairs: Iterable[tuple[Relation, Term]]) -> set[float]:
    """What a number would have to be for one of its relations, as it would be printed."""
    found: set[float] = set()
    for relation, term in pairs:
        values = [one.value for one in relation.inputs]
        step = 10.0 ** -max(term.number.decimals, 0)
        for at, one in enumerate(relation.inputs):
            if one.mark in marks and relation.solve is not None:
                solved = relation.solve(at, values, relation.result.value)
                if solved is not None:
                    middle = round(solved / step) * step
                    found.update(round(middle + shift * step, 6) for shift in range(-3, 4))
        if relation.result.mark in marks and (expected := relation.expected()) is not None:
            found.add(round(round(expected / step) * step, 6))
    return found


def holds_with(relation: Relation, marks: frozenset[Mark], value: float) -> bool:
    values = [value if term.mark in marks else term.value for term in relation.inputs]
    printed = value if relation.result.mark in marks else relation.result.value
    return relation.holds(values, printed)


def one_explanation(term: Term, value: float, explained: list[Relation], places: int) -> Finding:
    """The finding that one other number explains several contradictions; `places` says in how many it is."""
    meant = meant_by(term, value)
    said = [relation.explain(expected) for relation in explained if (expected := relation.expected()) is not None]
    sentences = list(dict.fromkeys(said))
    place = in_places(places)
    own = next((relation for relation in explained if relation.result.mark == term.mark), explained[0])
    worst = "error" if any(relation.severity == "error" for relation in explained) else explained[0].severity
    return Finding(
        own.rule_id,
        worst,
        term.mark,
        term.text,
        meant,
        f"{' '.join(sentences)} With {meant} in place of {term.text}{place}, {number_word(len(sentences))} would "
        "agree.",
        own.sentence,
        f"{own.where.split(',')[0]}, {term.name}" if term.mark.place.row and term.name else own.where,
        slip_between(term.text, meant),
        list(dict.fromkeys(one.mark for relation in explained for one in relation.terms if one.mark != term.mark)),
    )


def in_places(places: int) -> str:
    return "" if places < 2 else " in both places" if places == 2 else f" in all {places} places"


def number_word(count: int) -> str:
    if count == 1:
        return "this"
    return "both" if count == 2 else f"all {count}"


def exchanged_columns(broken: list[Relation]) -> tuple[list[Finding], list[Relation]]:
    """Columns of a table in which figures stand in other rows than their own: one finding for all of them."""
    groups: dict[tuple, list[Relation]] = defaultdict(list)
    for relation in broken:
        place = relation.result.mark.place
        if relation.rule_id == "parts_equal_total" and place.row is not None:
            groups[(place.table, place.column)].append(relation)
    found, explained = [], []
    for relations in groups.values():
        printed = [relation.result.value for relation in relations]
        expected = [relation.expected() for relation in relations]
        moved = sum(1 for value in expected if value in printed)
        if len(relations) < 3 or moved < 2:
            continue
        explained += relations
        first = relations[0]
        rows = "; ".join(
            f"{relation.result.name.split(',')[0]}: printed {relation.result.text}, expected "
            f"{printed_like(relation.result.number, value)}"
            for relation, value in zip(relations, expected, strict=True)
            if value is not None
        )
        found.append(
            Finding(
                first.rule_id,
                "error",
                first.result.mark,
                ", ".join(relation.result.text for relation in relations),
                ", ".join(
                    printed_like(r.result.number, v) for r, v in zip(relations, expected, strict=True) if v is not None
                ),
                f"Figures of this column stand in the wrong rows: they are not the sums of the other tables ({rows}).",
                where=first.where,
                slip="Figures of a column are exchanged.",
                marks=list(
                    dict.fromkeys(
                        term.mark for relation in relations for term in relation.terms if term.mark != first.result.mark
                    )
                ),
            )
        )
    return found, without(broken, explained)
